"""How far a statement is to be believed, from who says it and how it was read.

After INDRA's belief model (Gyori et al. 2017, doi:10.15252/msb.20177651). A voice is one
piece of evidence. It is wrong by chance with the ``random`` error of its group of methods,
and all voices of a group are wrong together with its ``systematic`` error (a rule that
misreads does so in every work). A work that repeats itself is one voice, and method families
that read by the same means are one group, because they err together. Where every group is
wrong, the statement is.

What the numbers were measured on, and what they do not tell: ``docs/belief.md``.

>>> one = [Voice("doi:1", "pattern", USUAL, "affirmed")]
>>> belief(one) < belief([*one, Voice("doi:2", "pattern", USUAL, "affirmed")]) < 1
True
>>> same_means = belief([*one, Voice("doi:1", "dependency", USUAL, "affirmed")])
>>> same_means == belief(one) < belief([*one, Voice("doi:1", "model", USUAL, "affirmed")])
True
>>> belief([Voice("doi:1", "pattern", USUAL, "negated")])
0.0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from kg.ontology import PREDICATES, allows

USUAL = 0.7
"""Score of an ordinary reading: the median of the shipped patterns. A voice with this score has
its group's random error; one with half of it is half as likely right."""

SUREST = 0.98
"""No single voice is surer than this, whatever score it brings."""

ACCEPTED = 0.99
"""Belief of what a curator accepted: people err too."""

WEIGHT: Mapping[str, float] = MappingProxyType(
    {"affirmed": 1.0, "negated": 1.0, "comparative": 0.8, "hypothetical": 0.4, "future": 0.2}
)
"""What a sentence's assertion leaves of its score; a question says nothing. Not measured."""


@dataclass(frozen=True, slots=True)
class Errors:
    """How a group of methods errs: each voice on its own, and all of them together."""

    random: float
    systematic: float


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that belief is computed with.

    Args:
        groups: The group that a method family belongs to, where it is not one of its own.
        errors: The errors of each group.
        unknown: The errors of a group that is not among them.
        breach: Probability that a statement is wrong, whoever says it, because its predicate
            may not join concepts of its kinds.
        readings: The random error of a method family for one family of predicates, where our
            own readings were judged; elsewhere that of its group counts.
    """

    groups: Mapping[str, str]
    errors: Mapping[str, Errors]
    unknown: Errors
    breach: float
    readings: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def random(self, method_family: str, family: str) -> float:
        """The random error of a family of methods where it reads this family of predicates."""
        known = self.readings.get((method_family, family))
        if known is not None:
            return known
        return self.errors.get(self.groups.get(method_family, method_family), self.unknown).random


CALIBRATED = Parameters(
    groups=MappingProxyType({"pattern": "syntax", "dependency": "syntax"}),
    errors=MappingProxyType(
        {
            # Measured on the fitting half of CS-KG3600: python -m benchmarks.belief --fit
            "model": Errors(random=0.33, systematic=0.11),
            "syntax": Errors(random=0.42, systematic=0.24),
            # Not measured there, and set by judgement:
            "llm": Errors(random=0.33, systematic=0.11),  # no better than a model until measured
            "table": Errors(random=0.15, systematic=0.02),  # a cell says what its column says
            "co-mention": Errors(random=0.8, systematic=0.6),  # two names in one sentence
            "curator": Errors(random=0.05, systematic=0.0),  # a person who read it
        }
    ),
    unknown=Errors(random=0.42, systematic=0.24),  # as syntax, the weakest that was measured
    breach=0.83,  # measured likewise
    # Measured on statements of real articles: python -m benchmarks.belief --readings
    readings=MappingProxyType(
        {
            ("dependency", "causal"): 0.41,
            ("dependency", "composition"): 0.51,
            ("dependency", "taxonomy"): 0.42,
            ("dependency", "use"): 0.55,
            ("dependency", "transformation"): 0.41,
            ("dependency", "measurement"): 0.47,
            ("dependency", "evaluation"): 0.45,
            ("dependency", "comparative"): 0.6,
            ("dependency", "association"): 0.46,
            ("dependency", "location"): 0.46,
            ("dependency", "basis"): 0.46,
            ("pattern", "causal"): 0.29,
            ("pattern", "composition"): 0.41,
            ("pattern", "taxonomy"): 0.29,
            ("pattern", "use"): 0.46,
            ("pattern", "transformation"): 0.29,
            ("pattern", "measurement"): 0.35,
            ("pattern", "evaluation"): 0.33,
            ("pattern", "comparative"): 0.52,
            ("pattern", "association"): 0.35,
            ("pattern", "location"): 0.35,
            ("pattern", "basis"): 0.35,
            ("model", "causal"): 0.48,
            ("model", "composition"): 0.48,
            ("model", "taxonomy"): 0.4,
            ("model", "use"): 0.49,
            ("model", "transformation"): 0.48,
            ("model", "measurement"): 0.51,
            ("model", "evaluation"): 0.48,
            ("model", "comparative"): 0.48,
            ("model", "association"): 0.48,
            ("model", "location"): 0.48,
            ("model", "basis"): 0.48,
        }
    ),
)
"""The parameters of the graph. ``docs/belief.md`` says where each is from."""


class Voice(NamedTuple):
    """One piece of evidence, as far as belief is concerned."""

    work: str
    method_family: str
    score: float
    assertion: str


def _probability(voices: Iterable[Voice], family: str, parameters: Parameters) -> float:
    groups, errors = parameters.groups, parameters.errors
    heard: dict[str, dict[str, float]] = {}
    for work, method_family, score, assertion in voices:
        group = groups.get(method_family, method_family)
        right = (
            (1.0 - parameters.random(method_family, family))
            * score
            * WEIGHT.get(assertion, 0.0)
            / USUAL
        )
        if right > 0.0:
            works = heard.setdefault(group, {})
            works[work] = max(works.get(work, 0.0), min(right, SUREST))
    wrong = 1.0
    for group in sorted(heard):
        by_chance = 1.0
        for right in sorted(heard[group].values()):  # sorted: to the last digit in any order
            by_chance *= 1.0 - right
        systematic = errors.get(group, parameters.unknown).systematic
        wrong *= systematic + (1.0 - systematic) * by_chance
    return 1.0 - wrong


def belief(
    voices: Iterable[Voice],
    *,
    breach: bool = False,
    status: str = "machine",
    family: str = "",
    parameters: Parameters = CALIBRATED,
) -> float:
    """``p⁺(1 − p⁻)`` over affirming and negating voices, less for a breach, unless decided.

    Args:
        voices: All evidence of one statement, in any order.
        breach: Whether the statement breaks the domain and range table (:func:`breaks`).
        status: The statement's status. What a curator ``rejected`` is 0; what was ``accepted``
            is at least :data:`ACCEPTED`; anything else leaves it to the voices.
        family: The family of its predicate (:mod:`kg.ontology`), of which a method may read
            some better than others.
        parameters: Errors to reckon with.

    Returns:
        A probability in [0, 1], rounded to 6 places, the same in any order of voices.
    """
    if status == "rejected":
        return 0.0
    voices = list(voices)
    negated = [v for v in voices if v.assertion == "negated"]
    in_favour = _probability((v for v in voices if v.assertion != "negated"), family, parameters)
    against = _probability(negated, family, parameters) if negated else 0.0
    believed = in_favour * (1.0 - against)
    if breach:
        believed *= 1.0 - parameters.breach
    return round(max(believed, ACCEPTED) if status == "accepted" else believed, 6)


def breaks(predicate: str, subject_kind: str, object_kind: str) -> bool:
    """Whether a statement goes against the table of :mod:`kg.ontology`.

    A predicate that is not declared there breaks nothing, because nothing is known of it.

    >>> breaks("treats", "disease", "software"), breaks("treats", "chemical", "term")
    (True, False)
    """
    return predicate in PREDICATES and not allows(predicate, subject_kind, object_kind)


def polarity(voices: Iterable[Voice]) -> str:
    """``positive``, ``negative``, ``mixed`` (works disagree) or ``unknown`` (nobody asserts it)."""
    said = {v.assertion for v in voices}
    if "negated" in said:
        return "mixed" if said & {"affirmed", "comparative"} else "negative"
    return "positive" if said & {"affirmed", "comparative"} else "unknown"
