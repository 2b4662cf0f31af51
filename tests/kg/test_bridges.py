"""Bridges between disciplines, and density, on arrangements whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kg.bridges import CONNECTOR, bridges
from kg.density import density
from kg.errors import RecordError

FIELDS = ("Biology", "Chemistry", "Medicine", "Physics")


def star(leads_into: list[tuple[str, ...]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A concept of physics and its neighbours of these disciplines."""
    ids = [str(n) for n in range(len(leads_into) + 1)]
    nodes = pd.DataFrame({"id": ids, "disciplines": [("Physics",), *leads_into]})
    said = pd.DataFrame({"subject": "0", "object": ids[1:], "belief": 0.5})
    return nodes, said


@pytest.mark.parametrize(
    ("leads_into", "participation"),
    [
        ([("Physics",)] * 8, 0.0),
        ([(f,) for f in FIELDS * 2], 0.75),
        ([("Physics",)] * 4 + [("Biology",)] * 4, 0.5),
        ([("Physics",)] * 3 + [()], 0.0),
        ([("Biology", "Physics")] * 3, 0.5),
        ([(), ()], 0.0),
    ],
)
def test_participation_is_that_of_the_paper(
    leads_into: list[tuple[str, ...]], participation: float
) -> None:
    found = bridges(*star(leads_into))
    assert found.participation[0] == pytest.approx(participation)
    assert found.connectors()[0] == (participation > CONNECTOR)


def test_a_bridge_joins_concepts_that_share_no_discipline() -> None:
    nodes, said = star([("Biology",), ("Physics", "Biology"), (), ("Medicine", "Chemistry")])
    found = bridges(nodes, said)
    assert found.statements.tolist() == [True, False, False, True]
    assert found.between.to_dict("records") == [
        {"a": a, "b": b, "statements": 1, "belief": 0.5}
        for a, b in (("Biology", "Physics"), ("Chemistry", "Physics"), ("Medicine", "Physics"))
    ]


def test_what_is_not_shown_counts_for_nothing() -> None:
    nodes, said = star([("Biology",), ("Medicine",)])
    found = bridges(nodes.iloc[:2], said)
    assert found.statements.tolist() == [True, False]
    nothing = bridges(nodes.iloc[:0], said.iloc[:0])
    assert (len(nothing.statements), len(nothing.participation), len(nothing.between)) == (0, 0, 0)


def test_density_counts_all_at_every_level() -> None:
    rng = np.random.default_rng(0)
    positions = rng.normal(size=(5000, 2)) * [300, 100] + [50, -20]
    found = density(positions, levels=6)
    assert [c.shape for c in found.counts] == [(2**z, 2**z) for z in range(6)]
    assert all(c.sum() == 5000 for c in found.counts)
    cell = found.side / 32
    for row, column in ((16, 16), (10, 20), (0, 5)):
        low = np.array([found.left + column * cell, found.top + row * cell])
        inside = ((positions >= low) & (positions < low + cell)).all(axis=1).sum()
        assert found.counts[5][row, column] == inside


def test_density_of_little() -> None:
    assert density(np.zeros((0, 2))).counts[0].tolist() == [[0]]
    assert density(np.ones((3, 2))).counts[1].tolist() == [[3, 0], [0, 0]]
    assert density(np.array([[0, 0], [np.nan, 1], [np.inf, 1]])).counts[0].tolist() == [[1]]
    with pytest.raises(RecordError, match="1 to 11 levels"):
        density(np.zeros((0, 2)), levels=12)
