"""Works, data sets, and which works use which: what a recommendation of data sets stands on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
import pandas as pd
from scipy import sparse

from kg.discovery.links import Matrix
from kg.errors import RecordError
from kg.graph import Graph
from kg.model import Names
from kg.schema import EDGES, NODES

_PUBLISHER = re.compile(r"(?:doi:|doi\.org/)(10\.\d{4,})/", re.IGNORECASE)
_ABOUT = ("title", "abstract")
"""Kinds of passage that say what a work is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What data are wanted for: a work, or a question in words.

    Args:
        text: Title, and abstract if known; or the question.
        authors: Ids or names, spelt as in the library.
        venue: Where it appears.
        publisher: DOI prefix of who publishes it, such as ``10.1016``.
    """

    text: str
    authors: Names = ()
    venue: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Works and the data sets that they use.

    Attributes:
        works: ``work`` (id), ``title``, ``text``, ``authors``, ``venue``, ``publisher``.
        datasets: ``dataset`` (id), ``title``, ``aliases`` (other names), ``description``, ``provider``.
        uses: Whether each work uses each data set, shape (works, data sets).
        told: What was left out, in words.
    """

    works: pd.DataFrame
    datasets: pd.DataFrame
    uses: Matrix
    told: str = ""

    def query(self, row: int) -> Query:
        """A work of the library as what data are wanted for."""
        one = self.works.iloc[row]
        return Query(
            text=str(one["text"]),
            authors=tuple(one["authors"]),
            venue=str(one["venue"]),
            publisher=str(one["publisher"]),
        )


def library_of_tables(works: pd.DataFrame, datasets: pd.DataFrame, uses: pd.DataFrame) -> Library:
    """A library from tables.

    Args:
        works: ``work`` and ``title``; if known ``text`` (else the title), ``authors`` (tuples),
            ``venue``, ``publisher``.
        datasets: ``dataset`` and ``title``; if known ``aliases`` (tuples), ``description``,
            ``provider``.
        uses: ``work`` and ``dataset``, one row a use; works and data sets that are in neither
            table are refused.

    Raises:
        RecordError: If a column is missing, or a use names what no table has.

    >>> works = pd.DataFrame({"work": ["w"], "title": ["Obesity in children"]})
    >>> datasets = pd.DataFrame({"dataset": ["d", "e"], "title": ["NHANES", "PSID"]})
    >>> library_of_tables(works, datasets, pd.DataFrame({"work": ["w"], "dataset": ["e"]})).uses.toarray()
    array([[0., 1.]])
    """
    _need(works, ("work", "title"))
    _need(datasets, ("dataset", "title"))
    _need(uses, ("work", "dataset"))
    works = works.drop_duplicates("work").reset_index(drop=True)
    datasets = datasets.drop_duplicates("dataset").reset_index(drop=True)
    works = _filled(works, {"authors": (), "venue": "", "publisher": ""})
    if "text" not in works:
        works = works.assign(text=works["title"])
    datasets = _filled(datasets, {"aliases": (), "description": "", "provider": ""})
    row = pd.Series(np.arange(len(works)), index=works["work"])
    place = pd.Series(np.arange(len(datasets)), index=datasets["dataset"])
    for end, known in (("work", row), ("dataset", place)):
        strange = set(uses[end]) - set(known.index.tolist())
        if strange:
            raise RecordError(
                f"{len(strange)} uses name a {end} that no table has, {min(strange)!r} among them; add it."
            )
    at = row.loc[uses["work"]].to_numpy(), place.loc[uses["dataset"]].to_numpy()
    matrix = sparse.coo_array((np.ones(len(uses)), at), (len(works), len(datasets))).tocsr()
    matrix.data[:] = 1.0
    return Library(works, datasets, matrix)


def library_of_graph(graph: Graph) -> Library:
    """The works and data sets of a graph.

    A work is told by its title and abstract, a data set by its title, name, description, and the
    names of its variables.

    Args:
        graph: The graph; ``graph.as_of(year)`` and ``graph.part(licences=…)`` for who may speak.
    """
    with graph.store.reading() as reader:
        works = NODES["Work"].dicts(reader.select(NODES["Work"]))
        datasets = NODES["Dataset"].dicts(reader.select(NODES["Dataset"]))
        uses = reader.select(EDGES["USES_DATASET"], None, (), ("work", "dataset"))
        passages = reader.select(NODES["Passage"], "kind", _ABOUT, ("work", "start", "text"))
        columns = ("dataset", "name", "title", "unit", "quantity_kind")
        variables = reader.select(NODES["Variable"], None, (), columns)
    about: dict[str, list[str]] = defaultdict(list)
    for work, _, text in sorted(passages):
        if work:
            about[work].append(text)
    measured: dict[str, set[str]] = defaultdict(set)
    for dataset, *words in variables:
        measured[dataset].update(w for w in words if w)
    library = library_of_tables(
        pd.DataFrame(
            [
                {
                    "work": w["id"],
                    "title": w["title"],
                    "text": " . ".join(dict.fromkeys([w["title"], *about[w["id"]]])),
                    "authors": w["authors"],
                    "venue": w["venue"],
                    "publisher": publisher_of(w["id"]),
                }
                for w in sorted(works, key=lambda w: str(w["id"]))
            ],
            columns=["work", "title", "text", "authors", "venue", "publisher"],
        ),
        pd.DataFrame(
            [
                {
                    "dataset": d["id"],
                    "title": d["title"] or d["name"],
                    "aliases": (d["name"],) if d["title"] and d["name"] else (),
                    "description": " . ".join([d["description"], *sorted(measured[d["id"]])]),
                    "provider": publisher_of(d["id"]),
                }
                for d in sorted(datasets, key=lambda d: str(d["id"]))
            ],
            columns=["dataset", "title", "aliases", "description", "provider"],
        ),
        pd.DataFrame(uses, columns=["work", "dataset"]),
    )
    return Library(library.works, library.datasets, library.uses, graph.store.part)


def publisher_of(id: str) -> str:
    """The prefix of a DOI, which names who registered it; "" if it is none.

    >>> publisher_of("doi:10.1038/nature01"), publisher_of("https://doi.org/10.2139/ssrn.1"), publisher_of("x")
    ('10.1038', '10.2139', '')
    """
    found = _PUBLISHER.search(id)
    return found[1] if found else ""


def _need(table: pd.DataFrame, columns: Sequence[str]) -> None:
    for column in columns:
        if column not in table:
            raise RecordError(
                f"A table of the library has no column {column!r}; it has {', '.join(table.columns)}."
            )


def _filled(table: pd.DataFrame, usual: Mapping[str, object]) -> pd.DataFrame:
    """The table with columns of what is usual where there are none, and no missing values."""
    table = table.copy()
    for column, value in usual.items():
        given = table[column].tolist() if column in table else [None] * len(table)
        missing = [v is None or (isinstance(v, float) and isnan(v)) for v in given]
        filled = [value if gone else v for v, gone in zip(given, missing, strict=True)]
        table[column] = pd.Series(filled, index=table.index, dtype=object)
    return table


def texts_of(datasets: pd.DataFrame) -> Sequence[str]:
    """What is said of each data set, in one text."""
    return [
        " ; ".join(filter(None, (title, *aliases, description, provider)))
        for title, aliases, description, provider in zip(
            datasets["title"],
            datasets["aliases"],
            datasets["description"],
            datasets["provider"],
            strict=True,
        )
    ]
