"""How far a statement is to be believed, from who says it and how it was read.

After INDRA's belief model (Gyori et al. 2017, doi:10.15252/msb.20177651): evidence is
grouped by method family, because errors inside one family go together, and by work,
because a work that repeats itself is still one voice. A family is wrong about all its
works together with probability ``systematic`` (a rule that misreads) or about each one
on its own; the statement is wrong when every family is.

>>> one = belief([Voice("doi:1", "pattern", 0.6, "affirmed")])
>>> two = belief([Voice("doi:1", "pattern", 0.6, "affirmed"), Voice("doi:2", "pattern", 0.6, "affirmed")])
>>> one < two < 1
True
>>> belief([Voice("doi:1", "pattern", 0.6, "negated")])
0.0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

SYSTEMATIC: Mapping[str, float] = MappingProxyType(
    {"table": 0.02, "pattern": 0.12, "model": 0.12, "co-mention": 0.6, "curator": 0.0}
)
"""Probability that a method family is wrong about a statement however often it reads it."""

WEIGHT: Mapping[str, float] = MappingProxyType(
    {"affirmed": 1.0, "negated": 1.0, "comparative": 0.8, "hypothetical": 0.4, "future": 0.2}
)
"""What a sentence's assertion leaves of its score; a question says nothing."""


class Voice(NamedTuple):
    """One piece of evidence, as far as belief is concerned."""

    work: str
    method_family: str
    score: float
    assertion: str


def _probability(voices: Iterable[Voice]) -> float:
    families: dict[str, dict[str, float]] = {}
    for v in voices:
        works = families.setdefault(v.method_family, {})
        weighed = v.score * WEIGHT.get(v.assertion, 0.0)
        works[v.work] = max(works.get(v.work, 0.0), weighed)
    wrong = 1.0
    for family, works in families.items():
        alone = 1.0
        for weighed in works.values():
            alone *= 1.0 - weighed
        systematic = SYSTEMATIC.get(family, 0.12)
        wrong *= systematic + (1.0 - systematic) * alone
    return 1.0 - wrong


def belief(voices: Iterable[Voice]) -> float:
    """``p⁺(1 − p⁻)`` over affirming and negating evidence, rounded to 6 places, in [0, 1]."""
    voices = sorted(voices)
    against = _probability(v for v in voices if v.assertion == "negated")
    in_favour = _probability(v for v in voices if v.assertion != "negated")
    return round(in_favour * (1.0 - against), 6)


def polarity(voices: Iterable[Voice]) -> str:
    """``positive``, ``negative``, ``mixed`` (works disagree) or ``unknown`` (nobody asserts it)."""
    said = {v.assertion for v in voices}
    if "negated" in said:
        return "mixed" if said & {"affirmed", "comparative"} else "negative"
    return "positive" if said & {"affirmed", "comparative"} else "unknown"
