"""What a person does in the page is at hand in Python, and what Python does is seen in the page."""

from __future__ import annotations

import csv
import doctest
import io
import logging
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lxml import etree
from PIL import Image

from kg import __version__
from kg.discovery.bridging import bridging
from kg.errors import PolymathError
from kg.graph import Graph
from tests.conftest import ROOT
from tests.widgets.conftest import Talk
from widgets import Explorer
from widgets.view_file import ViewError

GRAPHENE = "local:material/graphene"
FORMATS = ("png", "svg", "html", "graphml", "gexf", "csv")


@pytest.fixture
def explorer(talk: Talk) -> Explorer:
    """An Explorer about graphene that a page looks at."""
    talk.ask("hello")
    return talk.explorer


# ---------------------------------------------------------------------- selection and what is visible


def test_before_a_page_opens_all_is_there_already(library: Graph, built: None) -> None:
    explorer = Explorer(library, "graphene")
    assert len(explorer.selection) == len(explorer.selected_statements) == 0
    assert list(explorer.selection.columns) == ["id", "name", "kind", "n_works", "disciplines"]
    shown = explorer.visible
    assert GRAPHENE in set(shown.concepts["id"])
    assert {"graphene"} == set(shown.statements.query("subject == @GRAPHENE")["subject_name"])


def test_selection_has_concepts_and_statements_with_names(explorer: Explorer, talk: Talk) -> None:
    talk.say("selection", nodes=[0], edges=[0, 1])
    concept = explorer.selection.iloc[0]
    assert concept["id"] == explorer.visible.concepts["id"][0]
    said = explorer.selected_statements
    names = explorer.visible.concepts.set_index("id")["name"]
    assert said["subject_name"].tolist() == names[said["subject"]].tolist()
    assert said["object_name"].tolist() == names[said["object"]].tolist()
    assert {"statement", "predicate", "belief", "first_year", "accepted"} <= set(said)


def test_visible_leaves_out_what_the_page_does(explorer: Explorer, talk: Talk) -> None:
    before = explorer.visible
    hidden = before.concepts["name"].tolist().index("aerogels")
    talk.say("visible", hidden=[hidden], pinned=[], filters={"since": 2010})
    after = explorer.visible
    assert "aerogels" not in set(after.concepts["name"])
    assert (after.statements["first_year"] >= 2010).all()
    assert 0 < len(after.statements) < len(before.statements)
    assert set(explorer.to_networkx()) == set(after.concepts["id"])
    assert b"aerogels" not in explorer.picture("svg")


def test_those_who_want_to_know_are_told_once(
    explorer: Explorer, talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[list[str]] = []

    def fails(_selection: pd.DataFrame) -> None:
        raise ValueError("not mine")

    explorer.on_select(fails)
    end = explorer.on_select(lambda selection: heard.append(selection["name"].tolist()))
    with caplog.at_level(logging.ERROR):
        talk.say("selection", nodes=[0], edges=[])
        talk.say("selection", nodes=[0], edges=[])
    assert heard == [[explorer.visible.concepts["name"][0]]]
    assert "not mine" in caplog.text
    assert talk.sent[-1][0]["kind"] == "graph/full"
    end()
    end()
    talk.say("selection", nodes=[], edges=[])
    assert len(heard) == 1
    assert len(explorer.selection) == 0


# ---------------------------------------------------------------------- looking


def pushed(talk: Talk) -> dict[str, Any]:
    """The last message, which nobody asked for."""
    message, _ = talk.sent[-1]
    assert message["re"] is None
    return message


def test_focus_goes_to_a_concept_that_is_there(explorer: Explorer, talk: Talk) -> None:
    talk.say("visible", hidden=[2])
    explorer.focus(explorer._conversation.latest().canvas.concept(2))
    told = pushed(talk)
    assert (told["kind"], told["focus"], told["select"], told["around"]) == (
        "graph/delta",
        2,
        [2],
        [2],
    )
    assert told["tables"]["nodes"]["rows"] == 0
    assert explorer.selection["id"].tolist() == [explorer.visible.concepts["id"][2]]


def test_focus_brings_what_is_not_there_by_name_or_id(explorer: Explorer, talk: Talk) -> None:
    explorer.focus("insulin")
    told = pushed(talk)
    assert told["tables"]["nodes"]["rows"] > 1
    assert explorer.selection["name"].tolist() == ["insulin"]
    explorer.focus("local:phenomenon/drought")
    assert explorer.selection["name"].tolist() == ["drought"]
    with pytest.raises(PolymathError, match=r"No concept is called “qqqq”"):
        explorer.focus("qqqq")
    # What was told follows on what the page has, so it need not ask for the whole.
    assert talk.ask("expand", id=GRAPHENE)["base"] == pushed_revision(talk)


def pushed_revision(talk: Talk) -> int:
    return max(int(m["revision"]) for m, _ in talk.sent[:-1] if "revision" in m)


def test_expand_tells_what_part_is_shown(explorer: Explorer, talk: Talk, library: Graph) -> None:
    total = library.expand(GRAPHENE).total
    found = explorer.expand("graphene", by="works", limit=2)
    assert str(found) == f"2 of {total}, by works"
    assert pushed(talk)["note"] == f"2 of {total}, by works."
    only = explorer.expand("graphene", predicates=["used_for"], direction="out")
    assert only.neighbours["name"].tolist() == ["energy storage"]
    with pytest.raises(PolymathError, match="limit=0 is out of bounds"):
        explorer.expand("graphene", limit=0)


def test_paths_are_shown_and_given(explorer: Explorer, talk: Talk) -> None:
    chains = explorer.paths("moisture", "water desalination")
    assert pushed(talk)["paths"][0]["belief"] == chains[0].attrs["belief"]
    assert set(chains[0]["statement"]) <= set(explorer.visible.statements["statement"])


def test_with_no_page_a_later_one_sees_what_was_done(library: Graph, built: None) -> None:
    explorer = Explorer(library, "graphene")
    explorer.expand("moisture")
    explorer.focus("insulin")
    full = Talk(explorer).ask("hello")
    assert {"perovskite", "insulin"} <= set(full["data"]["nodes"]["name"])
    assert full["data"]["nodes"]["name"][full["focus"]] == "insulin"
    assert full["sight"]["selected"] == [full["focus"]]


# ---------------------------------------------------------------------- views


def test_a_view_outlives_its_explorer(explorer: Explorer, talk: Talk, library: Graph) -> None:
    talk.say("visible", hidden=[1], pinned=[0], filters={"min_belief": 0.3})
    explorer.expand("moisture")
    shown = explorer.visible
    path = explorer.save_view("for later")
    assert path.name == "for later.json"
    other = Explorer(library, "drought")
    page = Talk(other)
    page.ask("hello")
    assert other.load_view("for later") == ""
    assert pushed(page)["kind"] == "graph/full"
    assert pushed(page)["sight"]["hidden"] == [1]
    pd.testing.assert_frame_equal(other.visible.concepts, shown.concepts)
    pd.testing.assert_frame_equal(other.visible.statements, shown.statements)
    assert (
        page.ask("hello")["data"]["nodes"]["name"]
        == explorer._conversation.latest().canvas.nodes["name"].tolist()
    )


def test_a_view_can_be_a_file_anywhere(explorer: Explorer, library: Graph, tmp_path: Path) -> None:
    path = explorer.save_view(tmp_path / "mine.json")
    other = Explorer(library)
    other.load_view(str(path))
    assert Talk(other).ask("hello")["sight"]["name"] == "mine"
    with pytest.raises(ViewError, match="There is no view 'never'"):
        other.load_view("never")


# ---------------------------------------------------------------------- taking it elsewhere


@pytest.mark.parametrize("format", FORMATS)
def test_every_export_says_where_it_is_from(explorer: Explorer, format: str) -> None:
    made = explorer.export(format)
    assert isinstance(made, bytes)
    if format == "png":
        image = Image.open(io.BytesIO(made))
        image.load()
        text = " ".join(f"{v}" for v in image.info.values())
    elif format == "csv":
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            text = archive.read("about.json").decode()
            rows = list(csv.DictReader(io.StringIO(archive.read("concepts.csv").decode())))
        assert {r["id"] for r in rows} == set(explorer.visible.concepts["id"])
    else:
        text = made.decode()
    version = explorer._conversation.latest().version
    assert all(part in text for part in ("graphene", version, f"polymath-kg {__version__}"))
    assert "library.kg" in text


@pytest.mark.parametrize("ending", ["png", "svg", "html", "graphml", "gexf", "zip"])
def test_a_path_is_written_in_the_format_of_its_ending(
    explorer: Explorer, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"graphene.{ending}"
    assert explorer.export(path) == path
    format = "csv" if ending == "zip" else ending
    assert path.read_bytes() == explorer.export(format)
    assert explorer.export(str(path)) == path


@pytest.mark.parametrize("to", ["pdf", "graphene.pdf", "graphene", Path("graphene.csv")])
def test_what_no_format_is_meant_by_is_refused(explorer: Explorer, to: str | Path) -> None:
    with pytest.raises(PolymathError, match=r"no format that a view is exported in"):
        explorer.export(to)
    assert not Path(to).exists()


def test_a_place_that_cannot_be_written_is_a_sentence(explorer: Explorer, tmp_path: Path) -> None:
    with pytest.raises(PolymathError, match="choose another place"):
        explorer.export(tmp_path / "no" / "such" / "folder.png")


def test_the_graph_goes_on_in_networkx_and_pyvis(explorer: Explorer) -> None:
    graph = explorer.to_networkx()
    assert graph.graph["query"] == "graphene"
    assert graph.nodes[GRAPHENE]["name"] == "graphene"
    assert set(graph) == set(explorer.visible.concepts["id"])
    assert {k for *_, k in graph.edges(keys=True)} == set(explorer.visible.statements["statement"])
    network = explorer.to_pyvis(height="300px")
    assert len(network.nodes) == len(graph)
    assert etree.HTML(network.generate_html()).find(".//script[@src]") is None


def test_communities_can_be_drawn_and_not_exported(explorer: Explorer) -> None:
    explorer._conversation.latest().canvas.nodes["members"] = 3
    assert explorer.export("png")
    with pytest.raises(PolymathError, match="Communities are no concepts"):
        explorer.export("graphml")
    with pytest.raises(PolymathError, match="Communities are no concepts"):
        explorer.to_networkx()


# ---------------------------------------------------------------------- the page of the docs


def test_the_page_of_the_docs_runs(
    library: Graph, built: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "explorer.md"
    asked = doctest.DocTestParser().get_doctest(
        page.read_text("utf-8"), {"graph": library}, page.name, str(page), 0
    )
    assert len(asked.examples) > 15
    told: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(asked, out=told.append)
    assert not told, "".join(told)


# ---------------------------------------------------------------------- what was found elsewhere


def test_a_result_is_shown_in_place_of_all_else(library: Graph, built: None) -> None:
    said = library.neighbours(GRAPHENE).head(2)
    shown = Explorer(library, show=said).visible
    assert set(shown.statements["statement"]) == set(said["statement"])
    assert set(shown.concepts["id"]) == {*said["subject"], *said["object"]}
    found = bridging(library, shuffles=2)
    one = found.concepts.iloc[0]
    shown = Explorer(library, show=found.concepts.head(1)).visible
    assert set(shown.statements["statement"]) == {*one["statements_a"], *one["statements_b"]}
    assert one["id"] in set(shown.concepts["id"])


def test_what_is_named_comes_on_the_canvas(explorer: Explorer, library: Graph, talk: Talk) -> None:
    there = set(explorer.visible.concepts["id"])
    other = next(c for c in library.table("Concept")["id"] if c not in there)
    explorer.show(other)
    assert set(explorer.visible.concepts["id"]) == {*there, other}
    assert talk.sent[-1][0]["kind"] == "graph/delta"
    explorer.show([GRAPHENE, other])
    assert set(explorer.visible.concepts["id"]) == {*there, other}


def test_what_names_nothing_is_told(library: Graph, built: None) -> None:
    with pytest.raises(PolymathError, match="names no concept or statement"):
        Explorer(library, show=pd.DataFrame({"n": [1]}))
    with pytest.raises(PolymathError, match="No concept is called"):
        Explorer(library, show=["zzzzzz"])
