"""Stories from Python: composed, changed, kept, told, compared with the graph of another day."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.errors import PolymathError
from kg.graph import Graph
from kg.licences import CLOSED
from kg.stores.neo4j import Neo4jStore
from tests.neo4j_server.server import Neo4jServer
from tests.widgets.conftest import Talk
from tests.widgets.corpus import LIBRARY, batch, fill
from widgets import Explorer, Walkthrough
from widgets.stories import still_true, story_file
from widgets.stories.story import StoryError
from widgets.view_file import View

HEAT = ("graphene", "increases", "thermal conductivity")
HARM = ("graphene", "causes", "cytotoxicity")
CLOSED_SENTENCE = "does not cause cytotoxicity"


def story_of(graph: Graph) -> Walkthrough:
    """Three steps about graphene."""
    story = Walkthrough(graph, "What graphene does", authors=["Ada"], about="For **all**.")
    story.step(
        "Heat", "It conducts $a^2$.", query="graphene", highlight=[HEAT],
        question="Why?", answer="Its bonds.", notes="Slowly.",
    )  # fmt: skip
    story.step("Safety", "Is it safe?", show=["graphene", "cytotoxicity"], highlight=[HARM])
    story.step("Storage", show=["graphene", "energy storage"], camera=["graphene"], layout="years")
    return story


@pytest.fixture
def story(library: Graph) -> Walkthrough:
    return story_of(library)


def test_a_step_knows_what_is_shown_and_who_says_so(story: Walkthrough) -> None:
    heat, safety, storage = story.steps
    assert len(story) == 3 and list(story.contents["title"]) == ["Heat", "Safety", "Storage"]
    assert {p.name for p in heat.view.concepts} >= {"graphene", "thermal conductivity"}
    assert [c.id for c in heat.claims] == list(heat.view.statements)
    (claim,) = [c for c in heat.claims if c.id == heat.highlight[0]]
    assert claim.predicate == "increases" and 0.6 < claim.belief < 0.8
    (said,) = heat.sentences
    assert said.statement == claim.id and said.work.startswith("doi:") and len(said.sha256) == 32
    # One that affirms and one that denies.
    assert len(safety.sentences) == 2
    assert storage.camera is not None and storage.view.layout == "years"
    assert heat.found and not safety.found


def test_it_is_composed_from_an_explorer(library: Graph, story: Walkthrough, built: None) -> None:
    explorer = Explorer(library, "moisture")
    explorer.focus("insulin")
    assert story.add(explorer, "Moisture", at=1) == 1
    first = story.steps[0]
    assert first.query == "insulin" and len(first.view.concepts) == len(explorer.visible.concepts)
    assert first.highlight == tuple(explorer.selection["id"])
    story.edit("Moisture", explorer=Explorer(library, "graphene"), highlight=[HEAT])
    assert {p.name for p in story.steps[0].view.concepts} >= {"graphene", "biosensors"}
    assert len(story.steps[0].sentences) == 1
    with kg.connect(Path(library.url).with_name("other.kg")) as other:
        fill(other)
        with pytest.raises(StoryError, match="take an Explorer of the same graph"):
            story.add(Explorer(other, "graphene"), "Strange")


def test_steps_are_edited_moved_and_removed(story: Walkthrough) -> None:
    story.edit(1, text="New *text*.", notes="")
    assert story.steps[0].text == "New *text*." and story.steps[0].question == "Why?"
    story.edit("Heat", highlight=["graphene"], sentences=[])
    assert story.steps[0].sentences == () and story.steps[0].highlight == (
        "local:material/graphene",
    )
    story.move("Storage", 1)
    story.remove("Heat")
    assert [s.title for s in story.steps] == ["Storage", "Safety"]
    assert {w["id"] for w in story.bibliography("csl")} == {
        q.work for q in story.steps[1].sentences
    }


def test_the_story_as_a_whole_is_described_anew(story: Walkthrough) -> None:
    story.describe(title="Carbon", authors="Eve", licence="CC0-1.0", language="zh")
    told = story.story
    assert (told.title, told.authors, told.licence) == ("Carbon", ("Eve",), "CC0-1.0")
    assert told.about == "For **all**." and len(story) == 3
    with pytest.raises(StoryError, match="title is empty"):
        story.describe(title="")


def test_it_is_the_same_on_both_homes(
    neo4j_server: Neo4jServer, story: Walkthrough, tmp_path: Path
) -> None:
    neo4j_server.wipe()
    with Graph(Neo4jStore(neo4j_server.url, auth=neo4j_server.auth)) as graph:
        fill(graph)
        there = story_of(graph)
        bare = [[replace(s, view=View()) for s in one.steps] for one in (story, there)]
        assert bare[0] == bare[1]
        path = story.save(tmp_path / "story.json")
        opened = Walkthrough.open(graph, path)
        assert opened.check().empty
        assert opened._perform(False).told()["steps"][0]["sentences"]


def test_what_makes_no_step_is_refused_by_a_sentence(story: Walkthrough, library: Graph) -> None:
    before = story.story
    for act, said in (
        (lambda: story.step("", query="graphene"), "needs a title"),
        (lambda: story.step("x"), "would show nothing"),
        (lambda: story.step("x", query="zzzqqq"), "Nothing answers “zzzqqq”"),
        (lambda: story.step("x", show=["no such thing at all"]), "No concept is called"),
        (lambda: story.step("x", show=[("graphene", "causes", "insulin")]), "does not say"),
        (lambda: story.step("x", show=[("graphene", "cures", "cytotoxicity")]), "it says: graphene"),
        (lambda: story.step("x", show=[("graphene", "causes")]), "is no statement"),  # type: ignore[list-item]
        (lambda: story.step("x", show=["st:0"]), "no statement 'st:0'"),
        (lambda: story.step("x", show=["graphene"], sentences=["ev:0"]), "take ids from"),
        (lambda: story.step("x", show=["graphene"], at=9), "number from 1 to 4"),
        (lambda: story.step("x" * 201, show=["graphene"]), "title is longer than 200"),
        (lambda: story.step("x", show="graphene", colour="mood"), "not coloured by 'mood'"),
        (lambda: story.step("x", show="graphene", layout="spiral"), "no layout 'spiral'"),
        (lambda: story.add("graphene", "x"), "kept from an Explorer, not from str"),  # type: ignore[arg-type]
        (lambda: Explorer(library, walkthrough="Heat"), "is no story"),  # type: ignore[arg-type]
        (lambda: story.edit(9, title="x"), "1 “Heat”, 2 “Safety”"),
        (lambda: story.edit("Heat", title=" "), "needs a title"),
        (lambda: story.edit("Heat", highlight=["insulin"]), "highlights “insulin”"),
        (lambda: story.move("Heat", 7), "number from 1 to 3"),
        (lambda: story.remove("Cold"), "There is no step 'Cold'"),
        (lambda: story.bibliography("bibtex"), "table, csl, text"),  # type: ignore[arg-type]
        (lambda: story.export("x.pdf"), r"end in \.html"),
        (lambda: story.save("x.txt"), r"ends in \.json"),
        (lambda: story.handout("/nowhere/x.html"), "choose another place"),
        (lambda: Walkthrough(library, " "), "title is empty"),
        (lambda: Walkthrough(library, "x", language="<b>"), "language tag"),
        (lambda: Walkthrough(library, "x", height=7), "out of bounds"),
    ):  # fmt: skip
        with pytest.raises(PolymathError, match=said) as caught:
            act()
        assert "\n" not in str(caught.value)
    assert story.story == before


def test_the_file_is_readable_stable_and_holds_no_sentence(
    story: Walkthrough, library: Graph, tmp_path: Path
) -> None:
    path = story.save(tmp_path / "story.json")
    text = path.read_text("utf-8")
    again = Walkthrough.open(library, path)
    assert again.save(tmp_path / "again.json").read_text("utf-8") == text
    assert json.loads(text)["schema"] == story_file.SCHEMA
    lines = text.splitlines()
    for step in story.steps:
        for pin in step.view.concepts:
            assert sum(f'{{"id": "{pin.id}"' in line for line in lines) >= 1
    assert sum('"sha256"' in line for line in lines) == sum(len(s.sentences) for s in story.steps)
    quotes = [s["text"] for p in LIBRARY["works"] for x in p["sections"] for s in x["sentences"]]
    assert quotes and not any(q in text for q in quotes)
    assert str(tmp_path) not in text and not re.search(r"20\d\d-\d\d-\d\d|T\d\d:", text)
    # Composed anew on the same graph it is the same.
    assert story_of(library).save(tmp_path / "anew.json").read_text("utf-8") == text


def written(**changes: object) -> str:
    """A file that says so, and otherwise what *changes* say."""
    return json.dumps({"polymath": "walkthrough", "schema": 1, "title": "T"} | changes)


def step(**changes: object) -> str:
    """A file of one step."""
    return written(steps=[{"title": "S"} | changes])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("[" * 100_000, "nested too deep"),
        ('{"polymath": "view", "schema": 1}', 'does not say {"polymath": "walkthrough"'),
        (written(schema=2), "later version of Polymath"),
        (written(schema=True), "no version of its schema"),
        (written(title=""), "title is empty"),
        (written(script="x"), "a story has no 'script'"),
        (written(language="../.."), "no language tag"),
        (written(steps={}), "steps is no list"),
        (written(steps=[{"title": "S"}] * 201), "no more than 200"),
        (written(works=[{"id": 1}]), "a work of works has no id and type"),
        (step(title=3), "in step 1, title is no text"),
        (step(text=["a", 3]), "in step 1, text is no text"),
        (step(text="x" * 40_001), "longer than 40,000"),
        (step(html="<b>"), "it has no 'html'"),
        (step(camera=[1, 2, 3]), "no list of four sides"),
        (step(camera=[3, 0, 1, 1]), "looks at nothing"),
        (step(camera=[0, 0, 1e9, 1]), "further from the centre"),
        (step(claims=[{"id": "st:1"}]), "has no subject"),
        (step(claims=[{"id": "a", "subject": "b", "predicate": "c", "object": "d", "belief": 2}]), "between 0 and 1"),
        (step(claims=[{"id": "a", "subject": "b", "predicate": "c", "object": "d"}] * 2), "twice"),
        (step(sentences=[{"id": "ev:1"}]), "has no statement"),
        (step(sentences=[{"id": "e", "statement": "s", "start": -1}]), "no whole number"),
        (step(view={"statements": ["st:1"]}), "view holds something else"),
        (step(view={"concepts": [{"id": "a"}, {"id": "a"}]}), "names a concept twice"),
        (step(view={"look": {"colour": {"a": 1}}}), "no number"),
        ("NaN", "is not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_story_is_refused(text: str, said: str) -> None:
    with pytest.raises(StoryError, match=re.escape(said)) as caught:
        story_file.loads(text, "strange.json")
    assert str(caught.value).startswith("strange.json") and "\n" not in str(caught.value)


def test_a_file_that_is_not_there_names_its_neighbours(story: Walkthrough, tmp_path: Path) -> None:
    story.save(tmp_path / "graphene.json")
    with pytest.raises(StoryError, match=r"there are graphene\.json"):
        Walkthrough.open(story._graph, tmp_path / "grafene.json")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoryError, match="not text in UTF-8"):
        Walkthrough.open(story._graph, tmp_path / "binary.json")


def what(story: Walkthrough) -> list[tuple[int, str]]:
    """Number of the step and sort of each difference."""
    found = story.check()
    return list(zip(found["step"].tolist(), found["what"].tolist(), strict=True))


def test_what_differs_on_todays_graph_is_told_and_taken_over(
    story: Walkthrough, library: Graph
) -> None:
    assert what(story) == []
    heat, harm = story.steps[0].highlight[0], story.steps[1].highlight[0]
    no = library.curation.reject(heat, by="Ada")
    assert what(story) == [(1, "statement rejected")]
    assert "A person has rejected that graphene increases" in story.check()["said"][0]
    library.curation.undo(no, by="Ada")
    library.curation.accept(harm, by="Ada")
    assert (2, "belief moved") in what(story)
    merged = story.steps[2].view.concepts[1].id
    library.curation.merge(merged, story.steps[0].view.concepts[0].id, by="Ada")
    assert (3, "concept merged") in what(story)
    told = story.refresh("Safety")
    assert set(told["step"]) == {2} and 2 not in {n for n, _ in what(story)}
    story.refresh()
    assert what(story) == []
    (claim,) = [c for c in story.steps[1].claims if c.id == harm]
    assert claim.belief == pytest.approx(0.99)


def test_a_source_that_goes_takes_its_sentences_with_it(story: Walkthrough, library: Graph) -> None:
    gone = story.steps[0].sentences[0]
    library.delete_source(gone.passage.partition("@")[0])
    kinds = {w for n, w in what(story) if n == 1}
    assert kinds & {"statement gone", "sentence not found"}
    assert "query answered otherwise" not in kinds
    story.refresh()
    assert what(story) == [] and gone not in story.steps[0].sentences


def test_what_newly_says_the_contrary_is_told(story: Walkthrough, library: Graph) -> None:
    said = {
        "text": "Graphene decreases thermal conductivity.",
        "facts": [["graphene", "decreases", "thermal conductivity"]],
    }
    paper = {
        "title": "Otherwise", "venue": "", "doi": "10.5555/other", "licence": "CC0-1.0", "access": "open",
        "language": "en", "authors": ["Z"], "disciplines": [],
        "sections": [{"section": "results", "sentences": [said]}],
    }  # fmt: skip
    library.write(batch(paper))
    (found,) = [
        d for d in still_true.differences(library, story.steps[0]) if d.what == "contradicted by"
    ]
    assert found.now == "graphene decreases thermal conductivity" and "belief 0." in found.said
    # Who knows of it and leaves it out is not told again.
    story.refresh()
    assert what(story) == []


def test_a_sentence_is_found_again_by_its_words(story: Walkthrough, library: Graph) -> None:
    old = story.steps[0]
    moved = replace(old.sentences[0], id="ev:other")
    assert still_true.differences(library, replace(old, sentences=(moved,))) == []
    lost = replace(moved, sha256="0" * 32)
    (found,) = still_true.differences(library, replace(old, sentences=(lost,)))
    assert found.what == "sentence not found"


def test_only_open_sentences_leave_this_computer(
    story: Walkthrough, built: None, tmp_path: Path
) -> None:
    # Here, in the notebook, it is read …
    told = json.dumps(story._perform(False).told())
    assert CLOSED_SENTENCE in re.sub(r"<[^>]*>", "", told)
    # … but not in what is handed on.
    for path in (
        story.export(tmp_path / "a.html"),
        story.handout(tmp_path / "b.html", answers=True),
        story.save(tmp_path / "c.json"),
    ):
        text = path.read_text("utf-8")
        assert (
            CLOSED_SENTENCE not in re.sub(r"<[^>]*>", "", text) and "Graphene does not" not in text
        )
    bundle = story._repr_mimebundle_()
    assert bundle is not None
    assert CLOSED_SENTENCE not in bundle[0]["text/plain"]
    assert "Are thin carbon sheets safe?" in bundle[0]["text/plain"]
    page = (tmp_path / "b.html").read_text("utf-8")
    assert CLOSED in page and "Are thin carbon sheets safe?" in page


def test_answers_and_notes_go_along_only_if_they_are_to(
    story: Walkthrough, built: None, tmp_path: Path
) -> None:
    def text(**options: bool) -> str:
        return story.export(tmp_path / "s.html", **options).read_text("utf-8")

    assert "Its bonds." in text() and "Slowly." in text()
    assert "Its bonds." not in text(answers=False) and "Slowly." not in text(notes=False)
    assert "Its bonds." not in story.handout(tmp_path / "h.html").read_text("utf-8")
    answered = story.handout(tmp_path / "h.html", answers=True).read_text("utf-8")
    assert "Its bonds." in answered and '<body class="answers">' in answered
    assert "<script" not in answered and "Slowly." not in answered


def test_where_no_script_runs_a_picture_of_all_steps_stands(
    story: Walkthrough, built: None
) -> None:
    bundle = story._repr_mimebundle_()
    assert bundle is not None
    data, metadata = bundle
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == story.player.model_id
    assert data["image/png"][:4] == b"\x89PNG" and len(data["image/png"]) < 200_000
    assert "a story in 3 steps: 1. Heat; 2. Safety; 3. Storage" in metadata["image/png"]["alt"]
    assert "It conducts a^2." in data["text/plain"] and "Its bonds." not in data["text/plain"]


def test_a_story_without_steps_says_how_to_add_one(library: Graph, built: None) -> None:
    empty = Walkthrough(library, "Nothing yet", language="zh-CN")
    assert empty.check().empty and empty.bibliography().empty
    talk: Any = Talk(empty.player)  # type: ignore[arg-type]
    told = talk.ask("hello")["story"]
    assert told["steps"] == [] and told["words"]["next"] == "下一步"
    assert empty._repr_mimebundle_() is not None


def test_the_page_is_told_numbers_and_what_changes(story: Walkthrough, built: None) -> None:
    talk: Any = Talk(story.player)  # type: ignore[arg-type]
    full = talk.ask("hello")
    names = full["data"]["nodes"]["name"]
    heat, safety, storage = full["story"]["steps"]
    shown = {names[n] for n, _, _ in safety["nodes"]}
    assert shown == {"graphene", "cytotoxicity"} and len(names) == len(set(names))
    assert len(heat["lit"]["edges"]) == 1 and heat["camera"] is None and storage["camera"]
    assert list(heat["statements"].values()) == heat["lit"]["edges"]
    # Somebody wanders, and starts over.
    talk.ask("expand", node=names.index("moisture"))
    assert len(talk.ask("reset")["data"]["nodes"]["name"]) == len(names)
    story.remove("Storage")
    content, _ = talk.sent[-1]
    assert content["kind"] == "graph/full" and len(content["story"]["steps"]) == 2


def test_a_page_keeps_a_step(story: Walkthrough, library: Graph, built: None) -> None:
    explorer = Explorer(library, "graphene", walkthrough=story)
    assert explorer.walkthrough == "What graphene does"
    talk: Any = Talk(explorer)
    talk.ask("hello")
    assert talk.ask("step")["titles"] == ["Heat", "Safety", "Storage"]
    told = talk.ask(
        "step", title=" By hand ", text="*a*", nodes=[0], edges=[0, 99], camera=[-9, -9, 9, 9.123], at=2
    )  # fmt: skip
    assert told["number"] == 2 and told["titles"][1] == "By hand"
    kept = story.steps[1]
    assert kept.camera == (-9, -9, 9, 9.1) and len(kept.highlight) == 2 and len(kept.sentences) == 1
    talk.ask("step", title="Instead", at=2, instead=True)
    assert [s.title for s in story.steps] == ["Heat", "Instead", "Safety", "Storage"]
    for bad, said in (
        ({"title": {"a": 1}}, "texts are none"),
        ({"title": "x", "camera": "all"}, "no four numbers"),
        ({"title": "x", "nodes": {"a": 1}}, "list of numbers"),
        ({"title": "x", "at": 99}, "cannot come at 99"),
        ({"title": "x", "at": 99, "instead": True}, "no step 99"),
    ):
        answer = talk.ask("step", **bad)
        assert answer["kind"] == "error" and said in answer["message"]
    other: Any = Talk(Explorer(library, "graphene"))
    other.ask("hello")
    assert "The page asks for 'step'" in other.ask("step")["message"]
    assert len(story) == 4
