"""Bridges between disciplines, on arrangements whose answer is known."""

from __future__ import annotations

import pandas as pd
import pytest

from kg.bridges import CONNECTOR, bridges, spoken_of
from kg.graph import Graph
from kg.ids import concept_id
from kg.stores.base import Store
from tests.kg.build import batch

FIELDS = ("Biology", "Chemistry", "Medicine", "Physics")


def star(leads_into: list[tuple[str, ...]]) -> tuple[dict[str, dict[str, int]], pd.DataFrame]:
    """A concept of physics and its neighbours, of which one work of each discipline speaks."""
    ids = [str(n) for n in range(len(leads_into) + 1)]
    homes = [("Physics",), *leads_into]
    spoken = {i: dict.fromkeys(fields, 1) for i, fields in zip(ids, homes, strict=True)}
    return spoken, pd.DataFrame({"subject": "0", "object": ids[1:], "belief": 0.5})


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
    assert found.participation["0"] == pytest.approx(participation)
    assert ("0" in found.connectors()) == (participation > CONNECTOR)


def test_a_bridge_joins_concepts_that_share_no_home() -> None:
    spoken, said = star([("Biology",), ("Physics", "Biology"), (), ("Medicine", "Chemistry")])
    found = bridges(spoken, said)
    assert found.statements.tolist() == [True, False, False, True]
    assert found.between.to_dict("records") == [
        {"a": a, "b": b, "statements": 1, "belief": 0.5}
        for a, b in (("Biology", "Physics"), ("Chemistry", "Physics"), ("Medicine", "Physics"))
    ]
    assert found.homes["4"] == ("Chemistry", "Medicine")
    assert bridges(spoken | {"2": {"Biology": 5, "Physics": 4}}, said).statements[1]


def test_what_is_not_shown_counts_for_nothing() -> None:
    spoken, said = star([("Biology",), ("Medicine",)])
    del spoken["2"]
    found = bridges(spoken, said)
    assert found.statements.tolist() == [True, False]
    assert found.participation["0"] == 0.0
    nothing = bridges({}, said.iloc[:0])
    assert (len(nothing.statements), nothing.participation, len(nothing.between)) == (0, {}, 0)


def test_homes_are_those_of_most_works(store: Store) -> None:
    graph = Graph(store)
    heat = ("Graphene increases thermal conductivity.", "Graphene", "increases", "thermal conductivity")  # fmt: skip
    harm = ("Graphene causes cancer.", "Graphene", "causes", "cancer")
    cure = ("Aspirin treats cancer, cancer itself.", "Aspirin", "treats", "cancer")
    for name, fact, field in (
        ("A", heat, "Physics"), ("B", heat, "Physics"), ("C", harm, "Medicine"), ("D", cure, "Medicine"),
    ):  # fmt: skip
        graph.write(batch(name, [fact], disciplines=(field,)))
    ids = list(graph.table("Concept")["id"])
    spoken = spoken_of(store, [*ids, "t:unknown"])
    graphene, cancer = concept_id("term", "Graphene"), concept_id("term", "cancer")
    assert spoken[graphene] == {"Physics": 2, "Medicine": 1}
    assert (spoken[cancer], spoken["t:unknown"]) == ({"Medicine": 2}, {})
    related = graph.between(ids)
    found = bridges(spoken, related)
    (bridge,) = related[found.statements].to_dict("records")
    assert (bridge["subject"], bridge["object"]) == (graphene, cancer)
    assert found.homes[graphene] == ("Physics",)
