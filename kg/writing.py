"""What a source does to the graph when it comes, changes and goes: one transaction each.

A node owns its outgoing edges and both are written only when its id is new, so the same
source twice writes nothing. What is derived from rows follows in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kg.batch import SourceBatch
from kg.belief import Voice, breaks
from kg.curation.correcting import project_statements
from kg.curation.merging import project_concepts
from kg.derived import (
    CONCEPT_COLUMNS,
    STATEMENT_COLUMNS,
    Says,
    disciplines_of,
    group_talk,
    kinds_of,
    refresh_concepts,
    refresh_statements,
    related_rows,
    write_concepts,
    years_of,
)
from kg.dropping import drop_concepts, drop_datasets, drop_idle, drop_statements, drop_works
from kg.errors import RecordError
from kg.identity import stands_for
from kg.model import Statement
from kg.schema import EDGES, NODES, TABLE_OF, TABLES
from kg.search import SEARCHED, terms_of
from kg.stores.base import Store, Writer

ORDER = (
    "Agent", "Run", "Scheme", "Source", "Work", "Dataset", "Variable", "Concept", "Passage",
    "Statement", "Evidence", "Decision",
)  # fmt: skip
"""Order of node tables such that what a row refers to comes before it."""


_GIVEN = {"Concept", "Statement", "Work", "Dataset", "Variable", "Passage"}
_REFS = {t.name: [(c.name, c.ref) for c in t.fields if c.ref in _GIVEN] for t in TABLES.values()}


def write_batch(store: Store, batch: SourceBatch) -> int:
    """Write what one source brings, or nothing if it is there already. Returns rows written.

    A source that was read by another pipeline is replaced; one that stood at the same
    path with other bytes is superseded: its evidence goes, its Source stays.

    Raises:
        RecordError: If a record contradicts another, with nothing written.
    """
    check(batch)
    with store.reading() as reader:
        if is_current(reader, batch.source.id, batch.source.pipeline):
            return 0
    with store.writing() as writer:
        if is_current(writer, batch.source.id, batch.source.pipeline):
            return 0
        before = writer.select(NODES["Source"], "id", [batch.source.id], ("run",))
        if before:
            _strip(writer, batch.source.id)
            writer.delete(NODES["Source"], "id", [batch.source.id])
        batch = replace(batch, source=_superseding(writer, batch.source))
        written = _Write(writer, batch).run()
        if before and not writer.select(NODES["Source"], "run", before[0], ("id",)):
            drop_idle(writer)
        return written


def is_current(reader: Any, source: str, pipeline: str) -> bool:
    """Whether the graph holds this source as this pipeline reads it."""
    rows = reader.select(NODES["Source"], "id", [source], ("status", "pipeline"))
    return bool(rows == [("read", pipeline)])


def delete_source(store: Store, source: str) -> int:
    """Take a source out with all that only it says. Returns the number of passages that went."""
    with store.writing() as writer:
        if not writer.existing(NODES["Source"], [source]):
            return 0
        gone = _strip(writer, source)
        writer.delete(NODES["Source"], "id", [source])
        drop_idle(writer)
        return gone


def check(batch: SourceBatch) -> None:
    """Say in one sentence what is wrong with a batch, before anything of it is written.

    Raises:
        RecordError: If a quote or surface is not in its passage, or a reference leads nowhere.
    """
    texts = {p.id: p.text for p in batch.passages}
    concepts = {c.id for c in batch.concepts}
    statements = {s.id for s in batch.statements}
    where = f"{batch.source.path or batch.source.id}"
    for e in batch.evidence:
        if texts.get(e.passage, "")[e.start : e.end] != e.quote or not e.quote:
            raise RecordError(f"{where}: the quote {e.quote[:60]!r} is not in {e.passage} there.")
    for m in batch.mentions:
        if texts.get(m.passage, "")[m.start : m.end] != m.surface or not m.surface:
            raise RecordError(f"{where}: {m.surface[:60]!r} is not in {m.passage} there.")
    works, datasets = {w.id for w in batch.works}, {d.id for d in batch.datasets}
    given = {"Concept": concepts, "Statement": statements, "Work": works, "Dataset": datasets}
    given |= {"Variable": {v.id for v in batch.variables}, "Passage": set(texts)}
    for record in batch.records():
        table = TABLE_OF[type(record)]
        for column, label in _REFS[table.name]:
            value = getattr(record, column)
            if value and value not in given[label]:
                raise RecordError(
                    f"{where}: a {table.name} names the {label} {value!r}, which is not given."
                )
    for p in batch.passages:
        if p.source != batch.source.id:
            raise RecordError(f"{where}: passage {p.id} belongs to another source.")


def _superseding(writer: Writer, source: Any) -> Any:
    if not source.path:
        return source
    rows = writer.select(NODES["Source"], "path", [source.path], ("id", "status"))
    for old, status in rows:
        if old != source.id and status == "read":
            _strip(writer, old)
            writer.update(NODES["Source"], ("status",), [(old, "superseded")])
            source = replace(source, supersedes=old)
    return source


class _Write:
    """One batch inside one transaction."""

    def __init__(self, writer: Writer, batch: SourceBatch) -> None:
        self.writer = writer
        self.batch = batch
        self.fresh: dict[str, set[str]] = {}
        self.written = 0
        self.where = {p.id: p.work or p.dataset or p.source for p in batch.passages}

    def run(self) -> int:
        records: dict[str, dict[str, Any]] = {name: {} for name in ORDER}
        edges: dict[str, list[Any]] = {name: [] for name in EDGES}
        for record in self.batch.records():
            table = TABLE_OF[type(record)]
            if table.name in records:
                records[table.name][record.id] = record
            else:
                edges[table.name].append(record)
        for name in ORDER:
            known = self.writer.existing(NODES[name], records[name])
            self.fresh[name] = set(records[name]) - known
            if name in ("Work", "Dataset") and known:
                self._fill(name, {i: records[name][i] for i in known})
        self._derive(records["Concept"], records["Statement"])
        for name in ORDER:
            rows = [r for i, r in records[name].items() if i in self.fresh[name]]
            self.written += self.writer.insert(NODES[name], NODES[name].rows(rows))
        for name, found in edges.items():
            self._link(name, found)
        self._after(records)
        return self.written

    def _fill(self, name: str, records: Mapping[str, Any]) -> None:
        """Give a work that was known by less what this source knows more of it."""
        table = NODES[name]
        for row in self.writer.select(table, "id", records):
            old = dict(zip(table.columns, row, strict=True))
            new = records[old["id"]]
            more = {c: getattr(new, c) for c in table.columns if not old[c] and getattr(new, c)}
            if more:
                self.written += self.writer.update(table, list(more), [(old["id"], *more.values())])
                if more.keys() & {"disciplines", "year"}:
                    self._redo_for_work(old["id"])

    def _redo_for_work(self, work: str) -> None:
        column = "work" if self.writer.existing(NODES["Work"], [work]) else "dataset"
        passages = [r[0] for r in self.writer.select(NODES["Passage"], column, [work], ("id",))]
        mentions = self.writer.select(EDGES["MENTIONS"], "passage", passages, ("concept",))
        evidence = self.writer.select(NODES["Evidence"], "passage", passages, ("statement",))
        refresh_concepts(self.writer, {c for (c,) in mentions})
        refresh_statements(self.writer, {s for (s,) in evidence})

    def _derive(self, concepts: dict[str, Any], statements: dict[str, Any]) -> None:
        """Fill in the derived columns of what is new, so that it is written once."""
        works = set(self.where.values())
        mine: dict[str, Any] = {w.id: w for w in self.batch.works}
        mine.update({d.id: d for d in self.batch.datasets})
        fields = {i: w.disciplines for i, w in mine.items()} | disciplines_of(self.writer, works)
        years = {i: w.year for i, w in mine.items() if w.year} | years_of(self.writer, works)
        fresh = self.fresh["Concept"]
        self.talk = group_talk(self.batch.mentions, self.where)
        self.fields = fields
        for c in fresh & self.talk.keys():
            values = dict(zip(CONCEPT_COLUMNS, self.talk[c].columns(fields), strict=True))
            concepts[c] = replace(concepts[c], **values)
        told = {s: statements[s] for s in self.fresh["Statement"]}
        ends = {end for s in told.values() for end in (s.subject, s.object)}
        kinds = {i: c.kind for i, c in concepts.items()}
        kinds |= kinds_of(self.writer, ends - fresh)
        says = {
            i: Says(
                status=s.status,
                breach=breaks(s.predicate, kinds[s.subject], kinds[s.object]),
                family=s.family,
            )
            for i, s in told.items()
        }
        for e in self.batch.evidence:
            if e.statement in says:
                one, work = says[e.statement], self.where[e.passage]
                one.voices.append(Voice(work, e.method_family, e.score, e.assertion))
                one.methods.add(e.method)
                if years.get(work):
                    one.years.append(years[work])
        for i, one in says.items():
            values = dict(zip(STATEMENT_COLUMNS, one.columns(), strict=True))
            statements[i] = replace(told[i], **values)

    def _link(self, name: str, found: list[Any]) -> None:
        table = EDGES[name]
        owner = table.column(table.owner).ref or {"source": "Source"}.get(table.owner, "")
        if owner:
            found = [r for r in found if getattr(r, table.owner) in self.fresh[owner]]
        self.written += self.writer.insert(table, list(dict.fromkeys(table.rows(found))))

    def _after(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        fresh = self.fresh
        new: list[Statement] = [records["Statement"][i] for i in sorted(fresh["Statement"])]
        merged = stands_for(self.writer, {end for s in new for end in (s.subject, s.object)})
        self.written += self.writer.insert(EDGES["RELATED"], related_rows(new, merged))
        told = {e.statement for e in self.batch.evidence} - fresh["Statement"]
        self.written += refresh_statements(self.writer, told)
        self._merge_talk(self.talk.keys() - fresh["Concept"])
        for label in SEARCHED:
            table = NODES[label]
            rows = [r for i, r in records[label].items() if i in fresh[label]]
            named = [(r.id, terms_of(label, table.record_dict(r))) for r in rows]
            self.writer.index(table, named)
        self._find_decisions(records)

    def _find_decisions(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        """Let what was decided about what this source says hold for it."""
        table = NODES["Decision"]
        told = self.writer.select(table, "statement", records["Statement"], ("statement",))
        if told:
            self.written += project_statements(self.writer, {s for (s,) in told})
        fresh = self.fresh["Concept"]
        told = [
            row
            for end in ("concept", "other")
            for row in self.writer.select(table, end, fresh, ("statement",))
        ]
        if told:
            self.written += project_statements(self.writer, {s for (s,) in told if s})
            self.written += project_concepts(self.writer, fresh)

    def _merge_talk(self, concepts: Iterable[str]) -> None:
        """Add this source's mentions to concepts that others mention, without reading theirs."""
        known = set(concepts)
        if not known:
            return
        # Only a work that was read from another file too can be counted twice.
        before = self._mentioned_before(known)
        columns = ("id", *CONCEPT_COLUMNS)
        values = {}
        for c, fields, surfaces, n_mentions, n_works in self.writer.select(
            NODES["Concept"], "id", known, columns
        ):
            one = self.talk[c]
            more, said, n, _ = one.columns(self.fields)
            new_works = one.works - before.get(c, set())
            values[c] = (
                tuple(sorted({*fields, *more})),
                tuple(sorted({*surfaces, *said})),
                n_mentions + n,
                n_works + len(new_works),
            )
        self.written += write_concepts(self.writer, values)

    def _mentioned_before(self, concepts: set[str]) -> dict[str, set[str]]:
        works = set(self.where.values())
        others: dict[str, str] = {}
        for column in ("work", "dataset"):
            rows = self.writer.select(NODES["Passage"], column, works, ("id", column, "source"))
            others.update({i: w for i, w, s in rows if s != self.batch.source.id})
        found: dict[str, set[str]] = defaultdict(set)
        for concept, passage in self.writer.select(
            EDGES["MENTIONS"], "passage", others, ("concept", "passage")
        ):
            found[concept].add(others[passage])
        return found


# --------------------------------------------------------------------------- going


def _strip(writer: Writer, source: str) -> int:
    """Remove what a source says, and what is left without anyone who says it."""
    columns = ("id", "work", "dataset")
    passages = writer.select(NODES["Passage"], "source", [source], columns)
    ids = [p[0] for p in passages]
    concepts = {c for (c,) in writer.select(EDGES["MENTIONS"], "passage", ids, ("concept",))}
    statements = {s for (s,) in writer.select(NODES["Evidence"], "passage", ids, ("statement",))}
    cited = writer.select(EDGES["CITES"], "source", [source], ("work", "cited"))
    writer.delete(NODES["Evidence"], "passage", ids)
    writer.delete(NODES["Passage"], "source", [source])
    writer.delete(EDGES["CITES"], "source", [source])
    writer.delete(EDGES["USES_DATASET"], "source", [source])
    concepts |= drop_datasets(writer, {d for _, _, d in passages if d})
    left = {s for (s,) in writer.select(NODES["Evidence"], "statement", statements, ("statement",))}
    concepts |= drop_statements(writer, statements - left)
    refresh_statements(writer, left)
    drop_works(writer, {w for _, w, _ in passages if w} | {w for pair in cited for w in pair})
    drop_concepts(writer, concepts)
    return len(ids)
