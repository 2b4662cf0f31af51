"""All names of some vocabularies, found by spelling, by the words they share, or by initials.

One index serves the matcher, which looks for names in running text (:attr:`NameIndex.spelled`),
and the linker, which asks what a given mention may name (:meth:`NameIndex.recall`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from extractors.components.atoms import Key, key
from extractors.components.word_classes import (  # fmt: skip
    ADJECTIVE,
    ADVERB,
    AUXILIARY,
    CLOSED,
    CONJUNCTION,
    DETERMINER,
    NEGATION,
    PREPOSITION,
    VERB,
    WordClasses,
)
from extractors.linking.words import Word, words
from extractors.vocabulary import Vocabulary
from extractors.vocabulary_entry import Entry

Roots = tuple[str, ...]
"""The words of a name as :func:`root_key` files them."""
NEAREST = 8
"""How many names that share only some words with a mention are considered."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a concept; ``rank`` counts vocabularies, the first being 0.

    ``scope`` is "name", "exact", or one of those of :attr:`Entry.loose`.
    """

    entry: Entry
    text: str
    scope: str
    rank: int


class NameIndex:
    """The names of *vocabularies*; those that come first are preferred by whoever asks.

    >>> from kg.model import Scheme
    >>> lung = Entry(id="a:1", name="lung"), Entry(id="a:2", name="epithelium of lung")
    >>> index = NameIndex([Vocabulary(Scheme(id="scheme:a"), lung)])
    >>> [n.text for n, _ in index.recall(words("pulmonary epithelia"))]
    ['epithelium of lung']
    """

    def __init__(self, vocabularies: Sequence[Vocabulary] = ()) -> None:
        self.vocabularies = tuple(vocabularies)
        self.names: list[Name] = []
        for rank, vocabulary in enumerate(self.vocabularies):
            for entry in vocabulary.entries:
                texts = {entry.name: "name"}
                for text in (*entry.aliases, *entry.aliases_zh):
                    texts.setdefault(text, "exact")
                for scope, text in entry.loose:
                    texts.setdefault(text, scope)
                self.names += [Name(entry, t, scope, rank) for t, scope in texts.items()]

    @cached_property
    def spelled(self) -> Mapping[Key, Sequence[Name]]:
        """Names and exact synonyms by the atoms of their spelling, everyday words left out."""
        found: dict[Key, list[Name]] = {}
        classes = WordClasses()
        for name in self.names:
            if name.scope not in ("name", "exact") or _too_common(name.text, classes):
                continue
            if k := key(name.text):
                found.setdefault(k, []).append(name)
        return found

    @cached_property
    def lengths(self) -> Mapping[str, tuple[int, ...]]:
        """By the first atom of a name, of how many atoms such names are, the longest first."""
        found: dict[str, set[int]] = {}
        for k in self.spelled:
            found.setdefault(k[0], set()).add(len(k))
        return {k: tuple(sorted(v, reverse=True)) for k, v in found.items()}

    def look_up(self, name: str, disciplines: Iterable[str] = ()) -> tuple[Entry, float] | None:
        """The concept that *name* as a whole is spelled like, and how sure that is, or None."""
        return choose(self.spelled.get(key(name), ()), name, lower(disciplines))

    @cached_property
    def words(self) -> Sequence[tuple[Word, ...]]:
        """The words of each name, in the order of :attr:`names`."""
        return [tuple(words(name.text)) for name in self.names]

    @cached_property
    def _by_roots(self) -> Mapping[Roots, Sequence[int]]:
        found: dict[Roots, list[int]] = {}
        for i, ws in enumerate(self.words):
            found.setdefault(root_key(ws), []).append(i)
        return found

    @cached_property
    def _by_letters(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for i, ws in enumerate(self.words):
            found.setdefault("".join(w.lemma for w in ws), []).append(i)
        return found

    @cached_property
    def _by_initials(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for i, ws in enumerate(self.words):
            if 2 <= len(ws) <= 7:
                letters = "".join(w.form[0] for w in ws if not w.bare)
                found.setdefault(letters, []).append(i)
                if len(letters) > 2:  # "ES" for an ES cell
                    found.setdefault(letters[:-1], []).append(i)
        return found

    @cached_property
    def _by_root(self) -> Mapping[str, npt.NDArray[np.int32]]:
        found: dict[str, list[int]] = defaultdict(list)
        for i, ws in enumerate(self.words):
            for r in {w.root for w in ws if not w.bare}:
                found[r].append(i)
        return {r: np.array(numbers, np.int32) for r, numbers in found.items()}

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """How much each root tells: near 0 if every name holds it, 1 if none does."""
        top = math.log(2 + len(self.names))
        return {r: math.log(1 + len(self.names) / len(p)) / top for r, p in self._by_root.items()}

    @cached_property
    def _sizes(self) -> npt.NDArray[np.float64]:
        weights = self.weights
        return np.array([sum(weights[w.root] for w in ws if not w.bare) for ws in self.words])

    def recall(self, mention: Sequence[Word]) -> list[tuple[Name, tuple[Word, ...]]]:
        """Names with all words of the mention in any order and form, or written in one with it."""
        hits = list(self._by_roots.get(root_key(mention), ()))
        letters = "".join(w.lemma for w in mention)
        hits += [i for i in self._by_letters.get(letters, ()) if i not in hits]
        return self._named(hits)

    def recall_initials(self, letters: str) -> list[tuple[Name, tuple[Word, ...]]]:
        """Names of several words that begin with these lower-case letters."""
        return self._named(self._by_initials.get(letters, ()))

    def recall_nearest(self, mention: Sequence[Word]) -> list[tuple[Name, tuple[Word, ...]]]:
        """The :data:`NEAREST` names that share the most telling words with the mention."""
        asked = sorted({w.root for w in mention if not w.bare})
        found = [(self._by_root[r], self.weights[r]) for r in asked if r in self._by_root]
        if not found:
            return []
        numbers = np.unique(np.concatenate([postings for postings, _ in found]))
        shared = np.zeros(len(numbers))
        for postings, weight in found:
            shared[np.searchsorted(numbers, postings)] += weight
        alike = shared / (sum(self.weights.get(r, 1.0) for r in asked) + self._sizes[numbers])
        return self._named(numbers[np.argsort(-alike, kind="stable")[:NEAREST]].tolist())

    def _named(self, numbers: Iterable[int]) -> list[tuple[Name, tuple[Word, ...]]]:
        return [(self.names[i], self.words[i]) for i in numbers]


_INDEXES: WeakValueDictionary[tuple[int, ...], NameIndex] = WeakValueDictionary()


def name_index(vocabularies: Sequence[Vocabulary]) -> NameIndex:
    """The index of these very vocabularies, which all who use them at a time share."""
    # An index holds its vocabularies, so while it lives no other object has their ids.
    ids = tuple(map(id, vocabularies))
    index = _INDEXES.get(ids)
    if index is None:
        index = _INDEXES[ids] = NameIndex(vocabularies)
    return index


def choose(
    names: Sequence[Name], surface: str, disciplines: frozenset[str]
) -> tuple[Entry, float] | None:
    """Which of the concepts of one spelling *surface* names, and how sure that is.

    That of the first vocabulary; within one, the concept whose disciplines overlap most with
    the work's, else the one whose name it is, else none.
    """
    fits = [n for n in names if not (form := _exact_form(n.text)) or same_form(surface, form)]
    if not fits:
        return None
    fits = [n for n in fits if n.rank == fits[0].rank]
    if len({n.entry.id for n in fits}) == 1:
        return fits[0].entry, 1.0 if fits[0].scope == "name" else 0.95
    overlaps = [len(disciplines & lower(n.entry.disciplines)) for n in fits]
    best = max(overlaps)
    if best:
        fits = [n for n, overlap in zip(fits, overlaps, strict=True) if overlap == best]
    if len({n.entry.id for n in fits}) > 1:
        fits = [n for n in fits if n.scope == "name"]
    return (fits[0].entry, 0.8) if len({n.entry.id for n in fits}) == 1 else None


def lower(names: Iterable[str]) -> frozenset[str]:
    """The names in lower case."""
    return frozenset(n.lower() for n in names)


def same_form(surface: str, exact: str) -> bool:
    """Whether a short form is written as it must be, but for number and subscripts."""
    return surface == exact or surface == exact + "s" or surface.replace("₂", "2") == exact


def _exact_form(name: str) -> str:
    """A short name with capitals, which nothing else may be written like; "" for any other."""
    return name if len(name) <= 5 and name.lower() != name else ""


_COMMON = frozenset(
    (ADJECTIVE, ADVERB, AUXILIARY, CLOSED, CONJUNCTION, DETERMINER, NEGATION, PREPOSITION, VERB)
)


def _too_common(name: str, classes: WordClasses) -> bool:
    """Whether a name is an everyday word, as the symbols of helium and indium are."""
    if len(name) == 1 and name.isascii():
        return True
    return " " not in name and classes[name.lower()] in _COMMON and not name[1:].isupper()


def root_key(name: Sequence[Word]) -> Roots:
    """The roots of a name's words in alphabetical order, without bare words unless it has no others."""
    return tuple(sorted({w.root for w in name if not w.bare} or {w.root for w in name}))
