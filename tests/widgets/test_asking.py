"""Questions in words over the wire, and the ways a text may go on."""

from __future__ import annotations

from typing import Any

import pytest

from kg.graph import Graph
from tests.widgets.conftest import Talk
from widgets import Explorer

MATERIALS = "materials used for energy storage"


def test_an_answer_says_how_it_was_read_and_comes_on_the_canvas(talk: Talk, library: Graph) -> None:
    full = talk.ask("hello")
    answer = talk.ask("ask", text=MATERIALS)
    assert answer["kind"] == "answer"
    assert answer["read"] == "any material is used for energy storage"
    assert answer["graph"] == "graph/delta"
    assert (answer["base"], answer["revision"]) == (full["revision"], full["revision"] + 1)
    assert answer["first_node"] == len(full["data"]["nodes"]["name"])
    assert answer["cut"] is False
    assert answer["total"] == len(answer["data"]["rows"]["node"]) > 0
    again = library.cypher(answer["cypher"], **answer["parameters"])
    assert len(again) == answer["total"]
    canvas = talk.explorer._conversation.latest().canvas
    for node, edge, name in zip(
        *(answer["data"]["rows"][c] for c in ("node", "edge", "subject_name")), strict=True
    ):
        assert canvas.nodes["name"][node] == name
        said = library.statement(canvas.statement(edge))
        assert (said.subject, said.predicate) == (canvas.concept(node), "used_for")
    assert canvas.nodes["name"][answer["focus"]] == "energy storage"


def test_ids_are_not_among_the_columns_told(talk: Talk) -> None:
    talk.ask("hello")
    answer = talk.ask("ask", text=MATERIALS)
    assert answer["columns"][:3] == ["subject_name", "predicate", "object_name"]
    assert set(answer["columns"]) | {"node", "edge"} == set(answer["data"]["rows"])
    assert set(answer["columns"]).isdisjoint({"subject", "object", "statement"})


def test_concepts_alone_come_with_what_joins_them(talk: Talk) -> None:
    talk.ask("hello")
    before = len(talk.explorer._conversation.latest().canvas.edges)
    answer = talk.ask("ask", text="materials")
    assert answer["read"] == "concepts of kind material"
    assert None not in answer["data"]["rows"]["node"]
    ends = talk.explorer._conversation.latest().canvas.ends[before:]
    assert set(ends.ravel().tolist()) <= set(answer["data"]["rows"]["node"])


def test_a_number_and_a_list_of_works_leave_the_canvas_alone(talk: Talk) -> None:
    full = talk.ask("hello")
    number = talk.ask("ask", text="how many materials")
    assert (number["graph"], number["focus"], number["limit"]) == (None, None, 0)
    assert number["data"]["rows"]["concepts"] == ["8"]
    works = talk.ask("ask", text="works that mention graphene")
    assert works["graph"] is None
    assert "Heat in two dimensions" in works["data"]["rows"]["title"]
    assert set(works["data"]["rows"]["node"]) == {None}
    assert talk.ask("hello")["data"]["nodes"] == full["data"]["nodes"]


def test_a_chain_comes_whole(talk: Talk) -> None:
    talk.ask("hello")
    answer = talk.ask("ask", text="what links moisture and water desalination")
    names = answer["data"]["rows"]["names"][0]
    assert names == "moisture · perovskite · solar cells · water desalination"
    assert "step1" not in answer["columns"]
    here = talk.explorer._conversation.latest().canvas.nodes["name"].tolist()
    assert set(names.split(" · ")) <= set(here)


def test_values_stand_in_their_places(talk: Talk) -> None:
    talk.ask("hello")
    answer = talk.ask("ask", text="materials used for {task}", values={"task": "energy storage"})
    assert answer["read"] == "any material is used for energy storage"
    assert "no place for task" in talk.ask("ask", text=MATERIALS, values={"task": "x"})["message"]
    assert "have no names" in talk.ask("ask", text=MATERIALS, values=["x"])["message"]


def test_a_name_is_shown_with_its_neighbours(talk: Talk) -> None:
    talk.ask("hello")
    delta = talk.ask("ask", text="insulin")
    assert delta["kind"] == "graph/delta"
    assert "glucose" in delta["data"]["nodes"]["name"]
    misspelt = talk.ask("ask", text="grafene oxyde")
    assert misspelt["note"] == "Read “grafene oxyde” as “graphene oxide”."
    scene = talk.explorer._conversation.latest()
    assert scene.canvas.nodes["name"][misspelt["focus"]] == scene.query == "graphene oxide"


@pytest.mark.parametrize("text", ["qqqq", "", "   ", "?!", None, 7])
def test_what_is_not_understood_says_so(talk: Talk, text: Any) -> None:
    talk.ask("hello")
    notice = talk.ask("ask", text=text)
    assert notice["kind"] == "notice"
    assert notice["message"].endswith((".", "?"))


def test_an_answer_among_communities_is_told_whole(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    scene = talk.explorer._conversation.latest()
    scene.canvas.nodes["members"] = 3
    answer = talk.ask("ask", text=MATERIALS)
    assert answer["graph"] == "graph/full"
    assert answer["way"] == []
    assert len(answer["data"]["nodes"]["name"]) == len(library.ask(MATERIALS).concepts)


def test_completions_begin_as_the_text_does(talk: Talk) -> None:
    talk.ask("hello")
    told = talk.ask("complete", text="materials used ")
    assert told["kind"] == "completions"
    assert told["texts"]
    assert all(t.startswith("materials used ") for t in told["texts"])
    assert talk.ask("complete", text=" ")["texts"] == []
    assert talk.ask("complete")["texts"] == []


def test_python_asks_as_the_page_does(library: Graph, built: None) -> None:
    explorer = Explorer(library, "insulin")
    talk = Talk(explorer)
    talk.ask("hello")
    answer = explorer.ask("materials used for {task}", task="energy storage")
    told, _ = talk.sent[-1]
    assert (told["kind"], told["re"], told["seq"]) == ("graph/delta", None, 2)
    assert told["read"] == answer.interpretation
    said = len(talk.sent)
    assert explorer.ask("how many materials").rows["concepts"].tolist() == [8]
    assert not explorer.ask("qqqq").understood
    assert len(talk.sent) == said
    assert set(answer.concepts) <= set(explorer.visible.concepts["id"])
    assert "materials used for {task}" in explorer.export("svg").decode()  # type: ignore[union-attr]
