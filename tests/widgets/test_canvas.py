"""What is on the canvas only grows, and only what is new is sent."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
    before = set(canvas.nodes["id"])
    second = around(library, MOISTURE, 60, 0.0)
    change = canvas.add(second.concepts, second.related)
    sent = unpack(*pack(canvas.tables(change.nodes, change.edges)))
    assert set(sent["nodes"]["id"]).isdisjoint(before)
    assert set(sent["edges"]["statement"]).isdisjoint(first.related["statement"])
    assert set(sent["nodes"]["id"]) | before == before | set(second.concepts["id"])


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
    ids = sent["nodes"]["id"]
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
    assert unpack(*pack(canvas.tables()))["nodes"]["id"] == []


def test_chinese_labels_are_given_more_room() -> None:
    assert label_width("石墨烯") > label_width("abc")
