"""One concept of a vocabulary, whatever format it was read from."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One concept of a vocabulary; ``broader`` holds ids of the same vocabulary."""

    id: str
    name: str
    kind: str = "term"
    aliases: Names = ()
    aliases_zh: Names = ()
    definition: str = ""
    broader: Names = ()
    disciplines: Names = ()
