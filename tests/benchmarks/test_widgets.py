"""The parts of the harness that sets the Explorer beside other widgets; in a browser: tests/browser/test_harness.py."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.widgets.__main__ import Row, table
from benchmarks.widgets.hands import bare
from benchmarks.widgets.screen import Screen
from benchmarks.widgets.tools import TOOLS
from widgets.palette import kind_colour

BOX = (20.0, 20.0, 360.0, 160.0)


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
