"""How many of the shortest chains between two groups of nodes pass through each node."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from kg.network import Bools, Floats, Ints

BATCH = 64
"""So many starts are walked from at once: memory is a few arrays of shape (nodes, BATCH)."""
STARTS = 128
"""From more nodes of the smaller group than this, so many are drawn at random."""


def between(
    adjacency: sp.csr_array, starts: Bools, ends: Bools, *, most: int = STARTS, seed: int = 0
) -> Floats:
    """Betweenness of nodes between two groups (Brandes 2008, doi:10.1016/j.socnet.2007.11.001).

    All starts of a batch are walked from together, level by level, as products of sparse matrices.

    Args:
        adjacency: 1 where two nodes are joined, symmetric, shape (nodes, nodes).
        starts: Which nodes are of the one group, shape (nodes,).
        ends: Which are of the other.
        most: Chains are walked from at most so many of the smaller group, drawn with *seed* if there are more.
        seed: Of the draw.

    Returns:
        Of all pairs of a start and an end that a chain joins, what part of their shortest chains
        passes through each node on its way, shape (nodes,).

    >>> line = sp.csr_array(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], float))
    >>> between(line, np.array([True, False, False]), np.array([False, False, True])).tolist()
    [0.0, 1.0, 0.0]
    """
    # Read from the other side, the chains are the same.
    starts, ends = sorted((starts, ends), key=np.count_nonzero)
    sources = np.flatnonzero(starts)
    if len(sources) > most:
        sources = np.sort(np.random.default_rng(seed).choice(sources, most, replace=False))
    through, joined = np.zeros(adjacency.shape[0]), 0.0
    for first in range(0, len(sources), BATCH):
        part, pairs = _walked(adjacency, sources[first : first + BATCH], ends)
        through += part
        joined += pairs
    return through / joined if joined else through


def _walked(adjacency: sp.csr_array, sources: Ints, ends: Bools) -> tuple[Floats, float]:
    n, k = adjacency.shape[0], len(sources)
    chains = np.zeros((n, k))
    chains[sources, np.arange(k)] = 1.0
    levels = [chains.copy()]
    while True:
        fresh = adjacency @ levels[-1]
        fresh[chains > 0] = 0.0
        if not fresh.any():
            break
        chains += fresh
        levels.append(fresh)
    reached = (chains > 0) & ends[:, None]
    reached[sources, np.arange(k)] = False
    passed = np.zeros((n, k))
    for nearer, level in zip(levels[-2::-1], levels[:0:-1], strict=True):
        at = level > 0
        share = np.zeros((n, k))
        share[at] = (reached[at] + passed[at]) / level[at]
        passed += nearer * (adjacency @ share)
    passed[sources, np.arange(k)] = 0.0
    return passed.sum(axis=1), float(reached.sum())
