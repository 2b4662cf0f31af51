"""Components that read many docs together; passages of one work, for those that must see it whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from itertools import groupby

from spacy.tokens import Doc


def works(stream: Iterable[Doc]) -> Iterator[list[Doc]]:
    """Consecutive docs of one work together; a doc of no work alone."""
    for work, docs in groupby(stream, key=lambda doc: doc._.work):
        if work:
            yield list(docs)
        else:
            for doc in docs:
                yield [doc]


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
