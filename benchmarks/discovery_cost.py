"""What each method of discovery costs as the graph grows: seconds, memory, and the exponent of growth.

    python -m benchmarks.discovery_cost [--edges 10000 100000 1000000] [--methods bridges trends]
        [--kept results.json] [--plot docs/images/discovery_cost.svg]

Methods, and the made-up worlds that they work on, are in ``benchmarks.discovery_methods``. Each runs in a process
of its own on the same world; its memory is the most that it has allocated at a time, beyond the world, in a
second run on a world that was opened anew. The exponent is the slope of seconds over edges, both logarithmic:
1 is a cost that grows as the graph does.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import tracemalloc
from collections.abc import Mapping, Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.discovery_methods import METHODS
from benchmarks.measure import timed
from benchmarks.reliability import _STYLE

SIZES = (10_000, 100_000, 1_000_000)


def _run(name: str, edges: int, path: Path, told: Connection) -> None:
    world, method = METHODS[name]
    _, seconds = timed(partial(method, world.open(edges, path)))
    again = world.open(edges, path)  # without what the first run left at hand
    tracemalloc.start()  # which takes time of its own
    method(again)
    _, most = tracemalloc.get_traced_memory()
    told.send((seconds, most))


def measured(name: str, edges: int, folder: Path) -> tuple[float, int]:
    """Seconds and bytes that a method took, in a process of its own; worlds are kept in *folder*."""
    world, _ = METHODS[name]
    path = folder / f"{world.edges.replace(' ', '_')}-{edges}.kg"
    if not path.exists():
        world.make(edges, path)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(name, edges, path, there))
    process.start()
    there.close()
    try:
        found: tuple[float, int] = here.recv()
    except EOFError:
        raise SystemExit(f"{name} did not come to an end on {edges:,} edges") from None
    finally:
        process.join()
    return found


def exponent(edges: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of seconds over edges, both logarithmic.

    >>> round(exponent([10, 100, 1000], [1.0, 10.0, 100.0]), 6)
    1.0
    """
    return float(np.polyfit(np.log(edges), np.log(seconds), 1)[0])


def apart(places: Sequence[float], least: float) -> list[float]:
    """The places, in order, moved as little as leaves so much between each two.

    >>> apart([0, 1, 100], 10)
    [-4.5, 5.5, 100.0]
    """
    # Of places that touch: where each would have the first be, which is its own less the steps before it.
    groups: list[list[float]] = []
    for n, place in enumerate(places):
        groups.append([place - n * least])
        while len(groups) > 1 and np.mean(groups[-2]) >= np.mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    wanted = [float(np.mean(g)) for g in groups for _ in g]
    return [w + n * least for n, w in enumerate(wanted)]


def drawn(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Seconds over edges as an SVG that follows light and dark, both axes logarithmic."""
    width, height, left, top = 460, 300, 60, 20
    edges = [e for r in results.values() for e in r["edges"]]
    seconds = [s for r in results.values() for s in r["seconds"]]
    x0, x1 = np.log10(min(edges)), np.log10(max(edges))
    y0, y1 = np.floor(np.log10(min(seconds))), np.ceil(np.log10(max(seconds)))

    def x(e: float) -> float:
        return float(left + width * (np.log10(e) - x0) / max(x1 - x0, 1e-9))

    def y(s: float) -> float:
        return float(top + height * (1 - (np.log10(s) - y0) / max(y1 - y0, 1e-9)))

    parts = [f'<rect class="f" x="{left}" y="{top}" width="{width}" height="{height}"/>']
    for power in range(int(y0), int(y1) + 1):
        at = y(10.0**power)
        parts.append(f'<path class="g" d="M{left},{at:.1f}h{width}"/>')
        label = f"{10.0**power:g} s"
        parts.append(f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end">{label}</text>')
    for power in range(int(np.ceil(x0 - 0.1)), int(np.floor(x1 + 0.1)) + 1):
        at = min(max(x(10.0**power), left), left + width)
        parts.append(
            f'<text x="{at:.1f}" y="{top + height + 18}" text-anchor="middle">{10**power:,}</text>'
        )
    ends = sorted((y(r["seconds"][-1]), name) for name, r in results.items())
    for (at, name), beside in zip(ends, apart([at for at, _ in ends], 17), strict=True):
        r = results[name]
        points = " ".join(
            f"{x(e):.1f},{y(s):.1f}" for e, s in zip(r["edges"], r["seconds"], strict=True)
        )
        parts.append(f'<polyline class="n" points="{points}"/>')
        parts += [
            f'<circle class="p" cx="{x(e):.1f}" cy="{y(s):.1f}" r="3"/>'
            for e, s in zip(r["edges"], r["seconds"], strict=True)
        ]
        parts.append(
            f'<path class="g" d="M{left + width + 5},{at:.1f}L{left + width + 22},{beside:.1f}"/>'
        )
        text = f"{name} ({r['exponent']:.2f})"
        parts.append(f'<text x="{left + width + 26}" y="{beside + 4:.1f}">{text}</text>')
    parts.append(
        f'<text x="{left}" y="{top + height + 40}">seconds over edges; in brackets the exponent of growth</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 270} {top + height + 54}" '
        f'role="img" aria-label="Seconds over edges, by method"><style>{_STYLE}</style>'
        f"{''.join(parts)}</svg>\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line of JSON."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--edges", type=int, nargs="+", default=list(SIZES))
    options.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    options.add_argument("--plot", type=Path, help="write the curves here (SVG)")
    options.add_argument(
        "--kept", type=Path, help="keep results here (JSON), beside those of earlier runs"
    )
    args = options.parse_args(arguments)
    results: dict[str, dict[str, Any]] = {}
    if args.kept and args.kept.exists():
        results = json.loads(args.kept.read_text("utf-8"))
    print("| method | edges | seconds | MB |\n|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for name in args.methods:
            rows = []
            for edges in args.edges:
                seconds, memory = measured(name, edges, Path(folder))
                rows.append((seconds, memory))
                print(f"| {name} | {edges:,} | {seconds:.3g} | {memory / 1e6:.0f} |", flush=True)
            seconds_, memory_ = zip(*rows, strict=True)
            results[name] = {
                "of": METHODS[name][0].edges,
                "edges": args.edges,
                "seconds": [round(s, 4) for s in seconds_],
                "megabytes": [round(m / 1e6, 1) for m in memory_],
                "exponent": round(exponent(args.edges, seconds_), 2) if len(rows) > 1 else None,
            }
            print(f"| {name} | exponent | {results[name]['exponent']} | |", flush=True)
            if args.kept:
                args.kept.write_text(json.dumps(results, indent=1), "utf-8")
    if args.plot:
        args.plot.write_text(drawn({n: results[n] for n in METHODS if n in results}), "utf-8")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
