"""What was spoken of together, and when: the past that a forecast learns from.

An event is a document with all the concepts that it holds, or one work's evidence for one statement,
which holds two. Nothing else of the past is kept, so what is computed from the events up to a year
cannot know what came later (:meth:`History.until`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from kg.derived import disciplines_of, saying, years_of
from kg.discovery.links import NO_FILTER, Matrix
from kg.errors import RecordError
from kg.filtering import Filter
from kg.graph import Graph
from kg.network import Bools, Ints, Objects, network


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Concepts, and the events in which they stand together.

    Attributes:
        ids: Of the concepts, shape (concepts,).
        names: Of the concepts, shape (concepts,).
        events: Ids of the events, of a document or a statement, shape (events,).
        years: Of the events, shape (events,).
        held: Whether each event holds each concept, shape (events, concepts).
        fields: Names of the fields.
        in_field: Whether each event is of each field, shape (events, fields).
        told: What the events are, in a word.
    """

    ids: Objects
    names: Objects
    events: Objects
    years: Ints
    held: Matrix
    fields: tuple[str, ...]
    in_field: Matrix
    told: str = "documents"

    def until(self, year: int, after: int | None = None) -> History:
        """The events up to *year*, and later than *after* if that is given."""
        kept = self.years <= year
        if after is not None:
            kept &= self.years > after
        return self._events(kept)

    def _events(self, kept: Bools) -> History:
        rows = np.flatnonzero(kept)
        return replace(
            self,
            events=self.events[rows],
            years=self.years[rows],
            held=self.held[rows],
            in_field=self.in_field[rows],
        )

    def links(self) -> Matrix:
        """In how many events each two concepts stand, shape (concepts, concepts); 0 with itself."""
        together = (self.held.T @ self.held).tocsr()
        together.setdiag(0)
        together.eliminate_zeros()
        together.sort_indices()
        return together

    def appearances(self) -> Ints:
        """In how many events each concept stands, shape (concepts,)."""
        return np.bincount(self.held.indices, minlength=len(self.ids)).astype(np.int64)


def history_of_documents(
    terms: pd.DataFrame, texts: pd.DataFrame, fields: pd.DataFrame | None = None
) -> History:
    """The past of terms that stand in documents.

    Args:
        terms: ``document`` and ``term``, one row a term that a document holds.
        texts: ``document`` and ``year``, one row a document; those without a year are left out.
        fields: ``document`` and ``field``, one row a field of a document.

    Raises:
        RecordError: If a column is missing.

    >>> terms = pd.DataFrame({"document": ["1", "1", "2", "2"], "term": ["a", "b", "b", "c"]})
    >>> past = history_of_documents(terms, pd.DataFrame({"document": ["1", "2"], "year": [2001, 2005]}))
    >>> past.until(2003).links().toarray().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    _need(terms, ("document", "term"))
    _need(texts, ("document", "year"))
    dated = texts.dropna(subset="year").drop_duplicates("document")
    row = pd.Series(np.arange(len(dated)), index=dated["document"])
    terms = terms[terms["document"].isin(row.index)]
    codes, ids = pd.factorize(terms["term"], sort=True)
    shape = (len(dated), len(ids))
    if fields is None:
        field_codes, names = np.zeros(0, np.int64), pd.Index([])
        field_rows = np.zeros(0, np.int64)
    else:
        _need(fields, ("document", "field"))
        fields = fields[fields["document"].isin(row.index)]
        field_codes, names = pd.factorize(fields["field"], sort=True)
        field_rows = row.loc[fields["document"]].to_numpy()
    return History(
        ids=np.asarray(ids, dtype=object),
        names=np.asarray(ids, dtype=object),
        events=dated["document"].to_numpy(object),
        years=dated["year"].to_numpy(np.int64),
        held=_incidence(row.loc[terms["document"]].to_numpy(), codes, shape),
        fields=tuple(map(str, names)),
        in_field=_incidence(field_rows, field_codes, (len(dated), len(names))),
    )


def history_of_links(links: pd.DataFrame) -> History:
    """The past of concepts of which only is known which two were linked when.

    Args:
        links: ``a``, ``b`` and ``year``, one row a link; fields in ``field``, if known.

    Raises:
        RecordError: If a column is missing.

    >>> past = history_of_links(pd.DataFrame({"a": ["x", "y"], "b": ["y", "z"], "year": [2001, 2005]}))
    >>> past.ids.tolist(), past.appearances().tolist()
    (['x', 'y', 'z'], [1, 2, 1])
    """
    _need(links, ("a", "b", "year"))
    links = links[(links["a"] != links["b"]) & links["year"].notna()]
    links = links.reset_index(drop=True)
    event = links.index.astype(str)
    terms = pd.DataFrame(
        {"document": [*event, *event], "term": pd.concat([links["a"], links["b"]]).tolist()}
    )
    fields = None
    if "field" in links:
        fields = pd.DataFrame({"document": event, "field": links["field"]}).dropna()
    texts = pd.DataFrame({"document": event, "year": links["year"]})
    return replace(history_of_documents(terms, texts, fields), told="links")


def history_of_graph(graph: Graph, filter: Filter = NO_FILTER) -> History:
    """The past of a graph's concepts: each work's evidence for each statement is an event of its year.

    Args:
        graph: The graph; works without a year are left out.
        filter: Which statements, between which concepts.
    """
    walked = network(graph.store)
    wanted = filter.concepts(walked)
    kept = filter.statements(walked) & wanted[walked.subject] & wanted[walked.object]
    kept &= walked.subject != walked.object
    rows = np.flatnonzero(kept)
    number = {str(walked.statements[r]): int(r) for r in rows}
    with graph.store.reading() as reader:
        said = saying(reader, number)
        works = {w for _, w in said}
        years, fields = years_of(reader, works), disciplines_of(reader, works)
    events = sorted((number[s], w) for s, w in said if w in years)
    statement = np.array([s for s, _ in events], np.int64)
    where = np.arange(len(events))
    ends = np.concatenate([walked.subject[statement], walked.object[statement]])
    names = sorted({f for _, w in events for f in fields.get(w, ())})
    column = {f: n for n, f in enumerate(names)}
    pairs = [(n, column[f]) for n, (_, w) in enumerate(events) for f in fields.get(w, ())]
    return History(
        ids=walked.ids,
        names=walked.names,
        events=walked.statements[statement],
        years=np.array([years[w] for _, w in events], np.int64),
        held=_incidence(np.concatenate([where, where]), ends, (len(events), len(walked.ids))),
        fields=tuple(names),
        in_field=_incidence(
            np.array([n for n, _ in pairs], np.int64),
            np.array([f for _, f in pairs], np.int64),
            (len(events), len(names)),
        ),
        told="statements" + (f", {graph.store.part}" if graph.store.part else ""),
    )


def _incidence(rows: Ints, columns: Ints, shape: tuple[int, int]) -> Matrix:
    matrix = sparse.coo_array((np.ones(len(rows), np.float32), (rows, columns)), shape).tocsr()
    matrix.data[:] = 1.0  # a term that a document names twice is held once
    return matrix


def _need(table: pd.DataFrame, columns: Iterable[str]) -> None:
    for column in columns:
        if column not in table:
            raise RecordError(
                f"A table of the past has no column {column!r}; it has {', '.join(table.columns)}."
            )
