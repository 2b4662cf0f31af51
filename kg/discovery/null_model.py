"""What degrees alone would do: networks rewired at random in which each node keeps all of its degrees.

Rewiring swaps the ends of two edges of one metaedge (XSwap: Hanhijärvi et al. 2009,
doi:10.1137/1.9781611972795.67). Many swaps are made at once: edges are paired at random and each
pair swaps its ends, by a coin, if the four edges before and after are met nowhere else in the round. What is
met in a round is the same seen from after it, so each round is as likely forward as backward, and long
runs visit all networks of these degrees equally often, as single swaps do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.discovery.hetnet import Hetnet, Metaedge
from kg.discovery.metapaths import DAMPING, Metapath, dwpc
from kg.errors import RecordError
from kg.network import Bools, Floats, Ints

ROUNDS = 20
"""Each edge is offered so many swaps, after which no more edges are in their place than chance puts there."""


def permuted(net: Hetnet, *, seed: int = 0, rounds: int = ROUNDS) -> Hetnet:
    """The network with the edges of each metaedge swapped at random, every degree as it was.

    Args:
        net: The network.
        seed: Equal networks and seeds give equal permutations.
        rounds: How often each edge is offered a swap.

    Returns:
        As many edges as before. They keep their statements, which no longer say what they join.
    """
    numbers = np.random.default_rng(seed)
    for metaedge in net.metaedges:
        rows = net.edges_of(metaedge)
        subject, object_ = _swapped(
            net.subject[rows], net.object[rows], metaedge, len(net.ids), rounds, numbers
        )
        net = net.rewired(metaedge, subject, object_)
    return net


def _swapped(
    subject: Ints,
    object_: Ints,
    metaedge: Metaedge,
    size: int,
    rounds: int,
    numbers: np.random.Generator,
) -> tuple[Ints, Ints]:
    def keys(a: Ints, b: Ints) -> Ints:
        if metaedge.symmetric:
            return np.minimum(a, b) * size + np.maximum(a, b)
        return a * size + b

    # Several edges between two nodes, and one from a node to itself, stay where they are.
    key = keys(subject, object_)
    _, at, times = np.unique(key, return_inverse=True, return_counts=True)
    free = np.flatnonzero((times[at] == 1) & (subject != object_))
    fixed = np.unique(key[times[at] > 1])
    a, b = subject[free], object_[free]
    half = len(free) // 2
    for _ in range(rounds if half else 0):
        order = numbers.permutation(len(free))
        one, other, left = order[:half], order[half : 2 * half], order[2 * half :]
        if metaedge.symmetric:
            turned = one[numbers.random(half) < 0.5]
            a[turned], b[turned] = b[turned], a[turned]
        before = keys(a, b)
        after = np.concatenate([keys(a[one], b[other]), keys(a[other], b[one])])
        met = np.concatenate([before[one], before[other], after, before[left], fixed])
        _, at, times = np.unique(met, return_inverse=True, return_counts=True)
        alone = (times[at] == 1)[: 4 * half].reshape(4, half).all(axis=0)
        swaps = alone & (a[one] != b[other]) & (a[other] != b[one])
        # Half of them, or small networks would come back to where they were every other round.
        swaps &= numbers.random(half) < 0.5
        first, second = one[swaps], other[swaps]
        b[first], b[second] = b[second], b[first]
    subject, object_ = subject.copy(), object_.copy()
    subject[free], object_[free] = a, b
    return subject, object_


def prior(subject_degree: Floats, object_degree: Floats, edges: Floats | float) -> Floats:
    """The probability that an edge joins two nodes of these degrees, if nothing but degrees mattered.

    In closed form, after Zietz et al. 2024 (doi:10.1093/gigascience/giae001): uv / √((uv)² + (m−u−v+1)²).

    Args:
        subject_degree: u, any shape.
        object_degree: v, of a shape that goes with it.
        edges: m, how many edges the metaedge has.

    >>> prior(np.array([1.0, 10.0]), np.array([1.0, 20.0]), 100).round(3).tolist()
    [0.01, 0.942]
    """
    both = np.asarray(subject_degree * object_degree, float)
    rest = np.asarray(edges - subject_degree - object_degree + 1, float)
    length = np.hypot(both, rest)
    return np.asarray(np.divide(both, length, out=np.zeros_like(length), where=length > 0))


@dataclass(frozen=True, slots=True, eq=False)
class Surprise:
    """Degree-weighted path counts beside those of permuted networks, all shape (first nodes, last nodes).

    Attributes:
        observed: In the network.
        expected: Mean over permutations, and over the pairs whose ends have the same degrees.
        deviation: Standard deviation of the same.
    """

    observed: Floats
    expected: Floats
    deviation: Floats

    @property
    def adjusted(self) -> Floats:
        """What is more than degrees explain."""
        return self.observed - self.expected

    @property
    def z(self) -> Floats:
        """The same in standard deviations; 0 where the permutations do not vary."""
        out = np.zeros_like(self.observed)
        return np.divide(self.adjusted, self.deviation, out=out, where=self.deviation > 0)


def surprise(
    net: Hetnet,
    metapath: Metapath,
    *,
    permutations: int = 10,
    damping: float = DAMPING,
    seed: int = 0,
    nulls: tuple[Hetnet, ...] = (),
) -> Surprise:
    """How far path counts are above what the degrees of the network explain.

    Few permutations are enough, because pairs are pooled whose first nodes have one degree along
    the first step and whose last nodes have one degree along the last (Himmelstein et al. 2023,
    doi:10.1093/gigascience/giad047).

    Args:
        net: The network.
        metapath: Of what the paths are counted. The result is dense.
        permutations: How many networks are permuted.
        damping: As in :func:`kg.discovery.metapaths.dwpc`.
        seed: Of the first permutation; the others have the next.
        nulls: Networks that were permuted already, to be used instead.

    Raises:
        RecordError: If no permutations are asked for.
    """
    if permutations < 1 and not nulls:
        raise RecordError(f"{permutations} permutations tell nothing; ask for 1 or more.")
    nulls = nulls or tuple(permuted(net, seed=seed + n) for n in range(permutations))
    observed = dwpc(net, metapath, damping=damping).toarray()
    first, last = metapath.steps[0], metapath.steps[-1]
    start = net.matrix(first.metaedge).sum(axis=0 if first.backward else 1)
    end = net.matrix(last.metaedge).sum(axis=1 if last.backward else 0)
    u, a = np.unique(start, return_inverse=True)
    v, b = np.unique(end, return_inverse=True)
    group = a[:, None] * len(v) + b[None, :]
    apart: Bools = np.ones(observed.shape, bool)
    if metapath.kinds[0] == metapath.kinds[-1]:
        np.fill_diagonal(apart, False)
    size = len(u) * len(v)
    total, squares = np.zeros(size), np.zeros(size)
    for null in nulls:
        counts = dwpc(null, metapath, damping=damping).toarray()[apart]
        total += np.bincount(group[apart], counts, size)
        squares += np.bincount(group[apart], counts**2, size)
    n = np.maximum(np.bincount(group[apart], minlength=size) * len(nulls), 1)
    mean = total / n
    spread = np.sqrt(np.maximum(squares / n - mean**2, 0))
    return Surprise(
        observed, np.where(apart, mean[group], 0.0), np.where(apart, spread[group], 0.0)
    )
