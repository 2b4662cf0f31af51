"""The notebook that ``make lab`` opens, run as a newcomer runs it: cells, graph, edge, sentence."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import idle
from tests.browser.explorer_page import at, between, layout, names, ready, settle
from tests.browser.lab import Lab
from tests.conftest import ROOT

pytestmark = pytest.mark.timeout(240)
NOTEBOOK = ROOT / "notebooks" / "01_first_graph.ipynb"


def test_the_first_notebook_runs_and_an_edge_opens_its_sentence(
    lab: Lab, page: Page, screenshots: Path
) -> None:
    shutil.copytree(ROOT / "sample_data", lab.folder / "sample_data", dirs_exist_ok=True)
    shutil.copy(NOTEBOOK, lab.notebooks)
    page.set_viewport_size({"width": 1360, "height": 1000})
    page.goto(f"{lab.url}/lab/tree/{NOTEBOOK.name}?token={lab.token}")
    idle(page)
    page.evaluate("document.documentElement.dataset.polymathDebug = '1'")
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    numbered = page.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[\d+\]"))
    code = page.locator(".jp-Notebook .jp-CodeCell")
    expect(numbered).to_have_count(code.count(), timeout=120_000)
    idle(page)
    assert page.locator(".jp-RenderedText[data-mime-type*='error']").count() == 0
    explorer = ready(page.get_by_test_id("explorer"))
    assert {"photosynthesis", "ultraviolet radiation"} <= names(explorer)
    edges = layout(explorer)["edges"]
    edge = next(
        e for e in edges if between(explorer, e) == {"ultraviolet radiation", "photosynthesis"}
    )
    page.mouse.click(*at(explorer, edge))
    pane = explorer.get_by_test_id("evidence")
    expect(pane.get_by_test_id("sentence")).to_have_text(
        "ultraviolet radiation — decreases → photosynthesis"
    )
    expect(pane.get_by_test_id("mark").first).to_contain_text("photosynthesis")
    settle(page)
    explorer.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "first_notebook.png")
    explorer.screenshot(path=screenshots / "first_explorer.png")
