"""For old notebooks only: concepts and their relations to and from py2neo.

py2neo 2021.2.4 is the last there will be and its maintainer has ended it; use
:meth:`kg.Graph.cypher` in new work. Install it with the extra ``py2neo``.

In the old notebook::

    old = py2neo.Graph("bolt://host:7687", auth=("neo4j", password))
    to_py2neo(store, old)
    concepts, related = from_py2neo(old)

https://py2neo.readthedocs.io/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg._optional import require
from kg.errors import RecordError
from kg.model import Concept, Related
from kg.schema import EDGES, NODES, Table
from kg.stores.base import Row, Store

_CONCEPT, _RELATED = NODES["Concept"], EDGES["RELATED"]
_WHY = "hand a graph to py2neo"
_BATCH = 10_000


def to_py2neo(store: Store, graph: Any, concepts: Iterable[str] | None = None) -> tuple[int, int]:
    """Merge concepts and the RELATED rows among them into the server of a ``py2neo.Graph``.

    Concepts are merged by id and relations by statement, so doing it twice adds nothing.
    ``Graph.create`` would not do: it keeps one of two statements between the same concepts.

    Args:
        store: The graph to read.
        graph: A ``py2neo.Graph`` on a server of its own, not on the store's.
        concepts: Ids of the concepts to take; all if left out.

    Returns:
        How many concepts and how many relations were merged.

    Raises:
        MissingExtra: If py2neo is not installed.
    """
    bulk = require("py2neo.bulk", "py2neo", _WHY)
    with store.reading() as reader:
        if concepts is None:
            rows, edges = reader.select(_CONCEPT), reader.select(_RELATED)
        else:
            rows = reader.select(_CONCEPT, "id", concepts)
            edges = reader.select(_RELATED, "subject", [row[0] for row in rows])
    there = {row[0] for row in rows}
    nodes = [_properties(_CONCEPT, row) for row in rows]
    links = [
        (row[0], _properties(_RELATED, row), row[1])
        for row in edges
        if row[0] in there and row[1] in there
    ]
    key = ("Concept", "id")
    for i in range(0, len(nodes), _BATCH):
        bulk.merge_nodes(graph, nodes[i : i + _BATCH], key)
    for i in range(0, len(links), _BATCH):
        bulk.merge_relationships(graph, links[i : i + _BATCH], ("RELATED", "statement"), key, key)
    return len(nodes), len(links)


def from_py2neo(source: Any) -> tuple[list[Concept], list[Related]]:
    """The concepts, and the relations between them, of a ``py2neo.Graph`` or ``py2neo.Subgraph``.

    Only what :func:`to_py2neo` writes is read; other labels and properties are left out.

    Raises:
        MissingExtra: If py2neo is not installed.
        RecordError: If a node or relationship lacks a property that a record must have.
    """
    py2neo = require("py2neo", "py2neo", _WHY)
    if isinstance(source, py2neo.Graph):
        nodes = source.nodes.match("Concept").all()
        relationships = source.relationships.match(r_type="RELATED").all()
    else:
        nodes = [n for n in source.nodes if n.has_label("Concept")]
        relationships = [r for r in source.relationships if type(r).__name__ == "RELATED"]
    ends = (
        {"subject": r.start_node["id"], "object": r.end_node["id"]} | dict(r) for r in relationships
    )
    return (
        sorted((_record(_CONCEPT, n) for n in nodes), key=lambda c: c.id),
        sorted((_record(_RELATED, r) for r in ends), key=lambda r: r.statement),
    )


def _properties(table: Table, row: Row) -> dict[str, Any]:
    """What a row says besides its ends; a property graph keeps lists, not tuples, and no None."""
    skip = 2 if table.ends else 0
    given = zip(table.columns[skip:], row[skip:], strict=True)
    return {k: list(v) if isinstance(v, tuple) else v for k, v in given if v is not None}


def _record(table: Table, properties: Mapping[str, Any]) -> Any:
    values = {
        c.name: tuple(properties[c.name]) if c.type == "names" else properties[c.name]
        for c in table.fields
        if properties.get(c.name) is not None
    }
    try:
        return table.record(**values)
    except TypeError as error:
        raise RecordError(
            f"A {table.name} from py2neo with the properties {sorted(values)} is incomplete: "
            f"{error}; it must carry what to_py2neo writes."
        ) from error
