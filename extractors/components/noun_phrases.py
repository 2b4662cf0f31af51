"""Which part of a parsed noun phrase is a term: its head with the modifiers that name something.

>>> import spacy
>>> from spacy.tokens import Doc
>>> doc = Doc(
...     spacy.blank("en").vocab, words=["a", "high", "crop", "yield"], tags=["DT", "JJ", "NN", "NN"],
...     heads=[3, 3, 3, 3], deps=["det", "amod", "compound", "ROOT"],
... )
>>> phrases = NounPhrases(doc, WordClasses())
>>> phrases.start(doc[3]), phrases.is_term(2, doc[3])
(2, True)
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

from extractors.components.lexicon import word_list
from extractors.components.word_classes import (  # fmt: skip
    ADJECTIVE,
    ADVERB,
    CONTENT,
    DETERMINER,
    EMPTY,
    HEAD,
    NOMINAL,
    NUMBER,
    PARTICIPLE,
    STOP,
    VERB,
    WordClasses,
)

METHOD = "noun-chunk"
HYPHENS = frozenset(("-", "‐", "–", "/"))
_MODIFYING = NOMINAL | {"JJ", "VBN", "VBG", "AFX"}
_STRIPPED = frozenset((DETERMINER, ADJECTIVE, ADVERB, NUMBER, EMPTY, STOP))
_NOT_TECHNICAL = word_list("not_technical")
_GERUNDS = word_list("ing_first_in_term")
_MAX_WORDS = 5


class NounPhrases:
    """Finds terms in the noun phrases of one doc that has tags and trees."""

    def __init__(self, doc: Doc, classes: WordClasses) -> None:
        self._doc = doc
        self._classes = classes
        self._measured = {t for q in doc._.quantities for t in range(q.start, q.end)}

    def start(self, head: Token) -> int:
        """The first token of the term that *head* ends: its modifiers without what names nothing."""
        floor = max(head.left_edge.i, head.sent.start)
        start, words = head.i, 1
        while start > floor and words < _MAX_WORDS:
            token = self._doc[start - 1]
            if token.text in HYPHENS:
                tight = not token.whitespace_ and start - 2 >= floor
                if not tight or self._doc[start - 2].whitespace_:
                    break
                start -= 2
                continue
            if token.tag_ not in _MODIFYING:
                break
            before = self._doc[start - 2] if start - 2 >= floor else None
            if token.i in self._measured or (before is not None and before.tag_ in ("CD", "RB")):
                break  # a unit, or "naturally occurring"
            start -= 1
            words += 1
        while start < head.i:
            token = self._doc[start]
            joined = self._doc[start + 1].text in HYPHENS and not token.whitespace_
            if joined or not (self._classes[token.text] in _STRIPPED or len(token) < 2):
                break
            start += 1
        return start

    def is_term(self, start: int, head: Token) -> bool:
        """Whether the tokens from *start* to *head* would make a good term."""
        last = head.text
        kind = self._classes[last]
        if len(last) < 3 or not last[-1].isalnum() or not any(c.isalpha() for c in last):
            return False
        if kind not in (CONTENT, HEAD, VERB):  # "crop yield": the tagger knows better than a list
            return False
        words = [t for t in self._doc[start : head.i] if t.text not in HYPHENS]
        if any(self._classes[t.text] == VERB and t.tag_ in NOMINAL for t in words) or (
            kind == VERB and last.endswith("s")
        ):
            return False  # "aspirin inhibit inflammation", whatever the tagger says
        if words:
            if words[0].lower_.endswith("ing") and words[0].lower_ not in _GERUNDS:
                return False  # "removing insulin"
            if any(t.like_num or not t.text[0].isalnum() for t in words):
                return False
            kinds = [self._classes[t.text] for t in words]
            naming = any(k in (CONTENT, HEAD, PARTICIPLE, VERB) for k in kinds)
            return naming and CONTENT in (*kinds, kind)
        return (
            kind == CONTENT
            and len(last) > 4
            and last.isalpha()
            and last.lower() not in _NOT_TECHNICAL
            and head.tag_ == "NN"
        )

    def has_noun(self, start: int, end: int) -> bool:
        """Whether there is a noun among the tokens ``start:end``."""
        return any(t.tag_ in NOMINAL for t in self._doc[start:end])

    def terms(self) -> list[tuple[int, int]]:
        """First and one past the last token of every term of two words or more, in order."""
        found = []
        for chunk in self._doc.noun_chunks:
            head = chunk.root
            if head.tag_ in NOMINAL:
                start = self.start(head)
                if start < head.i and self.is_term(start, head):
                    found.append((start, head.i + 1))
        return found
