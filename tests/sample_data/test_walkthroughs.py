"""The stories that ship are true on the sample's graph, and the page about teaching runs on it."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from extractors import ingest
from extractors.finding import find_files
from kg.graph import Graph
from tests.conftest import ROOT, need
from widgets import Walkthrough
from widgets.build import BUILT, STATIC

STORIES = sorted((ROOT / "sample_data" / "walkthroughs").glob("*.json"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """All of sample_data in an embedded graph."""
    with kg.connect(tmp_path_factory.mktemp("teaching") / "science.kg") as graph:
        report = ingest(graph, ROOT / "sample_data", progress=False)
        assert not report.failed
        yield graph


def test_reading_the_sample_passes_over_its_stories() -> None:
    assert len(STORIES) == 3
    assert not [f for f in find_files([ROOT / "sample_data"]) if f.path.suffix == ".json"]


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
def test_a_story_is_true_and_whole(path: Path, sample: Graph, tmp_path: Path) -> None:
    story = Walkthrough.open(sample, path)
    found = story.check(moved=0.005)
    assert found.empty, found["said"].tolist()
    # Told anew from today's graph it is the same, to the letter.
    assert story.save(tmp_path / path.name).read_text("utf-8") == path.read_text("utf-8")
    story.refresh()
    assert story.save(tmp_path / path.name).read_text("utf-8") == path.read_text("utf-8")
    assert 5 <= len(story) <= 8 and story.story.about and story.story.licence
    assert all(s.text and s.notes for s in story.steps)
    assert sum(bool(s.question and s.answer) for s in story.steps) >= 3
    assert any("$" in s.text for s in story.steps)
    fields = {d for w in story.bibliography("csl") for d in _disciplines(sample, w["id"])}
    assert len(fields) >= 2


def _disciplines(graph: Graph, work: str) -> list[str]:
    return list(graph.works([work])["disciplines"].iloc[0])


def test_one_is_in_chinese_over_sentences_of_two_languages(sample: Graph) -> None:
    (story,) = [s for p in STORIES if (s := Walkthrough.open(sample, p)).story.language == "zh"]
    assert all(re.search(r"[\u4e00-\u9fff]", s.title + s.text) for s in story.steps)
    read = {row for s in story.steps for q in s.sentences for row in _language(sample, q.statement)}
    assert read == {"en", "zh"}


def _language(graph: Graph, statement: str) -> set[str]:
    return set(graph.evidence(statement)["language"])


def test_the_page_about_teaching_runs(sample: Graph, tmp_path: Path) -> None:
    need(all((STATIC / n).is_file() for n in BUILT), "the page is not built")
    page = ROOT / "docs" / "teaching.md"
    stories = ROOT / "sample_data" / "walkthroughs"
    names = {"graph": sample, "folder": tmp_path, "stories": stories}
    asked = doctest.DocTestParser().get_doctest(
        page.read_text("utf-8"), names, page.name, str(page), 0
    )
    assert len(asked.examples) > 25
    told: list[str] = []
    doctest.DocTestRunner(verbose=False).run(asked, out=told.append)
    assert not told, "".join(told)


def test_a_story_is_small(sample: Graph, tmp_path: Path) -> None:
    """Ten steps of forty statements each are one file below a megabyte."""
    need(all((STATIC / n).is_file() for n in BUILT), "the page is not built")
    story = Walkthrough(sample, "Ten steps")
    for name in (
        "crop yield", "magnesium", "graphene", "beta-carotene", "machine learning", "deep learning",
        "carbon dioxide", "remote sensing", "biodiversity", "lithium-ion battery",
    ):  # fmt: skip
        related = sample.neighbours([name_id(sample, name)], limit=40)
        said = related["statement"].tolist()
        story.step(name, "Text. " * 100, show=said, highlight=said[:3])
    size = story.export(tmp_path / "ten.html").stat().st_size
    print(f"{size:,} bytes")
    assert size < 1_000_000


def name_id(graph: Graph, name: str) -> str:
    """Id of the concept of that name."""
    return str(graph.search(name, limit=1)["id"].iloc[0])
