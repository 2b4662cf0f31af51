"""``polymath_chinese_terms``: Chinese names that no vocabulary holds, and the two languages of one name.

Candidates are runs of words (:mod:`extractors.components.chinese_runs`). A run is a term if its
ending tells its kind (:mod:`extractors.components.chinese_kinds`), if its C-value over the work is
high enough (Frantzi et al. 2000, doi:10.1007/s007999900023), if a relation is said of it, or if a
bracket defines it. What one bracket defines is one concept, whichever form is used: the
vocabulary's if it knows a form, else one that goes by the English name if that is given, so that
works in either language meet.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import MentionSpan
from extractors.components.alignment import TokenSpans
from extractors.components.chinese_abbreviations import Definition, definitions
from extractors.components.chinese_kinds import chinese_kind
from extractors.components.chinese_relations import trigger_edges
from extractors.components.chinese_runs import Run, runs
from extractors.components.chinese_words import HAN, ChineseWords, dictionary
from extractors.components.inflection import concept_name
from extractors.components.kinds import kind_of
from extractors.components.works import WorkReader

VERSION = "1"
METHOD = "terms"
ABBREVIATION = "abbreviation"
_HAN = re.compile(f"[{HAN}]")
_GAP = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")
_CODED = re.compile(r"[A-Za-zα-ω].*\d|\d.*[A-Za-zα-ω]|[a-z].*[A-Z]|[A-Z].*[A-Z]")
_NO_NAME = re.compile(
    r"(?:fig|figs|table|tab|eq|ref|refs|et|al|doi|http|https|www|vol|no|pp|vs|i+v?|vi+|ph\.?d)$|"
    r"\d+[a-z]?$|[a-z]\d?$|[A-Z]\d?$",
    re.I,
)
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    doc: int
    run: Run
    key: Key
    spoken: bool


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the forms of one definition stand for."""

    name: str
    kind: str
    concept: str


class ChineseTerms(WorkReader):
    """Appends a mention for every use of a term that is not already a vocabulary's.

    Args:
        min_count: How often a run that nothing else speaks for must occur in a work.
        min_c_value: The least C-value of such a run.
        common: A single word of the dictionary that is more frequent than this is no term
            (jieba's counts: 乙醇 has 470, 材料 9,137), nor one a fifth as frequent that occurs
            but once and of which no relation is said.
    """

    def __init__(self, *, min_count: int = 2, min_c_value: float = 2.0, common: int = 6000) -> None:
        self.version = VERSION
        self.min_count = min_count
        self.min_c_value = min_c_value
        self.common = common

    def _read(self, docs: list[Doc]) -> None:
        spans = [TokenSpans(doc) for doc in docs]
        meanings = _meanings(docs, spans)
        covers = [_Cover(doc, span) for doc, span in zip(docs, spans, strict=True)]
        for doc, span, cover in zip(docs, spans, covers, strict=True):
            _mark_defined(doc, span, cover, meanings)
        candidates = [c for i, doc in enumerate(docs) for c in _candidates(i, doc, spans[i])]
        accepted = self._accept(candidates)
        for c in candidates:
            if c.key in accepted:
                name = "".join(c.key)
                _append(docs[c.doc], spans[c.doc], covers[c.doc], c.run, name, accepted[c.key])

    def _accept(self, candidates: list[_Candidate]) -> dict[Key, float]:
        """Keys of the terms and how sure each is."""
        whole: Counter[Key] = Counter(c.key for c in candidates)
        spoken = {c.key for c in candidates if c.spoken}
        nested: Counter[Key] = Counter()
        longer: dict[Key, set[Key]] = defaultdict(set)
        for c in candidates:
            n = len(c.key)
            for length in range(1, n):
                for at in range(n - length + 1):
                    part = c.key[at : at + length]
                    if part in whole:
                        nested[part] += 1
                        longer[part].add(c.key)
        accepted: dict[Key, float] = {}
        for key in whole:
            count = whole[key] + nested[key]
            within = nested[key] / len(longer[key]) if key in longer else 0.0
            value = log2(len(key) + 1) * (count - within)
            repeated = count >= self.min_count and value >= self.min_c_value
            if self._is_term(key, repeated=repeated, spoken=key in spoken):
                accepted[key] = round(min(0.9, 0.5 + 0.08 * log2(1 + count)), 3)
        return accepted

    def _is_term(self, key: Key, *, repeated: bool, spoken: bool) -> bool:
        name = "".join(key)
        if len(name) < 2 or len(name) > 40:
            return False
        if not _HAN.search(name):
            return len(key) <= 5 and not _NO_NAME.match(name) and (
                _CODED.search(name) is not None or (repeated and name[0].isupper())
            )  # fmt: skip
        kind = _kind(name)
        if len(key) == 1:
            count = dictionary()[0].get(name, 0)
            if kind == "place" and spoken:
                return True
            if kind != "term":
                return count < (self.common if repeated or spoken else self.common // 5)
            return count < self.common // 10 and repeated and spoken
        if kind != "term":
            return True
        return (repeated or spoken) and len(name) > 2


def _candidates(number: int, doc: Doc, spans: TokenSpans) -> Iterator[_Candidate]:
    begins, ends = trigger_edges(spans.text)
    names = [(m.start, m.end) for m in doc._.mentions]
    numbers = [(q.start, q.end) for q in doc._.quantities]
    for run in runs(spans, names, numbers):
        key = tuple(w for w in spans.words[run.start : run.end] if not w.isspace())
        spoken = spans.starts[run.start] in ends or (
            run.end == run.after and spans.ends[run.end - 1] in begins
        )
        if not spoken and run.start and spans.words[run.start - 1] == "的":
            spoken = _kind("".join(key)) in ("property", "metric")  # "番茄的品质"
        yield _Candidate(number, run, key, spoken)


def _append(doc: Doc, spans: TokenSpans, cover: _Cover, run: Run, name: str, score: float) -> None:
    start, end = spans.starts[run.start], spans.ends[run.end - 1]
    if not cover.free(run.start, run.end, start, end):
        return
    name = concept_name(name)
    kind = _kind(name) if _HAN.search(name) else kind_of(name)
    m = MentionSpan(run.start, run.end, start, end, kind, "", name, METHOD, VERSION, score)
    doc._.mentions.append(m)
    cover.add(m)


def _kind(name: str) -> str:
    kind = chinese_kind(name)
    return "place" if kind == "term" and dictionary()[2].get(name) == "ns" else kind


class _Cover:
    """Which name lies on each token of a doc: the longest that does."""

    def __init__(self, doc: Doc, spans: TokenSpans) -> None:
        self._on: list[tuple[int, int]] = [(0, 0)] * len(spans.words)
        for m in doc._.mentions:
            self.add(m)

    def add(self, m: MentionSpan) -> None:
        """Note a name."""
        for t in range(m.start, min(m.end, len(self._on))):
            a, b = self._on[t]
            if b - a < m.end_char - m.start_char:
                self._on[t] = (m.start_char, m.end_char)

    def free(self, first: int, last: int, start: int, end: int) -> bool:
        """Whether a name at characters ``start:end`` (tokens ``first:last``) is new and cuts through none."""
        for t in (first, last - 1):
            a, b = self._on[t]
            if (a <= start and end <= b) or a < start < b or a < end < b:
                return False
        return True


# ---------------------------------------------------------------------- definitions


def _meanings(docs: list[Doc], spans: list[TokenSpans]) -> dict[str, _Meaning]:
    """Form -> what it means, for every form that a bracket of the work defines."""
    found: dict[str, _Meaning] = {}
    for doc, span in zip(docs, spans, strict=True):
        if "（" not in span.text and "(" not in span.text:
            continue
        known = {(m.start_char, m.end_char): m for m in doc._.mentions if m.concept}
        for d in definitions(span.text, span):
            meaning = _meaning(d, span.text, known)
            for part in (d.chinese, d.english, d.short):
                if part is not None:
                    found.setdefault(span.text[slice(*part)], meaning)
    return found


def _meaning(d: Definition, text: str, known: dict[tuple[int, int], MentionSpan]) -> _Meaning:
    for part in (d.chinese, d.english, d.short):
        m = known.get(part) if part is not None else None
        if m is not None:
            return _Meaning(m.name, m.kind, m.concept)
    chinese = text[slice(*d.chinese)]
    kind = chinese_kind(chinese)
    if d.english is None:
        return _Meaning(concept_name(_GAP.sub("", chinese)), kind, "")
    english = concept_name(text[slice(*d.english)])
    return _Meaning(english, kind if kind != "term" else kind_of(english), "")


def _mark_defined(
    doc: Doc, spans: TokenSpans, cover: _Cover, meanings: dict[str, _Meaning]
) -> None:
    """Mention every defined form, unless a name lies there already that is as long."""
    for form, meaning in sorted(meanings.items(), key=lambda item: (-len(item[0]), item[0])):
        guard = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])" if not _HAN.search(form) else "{}"
        for m in re.finditer(guard.format(re.escape(form)), spans.text):
            start, end = m.span()
            first, last = spans.covering(start, end)
            if not cover.free(first, last, start, end):
                continue
            found = MentionSpan(
                first, last, start, end, meaning.kind, meaning.concept, meaning.name,
                ABBREVIATION, VERSION, 0.9,
            )  # fmt: skip
            doc._.mentions.append(found)
            cover.add(found)


class _NoTerms:
    """Stands where there are no words: notes nothing."""

    version = VERSION

    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory(
    "polymath_chinese_terms",
    requires=["doc._.abbreviations"],
    assigns=["doc._.mentions"],
    default_config={"min_count": 2, "min_c_value": 2.0, "common": 6000},
)
def make(nlp: Language, name: str, min_count: int, min_c_value: float, common: int) -> Any:
    """A finder of Chinese terms; it finds none if the text is not cut into words."""
    if not isinstance(nlp.tokenizer, ChineseWords):
        return _NoTerms()
    return ChineseTerms(min_count=min_count, min_c_value=min_c_value, common=common)
