"""The contract that VS Code, Colab and others keep with an anywidget, kept by a strict host with real Explorers."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

import kg
from kg.graph import Graph
from tests.browser.explorer_page import at, edge_between, layout, names, node, ready, settle, shot
from tests.widgets.corpus import fill
from widgets import Explorer

pytestmark = pytest.mark.timeout(120)
HOST = Path(__file__).with_name("afm_host.js")
ADDRESS = "http://127.0.0.1:9/host.html"
TRAITS = ("query", "height", "walkthrough", "protocol", "_esm", "_css")
HOSTILE = """
    * { font-size: 40px; color: red; line-height: 3; text-transform: uppercase; margin: 9px; }
    button { display: none; } svg { width: 200px } table, td { border: 9px solid lime; }
    input, select { width: 700px; background: yellow; }
"""
Said = list[tuple[dict[str, Any], list[str]]]


class Host:
    """A page that shows Explorers of this process; what they say is told as the answer to what they are asked."""

    def __init__(self, page: Page, style: str = "") -> None:
        self.page = page
        self.explorers: dict[str, Explorer] = {}
        self.asked: list[str] = []
        self._said: Said = []
        body = '<h1 id="title">Notes</h1><p><button id="ours">Go</button></p>'
        places = "".join(f'<div id="p{n}" style="margin-bottom: 8px"></div>' for n in range(3))
        html = f'<!DOCTYPE html><html data-polymath-debug="1"><head><style>{style}</style></head>'

        def serve(route: Route) -> None:
            route.fulfill(
                body=f"{html}<body>{body}{places}</body></html>", content_type="text/html"
            )

        page.route(ADDRESS, serve)
        page.expose_function("kernel", self._kernel)
        page.goto(ADDRESS)
        page.add_script_tag(path=HOST)

    def _kernel(self, name: str, kind: str, content: dict[str, Any], buffers: list[str]) -> Said:
        explorer = self.explorers[name]
        self._said = []
        if kind == "state":
            explorer.set_state(content)
        else:
            self.asked.append(content["kind"])
            explorer._handle_custom_msg(content, [base64.b64decode(b) for b in buffers])
        return self._said

    def _hear(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        self._said.append((content, [base64.b64encode(b).decode() for b in buffers or []]))

    def load(self, name: str, explorer: Explorer, form: str = "view") -> None:
        explorer.send = self._hear
        self.explorers[name] = explorer
        state = {trait: getattr(explorer, trait) for trait in TRAITS}
        self.page.evaluate(
            "([name, state, form]) => window.load(name, state, form)", [name, state, form]
        )

    def show(self, name: str, place: int, how: str = "show", *more: bool) -> None:
        self.page.evaluate(
            "([name, how, place, more]) => window.loaded[name][how](place, ...more)",
            [name, how, f"#p{place}", list(more)],
        )


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Graph]:
    with kg.connect(tmp_path / "library.kg") as graph:
        fill(graph)
        yield graph


@pytest.mark.parametrize("form", ["offset", "view", "bytes", "buffer"])
def test_buffers_may_come_in_any_form(library: Graph, page: Page, form: str) -> None:
    host = Host(page)
    host.load("one", Explorer(library, "graphene"), form)
    host.show("one", 0)
    explorer = ready(page.get_by_test_id("explorer"))
    assert {"graphene", "energy storage"} <= names(explorer)
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(explorer.get_by_test_id("status")).to_contain_text("Added")
    settle(page)
    page.mouse.click(*at(explorer, edge_between(explorer, "graphene", "thermal conductivity")))
    expect(explorer.get_by_test_id("mark").first).to_contain_text("thermal conductivity")


def test_a_model_has_two_views_that_come_and_go(library: Graph, page: Page) -> None:
    host = Host(page)
    host.load("one", Explorer(library, "graphene", height=300), "offset")
    host.show("one", 0)
    host.show("one", 1)
    explorers = page.get_by_test_id("explorer")
    one, two = ready(explorers.nth(0)), ready(explorers.nth(1))
    one.get_by_test_id("search").fill("insulin")
    one.get_by_test_id("search").press("Enter")
    expect(one.get_by_test_id("status")).to_contain_text("around insulin")
    settle(page)
    assert "insulin" in names(one) and "insulin" not in names(two)
    # Python asks for something else in all views; each of them asks once.
    page.evaluate("() => window.loaded.one.model.face.set('query', 'drought')")
    page.evaluate("() => window.loaded.one.model.fire('change:query')")
    for explorer in (one, two):
        expect(explorer.get_by_test_id("status")).to_contain_text("around drought")
    assert host.asked.count("ask") == 3
    # One goes, and the other stays.
    page.evaluate("() => window.loaded.one.views[0]()")
    expect(explorers).to_have_count(1)
    explorers.first.get_by_test_id("search").fill("insulin")
    explorers.first.get_by_test_id("search").press("Enter")
    expect(explorers.first.get_by_test_id("status")).to_contain_text("around insulin")
    page.evaluate("() => window.loaded.one.views[1]()")
    expect(explorers).to_have_count(0)
    assert page.evaluate("() => window.loaded.one.model.listening()") == 0
    # Shown again after all is gone, by a host that has let go of every listener before it says so.
    host.show("one", 2)
    again = ready(explorers)
    assert "graphene" in names(again)
    page.evaluate(
        "() => window.loaded.one.model.face.off(); window.loaded.one.views[2]()".replace(
            ";", ",", 1
        )
    )
    expect(explorers).to_have_count(0)


def test_frames_and_shadows_are_no_hindrance(library: Graph, page: Page, screenshots: Path) -> None:
    host = Host(page)
    for name, about in (("framed", "graphene"), ("shaded", "drought")):
        host.load(name, Explorer(library, about, height=330), "buffer")
    host.show("framed", 0, "frame")
    host.show("shaded", 1, "show", True)
    framed = ready(page.frame_locator("iframe").get_by_test_id("explorer"))
    assert {"graphene", "energy storage"} <= names(framed)
    framed.get_by_test_id("search").fill("insulin")
    framed.get_by_test_id("search").press("Enter")
    expect(framed.get_by_test_id("status")).to_contain_text("around insulin")
    shaded = ready(page.get_by_test_id("explorer"))
    assert "drought" in names(shaded)
    # Keys, focus and wheel are those of the element, not of its host.
    shaded.get_by_test_id("stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(shaded.locator(".pm-panel-body")).to_be_focused()
    page.keyboard.press("Escape")
    expect(shaded.get_by_test_id("stage")).to_be_focused()
    zoom = layout(shaded)["k"]
    page.mouse.move(*at(shaded, node(shaded, "drought")))
    page.mouse.wheel(0, -240)
    settle(page)
    assert layout(shaded)["k"] > zoom
    # Dark where what lies behind it is.
    page.evaluate("document.body.style.background = '#181818', document.body.className = 'night'")
    settle(page)
    assert layout(shaded)["dark"] is True
    shot(shaded, screenshots, "shadow_dark")


def test_styles_leak_neither_way(library: Graph, page: Page, screenshots: Path) -> None:
    look = """() => ["title", "ours"].map((id) => {
        const style = getComputedStyle(document.getElementById(id));
        return Array.from(style, (name) => style.getPropertyValue(name)).join();
    })"""
    host = Host(page, HOSTILE)
    before = page.evaluate(look)
    host.load("one", Explorer(library, "graphene"))
    host.show("one", 0)
    explorer = ready(page.get_by_test_id("explorer"))
    explorer.get_by_test_id("filter").click()
    settle(page)
    page.mouse.click(*at(explorer, node(explorer, "cytotoxicity")))
    expect(explorer.get_by_test_id("card")).to_be_visible()
    settle(page)
    shot(explorer, screenshots, "hostile")
    hostile = explorer.evaluate(
        """root => [...root.querySelectorAll(":not(svg, svg *)")].filter((e) => e.checkVisibility()).flatMap((e) => {
            const style = getComputedStyle(e);
            const bad = style.fontSize === "40px" || style.color === "rgb(255, 0, 0)" || style.textTransform !== "none"
                || style.borderTopColor === "rgb(0, 255, 0)" || style.backgroundColor === "rgb(255, 255, 0)"
                || style.marginTop === "9px" || e.offsetWidth > root.offsetWidth;
            return bad ? [e.outerHTML.slice(0, 100)] : [];
        })"""
    )
    assert hostile == []
    expect(explorer.get_by_test_id("zoom-in")).to_be_visible()
    icon = explorer.get_by_test_id("zoom-in").locator("svg").bounding_box()
    assert icon is not None and icon["width"] == 16
    assert explorer.get_by_test_id("search").evaluate("e => e.offsetWidth") < 400
    # And the host is as it was.
    assert page.evaluate(look) == before
    selectors = page.evaluate(
        """() => [...document.styleSheets].slice(1).flatMap((sheet) => [...sheet.cssRules])
            .flatMap((rule) => rule.cssRules?.length && !rule.selectorText ? [...rule.cssRules] : [rule])
            .flatMap((rule) => rule.selectorText?.split(/,(?![^(]*\\))/) ?? [])"""
    )
    assert len(selectors) > 100
    assert [
        s
        for s in selectors
        if not s.strip().startswith((".pm-explorer", ":is(.pm-explorer, ", "0%", "to", "100%"))
    ] == []
