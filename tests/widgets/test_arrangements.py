"""Layers, years and groups: each where it belongs, nothing over anything, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.drawing_pages.graphs import invented
from widgets.arrangements import LAYOUTS, Ground, groups, steps, years
from widgets.canvas import Canvas
from widgets.layout import room_of


def ground(n: int = 300, m: int = 600, **more: int | None) -> Ground:
    """An invented graph to arrange; one node in ten has no year."""
    canvas = Canvas()
    canvas.add(*invented(n, m, seed=2))
    when = canvas.years()
    when[::10] = np.nan
    kinds = tuple(canvas.nodes["kind"])
    return Ground(canvas.boxes(), canvas.ends, when, kinds, **more)


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_the_same_ground_gives_the_same_places(name: str) -> None:
    one, two = (LAYOUTS[name](ground()) for _ in range(2))
    assert (one.positions == two.positions).all()
    assert np.isfinite(one.positions).all()
    assert one.guides == two.guides


@pytest.mark.parametrize("name", list(LAYOUTS))
@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_nodes_are_arranged_as_well(name: str, n: int) -> None:
    edges = np.array([[0, 1]]) if n == 2 else np.zeros((0, 2), dtype=np.int64)
    few = Ground(np.full((n, 2), 40.0), edges, np.full(n, np.nan), ("",) * n)
    assert LAYOUTS[name](few).positions.shape == (n, 2)


@pytest.mark.parametrize("name", ["steps", "years"])
def test_nothing_in_a_band_covers_anything(name: str) -> None:
    where = ground()
    found = LAYOUTS[name](where).positions
    boxes = room_of(where.boxes)
    gap = np.abs(found[:, None] - found[None])
    covers = (gap < (boxes[:, None] + boxes[None]) / 2 - 1).all(axis=2)
    assert np.triu(covers, 1).sum() == 0


def test_each_step_stands_right_of_the_one_before() -> None:
    where = ground(start=5)
    found = steps(where)
    away = np.full(len(where.boxes), -1)
    away[5] = 0
    front, step = {5}, 0
    while front:
        step += 1
        reached = {
            int(b) for a, b in [*where.edges, *where.edges[:, ::-1]] if a in front and away[b] < 0
        }
        away[list(reached)] = step
        front = reached
    for step in range(away.max()):
        assert found.positions[away == step, 0].max() < found.positions[away == step + 1, 0].min()
    assert [g.label for g in found.guides][:2] == ["start", "1 step"]
    if (away < 0).any():
        assert found.guides[-1].label == "not linked"
        assert found.positions[away < 0, 0].min() > found.positions[away >= 0, 0].max()


def test_what_is_on_the_way_comes_first_in_its_layer() -> None:
    # 0-1-2-3 is the way; 4 to 40 hang on 1 and lead nowhere.
    edges = np.array([[0, 1], [1, 2], [2, 3], *([1, n] for n in range(4, 40))])
    boxes = np.full((40, 2), 40.0)
    found = steps(Ground(boxes, edges, np.full(40, np.nan), ("",) * 40, start=0, end=3))
    x = found.positions[:, 0]
    assert (np.diff(x[:4]) > 0).all()
    assert x[3] == x.max()
    beside = [n for n in range(4, 40) if x[1] - 1 <= x[n] < x[2]]
    assert all(x[n] >= x[1] for n in beside)


def test_later_years_stand_further_right_and_no_year_last() -> None:
    where = ground()
    found = years(where)
    known = np.isfinite(where.years)
    names = [g.label for g in found.guides]
    assert names[-1] == "no year"
    assert found.positions[~known, 0].min() > found.positions[known, 0].max()
    for label, guide in zip(names[:-1], found.guides, strict=False):
        first, last = (int(y) for y in (label.split("–") * 2)[:2])
        inside = known & (where.years >= first) & (where.years <= last)
        x = found.positions[inside, 0]
        assert ((x > guide.left) & (x < guide.right)).all()


def test_each_group_has_ground_of_its_own() -> None:
    where = ground()
    found = groups(where)
    assert sorted(g.label for g in found.guides) == sorted(set(where.groups))
    for guide in found.guides:
        x, y = found.positions.T
        inside = (x > guide.left) & (x < guide.right) & (y > guide.top) & (y < guide.bottom)
        assert inside.tolist() == [g == guide.label for g in where.groups]
