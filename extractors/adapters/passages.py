"""Docs in batches, and a doc in pieces that a model can take, cut between sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import ClassVar

from spacy.tokens import Doc

from extractors.components.works import DocsReader


class BatchReader(DocsReader):
    """A component that gives a model at most :attr:`at_once` docs."""

    at_once: ClassVar[int]

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """The docs of *stream*, read in batches."""
        for docs in batches(stream, min(batch_size, self.at_once)):
            self._read(docs)
            yield from docs


def batches(stream: Iterable[Doc], size: int) -> Iterator[list[Doc]]:
    """The docs of *stream*, at most *size* at a time."""
    docs = iter(stream)
    while batch := list(islice(docs, size)):
        yield batch


def pieces(doc: Doc, max_tokens: int, max_chars: int) -> Iterator[tuple[int, int]]:
    """Characters ``start:end`` of pieces of at most so many tokens and characters.

    Whole sentences go together as long as they fit; a longer sentence is cut between tokens,
    and a token of more than *max_chars* (no word of any language) is passed over.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("polymath_sentences")
    >>> doc = nlp("Iron rusts. Gold does not. Why?")
    >>> [doc.text[a:b] for a, b in pieces(doc, 8, 1000)]
    ['Iron rusts. Gold does not.', 'Why?']
    """
    runs: list[tuple[int, int]] = []
    for first, last in _sentences(doc):
        at = first
        while at < last:
            stop = at
            limit = doc[at].idx + max_chars
            while stop < last and stop - at < max_tokens and _end(doc, stop) <= limit:
                stop += 1
            if stop > at:
                runs.append((at, stop))
            at = max(stop, at + 1)
    held: tuple[int, int] | None = None
    for run in runs:
        if held is not None and held[1] == run[0] and run[1] - held[0] <= max_tokens \
                and _end(doc, run[1] - 1) - doc[held[0]].idx <= max_chars:  # fmt: skip
            held = (held[0], run[1])
            continue
        if held is not None:
            yield doc[held[0]].idx, _end(doc, held[1] - 1)
        held = run
    if held is not None:
        yield doc[held[0]].idx, _end(doc, held[1] - 1)


def _end(doc: Doc, token: int) -> int:
    return doc[token].idx + len(doc[token])


def _sentences(doc: Doc) -> Iterator[tuple[int, int]]:
    if doc.has_annotation("SENT_START"):
        for sent in doc.sents:
            yield sent.start, sent.end
    elif len(doc):
        yield 0, len(doc)
