"""``polymath_model``: the mentions and statements of the trained reader.

Every text is encoded once for all heads; which heads are heard depends on the work's field
(:mod:`extractors.components.heads`). Of spans that overlap the surest stays. Where the
vocabulary knows the same span the model's mention takes its concept, as one more method
that says so; a span that cuts through a vocabulary's is dropped.

>>> import spacy
>>> nlp = spacy.blank("en")
>>> _ = nlp.add_pipe("sentencizer"); _ = nlp.add_pipe("polymath_model")
>>> doc = nlp("Patients with migraine were treated with propranolol for three months.")
>>> sorted((m.name, m.kind) for m in doc._.mentions)
[('migraine', 'disease'), ('propranolol', 'chemical')]
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import (
    MentionSpan,
    QuantitySpan,
    Refusal,
    StatementSpan,
    below,
    forbidden,
)
from extractors.annotations import label as predicate_label
from extractors.annotations import refused as not_made
from extractors.components.alignment import TokenSpans, characters
from extractors.components.heads import LOUD, Relation, kind_for, relation_table, speakers
from extractors.components.inflection import concept_name
from extractors.components.kinds import kind_of
from extractors.components.lexicon import word_list
from extractors.components.measured import fits, value_of
from extractors.components.soundness import finite_verb, said_otherwise, unsound
from extractors.components.word_classes import CONTENT, HEAD, NOMINAL, PARTICIPLE, VERB, WordClasses
from extractors.components.works import WorkReader
from extractors.encoder.reading import Page, ReaderModel, Related, shipped_reader
from extractors.encoder.weights import Weights
from kg.ontology import allows

VERSION = "1"
METHOD = "model"
BATCH = 60_000
"""Characters that are read at once."""
LONGEST = 100
"""Characters of a name; longer spans are whole clauses."""
_TOLD = 0.25
"""Spans with a smaller chance are not worth telling a curator about."""
_EDGE = re.compile(r"^(?:(?:the|a|an|our|its|their|this|these|such|new|novel|proposed)\s+)+", re.I)
_NAME = re.compile(r"[^\W\d_]{2}|[^\W\d_]\d|\d[^\W\d_]")
_NO_FINITE = ("ing", "ed")
_REMARK = re.compile(r"\s+\([^()]*\)(?=\s)")
_QUALITY_OF = {
    "thick": "thickness", "long": "length", "wide": "width", "deep": "depth", "tall": "height",
    "high": "height", "old": "age", "aged": "age", "heavy": "weight",
}  # fmt: skip
"""The quality that an adjective behind a value stands for: "80 nm thick"."""
_VERBS = frozenset(("VB", "VBD", "VBN", "VBP", "VBZ"))
_COMMON = word_list("names_nothing")
_OPEN = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class _Span:
    """A span of one head: characters, kind, the chance that it is right."""

    start: int
    end: int
    kind: str
    head: str
    score: float


class Model(WorkReader):
    """Appends what the reader finds to ``doc._.mentions`` and ``doc._.statements``.

    Args:
        reader: The trained model.
        least: Spans with a smaller chance of being right are left out.
        relations: Whether to make statements.
    """

    def __init__(self, reader: ReaderModel, *, least: float = 0.5, relations: bool = True) -> None:
        self.reader = reader
        self.version = f"{reader.version}.{VERSION}"
        self.least = least
        self.relations = relations
        self._classes = WordClasses()

    def _read(self, docs: list[Doc]) -> None:
        pages: list[Page] = []
        heads: tuple[str, ...] = ()

        def choose(fields: dict[str, float]) -> tuple[str, ...]:
            return heads or speakers(fields, docs[0]._.disciplines)

        for some in _portions(docs):  # the first portion, most of a paper, decides who speaks
            sentences = [_sentences(doc) for doc in some]
            pages += self.reader.read([doc.text for doc in some], sentences, heads=choose)
            heads = heads or tuple(h for h in self.reader.tags if any(h in p.heads for p in pages))
        left_out: list[list[Refusal] | None] = [[] if d._.explain else None for d in docs]
        spans = [self._spans(page, out) for page, out in zip(pages, left_out, strict=True)]
        kinds = _kinds(pages, spans)
        for doc, page, found, out in zip(docs, pages, spans, left_out, strict=True):
            made = self._mentions(doc, TokenSpans(doc), found, kinds, out)
            if self.relations:
                doc._.statements.extend(nearest(self._statements(doc, page, made, out)))
            doc._.refused.extend(out or ())

    def _spans(self, page: Page, refused: list[Refusal] | None = None) -> list[_Span]:
        """The spans of the heads that were heard, the surest where they overlap.

        What is left out goes to *refused*, if that is given.
        """
        found = []
        for head, spans in page.heads.items():
            for start, end, label, score in spans:
                if score < self.least and (refused is None or score < _TOLD):
                    continue
                start, end = _trimmed(page.text, start, end)
                surface = page.text[start:end]
                if not (1 < len(surface) <= LONGEST) or not _NAME.search(surface):
                    continue
                kind = kind_for(
                    head, label, concept_name(surface), _as_within(page.text, start, surface)
                )
                name = _name(surface, kind)
                if not kind:
                    continue
                if score >= self.least and self._names_something(name):
                    found.append(_Span(start, end, kind, head, score))
                elif refused is not None and (score < self.least or " " in name):
                    why = (
                        below(score, self.least)
                        if score < self.least
                        else "names nothing by itself"
                    )
                    why = f"{why} ({kind}, says {head})"
                    refused.append(_not_named(page, start, end, score, why))
        found.sort(key=lambda s: (-s.score * (s.end - s.start) ** 0.25, s.start, s.end, s.head))
        kept: list[_Span] = []
        for span in found:
            over = [k for k in kept if span.start < k.end and k.start < span.end]
            if not over:
                kept.append(span)
            elif refused is not None and (span.start, span.end) != (over[0].start, over[0].end):
                best = over[0]
                surer = f"{page.text[best.start : best.end]!r}, {best.kind} {best.score:.2f}"
                why = f"a surer reading of the same words: {surer}"
                refused.append(_not_named(page, span.start, span.end, span.score, why))
        return sorted(kept, key=lambda s: s.start)

    def _names_something(self, name: str) -> bool:
        """Whether a name has a word of its own, as "the present study" has not, and no finite verb."""
        words = re.split(r"[\s-]+", name)
        classes = [self._classes[w] for w in words]
        if any(
            c == VERB and not w.endswith(_NO_FINITE) for w, c in zip(words, classes, strict=True)
        ):
            return False  # "inhibits photosynthesis" says something of what it names
        own = sum(c in (CONTENT, PARTICIPLE, VERB) for c in classes)
        return own > 0 or sum(c == HEAD for c in classes) > 1

    def _mentions(
        self,
        doc: Doc,
        tokens: TokenSpans,
        found: Sequence[_Span],
        kinds: dict[str, str],
        refused: list[Refusal] | None = None,
    ) -> dict[tuple[int, int], MentionSpan]:
        """The mentions of a doc by their characters, appended to it."""
        exact = {(m.start_char, m.end_char): m for m in doc._.mentions}
        starts = sorted((m.start_char, m.end_char) for m in doc._.mentions if m.concept)
        abbreviations: dict[str, str] = doc._.abbreviations
        made = {}
        for span in found:
            known = exact.get((span.start, span.end))
            if known is not None:
                m = replace(known, method=METHOD, version=self.version, score=round(span.score, 3))
            else:
                cut = [
                    (a, b)
                    for a, b in starts
                    if a < span.end and span.start < b and not (span.start <= a and b <= span.end)
                ]
                if cut:
                    if refused is not None:
                        why = f"cuts through the vocabulary's {tokens.text[slice(*cut[0])]!r}"
                        refused.append(_not_named(doc, span.start, span.end, span.score, why))
                    continue
                if any(span.start < q.start_char < span.end for q in doc._.quantities):
                    continue  # "refractive index of 3.5" is a name and its value
                surface = tokens.text[span.start : span.end]
                name = _name(abbreviations.get(surface, surface), span.kind)
                first, last = tokens.covering(span.start, span.end)
                why = _no_name(doc, first, min(last, len(tokens.words)), name, span.head)
                if why:
                    if refused is not None:
                        refused.append(_not_named(doc, span.start, span.end, span.score, why))
                    continue
                m = MentionSpan(
                    first, min(last, len(tokens.words)), span.start, span.end, kinds.get(name, span.kind), "", name,
                    METHOD, self.version, round(span.score, 3),
                )  # fmt: skip
            doc._.mentions.append(m)
            made[span.start, span.end] = m
        return made

    def _statements(
        self,
        doc: Doc,
        page: Page,
        made: dict[tuple[int, int], MentionSpan],
        refused: list[Refusal] | None = None,
    ) -> Iterator[StatementSpan]:
        table = relation_table()
        bounds = _sentences(doc)
        for scheme, related in page.related.items():
            values = _values(related)
            for x, y, label, p in related:
                says = table.get((scheme, label))
                if says is None or p < says.least:
                    if says is not None and refused is not None:
                        why = f"{below(p, says.least)} ({label}, says {scheme})"
                        refused.append(_not_stated(page, x, y, says, p, why))
                    continue
                a = made.get(_trimmed(page.text, *x))
                b = made.get(_trimmed(page.text, *y))
                if a is None or b is None or a.name == b.name:
                    if refused is not None:
                        why = (
                            "one of the two names was left out" if not (a and b) else "both are one"
                        )
                        refused.append(_not_stated(page, x, y, says, p, why))
                    continue
                subject, object_ = (b, a) if says.reverse else (a, b)
                low, high = min(a.start_char, b.start_char), max(a.end_char, b.end_char)
                sentence = next(((s, e) for s, e in bounds if s <= low and high <= e), None)
                if sentence is None:
                    continue
                text = page.text[sentence[0] : sentence[1]]
                begin = sentence[0] + len(text) - len(text.lstrip())
                end = sentence[0] + len(text.rstrip())
                qualifiers: dict[str, str] = {}
                if scheme == "measeval":
                    told = [
                        q
                        for at in values.get(y) or values.get(x) or ()
                        for q in doc._.quantities
                        if q.start_char < at[1] and at[0] < q.end_char
                    ]
                    fitting = [q for q in told if fits(object_.name, q)]
                    if told and not fitting:
                        if refused is not None:
                            why = f"{object_.name!r} cannot have the value {_text(doc, told[0])!r}"
                            refused.append(_not_stated(page, x, y, says, p, why))
                        continue
                    if fitting:
                        qualifiers = value_of(fitting[0])
                between = (min(a.end_char, b.end_char), max(a.start_char, b.start_char))
                s = StatementSpan(
                    subject, says.predicate, object_, begin, end, *between,
                    METHOD, self.version, "model", round(p, 3), qualifiers,
                )  # fmt: skip
                why = (
                    unsound(s, doc, self._classes) or said_otherwise(s, doc) or _of_another(s, doc)
                )
                if why:
                    if refused is not None:
                        refused.append(not_made(s, why))
                    continue
                if not allows(s.predicate, subject.kind, object_.kind):
                    doc._.refused.append(forbidden(s))
                    continue
                yield s


def _no_name(doc: Doc, start: int, end: int, name: str, head: str) -> str:
    """Why the tokens of a span name no concept; "" if they do.

    Heads of few labels mark all that is done, had or used, single verbs and common nouns, too.
    What they mark alone has to be a noun with a meaning of its own.
    """
    if finite_verb(doc, start, end):
        return "a sentence about what it names, with its verb"
    if head not in LOUD:
        return ""
    last = doc[end - 1]
    plain = last.text.isalpha() and last.text.islower() and last.text.isascii()
    if end - start == 1 and plain:
        if last.tag_ and last.tag_ not in NOMINAL and name == concept_name(last.text):
            return "a word that is no noun here"
        if name in _COMMON:
            return "a common noun, alone"
    elif plain and last.tag_ in _VERBS:
        return "it ends in a verb"
    return ""


def _as_within(text: str, start: int, surface: str) -> str:
    """A surface as it would be written within a sentence, if it begins one."""
    before = text[max(0, start - 4) : start].rstrip()[-1:]
    return surface if before and before not in ".!?:" else surface[:1].lower() + surface[1:]


def _name(surface: str, kind: str) -> str:
    """The name of a surface: without a remark in brackets, and a quality as a noun.

    >>> _name("incremental (Algorithm 2) algorithms", "method"), _name("thick", "property")
    ('incremental algorithm', 'thickness')
    """
    if kind == "property" and surface.lower() in _QUALITY_OF:
        return _QUALITY_OF[surface.lower()]
    return concept_name(_REMARK.sub("", surface))


def nearest(found: Iterable[StatementSpan]) -> list[StatementSpan]:
    """Of statements that give one thing two values of one quality, that with the nearest names.

    "Steel has a strength of 500 MPa, and iron a strength of 300 MPa": the second is not steel's.
    """
    kept: dict[tuple[str, ...], StatementSpan] = {}
    for i, s in enumerate(found):
        key: tuple[str, ...] = (s.subject.name, s.predicate, s.object.name, str(s.start_char))
        if not s.qualifiers:
            key = (*key, str(i))
        other = kept.get(key)
        if other is None or _apart(s) < _apart(other):
            kept[key] = s
    return list(kept.values())


def _of_another(s: StatementSpan, doc: Doc) -> str:
    """Why a quality is not the subject's: "80 nm thick electrodes" says it of the electrodes."""
    at = s.object.end
    if doc[s.object.start].lower_ not in _QUALITY_OF or at - s.object.start > 1 or at >= len(doc):
        return ""
    if not doc[at].tag_.startswith(("NN", "JJ")) or s.subject.start in (at, at + 1):
        return ""
    return f"{s.object.name!r} is of {doc[at].text!r}, which follows it"


def _apart(s: StatementSpan) -> int:
    one, other = s.subject, s.object
    return max(one.start_char, other.start_char) - min(one.end_char, other.end_char)


def _values(related: Sequence[Related]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """The places of the values that each quality or thing has, the likeliest first."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for x, y, label, _ in sorted(related, key=lambda r: -r[3]):
        if label == "HasQuantity":
            found.setdefault(x, []).append(y)
    return found


def _text(doc: Doc, q: QuantitySpan) -> str:
    return characters(doc, q.start_char, q.end_char)


def _not_named(page: Page | Doc, start: int, end: int, score: float, why: str) -> Refusal:
    text = page.text[start:end]
    return Refusal("mention", text, start, end, METHOD, round(score, 3), why)


def _not_stated(
    page: Page, x: tuple[int, int], y: tuple[int, int], says: Relation, score: float, why: str
) -> Refusal:
    one, two = (y, x) if says.reverse else (x, y)
    text = f"{page.text[slice(*one)]} {predicate_label(says.predicate)} {page.text[slice(*two)]}"
    start, end = min(x[0], y[0]), max(x[1], y[1])
    return Refusal("statement", text, start, end, METHOD, round(score, 3), why)


def _portions(docs: Sequence[Doc]) -> Iterator[list[Doc]]:
    some: list[Doc] = []
    size = 0
    for doc in docs:
        if some and size + len(doc.text) > BATCH:
            yield some
            some, size = [], 0
        some.append(doc)
        size += len(doc.text)
    if some:
        yield some


def _sentences(doc: Doc) -> list[tuple[int, int]]:
    if doc.has_annotation("SENT_START"):
        return [(s.start_char, s.end_char) for s in doc.sents]
    return [(0, len(doc.text))]


def _kinds(pages: Sequence[Page], spans: Sequence[Sequence[_Span]]) -> dict[str, str]:
    """One kind for each name of a work: what the name tells, else what most of its uses are."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for page, found in zip(pages, spans, strict=True):
        for s in found:
            votes[_name(page.text[s.start : s.end], s.kind)][s.kind] += s.score  # type: ignore[assignment]
    kinds = {}
    for name, counted in votes.items():
        told = kind_of(name)
        kinds[name] = told if told != "term" else max(counted, key=lambda k: (counted[k], k))
    return kinds


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without articles, a sentence's full stop, and brackets that close what lies outside."""
    while end > start and (
        text[end - 1] in " .,;:'\""
        or (text[end - 1] in _OPEN and _OPEN[text[end - 1]] not in text[start:end])
    ):
        if text[end - 1] == "." and text[start:end].count(".") > 1:
            break
        end -= 1
    while start < end and (
        text[start] in " ,;:'\""
        or (text[start] in "([" and {"(": ")", "[": "]"}[text[start]] not in text[start:end])
    ):
        start += 1
    article = _EDGE.match(text[start:end])
    if article is not None and article.end() < end - start:
        start += article.end()
    return start, end


@Language.factory(
    "polymath_model",
    assigns=["doc._.mentions", "doc._.statements"],
    default_config={"least": 0.5, "relations": True, "weights": ""},
)
def make(nlp: Language, name: str, least: float, relations: bool, weights: str) -> Model:
    """The trained reader: the one that ships, or that in the folder *weights*."""
    reader = ReaderModel(Weights(Path(weights), "reader")) if weights else shipped_reader()
    return Model(reader, least=least, relations=relations)
