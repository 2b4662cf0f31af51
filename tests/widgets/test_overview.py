"""A graph that is larger than a screen opens as its communities, and each of these as what it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.graph import Graph
from tests.kg.networks import planted, write_rows
from tests.widgets.conftest import Talk
from widgets import Explorer, overview

CONCEPTS = 21_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """A graph of 21,000 concepts in 24 themes."""
    with kg.connect(tmp_path_factory.mktemp("large") / "large.kg") as graph:
        write_rows(graph.store, *planted(CONCEPTS, 60_000, 24, seed=4))
        yield graph


def test_a_large_graph_opens_on_its_communities(large: Graph, built: None) -> None:
    full = Talk(Explorer(large)).ask("hello")
    nodes, edges = full["data"]["nodes"], full["data"]["edges"]
    assert 2 <= len(nodes["name"]) <= 60
    assert all(nodes["members"])
    assert 0.8 * CONCEPTS <= sum(nodes["members"]) <= CONCEPTS
    assert full["way"] == [("", "Whole graph")]
    assert set(edges["predicate"]) == {overview.LINKED}
    assert min(edges["n_evidence"]) >= 1
    # What is drawn is sent, and nothing of the concepts behind it.
    header = {k: v for k, v in full.items() if k not in ("data", "bytes", "kinds", "predicates")}
    assert len(json.dumps(header)) + full["bytes"] < 60_000


def test_a_community_opens_on_what_it_holds_and_there_is_a_way_back(
    large: Graph, built: None
) -> None:
    talk = Talk(Explorer(large))
    full = talk.ask("hello")
    answer, depth = full, 0
    while answer["data"]["nodes"]["members"][0]:
        held = answer["data"]["nodes"]["members"][0]
        answer = talk.ask("open", node=0)
        assert answer["kind"] == "graph/full"
        depth += 1
        assert [step[0] for step in answer["way"]] == ["", "0", "0/0", "0/0/0"][: depth + 1]
    assert len(answer["data"]["nodes"]["name"]) == min(held, overview.SMALL)
    assert answer["data"]["edges"]["belief"]
    assert answer["way"][1][1] == full["data"]["nodes"]["name"][0]
    assert (answer["note"] == "") == (held <= overview.SMALL)
    # Its concepts are concepts again.
    assert talk.ask("concept", node=0)["data"]["concept"]["name"]
    assert "no community; expand it" in talk.ask("open", node=0)["message"]
    back = talk.ask("open", id="")
    assert back["data"]["nodes"]["name"] == full["data"]["nodes"]["name"]
    assert back["revision"] == answer["revision"] + 1


def test_a_concept_asked_for_leads_past_the_communities(large: Graph, built: None) -> None:
    talk = Talk(Explorer(large))
    talk.ask("hello")
    concept = large.table("Concept").iloc[5]
    full = talk.ask("show", id=concept["id"])
    assert full["kind"] == "graph/full"
    assert full["data"]["nodes"]["name"][full["focus"]] == concept["name"]
    assert full["way"] == []
    assert not any(full["data"]["nodes"]["members"])
    assert talk.ask("expand", node=full["focus"])["kind"] == "graph/delta"


def test_a_community_that_is_not_there_is_a_sentence(large: Graph, built: None) -> None:
    talk = Talk(Explorer(large))
    talk.ask("hello")
    answer = talk.ask("open", id="999")
    assert answer["kind"] == "error"
    assert "no community '999'" in answer["message"]


def test_communities_are_in_the_picture_and_in_the_page_to_hand_on(
    large: Graph, built: None, tmp_path: Path
) -> None:
    explorer = Explorer(large)
    names = Talk(explorer).ask("hello")["data"]["nodes"]["name"]
    assert explorer.picture("svg").startswith(b"<svg")
    page = explorer.to_html(tmp_path / "large.html").read_text(encoding="utf-8")
    assert names[0] in page
    assert overview.LINKED in page


def test_a_small_graph_opens_on_its_statements(library: Graph, built: None) -> None:
    talk = Talk(Explorer(library))
    full = talk.ask("hello")
    assert full["way"] == []
    assert not any(full["data"]["nodes"]["members"])
