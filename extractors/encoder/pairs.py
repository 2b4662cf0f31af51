"""The head for pairs of spans: which relation, if any, joins them, in numpy.

All pairs of a batch are scored together. A pair is seen by its spans' first and last words,
what stands between and over it, how far apart they are, and what types they have.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

REACH = 60
"""Words between two spans that may be related."""
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def distance_class(a: tuple[int, int], b: tuple[int, int]) -> int:
    """How far apart two word spans stand, and which comes first, in 16 classes.

    >>> distance_class((0, 1), (3, 4)), distance_class((3, 4), (0, 1))
    (1, 9)
    """
    apart = b[0] - a[1] if b[0] >= a[0] else b[1] - a[0]
    size = min(7, int(math.log2(max(abs(apart), 1)) * 1.5))
    return size if apart > 0 else 8 + size


def distance_classes(i0: Ints, i1: Ints, j0: Ints, j1: Ints) -> Ints:
    """:func:`distance_class` of many pairs."""
    apart = np.where(j0 >= i0, j0 - i1, j1 - i0)
    size = np.minimum(7, (np.log2(np.maximum(np.abs(apart), 1)) * 1.5).astype(np.int64))
    return np.where(apart > 0, size, 8 + size)


def candidates(first: Ints, sentence: NDArray[Any]) -> tuple[Ints, Ints]:
    """All ordered pairs of different spans in one sentence, at most :data:`REACH` words apart.

    Args:
        first: First word of each span.
        sentence: Number of each span's sentence; equal numbers stand together.
    """
    n = len(first)
    if n < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    lower = np.searchsorted(sentence, sentence, "left")
    size = np.searchsorted(sentence, sentence, "right") - lower
    a = np.repeat(np.arange(n), size)
    b = np.arange(len(a)) - np.repeat(np.cumsum(size) - size, size) + lower[a]
    keep = (a != b) & (np.abs(first[a] - first[b]) <= REACH)
    return a[keep], b[keep]


class PairHead:
    """The trained head.

    Args:
        arrays: Its weights by name, as :mod:`extractors.training.export` writes them.
        symmetric: For a scheme, numbers of the labels that hold in both directions.
    """

    def __init__(
        self, arrays: Mapping[str, NDArray[Any]], symmetric: Mapping[str, list[int]]
    ) -> None:
        self._w = {k: v.astype(np.float32) for k, v in arrays.items()}
        self._symmetric = symmetric

    def symmetric(self, scheme: str) -> list[int]:
        """Numbers of the labels of a scheme that hold in both directions."""
        return self._symmetric.get(scheme, [])

    def _linear(self, x: Floats, name: str) -> Floats:
        out: Floats = x @ self._w[name + ".weight"].T + self._w[name + ".bias"]
        return out

    def __call__(
        self, words: Floats, first: Ints, last: Ints, types: Ints, a: Ints, b: Ints, scheme: str
    ) -> Floats:
        """Probabilities [pairs, labels] that span *a* stands in a relation to span *b*; label 0 is none.

        Args:
            words: Vectors of all words of a batch [words, 384].
            first: First word of each span.
            last: Last word of each span.
            types: Number of each span's type; 0 if not known.
            a: The first span of each pair.
            b: The second.
            scheme: Whose relations.
        """
        if not len(a):
            return np.zeros((0, len(self._w[f"scheme.{scheme}.bias"])), np.float32)
        span = self._linear(words[first], "begin") + self._linear(words[last], "end")
        sums = np.zeros((len(words) + 1, words.shape[1]), np.float32)
        np.cumsum(words, 0, out=sums[1:])
        w = self._w
        # context is linear: sums are projected once, not a pair
        sums = sums @ w["context.weight"].T
        i0, i1, j0, j1 = first[a], last[a], first[b], last[b]
        low = np.minimum(i1, j1) + 1
        gap = np.maximum(np.maximum(i0, j0) - low, 0)
        between = (sums[low + gap] - sums[low]) / np.maximum(gap, 1)[:, None] + w["context.bias"]
        start, end = np.minimum(i0, j0), np.maximum(i1, j1) + 1
        stretch = (sums[end] - sums[start]) / (end - start)[:, None] + w["context.bias"]
        x, y = span[a], span[b]
        seen = np.concatenate(
            [
                x, y, x * y, np.abs(x - y), between, stretch,
                w["distance.weight"][distance_classes(i0, i1, j0, j1)],
                w["entity_type.weight"][types[a]], w["entity_type.weight"][types[b]],
            ],
            1,
        )  # fmt: skip
        hidden = np.maximum(self._linear(np.maximum(seen, 0), "hidden"), 0)
        scores = self._linear(hidden, f"scheme.{scheme}")
        p: Floats = np.exp(scores - scores.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        both = self._symmetric.get(scheme, [])
        if both:
            n = len(first)
            order = np.argsort(a * n + b)
            back = order[np.searchsorted((a * n + b)[order], b * n + a)]
            p = p.copy()
            p[:, both] = (p[:, both] + p[back][:, both]) / 2
        return p
