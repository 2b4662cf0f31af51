"""Values of properties: "the band gap of MoS2 is 1.8 eV", "graphene has a band gap of 0 eV"."""

from __future__ import annotations

from collections.abc import Iterator

from extractors.annotations import MentionSpan, QuantitySpan
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
        if thing is not None:
            yield thing, near, 0.75
    elif verb:
        quality = _quality_of(s, near)
        if quality is not None:
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


def value_of(q: QuantitySpan) -> dict[str, str]:
    """Value and unit as qualifiers: what is said, in the unit in which it is said."""
    value = f"{q.low:.12g}–{q.high:.12g}" if q.is_range else f"{q.value:.12g}"
    unit = q.canonical or q.unit
    return {"value": value, "unit": unit} if unit else {"value": value}
