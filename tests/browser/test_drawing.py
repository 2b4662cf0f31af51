"""What is drawn, as a person meets it: other layouts, a view that moves, a graph larger than a screen."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.explorer_page import at, layout, node, ready, settle, shot

pytestmark = pytest.mark.timeout(180)
Run = Callable[..., None]

MANY = """
from benchmarks.drawing_pages.graphs import invented
from widgets.answers import Piece
explorer = Explorer(graph)
# An invented graph in place of what the kernel would ask its own for.
scene = explorer._conversation.latest()
scene.clear()
scene.add(Piece(*invented(2500, 5000)))
explorer
"""


def pixels(explorer: Locator) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """The middle of what is on the canvas, away from all that lies over it."""
    image = Image.open(io.BytesIO(explorer.get_by_test_id("stage").screenshot())).convert("RGB")
    return np.asarray(image, dtype=np.int16)[60:-110, 60:-60]


def test_the_canvas_can_be_laid_out_in_other_ways(run: Run, page: Page, screenshots: Path) -> None:
    run('Explorer(graph, "graphene")')
    explorer = ready(page.get_by_test_id("explorer"))
    choice = explorer.get_by_test_id("layouts")
    expect(choice).to_have_value("free")
    page.mouse.click(*at(explorer, node(explorer, "graphene")))
    settle(page)
    choice.select_option("steps")
    expect(explorer.get_by_test_id("status")).to_contain_text("Laid out by steps")
    settle(page)
    x = {n["name"]: n["at"][0] for n in layout(explorer)["nodes"]}
    assert x["graphene"] == min(x.values())
    shot(explorer, screenshots, "steps")
    ways = {
        "years": "year",
        "groups:discipline": "discipline",
        "groups:kind": "kind",
        "free": "links",
    }
    for name, by in ways.items():
        choice.select_option(name)
        expect(explorer.get_by_test_id("status")).to_contain_text(f"Laid out by {by}")
        settle(page)
        shot(explorer, screenshots, name)
        found = layout(explorer)
        box = explorer.get_by_test_id("stage").bounding_box()
        assert box is not None
        assert all(0 < n["x"] < box["width"] and 0 < n["y"] < box["height"] for n in found["nodes"])


def test_many_concepts_are_the_same_after_a_pan(run: Run, page: Page, screenshots: Path) -> None:
    run(MANY)
    explorer = ready(page.get_by_test_id("explorer"))
    expect(explorer.get_by_test_id("counts")).to_contain_text("2,500 concepts")
    page.wait_for_timeout(1500)
    shot(explorer, screenshots, "many")
    before = pixels(explorer)
    assert (before.std(axis=(0, 1)) > 10).all(), "nothing is drawn"
    box = explorer.get_by_test_id("stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] - 30, box["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 300, y + 60, steps=12)
    page.wait_for_timeout(400)
    assert np.abs(pixels(explorer) - before).mean() > 2, "the picture did not move"
    page.mouse.move(x, y, steps=12)
    page.mouse.up()
    page.wait_for_timeout(600)
    after = pixels(explorer)
    # Antialiasing may differ by a shade where lines were shifted by parts of a pixel.
    assert np.abs(after - before).mean() < 3
    zoom = layout(explorer)["k"]
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(8):
        page.mouse.wheel(0, -120)
    page.wait_for_timeout(600)
    assert layout(explorer)["k"] > 2 * zoom
    shot(explorer, screenshots, "many_near")
    stage = explorer.get_by_test_id("stage").bounding_box()
    assert stage is not None
    inside = [
        n for n in layout(explorer)["nodes"]
        if 150 < n["x"] < stage["width"] - 450 and 60 < n["y"] < stage["height"] - 150
    ]  # fmt: skip
    page.mouse.move(*at(explorer, inside[0]))
    expect(explorer.get_by_test_id("stage")).to_have_css("cursor", "pointer")


def test_a_small_map_shows_where_one_is(run: Run, page: Page, screenshots: Path) -> None:
    run(MANY.replace("2500, 5000", "6000, 9000"))
    explorer = ready(page.get_by_test_id("explorer"))
    expect(explorer.get_by_test_id("counts")).to_contain_text("6,000 concepts")
    page.wait_for_timeout(1500)
    small = explorer.get_by_test_id("minimap")
    expect(small).to_be_hidden()
    for _ in range(6):
        explorer.get_by_test_id("zoom-in").click()
    settle(page)
    expect(small).to_be_visible()
    shot(explorer, screenshots, "minimap")
    box = small.bounding_box()
    assert box is not None
    before = layout(explorer)["nodes"][0]
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2)
    settle(page)
    assert layout(explorer)["nodes"][0]["x"] > before["x"] + 100
    assert layout(explorer)["selected"] is None
    explorer.get_by_test_id("fit").click()
    settle(page)
    expect(small).to_be_hidden()


def test_two_fingers_zoom(run: Run, page: Page) -> None:
    run('Explorer(graph, "graphene")')
    explorer = ready(page.get_by_test_id("explorer"))
    box = explorer.get_by_test_id("stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 60
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        where = [{"x": a, "y": b, "id": n} for n, (a, b) in enumerate(points)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    before = layout(explorer)
    touch("touchStart", (x - 40, y))
    touch("touchStart", (x - 40, y), (x + 40, y))
    for step in range(1, 9):
        touch("touchMove", (x - 40 - 6 * step, y), (x + 40 + 6 * step, y))
    touch("touchEnd")
    settle(page)
    after = layout(explorer)
    assert after["k"] > 1.5 * before["k"]
    # One finger pans.
    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x, y + 5 * step))
    touch("touchEnd")
    settle(page)
    panned = layout(explorer)
    assert panned["k"] == after["k"]
    assert panned["nodes"][0]["y"] > after["nodes"][0]["y"] + 20


def test_a_large_graph_is_walked_from_above(run: Run, page: Page, screenshots: Path) -> None:
    run(
        "from tests.kg.networks import planted, write_rows\n"
        "from widgets import overview\n"
        "overview.LARGE = 800\n"
        'large = kg.connect("planted.kg")\n'
        "write_rows(large.store, *planted(900, 4000, 12, seed=4))",
        "Explorer(large)",
    )
    explorer = ready(page.get_by_test_id("explorer"))
    status, way = explorer.get_by_test_id("status"), explorer.get_by_test_id("way")
    expect(status).to_contain_text("communities of")
    expect(way).to_have_text("Whole graph")
    shot(explorer, screenshots, "communities")
    above = layout(explorer)["nodes"]
    page.mouse.dblclick(*at(explorer, above[0]))
    expect(way.locator("span[aria-current]")).to_have_text(above[0]["name"])
    settle(page)
    shot(explorer, screenshots, "community")
    assert len(layout(explorer)["nodes"]) > len(above)
    way.get_by_role("button", name="Whole graph").click()
    expect(status).to_contain_text("communities of")
    settle(page)
    # A click tells what it is, the keyboard opens it.
    page.mouse.click(*at(explorer, layout(explorer)["nodes"][1]))
    expect(status).to_contain_text("a community of")
    explorer.get_by_test_id("stage").focus()
    page.keyboard.press("e")
    expect(way.locator("span[aria-current]")).to_have_text(above[1]["name"])
