"""Cypher over the embedded graph: a read-only Ladybug copy, built by COPY when first asked.

The copy is a cache beside the graph's file, named by the graph's version and thrown away
when it differs, so nothing is ever lost with it and nothing is ever written through it.
Ladybug's COPY ends the process on a duplicate primary key; ids are unique in SQLite,
which the copy is made from, so that cannot happen here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ladybug
import pandas as pd
import pyarrow as pa

from kg.errors import QueryError
from kg.schema import EDGES, NODES, REFERENCES, Column, Table
from kg.stores.arrow import arrow_table

if TYPE_CHECKING:
    from kg.stores.base import Row
    from kg.stores.sqlite import SqliteStore

BUFFER_POOL = 512 << 20
MAX_SIZE = 1 << 36  # bytes; the engine otherwise reserves terabytes of address space
_TYPE = {"text": "STRING", "int": "INT64", "float": "DOUBLE", "bool": "BOOL", "names": "STRING[]"}


def _declared(columns: Sequence[Column]) -> str:
    return ", ".join(f"`{c.name}` {_TYPE[c.type]}" for c in columns)


class CypherSnapshot:
    """The newest copy of one embedded graph, opened read-only.

    Args:
        store: The graph that is copied.
        beside: Its file; copies are named ``<file>-cypher-<version>``.
    """

    def __init__(self, store: SqliteStore, beside: Path) -> None:
        self._store = store
        self._beside = beside
        self._version = ""
        self._db: ladybug.Database | None = None
        self._connection: ladybug.Connection | None = None
        # A cell and a widget's page may ask at once, in threads of one kernel.
        self._turn = threading.RLock()

    def query(self, query: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        """One read-only query on the graph as it is now.

        Raises:
            QueryError: With the engine's sentence.
        """
        with self._turn:
            self.refresh()
            assert self._connection is not None
            try:
                result = self._connection.execute(query, dict(parameters))
                frame = result[-1].get_as_df() if isinstance(result, list) else result.get_as_df()
            except RuntimeError as error:
                raise QueryError(f"The Cypher query was refused: {str(error).strip()}") from error
        return frame.map(_plain) if len(frame) else frame

    def refresh(self) -> int:
        """Make the copy that of the graph's present version. Returns how many rows were copied."""
        with self._turn:
            return self._refresh()

    def _refresh(self) -> int:
        if self._connection is not None and self._store.version() == self._version:
            return 0
        self.close()
        copied = 0
        with self._store.reading() as reader:
            version = reader.version()
            target = self._file(version)
            if not target.exists():
                self._discard(keep=target)
                building = target.with_name(f"{target.name}.{os.getpid()}")
                try:
                    copied = self._build(reader, building)
                    building.replace(target)
                finally:
                    for left in building.parent.glob(f"{building.name}*"):
                        left.unlink(missing_ok=True)
        self._db = ladybug.Database(
            target, read_only=True, buffer_pool_size=BUFFER_POOL, max_db_size=MAX_SIZE
        )
        self._connection = ladybug.Connection(self._db)
        self._version = version
        return copied

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
            if self._db is not None:
                self._db.close()
            self._connection = self._db = None

    def _file(self, version: str) -> Path:
        return self._beside.with_name(f"{self._beside.name}-cypher-{version.replace(':', '-')}")

    def _discard(self, keep: Path) -> None:
        prefix = f"{self._beside.name}-cypher-"
        for old in self._beside.parent.glob(f"{prefix}*"):
            # A copy that another kernel is building ends in a dot and its process id.
            if old != keep and "." not in old.name.removeprefix(prefix):
                with suppress(OSError):
                    old.unlink()

    def _build(self, reader: Any, path: Path) -> int:
        db = ladybug.Database(path, buffer_pool_size=BUFFER_POOL, max_db_size=MAX_SIZE)
        connection = ladybug.Connection(db)
        try:
            return _copy_all(reader, connection)
        finally:
            connection.close()
            db.close()


def _copy_all(reader: Any, connection: ladybug.Connection) -> int:
    total = 0
    ids: dict[str, set[str]] = {}
    links: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for table in NODES.values():
        connection.execute(
            f"CREATE NODE TABLE `{table.name}` ({_declared(table.fields)}, PRIMARY KEY (id))"
        )
        rows = reader.select(table)
        ids[table.name] = {row[0] for row in rows}
        for ref in REFERENCES:
            if ref.table == table.name:
                at = table.columns.index(ref.column)
                pairs = [(r[0], r[at]) if ref.outward else (r[at], r[0]) for r in rows if r[at]]
                links[ref.name, ref.start, ref.end] = pairs
        total += _copy(connection, table.name, arrow_table(table.fields, rows))
    for table in EDGES.values():
        total += _copy_edge(connection, table, reader.select(table), ids)
    for name in dict.fromkeys(name for name, _, _ in links):
        ends = [(start, end) for n, start, end in links if n == name]
        pairs_of = ", ".join(f"FROM `{start}` TO `{end}`" for start, end in ends)
        connection.execute(f"CREATE REL TABLE `{name}` ({pairs_of})")
        for start, end in ends:
            kept = [p for p in links[name, start, end] if p[0] in ids[start] and p[1] in ids[end]]
            columns = list(zip(*kept, strict=True)) if kept else [(), ()]
            arrow = pa.table({"from": columns[0], "to": columns[1]}) if kept else None
            if arrow is not None:
                total += _copy(connection, name, arrow, f" (from='{start}', to='{end}')")
    return total


def _copy_edge(
    connection: ladybug.Connection, table: Table, rows: Sequence[Row], ids: Mapping[str, set[str]]
) -> int:
    start, end = table.ends
    own = table.fields[2:]
    columns = f", {_declared(own)}" if own else ""
    connection.execute(f"CREATE REL TABLE `{table.name}` (FROM `{start}` TO `{end}`{columns})")
    kept = [r for r in rows if r[0] in ids[start] and r[1] in ids[end]]
    return _copy(connection, table.name, arrow_table(table.fields, kept)) if kept else 0


def _copy(connection: ladybug.Connection, name: str, rows: pa.Table, options: str = "") -> int:
    if rows.num_rows:
        connection.execute(f"COPY `{name}` FROM $rows{options}", {"rows": rows})
    return int(rows.num_rows)


def _plain(value: Any) -> Any:
    """A node or relationship as its properties, without the engine's own keys."""
    if isinstance(value, dict) and "_LABEL" in value:
        return {k: v for k, v in value.items() if k not in ("_ID", "_SRC", "_DST")}
    return value
