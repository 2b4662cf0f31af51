"""``polymath_assertion``: whether a sentence affirms its statement, denies it, or only asks.

Cues with a direction, words that look like cues, and words that end a cue's scope, after
ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002); the cues are in
``lexicons/assertion.tsv``. Attribution is "cited" where the clause names a source.
Chinese has rules of its own: :mod:`extractors.components.chinese_assertion`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import StatementSpan
from extractors.components.alignment import TokenSpans
from extractors.components.chinese_assertion import (  # fmt: skip
    chinese_assertion,
    chinese_attribution,
    cues_of,
)
from extractors.components.lexicon import read_lexicon

VERSION = "1"
ASSERTIONS = ("negated", "question", "future", "hypothetical", "comparative", "affirmed")
_CITED = re.compile(
    r"\[\d[\d,;\s–-]*\]|\bet al\b|\([^()]*\b[A-Z][\w'’-]+(?:\s(?:and|&)\s[A-Z][\w'’-]+)?,?\s(?:19|20)\d\d[a-z]?"
    r"|\b(?:previous|earlier|prior|recent|other)\s(?:studies|work|works|reports|research|authors|investigators)\b"
    r"|\b(?:has|have) (?:previously |already |also |recently )?been "
    r"(?:reported|shown|demonstrated|suggested|proposed|found|described)\b"
    r"|\b(?:reported|shown|demonstrated|described|proposed) (?:by|in) (?!us\b|our\b|this\b|fig|table|here)"
    r"|\baccording to\s[A-Z]|\bpreviously\b|\bis known to\b|\bit is well known\b",
    re.I,
)
_CITED_CASED = re.compile(r"\([^()]*\b[A-Z][\w'’-]+[^()]{0,60}\b(?:19|20)\d\d[a-z]?\b[^()]*\)")
_NAMING = re.compile(r"\b(?:such as|including|for example|e\.g\.|and other|or other)(?!\w)", re.I)
_OWN = re.compile(
    r"\b(?:we (?:found|find|show|showed|observed|demonstrate|demonstrated|report|measured|propose)"
    r"|our (?:results|data|findings|study|work|analysis|model|experiments)"
    r"|in this (?:study|work|paper)|here,? we|the present (?:study|work)|present results)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Cue:
    words: tuple[str, ...]
    assertion: str
    direction: str
    role: str


@cache
def _cues() -> dict[str, list[_Cue]]:
    """The English cues by their first word, longest first."""
    table: dict[str, list[_Cue]] = {}
    for assertion, phrase, direction, role in read_lexicon("assertion", 4):
        words = tuple(phrase.split())
        table.setdefault(words[0], []).append(_Cue(words, assertion, direction, role))
    for cues in table.values():
        cues.sort(key=lambda c: -len(c.words))
    return table


class Assertion:
    """Sets ``assertion`` and ``attribution`` of every statement in ``doc._.statements``."""

    def __init__(self) -> None:
        self.version = VERSION

    def __call__(self, doc: Doc) -> Doc:
        """Judge the statements of *doc*, which comes back."""
        statements: list[StatementSpan] = doc._.statements
        if not statements:
            return doc
        if doc.lang_ == "zh":
            return _judge_chinese(doc)
        spans = TokenSpans(doc)
        found: dict[tuple[int, int], list[tuple[int, int, _Cue]]] = {}
        attributed: dict[tuple[int, int], str] = {}
        for s in statements:
            bounds = (s.start_char, s.end_char)
            if bounds not in found:
                found[bounds] = _english(spans, *bounds)
                attributed[bounds] = _attribution(spans.text[s.start_char : s.end_char])
            s.assertion = _judge(spans.text, s, found[bounds])
            s.attribution = attributed[bounds]
        return doc


def _judge_chinese(doc: Doc) -> Doc:
    text = doc.text
    names = sorted(doc._.mentions, key=lambda m: m.end_char)
    found: dict[tuple[int, int], tuple[list[tuple[int, int, dict[str, str]]], str]] = {}
    for s in doc._.statements:
        bounds = (s.start_char, s.end_char)
        if bounds not in found:
            sentence = text[s.start_char : s.end_char]
            found[bounds] = cues_of(text, *bounds), chinese_attribution(sentence)
        cues, s.attribution = found[bounds]
        s.assertion = chinese_assertion(text, s, cues, names)
    return doc


def _english(spans: TokenSpans, start: int, end: int) -> list[tuple[int, int, _Cue]]:
    """Characters and cues of a sentence, in order, without those inside a longer one."""
    table = _cues()
    i, stop = bisect_left(spans.starts, start), bisect_left(spans.starts, end)
    words = [w.lower().replace("’", "'") for w in spans.words[i:stop]]
    found = []
    at, n = 0, len(words)
    while at < n:
        step = 1
        for cue in table.get(words[at], ()):
            length = len(cue.words)
            if tuple(words[at : at + length]) == cue.words:
                found.append((spans.starts[i + at], spans.ends[i + at + length - 1], cue))
                step = length
                break
        at += step
    return found


def _judge(text: str, s: StatementSpan, cues: list[tuple[int, int, _Cue]]) -> str:
    if text[s.start_char : s.end_char].rstrip("\"'”’)）").endswith(("?", "？")):
        return "question"
    between = (
        min(s.subject.end_char, s.object.end_char), max(s.subject.start_char, s.object.start_char)
    )  # fmt: skip
    if s.predicate == "is_a" and _NAMING.search(text[between[0] : between[1]]):
        return "affirmed"  # "no metals, such as A": A is a metal all the same
    left = min(s.subject.start_char, s.object.start_char, s.trigger_start)
    right = max(s.subject.end_char, s.object.end_char, s.trigger_end)
    first, last = s.start_char, s.end_char  # the clause
    for start, end, cue in cues:
        if cue.role == "stop":
            if end <= left:
                first = end
            elif start >= right:
                last = min(last, start)
    bracket = text.rfind("(", s.start_char, left)
    if bracket > text.rfind(")", s.start_char, left):
        first = max(first, bracket)
    reach = max(s.trigger_end, left)
    heard = set()
    for start, end, cue in cues:
        if cue.role != "cue" or start < first or end > last:
            continue
        within = left <= start and end <= right
        ahead = end <= reach and not _in_name(start, end, s)
        behind = start >= right
        if (
            (cue.direction == "before" and ahead and left - end < 60)
            or (cue.direction == "after" and behind and start - right < 60)
            or (cue.direction == "within" and within)
            or cue.direction == "any"
        ):
            heard.add(cue.assertion)
    if s.predicate == "outperforms":
        heard.discard("comparative")
    return next((a for a in ASSERTIONS if a in heard), "affirmed")


def _in_name(start: int, end: int, s: StatementSpan) -> bool:
    return any(m.start_char <= start and end <= m.end_char for m in (s.subject, s.object))


def _attribution(sentence: str) -> str:
    if _OWN.search(sentence):
        return "own"
    return "cited" if _CITED.search(sentence) or _CITED_CASED.search(sentence) else "own"


@Language.factory("polymath_assertion", requires=["doc._.statements"], assigns=["doc._.statements"])
def make(nlp: Language, name: str) -> Assertion:
    """A judge of what sentences assert."""
    return Assertion()
