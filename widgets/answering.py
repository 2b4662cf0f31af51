"""Answers to pages: each message of one is answered, whatever it holds, with a reply or a sentence.

What an Explorer and a Curator share: the version handshake, the numbers of messages, one turn
after the other, and a sentence for whatever goes wrong.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kg.errors import PolymathError
from widgets.protocol import PROTOCOL, Reply, pack

_log = logging.getLogger(__name__)

Content = Mapping[str, Any]
Buffers = Sequence[bytes | memoryview]
Send = Callable[[dict[str, Any], list[bytes]], None]
Handler = Callable[[str, Content], Reply | None]


class Answering:
    """The kernel's side of the talk with the pages of one widget.

    Args:
        called: Name of the widget, for messages.
        send: Sends a message with its buffers to all pages.
        error: The kind of a reply that is a sentence on what went wrong.
    """

    def __init__(self, called: str, send: Send, error: Callable[[str], Reply]) -> None:
        self.turn = threading.RLock()
        """Held by whoever changes or reads a view: kernels may answer a page while a cell runs (subshells)."""
        self._handlers: dict[str, Handler] = {}
        """What is done, by the kind of message: takes the view and the message."""
        self._called = called
        self._send = send
        self._error = error
        self._said: dict[str, int] = {}

    def knows(self, view: str) -> bool:
        """Whether a view has said hello, so that what it is told is numbered."""
        raise NotImplementedError

    def before(self, view: str, content: Content, buffers: Buffers) -> None:
        """What any message may bring besides what it asks for."""

    def after(self) -> None:
        """What is left to do once the page has been answered."""

    def receive(self, content: Any, buffers: Buffers = ()) -> None:
        """Answer one message of a page; whatever goes wrong is answered with a sentence."""
        if not isinstance(content, dict):
            return
        view = str(content.get("view", ""))[:64]
        with self.turn:
            try:
                reply = self._answer(view, content, buffers)
            except Exception as error:
                if not isinstance(error, PolymathError):
                    _log.exception("%s could not answer %r", self._called, content.get("kind"))
                reply = self._error(sentence(error))
            if reply is not None:
                self.say(view, reply, content.get("seq"))
        self.after()

    def forget(self, view: str) -> None:
        """Number messages to a view no more."""
        self._said.pop(view, None)

    def say(self, view: str, reply: Reply, re: Any = None) -> None:
        """Send a reply to a view: the answer to its message number *re*, or what it did not ask for."""
        seq = 0
        if self.knows(view):
            seq = self._said[view] = self._said.get(view, 0) + 1
        header, buffers = pack(reply.tables)
        message = {
            "kind": reply.kind.value,
            "protocol": PROTOCOL,
            "view": view,
            "seq": seq,
            "re": re,
            **reply.fields,
            "tables": header,
        }
        self._send(message, buffers)

    def _answer(self, view: str, content: Content, buffers: Buffers) -> Reply | None:
        spoken = content.get("protocol")
        if spoken != PROTOCOL:
            raise PolymathError(
                f"This page speaks version {spoken} of the {self._called}'s protocol and the kernel "
                f"version {PROTOCOL}: save the notebook, restart the kernel, reload the page and run "
                "the cell again."
            )
        kind = str(content.get("kind"))
        if kind not in self._handlers:
            raise PolymathError(
                f"The page asks for {kind!r}, and this kernel answers {', '.join(self._handlers)}."
            )
        self.before(view, content, buffers)
        return self._handlers[kind](view, content)


def sentence(error: Exception) -> str:
    """What to tell a person: our errors are sentences already, others are wrapped into one."""
    if isinstance(error, PolymathError):
        return str(error)
    return (
        f"The graph could not answer ({type(error).__name__}: {error}). "
        "If it happens again, connect to the graph anew and run the cell again."
    )


def word(content: Content, key: str) -> str:
    """A text in a message; "" if there is none."""
    return str(content.get(key) or "")


def number(content: Content, key: str) -> int | None:
    """A whole number in a message."""
    value = content.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def listed(content: Content, key: str) -> tuple[str, ...]:
    """A list of texts in a message; empty if there is none."""
    value = content.get(key)
    return tuple(map(str, value)) if isinstance(value, list) else ()
