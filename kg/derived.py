"""What is computed from other rows: belief and counts of statements, counts and surfaces of concepts.

Everything here can be rebuilt from Evidence and MENTIONS at any time; :mod:`kg.verify`
does so and compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kg.belief import Voice, belief, breaks, polarity
from kg.identity import stands_for
from kg.model import Related, Statement
from kg.ontology import CO_MENTION
from kg.schema import EDGES, NODES
from kg.search import terms_of
from kg.stores.base import Reader, Row, Writer

CONCEPT_COLUMNS = ("disciplines", "surfaces", "n_mentions", "n_works")
STATEMENT_COLUMNS = (
    "polarity", "belief", "n_evidence", "n_works", "n_methods", "first_year", "last_year"
)  # fmt: skip


NOTHING_MERGED: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Says:
    """What one statement's derived columns follow from: its evidence, the schema, a decision."""

    voices: list[Voice] = field(default_factory=list)
    methods: set[str] = field(default_factory=set)
    years: list[int] = field(default_factory=list)
    breach: bool = False
    status: str = "machine"
    family: str = ""

    def columns(self) -> Row:
        """Values of STATEMENT_COLUMNS."""
        return (
            polarity(self.voices),
            belief(
                self.voices,
                breach=self.breach,
                # What nobody says any more is not believed, whoever accepted it once.
                status=self.status if self.voices else "machine",
                family=self.family,
            ),
            len(self.voices),
            len({v.work for v in self.voices}),
            len(self.methods),
            min(self.years, default=None),
            max(self.years, default=None),
        )


@dataclass(slots=True)
class Talk:
    """The mentions of one concept."""

    surfaces: set[str] = field(default_factory=set)
    works: set[str] = field(default_factory=set)
    n: int = 0

    def columns(self, disciplines: Mapping[str, tuple[str, ...]]) -> Row:
        """Values of CONCEPT_COLUMNS, given the disciplines of works and data sets."""
        fields = {d for w in self.works for d in disciplines.get(w, ())}
        return tuple(sorted(fields)), tuple(sorted(self.surfaces)), self.n, len(self.works)


def talked_about_in(reader: Reader, passages: Iterable[str]) -> dict[str, str]:
    """For each passage the work or data set it belongs to, else its source."""
    rows = reader.select(NODES["Passage"], "id", passages, ("id", "work", "dataset", "source"))
    return {i: work or dataset or source for i, work, dataset, source in rows}


def told_of(reader: Reader, works: Iterable[str], *columns: str) -> dict[str, Row]:
    """What the graph tells of works and data sets, which both have these columns, by id."""
    works = set(works)
    rows: list[Row] = []
    for label in ("Work", "Dataset"):
        rows += reader.select(NODES[label], "id", works, ("id", *columns))
    return {row[0]: row[1:] for row in rows}


def disciplines_of(reader: Reader, works: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Disciplines of works and data sets."""
    return {i: fields for i, (fields,) in told_of(reader, works, "disciplines").items()}


def years_of(reader: Reader, works: Iterable[str]) -> dict[str, int]:
    """Years of works and data sets, where known."""
    return {i: year for i, (year,) in told_of(reader, works, "year").items() if year is not None}


def saying(reader: Reader, statements: Iterable[str]) -> set[tuple[str, str]]:
    """Statements with the works (or data sets) that say them, by the evidence that counts."""
    columns = ("statement", "passage", "replaced_by")
    rows = reader.select(NODES["Evidence"], "statement", set(statements), columns)
    said = {(s, p) for s, p, gone in rows if not gone}
    where = talked_about_in(reader, {p for _, p in said})
    return {(s, where[p]) for s, p in said if p in where}


def kinds_of(reader: Reader, concepts: Iterable[str]) -> dict[str, str]:
    """Kinds of the concepts that the graph holds."""
    return dict(reader.select(NODES["Concept"], "id", set(concepts), ("id", "kind")))


def read_statements(
    reader: Reader, statements: Iterable[str], *, judged: bool = True
) -> dict[str, Row]:
    """STATEMENT_COLUMNS of these statements, from evidence, kinds of concept and status alone.

    Where not *judged*, as they would be had nobody accepted or rejected them.
    """
    wanted = set(statements)
    stated = reader.select(
        NODES["Statement"],
        "id",
        wanted,
        ("id", "subject", "predicate", "object", "status", "family"),
    )
    kinds = kinds_of(reader, {end for _, a, _, b, *_ in stated for end in (a, b)})
    evidence = reader.select(
        NODES["Evidence"],
        "statement",
        wanted,
        ("statement", "passage", "method_family", "method", "score", "assertion", "replaced_by"),
    )
    evidence = [row[:-1] for row in evidence if not row[-1]]
    where = talked_about_in(reader, {row[1] for row in evidence})
    years = years_of(reader, where.values())
    says: dict[str, Says] = {s: Says() for s in wanted}
    for s, a, predicate, b, status, family in stated:
        says[s].status, says[s].family = status if judged else "machine", family
        says[s].breach = breaks(predicate, kinds.get(a, "term"), kinds.get(b, "term"))
    for statement, passage, family, method, score, assertion in evidence:
        work = where.get(passage, "")
        one = says[statement]
        one.voices.append(Voice(work, family, score, assertion))
        one.methods.add(method)
        if work in years:
            one.years.append(years[work])
    return {s: one.columns() for s, one in says.items()}


def read_concepts(reader: Reader, concepts: Iterable[str]) -> dict[str, Row]:
    """CONCEPT_COLUMNS of these concepts, from their mentions alone."""
    wanted = set(concepts)
    mentions = reader.select(
        EDGES["MENTIONS"], "concept", wanted, ("concept", "passage", "surface")
    )
    where = talked_about_in(reader, {row[1] for row in mentions})
    fields = disciplines_of(reader, where.values())
    talk: dict[str, Talk] = {c: Talk() for c in wanted}
    for concept, passage, surface in mentions:
        one = talk[concept]
        one.surfaces.add(surface)
        one.works.add(where.get(passage, ""))
        one.n += 1
    return {c: one.columns(fields) for c, one in talk.items()}


def related_rows(
    statements: Sequence[Statement], merged: Mapping[str, str] = NOTHING_MERGED
) -> list[Row]:
    """Rows of RELATED for these statements, between what their ends are now.

    What is walked is what sentences say: neither what was rejected nor co-mention, for which
    :meth:`kg.Graph.mentioned_with` answers, nor what no sentence says any more, nor what two
    names of one thing say of each other.

    Args:
        statements: Statements with their derived columns.
        merged: What each end that was merged stands for (:func:`kg.identity.stands_for`).
    """
    return EDGES["RELATED"].rows(
        Related(
            subject=merged.get(s.subject, s.subject),
            object=merged.get(s.object, s.object),
            statement=s.id,
            predicate=s.predicate,
            family=s.family,
            belief=s.belief,
            polarity=s.polarity,
            n_evidence=s.n_evidence,
            n_works=s.n_works,
            first_year=s.first_year,
            last_year=s.last_year,
        )
        for s in statements
        if s.status != "rejected"
        and s.family != CO_MENTION
        and s.n_evidence
        and (s.subject == s.object or not _one_thing(s, merged))
    )


def _one_thing(s: Statement, merged: Mapping[str, str]) -> bool:
    return merged.get(s.subject, s.subject) == merged.get(s.object, s.object)


def refresh_statements(writer: Writer, statements: Iterable[str]) -> int:
    """Recompute statements and their rows of RELATED from the graph. Returns rows written."""
    values = read_statements(writer, statements)
    if not values:
        return 0
    written = writer.update(
        NODES["Statement"], STATEMENT_COLUMNS, [(s, *v) for s, v in values.items()]
    )
    return written + refresh_related(writer, values)


def refresh_related(writer: Writer, statements: Iterable[str]) -> int:
    """Rebuild the rows of RELATED of these statements. Returns rows written."""
    table, wanted = NODES["Statement"], list(statements)
    fresh = [Statement(**d) for d in table.dicts(writer.select(table, "id", wanted))]
    merged = stands_for(writer, {end for s in fresh for end in (s.subject, s.object)})
    writer.delete(EDGES["RELATED"], "statement", wanted)
    return writer.insert(EDGES["RELATED"], related_rows(fresh, merged))


def refresh_concepts(writer: Writer, concepts: Iterable[str]) -> int:
    """Recompute concepts and how they are found. Returns rows written."""
    values = read_concepts(writer, concepts)
    return write_concepts(writer, values)


def write_concepts(writer: Writer, values: Mapping[str, Row]) -> int:
    """Set CONCEPT_COLUMNS where they differ, and index what changed its surfaces."""
    columns = ("id", "name", "aliases", *CONCEPT_COLUMNS)
    now = {row[0]: row for row in writer.select(NODES["Concept"], "id", values, columns)}
    changed = {c: v for c, v in values.items() if c in now and now[c][3:] != v}
    written = writer.update(
        NODES["Concept"], CONCEPT_COLUMNS, [(c, *v) for c, v in changed.items()]
    )
    writer.index(
        NODES["Concept"],
        [
            (c, terms_of("Concept", {"name": now[c][1], "aliases": now[c][2], "surfaces": v[1]}))
            for c, v in changed.items()
            if now[c][4] != v[1]
        ],
    )
    return written


def group_talk(mentions: Iterable[Any], where: Mapping[str, str]) -> dict[str, Talk]:
    """Mentions (records) by concept, given the work of each passage."""
    talk: dict[str, Talk] = defaultdict(Talk)
    for m in mentions:
        one = talk[m.concept]
        one.surfaces.add(m.surface)
        one.works.add(where[m.passage])
        one.n += 1
    return talk
