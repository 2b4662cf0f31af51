"""Does the graph keep its promises? Every quote against its passage, every count against its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kg.curation.checking import broken
from kg.derived import (
    CONCEPT_COLUMNS,
    STATEMENT_COLUMNS,
    read_concepts,
    read_statements,
    related_rows,
)
from kg.identity import stands_for
from kg.ids import passage_id
from kg.model import Statement
from kg.schema import EDGES, NODES, REFERENCES, Table
from kg.stores.base import Row, Store

SHOWN = 50
"""At most so many problems are spelled out; all are counted."""


WAITED_FOR = ("Statement", "Concept")
"""A decision may wait for what it is about, which went with its source and may come again."""


@dataclass(slots=True)
class VerifyReport:
    """What was checked, how often, and what does not hold."""

    checked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.found

    def problem(self, what: str, sentence: str) -> None:
        """Count a problem, and keep its sentence while there is room."""
        self.found[what] += 1
        if len(self.problems) < SHOWN:
            self.problems.append(sentence)

    def __str__(self) -> str:
        lines = [
            f"{what}: {n:,} checked, {self.found[what]:,} wrong" for what, n in self.checked.items()
        ]
        return "\n".join([*lines, *self.problems])


def verify(store: Store) -> VerifyReport:
    """Check a whole graph: quotes, references, ids of passages, derived columns, RELATED, decisions.

    Every row is checked, none sampled. Read in batches, so memory stays small.
    """
    report = VerifyReport()
    _check_quotes(store, report)
    _check_references(store, report)
    _check_passages(store, report)
    _check_statements(store, report)
    _check_concepts(store, report)
    for checked, sentences in broken(store):
        report.checked["decisions"] += checked
        for sentence in sentences:
            report.problem("decisions", sentence)
    return report


def _texts(store: Store, ids: set[str]) -> Mapping[str, str]:
    with store.reading() as reader:
        return dict(reader.select(NODES["Passage"], "id", ids, ("id", "text")))


def _check_quotes(store: Store, report: VerifyReport) -> None:
    places: tuple[tuple[str, Table, str], ...] = (
        ("quotes", NODES["Evidence"], "quote"),
        ("mentions", EDGES["MENTIONS"], "surface"),
        ("measures", EDGES["MEASURES"], "surface"),
    )
    for what, table, column in places:
        for rows in store.scan(table, ("passage", "start", "end", column)):
            texts = _texts(store, {r[0] for r in rows})
            report.checked[what] += len(rows)
            for passage, start, end, said in rows:
                there = texts.get(passage, "")[start:end]
                if there != said or not said:
                    report.problem(
                        what, f"{table.name}: {said[:60]!r} is not at {start}-{end} of {passage}."
                    )


def _links(store: Store) -> Iterator[tuple[str, str, list[Row]]]:
    for ref in REFERENCES:
        if ref.table == "Decision" and ref.other in WAITED_FOR:
            continue
        for rows in store.scan(NODES[ref.table], (ref.column,)):
            yield f"{ref.table}.{ref.column}", ref.other, rows
    for table in EDGES.values():
        for column, label in zip(table.columns, table.ends, strict=False):
            for rows in store.scan(table, (column,)):
                yield f"{table.name}.{column}", label, rows


def _check_references(store: Store, report: VerifyReport) -> None:
    for name, label, rows in _links(store):
        wanted = {r[0] for r in rows} - {""}
        report.checked["references"] += len(rows)
        with store.reading() as reader:
            missing = wanted - reader.existing(NODES[label], wanted)
        for one in sorted(missing):
            report.problem("references", f"{name} names the {label} {one!r}, which is not there.")


def _check_passages(store: Store, report: VerifyReport) -> None:
    for rows in store.scan(NODES["Passage"], ("id", "source", "start", "end", "text")):
        report.checked["passages"] += len(rows)
        for id_, source, start, end, text in rows:
            if len(text) != end - start or id_ != passage_id(source, start, end):
                report.problem(
                    "passages", f"Passage {id_} does not have the length or id it claims."
                )


def _check_statements(store: Store, report: VerifyReport) -> None:
    table, related = NODES["Statement"], EDGES["RELATED"]
    for rows in store.scan(table):
        report.checked["statements"] += len(rows)
        statements = [Statement(**d) for d in table.dicts(rows)]
        ids = [s.id for s in statements]
        with store.reading() as reader:
            true = read_statements(reader, ids)
            shown = set(reader.select(related, "statement", ids))
            held = {
                s for (s,) in reader.select(NODES["Evidence"], "statement", ids, ("statement",))
            }
            merged = stands_for(reader, {end for s in statements for end in (s.subject, s.object)})
        for s in statements:
            if tuple(getattr(s, c) for c in STATEMENT_COLUMNS) != true[s.id]:
                sentence = f"Statement {s.id} does not have the belief or counts of its evidence."
                report.problem("statements", sentence)
            if s.id not in held:
                report.problem("statements", f"Statement {s.id} has no evidence.")
        for row in set(related_rows(statements, merged)) ^ shown:
            report.problem("statements", f"RELATED differs from statement {row[2]}.")
    if (n := store.count(related)) > store.count(table):
        report.problem("statements", f"RELATED has {n:,} rows, more than there are statements.")


def _check_concepts(store: Store, report: VerifyReport) -> None:
    for rows in store.scan(NODES["Concept"], ("id", *CONCEPT_COLUMNS)):
        report.checked["concepts"] += len(rows)
        with store.reading() as reader:
            true = read_concepts(reader, [r[0] for r in rows])
        for id_, *values in rows:
            if tuple(values) != true[id_]:
                report.problem(
                    "concepts", f"Concept {id_} does not have the counts of its mentions."
                )
