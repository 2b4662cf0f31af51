"""What a document says that settles what its mentions name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from extractors.linking.index import Roots
from extractors.linking.words import pieces, words


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """What a document says that settles what its mentions name.

    ``branches`` holds, by each concept right above one that the document names beyond doubt, the
    names by which it does.

    >>> c = DocumentContext.of(["Embryonic stem cells (ESCs)"], {"ESCs": "embryonic stem cells"})
    >>> c.abbreviations["ESC"], c.roots["stem"]
    ('embryonic stem cells', 1)
    """

    abbreviations: Mapping[str, str] = field(default_factory=dict)
    disciplines: frozenset[str] = frozenset()
    roots: Mapping[str, int] = field(default_factory=dict)
    branches: Mapping[str, Set[Roots]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        texts: Iterable[str],
        abbreviations: Mapping[str, str] | None = None,
        disciplines: Iterable[str] = (),
    ) -> DocumentContext:
        """The context that *texts*, the passages of one work, give, before anything is linked."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(pieces(text))
        roots: dict[str, int] = {}
        for piece, times in counts.items():
            for word in words(piece):
                roots[word.root] = roots.get(word.root, 0) + times
        shorts = dict(abbreviations or {})
        for short, long in tuple(shorts.items()):
            if short.endswith("s") and short[:-1].isupper():
                shorts.setdefault(short[:-1], long)
        return cls(shorts, frozenset(d.lower() for d in disciplines), roots)


NO_CONTEXT = DocumentContext()
