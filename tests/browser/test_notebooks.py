"""The notebooks that people begin with, run as a newcomer runs them: cells, graph, edge, sentence."""

from __future__ import annotations

import base64
import io
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

import kg
from kg.verify import verify
from tests.browser.conftest import idle, themed
from tests.browser.explorer_page import at, edge_between, names, ready, settle
from tests.browser.lab import Lab
from tests.conftest import ROOT

pytestmark = pytest.mark.timeout(240)


def opened(lab: Lab, page: Page, name: str) -> list[str]:
    """Open one of the notebooks that come with Polymath, beside the sample data, and run all of it.

    Returns:
        The sources of its cells.
    """
    shutil.copytree(ROOT / "sample_data", lab.folder / "sample_data", dirs_exist_ok=True)
    notebook: Any = nbformat.read(ROOT / "notebooks" / name, 4)  # type: ignore[no-untyped-call]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:  # what it puts out is to come from this run
        cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, lab.notebooks / name)  # type: ignore[no-untyped-call]
    page.set_viewport_size({"width": 1360, "height": 1000})
    # In a workspace of its own: JupyterLab opens what was open in one before, too.
    page.goto(f"{lab.url}/lab/workspaces/{Path(name).stem}/tree/{name}?token={lab.token}")
    idle(page)
    page.evaluate("document.documentElement.dataset.polymathDebug = '1'")
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    numbered = page.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[\d+\]"))
    expect(numbered).to_have_count(len(code), timeout=120_000)
    idle(page)
    assert page.locator(".jp-RenderedText[data-mime-type*='error']").count() == 0
    return [cell.source for cell in notebook.cells]


def click_between(page: Page, explorer: Locator, one: str, other: str) -> Locator:
    """Click the edge between two concepts. Returns the pane of its evidence."""
    page.mouse.click(*at(explorer, edge_between(explorer, one, other)))
    return explorer.get_by_test_id("evidence")


def test_the_first_notebook_runs_and_an_edge_opens_its_sentence(
    lab: Lab, page: Page, screenshots: Path
) -> None:
    opened(lab, page, "01_first_graph.ipynb")
    explorer = ready(page.get_by_test_id("explorer"))
    assert {"photosynthesis", "ultraviolet radiation"} <= names(explorer)
    pane = click_between(page, explorer, "ultraviolet radiation", "photosynthesis")
    expect(pane.get_by_test_id("sentence")).to_have_text(
        "ultraviolet radiation — decreases → photosynthesis"
    )
    expect(pane.get_by_test_id("mark").first).to_contain_text("photosynthesis")
    settle(page)
    explorer.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "first_notebook.png")
    explorer.screenshot(path=screenshots / "first_explorer.png")


def test_a_scientist_explores_and_reads_both_sides_of_a_contradiction(
    lab: Lab, page: Page, screenshots: Path
) -> None:
    cells = opened(lab, page, "02_explore.ipynb")
    # JupyterLab takes what is out of sight out of the page, and running all cells leads to the last.
    place = next(n for n, source in enumerate(cells) if source.startswith("explorer = "))
    page.evaluate(
        "n => window.jupyterapp.shell.currentWidget.content.scrollToItem(n, 'start')", place
    )
    explorer = ready(page.get_by_test_id("explorer").first)
    assert {"crop yield", "photosynthesis", "carbon dioxide"} <= names(explorer)
    # What Python chose is seen in the page: colour by discipline, and its legend.
    expect(explorer.get_by_test_id("legend")).to_contain_text("Agriculture")
    settle(page)
    pane = click_between(page, explorer, "carbon dioxide", "crop yield")
    expect(pane.get_by_test_id("sentence")).to_have_text("carbon dioxide — increases → crop yield")
    expect(pane).to_contain_text("only about half as much as enclosure studies")
    expect(pane).to_contain_text("does not increase crop yield")
    metrics = page.context.new_cdp_session(page)
    for name in ("Light", "Dark"):
        themed(page, name)
        for scale in (1, 2):
            metrics.send(
                "Emulation.setDeviceMetricsOverride",
                {"width": 1360, "height": 1000, "deviceScaleFactor": scale, "mobile": False},
            )
            explorer.get_by_test_id("fit").click()
            settle(page)
            drawn = explorer.locator("canvas").first.evaluate("c => c.width / c.clientWidth")
            assert round(drawn) == scale
            # Playwright's own pictures have as many pixels as its context was made with.
            shot = base64.b64decode(metrics.send("Page.captureScreenshot")["data"])
            assert Image.open(io.BytesIO(shot)).width == 1360 * scale
            (screenshots / f"explore_{name.lower()}_{scale}x.png").write_bytes(shot)
    exports = lab.notebooks / "exports"
    assert {p.suffix for p in exports.iterdir()} >= {".svg", ".png", ".html", ".graphml"}


def test_a_curator_decides_and_the_graph_is_built_again(
    lab: Lab, page: Page, screenshots: Path
) -> None:
    cells = opened(lab, page, "03_curate.ipynb")
    place = next(n for n, source in enumerate(cells) if source.startswith("curator = "))
    page.evaluate(
        "n => window.jupyterapp.shell.currentWidget.content.scrollToItem(n, 'start')", place
    )
    curator = page.get_by_test_id("curator").first
    expect(curator.get_by_test_id("headline")).to_be_visible()
    # What Python decided and asked for since is what the page shows: the last filter, which is none.
    expect(curator.get_by_test_id("filter-told")).to_be_empty()
    curator.get_by_test_id("desk").focus()
    one = curator.get_by_test_id("statement").get_attribute("data-id")
    page.keyboard.press("a")
    expect(curator.get_by_test_id("status")).to_contain_text("Accepted")
    with kg.connect(lab.notebooks / "curating.kg") as graph:
        assert graph.curation.history(str(one))["by"].tolist() == ["Ada"]
        assert verify(graph.store).ok
    for name in ("Light", "Dark"):
        themed(page, name)
        settle(page)
        curator.screenshot(path=screenshots / f"curate_{name.lower()}.png")
    exports = lab.notebooks / "exports"
    assert {"review.html", "decisions.jsonl"} <= {p.name for p in exports.iterdir()}
    for built in ("curating.kg", "again.kg"):
        assert (lab.notebooks / built).is_file()


def test_an_educator_plays_a_story_and_composes_another(
    lab: Lab, page: Page, screenshots: Path
) -> None:
    cells = opened(lab, page, "04_teach.ipynb")

    def at_cell(source: str) -> None:
        place = next(n for n, text in enumerate(cells) if text.startswith(source))
        page.evaluate(
            "n => window.jupyterapp.shell.currentWidget.content.scrollToItem(n, 'start')", place
        )

    at_cell("pill = ")
    story = page.get_by_test_id("walkthrough").first
    expect(story.get_by_test_id("story-title")).to_have_text("The pill that should have helped")
    story.get_by_test_id("story-next").click()
    expect(story.get_by_test_id("step-title")).to_have_text("A cause, or only a sign?")
    story.get_by_test_id("reveal").click()
    expect(story.get_by_test_id("answer")).to_contain_text("chance alone decides")
    settle(page)
    page.screenshot(path=screenshots / "teach_notebook.png")
    # Every sentence behind a line that a step points at.
    story.get_by_test_id("all-evidence").first.click()
    expect(story.get_by_test_id("evidence")).to_contain_text("beta-carotene")
    # What is seen in an Explorer becomes a step of the other story.
    at_cell("ozone = ")
    explorer = page.get_by_test_id("step-open").locator(
        "xpath=ancestor::*[@data-testid='explorer']"
    )
    explorer.get_by_test_id("step-open").click()
    explorer.get_by_test_id("step-name").fill("By hand")
    explorer.get_by_test_id("step-keep").click()
    expect(explorer.get_by_test_id("step-said")).to_have_text("Kept as step 5, “By hand”.")
    files = {p.name for p in (lab.notebooks / "exports").iterdir()}
    assert files >= {"ozone.json", "ozone.html", "ozone_handout.html"}
