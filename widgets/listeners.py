"""Functions that a person gives to a widget, to be called when something happens in its page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Listeners(Generic[T]):
    """Functions that are called one after the other; what one raises goes to the log.

    Args:
        given_to: Where people gave them, for the log: "Explorer.on_select".
    """

    def __init__(self, given_to: str) -> None:
        self._given_to = given_to
        self._callbacks: list[Callable[[T], object]] = []

    def add(self, callback: Callable[[T], object]) -> Callable[[], None]:
        """Call a function from now on. Returns how to end that."""
        self._callbacks.append(callback)

        def end() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return end

    def tell(self, made: Callable[[], T]) -> None:
        """Call them all, each with what is made for it."""
        for callback in list(self._callbacks):
            try:
                callback(made())
            except Exception:  # One that fails must not keep the others, or the page, waiting.
                _log.exception("A function given to %s failed", self._given_to)
