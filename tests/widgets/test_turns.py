"""A kernel may answer a page while a cell runs (subshells of ipykernel 7): neither sees half of what the other does."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from kg.graph import Graph
from tests.widgets.conftest import Talk


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads that interrupt each other as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def test_page_and_cell_take_turns(talk: Talk, library: Graph, hasty: None) -> None:
    talk.ask("hello")
    concepts = list(library.table("Concept")["id"])
    talk.sent.clear()

    def page() -> None:
        for concept in concepts:
            talk.say("show", id=concept)

    other = threading.Thread(target=page)
    other.start()
    for concept in reversed(concepts):
        talk.explorer.expand(concept)
        assert len(talk.explorer.visible.concepts)
    other.join()
    messages = [message for message, _ in talk.sent]
    assert len(messages) == 2 * len(concepts)
    assert not [m["message"] for m in messages if m["kind"] == "error"]
    assert [m["seq"] for m in messages] == sorted(m["seq"] for m in messages)
    base = [m["base"] for m in messages]
    assert base == [m["revision"] - 1 for m in messages] == sorted(base)
    canvas = talk.explorer._conversation.latest().canvas
    assert canvas.nodes["id"].is_unique
    assert len(canvas.nodes) == len(canvas.number) == len(canvas.positions)


def test_a_callback_may_act_and_keeps_no_other_waiting(talk: Talk) -> None:
    talk.ask("hello")
    acting, go = threading.Event(), threading.Event()

    def slow(selection: object) -> None:
        talk.explorer.focus("insulin")
        acting.set()
        assert go.wait(10)

    talk.explorer.on_select(slow)
    page = threading.Thread(
        target=talk.say, args=("selection",), kwargs={"nodes": [1], "edges": []}
    )
    page.start()
    assert acting.wait(10)
    # The cell is not held up by it.
    assert list(talk.explorer.selection["name"]) == ["insulin"]
    go.set()
    page.join()
