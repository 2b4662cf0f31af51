"""What a Curator's page and its kernel say to each other, and what a message says, read with care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any, get_args

from kg.curation.queue import EVERYTHING, Decided, Wanted
from kg.errors import PolymathError
from widgets.answering import Content, listed, word
from widgets.curating.dealing import SORTS, Sort, Thing


class Ask(StrEnum):
    """What the page may ask for, with what goes along. *thing* is ``sort``, ``id`` and ``other``."""

    HELLO = "hello"
    DEAL = "deal"  # sort: the next of it
    LOOK = "look"  # thing: as it is now
    DECIDE = "decide"  # said: see kg.curation.review
    UNDO = "undo"  # decision, an id; the last one here, if left out
    REDO = "redo"
    FILTER = "filter"  # wanted
    FACETS = "facets"
    SOURCES = "sources"  # text
    FIND = "find"  # text
    PREVIEW = "preview"  # action, predicate or assertion, statements or first
    BULK = "bulk"  # action, predicate or assertion, statements, why
    PROGRESS = "progress"
    REFRESH = "refresh"
    LEFT = "left"  # sort
    CURRENT = "current"  # thing: what is looked at; not answered


class Tell(StrEnum):
    """What the kernel says, with what goes along.

    What Python changed is told without a question: :attr:`FILTER`, :attr:`OPEN`, :attr:`STALE`.
    """

    HELLO = "curator/hello"
    """by, wanted, predicates {name: [label, symmetric]}, kinds {name: meaning}, assertions, left"""
    ITEM = "curator/item"
    """item, or None if there is none left: what :func:`widgets.curating.items.item` gives, with ``rank``;
    left (of its sort); news, a sentence on what others decided since."""
    DECIDED = "curator/decided"
    """made: ids; thing; said, a sentence; stays; conflicts; back; counts: how many more hold; today"""
    FILTER = "curator/filter"
    """wanted, left"""
    FACETS = "curator/facets"
    """facets: {facet: [[value, statements], …]}"""
    SOURCES = "curator/sources"
    """works: [[title, year, [source, …]], …]"""
    FOUND = "search/hits"
    PREVIEW = "curator/preview"
    """statements: ids that would be decided; rows: [[text, before, after, status, decisions], …];
    touched, concepts, works, before, after: mean beliefs"""
    PROGRESS = "curator/progress"
    """The fields of :class:`widgets.curating.progress.Progress`."""
    LEFT = "curator/left"
    """sort, left"""
    OPEN = "curator/open"
    """thing"""
    STALE = "curator/stale"
    """Something was decided from Python: look again."""
    ERROR = "error"
    """message"""


def sort_in(content: Content) -> Sort:
    """What sort of thing a message is about.

    Raises:
        PolymathError: If there is no such sort.
    """
    sort = word(content, "sort")
    if sort not in SORTS:
        raise PolymathError(f"There is nothing of sort {sort!r} to decide; reload the page.")
    return sort


def thing_in(content: Content) -> Thing:
    """The thing that a message is about."""
    return Thing(sort_in(content), word(content, "id"), word(content, "other"))


def as_json(wanted: Wanted) -> dict[str, Any]:
    """A filter as the page has it."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(wanted).items()}


def from_json(value: object) -> Wanted:
    """A filter that the page sends.

    Raises:
        PolymathError: If it is none.
    """
    given = value if isinstance(value, Mapping) else {}
    decided = word(given, "decided") or EVERYTHING.decided
    if decided not in get_args(Decided):
        raise PolymathError(f"The page asks for what {decided!r} decided; reload the page.")
    low, high = given.get("min_belief", 0.0), given.get("max_belief", 1.0)
    if not all(isinstance(b, int | float) for b in (low, high)):
        raise PolymathError("The page asks for beliefs that are no numbers; reload the page.")
    return Wanted(
        kinds=listed(given, "kinds"),
        predicates=listed(given, "predicates"),
        disciplines=listed(given, "disciplines"),
        sources=listed(given, "sources"),
        by=listed(given, "by"),
        decided=decided,  # type: ignore[arg-type]
        min_belief=float(low),
        max_belief=float(high),
    )
