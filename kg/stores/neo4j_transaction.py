"""What is read and written inside one Neo4j transaction, in batches, nodes before relationships."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import neo4j

from kg.errors import GraphDamaged, RecordError
from kg.schema import REFERENCES, Table
from kg.stores import neo4j_cypher as texts
from kg.stores.base import Row

BATCH = 10_000
"""Rows sent or fetched at a time."""

_T = TypeVar("_T")


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Lists of at most :data:`BATCH` items, in order."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def typed_rows(table: Table, columns: Sequence[str], values: Iterable[list[Any]]) -> list[Row]:
    """Rows as the contract of :mod:`kg.stores.base` wants them: lists come back as tuples."""
    if not any(table.column(c).type == "names" for c in columns):
        return [tuple(v) for v in values]
    return [tuple(tuple(v) if isinstance(v, list) else v for v in row) for row in values]


class Neo4jReader:
    """Reads of one transaction; see :class:`kg.stores.base.Reader`."""

    def __init__(self, tx: neo4j.Transaction) -> None:
        self._tx = tx

    def version(self) -> str:
        """The version of the graph that this transaction sees."""
        for _, graph, number in self._tx.run(texts.META).values():
            return f"{graph}:{number}"
        raise GraphDamaged(
            "The database lost its GraphMeta node, which names the schema and the version; "
            "restore a backup, or empty the database and connect again."
        )

    def existing(self, table: Table, ids: Iterable[str]) -> set[str]:
        """Those of *ids* that the node table holds."""
        return {row[0] for row in self.select(table, "id", ids, ("id",))}

    def select(
        self,
        table: Table,
        column: str | None = None,
        values: Iterable[Any] = (),
        columns: Sequence[str] | None = None,
    ) -> list[Row]:
        """Rows whose *column* is one of *values*, or all rows."""
        columns = table.columns if columns is None else columns
        if column is None:
            return typed_rows(table, columns, self._tx.run(texts.selected(table, columns)).values())
        query = texts.selected_by(table, column, columns)
        found: list[Row] = []
        for batch in batches(dict.fromkeys(values)):
            found += typed_rows(table, columns, self._tx.run(query, values=batch).values())
        return found


class Neo4jWriter(Neo4jReader):
    """Reads and writes of one transaction; see :class:`kg.stores.base.Writer`."""

    wrote = False
    """Whether anything has changed so far."""

    def insert(self, table: Table, rows: Sequence[Row]) -> int:
        """Add rows, and draw the references from and to them.

        Raises:
            RecordError: If an edge names a node that is not there; Neo4j cannot keep such an edge.
        """
        created = 0
        for batch in batches(rows):
            made = self._run(texts.created(table), batch)
            created += made.relationships_created if table.ends else made.nodes_created
        if created != len(rows):
            raise RecordError(
                f"{len(rows) - created:,} of {len(rows):,} rows of {table.name} name a "
                f"{' or a '.join(dict.fromkeys(table.ends))} that the graph does not hold; "
                "write the nodes before the relationships between them."
            )
        if not table.ends:
            self._draw(table, rows, table.columns)
            for ref in REFERENCES:
                if ref.other == table.name:
                    for ids in batches(row[0] for row in rows):
                        self._run(texts.drawn_to(ref), ids)
        return created

    def update(self, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> int:
        """Set *columns* of nodes, and draw again the references among them."""
        query = texts.updated(table, columns)
        updated = 0
        for batch in batches(rows):
            updated += int(self._tx.run(query, rows=batch).single(strict=True)[0])
            for ref in REFERENCES:
                if ref.table == table.name and ref.column in columns:
                    self._run(texts.erased(ref), batch)
        self._draw(table, rows, ("id", *columns))
        self.wrote |= updated > 0
        return updated

    def delete(self, table: Table, column: str, values: Iterable[Any]) -> int:
        """Remove rows; nodes go with all their relationships."""
        query = texts.deleted_by(table, column)
        deleted = 0
        for batch in batches(dict.fromkeys(values)):
            gone = self._tx.run(query, values=batch).consume().counters
            deleted += gone.relationships_deleted if table.ends else gone.nodes_deleted
        self.wrote |= deleted > 0
        return deleted

    def index(self, table: Table, entries: Sequence[tuple[str, str]]) -> None:
        """Set what nodes are found by."""
        for batch in batches(entries):
            self._run(texts.indexed(table), batch)

    def _draw(self, table: Table, rows: Sequence[Row], columns: Sequence[str]) -> None:
        for ref in REFERENCES:
            if ref.table == table.name and ref.column in columns:
                at = columns.index(ref.column)
                for pairs in batches((row[0], row[at]) for row in rows if row[at]):
                    self._run(texts.drawn_from(ref), pairs)

    def _run(self, query: str, rows: Sequence[Any]) -> neo4j.SummaryCounters:
        counters = self._tx.run(query, rows=rows).consume().counters
        self.wrote |= counters.contains_updates
        return counters
