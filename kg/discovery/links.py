"""What is linked with what, as counts: the ground that ABC discovery stands on, from either of two sides.

A graph brings concepts, linked by statements or by co-mention (:func:`statement_links`); a table of the
terms of documents brings terms, linked where they stand in one document (:class:`DocumentLinks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from kg.discovery.co_mention import co_mentions
from kg.errors import RecordError
from kg.filtering import Filter
from kg.graph import Graph
from kg.identity import stands_for
from kg.network import Bools, Codes, Floats, Ints, Network, Objects, network
from kg.schema import NODES

Matrix: TypeAlias = Any
"""A scipy.sparse.csr_array; scipy brings no types."""
NO_FILTER = Filter()


class Links(Protocol):
    """Terms, and in how many documents each two are linked. Terms are numbered in the order of ``ids``."""

    @property
    def ids(self) -> Objects:
        """Of the terms, shape (terms,)."""

    @property
    def names(self) -> Objects:
        """Of the terms, shape (terms,)."""

    @property
    def kinds(self) -> Codes[str]:
        """Of the terms: a kind of concept, a semantic type, or "" where none is known."""

    @property
    def works(self) -> Ints:
        """In how many documents each term stands, shape (terms,)."""

    @property
    def documents(self) -> int:
        """How many documents there are."""

    @property
    def told(self) -> str:
        """What is linked by what, in words."""

    @property
    def merged(self) -> Mapping[str, str]:
        """What each term that was merged is now."""

    def rows(self, terms: Ints) -> Matrix:
        """In how many documents these terms are linked with each, shape (len(terms), terms)."""

    def cohesion(self, terms: Ints) -> Floats:
        """How closely what is said of each term hangs together, between 0 and 1, shape (len(terms),)."""

    def evidence(self, one: int, other: int) -> pd.DataFrame:
        """What links two terms, one row a statement or a document."""


def number(links: Links, id: str) -> int:
    """The number of a term, or of what it was merged into.

    Raises:
        RecordError: If nothing links it.
    """
    found = np.flatnonzero(links.ids == links.merged.get(id, id))
    if not len(found):
        raise RecordError(
            f"{id!r} is linked with nothing in {links.told}; search for another name of it, or cut less."
        )
    return int(found[0])


@dataclass(frozen=True, slots=True, eq=False)
class StatementLinks:
    """Concepts linked by what sentences say of them, or by standing in one sentence.

    Cohesion is the local clustering coefficient, the share of a concept's neighbours that are linked
    with each other (Watts & Strogatz 1998, doi:10.1038/30918).
    """

    ids: Objects
    names: Objects
    kinds: Codes[str]
    works: Ints
    documents: int
    told: str
    matrix: Matrix
    network: Network
    kept: Bools
    """Which statements of the network link."""
    merged: Mapping[str, str] = field(default_factory=dict)

    def rows(self, terms: Ints) -> Matrix:
        """Works behind the statements that link each two, summed over these statements."""
        return self.matrix[terms]

    def cohesion(self, terms: Ints) -> Floats:
        """Local clustering coefficient; 0 for a concept of one neighbour."""
        binary = _binary(self.matrix)
        rows = binary[terms]
        triangles = np.asarray((rows @ binary).multiply(rows).sum(axis=1)).ravel()
        degree = np.diff(rows.indptr).astype(float)
        pairs = degree * (degree - 1)
        return np.asarray(triangles / np.maximum(pairs, 1), float)

    def evidence(self, one: int, other: int) -> pd.DataFrame:
        """Statements in the columns of RELATED, with the names of both ends."""
        n = self.network
        here = slice(n.starts[one], n.starts[one + 1])
        rows = n.arcs[here][n.heads[here] == other]
        rows = rows[self.kept[rows]]
        rows = rows[np.lexsort((rows, -n.belief[rows], -n.n_works[rows]))]
        frame = n.related(rows)
        frame.insert(0, "subject_name", n.names[n.subject[rows]])
        frame.insert(1, "object_name", n.names[n.object[rows]])
        return frame


def statement_links(
    graph: Graph, filter: Filter = NO_FILTER, *, co_mention: bool = False
) -> StatementLinks:
    """Concepts of a graph and what links them.

    Args:
        graph: The graph; ``graph.as_of(year)`` and ``graph.part(licences=…)`` for who may speak.
        filter: Which statements link, by predicate, family, belief; and between which concepts.
        co_mention: Links are that two names stand together in sentences, rather than what is said.

    >>> import tempfile, pathlib, kg
    >>> with kg.connect(pathlib.Path(tempfile.mkdtemp()) / "empty.kg") as graph:
    ...     statement_links(graph).told
    'statements'
    """
    n = co_mentions(graph.store) if co_mention else network(graph.store)
    wanted = filter.concepts(n)
    kept = filter.statements(n) & wanted[n.subject] & wanted[n.object] & (n.subject != n.object)
    works = np.maximum(n.n_works[kept], 1).astype(float)
    a, b = n.subject[kept], n.object[kept]
    size = (len(n.ids), len(n.ids))
    matrix = sparse.coo_array(
        (np.concatenate([works, works]), (np.concatenate([a, b]), np.concatenate([b, a]))), size
    ).tocsr()
    with graph.store.reading() as reader:
        merged = stands_for(reader)
    told = "co-mentions" if co_mention else "statements"
    if filter.predicates or filter.families:
        told += f" ({', '.join((*filter.predicates, *filter.families))})"
    if graph.store.part:
        told += f", {graph.store.part}"
    return StatementLinks(
        ids=n.ids,
        names=n.names,
        kinds=n.kind,
        works=np.maximum(n.concept_works, 1),  # it is spoken of
        documents=sum(graph.store.count(NODES[label]) for label in ("Work", "Dataset")),
        told=told,
        matrix=matrix,
        network=n,
        kept=kept,
        merged=merged,
    )


@dataclass(frozen=True, slots=True, eq=False)
class DocumentLinks:
    """Terms linked where they stand in one document.

    Cohesion is the mean cosine between two documents that hold the term, in the terms that they hold:
    near 0 for a term of all sorts of documents, 1 for one of documents that are all alike.
    """

    ids: Objects
    names: Objects
    kinds: Codes[str]
    works: Ints
    documents: int
    told: str
    occurs: Matrix
    """Whether each document holds each term, shape (documents, terms)."""
    texts: pd.DataFrame
    """Of the documents: ``document``, ``title``, ``year``."""
    merged: Mapping[str, str] = field(default_factory=dict)

    def rows(self, terms: Ints) -> Matrix:
        """Documents in which each two stand; a term is not linked with itself."""
        together = (self.occurs[:, terms].T @ self.occurs).tocsr()
        at = np.repeat(np.arange(len(terms)), np.diff(together.indptr))
        together.data[together.indices == terms[at]] = 0
        together.eliminate_zeros()
        return together

    def cohesion(self, terms: Ints) -> Floats:
        """Mean cosine of two documents; 0 for a term of one document."""
        lengths = np.sqrt(np.maximum(np.diff(self.occurs.indptr), 1))
        unit = sparse.diags_array(1 / lengths) @ self.occurs
        out = np.zeros(len(terms))
        by_term = self.occurs.tocsc()
        for row, term in enumerate(terms.tolist()):
            here = by_term.indices[by_term.indptr[term] : by_term.indptr[term + 1]]
            if len(here) > 1:
                total = np.asarray(unit[here].sum(axis=0)).ravel()
                mean = (total @ total - len(here)) / (len(here) * (len(here) - 1))
                out[row] = min(max(mean, 0.0), 1.0)  # but for rounding
        return out

    def evidence(self, one: int, other: int) -> pd.DataFrame:
        """Documents that hold both, the oldest first: ``document``, ``title``, ``year``."""
        columns = self.occurs[:, [one, other]].tocsc()
        here = np.flatnonzero(np.asarray(columns.sum(axis=1)).ravel() == 2)
        found = self.texts.iloc[here]
        return found.sort_values(["year", "document"]).reset_index(drop=True)


def document_links(
    terms: pd.DataFrame,
    texts: pd.DataFrame,
    *,
    as_of: int | None = None,
    kinds: pd.Series | None = None,
    least: int = 1,
) -> DocumentLinks:
    """Terms of documents, from tables.

    Args:
        terms: ``document`` and ``term``, one row a term that stands in a document.
        texts: ``document``, and where known ``title`` and ``year``, one row a document.
        as_of: Only documents of that year or an earlier one; one without a year is left out.
        kinds: Kind of each term, indexed by term.
        least: Leave out terms of fewer documents.

    Raises:
        RecordError: If a column is missing, or a document has terms and no row in *texts*.

    >>> said = pd.DataFrame({"document": ["1", "1", "2", "2"], "term": ["a", "b", "b", "c"]})
    >>> links = document_links(said, pd.DataFrame({"document": ["1", "2"]}))
    >>> links.ids.tolist(), links.rows(np.array([1])).toarray().tolist()
    (['a', 'b', 'c'], [[1.0, 0.0, 1.0]])
    """
    _need(terms, ("document", "term"), "terms")
    _need(texts, ("document",), "texts")
    texts = texts.drop_duplicates("document").reset_index(drop=True)
    for column, absent in (("title", ""), ("year", None)):
        if column not in texts:
            texts = texts.assign(**{column: absent})
    unknown = set(terms["document"]) - set(texts["document"])
    if unknown:
        raise RecordError(
            f"{len(unknown)} documents have terms and no row in the table of texts, {min(unknown)!r} among "
            "them; give each a row."
        )
    if as_of is not None:
        texts = texts[pd.to_numeric(texts["year"]) <= as_of].reset_index(drop=True)
    row = pd.Series(np.arange(len(texts)), index=texts["document"])
    terms = terms[terms["document"].isin(row.index)].drop_duplicates(["document", "term"])
    codes, ids = pd.factorize(terms["term"], sort=True)
    size = (len(texts), len(ids))
    at = row.loc[terms["document"]].to_numpy()
    occurs = sparse.coo_array((np.ones(len(terms)), (at, codes)), size).tocsr()
    works = np.bincount(codes, minlength=len(ids))
    kept = np.flatnonzero(works >= least)
    names = np.asarray(ids, dtype=object)[kept]
    known = pd.Series(dtype=object) if kinds is None else kinds[~kinds.index.duplicated()]
    of_kind = known.reindex(names).fillna("").astype(str).tolist()
    return DocumentLinks(
        ids=names,
        names=names,
        kinds=Codes.of(of_kind),
        works=works[kept],
        documents=len(texts),
        told=f"documents up to {as_of}" if as_of is not None else "documents",
        occurs=occurs[:, kept],
        texts=texts[["document", "title", "year"]],
    )


def _need(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    missing: Sequence[str] = [c for c in columns if c not in table]
    if missing:
        raise RecordError(
            f"The table of {name} has no column {missing[0]!r}; it has {', '.join(table.columns)}."
        )


def _binary(matrix: Matrix) -> Matrix:
    out = matrix.copy()
    out.data[:] = 1.0
    return out
