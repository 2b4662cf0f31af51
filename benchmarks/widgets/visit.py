"""One notebook opened, one cell run, and what comes of it: when its graph is painted, and what that takes."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Frame, Page, Playwright, Request, TimeoutError, expect

from benchmarks.widgets.screen import Box, Screen, pixels
from tests.browser.conftest import ARGUMENTS, idle
from tests.browser.lab import Lab, chromium

FLAGS = [*ARGUMENTS, "--enable-unsafe-swiftshader"]
"""Those of the browser tests; and WebGL by the processor, or what draws with it would paint nothing."""
VIEWPORT = (1240, 900)
REST = 2.5
"""Seconds after the first paint in which what comes counts as coming afterwards."""
SILENCE = 20.0
"""Seconds without a message and a canvas after which nothing is expected any more."""
PROBE = Path(__file__).with_name("probe.js")
_PEAK = "__import__('resource').getrusage(0).ru_maxrss"
_DEFAULT_PATIENCE = 60_000


class ToolFailed(Exception):
    """A tool raised, or painted nothing in time; the message is one line."""


@dataclass(slots=True)
class Painted:
    """What the first paint of a cell took.

    Attributes:
        first_paint_s: From the moment in which the page sends the cell to the frame that shows the graph.
        cell_s: The kernel's time for the cell.
        kernel_s: … and for what the page asked it until the first paint.
        wire: Bytes of the kernel's websocket, both ways, until the first paint …
        wire_after: … and in the time after it.
        http: Bytes of what the page loaded besides until then …
        http_after: … and after it.
        saved: By so many bytes the notebook's file has grown …
        saved_state: … and with the state of the widgets saved in it.
        peak_mb: By so much the largest memory of the kernel has grown.
        blocked: Addresses elsewhere that the page asked for and did not get.
        picture: The frame, as a JPEG.
    """

    first_paint_s: float
    cell_s: float
    kernel_s: float
    wire: int
    wire_after: int
    http: int
    http_after: int
    saved: int
    saved_state: int
    peak_mb: float
    blocked: list[str]
    picture: bytes


@dataclass(slots=True)
class Visit:
    """A page with a notebook whose last cell is to be run."""

    page: Page
    lab: Lab
    path: Path
    screen: Screen
    loads: list[tuple[float, int]] = field(default_factory=list)
    """Time in milliseconds since 1970, and bytes, of what was loaded over HTTP."""
    blocked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def first_paint(self, patience: float, *, rest: float = REST) -> Painted:
        """Run the last cell and wait until its graph is painted.

        Args:
            patience: Seconds after which it is given up.
            rest: Seconds to go on counting bytes.

        Raises:
            ToolFailed: If the cell fails, or nothing is painted in time.
        """
        page = self.page
        peak = self._peak()
        before = self._saved()
        page.evaluate("window.polymathProbe.listen()")
        self.screen.start()
        page.wait_for_timeout(400)
        coloured = self._coloured_now()
        since = float(
            page.evaluate(
                """() => {
                    const now = window.polymathProbe.now();
                    void window.jupyterapp.commands.execute("notebook:run-cell");
                    return now;
                }"""
            )
        )
        then, picture = self._wait_for_paint(since, coloured, patience)
        page.wait_for_timeout(1000 * rest)
        self.screen.stop()
        wire, http = self._wire(), [(t, size) for t, size in self.loads if t >= since]
        cell, kernel = self._kernel(since, then)
        return Painted(
            first_paint_s=(then - since) / 1000,
            cell_s=cell,
            kernel_s=kernel,
            wire=sum(size for t, size in wire if since <= t <= then),
            wire_after=sum(size for t, size in wire if t > then),
            http=sum(size for t, size in http if t <= then),
            http_after=sum(size for t, size in http if t > then),
            saved=self._saved() - before,
            saved_state=self._saved(state=True) - before,
            peak_mb=(self._peak() - peak) / 1024,
            blocked=list(dict.fromkeys(self.blocked)),
            picture=picture,
        )

    def _coloured_now(self) -> int:
        frames = self.screen.frames
        return self.screen.coloured(pixels(frames[-1][1])) if frames else 0

    def _wait_for_paint(self, since: float, before: int, patience: float) -> tuple[float, bytes]:
        """Time in milliseconds and picture of the first frame that shows the graph."""
        end = time.monotonic() + patience
        looked = ended = 0.0
        while time.monotonic() < end:
            # Looking at frames costs time that the page may need; the exact frame is looked up later.
            self.page.wait_for_timeout(150)
            frames = self.screen.frames
            if frames and frames[-1][0] > max(looked, since):
                looked = frames[-1][0]
                if self.screen.painted(frames[-1][1], before=before):
                    with suppress(ToolFailed):
                        found = self.screen.first_painted(self.drawn()[1], since)
                        if found is not None:
                            return found
                    looked = 0.0  # The canvas could not be found yet.
            if time.monotonic() - ended > 2:
                ended = time.monotonic()
                self._fail_if_over(since)
        raise ToolFailed(f"nothing painted within {patience:.0f} s")

    def _fail_if_over(self, since: float) -> None:
        """Do not wait for what cannot come any more."""
        try:
            handle = self.page.wait_for_function("() => [window.polymathProbe.told()]", timeout=300)
        except TimeoutError:
            return  # The page is busy.
        failure, messages, last, now = handle.json_value()[0]
        if failure:
            raise ToolFailed(failure[:300])
        if now - max(last, since) > 1000 * SILENCE and all(map(_blank, self.page.frames)):
            raise ToolFailed(
                f"no canvas, and page and kernel at rest after {messages:,} messages: some were lost on the way"
            )

    # ------------------------------------------------------------------ where the picture is

    def drawn(self) -> tuple[Frame, Box]:
        """The document that draws, which is that with the largest canvas, and where in the page the canvas is.

        Raises:
            ToolFailed: If there is none, or the page is too busy to say.
        """
        found = [(frame, box) for frame in self.page.frames if (box := _canvas(frame))]
        if not found:
            raise ToolFailed("there is no canvas")
        frame, (x, y, width, height) = max(found, key=lambda f: f[1][2] * f[1][3])
        left, top = self._corner(frame)
        return frame, (left + x, top + y, width, height)

    def bare(self, document: Frame, x: float, y: float) -> bool:
        """Whether nothing lies over the canvas of a document at a point of the page."""
        left, top = self._corner(document)
        return bool(
            document.evaluate("([x, y]) => window.polymathProbe.bare(x, y)", [x - left, y - top])
        )

    def _corner(self, document: Frame) -> tuple[float, float]:
        if document.parent_frame is None:
            return 0.0, 0.0
        box = document.frame_element().bounding_box()
        assert box is not None
        return box["x"], box["y"]

    # ------------------------------------------------------------------ what it takes

    def _wire(self) -> list[tuple[float, int]]:
        return [(t, int(size)) for t, size in self.page.evaluate("window.polymathProbe.wire")]

    def _kernel(self, since: float, then: float) -> tuple[float, float]:
        """Seconds of the kernel for the cell, and for all until the first paint."""
        told: list[tuple[float, str, str, str]] = self.page.evaluate("window.polymathProbe.kernel")
        began: dict[str, float] = {}
        cell = total = 0.0
        for at, state, asked, id_ in told:
            if state == "busy" and since - 50 <= at <= then:
                began[id_] = at
            elif state == "idle" and id_ in began:
                spent = (at - began.pop(id_)) / 1000
                total += spent
                cell += spent if asked == "execute_request" else 0.0
        return cell, total

    def _saved(self, *, state: bool = False) -> int:
        """Bytes of the notebook's file, saved now."""
        toggle = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"
        # A setting of the server, which the next visit must find as it was.
        commands = [toggle, "docmanager:save", toggle] if state else ["docmanager:save"]
        for command in commands:
            self.page.evaluate("(c) => window.jupyterapp.commands.execute(c)", command)
        return self.path.stat().st_size

    def _peak(self) -> float:
        """Largest memory of the kernel until now, in KiB."""
        found = self.page.evaluate("(e) => window.polymathProbe.evaluated(e)", {"peak": _PEAK})
        return float(found["peak"] or 0)


def _blank(frame: Frame) -> bool:
    """Whether a document has no canvas; one that is too busy to say may yet have one."""
    try:
        handle = frame.wait_for_function("() => [window.polymathProbe?.canvas()]", timeout=1000)
        return bool(handle.json_value() == [None])
    except Error:
        return False


def _canvas(frame: Frame) -> Box | None:
    try:
        handle = frame.wait_for_function("() => [window.polymathProbe?.canvas()]", timeout=20_000)
        (found,) = handle.json_value()
    except Error:
        return None
    return None if found is None else (found[0], found[1], found[2], found[3])


@contextmanager
def visit(
    playwright: Playwright,
    lab: Lab,
    name: str,
    setup: str,
    cell: str,
    kinds: tuple[str, ...],
    *,
    ratio: float = 1.0,
) -> Iterator[Visit]:
    """A browser of its own, with a notebook of two cells of which the first has been run.

    Args:
        playwright: Starts the browser.
        lab: Serves the notebook.
        name: Of the notebook.
        setup: Code of the first cell.
        cell: Code of the second.
        kinds: Kinds of concept of the graph.
        ratio: Pixels of the device in a pixel of CSS.

    Raises:
        ToolFailed: If the first cell fails.
    """
    address = lab.write(name, setup, cell)
    browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
    width, height = VIEWPORT
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=ratio
    )
    context.add_init_script(path=PROBE)
    page = context.new_page()
    page.set_default_timeout(_DEFAULT_PATIENCE)
    made = Visit(page, lab, lab.notebooks / f"{name}.ipynb", Screen(page, kinds))
    _listen(made)
    try:
        page.goto(address)
        idle(page)
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
        expect(page.locator(".jp-CodeCell .jp-InputPrompt").first).to_have_text(
            "[1]:", timeout=60_000
        )
        idle(page)
        if page.locator(".jp-CodeCell").first.locator("[data-mime-type*=error]").count():
            raise ToolFailed("the cell before it fails; is the tool installed?")
        yield made
    finally:
        made.screen.stop()
        browser.close()
        _end_kernels(lab)


def _listen(made: Visit) -> None:
    def on_request(request: Request) -> None:
        if request.url.startswith("http") and not request.url.startswith(made.lab.url):
            made.blocked.append(request.url.split("?")[0])

    def on_finished(request: Request) -> None:
        # Of what is said to the server's API only the kernel's websocket belongs to the cell.
        if request.url.startswith(made.lab.url) and "/api/" not in request.url:
            with suppress(Error):  # The browser may be closed while a request is on its way.
                sizes = request.sizes()
                got = sizes["responseBodySize"] + sizes["responseHeadersSize"]
                made.loads.append((request.timing["startTime"], got))

    made.page.on("request", on_request)
    made.page.on("requestfinished", on_finished)
    made.page.on("pageerror", lambda error: made.errors.append(f"{error.name}: {error.message}"))


def _end_kernels(lab: Lab) -> None:
    def asked(path: str, method: str) -> bytes:
        request = urllib.request.Request(f"{lab.url}{path}?token={lab.token}", method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())

    for kernel in json.loads(asked("/api/kernels", "GET")):
        asked(f"/api/kernels/{kernel['id']}", "DELETE")
