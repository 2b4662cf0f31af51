"""What a home of the graph must be able to do: a dozen operations on declared tables.

A store knows tables, not meaning: which rows a source brings, what they do to belief
and what is deleted with them is decided once, in :mod:`kg.writing`, for every home.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from kg.schema import Table

Row = tuple[Any, ...]


class Reader(Protocol):
    """What can be asked, inside a transaction or outside one."""

    def existing(self, table: Table, ids: Iterable[str]) -> set[str]:
        """Those of *ids* that the node table holds."""

    def version(self) -> str:
        """The version of the state that is read."""

    def select(
        self,
        table: Table,
        column: str | None = None,
        values: Iterable[Any] = (),
        columns: Sequence[str] | None = None,
    ) -> list[Row]:
        """Rows whose *column* is one of *values* (all rows if no column), as tuples of *columns*.

        Lists come back as tuples, missing values as None. Order is not defined.
        """


class Writer(Reader, Protocol):
    """What can be done inside a write transaction. It sees its own writes."""

    def insert(self, table: Table, rows: Sequence[Row]) -> int:
        """Add rows in column order; node ids must be new. Returns how many were written."""

    def update(self, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> int:
        """Set *columns* of the nodes named by each row's first value, its id. Returns how many."""

    def delete(self, table: Table, column: str, values: Iterable[Any]) -> int:
        """Remove the rows whose *column* is one of *values*. Returns how many.

        A node's relationships to other nodes go with it.
        """

    def index(self, table: Table, entries: Sequence[tuple[str, str]]) -> None:
        """Replace the full-text entries of nodes, given as (id, text to be found by).

        For Concept, Work, Dataset and Variable the text is prepared by
        :func:`kg.search.name_terms` and for Passage by :func:`kg.search.text_terms`:
        terms separated by spaces, to be indexed as they are.
        """


class Store(ABC):
    """One home of one graph. Safe to use from several threads; open one a process."""

    url: str
    beside: Path | None = None
    """The file of an embedded graph, next to which others may lie; a server has none."""
    part: str = ""
    """Which part of a graph this is, in words; "" for a whole one (:mod:`kg.part`)."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Reader]:
        """One consistent state of the graph to read from."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Writer]:
        """A transaction: all of it is kept when the block ends, none of it when the block raises.

        The graph's version moves on when the block wrote something.

        Raises:
            GraphLocked: If another process keeps writing for too long.
            GraphUnavailable: If the home is gone; nothing of the block is kept.
        """

    @abstractmethod
    def scan(self, table: Table, columns: Sequence[str] | None = None) -> Iterator[list[Row]]:
        """All rows of a table in batches, in one consistent state."""

    @abstractmethod
    def count(self, table: Table) -> int:
        """Number of rows."""

    @abstractmethod
    def version(self) -> str:
        """Changes with every write that changed something, and with nothing else."""

    @abstractmethod
    def find(self, table: Table, terms: Sequence[str], limit: int) -> list[tuple[str, float]]:
        """Nodes whose indexed text holds any of *terms*, best first, as (id, engine's score)."""

    @abstractmethod
    def neighbours(
        self,
        concepts: Sequence[str],
        *,
        predicates: Sequence[str] = (),
        min_belief: float = 0.0,
        limit: int = 100,
    ) -> list[Row]:
        """Rows of RELATED that touch any of *concepts*, by belief, then by evidence.

        Ties are broken by statement id, so that every home answers alike.
        """

    @abstractmethod
    def cypher(self, query: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        """Run one read-only Cypher query.

        Raises:
            QueryError: If the engine refuses it, or if it would write.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections. Closing twice is harmless."""
