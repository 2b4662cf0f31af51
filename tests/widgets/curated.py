"""The little library with two concepts that are one, and what a test of curating asks of it."""

from __future__ import annotations

from typing import Any

from kg.graph import Graph
from tests.widgets.corpus import LIBRARY, batch, fill

_TWINS = {"biosensor": "device", "perovskites": "material"}
_PAPER: dict[str, Any] = {
    "title": "A biosensor of sheets",
    "year": 2021,
    "venue": "Letters of Nothing",
    "doi": "10.5555/twins.2021",
    "licence": "CC0-1.0",
    "access": "open",
    "language": "en",
    "authors": ["Roe, Jo"],
    "disciplines": ["Medicine"],
    "sections": [
        {
            "section": "results",
            "sentences": [
                {
                    "text": "A biosensor uses graphene.",
                    "facts": [["biosensor", "uses", "graphene"]],
                },
                {
                    "text": "The biosensor detects glucose.",
                    "facts": [["biosensor", "detects", "glucose"]],
                },
                {
                    "text": "Moisture affects perovskites.",
                    "facts": [["moisture", "affects", "perovskites"]],
                },
            ],
        }
    ],
}


def fill_curated(graph: Graph) -> None:
    """Write the library, and one work more that calls two of its concepts by another name."""
    fill(graph)
    held = {name: LIBRARY["concepts"].get(name) for name in _TWINS}
    LIBRARY["concepts"] |= {name: {"kind": kind} for name, kind in _TWINS.items()}
    try:
        graph.write(batch(_PAPER))
    finally:
        for name, about in held.items():
            if about is None:
                del LIBRARY["concepts"][name]


def statement_of(graph: Graph, subject: str, predicate: str, object: str) -> str:
    """Id of the statement that says so."""
    name = dict(graph.table("Concept")[["id", "name"]].itertuples(index=False, name=None))
    (found,) = [
        row.id
        for row in graph.table("Statement").itertuples()
        if (name[row.subject], row.predicate, name[row.object]) == (subject, predicate, object)
    ]
    return str(found)
