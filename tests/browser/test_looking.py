"""Looking as a person does: what is taken back, hidden, pinned, picked out, filtered, and played by year."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.explorer_page import at, layout, names, node, settle, shot

pytestmark = pytest.mark.timeout(180)


def shown_edges(explorer: Locator) -> int:
    """How many statements are drawn."""
    return sum(e["shown"] for e in layout(explorer)["edges"])


def loop(explorer: Locator, page: Page) -> None:
    """Draw a loop with Shift around all that is on the canvas, beginning beside it."""
    box = explorer.get_by_test_id("stage").bounding_box()
    assert box is not None
    # The right and the top are free of legend, bars and messages.
    left, right = box["x"] + 3, box["x"] + box["width"] - 3
    top, bottom = box["y"] + 3, box["y"] + box["height"] - 3
    page.keyboard.down("Shift")
    page.mouse.move(right, top)
    page.mouse.down()
    for x, y in ((right, bottom - 90), (left + 40, bottom - 90), (left + 40, top), (right, top)):
        page.mouse.move(x, y, steps=6)


def test_expanding_hiding_and_filtering_are_undone_and_done_again(
    explorer: Locator, page: Page
) -> None:
    begun = names(explorer)
    stage, status = explorer.get_by_test_id("stage"), explorer.get_by_test_id("status")
    expect(explorer.get_by_test_id("undo")).to_be_disabled()
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(status).to_contain_text("Added")
    settle(page)
    expanded, edges = names(explorer), shown_edges(explorer)
    assert expanded > begun
    stage.focus()
    page.keyboard.press("Delete")
    expect(status).to_contain_text("is hidden")
    settle(page)
    assert names(explorer) == expanded - {"moisture"}
    explorer.get_by_test_id("filter").click()
    belief = explorer.get_by_test_id("min-belief")
    expect(belief).to_be_focused()
    for _ in range(16):
        page.keyboard.press("ArrowRight")
    expect(explorer.get_by_test_id("filtered")).to_contain_text("hidden: belief below 0.8")
    settle(page)
    assert shown_edges(explorer) < edges
    stage.focus()
    # The slider was moved many times and is one step.
    page.keyboard.press("Control+z")
    expect(status).to_have_text("Undone: a filter.")
    expect(belief).to_have_value("0")
    page.keyboard.press("Control+z")
    settle(page)
    assert names(explorer) == expanded
    page.keyboard.press("Control+z")
    expect(status).to_contain_text("Undone: expanding moisture")
    settle(page)
    assert names(explorer) == begun
    page.keyboard.press("Control+z")
    expect(status).to_have_text("There is nothing to undo.")
    page.keyboard.press("Control+Shift+z")
    settle(page)
    assert names(explorer) == expanded
    assert shown_edges(explorer) == edges
    # Undone, then asked for again: all of it comes back.
    page.keyboard.press("Control+z")
    settle(page)
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(status).to_contain_text("Added")
    settle(page)
    assert names(explorer) == expanded
    assert shown_edges(explorer) == edges
    # No cell of the notebook was undone for it.
    expect(page.locator(".jp-CodeCell")).to_have_count(2)


def test_a_move_is_undone(explorer: Locator, page: Page) -> None:
    first = node(explorer, "graphene")
    x, y = at(explorer, first)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y + 40, steps=5)
    page.mouse.up()
    settle(page)
    assert node(explorer, "graphene")["at"] != first["at"]
    explorer.get_by_test_id("undo").click()
    settle(page)
    assert node(explorer, "graphene")["at"] == pytest.approx(first["at"])


def test_pinned_concepts_stay_where_they_are_in_another_layout(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    explorer.get_by_test_id("stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("p")
    expect(explorer.get_by_test_id("status")).to_contain_text("pinned")
    settle(page)
    before = layout(explorer)["nodes"]
    pinned = [n["name"] for n in before if n["pinned"]]
    assert len(pinned) == 1
    explorer.get_by_test_id("layouts").select_option("years")
    expect(explorer.get_by_test_id("status")).to_contain_text("1 pinned concept stayed")
    settle(page)
    after = {n["name"]: n["at"] for n in layout(explorer)["nodes"]}
    shot(explorer, screenshots, "pinned")
    assert after[pinned[0]] == next(n["at"] for n in before if n["pinned"])
    assert sum(n["at"] != after[n["name"]] for n in before) > len(before) / 2
    explorer.get_by_test_id("undo").click()
    settle(page)
    expect(explorer.get_by_test_id("layouts")).to_have_value("free")
    again = {n["name"]: n["at"] for n in layout(explorer)["nodes"]}
    assert all(again[n["name"]] == pytest.approx(n["at"]) for n in before)


def test_a_loop_picks_out_what_is_inside_it(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    loop(explorer, page)
    shot(explorer, screenshots, "lasso")
    page.mouse.up()
    page.keyboard.up("Shift")
    bar = explorer.get_by_test_id("chosen")
    expect(bar).to_contain_text("picked out")
    settle(page)
    chosen = set(layout(explorer)["chosen"])
    assert len(chosen) > 4
    shot(explorer, screenshots, "chosen")
    before = names(explorer)
    page.keyboard.down("Shift")
    page.mouse.click(*at(explorer, node(explorer, "graphene")))
    page.keyboard.up("Shift")
    settle(page)
    assert set(layout(explorer)["chosen"]) == chosen - {"graphene"}
    explorer.get_by_test_id("chosen-hide").click()
    settle(page)
    assert names(explorer) == before - (chosen - {"graphene"})
    expect(bar).to_be_hidden()
    explorer.get_by_test_id("undo").click()
    settle(page)
    assert names(explorer) == before
    # The keyboard picks out, too.
    explorer.get_by_test_id("stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    settle(page)
    here = layout(explorer)["cursor"]
    expect(bar).to_contain_text("1 concept picked out")
    explorer.get_by_test_id("chosen-keep").focus()
    page.keyboard.press("Enter")
    settle(page)
    assert names(explorer) == {here}


def test_years_are_brushed_with_the_keyboard(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    last = explorer.get_by_test_id("years-to")
    least, most = (int(last.get_attribute(a) or 0) for a in ("aria-valuemin", "aria-valuemax"))
    assert least < most
    whole = shown_edges(explorer)
    last.focus()
    while int(last.get_attribute("aria-valuenow") or 0) > least:
        page.keyboard.press("ArrowLeft")
    words = explorer.get_by_test_id("filtered")
    expect(words).to_contain_text(f"of {whole} statements hidden: after {least}")
    settle(page)
    early = shown_edges(explorer)
    assert 0 < early < whole
    shot(explorer, screenshots, "years")
    page.keyboard.press("End")
    settle(page)
    assert shown_edges(explorer) == whole
    expect(words).to_be_hidden()
    # Playing begins without what came later, and ends with all of it.
    explorer.get_by_test_id("play").click()
    expect(explorer.get_by_test_id("play")).to_have_attribute("aria-pressed", "true")
    expect(explorer.get_by_test_id("play")).to_have_attribute("aria-pressed", "false")
    settle(page)
    assert shown_edges(explorer) == whole


def test_a_range_of_years_is_dragged(explorer: Locator, page: Page) -> None:
    whole = shown_edges(explorer)
    box = explorer.get_by_test_id("brush").locator(".pm-brush-track").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.6 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.99 * box["width"], y, steps=5)
    page.mouse.up()
    expect(explorer.get_by_test_id("filtered")).to_contain_text("before")
    settle(page)
    assert 0 < shown_edges(explorer) < whole
    explorer.get_by_test_id("show-all").click()
    settle(page)
    assert shown_edges(explorer) == whole


def test_only_what_is_contradicted(explorer: Locator, page: Page, screenshots: Path) -> None:
    explorer.get_by_test_id("filter").click()
    explorer.get_by_test_id("contradicted-only").check()
    expect(explorer.get_by_test_id("filtered")).to_contain_text("not contradicted")
    settle(page)
    assert {"graphene", "cytotoxicity"} <= names(explorer)
    assert "energy storage" not in names(explorer)
    shot(explorer, screenshots, "filters")
    explorer.get_by_test_id("accepted-only").check()
    settle(page)
    assert shown_edges(explorer) == 0
    page.keyboard.press("Escape")
    expect(explorer.get_by_test_id("min-belief")).to_be_hidden()
    expect(explorer.get_by_test_id("filtered")).to_contain_text("not accepted by a person")


def test_all_of_it_has_room_in_a_narrow_cell_and_in_the_dark(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    page.evaluate(
        "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    page.wait_for_timeout(2500)
    page.set_viewport_size({"width": 620, "height": 900})
    settle(page)
    explorer.get_by_test_id("filter").click()
    explorer.get_by_test_id("contradicted-only").check()
    settle(page)
    shot(explorer, screenshots, "narrow_dark")
    outer = explorer.bounding_box()
    assert outer is not None
    for part in ("search", "layouts", "undo", "help", "play", "filtered", "show-all"):
        box = explorer.get_by_test_id(part).bounding_box()
        assert box is not None, part
        assert box["x"] >= outer["x"], part
        assert box["x"] + box["width"] <= outer["x"] + outer["width"] + 1, part
    page.set_viewport_size({"width": 1200, "height": 900})
    explorer.get_by_test_id("show-all").click()
    search = explorer.get_by_test_id("search")
    search.fill("materials used for energy storage")
    search.press("Enter")
    expect(explorer.get_by_test_id("answer")).to_be_visible()
    settle(page)
    shot(explorer, screenshots, "answer_dark")
    page.evaluate(
        "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"
    )
    page.wait_for_timeout(1500)
