"""The log as tables: who decided what, where curators contradict each other, how far they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from kg.curation.deciding import active_undos
from kg.curation.decisions import VERDICTS, active, in_order, read_json, thing
from kg.curation.merging import told
from kg.model import Decision
from kg.ontology import CO_MENTION
from kg.schema import NODES
from kg.stores.base import Reader, Store

LOG_COLUMNS = (
    "at", "by", "action", "statement", "concept", "other", "reason", "before", "after", "undone",
    "undoes", "conflicts", "id",
)  # fmt: skip
CONFLICT_COLUMNS = (
    "thing", "decision", "by", "action", "at", "against", "against_by", "against_action",
    "against_at", "resolved",
)  # fmt: skip
_TABLE = NODES["Decision"]


def whole(store: Store) -> list[Decision]:
    """All decisions, oldest first."""
    return in_order(Decision(**row) for rows in store.scan(_TABLE) for row in _TABLE.dicts(rows))


def people(reader: Reader, found: Iterable[Decision]) -> dict[str, str]:
    """Names of those who decided, by the id of the agent."""
    agents = {d.agent for d in found}
    return dict(reader.select(NODES["Agent"], "id", agents, ("id", "name")))


def as_table(reader: Reader, history: list[Decision]) -> pd.DataFrame:
    """One row a decision, oldest first, in :data:`LOG_COLUMNS`."""
    names = people(reader, history)
    gone = {d.undoes for d in active_undos(history)}
    rows = [
        (
            d.at, names.get(d.agent, d.agent), d.action, d.statement, d.concept, d.other, d.reason,
            read_json(d.before), read_json(d.after), d.id in gone, d.undoes,
            tuple(read_json(d.detail).get("conflicts", ())), d.id,
        )
        for d in history
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(LOG_COLUMNS))


def conflicts(store: Store) -> pd.DataFrame:
    """Every pair of decisions about the same thing of which the later had not seen the earlier.

    Returns:
        One row a pair, in :data:`CONFLICT_COLUMNS`. ``resolved`` where one of the two was taken
        back, or somebody decided again who knew both.
    """
    history = whole(store)
    with store.reading() as reader:
        return conflicts_among(reader, history)


def conflicts_among(reader: Reader, history: list[Decision]) -> pd.DataFrame:
    """As :func:`conflicts`, of these decisions alone: all that there are, or all about one thing."""
    by_id = {d.id: d for d in history}
    rows = []
    names = people(reader, history)
    holding = {d.id for d in active(history)}
    by_thing: dict[str, list[Decision]] = {}
    for d in history:
        by_thing.setdefault(thing(d), []).append(d)
    for d in history:
        for other in read_json(d.detail).get("conflicts", ()):
            if other not in by_id:
                continue
            against = by_id[other]
            settled = {d.id, other} - holding or any(
                later.at > d.at
                and later.id in holding
                and later.action != "skip"
                and d.id not in read_json(later.detail).get("conflicts", ())
                and (later.agent == d.agent or _knew(later, d, by_thing[thing(d)]))
                for later in by_thing[thing(d)]
            )
            rows.append(
                (
                    thing(d), d.id, names.get(d.agent, d.agent), d.action, d.at, other,
                    names.get(against.agent, against.agent), against.action, against.at,
                    bool(settled),
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(CONFLICT_COLUMNS))


def _knew(later: Decision, d: Decision, history: list[Decision]) -> bool:
    """Whether the author of *later* had seen *d*."""
    ids = [one.id for one in history]
    seen = read_json(later.detail).get("seen", "")
    return seen in ids and ids.index(seen) >= ids.index(d.id)


def progress(store: Store) -> dict[str, int]:
    """How far curation is: statements by status, and decisions by action.

    Co-mentions assert nothing, and are not counted.
    """
    counts: Counter[str] = Counter({"statements": 0, "decided": 0})
    for rows in store.scan(NODES["Statement"], ("status", "family")):
        for status, family in rows:
            if family != CO_MENTION:
                counts["statements"] += 1
                counts[status] += 1
                counts["decided"] += status in VERDICTS.values()
    history = whole(store)
    counts["decisions"] = len(history)
    for d in active(history):
        counts[f"by {d.action}"] += 1
    table = conflicts(store)
    counts["conflicts"] = len(table)
    counts["conflicts open"] = int((~table["resolved"].astype(bool)).sum())
    return dict(counts)


def about(reader: Reader, id_: str) -> list[Decision]:
    """Decisions about a statement, or about a concept and all that it was merged with, in order."""
    rows = _TABLE.dicts(reader.select(_TABLE, "statement", [id_])) if id_ else []
    return in_order(Decision(**row) for row in rows) or told(reader, [id_])
