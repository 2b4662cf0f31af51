"""``python -m benchmarks.widgets``: the Explorer, ipysigma, ipycytoscape and pyvis show the same graphs.

Real JupyterLab, real Chromium without a GPU, a new browser and a new kernel for each first
paint. Measured from the moment in which the page sends the cell, with imports done and the
graph at hand. What each figure is, stands in :class:`benchmarks.widgets.visit.Painted` and
:class:`benchmarks.widgets.hands.Gesture`; how the first paint is told, in
:mod:`benchmarks.widgets.screen`. ``pip install 'polymath-kg[bench]'`` installs the others.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Playwright, sync_playwright

from benchmarks.widgets.hands import Gesture, as_png, pan_and_zoom
from benchmarks.widgets.tools import HEIGHT, TOOLS, kinds_of, write_graph
from benchmarks.widgets.visit import REST, Painted, ToolFailed, Visit, visit
from tests.browser.lab import Lab

SIZES = (1_000, 5_000, 10_000)
EDGES = 2
"""So many edges a node."""
LIMITS = {"ServerApp.iopub_msg_rate_limit": 1e9, "ServerApp.iopub_data_rate_limit": 1e12}
"""As delivered, JupyterLab cuts off a tool that sends a message a node and edge."""


@dataclass(slots=True)
class Row:
    """One tool at one size."""

    tool: str
    nodes: int
    edges: int
    paints: list[Painted] = field(default_factory=list)
    gestures: dict[str, Gesture] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    spent: float = 0.0
    """Seconds."""

    def middle(self, name: str) -> float:
        """Median of a figure of the first paints."""
        return float(statistics.median(getattr(p, name) for p in self.paints))

    def told(self) -> dict[str, Any]:
        """All figures, for JSON."""
        names = [n for n in Painted.__dataclass_fields__ if n not in ("blocked", "picture")]
        middles = {n: round(self.middle(n), 3) for n in names} if self.paints else {}
        return {
            "tool": self.tool, "nodes": self.nodes, "edges": self.edges, **middles,
            "first_paints_s": [round(p.first_paint_s, 3) for p in self.paints],
            "blocked": self.paints[0].blocked if self.paints else [],
            **{name: asdict(g) for name, g in self.gestures.items()},
            "failures": self.failures, "page_errors": self.errors,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measuring:
    """How rows are filled.

    Attributes:
        playwright: Starts browsers.
        lab: Where the graphs lie as :func:`benchmarks.widgets.tools.write_graph` writes them.
        patience: Seconds until a first paint is given up; when those of a row have taken so
            long together, no more are begun.
        rest: Seconds to go on counting bytes after each.
    """

    playwright: Playwright
    lab: Lab
    patience: float = 120.0
    rest: float = REST

    def first_paint(self, row: Row) -> None:
        """One more first paint of a row, after the first that succeeds with pan and zoom; what fails is told in it."""
        if row.spent > self.patience:
            return
        started = time.monotonic()

        def keep(made: Visit, painted: Painted) -> None:
            row.paints.append(painted)
            if not row.gestures:
                row.gestures = pan_and_zoom(made)

        failed = len(row.failures)
        self._visit(row, f"{len(row.paints) + failed}", 1.0, self.rest, keep)
        row.spent += time.monotonic() - started
        say(f"  {row.tool} {row.nodes:,}: {row.failures[failed:] or row.paints[-1].first_paint_s}")

    def pictures(self, row: Row, folder: Path) -> None:
        """Write its first paint at one pixel of the device a pixel, and another at two."""
        if row.paints:
            name = f"{row.tool}_{row.nodes}"
            (folder / f"{name}_1x.png").write_bytes(as_png(row.paints[0].picture))
            large = folder / f"{name}_2x.png"
            self._visit(row, "2x", 2.0, 0.0, lambda made, _: made.page.screenshot(path=large))

    def _visit(
        self,
        row: Row,
        name: str,
        ratio: float,
        rest: float,
        then: Callable[[Visit, Painted], object],
    ) -> None:
        tool = TOOLS[row.tool]
        setup = tool.setup.format(size=row.nodes)
        cell = tool.cell.format(size=row.nodes, height=HEIGHT)
        kinds = kinds_of(row.nodes, row.edges)
        name = f"{row.tool}_{row.nodes}_{name}"
        try:
            with visit(self.playwright, self.lab, name, setup, cell, kinds, ratio=ratio) as made:
                painted = made.first_paint(self.patience, rest=rest)
                row.errors += [e for e in made.errors if e not in row.errors]
                then(made, painted)
        except ToolFailed as failure:
            row.failures.append(str(failure))
        except Error as error:
            row.failures.append(f"the browser: {str(error).splitlines()[0]}")


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def table(rows: Sequence[Row]) -> str:
    """What people read."""
    head = (
        f"{'':<13}{'nodes':>7}{'first paint':>12}{'kernel':>8}{'wire':>9}{'HTTP':>9}{'after':>9}"
        f"{'saved':>9}{'memory':>8}{'pan FPS':>15}{'zoom FPS':>15}"
    )
    lines = [head, "-" * len(head)]
    for row in rows:
        name = f"{row.tool:<13}{row.nodes:>7,}"
        if not row.paints:
            lines.append(f"{name}  {'; '.join(dict.fromkeys(row.failures))}")
            continue
        after = row.middle("wire_after") + row.middle("http_after")
        hands = "".join(f"{_hand(row.gestures.get(g)):>15}" for g in ("pan", "zoom"))
        tried = len(row.paints) + len(row.failures)
        lines.append(
            f"{name}{row.middle('first_paint_s'):>10.2f} s{row.middle('kernel_s'):>6.2f} s"
            f"{_kb(row.middle('wire'))}{_kb(row.middle('http'))}{_kb(after)}{_kb(row.middle('saved'))}"
            f"{row.middle('peak_mb'):>5.0f} MB{hands}"
        )
        if row.failures:
            lines.append(
                f"{'':<13}{len(row.failures)} of {tried}: {'; '.join(dict.fromkeys(row.failures))}"
            )
    about = [f"{tool}: {TOOLS[tool].about}." for tool in dict.fromkeys(row.tool for row in rows)]
    blocked = {r.tool: p.blocked for r in rows for p in r.paints if p.blocked}
    more = [f"{tool} asked elsewhere for {', '.join(urls)}." for tool, urls in blocked.items()]
    legend = (
        "FPS: median / 95th percentile (pictures shown a second in a second pass, with a recorder). "
        "Bytes: until the first paint, and in the seconds after it; saved: what the notebook grows by. "
        f"JupyterLab's limits on messages and bytes a second are lifted. Sizes: {EDGES} edges a node."
    )
    return "\n".join([*lines, "", *about, *more, legend])


def _kb(value: float) -> str:
    return f"{value / 1000:>6,.0f} kB"


def _hand(found: Gesture | None) -> str:
    if found is None:
        return "–"
    return f"{found.frames['fps']:.0f} / {found.frames['p95_fps']:.0f} ({found.pictures:.0f})"


def _installed(row: Row) -> bool:
    missing = [p for p in TOOLS[row.tool].packages if importlib.util.find_spec(p) is None]
    if missing:
        install = "pip install 'polymath-kg[bench]'"
        row.failures.append(f"{', '.join(missing)} is not installed ({install})")
    return not missing


def main() -> None:
    """Measure all tools at all sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, help="nodes; twice as many edges"
    )
    parser.add_argument("--tools", nargs="+", default=list(TOOLS), choices=list(TOOLS))
    parser.add_argument("--repeat", type=int, default=3, help="first paints of each")
    parser.add_argument("--patience", type=float, default=120, help="seconds until one is given up")
    parser.add_argument(
        "--pictures", type=Path, help="keep pictures of the first paints in this folder"
    )
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab(Path(folder) / "lab", LIMITS) as lab,
        sync_playwright() as playwright,
    ):
        for nodes in given.sizes:
            write_graph(lab.notebooks, nodes, EDGES * nodes)
        measuring = Measuring(playwright, lab, given.patience)
        for nodes in given.sizes:
            here = [Row(tool, nodes, EDGES * nodes) for tool in given.tools]
            ready = [row for row in here if _installed(row)]
            # In turn, so that whatever else the machine does slows all of them.
            for _ in range(given.repeat):
                for row in ready:
                    measuring.first_paint(row)
            for row in ready if given.pictures else ():
                measuring.pictures(row, given.pictures)
            rows += here
    rows.sort(key=lambda row: given.tools.index(row.tool))
    print(table(rows))
    print(json.dumps({"benchmark": "widgets", "rows": [row.told() for row in rows]}))


if __name__ == "__main__":
    main()
