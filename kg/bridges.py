"""What joins disciplines: statements between concepts of different ones, and concepts in between.

A concept has the disciplines of the works that speak of it. A statement is a bridge if both
of its concepts have disciplines and share none. How evenly a concept's statements lead into
different disciplines is its participation coefficient (Guimerà & Amaral 2005,
doi:10.1038/nature03288): 0 if all lead into one, near 1 if they lead evenly into many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kg.network import Bools, Floats, Ints

CONNECTOR = 0.62
"""From this participation on, the paper calls a concept that is no hub a connector."""


@dataclass(frozen=True, slots=True, eq=False)
class Bridges:
    """Which statements and concepts of a view stand between disciplines.

    Attributes:
        statements: Whether each statement is a bridge, shape (statements,).
        participation: Of each concept, shape (concepts,); 0 where no statement leads to a
            concept with disciplines.
        between: How many statements join each two disciplines, most first: ``a``, ``b`` (in
            the order of the alphabet), ``statements``, ``belief`` (mean). A statement between
            a concept of two and one of three counts for all six pairs.
    """

    statements: Bools
    participation: Floats
    between: pd.DataFrame

    def connectors(self) -> Bools:
        """Concepts that stand between disciplines, shape (concepts,)."""
        return np.asarray(self.participation > CONNECTOR)


def bridges(concepts: pd.DataFrame, related: pd.DataFrame) -> Bridges:
    """The bridges among what a view shows.

    Args:
        concepts: ``id`` and ``disciplines``, one row a concept.
        related: ``subject``, ``object`` and ``belief``, one row a statement; those with an end
            that is not among *concepts* are no bridges and count for nothing.

    >>> nodes = pd.DataFrame({"id": ["a", "b", "c"],
    ...     "disciplines": [("Physics",), ("Medicine",), ("Physics", "Chemistry")]})
    >>> said = pd.DataFrame({"subject": ["a", "a", "b"], "object": ["b", "c", "c"], "belief": [0.9, 0.5, 0.3]})
    >>> found = bridges(nodes, said)
    >>> found.statements.tolist(), found.participation.round(2).tolist()
    ([True, False, True], [0.62, 0.38, 0.5])
    >>> found.between.iloc[0].to_dict()
    {'a': 'Medicine', 'b': 'Physics', 'statements': 2, 'belief': 0.6}
    """
    fields, names = _membership(list(concepts["disciplines"]))
    number = {c: n for n, c in enumerate(concepts["id"])}
    ends = np.array(
        [[number.get(a, -1), number.get(b, -1)] for a, b in zip(related["subject"], related["object"], strict=True)],
        np.int64,
    ).reshape(-1, 2)  # fmt: skip
    there = (ends >= 0).all(axis=1)
    subject, object_ = ends[there].T
    known: Bools = np.asarray(fields.any(axis=1))
    shared = np.any(fields[subject] & fields[object_], axis=1)
    bridge = np.zeros(len(related), dtype=bool)
    bridge[there] = known[subject] & known[object_] & ~shared
    return Bridges(
        bridge,
        _participation(fields, subject, object_),
        _between(fields, names, subject, object_, related["belief"].to_numpy(float)[there], bridge[there]),
    )  # fmt: skip


def _membership(disciplines: Sequence[Sequence[str]]) -> tuple[Bools, list[str]]:
    """Whether each concept has each discipline, shape (concepts, disciplines)."""
    names = sorted({d for row in disciplines for d in row})
    column = {d: n for n, d in enumerate(names)}
    fields: Bools = np.zeros((len(disciplines), len(names)), dtype=bool)
    for n, row in enumerate(disciplines):
        fields[n, [column[d] for d in row]] = True
    return fields, names


def _participation(fields: Bools, subject: Ints, object_: Ints) -> Floats:
    # A neighbour of several disciplines leads into each with an equal part.
    parts = fields / np.maximum(fields.sum(axis=1, keepdims=True), 1)
    into = np.zeros_like(parts)
    np.add.at(into, subject, parts[object_])
    np.add.at(into, object_, parts[subject])
    total = into.sum(axis=1, keepdims=True)
    share = np.divide(into, total, out=np.zeros_like(into), where=total > 0)
    return np.where(total[:, 0] > 0, 1.0 - np.square(share).sum(axis=1), 0.0)


def _between(
    fields: Bools, names: list[str], subject: Ints, object_: Ints, belief: Floats, bridge: Bools
) -> pd.DataFrame:
    a, b = fields[subject][bridge].astype(float), fields[object_][bridge].astype(float)
    counts, weights = a.T @ b, a.T @ (b * belief[bridge][:, None])
    counts, weights = counts + counts.T, weights + weights.T
    rows = [
        (names[i], names[j], int(counts[i, j]), round(float(weights[i, j] / counts[i, j]), 4))
        for i, j in zip(*np.nonzero(np.triu(counts, 1)), strict=True)
    ]
    rows.sort(key=lambda r: (-r[2], r[0], r[1]))
    return pd.DataFrame(rows, columns=["a", "b", "statements", "belief"])
