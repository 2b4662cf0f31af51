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

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import MentionSpan, Refusal
from extractors.components.alignment import TokenSpans
from extractors.components.heads import speakers
from extractors.components.reader_names import (
    METHOD,
    Span,
    kinds_of,
    name_of,
    no_name,
    not_named,
    spans_of,
    verb_between,
)
from extractors.components.reader_statements import nearest, sentences_of, statements_of
from extractors.components.word_classes import WordClasses
from extractors.components.works import WorkReader
from extractors.encoder.reading import Page, ReaderModel, shipped_reader
from extractors.encoder.weights import Weights

VERSION = "2"
BATCH = 60_000
"""Characters that are read at once."""


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
            sentences = [sentences_of(doc) for doc in some]
            pages += self.reader.read([doc.text for doc in some], sentences, heads=choose)
            heads = heads or tuple(h for h in self.reader.tags if any(h in p.heads for p in pages))
        left_out: list[list[Refusal] | None] = [[] if d._.explain else None for d in docs]
        spans = [
            spans_of(page, self.least, self._classes, out)
            for page, out in zip(pages, left_out, strict=True)
        ]
        kinds = kinds_of(pages, spans)
        for doc, page, found, out in zip(docs, pages, spans, left_out, strict=True):
            made = self._mentions(doc, TokenSpans(doc), found, kinds, out)
            if self.relations:
                doc._.statements.extend(
                    nearest(statements_of(doc, page, made, self._classes, self.version, out))
                )
            doc._.refused.extend(out or ())

    def _mentions(
        self,
        doc: Doc,
        tokens: TokenSpans,
        found: Sequence[Span],
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
                over = [(a, b) for a, b in starts if a < span.end and span.start < b]
                inside = [(a, b) for a, b in over if span.start <= a and b <= span.end]
                cut = [x for x in over if x not in inside]
                if cut:
                    if refused is not None:
                        why = f"cuts through the vocabulary's {tokens.text[slice(*cut[0])]!r}"
                        refused.append(not_named(doc, span.start, span.end, span.score, why))
                    continue
                if any(span.start < q.start_char < span.end for q in doc._.quantities):
                    continue  # "refractive index of 3.5" is a name and its value
                surface = tokens.text[span.start : span.end]
                name = name_of(abbreviations.get(surface, surface), span.kind)
                first, last = tokens.covering(span.start, span.end)
                last = min(last, len(tokens.words))
                why = no_name(doc, first, last, name, span.head) or (
                    verb_between(doc[first:last], inside)
                )
                if why:
                    if refused is not None:
                        refused.append(not_named(doc, span.start, span.end, span.score, why))
                    continue
                m = MentionSpan(
                    first, last, span.start, span.end, kinds.get(name, span.kind), "", name,
                    METHOD, self.version, round(span.score, 3),
                )  # fmt: skip
            doc._.mentions.append(m)
            made[span.start, span.end] = m
        return made


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


@Language.factory(
    "polymath_model",
    assigns=["doc._.mentions", "doc._.statements"],
    default_config={"least": 0.5, "relations": True, "weights": ""},
)
def make(nlp: Language, name: str, least: float, relations: bool, weights: str) -> Model:
    """The trained reader: the one that ships, or that in the folder *weights*."""
    reader = ReaderModel(Weights(Path(weights), "reader")) if weights else shipped_reader()
    return Model(reader, least=least, relations=relations)
