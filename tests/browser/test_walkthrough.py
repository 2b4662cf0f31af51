"""Stories, played and composed by keyboard alone: in JupyterLab, in Voilà, in a file without network, on paper."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import kg
from tests.browser.axe import violations
from tests.browser.conftest import SETUP, themed
from tests.browser.explorer_page import Run, debugged, layout, names, node, python, settle
from tests.browser.lab import Voila
from tests.widgets.corpus import fill
from widgets import Walkthrough

pytestmark = pytest.mark.timeout(240)
HOSTILE = (
    "<img src=x onerror='window.hit=1'><script>window.hit=2</script> "
    "[go](javascript:window.hit=3) ![x](javascript:window.hit=4) "
    r"$\href{javascript:window.hit=5}{x}$ $\text{</math><svg onload=window.hit=6>}$ </script>"
)
"""What would run, if anything of a story could."""
COMPOSED = f"""
from widgets import Walkthrough
story = Walkthrough(graph, "What graphene does", authors=["Ada</script><b>"], about="A *short* story.")
story.step(
    "Heat", "It conducts $\\\\kappa \\\\approx 5000$ W/(m·K). " + {HOSTILE!r},
    query="graphene", highlight=[("graphene", "increases", "thermal conductivity")],
    question="Why? " + {HOSTILE!r}, answer="Because of its bonds. " + {HOSTILE!r}, notes="Slowly. " + {HOSTILE!r},
)
story.step(
    "Safety", "Is it safe?", show=["graphene", "cytotoxicity", "insulin"],
    highlight=[("graphene", "causes", "cytotoxicity")], camera=["cytotoxicity"], notes="Pause here.",
)
story.step("Storage", "It stores energy.", show=["graphene", "energy storage", "moisture"], colour="discipline")
"""


def composed(graph: kg.Graph) -> Walkthrough:
    """The story of :data:`COMPOSED`."""
    known: dict[str, Any] = {"graph": graph}
    exec(COMPOSED, known)
    story = known["story"]
    assert isinstance(story, Walkthrough)
    return story


def title(story: Locator, name: str) -> None:
    """Wait until a step of that title is shown."""
    expect(story.get_by_test_id("step-title")).to_have_text(name)


def played(story: Locator, page: Page) -> None:
    """Play it by keyboard alone: turn, ask, look around, come back, present."""
    press, explorer = page.keyboard.press, story.get_by_test_id("explorer")
    title(story, "Heat")
    expect(story.locator(".pm-number")).to_have_text("Step 1 of 3")
    expect(story.locator(".pm-lead em")).to_have_text("short")
    expect(story.get_by_test_id("step-text").locator("math")).not_to_have_count(0)
    # What would run stands there as text.
    assert page.evaluate("window.hit") is None
    assert "<img src=x" in (story.get_by_test_id("step-text").text_content() or "")
    assert story.locator("a[href^='javascript'], .pm-narrative img, .pm-narrative svg").count() == 0
    quote = story.get_by_test_id("sentences").locator("blockquote").first
    expect(quote.locator("mark.object")).to_have_text("thermal conductivity")
    settle(page)
    assert {"graphene", "energy storage"} <= names(explorer)
    # The answer is hidden until it is asked for.
    expect(story.get_by_test_id("answer")).to_be_hidden()
    press("a")
    expect(story.get_by_test_id("answer")).to_contain_text("Because of its bonds.")
    # On: who is seen changes, and what both steps show glides; the camera looks at what matters.
    press("ArrowRight")
    title(story, "Safety")
    expect(story.get_by_test_id("story-said")).to_have_text("Step 2 of 3: Safety")
    settle(page)
    assert names(explorer) == {"graphene", "cytotoxicity", "insulin"}
    seen = node(explorer, "cytotoxicity")
    box = explorer.get_by_test_id("stage").bounding_box()
    assert box is not None
    assert abs(seen["x"] - box["width"] / 2) < 60 and abs(seen["y"] - box["height"] / 2) < 60
    # The presenter sees notes, what comes next, and the time.
    press("p")
    expect(story.get_by_test_id("notes")).to_have_text("Pause here.")
    expect(story.get_by_test_id("then")).to_have_text("Then: Storage")
    expect(story.get_by_test_id("clock")).to_have_text(re.compile(r"0:0[1-9]"))
    press("p")
    expect(story.get_by_test_id("presenter")).to_be_hidden()
    # Look around: now the keys are the canvas's.
    press("e")
    expect(story.get_by_test_id("wander")).to_have_text("Back to the story")
    expect(explorer.get_by_test_id("search")).to_be_visible()
    press("ArrowLeft")
    press("Enter")
    expect(explorer.get_by_test_id("card")).to_be_visible()
    title(story, "Safety")
    press("Escape")
    expect(explorer.get_by_test_id("panel")).to_be_hidden()
    press("Delete")
    settle(page)
    assert len(names(explorer)) == 2
    press("Escape")
    expect(story.get_by_test_id("wander")).to_have_text("Look around")
    settle(page)
    assert names(explorer) == {"graphene", "cytotoxicity", "insulin"}
    # To the end, the sources, back to the beginning; the list of steps, the keys.
    press("End")
    title(story, "Storage")
    press("PageDown")
    title(story, "Sources")
    expect(story.locator(".works li")).not_to_have_count(0)
    press("Home")
    title(story, "Heat")
    expect(story.get_by_test_id("answer")).to_be_visible()  # it was asked for before
    press("s")
    expect(story.get_by_test_id("step-list").locator("[aria-current]")).to_be_focused()
    press("Tab")
    press("Enter")
    title(story, "Safety")
    press("?")
    expect(story.get_by_test_id("story-keys")).to_be_focused()
    press("Escape")
    expect(story.get_by_test_id("story-keys")).to_be_hidden()
    press("Space")
    title(story, "Storage")
    expect(explorer.get_by_test_id("legend")).to_contain_text(re.compile("[A-Z]"))
    assert page.evaluate("window.hit") is None


def test_in_jupyterlab(run: Run, page: Page, screenshots: Path) -> None:
    run(COMPOSED + "story", 'Explorer(graph, "moisture", walkthrough=story)')
    page.evaluate("window.jupyterapp.shell.currentWidget.content.scrollToItem(1, 'start')")
    story = page.get_by_test_id("walkthrough")
    expect(story.get_by_test_id("step-title")).to_be_visible()
    story.evaluate("root => root.focus()")
    played(story, page)
    # Python may turn it too, and knows where it is.
    for _ in range(20):  # what a page has turned to is told a little later
        if python(page, "", "story.player.step") == 3:
            break
        page.wait_for_timeout(250)
    assert python(page, "", "story.player.step") == 3
    python(page, "story.player.step = 2")
    title(story, "Safety")
    page.add_style_tag(content="body { height: 100vh }")
    page.keyboard.press("Home")
    page.keyboard.press("p")
    for name in ("Light", "Dark"):
        themed(page, name)
        expect(story).to_have_class(re.compile("pm-dark")) if name == "Dark" else None
        settle(page)
        page.screenshot(path=screenshots / f"walkthrough_{name.lower()}.png")
        assert violations(page, "walkthrough") == []
    page.keyboard.press("p")
    # What the graph says otherwise is marked on the step, quietly.
    python(
        page,
        'no = graph.curation.reject(story.steps[1].claims[0].id, by="Ada"); story.player.renew()',
    )
    page.keyboard.press("PageDown")
    title(story, "Safety")
    expect(story.get_by_test_id("changed")).to_contain_text("Changed since this was told")
    python(page, 'graph.curation.undo(no, by="Ada"); story.player.renew()')
    expect(story.get_by_test_id("changed")).to_have_count(0)


def test_a_step_is_kept_from_an_explorer(run: Run, page: Page, screenshots: Path) -> None:
    run(COMPOSED + 'Explorer(graph, "graphene", walkthrough=story)', "story")
    explorer = page.get_by_test_id("explorer").first
    explorer.scroll_into_view_if_needed()
    expect(explorer.get_by_test_id("counts")).to_contain_text("concept")
    settle(page)
    explorer.get_by_test_id("stage").focus()
    page.keyboard.press("Space")  # graphene, in the middle, is picked out
    page.keyboard.press("k")
    pane = explorer.get_by_test_id("step-pane")
    expect(pane.get_by_test_id("step-name")).to_be_focused()
    page.keyboard.type("Kept by hand, k and all")
    page.keyboard.press("Tab")
    page.keyboard.type("It is **flat**.")
    explorer.screenshot(path=screenshots / "keep_step.png")
    pane.get_by_test_id("step-told").first.locator("input").check()
    page.keyboard.press("Tab")
    pane.get_by_test_id("step-name").press("Enter")
    expect(pane.get_by_test_id("step-said")).to_have_text(
        "Kept as step 4, “Kept by hand, k and all”."
    )
    kept = python(page, "step = story.steps[3]", "(step.title, step.text, len(step.sentences))")
    assert kept == ("Kept by hand, k and all", "It is **flat**.", 1)
    # The story that is played below has it at once.
    story = page.get_by_test_id("walkthrough")
    expect(story.locator(".pm-dots li")).to_have_count(5)
    assert violations(page, "step-pane") == []


def test_as_a_file_without_network(page: Page, tmp_path: Path, screenshots: Path) -> None:
    with kg.connect(tmp_path / "library.kg") as graph:
        fill(graph)
        file = composed(graph).export(tmp_path / "story.html")
    assert file.stat().st_size < 500_000
    page.context.set_offline(True)
    debugged(page)
    page.goto(file.as_uri())
    story = page.get_by_test_id("walkthrough")
    played(story, page)
    # On a second screen: notes and time in a window of their own, which turns the story, too.
    page.keyboard.press("p")
    with page.expect_popup() as popup:
        story.get_by_test_id("presenter-window").click()
    apart = popup.value
    expect(apart.get_by_test_id("then")).to_have_text("Then: The end")
    expect(story.get_by_test_id("presenter")).to_have_count(0)
    apart.keyboard.press("PageUp")
    title(story, "Safety")
    expect(apart.get_by_test_id("notes")).to_have_text("Pause here.")
    apart.screenshot(path=screenshots / "story_presenter.png")
    assert (
        apart.evaluate("getComputedStyle(document.querySelector('.pm-clock')).fontWeight") == "600"
    )
    apart.close()
    expect(story.get_by_test_id("presenter")).to_be_hidden()
    story.evaluate("root => root.focus()")
    page.keyboard.press("End")
    # Sentences of sources that are not open are told of, not told.
    page.keyboard.press("ArrowLeft")
    title(story, "Safety")
    expect(story.get_by_test_id("sentences")).to_contain_text("its source is not known to be open")
    assert "does not cause cytotoxicity" not in page.content()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settle(page)
        assert layout(story.get_by_test_id("explorer"))["dark"] is (scheme == "dark")
        page.screenshot(path=screenshots / f"story_file_{scheme}.png")
        assert violations(page, "walkthrough") == []
    page.set_viewport_size({"width": 420, "height": 800})
    settle(page)
    page.screenshot(path=screenshots / "story_file_narrow.png")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 420, f"it is {wide} pixels wide"
    # On paper: all steps in order, the answers left out unless they are asked for.
    page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size({"width": 740, "height": 1000})
    handout = page.locator("main.handout")
    expect(handout).to_be_visible()
    expect(story).to_be_hidden()
    heads = handout.locator("section.step > h2").all_text_contents()
    assert heads == ["1 Heat", "2 Safety", "3 Storage", "Answers", "Sources"]
    expect(handout.locator("svg[role=img]")).to_have_count(3)
    expect(handout.locator(".answers")).to_be_hidden()
    expect(handout.locator("details")).to_be_hidden()
    page.screenshot(path=screenshots / "story_handout.png", full_page=True)
    page.emulate_media(media="screen")
    page.keyboard.press("s")
    story.get_by_test_id("print-answers").check()
    page.emulate_media(media="print")
    expect(handout.locator(".answers")).to_contain_text("Because of its bonds.")
    assert page.pdf()[:5] == b"%PDF-"
    policy = page.locator("meta[http-equiv]").get_attribute("content") or ""
    assert "default-src 'none'" in policy and "unsafe" not in policy
    # Where no script runs, all of it can be read.
    browser = page.context.browser
    assert browser is not None
    dead = browser.new_context(java_script_enabled=False, offline=True).new_page()
    dead.goto(file.as_uri())
    expect(dead.locator("main.handout h2").first).to_have_text("1 Heat")
    dead.locator("summary").first.click()
    expect(dead.locator("details").first).to_contain_text("Because of its bonds.")
    dead.context.close()


def test_voila(page: Page, tmp_path: Path, screenshots: Path) -> None:
    # Its own page asks for icons, in vain.
    page.allow_errors(r"cdn\.jsdelivr\.net/npm/@fortawesome")  # type: ignore[attr-defined]
    server = Voila(tmp_path)
    server.notebook("app", SETUP, COMPOSED + "story")
    with kg.connect(server.notebooks / "library.kg") as graph:
        fill(graph)
    debugged(page)
    with server:
        page.goto(server.url, timeout=60_000)
        story = page.get_by_test_id("walkthrough")
        expect(story.get_by_test_id("step-title")).to_be_visible()
        story.evaluate("root => root.focus()")
        played(story, page)
        page.screenshot(path=screenshots / "story_voila.png")
        page.goto("about:blank")


def test_a_file_of_a_stranger_runs_nothing(page: Page, tmp_path: Path) -> None:
    """Every text of a story's file is hostile, and so are the names of its concepts in the graph."""
    with kg.connect(tmp_path / "library.kg") as graph:
        fill(graph)
        raw = json.loads(composed(graph).save(tmp_path / "kind.json").read_text("utf-8"))
        raw |= {"title": HOSTILE[:180], "about": HOSTILE, "authors": [HOSTILE], "licence": HOSTILE}
        raw["works"] = [
            {
                "id": w["id"], "type": HOSTILE, "title": HOSTILE, "license": HOSTILE, "DOI": HOSTILE,
                "URL": "javascript:window.hit=7", "container-title": HOSTILE,
                "author": [{"literal": HOSTILE}, HOSTILE], "issued": {"date-parts": [[HOSTILE]]},
            }
            for w in [*raw["works"], {"id": "url:javascript:window.hit=8"}]
        ]  # fmt: skip
        for n, step in enumerate(raw["steps"]):
            step |= dict.fromkeys(("text", "question", "answer", "notes", "query"), HOSTILE)
            step["title"] = f"{n} {HOSTILE[:150]}"
            step["view"]["look"] = {"colour": HOSTILE, HOSTILE: HOSTILE}
            step["view"]["guides"] = [[HOSTILE, -50, -50, 50, 50]]
            for pin in step["view"]["concepts"]:
                pin["name"] = HOSTILE
            for claim in step["claims"]:
                claim["predicate"] = HOSTILE
            for sentence in step.get("sentences", ()):
                sentence |= {"work": "url:javascript:window.hit=9", "passage": HOSTILE}
        (tmp_path / "strange.json").write_text(json.dumps(raw), encoding="utf-8")
        story = Walkthrough.open(graph, tmp_path / "strange.json")
        files = [
            story.export(tmp_path / "a.html"),
            story.handout(tmp_path / "b.html", answers=True),
        ]
    for file in files:
        page.goto(file.as_uri())
        expect(page.locator("main.handout, [data-testid=walkthrough]").first).to_be_attached()
        for key in ("ArrowRight", "a", "p", "ArrowRight", "s", "Escape", "End", "PageDown"):
            page.keyboard.press(key)
        settle(page)
        assert page.evaluate("window.hit") is None
        assert (
            page.locator("[href^='javascript'], [onerror], [onload], iframe, object").count() == 0
        )
        assert page.locator("img, script:not([type]):not(:last-of-type)").count() == 0
