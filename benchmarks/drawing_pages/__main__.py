"""``python -m benchmarks.drawing_pages``: frames a second while a pointer pans and a wheel zooms.

The built page in a real Chromium without a GPU, with a kernel that answers from files, so that
what is measured is drawing alone. Intervals are those of ``requestAnimationFrame`` in the page.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.drawing_pages.graphs import invented
from benchmarks.gestures import TURN, WAVE, drag, figures, wheel
from benchmarks.measure import timed
from kg.ontology import KINDS, PREDICATES
from tests.browser.conftest import ARGUMENTS
from tests.browser.lab import chromium
from widgets.arrangements import LAYOUTS
from widgets.build import STATIC
from widgets.canvas import Canvas
from widgets.look import Look
from widgets.protocol import pack
from widgets.wanted import Wanted

SIZES = ((1_000, 2_000), (5_000, 10_000), (10_000, 20_000))
TURNS, WAVES = 2, 3
HERE = Path(__file__).parent


def write_pages(folder: Path, nodes: int, edges: int) -> dict[str, float]:
    """Write what the page loads; returns seconds of layout and packing, and bytes of the message."""
    canvas = Canvas()
    concepts, related = invented(nodes, edges)
    _, placing = timed(lambda: canvas.add(concepts, related))
    (header, buffers), packing = timed(lambda: pack(canvas.tables()))
    message: dict[str, Any] = {
        "kind": "graph/full", "revision": 1, "focus": None, "note": "", "arranged": "free",
        "given": [], "sight": {"selected": [], "look": Look().told(), **Wanted().told()},
        "guides": [], "settled": False, "kinds": dict(KINDS), "tables": header,
        "predicates": {p.name: [p.label, p.symmetric] for p in PREDICATES.values()},
    }  # fmt: skip
    places, raw = {}, b""
    for name in LAYOUTS:
        found = canvas.arrange(name)
        head, parts = pack(canvas.places())
        places[name] = {
            "kind": "graph/places", "base": 1, "revision": 1, "arranged": name, "tables": head,
            "guides": [[g.label, g.left, g.top, g.right, g.bottom] for g in found.guides],
            "start": len(raw), "sizes": [len(p) for p in parts],
        }  # fmt: skip
        raw += b"".join(parts)
    head_ = json.dumps(
        {"message": message, "sizes": [len(b) for b in buffers], "places": places},
        ensure_ascii=False,
    )
    (folder / "message.json").write_text(head_, encoding="utf-8")
    (folder / "buffers.bin").write_bytes(b"".join(buffers))
    (folder / "places.bin").write_bytes(raw)
    for source in (HERE / "page.html", STATIC / "explorer.js", STATIC / "explorer.css"):
        (folder / source.name).write_bytes(source.read_bytes())
    sent = sum(map(len, buffers)) + len(json.dumps(message))
    return {"place_s": round(placing, 3), "pack_s": round(packing, 3), "bytes": sent}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on the loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/page.html"
        server.shutdown()
        thread.join()


def hands_on(page: Page) -> dict[str, dict[str, float]]:
    """Drag the ground round, and turn the wheel in and out; the frames of each."""
    box = page.get_by_test_id("stage").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def begin() -> None:
        page.evaluate("window.measure(true)")

    found = {}
    drag(page, (middle[0], box["y"] + 30), middle, TURNS * TURN, begin)
    found["pan"] = figures(page.evaluate("window.measure(false)"))
    page.mouse.up()
    page.wait_for_timeout(500)
    wheel(page, middle, WAVES * WAVE, begin)
    found["zoom"] = figures(page.evaluate("window.measure(false)"))
    page.wait_for_timeout(500)
    return found


def main() -> None:
    """Measure all sizes, and keep pictures if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="keep screenshots in this folder")
    parser.add_argument("--ratio", type=float, default=1.0, help="device pixels a CSS pixel")
    options = parser.parse_args()
    report = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for nodes, edges in SIZES:
            with tempfile.TemporaryDirectory() as name:
                kernel = write_pages(Path(name), nodes, edges)
                with served(Path(name)) as address:
                    report[f"{nodes}/{edges}"] = {
                        **kernel, **_measure(browser, address, options, f"{nodes}")
                    }  # fmt: skip
        browser.close()
    for size, row in report.items():
        print(size, row)
    print(json.dumps({"benchmark": "drawing", "ratio": options.ratio, **report}))


def _measure(browser: Any, address: str, options: argparse.Namespace, name: str) -> dict[str, Any]:
    context = browser.new_context(
        viewport={"width": 1240, "height": 700}, device_scale_factor=options.ratio
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.get_by_test_id("counts").filter(has_text="concept").wait_for()
    page.wait_for_timeout(1500)
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(1500)
            page.screenshot(path=options.pictures / f"{name}_{scheme}_{options.ratio:g}x.png")
    found = hands_on(page)
    context.close()
    if errors:
        raise SystemExit(f"errors in the page: {errors}")
    return found


if __name__ == "__main__":
    main()
