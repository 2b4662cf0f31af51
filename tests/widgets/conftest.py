"""A real graph with a little library in it, and an Explorer whose messages are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.graph import Graph
from tests.conftest import need
from tests.widgets.corpus import fill
from tests.widgets.curated import fill_curated
from widgets import Explorer
from widgets.build import BUILT, STATIC
from widgets.protocol import PROTOCOL, unpack


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Graph]:
    """An embedded graph of ten works."""
    with kg.connect(tmp_path / "library.kg") as graph:
        fill(graph)
        yield graph


@pytest.fixture
def curated(tmp_path: Path) -> Iterator[Graph]:
    """The same with two concepts that have another name, too."""
    with kg.connect(tmp_path / "curated.kg") as graph:
        fill_curated(graph)
        yield graph


@pytest.fixture
def built() -> None:
    """Skip where the page has not been built."""
    there = all((STATIC / name).is_file() for name in BUILT)
    need(there, "the page is not built (python -m widgets.build)")


class Talk:
    """The page's side of a conversation with an Explorer, without a browser."""

    def __init__(self, explorer: Explorer, view: str = "one") -> None:
        self.explorer = explorer
        self.view = view
        self.asked = 0
        self.buffers: list[memoryview] = []
        # The comm is what stands between kernel and page; here nobody is at its other end.
        # What an Explorer sends is heard by all who talk to it, as it is in a page.
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = explorer.__dict__.setdefault(
            "heard", []
        )
        explorer.send = lambda content, buffers=None: self.sent.append((content, buffers or []))

    def say(self, kind: str, **fields: Any) -> None:
        """Tell what is not answered."""
        self.asked += 1
        message = {"protocol": PROTOCOL, "view": self.view, "seq": self.asked, **fields}
        self.explorer._conversation.receive({"kind": kind, **message})

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Ask, and return the answer with its tables unpacked."""
        self.asked += 1
        message = {
            "kind": kind,
            "protocol": PROTOCOL,
            "view": self.view,
            "seq": self.asked,
            **fields,
        }
        self.explorer._conversation.receive(message, self.buffers)
        answer, buffers = self.sent[-1]
        assert answer["re"] == self.asked
        return {
            **answer,
            "data": unpack(answer["tables"], buffers),
            "bytes": sum(map(len, buffers)),
        }


@pytest.fixture
def talk(library: Graph, built: None) -> Talk:
    """A conversation about graphene."""
    return Talk(Explorer(library, "graphene"))
