"""Expansion, paths and communities of a large graph: ours, and networkx on the same graph.

``python -m benchmarks.looking [--concepts 100000] [--statements 300000] [--hub 10000]``

The graph is made up (``tests/kg/networks.py``: communities, degrees that fall off like a power,
one hub) and lies in a SQLite file. networkx is given the graph in memory; its reading is
not counted, ours is, on a line of its own. Last line: all figures as JSON.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

import kg
from benchmarks.measure import median_ms, timed
from kg import walking
from kg.communities import arcs_among
from kg.drilling import communities, members
from kg.filtering import Filter
from kg.louvain import louvain, modularity
from kg.network import Network, network
from tests.kg.networks import planted, write_rows

PAIRS, SEED = 20, 1


def show(figures: dict[str, Any], name: str, value: float, unit: str = "ms") -> None:
    """Keep a figure and print it."""
    figures[name] = round(value, 3)
    print(f"{name:<52}{value:12.2f} {unit}")


def as_networkx(walked: Network) -> nx.Graph[int]:
    """The same graph: between two concepts the most believed statement."""
    graph: nx.Graph[int] = nx.Graph()
    for row in np.argsort(walked.belief, kind="stable"):
        belief = float(walked.belief[row])
        ends = int(walked.subject[row]), int(walked.object[row])
        graph.add_edge(*ends, cost=-np.log(max(belief, 1e-6)), belief=belief)
    return graph


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--concepts", type=int, default=100_000)
    parser.add_argument("--statements", type=int, default=300_000)
    parser.add_argument("--hub", type=int, default=10_000)
    parser.add_argument("--no-baseline", action="store_true", help="leave networkx out")
    given = parser.parse_args()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "large.kg"
        with kg.connect(home) as graph:
            write_rows(
                graph.store,
                *planted(given.concepts, given.statements, given.concepts // 500, hub=given.hub),
            )
        with kg.connect(home) as graph:
            measure(graph, figures, baseline=not given.no_baseline)
        with kg.connect(home) as graph:
            again = timed(lambda: communities(graph.store))[1]
            show(figures, "communities in a new kernel", again * 1000)
    print(json.dumps(figures))


def measure(graph: kg.Graph, figures: dict[str, Any], *, baseline: bool) -> None:
    """All figures of one graph."""
    hub, five = "t:0", range(5)

    def each(name: str, run: Callable[[], object]) -> None:
        show(figures, name, median_ms(lambda _: run(), five))

    each("menu of the hub", lambda: graph.menu(hub))
    each("100 neighbours of the hub, by belief", lambda: graph.expand(hub))
    each("100 neighbours of the hub, by degree", lambda: graph.expand(hub, by="degree"))
    narrow = Filter(families=("causal",), kinds=("gene",), since=2010, accepted=True)
    each("100 neighbours of the hub, filtered", lambda: graph.expand(hub, narrow))
    walked, seconds = timed(lambda: network(graph.store))
    figures |= {"concepts": len(walked.ids), "statements": len(walked.statements)}
    show(figures, "reading all statements into columns, once", seconds * 1000)
    each("menu of the hub, with all at hand", lambda: graph.menu(hub))
    each("100 neighbours of the hub, with all at hand", lambda: graph.expand(hub))
    each("overview of 60 statements", lambda: walking.overview(walked, 60, 0.0))

    chance = random.Random(SEED)
    pairs = [(chance.choice(walked.ids), chance.choice(walked.ids)) for _ in range(PAIRS)]
    for by in ("length", "belief"):

        def paths(pair: tuple[str, str], by: Any = by) -> object:
            return graph.paths(*pair, by=by, max_length=6, limit=10)

        show(figures, f"10 best paths of up to 6, by {by}", median_ms(paths, pairs))
    _, seconds = timed(lambda: communities(graph.store))
    show(figures, "communities, the first time", seconds * 1000)
    each("members of the largest community", lambda: members(graph.store, "0"))
    show(figures, "its parts", timed(lambda: communities(graph.store, "0"))[1] * 1000)
    arcs = arcs_among(walked, np.arange(len(walked.ids)))
    labels, seconds = timed(lambda: louvain(arcs))
    show(figures, "Louvain alone: ours", seconds * 1000)
    show(figures, "modularity: ours", modularity(arcs, labels), "")
    if baseline:
        compare(walked, pairs, figures)


def compare(walked: Network, pairs: list[tuple[str, str]], figures: dict[str, Any]) -> None:
    """The same work by networkx."""
    theirs = as_networkx(walked)

    def paths(pair: tuple[str, str]) -> object:
        ends = (int(n) for n in walked.numbers(pair))
        found = nx.shortest_simple_paths(theirs, *ends, weight="cost")
        with suppress(nx.NetworkXNoPath):
            return list(itertools.islice(found, 10))
        return []

    show(figures, "10 best paths of any length by belief: networkx", median_ms(paths, pairs[:3]))
    found, seconds = timed(
        lambda: nx.community.louvain_communities(theirs, weight="belief", seed=0)
    )
    show(figures, "Louvain alone: networkx", seconds * 1000)
    labels = np.empty(len(walked.ids), np.int64)
    for number, community in enumerate(found):
        labels[list(community)] = number
    arcs = arcs_among(walked, np.arange(len(walked.ids)))
    show(figures, "modularity: networkx", modularity(arcs, labels), "")


if __name__ == "__main__":
    main()
