"""Communities of a weighted graph by modularity, in array operations, seeded.

The Louvain method (Blondel et al. 2008, doi:10.1088/1742-5468/2008/10/P10008): nodes move to
the community that raises modularity most, communities become nodes, and so on. Instead of
one node after the other, a random half of those whose surroundings changed moves at once,
and of two nodes that are alone only one moves to the other (Lu, Halappanavar &
Kalyanaraman 2015, doi:10.1016/j.parco.2015.03.003). What does not hang together is parted
at the end, which the method alone does not promise (Traag, Waltman & van Eck 2019,
doi:10.1038/s41598-019-41695-z).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.network import Bools, Floats, Ints

ROUNDS = 60
"""At most so many rounds of moves at one level."""
SWEEPS = 3
"""Single nodes move again, at most so often in all, after communities have moved."""
GAIN = 1e-4
"""… as long as modularity grows by more than this."""
SETTLED = 0.001
"""A level is done when no more than this share of its nodes moved in a round."""


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """A weighted undirected graph: each edge once from either end; a loop once."""

    tails: Ints
    heads: Ints
    weights: Floats
    n: int

    def gathered(self, groups: Ints, n: int) -> Arcs:
        """The graph of groups of nodes, the weights between two groups added up."""
        key, at = np.unique(groups[self.tails] * n + groups[self.heads], return_inverse=True)
        weights: Floats = np.bincount(at, self.weights, len(key)).astype(np.float64)
        return Arcs(key // n, key % n, weights, n)


def louvain(arcs: Arcs, *, seed: int = 0, resolution: float = 1.0) -> Ints:
    """A community for each node, numbered from the largest on, shape (n,).

    Args:
        arcs: The graph; weights above zero.
        seed: Equal graph and seed give equal communities.
        resolution: Above 1 for smaller communities (Reichardt & Bornholdt 2006,
            doi:10.1103/PhysRevE.74.016110).

    >>> pairs = np.array([[0, 1], [1, 2], [2, 0], [3, 4], [4, 5], [5, 3], [2, 3]])
    >>> both = np.concatenate([pairs, pairs[:, ::-1]])
    >>> louvain(Arcs(both[:, 0], both[:, 1], np.ones(14), 6)).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    rng = np.random.default_rng(seed)
    labels, best = np.arange(arcs.n), -np.inf
    for _ in range(SWEEPS):
        found = _coarsened(arcs, _moved(arcs, labels, rng, resolution), rng, resolution)
        gained = modularity(arcs, found, resolution)
        if gained <= best + GAIN:
            break
        labels, best = found, gained
    return _by_size(_connected(arcs, labels))


def coarser(arcs: Arcs, labels: Ints, *, seed: int = 0, resolution: float) -> Ints:
    """Communities of communities: those of *labels* taken together at a lower resolution."""
    labels, n = _numbered(labels)
    return _by_size(louvain(arcs.gathered(labels, n), seed=seed, resolution=resolution)[labels])


def _by_size(labels: Ints) -> Ints:
    """Labels numbered from the largest on; of equal ones that of the first node comes first."""
    labels, n = _numbered(labels)
    size, first = np.bincount(labels, minlength=n), np.full(n, len(labels))
    np.minimum.at(first, labels, np.arange(len(labels)))
    place = np.empty(n, np.int64)
    place[np.lexsort((first, -size))] = np.arange(n)
    return place[labels]


def modularity(arcs: Arcs, labels: Ints, resolution: float = 1.0) -> float:
    """How much more weight lies inside communities than would by chance, -0.5 to 1.

    Newman & Girvan 2004, doi:10.1103/PhysRevE.69.026113.
    """
    total = arcs.weights.sum()
    if not total:
        return 0.0
    inside = arcs.weights[labels[arcs.tails] == labels[arcs.heads]].sum()
    strength = np.bincount(labels[arcs.tails], arcs.weights)
    return float(inside / total - resolution * np.square(strength / total).sum())


def _coarsened(arcs: Arcs, labels: Ints, rng: np.random.Generator, resolution: float) -> Ints:
    """Labels after whole communities have moved together, and communities of these, and so on."""
    while True:
        labels, n = _numbered(labels)
        moved = _moved(arcs.gathered(labels, n), np.arange(n), rng, resolution)
        if (moved == np.arange(n)).all():
            return labels
        labels = moved[labels]


def _moved(arcs: Arcs, labels: Ints, rng: np.random.Generator, resolution: float) -> Ints:
    """Labels after single nodes have moved until few want to."""
    n, total = arcs.n, max(float(arcs.weights.sum()), 1e-300)
    labels = labels.copy()
    strength = np.bincount(arcs.tails, arcs.weights, n)
    weight, size = np.bincount(labels, strength, n), np.bincount(labels, minlength=n)
    between = arcs.tails != arcs.heads  # a loop moves with its node
    tails, heads, weights = arcs.tails[between], arcs.heads[between], arcs.weights[between]
    restless: Bools = np.ones(n, dtype=bool)
    for _ in range(ROUNDS):
        turn = restless & (rng.random(n) < 0.5)
        mine = turn[tails]
        node, to, gain = _gains(tails[mine], labels[heads[mine]], weights[mine], n)
        own = to == labels[node]
        rest = weight[to] - np.where(own, strength[node], 0.0)
        gain -= resolution * strength[node] * rest / total
        # What staying is worth, to a node without a neighbour in its community too.
        stay = -resolution * strength * (weight[labels] - strength) / total
        stay[node[own]] = gain[own]
        alone = (size[to] == 1) & (size[labels[node]] == 1) & (to > labels[node])
        better = ~own & ~alone & (gain > stay[node] + 1e-12)
        node, to, gain = node[better], to[better], gain[better]
        order = np.lexsort((to, -gain, node))
        node, first = np.unique(node[order], return_index=True)
        to = to[order][first]
        restless &= ~turn
        weight += np.bincount(to, strength[node], n) - np.bincount(labels[node], strength[node], n)
        size += np.bincount(to, minlength=n) - np.bincount(labels[node], minlength=n)
        labels[node] = to
        left = np.zeros(n, dtype=bool)
        left[node] = True
        restless[heads[left[tails]]] = True
        if len(node) <= SETTLED * n and restless.sum() <= 2 * SETTLED * n + 1:
            break
    return labels


def _gains(node: Ints, to: Ints, weights: Floats, n: int) -> tuple[Ints, Ints, Floats]:
    """Each node with each community next to it, and the weight between the two."""
    key = node * n + to
    order = np.argsort(key, kind="stable")  # sums in one order, on every machine
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    together = np.add.reduceat(weights[order], first) if len(first) else np.zeros(0)
    return key[first] // n, key[first] % n, together


def _numbered(labels: Ints) -> tuple[Ints, int]:
    """The same labels as numbers from 0 on, and how many there are."""
    values, numbered = np.unique(labels, return_inverse=True)
    return numbered, len(values)


def _connected(arcs: Arcs, labels: Ints) -> Ints:
    """Labels under which each community hangs together."""
    inside = labels[arcs.tails] == labels[arcs.heads]
    tails, heads = arcs.tails[inside], arcs.heads[inside]
    lowest = np.arange(arcs.n)
    while True:
        before = lowest.copy()
        np.minimum.at(lowest, lowest[tails], lowest[heads])
        lowest = lowest[lowest]
        if (lowest == before).all():
            return _numbered(lowest)[0]
