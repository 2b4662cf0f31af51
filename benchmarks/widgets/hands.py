"""Pan and zoom of a graph that is painted, with the frames of the document that draws and a look at the picture."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import Frame

from benchmarks.gestures import TURN, WAVE, Point, drag, figures, wheel
from benchmarks.widgets.screen import Box, Pixels, pixels
from benchmarks.widgets.visit import ToolFailed, Visit

TURNS, WAVES = 2, 3
"""So often a measured drag goes round, and the wheel in and out; each ends where it began."""
MOVED = 0.01
"""At least this share of the canvas is another when the picture follows the hand."""
REACH = 14
"""So many pixels around where a drag begins are bare, or a node would be dragged."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """Frames during a gesture.

    Attributes:
        frames: Of ``requestAnimationFrame`` in the document that draws; see :func:`benchmarks.gestures.figures`.
        pictures: Different pictures a second that the browser showed when the gesture was done again;
            taking them down costs time, so these are fewer.
        moved: Largest share of the canvas that was another than before.
    """

    frames: dict[str, float]
    pictures: float
    moved: float


def pan_and_zoom(visit: Visit) -> dict[str, Gesture]:
    """Drag the ground, and turn the wheel.

    Raises:
        ToolFailed: If there is nowhere to begin, or the picture stays as it is.
    """
    page = visit.page
    document, box = visit.drawn()
    middle = (box[0] + box[2] / 2, min(box[1] + box[3] / 2, page.viewport_size["height"] - 40))  # type: ignore[index]
    start = _ground(visit, document, box)
    # The far end of the drag lies as far on the other side of the middle, well inside.
    across = (start[0] + 1.2 * (middle[0] - start[0]), start[1] + 1.2 * (middle[1] - start[1]))

    def begin() -> None:
        document.evaluate("window.polymathProbe.measure(true)")

    def panned(times: int, begun: Callable[[], None]) -> None:
        drag(page, start, across, times * TURN, begun)

    def zoomed(times: int, begun: Callable[[], None]) -> None:
        wheel(page, middle, times * WAVE, begun)

    found = {}
    for name, act, times in (("pan", panned, TURNS), ("zoom", zoomed, WAVES)):
        # What keeps frames coming while they are taken down is not to be counted.
        page.evaluate("window.polymathProbe.blink(false)")
        act(times, begin)
        frames = figures(document.evaluate("window.polymathProbe.measure(false)"))
        page.mouse.up()
        page.wait_for_timeout(600)
        found[name] = Gesture(frames, *_watched(visit, box, act))
        if found[name].moved < MOVED:
            raise ToolFailed(f"the picture does not change during a {name}")
        page.mouse.up()
        page.wait_for_timeout(600)
    return found


def _watched(
    visit: Visit, box: Box, act: Callable[[int, Callable[[], None]], None]
) -> tuple[float, float]:
    """The gesture once more while frames are taken down: different pictures a second, and share moved."""
    screen = visit.screen
    screen.start()
    visit.page.wait_for_timeout(200)
    act(1, lambda: None)
    screen.stop()
    shown = [(time, _cut(pixels(image), box)) for time, image in screen.frames]
    if len(shown) < 2:
        return 0.0, 0.0
    changes = [_differ(a, b) for (_, a), (_, b) in pairwise(shown)]
    seconds = (shown[-1][0] - shown[0][0]) / 1000
    moved = max(_differ(shown[0][1], image) for _, image in shown[1:])
    return round(sum(c > 0.0005 for c in changes) / max(seconds, 0.1), 1), round(moved, 3)


def _cut(image: Pixels, box: Box) -> Pixels:
    left, top, width, height = (int(v) for v in box)
    return image[max(top, 0) : top + height, max(left, 0) : left + width]


def _differ(a: Pixels, b: Pixels) -> float:
    """Share of pixels that differ by more than what a JPEG may."""
    return float((np.abs(a - b).max(axis=2) > 40).mean())


def _ground(visit: Visit, document: Frame, box: Box) -> Point:
    """A bare place on the canvas, as far from its middle as there is one."""
    left, top = box[:2]
    image = pixels(visit.page.screenshot())
    seen = _cut(image, box)
    free = bare(seen, REACH)
    rows, columns = np.nonzero(free[REACH:-REACH:12, REACH:-REACH:12])
    places = np.column_stack([columns, rows]) * 12 + REACH
    centre = np.array([seen.shape[1] / 2, seen.shape[0] / 2])
    away = np.abs((places - centre) / centre).max(axis=1)
    for x, y in places[np.argsort(-away, kind="stable")][:400:4]:
        at = float(max(left, 0) + x), float(max(top, 0) + y)
        if math.hypot(x - centre[0], y - centre[1]) > 60 and visit.bare(document, *at):
            return at
    raise ToolFailed("there is no bare ground to drag")


def bare(image: Pixels, reach: int) -> npt.NDArray[np.bool_]:
    """Where no pixel within *reach* is of another colour than most, shape (height, width)."""
    packed = (image[..., 0].astype(np.int64) << 16) + (image[..., 1].astype(np.int64) << 8) + image[..., 2]  # fmt: skip
    values, counts = np.unique(packed, return_counts=True)
    inked = packed != values[counts.argmax()]
    total = np.zeros((inked.shape[0] + 1, inked.shape[1] + 1), dtype=np.int64)
    total[1:, 1:] = inked.cumsum(axis=0).cumsum(axis=1)
    out = np.zeros(inked.shape, dtype=bool)
    size = 2 * reach
    within = (
        total[size:, size:] - total[:-size, size:] - total[size:, :-size] + total[:-size, :-size]
    )
    out[reach : reach + within.shape[0], reach : reach + within.shape[1]] = within == 0
    return out


def as_png(image: bytes) -> bytes:
    """Any picture as PNG."""
    out = io.BytesIO()
    Image.open(io.BytesIO(image)).save(out, "PNG")
    return out.getvalue()
