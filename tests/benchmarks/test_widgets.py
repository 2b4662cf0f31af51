"""The harness that sets the Explorer beside other widgets still works; what it measures is not judged here."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Playwright

from benchmarks.widgets.__main__ import LIMITS, Measuring, Row, table
from benchmarks.widgets.hands import bare
from benchmarks.widgets.screen import Screen
from benchmarks.widgets.tools import OURS, TOOLS, write_graph
from tests.browser.lab import Lab, chromium
from tests.conftest import need
from widgets.build import BUILT, STATIC
from widgets.palette import kind_colour

NODES = 120
BOX = (20.0, 20.0, 360.0, 160.0)


@pytest.mark.timeout(240)
def test_the_explorer_is_measured(tmp_path: Path, playwright: Playwright) -> None:
    need(chromium() is not None, "no Chromium on this machine (apt-get install chromium)")
    need(
        all((STATIC / name).is_file() for name in BUILT),
        "the page is not built (python -m widgets.build)",
    )
    with Lab(tmp_path / "lab", LIMITS) as lab:
        write_graph(lab.notebooks, NODES, 2 * NODES)
        row, measuring = Row(OURS, NODES, 2 * NODES), Measuring(playwright, lab, 60.0, rest=1.0)
        measuring.first_paint(row)
        measuring.pictures(row, tmp_path)
    assert not row.failures
    assert not row.errors
    (painted,) = row.paints
    assert not painted.blocked
    assert 0 < painted.cell_s <= painted.kernel_s < painted.first_paint_s
    # The page's code, the picture for static renderers and the graph have crossed the wire.
    page = sum((STATIC / f"explorer.{kind}").stat().st_size for kind in ("js", "css"))
    assert page < painted.wire < page + 1_000_000
    assert 0 < painted.saved < painted.saved_state
    for gesture in row.gestures.values():
        assert gesture.frames["frames"] > 10
        assert gesture.pictures > 1
        assert gesture.moved > 0.01
    assert Image.open(tmp_path / f"{OURS}_{NODES}_1x.png").size == (1240, 900)
    assert Image.open(tmp_path / f"{OURS}_{NODES}_2x.png").size == (2480, 1800)
    assert f"{row.middle('first_paint_s'):.2f} s" in table([row])
    assert row.told()["pan"]["frames"]["fps"] > 0


def test_what_fails_is_a_line() -> None:
    row = Row("pyvis", 10, 20, failures=["nothing painted within 120 s"])
    assert "pyvis             10  nothing painted within 120 s" in table([row])
    assert row.told()["failures"] == ["nothing painted within 120 s"]


def test_a_progress_bar_is_no_graph() -> None:
    screen = Screen(None, tuple(k for k in ("material", "gene", "term")))  # type: ignore[arg-type]
    image = Image.new("RGB", (400, 200), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 150, 340, 170), fill="#00adf6")
    pen.rectangle((40, 60, 340, 80), fill=kind_colour("term"))  # grey, as lines and bars are
    assert not screen.painted(_jpeg(image), BOX)
    for x in range(40, 340, 20):
        pen.ellipse((x, 100, x + 6, 106), fill=kind_colour("gene"))
    assert screen.painted(_jpeg(image), BOX)
    assert not screen.painted(_jpeg(image), (20.0, 120.0, 360.0, 60.0)), "beside the canvas"


def test_a_drag_begins_where_nothing_is() -> None:
    image = np.full((60, 80, 3), 255, np.int16)
    image[30, 20] = 0
    found = bare(image, 5)
    assert found[30, 40]
    assert not found[27, 24]
    assert not found[2, 40], "too near to the rim"


@pytest.mark.parametrize("tool", TOOLS)
def test_cells_are_python(tool: str) -> None:
    asked = TOOLS[tool]
    for code in (asked.setup.format(size=10), asked.cell.format(size=10, height=500)):
        compile(code, tool, "exec")


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()
