"""Twenty Explorers in one notebook, and one that is cut off from all but its server."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.explorer_page import Run, at, layout, names, node, python, ready, settle
from tests.browser.lab import Lab
from widgets.still import WIDGET

pytestmark = pytest.mark.timeout(240)
MANY = 20
MOST = 6_000_000
"""Bytes that so many Explorers may add to a saved notebook."""
ABOUT = ("graphene", "drought", "insulin", "perovskite", "biochar")
COUNT_CANVASES = """
    window.canvases = [];
    const make = document.createElement;
    document.createElement = function (...args) {
        const made = make.apply(this, args);
        if (made instanceof HTMLCanvasElement) window.canvases.push(new WeakRef(made));
        return made;
    };
"""
ALIVE = "() => window.canvases.map((ref) => ref.deref()).filter((c) => c && c.width * c.height > 0)"


def saved(page: Page, path: Path) -> int:
    """Save the notebook; bytes of its file."""
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    return path.stat().st_size


def test_twenty_explorers_paint_and_weigh_little(
    run: Run, page: Page, lab: Lab, request: pytest.FixtureRequest
) -> None:
    page.add_init_script(COUNT_CANVASES)
    run(*(f'Explorer(graph, "{ABOUT[n % len(ABOUT)]}")' for n in range(MANY)))
    explorers = page.get_by_test_id("explorer")
    expect(explorers).to_have_count(MANY)
    for n in range(MANY):
        one = explorers.nth(n)
        expect(one.get_by_test_id("counts")).to_contain_text("concept")
        one.scroll_into_view_if_needed()
        expect(one.get_by_test_id("layout")).not_to_be_empty()
        assert ABOUT[n % len(ABOUT)] in names(one)
        # Not one colour, so something is on the canvas.
        assert (
            one.locator(".pm-canvas").evaluate(
                """canvas => {
                const { width, height } = canvas;
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                return new Set(new Uint32Array(data.buffer)).size;
            }"""
            )
            > 50
        )
    path = lab.notebooks / f"{request.node.name}.ipynb"
    size = saved(page, path)
    notebook = json.loads(path.read_text("utf-8"))
    kept = notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    models = Counter(model["model_name"] for model in kept.values())
    assert models["AnyModel"] == MANY
    shown = [o for cell in notebook["cells"] for o in cell["outputs"] if WIDGET in o["data"]]
    pictures = sum(len(output["data"]["image/png"]) for output in shown)
    state = sum(len(json.dumps(model)) for model in kept.values())
    print(f"\n{MANY} Explorers: {size:,} bytes saved, {pictures:,} of pictures, {state:,} of state")
    assert len(shown) == MANY
    assert size <= MOST

    # Two bitmaps each, of which one may reach beyond the view; all given back when they go.
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    alive = page.evaluate(f"({ALIVE})().map((c) => c.width * c.height * 4)")
    print(f"{len(alive)} bitmaps, {sum(alive) / 1e6:.0f} MB")
    assert len(alive) <= 2 * MANY + 2
    assert sum(alive) < 100e6
    page.evaluate("window.jupyterapp.commands.execute('notebook:select-all')")
    page.evaluate("window.jupyterapp.commands.execute('editmenu:clear-current')")
    page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    expect(explorers).to_have_count(0)
    assert page.evaluate(f"({ALIVE})().length") <= 2


def test_nothing_but_the_server_is_asked_for_anything(run: Run, page: Page, lab: Lab) -> None:
    refused: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith((f"{lab.url}/", "data:", "blob:")):
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    page.context.route("**/*", guard)
    run('explorer = Explorer(graph, "graphene")\nexplorer')
    explorer = ready(page.get_by_test_id("explorer"))
    search = explorer.get_by_test_id("search")
    search.fill("biochar")
    expect(explorer.get_by_test_id("hit").first).to_be_visible()
    search.press("Enter")
    expect(explorer.get_by_test_id("card")).to_contain_text("biochar")
    settle(page)
    page.mouse.dblclick(*at(explorer, node(explorer, "graphene")))
    expect(explorer.get_by_test_id("busy")).to_be_hidden()
    settle(page)
    explorer.get_by_test_id("card-statement").first.click()
    expect(explorer.get_by_test_id("mark").first).to_be_visible()
    explorer.get_by_test_id("layouts").select_option("years")
    explorer.get_by_test_id("show-table").click()
    expect(explorer.get_by_test_id("row").first).to_be_visible()
    made = python(page, 'made = [explorer.export(f) for f in ("png", "svg", "html")]', "len(made)")
    assert made == 3
    assert refused == []
    assert layout(explorer)["nodes"]
    # The guard would have seen it.
    page.allow_errors("ERR_FAILED")  # type: ignore[attr-defined]
    tried = page.evaluate("fetch('http://127.0.0.1:9/x').then(() => 'loaded', () => 'refused')")
    assert (tried, refused) == ("refused", ["http://127.0.0.1:9/x"])
