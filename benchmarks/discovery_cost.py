"""What each method of discovery costs as the graph grows: seconds, memory, and the exponent of growth.

    python -m benchmarks.discovery_cost [--edges 10000 100000 1000000] [--plot docs/images/discovery_cost.svg]

Networks are made at random, of four kinds of node and six metaedges, with ten edges a node and degrees that fall off
like a power, as those of real ones do. Each method runs in a process of its own on the same network;
its memory is the most that it has allocated at a time, beyond the network, in a second run. The exponent
is the slope of seconds over edges, both logarithmic: 1 is a cost that grows as the graph does.

A method is one line in METHODS: a name, and a function of a network that does the work.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measure import timed
from benchmarks.reliability import _STYLE
from kg.discovery.explaining import paths_between
from kg.discovery.hetnet import Hetnet
from kg.discovery.hetnet_making import EDGE_COLUMNS, hetnet_of_edges
from kg.discovery.hypotheses import hypotheses
from kg.discovery.metapaths import Metapath, Step, dwpc
from kg.discovery.null_model import permuted
from kg.discovery.what_if import Removal, without

SIZES = (10_000, 100_000, 1_000_000)
SEED = 0
SOME = 100
"""So many subjects are ranked for, where a method ranks for some."""
SHARES = {
    ("chemical", "treats", "disease"): 0.02,
    ("chemical", "binds", "gene"): 0.28,
    ("disease", "associates", "gene"): 0.2,
    ("gene", "interacts", "gene"): 0.3,
    ("chemical", "resembles", "chemical"): 0.1,
    ("disease", "presents", "symptom"): 0.1,
}
NODES = {"chemical": 0.3, "disease": 0.1, "gene": 0.5, "symptom": 0.1}


def made(edges: int, seed: int = SEED) -> pd.DataFrame:
    """About so many edges between a tenth as many nodes, in the columns of a table of edges."""
    rng = np.random.default_rng(seed)
    count = {kind: max(int(share * edges / 10), 5) for kind, share in NODES.items()}
    parts = []
    for (a, predicate, b), share in SHARES.items():
        n = int(edges * share)
        # The k-th of a kind is as likely as 1/√k: few have many edges.
        ends = [(count[k] * rng.random(n) ** 2).astype(int) for k in (a, b)]
        part = pd.DataFrame({"subject": ends[0], "object": ends[1]}).drop_duplicates()
        part = part.assign(subject_kind=a, predicate=predicate, object_kind=b)
        for end, kind in (("subject", a), ("object", b)):
            part[end] = kind + part[end].astype(str)
        part["licence"] = np.array(["CC0-1.0", "CC BY-NC 4.0"])[rng.integers(2, size=len(part))]
        parts.append(part[[*EDGE_COLUMNS, "licence"]])
    return pd.concat(parts, ignore_index=True)


def network(edges: int) -> Hetnet:
    """A network of that size."""
    return hetnet_of_edges(made(edges), symmetric=["resembles", "interacts"])


def _subjects(net: Hetnet) -> list[str]:
    ids = net.ids[net.nodes("chemical")]
    return [str(i) for i in ids[:: max(1, len(ids) // SOME)][:SOME]]


def _way(net: Hetnet) -> Metapath:
    """A chemical binds a gene that interacts with one that a disease associates with."""
    binds = net.metaedge_of("chemical", "binds", "gene")
    like = net.metaedge_of("gene", "interacts", "gene")
    of = net.metaedge_of("disease", "associates", "gene")
    return Metapath((Step(binds), Step(like), Step(of, backward=True)))


def count_all_paths(net: Hetnet) -> object:
    """Degree-weighted path counts of two steps from all chemicals to all diseases."""
    binds, _, of = _way(net).steps
    return dwpc(net, Metapath((binds, of)))


def count_paths(net: Hetnet) -> object:
    """Degree-weighted path counts of three steps from a hundred chemicals to all diseases."""
    rows = np.array([net.number("chemical", i) for i in _subjects(net)])
    return dwpc(net, _way(net), rows=rows)


def explain(net: Hetnet) -> object:
    """The ten heaviest paths of three steps for a hundred pairs."""
    disease = str(net.ids[net.nodes("disease")][0])
    found = []
    for subject in _subjects(net):
        paths = paths_between(net, _way(net), subject, disease)
        found.append([p for p, _ in zip(paths, range(10), strict=False)])
    return found


def permute(net: Hetnet) -> object:
    """One permutation that keeps every degree."""
    return permuted(net, seed=SEED)


def rank(net: Hetnet) -> object:
    """Learn from the known pairs of a hundred chemicals and rank their others, by metapaths of two steps."""
    return hypotheses(
        net, "chemical", "treats", "disease", max_length=2, subjects=_busiest(net), reasons=5
    )


def _busiest(net: Hetnet) -> list[str]:
    """The hundred chemicals that treat the most, so that there is something to learn from."""
    degree = net.matrix(net.metaedge_of("chemical", "treats", "disease")).sum(axis=1)
    return [str(i) for i in net.ids[net.nodes("chemical")][np.argsort(-degree)[:SOME]]]


def take_away(net: Hetnet) -> object:
    """The network without all that is under a non-commercial licence."""
    return without(net, Removal(licences=("non-commercial",)))


METHODS: Mapping[str, Callable[[Hetnet], object]] = {
    "path counts, all pairs": count_all_paths,
    "path counts, 100 subjects": count_paths,
    "explanations, 100 pairs": explain,
    "permutation": permute,
    "hypotheses, 100 subjects": rank,
    "what if, a licence": take_away,
}


def _run(name: str, edges: int, told: Connection) -> None:
    net = network(edges)
    _, seconds = timed(lambda: METHODS[name](net))
    again = net.kept(np.ones(len(net.subject), bool))  # without what the first run left at hand
    tracemalloc.start()  # which takes time of its own
    METHODS[name](again)
    _, most = tracemalloc.get_traced_memory()
    told.send((len(net.subject), seconds, most))


def measured(name: str, edges: int) -> tuple[int, float, int]:
    """Edges there were, seconds and bytes that a method took, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(name, edges, there))
    process.start()
    there.close()
    try:
        found: tuple[int, float, int] = here.recv()
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
    last = -np.inf
    for at, name in ends:
        r = results[name]
        points = " ".join(
            f"{x(e):.1f},{y(s):.1f}" for e, s in zip(r["edges"], r["seconds"], strict=True)
        )
        parts.append(f'<polyline class="n" points="{points}"/>')
        parts += [
            f'<circle class="p" cx="{x(e):.1f}" cy="{y(s):.1f}" r="3"/>'
            for e, s in zip(r["edges"], r["seconds"], strict=True)
        ]
        last = max(at + 4, last + 16)  # names do not lie over each other
        text = f"{name} ({r['exponent']:.2f})"
        parts.append(f'<text x="{left + width + 10}" y="{last:.1f}">{text}</text>')
    parts.append(
        f'<text x="{left}" y="{top + height + 40}">seconds over edges; in brackets the exponent of growth</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 260} {top + height + 54}" '
        f'role="img" aria-label="Seconds over edges, by method"><style>{_STYLE}</style>'
        f"{''.join(parts)}</svg>\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line of JSON."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--edges", type=int, nargs="+", default=list(SIZES))
    options.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    options.add_argument("--plot", type=Path, help="write the curves here (SVG)")
    args = options.parse_args(arguments)
    results: dict[str, dict[str, Any]] = {}
    print("| method | edges | seconds | MB |\n|---|---:|---:|---:|")
    for name in args.methods:
        rows = [measured(name, edges) for edges in args.edges]
        for edges, seconds, memory in rows:
            print(f"| {name} | {edges:,} | {seconds:.3g} | {memory / 1e6:.0f} |", flush=True)
        edges_, seconds_, memory_ = zip(*rows, strict=True)
        results[name] = {
            "edges": list(edges_),
            "seconds": [round(s, 4) for s in seconds_],
            "megabytes": [round(m / 1e6, 1) for m in memory_],
            "exponent": round(exponent(edges_, seconds_), 2) if len(rows) > 1 else None,
        }
        print(f"| {name} | exponent | {results[name]['exponent']} | |", flush=True)
    if args.plot:
        args.plot.write_text(drawn(results), "utf-8")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
