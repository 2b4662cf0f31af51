"""Boxes that overlap are pushed apart, as far as needed and no further."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

AGAIN = 6
"""Neighbours are looked for again after so many rounds; in between nothing moves far."""


def separate(pos: Floats, old: int, boxes: Floats, rounds: int) -> None:
    """Push overlapping boxes apart along the axis on which they overlap by the least part, in place.

    Args:
        pos: Centres, shape (n, 2).
        old: The first so many hold still.
        boxes: Width and height, shape (n, 2).
        rounds: At most so many times.
    """
    n = len(pos)
    if n < 2:
        return
    pairs = np.zeros((0, 2), dtype=np.int64)
    for turn in range(rounds):
        if turn % AGAIN == 0:
            pairs = _near(pos, boxes, old)
            if not len(pairs):
                return
        a, b = pairs[:, 0], pairs[:, 1]
        delta = pos[b] - pos[a]
        overlap = (boxes[a] + boxes[b]) / 2 - np.abs(delta)
        hit = (overlap[:, 0] > 0.5) & (overlap[:, 1] > 0.5)
        if not hit.any():
            if turn % AGAIN == 0:
                return
            continue
        a, b, delta, overlap = a[hit], b[hit], delta[hit], overlap[hit]
        # Least for the size of the boxes: labels are flat, and would be stacked into towers.
        part = overlap / (boxes[a] + boxes[b])
        axis = (part[:, 0] > part[:, 1]).astype(int)
        rows = np.arange(len(a))
        shift = np.where(delta[rows, axis] >= 0, 1.0, -1.0) * (overlap[rows, axis] + 1.0)
        share = (b >= old) / ((a >= old).astype(float) + (b >= old))
        ends = np.concatenate([a, b])
        push = np.concatenate([-shift * (1.0 - share), shift * share])
        where = np.concatenate([axis, axis])
        for way in (0, 1):
            on = where == way
            pos[:, way] += np.bincount(ends[on], push[on], minlength=n)


def _near(pos: Floats, boxes: Floats, old: int) -> Ints:
    """Pairs of which one may move and that touch or may soon do so, the smaller number first."""
    n = len(pos)
    soon = 0.2 * np.median(boxes, axis=0)
    # In cells as large as the largest box only neighbours in cells side by side can touch.
    cell = np.floor((pos - pos.min(axis=0)) / (boxes.max(axis=0) + soon)).astype(np.int64) + 1
    across = int(cell[:, 1].max()) + 2
    key = cell[:, 0] * across + cell[:, 1]
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    found = []
    for step in (0, 1, across - 1, across, across + 1):
        first = np.searchsorted(ordered, key + step, side="left")
        last = np.searchsorted(ordered, key + step, side="right")
        many = last - first
        a = np.repeat(np.arange(n), many)
        within = np.arange(len(a)) - np.repeat(np.cumsum(many) - many, many)
        b = order[np.repeat(first, many) + within]
        keep = (a < b) if step == 0 else np.ones(len(a), dtype=bool)
        keep &= (a >= old) | (b >= old)
        a, b = a[keep], b[keep]
        close = np.abs(pos[a] - pos[b]) < (boxes[a] + boxes[b]) / 2 + soon
        close = close[:, 0] & close[:, 1]  # .all(axis=1) takes ten times as long
        found.append(np.column_stack([a[close], b[close]]))
    return np.concatenate(found)


def rehouse(pos: Floats, old: int, boxes: Floats, tries: Floats, most: int = 200) -> None:
    """Give new nodes that still cover something, wedged between old ones, the nearest free place.

    Args:
        pos: Centres, shape (n, 2), changed in place.
        old: The first so many hold still.
        boxes: Width and height, shape (n, 2).
        tries: Steps away from where a node is, the nearest first, shape (t, 2).
        most: At most so many nodes are looked at.
    """
    for node in _covering(pos, old, boxes)[:most]:
        others = np.arange(len(pos)) != node
        room = (boxes[others] + boxes[node]) / 2
        gap = np.abs(pos[others] - pos[node])
        if not (gap < room - 1.0).all(axis=1).any():
            continue
        for some in np.array_split(tries, 4):
            near = (gap < room + np.abs(some).max(axis=0)).all(axis=1)
            places = pos[node] + some
            covers = np.abs(places[:, None] - pos[others][near]) < room[near]
            free = ~covers.all(axis=2).any(axis=1)
            if free.any():
                pos[node] = places[int(free.argmax())]
                break


def _covering(pos: Floats, old: int, boxes: Floats) -> Ints:
    """New nodes that overlap any other, in the order of their numbers."""
    if len(pos) < 2:
        return np.zeros(0, dtype=np.int64)
    pairs = _near(pos, boxes, old)
    room = (boxes[pairs[:, 0]] + boxes[pairs[:, 1]]) / 2
    hit = (np.abs(pos[pairs[:, 0]] - pos[pairs[:, 1]]) < room - 1.0).all(axis=1)
    nodes = np.unique(pairs[hit])
    return np.asarray(nodes[nodes >= old])
