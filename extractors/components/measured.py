"""Values of properties: "the band gap of MoS2 is 1.8 eV", "graphene has a band gap of 0 eV"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from extractors.annotations import MentionSpan, QuantitySpan
from extractors.columns.quantity_kinds import named
from extractors.components.lexicon import word_list
from extractors.components.phrases import BE, Sentence, before
from extractors.components.word_classes import (  # fmt: skip
    ADJECTIVE,
    ADVERB,
    DETERMINER,
    PARTICIPLE,
)

_NEAR = word_list("before_a_value")
_HAVING = word_list("having")
_QUALITY = ("property", "metric")
_SPREAD = frozenset(("distribution", "value", "range", "profile", "curve", "setting"))
_FACTOR = re.compile(r"([/*]?)(\[\w+\])(?:\*\*(-?[\d.]+))?")


def measured(s: Sentence, q: QuantitySpan) -> Iterator[tuple[MentionSpan, MentionSpan, float]]:
    """(thing, property, score) that the sentence gives the quantity *q* for; at most one."""
    i = q.start - 1
    steps = 0
    verb = False
    while i >= s.start and (i + 1) not in s.ending and steps < 7:
        word = s.words[i]
        if word == ")":
            break
        if word not in _NEAR and s.classes[i] not in (ADVERB, DETERMINER):
            return
        verb |= word in BE or word in ("=", ":", "reached", "reaches", "exceeds", "exceeded")
        i -= 1
        steps += 1
    near = s.ending.get(i + 1)
    if near is None:
        return
    if near.kind in _QUALITY:
        thing = _holder(s, near)
        if thing is not None and fits(near.name, q):
            yield thing, near, 0.75
    elif verb:
        quality = _quality_of(s, near)
        if quality is not None and fits(quality.name, q):
            yield near, quality, 0.8


def _holder(s: Sentence, quality: MentionSpan) -> MentionSpan | None:
    """The X of "X has a … quality" and "X with a quality"."""
    j = _back(s, quality.start - 1)
    if j < s.start or s.words[j] not in _HAVING:
        return None
    if s.words[j] == "with":
        thing = s.ending.get(j)
        return thing if thing is not None and thing.kind not in _QUALITY else None
    left = before(s, j)
    if len(left.mentions) != 1 or left.be:
        return None
    thing = left.mentions[0]
    return thing if thing.kind not in _QUALITY else None


def _quality_of(s: Sentence, thing: MentionSpan) -> MentionSpan | None:
    """The quality of "the quality of (the) X is"."""
    j = _back(s, thing.start - 1)
    if j < s.start or s.words[j] not in ("of", "for", "in"):
        return None
    quality = s.ending.get(j)
    return quality if quality is not None and quality.kind in _QUALITY else None


def _back(s: Sentence, j: int) -> int:
    while j >= s.start and s.classes[j] in (DETERMINER, ADJECTIVE, ADVERB, PARTICIPLE):
        j -= 1
    return j


Powers = tuple[tuple[str, float], ...]
"""A dimension as the power of each of its bases, in alphabetical order."""


@lru_cache(maxsize=16384)
def dimensions(name: str) -> frozenset[Powers]:
    """The dimensions that a quality of this name can have; empty if that is not known.

    What its last words name decides (``lexicons/quantity_kinds.tsv``).

    >>> dimensions("annealing temperature"), dimensions("roundness")
    (frozenset({(('[temperature]', 1.0),)}), frozenset())
    """
    words = tuple(name.lower().replace("-", " ").split())
    while len(words) > 1 and words[-1] in _SPREAD:
        words = words[:-1]
    found = [n for n in named(words) if n.end == len(words)]
    kinds = {n.kind for n in found}
    if all(n.weak for n in found) or not all(k.is_quantity for k in kinds):
        return frozenset()
    return frozenset(_powers(k.dimension) for k in kinds)


def fits(name: str, q: QuantitySpan) -> bool:
    """Whether a quality of this name can have the value *q*: a temperature has no length.

    An energy may be given by area, mass or mole, and a concentration as a share. Where the unit
    or the quality is not known, anything goes.
    """
    possible = dimensions(name)
    if not possible or not q.dimension:
        return True
    found = _powers(q.dimension)
    if found in possible:
        return True
    if not found:
        return any(p in _SHARED for p in possible)
    return any(_over(found, p) in _DIVISORS for p in possible if p and p not in _PLAIN)


@lru_cache(maxsize=1024)
def _powers(dimension: str) -> Powers:
    powers: dict[str, float] = {}
    for mark, base, power in _FACTOR.findall(dimension.replace(" ", "")):
        powers[base] = powers.get(base, 0.0) + (-1 if mark == "/" else 1) * float(power or 1)
    return tuple(sorted((b, p) for b, p in powers.items() if p))


def _over(one: Powers, other: Powers) -> Powers:
    powers = dict(one)
    for base, power in other:
        powers[base] = powers.get(base, 0.0) - power
    return tuple(sorted((b, p) for b, p in powers.items() if p))


_PLAIN = frozenset(_powers(d) for d in ("[temperature]", "[time]", "[length]"))
"""What is not given by area, mass or mole."""
_DIVISORS = frozenset(
    _powers(d)
    for d in (
        "1/[length]",
        "1/[length]**2",
        "1/[length]**3",
        "1/[mass]",
        "1/[substance]",
        "1/[time]",
    )
)
_SHARED = frozenset(
    _powers(d) for d in ("[mass]/[length]**3", "[substance]/[length]**3", "[mass]/[mass]")
)
"""What is also given as a share: how much of something there is in something else."""


def value_of(q: QuantitySpan) -> dict[str, str]:
    """Value and unit as qualifiers: what is said, in the unit in which it is said."""
    value = f"{q.low:.12g}–{q.high:.12g}" if q.is_range else f"{q.value:.12g}"
    unit = q.canonical or q.unit
    return {"value": value, "unit": unit} if unit else {"value": value}
