"""The phrases that state a relation, from ``lexicons/relations.tsv``, with every inflection.

>>> t = Triggers()
>>> [(h.start, h.end, h.trigger.predicate, h.trigger.reverse) for h in t.find(["is", "inhibited", "by"])]
[(1, 3, 'decreases', True)]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from extractors.components.inflection import verb_forms
from extractors.components.lexicon import read_lexicon

BASE, THIRD, PAST, PASSIVE, PHRASE, NOUN = "base", "third", "past", "passive", "phrase", "noun"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A phrase between two names (or around them, if ``middle`` is given) and what it states."""

    words: tuple[str, ...]
    predicate: str
    form: str
    reverse: bool
    score: float
    middle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A trigger at tokens ``start:end``."""

    start: int
    end: int
    trigger: Trigger


class Triggers:
    """Looks up the English triggers in a list of lower-case words, longest first."""

    def __init__(self, own: Iterable[Sequence[str]] = ()) -> None:
        """The shipped phrases, and before them *own* ones (rows of the same six columns)."""
        between, around = _read(read_lexicon("relations", 6))
        theirs, theirs_around = _read(own)
        between |= theirs
        for first, ways in theirs_around.items():
            around[first] = [*ways, *around.get(first, ())]
        self._around = around
        self._by_first: dict[str, list[tuple[int, tuple[str, ...], Trigger]]] = {}
        for words, trigger in between.items():
            self._by_first.setdefault(words[0], []).append((len(words), words, trigger))
        for options in self._by_first.values():
            options.sort(key=lambda option: -option[0])
        self._noun_firsts = {words[0] for words in around}

    @cached_property
    def phrases(self) -> int:
        """How many different phrases are known."""
        return sum(map(len, self._by_first.values())) + sum(map(len, self._around.values()))

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Triggers that stand between two names; none overlaps another."""
        found = []
        i, n = 0, len(words)
        by_first = self._by_first
        while i < n:
            options = by_first.get(words[i])
            step = 1
            if options is not None:
                for length, phrase, trigger in options:
                    if length == 1 or tuple(words[i : i + length]) == phrase:
                        found.append(Hit(i, i + length, trigger))
                        step = length
                        break
            i += step
        return found

    def find_around(self, words: Sequence[str]) -> list[tuple[Hit, list[Trigger]]]:
        """Noun phrases ("effect of") with the ways they may go on."""
        found = []
        for i, word in enumerate(words):
            if word in self._noun_firsts:
                for length in (3, 2):
                    options = self._around.get(tuple(words[i : i + length]))
                    if options:
                        found.append((Hit(i, i + length, options[0]), options))
                        break
        return found


def _read(
    rows: Iterable[Sequence[str]],
) -> tuple[dict[tuple[str, ...], Trigger], dict[tuple[str, ...], list[Trigger]]]:
    between: dict[tuple[str, ...], Trigger] = {}
    around: dict[tuple[str, ...], list[Trigger]] = {}
    for predicate, form, phrase, direction, language, score in rows:
        if language != "en":
            continue
        reverse, certainty = direction == "reverse", float(score)
        if form == "noun":
            before, middle = phrase.removesuffix(" B").split(" A ")
            words = tuple(before.split())
            around.setdefault(words, []).append(
                Trigger(words, predicate, NOUN, reverse, certainty, tuple(middle.split()))
            )
        elif form == "phrase":
            words = tuple(phrase.split())
            between[words] = Trigger(words, predicate, PHRASE, reverse, certainty)
        else:
            for t in _inflected(phrase, predicate, reverse, certainty):
                between.setdefault(t.words, t)
    return between, around


def _inflected(phrase: str, predicate: str, reverse: bool, score: float) -> list[Trigger]:
    forms = verb_forms(phrase)
    third, past, participle = forms[1], forms[2], forms[-2]
    made = [
        Trigger(tuple(phrase.split()), predicate, BASE, reverse, score),
        Trigger(tuple(third.split()), predicate, THIRD, reverse, score),
        Trigger(tuple(past.split()), predicate, PAST, reverse, score),
    ]
    if " " not in phrase and predicate != "has_property":
        made.append(Trigger((participle, "by"), predicate, PASSIVE, not reverse, score))
    return made
