"""The Cypher that :mod:`kg.stores.neo4j` runs, derived from :mod:`kg.schema`.

Labels, types and properties come from the schema alone, and only if they are plain words;
every value is a parameter: ``$values``, or ``$rows`` of lists in column order.

>>> print(selected_by(EDGES["CITES"], "work", ("cited",)))
MATCH (a:Work)-[x:CITES]->(b) WHERE a.id IN $values RETURN b.id AS c0
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.schema import EDGES, LOOKUPS, NODES, REFERENCES, TABLES, Reference, Table

SEARCHED = ("Concept", "Work", "Dataset", "Variable", "Passage")
"""Labels with a full-text index, over the property ``search``."""

LOCK = "MATCH (m:GraphMeta {id: 'meta'}) SET m.version = m.version"
BUMP = "MATCH (m:GraphMeta {id: 'meta'}) SET m.version = m.version + 1"
META = "MATCH (m:GraphMeta {id: 'meta'}) RETURN m.schema, m.uuid, m.version"
MAKE_META = (
    "MERGE (m:GraphMeta {id: 'meta'}) "
    "ON CREATE SET m.schema = $schema, m.uuid = randomUUID(), m.version = 0"
)
FIND = (
    "CALL db.index.fulltext.queryNodes($index, $query, {limit: $limit}) YIELD node, score "
    "RETURN node.id, score ORDER BY score DESC, node.id"
)

for _table in TABLES.values():
    for _name in (_table.name, *_table.columns, *(r.name for r in REFERENCES)):
        if not re.fullmatch(r"[A-Za-z_]+", _name):
            raise ValueError(f"{_name!r} in kg.schema is no plain name for Cypher; use letters.")


def _pattern(table: Table) -> str:
    return f"(a)-[x:{table.name}]->(b)" if table.ends else f"(x:{table.name})"


def _value(table: Table, column: str) -> str:
    """The expression that holds *column*; KeyError if the table has no such column."""
    if table.ends and column in table.columns[:2]:
        return "a.id" if column == table.columns[0] else "b.id"
    return f"x.`{table.column(column).name}`"


def _matched(table: Table, column: str) -> str:
    """Match the rows whose *column* is in $values, by the index that serves it."""
    pattern, value = _pattern(table), _value(table, column)
    if value in ("a.id", "b.id"):
        end = value[0]
        pattern = pattern.replace(f"({end})", f"({end}:{table.ends['ab'.index(end)]})")
    return f"MATCH {pattern} WHERE {value} IN $values"


def _returned(table: Table, columns: Sequence[str]) -> str:
    return "RETURN " + ", ".join(f"{_value(table, c)} AS c{i}" for i, c in enumerate(columns))


def _given(table: Table, column: str, i: int) -> str:
    """The row's value *i*; a whole number in a column of floats is a float too."""
    return f"toFloat(r[{i}])" if table.column(column).type == "float" else f"r[{i}]"


def counted(table: Table) -> str:
    """Count all rows."""
    return f"MATCH {_pattern(table)} RETURN count(x)"


def selected(table: Table, columns: Sequence[str]) -> str:
    """All rows."""
    return f"MATCH {_pattern(table)} {_returned(table, columns)}"


def selected_by(table: Table, column: str, columns: Sequence[str]) -> str:
    """The rows whose *column* is in $values."""
    return f"{_matched(table, column)} {_returned(table, columns)}"


def deleted_by(table: Table, column: str) -> str:
    """Delete the rows whose *column* is in $values."""
    return f"{_matched(table, column)} {'' if table.ends else 'DETACH '}DELETE x"


def created(table: Table) -> str:
    """Create nodes, or the edges whose ends exist."""
    skip = 2 if table.ends else 0
    properties = ", ".join(
        f"`{c}`: {_given(table, c, i)}" for i, c in enumerate(table.columns[skip:], skip)
    )
    if not table.ends:
        return f"UNWIND $rows AS r CREATE (:{table.name} {{{properties}}})"
    start, end = table.ends
    return (
        f"UNWIND $rows AS r MATCH (a:{start} {{id: r[0]}}) MATCH (b:{end} {{id: r[1]}}) "
        f"CREATE (a)-[:{table.name} {{{properties}}}]->(b)"
    )


def updated(table: Table, columns: Sequence[str]) -> str:
    """Set *columns* of the nodes whose ids come first in $rows; returns how many there are."""
    values = (f"{_value(table, c)} = {_given(table, c, i)}" for i, c in enumerate(columns, 1))
    return (
        f"UNWIND $rows AS r MATCH (x:{table.name} {{id: r[0]}}) "
        f"SET {', '.join(values)} RETURN count(x)"
    )


def indexed(table: Table) -> str:
    """Set what nodes are found by; $rows are [id, terms]."""
    return f"UNWIND $rows AS r MATCH (x:{table.name} {{id: r[0]}}) SET x.search = r[1]"


def _drawn(ref: Reference, relationship: str, holder: str, other: str) -> str:
    start, end = (holder, other) if ref.outward else (other, holder)
    return f"({start})-[{relationship}:{ref.name}]->({end})"


def drawn_from(ref: Reference) -> str:
    """Draw references; $rows are [id of the holder, id of the other]."""
    return (
        f"UNWIND $rows AS r MATCH (x:{ref.table} {{id: r[0]}}) MATCH (y:{ref.other} {{id: r[1]}}) "
        f"CREATE {_drawn(ref, '', 'x', 'y')}"
    )


def drawn_to(ref: Reference) -> str:
    """Draw the references that waited for new nodes; $rows are the new nodes' ids."""
    return (
        f"UNWIND $rows AS r MATCH (y:{ref.other} {{id: r}}) "
        f"MATCH (x:{ref.table} {{`{ref.column}`: r}}) MERGE {_drawn(ref, '', 'x', 'y')}"
    )


def erased(ref: Reference) -> str:
    """Erase the references of the holders whose ids come first in $rows."""
    return (
        f"UNWIND $rows AS r MATCH (x:{ref.table} {{id: r[0]}}) "
        f"MATCH {_drawn(ref, 'e', 'x', ':' + ref.other)} DELETE e"
    )


def neighbours(*, with_predicates: bool) -> str:
    """RELATED rows that touch $concepts, each once, best first."""
    table, order = EDGES["RELATED"], "ORDER BY x.belief DESC, x.n_evidence DESC, x.statement"
    return (
        "MATCH (c:Concept)-[x:RELATED]-() WHERE c.id IN $concepts AND x.belief >= $belief "
        f"{'AND x.predicate IN $predicates ' if with_predicates else ''}"
        f"WITH DISTINCT x {order} LIMIT $limit WITH x, startNode(x) AS a, endNode(x) AS b "
        f"{_returned(table, table.columns)} {order}"
    )


def setup() -> dict[str, str]:
    """The statements that make constraints and indexes, by the names of what they make.

    Every column that refers to a node is indexed, so that a node can find who waits for it.
    """
    made: dict[str, str] = {}
    for label in ("GraphMeta", *NODES):
        name = f"kg_{label}_id"
        made[name] = f"CONSTRAINT {name} IF NOT EXISTS FOR (x:{label}) REQUIRE x.id IS UNIQUE"
    wanted = {(t, c) for t, columns in LOOKUPS.items() for c in columns}
    for owner, column in sorted(wanted | {(r.table, r.column) for r in REFERENCES}):
        table = TABLES[owner]
        if _value(table, column).startswith("x."):
            pattern = f"()-[x:{owner}]-()" if table.ends else f"(x:{owner})"
            name = f"kg_{owner}_{column}"
            made[name] = f"INDEX {name} IF NOT EXISTS FOR {pattern} ON (x.`{column}`)"
    for label in SEARCHED:
        name = f"kg_{label}_search"
        made[name] = (
            f"FULLTEXT INDEX {name} IF NOT EXISTS FOR (x:{label}) ON EACH [x.search] "
            "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}"
        )
    return {name: f"CREATE {text}" for name, text in made.items()}
