"""Counting, expanding, paths, selecting, filtering and saving, as messages of a page."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from kg.filtering import Filter
from kg.graph import Graph
from kg.schema import NODES
from tests.widgets.conftest import Talk
from widgets import Explorer, views

GRAPHENE = "local:material/graphene"
INSULIN = "local:gene/insulin"
DROUGHT = "local:phenomenon/drought"


def node(talk: Talk, name: str) -> int:
    return talk.explorer._conversation.latest().canvas.nodes["name"].tolist().index(name)


# ---------------------------------------------------------------------- expanding


def test_a_menu_counts_before_anything_is_fetched(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    menu = talk.ask("menu", node=node(talk, "graphene"))
    assert menu["kind"] == "menu"
    assert (menu["id"], menu["node"]) == (GRAPHENE, node(talk, "graphene"))
    counted = library.menu(GRAPHENE)
    for facet in ("predicate", "family", "kind", "discipline"):
        rows = counted[counted["facet"] == facet]
        for column in ("value", "neighbours", "outward", "inward"):
            assert menu["data"][facet][column] == rows[column].tolist()
    for name, way in (("total", "both"), ("outward", "out"), ("inward", "in")):
        assert menu[name] == library.expand(GRAPHENE, direction=way).total  # type: ignore[arg-type]
    assert menu["outward"] > 0


def test_a_choice_of_one_facet_narrows_the_others(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    menu = talk.ask("menu", id=GRAPHENE, predicates=["used_for"], direction="out")
    assert menu["data"]["kind"]["value"] == ["task"]
    assert menu["total"] == library.expand(GRAPHENE, Filter(predicates=("used_for",))).total
    assert "no direction 'up'" in talk.ask("menu", id=GRAPHENE, direction="up")["message"]


def test_expanding_shows_the_best_of_many_and_says_how_many(talk: Talk, library: Graph) -> None:
    start = Talk(Explorer(library, "drought", limit=1))
    start.ask("hello")
    total = library.expand(GRAPHENE).total
    first = start.ask("expand", id=GRAPHENE, limit=2, by="works")
    assert first["note"] == f"2 of {total}, by works."
    assert (first["shown"], first["total"], first["offset"], first["by"]) == (2, total, 0, "works")
    best = library.expand(GRAPHENE, by="works", limit=2).neighbours
    assert {"graphene", *best["name"]} >= set(first["data"]["nodes"]["name"])
    second = start.ask("expand", id=GRAPHENE, limit=2, offset=2, by="works")
    assert second["note"] == f"3–4 of {total}, by works."
    rest = start.ask("expand", id=GRAPHENE, limit=100, offset=4, by="works")
    shown = start.explorer.visible.concepts["id"]
    assert rest["offset"] == 4
    assert set(library.expand(GRAPHENE).neighbours["id"]) <= set(shown)
    beyond = start.ask("expand", id=GRAPHENE, offset=1000)
    assert beyond["note"] == f"There are no more than these {total}."


def test_expanding_by_type_and_direction_brings_only_these(library: Graph, built: None) -> None:
    talk = Talk(Explorer(library, "drought", limit=1))
    talk.ask("hello")
    delta = talk.ask(
        "expand", id=GRAPHENE, predicates=["used_for"], kinds=["task"], direction="out"
    )
    assert set(delta["data"]["nodes"]["name"]) == {"graphene", "energy storage"}
    assert delta["data"]["edges"]["predicate"] == ["used_for"]
    none = talk.ask("expand", id=GRAPHENE, kinds=["disease"])
    assert none["note"] == "No neighbour is of that choice."
    assert none["data"]["edges"]["predicate"] == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"by": "beauty"}, "by='beauty'"),
        ({"direction": "up"}, "no direction 'up'"),
        ({"limit": 0}, "limit=0 is out of bounds: give a number from 1 to 20,000"),
        ({"limit": 10**9}, "limit=1,000,000,000 is out of bounds"),
        ({"offset": -1}, "offset=-1 is out of bounds"),
    ],
)
def test_a_choice_that_makes_no_sense_is_a_sentence(
    talk: Talk, fields: dict[str, Any], says: str
) -> None:
    full = talk.ask("hello")
    answer = talk.ask("expand", id=GRAPHENE, **fields)
    assert answer["kind"] == "error"
    assert says in answer["message"]
    assert talk.ask("hello")["data"] == full["data"]


# ---------------------------------------------------------------------- paths


def test_paths_come_as_numbers_with_their_belief(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    insulin = talk.ask("show", id=INSULIN)["focus"]
    delta = talk.ask("paths", a=insulin, b="local:chemical/metformin", by="belief", limit=3)
    assert delta["kind"] == "graph/delta"
    assert delta["paths"]
    expected = library.paths(INSULIN, "local:chemical/metformin", by="belief", limit=3)
    canvas = talk.explorer._conversation.latest().canvas
    for told, path in zip(delta["paths"], expected, strict=True):
        assert [canvas.concept(n) for n in told["nodes"]] == path.attrs["concepts"]
        assert [canvas.statement(e) for e in told["edges"]] == path["statement"].tolist()
        assert told["belief"] == path.attrs["belief"]
    start, end = delta["ends"]
    assert start == insulin
    assert "insulin and metformin, the best by belief." in delta["note"]
    places = talk.ask("arrange", layout="steps", start=start, end=end)
    x = places["data"]["places"]["x"]
    assert x[start] < x[end]


def test_where_no_path_leads_it_says_so(talk: Talk) -> None:
    talk.ask("hello")
    delta = talk.ask("paths", a=INSULIN, b=DROUGHT)
    assert delta["paths"] == []
    assert delta["note"] == "No chain of up to 4 statements links insulin and drought."


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"a": GRAPHENE, "b": "nothing"}, "no concept 'nothing'"),
        ({"a": GRAPHENE}, "no concept ''"),
        ({"a": GRAPHENE, "b": 999}, "none of number 999"),
        ({"a": GRAPHENE, "b": DROUGHT, "by": "luck"}, "not by 'luck'"),
        ({"a": GRAPHENE, "b": DROUGHT, "limit": 1000}, "limit=1,000 is out of bounds"),
        ({"a": GRAPHENE, "b": DROUGHT, "max_length": 99}, "give 1 to 12"),
    ],
)
def test_paths_that_cannot_be_are_a_sentence(talk: Talk, fields: dict[str, Any], says: str) -> None:
    talk.ask("hello")
    answer = talk.ask("paths", **fields)
    assert answer["kind"] == "error"
    assert says in answer["message"]


# ---------------------------------------------------------------------- evidence


def test_evidence_stands_work_by_work(talk: Talk, library: Graph) -> None:
    for statement in library.table("Statement")["id"]:
        works = talk.ask("evidence", id=statement)["data"]["evidence"]["work"]
        changes = sum(a != b for a, b in pairwise(works))
        assert changes == max(len(set(works)) - 1, 0)


def test_evidence_tells_where_subject_and_object_stand_in_the_quote(
    talk: Talk, library: Graph
) -> None:
    row = library.neighbours([GRAPHENE]).set_index("predicate").loc["increases"]
    told = talk.ask("evidence", id=row["statement"])["data"]["evidence"]
    for n, quote in enumerate(told["quote"]):
        start = told["start"][n]
        for end, name in (("subject", "graphene"), ("object", "thermal conductivity")):
            a, b = told[f"{end}_start"][n] - start, told[f"{end}_end"][n] - start
            assert quote[a:b].lower() == name
    for column in ("assertion", "attribution", "section", "licence", "access", "method", "version"):
        assert all(told[column])


def test_where_subject_and_object_are_not_known_none_is_told(talk: Talk, library: Graph) -> None:
    row = library.neighbours([GRAPHENE]).set_index("predicate").loc["increases"]
    columns = ("subject_start", "subject_end")
    unknown = [(id_, 0, 0) for id_ in library.evidence(str(row["statement"]))["id"]]
    with library.store.writing() as writer:
        writer.update(NODES["Evidence"], columns, unknown)
    told = talk.ask("evidence", id=row["statement"])["data"]["evidence"]
    assert {*told["subject_start"], *told["subject_end"]} == {None}
    assert None not in told["object_start"]


# ---------------------------------------------------------------------- selecting and filtering


def test_what_is_selected_is_heard_and_not_answered(talk: Talk) -> None:
    talk.ask("hello")
    said = len(talk.sent)
    talk.say("selection", nodes=[2, 0, 2, 999], edges=[1])
    assert len(talk.sent) == said
    names = talk.explorer._conversation.latest().canvas.nodes["name"]
    assert talk.explorer.selection["name"].tolist() == [names[2], names[0]]
    assert len(talk.explorer.selected_statements) == 1


@pytest.mark.parametrize("nodes", ["all", [1.5], [True], {"a": 1}, None])
def test_a_selection_that_is_none_is_a_sentence(talk: Talk, nodes: Any) -> None:
    talk.ask("hello")
    talk.say("selection", nodes=[0], edges=[])
    talk.say("selection", nodes=nodes, edges=[])
    assert "list of numbers" in talk.sent[-1][0]["message"]
    assert len(talk.explorer.selection) == 1


def test_a_page_that_opens_again_is_told_what_was_hidden(talk: Talk) -> None:
    talk.ask("hello")
    filters = {
        "min_belief": 0.5,
        "since": 2000,
        "until": None,
        "off": [["kind", "task"]],
        "accepted": False,
    }
    talk.say("visible", hidden=[1], pinned=[0], gone=[2], filters=filters)
    view = Talk(talk.explorer, "reloaded").ask("hello")["sight"]
    assert (view["hidden"], view["pinned"], view["gone"]) == ([1], [0], [2])
    assert view["filters"] == {**filters, "off": (("kind", "task"),), "contradicted": False}


@pytest.mark.parametrize("filters", ["none", 7, None, [1]])
def test_filters_that_are_none_are_a_sentence(talk: Talk, filters: Any) -> None:
    talk.ask("hello")
    talk.say("visible", filters=filters)
    assert "filters that are none" in talk.sent[-1][0]["message"]


# ---------------------------------------------------------------------- saved views


def test_a_view_is_saved_listed_and_opened_again(talk: Talk, library: Graph) -> None:
    full = talk.ask("hello")
    talk.ask("expand", id="local:chemical/moisture", moved=[[0, 700.0, -50.0]])
    names = talk.explorer._conversation.latest().canvas.nodes["name"].tolist()
    saved = talk.ask(
        "save", name="for Monday", hidden=[1], pinned=[0], selected=[2],
        filters={"since": 1990, "off": [["kind", "gene"]], "contradicted": False},
        look={"colour": "year", "zoom": 1.5},
    )  # fmt: skip
    assert (saved["kind"], saved["saved"], saved["names"]) == (
        "views",
        "for Monday",
        ["for Monday"],
    )
    talk.ask("reset")
    opened = talk.ask("load", name="for Monday")
    assert opened["kind"] == "graph/full"
    assert opened["revision"] > full["revision"]
    assert opened["data"]["nodes"]["name"] == names
    assert (opened["data"]["nodes"]["x"][0], opened["data"]["nodes"]["y"][0]) == (700.0, -50.0)
    assert (opened["settled"], opened["query"], opened["note"]) == (True, "graphene", "")
    view = opened["sight"]
    assert (view["name"], view["look"]) == (
        "for Monday",
        {"colour": "year", "size": "works", "bridges": False},
    )
    assert (view["hidden"], view["pinned"], view["selected"]) == ([1], [0], [2])
    assert (view["filters"]["since"], view["filters"]["off"]) == (1990, (("kind", "gene"),))
    other = Talk(Explorer(library), "elsewhere")
    other.ask("hello")
    assert other.ask("views")["names"] == ["for Monday"]
    assert other.ask("load", name="for Monday")["data"]["nodes"]["name"] == names


def test_a_view_of_a_graph_that_moved_on_says_what_is_gone(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    talk.ask("save", name="before")
    library.delete_source(library.table("Source")["id"].iloc[0])
    assert talk.ask("load", name="before")["note"] == views.load(library, "before").said != ""


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("save", {"name": ""}, "is no name for a view"),
        ("save", {"name": "../../elsewhere"}, "is no name for a view"),
        ("save", {"name": "/tmp/elsewhere.json"}, "leave out .json"),
        ("load", {"name": "elsewhere.json"}, "leave out .json"),
        ("load", {"name": "never saved"}, "There is no view 'never saved'"),
        ("save", {"name": "a", "hidden": "all"}, "list of numbers"),
        ("save", {"name": "a", "filters": {"since": 2020, "until": 2010}}, "leaves nothing"),
    ],
)
def test_a_view_that_cannot_be_kept_is_a_sentence(
    talk: Talk, kind: str, fields: dict[str, Any], says: str
) -> None:
    talk.ask("hello")
    answer = talk.ask(kind, **fields)
    assert answer["kind"] == "error"
    assert says in answer["message"]
    assert talk.ask("views")["names"] == []


def test_communities_are_not_saved(talk: Talk) -> None:
    talk.ask("hello")
    talk.explorer._conversation.latest().canvas.nodes["members"] = 3
    assert "Communities cannot be saved" in talk.ask("save", name="a")["message"]
