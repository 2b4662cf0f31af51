"""Where new nodes go on the canvas: near what they hang on, while old ones hold still.

A seeded force layout in numpy. Springs along edges and repulsion in proportion to degree
follow ForceAtlas2 (Jacomy et al. 2014, doi:10.1371/journal.pone.0098679). A first layout of
more than :data:`EXACT` nodes is made by :mod:`widgets.spreading`; of new nodes that join
more than so many, each is repelled by a random sample. At the end nodes are pushed apart
until neither they nor, as long as they are at most :data:`LABELLED`, their labels overlap.

The unit is the pixel of a canvas at zoom 1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from widgets.separating import rehouse, separate
from widgets.spreading import spread

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EDGE = 78.0
"""Length at which springs and repulsion balance for two nodes."""
EXACT = 120
"""Up to so many nodes, every pair repels."""
LABELLED = 1500
"""Up to so many nodes, there is room for every label at zoom 1."""
SAMPLE = 48
"""Beyond that, each is repelled by so many."""
STRETCH = np.array([2.0, 1.0])
"""Forces act in a space that is squeezed like this: canvases and labels are wider than high."""
_GOLDEN = np.pi * (3.0 - np.sqrt(5.0))
_ANGLE = np.linspace(0, 2 * np.pi, 20, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLE) * STRETCH[0], np.sin(_ANGLE)], axis=1)
_TRIES = np.concatenate([_CIRCLE * r for r in np.arange(15.0, 5 * EDGE, 15.0)])


def place(
    boxes: Floats,
    edges: Ints,
    known: Floats | None = None,
    *,
    seed: int = 0,
) -> Floats:
    """Positions of all nodes; the first ``len(known)`` keep theirs.

    Args:
        boxes: Width and height that each node needs with its label, shape (n, 2).
        edges: Numbers of the two nodes of each edge, shape (m, 2).
        known: Positions of the nodes that are there already, shape (k, 2), k <= n.
        seed: Equal input and seed give equal positions.

    Returns:
        Positions, shape (n, 2); the centre of a first layout is (0, 0).

    >>> box = np.full((3, 2), 40.0)
    >>> first = place(box[:2], np.array([[0, 1]]))
    >>> then = place(box, np.array([[0, 1], [1, 2]]), first)
    >>> bool((then[:2] == first).all())
    True
    """
    n = len(boxes)
    old = 0 if known is None else len(known)
    rng = np.random.default_rng(seed)
    pos = np.zeros((n, 2))
    if known is not None:
        pos[:old] = known / STRETCH
    if n == old:
        return pos if known is None else known.copy()
    pairs = _pairs(edges)
    room = room_of(boxes)
    if old == 0 and n > EXACT:
        pos = spread(n, pairs, EDGE, rng)
    else:
        _start(pos, old, pairs, rng)
        _simulate(pos, old, pairs, int(min(320, 60 + 6 * n, max(60_000 / n, 80))), rng)
    pos *= STRETCH
    if known is not None:
        pos[:old] = known
    else:
        _widen(pos, room)
    separate(pos, old, room, rounds=300 if n <= EXACT else 90 if n <= LABELLED else 18)
    if n <= LABELLED or old:
        rehouse(pos, old, room, _TRIES)
    if old == 0:
        pos -= (pos.min(axis=0) + pos.max(axis=0)) / 2
    return pos


def room_of(boxes: Floats) -> Floats:
    """What of the boxes is kept free: of many nodes, labels are only seen from near."""
    if len(boxes) <= LABELLED:
        return boxes
    return np.minimum(boxes, boxes[:, 1:])


def _pairs(edges: Ints) -> Ints:
    """Distinct unordered pairs of different nodes."""
    if not len(edges):
        return np.zeros((0, 2), dtype=np.int64)
    ordered = np.sort(np.asarray(edges, dtype=np.int64), axis=1)
    return np.unique(ordered[ordered[:, 0] != ordered[:, 1]], axis=0)


def _start(pos: Floats, old: int, pairs: Ints, rng: np.random.Generator) -> None:
    """First guess: on a ring around the known neighbours, else on a sunflower by degree."""
    n = len(pos)
    degree = np.bincount(pairs.ravel(), minlength=n)
    if old == 0:
        rank = np.argsort(np.argsort(-degree, kind="stable"), kind="stable")
        radius = 0.55 * EDGE * np.sqrt(rank + 0.5)
        angle = rank * _GOLDEN
        pos[:, 0] = radius * np.cos(angle)
        pos[:, 1] = radius * np.sin(angle)
        return
    both = np.vstack([pairs, pairs[:, ::-1]])
    reached = np.zeros(n, dtype=bool)
    reached[:old] = True
    centre = pos[:old].mean(axis=0)
    while not reached.all():
        frontier = both[~reached[both[:, 0]] & reached[both[:, 1]]]
        if not len(frontier):
            alone = np.flatnonzero(~reached)
            edge = np.abs(pos[:old] - centre).max(axis=0) + EDGE
            turn = np.arange(len(alone)) * _GOLDEN
            pos[alone] = centre + np.stack([np.cos(turn), np.sin(turn)], axis=1) * edge
            reached[alone[:1]] = True
            continue
        for node in np.unique(frontier[:, 0]):
            anchors = frontier[frontier[:, 0] == node, 1]
            pos[node] = _beside(pos, anchors, reached, rng)
            reached[node] = True


def _beside(
    pos: Floats, anchors: Ints, there: npt.NDArray[np.bool_], rng: np.random.Generator
) -> Floats:
    """The emptiest place on rings around the mean of the anchors, the nearer the better."""
    middle = pos[anchors].mean(axis=0)
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False) + rng.uniform(0, 0.2)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    ring = middle + EDGE * np.concatenate([circle, 1.5 * circle, 2.0 * circle])
    far = np.repeat([0.0, 0.15, 0.4], len(circle))
    others = pos[there]
    near = others[np.abs(others - middle).max(axis=1) < 4 * EDGE]
    if not len(near):
        return np.asarray(ring[0])
    gap = np.linalg.norm(ring[:, None] - near[None], axis=2)
    crowd = (EDGE**2 / (gap**2 + 25.0)).sum(axis=1) + far
    return np.asarray(ring[int(crowd.argmin())])


def _simulate(pos: Floats, old: int, pairs: Ints, steps: int, rng: np.random.Generator) -> None:
    n = len(pos)
    degree = np.bincount(pairs.ravel(), minlength=n).astype(float)
    mass = np.sqrt((1.0 + degree) / 2.0)
    # A spring to a hub is softer, or its leaves are pulled into one heap.
    stiffness = 1.0 / np.sqrt(np.maximum(np.minimum(degree[pairs[:, 0]], degree[pairs[:, 1]]), 1.0))
    pull = np.array([1.0, 1.2]) * (0.05 if old == 0 else 0.0)
    moving = np.arange(old, n)
    felt = (pairs >= old).any(axis=1)
    pairs, stiffness = pairs[felt], stiffness[felt]
    heat = EDGE * (0.9 if old == 0 else 0.35)
    for step in range(steps):
        force = np.zeros_like(pos)
        if n <= EXACT:
            delta = pos[moving, None] - pos[None]
            weight = mass[moving, None] * mass[None]
        else:
            others = rng.integers(0, n, size=SAMPLE)
            delta = pos[moving, None] - pos[None, others]
            weight = mass[moving, None] * mass[None, others] * (n / SAMPLE)
        square = (delta**2).sum(axis=2) + 4.0
        # Beyond a few edge lengths nodes need not know of each other; gravity keeps them together.
        weight = weight * np.exp(-square / (2.5 * EDGE) ** 2)
        force[moving] += (delta * (EDGE**2 * weight / square)[..., None]).sum(axis=1)
        if len(pairs):
            along = pos[pairs[:, 1]] - pos[pairs[:, 0]]
            length = np.linalg.norm(along, axis=1) + 1e-9
            spring = along * (stiffness * length / EDGE)[:, None]
            np.add.at(force, pairs[:, 0], spring)
            np.add.at(force, pairs[:, 1], -spring)
        force -= pos * pull * mass[:, None]
        size = np.linalg.norm(force[moving], axis=1) + 1e-9
        limit = heat * (1.0 - step / steps) ** 1.3 + 0.2
        pos[moving] += force[moving] / size[:, None] * np.minimum(size * 0.12, limit)[:, None]


def _widen(pos: Floats, boxes: Floats) -> None:
    """Widen or narrow a layout to the ground that the boxes take, with room to be pushed apart in."""
    if len(pos) <= 3:
        return
    low, high = np.percentile(pos, [4, 96], axis=0)
    there = float(np.prod(np.maximum(high - low, 1.0)))
    wanted = (2.2 if len(pos) <= EXACT else 1.8) * float(boxes.prod(axis=1).sum())
    if there < wanted or len(pos) > EXACT:
        pos *= min(np.sqrt(wanted / there), 3.0)
