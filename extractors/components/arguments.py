"""Which name stands at the head of a noun phrase: what a parsed verb says something of.

A mention that covers the head, or else the phrase itself if it would make a good term. What
is said of "the presence of A" is said of A; what is said of "the lack of A", or of "this
model", is said of nothing that has a name, and gives no argument.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from extractors.annotations import MentionSpan
from extractors.components.inflection import concept_name
from extractors.components.kinds import kind_of
from extractors.components.noun_phrases import METHOD, NounPhrases
from extractors.components.phrases import FLIPPING, TRANSPARENT, TRANSPARENT_OBJECT
from extractors.components.word_classes import NOMINAL, WordClasses

_POINTING = frozenset(
    ("this", "that", "these", "those", "such", "its", "their", "his", "her", "our", "my", "your",
     "same", "other", "another", "former", "latter")
)  # fmt: skip
_DIVIDING = frozenset((";", ":", "but", "not"))
"""What is listed after these is a legend's, or is what something is not said of."""
_COMPLEMENTS = frozenset(("of", "in", "between", "to", "for", "on", "with", "from"))
_VAGUE = frozenset(
    ("phenomenon", "property", "process", "term", "metric", "method", "task", "data")
)
_YEAR = re.compile(r"(?:19|20)\d\d[a-z]?")
_MAX_LISTED = 6


class Arguments:
    """Names the heads of noun phrases of one parsed doc."""

    def __init__(self, doc: Doc, classes: WordClasses, version: str) -> None:
        self._doc = doc
        self._phrases = NounPhrases(doc, classes)
        self._version = version
        self._at: dict[int, MentionSpan] = {}
        for m in sorted(doc._.mentions, key=lambda m: (m.end - m.start, m.score)):
            self._at.update(dict.fromkeys(range(m.start, m.end), m))  # the longest stays
        self._made: dict[int, MentionSpan | None] = {}

    def of(
        self, head: Token, *, subject: bool, through: bool = True, within: Sequence[int] = ()
    ) -> list[MentionSpan]:
        """The names of *head* and of what "and" and "or" join to it, at most six.

        A list ends where one of the tokens *within* stands, which say what is said of it.
        What is said of "the level of A" is said of A if *through*.
        Empty if *head* itself has none: then a list that it begins is not to be trusted either.
        """
        seen_through = TRANSPARENT if subject else TRANSPARENT_OBJECT
        words = seen_through if through else frozenset[str]()
        named: list[MentionSpan] = []
        for token in _listed(head, within):
            m = self._one(token, words, 2)
            if m is None:
                if token.i == head.i:
                    return []
                continue
            if m not in named:
                named.append(m)
        return named[:_MAX_LISTED]

    def _one(self, head: Token, through: frozenset[str], depth: int) -> MentionSpan | None:
        if head.tag_ not in NOMINAL or _flipped(head) or _able(head) or _cited(head):
            return None
        complement = _complement(head)
        if complement is not None and complement[0] == "of" and head.lower_ in through and depth:
            return self._one(complement[1], through, depth - 1)
        m = self._named(head)
        if m is None:
            return None
        alone = m.start == head.i and m.end == head.i + 1
        if alone and (_points(head) or self._hangs(head, m, complement)):
            return None
        return m

    @staticmethod
    def _hangs(head: Token, m: MentionSpan, complement: tuple[str, Token] | None) -> bool:
        """Whether one word means nothing without what hangs on it: "changes in A"."""
        if complement is None:
            return False
        return complement[0] == "of" or m.kind in _VAGUE

    def _named(self, head: Token) -> MentionSpan | None:
        if head.i not in self._made:
            self._made[head.i] = self._name(head)
        return self._made[head.i]

    def _name(self, head: Token) -> MentionSpan | None:
        m = self._at.get(head.i)
        start = self._phrases.start(head)
        if m is not None:
            if m.start <= start or m.end > head.i + 1:
                return m
            nouns = self._phrases.has_noun(start, m.start)
            if not nouns and (m.concept or m.end - m.start > 1):
                return m
        elif not self._phrases.is_term(start, head):
            return None
        first, last = self._doc[start].idx, head.idx + len(head)
        name = concept_name(self._doc[start : head.i + 1].text)
        return MentionSpan(
            start, head.i + 1, first, last, kind_of(name), "", name, METHOD, self._version, 0.6
        )


def _listed(head: Token, within: Sequence[int]) -> list[Token]:
    """*head* and the nouns that are joined to it, on the same side of the tokens *within*."""
    found: list[Token] = []
    waiting = [head]
    while waiting and len(found) < _MAX_LISTED:
        token = waiting.pop(0)
        found.append(token)
        for other in token.rights:
            if other.dep_ == "conj" and other.tag_ in NOMINAL:
                between = token.doc[token.i + 1 : other.i]
                if any(head.i < i < other.i for i in within):
                    continue
                if not any(t.lower_ in _DIVIDING for t in between):
                    waiting.append(other)
    return found


def _flipped(head: Token) -> bool:
    """Whether less of it is meant, or what is done to it: "reduced A", "removing A"."""
    return any(
        t.lower_ in FLIPPING or (t.lower_.endswith("ing") and t.is_title and t.is_sent_start)
        for t in head.lefts
    )


def _cited(head: Token) -> bool:
    """Whether a name is an author's: "et al." follows, or "and" another name, and a year."""
    following = [t.text for t in head.doc[head.i + 1 : head.i + 7]]
    if following[:2] == ["et", "al"] or following[:2] == ["et", "al."]:
        return True
    return head.tag_ in ("NNP", "NNPS") and any(map(_YEAR.fullmatch, following))


def _able(head: Token) -> bool:
    """Whether an infinitive says what is meant: "the potential to …"."""
    return any(
        t.dep_ in ("acl", "xcomp", "advcl", "relcl")
        and t.tag_ in ("VB", "VBN")
        and any(c.tag_ == "TO" for c in t.lefts)
        for t in head.rights
    )


def _points(head: Token) -> bool:
    return any(t.lower_ in _POINTING for t in head.lefts)


def _complement(head: Token) -> tuple[str, Token] | None:
    """The first preposition that hangs on *head*, with its object."""
    for child in head.rights:
        if child.dep_ == "prep" and child.lower_ in _COMPLEMENTS:
            for noun in child.rights:
                if noun.dep_ in ("pobj", "pcomp"):
                    return child.lower_, noun
    return None


def overlaps(a: MentionSpan, b: MentionSpan) -> bool:
    """Whether two mentions share a token."""
    return a.start < b.end and b.start < a.end


def same(a: MentionSpan, b: MentionSpan) -> bool:
    """Whether two mentions name one concept."""
    return a is b or (a.concept == b.concept and a.name == b.name)


def sentence_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters ``start:end`` without white space at their ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
