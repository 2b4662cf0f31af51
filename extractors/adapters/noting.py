"""What another tool found at characters of a text, noted as a mention on our tokens.

The offsets are those of the text as it stands. Where we already have a mention of the same
words, the new one names the same concept: two methods that agree must meet in one concept.

>>> import spacy
>>> doc = spacy.blank("en")("We gave the zorbital, daily.")
>>> m = Noting(doc, method="mine", version="1").note(8, 21, kind="chemical", score=0.8)
>>> m.name, doc.text[m.start_char:m.end_char], (m.start, m.end)
('zorbital', 'zorbital', (3, 4))
"""

from __future__ import annotations

import re
from collections import defaultdict

from spacy.tokens import Doc

from extractors.annotations import MentionSpan
from extractors.components.alignment import TokenSpans
from extractors.components.inflection import concept_name
from extractors.components.kinds import kind_of

MAX_WORDS = 15
"""A longer "name" is a clause."""
_LEADING = re.compile(r"(?:the|an?|this|that|these|those|our|its|their)\s+", re.IGNORECASE)
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_BEFORE = " \t\r\n\u00a0\"'“”‘’«»,;:.-–—"
_AFTER = ' \t\r\n\u00a0"“”«»,;:.!?–—'


class Noting:
    """Appends mentions to one doc for one method."""

    def __init__(self, doc: Doc, *, method: str, version: str) -> None:
        self.doc = doc
        self.spans = TokenSpans(doc)
        self.method = method
        self.version = version
        self._at: dict[tuple[int, int], list[MentionSpan]] = defaultdict(list)
        self._unknown: dict[str, list[MentionSpan]] = defaultdict(list)
        for m in doc._.mentions:
            self._at[(m.start_char, m.end_char)].append(m)
            if m.kind == "term" and not m.concept:
                self._unknown[m.name].append(m)

    def note(
        self, start: int, end: int, *, kind: str = "", score: float, concept: str = ""
    ) -> MentionSpan | None:
        """Append the mention at characters ``start:end``, trimmed; None if nothing is left of it.

        Args:
            start: First character.
            end: One past the last.
            kind: Of the concept; "" where the tool does not say.
            score: In [0, 1].
            concept: The id of a vocabulary's concept, where the tool knows it.
        """
        start, end = trimmed(self.spans.text, start, end)
        if start >= end or not any(c.isalnum() for c in self.spans.text[start:end]):
            return None
        first, last = self.spans.covering(start, end)
        if last > len(self.spans.words) or last - first > MAX_WORDS:
            return None
        there = self._at[(start, end)]
        for m in there:
            if m.method == self.method:
                return m
        m = self._named(start, end, first, last, kind, score, concept)
        there.append(m)
        if not m.concept and m.kind != "term":
            for other in self._unknown.pop(m.name, ()):  # ours was "not known yet"
                other.kind = m.kind
        self.doc._.mentions.append(m)
        return m

    def _named(
        self, start: int, end: int, first: int, last: int, kind: str, score: float, concept: str
    ) -> MentionSpan:
        there = self._at[(start, end)]
        known = next((m for m in there if m.concept), there[0] if there else None)
        surface = self.spans.text[start:end]
        name = concept_name(self.doc._.abbreviations.get(surface, surface))
        if known is not None and (known.concept or not concept):
            name, concept = known.name, known.concept
            if concept or known.kind != "term" or not kind:
                kind = known.kind
        return MentionSpan(
            first, last, start, end, kind or kind_of(name), concept, name,
            self.method, self.version, score,
        )  # fmt: skip


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """``start:end`` without articles, quotation marks, stops and brackets that are not its own.

    >>> trimmed("see (the COX-2).", 4, 16)
    (9, 14)
    >>> trimmed("iron(II) oxide", 0, 8)
    (0, 8)
    """
    start, end = max(0, start), min(end, len(text))
    while start < end:
        before = (start, end)
        if text[start] in _BEFORE or _alone(text[start:end], 0):
            start += 1
        elif text[end - 1] in _AFTER or _alone(text[start:end], -1):
            end -= 1
        elif found := _LEADING.match(text, start, end):
            start = found.end()
        if (start, end) == before:
            break
    return start, end


def _alone(surface: str, at: int) -> bool:
    """Whether the bracket at that end of *surface* has no partner in it, or encloses it whole."""
    for opening, closing in _PAIRS.items():
        if surface[at] not in (opening, closing):
            continue
        if surface[0] == opening and surface[-1] == closing and surface.count(opening) == 1:
            return True
        if at == 0:
            return surface[0] == closing or closing not in surface
        return surface[-1] == opening or opening not in surface
    return False
