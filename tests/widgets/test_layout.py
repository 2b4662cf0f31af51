"""Equal input gives equal places; old nodes hold still; new ones come near and cover nothing."""

from __future__ import annotations

import time

import numpy as np
import pytest

from widgets.layout import EDGE, Floats, Ints, place


def star(n: int) -> tuple[Floats, Ints]:
    """One hub with n - 1 leaves, and the room that each needs."""
    boxes = np.column_stack([np.linspace(40, 140, n), np.full(n, 40.0)])
    return boxes, np.column_stack([np.zeros(n - 1, dtype=np.int64), np.arange(1, n)])


def overlaps(positions: Floats, boxes: Floats) -> int:
    """How many pairs of boxes cover one another by more than a pixel."""
    gap = np.abs(positions[:, None] - positions[None])
    room = (boxes[:, None] + boxes[None]) / 2
    return int(np.triu((gap < room - 1.0).all(axis=2), 1).sum())


def test_the_same_input_gives_the_same_places() -> None:
    boxes, edges = star(40)
    assert (place(boxes, edges, seed=3) == place(boxes, edges, seed=3)).all()


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_nodes_are_placed_as_well(n: int) -> None:
    boxes, edges = star(n) if n > 1 else (np.full((n, 2), 40.0), np.zeros((0, 2), dtype=np.int64))
    found = place(boxes, edges)
    assert found.shape == (n, 2)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("n", [12, 40, 90])
def test_nothing_covers_anything(n: int) -> None:
    boxes, edges = star(n)
    assert overlaps(place(boxes, edges), boxes) == 0


def test_old_nodes_hold_still_and_new_ones_come_near() -> None:
    boxes, edges = star(30)
    known = place(boxes, edges)
    more = np.vstack([boxes, boxes[:8]])
    added = np.vstack([edges, [[5, 30 + i] for i in range(8)]])
    found = place(more, added, known)
    assert (found[:30] == known).all()
    assert (np.linalg.norm(found[30:] - found[5], axis=1) < 6 * EDGE).all()
    assert overlaps(found, more) == 0


def test_a_new_node_that_hangs_on_nothing_is_placed() -> None:
    boxes, edges = star(10)
    known = place(boxes, edges)
    found = place(np.vstack([boxes, [[50, 40], [50, 40]]]), edges, known)
    assert np.isfinite(found).all()
    assert (found[:10] == known).all()
    assert not np.allclose(found[10], found[11])


def test_loops_and_doubled_edges_do_no_harm() -> None:
    boxes, _ = star(3)
    edges = np.array([[0, 0], [0, 1], [1, 0], [0, 1], [1, 2]])
    assert np.isfinite(place(boxes, edges)).all()


def test_two_thousand_nodes_are_quick() -> None:
    rng = np.random.default_rng(1)
    boxes = np.column_stack([rng.uniform(40, 130, 2000), np.full(2000, 36.0)])
    edges = np.column_stack([rng.integers(0, 2000, 4000), rng.zipf(1.6, 4000) % 2000])
    start = time.process_time()
    found = place(boxes, edges)
    assert np.isfinite(found).all()
    assert time.process_time() - start < 10
