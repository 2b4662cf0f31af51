"""Without a mouse, without sight of the canvas, in light and in dark; and what axe-core has to say of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import themed
from tests.browser.explorer_page import at, layout, names, node, settle, shot

pytestmark = pytest.mark.timeout(180)
FOCUS = """root => {
    const here = document.activeElement;
    if (!root.contains(here)) return null;
    const style = getComputedStyle(here);
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const input = here.matches("input[type=text]") && style.borderColor !== "rgba(0, 0, 0, 0)";
    return [here.dataset.testid ?? here.className, ringed || input, here.checkVisibility()];
}"""


def test_axe_finds_nothing_serious_in_light_and_dark(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    # JupyterLab's body has no height and hides what overflows it, so axe-core sees no text in it.
    page.add_style_tag(content="body { height: 100vh }")
    search = explorer.get_by_test_id("search")

    def results() -> None:
        search.fill("graph")
        expect(explorer.get_by_test_id("hit").first).to_be_visible()
        search.press("ArrowDown")

    def evidence() -> None:
        search.press("Escape")
        page.mouse.click(*at(explorer, node(explorer, "cytotoxicity")))
        explorer.get_by_test_id("card-statement").filter(has_text="disputed").click()
        expect(explorer.get_by_test_id("evidence")).to_be_visible()

    def card() -> None:
        explorer.get_by_test_id("back").click()
        expect(explorer.get_by_test_id("card")).to_be_visible()

    def menu() -> None:
        explorer.get_by_test_id("expand-by-menu").click()
        expect(explorer.get_by_test_id("menu")).to_be_visible()

    def answer() -> None:
        search.fill("materials used for energy storage")
        search.press("Enter")
        expect(explorer.get_by_test_id("answer")).to_be_visible()
        explorer.get_by_test_id("answer").locator("summary").click()

    def filters() -> None:
        explorer.get_by_test_id("close").click()
        explorer.get_by_test_id("filter").click()
        explorer.get_by_test_id("contradicted-only").check()
        explorer.get_by_test_id("kind").first.click()
        expect(explorer.get_by_test_id("filtered")).to_be_visible()

    def keys() -> None:
        explorer.get_by_test_id("show-all").click()
        explorer.get_by_test_id("filter").click()
        explorer.get_by_test_id("help").click()
        explorer.get_by_test_id("stage").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        expect(explorer.get_by_test_id("chosen")).to_be_visible()

    def table() -> None:
        explorer.get_by_test_id("chosen-clear").click()
        explorer.get_by_test_id("help").click()
        explorer.get_by_test_id("show-table").click()
        expect(explorer.get_by_test_id("row").first).to_be_visible()

    def graph() -> None:
        explorer.get_by_test_id("show-graph").click()

    told: set[str] = set()
    for step in (graph, results, evidence, card, menu, answer, filters, keys, table, graph):
        step()
        settle(page)
        # Switched while all this is open, and back.
        for theme in ("Dark", "Light"):
            themed(page, theme)
            assert layout(explorer)["dark"] is (theme == "Dark")
            shot(explorer, screenshots, f"axe_{step.__name__}_{theme.lower()}")
            told |= {
                f"{step.__name__}, {theme.lower()}: {found}"
                for found in violations(page, "explorer")
            }
    assert not told, "\n".join(sorted(told))
    # It would have: the same with a text that is too faint.
    explorer.get_by_test_id("counts").evaluate("counts => counts.style.color = '#ddd'")
    assert any("color-contrast" in found for found in violations(page, "explorer"))


def test_all_of_it_is_done_without_a_mouse(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    keyboard, status = page.keyboard, explorer.get_by_test_id("status")
    expect(status).to_have_attribute("aria-live", "polite")
    # Tab goes through all of it and out again, and each stop can be seen.
    explorer.get_by_test_id("search").focus()
    stops: list[str] = []
    for _ in range(60):
        here = explorer.evaluate(FOCUS)
        if here is None:
            break
        name, ringed, visible = here
        assert ringed and visible, f"the focus cannot be seen on {name}"
        stops.append(name)
        keyboard.press("Tab")
    else:
        pytest.fail(f"the focus is trapped: {stops}")
    assert {"search", "show-table", "layouts", "filter", "help", "stage", "kind", "play"} <= {
        *stops
    }
    keyboard.press("Shift+Tab")
    assert explorer.evaluate(FOCUS) is not None, "the focus does not come back"
    # Search and Enter.
    explorer.get_by_test_id("zoom-in").focus()
    keyboard.press("/")
    keyboard.type("insulin")
    search = explorer.get_by_test_id("search")
    expect(search).to_have_attribute("aria-expanded", "true")
    keyboard.press("ArrowDown")
    active = search.get_attribute("aria-activedescendant")
    expect(page.locator(f"[id='{active}']")).to_have_attribute("aria-selected", "true")
    keyboard.press("Enter")
    expect(status).to_contain_text("Added")
    expect(explorer.get_by_test_id("card")).to_contain_text("insulin")
    # The panel has the focus; it is left as it was entered.
    expect(explorer.locator(".pm-panel-body")).to_be_focused()
    keyboard.press("Escape")
    expect(search).to_be_focused()
    # Walk: what is passed is said aloud.
    explorer.get_by_test_id("stage").focus()
    settle(page)
    first = layout(explorer)["cursor"]
    said = set()
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        keyboard.press(key)
        settle(page)
        cursor = layout(explorer)["cursor"]
        expect(status).to_contain_text(f"{cursor}, ")
        expect(status).to_contain_text("here.")
        said.add(cursor)
    assert first and len(said) > 1
    # Expand, and take it back.
    before = names(explorer)
    search.focus()
    keyboard.press("Control+a")
    keyboard.type("moisture")
    keyboard.press("Enter")
    expect(explorer.get_by_test_id("card")).to_contain_text("moisture")
    keyboard.press("Escape")
    explorer.get_by_test_id("stage").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        if "perovskite" in names(explorer):
            break
        keyboard.press("e")
        settle(page)
        keyboard.press(key)
    assert "perovskite" in names(explorer)
    for _ in range(9):
        if names(explorer) == before:
            break
        keyboard.press("Control+z")
        expect(status).to_contain_text("Undone")
        settle(page)
    assert names(explorer) == before
    # The table, a row of it, its evidence, its source, and back.
    keyboard.press("t")
    expect(explorer.get_by_test_id("row").first).to_be_focused()
    expect(status).to_contain_text("A table of")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(explorer.get_by_test_id("evidence")).to_be_visible()
    expect(status).to_contain_text("belief")
    expect(explorer.locator(".pm-panel-body")).to_be_focused()
    shot(explorer, screenshots, "keyboard_evidence")
    keyboard.press("Tab")
    assert explorer.evaluate("root => document.activeElement.classList.contains('pm-concept')")
    keyboard.press("Escape")
    expect(explorer.get_by_test_id("row").nth(1)).to_be_focused()
    keyboard.press("t")
    expect(explorer.get_by_test_id("stage")).to_be_focused()
    # Of the canvas, too: a concept's card leads to the sentence.
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    expect(explorer.get_by_test_id("card")).to_be_visible()
    for _ in range(12):
        keyboard.press("Tab")
        if explorer.evaluate("root => document.activeElement.dataset.testid") == "card-statement":
            break
    keyboard.press("Enter")
    expect(explorer.get_by_test_id("mark").first).to_be_visible()
    # No key reached the cells.
    expect(page.locator(".jp-CodeCell")).to_have_count(2)
