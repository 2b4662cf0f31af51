"""Equal input gives equal places; old nodes hold still; new ones come near and cover nothing."""

from __future__ import annotations

import time

import numpy as np
import pytest

from widgets.layout import EDGE, Floats, Ints, place
from widgets.separating import separate
from widgets.spreading import components


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
    assert time.process_time() - start < 5


@pytest.fixture(scope="module")
def themes() -> tuple[Floats, Ints, Ints]:
    """Ten themes of a hundred nodes, each node linked within its theme, and one in twenty links across."""
    rng = np.random.default_rng(4)
    theme = np.repeat(np.arange(10), 100)
    first = rng.integers(0, 1000, 2500)
    second = np.where(
        rng.random(2500) < 0.95, theme[first] * 100 + rng.integers(0, 100, 2500), rng.integers(0, 1000, 2500)
    )  # fmt: skip
    boxes = np.column_stack([rng.uniform(50, 150, 1000), np.full(1000, 38.0)])
    return boxes, np.column_stack([first, second]), theme


def test_many_nodes_hardly_cover_one_another(themes: tuple[Floats, Ints, Ints]) -> None:
    boxes, edges, _ = themes
    found = place(boxes, edges)
    assert np.isfinite(found).all()
    assert overlaps(found, boxes) < 0.05 * len(boxes)
    assert (place(boxes, edges) == found).all()


def test_what_is_linked_is_near(themes: tuple[Floats, Ints, Ints]) -> None:
    boxes, edges, theme = themes
    found = place(boxes, edges)
    extent = np.linalg.norm(np.ptp(found, axis=0))
    length = np.linalg.norm(found[edges[:, 0]] - found[edges[:, 1]], axis=1)
    assert np.median(length) < 0.15 * extent
    centres = np.array([found[theme == t].mean(axis=0) for t in range(10)])
    nearest = np.linalg.norm(found[:, None] - centres[None], axis=2).argmin(axis=1)
    assert (nearest == theme).mean() > 0.75


def test_many_pieces_are_placed_side_by_side() -> None:
    # 200 pairs and 100 single nodes: there is no whole to speak of.
    boxes = np.full((500, 2), 40.0)
    edges = np.column_stack([np.arange(0, 400, 2), np.arange(1, 400, 2)])
    found = place(boxes, edges)
    assert np.isfinite(found).all()
    assert overlaps(found, boxes) == 0
    assert np.median(np.linalg.norm(found[edges[:, 0]] - found[edges[:, 1]], axis=1)) < 4 * EDGE


def test_new_nodes_leave_a_thousand_where_they_are(themes: tuple[Floats, Ints, Ints]) -> None:
    boxes, edges, _ = themes
    known = place(boxes, edges)
    more = np.vstack([boxes, boxes[:60]])
    added = np.vstack([edges, [[7, 1000 + i] for i in range(60)]])
    found = place(more, added, known)
    assert (found[:1000] == known).all()
    assert np.median(np.linalg.norm(found[1000:] - found[7], axis=1)) < 10 * EDGE


def test_boxes_on_one_spot_come_apart() -> None:
    rng = np.random.default_rng(0)
    boxes = np.column_stack([rng.uniform(20, 90, 80), np.full(80, 30.0)])
    pos = rng.normal(0, 1, (80, 2))
    separate(pos, 0, boxes, rounds=400)
    assert overlaps(pos, boxes) == 0
    held = rng.normal(0, 1, (80, 2))
    old = held[:40].copy()
    separate(held, 40, boxes, rounds=50)
    assert (held[:40] == old).all()


def test_components_are_those_that_hang_together() -> None:
    chain = np.column_stack([np.arange(0, 999), np.arange(1, 1000)])
    label = components(1200, np.vstack([chain, [[1100, 1050]]]))
    assert len(set(label[:1000])) == 1
    assert label[1100] == label[1050]
    assert len(set(label)) == 1 + 1 + 200 - 2
