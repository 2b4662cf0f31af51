"""How far a curator is: today, in all, by action, beside others; from the log alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kg.curation.decisions import VERDICTS, active, in_order
from kg.curation.log import conflicts_among, people, whole
from kg.curation.queue import Wanted
from kg.curation.undecided import as_if_undecided
from kg.graph import Graph
from kg.model import Decision
from widgets.curating.dealing import Thing

DAYS = 14
"""So many days are drawn."""
_ANY = Wanted(decided="any")
SURE = 0.5
"""From this belief on the graph says yes rather than no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where curation is.

    Attributes:
        today: Decisions of this person of today (local time) that hold.
        mine: Decisions of this person that hold.
        all: Decisions of anybody that hold.
        by_action: Of this person, by action.
        days: Decisions of this person on each of the last :data:`DAYS` days, today last.
        statements: How many there are to judge, and ``judged``, how many somebody accepted or rejected.
        conflicts: Those that are open, as in ``graph.curation.conflicts()``, with the ``thing``.
        agreement: With each other curator: name, statements, kappa, low, high.
        others: Decisions of each other person that hold.
        believed: Of what the graph believed at least :data:`SURE`, how many this person judged, and
            how many of these were accepted. The queue shows the doubtful first, so it is no
            measure of the whole graph.
    """

    today: int
    mine: int
    all: int
    by_action: Mapping[str, int]
    days: tuple[int, ...]
    statements: int
    judged: int
    conflicts: tuple[Mapping[str, Any], ...] = ()
    agreement: tuple[tuple[str, int, float, float, float], ...] = ()
    believed: tuple[int, int] = (0, 0)
    others: Mapping[str, int] = field(default_factory=dict)


def progress(graph: Graph, by: str, *, now: datetime | None = None) -> Progress:
    """Work progress out from the log.

    Args:
        graph: The graph that is decided about.
        by: Whose progress.
        now: The present moment; today, if left out.
    """
    store = graph.store
    history = in_order(whole(store))
    with store.reading() as reader:
        name = people(reader, history)
        found = conflicts_among(reader, history)
    holding = active(history)
    mine = [d for d in holding if name.get(d.agent) == by]
    day = (now or datetime.now(UTC)).astimezone().date()
    by_id = {d.id: d for d in history}
    on = Counter(_day(d.at) for d in mine)
    verdict = {d.statement: d.action for d in holding if d.action in VERDICTS}
    own = {d.statement: d.action for d in mine if d.action in VERDICTS}
    agreed = [
        (
            str(row["other"] if row["one"] == by else row["one"]),
            int(row["statements"]),
            float(row["kappa"]),
            float(row["low"]),
            float(row["high"]),
        )
        for row in graph.curation.agreement().to_dict("records")
        if by in (row["one"], row["other"])
    ]
    return Progress(
        today=on[day],
        mine=len(mine),
        all=len(holding),
        by_action=dict(Counter(d.action for d in mine).most_common()),
        days=tuple(on[day - timedelta(days=n)] for n in reversed(range(DAYS))),
        statements=_asserted(graph),
        judged=len(verdict),
        conflicts=tuple(
            {
                **{k: row[k] for k in ("by", "action", "at", "against_by", "against_action")},
                "thing": _thing(by_id[row["decision"]]),
            }
            for row in found.to_dict("records")
            if not row["resolved"]
        ),
        agreement=tuple(agreed),
        believed=_believed(graph, verdict, own),
        others=dict(
            Counter(name.get(d.agent, d.agent) for d in holding if name.get(d.agent) != by)
        ),
    )


def today(decided: Iterable[Decision]) -> int:
    """How many of these decisions were taken today, in local time."""
    day = datetime.now().astimezone().date()
    return sum(_day(d.at) == day for d in decided)


def _day(at: str) -> date:
    return datetime.fromisoformat(at).astimezone().date()


def _thing(d: Decision) -> Thing:
    return Thing("statement", d.statement) if d.statement else Thing("pair", d.concept, d.other)


def _asserted(graph: Graph) -> int:
    return int(graph.curation.queue(_ANY, limit=0).attrs["total"])


def _believed(graph: Graph, verdict: Mapping[str, str], own: Mapping[str, str]) -> tuple[int, int]:
    """Of what was believed without verdicts, how many this person judged, and accepted."""
    if not own:
        return 0, 0
    walked, belief = as_if_undecided(graph.store, verdict)
    sure = {s for s, b in zip(walked.statements, belief, strict=True) if b >= SURE and s in own}
    return len(sure), sum(own[s] == "accept" for s in sure)
