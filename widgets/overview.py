"""A graph larger than a screen: its communities in place of its concepts, and what one of them holds.

A community stands on the canvas as one node that says how many concepts it is made of.
Opening it shows its parts; one that is small, or that does not fall into parts, shows its concepts.
"""

from __future__ import annotations

import pandas as pd

from kg.drilling import communities, members, strongest
from kg.graph import Graph
from widgets.answers import Piece

LARGE = 20_000
"""A graph of so many concepts or more opens as its communities, if nothing is asked for."""
SMALL = 1_500
"""A community of at most so many concepts opens as these."""
COMMUNITY = "community:"
"""What the id of a node begins with that stands for a community."""
LINKED = "is linked with"
"""How a line between two communities reads."""


def is_large(graph: Graph) -> bool:
    """Whether a graph is looked at from above first."""
    return graph.counts()["Concept"] >= LARGE


def seen_from_above(graph: Graph, inside: str = "") -> Piece | None:
    """The communities of a graph, or the parts of one of them, and how many statements join each two.

    Args:
        graph: The graph.
        inside: Id of a community, "" for the whole graph.

    Returns:
        None if there are no parts worth telling apart: its concepts are to be shown.

    Raises:
        RecordError: If the graph has no such community.
    """
    found = communities(graph.store, inside)
    if len(found.shown) < 2 or (inside and found.concepts <= SMALL):
        return None
    concepts = pd.DataFrame(
        [
            {
                "id": COMMUNITY + c.id,
                "name": c.name,
                "kind": next(iter(c.kinds), "term"),
                "n_works": 0,
                "disciplines": tuple(c.disciplines),
                "members": c.concepts,
            }
            for c in found.shown
        ]
    )
    links = [
        {
            "subject": COMMUNITY + link.a, "object": COMMUNITY + link.b,
            "statement": f"{COMMUNITY}{link.a}|{link.b}", "predicate": LINKED, "family": "",
            "belief": link.belief, "polarity": "unknown", "n_evidence": link.statements,
            "n_works": 0, "first_year": pd.NA, "last_year": pd.NA, "accepted": True,
        }
        for link in found.links
    ]  # fmt: skip
    columns = [
        "subject", "object", "statement", "predicate", "family", "belief", "polarity",
        "n_evidence", "n_works", "first_year", "last_year", "accepted",
    ]  # fmt: skip
    return Piece(concepts, pd.DataFrame(links, columns=columns))


def held_by(graph: Graph, community: str) -> tuple[Piece, int]:
    """The concepts of a community, the most central first, with the statements that join two of them.

    Returns:
        At most :data:`SMALL` concepts and twice as many statements, and how many concepts there are.

    Raises:
        RecordError: If the graph has no such community.
    """
    found = members(graph.store, community, limit=SMALL)
    said = strongest(graph.store, community, limit=8 * SMALL)
    here = set(found["id"])
    inner = said[said["subject"].isin(here) & said["object"].isin(here)].head(2 * SMALL)
    return Piece(graph.concepts(found["id"]), inner), int(found.attrs["total"])


def way_to(graph: Graph, inside: str) -> list[tuple[str, str]]:
    """Id and name of the communities that one lies in, from the whole graph to itself."""
    way = [("", "Whole graph")]
    parts = inside.split("/") if inside else []
    for depth in range(1, len(parts) + 1):
        id_ = "/".join(parts[:depth])
        names = {c.id: c.name for c in communities(graph.store, "/".join(parts[: depth - 1])).shown}
        way.append((id_, names.get(id_, id_)))
    return way
