"""A graph in a Neo4j 5 server (5.7 or later; Community edition is enough, no plug-ins).

A table is a label or a relationship type, a column is a property, None is left out. The
first two columns of an edge table are the ids of its ends. A column that refers to a node
is kept as a property, which is the truth, and drawn as a relationship too, so that Cypher
can walk it. Writers take turns, as in every home: a write block holds the lock of the one
``GraphMeta`` node, which also carries the graph's version.

Neo4j reads what is committed: what another writer commits while a read block or a scan is
open can be seen by what that block reads later.

Sources: https://neo4j.com/docs/cypher-manual/5/, https://neo4j.com/docs/python-manual/current/
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import neo4j
import pandas as pd
from neo4j import exceptions as failures
from neo4j.graph import Node, Path, Relationship

from kg.errors import GraphDamaged, GraphLocked, GraphUnavailable, QueryError, RecordError
from kg.schema import NODES, VERSION, Table
from kg.stores import neo4j_cypher as texts
from kg.stores.base import Row, Store
from kg.stores.neo4j_transaction import BATCH, Neo4jReader, Neo4jWriter, batches, typed_rows

_MAX_TERMS = 1_024
"""Lucene's limit of clauses in one query (IndexSearcher.maxClauseCount)."""

_SCHEMES = {"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"}
_WAITED_FOR_LOCK = ("TransactionTimedOut", "LockClientStopped", "LockAcquisitionTimeout")


def _python(value: Any) -> Any:
    """Nodes and relationships as dicts with ``_LABEL``, paths as lists, times as datetimes."""
    match value:
        case Node() | Relationship():
            kind = value.type if isinstance(value, Relationship) else ":".join(sorted(value.labels))
            kept = {k: _python(v) for k, v in value.items() if k != "search"}
            return {"_LABEL": kind, **kept}
        case Path():
            steps: list[Any] = [value.start_node]
            for node, relationship in zip(value.nodes[1:], value.relationships, strict=True):
                steps += [relationship, node]
            return [_python(s) for s in steps]
        case list():
            return [_python(v) for v in value]
        case dict():
            return {k: _python(v) for k, v in value.items()}
    return value.to_native() if hasattr(value, "to_native") else value


def _said(error: Exception) -> str:
    """What the server says, without its codes, as a sentence."""
    text = (isinstance(error, failures.Neo4jError) and error.message) or str(error)
    return " ".join(text.split()).rstrip(".") + "."


class Neo4jStore(Store):
    """A graph in a Neo4j 5 server. Safe to use from several threads.

    Args:
        url: ``neo4j://host:7687`` or ``bolt://…``, ``+s`` for TLS; may carry
            ``user:password@`` (percent-encoded) and ``/database``.
        auth: User and password. Without it they are taken from the URL, then from the
            environment: ``NEO4J_USERNAME`` (``neo4j`` if unset) and ``NEO4J_PASSWORD``.
        database: Name of the database; the server's default when None.
        lock_wait: Seconds to wait for another writer before :class:`~kg.errors.GraphLocked`.

    Raises:
        GraphUnavailable: If nothing answers there, or it refuses the user or password.
        GraphDamaged: If the database holds another schema version, or nodes that are not ours.
    """

    def __init__(
        self,
        url: str,
        auth: tuple[str, str] | None = None,
        database: str | None = None,
        *,
        lock_wait: float = 30.0,
    ) -> None:
        self.url, in_url, in_path = _address(url)
        self._database = database or in_path
        self._lock_wait = lock_wait
        self._closed = False
        with self._told():
            self._driver = neo4j.GraphDatabase.driver(
                self.url,
                auth=auth or in_url or _environment(),
                notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
                telemetry_disabled=True,
                connection_timeout=10.0,
                max_transaction_retry_time=5.0,
                fetch_size=BATCH,
            )
        # Reads of a cluster wait for our own writes.
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        try:
            with self._told():
                self._driver.verify_connectivity()
            self._open()
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"Neo4jStore({self.url!r})"

    @contextmanager
    def reading(self) -> Iterator[Neo4jReader]:
        """A read transaction (read-committed, see the module)."""
        with self._told(), self._session() as session, session.begin_transaction() as tx:
            yield Neo4jReader(tx)

    @contextmanager
    def writing(self) -> Iterator[Neo4jWriter]:
        """A write transaction; see :meth:`kg.stores.base.Store.writing`."""
        with self._told("Nothing of this block was kept."), self._session(write=True) as session:
            self._take_turn(session)
            with session.begin_transaction() as tx:
                tx.run(texts.LOCK).consume()
                writer = Neo4jWriter(tx)
                yield writer
                if writer.wrote:
                    tx.run(texts.BUMP).consume()
                else:
                    tx.rollback()

    def scan(self, table: Table, columns: Sequence[str] | None = None) -> Iterator[list[Row]]:
        """All rows in batches of :data:`BATCH`, streamed from one transaction."""
        columns = table.columns if columns is None else columns
        with self._told(), self._session() as session, session.begin_transaction() as tx:
            records = tx.run(texts.selected(table, columns))
            for batch in batches(record.values() for record in records):
                yield typed_rows(table, columns, batch)

    def count(self, table: Table) -> int:
        """Number of rows, from the server's own counters."""
        return int(self._ask(texts.counted(table))[0][0])

    def version(self) -> str:
        """``<uuid of this graph>:<number of write blocks>``."""
        with self.reading() as reader:
            return reader.version()

    def find(self, table: Table, terms: Sequence[str], limit: int) -> list[tuple[str, float]]:
        """Nodes whose text holds any of the first 1,024 *terms*, scored by Lucene's BM25."""
        # Inside quotes only the quote and the backslash mean anything to Lucene.
        quoted = [
            '"' + re.sub(r'(["\\])', r"\\\1", term) + '"'
            for term in dict.fromkeys(terms)
            if term.strip()
        ]
        if not quoted or limit < 1:
            return []
        index, query = f"kg_{table.name}_search", " OR ".join(quoted[:_MAX_TERMS])
        found = self._ask(texts.FIND, {"index": index, "query": query, "limit": limit})
        return [(id_, score) for id_, score in found]

    def neighbours(
        self,
        concepts: Sequence[str],
        *,
        predicates: Sequence[str] = (),
        min_belief: float = 0.0,
        limit: int = 100,
    ) -> list[Row]:
        """RELATED rows that touch any of *concepts*, by belief, evidence and statement id."""
        found = self._ask(
            texts.neighbours(with_predicates=bool(predicates)),
            {
                "concepts": list(concepts),
                "predicates": list(predicates),
                "belief": min_belief,
                "limit": max(limit, 0),
            },
        )
        return [tuple(row) for row in found]

    def cypher(self, query: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        """Run one query in a read transaction, in which the server refuses to write."""
        with self._told(), self._session() as session:
            try:
                with session.begin_transaction() as tx:
                    result = tx.run(query, dict(parameters))
                    rows = [[_python(v) for v in record] for record in result.values()]
                    return pd.DataFrame(rows, columns=list(result.keys()))
            except (failures.TransientError, failures.AuthError):
                raise
            except (failures.Neo4jError, TypeError, ValueError, OverflowError) as error:
                raise QueryError(
                    f"Neo4j refused the query: {_said(error)} Queries may only read; "
                    "labels and properties are those of kg.schema."
                ) from error

    def close(self) -> None:
        """Close the connections. Closing twice is harmless."""
        self._closed = True
        self._driver.close()

    def _session(self, *, write: bool = False) -> neo4j.Session:
        if self._closed:
            raise GraphUnavailable(f"The graph at {self.url} is closed; connect to it again.")
        return self._driver.session(
            database=self._database,
            default_access_mode=neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS,
            bookmark_manager=self._bookmarks,
        )

    def _ask(self, query: str, parameters: dict[str, Any] | None = None) -> list[list[Any]]:
        with self._told(), self._session() as session:
            return session.execute_read(lambda tx: tx.run(query, parameters).values())

    def _open(self) -> None:
        """Check the schema version; make what constraints, indexes and GraphMeta are missing."""
        found = self._ask(texts.META)
        if not found:
            for table in NODES.values():
                if held := self.count(table):
                    raise GraphDamaged(
                        f"The database at {self.url} holds {held:,} {table.name} nodes that "
                        "Polymath did not write; give an empty one, or another with database=…"
                    )
        elif found[0][0] != VERSION:
            raise GraphDamaged(
                f"The graph at {self.url} has schema {found[0][0]}, this version of Polymath has "
                f"{VERSION}; read its sources into a new graph."
            )
        there = {row[0] for row in self._ask("SHOW INDEXES YIELD name RETURN name")}
        missing = [text for name, text in texts.setup().items() if name not in there]
        with self._told(), self._session(write=True) as session:
            if missing:
                session.execute_write(lambda tx: [tx.run(text).consume() for text in missing])
                session.run("CALL db.awaitIndexes(600)").consume()
            if not found:
                session.execute_write(lambda tx: tx.run(texts.MAKE_META, schema=VERSION).consume())

    def _take_turn(self, session: neo4j.Session) -> None:
        """Wait until no other writer holds the lock, but not for ever.

        A transaction's timeout ends all of it, so the wait happens in one of its own.
        """
        try:
            with session.begin_transaction(timeout=self._lock_wait) as tx:
                tx.run(texts.LOCK).consume()
                tx.rollback()
        except failures.Neo4jError as error:
            if any(code in (error.code or "") for code in _WAITED_FOR_LOCK):
                raise GraphLocked(
                    f"Another writer has kept the graph at {self.url} locked for "
                    f"{self._lock_wait:g} seconds; wait until it has finished, or stop it."
                ) from error
            raise

    @contextmanager
    def _told(self, consequence: str = "") -> Iterator[None]:
        """Turn what the driver raises into sentences; *consequence* says what it means for us."""
        try:
            yield
        except failures.IncompleteCommit as error:
            raise GraphUnavailable(
                f"The connection to Neo4j at {self.url} was lost while it committed, so this block "
                "was kept whole or not at all; connect again and compare the graph's version."
            ) from error
        except (failures.ServiceUnavailable, failures.SessionExpired) as error:
            said = f"No Neo4j answers at {self.url}; start it or check the address."
            raise GraphUnavailable(f"{said} {consequence}".rstrip()) from error
        except (failures.AuthError, failures.Forbidden) as error:
            said = (
                f"Neo4j at {self.url} refused the user name or password, or this user may not do "
                "this; check NEO4J_USERNAME and NEO4J_PASSWORD, or auth=(user, password)."
            )
            raise GraphUnavailable(f"{said} {consequence}".rstrip()) from error
        except failures.ConstraintError as error:
            said = f"A node of this id is in the graph already: {_said(error)}"
            raise RecordError(f"{said} {consequence}".rstrip()) from error
        except (failures.Neo4jError, failures.DriverError) as error:
            said = f"Neo4j at {self.url} could not go on: {_said(error)}"
            raise GraphUnavailable(f"{said} {consequence}".rstrip()) from error


def _environment() -> tuple[str, str] | None:
    password = os.environ.get("NEO4J_PASSWORD")
    return (os.environ.get("NEO4J_USERNAME", "neo4j"), password) if password else None


def _address(url: str) -> tuple[str, tuple[str, str] | None, str | None]:
    """The address without secrets, the user and password in it, the database in it."""
    # An address that cannot be read is not repeated: it may hold a password.
    try:
        parts = urlsplit(url)
        well_formed = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        well_formed = False
    if not well_formed:
        raise GraphUnavailable(
            "The address of the Neo4j server cannot be read; write it as neo4j://host:7687 or "
            "bolt://host:7687 (+s for TLS), with special characters of a password percent-encoded."
        )
    host = parts.netloc.rpartition("@")[2]
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return (
        urlunsplit((parts.scheme, host, "", parts.query, "")),
        auth,
        parts.path.strip("/") or None,
    )
