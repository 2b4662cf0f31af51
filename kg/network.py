"""What sentences say between concepts, as columns of numbers, for all that walks further than a step.

RELATED is read once for a version of the graph and kept until the graph moves on; paths,
communities and bridges are then sums over arrays. What touches a few concepts only is
read by itself, with :func:`touching`.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.model import Names
from kg.schema import EDGES, NODES
from kg.stores.base import Reader, Row, Store

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]
T = TypeVar("T")

RELATED = EDGES["RELATED"]
_CONCEPT, _STATEMENT = NODES["Concept"], NODES["Statement"]
_CONCEPT_COLUMNS = ("id", "name", "kind", "disciplines", "n_works")
ACCEPTED = "accepted"
"""Status of a statement that a person has said yes to."""


@dataclass(frozen=True, slots=True)
class Codes(Generic[T]):
    """A column whose values recur: the number of the value in each row, and the values.

    >>> kinds = Codes.of(["gene", "disease", "gene"])
    >>> kinds.values, kinds.codes.tolist(), kinds.among(["gene"]).tolist()
    (('disease', 'gene'), [1, 0, 1], [True, False, True])
    """

    codes: Ints
    values: tuple[T, ...]

    @staticmethod
    def of(rows: Sequence[T]) -> Codes[T]:
        """The column of these values, numbered in their order."""
        values = tuple(sorted(set(rows)))  # type: ignore[type-var]
        number = {value: n for n, value in enumerate(values)}
        return Codes(np.fromiter(map(number.__getitem__, rows), np.int64, len(rows)), values)

    def among(self, wanted: Collection[T]) -> Bools:
        """Which rows hold one of *wanted*."""
        return np.array([v in wanted for v in self.values], dtype=bool)[self.codes]

    def at(self, rows: Ints) -> list[T]:
        """Values of these rows."""
        return [self.values[c] for c in self.codes[rows]]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Concepts in the order of their ids, and the statements between them in the order of theirs.

    Numbers of concepts and statements are their places in these columns. ``arcs`` lists
    each statement twice, at its subject and at its object: those of concept ``c`` are
    ``arcs[starts[c] : starts[c + 1]]``, and ``heads`` names the other end of each.
    """

    version: str
    # Concepts, one row each.
    ids: Objects
    names: Objects
    kind: Codes[str]
    disciplines: Codes[Names]
    concept_works: Ints
    # Statements, one row each.
    statements: Objects
    subject: Ints
    object: Ints
    predicate: Codes[str]
    family: Codes[str]
    polarity: Codes[str]
    belief: Floats
    n_evidence: Ints
    n_works: Ints
    first_year: Floats
    last_year: Floats
    accepted: Bools
    # Statements by concept.
    starts: Ints
    arcs: Ints
    heads: Ints

    def numbers(self, ids: Iterable[str]) -> Ints:
        """Numbers of the concepts of these ids, without those that no statement touches."""
        wanted = np.array(list(ids), dtype=object)
        at = np.searchsorted(self.ids, wanted)
        there = [i < len(self.ids) and self.ids[i] == w for i, w in zip(at, wanted, strict=True)]
        return np.asarray(at[np.array(there, dtype=bool)], np.int64)

    def degree(self) -> Ints:
        """How many statements touch each concept."""
        return np.diff(self.starts)

    def related(self, rows: Ints) -> pd.DataFrame:
        """Statements by number, in the columns of RELATED and ``accepted``, a truth value."""
        columns: dict[str, Any] = {
            "subject": self.ids[self.subject[rows]],
            "object": self.ids[self.object[rows]],
            "statement": self.statements[rows],
            "predicate": self.predicate.at(rows),
            "family": self.family.at(rows),
            "belief": self.belief[rows],
            "polarity": self.polarity.at(rows),
            "n_evidence": self.n_evidence[rows],
            "n_works": self.n_works[rows],
            "first_year": pd.Series(self.first_year[rows]).astype("Int64"),
            "last_year": pd.Series(self.last_year[rows]).astype("Int64"),
            "accepted": self.accepted[rows],
        }
        return pd.DataFrame(columns)


_LOADED: WeakKeyDictionary[Store, Network] = WeakKeyDictionary()
_LOADING = threading.Lock()


def network(store: Store) -> Network:
    """All statements of a graph, read when first asked and again when the graph has moved on."""
    held = _at_hand(store)
    if held is not None:
        return held
    with _LOADING:
        held = _at_hand(store)
        if held is not None:
            return held
        with store.reading() as reader:
            fresh = read_network(reader)
        _LOADED[store] = fresh
        return fresh


def read_network(reader: Reader, also: Sequence[Row] = ()) -> Network:
    """All statements, and *also* what RELATED leaves out, given as rows of it."""
    return network_of(reader, [*reader.select(RELATED), *also])


def network_of(reader: Reader, rows: list[Row]) -> Network:
    """These rows of RELATED, which need not be among those that are kept, with the concepts at their ends."""
    concepts = reader.select(_CONCEPT, None, (), _CONCEPT_COLUMNS)
    accepted = reader.select(_STATEMENT, "status", [ACCEPTED], ("id",))
    return _built(reader.version(), rows, concepts, {i for (i,) in accepted})


def _at_hand(store: Store) -> Network | None:
    held = _LOADED.get(store)
    return held if held is not None and held.version == store.version() else None


def touching(store: Store, concepts: Iterable[str]) -> Network:
    """The statements that touch any of these concepts, with the concepts at their ends.

    All statements, if they are at hand.
    """
    held = _at_hand(store)
    if held is not None:
        return held
    wanted = list(dict.fromkeys(concepts))
    with store.reading() as reader:
        rows = _touching(reader, wanted)
        ends = {end for row in rows for end in row[:2]}
        found = reader.select(_CONCEPT, "id", ends, _CONCEPT_COLUMNS)
        said = reader.select(_STATEMENT, "id", [row[2] for row in rows], ("id", "status"))
        return _built(reader.version(), rows, found, {i for i, s in said if s == ACCEPTED})


def _touching(reader: Reader, concepts: Sequence[str]) -> list[Row]:
    rows = reader.select(RELATED, "subject", concepts)
    known = set(concepts)
    # What starts at one of them and ends at another is in both answers.
    return rows + [r for r in reader.select(RELATED, "object", concepts) if r[0] not in known]


def _built(
    version: str, rows: list[Row], concepts: list[Row], accepted: Collection[str]
) -> Network:
    rows.sort(key=itemgetter(RELATED.columns.index("statement")))
    said: dict[str, Any] = dict(
        zip(RELATED.columns, zip(*rows, strict=True) if rows else ([],) * 11, strict=True)
    )
    ends = {*said["subject"], *said["object"]}
    nodes = sorted(row for row in concepts if row[0] in ends)
    ids = [row[0] for row in nodes]
    number = {c: n for n, c in enumerate(ids)}
    m = len(rows)
    subject, object_ = (
        np.fromiter(map(number.__getitem__, said[end]), np.int64, m)
        for end in ("subject", "object")
    )
    # At a concept that is both subject and object of a statement it is listed once.
    loop = subject == object_
    tails = np.concatenate([subject, object_[~loop]])
    arcs = np.concatenate([np.arange(m), np.flatnonzero(~loop)])
    heads = np.concatenate([object_, subject[~loop]])
    order = np.argsort(tails, kind="stable")
    starts = np.zeros(len(ids) + 1, np.int64)
    np.cumsum(np.bincount(tails, minlength=len(ids)), out=starts[1:])
    return Network(
        version=version,
        ids=np.array(ids, dtype=object),
        names=np.array([row[1] for row in nodes], dtype=object),
        kind=Codes.of([row[2] for row in nodes]),
        disciplines=Codes.of([row[3] for row in nodes]),
        concept_works=np.array([row[4] for row in nodes], np.int64),
        statements=np.array(said["statement"], dtype=object),
        subject=subject,
        object=object_,
        predicate=Codes.of(said["predicate"]),
        family=Codes.of(said["family"]),
        polarity=Codes.of(said["polarity"]),
        belief=np.array(said["belief"], np.float64),
        n_evidence=np.array(said["n_evidence"], np.int64),
        n_works=np.array(said["n_works"], np.int64),
        first_year=np.array(said["first_year"], np.float64),
        last_year=np.array(said["last_year"], np.float64),
        accepted=np.fromiter(map(accepted.__contains__, said["statement"]), bool, m),
        starts=starts,
        arcs=arcs[order],
        heads=heads[order],
    )
