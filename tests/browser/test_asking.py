"""Asking in words, expanding by a choice, and paths, as a person does."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.explorer_page import at, layout, names, node, settle, shot

pytestmark = pytest.mark.timeout(180)


def test_a_phrase_is_answered_with_its_query(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    search = explorer.get_by_test_id("search")
    search.fill("materials used for energy storage")
    search.press("Enter")
    pane = explorer.get_by_test_id("answer")
    expect(explorer.get_by_test_id("read")).to_contain_text("energy storage")
    expect(pane.get_by_test_id("answer-row").first).to_be_visible()
    cypher = explorer.get_by_test_id("cypher")
    expect(cypher).to_be_hidden()
    pane.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(cypher).to_be_visible()
    expect(cypher).to_contain_text("MATCH")
    expect(explorer.get_by_test_id("parameters")).to_be_visible()
    settle(page)
    shot(explorer, screenshots, "answer")
    pane.get_by_test_id("copy").first.click()
    expect(explorer.get_by_test_id("status")).to_contain_text("the query")
    before = names(explorer)
    assert "energy storage" in before
    explorer.get_by_test_id("undo").click()
    settle(page)
    assert names(explorer) <= before


def test_completions_lead_to_a_question(explorer: Locator, page: Page, screenshots: Path) -> None:
    search = explorer.get_by_test_id("search")
    search.press_sequentially("materials used for ene")
    phrase = explorer.locator(".pm-hit-phrase").first
    expect(phrase).to_contain_text("materials used for ene")
    shot(explorer, screenshots, "completions")
    phrase.click()
    expect(search).not_to_have_value("materials used for ene")
    search.press("Enter")
    expect(explorer.get_by_test_id("answer")).to_be_visible()


def test_a_concept_is_expanded_by_a_choice(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    page.mouse.click(*at(explorer, node(explorer, "graphene")))
    explorer.get_by_test_id("expand-by-menu").click()
    menu = explorer.get_by_test_id("menu")
    expect(menu).to_contain_text("neighbours:")
    settle(page)
    shot(explorer, screenshots, "menu")
    menu.get_by_test_id("expand-direction").select_option("in")
    menu.get_by_test_id("expand-by").select_option("works")
    menu.get_by_test_id("by-kinds").first.check()
    menu.get_by_test_id("expand-go").click()
    expect(menu.get_by_test_id("expanded")).not_to_be_empty()
    expect(menu.get_by_test_id("expanded")).to_contain_text("of ")


def test_paths_between_two_concepts(explorer: Locator, page: Page, screenshots: Path) -> None:
    page.keyboard.down("Shift")
    for name in ("energy storage", "cytotoxicity"):
        page.mouse.click(*at(explorer, node(explorer, name)))
    page.keyboard.up("Shift")
    explorer.get_by_test_id("chosen-paths").click()
    paths = explorer.get_by_test_id("path")
    expect(paths.first).to_have_attribute("aria-pressed", "true")
    expect(paths.first).to_contain_text("graphene")
    settle(page)
    shot(explorer, screenshots, "paths")
    explorer.get_by_test_id("paths-steps").click()
    expect(explorer.get_by_test_id("layouts")).to_have_value("steps")
    settle(page)
    x = {n["name"]: n["at"][0] for n in layout(explorer)["nodes"]}
    assert x["energy storage"] < x["graphene"] < x["cytotoxicity"]


def test_colour_and_size_tell_what_they_are_asked_to(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    explorer.get_by_test_id("filter").click()
    # The canvas is smaller now, and what is on it, too.
    settle(page)
    before = {n["name"]: n["r"] for n in layout(explorer)["nodes"]}
    explorer.get_by_test_id("colour-by").select_option("belief")
    explorer.get_by_test_id("size-by").select_option("degree")
    expect(explorer.get_by_test_id("shade").first).to_contain_text("belief")
    settle(page)
    shot(explorer, screenshots, "colours")
    after = {n["name"]: n["r"] for n in layout(explorer)["nodes"]}
    assert after["graphene"] == max(after.values())
    assert after != before
    explorer.get_by_test_id("colour-by").select_option("kind")
    explorer.get_by_test_id("size-by").select_option("works")
    expect(explorer.get_by_test_id("kind").first).to_be_visible()
    settle(page)
    assert {n["name"]: n["r"] for n in layout(explorer)["nodes"]} == pytest.approx(before)
