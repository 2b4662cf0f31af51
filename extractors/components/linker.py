"""``polymath_linker``: mentions that name no concept by its very spelling, linked to one or refused.

It stands after all that makes mentions and before relations, and chooses among the vocabularies
of the pipeline's ``polymath_vocabulary``. What it decided about a mention, and why, is in
``doc._.links``. A mention is linked only by a name in full; ``partial`` lets it guess by names
that share some words with it.

>>> import spacy
>>> from extractors.annotations import mention
>>> from extractors.vocabulary import Vocabulary
>>> from kg.model import Scheme
>>> nlp = spacy.blank("en")
>>> matcher = nlp.add_pipe("polymath_vocabulary")
>>> lungs = Entry(id="a:1", name="epithelium of lung", kind="anatomy")
>>> matcher.load([Vocabulary(Scheme(id="scheme:a"), (lungs,))])
>>> linker = nlp.add_pipe("polymath_linker")
>>> doc = nlp.make_doc("Pulmonary epithelia were stained.")
>>> doc._.mentions.append(mention(doc, 0, 2, method="terms", version="1"))
>>> doc = linker(doc)
>>> doc._.mentions[0].concept, doc._.links[0]["why"].split(";")[0]
('a:1', 'adjective -1.5')
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import MentionSpan, Refusal
from extractors.components.works import WorkReader
from extractors.linking.context import DocumentContext
from extractors.linking.index import NameIndex, Roots, name_index, root_key
from extractors.linking.linker import LEAST, MARGIN, ConceptLinker, Link, Similarity
from extractors.linking.scoring import IN_PART
from extractors.linking.words import words
from extractors.vocabulary import shipped_vocabularies
from extractors.vocabulary_entry import Entry
from kg.errors import PolymathError

VERSION = "1"
_TOLD = 0.25
"""Candidates less probable than this are not worth telling a curator about."""


class Linker(WorkReader):
    """Sets ``concept``, ``name`` and ``kind`` of mentions that have no concept yet.

    ``similarity`` may be set to what compares meanings, to break what else would be ties.
    """

    def __init__(self, nlp: Language, *, partial: bool, least: float, margin: float) -> None:
        if not (0 <= least <= 1 and 0 <= margin <= 1):
            raise PolymathError(
                f"polymath_linker: found least={least} and margin={margin}; "
                "both are probabilities, give numbers from 0 to 1"
            )
        self.version = VERSION
        self.similarity: Similarity | None = None
        self.partial = partial
        self.least = least
        self.margin = margin
        self._nlp = nlp
        self._linker: ConceptLinker | None = None

    def linker(self) -> ConceptLinker:
        """The linker to the vocabularies that the pipeline matches now."""
        index = self._index()
        if self._linker is None or self._linker.index is not index:
            self._linker = ConceptLinker(
                index, least=self.least, margin=self.margin,
                without=frozenset() if self.partial else IN_PART,
            )  # fmt: skip
        self._linker.similarity = self.similarity
        return self._linker

    def _index(self) -> NameIndex:
        if "polymath_vocabulary" in self._nlp.pipe_names:
            matcher: Any = self._nlp.get_pipe("polymath_vocabulary")
            index: NameIndex = matcher.index
            return index
        if self._linker is not None:
            return self._linker.index
        return name_index(shipped_vocabularies())

    def _read(self, docs: list[Doc]) -> None:
        waiting: list[tuple[Doc, MentionSpan, str]] = []
        known: list[tuple[str, str]] = []
        for doc in docs:
            text = doc.text  # which spaCy makes anew each time
            for m in doc._.mentions:
                surface = text[m.start_char : m.end_char]
                if m.concept:
                    known.append((m.concept, surface))
                else:
                    waiting.append((doc, m, surface))
        if not waiting:
            return
        linker = self.linker()
        context = replace(
            DocumentContext.of(
                (doc.text for doc in docs) if self.partial else (),
                docs[0]._.abbreviations,
                docs[0]._.disciplines,
            ),
            branches=_branches(known, linker.index),
        )
        asked = ((text, m.kind) for _, m, text in waiting)
        links = linker.link_all(asked, context)
        for doc, m, text in waiting:
            link = links.get((text, m.kind))
            if link is not None:
                _set(m, link)
                doc._.links.append(_told(m, link.entry.id, link.score, link.why()))
            elif refused := linker.doubts(text, m.kind, context, least=_TOLD):
                why = " or ".join(f"{r.entry.id} {r.name} {r.score:.2f}" for r in refused)
                doc._.links.append(_told(m, "", refused[0].score, why))
                if doc._.explain:
                    doc._.refused.append(_in_doubt(m, text, refused))


def _branches(known: Iterable[tuple[str, str]], index: NameIndex) -> dict[str, Set[Roots]]:
    """The concepts above those that the matcher found, (id, surface), by what surfaces."""
    found: dict[str, set[Roots]] = {}
    for concept, surface in dict.fromkeys(known):
        for parent in _broader(concept, index):
            found.setdefault(parent, set()).add(root_key(words(surface)))
    return dict(found)


def _broader(concept: str, index: NameIndex) -> tuple[str, ...]:
    for vocabulary in index.vocabularies:
        entry: Entry | None = vocabulary.by_id.get(concept)
        if entry is not None:
            return entry.broader
    return ()


def _set(m: MentionSpan, link: Link) -> None:
    m.concept, m.name = link.entry.id, link.entry.name
    m.score = round(m.score * link.score, 4)
    if link.entry.kind != "term":
        m.kind = link.entry.kind


def _in_doubt(m: MentionSpan, surface: str, links: Sequence[Link]) -> Refusal:
    among = ", ".join(f"{x.entry.name} ({x.entry.id}) {x.score:.2f}" for x in links)
    why = f"ambiguous: {among}" if len(links) > 1 else f"not sure enough that it is {among}"
    score = round(links[0].score, 3)
    return Refusal("link", surface, m.start_char, m.end_char, "linker", score, why)


def _told(m: MentionSpan, concept: str, score: float, why: str) -> dict[str, Any]:
    return {
        "start": m.start_char, "end": m.end_char, "concept": concept,
        "score": round(score, 4), "why": why,
    }  # fmt: skip


if not Doc.has_extension("links"):
    Doc.set_extension("links", default=[])


@Language.factory(
    "polymath_linker",
    requires=["doc._.mentions"],
    assigns=["doc._.mentions", "doc._.links"],
    default_config={"partial": False, "least": LEAST, "margin": MARGIN},
)
def make(nlp: Language, name: str, partial: bool, least: float, margin: float) -> Linker:
    """A linker to the vocabularies of the pipeline's ``polymath_vocabulary``."""
    return Linker(nlp, partial=partial, least=least, margin=margin)
