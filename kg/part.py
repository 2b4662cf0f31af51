"""A part of a graph: what some of its works say, as a graph of its own.

What it was up to a year, what it is under some licences, what it would be without a work: each
is the graph that reading only those sources would have made. So everything that takes a graph takes
a part of one: search, Cypher, paths, Explorer, discovery. Belief, counts and years are
worked out anew from the evidence that is left; what people decided about it holds.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.copying import Progress, load
from kg.curation.merging import project_concepts
from kg.derived import refresh_concepts, refresh_statements
from kg.dropping import drop_idle
from kg.errors import RecordError
from kg.licences import LicenceClass, hardest, known_classes
from kg.schema import EDGES, NODES, TABLES, Table
from kg.stores.base import Row, Store
from kg.stores.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Only:
    """Which works (and data sets) may speak.

    Attributes:
        until: Those published in this year or before; all, if None.
        undated: Whether those of an unknown year may, too. One that is not known to be old
            would bring the future into the past, so they may not unless asked for.
        licences: Those under a licence of these classes (:data:`kg.licences.LICENCE_CLASSES`), the
            hardest of what is stated of the work and of its file. All, if empty.
        without: Ids of works, data sets and sources that may not.
    """

    until: int | None = None
    undated: bool = False
    licences: tuple[LicenceClass, ...] = ()
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known_classes(self.licences)

    def __str__(self) -> str:
        """What may speak, in words.

        >>> str(Only(until=1985, licences=("open",))), str(Only())
        ('only works up to 1985, only what is under licences of class open', '')
        """
        told = []
        if self.until is not None:
            told.append(f"only works up to {self.until}{' or of no year' * self.undated}")
        if self.licences:
            told.append(f"only what is under licences of class {' or '.join(self.licences)}")
        if self.without:
            told.append(f"without {', '.join(self.without)}")
        return ", ".join(told)

    @property
    def words(self) -> str:
        """What is kept, as part of a name.

        >>> Only(until=2015, licences=("open",)).words
        'until-2015-open'
        """
        told = [f"until-{self.until}"] if self.until is not None else []
        return "-".join([*told, *self.licences, *(["part"] if self.without else [])]) or "whole"

    def lets(self, year: int | None, licences: Sequence[str], ids: Sequence[str]) -> bool:
        """Whether what is said in a work of that year, under these licences, is kept.

        >>> Only(until=2010).lets(2010, [], []), Only(until=2010).lets(None, [], [])
        (True, False)
        >>> Only(licences=("open",)).lets(None, ["CC-BY-4.0", ""], []), Only(licences=("open",)).lets(None, [], [])
        (True, False)
        """
        if self.until is not None and (not self.undated if year is None else year > self.until):
            return False
        if self.licences and hardest(*licences) not in self.licences:
            return False
        return not any(i in self.without for i in ids)


EVERYTHING = Only()


def last_year(when: int | date | str) -> int:
    """The last year that is wholly over at a date; a year is meant whole.

    Works are dated by year, so of those of a year that goes on nobody knows whether they were out.

    >>> last_year(2015), last_year("2015-06-30"), last_year("2015-12-31")
    (2015, 2014, 2015)

    Raises:
        RecordError: If it is neither a year nor a date (ISO 8601).
    """
    if isinstance(when, str):
        try:
            when = int(when) if when.strip().isdigit() else date.fromisoformat(when.strip())
        except ValueError:
            when = "none"
    if isinstance(when, date):
        return when.year if (when.month, when.day) == (12, 31) else when.year - 1
    if isinstance(when, bool) or not isinstance(when, int) or not 0 < when < 10_000:
        raise RecordError(f"{when!r} is no date: give a year, such as 2015, or 2015-12-31.")
    return when


class _Kept:
    """The rows of a store that are left of it, table by table."""

    def __init__(self, store: Store, only: Only) -> None:
        self._store = store
        self._only = only
        self._passages = self._speaking()
        self.half_said: set[str] = set()
        """Statements of which some evidence went, not all."""
        self.half_named: set[str] = set()
        """Concepts of which some mentions went."""
        self.unmerged: set[str] = set()
        """Concepts that stood for another that went."""
        self._keep = self._what_is_said()

    def scan(self, table: Table) -> Iterator[list[Row]]:
        """The rows that are left of a table, in batches."""
        keeps = self._keep.get(table.name)
        at = {name: i for i, name in enumerate(table.columns)}
        for rows in self._store.scan(table):
            kept = rows if keeps is None else [row for row in rows if keeps(row)]
            if table.name in ("Passage", "Source"):
                # What came after, or was replaced, may be gone.
                pointer = at["next" if table.name == "Passage" else "supersedes"]
                there = self._passages if table.name == "Passage" else self._sources
                kept = [
                    row
                    if not row[pointer] or row[pointer] in there
                    else (*row[:pointer], "", *row[pointer + 1 :])
                    for row in kept
                ]
            yield kept

    def _speaking(self) -> set[str]:
        """Ids of the passages whose work may speak."""
        dated = {
            i: (year, licence)
            for label in ("Work", "Dataset")
            for i, year, licence in self._rows(NODES[label], "id", "year", "licence")
        }
        files: dict[str, str] = dict(self._rows(NODES["Source"], "id", "licence"))
        passages: set[str] = set()
        self._about: set[str] = set()
        self._sources: set[str] = set()
        lets: dict[tuple[str, str], bool] = {}
        read = self._rows(NODES["Passage"], "id", "work", "dataset", "source")
        for passage, work, dataset, source in read:
            about = work or dataset
            if (about, source) not in lets:
                year, licence = dated.get(about, (None, ""))
                stated = (licence, files.get(source, ""))
                lets[about, source] = self._only.lets(year, stated, (about, source))
            if lets[about, source]:
                passages.add(passage)
                self._about.add(about)
                self._sources.add(source)
        return passages

    def _what_is_said(self) -> dict[str, Callable[[Row], bool]]:
        said, unsaid = self._split("Evidence", "statement")
        named, unnamed = self._split("MENTIONS", "concept")
        self.half_said = said & unsaid
        concepts = set(named)
        for a, b, s in self._rows(NODES["Statement"], "subject", "object", "id"):
            if s in said:
                concepts |= {a, b}
        for s, c in self._rows(EDGES["QUALIFIED_BY"], "statement", "concept"):
            if s in said:
                concepts.add(c)
        works, datasets = set(self._about), set(self._about)
        cited, used = EDGES["CITES"], EDGES["USES_DATASET"]
        for a, b, source in self._rows(cited, "work", "cited", "source"):
            if self._cites(a, source):
                works |= {a, b}
        for a, b, source in self._rows(used, "work", "dataset", "source"):
            if self._cites(a, source):
                works.add(a)
                datasets.add(b)
        variables = {v for v, d in self._rows(NODES["Variable"], "id", "dataset") if d in datasets}
        for v, c, p in self._rows(EDGES["MEASURES"], "variable", "concept", "passage"):
            if v in variables and p in self._passages:
                concepts.add(c)
        self._with_what_is_broader(concepts)
        self.half_named = unnamed & concepts
        for concept, matched in self._rows(EDGES["MATCHES"], "concept", "matched"):
            if concept in concepts and matched not in concepts:
                self.unmerged.add(concept)
        return self._rules(said, concepts, works, datasets, variables)

    def _rules(
        self, said: set[str], concepts: set[str], works: set[str], datasets: set[str],
        variables: set[str],
    ) -> dict[str, Callable[[Row], bool]]:  # fmt: skip
        def by(table: str, **among: set[str]) -> Callable[[Row], bool]:
            columns = TABLES[table].columns
            wanted = [(columns.index(c), ids) for c, ids in among.items()]
            return lambda row: all(row[i] in ids for i, ids in wanted)

        here, sources, about = self._passages, self._sources, self._about
        return {
            "Source": by("Source", id=sources),
            "Work": by("Work", id=works),
            "Dataset": by("Dataset", id=datasets),
            "Variable": by("Variable", id=variables),
            "Concept": by("Concept", id=concepts),
            "Passage": by("Passage", id=here),
            "Statement": by("Statement", id=said),
            "Evidence": by("Evidence", passage=here),
            "MENTIONS": by("MENTIONS", passage=here),
            "QUALIFIED_BY": by("QUALIFIED_BY", statement=said),
            "CITES": by("CITES", work=about, source=sources),
            "USES_DATASET": by("USES_DATASET", work=about, source=sources),
            "MEASURES": by("MEASURES", variable=variables, passage=here),
            "BROADER": by("BROADER", concept=concepts),
            "MATCHES": by("MATCHES", concept=concepts, matched=concepts),
            "RELATED": by("RELATED", statement=said),
        }

    def _cites(self, work: str, source: str) -> bool:
        return work in self._about and source in self._sources

    def _split(self, table: str, column: str) -> tuple[set[str], set[str]]:
        """Values of *column* in rows of passages that are left, and in rows of those that went."""
        kept: set[str] = set()
        gone: set[str] = set()
        for passage, value in self._rows(TABLES[table], "passage", column):
            (kept if passage in self._passages else gone).add(value)
        return kept, gone

    def _with_what_is_broader(self, concepts: set[str]) -> None:
        above: dict[str, set[str]] = {}
        for concept, broader in self._rows(EDGES["BROADER"], "concept", "broader"):
            above.setdefault(concept, set()).add(broader)
        fresh = set(concepts)
        while fresh:
            fresh = {b for c in fresh for b in above.get(c, ())} - concepts
            concepts |= fresh

    def _rows(self, table: Table, *columns: str) -> Iterator[Row]:
        for rows in self._store.scan(table, columns):
            yield from rows


def copy_part(store: Store, only: Only, target: Store, progress: Progress) -> None:
    """Write what is left of a graph into an empty home.

    Raises:
        GraphUnavailable: If the target holds a graph already.
    """
    kept = _Kept(store, only)
    load(kept, target, progress)
    with target.writing() as writer:
        refresh_statements(writer, kept.half_said)
        refresh_concepts(writer, kept.half_named)
        project_concepts(writer, kept.unmerged)
        drop_idle(writer)


def part(store: Store, only: Only) -> SqliteStore:
    """What is left of a graph, in a file of its own that cannot be written to.

    Args:
        store: The whole graph.
        only: Which works may speak.
    """
    name = f"{store.beside.stem if store.beside else 'graph'}-{only.words}.kg"
    folder = Path(tempfile.mkdtemp(prefix="polymath-part-"))
    try:
        path = folder / name
        target = SqliteStore(path)
        try:
            copy_part(store, only, target, lambda _table, _rows: None)
        finally:
            target.close()
        found = SqliteStore(path, read_only=True)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    found.part = ", ".join(filter(None, (store.part, str(only))))
    found.beside = None  # nothing that is to last may lie in a folder that goes with the store
    weakref.finalize(found, shutil.rmtree, folder, ignore_errors=True)
    return found
