"""What is on the canvas only grows, and only what is new is sent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kg.errors import PolymathError
from kg.graph import Graph
from widgets.answers import around, overview
from widgets.canvas import Canvas, label_width
from widgets.protocol import pack, unpack

GRAPHENE = "local:material/graphene"
MOISTURE = "local:chemical/moisture"


def test_a_change_holds_only_what_is_new(library: Graph) -> None:
    canvas = Canvas()
    first = around(library, GRAPHENE, 60, 0.0)
    canvas.add(first.concepts, first.related)
    before = set(canvas.nodes["name"])
    second = around(library, MOISTURE, 60, 0.0)
    change = canvas.add(second.concepts, second.related)
    sent = unpack(*pack(canvas.tables(change.nodes, change.edges)))
    assert set(sent["nodes"]["name"]).isdisjoint(before)
    assert set(sent["nodes"]["name"]) | before == before | set(second.concepts["name"])
    fresh = set(second.related["statement"]) - set(first.related["statement"])
    assert len(sent["edges"]["predicate"]) == len(fresh)
    assert {canvas.statement(n) for n in range(change.edges, len(canvas.edges))} == fresh


def test_no_id_is_sent(library: Graph) -> None:
    canvas = Canvas()
    piece = overview(library, 60, 0.0)
    canvas.add(piece.concepts, piece.related)
    sent = b"".join(pack(canvas.tables())[1])
    for id_ in [*canvas.nodes["id"], *canvas.edges["statement"]]:
        assert id_.encode() not in sent


def test_adding_again_adds_nothing(library: Graph) -> None:
    canvas = Canvas()
    piece = around(library, GRAPHENE, 60, 0.0)
    canvas.add(piece.concepts, piece.related)
    size, places = len(canvas.nodes), canvas.positions.copy()
    change = canvas.add(piece.concepts, piece.related)
    assert (change.nodes, change.edges) == (size, len(piece.related))
    assert (canvas.positions == places).all()
    assert 0 in change.around


def test_edges_name_their_ends_by_number(library: Graph) -> None:
    canvas = Canvas()
    piece = overview(library, 60, 0.0)
    canvas.add(piece.concepts, piece.related)
    sent = unpack(*pack(canvas.tables()))
    ids = [canvas.concept(n) for n in range(len(canvas.nodes))]
    ends = list(zip(sent["edges"]["subject"], sent["edges"]["object"], strict=True))
    expected = zip(canvas.edges["subject"], canvas.edges["object"], strict=True)
    assert [(ids[a], ids[b]) for a, b in ends] == list(expected)


def test_a_statement_about_an_unknown_concept_is_left_out(library: Graph) -> None:
    piece = around(library, GRAPHENE, 60, 0.0)
    canvas = Canvas()
    canvas.add(piece.concepts[piece.concepts["id"] == GRAPHENE], piece.related)
    assert len(canvas.nodes) == 1
    assert len(canvas.edges) == 0


def test_a_copy_is_a_copy(library: Graph) -> None:
    piece = around(library, GRAPHENE, 60, 0.0)
    one = Canvas()
    one.add(piece.concepts, piece.related)
    two = one.copy()
    more = around(library, MOISTURE, 60, 0.0)
    two.add(more.concepts, more.related)
    two.move({0: (9.0, 9.0), 999: (0.0, 0.0), 1: (float("nan"), 0.0)})
    assert len(one.nodes) < len(two.nodes)
    assert (two.positions[0] == [9.0, 9.0]).all()
    assert (one.positions[0] != [9.0, 9.0]).any()
    assert np.isfinite(two.positions).all()


def test_an_empty_canvas_can_be_sent() -> None:
    canvas = Canvas()
    nothing = pd.DataFrame(columns=["id", "name", "kind", "n_works"])
    canvas.add(nothing, pd.DataFrame(columns=list(canvas.edges.columns)))
    assert unpack(*pack(canvas.tables()))["nodes"]["name"] == []
    assert len(canvas.arrange("groups").positions) == 0


def test_numbers_that_are_not_there_are_a_sentence() -> None:
    with pytest.raises(PolymathError, match="0 concepts and none of number 3"):
        Canvas().concept(3)
    with pytest.raises(PolymathError, match="0 statements and none of number -1"):
        Canvas().statement(-1)


def test_what_a_person_accepted_is_told(library: Graph) -> None:
    piece = around(library, GRAPHENE, 60, 0.0)
    accepted = piece.related.assign(accepted=[n == 0 for n in range(len(piece.related))])
    canvas = Canvas()
    canvas.add(piece.concepts, accepted)
    assert unpack(*pack(canvas.tables()))["edges"]["accepted"][:2] == [1, 0]
    assert not piece.related["accepted"].any()


@pytest.mark.parametrize("name", ["free", "steps", "years", "groups"])
def test_a_canvas_can_be_laid_out_in_many_ways(library: Graph, name: str) -> None:
    piece = overview(library, 60, 0.0)
    canvas = Canvas()
    canvas.add(piece.concepts, piece.related)
    found = canvas.arrange(name, by="kind")
    assert canvas.arranged == name
    assert np.isfinite(canvas.positions).all()
    assert (canvas.positions == found.positions).all()
    assert bool(canvas.guides) == (name != "free")
    sent = unpack(*pack(canvas.places()))["places"]
    assert sent["x"] == pytest.approx(canvas.positions[:, 0].tolist(), rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"name": "round"}, "no layout 'round'; choose one of free"),
        ({"name": "groups", "by": "taste"}, "no column 'taste'"),
        ({"name": "steps", "start": 7}, "none of number 7"),
    ],
)
def test_a_layout_that_cannot_be_made_is_a_sentence(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(PolymathError, match=says):
        Canvas().arrange(**arguments)


def test_years_are_those_of_the_first_evidence(library: Graph) -> None:
    piece = overview(library, 60, 0.0)
    canvas = Canvas()
    canvas.add(piece.concepts, piece.related)
    years = canvas.years()
    known = piece.related.dropna(subset=["first_year"])
    assert np.nanmin(years) == known["first_year"].min()
    for node, year in enumerate(years):
        mine = known[(known[["subject", "object"]] == canvas.concept(node)).any(axis=1)]
        assert np.isnan(year) if mine.empty else year == mine["first_year"].min()


def test_a_page_can_put_all_nodes_or_none(library: Graph) -> None:
    piece = around(library, GRAPHENE, 60, 0.0)
    canvas = Canvas()
    canvas.add(piece.concepts, piece.related)
    before, n = canvas.positions.copy(), len(canvas.nodes)
    canvas.put(np.zeros(n - 1), np.zeros(n))
    canvas.put(np.full(n, np.nan), np.zeros(n))
    assert (canvas.positions == before).all() and not canvas.settled
    canvas.put(np.arange(n), -np.arange(n))
    assert canvas.positions[3].tolist() == [3.0, -3.0] and canvas.settled


def test_chinese_labels_are_given_more_room() -> None:
    assert label_width("石墨烯") > label_width("abc")
