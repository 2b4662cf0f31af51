"""The harness that sets the Explorer beside other widgets still works; what it measures is not judged here."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Playwright

from benchmarks.widgets.__main__ import LIMITS, Measuring, Row, table
from benchmarks.widgets.tools import OURS, write_graph
from tests.browser.lab import Lab
from widgets.build import STATIC

NODES = 120


@pytest.mark.timeout(240)
def test_the_explorer_is_measured(tmp_path: Path, playwright: Playwright) -> None:
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
