"""The log of decisions as it is read: in order, without what was taken back.

Everything that curation does to a graph follows from its sources and this log, so a graph that is
built anew from both is the same graph, whichever of them came first.

What the JSON of a Decision holds:

- ``before`` and ``after``: what the decision changes, such as ``{"status": "accepted"}``.
- ``detail``: ``about`` (names by which to find the thing where its id has changed, see
  :mod:`kg.curation.finding_again`), ``evidence`` (what a correction corrects), ``seen`` (the last
  decision about the thing that its author knew), ``conflicts`` (those of others that it differs
  from and that its author did not know), ``carries`` (the decision that it repeats for the thing
  that has another id now), ``came`` (the ``key`` that it has in the file it was taken from, see
  :mod:`kg.curation.review`, and when it was taken there).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal

from kg.model import Decision
from kg.schema import NODES
from kg.stores.base import Reader

Action = Literal[
    "accept", "reject", "flip", "predicate", "relink", "assertion", "span", "merge", "split", "skip",
    "undo",
]  # fmt: skip
VERDICTS = {"accept": "accepted", "reject": "rejected"}
"""What each verdict makes of a statement's status."""
CORRECTIONS = ("flip", "predicate", "relink", "assertion", "span")
"""Actions that replace evidence by what a person read in the same sentence."""
IDENTITY = ("merge", "split")
"""Actions that say which concepts are one."""
_TABLE = NODES["Decision"]


def decisions(reader: Reader, column: str, values: Collection[str]) -> list[Decision]:
    """Decisions whose *column* is one of *values*, oldest first."""
    rows = _TABLE.dicts(reader.select(_TABLE, column, values)) if values else []
    return in_order(Decision(**row) for row in rows)


def in_order(found: Iterable[Decision]) -> list[Decision]:
    """Each decision once, oldest first; of the same time by id, so that every home agrees."""
    return sorted({d.id: d for d in found}.values(), key=lambda d: (d.at, d.id))


def active(history: Sequence[Decision]) -> list[Decision]:
    """What holds of a history in order: without undos and without what they took back."""
    gone: set[str] = set()
    kept = []
    for d in reversed(history):
        if d.id in gone:
            continue
        if d.action == "undo":
            gone.add(d.undoes)
        else:
            kept.append(d)
    return kept[::-1]


def status_of(holding: Iterable[Decision]) -> str:
    """The status of a statement by the decisions that hold: that of the last verdict."""
    status = "machine"
    for d in holding:
        status = VERDICTS.get(d.action, status)
    return status


def read_json(text: str) -> dict[str, Any]:
    """The mapping in a column of JSON."""
    value = json.loads(text)
    return value if isinstance(value, dict) else {}


def thing(decision: Decision) -> str:
    """Id of what a decision is about."""
    return decision.statement or decision.concept
