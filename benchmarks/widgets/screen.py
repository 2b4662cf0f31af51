"""What is on the screen, and since when: the frames that the browser shows, with the time of each.

DevTools' ``Page.startScreencast`` hands over every frame that the compositor shows while
something changes, as a JPEG with its time. A graph is *painted* in the first frame in which
enough pixels of its canvas have the colours of its nodes, which all tools are given alike;
so it does not matter what a tool draws with, in which document, or what its progress bar looks like.
The resolution is one shown frame (17 ms at rest, more while the page is busy).
A frame that comes while another is on its way is dropped, so a pixel in the corner of the
page blinks ten times a second: without it, the last frame before all is at rest may be missed.
"""

from __future__ import annotations

import base64
import io
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import CDPSession, Error, Page

from widgets.palette import kind_colour

SHARE = 0.004
"""Of the pixels of its canvas at least so many have the colours of nodes when a graph is painted."""
NEAR = 42.0
"""So far from its colour, in RGB, is the edge of a small disc, or what a JPEG makes of it."""
Pixels = npt.NDArray[np.int16]
Box = tuple[float, float, float, float]
"""Left, top, width and height in pixels of CSS."""


def _vivid(kinds: tuple[str, ...]) -> Pixels:
    colours = [[int(kind_colour(k)[i : i + 2], 16) for i in (1, 3, 5)] for k in kinds]
    found = np.array(colours, dtype=np.int16)
    # Greys are also the colours of lines, bars and buttons.
    return np.asarray(found[np.ptp(found, axis=1) >= 60])


def pixels(image: bytes) -> Pixels:
    """A picture as numbers, shape (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(image)).convert("RGB"), dtype=np.int16)


@dataclass(slots=True)
class Screen:
    """What a page shows between :meth:`start` and :meth:`stop`.

    Args:
        page: The page.
        kinds: The kinds of concept whose colours the nodes have.
    """

    page: Page
    kinds: tuple[str, ...]
    frames: list[tuple[float, bytes]] = field(default_factory=list)
    """Time in milliseconds since 1970, and the JPEG, of each frame."""
    _session: CDPSession | None = None

    def start(self) -> None:
        """Begin anew."""
        self.frames.clear()
        self.page.evaluate("window.polymathProbe.blink(true)")
        self._session = session = self.page.context.new_cdp_session(self.page)

        def shown(event: dict[str, Any]) -> None:
            time = 1000.0 * float(event["metadata"]["timestamp"])
            self.frames.append((time, base64.b64decode(event["data"])))
            with suppress(Error):  # The browser may be closed while a frame is on its way.
                session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

        session.on("Page.screencastFrame", shown)
        session.send("Page.startScreencast", {"format": "jpeg", "quality": 90})

    def stop(self) -> None:
        """No more frames."""
        if self._session is not None:
            with suppress(Error):
                self._session.send("Page.stopScreencast")
                self._session.detach()
            self._session = None

    def coloured(self, image: Pixels) -> int:
        """How many pixels have the colour of a node."""
        flat = image.reshape(-1, 3)
        flat = flat[np.ptp(flat, axis=1) >= 40]
        near = np.zeros(len(flat), dtype=bool)
        for colour in _vivid(self.kinds):
            away = (flat - colour).astype(np.float32)
            near |= np.einsum("ij,ij->i", away, away) < NEAR**2
        return int(near.sum())

    def painted(self, image: bytes, box: Box | None = None, before: int = 0) -> bool:
        """Whether a graph is to be seen.

        Args:
            image: A frame.
            box: Where its canvas is; without it, anywhere.
            before: So many pixels had such a colour before there was a graph.
        """
        shown = pixels(image)
        if box is not None:
            left, top, width, height = (int(v) for v in box)
            shown = shown[max(top, 0) : top + height, max(left, 0) : left + width]
        area = shown.shape[0] * shown.shape[1] if box is not None else 400_000
        return self.coloured(shown) - before >= SHARE * area

    def first_painted(self, box: Box, since: float) -> tuple[float, bytes] | None:
        """Time and picture of the first frame in which the graph is to be seen in its canvas."""
        return next(
            ((time, image) for time, image in self.frames if time >= since and self.painted(image, box)),
            None,
        )  # fmt: skip
