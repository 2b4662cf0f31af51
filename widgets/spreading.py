"""A first layout for many nodes: from the whole down to the single node, in time O(n log n).

Where a node is in the whole follows from its distances to a few pivots (Brandes & Pich
2007, "Eigensolver methods for progressive multidimensional scaling of large data",
doi:10.1007/978-3-540-70904-6_6). Springs and repulsion then work out the details;
repulsion is summed on a mesh by fast Fourier transform (Hockney & Eastwood 1988, "Computer
Simulation Using Particles", doi:10.1201/9780367806934), so that each node feels all others
and a step costs no more for many nodes than a few sorts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Waves = npt.NDArray[np.complexfloating[Any, Any]]

PIVOTS = 24
STEPS = 64
GRAVITY = 0.6
GOLDEN = np.pi * (3.0 - np.sqrt(5.0))


def spread(n: int, pairs: Ints, edge: float, rng: np.random.Generator) -> Floats:
    """Positions of *n* nodes around (0, 0), in a space without direction.

    Args:
        n: How many nodes.
        pairs: Distinct unordered pairs of different nodes, shape (m, 2).
        edge: Length at which springs and repulsion balance for two nodes.
        rng: Where chance comes from.

    Returns:
        Positions, shape (n, 2).

    >>> ring = np.array([[i, (i + 1) % 300] for i in range(300)])
    >>> found = spread(300, ring, 78.0, np.random.default_rng(0))
    >>> steps = np.linalg.norm(found[ring[:, 0]] - found[ring[:, 1]], axis=1)
    >>> bool(steps.max() < np.ptp(found, axis=0).max() / 4)
    True
    """
    label = components(n, pairs)
    sizes = np.bincount(label)
    pos = np.zeros((n, 2))
    largest = label == int(sizes.argmax())
    inside = np.flatnonzero(largest)
    renumbered = np.cumsum(largest) - 1
    if len(inside) > 2:
        pos[inside] = _by_pivots(len(inside), renumbered[pairs[largest[pairs[:, 0]]]], rng)
        # As wide as its nodes need, or the first steps would do nothing but widen it.
        wide = np.sqrt((pos[inside] ** 2).sum(axis=1).mean()) or 1.0
        pos[inside] *= 0.75 * edge * np.sqrt(len(inside)) / wide
    _around(pos, label, sizes, ~largest, edge, len(inside))
    pos += rng.normal(0.0, 0.35 * edge, size=pos.shape)
    degree = np.bincount(pairs.ravel(), minlength=n).astype(float)
    _relax(pos, pairs, degree, edge)
    _draw_in(pos)
    return pos


def components(n: int, pairs: Ints) -> Ints:
    """Number of the connected component of each node, from 0 on.

    >>> components(5, np.array([[0, 3], [3, 4]])).tolist()
    [0, 1, 2, 0, 0]
    """
    label = np.arange(n)
    while len(pairs):
        # Each takes the least label around it, then the label of that: halves any chain.
        least = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        fresh = label.copy()
        np.minimum.at(fresh, label[pairs].ravel(), np.repeat(least, 2))
        np.minimum.at(fresh, pairs.ravel(), np.repeat(least, 2))
        fresh = fresh[fresh]
        if (fresh == label).all():
            break
        label = fresh
    return np.unique(label, return_inverse=True)[1].reshape(n)


def _by_pivots(n: int, pairs: Ints, rng: np.random.Generator) -> Floats:
    """Pivot multidimensional scaling of a connected graph, both axes of variance 1."""
    pivots = rng.choice(n, size=min(PIVOTS, n), replace=False)
    distance = np.full((n, len(pivots)), -1.0, dtype=np.float32)
    distance[pivots, np.arange(len(pivots))] = 0.0
    tails, heads = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.argsort(tails, kind="stable")
    heads = heads[order]
    starts = np.searchsorted(tails[order], np.arange(n))
    front = distance == 0.0
    step = 0
    while front.any():
        step += 1
        # Every node of a connected graph has neighbours, so no part that is reduced is empty.
        front = np.logical_or.reduceat(front[heads], starts, axis=0) & (distance < 0)
        distance[front] = step
    square = distance.astype(float) ** 2
    centred = square - square.mean(axis=0) - square.mean(axis=1)[:, None] + square.mean()
    _, vectors = np.linalg.eigh(centred.T @ centred)
    found = centred @ vectors[:, -2:][:, ::-1]
    scale = found.std(axis=0)
    # Of a line the second axis is nothing but rounding.
    return np.asarray(found / np.where(scale > 1e-9 * scale.max(initial=1.0), scale, np.inf))


def _around(
    pos: Floats, label: Ints, sizes: Ints, outside: npt.NDArray[np.bool_], edge: float, inside: int
) -> None:
    """Smaller components on a spiral around the largest, each a little sunflower."""
    nodes = np.flatnonzero(outside)
    if not len(nodes):
        return
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[order] = np.arange(len(sizes))
    before = np.cumsum(sizes[order]) - sizes[order] / 2
    reach = 1.15 * edge * np.sqrt(before + 0.3 * inside)
    turn = np.arange(len(sizes)) * GOLDEN
    centre = np.stack([np.cos(turn), np.sin(turn)], axis=1) * reach[:, None]
    nodes = nodes[np.argsort(label[nodes], kind="stable")]
    starts = np.searchsorted(label[nodes], label[nodes])
    within = np.arange(len(nodes)) - starts
    out = 0.5 * edge * np.sqrt(within)
    angle = within * GOLDEN
    petals = np.stack([np.cos(angle), np.sin(angle)], axis=1) * out[:, None]
    pos[nodes] = centre[rank[label[nodes]]] + petals


def _draw_in(pos: Floats) -> None:
    """Bring the few that were pushed far out nearer, in their order, so that the many are seen larger."""
    pos -= np.median(pos, axis=0)
    reach = np.sqrt((pos**2).sum(axis=1)) + 1e-9
    rim = float(np.percentile(reach, 94))
    pos *= (np.minimum(reach, rim + 0.35 * np.maximum(reach - rim, 0.0)) / reach)[:, None]


@dataclass(frozen=True, slots=True)
class _Mesh:
    """The repulsion of unit masses, transformed, for a square mesh of *size* cells a side."""

    size: int
    kernels: tuple[Waves, Waves]

    @staticmethod
    def of(size: int) -> _Mesh:
        # Twice as wide as the ground, so that what leaves on one side does not come in on the other.
        at = np.minimum(np.arange(2 * size), 2 * size - np.arange(2 * size)).astype(np.float32)
        sign = np.where(np.arange(2 * size) < size, 1.0, -1.0).astype(np.float32)
        square = at[:, None] ** 2 + at[None] ** 2 + 0.25
        x, y = (at * sign)[:, None] / square, (at * sign)[None] / square
        return _Mesh(size, (np.fft.rfft2(x), np.fft.rfft2(y)))

    def push(self, pos: Floats, mass: Floats) -> Floats:
        """Sum of mass · d / |d|² over all nodes, for each node, shape (n, 2)."""
        low = pos.min(axis=0)
        cell = float(np.ptp(pos, axis=0).max()) / (self.size - 2) or 1.0
        scaled = (pos - low) / cell + 0.5
        corner = np.floor(scaled).astype(np.int64)
        share = scaled - corner
        flat = np.zeros((4, len(pos)), dtype=np.int64)
        weight = np.zeros((4, len(pos)))
        for n, (i, j) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
            flat[n] = (corner[:, 0] + i) * self.size + corner[:, 1] + j
            weight[n] = np.abs(1 - i - share[:, 0]) * np.abs(1 - j - share[:, 1])
        total = np.bincount(flat.ravel(), (weight * mass).ravel(), minlength=self.size**2)
        ground = np.fft.rfft2(
            total.reshape(self.size, self.size).astype(np.float32), s=(2 * self.size,) * 2
        )
        out = np.empty_like(pos)
        for axis, kernel in enumerate(self.kernels):
            field = np.fft.irfft2(ground * kernel)[: self.size, : self.size].ravel()
            out[:, axis] = np.einsum("ij,ij->j", field[flat], weight)
        return out / cell


def _relax(pos: Floats, pairs: Ints, degree: Floats, edge: float) -> None:
    n = len(pos)
    mesh = _Mesh.of(int(np.clip(1.2 * np.sqrt(n), 32, 128)))
    mass = np.sqrt((1.0 + degree) / 2.0)
    a, b = pairs[:, 0], pairs[:, 1]
    # A spring to a hub is softer, or its leaves are pulled into one heap.
    stiffness = 1.0 / np.sqrt(np.maximum(np.minimum(degree[a], degree[b]), 1.0))
    ends = np.concatenate([a, b])
    warm = edge * max(1.6, 0.05 * np.sqrt(n))
    for step in range(STEPS):
        force = mesh.push(pos, mass) * (edge**2 * mass)[:, None]
        along = pos[b] - pos[a]
        length = np.sqrt(np.einsum("ij,ij->i", along, along))
        spring = along * (stiffness * length / edge)[:, None]
        for axis in (0, 1):
            both = np.concatenate([spring[:, axis], -spring[:, axis]])
            force[:, axis] += np.bincount(ends, both, minlength=n)
        force -= pos * (GRAVITY * mass)[:, None]
        size = np.sqrt(np.einsum("ij,ij->i", force, force)) + 1e-9
        heat = warm * (1.0 - step / STEPS) ** 1.5 + 0.3
        pos += force * (np.minimum(0.12 * size, heat) / size)[:, None]
