"""Communities of concepts as a reader meets them: named, counted, and linked to each other.

A community is named by its most central concepts: those whose statements join them with
others of it, rather than with the rest of the graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from kg.louvain import Arcs, modularity
from kg.network import Floats, Ints, Network

SHOWN = 60
"""At most so many communities are described; the others are counted."""
NAMED = 3
"""So many concepts name a community."""
TOP = 8
"""So many concepts stand for a community."""
COUNTED = 5
"""So many kinds and disciplines of a community are told."""


@dataclass(frozen=True, slots=True)
class Community:
    """Concepts that are spoken of together more than with others.

    Attributes:
        id: Numbers from the whole graph down, such as ``3/0``.
        name: Its most central concepts.
        concepts: How many it holds.
        statements: How many of them join two of its concepts.
        belief: Mean belief of these.
        top: Ids of its most central concepts, best first.
        kinds: Its most frequent kinds, with how many concepts are of each.
        disciplines: Its most frequent disciplines, likewise.
    """

    id: str
    name: str
    concepts: int
    statements: int
    belief: float
    top: tuple[str, ...]
    kinds: Mapping[str, int]
    disciplines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Link:
    """Statements that join two communities: how many, and their mean belief."""

    a: str
    b: str
    statements: int
    belief: float


@dataclass(frozen=True, slots=True)
class Communities:
    """The communities of a graph or of one of its communities, the largest first.

    Attributes:
        inside: Id of the community that is parted, "" for the whole graph.
        shown: At most :data:`SHOWN` of them.
        links: Between those shown, most statements first.
        total: How many there are in all.
        concepts: Concepts in all of them. Concepts that no statement touches are in none.
        modularity: How clearly they are parted, -0.5 to 1.
    """

    inside: str
    shown: tuple[Community, ...]
    links: tuple[Link, ...]
    total: int
    concepts: int
    modularity: float

    def __str__(self) -> str:
        """What is shown and what is not, in one sentence."""
        held = sum(c.concepts for c in self.shown)
        said = f"{len(self.shown):,} communities of {held:,} concepts"
        if self.total > len(self.shown):
            rest = self.total - len(self.shown)
            said += f"; {rest:,} smaller ones hold {self.concepts - held:,} more"
        return said

    def table(self) -> pd.DataFrame:
        """One row a community shown, in the fields of :class:`Community`."""
        return pd.DataFrame([asdict(c) for c in self.shown], columns=list(Community.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class Parting:
    """Concepts of a network by number, in their order, and the number of the community of each."""

    concepts: Ints
    labels: Ints

    def of(self, community: int) -> Ints:
        """Concepts of one community."""
        return np.asarray(self.concepts[self.labels == community], np.int64)


def arcs_among(network: Network, concepts: Ints) -> Arcs:
    """The statements among some concepts as a graph of these, weighted by belief."""
    place = np.full(len(network.ids), -1)
    place[concepts] = np.arange(len(concepts))
    tails, heads = np.repeat(place, network.degree()), place[network.heads]
    among = (tails >= 0) & (heads >= 0)
    # What nobody believes still says that two are spoken of together.
    weights = np.maximum(network.belief[network.arcs[among]], 0.01)
    return Arcs(tails[among], heads[among], weights, len(concepts))


def centrality(network: Network, parting: Parting) -> Floats:
    """Belief that joins each concept with its community, times the share of that in all its belief.

    What is spoken of everywhere, such as "cell", is central nowhere.

    Returns:
        One value a concept of *parting*.
    """
    n = len(network.ids)
    label = np.arange(-1, -n - 1, -1)
    label[parting.concepts] = parting.labels
    tails, weights = np.repeat(np.arange(n), network.degree()), network.belief[network.arcs]
    own = np.bincount(tails, weights * (label[tails] == label[network.heads]), n)
    every = np.bincount(tails, weights, n)
    return np.asarray((np.square(own) / np.maximum(every, 1e-9))[parting.concepts])


def described(network: Network, parting: Parting, inside: str) -> Communities:
    """The communities of a parting, with their names, counts and links.

    Args:
        network: What was parted.
        parting: The largest community is number 0, and so on.
        inside: Id of the community that was parted, "" for all of *network*.
    """
    concepts, labels = parting.concepts, parting.labels
    total = int(labels.max(initial=-1)) + 1
    n = min(total, SHOWN)
    size = np.bincount(labels, minlength=n)
    label = np.full(len(network.ids), -1)
    label[concepts] = labels
    ends = label[network.subject], label[network.object]
    within = np.flatnonzero((ends[0] == ends[1]) & (ends[0] >= 0))
    statements = np.bincount(ends[0][within], minlength=total)
    belief = np.bincount(ends[0][within], network.belief[within], total)
    order = np.lexsort((concepts, -centrality(network, parting), labels))
    starts = np.cumsum(size) - size
    kinds = _counts(labels, network.kind.codes[concepts], n, [(k,) for k in network.kind.values])
    fields = _counts(labels, network.disciplines.codes[concepts], n, network.disciplines.values)
    shown = []
    for c in range(n):
        top = concepts[order[starts[c] : starts[c] + min(TOP, size[c])]]
        names = {str(name).casefold(): str(name) for name in network.names[top[::-1]]}
        shown.append(
            Community(
                id=f"{inside}/{c}" if inside else str(c),
                name=" · ".join(list(names.values())[::-1][:NAMED]),
                concepts=int(size[c]),
                statements=int(statements[c]),
                belief=round(float(belief[c] / max(statements[c], 1)), 4),
                top=tuple(str(network.ids[t]) for t in top),
                kinds=kinds[c],
                disciplines=fields[c],
            )
        )
    links = _links(network, *ends, [c.id for c in shown])
    clear = modularity(arcs_among(network, concepts), labels)
    return Communities(inside, tuple(shown), links, total, len(concepts), round(clear, 4))


def _counts(
    labels: Ints, codes: Ints, n: int, values: Sequence[tuple[str, ...]]
) -> list[dict[str, int]]:
    """How many concepts of each of the first *n* communities have each value, the most frequent."""
    here = labels < n
    flat = np.bincount(labels[here] * len(values) + codes[here], minlength=n * len(values))
    by_code = flat.reshape(n, len(values))
    out = []
    for row in by_code:
        counts: dict[str, int] = {}
        for code in np.flatnonzero(row).tolist():
            for value in values[code]:
                counts[value] = counts.get(value, 0) + int(row[code])
        most = sorted(counts.items(), key=lambda c: (-c[1], c[0]))[:COUNTED]
        out.append(dict(most))
    return out


def _links(network: Network, a: Ints, b: Ints, ids: Sequence[str]) -> tuple[Link, ...]:
    n = len(ids)
    across = np.flatnonzero((a != b) & (a >= 0) & (b >= 0) & (a < n) & (b < n))
    low, high = np.minimum(a[across], b[across]), np.maximum(a[across], b[across])
    key, at, count = np.unique(low * max(n, 1) + high, return_inverse=True, return_counts=True)
    belief = np.bincount(at, network.belief[across], len(key)) / np.maximum(count, 1)
    return tuple(
        Link(ids[key[i] // n], ids[key[i] % n], int(count[i]), round(float(belief[i]), 4))
        for i in np.lexsort((key, -count))
    )
