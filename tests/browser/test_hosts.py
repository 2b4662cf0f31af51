"""The Explorer outside JupyterLab: in Jupyter Notebook 7, Voilà, marimo, and where no script runs."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import Locator, Page, expect

import kg
from tests.browser.conftest import SETUP, idle
from tests.browser.explorer_page import (
    at,
    debugged,
    edge_between,
    layout,
    names,
    node,
    ready,
    settle,
)
from tests.browser.lab import ROOT, Marimo, Notebook7, Server, Voila
from tests.widgets.corpus import fill
from widgets.still import still

pytestmark = pytest.mark.timeout(180)
ABOUT_GRAPHENE = 'Explorer(graph, "graphene")'
MARIMO = f"""
import marimo

app = marimo.App(width="full")


@app.cell
def _():
    {SETUP.strip().replace(chr(10), chr(10) + "    ")}
    return Explorer, graph


@app.cell
def _(Explorer, graph):
    {ABOUT_GRAPHENE}
    return


if __name__ == "__main__":
    app.run()
"""


def stocked(server: Server) -> None:
    """Put the little library beside what the server shows."""
    with kg.connect(server.notebooks / "library.kg") as graph:
        fill(graph)


def explored(explorer: Locator, page: Page, screenshots: Path, name: str) -> None:
    """Look as a person does: it paints, a concept is found and expanded, an edge opens its sentence."""
    ready(explorer)
    assert {"graphene", "energy storage"} <= names(explorer)
    search = explorer.get_by_test_id("search")
    search.fill("insul")
    expect(explorer.get_by_test_id("hit").first).to_contain_text("insulin")
    search.press("ArrowDown")
    search.press("Enter")
    expect(explorer.get_by_test_id("card")).to_contain_text("insulin")
    explorer.get_by_test_id("close").click()
    explorer.get_by_test_id("fit").click()
    settle(page)
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(explorer.get_by_test_id("status")).to_contain_text("Added")
    settle(page)
    assert {"insulin", "perovskite"} <= names(explorer)
    explorer.get_by_test_id("fit").click()
    settle(page)
    page.mouse.click(*at(explorer, edge_between(explorer, "graphene", "thermal conductivity")))
    expect(explorer.get_by_test_id("mark").first).to_contain_text("thermal conductivity")
    settle(page)
    page.screenshot(path=screenshots / f"{name}.png")


def test_notebook_7(page: Page, tmp_path: Path, screenshots: Path) -> None:
    # While it starts, its settings come before it has a place for them.
    page.allow_errors(r"(?s)reading 'schema'.*notebook_core")  # type: ignore[attr-defined]
    with Notebook7(tmp_path) as server:
        stocked(server)
        page.goto(server.write("notebook", SETUP, ABOUT_GRAPHENE))
        idle(page)
        page.evaluate("document.documentElement.dataset.polymathDebug = '1'")
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        explored(page.get_by_test_id("explorer"), page, screenshots, "notebook7")
        page.goto("about:blank")


def test_voila(page: Page, tmp_path: Path, screenshots: Path) -> None:
    # Its own page asks for icons, in vain.
    page.allow_errors(r"cdn\.jsdelivr\.net/npm/@fortawesome")  # type: ignore[attr-defined]
    server = Voila(tmp_path)
    server.notebook("app", SETUP, ABOUT_GRAPHENE)
    stocked(server)
    debugged(page)
    with server:
        page.goto(server.url, timeout=60_000)
        explored(page.get_by_test_id("explorer"), page, screenshots, "voila")
        page.goto("about:blank")


def test_marimo(page: Page, tmp_path: Path, screenshots: Path) -> None:
    server = Marimo(tmp_path)
    (server.notebooks / "app.py").write_text(MARIMO, encoding="utf-8")
    dark = '[tool.marimo.display]\ntheme = "dark"\n'
    (server.notebooks / "pyproject.toml").write_text(dark, encoding="utf-8")
    stocked(server)
    debugged(page)
    with server:
        page.goto(server.url)
        explored(page.get_by_test_id("explorer"), page, screenshots, "marimo")
        assert layout(page.get_by_test_id("explorer"))["dark"] is True
        page.goto("about:blank")


@pytest.mark.parametrize("state", [False, True], ids=["as JupyterLab saves", "with widget state"])
def test_where_no_script_runs_a_picture_stands(
    page: Page, tmp_path: Path, screenshots: Path, monkeypatch: pytest.MonkeyPatch, state: bool
) -> None:
    with kg.connect(tmp_path / "library.kg") as graph:
        fill(graph)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    cells = [nbformat.v4.new_code_cell(c) for c in (SETUP, ABOUT_GRAPHENE)]  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, resources=resources, store_widget_state=state).execute()
    if state:
        # nbconvert then writes the widget in place of the picture, for a script to show.
        assert notebook.metadata["widgets"]
        assert still(notebook) == 1
    html, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)  # type: ignore[no-untyped-call]
    html = re.sub(r"<script\b.*?</script>|<link\b[^>]*>", "", html, flags=re.DOTALL)
    (tmp_path / "still.html").write_text(html, encoding="utf-8")
    browser = page.context.browser
    assert browser is not None
    dead = browser.new_context(java_script_enabled=False, offline=True).new_page()
    dead.goto((tmp_path / "still.html").as_uri())
    picture = dead.locator("img")
    expect(picture).to_be_visible()
    assert "graphene increases thermal conductivity" in (picture.get_attribute("alt") or "")
    box = picture.bounding_box()
    assert box is not None and box["width"] > 600 and box["height"] > 300
    dead.screenshot(path=screenshots / "still_renderer.png")
    dead.context.close()
