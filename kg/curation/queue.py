"""What to decide next: statements ranked by doubt × reach × novelty, each with its reason.

- *Doubt*: how undecided the graph is, ``4p(1 − p)`` of the probability that the statement would be
  accepted; where works contradict each other, half of what is missing to 1 is added.
- *Reach*: how much hangs on it, the logarithm of the statements at both its ends over that of the
  best connected pair.
- *Novelty*: how little was decided that is like it, of this predicate between these kinds: one over
  one plus the logarithm of one plus their number.

All are columns of numbers, worked out once a version of the graph.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from kg.curation.decisions import VERDICTS, active, in_order
from kg.curation.learning import Ranker, Traits, together
from kg.curation.undecided import as_if_undecided
from kg.errors import RecordError
from kg.model import Decision, Names
from kg.network import Bools, Codes, Floats, Ints, Network
from kg.schema import NODES
from kg.stores.base import Reader, Store

Decided = Literal["nobody", "anybody", "any"]
COLUMNS = (
    "statement", "subject", "subject_name", "subject_kind", "predicate", "object", "object_name",
    "object_kind", "belief", "probability", "polarity", "n_evidence", "n_works", "score", "doubt",
    "reach", "novelty", "reason", "decided_by", "last_decision",
)  # fmt: skip
LEAST_TAUGHT = 20
"""So many verdicts before what they teach is listened to, and both sorts among them."""
_DECISION = NODES["Decision"]
_WORDS = 5
"""Names of so many words and more are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which statements a queue shows. What is empty leaves nothing out.

    Args:
        kinds: With a subject or object of these kinds.
        predicates: Of these predicates.
        disciplines: With a concept that works of these disciplines speak of.
        sources: Said by these sources (their ids).
        min_belief: Believed at least so much …
        max_belief: … and at most so much.
        decided: By ``nobody`` (the default), ``anybody``, or ``any`` for both.
        by: Decided by one of these people (names), whatever *decided* says.
        skipped_by: Leave out what this person has skipped.

    Raises:
        RecordError: If a bound makes no sense.
    """

    kinds: Names = ()
    predicates: Names = ()
    disciplines: Names = ()
    sources: Names = ()
    min_belief: float = 0.0
    max_belief: float = 1.0
    decided: Decided = "nobody"
    by: Names = ()
    skipped_by: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.min_belief <= self.max_belief <= 1:
            raise RecordError(
                f"A queue from belief {self.min_belief!r} to {self.max_belief!r} shows nothing; "
                "give two numbers between 0 and 1, the smaller first."
            )
        if self.decided not in ("nobody", "anybody", "any"):
            raise RecordError(f"decided is 'nobody', 'anybody' or 'any', not {self.decided!r}.")


EVERYTHING = Wanted()


@dataclass(slots=True)
class Verdicts:
    """What was decided so far, by statement.

    Attributes:
        verdict: ``accept`` or ``reject``.
        by: Names of those whose decisions hold.
        skipped: Names of those who skipped it.
        last: The last decision.
    """

    verdict: dict[str, str] = field(default_factory=dict)
    by: dict[str, set[str]] = field(default_factory=dict)
    skipped: dict[str, set[str]] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)


def verdicts(reader: Reader, statements: Collection[str] | None = None) -> Verdicts:
    """What was decided about these statements, or about all."""
    columns = ("id", "action", "statement", "undoes", "agent", "at")
    column, values = (None, ()) if statements is None else ("statement", statements)
    history = in_order(
        Decision(**d)
        for d in _DECISION.dicts(reader.select(_DECISION, column, values, columns), columns)
    )
    agents = {d.agent for d in history}
    names: dict[str, str] = dict(reader.select(NODES["Agent"], "id", agents, ("id", "name")))
    out = Verdicts(last={d.statement: d.id for d in history if d.statement})
    for d in active(history):
        if d.action == "skip":
            out.skipped.setdefault(d.statement, set()).add(names[d.agent])
        elif d.statement:
            out.by.setdefault(d.statement, set()).add(names[d.agent])
        if d.action in VERDICTS:
            out.verdict[d.statement] = d.action
    return out


def traits(walked: Network, belief: Floats) -> Traits:
    """What a ranker knows of the statements of a network."""
    kinds = [
        Codes(walked.kind.codes[end], walked.kind.values) for end in (walked.subject, walked.object)
    ]
    length = np.array([min(len(str(n).split()), _WORDS) for n in walked.names], np.int64)
    words = [
        Codes(length[end], tuple(range(_WORDS + 1))) for end in (walked.subject, walked.object)
    ]
    return Traits(
        belief=belief,
        works=walked.n_works,
        evidence=walked.n_evidence,
        mixed=walked.polarity.among(["mixed"]),
        names=(together(walked.predicate, *kinds), walked.predicate, *kinds, *words),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Doubt, reach and novelty of statements, each between 0 and 1, shape (statements,)."""

    doubt: Floats
    reach: Floats
    novelty: Floats

    @property
    def score(self) -> Floats:
        """Their product."""
        return np.asarray(self.doubt * self.reach * self.novelty)


def factors(probability: Floats, mixed: Bools, degree: Ints | Floats, alike: Ints) -> Factors:
    """The three factors of statements.

    Args:
        probability: That the statement would be accepted.
        mixed: Whether works contradict each other.
        degree: Statements at both its ends.
        alike: Statements of its predicate and kinds that were decided.
    """
    doubt = 4.0 * probability * (1.0 - probability)
    doubt = np.where(mixed, doubt + (1.0 - doubt) / 2, doubt)
    reach = np.log1p(degree)
    reach = reach / max(float(reach.max(initial=0.0)), 1e-9)
    return Factors(doubt, reach, 1.0 / (1.0 + np.log1p(alike)))


class Queue:
    """The statements of one version of a graph in the order in which to decide about them.

    Args:
        store: Home of the graph.
        taught: Whether to listen to what decisions teach (:mod:`kg.curation.learning`).
    """

    def __init__(self, store: Store, *, taught: bool = True) -> None:
        self._store = store
        with store.reading() as reader:
            self.verdicts = verdicts(reader)
        walked, belief = as_if_undecided(store, self.verdicts.verdict)
        self.version, self._walked = walked.version, walked
        said = traits(walked, belief)
        self._number = {s: i for i, s in enumerate(walked.statements)}
        rows, accepted = self._taught()
        both = len(rows) >= LEAST_TAUGHT and 0 < accepted.sum() < len(rows)
        self.ranker = Ranker.fit(said, rows, accepted) if taught and both else None
        self.probability = self.ranker.probability(said) if self.ranker else belief
        pattern = said.names[0]
        self._alike = np.bincount(pattern.codes[rows], minlength=len(pattern.values))[pattern.codes]
        degree = walked.degree()
        self.factors = factors(
            self.probability,
            said.mixed,
            degree[walked.subject] + degree[walked.object],
            self._alike,
        )
        self._belief, self._degree = belief, degree

    def _taught(self) -> tuple[Ints, Floats]:
        known = [
            (self._number[s], v) for s, v in self.verdicts.verdict.items() if s in self._number
        ]
        rows = np.array([n for n, _ in known], np.int64)
        return rows, np.array([float(v == "accept") for _, v in known])

    def page(
        self, wanted: Wanted = EVERYTHING, *, limit: int = 50, offset: int = 0
    ) -> pd.DataFrame:
        """Statements in their order.

        What others decided since the queue was made is seen: it is left out where the queue is
        of what nobody decided.

        Returns:
            One row a statement, in :data:`COLUMNS`. ``attrs["total"]``: how many there are on
            all pages; ``attrs["offset"]``: how many are before this one; ``attrs["version"]``: the
            version of the graph that was ranked.
        """
        keep = self._kept(wanted)
        rows = np.flatnonzero(keep)
        score = self.factors.score[rows]
        order = rows[np.lexsort((rows, -score))]
        page = order[max(offset, 0) : max(offset, 0) + max(limit, 0)]
        ids = [str(s) for s in self._walked.statements[page]]
        with self._store.reading() as reader:
            now = verdicts(reader, ids)
        undecided = wanted.decided == "nobody" and not wanted.by
        left = [
            not (wanted.skipped_by in now.skipped.get(s, ()) or (undecided and s in now.by))
            for s in ids
        ]
        page, ids = page[left], [s for s, stays in zip(ids, left, strict=True) if stays]
        frame = self._table(page, ids, now)
        frame.attrs.update(total=len(rows), offset=max(offset, 0), version=self.version)
        return frame

    def facets(self, wanted: Wanted = EVERYTHING) -> pd.DataFrame:
        """How many statements each choice would leave, all else that is wanted staying as it is.

        Returns:
            ``facet`` (``kinds``, ``predicates``, ``disciplines``, ``by``), ``value``,
            ``statements``, the most first.
        """
        walked = self._walked
        keep = self._kept(replace(wanted, predicates=()))
        n = np.bincount(walked.predicate.codes[keep], minlength=len(walked.predicate.values))
        told: dict[str, dict[str, int]] = {
            "predicates": dict(zip(walked.predicate.values, n.tolist(), strict=True)),
            "kinds": self._touched(replace(wanted, kinds=()), walked.kind),
            "disciplines": self._touched(replace(wanted, disciplines=()), walked.disciplines),
            "by": Counter(name for by in self.verdicts.by.values() for name in by),
        }
        found = [
            (facet, value, count)
            for facet, counts in told.items()
            for value, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
            if count
        ]
        return pd.DataFrame(found, columns=["facet", "value", "statements"])

    def _touched(self, wanted: Wanted, column: Codes[Any]) -> dict[str, int]:
        """Statements with an end that holds a value, by value; a row may hold several."""
        keep = self._kept(wanted)
        a, b = self._walked.subject[keep], self._walked.object[keep]
        holding: dict[str, set[Any]] = defaultdict(set)
        for value in column.values:
            for name in (value,) if isinstance(value, str) else value:
                holding[name].add(value)
        held = {name: column.among(values) for name, values in holding.items()}
        return {name: int((rows[a] | rows[b]).sum()) for name, rows in held.items()}

    def _kept(self, wanted: Wanted) -> Bools:
        walked, known = self._walked, self.verdicts
        keep = (self._belief >= wanted.min_belief) & (self._belief <= wanted.max_belief)
        if wanted.predicates:
            keep &= walked.predicate.among(wanted.predicates)
        if wanted.kinds:
            of_kind = walked.kind.among(wanted.kinds)
            keep &= of_kind[walked.subject] | of_kind[walked.object]
        if wanted.disciplines:
            asked = set(wanted.disciplines)
            said = {d for d in walked.disciplines.values if asked.intersection(d)}
            inside = walked.disciplines.among(said)
            keep &= inside[walked.subject] | inside[walked.object]
        if wanted.by:
            people = set(wanted.by)
            keep &= self._among(s for s, by in known.by.items() if by & people)
        elif wanted.decided != "any":
            decided = self._among(known.by)
            keep &= decided if wanted.decided == "anybody" else ~decided
        if wanted.skipped_by:
            keep &= ~self._among(s for s, by in known.skipped.items() if wanted.skipped_by in by)
        if wanted.sources:
            keep &= self._among(_said_by(self._store, wanted.sources))
        return keep

    def _among(self, statements: Iterable[str]) -> Bools:
        out = np.zeros(len(self._walked.statements), dtype=bool)
        out[[n for s in statements if (n := self._number.get(s)) is not None]] = True
        return out

    def _table(self, rows: Ints, ids: list[str], now: Verdicts) -> pd.DataFrame:
        walked = self._walked
        a, b = walked.subject[rows], walked.object[rows]
        columns: dict[str, Any] = {
            "statement": ids,
            "subject": walked.ids[a],
            "subject_name": walked.names[a],
            "subject_kind": walked.kind.at(a),
            "predicate": walked.predicate.at(rows),
            "object": walked.ids[b],
            "object_name": walked.names[b],
            "object_kind": walked.kind.at(b),
            "belief": self._belief[rows],
            "probability": self.probability[rows].round(4),
            "polarity": walked.polarity.at(rows),
            "n_evidence": walked.n_evidence[rows],
            "n_works": walked.n_works[rows],
            "score": self.factors.score[rows].round(4),
            "doubt": self.factors.doubt[rows].round(4),
            "reach": self.factors.reach[rows].round(4),
            "novelty": self.factors.novelty[rows].round(4),
            "reason": [self._reason(int(r)) for r in rows],
            "decided_by": [tuple(sorted(now.by.get(s, ()))) for s in ids],
            "last_decision": [now.last.get(s, "") for s in ids],
        }
        return pd.DataFrame(columns)[list(COLUMNS)]

    def _reason(self, row: int) -> str:
        walked = self._walked
        believed, p = self._belief[row], self.probability[row]
        told = f"Believed {believed:.2f}"
        if self.ranker is not None and abs(p - believed) >= 0.05:
            told += f", {p:.2f} as decisions on its like go"
        if walked.polarity.at(np.array([row]))[0] == "mixed":
            told += ", and works contradict each other"
        ends = [int(walked.subject[row]), int(walked.object[row])]
        n = int(self._degree[ends].sum()) - 1 - (ends[0] == ends[1])
        others = f"{n:,} other statement{'s' * (n != 1)} at its ends"
        alike = int(self._alike[row])
        kinds = " and ".join(walked.kind.at(np.array(ends)))
        predicate = walked.predicate.at(np.array([row]))[0]
        done = f"{alike:,} decided" if alike else "none decided yet"
        return f"{told}; {others}; {done} of {predicate} between {kinds}."


def _said_by(store: Store, sources: Names) -> set[str]:
    with store.reading() as reader:
        passages = reader.select(NODES["Passage"], "source", sources, ("id",))
        rows = reader.select(NODES["Evidence"], "passage", {p for (p,) in passages}, ("statement",))
    return {s for (s,) in rows}
