"""Curated sentences as a spaCy ``DocBin``, to train on and to judge with: out and back.

Each document is the passage of one piece of evidence. ``doc.spans["sc"]`` holds both ends with their
kinds (what ``spancat`` trains on), ``doc.spans["subject"]`` and ``doc.spans["object"]`` tell which is
which, ``doc.cats`` says whether the statement was accepted (what ``textcat`` trains on), and
``doc.user_data["polymath"]`` the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from kg.curation.examples import Answer, Example, Verdict, as_meant, whole
from kg.curation.formats.tokens import tokens
from kg.errors import RecordError

KEY = "polymath"
_ENDS = ("subject", "object")


def document(example: Example, vocab: Vocab) -> Doc:
    """One example as a document whose text is its passage, to the letter."""
    cuts = {at for span in (example.subject, example.object, example.quote) for at in span}
    words: list[str] = []
    spaces: list[bool] = []
    last = 0
    for start, end in [*tokens(example.text, cuts), (len(example.text), len(example.text))]:
        gap = example.text[last:start]
        # One space belongs to the word before it; any other white space is a token.
        if gap.startswith(" ") and words:
            spaces[-1], gap = True, gap[1:]
        for piece in ([gap] if gap else []) + ([example.text[start:end]] if end > start else []):
            words.append(piece)
            spaces.append(False)
        last = end
    doc = Doc(vocab, words=words, spaces=spaces)
    ends = {
        "subject": (example.subject, example.subject_kind),
        "object": (example.object, example.object_kind),
    }
    for name, (place, kind) in ends.items():
        doc.spans[name] = [_span(doc, place, kind)]
    doc.spans["quote"] = [_span(doc, example.quote, "quote")]
    doc.spans["sc"] = [doc.spans[name][0] for name in _ENDS]
    if example.verdict in ("accept", "reject"):
        accepted = float(example.verdict == "accept")
        doc.cats = {"accept": accepted, "reject": 1.0 - accepted}
    doc.user_data[KEY] = {
        "evidence": example.id,
        "statement": example.statement,
        "predicate": example.predicate,
        "subject": example.subject_id,
        "object": example.object_id,
        "assertion": example.assertion,
        "belief": example.belief,
        "verdict": example.verdict,
        "by": example.by,
        "at": example.at,
    }
    return doc


def _span(doc: Doc, place: tuple[int, int], label: str) -> Span:
    span = doc.char_span(*place, label=label)
    if span is None:
        raise RecordError(
            f"The span {place} of {doc.text[:40]!r} is empty or not in the text; correct it first."
        )
    return span


def write(examples: Iterable[Example], path: Path, *, language: str = "xx") -> int:
    """Write documents to a ``.spacy`` file. Returns how many.

    Args:
        examples: :meth:`kg.curation.Curation.examples`.
        path: The file.
        language: Whose vocabulary to make them with; ``xx`` is any language's.
    """
    nlp = spacy.blank(language)
    docs = [document(e, nlp.vocab) for e in examples]
    DocBin(docs=docs, store_user_data=True).to_disk(path)
    return len(docs)


def read(path: Path, *, language: str = "xx") -> Iterator[Answer]:
    """What documents of :func:`write` say now.

    Raises:
        RecordError: If a document is none of ours.
    """
    nlp = spacy.blank(language)
    for n, doc in enumerate(DocBin(store_user_data=True).from_disk(path).get_docs(nlp.vocab), 1):
        said: dict[str, Any] = doc.user_data.get(KEY) or {}
        evidence, statement = whole(said, f"{path.name}, document {n}")
        verdict: Verdict = said.get("verdict", "")
        if doc.cats and verdict != "skip":
            verdict = "accept" if doc.cats.get("accept", 0.0) >= 0.5 else "reject"
        places = [
            (doc.spans[name][0].start_char, doc.spans[name][0].end_char)
            if name in doc.spans and len(doc.spans[name]) == 1
            else None
            for name in _ENDS
        ]
        yield as_meant(
            Answer(
                evidence=evidence,
                statement=statement,
                verdict=verdict,
                predicate=said.get("predicate", ""),
                assertion=said.get("assertion", ""),
                subject=places[0],
                object=places[1],
                by=said.get("by", ""),
                at=said.get("at", ""),
            )
        )
