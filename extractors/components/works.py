"""Components that read many docs together; passages of one work, for those that must see it whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from spacy.tokens import Doc

LONGEST = 1_000_000
"""Characters of a work that are held at once: some 150,000 words, more than a thesis. A longer one is
read part by part, so that memory does not grow with it; terms and abbreviations are its parts'."""


def works(stream: Iterable[Doc]) -> Iterator[list[Doc]]:
    """Consecutive docs of one work together, or of one part of a long work; a doc of no work alone.

    A part is given as soon as it is long enough, before the doc after it is asked for: that would
    have all components before this one read, and hold, the next part.
    """
    part: list[Doc] = []
    size = 0
    for doc in stream:
        if part and doc._.work != part[0]._.work:
            yield part
            part, size = [], 0
        part.append(doc)
        size += len(doc.text)
        if not doc._.work or size >= LONGEST:
            yield part
            part, size = [], 0
    if part:
        yield part


class DocsReader(ABC):
    """A component that notes what docs say, several at once."""

    def __call__(self, doc: Doc) -> Doc:
        """Read *doc* alone, as if it were a whole work; it comes back."""
        self._read([doc])
        return doc

    @abstractmethod
    def _read(self, docs: list[Doc]) -> None:
        """Note what the docs say, on the docs."""


class WorkReader(DocsReader):
    """A component that counts, or decides, over all passages of a work."""

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """The docs of *stream*; consecutive docs of one work are read together."""
        for docs in works(stream):
            self._read(docs)
            yield from docs
