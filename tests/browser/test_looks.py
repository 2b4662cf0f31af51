"""What colours and sizes tell, what joins disciplines, and layouts that are chosen in the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageChops
from playwright.sync_api import Page, expect

from tests.browser.explorer_page import Run, at, layout, names, node, ready, settle, shot
from tests.browser.test_both_ways import python

pytestmark = pytest.mark.timeout(180)


def test_colours_tell_disciplines_and_the_legend_filters_by_them(
    run: Run, page: Page, screenshots: Path
) -> None:
    run('explorer = Explorer(graph, "graphene")\nexplorer')
    explorer = ready(page.get_by_test_id("explorer"))
    status = explorer.get_by_test_id("status")
    whole = names(explorer)
    explorer.get_by_test_id("filter").click()
    explorer.get_by_test_id("colour-by").select_option("discipline")
    expect(status).to_have_text("Colouring by discipline.")
    chips = explorer.get_by_test_id("shade")
    expect(chips.first).to_be_visible()
    label = "Medicine"
    medicine = chips.filter(has_text=label).last
    shot(explorer, screenshots, "disciplines")
    medicine.focus()
    page.keyboard.press("Enter")
    expect(status).to_contain_text("are hidden")
    expect(explorer.get_by_test_id("filtered")).to_contain_text("of discipline")
    settle(page)
    left = names(explorer)
    assert left < whole
    # Python sees what the page shows.
    page.wait_for_timeout(400)
    assert set(python(page, "", 'explorer.visible.concepts["name"].tolist()')) == left
    explorer.get_by_test_id("stage").focus()
    page.keyboard.press("Control+z")
    settle(page)
    assert names(explorer) == whole
    page.keyboard.press("Control+z")
    expect(status).to_have_text("Undone: colouring by discipline.")
    expect(explorer.get_by_test_id("colour-by")).to_have_value("kind")
    expect(explorer.get_by_test_id("kind").first).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(explorer.get_by_test_id("colour-by")).to_have_value("discipline")
    # Concepts that come later are told as well.
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(status).to_contain_text("Added")
    settle(page)
    total = sum(
        int((text or "0").rsplit(maxsplit=1)[-1])
        for text in chips.locator(".pm-faint").all_text_contents()
    )
    assert total == len(names(explorer))
    disciplines = shot(explorer, screenshots, "later")
    for by in ("year", "kind"):
        explorer.get_by_test_id("colour-by").select_option(by)
        settle(page)
        assert (
            ImageChops.difference(disciplines, shot(explorer, screenshots, by))
            .crop((60, 140, disciplines.width - 60, disciplines.height - 160))
            .getbbox()
        ), f"nothing is painted by {by}"
    explorer.get_by_test_id("colour-by").select_option("community")
    expect(status).to_have_text("Colouring by community.")
    settle(page)
    shot(explorer, screenshots, "community_colours")
    assert python(page, "", "explorer._conversation.latest().look.colour") == "community"


def test_python_gives_a_column_to_colours_and_sizes(
    run: Run, page: Page, screenshots: Path
) -> None:
    run('explorer = Explorer(graph, "graphene")\nexplorer')
    explorer = ready(page.get_by_test_id("explorer"))
    python(
        page,
        "import pandas as pd\n"
        "shown = explorer.visible.concepts\n"
        'votes = pd.Series(range(len(shown)), index=shown["id"], name="votes")\n'
        "explorer.colour_by(votes); explorer.size_by('votes')",
    )
    expect(explorer.get_by_test_id("status")).to_have_text("Coloured by votes, sized by votes.")
    expect(explorer.get_by_test_id("shade").first).to_contain_text("0–")
    settle(page)
    shot(explorer, screenshots, "given")
    sizes = {n["name"]: n["r"] for n in layout(explorer)["nodes"]}
    order = python(page, "", 'explorer.visible.concepts["name"].tolist()')
    assert [sizes[n] for n in order] == sorted(sizes.values())
    python(page, 'explorer.colour_by({"graphene": "mine", "moisture": "theirs"}, name="whose")')
    expect(explorer.get_by_test_id("shade").filter(has_text="no whose")).to_be_visible()
    explorer.get_by_test_id("shade").filter(has_text="theirs").click()
    settle(page)
    assert "moisture" not in names(explorer)


def test_what_joins_disciplines_is_marked(run: Run, page: Page, screenshots: Path) -> None:
    run('explorer = Explorer(graph, "graphene")\nexplorer')
    explorer = ready(page.get_by_test_id("explorer"))
    explorer.get_by_test_id("filter").click()
    before = shot(explorer, screenshots, "no_bridges")
    explorer.get_by_test_id("bridges").check()
    expect(explorer.get_by_test_id("status")).to_contain_text("join disciplines: Engineering and")
    expect(explorer.get_by_test_id("legend")).to_contain_text("joins disciplines")
    settle(page)
    after = shot(explorer, screenshots, "bridges")
    marked = {e["edge"] for e in layout(explorer)["edges"] if e["bridge"]}
    told = "explorer._looking.bridges(explorer._conversation.latest()).tables['bridges'][0]"
    assert len(marked) == python(page, "", told) > 0
    gold = {
        c: n
        for n, c in after.getcolors(10**6) or []
        if c[0] > 225 and 190 < c[1] < 225 and c[2] < 150
    }
    plain = {c: n for n, c in before.getcolors(10**6) or [] if c in gold}
    assert sum(gold.values()) > 200 + sum(plain.values()), "no band is seen"
    explorer.get_by_test_id("undo").click()
    expect(explorer.get_by_test_id("bridges")).not_to_be_checked()
    settle(page)
    assert not any(e["bridge"] for e in layout(explorer)["edges"])


def test_steps_lead_from_one_picked_concept_to_the_other(run: Run, page: Page) -> None:
    run('Explorer(graph, "graphene")')
    explorer = ready(page.get_by_test_id("explorer"))
    page.keyboard.down("Shift")
    for name in ("moisture", "energy storage"):
        page.mouse.click(*at(explorer, node(explorer, name)))
    page.keyboard.up("Shift")
    expect(explorer.get_by_test_id("chosen")).to_contain_text("2 concepts")
    explorer.get_by_test_id("layouts").select_option("steps")
    expect(explorer.get_by_test_id("status")).to_contain_text("from moisture to energy storage")
    settle(page)
    x = {n["name"]: n["at"][0] for n in layout(explorer)["nodes"]}
    assert x["moisture"] < x["graphene"] < x["energy storage"]


@pytest.mark.parametrize("width", [480, 760])
def test_the_canvas_stays_free_in_a_narrow_cell(
    run: Run, page: Page, screenshots: Path, width: int
) -> None:
    run('Explorer(graph, "graphene")')
    explorer = ready(page.get_by_test_id("explorer"))
    explorer.get_by_test_id("filter").click()
    outer = explorer.bounding_box()
    assert outer is not None
    explorer.evaluate("(root, width) => { root.style.width = `${width}px`; }", width)
    settle(page)
    shot(explorer, screenshots, f"cell_{width}")
    stage = explorer.get_by_test_id("stage").bounding_box()
    filters = explorer.get_by_test_id("filters").bounding_box()
    legend = explorer.get_by_test_id("legend").bounding_box()
    assert stage is not None and filters is not None and legend is not None
    # Nothing but the legend lies over the canvas, and it leaves most of it free.
    assert filters["y"] + filters["height"] <= stage["y"] + 1
    assert stage["height"] - legend["height"] > 160
    for part in (
        "search",
        "layouts",
        "undo",
        "filter",
        "views-open",
        "help",
        "colour-by",
        "bridges",
    ):
        box = explorer.get_by_test_id(part).bounding_box()
        assert box is not None, part
        assert box["x"] >= outer["x"], part
        assert box["x"] + box["width"] <= outer["x"] + width + 1, part
