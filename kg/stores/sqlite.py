"""The embedded home: one SQLite file in WAL mode, many readers beside one writer, no server.

Tables, indexes and full-text tables derive from :mod:`kg.schema`. Every node table has an
integer ``key`` so that its full-text row can be found again; nothing outside this module
sees it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd

from kg.errors import GraphDamaged, GraphLocked, GraphUnavailable, PolymathError
from kg.schema import EDGES, LOOKUPS, NODES, TABLES, VERSION, Table
from kg.search import SEARCHED
from kg.stores.base import Row, Store
from kg.stores.cypher_snapshot import CypherSnapshot

APPLICATION_ID = 0x504F4C59  # "POLY", so that `file` and we know our own
BATCH = 10_000
_SQL_TYPE = {"text": "TEXT", "int": "INTEGER", "float": "REAL", "bool": "INTEGER", "names": "TEXT"}
# Every term was cut by kg.search, so the tokenizer must only cut at spaces.
_TOKENIZE = "unicode61 remove_diacritics 0 categories 'L* N* M* S* P* Co'"


def _ddl() -> Iterator[str]:
    for table in TABLES.values():
        key = "key INTEGER PRIMARY KEY, " if table.name in NODES else ""
        columns = ", ".join(
            f'"{c.name}" {_SQL_TYPE[c.type]}'
            + ("" if c.nullable else " NOT NULL")
            + (" UNIQUE" if c.name == "id" else "")
            for c in table.fields
        )
        yield f'CREATE TABLE "{table.name}" ({key}{columns})'
        for column in LOOKUPS.get(table.name, ()):
            yield f'CREATE INDEX "{table.name}_{column}" ON "{table.name}" ("{column}")'
    for label in SEARCHED:
        yield f'CREATE VIRTUAL TABLE "search_{label}" USING fts5(terms, tokenize="{_TOKENIZE}")'
    yield "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)"


def _encoder(table: Table, columns: Sequence[str]) -> Callable[[Row], Row]:
    lists = [i for i, c in enumerate(columns) if table.column(c).type == "names"]
    if not lists:
        return lambda row: row

    def encode(row: Row) -> Row:
        out = list(row)
        for i in lists:
            out[i] = json.dumps(out[i], ensure_ascii=False) if out[i] else "[]"
        return tuple(out)

    return encode


def _decoder(table: Table, columns: Sequence[str]) -> Callable[[Row], Row] | None:
    lists = [i for i, c in enumerate(columns) if table.column(c).type == "names"]
    bools = [i for i, c in enumerate(columns) if table.column(c).type == "bool"]
    if not lists and not bools:
        return None

    def decode(row: Row) -> Row:
        out = list(row)
        for i in lists:
            out[i] = () if out[i] == "[]" else tuple(json.loads(out[i]))
        for i in bools:
            out[i] = bool(out[i])
        return tuple(out)

    return decode


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{c}"' for c in columns)


class _Session:
    """One connection inside one transaction: the Reader and Writer of :mod:`kg.stores.base`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def existing(self, table: Table, ids: Iterable[str]) -> set[str]:
        return {row[0] for row in self.select(table, "id", ids, ("id",))}

    def version(self) -> str:
        """The version of the state that this transaction sees."""
        meta = dict(self._db.execute("SELECT name, value FROM meta"))
        return f"{meta['uuid']}:{meta['version']}"

    def select(
        self,
        table: Table,
        column: str | None = None,
        values: Iterable[Any] = (),
        columns: Sequence[str] | None = None,
    ) -> list[Row]:
        columns = table.columns if columns is None else columns
        query = f'SELECT {_listed(columns)} FROM "{table.name}"'
        if column is None:
            rows = self._db.execute(query).fetchall()
        else:
            table.column(column)
            # json_each takes any number of values as one parameter.
            query += f' WHERE "{column}" IN (SELECT value FROM json_each(?))'
            rows = self._db.execute(query, (json.dumps(list(values)),)).fetchall()
        decode = _decoder(table, columns)
        return rows if decode is None else list(map(decode, rows))

    def insert(self, table: Table, rows: Sequence[Row]) -> int:
        if not rows:
            return 0
        slots = ", ".join("?" * len(table.columns))
        self._db.executemany(
            f'INSERT INTO "{table.name}" ({_listed(table.columns)}) VALUES ({slots})',
            map(_encoder(table, table.columns), rows),
        )
        return len(rows)

    def update(self, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> int:
        if not rows:
            return 0
        sets = ", ".join(f'"{c}" = ?' for c in columns)
        encode = _encoder(table, columns)
        cursor = self._db.executemany(
            f'UPDATE "{table.name}" SET {sets} WHERE id = ?',
            ((*encode(row[1:]), row[0]) for row in rows),
        )
        return cursor.rowcount

    def delete(self, table: Table, column: str, values: Iterable[Any]) -> int:
        table.column(column)
        wanted = json.dumps(list(values))
        hit = f'"{column}" IN (SELECT value FROM json_each(?))'
        if table.name in NODES:
            chosen = f'(SELECT id FROM "{table.name}" WHERE {hit})'
            for edge in EDGES.values():
                for end, name in zip(edge.ends, edge.columns, strict=False):
                    if end == table.name:
                        self._db.execute(
                            f'DELETE FROM "{edge.name}" WHERE "{name}" IN {chosen}', (wanted,)
                        )
            if table.name in SEARCHED:
                keys = f'(SELECT key FROM "{table.name}" WHERE {hit})'
                self._db.execute(
                    f'DELETE FROM "search_{table.name}" WHERE rowid IN {keys}', (wanted,)
                )
        return self._db.execute(f'DELETE FROM "{table.name}" WHERE {hit}', (wanted,)).rowcount

    def index(self, table: Table, entries: Sequence[tuple[str, str]]) -> None:
        name = table.name
        ids = json.dumps([i for i, _ in entries])
        keys = dict(
            self._db.execute(
                f'SELECT id, key FROM "{name}" WHERE id IN (SELECT value FROM json_each(?))', (ids,)
            )
        )
        old = self._db.execute(
            f'SELECT rowid FROM "search_{name}" WHERE rowid IN (SELECT value FROM json_each(?))',
            (json.dumps(list(keys.values())),),
        ).fetchall()
        self._db.executemany(f'DELETE FROM "search_{name}" WHERE rowid = ?', old)
        self._db.executemany(
            f'INSERT INTO "search_{name}" (rowid, terms) VALUES (?, ?)',
            ((keys[i], terms) for i, terms in entries if i in keys),
        )


class SqliteStore(Store):
    """A graph in one file.

    Args:
        path: The file; it is made if it is not there.
        busy_seconds: How long to wait for another process that is writing.
        read_only: Refuse to write, whatever the file allows. Nobody else may write to it either.

    Raises:
        GraphDamaged: If the file is not a graph, or one of another schema version.
        GraphUnavailable: If the folder is missing or the file cannot be opened.
    """

    def __init__(
        self, path: str | Path, *, busy_seconds: float = 30.0, read_only: bool = False
    ) -> None:
        self.path = Path(path)
        self.url = str(path)
        self.beside = self.path
        self._busy = busy_seconds
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._write = threading.RLock()
        self._snapshot: CypherSnapshot | None = None
        self._closed = False
        if not self.path.parent.is_dir():
            raise GraphUnavailable(
                f"The folder of {self.path} does not exist; make it first or choose another place."
            )
        if self.path.is_dir():
            raise GraphUnavailable(
                f"{self.path} is a folder; a graph is one file, such as science.kg."
            )
        self._read_only = read_only or (self.path.exists() and not os.access(self.path, os.W_OK))
        with self._errors():
            self._prepare()

    # ------------------------------------------------------------------ connections

    def _open(self) -> sqlite3.Connection:
        uri = self.path.resolve().as_uri() + ("?mode=ro&immutable=1" if self._read_only else "")
        db = sqlite3.connect(
            uri, uri=True, timeout=self._busy, isolation_level=None, check_same_thread=False
        )
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA cache_size = -65536")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA trusted_schema = OFF")
        return db

    def _prepare(self) -> None:
        db = self._open()
        try:
            mine = db.execute("PRAGMA application_id").fetchone()[0]
            if mine == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                if not self._read_only:
                    self._create(db)
                mine = db.execute("PRAGMA application_id").fetchone()[0]
            if mine != APPLICATION_ID:
                raise GraphDamaged(
                    f"{self.path} is not a Polymath graph; choose another name for the graph."
                )
            found = db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()[0]
            if found != VERSION:
                raise GraphDamaged(
                    f"{self.path} has schema {found}, this version of Polymath has {VERSION}; "
                    "read its sources into a new graph."
                )
        finally:
            self._give(db)

    def _create(self, db: sqlite3.Connection) -> None:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        try:
            if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                for statement in _ddl():
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.executemany(
                    "INSERT INTO meta VALUES (?, ?)",
                    [("schema", VERSION), ("uuid", uuid.uuid4().hex), ("version", "0")],
                )
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise

    def _take(self) -> sqlite3.Connection:
        if self._closed:
            raise GraphUnavailable(f"The graph {self.path} is closed; connect to it again.")
        with self._guard:
            if self._idle:
                return self._idle.pop()
        return self._open()

    def _give(self, db: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed and len(self._idle) < 8:
                self._idle.append(db)
                return
        db.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            said = str(error)
            if "locked" in said or "busy" in said:
                raise GraphLocked(
                    f"Another process has been writing to {self.path} for {self._busy:g} s; "
                    "wait until it is done and try again."
                ) from error
            raise GraphUnavailable(f"The graph {self.path} cannot be used: {said}.") from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise PolymathError(f"The graph {self.path} refused a record: {error}.") from error
            raise GraphDamaged(
                f"{self.path} is damaged or not a Polymath graph ({error}); "
                "restore it from a copy, or read its sources into a new graph."
            ) from error

    # ------------------------------------------------------------------ transactions

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._errors():
            db = self._take()
            try:
                db.execute(begin)
                try:
                    yield db
                    db.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        db.execute("ROLLBACK")
                    raise
            finally:
                self._give(db)

    @contextmanager
    def reading(self) -> Iterator[_Session]:
        with self._transaction("BEGIN") as db:
            yield _Session(db)

    @contextmanager
    def writing(self) -> Iterator[_Session]:
        if self._read_only:
            raise GraphUnavailable(f"{self.path} is read-only; copy it to write to it.")
        with self._write, self._transaction("BEGIN IMMEDIATE") as db:
            before = db.total_changes
            yield _Session(db)
            if db.total_changes != before:
                db.execute("UPDATE meta SET value = value + 1 WHERE name = 'version'")

    # ------------------------------------------------------------------ questions

    def scan(self, table: Table, columns: Sequence[str] | None = None) -> Iterator[list[Row]]:
        columns = table.columns if columns is None else columns
        decode = _decoder(table, columns)
        with self._transaction("BEGIN") as db:
            cursor = db.execute(f'SELECT {_listed(columns)} FROM "{table.name}"')
            while rows := cursor.fetchmany(BATCH):
                yield rows if decode is None else list(map(decode, rows))

    def count(self, table: Table) -> int:
        with self._transaction("BEGIN") as db:
            return int(db.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0])

    def version(self) -> str:
        with self.reading() as reader:
            return reader.version()

    def find(self, table: Table, terms: Sequence[str], limit: int) -> list[tuple[str, float]]:
        if not terms:
            return []
        match = " OR ".join('"' + t.replace('"', '""') + '"' for t in terms)
        name = table.name
        with self._transaction("BEGIN") as db:
            return db.execute(
                f'SELECT n.id, -s.rank FROM "search_{name}" s JOIN "{name}" n ON n.key = s.rowid '
                f'WHERE "search_{name}" MATCH ? ORDER BY s.rank LIMIT ?',
                (match, limit),
            ).fetchall()

    def neighbours(
        self,
        concepts: Sequence[str],
        *,
        predicates: Sequence[str] = (),
        min_belief: float = 0.0,
        limit: int = 100,
    ) -> list[Row]:
        columns = _listed(EDGES["RELATED"].columns)
        also = "belief >= :belief"
        if predicates:
            also += " AND predicate IN (SELECT value FROM json_each(:predicates))"
        wanted = "IN (SELECT value FROM json_each(:concepts))"
        query = (
            f"SELECT {columns} FROM RELATED WHERE subject {wanted} AND {also} "
            f"UNION SELECT {columns} FROM RELATED WHERE object {wanted} AND {also} "
            "ORDER BY belief DESC, n_evidence DESC, statement LIMIT :limit"
        )
        with self._transaction("BEGIN") as db:
            return db.execute(
                query,
                {
                    "concepts": json.dumps(list(concepts)),
                    "predicates": json.dumps(list(predicates)),
                    "belief": min_belief,
                    "limit": limit,
                },
            ).fetchall()

    def cypher(self, query: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        with self._guard:
            if self._snapshot is None:
                self._snapshot = CypherSnapshot(self, self.path)
        return self._snapshot.query(query, parameters)

    def close(self) -> None:
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()
        if self._snapshot is not None:
            self._snapshot.close()
