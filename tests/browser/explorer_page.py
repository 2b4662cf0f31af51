"""What a test sees of an Explorer in a page, and where its things are."""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

Run = Callable[..., None]


def layout(explorer: Locator) -> dict[str, Any]:
    """Where things are painted, in pixels of the canvas."""
    found: dict[str, Any] = json.loads(explorer.get_by_test_id("layout").text_content() or "{}")
    return found


def names(explorer: Locator) -> set[str]:
    """Names of the concepts shown."""
    return {n["name"] for n in layout(explorer)["nodes"] if n["shown"]}


def node(explorer: Locator, name: str) -> dict[str, Any]:
    """The painted concept of that name."""
    found: dict[str, Any] = next(n for n in layout(explorer)["nodes"] if n["name"] == name)
    return found


def settle(page: Page) -> None:
    """Wait until nothing glides any more."""
    page.wait_for_timeout(700)


def at(explorer: Locator, thing: dict[str, Any]) -> tuple[float, float]:
    """A painted thing's place in the page."""
    box = explorer.get_by_test_id("stage").bounding_box()
    assert box is not None
    return box["x"] + thing["x"], box["y"] + thing["y"]


def shot(explorer: Locator, folder: Path, name: str) -> Image.Image:
    """Keep a picture of the widget."""
    data = explorer.screenshot(path=folder / f"{name}.png")
    return Image.open(io.BytesIO(data)).convert("RGB")


def python(page: Page, code: str, value: str = "None") -> Any:
    """Run code in the notebook's kernel while the page stands, and return what *value* is then."""
    told = page.evaluate(
        """async ([code, value]) => {
            const { kernel } = window.jupyterapp.shell.currentWidget.context.sessionContext.session;
            const reply = await kernel.requestExecute({ code, user_expressions: { value } }).done;
            return reply.content.status === "ok" ? reply.content.user_expressions.value : reply.content;
        }""",
        [code, f"repr({value})"],
    )
    assert told["status"] == "ok", told
    return ast.literal_eval(ast.literal_eval(told["data"]["text/plain"]))


def debugged(page: Page) -> None:
    """Ask the widgets of pages that are opened from now on to say where they paint things."""
    page.add_init_script(
        """new MutationObserver((_, observer) => {
            if (!document.documentElement) return;
            document.documentElement.dataset.polymathDebug = "1";
            observer.disconnect();
        }).observe(document, { childList: true });"""
    )


def ready(explorer: Locator) -> Locator:
    """Wait until the canvas has something on it and nothing moves."""
    expect(explorer.get_by_test_id("counts")).to_contain_text("concept")
    explorer.scroll_into_view_if_needed()
    settle(explorer.page)
    return explorer


def edge_between(explorer: Locator, one: str, other: str) -> dict[str, Any]:
    """The edge that joins two concepts, by their names."""
    for edge in layout(explorer)["edges"]:
        if _ends(explorer, edge) == {one, other}:
            return edge
    raise AssertionError(f"no edge joins {one} and {other}")


def _ends(explorer: Locator, edge: dict[str, Any]) -> set[str]:
    """Names of the two concepts an edge joins, from the table twin's hidden data."""
    rows: list[list[str]] = explorer.evaluate(
        """(root, edge) => {
            root.querySelector('[data-testid=show-table]').click();
            const row = root.querySelector(`[data-edge="${edge}"]`);
            const cells = [...row.children].map((c) => c.textContent);
            root.querySelector('[data-testid=show-graph]').click();
            return [cells];
        }""",
        edge["edge"],
    )
    return {rows[0][0], rows[0][2]}
