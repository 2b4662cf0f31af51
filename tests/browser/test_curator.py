"""The Curator as a person uses it: by keyboard alone, in JupyterLab and in a file without a kernel."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

import kg
from kg.curation.queue import Wanted
from kg.graph import Graph
from kg.verify import verify
from tests.browser.conftest import themed
from tests.browser.explorer_page import Run, python
from tests.browser.lab import Lab
from tests.widgets.curated import fill_curated, statement_of
from widgets import Curator

pytestmark = pytest.mark.timeout(240)
GRAVE = ("serious", "critical")
CELL = """from widgets import Curator
graph = kg.connect("curated.kg")
curator = Curator(graph, by="Ada")
curator"""


@pytest.fixture
def curated(lab: Lab) -> Iterator[Graph]:
    """The graph that the notebook decides about, from another process."""
    path = lab.notebooks / "curated.kg"
    for left in lab.notebooks.glob("curated.kg*"):
        left.unlink()
    with kg.connect(path) as graph:
        fill_curated(graph)
        yield graph


class Hands:
    """Somebody at the keyboard of a Curator."""

    def __init__(self, curator: Locator) -> None:
        self.curator = curator
        self.page = curator.page
        self.status = curator.get_by_test_id("status")
        expect(curator.get_by_test_id("headline")).to_be_visible()
        curator.scroll_into_view_if_needed()
        curator.get_by_test_id("desk").focus()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write into what has the focus."""
        self.page.keyboard.type(text)

    def said(self, text: str) -> None:
        """Wait until the live region says so."""
        expect(self.status).to_contain_text(text)

    def shows(self, text: str) -> None:
        """Wait until that is what is to be decided."""
        expect(self.curator.get_by_test_id("headline")).to_contain_text(text)

    @property
    def id(self) -> str:
        """Id of the statement that is shown."""
        return str(self.curator.get_by_test_id("statement").get_attribute("data-id"))


@pytest.fixture
def hands(curated: Graph, run: Run, page: Page) -> Hands:
    """Ada at her Curator."""
    run(CELL)
    return Hands(page.get_by_test_id("curator"))


def violations(page: Page, within: str = "[data-testid=curator]") -> list[str]:
    """What axe-core finds serious or critical."""
    found = Axe().run(page, context=within, options={"resultTypes": ["violations"]}).response
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}, "not looked at"
    return [
        f"{rule['id']}: {n['html'][:120]} ({n['failureSummary']})"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for n in rule["nodes"]
    ]


def test_everything_is_decided_by_keyboard_alone(
    curated: Graph, hands: Hands, page: Page, screenshots: Path
) -> None:
    digest = curated.digest(log=False)
    queue = curated.curation.queue(limit=40)["statement"].tolist()
    press, said = hands.press, hands.said
    expect(hands.curator.get_by_test_id("tab-statement")).to_contain_text(str(len(queue)))
    took: list[float] = []
    # Judge: each key leads to the next at once.
    for key, status, word in (
        ("a", "accepted", "Accepted"),
        ("r", "rejected", "Rejected"),
        ("s", "machine", "Skipped"),
    ):
        one = hands.id
        assert one == queue.pop(0)
        press(key)
        said(word)
        said("Next: ")
        took.append(float(hands.curator.get_attribute("data-took") or "nan"))
        assert curated.statement(one).status == status
    # A reason goes with the next decision, and only with that.
    one = hands.id
    press("w")
    hands.type("only in one direction")
    press("Enter", "f")
    said("turned it round")
    said("belief 0.")
    expect(hands.curator.get_by_test_id("why")).to_have_value("")
    log = curated.curation.history(one)
    assert log[["by", "action", "reason"]].values.tolist() == [
        ["Ada", "flip", "only in one direction"]
    ]
    # Another predicate, found by typing; those that the kinds allow come first.
    one = hands.id
    press("p")
    expect(hands.curator.get_by_test_id("option").first).to_be_visible()
    hands.type("depends")
    expect(hands.curator.get_by_test_id("option")).to_have_count(1)
    press("Enter")
    said("said that it reads “depends on”")
    assert curated.curation.history(one)["after"].iloc[-1] == {"predicate": "depends_on"}
    # Denied, only supposed, meant in another way.
    for keys, assertion in ((["n"], "negated"), (["h"], "hypothetical")):
        one = hands.id
        press(*keys)
        said(f"marked it as {assertion}")
        assert set(curated.evidence(one)["assertion"]) == {assertion}
    one = hands.id
    press("o")
    hands.type("comparison")
    press("Enter")
    said("marked it as comparative")
    # A homonym: another concept of that name, of a kind that is chosen.
    one = hands.id
    press("l")
    expect(hands.curator.get_by_test_id("option")).to_have_count(2)
    press("Enter")
    expect(hands.curator.get_by_test_id("option").last).to_contain_text("Make another concept")
    press("ArrowUp", "Enter")
    hands.type("place")
    press("Enter")
    said("linked it to")
    assert "(place)" in (hands.status.text_content() or "")
    # Back without deciding, and what was decided there.
    press("k")
    expect(hands.curator.get_by_test_id("history")).to_contain_text("Ada linked it to")
    press("j")
    # Words: the beginning of the subject one word on, then its end a character back.
    one = hands.id
    press("e")
    editor = hands.curator.get_by_test_id("span-editor")
    expect(editor).to_be_visible()
    before = editor.get_by_test_id("edit-object").text_content() or ""
    press("ArrowDown", "ArrowDown", "ArrowDown", "Shift+ArrowLeft")
    expect(editor.get_by_test_id("edit-object")).to_have_text(before[:-1])
    hands.curator.screenshot(path=screenshots / "curator_words.png")
    press("Enter")
    said("moved the words")
    assert hands.id == one, "there is still to be decided whether it is right"
    assert before[:-1] in [
        e.passage_text[e.object_start : e.object_end] for e in curated.evidence(one).itertuples()
    ]
    press("u")
    said("Taken back")
    # Only one of two sentences is corrected; the other stays to be decided about.
    heat = statement_of(curated, "graphene", "increases", "thermal conductivity")
    python(page, f"curator.go_to({heat!r})")
    hands.shows("thermal conductivity")
    press("2")
    expect(hands.curator.get_by_test_id("picked")).to_contain_text("1 of 2 sentences")
    press("n")
    said("marked it as negated")
    assert hands.id == heat
    assert sorted(curated.evidence(heat)["assertion"]) == ["affirmed", "negated"]
    # Concepts: merged from a statement, split again.
    press("m")
    press("Enter")
    expect(hands.curator.get_by_test_id("option").first).to_be_visible()
    hands.page.keyboard.press("Control+a")
    hands.type("graphene oxide")
    expect(hands.curator.get_by_test_id("option").first).to_contain_text("graphene oxide")
    press("Enter")
    said("Merged: graphene is graphene oxide from now on")
    oxide = statement_of(curated, "graphene oxide", "causes", "oxidative stress")
    python(page, f"curator.go_to({oxide!r})")
    hands.shows("oxidative stress")
    press("x", "Enter")
    said("Told apart")
    # All of it is taken back and done again, step by step, and the graph is as it was.
    steps = int(python(page, "", "len(curator._desk.deciding.past)"))
    after = curated.digest(log=False)
    for _ in range(steps):
        press("u")
        said("Taken back")
        page.wait_for_function(
            "() => document.querySelector('[data-testid=curator]').getAttribute('aria-busy') === 'false'"
        )
    press("u")
    expect(hands.curator.get_by_test_id("error")).to_contain_text("Nothing was decided here")
    assert curated.digest(log=False) == digest
    for _ in range(steps):
        press("y")
        said("Decided again")
        page.wait_for_function(
            "() => document.querySelector('[data-testid=curator]').getAttribute('aria-busy') === 'false'"
        )
    assert curated.digest(log=False) == after
    assert verify(curated.store).ok
    print(f"from key to next statement painted: {took} ms")
    # No key reached the cells.
    expect(page.locator(".jp-CodeCell")).to_have_count(2)
