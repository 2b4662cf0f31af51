"""The facade: one graph, whatever its home. Answers are DataFrames with one row a thing found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from types import TracebackType
from typing import Any, Self

import numpy as np
import pandas as pd

from kg import walking
from kg.asking import Answer, Asker, Phrases
from kg.batch import SourceBatch
from kg.communities import Communities
from kg.curation import Curation
from kg.drilling import Order, communities, members
from kg.errors import RecordError
from kg.expanding import NO_FILTER, Direction, Expansion, Rank, expand, menu
from kg.filtering import Filter
from kg.finding import find_named, find_passages
from kg.identity import stands_for
from kg.licences import LicenceClass
from kg.model import Statement
from kg.network import network
from kg.part import Only, last_year, part
from kg.paths import Best, paths
from kg.schema import EDGES, NODES, TABLES, Table
from kg.search import SEARCHED
from kg.statistics import statistics
from kg.stores.base import Row, Store
from kg.writing import delete_source, write_batch

_SHOWN = {  # columns of an answer, by label
    "Concept": (
        "id",
        "name",
        "kind",
        "disciplines",
        "n_works",
        "n_mentions",
        "aliases",
        "surfaces",
    ),
    "Work": ("id", "title", "year", "venue", "authors", "disciplines"),
    "Dataset": ("id", "title", "name", "year", "description", "disciplines"),
    "Variable": ("id", "title", "name", "unit", "dtype", "dataset"),
    "Passage": ("id", "text", "kind", "section", "language", "work", "dataset"),
}


class Graph:
    """A knowledge graph in one of its homes. Made by :func:`kg.connect`.

    >>> import kg, tempfile, pathlib
    >>> with kg.connect(pathlib.Path(tempfile.mkdtemp()) / "empty.kg") as graph:
    ...     len(graph.search("graphene")), graph.counts()["Concept"]
    (0, 0)
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        beside = store.beside
        self.phrases = Phrases(beside and beside.with_name(f"{beside.name}-phrases.json"))
        self.curation = Curation(store)
        self._asker = Asker(store)

    @property
    def url(self) -> str:
        """Where the graph lives, without any password."""
        return self.store.url

    def __repr__(self) -> str:
        return f"Graph({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and connections."""
        self.store.close()

    def version(self) -> str:
        """Changes with every write that changed something, and with nothing else."""
        return self.store.version()

    # ------------------------------------------------------------------ writing

    def write(self, batch: SourceBatch) -> int:
        """Write what one source brings, whole or not at all. Returns rows written, 0 if it was there.

        Raises:
            RecordError: If a quote is not in its passage or a reference leads nowhere.
            GraphLocked, GraphUnavailable: If the home cannot take it now.
        """
        return write_batch(self.store, batch)

    def delete_source(self, source: str) -> int:
        """Take a source out with all that only it says. Returns how many passages went."""
        return delete_source(self.store, source)

    # ------------------------------------------------------------------ a part of it

    def as_of(self, when: int | date | str, *, undated: bool = False) -> Graph:
        """The graph as it was when no later work had been read; see :mod:`kg.part`.

        Args:
            when: A year, which is meant whole, or a date (ISO 8601). Works are dated by year, so
                a date within a year takes those of the years before.
            undated: Whether works of an unknown year are kept.

        Returns:
            A graph of its own, which cannot be written to and goes when nobody holds it any more.

        Raises:
            RecordError: If it is no date.
        """
        return self.part(until=last_year(when), undated=undated)

    def part(
        self,
        *,
        until: int | None = None,
        undated: bool = False,
        licences: Sequence[LicenceClass] = (),
        without: Sequence[str] = (),
    ) -> Graph:
        """The graph that only some of its works make; see :class:`kg.part.Only`.

        Args:
            until: Those published in this year or before.
            undated: Whether those of an unknown year are kept all the same.
            licences: Those under licences of these classes, such as ``open``.
            without: Ids of works, data sets or sources that are left out.
        """
        only = Only(until, undated, tuple(licences), tuple(without))
        return Graph(part(self.store, only))

    # ------------------------------------------------------------------ finding

    def search(
        self, query: str, *, what: str = "Concept", limit: int = 20, kinds: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Find concepts (or works, data sets, variables, passages) by name, misspelt or Chinese ones too.

        Args:
            query: Words, in any of the languages of the graph.
            what: One of ``Concept``, ``Work``, ``Dataset``, ``Variable``, ``Passage``.
            limit: At most so many rows.
            kinds: Only concepts of these kinds.

        Returns:
            One row a thing found, best first, with a ``score`` in [0, 1].

        Raises:
            RecordError: If *what* cannot be searched.
        """
        if what not in SEARCHED:
            known = ", ".join(SEARCHED)
            raise RecordError(f"Cannot search {what!r}; choose one of {known}.")
        columns = _SHOWN[what]
        if what == "Passage":
            found = find_passages(self.store, query, limit, columns)
        else:
            found = find_named(self.store, what, query, limit, columns, kinds)
        shown = [c for c in columns if c != "surfaces"]
        rows = [(*(row[c] for c in shown), score) for row, score in found]
        return pd.DataFrame(rows, columns=[*shown, "score"])

    def concepts(self, ids: Iterable[str]) -> pd.DataFrame:
        """Concepts by id, in the order asked; unknown ids are left out."""
        return self._nodes(NODES["Concept"], ids)

    def works(self, ids: Iterable[str]) -> pd.DataFrame:
        """Works by id, in the order asked."""
        return self._nodes(NODES["Work"], ids)

    def statement(self, id: str) -> Statement:
        """One statement.

        Raises:
            RecordError: If the graph has no such statement.
        """
        with self.store.reading() as reader:
            rows = reader.select(NODES["Statement"], "id", [id])
        if not rows:
            raise RecordError(f"The graph {self.url} has no statement {id!r}.")
        return Statement(**dict(zip(NODES["Statement"].columns, rows[0], strict=True)))

    # ------------------------------------------------------------------ walking

    def neighbours(
        self,
        ids: str | Sequence[str],
        *,
        predicates: Sequence[str] = (),
        min_belief: float = 0.0,
        limit: int = 100,
    ) -> pd.DataFrame:
        """Statements that touch these concepts, most believed first, in the columns of RELATED.

        Found by the index of the store, at once in a graph of any size; :meth:`expand` ranks and
        counts the concepts at their other ends, for which it reads all statements once a version.
        """
        ids = self._standing(ids)
        return _related(
            self.store.neighbours(ids, predicates=predicates, min_belief=min_belief, limit=limit)
        )

    def mentioned_with(self, ids: str | Sequence[str], *, limit: int = 100) -> pd.DataFrame:
        """Co-mentions of these concepts, in the columns of RELATED, which holds none of them.

        That two names stand together in sentences of one work says that they may be related,
        not how. So this is a family of its own: neighbours, paths and overview leave it out.

        Args:
            ids: Concept ids.
            limit: At most so many rows, those of most works first.
        """
        ids = self._standing(ids)
        return _related(walking.mentioned_with(self.store, ids, limit))

    def between(self, ids: Sequence[str], *, min_belief: float = 0.0) -> pd.DataFrame:
        """Statements with both ends among these concepts, in the columns of RELATED."""
        return _related(walking.between(self.store, self._standing(ids), min_belief))

    def overview(self, limit: int = 60, *, min_belief: float = 0.0) -> pd.DataFrame:
        """A connected core of well supported statements to look at first, in the columns of RELATED."""
        walked = network(self.store)
        return walked.related(walking.overview(walked, limit, min_belief))

    def expand(
        self,
        concepts: str | Sequence[str],
        filter: Filter = NO_FILTER,
        *,
        direction: Direction = "both",
        by: Rank = "belief",
        limit: int = 100,
        offset: int = 0,
    ) -> Expansion:
        """Neighbours of concepts, ranked and paged; see :func:`kg.expanding.expand`."""
        ids = self._standing(concepts)
        return expand(
            self.store, ids, filter, direction=direction, by=by, limit=limit, offset=offset
        )

    def menu(
        self,
        concepts: str | Sequence[str],
        filter: Filter = NO_FILTER,
        *,
        direction: Direction = "both",
    ) -> pd.DataFrame:
        """How many neighbours each predicate, family, kind and discipline leads to, by no more than counting."""
        return menu(self.store, self._standing(concepts), filter, direction=direction)

    def communities(self, inside: str = "") -> Communities:
        """Concepts that are spoken of together, or the parts of one community; see :mod:`kg.drilling`.

        Args:
            inside: Id of a community, to see its parts.

        Raises:
            RecordError: If there is no such community.
        """
        return communities(self.store, inside)

    def community(
        self, id: str, *, by: Order = "centrality", limit: int = 100, offset: int = 0
    ) -> pd.DataFrame:
        """The concepts of a community, ranked; see :func:`kg.drilling.members`."""
        return members(self.store, id, by=by, limit=limit, offset=offset)

    def paths(
        self,
        start: str,
        end: str,
        filter: Filter = NO_FILTER,
        *,
        by: Best = "length",
        max_length: int = 4,
        limit: int = 10,
        directed: bool = False,
    ) -> list[pd.DataFrame]:
        """The best chains of statements from one concept to another; see :func:`kg.paths.paths`.

        Args:
            start: Concept id.
            end: Concept id.
            filter: Which statements to take and which concepts to pass through.
            by: ``length``: the shortest first, the more believed before the less; ``belief``:
                the greatest product of beliefs first.
            max_length: Longest chain, in statements.
            limit: At most so many chains.
            directed: From subject to object only.

        Returns:
            One DataFrame a chain, in the columns of RELATED and ``accepted``;
            ``attrs["concepts"]`` lists the concepts passed and ``attrs["belief"]`` the
            product of beliefs.
        """
        start, end = (self._standing(c)[0] for c in (start, end))
        walked = network(self.store)
        found = []
        for path in paths(
            walked, start, end, filter, by=by, max_length=max_length, limit=limit, directed=directed
        ):
            frame = walked.related(np.array(path.statements, np.int64))
            concepts = [str(walked.ids[c]) for c in path.concepts]
            frame.attrs.update(concepts=concepts, belief=round(path.belief, 6))
            found.append(frame)
        return found

    def evidence(self, statements: str | Sequence[str]) -> pd.DataFrame:
        """Every sentence that says a statement, or any of several, with its passage, work, method and licence.

        Offsets are characters (Unicode code points) into ``passage_text``.
        """
        return walking.evidence(
            self.store, [statements] if isinstance(statements, str) else statements
        )

    # ------------------------------------------------------------------ asking

    def ask(self, text: str, **values: object) -> Answer:
        """Answer a name or a question in words, English or Chinese; see docs/asking.md.

        Args:
            text: Such as "graphene", "materials used for energy storage", "what causes {disease}?".
                A phrase that is kept is ``graph.phrases[name]``.
            values: What stands for each ``{name}`` in the text; they are names and numbers,
                never part of the grammar.

        Returns:
            How it was understood, the Cypher of it, and what was found; a text that is not
            understood is answered with what comes nearest.

        Raises:
            PolymathError: If a value is given that the text has no place for.
        """
        return self._asker.ask(text, values)

    def complete(self, text: str, *, limit: int = 8) -> list[str]:
        """How a question that is being typed may go on: texts that begin as *text* does."""
        return self._asker.complete(text, limit)

    def cypher(self, query: str, **parameters: Any) -> pd.DataFrame:
        """A read-only Cypher query; parameters are named ``$so`` in it and given by keyword.

        Raises:
            QueryError: With the engine's sentence, if it refuses the query.
        """
        return self.store.cypher(query, parameters)

    def counts(self) -> dict[str, int]:
        """Rows of every table."""
        return {name: self.store.count(table) for name, table in TABLES.items()}

    def statistics(self) -> dict[str, dict[str, int]]:
        """Statements by family, predicate, polarity and tenth of belief; concepts by kind; and more."""
        return statistics(self.store)

    def table(self, name: str) -> pd.DataFrame:
        """A whole table of :mod:`kg.schema`, such as ``Concept`` or ``MENTIONS``."""
        table = TABLES[name]
        rows = [row for batch in self.store.scan(table) for row in batch]
        return pd.DataFrame(rows, columns=list(table.columns))

    def digest(self, *, log: bool = True) -> str:
        """Equal for graphs that say the same, in whatever home and in whatever order they were read.

        Leaves out when and where (volatile columns) and nothing else.

        Args:
            log: Whether the log of decisions, and who took them, counts. Without it, a decision
                and its undo leave the digest as it was.
        """
        total = hashlib.sha256()
        for table in TABLES.values():
            if not log and table.name in ("Decision", "Agent"):
                continue
            columns = [c.name for c in table.fields if not c.volatile]
            rows = hashlib.sha256()
            for line in sorted(
                json.dumps(row, ensure_ascii=False)
                for batch in self.store.scan(table, columns)
                for row in batch
            ):
                rows.update(line.encode("utf-8", "surrogatepass") + b"\n")
            total.update(table.name.encode() + rows.digest())
        return total.hexdigest()

    def _standing(self, ids: str | Sequence[str]) -> list[str]:
        """What these concepts stand for, now that some were merged; each once, in their order."""
        ids = [ids] if isinstance(ids, str) else list(ids)
        with self.store.reading() as reader:
            now = stands_for(reader, ids)
        return list(dict.fromkeys(now.get(c, c) for c in ids))

    def _nodes(
        self, table: Table, ids: Iterable[str], columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        ids = list(ids)
        columns = table.columns if columns is None else columns
        with self.store.reading() as reader:
            rows = {row[0]: row for row in reader.select(table, "id", ids, columns)}
        found = [rows[i] for i in dict.fromkeys(ids) if i in rows]
        return pd.DataFrame(found, columns=list(columns))


def _related(rows: Sequence[Row]) -> pd.DataFrame:
    columns = EDGES["RELATED"].columns
    values = zip(*rows, strict=True) if rows else ([] for _ in columns)
    named: dict[str, Any] = dict(zip(columns, values, strict=True))
    # Built column by column: astype() on a whole frame takes longer than the query.
    for year in ("first_year", "last_year"):
        named[year] = pd.array(named[year], dtype="Int64")
    return pd.DataFrame(named)
