"""Views and phrases that are kept from the page, and found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explorer_page import Run, at, layout, names, node, ready, settle, shot
from tests.browser.test_both_ways import python

pytestmark = pytest.mark.timeout(180)

# A graph of its own, because what is kept beside it would be seen by other tests.
FILLED = """
from tests.widgets.corpus import fill
with kg.connect("kept.kg") as own:
    fill(own)
"""


def test_a_view_is_kept_and_opened_again(run: Run, page: Page, screenshots: Path) -> None:
    run(FILLED, 'explorer = Explorer(kg.connect("kept.kg"), "graphene")\nexplorer')
    explorer = ready(page.get_by_test_id("explorer"))
    x, y = at(explorer, node(explorer, "graphene"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=4)
    page.mouse.up()
    explorer.get_by_test_id("filter").click()
    explorer.get_by_test_id("colour-by").select_option("discipline")
    expect(explorer.get_by_test_id("shade").first).to_be_visible()
    settle(page)
    saved = {n["name"]: n["at"] for n in layout(explorer)["nodes"]}
    # The keyboard alone saves it.
    explorer.get_by_test_id("stage").focus()
    page.keyboard.press("v")
    pane = explorer.get_by_test_id("views-pane")
    expect(pane).to_be_visible()
    expect(pane).to_contain_text("None yet")
    name = explorer.get_by_test_id("view-name")
    name.focus()
    page.keyboard.type("for Monday")
    page.keyboard.press("Enter")
    expect(explorer.get_by_test_id("view-said")).to_have_text("Saved as “for Monday”.")
    expect(explorer.get_by_test_id("status")).to_have_text("Saved as “for Monday”.")
    shot(explorer, screenshots, "views")
    # Python knew where graphene was dragged before the page asked for anything.
    at_ = "explorer._conversation.latest().canvas.positions[0].tolist()"
    assert python(page, "", at_) == pytest.approx(saved["graphene"], abs=0.1)
    explorer.get_by_test_id("reset").click()
    explorer.get_by_test_id("colour-by").select_option("kind")
    python(
        page,
        "import kg; g = kg.connect('kept.kg'); g.delete_source(g.table('Source')['id'].iloc[0])",
    )
    explorer.get_by_test_id("views-open").click()
    explorer.get_by_test_id("view-open").click()
    told = explorer.get_by_test_id("view-said")
    expect(told).to_contain_text("Opened “for Monday”.")
    expect(told).to_contain_text("no longer")
    settle(page)
    again = {n["name"]: n["at"] for n in layout(explorer)["nodes"]}
    assert set(again) < set(saved)
    assert all(again[n] == pytest.approx(saved[n], abs=0.1) for n in again)
    expect(explorer.get_by_test_id("colour-by")).to_have_value("discipline")
    explorer.get_by_test_id("view-rename").click()
    to = explorer.get_by_test_id("view-to")
    to.fill("for Tuesday")
    to.press("Enter")
    expect(explorer.get_by_test_id("view-open")).to_have_text("for Tuesday")
    explorer.get_by_test_id("view-delete").click()
    explorer.get_by_test_id("view-delete-sure").click()
    expect(explorer.get_by_test_id("views")).to_contain_text("None yet")


def test_a_phrase_is_kept_chosen_and_filled_in(run: Run, page: Page, screenshots: Path) -> None:
    run(FILLED, 'Explorer(kg.connect("kept.kg"), "graphene")')
    explorer = ready(page.get_by_test_id("explorer"))
    search, status = explorer.get_by_test_id("search"), explorer.get_by_test_id("status")
    search.fill("materials used for {task}")
    explorer.get_by_test_id("phrases-open").click()
    name = explorer.get_by_test_id("phrase-name")
    name.fill("uses")
    shot(explorer, screenshots, "phrase_keep")
    name.press("Enter")
    expect(status).to_have_text("Kept as “uses”.")
    expect(search).to_be_focused()
    search.fill("")
    explorer.get_by_test_id("phrases-open").click()
    explorer.get_by_test_id("phrase-choose").click()
    value = explorer.get_by_test_id("value-task")
    expect(value).to_be_focused()
    shot(explorer, screenshots, "phrase_fill")
    page.keyboard.type("energy storage")
    page.keyboard.press("Enter")
    expect(explorer.get_by_test_id("read")).to_have_text("any material is used for energy storage")
    assert "energy storage" in names(explorer)
    # What is typed with a place in it asks for the value, too.
    search.fill("what causes {thing}")
    search.press("Enter")
    expect(explorer.get_by_test_id("value-thing")).to_be_focused()
    page.keyboard.press("Escape")
    expect(search).to_be_focused()
    explorer.get_by_test_id("phrases-open").click()
    explorer.get_by_test_id("phrase-forget").click()
    expect(explorer.get_by_test_id("phrase")).to_have_count(0)
