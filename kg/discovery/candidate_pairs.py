"""Which pairs of two kinds are open: neither joined already nor known not to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from kg.discovery.hetnet import Hetnet, Matrix
from kg.discovery.pair_features import PairFeatures
from kg.network import Bools, Ints

Pair = tuple[str, str]
AT_ONCE = 2_000_000
"""Pairs that are looked through at a time."""


def places(net: Hetnet, kind: str, wanted: Collection[str] | None) -> Ints:
    """Places of these nodes among those of their kind, of all where None.

    Raises:
        RecordError: If one of them is not in the network.
    """
    here = net.nodes(kind)
    if wanted is None:
        return np.arange(here.stop - here.start)
    return np.array(sorted({net.number(kind, i) for i in wanted}), np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class CandidatePairs:
    """Pairs of the subjects and objects of some features, of which some are closed.

    Attributes:
        features: What is known of them.
        closed: Not 0 where a pair is known, left out, or a node with itself, shape (n, m).
    """

    features: PairFeatures
    closed: Matrix

    @staticmethod
    def of(features: PairFeatures, leave_out: Iterable[Pair]) -> CandidatePairs:
        """All pairs but those that are known and those to be left out, by id."""
        net, target = features.net, features.target
        subjects = net.ids[net.nodes(target.subject)][features.subjects]
        objects = net.ids[net.nodes(target.object)][features.objects]
        row = {i: n for n, i in enumerate(subjects)}
        column = {i: n for n, i in enumerate(objects)}
        told = list(leave_out)
        if target.symmetric:
            told += [(b, a) for a, b in told]
        if target.subject == target.object:
            told += [(i, i) for i in row]
        pairs = [(row[a], column[b]) for a, b in told if a in row and b in column]
        rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
        shape = (len(subjects), len(objects))
        closed = features.known() + Matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
        return CandidatePairs(features, closed.tocsr())

    def open(self, rows: slice) -> Bools:
        """Which pairs of some subjects are candidates, shape (subjects, objects)."""
        out: Bools = self.closed[rows].toarray() == 0
        if self.features.target.symmetric:
            # Of two pairs that say the same, the one in the order of the nodes.
            out &= self.features.subjects[rows][:, None] < self.features.objects[None, :]
        return out

    def known(self) -> Ints:
        """Pairs that an edge joins by place, each once, shape (pairs, 2)."""
        joined = self.features.known().tocoo()
        pairs = np.column_stack([joined.row, joined.col]).astype(np.int64)
        if not self.features.target.symmetric:
            return pairs
        f = self.features
        return pairs[f.subjects[pairs[:, 0]] < f.objects[pairs[:, 1]]]

    def drawn(self, wanted: int, numbers: np.random.Generator) -> tuple[Ints, float]:
        """Candidates at random by place, shape (pairs, 2), and the share of all that they are."""
        height, width = self.closed.shape
        # Half as many again as are wanted, so that enough are open.
        chance = min(1.0, 1.5 * wanted / max(height * width, 1))
        found = [np.empty((0, 2), np.int64)]
        for rows in self._slices():
            picked = self.open(rows)
            if chance < 1:
                picked &= numbers.random(picked.shape) < chance
            row, column = np.nonzero(picked)
            found.append(np.column_stack([row + rows.start, column]))
        pairs = np.concatenate(found)
        kept = pairs[numbers.permutation(len(pairs))[:wanted]]
        return kept, chance * len(kept) / max(len(pairs), 1)

    def _slices(self) -> Iterator[slice]:
        height, width = self.closed.shape
        step = max(1, AT_ONCE // max(width, 1))
        for start in range(0, height, step):
            yield slice(start, min(start + step, height))
