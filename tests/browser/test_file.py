"""The file that is handed on: opened from a disk, with no kernel, no network and no other script than its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import kg
from kg.graph import Graph
from tests.browser.explorer_page import (
    at,
    debugged,
    edge_between,
    layout,
    names,
    node,
    ready,
    settle,
    shot,
)
from tests.widgets.corpus import LIBRARY, batch, fill
from widgets import Explorer

pytestmark = pytest.mark.timeout(120)
HOSTILE = "</script><script>window.hit = 1</script><!--\u2028{{7*7}}"
"""A name that ends a script where it can."""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    monkeypatch.setitem(LIBRARY["concepts"], HOSTILE, {"kind": "term"})
    said = {
        "text": f"Here {HOSTILE} affects graphene.",
        "facts": [[HOSTILE, "affects", "graphene"]],
    }
    paper = {
        "title": f"On {HOSTILE}", "venue": "", "doi": "", "licence": "CC-BY-4.0", "access": "open",
        "language": "en", "authors": [HOSTILE], "disciplines": [],
        "sections": [{"section": "abstract", "sentences": [said]}],
    }  # fmt: skip
    with kg.connect(tmp_path / "library.kg") as graph:
        fill(graph)
        graph.write(batch(paper))
        yield graph


@pytest.fixture
def explorer(library: Graph, page: Page, tmp_path: Path) -> Locator:
    """The file of a view around graphene, opened without any network."""
    file = Explorer(library, "graphene").export(tmp_path / "graphene.html")
    assert isinstance(file, Path)
    page.context.set_offline(True)
    debugged(page)
    page.goto(file.as_uri())
    return ready(page.get_by_test_id("explorer"))


def test_it_plays_without_kernel_and_network(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    status, card = explorer.get_by_test_id("status"), explorer.get_by_test_id("card")
    shot(explorer, screenshots, "file_light")
    page.screenshot(path=screenshots / "file_page.png", full_page=True)
    assert {"graphene", "energy storage", HOSTILE} <= names(explorer)
    # Nothing of it runs, and what only a kernel can do is not offered.
    assert page.evaluate("window.hit") is None
    for part in ("layouts", "expand"):
        expect(explorer.get_by_test_id(part)).to_be_hidden()
    # Select, and read what is said.
    page.mouse.click(*at(explorer, node(explorer, "graphene")))
    expect(card).to_contain_text("single-layer graphite")
    expect(status).to_contain_text("in this file")
    card.get_by_test_id("card-statement").filter(has_text=HOSTILE.strip()[:20]).click()
    expect(explorer.get_by_test_id("mark")).to_have_text(f"Here {HOSTILE} affects graphene.")
    expect(explorer.get_by_test_id("span-subject")).to_have_text(HOSTILE)
    # An edge opens its sentence, marked at its characters though emoji stand before it.
    page.keyboard.press("Escape")
    settle(page)
    page.mouse.click(*at(explorer, edge_between(explorer, "graphene", "thermal conductivity")))
    older = explorer.get_by_test_id("work").filter(has_text="Heat in two dimensions")
    expect(older.get_by_test_id("span-object")).to_have_text("thermal conductivity")
    page.keyboard.press("Escape")
    settle(page)
    # Sentences of closed sources are told of, not told.
    page.mouse.click(*at(explorer, node(explorer, "cytotoxicity")))
    card.get_by_test_id("card-statement").filter(has_text="disputed").click()
    closed = explorer.get_by_test_id("work").filter(has_text="restricted")
    expect(closed.get_by_test_id("mark")).to_have_text(
        "The sentence is not copied here, because its source is not known to be open."
    )
    assert "does not cause cytotoxicity" not in page.content()


def test_it_searches_filters_and_undoes(explorer: Locator, page: Page) -> None:
    search, card = explorer.get_by_test_id("search"), explorer.get_by_test_id("card")
    status = explorer.get_by_test_id("status")
    search.fill("石墨烯片")  # an alias
    expect(explorer.get_by_test_id("hit").first).to_contain_text("graphene")
    search.press("ArrowDown")
    search.press("Enter")
    expect(card).to_contain_text("graphene")
    search.fill("cytotoxcity")
    search.press("Enter")
    expect(status).to_contain_text("Nothing in this file is called “cytotoxcity”")
    explorer.get_by_test_id("hit").filter(has_text="cytotoxicity").click()
    expect(card).to_contain_text("cytotoxicity")
    # Asking for more is answered with why there is none.
    explorer.get_by_test_id("stage").focus()
    page.keyboard.press("e")
    expect(status).to_contain_text("open the graph in a notebook")
    page.keyboard.press("Escape")
    before, edges = names(explorer), sum(e["shown"] for e in layout(explorer)["edges"])
    explorer.get_by_test_id("kind").filter(has_text="device").click()
    settle(page)
    assert "biosensors" not in names(explorer)
    explorer.get_by_test_id("undo").click()
    settle(page)
    assert names(explorer) == before
    explorer.get_by_test_id("show-table").click()
    expect(explorer.get_by_test_id("row")).to_have_count(edges)
    explorer.get_by_test_id("row").first.press("Enter")
    expect(explorer.get_by_test_id("evidence")).to_be_visible()
    explorer.get_by_test_id("show-graph").click()
    zoom = layout(explorer)["k"]
    explorer.get_by_test_id("zoom-in").click()
    box = explorer.get_by_test_id("stage").bounding_box()
    assert box is not None
    settle(page)
    assert layout(explorer)["k"] > zoom
    was = node(explorer, "graphene")
    page.mouse.move(box["x"] + 20, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 230, steps=4)
    page.mouse.up()
    settle(page)
    assert node(explorer, "graphene")["x"] == pytest.approx(was["x"] + 40, abs=2)


def test_its_policy_forbids_all_but_its_own_script(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    policy = page.locator("meta[http-equiv]").get_attribute("content") or ""
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts.pop("default-src") == parts.pop("base-uri") == parts.pop("form-action") == "'none'"
    for sources in parts.values():
        assert all(re.fullmatch(r"'sha256-[\w+/=]+'", source) for source in sources.split())
    page.allow_errors("Content Security Policy")  # type: ignore[attr-defined]
    tried = page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = 1";
            document.head.append(script);
            return fetch("https://example.org/").then(() => "loaded", () => window.ran ?? "refused");
        }"""
    )
    assert tried == "refused"
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert layout(explorer)["dark"] is True
    page.screenshot(path=screenshots / "file_dark.png")


def test_where_no_script_runs_the_picture_and_the_sentences_stand(
    library: Graph, page: Page, tmp_path: Path, screenshots: Path
) -> None:
    browser = page.context.browser
    assert browser is not None
    Explorer(library, "graphene").export(tmp_path / "still.html")
    still = browser.new_context(java_script_enabled=False, offline=True).new_page()
    still.goto((tmp_path / "still.html").as_uri())
    expect(still.locator("svg[role=img]")).to_be_visible()
    still.locator("summary", has_text="thermal conductivity").first.click()
    expect(still.locator("blockquote", has_text="increases").first).to_be_visible()
    still.screenshot(path=screenshots / "file_still.png")
    still.context.close()
