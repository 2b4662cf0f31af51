"""The Explorer as a person meets it: in a notebook, with mouse or keyboard, in light and dark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import idle
from tests.browser.explorer_page import (
    Run,
    at,
    edge_between,
    layout,
    names,
    node,
    ready,
    settle,
    shot,
)

pytestmark = pytest.mark.timeout(180)

GRAPHENE = "local:material/graphene"


def test_a_notebook_shows_the_graph(explorer: Locator, screenshots: Path) -> None:
    image = shot(explorer, screenshots, "graph_light")
    assert {"graphene", "energy storage", "cytotoxicity"} <= names(explorer)
    expect(explorer.get_by_test_id("status")).to_contain_text("around graphene")
    # The discs of several kinds are really there, in their colours.
    seen = {colour: n for n, colour in image.getcolors(image.width * image.height) or []}
    for colour in ((0x4C, 0x78, 0xA8), (0xDC, 0xA0, 0x32), (0xB0, 0x7A, 0xA1)):
        assert seen.get(colour, 0) > 60, f"the canvas shows no {colour}"


def test_without_a_query_the_strongest_statements_are_shown(
    run: Run, page: Page, screenshots: Path
) -> None:
    run("Explorer(graph)")
    explorer = ready(page.get_by_test_id("explorer"))
    assert len(names(explorer)) > 10
    shot(explorer, screenshots, "overview")


def test_search_suggests_and_enter_adds(explorer: Locator, page: Page, screenshots: Path) -> None:
    search = explorer.get_by_test_id("search")
    search.fill("drou")
    expect(explorer.get_by_test_id("hit").first).to_contain_text("drought")
    search.fill("石墨")
    expect(explorer.get_by_test_id("hit").first).to_contain_text("石墨烯")
    shot(explorer, screenshots, "search")
    search.press("Escape")
    expect(explorer.get_by_test_id("hits")).to_be_hidden()
    search.fill("biochar")
    search.press("Enter")
    expect(explorer.get_by_test_id("status")).to_contain_text("around biochar")
    settle(page)
    assert {"biochar", "crop yield", "soil", "graphene"} <= names(explorer)
    expect(explorer.get_by_test_id("card")).to_contain_text("biochar")


def test_a_search_without_result_offers_the_nearest(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    search = explorer.get_by_test_id("search")
    search.fill("grafene oxyde")
    search.press("Enter")
    expect(explorer.get_by_test_id("status")).to_contain_text("Read “grafene oxyde” as")
    expect(explorer.get_by_test_id("card")).to_contain_text("graphene oxide")
    search.fill("grafene oxxxde zzz")
    search.press("Enter")
    expect(explorer.get_by_test_id("hits")).to_contain_text("Did you mean")
    shot(explorer, screenshots, "nearest")
    explorer.get_by_test_id("hit").filter(has_text="graphene oxide").click()
    expect(explorer.get_by_test_id("card")).to_contain_text("graphene oxide")
    search.fill("qqqqqq")
    search.press("Enter")
    expect(explorer.get_by_test_id("status")).to_contain_text("No concept is called “qqqqqq”")


def test_double_click_brings_only_what_is_new(explorer: Locator, page: Page) -> None:
    before = layout(explorer)
    assert "solar cells" not in names(explorer)
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(explorer.get_by_test_id("status")).to_contain_text("Added")
    settle(page)
    assert "perovskite" in names(explorer)
    after = layout(explorer)
    assert [n["at"] for n in after["nodes"][: len(before["nodes"])]] == [
        n["at"] for n in before["nodes"]
    ]


def test_an_edge_opens_on_the_sentence_that_says_it(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    page.mouse.click(*at(explorer, edge_between(explorer, "graphene", "thermal conductivity")))
    pane = explorer.get_by_test_id("evidence")
    expect(pane.get_by_test_id("sentence")).to_have_text(
        "graphene — increases → thermal conductivity"
    )
    expect(pane.get_by_test_id("work")).to_have_count(2)
    older = pane.get_by_test_id("work").filter(has_text="Heat in two dimensions")
    # Emoji stand before the sentence, so an offset in the wrong unit would be seen here.
    expect(older.get_by_test_id("mark")).to_have_text(
        "Graphene increases thermal conductivity of every composite that we tried 🙂."
    )
    expect(older.get_by_test_id("span-subject")).to_have_text("Graphene")
    expect(older.get_by_test_id("span-object")).to_have_text("thermal conductivity")
    link = older.locator("a")
    expect(link).to_have_attribute("href", "https://doi.org/10.5555/heat.2008")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    settle(page)
    shot(explorer, screenshots, "evidence_light")
    page.keyboard.press("Escape")


def test_negative_and_disputed_statements_say_so(
    explorer: Locator, page: Page, screenshots: Path
) -> None:
    page.mouse.click(*at(explorer, node(explorer, "cytotoxicity")))
    card = explorer.get_by_test_id("card")
    statement = card.get_by_test_id("card-statement").filter(
        has_text="graphene causes cytotoxicity"
    )
    expect(statement).to_contain_text("disputed")
    settle(page)
    shot(explorer, screenshots, "card_light")
    statement.click()
    pane = explorer.get_by_test_id("evidence")
    expect(pane).to_contain_text("denied")
    expect(pane).to_contain_text("restricted")
    explorer.get_by_test_id("back").click()
    expect(card).to_contain_text("cytotoxicity")


def test_text_of_the_graph_is_never_markup(explorer: Locator, page: Page) -> None:
    page.mouse.click(*at(explorer, node(explorer, "<b>bold</b> & <script>alert(1)</script>")))
    card = explorer.get_by_test_id("card")
    expect(card.locator("h2")).to_have_text("<b>bold</b> & <script>alert(1)</script>")
    card.get_by_test_id("card-statement").first.click()
    expect(explorer.get_by_test_id("work")).to_contain_text('Tags <i>in</i> titles & "quotes"')
    assert explorer.locator("i, b, script:not([data-testid=layout])").count() == 0


def test_chinese_evidence_is_marked_at_its_characters(
    run: Run, page: Page, screenshots: Path
) -> None:
    run('Explorer(graph, "石墨烯")')
    explorer = ready(page.get_by_test_id("explorer"))
    page.mouse.click(*at(explorer, layout(explorer)["edges"][0]))
    expect(explorer.get_by_test_id("mark")).to_have_text("石墨烯用于锂离子电池，效果很好。")
    expect(explorer.get_by_test_id("span-subject")).to_have_text("石墨烯")
    expect(explorer.get_by_test_id("span-object")).to_have_text("锂离子电池")


def test_the_table_says_the_same(explorer: Locator, page: Page, screenshots: Path) -> None:
    edges = [e for e in layout(explorer)["edges"] if e["shown"]]
    explorer.get_by_test_id("show-table").click()
    rows = explorer.get_by_test_id("row")
    expect(rows).to_have_count(len(edges))
    explorer.get_by_test_id("sort-subject").click()
    expect(rows.first.locator("td").first).to_have_text("<b>bold</b> & <script>alert(1)</script>")
    explorer.get_by_test_id("sort-works").click()
    expect(rows.first).to_contain_text("2")
    shot(explorer, screenshots, "table_light")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(explorer.get_by_test_id("evidence")).to_be_visible()


def test_the_keyboard_is_enough(explorer: Locator, page: Page) -> None:
    explorer.get_by_test_id("zoom-in").focus()
    page.keyboard.press("/")
    expect(explorer.get_by_test_id("search")).to_be_focused()
    page.keyboard.type("insulin")
    expect(explorer.get_by_test_id("hit").first).to_contain_text("insulin")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(explorer.get_by_test_id("card")).to_contain_text("insulin")
    explorer.get_by_test_id("stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    settle(page)
    here = layout(explorer)["cursor"]
    assert here
    page.keyboard.press("Enter")
    expect(explorer.get_by_test_id("card")).to_contain_text(here)
    page.keyboard.press("Escape")
    expect(explorer.get_by_test_id("panel")).to_be_hidden()
    before = names(explorer)
    explorer.get_by_test_id("stage").focus()
    page.keyboard.press("Delete")
    expect(explorer.get_by_test_id("status")).to_contain_text("is hidden")
    settle(page)
    assert len(names(explorer)) == len(before) - 1
    page.keyboard.press("t")
    expect(explorer.get_by_test_id("row").first).to_be_focused()
    page.keyboard.press("t")
    expect(explorer.get_by_test_id("stage")).to_be_focused()
    zoom = layout(explorer)["k"]
    page.keyboard.press("+")
    settle(page)
    assert layout(explorer)["k"] > zoom
    page.keyboard.press("e")
    expect(explorer.get_by_test_id("status")).to_contain_text("around")
    # None of those keys was taken by JupyterLab as a command to its cells.
    expect(page.locator(".jp-CodeCell")).to_have_count(2)


def test_kinds_can_be_switched_off(explorer: Locator, page: Page) -> None:
    chip = explorer.get_by_test_id("kind").filter(has_text="device")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "false")
    settle(page)
    assert "biosensors" not in names(explorer)
    chip.click()
    settle(page)
    assert "biosensors" in names(explorer)


def test_pan_zoom_and_drag(explorer: Locator, page: Page) -> None:
    first = node(explorer, "graphene")
    other = node(explorer, "moisture")
    x, y = at(explorer, first)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()
    settle(page)
    moved = node(explorer, "graphene")
    assert moved["x"] == pytest.approx(first["x"] + 40, abs=2)
    assert node(explorer, "moisture")["x"] == pytest.approx(other["x"], abs=1)
    zoom = layout(explorer)["k"]
    page.mouse.wheel(0, -300)
    settle(page)
    assert layout(explorer)["k"] > zoom
    explorer.get_by_test_id("fit").click()
    settle(page)
    assert all(n["x"] > 0 and n["y"] > 0 for n in layout(explorer)["nodes"])


def test_dark_theme(explorer: Locator, page: Page, screenshots: Path) -> None:
    assert layout(explorer)["dark"] is False
    page.evaluate(
        "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    page.wait_for_timeout(2500)
    settle(page)
    assert layout(explorer)["dark"] is True
    corner = shot(explorer, screenshots, "graph_dark").getpixel((30, 90))
    assert max(corner) < 80, "the canvas is not dark"  # type: ignore[arg-type]
    edge = next(e for e in layout(explorer)["edges"] if e["shown"])
    page.mouse.click(*at(explorer, edge))
    expect(explorer.get_by_test_id("evidence")).to_be_visible()
    settle(page)
    shot(explorer, screenshots, "evidence_dark")
    page.evaluate(
        "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"
    )
    page.wait_for_timeout(1500)


def test_two_explorers_share_nothing(run: Run, page: Page) -> None:
    run('Explorer(graph, "graphene", height=300)', 'Explorer(graph, "drought", height=300)')
    explorers = page.get_by_test_id("explorer")
    expect(explorers).to_have_count(2)
    one, two = ready(explorers.nth(0)), ready(explorers.nth(1))
    assert "drought" in names(two)
    before = names(one)
    assert "metformin" not in names(two)
    two.get_by_test_id("search").fill("metformin")
    two.get_by_test_id("search").press("Enter")
    expect(two.get_by_test_id("status")).to_contain_text("around metformin")
    settle(page)
    assert "metformin" in names(two)
    assert names(one) == before
    expect(one.get_by_test_id("status")).to_contain_text("around graphene")


def test_an_empty_graph_says_how_to_fill_it(run: Run, page: Page, screenshots: Path) -> None:
    run('Explorer(kg.connect("empty.kg"))')
    explorer = page.get_by_test_id("explorer")
    expect(explorer.get_by_test_id("note")).to_contain_text('ingest(graph, "papers/")')
    settle(page)
    shot(explorer, screenshots, "empty")


def test_an_error_of_the_graph_is_a_sentence_inside(
    run: Run, page: Page, screenshots: Path
) -> None:
    run('Explorer(graph, "graphene")', "graph.close()")
    explorer = page.get_by_test_id("explorer")
    expect(explorer.get_by_test_id("counts")).to_contain_text("concept")
    settle(page)
    page.mouse.click(*at(explorer, node(explorer, "graphene")))
    error = explorer.get_by_test_id("error")
    expect(error).to_be_visible()
    text = error.text_content() or ""
    assert "Traceback" not in text and text.rstrip().endswith(".")
    assert {"graphene", "moisture"} <= names(explorer)
    shot(explorer, screenshots, "error")


def test_a_dead_kernel_is_told(explorer: Locator, page: Page, screenshots: Path) -> None:
    # JupyterLab itself writes to the console when its kernel goes.
    page.allow_errors(r"WebSocket|[Kk]ernel|Canceled")  # type: ignore[attr-defined]
    page.evaluate(
        """async () => {
            const { commands, shell } = window.jupyterapp;
            await shell.currentWidget.context.sessionContext.shutdown();
        }"""
    )
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(explorer.get_by_test_id("error")).to_contain_text(
        "The kernel does not answer; restart it and run the cell again.", timeout=30_000
    )
    assert "graphene" in names(explorer)
    shot(explorer, screenshots, "kernel_gone")


def test_the_picture_stands_in_the_file(run: Run, page: Page, lab: Any, request: Any) -> None:
    run('Explorer(graph, "graphene")')
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(1000)
    notebook = json.loads((lab.notebooks / f"{request.node.name}.ipynb").read_text())
    output = notebook["cells"][1]["outputs"][0]
    assert "image/png" in output["data"]
    assert "graphene increases thermal conductivity" in output["metadata"]["image/png"]["alt"]
    idle(page)
