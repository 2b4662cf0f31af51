"""What a curator is shown next: statements by their rank, and pairs of concepts by theirs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pandas as pd

from kg.curation.candidates import told_apart
from kg.curation.curating import RANKED_FOR
from kg.curation.queue import Wanted
from kg.graph import Graph
from kg.identity import stands_for

Sort = Literal["statement", "pair"]
SORTS: tuple[Sort, ...] = ("statement", "pair")
PAGE = 20
"""So many are asked of the graph at a time."""
PAIRS = 500
"""At most so many pairs are held ready."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is decided about: a statement, or two concepts of which the first would be merged into the second."""

    sort: Sort
    id: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Dealt:
    """Something to decide about, with its row of the ranking."""

    thing: Thing
    rank: Mapping[str, Any]


@dataclass(slots=True)
class Hand:
    """What one view was given, so that nothing is given it twice."""

    dealt: set[Thing] = field(default_factory=set)
    current: Thing | None = None


class Dealer:
    """Gives views what to decide about next.

    Args:
        graph: The graph that is decided about.
        by: Who decides; what they skipped is left out.
    """

    def __init__(self, graph: Graph, by: str) -> None:
        self._graph = graph
        self._by = by
        self._pairs: tuple[float, str, pd.DataFrame] | None = None
        self._ranked = ""
        self._done: set[str] = set()
        self.passed: set[Thing] = set()
        """Pairs that were skipped, for which the log has no decision."""

    def next(self, hand: Hand, sort: Sort, wanted: Wanted) -> tuple[Dealt | None, int]:
        """The best that a view has not been given, and how many are left to decide."""
        found = next(self._of(hand, sort, wanted), None)
        if found is not None:
            hand.dealt.add(found.thing)
        return found, self.left(sort, wanted)

    def left(self, sort: Sort, wanted: Wanted) -> int:
        """How many there are to decide about, without what was decided here since they were ranked."""
        if sort == "pair":
            return sum(1 for _ in self._pairs_left(wanted))
        page = self._graph.curation.queue(self._without_skipped(wanted), limit=0)
        total = int(page.attrs["total"])
        if page.attrs["version"] != self._ranked:
            self._ranked, self._done = str(page.attrs["version"]), set()
        return max(total - len(self._done), 0) if wanted.decided == "nobody" else total

    def done(self, thing: Thing, *, back: bool = False) -> None:
        """Count something as decided, or as to be decided again."""
        if thing.sort == "statement":
            (self._done.discard if back else self._done.add)(thing.id)

    def rank_anew(self) -> None:
        """Forget both rankings."""
        self._graph.curation.queue(limit=0, fresh=True)
        self._pairs = None

    def _without_skipped(self, wanted: Wanted) -> Wanted:
        return wanted if wanted.skipped_by else replace(wanted, skipped_by=self._by)

    def _of(self, hand: Hand, sort: Sort, wanted: Wanted) -> Iterator[Dealt]:
        found = self._pairs_left(wanted) if sort == "pair" else self._statements(wanted)
        return (one for one in found if one.thing not in hand.dealt)

    def _statements(self, wanted: Wanted) -> Iterator[Dealt]:
        offset = 0
        while True:
            page = self._graph.curation.queue(
                self._without_skipped(wanted), limit=PAGE, offset=offset
            )
            for row in page.to_dict("records"):
                yield Dealt(
                    Thing("statement", row["statement"]), {str(k): v for k, v in row.items()}
                )
            offset += PAGE
            if offset >= page.attrs["total"]:
                return

    def _pairs_left(self, wanted: Wanted) -> Iterator[Dealt]:
        """Pairs that are still two, and that nobody told apart."""
        frame = self._candidates()
        kinds = set(wanted.kinds)
        with self._graph.store.reading() as reader:
            merged = stands_for(reader, {*frame["concept"], *frame["into"]})
            apart, _ = told_apart(reader)
        for row in frame.to_dict("records"):
            thing = Thing("pair", row["concept"], row["into"])
            gone = {thing.id, thing.other} & merged.keys() or thing in self.passed
            if gone or (thing.id, thing.other) in apart or (thing.other, thing.id) in apart:
                continue
            if kinds and not kinds & {row["concept_kind"], row["into_kind"]}:
                continue
            yield Dealt(thing, {str(k): v for k, v in row.items()})

    def _candidates(self) -> pd.DataFrame:
        """The pairs, looked for again when the graph has moved on, but not too often."""
        version, now = self._graph.version(), time.monotonic()
        if self._pairs is None or (self._pairs[1] != version and now - self._pairs[0] > RANKED_FOR):
            frame = self._graph.curation.candidates(limit=PAIRS)
            self._pairs = (time.monotonic(), version, frame)
        return self._pairs[2]
