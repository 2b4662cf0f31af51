"""What becomes of an Explorer when its kernel is busy, is killed, or is started anew."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import idle
from tests.browser.explorer_page import (
    Run,
    at,
    debugged,
    layout,
    names,
    node,
    python,
    ready,
    settle,
)

pytestmark = pytest.mark.timeout(180)
RUN_ALL = "void window.jupyterapp.commands.execute('notebook:run-all-cells')"
# JupyterLab itself writes to the console when its kernel goes.
LOST = r"WebSocket|[Kk]ernel|Canceled|comm"


def placed(explorer: Locator) -> dict[str, tuple[list[float], bool, bool]]:
    """Place of each concept, whether it is shown, and whether it is pinned."""
    return {n["name"]: (n["at"], n["shown"], n["pinned"]) for n in layout(explorer)["nodes"]}


def run_again(page: Page) -> Locator:
    """Run all cells of the notebook, in a kernel that is idle."""
    stale = page.get_by_test_id("explorer").first
    old = stale.evaluate_handle("root => root")
    idle(page)
    page.evaluate(RUN_ALL)
    page.wait_for_function("old => !old.isConnected", arg=old)
    explorer = page.get_by_test_id("explorer")
    expect(explorer).to_have_count(1)
    return ready(explorer)


def test_a_saved_view_is_there_after_a_restart(run: Run, page: Page) -> None:
    page.allow_errors(LOST)  # type: ignore[attr-defined]
    run('explorer = Explorer(graph, "graphene")\nexplorer')
    explorer = ready(page.get_by_test_id("explorer"))
    stage, status = explorer.get_by_test_id("stage"), explorer.get_by_test_id("status")
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(status).to_contain_text("Added")
    settle(page)
    # One is dragged and pinned, one is hidden.
    x, y = at(explorer, node(explorer, "energy storage"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y - 20, steps=5)
    page.mouse.up()
    page.mouse.click(*at(explorer, node(explorer, "energy storage")))
    explorer.get_by_test_id("pin").click()
    page.keyboard.press("Escape")
    expect(explorer.get_by_test_id("panel")).to_be_hidden()
    explorer.get_by_test_id("fit").click()  # the legend has grown over what was below
    settle(page)
    page.mouse.click(*at(explorer, node(explorer, "biosensors")))
    explorer.get_by_test_id("hide").click()
    expect(status).to_contain_text("biosensors is hidden")
    explorer.get_by_test_id("kind").filter(has_text="process").click()
    settle(page)
    stage.focus()
    before = placed(explorer)
    assert before["energy storage"][2] and not before["biosensors"][1]
    assert "perovskite" in before and not before["chemical vapour deposition"][1]
    python(page, 'path = explorer.save_view("before the restart")')

    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()"
    )
    error = explorer.get_by_test_id("error")
    expect(error).to_contain_text("run the cell again", timeout=30_000)
    fresh = run_again(page)
    assert "perovskite" not in names(fresh)
    assert python(page, 'said = explorer.load_view("before the restart")', "said") == ""
    settle(page)
    after = placed(fresh)
    assert after.keys() == before.keys()
    for name, (place, shown, pinned) in before.items():
        assert after[name][0] == pytest.approx(place, abs=0.01), name
        assert after[name][1:] == (shown, pinned), name


def test_a_kernel_killed_while_it_answers_is_told_and_can_be_replaced(
    explorer: Locator, page: Page
) -> None:
    page.allow_errors(LOST)  # type: ignore[attr-defined]
    kernel = python(page, "import os", "os.getpid()")
    status, error = explorer.get_by_test_id("status"), explorer.get_by_test_id("error")
    # It stops in the middle of the request, and never goes on.
    os.kill(kernel, signal.SIGSTOP)
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(explorer.get_by_test_id("busy")).to_be_visible()
    os.kill(kernel, signal.SIGKILL)
    expect(error).to_be_visible(timeout=60_000)
    sentence = error.text_content() or ""
    assert "run the cell again" in sentence and sentence.count(".") == 1, sentence
    expect(explorer.get_by_test_id("busy")).to_be_hidden()
    expect(status).not_to_contain_text("Expanding")
    # JupyterLab tells it in a dialog of its own.
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    # What is there can still be looked at.
    assert "graphene" in names(explorer)
    explorer.get_by_test_id("show-table").click()
    expect(explorer.get_by_test_id("row").first).to_be_visible()
    fresh = run_again(page)
    expect(fresh.get_by_test_id("error")).to_be_hidden()
    page.mouse.dblclick(*at(fresh, node(fresh, "moisture")))
    expect(fresh.get_by_test_id("status")).to_contain_text("Added")


def test_a_busy_kernel_is_waited_for(run: Run, page: Page) -> None:
    # JupyterLab lets widgets be answered beside a cell that runs; a slow callback holds them up.
    run(
        """import time
explorer = Explorer(graph, "graphene")
explorer.on_select(lambda selection: time.sleep(4))
explorer"""
    )
    explorer = ready(page.get_by_test_id("explorer"))
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    status = explorer.get_by_test_id("status")
    page.wait_for_timeout(400)  # so that the selection is told
    explorer.get_by_test_id("search").fill("insulin")
    explorer.get_by_test_id("search").press("Enter")
    expect(status).to_have_text("The kernel is busy; the answer comes when it is done.")
    expect(explorer.get_by_test_id("error")).to_be_hidden()
    expect(status).to_contain_text("around insulin")
    settle(page)
    assert {"perovskite", "insulin"} <= names(explorer)


def test_a_page_is_loaded_again_with_its_kernel_and_without(run: Run, page: Page) -> None:
    page.allow_errors(LOST)  # type: ignore[attr-defined]
    run('Explorer(graph, "graphene")')
    explorer = ready(page.get_by_test_id("explorer"))
    page.mouse.dblclick(*at(explorer, node(explorer, "moisture")))
    expect(explorer.get_by_test_id("status")).to_contain_text("Added")
    settle(page)
    before = placed(explorer)
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    debugged(page)
    page.reload()
    after = placed(ready(explorer))
    assert after.keys() == before.keys()
    for name, (place, *_) in before.items():
        assert after[name][0] == pytest.approx(place, abs=0.01), name
    # The state of the widget was saved, and nobody knows it any more: never a blank box.
    page.evaluate("() => window.jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
    page.reload()
    expect(explorer.get_by_test_id("error")).to_have_text(
        "This view was saved and its kernel is gone; run the cell again."
    )
