"""Hands on a canvas: a real pointer that drags, a real wheel that turns, and the frames meanwhile."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page

Point = tuple[float, float]
TURN = 2.6
"""Seconds in which a drag goes once round."""
WAVE = 1.6
"""Seconds in which the wheel turns in and out again."""


def figures(times: list[float]) -> dict[str, float]:
    """What to tell of the times at which frames began.

    Args:
        times: In milliseconds.

    Returns:
        ``frames``, ``fps`` by the median interval, ``p95_fps`` by the 95th percentile,
        ``median_ms`` and ``p95_ms`` of the intervals, and ``worst_ms``.

    >>> figures([0, 10, 20, 30, 50])
    {'frames': 4, 'fps': 100.0, 'p95_fps': 54.1, 'median_ms': 10.0, 'p95_ms': 18.5, 'worst_ms': 20.0}
    """
    between = np.diff(np.array(times, dtype=float))
    if not len(between):
        return {"frames": 0, "fps": 0.0, "p95_fps": 0.0, "median_ms": 0.0, "p95_ms": 0.0, "worst_ms": 0.0}  # fmt: skip
    median, p95 = float(np.median(between)), float(np.percentile(between, 95))
    return {
        "frames": len(between),
        "fps": round(1000 / median, 1),
        "p95_fps": round(1000 / p95, 1),
        "median_ms": round(median, 1),
        "p95_ms": round(p95, 1),
        "worst_ms": round(float(between.max()), 1),
    }


def drag(
    page: Page, start: Point, across: Point, seconds: float, begun: Callable[[], None]
) -> None:
    """Press at *start*, and go round an ellipse whose other end is *across*; the button stays down.

    Where the pointer is follows from the clock, so a slow page sees as long a way as a quick one.

    Args:
        page: The page.
        start: Where the ground of a canvas is bare.
        across: Opposite, inside the canvas too.
        seconds: How long.
        begun: Called when the drag has begun.
    """
    (x, y), (to_x, to_y) = start, across
    length = math.hypot(to_x - x, to_y - y)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8 * (to_x - x) / length, y + 8 * (to_y - y) / length)
    begun()
    started = time.monotonic()
    while (spent := time.monotonic() - started) < seconds:
        turn = 2 * math.pi * spent / TURN
        along, aside = (1 - math.cos(turn)) / 2, 0.25 * math.sin(turn)
        page.mouse.move(
            x + along * (to_x - x) - aside * (to_y - y), y + along * (to_y - y) + aside * (to_x - x)
        )
        page.wait_for_timeout(8)


def wheel(page: Page, at: Point, seconds: float, begun: Callable[[], None]) -> None:
    """Turn the wheel in and out again, with the pointer at a place, 30 times a second at most."""
    page.mouse.move(*at)
    begun()
    started = time.monotonic()
    while (spent := time.monotonic() - started) < seconds:
        page.mouse.wheel(0, -60 if spent % WAVE < WAVE / 2 else 60)
        page.wait_for_timeout(16)
