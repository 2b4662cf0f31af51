"""Which fields speak of a concept, and which say a statement: works by discipline, as sparse matrices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import scipy.sparse as sp

from kg.bridges import home
from kg.derived import disciplines_of, saying, talked_about_in
from kg.identity import standing_under
from kg.model import Names
from kg.network import Floats, Ints, Network, network
from kg.schema import EDGES
from kg.stores.base import Reader, Store


@dataclass(frozen=True, eq=False)
class Fields:
    """Works, and what each says, in the numbering of a network.

    Attributes:
        network: Concepts and statements.
        works: Ids of the works and data sets that speak, in the order of their ids.
        names: The disciplines, in the order of the alphabet.
        of_work: What part of each work belongs to each discipline, shape (works, names); rows sum
            to 1, or to 0 for a work of none.
        mentions: 1 where a work mentions a concept, shape (concepts, works).
        says: 1 where a work says a statement, shape (statements, works).
    """

    network: Network
    works: tuple[str, ...]
    names: Names
    of_work: sp.csr_array
    mentions: sp.csr_array
    says: sp.csr_array

    @cached_property
    def spoken(self) -> Floats:
        """How many works of each discipline mention each concept, shape (concepts, names)."""
        return np.asarray((self.mentions @ self.of_work).todense())

    @cached_property
    def said(self) -> Floats:
        """How many works of each discipline say each statement, shape (statements, names)."""
        return np.asarray((self.says @ self.of_work).todense())

    @cached_property
    def specificity(self) -> Floats:
        """How much it tells that a work mentions a concept: 0 if all do, 1 if one does, shape (concepts,).

        The inverse document frequency (Spärck Jones 1972, doi:10.1108/eb026526) as a part of the
        largest that it can be.
        """
        n = max(len(self.works), 2)
        named = np.maximum(np.diff(self.mentions.indptr), 1)
        return np.asarray(np.log(n / named) / np.log(n), np.float64)

    @cached_property
    def homes(self) -> Floats:
        """What part of each concept is at home in each discipline, shape (concepts, names).

        At home is a concept where most works speak of it (:func:`kg.bridges.home`).
        """
        column = {d: n for n, d in enumerate(self.names)}
        out = np.zeros((len(self.network.ids), len(self.names)))
        for c, row in enumerate(self.spoken):
            counts = {d: round(1000 * x) for d, x in zip(self.names, row, strict=True) if x}
            where = home(counts)
            for d in where:
                out[c, column[d]] = 1 / len(where)
        return out

    @cached_property
    def likeness(self) -> Floats:
        """How far each two disciplines speak of the same concepts, shape (names, names).

        The cosine between how often each is mentioned, specific ones counting more.
        """
        weighted = self.spoken * self.specificity[:, None]
        norm = np.linalg.norm(weighted, axis=0)
        weighted = np.divide(weighted, norm, out=np.zeros_like(weighted), where=norm > 0)
        return np.asarray(weighted.T @ weighted)

    def shuffled(self, rng: np.random.Generator) -> Fields:
        """The same with disciplines dealt out to works anew, each as often as before."""
        order = rng.permutation(len(self.works))
        return Fields(
            self.network, self.works, self.names, self.of_work[order], self.mentions, self.says
        )


_READ: WeakKeyDictionary[Store, Fields] = WeakKeyDictionary()


def fields(store: Store) -> Fields:
    """Which works speak of the concepts of a graph's network, and which say its statements.

    Read when first asked and again when the graph has moved on.
    """
    held = _READ.get(store)
    if held is None or held.network is not network(store):
        held = _READ[store] = _read(store)
    return held


def _read(store: Store) -> Fields:
    walked = network(store)
    with store.reading() as reader:
        statement = _numbered(walked.statements.tolist())
        said = {(statement[s], w) for s, w in saying(reader, statement)}
        mentioned = mentioning(reader, _numbered(walked.ids.tolist()))
        works = sorted({w for _, w in said} | {w for _, w in mentioned})
        disciplines = disciplines_of(reader, works)
    number = {w: n for n, w in enumerate(works)}
    names = tuple(sorted({d for ds in disciplines.values() for d in ds}))
    column = {d: n for n, d in enumerate(names)}
    parts = [
        (number[w], column[d], 1 / len(set(ds)))
        for w, ds in sorted(disciplines.items())
        for d in sorted(set(ds))
    ]
    rows, columns, weights = zip(*parts, strict=True) if parts else ((), (), ())
    shape = (len(works), len(names))
    return Fields(
        walked,
        tuple(works),
        names,
        sp.csr_array(
            (np.array(weights, float), (np.array(rows, int), np.array(columns, int))), shape=shape
        ),
        incidence(mentioned, number, len(walked.ids)),
        incidence(said, number, len(walked.statements)),
    )


def incidence(pairs: set[tuple[int, str]], number: Mapping[str, int], rows: int) -> sp.csr_array:
    """1 where a pair says so, shape (rows, works), given the number of each work."""
    at = np.array(sorted((r, number[w]) for r, w in pairs), np.int64).reshape(-1, 2)
    ones = np.ones(len(at))
    return sp.csr_array((ones, (at[:, 0], at[:, 1])), shape=(rows, len(number)))


def mentioning(reader: Reader, number: Mapping[str, int]) -> set[tuple[int, str]]:
    """Which works (or data sets) mention each concept, given the numbers of those that are asked about."""
    under = standing_under(reader, number)
    asked = {*number, *under}
    rows = reader.select(EDGES["MENTIONS"], "concept", asked, ("concept", "passage"))
    kept = {(number[str(under.get(c, c))], p) for c, p in rows}
    where = talked_about_in(reader, {p for _, p in kept})
    return {(c, where[p]) for c, p in kept if p in where}


def _numbered(ids: list[str]) -> dict[str, int]:
    return {i: n for n, i in enumerate(ids)}


def touching(walked: Network, weight: Floats | None = None) -> sp.csr_array:
    """1 (or the weight of the statement) where a concept is an end of a statement, shape (concepts, statements)."""
    tails: Ints = np.repeat(np.arange(len(walked.ids)), walked.degree())
    value = np.ones(len(walked.arcs)) if weight is None else weight[walked.arcs]
    shape = (len(walked.ids), len(walked.statements))
    return sp.csr_array((value, (tails, walked.arcs)), shape=shape)
