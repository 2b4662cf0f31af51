"""The Curator as a person uses it: by keyboard alone, in JupyterLab and in a file without a kernel."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import kg
from kg.curation.queue import Wanted
from kg.graph import Graph
from kg.verify import verify
from tests.browser.axe import violations
from tests.browser.conftest import themed
from tests.browser.explorer_page import Run, python
from tests.browser.lab import Lab
from tests.widgets.curated import fill_curated, statement_of
from widgets import Curator

pytestmark = pytest.mark.timeout(240)
CELL = """from kg.graph import Graph
from kg.stores.sqlite import SqliteStore
from widgets import Curator
graph = Graph(SqliteStore("curated.kg", busy_seconds=0.5))
curator = Curator(graph, by="Ada")
curator"""

SELECTED = """(line, wanted) => {
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node; (node = texts.nextNode()); ) {
        const at = node.data.indexOf(wanted);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + wanted.length);
        const box = range.getBoundingClientRect();
        return [box.left, box.top + box.height / 2, box.right];
    }
}"""
"""Where words of a line are painted: their left, their middle, their right."""


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
        hands.curator.evaluate("curator => delete curator.dataset.took")
        press(key)
        said(word)
        said("Next: ")
        expect(hands.curator).to_have_attribute("data-took", re.compile(r"\d"))
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
    # Or with the mouse: what is selected is the end that was being moved.
    press("e")
    line = editor.get_by_test_id("span-line")
    selected = (line.text_content() or "").rstrip(" .🙂").split()[-1]
    x, y, right = line.evaluate(SELECTED, selected)
    page.mouse.move(x + 1, y)
    page.mouse.down()
    page.mouse.move(right - 1, y, steps=6)
    page.mouse.up()
    expect(editor.get_by_test_id("edit-subject")).to_have_text(selected)
    press("Escape")
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


def test_pairs_filter_many_and_progress_by_keyboard(
    curated: Graph, hands: Hands, page: Page, screenshots: Path
) -> None:
    press, said, curator = hands.press, hands.said, hands.curator
    nothing = curated.digest(log=False)
    # Pairs: which of them stands, merge, take back, tell apart.
    press("t")
    hands.shows("biosensor")
    expect(curator.get_by_test_id("for")).to_contain_text("differ in number")
    expect(curator.get_by_test_id("stands")).to_contain_text("biosensors")
    press("f")
    said("biosensor would stand for both")
    curator.screenshot(path=screenshots / "curator_pair.png")
    press("m")
    said("Merged: biosensors is biosensor from now on")
    assert set(curated.search("biosensors", limit=1)["name"]) == {"biosensor"}
    press("u")
    said("Taken back")
    hands.shows("biosensor")
    press("x")
    said("Told apart")
    hands.shows("perovskite")
    press("s")
    said("Passed over")
    expect(curator.get_by_test_id("nothing")).to_contain_text("No more pairs")
    press("t")
    # Filter: a predicate and a kind, ticked with the space bar, in page and Python alike.
    press("/")
    expect(curator.get_by_test_id("filter-decided")).to_be_focused()
    box = curator.get_by_test_id("kinds-device")
    for _ in range(30):
        press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            break
    press("Space")
    said("of device")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    curator.screenshot(path=screenshots / "curator_filter.png")
    press("Escape")
    kinds = python(page, "", "curator.wanted.kinds")
    assert kinds == ("device",)
    left = len(curated.curation.queue(Wanted(kinds=kinds), limit=99))
    expect(curator.get_by_test_id("counts")).to_have_text(f"{left} left")
    # … and from Python into the page.
    python(
        page,
        "from kg.curation.queue import Wanted; curator.wanted = Wanted(predicates=('used_for',))",
    )
    expect(curator.get_by_test_id("predicate")).to_have_text("is used for")
    expect(curator.get_by_test_id("filter-told")).to_have_text("is used for")
    # Many: two are picked, looked at, and decided; and taken back as one.
    ids = [hands.id]
    press("q")
    said("1 in all")
    expect(curator.get_by_test_id("statement")).not_to_have_attribute("data-id", ids[0])
    ids.append(hands.id)
    press("q")
    said("2 in all")
    press("b")
    expect(curator.get_by_test_id("bulk-act")).to_be_focused()
    hands.type("Reject")
    for _ in range(6):
        press("Tab")
        if curator.get_by_test_id("bulk-look").evaluate("b => b === document.activeElement"):
            break
    press("Enter")
    told = curator.get_by_test_id("preview-told")
    expect(told).to_contain_text("2 statements decided, 2 statements touched")
    assert {curated.statement(s).status for s in ids} == {"machine"}
    curator.screenshot(path=screenshots / "curator_many.png")
    expect(curator.get_by_test_id("bulk-go")).to_be_focused()
    press("Enter")
    said("2 decisions taken, each to reject")
    assert {curated.statement(s).status for s in ids} == {"rejected"}
    press("Control+z")
    said("Taken back: 2 decisions")
    assert {curated.statement(s).status for s in ids} == {"machine"}
    # What is done, quietly.
    press("d")
    expect(curator.get_by_test_id("done")).to_contain_text("told apart")
    press("Escape")
    press("?")
    expect(curator.get_by_test_id("keys")).to_contain_text("sentences deny it")
    press("Escape")
    expect(curator.get_by_test_id("keys")).to_be_hidden()
    python(
        page,
        "for d in curator.decided.query('not undone and action != \"undo\"')['id']: graph.curation.undo(d, by='Ada')",
    )
    assert curated.digest(log=False) == nothing


def test_two_decide_at_once_and_what_goes_wrong_is_told(
    curated: Graph, hands: Hands, page: Page
) -> None:
    press, said, curator = hands.press, hands.said, hands.curator
    error = curator.get_by_test_id("error")
    queue = curated.curation.queue(limit=10)["statement"].tolist()
    # Bob decides about what Ada looks at, and about what she has been given but not shown.
    curated.curation.reject(queue[0], by="Bob", why="too vague")
    curated.curation.accept(queue[1], by="Bob")
    press("a")
    said("This is a conflict: Bob rejected it")
    expect(error).to_contain_text("because “too vague”")
    said("Yours holds for now")
    assert curated.statement(queue[0]).status == "accepted"
    # She moves on, and what she is shown is as it is now, without a restart.
    assert hands.id == queue[1]
    expect(curator.get_by_test_id("history")).to_contain_text("Bob accepted it")
    press("Escape", "k")
    conflict = curator.get_by_test_id("conflict")
    expect(conflict).to_contain_text("without having seen that Bob rejected it")
    press("r")
    said("Rejected")
    assert curated.curation.conflicts()["resolved"].tolist() == [True]
    press("k")
    expect(conflict).to_have_count(0)
    # The graph is locked: it is told, it stays, and so does what was written about it.
    press("j", "j")
    here = hands.id
    with curated.store.writing():
        press("w")
        hands.type("read it twice")
        press("Enter")
        press("a")
        expect(error).to_contain_text("Not decided", timeout=20_000)
        expect(error).to_contain_text("try again")
        assert hands.id == here
        expect(curator.get_by_test_id("why")).to_have_value("read it twice")
    press("a")
    said("Accepted")
    assert curated.curation.history(here)["reason"].tolist() == ["read it twice"]
    # Its source goes while she looks at it.
    gone = hands.id
    curated.delete_source(curated.evidence(gone)["source"].iloc[0])
    press("a")
    expect(error).to_contain_text("may have gone with its source")
    assert hands.id == gone
    press("Escape", "j")
    assert hands.id != gone
    # A refresh tells of what others did. (What was asked for before is answered before.)
    page.wait_for_timeout(500)
    curated.curation.accept(
        curated.curation.queue(fresh=True, limit=20)["statement"].iloc[9], by="Bob"
    )
    press("g")
    said("Bob has decided")
    # The kernel dies: a sentence, and what was to be decided is still there.
    page.allow_errors(r"WebSocket|[Kk]ernel|Canceled|comm")  # type: ignore[attr-defined]
    hands.shows(" ")
    here = hands.id
    kernel = python(page, "import os", "os.getpid()")
    os.kill(kernel, signal.SIGSTOP)
    press("a")
    os.kill(kernel, signal.SIGKILL)
    expect(error).to_contain_text("run the cell again", timeout=60_000)
    assert hands.id == here
    assert curated.statement(here).status == "machine"


def test_axe_finds_nothing_serious_in_light_and_dark(
    hands: Hands, page: Page, screenshots: Path
) -> None:
    # JupyterLab's body has no height and hides what overflows it, so axe-core sees no text in it.
    page.add_style_tag(content="body { height: 100vh }")
    press, curator = hands.press, hands.curator
    told: set[str] = set()

    def looked(name: str) -> None:
        for theme in ("Dark", "Light"):
            themed(page, theme)
            curator.screenshot(path=screenshots / f"curator_{name}_{theme.lower()}.png")
            told.update(f"{name}, {theme}: {found}" for found in violations(page, "curator"))

    hands.shows("graphene")
    press("a")
    hands.said("Accepted")
    press("k")
    expect(curator.get_by_test_id("history")).to_be_visible()
    looked("statement")
    for keys, shown, name in (
        ("p", "chooser", "predicate"),
        ("e", "span-editor", "words"),
        ("b", "bulk", "many"),
        ("d", "progress-sheet", "done"),
        ("?", "keys", "keys"),
        ("/", "filters", "filter"),
    ):
        curator.get_by_test_id("desk").focus()
        press(keys)
        expect(curator.get_by_test_id(shown)).to_be_visible()
        if shown == "bulk":
            curator.get_by_test_id("bulk-look").click()
            expect(curator.get_by_test_id("preview-told")).to_be_visible()
        looked(name)
        press("Escape")
        expect(curator.get_by_test_id(shown)).not_to_be_visible()
    curator.get_by_test_id("desk").focus()
    press("t")
    hands.shows("biosensor")
    looked("pair")
    page.set_viewport_size({"width": 560, "height": 900})
    looked("narrow_pair")
    curator.get_by_test_id("desk").focus()
    press("t")
    looked("narrow")
    assert not told, "\n".join(sorted(told))


def test_a_file_is_decided_in_without_kernel_and_network(
    curated: Graph, page: Page, tmp_path: Path, screenshots: Path
) -> None:
    path = Curator(curated, by="Ada").export(tmp_path / "review.html", 30)
    heat = statement_of(curated, "graphene", "increases", "thermal conductivity")
    page.context.set_offline(True)
    page.goto(path.as_uri())
    hands = Hands(page.get_by_test_id("curator"))
    press, said, curator = hands.press, hands.said, hands.curator
    for part in ("filter", "refresh"):
        expect(curator.get_by_test_id(part)).to_be_hidden()
    press("a")
    expect(curator.get_by_test_id("error")).to_contain_text("Write your name above first")
    press("Escape")
    curator.get_by_test_id("name").focus()
    hands.type("Bob Okafor")
    press("Enter")
    first = hands.id
    press("a")
    said("accepted it")
    second = hands.id
    press("w")
    hands.type("the other way round")
    press("Enter", "f")
    said("turned it round")
    third = hands.id
    press("r")
    said("rejected it")
    press("u")
    said("Taken back")
    press("p")
    hands.type("depends")
    press("Enter")
    said("depends on")
    press("n")
    said("marked it as negated")
    # One of two sentences, and its words.
    while hands.id != heat:
        press("j")
    press("2", "h")
    said("marked it as hypothetical")
    assert hands.id == heat
    press("e")
    before = curator.get_by_test_id("edit-subject").text_content() or ""
    press("ArrowDown", "Shift+ArrowLeft", "Enter")
    said("moved the words")
    press("t")
    hands.shows("biosensor")
    press("m")
    said("said that they are one")
    # The page is closed and opened again: what was decided is still there.
    page.reload()
    curator.get_by_test_id("desk").focus()
    hands.shows("")
    expect(curator.get_by_test_id("today")).to_contain_text("7 today")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.wait_for_timeout(1100)
        page.screenshot(path=screenshots / f"review_{theme}.png")
        assert not violations(page, "curator")
    with page.expect_download() as download:
        press("g")
    said("downloaded")
    file = tmp_path / download.value.suggested_filename
    assert file.name.startswith("decisions-Bob-Okafor-")
    download.value.save_as(file)
    # On the other side.
    taken = curated.curation.take_in(file, "review")
    assert (len(taken.made), taken.refused) == (7, [])
    assert curated.statement(first).status == "accepted"
    assert len(curated.evidence(second)) == 0
    assert curated.curation.history(third)["action"].tolist() == ["predicate"]
    said_now = curated.evidence(heat)
    assert sorted(said_now["assertion"]) == ["affirmed", "hypothetical"]
    assert before[:-1] in [
        e.passage_text[e.subject_start : e.subject_end] for e in said_now.itertuples()
    ]
    assert curated.search("biosensor").iloc[0]["name"] == "biosensors"
    log = curated.curation.log()
    assert set(log["by"]) == {"Bob Okafor"}
    assert "the other way round" in set(log["reason"])
    assert len(curated.curation.conflicts()) == 0
    assert not curated.curation.take_in(file, "review").made
    assert verify(curated.store).ok
