"""What joins disciplines: statements between concepts of different ones, and concepts in between.

A concept is at home in the discipline of most works that speak of it (in several, if as many
works of each do). That works of others speak of it too does not matter here: both concepts
of a statement stand in the same works, so they share a discipline always. A statement is a
bridge if its concepts share no home. How evenly a concept's statements lead into different
disciplines is its participation coefficient (Guimerà & Amaral 2005, doi:10.1038/nature03288):
0 if all lead into one, near 1 if they lead evenly into many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kg.derived import disciplines_of, talked_about_in
from kg.model import Names
from kg.network import Bools, Floats, Ints
from kg.schema import EDGES
from kg.stores.base import Store

CONNECTOR = 0.62
"""From this participation on, the paper calls a concept that is no hub a connector."""

Spoken = Mapping[str, Mapping[str, int]]
"""How many works of each discipline speak of each concept."""


@dataclass(frozen=True, slots=True, eq=False)
class Bridges:
    """Which statements and concepts of a view stand between disciplines.

    Attributes:
        homes: The disciplines that each concept is at home in, none if works of none speak of it.
        statements: Whether each statement is a bridge, shape (statements,).
        participation: Of each concept, by id; 0 where no statement leads to one with a home.
        between: How many bridges join each two disciplines, most first: ``a``, ``b`` (in the
            order of the alphabet), ``statements``, ``belief`` (mean). A concept with two homes
            counts for both.
    """

    homes: Mapping[str, Names]
    statements: Bools
    participation: Mapping[str, float]
    between: pd.DataFrame

    def connectors(self) -> list[str]:
        """Concepts that stand between disciplines, the most evenly placed first."""
        found = [(-p, c) for c, p in self.participation.items() if p > CONNECTOR]
        return [c for _, c in sorted(found)]


def spoken_of(store: Store, concepts: Iterable[str]) -> Spoken:
    """How many works (and data sets) of each discipline speak of each of these concepts."""
    ids = list(dict.fromkeys(concepts))
    with store.reading() as reader:
        said = reader.select(EDGES["MENTIONS"], "concept", ids, ("concept", "passage"))
        where = talked_about_in(reader, {passage for _, passage in said})
        fields = disciplines_of(reader, where.values())
    counts: dict[str, Counter[str]] = {c: Counter() for c in ids}
    for concept, work in {(c, where.get(passage, "")) for c, passage in said}:
        counts[concept].update(fields.get(work, ()))
    return counts


def bridges(spoken: Spoken, related: pd.DataFrame) -> Bridges:
    """The bridges among what a view shows.

    Args:
        spoken: Of the concepts shown, from :func:`spoken_of`.
        related: ``subject``, ``object`` and ``belief``, one row a statement; those with an end
            that is not among the concepts are no bridges and count for nothing.

    >>> spoken = {"a": {"Physics": 3, "Medicine": 1}, "b": {"Medicine": 1}, "c": {"Physics": 1}}
    >>> said = pd.DataFrame({"subject": ["a", "a", "b"], "object": ["b", "c", "c"], "belief": [0.9, 0.5, 0.3]})
    >>> found = bridges(spoken, said)
    >>> found.statements.tolist(), found.participation
    ([True, False, True], {'a': 0.5, 'b': 0.0, 'c': 0.5})
    >>> found.between.to_dict("records")
    [{'a': 'Medicine', 'b': 'Physics', 'statements': 2, 'belief': 0.6}]
    """
    homes = {c: home(works) for c, works in spoken.items()}
    fields, names = _membership(list(homes.values()))
    number = {c: n for n, c in enumerate(homes)}
    ends = np.array(
        [
            [number.get(a, -1), number.get(b, -1)]
            for a, b in zip(related["subject"], related["object"], strict=True)
        ],
        np.int64,
    ).reshape(-1, 2)
    there = (ends >= 0).all(axis=1)
    subject, object_ = ends[there].T
    known: Bools = np.asarray(fields.any(axis=1))
    shared = np.any(fields[subject] & fields[object_], axis=1)
    across = known[subject] & known[object_] & ~shared
    bridge = np.zeros(len(related), dtype=bool)
    bridge[there] = across
    belief = related["belief"].to_numpy(float)[bridge]
    participation = _participation(fields, subject, object_)
    return Bridges(
        homes,
        bridge,
        {c: round(float(participation[n]), 4) for c, n in number.items()},
        _between(fields[subject[across]], fields[object_[across]], names, belief),
    )


def home(works: Mapping[str, int]) -> Names:
    """The disciplines that a concept is at home in, given how many works of each speak of it.

    >>> home({"Physics": 2, "Medicine": 1}), home({"Physics": 1, "Medicine": 1}), home({})
    (('Physics',), ('Medicine', 'Physics'), ())
    """
    most = max(works.values(), default=0)
    return tuple(sorted(d for d, n in works.items() if n == most))


def _membership(homes: list[Names]) -> tuple[Bools, list[str]]:
    """Whether each concept is at home in each discipline, shape (concepts, disciplines)."""
    names = sorted({d for row in homes for d in row})
    column = {d: n for n, d in enumerate(names)}
    fields: Bools = np.zeros((len(homes), len(names)), dtype=bool)
    for n, row in enumerate(homes):
        fields[n, [column[d] for d in row]] = True
    return fields, names


def _participation(fields: Bools, subject: Ints, object_: Ints) -> Floats:
    # A neighbour with several homes leads into each with an equal part.
    parts = fields / np.maximum(fields.sum(axis=1, keepdims=True), 1)
    into = np.zeros_like(parts)
    np.add.at(into, subject, parts[object_])
    np.add.at(into, object_, parts[subject])
    total = into.sum(axis=1, keepdims=True)
    share = np.divide(into, total, out=np.zeros_like(into), where=total > 0)
    return np.where(total[:, 0] > 0, 1.0 - np.square(share).sum(axis=1), 0.0)


def _between(subject: Bools, object_: Bools, names: list[str], belief: Floats) -> pd.DataFrame:
    a, b = subject.astype(float), object_.astype(float)
    counts, weights = a.T @ b, a.T @ (b * belief[:, None])
    counts, weights = counts + counts.T, weights + weights.T
    rows = [
        (names[i], names[j], int(counts[i, j]), round(float(weights[i, j] / counts[i, j]), 4))
        for i, j in zip(*np.nonzero(np.triu(counts, 1)), strict=True)
    ]
    rows.sort(key=lambda r: (-r[2], r[0], r[1]))
    return pd.DataFrame(rows, columns=["a", "b", "statements", "belief"])
