"""Misspelt words of the grammar put right: "materails" is "materials", "cuases" is "causes"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from rapidfuzz.distance import OSA

from kg.asking.grammar import Literal, forms
from kg.asking.lexicon import lexicon
from kg.asking.tokens import Token


@cache
def closed_words() -> frozenset[str]:
    """Single English words of lexicon and grammar."""
    words = lexicon()
    found = {
        w
        for table in (
            words.kinds, words.predicates, words.nouns, words.things, words.anything,
            words.determiners, words.linking,
        )
        for form in table
        for w in form.split(" ")
    }  # fmt: skip
    for form in (*forms().questions, *forms().filters):
        for element in form.elements:
            if isinstance(element, Literal):
                found.update(w for option in element.options for w in option)
    return frozenset(found)


def closed(word: str) -> bool:
    """Whether an English word is one of the grammar's."""
    return word.isascii() and word in closed_words()


def mended(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with misspelt words of the grammar put right: "materails" → "materials"."""
    return [_mend(t) for t in tokens]


def _mend(token: Token) -> Token:
    word = token.key
    if (
        token.name
        or len(word) < 4
        or not word.isascii()
        or not word.isalpha()
        or word in closed_words()
    ):
        return token
    allowed = 1 if len(word) < 6 else 2
    near = {w: OSA.distance(word, w, score_cutoff=allowed) for w in closed_words() if len(w) > 3}
    best = min(near, key=lambda w: (near[w], w[0] != word[0], w), default=word)
    return replace(token, key=best) if near.get(best, 99) <= allowed else token
