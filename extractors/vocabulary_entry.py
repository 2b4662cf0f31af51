"""One concept of a vocabulary, whatever format it was read from."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One concept of a vocabulary; ``broader`` holds ids of the same vocabulary.

    ``aliases`` mean the same as the name. ``loose`` holds (scope, name) of names that do not
    quite: "related", "narrow" (of something narrower) or "broad", as OBO and SKOS tell them
    apart. Text is not searched for them; a mention that stands already may be linked by one.
    """

    id: str
    name: str
    kind: str = "term"
    aliases: Names = ()
    aliases_zh: Names = ()
    loose: tuple[tuple[str, str], ...] = ()
    definition: str = ""
    broader: Names = ()
    disciplines: Names = ()
