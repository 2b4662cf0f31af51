"""Tables, columns and relationships, derived once from :mod:`kg.model`, for every store.

>>> NODES["Statement"].columns[:3]
('id', 'subject', 'predicate')
>>> [r.name for r in REFERENCES if r.table == "Evidence"]
['SUPPORTED_BY', 'IN_PASSAGE']
>>> EDGES["MENTIONS"].ends
('Passage', 'Concept')
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Literal

from kg import model
from kg.ids import digest
from kg.search import TERMS

ColumnType = Literal["text", "int", "float", "bool", "names"]
_TYPES: dict[Any, ColumnType] = {
    str: "text", int: "int", float: "float", bool: "bool", model.Names: "names"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, and what the record's field says of it."""

    name: str
    type: ColumnType
    nullable: bool
    ref: str = ""
    derived: bool = False
    volatile: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A node label or an edge type, with the columns of its record class, in order.

    ``ends`` holds the labels at both ends of an edge (its first two columns) and is
    empty for a node. ``owner`` is the column whose node decides whether an edge is new.
    """

    name: str
    record: type[Any]
    fields: tuple[Column, ...]
    ends: tuple[str, ...] = ()
    owner: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the record's order."""
        return tuple(c.name for c in self.fields)

    def rows(self, records: typing.Iterable[Any]) -> list[tuple[Any, ...]]:
        """The records as tuples in column order."""
        return list(map(attrgetter(*self.columns), records))

    def record_dict(self, record: Any) -> dict[str, Any]:
        """A record as column → value."""
        return {c.name: getattr(record, c.name) for c in self.fields}

    def dicts(
        self, rows: typing.Iterable[tuple[Any, ...]], columns: typing.Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Rows as column → value; of whole rows, or of the *columns* that were selected."""
        return [dict(zip(columns or self.columns, row, strict=True)) for row in rows]

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: If the table has none.
        """
        for c in self.fields:
            if c.name == name:
                return c
        raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(self.columns)}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A relationship that is a column: ``table.column`` holds the id of the other end.

    ``outward`` is true when the relationship starts at the table that holds the column.
    """

    name: str
    table: str
    column: str
    other: str
    outward: bool

    @property
    def start(self) -> str:
        """Label at which the relationship starts."""
        return self.table if self.outward else self.other

    @property
    def end(self) -> str:
        """Label at which the relationship ends."""
        return self.other if self.outward else self.table


def _columns(record: type[Any]) -> tuple[Column, ...]:
    hints = typing.get_type_hints(record)
    columns = []
    for f in fields(record):
        hint = hints[f.name]
        nullable = isinstance(hint, types.UnionType)
        base = typing.get_args(hint)[0] if nullable else hint
        columns.append(
            Column(
                f.name,
                _TYPES[base],
                nullable,
                f.metadata.get("ref", ""),
                bool(f.metadata.get("derived")),
                bool(f.metadata.get("volatile")),
            )
        )
    return tuple(columns)


def _edge(name: str, record: type[Any]) -> Table:
    columns = _columns(record)
    owner = next(f.name for f in fields(record) if f.metadata.get("owner"))
    return Table(name, record, columns, (columns[0].ref, columns[1].ref), owner)


NODES: Mapping[str, Table] = MappingProxyType(
    {r.__name__: Table(r.__name__, r, _columns(r)) for r in typing.get_args(model.Node)}
)

EDGES: Mapping[str, Table] = MappingProxyType(
    {
        name: _edge(name, record)
        for name, record in (
            ("MENTIONS", model.Mention),
            ("QUALIFIED_BY", model.Qualifier),
            ("CITES", model.Citation),
            ("USES_DATASET", model.DatasetUse),
            ("MEASURES", model.Measure),
            ("BROADER", model.Broader),
            ("MATCHES", model.Match),
            ("USED", model.SchemeUse),
            ("RELATED", model.Related),
        )
    }
)
"""Relationships with columns of their own. RELATED is a view: rebuilt, never a truth."""

TABLES: Mapping[str, Table] = MappingProxyType({**NODES, **EDGES})
TABLE_OF: Mapping[type[Any], Table] = MappingProxyType({t.record: t for t in TABLES.values()})

REFERENCES: tuple[Reference, ...] = (
    Reference("HAS_VARIABLE", "Variable", "dataset", "Dataset", outward=False),
    Reference("GENERATED", "Source", "run", "Run", outward=False),
    Reference("SUPERSEDES", "Source", "supersedes", "Source", outward=True),
    Reference("FROM_SOURCE", "Passage", "source", "Source", outward=True),
    Reference("HAS_PASSAGE", "Passage", "work", "Work", outward=False),
    Reference("HAS_PASSAGE", "Passage", "dataset", "Dataset", outward=False),
    Reference("NEXT", "Passage", "next", "Passage", outward=True),
    Reference("IN_SCHEME", "Concept", "scheme", "Scheme", outward=True),
    Reference("SUBJECT", "Statement", "subject", "Concept", outward=True),
    Reference("OBJECT", "Statement", "object", "Concept", outward=True),
    Reference("SUPPORTED_BY", "Evidence", "statement", "Statement", outward=False),
    Reference("IN_PASSAGE", "Evidence", "passage", "Passage", outward=True),
    Reference("BY", "Run", "agent", "Agent", outward=True),
    Reference("BY", "Decision", "agent", "Agent", outward=True),
    Reference("DECIDES", "Decision", "statement", "Statement", outward=True),
    Reference("DECIDES", "Decision", "concept", "Concept", outward=True),
    Reference("NAMES", "Decision", "other", "Concept", outward=True),
    Reference("UNDOES", "Decision", "undoes", "Decision", outward=True),
)
"""Relationships that are a column: no second place to keep them, so none to contradict it."""

LOOKUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Variable": ("dataset",),
        "Source": ("path",),
        "Passage": ("source", "work", "dataset"),
        "Concept": ("kind",),
        "Statement": ("subject", "object"),
        "Evidence": ("statement", "passage"),
        "Decision": ("statement", "concept", "other", "undoes"),
        "MENTIONS": ("passage", "concept"),
        "QUALIFIED_BY": ("statement", "concept"),
        "CITES": ("work", "cited", "source"),
        "USES_DATASET": ("work", "dataset", "source"),
        "MEASURES": ("variable", "concept"),
        "BROADER": ("concept", "broader"),
        "MATCHES": ("concept", "matched", "decision"),
        "USED": ("run",),
        "RELATED": ("subject", "object", "statement"),
    }
)
"""Columns that are looked up by value and so are indexed in every store, besides ``id``."""

VERSION: str = digest(
    *(f"{t.name}.{c.name}:{c.type}" for t in TABLES.values() for c in t.fields), TERMS
)[:12]
"""Fingerprint of all tables and of the terms they are searched by: a home that carries another was
made by another version."""
