"""Which pairs of two kinds are open: neither joined already nor known not to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from kg.discovery.hetnet import Hetnet, Matrix
from kg.discovery.pair_features import PairFeatures, entries
from kg.network import Bools, Floats, Ints

Pair = tuple[str, str]
AT_ONCE = 2_000_000
"""So many pairs are looked through one by one; of more, some are drawn and looked at."""


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

    def open(self, rows: Ints, columns: Ints) -> Bools:
        """Which pairs by place are candidates, shape (pairs,)."""
        out: Bools = entries(self.closed, rows, columns) == 0
        return out & self._first(rows, columns)

    def _first(self, rows: Ints, columns: Ints) -> Bools:
        """Of two pairs that say the same, which is the one in the order of the nodes."""
        f = self.features
        if not f.target.symmetric:
            return np.ones(len(rows), bool)
        subject, object_ = f.subjects[rows], f.objects[columns]
        turned: Bools = np.isin(object_, f.subjects) & np.isin(subject, f.objects)
        return (subject < object_) | ~turned

    def __len__(self) -> int:
        f = self.features
        height, width = self.closed.shape
        whole = int(height * width)
        if f.target.symmetric:
            both = len(np.intersect1d(f.subjects, f.objects))
            whole -= both * (both + 1) // 2  # one of each two pairs, and a node with itself
        taken = self.closed.tocoo()
        return whole - int(self._first(taken.row, taken.col).sum())

    def known(self) -> Ints:
        """Pairs that an edge joins by place, each once, shape (pairs, 2)."""
        joined = self.features.known().tocoo()
        pairs = np.column_stack([joined.row, joined.col]).astype(np.int64)
        return pairs[self._first(*pairs.T)]

    def reached(self) -> Ints:
        """Candidates that a path of some metapath joins by place, shape (pairs, 2)."""
        there = self.features.reached().tocoo()
        pairs = np.column_stack([there.row, there.col]).astype(np.int64)
        return pairs[self.open(*pairs.T)]

    def drawn(self, wanted: int, numbers: np.random.Generator) -> tuple[Ints, Floats]:
        """Candidates at random, half of them of those that a path joins, which may be few.

        Returns:
            Places, shape (pairs, 2), and how many candidates each of them stands for, shape (pairs,).
        """
        joined = self.reached()
        others = len(self) - len(joined)
        # What one of the two has too few of, the other gives.
        few = min(len(joined), max(wanted // 2, wanted - others))
        with_path = joined[np.sort(numbers.permutation(len(joined))[:few])]
        without = self._unreached(min(others, wanted - few), others, joined, numbers)
        parts = [(with_path, len(joined)), (without, others)]
        weights = [np.full(len(p), all_ / max(len(p), 1)) for p, all_ in parts]
        return np.concatenate([p for p, _ in parts]), np.concatenate(weights)

    def _unreached(
        self, wanted: int, others: int, joined: Ints, numbers: np.random.Generator
    ) -> Ints:
        """Candidates at random that no path joins."""
        height, width = self.closed.shape
        taken = np.sort(joined[:, 0] * width + joined[:, 1])
        found = np.empty(0, np.int64)
        while len(found) < wanted:
            if height * width <= AT_ONCE or others < 4 * wanted:
                fresh = np.arange(height * width)
            else:
                fresh = numbers.integers(height * width, size=4 * wanted)
            fresh = np.setdiff1d(fresh, taken)
            found = np.union1d(found, fresh[self.open(*np.divmod(fresh, width))])
        kept = np.sort(numbers.permutation(found)[:wanted])
        return np.column_stack(np.divmod(kept, width))
