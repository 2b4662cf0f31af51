"""Which runs of words may be terms: what stands between function words, verbs, adverbs and marks.

A run has up to four words that matter to :mod:`extractors.components.terms`; words that hyphens
join are one unit of it, and no tagger is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from extractors.components.alignment import TokenSpans
from extractors.components.inflection import concept_name, singular
from extractors.components.lexicon import word_list
from extractors.components.triggers import Triggers
from extractors.components.word_classes import (  # fmt: skip
    ADJECTIVE,
    ADJECTIVE_ENDINGS,
    ADVERB,
    AUXILIARY,
    CONJUNCTION,
    CONTENT,
    DETERMINER,
    EMPTY,
    FINITE,
    HEAD,
    NEGATION,
    PARTICIPLE,
    PREPOSITION,
    WordClasses,
)

_WORD = re.compile(r"^[^\W\d_][\w'’.+′‐-]*(?<![.‐-])$|^\d+[^\W\d_]+\w*$")
_NOUN_ENDINGS = tuple(sorted(word_list("noun_ending")))
_STARTING = word_list("ing_first_in_term")
_PLURAL_MODIFIERS = word_list("plural_modifier")
_ROMAN = re.compile(r"^[ivxlIVXL]+$")


@dataclass(slots=True)
class Unit:
    """One word of a run, or several that hyphens join."""

    start: int
    end: int
    key: str
    kind: int


@dataclass(slots=True)
class Candidate:
    """A run of units with, for each, the doc it is in; ``spoken`` if a relation is said of it."""

    doc: int
    units: list[Unit]
    key: tuple[str, ...]
    spoken: bool


class Candidates:
    """Finds the runs of docs; ``own`` are relation phrases besides those shipped."""

    def __init__(self, classes: WordClasses, own: Iterable[Sequence[str]] = ()) -> None:
        self._classes = classes
        self._triggers = Triggers(own)

    def find(self, number: int, doc: Doc, spans: TokenSpans) -> Iterator[Candidate]:
        """The runs of *doc*, which is the *number*th of its work."""
        words, starts, ends = spans.words, spans.starts, spans.ends
        classes = [self._classes[w] for w in words]
        lowers = [w.lower() for w in words]
        hits = self._triggers.find(lowers)
        before = {h.start for h in hits}
        after = {h.end for h in hits}
        quantity = {t for q in doc._.quantities for t in range(q.start, q.end)}
        shouted = shouted_tokens(doc, words) | _verbs(doc)
        units: list[Unit] = []
        n = len(words)
        i = 0
        while i <= n:
            unit: Unit | None = None
            step = 1
            if i < n and i not in quantity and i not in shouted:
                unit = self._unit(i, words, classes, starts, ends, bool(units))
                if unit is not None:
                    step = unit.end - i
            ended = unit is None or (units and self._is_plural(words, units[-1]))
            if units and ended:
                stop = i
                if not (i < n and lowers[i] in ("et", "&")):
                    kept = _trimmed(units)
                    if kept:
                        yield Candidate(
                            number,
                            kept,
                            tuple(u.key for u in kept),
                            _adjoins(kept, before, after, classes, stop),
                        )
                units = []
            if unit is not None:
                units.append(unit)
            i += step

    @staticmethod
    def _is_plural(words: list[str], unit: Unit) -> bool:
        """Whether a unit is in the plural: what follows "cells" is a verb, not a noun."""
        word = words[unit.end - 1]
        return word.islower() and singular(word) != word and word not in _PLURAL_MODIFIERS

    def _unit(
        self, i: int, words: list[str], classes: list[int], starts: list[int], ends: list[int],
        inside: bool,
    ) -> Unit | None:  # fmt: skip
        """The unit that begins at token *i*, if one may."""
        end = i + 1
        n = len(words)
        while (
            end + 1 < n
            and words[end] in "-‐–"
            and ends[end - 1] == starts[end]
            and ends[end] == starts[end + 1]
            and _WORD.match(words[end + 1])
        ):
            end += 2
        if not _WORD.match(words[i]):
            return None
        if end > i + 1:
            last = classes[end - 1]
            if words[end - 1].lower() in ("based", "like", "free", "induced", "related", "called"):
                last = PARTICIPLE
            text = "-".join(singular(w.lower()) for w in words[i:end:2])
            single = all(len(w) == 1 for w in words[i:end:2])
            return (
                None
                if single
                else Unit(i, end, text, PARTICIPLE if last == PARTICIPLE else CONTENT)
            )
        kind = classes[i]
        word = words[i]
        if (len(word) == 1 and word.isascii()) or (_ROMAN.match(word) and len(word) < 5):
            return None
        if kind == PARTICIPLE:
            before = classes[i - 1] if i else DETERMINER
            if inside or before not in (DETERMINER, PREPOSITION, ADJECTIVE, CONJUNCTION):
                return None
            return Unit(i, end, word.lower(), PARTICIPLE)
        if kind in (CONTENT, HEAD, EMPTY):
            lower = word.lower()
            if lower.endswith("ing") and not inside and lower not in _STARTING:
                return None
            return Unit(
                i, end, singular(lower) if word.islower() else concept_name(word).lower(), kind
            )
        return None


def _trimmed(units: list[Unit]) -> list[Unit]:
    """The run without words that add nothing at its right and participles alone; may be empty."""
    end = len(units)
    while end and (
        units[end - 1].kind in (EMPTY, PARTICIPLE)
        or (
            units[end - 1].kind == CONTENT
            and units[end - 1].key.endswith(ADJECTIVE_ENDINGS)
            and not units[end - 1].key.endswith(_NOUN_ENDINGS)
        )
    ):
        end -= 1
    start = 0
    while start < end and units[start].kind == EMPTY and end - start <= 2:
        start += 1
    return units[start:end]


def _adjoins(
    units: list[Unit], before: set[int], after: set[int], classes: list[int], stop: int
) -> bool:
    """Whether a relation trigger stands right before or after the run."""
    i = units[-1].end
    if i != stop:
        return False
    while i < len(classes) and classes[i] in (AUXILIARY, ADVERB, NEGATION):
        i += 1
    if i in before:
        return True
    i = units[0].start
    while i > 0 and classes[i - 1] in (DETERMINER, ADJECTIVE):
        i -= 1
    return i in after


def _verbs(doc: Doc) -> set[int]:
    """Tokens that a parse takes for finite verbs with a subject, which no list need know."""
    if not doc.has_annotation("DEP"):
        return set()
    return {
        t.i
        for t in doc
        if t.tag_ in FINITE and any(c.dep_ in ("nsubj", "nsubjpass") for c in t.lefts)
    }


def shouted_tokens(doc: Doc, words: list[str]) -> set[int]:
    """Tokens of sentences in capitals: headings, whose letters tell nothing of acronyms."""
    found: set[int] = set()
    for sent in doc.sents if doc.has_annotation("SENT_START") else ():
        letters = [w for w in words[sent.start : sent.end] if w.isalpha() and len(w) > 1]
        if len(letters) > 2 and sum(w.isupper() for w in letters) > 0.6 * len(letters):
            found.update(range(sent.start, sent.end))
    return found
