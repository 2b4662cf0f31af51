"""What a view shows, with everything the graph knows of it: what exports are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from kg import __version__
from kg.address import public_address
from kg.graph import Graph
from kg.licences import withheld
from kg.schema import NODES

Place = tuple[float, float]
_EVIDENCE = (
    "statement", "quote", "assertion", "attribution", "section", "page", "language", "work",
    "title", "year", "authors", "venue", "licence", "access", "method", "version", "score",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Concepts and statements that are shown.

    Attributes:
        concepts: In the columns of :class:`kg.model.Concept`.
        statements: In the columns of :class:`kg.model.Statement`, ``id`` among them.
        evidence: One row a sentence; those of sources that are not open read :data:`kg.licences.CLOSED`.
        places: Where concepts are drawn, by id; may lack some.
        about: What every export says of itself: query, graph, its version, the software.
    """

    concepts: pd.DataFrame
    statements: pd.DataFrame
    evidence: pd.DataFrame
    places: Mapping[str, Place] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)


def about(graph: Graph, query: str, version: str) -> dict[str, str]:
    """What every picture and export says of itself."""
    return {
        "query": query,
        "graph": public_address(graph.url),
        "graph_version": version,
        "software": f"polymath-kg {__version__}",
    }


def shown(
    graph: Graph,
    concepts: Iterable[str],
    statements: Iterable[str],
    *,
    query: str = "",
    places: Mapping[str, Place] | None = None,
    version: str = "",
) -> Shown:
    """Read what a view shows from the graph.

    Args:
        graph: Where it is from.
        concepts: Ids of the concepts shown; what the graph no longer has is left out.
        statements: Ids of the statements shown; those with an end that is not shown, too.
        query: What the view was made for.
        places: Where concepts are drawn, by id.
        version: Version of the graph that the view shows, if it is not the present one.
    """
    nodes = graph.concepts(concepts)
    with graph.store.reading() as reader:
        rows = reader.select(NODES["Statement"], "id", dict.fromkeys(statements))
    said = pd.DataFrame(rows, columns=list(NODES["Statement"].columns)).sort_values("id")
    there = said["subject"].isin(nodes["id"]) & said["object"].isin(nodes["id"])
    said = said[there & (said["status"] != "rejected")].reset_index(drop=True)
    said = said.astype({"first_year": "Int64", "last_year": "Int64"})
    evidence = withheld(graph.evidence(list(said["id"])))[list(_EVIDENCE)]
    return Shown(
        nodes,
        said,
        evidence,
        dict(places or {}),
        about(graph, query, version or graph.version()),
    )
