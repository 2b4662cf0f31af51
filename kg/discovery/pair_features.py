"""What is known of pairs of nodes besides whether an edge joins them: path counts and degrees.

What an edge tells of its own pair must not be among it, or a model that is trained on known pairs
learns to see what is known. So each pair is described as if the edge between its two nodes were
not there, exactly and without building another network: a path of two steps or more meets no node twice, so
it never passes the edge between its ends; what the edge changes is the degree of the first node along a
first step of the same metaedge, and of the last node along a last one. Both are factors of the count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from kg.discovery.hetnet import Hetnet, Matrix, Metaedge
from kg.discovery.metapaths import DAMPING, Metapath, dwpc
from kg.network import Floats, Ints

BLOCK = 4_000_000
"""Pairs that are looked at together."""
HELD = 30_000_000
"""Path counts that are kept at hand, at 12 bytes each; what is beyond is counted again when asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class PairFeatures:
    """Path counts and degrees of all pairs of some nodes, each as if its own edge were not there.

    Args:
        net: The network.
        target: The metaedge that is to be told from the others.
        metapaths: From its subject's kind to its object's, of two steps or more.
        subjects: Places of the first nodes among those of their kind, shape (n,).
        objects: Places of the last nodes, shape (m,).
        damping: As in :func:`kg.discovery.metapaths.dwpc`.
    """

    net: Hetnet
    target: Metaedge
    metapaths: tuple[Metapath, ...]
    subjects: Ints
    objects: Ints
    damping: float = DAMPING
    _held: dict[int, list[Matrix]] = field(default_factory=dict, repr=False)

    def blocks(self) -> Iterator[tuple[slice, list[Matrix]]]:
        """Some subjects after others, with a matrix a metapath, shape (subjects, objects)."""
        height = max(1, BLOCK // max(len(self.objects), 1))
        starts = range(0, len(self.subjects), height)
        for start in starts:
            rows = slice(start, min(start + height, len(self.subjects)))
            counts = self._held.get(start)
            if counts is None:
                counts = self._counted(rows)
                at_hand = sum(m.nnz for held in (*self._held.values(), counts) for m in held)
                if at_hand <= HELD:
                    self._held[start] = counts
            yield rows, counts

    def _counted(self, rows: slice) -> list[Matrix]:
        joined = self.known()[rows].tocoo()
        degrees = self.subject_degree[rows][joined.row], self.object_degree[joined.col]
        first, last = (
            Matrix(
                ((d / np.maximum(d - 1, 1)) ** self.damping - 1, (joined.row, joined.col)),
                shape=joined.shape,
            )
            for d in degrees
        )
        out = []
        for path in self.metapaths:
            counts = dwpc(
                self.net,
                path,
                damping=self.damping,
                rows=self.subjects[rows],
                columns=self.objects,
            )
            if self._counts_own_edge(path, 0):
                counts = (counts + counts * first).tocsr()
            if self._counts_own_edge(path, -1):
                counts = (counts + counts * last).tocsr()
            out.append(counts)
        return out

    def _counts_own_edge(self, path: Metapath, at: int) -> bool:
        """Whether the edge of a pair is in the degree that its first (0) or last (−1) step goes by."""
        step = path.steps[at]
        return step.metaedge == self.target and (self.target.symmetric or not step.backward)

    def known(self) -> Matrix:
        """Which pairs an edge joins, shape (n, m)."""
        return self.net.matrix(self.target)[self.subjects][:, self.objects].tocsr()

    @property
    def subject_degree(self) -> Floats:
        """Edges of the target at each subject, their own pair's among them, shape (n,)."""
        return np.asarray(self.net.matrix(self.target).sum(axis=1))[self.subjects]

    @property
    def object_degree(self) -> Floats:
        """Edges of the target at each object, shape (m,)."""
        return np.asarray(self.net.matrix(self.target).sum(axis=0))[self.objects]

    def of(self, rows: Ints, columns: Ints) -> Floats:
        """Path counts of some pairs, shape (pairs, metapaths)."""
        out = np.zeros((len(rows), len(self.metapaths)))
        for block, counts in self.blocks():
            here = np.flatnonzero((rows >= block.start) & (rows < block.stop))
            for n, matrix in enumerate(counts):
                out[here, n] = entries(matrix, rows[here] - block.start, columns[here])
        return out

    def reached(self) -> Matrix:
        """Which pairs have a path at all, not 0 there, shape (n, m)."""
        empty = Matrix((0, len(self.objects)))
        parts = [empty]
        for rows, counts in self.blocks():
            none = Matrix((rows.stop - rows.start, len(self.objects)))
            parts.append(sum(counts, start=none))  # counts are not below 0, so none cancels another
        return sparse.vstack(parts, format="csr")

    def degrees(self, rows: Ints, columns: Ints) -> Floats:
        """Degrees of the ends of some pairs without the edge between them, shape (pairs, 2)."""
        own = entries(self.known(), rows, columns)
        return np.column_stack([self.subject_degree[rows] - own, self.object_degree[columns] - own])

    def with_metapaths(self, kept: Sequence[int]) -> PairFeatures:
        """The same for some of the metapaths, by number."""
        held = {start: [counts[n] for n in kept] for start, counts in self._held.items()}
        return PairFeatures(
            self.net,
            self.target,
            tuple(self.metapaths[n] for n in kept),
            self.subjects,
            self.objects,
            self.damping,
            held,
        )


def entries(matrix: Matrix, rows: Ints, columns: Ints) -> Floats:
    """What a matrix holds for some pairs, shape (pairs,)."""
    if not len(rows):
        return np.zeros(0)
    return np.asarray(matrix[rows, columns]).ravel()
