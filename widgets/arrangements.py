"""Ways to lay out a whole canvas, all with one signature: a :class:`Ground` in, an :class:`Arrangement` out.

======  =====================================================================
free    by force: what is linked is near (:mod:`widgets.layout`)
steps   in layers, by how many statements lead from one concept to another
years   by the year of the first evidence, from left to right
groups  by category, such as discipline: what runs between groups is a bridge
======  =====================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from widgets.layout import Floats, Ints, place, room_of

ASPECT = 1.8
"""Width of an arrangement by its height, as of a canvas."""
SWEEPS = 6
"""So often the nodes of a layer are put in the order of those they are linked to."""
GAP = 70.0
"""Between layers, and between groups, in pixels at zoom 1."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an arrangement may look at.

    Attributes:
        boxes: Width and height that each node needs with its label, shape (n, 2).
        edges: Numbers of the two nodes of each edge, shape (m, 2).
        years: Year of the first evidence on each node; NaN if there is none, shape (n,).
        groups: Category of each node; "" if it has none.
        start: Node from which steps are counted; None for the one with the most edges.
        end: Node to which they lead, if any.
        seed: Equal ground and seed give equal positions.
    """

    boxes: Floats
    edges: Ints
    years: Floats
    groups: tuple[str, ...]
    start: int | None = None
    end: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Guide:
    """A labelled rectangle behind the nodes: a layer, a span of years, a group."""

    label: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Positions of all nodes, shape (n, 2), around (0, 0), and what helps to read them."""

    positions: Floats
    guides: tuple[Guide, ...] = ()


Layout = Callable[[Ground], Arrangement]


def free(ground: Ground) -> Arrangement:
    """What is linked is near."""
    return Arrangement(place(ground.boxes, ground.edges, seed=ground.seed))


def steps(ground: Ground) -> Arrangement:
    """In layers from left to right: how many statements lead from *start* to each node.

    With an *end*, nodes stand by their share of the way to it, and those of the shortest
    ways stand in the first column of their layer. What cannot be reached stands last.

    >>> line = np.array([[0, 1], [1, 2], [2, 3]])
    >>> ground = Ground(np.full((4, 2), 40.0), line, np.full(4, np.nan), ("",) * 4, start=0, end=3)
    >>> found = steps(ground)
    >>> bool((np.diff(found.positions[:, 0]) > 0).all()), [g.label for g in found.guides]
    (True, ['start', '1 step', '2 steps', '3 steps'])
    """
    n = len(ground.boxes)
    if not n:
        return Arrangement(np.zeros((0, 2)))
    degree = np.bincount(ground.edges.ravel(), minlength=n)
    start = int(degree.argmax()) if ground.start is None else ground.start
    layer = away = _distances(n, ground.edges, start)
    apart = np.zeros(n)
    if ground.end is not None and away[ground.end] > 0:
        total = away[ground.end]
        back = _distances(n, ground.edges, ground.end)
        apart = away + back - total
        layer = np.where(away < 0, -1, np.rint(total * away / np.maximum(away + back, 1)))
    layer = np.where(layer < 0, layer.max() + 1, layer).astype(np.int64)
    there = np.unique(layer)
    names = {v: f"{v} step{'' if v == 1 else 's'}" if v else "start" for v in there.tolist()}
    if (away < 0).any():
        names[int(there[-1])] = "not linked"
    return _bands(ground, np.searchsorted(there, layer), [names[v] for v in there.tolist()], apart)


def years(ground: Ground) -> Arrangement:
    """By the year of the first evidence, from left to right; what has no year stands last."""
    if not len(ground.boxes):
        return Arrangement(np.zeros((0, 2)))
    known = np.isfinite(ground.years)
    first = np.where(known, ground.years, np.inf)
    span = float(np.ptp(ground.years[known])) if known.any() else 0.0
    width = next((w for w in (1, 2, 5, 10, 20, 50) if span / w < 24), 100)
    bins = np.floor(first / width) * width
    there = np.unique(bins)
    names = [
        "no year" if not np.isfinite(v) else f"{v:.0f}" if width == 1 else f"{v:.0f}–{v + width - 1:.0f}"
        for v in there
    ]  # fmt: skip
    return _bands(ground, np.searchsorted(there, bins), names, np.zeros(len(bins)))


def groups(ground: Ground) -> Arrangement:
    """Each category by itself, laid out by force, the largest first; the longest row is as wide as needed."""
    if not len(ground.boxes):
        return Arrangement(np.zeros((0, 2)))
    names, code = np.unique(np.array(ground.groups, dtype=object).astype(str), return_inverse=True)
    order = np.argsort(-np.bincount(code), kind="stable")
    pos = np.zeros((len(code), 2))
    parts: list[tuple[str, Ints, Floats, Floats]] = []
    for group in order:
        nodes = np.flatnonzero(code == group)
        number = np.full(len(code), -1)
        number[nodes] = np.arange(len(nodes))
        inner = number[ground.edges].reshape(-1, 2)
        found = place(ground.boxes[nodes], inner[(inner >= 0).all(axis=1)], seed=ground.seed)
        half = ground.boxes[nodes] / 2
        low, high = (found - half).min(axis=0), (found + half).max(axis=0)
        parts.append((str(names[group]) or "none", nodes, found - low, high - low))
    widest = max(p[3][0] for p in parts)
    area = sum(float(np.prod(p[3] + GAP)) for p in parts)
    row = max(widest, float(np.sqrt(area * ASPECT)))
    guides = []
    x = y = tall = 0.0
    for name, nodes, found, size in parts:
        if x and x + size[0] > row:
            x, y, tall = 0.0, y + tall + GAP, 0.0
        pos[nodes] = found + np.array([x, y])
        guides.append(Guide(name, x - 20, y - 20, x + float(size[0]) + 20, y + float(size[1]) + 20))
        x, tall = x + float(size[0]) + GAP, max(tall, float(size[1]))
    return _centred(pos, guides)


LAYOUTS: Mapping[str, Layout] = {"free": free, "steps": steps, "years": years, "groups": groups}


def _distances(n: int, edges: Ints, start: int) -> npt.NDArray[np.float64]:
    """Edges on a shortest way from *start* to each node, in whatever direction; -1 where there is none."""
    away = np.full(n, -1.0)
    away[start] = 0.0
    step = 0
    while len(edges):
        there = away[edges] >= 0
        fresh = edges[:, ::-1][there & ~there[:, ::-1]]
        if not len(fresh):
            break
        step += 1
        away[fresh] = step
        edges = edges[~there.all(axis=1)]
    return away


def _bands(ground: Ground, band: Ints, names: list[str], first: Floats) -> Arrangement:
    """Bands from left to right, each of columns; within a band in the order that keeps edges short.

    Args:
        ground: What to arrange.
        band: Number of each node's band.
        names: Label of each band.
        first: Nodes of a band for which this is smaller stand in its first columns.
    """
    boxes = room_of(ground.boxes)
    n = len(boxes)
    height = max(float(np.sqrt(boxes.prod(axis=1).sum() / ASPECT)), float(boxes[:, 1].max()))
    tall = float(np.percentile(boxes[:, 1], 90))
    rows = max(1, int(height // tall))
    y = _order(n, ground.edges, band)
    pos = np.zeros((n, 2))
    x = 0.0
    spans = []
    for number in range(len(names)):
        nodes = np.flatnonzero(band == number)
        # The columns of a band are filled by `first`, each column from top to bottom by its neighbours.
        nodes = nodes[np.lexsort((y[nodes], first[nodes]))]
        left = x
        for at in range(0, len(nodes), rows):
            column = nodes[at : at + rows]
            column = column[np.argsort(y[column], kind="stable")]
            wide = float(boxes[column, 0].max())
            below = np.cumsum(boxes[column, 1])
            pos[column, 0] = x + wide / 2
            pos[column, 1] = below - boxes[column, 1] / 2 - below[-1] / 2
            x += wide
        spans.append((left, x))
        x += GAP
    top, bottom = float(pos[:, 1].min()) - tall - 20, float(pos[:, 1].max()) + tall
    guides = [
        Guide(name, left - GAP / 2, top, right + GAP / 2, bottom)
        for name, (left, right) in zip(names, spans, strict=True)
    ]
    return _centred(pos, guides)


def _order(n: int, edges: Ints, band: Ints) -> Floats:
    """A height from 0 to 1 for each node: its rank in its band by the mean height of its neighbours.

    The barycentre method (Sugiyama, Tagawa & Toda 1981, doi:10.1109/TSMC.1981.4308636).
    """
    y = np.zeros(n)
    ends, others = np.concatenate([edges, edges[:, ::-1]]).T if len(edges) else (band[:0],) * 2
    degree = np.bincount(ends, minlength=n)
    size = np.bincount(band)
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    mean = -degree.astype(float)
    for _ in range(SWEEPS + 1):
        order = np.lexsort((np.arange(n), mean, band))
        rank = np.empty(n)
        rank[order] = np.arange(n) - starts[band[order]]
        y = (rank + 0.5) / size[band]
        total = np.bincount(ends, y[others], minlength=n)
        mean = np.where(degree > 0, total / np.maximum(degree, 1), y)
    return y


def _centred(pos: Floats, guides: list[Guide]) -> Arrangement:
    middle = (pos.min(axis=0) + pos.max(axis=0)) / 2
    x, y = float(middle[0]), float(middle[1])
    moved = [Guide(g.label, g.left - x, g.top - y, g.right - x, g.bottom - y) for g in guides]
    return Arrangement(pos - middle, tuple(moved))
