"""What a text asks, as a value: ends, predicates, filters. It knows neither words nor Cypher.

>>> storage = End(concept="pm:energy-storage", name="energy storage")
>>> in_words(Question("statements", End(kinds=("material",)), storage, ("used_for",)))
'any material is used for energy storage'
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from kg.ontology import PREDICATES

Asks = Literal["concepts", "statements", "paths", "evidence", "datasets", "variables", "works"]
LIMIT = 50
"""So many rows are given if the question does not say how many."""
MOST = 1000
"""And never more than this."""
STEPS = 4
"""Chains are looked for up to this length."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a statement: a concept, or anything of some kinds, or anything at all."""

    concept: str = ""
    name: str = ""
    kinds: tuple[str, ...] = ()

    def in_words(self) -> str:
        """How the end reads in a sentence."""
        if self.concept:
            return self.name
        return f"any {' or '.join(self.kinds)}" if self.kinds else "anything"


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a question. Years are inclusive; None and empty mean no filter."""

    since: int | None = None
    until: int | None = None
    discipline: str = ""
    belief: float | None = None
    works: int | None = None
    assertion: str = ""
    polarity: str = ""
    status: str = ""

    def given(self) -> tuple[str, ...]:
        """Names of the filters that are set."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) not in (None, ""))

    def in_words(self) -> list[str]:
        """How each filter reads in a sentence."""
        said = []
        if self.since and self.until:
            same = self.since == self.until
            said.append(f"in {self.since}" if same else f"from {self.since} to {self.until}")
        elif self.since:
            said.append(f"since {self.since}")
        elif self.until:
            said.append(f"until {self.until}")
        if self.discipline:
            said.append(f"in {self.discipline}")
        if self.belief is not None:
            said.append(f"believed at least {self.belief:g}")
        if self.works is not None:
            said.append(f"by at least {self.works:,} works")
        if self.assertion:
            said.append(f"with a sentence in which it is {self.assertion}")
        if self.polarity:
            said.append(
                "on which works contradict each other"
                if self.polarity == "mixed"
                else f"which is {self.polarity}"
            )
        if self.status:
            said.append(f"{self.status} by a curator")
        return said


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, and of what.

    Args:
        asks: What the rows of the answer are.
        first: Left end: the subject; the start of a path; what concepts, data sets and works are of.
        second: Right end: the object; the end of a path.
        predicates: Any of these; all if empty.
        either: Whether the two ends may change places.
        mentions: Whether data sets and variables need only name the concept, not measure it.
        filters: What narrows it.
        limit: At most so many rows.
        steps: Longest path.
        count: Whether only the number is asked for.
    """

    asks: Asks
    first: End = End()
    second: End = End()
    predicates: tuple[str, ...] = ()
    either: bool = False
    mentions: bool = False
    filters: Filters = Filters()
    limit: int = LIMIT
    steps: int = STEPS
    count: bool = False


def in_words(question: Question) -> str:
    """One line that says how a question was understood."""
    q = question
    core = {
        "concepts": _concepts,
        "statements": _says,
        "paths": _paths,
        "evidence": _evidence,
        "datasets": _published,
        "variables": _published,
        "works": _published,
    }[q.asks](q)
    said = ", ".join([core, *q.filters.in_words()])
    return f"how many: {said}" if q.count else said


def _concepts(q: Question) -> str:
    if q.first.concept:
        return f"concepts called {q.first.name}"
    return f"concepts of kind {' or '.join(q.first.kinds)}" if q.first.kinds else "all concepts"


def _says(q: Question) -> str:
    if not q.predicates:
        if not q.second.concept and not q.second.kinds:
            about = q.first.concept or q.first.kinds
            return f"statements about {q.first.in_words()}" if about else "all statements"
        return f"{q.first.in_words()} is related to {q.second.in_words()}"
    said = " or ".join(PREDICATES[p].label for p in q.predicates)
    turned = " (or the other way round)" if q.either else ""
    return f"{q.first.in_words()} {said} {q.second.in_words()}{turned}"


def _paths(q: Question) -> str:
    return f"shortest chains of up to {q.steps} statements from {q.first.name} to {q.second.name}"


def _evidence(q: Question) -> str:
    if not q.predicates:
        return f"sentences behind {_says(q)}"
    return f"sentences that say: {_says(q)}"


def _published(q: Question) -> str:
    noun = {"datasets": "data sets", "variables": "variables", "works": "works"}[q.asks]
    if not q.first.concept and not q.first.kinds:
        return f"all {noun}"
    how = "mention" if q.mentions else "measure"
    return f"{noun} that {how} {q.first.in_words()}"
