"""Page and notebook see the same: what Python does is drawn, and what a person does is at hand in Python."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explorer_page import at, names, node, python, ready, settle

pytestmark = pytest.mark.timeout(180)


def test_python_and_page_see_the_same(run: Callable[..., None], page: Page) -> None:
    run('explorer = Explorer(graph, "graphene")\nexplorer')
    explorer = ready(page.get_by_test_id("explorer"))

    # From Python to the page.
    python(page, 'explorer.focus("insulin")')
    expect(explorer.get_by_test_id("status")).to_contain_text("around insulin")
    settle(page)
    assert {"insulin", "glucose", "graphene"} <= names(explorer)
    found = python(page, 'found = explorer.expand("moisture", limit=1)', "str(found)")
    assert found.endswith("by belief")
    expect(explorer.get_by_test_id("status")).to_contain_text(found)
    python(page, 'explorer.ask("what links moisture and water desalination")')
    settle(page)
    assert {"perovskite", "solar cells", "water desalination"} <= names(explorer)

    # From the page to Python.
    page.mouse.click(*at(explorer, node(explorer, "graphene")))
    settle(page)
    assert python(page, "", 'explorer.selection["name"].tolist()') == ["graphene"]

    # What was saved is drawn again, in place of what came since.
    python(page, 'explorer.save_view("both ways")')
    python(page, 'explorer.focus("drought")')
    settle(page)
    assert "drought" in names(explorer)
    assert python(page, 'said = explorer.load_view("both ways")', "said") == ""
    settle(page)
    assert "drought" not in names(explorer)
    assert names(explorer) == set(python(page, "", 'explorer.visible.concepts["name"].tolist()'))
