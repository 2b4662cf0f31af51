"""What decisions would change, found out by deciding and keeping nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kg.curation.deciding import Wish, add
from kg.schema import NODES
from kg.stores.base import Row, Store, Writer

COLUMNS = ("id", "status", "belief", "n_evidence", "subject", "object", "predicate")
_STATEMENT, _EVIDENCE = NODES["Statement"], NODES["Evidence"]


class _NothingKept(Exception):
    """Ends the transaction."""


def preview(store: Store, wishes: Sequence[Wish], by: str) -> pd.DataFrame:
    """What statements would be if these decisions about them were taken.

    Returns:
        See :meth:`kg.curation.Curation.preview`.
    """
    wanted = {w.statement for w in wishes}
    frame = pd.DataFrame()
    try:
        with store.writing() as writer:
            before = _state(writer, wanted)
            mine = {d.id for d in add(writer, wishes, by)}
            wanted |= _led_to(writer, wanted)
            frame = _table(writer, before, _state(writer, wanted), mine)
            raise _NothingKept
    except _NothingKept:
        return frame


def _state(writer: Writer, statements: set[str]) -> dict[str, Row]:
    return {row[0]: row for row in writer.select(_STATEMENT, "id", statements, COLUMNS)}


def _led_to(writer: Writer, statements: set[str]) -> set[str]:
    """The statements that these are corrected to."""
    rows = writer.select(_EVIDENCE, "statement", statements, ("replaced_by",))
    return {s for (s,) in writer.select(_EVIDENCE, "id", {e for (e,) in rows if e}, ("statement",))}


def _table(
    writer: Writer, before: dict[str, Row], now: dict[str, Row], mine: set[str]
) -> pd.DataFrame:
    decided = Counter(
        statement
        for statement, id_ in writer.select(
            NODES["Decision"], "statement", now.keys() | before.keys(), ("statement", "id")
        )
        if id_ not in mine
    )
    passages = writer.select(_EVIDENCE, "statement", now, ("passage",))
    works = writer.select(NODES["Passage"], "id", {p for (p,) in passages}, ("work",))
    found: list[tuple[Any, ...]] = []
    for s in sorted(now.keys() | before.keys()):
        old, new = before.get(s, (s, None, None, None)), now.get(s, (s, None, None, None))
        found.append((*old[:4], *new[1:4], decided[s], *(now.get(s) or before[s])[4:]))
    names = [*COLUMNS[:4], *(f"{c}_after" for c in COLUMNS[1:4]), "decisions", *COLUMNS[4:]]
    frame = pd.DataFrame(found, columns=names)
    ends = {end for row in (*before.values(), *now.values()) for end in row[4:6]}
    frame.attrs.update(concepts=len(ends), works=len({w for (w,) in works if w}))
    return frame
