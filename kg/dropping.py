"""What goes when nobody says it any more: works, data sets, statements, concepts, runs, agents, schemes."""

from __future__ import annotations

from collections.abc import Iterable

from kg.curation.merging import project_concepts
from kg.derived import refresh_concepts
from kg.identity import EXACT
from kg.schema import EDGES, NODES, TABLES, Table
from kg.stores.base import Writer


def _held(writer: Writer, table: str, column: str, values: set[str]) -> set[str]:
    return {v for (v,) in writer.select(TABLES[table], column, values, (column,))}


def drop_works(writer: Writer, works: set[str]) -> None:
    """Remove works that no passage, reference list or use of data names."""
    kept = _held(writer, "Passage", "work", works)
    for column in ("work", "cited"):
        kept |= _held(writer, "CITES", column, works)
    kept |= _held(writer, "USES_DATASET", "work", works)
    writer.delete(NODES["Work"], "id", works - kept)


def drop_datasets(writer: Writer, datasets: set[str]) -> set[str]:
    """Remove data sets that nothing names, with their variables. Returns what these measured."""
    gone = datasets - _held(writer, "Passage", "dataset", datasets)
    gone -= _held(writer, "USES_DATASET", "dataset", gone)
    variables = {v for (v,) in writer.select(NODES["Variable"], "dataset", gone, ("id",))}
    measured = writer.select(EDGES["MEASURES"], "variable", variables, ("concept",))
    writer.delete(NODES["Variable"], "id", variables)
    writer.delete(NODES["Dataset"], "id", gone)
    return {c for (c,) in measured}


def drop_statements(writer: Writer, statements: Iterable[str]) -> set[str]:
    """Remove statements that have no evidence left. Returns the concepts at their ends.

    What was decided about them stays in the log and holds again when they are said again.
    """
    gone = set(statements)
    ends = writer.select(NODES["Statement"], "id", gone, ("subject", "object"))
    held = writer.select(EDGES["QUALIFIED_BY"], "statement", gone, ("concept",))
    writer.delete(EDGES["RELATED"], "statement", gone)
    writer.delete(NODES["Statement"], "id", gone)
    return {c for pair in ends for c in pair} | {c for (c,) in held}


def drop_concepts(writer: Writer, concepts: Iterable[str]) -> None:
    """Remove those concepts that nothing names any more, and those above them that only they held."""
    used = (
        ("MENTIONS", "concept"), ("Statement", "subject"), ("Statement", "object"),
        ("MEASURES", "concept"), ("QUALIFIED_BY", "concept"), ("BROADER", "broader"),
    )  # fmt: skip
    wanted, orphans = set(concepts), set()
    while wanted:
        gone = set(wanted)
        for table, column in used:
            gone -= _held(writer, table, column, gone)
        refresh_concepts(writer, wanted - gone)
        above = writer.select(EDGES["BROADER"], "concept", gone, ("broader",))
        rows = writer.select(EDGES["MATCHES"], "matched", gone, ("concept", "relation"))
        orphans |= {c for c, relation in rows if relation == EXACT}
        orphans -= gone
        writer.delete(NODES["Concept"], "id", gone)
        wanted = {b for (b,) in above}
    if orphans:
        # What stood under a concept that is gone stands for itself until it comes again.
        project_concepts(writer, orphans)


def drop_idle(writer: Writer) -> None:
    """Remove runs that brought nothing that is left, their agents, and schemes nobody uses."""
    run, agent, scheme = NODES["Run"], NODES["Agent"], NODES["Scheme"]
    _keep(writer, run, _values(writer, NODES["Source"], "run"))
    acting = _values(writer, run, "agent") | _values(writer, NODES["Decision"], "agent")
    _keep(writer, agent, acting)
    used = _values(writer, EDGES["USED"], "scheme") | _values(writer, NODES["Concept"], "scheme")
    _keep(writer, scheme, used)


def _values(writer: Writer, table: Table, column: str) -> set[str]:
    return {v for (v,) in writer.select(table, columns=(column,))}


def _keep(writer: Writer, table: Table, kept: set[str]) -> None:
    writer.delete(table, "id", _values(writer, table, "id") - kept)
