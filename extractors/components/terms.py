"""``polymath_terms``: names that no vocabulary holds.

Candidates are runs of words (:mod:`extractors.components.term_candidates`). A run is a term if its
C-value over the work is high enough (Frantzi et al. 2000, doi:10.1007/s007999900023), if an
abbreviation defines it, or if a relation is said of it. Meant to be precise: what is left out
here, a vocabulary or a trained model can add.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import log2
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import MentionSpan
from extractors.components.alignment import TokenSpans
from extractors.components.inflection import concept_name
from extractors.components.kinds import kind_of
from extractors.components.lexicon import word_list
from extractors.components.noun_phrases import METHOD as CHUNK
from extractors.components.noun_phrases import NounPhrases
from extractors.components.term_candidates import (
    Candidate,
    Candidates,
    Unit,
    shouted_tokens,
)
from extractors.components.word_classes import (  # fmt: skip
    ADJECTIVE_ENDINGS,
    ADVERB,
    AUXILIARY,
    CLOSED,
    CONJUNCTION,
    CONTENT,
    EMPTY,
    PARTICIPLE,
    PREPOSITION,
    WordClasses,
)
from extractors.components.works import WorkReader

VERSION = "1"
METHOD = "terms"
ABBREVIATION = "abbreviation"
_TECHNICAL = re.compile(
    r"[^\W\d_].*\d|\d.*[^\W\d_]|[a-z].*[A-Z]|[A-Z].*[A-Z]|[α-ωΑ-Ω]"
    r"|(?:itis|ium|ology|oma|emia|osis|pathy|scopy|metry|genesis|lysis|cyte|blast|phage|ase"
    r"|(?:ox|chlor|fluor|brom|sulf|sulph|nitr|carb|hydr|pept|am|im|nucleot|sacchar|glycer)ide"
    r"|(?:osph|ulf|ulph|nitr|arbon|acet|lact|glutam|citr|ilic|oxal|lys|pyruv|acryl)ate"
    r"|ylene|[ao]ne|cose|lose|tose|bose|ite|gen|phyll|plasty|tomy|zyme|some|mer|therm|tron"
    r"|graphy|philia|phobia|tropy|phyte|derm|karyote|soma|virus|plasm|phore|mycin|yne|yl|in|ol)$"
)
_NO_NAME = re.compile(r"^\d+[a-z]?$|^[a-z]\d?$|^\d+(?:st|nd|rd|th)$")
_NOT_TECHNICAL = word_list("not_technical")


class Terms(WorkReader):
    """Appends a mention for every use of a term that is not already a vocabulary's.

    ``min_count`` is how often a term must occur in a work, ``min_c_value`` its least C-value.
    Where a doc has trees and *chunks* is on, noun phrases of two words and more are terms, too,
    even if they occur once; ``chunk_score`` says how sure that is.
    """

    def __init__(
        self, *, min_count: int = 2, min_c_value: float = 2.0, chunks: bool = True,
        chunk_score: float = 0.5, own: Iterable[Sequence[str]] = (),
    ) -> None:  # fmt: skip
        self.version = VERSION
        self.chunks = chunks
        self.chunk_score = chunk_score
        self.min_count = min_count
        self.min_c_value = min_c_value
        self._classes = WordClasses()
        self._candidates = Candidates(self._classes, own)

    def _read(self, docs: list[Doc]) -> None:
        spans = [TokenSpans(doc) for doc in docs]
        candidates: list[Candidate] = []
        for i, doc in enumerate(docs):
            if doc.lang_ != "zh":
                candidates += self._candidates.find(i, doc, spans[i])
        defined = self._defined(docs)
        accepted = self._accept(candidates, {k for k, _ in defined.values()})
        taken = [_taken(doc, len(span.words)) for doc, span in zip(docs, spans, strict=True)]
        for i, doc in enumerate(docs):
            if defined:
                _mark_defined(doc, spans[i], taken[i], defined)
        for candidate in candidates:
            run = _best_run(candidate, accepted)
            if run is not None:
                _mark(
                    docs[candidate.doc], spans[candidate.doc], taken[candidate.doc], run, accepted
                )
        for doc, span in zip(docs, spans, strict=True):
            if self.chunks and doc.has_annotation("DEP"):
                self._mark_chunks(doc, span)

    def _mark_chunks(self, doc: Doc, spans: TokenSpans) -> None:
        """Mention the terms of noun phrases, unless they lie in, or across, another mention."""
        taken = _taken(doc, len(spans.words))
        known = {m.end: m.start for m in doc._.mentions if m.concept}
        shouted = shouted_tokens(doc, spans.words)
        phrases = NounPhrases(doc, self._classes)
        for start, end in phrases.terms():
            if start in shouted:
                continue
            inner = (m for m in (taken[start], taken[end - 1]) if m is not None)
            if any(m[0] < start or m[1] > end or m == (start, end) for m in inner):
                continue
            if end in known and not phrases.has_noun(start, known[end]):
                continue  # "human insulin" is insulin
            name = concept_name(spans.text[spans.starts[start] : spans.ends[end - 1]])
            _append(doc, spans, start, end, name, CHUNK, self.chunk_score)

    def _defined(self, docs: list[Doc]) -> dict[str, tuple[tuple[str, ...], str]]:
        """Short form -> (key, name) of the long form, for those that read like terms."""
        table: dict[str, str] = docs[0]._.abbreviations if docs else {}
        found = {}
        for short, long in table.items():
            classes = [self._classes[w] for w in re.split(r"[\s-]+", long)]
            if classes and classes[0] not in (CLOSED, AUXILIARY, PREPOSITION, CONJUNCTION, ADVERB):
                name = concept_name(long)
                found[short] = (tuple(re.split(r"[\s-]+", name.lower())), name)
        return found

    def _accept(
        self, candidates: list[Candidate], defined: set[tuple[str, ...]]
    ) -> dict[tuple[str, ...], float]:
        """Keys of the terms and how sure each is."""
        whole: Counter[tuple[str, ...]] = Counter()
        nested: Counter[tuple[str, ...]] = Counter()
        longer: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
        spoken: set[tuple[str, ...]] = set()
        shape: dict[tuple[str, ...], list[Unit]] = {}
        for c in candidates:
            n = len(c.key)
            if n > 8:
                continue
            if n <= 4:
                whole[c.key] += 1
                shape.setdefault(c.key, c.units)
                if c.spoken:
                    spoken.add(c.key)
            for length in range(1, min(n, 5)):
                for at in range(n - length + 1):
                    part = c.key[at : at + length]
                    if len(part) < n:
                        nested[part] += 1
                        longer[part].add(c.key)
        accepted: dict[tuple[str, ...], float] = {}
        for key, units in shape.items():
            if key in defined:
                accepted[key] = 0.9
                continue
            content = sum(u.kind in (CONTENT, PARTICIPLE) for u in units)
            count = whole[key] + nested[key]
            value = log2(len(key) + 1) * (
                count - (nested[key] / len(longer[key]) if longer.get(key) else 0)
            )
            if len(key) == 1:
                good = content == 1 and (
                    (
                        (whole[key] >= self.min_count or (key in spoken and _coded(key[0])))
                        and _technical(units[0].key, units[0])
                    )
                    or (whole[key] > self.min_count + 1 and key in spoken and _nounlike(key[0]))
                )
            elif content == 0:
                good = whole[key] > self.min_count and not any(u.kind == EMPTY for u in units)
            else:
                good = whole[key] >= self.min_count or (key in spoken and content > 1)
            if good and (value >= self.min_c_value or key in spoken):
                accepted[key] = round(min(0.9, 0.5 + 0.08 * log2(1 + count)), 3)
        return accepted


def _technical(key: str, unit: Unit) -> bool:
    return (
        len(key) > 2
        and "." not in key
        and key not in _NOT_TECHNICAL
        and not _NO_NAME.match(key)
        and ("-" in key or len(key) > 5 or any(c.isdigit() for c in key))
        and _TECHNICAL.search(key) is not None
        and not key.endswith(("tion", "sion", "son", "tor"))
    )


def _coded(key: str) -> bool:
    """Whether a name has letters and digits, as "COX-2" and "p53" do."""
    return any(c.isdigit() for c in key) and any(c.isalpha() for c in key)


def _nounlike(key: str) -> bool:
    return (
        len(key) > 3
        and key.isalpha()
        and key not in _NOT_TECHNICAL
        and not key.endswith(ADJECTIVE_ENDINGS)
    )


def _taken(doc: Doc, n: int) -> list[tuple[int, int] | None]:
    """For each token the span of the mention that already covers it."""
    cover: list[tuple[int, int] | None] = [None] * n
    for m in doc._.mentions:
        for t in range(m.start, m.end):
            old = cover[t]
            if old is None or old[1] - old[0] < m.end - m.start:
                cover[t] = (m.start, m.end)
    return cover


def _best_run(
    candidate: Candidate, accepted: dict[tuple[str, ...], float]
) -> tuple[list[Unit], tuple[str, ...]] | None:
    """The longest accepted part of a run; of equals the last, which holds the head."""
    n = len(candidate.key)
    for length in range(min(n, 4), 0, -1):
        for at in range(n - length, -1, -1):
            key = candidate.key[at : at + length]
            if key in accepted:
                if length == 1 and n > 1 and at != n - 1:
                    continue
                return candidate.units[at : at + length], key
    return None


def _mark(
    doc: Doc, spans: TokenSpans, taken: list[tuple[int, int] | None],
    run: tuple[list[Unit], tuple[str, ...]], accepted: dict[tuple[str, ...], float],
) -> None:  # fmt: skip
    units, key = run
    start, end = units[0].start, units[-1].end
    cover = taken[start]
    if cover is not None and cover[0] <= start and cover[1] >= end:
        return
    last = taken[end - 1]
    if (last is not None and last[1] > end) or (cover is not None and cover[0] < start):
        return  # would cut through another mention
    _append(doc, spans, start, end, concept_name(spans.text[spans.starts[start] : spans.ends[end - 1]]),
            METHOD, accepted[key])  # fmt: skip


def _append(
    doc: Doc, spans: TokenSpans, start: int, end: int, name: str, method: str, score: float
) -> None:
    last = spans.ends[end - 1]
    if name.endswith(".") and name.count(".") == 1:  # spaCy keeps "Mass." in one token
        name, last = name[:-1], last - 1
    doc._.mentions.append(
        MentionSpan(
            start, end, spans.starts[start], last, kind_of(name), "", name,
            method, VERSION, score,
        )
    )  # fmt: skip


def _mark_defined(
    doc: Doc, spans: TokenSpans, taken: list[tuple[int, int] | None],
    defined: dict[str, tuple[tuple[str, ...], str]],
) -> None:  # fmt: skip
    """Mention both forms of each abbreviation that no vocabulary has claimed."""
    forms: dict[str, str] = {}
    for short, (_, name) in defined.items():
        forms[short] = name
        if not short.endswith("s"):
            forms[short + "s"] = name
    for i, word in enumerate(spans.words):
        if word in forms and taken[i] is None:
            _append(doc, spans, i, i + 1, forms[word], ABBREVIATION, 0.9)
            taken[i] = (i, i + 1)
    low = spans.text.lower()
    for long in dict.fromkeys(name for _, name in defined.values()):
        at = low.find(long.lower())
        while at >= 0:
            end = at + len(long)
            if low.startswith("s", end) and not low[end + 1 : end + 2].isalnum():
                end += 1
            first, last = spans.covering(at, end)
            if (
                last <= len(spans.words)
                and spans.starts[first] == at
                and spans.ends[last - 1] == end
                and all(taken[t] is None or taken[t] == (first, last) for t in range(first, last))
                and taken[first] is None
            ):
                _append(doc, spans, first, last, long, ABBREVIATION, 0.9)
                for t in range(first, last):
                    taken[t] = (first, last)
            at = low.find(long.lower(), at + 1)


@Language.factory(
    "polymath_terms",
    requires=["doc._.abbreviations"],
    assigns=["doc._.mentions"],
    default_config={
        "min_count": 2, "min_c_value": 2.0, "chunks": True, "chunk_score": 0.5, "own": [],
    },
)  # fmt: skip
def make(
    nlp: Language, name: str, min_count: int, min_c_value: float, chunks: bool,
    chunk_score: float, own: list[list[str]],
) -> Any:  # fmt: skip
    """A finder of terms that no vocabulary holds; ``own`` are relation phrases of one's own."""
    return Terms(
        min_count=min_count,
        min_c_value=min_c_value,
        chunks=chunks,
        chunk_score=chunk_score,
        own=own,
    )
