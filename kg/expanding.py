"""The neighbours of a concept: counted for a menu before any is fetched, then ranked and paged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from kg.errors import RecordError
from kg.filtering import Filter
from kg.network import RELATED, Bools, Codes, Floats, Ints, Network, touching
from kg.ontology import PREDICATES
from kg.stores.base import Store

Rank = Literal["belief", "works", "year", "degree"]
Direction = Literal["both", "out", "in"]
RANKS: tuple[Rank, ...] = ("belief", "works", "year", "degree")
DIRECTIONS: tuple[Direction, ...] = ("both", "out", "in")
FACETS = ("predicate", "family", "kind", "discipline")
NO_FILTER = Filter()
_SYMMETRIC = frozenset(p.name for p in PREDICATES.values() if p.symmetric)


@dataclass(frozen=True, slots=True, eq=False)
class Expansion:
    """One page of the neighbours of a concept.

    Attributes:
        neighbours: One row a neighbour in its rank: ``id``, ``name``, ``kind``,
            ``disciplines``, and of the statements that lead to it ``belief`` (the highest),
            ``works`` (the most), ``year`` (the latest, missing if none has one) and
            ``statements`` (how many); ``degree`` if that was the rank.
        related: Those statements, in the columns of RELATED and ``accepted``.
        total: Neighbours that pass the filter, on all pages.
        offset: Rank of the first one shown.
        by: What they are ranked by.
    """

    neighbours: pd.DataFrame
    related: pd.DataFrame
    total: int
    offset: int
    by: Rank

    def __str__(self) -> str:
        """How a reader is told what part this is, as in ``100 of 3,412, by belief``."""
        n = len(self.neighbours)
        if not n or n == self.total:
            return f"{n:,} of {self.total:,}"
        shown = f"{n:,}" if not self.offset else f"{self.offset + 1:,}–{self.offset + n:,}"
        return f"{shown} of {self.total:,}, by {self.by}"


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """The statements that lead from the concepts asked about to others."""

    network: Network
    rows: Ints  # numbers of the statements
    there: Ints  # the neighbour that each leads to
    outward: Bools  # whether it is read away from the concept
    inward: Bools

    def kept(self, filter: Filter, direction: Direction) -> _Steps:
        network = self.network
        keep = filter.statements(network)[self.rows] & filter.concepts(network)[self.there]
        if direction != "both":
            keep &= self.outward if direction == "out" else self.inward
        return _Steps(
            network, self.rows[keep], self.there[keep], self.outward[keep], self.inward[keep]
        )


def _steps(store: Store, concepts: list[str]) -> _Steps:
    network = touching(store, concepts)
    asked = np.zeros(len(network.ids), dtype=bool)
    asked[network.numbers(concepts)] = True
    from_subject, from_object = asked[network.subject], asked[network.object]
    rows = np.flatnonzero(from_subject ^ from_object)
    outward = from_subject[rows]
    there = np.where(outward, network.object[rows], network.subject[rows])
    both_ways = network.predicate.among(_SYMMETRIC)[rows]
    return _Steps(network, rows, there, outward | both_ways, ~outward | both_ways)


def expand(
    store: Store,
    concepts: str | Sequence[str],
    filter: Filter = NO_FILTER,
    *,
    direction: Direction = "both",
    by: Rank = "belief",
    limit: int = 100,
    offset: int = 0,
) -> Expansion:
    """Neighbours of a concept, or of several taken together, best first.

    Args:
        store: Home of the graph.
        concepts: Concept ids.
        filter: Which statements to follow, and which kinds and disciplines to arrive at.
        direction: ``out`` where the concept is the subject, ``in`` where it is the object; a
            symmetric predicate is both.
        by: ``belief`` of the best statement that leads there, most ``works`` behind one,
            latest ``year`` of evidence, or ``degree``: statements that touch the neighbour.
        limit: Neighbours on a page.
        offset: Neighbours before it. Ties are broken by belief and then by id, so pages
            neither overlap nor leave out, in either home.

    Raises:
        RecordError: If *by* or *direction* is none of these.
    """
    for name, value, known in (("by", by, RANKS), ("direction", direction, DIRECTIONS)):
        if value not in known:
            raise RecordError(f"Expansion has no {name}={value!r}; choose one of {known}.")
    steps = _steps(store, [concepts] if isinstance(concepts, str) else list(concepts))
    kept = steps.kept(filter, direction)
    network, n = kept.network, len(kept.network.ids)
    belief, works, year = (np.full(n, -np.inf) for _ in range(3))
    np.maximum.at(belief, kept.there, network.belief[kept.rows])
    np.maximum.at(works, kept.there, network.n_works[kept.rows])
    np.fmax.at(year, kept.there, network.last_year[kept.rows])
    found = np.unique(kept.there)
    keys: dict[Rank, Floats] = {"belief": belief[found], "works": works[found], "year": year[found]}
    if by == "degree":
        keys["degree"] = _degrees(store, network, found)
    # Numbers of concepts are in the order of their ids.
    found = found[np.lexsort((found, -keys["belief"], -keys[by]))]
    page = found[max(offset, 0) : max(offset, 0) + max(limit, 0)]
    place = np.full(n, n)
    place[page] = np.arange(len(page))
    shown = np.flatnonzero(place[kept.there] < n)
    order = np.lexsort(
        (kept.rows[shown], -network.belief[kept.rows[shown]], place[kept.there[shown]])
    )
    columns = {
        "id": network.ids[page],
        "name": network.names[page],
        "kind": network.kind.at(page),
        "disciplines": network.disciplines.at(page),
        "belief": belief[page],
        "works": works[page].astype(np.int64),
        "year": pd.array([int(y) if np.isfinite(y) else None for y in year[page]], dtype="Int64"),
        "statements": np.bincount(kept.there, minlength=n)[page],
    }
    if by == "degree":
        columns["degree"] = _degrees(store, network, page).astype(np.int64)
    return Expansion(
        pd.DataFrame(columns),
        network.related(kept.rows[shown[order]]),
        len(found),
        max(offset, 0),
        by,
    )


def _degrees(store: Store, network: Network, concepts: Ints) -> Floats:
    """How many statements of the whole graph touch each concept."""
    number = {network.ids[c]: i for i, c in enumerate(concepts)}
    counts = np.zeros(len(concepts))
    with store.reading() as reader:
        for row in reader.select(RELATED, "subject", number, ("subject",)):
            counts[number[row[0]]] += 1
        for subject, object_ in reader.select(RELATED, "object", number, ("subject", "object")):
            counts[number[object_]] += subject != object_
    return counts


def menu(
    store: Store,
    concepts: str | Sequence[str],
    filter: Filter = NO_FILTER,
    *,
    direction: Direction = "both",
) -> pd.DataFrame:
    """How many neighbours each choice would lead to, before any is fetched.

    The counts of one facet take no notice of what the filter says of that facet itself, so
    they tell what choosing differently would bring.

    Args:
        store: Home of the graph.
        concepts: Concept ids.
        filter: As for :func:`expand`.
        direction: As for :func:`expand`.

    Returns:
        One row a choice, those of most neighbours first within a facet: ``facet`` (one of
        :data:`FACETS`), ``value``, ``neighbours``, and of these ``outward`` and ``inward``.
        A neighbour that two predicates lead to is counted for both. ``attrs`` has ``total``,
        ``outward`` and ``inward``: how many pass the whole filter.
    """
    steps = _steps(store, [concepts] if isinstance(concepts, str) else list(concepts))
    network = steps.network
    free = replace(filter, predicates=(), families=())
    rows: list[tuple[str, str, int, int, int]] = []
    for facet, column, loosened in (
        ("predicate", network.predicate, free),
        ("family", network.family, free),
        ("kind", network.kind, replace(filter, kinds=())),
        ("discipline", network.disciplines, replace(filter, disciplines=())),
    ):
        kept = steps.kept(loosened, direction)
        of = kept.rows if facet in ("predicate", "family") else kept.there
        counted = [
            _count(column, of[there], kept.there[there], facet)
            for there in (np.ones(len(of), dtype=bool), kept.outward, kept.inward)
        ]
        counts = [
            (facet, value, n, counted[1].get(value, 0), counted[2].get(value, 0))
            for value, n in counted[0].items()
        ]
        rows += sorted(counts, key=lambda r: (-r[2], r[1]))
    frame = pd.DataFrame(rows, columns=["facet", "value", "neighbours", "outward", "inward"])
    kept = steps.kept(filter, direction)
    for name, there in (
        ("total", kept.there),
        ("outward", kept.there[kept.outward]),
        ("inward", kept.there[kept.inward]),
    ):
        frame.attrs[name] = len(np.unique(there))
    return frame


def _count(
    column: Codes[str] | Codes[tuple[str, ...]], of: Ints, there: Ints, facet: str
) -> dict[str, int]:
    """Different neighbours by value of a column; a concept of two disciplines counts for both."""
    width = int(there.max(initial=0)) + 1
    pairs = np.unique(column.codes[of] * width + there)
    counts: dict[str, int] = {}
    for code, n in zip(*np.unique(pairs // width, return_counts=True), strict=True):
        value = column.values[code]
        for one in (value,) if isinstance(value, str) else value:
            counts[one] = counts.get(one, 0) + int(n)
    return counts
