"""What is compared: one graph in the formats that the tools read, and each tool's cell as its documentation has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import kg
from benchmarks.drawing_pages.graphs import invented
from kg.model import Concept, Statement
from tests.kg.networks import write_rows
from widgets.palette import kind_colour

HEIGHT = 520
"""Of all pictures, in pixels; all are as wide as the notebook."""
OURS = "explorer"


@dataclass(frozen=True, slots=True)
class Tool:
    """How a tool is asked to show a graph.

    Attributes:
        packages: What must be installed, by the names to import.
        setup: Code of the cell before: imports, and the graph at hand. Not measured.
        cell: Code of the cell that is measured. ``{height}`` and ``{size}`` are filled in.
        about: How it lays out and draws, in a few words.
    """

    packages: tuple[str, ...]
    setup: str
    cell: str
    about: str


_NETWORKX = """\
import json
import networkx as nx
{imports}
with open("{{size}}.json") as file:
    graph = nx.node_link_graph(json.load(file), edges="edges")"""

TOOLS: Mapping[str, Tool] = {
    OURS: Tool(
        ("widgets",),
        'import kg\nfrom widgets import Explorer\n\ngraph = kg.connect("{size}.kg")',
        "Explorer(graph, limit=20_000, height={height})",
        "laid out by the kernel, with labels; the graph is open, nothing of it read",
    ),
    "ipysigma": Tool(
        ("ipysigma", "networkx"),
        _NETWORKX.format(imports="from ipysigma import Sigma"),
        "Sigma(graph, node_size=graph.degree, height={height})",
        "its quick start: random places (its layout starts on a button), WebGL by SwiftShader, labels on a grid",
    ),
    "ipycytoscape": Tool(
        ("ipycytoscape", "networkx"),
        _NETWORKX.format(imports="from ipycytoscape import CytoscapeWidget"),
        """\
widget = CytoscapeWidget()
widget.graph.add_graph_from_networkx(graph)
node = {{"background-color": "data(color)", "label": "data(label)", "font-size": 8}}
widget.set_style([*widget.get_style(), {{"selector": "node", "css": node}}])
widget.layout.height = "{height}px"
widget""",
        "its default layout (cola, in the page), labels by its style",
    ),
    "pyvis": Tool(
        ("pyvis", "networkx"),
        _NETWORKX.format(imports="from pyvis.network import Network"),
        """\
network = Network(notebook=True, directed=True, cdn_resources="in_line", height="{height}px", width="100%")
network.from_nx(graph)
network.show("{size}.html")""",
        "its default layout (barnesHut, stabilised in the page, then kept moving), labels; "
        "vis-network in line, Bootstrap from a CDN stays blocked",
    ),
}  # fmt: skip


def simple(nodes: int, edges: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An invented graph in which no two statements join the same two concepts, since some tools keep only one.

    >>> concepts, related = simple(50, 100)
    >>> len(concepts), len(related), len(set(map(frozenset, zip(related["subject"], related["object"]))))
    (50, 100, 100)
    """
    concepts, related = invented(nodes, edges * 2, seed)
    pairs = pd.Series(list(map(frozenset, zip(related["subject"], related["object"], strict=True))))
    # The first of them join every concept to one that came before it, so none is left out.
    distinct = related[~pairs.duplicated()].head(edges).reset_index(drop=True)
    ends = pd.concat([distinct["subject"], distinct["object"]]).value_counts()
    degree = concepts["id"].map(ends).to_numpy()
    return concepts.assign(n_works=(degree // 2).clip(1)), distinct


def write_graph(folder: Path, nodes: int, edges: int, seed: int = 0) -> str:
    """Write the same graph for all: ``{size}.kg`` for ours, ``{size}.json`` for what reads networkx.

    Returns:
        *size*, the name of the files.
    """
    frames = simple(nodes, edges, seed)
    concepts, related = (
        [{str(k): v for k, v in row.items()} for row in f.to_dict("records")] for f in frames
    )
    size = str(nodes)
    with kg.connect(folder / f"{size}.kg") as graph:
        about = [Concept(**row) for row in concepts]
        said = [
            Statement(id=statement, status="accepted" if accepted else "machine", **row)
            for row in (dict(row) for row in related)
            for statement, accepted in [(row.pop("statement"), row.pop("accepted"))]
        ]
        write_rows(graph.store, about, said)
    linked = {
        "directed": True,
        "multigraph": False,
        "graph": {},
        "nodes": [
            {"id": r["id"], "label": r["name"], "kind": r["kind"], "color": kind_colour(r["kind"])}
            for r in concepts
        ],
        "edges": [
            {"source": r["subject"], "target": r["object"], "predicate": r["predicate"], "belief": r["belief"]}
            for r in related
        ],
    }  # fmt: skip
    (folder / f"{size}.json").write_text(json.dumps(linked), encoding="utf-8")
    return size


def kinds_of(nodes: int, edges: int, seed: int = 0) -> tuple[str, ...]:
    """The kinds of concept in a graph."""
    return tuple(sorted(simple(nodes, edges, seed)[0]["kind"].unique()))
