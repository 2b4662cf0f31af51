"""The kernel's half of the Explorer: what it answers, how little it sends, and what it says when it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kg
from kg.errors import PolymathError
from kg.graph import Graph
from tests.widgets.conftest import Talk
from widgets import Explorer
from widgets.answers import nearest
from widgets.protocol import PROTOCOL

GRAPHENE = "local:material/graphene"
MOISTURE = "local:chemical/moisture"


def test_hello_is_answered_with_the_whole_canvas(talk: Talk) -> None:
    full = talk.ask("hello")
    assert full["kind"] == "graph/full"
    assert full["data"]["nodes"]["name"][full["focus"]] == "graphene"
    assert "石墨烯" not in full["data"]["nodes"]["name"]
    assert None in full["data"]["edges"]["first_year"]


def test_expanding_sends_only_what_is_new(talk: Talk) -> None:
    full = talk.ask("hello")
    delta = talk.ask("expand", id=MOISTURE)
    assert delta["kind"] == "graph/delta"
    assert (delta["base"], delta["revision"]) == (full["revision"], full["revision"] + 1)
    assert delta["first_node"] == len(full["data"]["nodes"]["name"])
    assert delta["first_edge"] == len(full["data"]["edges"]["belief"])
    assert set(delta["data"]["nodes"]["name"]).isdisjoint(full["data"]["nodes"]["name"])
    assert delta["seq"] == full["seq"] + 1
    again = talk.ask("expand", id=MOISTURE)
    assert again["data"]["nodes"]["name"] == []
    assert delta["focus"] in again["around"]


def test_a_page_names_concepts_and_statements_by_number(talk: Talk) -> None:
    full = talk.ask("hello")["data"]
    moisture = talk.ask("concept", id=MOISTURE)["node"]
    assert full["nodes"]["name"][moisture] == "moisture"
    by_number = talk.ask("concept", node=moisture)
    assert (by_number["id"], by_number["node"]) == (MOISTURE, moisture)
    evidence = talk.ask("evidence", edge=2)
    assert evidence["edge"] == 2
    subject = full["nodes"]["name"][full["edges"]["subject"][2]]
    assert evidence["data"]["statement"]["subject_name"] == [subject]
    assert talk.ask("evidence", id=evidence["id"])["edge"] == 2
    assert talk.ask("expand", node=moisture)["focus"] == moisture
    insulin = talk.ask("search", text="insulin")["data"]["hits"]["id"][0]
    assert talk.ask("concept", id=insulin)["node"] is None
    assert "none of number 999" in talk.ask("concept", node=999)["message"]
    assert "none of number 999" in talk.ask("evidence", edge=999)["message"]


def test_laying_out_anew_sends_only_places(talk: Talk) -> None:
    full = talk.ask("hello")
    nodes = len(full["data"]["nodes"]["name"])
    answer = talk.ask("arrange", layout="steps", start=full["focus"])
    assert answer["kind"] == "graph/places"
    assert (answer["base"], answer["revision"]) == (full["revision"], full["revision"] + 1)
    assert set(answer["tables"]) == {"places"}
    assert answer["bytes"] == 8 * nodes
    assert answer["guides"][0][0] == "start"
    x = answer["data"]["places"]["x"]
    assert x[full["focus"]] == min(x)
    again = talk.ask("hello")
    assert again["arranged"] == "steps"
    assert again["guides"] == answer["guides"]
    assert again["data"]["nodes"]["x"] == x
    assert talk.ask("arrange", layout="free")["guides"] == []
    assert "no layout 'spiral'" in talk.ask("arrange", layout="spiral")["message"]


def test_what_a_page_refined_is_kept(talk: Talk) -> None:
    full = talk.ask("hello")
    assert full["settled"] is False
    n = len(full["data"]["nodes"]["name"])
    places = [np.arange(n, dtype="<f4").tobytes(), np.zeros(n, dtype="<f4").tobytes()]
    message = {"kind": "hello", "protocol": PROTOCOL, "view": talk.view, "seq": 99}
    talk.explorer._conversation.receive(message, [memoryview(p) for p in places])
    again = talk.ask("hello")
    assert again["settled"] is True
    assert again["data"]["nodes"]["x"] == list(range(n))


def test_dragged_nodes_stay_where_they_were_put(talk: Talk) -> None:
    full = talk.ask("hello")
    talk.ask("expand", id=MOISTURE, moved=[[0, 500.0, -300.0]])
    place = talk.explorer._conversation.scenes["one"].canvas.positions
    assert place[0].tolist() == [500.0, -300.0]
    assert place[1].tolist() == pytest.approx([full["data"]["nodes"][c][1] for c in "xy"], rel=1e-5)
    assert talk.ask("concept", id=GRAPHENE, moved="nonsense")["kind"] == "detail/concept"


def test_search_finds_chinese_and_sends_kinds(talk: Talk) -> None:
    hits = talk.ask("search", text="石墨")["data"]["hits"]
    assert "石墨烯" in hits["name"]
    assert hits["kind"][0] == "material"
    assert talk.ask("search", text="  ")["data"]["hits"]["name"] == []


def test_a_name_that_is_not_there_brings_the_nearest(talk: Talk) -> None:
    talk.ask("hello")
    notice = talk.ask("show", text="grafene oxyde")
    assert notice["kind"] == "notice"
    assert "graphene oxide" in notice["suggestions"]
    assert "No concept is called “grafene oxyde”" in notice["message"]


def test_nearest_names_come_from_words_and_their_beginnings(library: Graph) -> None:
    assert "thermal conductivity" in nearest(library, "zzz conductivity")
    assert nearest(library, "qqqq") == []


def test_a_card_lists_the_statements_of_a_concept(talk: Talk) -> None:
    card = talk.ask("concept", id=GRAPHENE)["data"]
    assert card["concept"]["definition"] == [
        "A single layer of carbon atoms in a honeycomb lattice."
    ]
    assert "single-layer graphite" in card["concept"]["aliases"][0]
    beliefs = card["statements"]["belief"]
    assert beliefs == sorted(beliefs, reverse=True)
    assert "thermal conductivity" in card["statements"]["object_name"]


def test_evidence_comes_with_its_sentence_work_and_licence(talk: Talk, library: Graph) -> None:
    row = library.neighbours([GRAPHENE]).set_index("predicate").loc["increases"]
    data = talk.ask("evidence", id=row["statement"])["data"]
    assert data["statement"]["subject_name"] == ["graphene"]
    evidence = data["evidence"]
    assert evidence["year"] == [2014, 2008]
    assert evidence["licence"] == ["CC0-1.0", "CC-BY-4.0"]
    assert evidence["authors"][1] == ["Balan, Ada", "Ghosh, Sumit"]
    for n, passage in enumerate(evidence["passage_text"]):
        assert passage[evidence["start"][n] : evidence["end"][n]] == evidence["quote"][n]
        subject = passage[evidence["subject_start"][n] : evidence["subject_end"][n]]
        assert subject.lower() == "graphene"


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("evidence", {"id": "st:nothing"}, "has no statement"),
        (
            "expand",
            {"id": "local:material/nothing"},
            "no concept 'local:material/nothing' any more",
        ),
        ("dance", {}, "answers hello, reset, search"),
    ],
)
def test_what_cannot_be_answered_is_answered_with_a_sentence(
    talk: Talk, kind: str, fields: dict[str, Any], says: str
) -> None:
    talk.ask("hello")
    answer = talk.ask(kind, **fields)
    assert answer["kind"] == "error"
    assert says in answer["message"]
    assert answer["message"].endswith(".")


def test_another_protocol_is_told_what_to_do(talk: Talk) -> None:
    answer = talk.ask("hello", protocol=PROTOCOL + 1)
    assert answer["kind"] == "error"
    assert f"version {PROTOCOL + 1}" in answer["message"]
    assert "run the cell again" in answer["message"]


def test_a_closed_graph_is_a_sentence_and_not_a_traceback(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    library.close()
    answer = talk.ask("concept", id=GRAPHENE)
    assert answer["kind"] == "error"
    assert "Traceback" not in answer["message"]
    fresh, _ = Explorer(library, "graphene")._repr_mimebundle_() or ({}, {})
    assert "application/vnd.jupyter.widget-view+json" in fresh
    assert "image/png" not in fresh


def test_a_view_that_was_forgotten_says_so(talk: Talk) -> None:
    answer = talk.ask("expand", id=GRAPHENE)
    assert answer["message"] == "The kernel has forgotten this view; run the cell again."


def test_views_of_one_explorer_and_explorers_share_nothing(library: Graph, built: None) -> None:
    explorer = Explorer(library, "graphene")
    one, two = Talk(explorer, "one"), Talk(explorer, "two")
    first = one.ask("hello")
    two.ask("hello")
    two.ask("expand", id=MOISTURE)
    assert one.ask("hello")["data"]["nodes"]["name"] == first["data"]["nodes"]["name"]
    other = Talk(Explorer(library, "drought"))
    assert "graphene" not in other.ask("hello")["data"]["nodes"]["name"]


def test_a_page_that_is_loaded_again_finds_its_canvas(talk: Talk) -> None:
    talk.ask("hello")
    talk.ask("expand", id=MOISTURE)
    again = Talk(talk.explorer, "reloaded")
    assert "perovskite" in again.ask("hello")["data"]["nodes"]["name"]
    reset = again.ask("reset")
    assert "perovskite" not in reset["data"]["nodes"]["name"]


def test_the_kernel_does_not_remember_views_for_ever(talk: Talk) -> None:
    for n in range(20):
        Talk(talk.explorer, f"view {n}").ask("hello")
    assert len(talk.explorer._conversation.scenes) <= 8


def test_a_graph_that_changed_meanwhile_is_told(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    source = library.table("Source")["id"].iloc[-1]
    library.delete_source(source)
    assert talk.ask("expand", id=MOISTURE)["changed"] is True


def test_an_empty_graph_says_how_to_fill_it(tmp_path: Path, built: None) -> None:
    with kg.connect(tmp_path / "empty.kg") as graph:
        full = Talk(Explorer(graph)).ask("hello")
        assert full["data"]["nodes"]["name"] == []
        assert 'ingest(graph, "papers/")' in full["note"]


def test_too_much_belief_asked_for_says_so(library: Graph, built: None) -> None:
    note = Talk(Explorer(library, min_belief=0.99)).ask("hello")["note"]
    assert "smaller min_belief" in note


def test_an_unknown_query_shows_the_overview_and_says_so(library: Graph, built: None) -> None:
    full = Talk(Explorer(library, "qqqq")).ask("hello")
    assert len(full["data"]["nodes"]["name"]) > 10
    assert "No concept is called “qqqq”" in full["note"]


@pytest.mark.parametrize(
    "arguments", [{"limit": 0}, {"limit": 50_000}, {"height": 10}, {"min_belief": 1.5}]
)
def test_arguments_out_of_bounds_are_refused(library: Graph, arguments: dict[str, Any]) -> None:
    name = next(iter(arguments))
    with pytest.raises(PolymathError, match=rf"Explorer\({name}="):
        Explorer(library, **arguments)


def test_saved_state_is_small(talk: Talk) -> None:
    talk.ask("hello")
    state = {
        k: v for k, v in talk.explorer.get_state().items() if k not in ("_esm", "_css", "layout")
    }
    assert len(json.dumps(state)) < 600
    assert len(talk.explorer._esm) < 250_000


def test_a_page_that_is_not_built_is_one_sentence(
    library: Graph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("widgets.bundles.STATIC", tmp_path)
    with pytest.raises(PolymathError, match=r"run `make`, or `python -m widgets\.build`"):
        Explorer(library)
