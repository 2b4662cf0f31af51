"""A network whose nodes and edges have kinds, as sparse matrices: what metapaths are counted in.

A hetnet (Himmelstein & Baranzini 2015, doi:10.1371/journal.pcbi.1004259) has one matrix a
:class:`Metaedge`, that is a subject's kind, a predicate and an object's kind. It is made of what the
sentences of a graph say, or of any table of edges (:mod:`kg.discovery.hetnet_making`), and knows for
each edge what it rests on. It is never changed: :meth:`Hetnet.kept` makes another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

import numpy as np
from scipy import sparse

from kg.belief import belief, polarity
from kg.discovery.support import Support
from kg.errors import RecordError
from kg.network import ACCEPTED, Bools, Codes, Floats, Ints, Objects
from kg.ontology import PREDICATES

Matrix: TypeAlias = sparse.csr_array
T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Metaedge:
    """What kind of node is joined to what kind by what predicate.

    >>> print(Metaedge("chemical", "treats", "disease"))
    chemical treats disease
    """

    subject: str
    predicate: str
    object: str
    symmetric: bool = False

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object}"


@dataclass(frozen=True, slots=True, eq=False)
class Hetnet:
    """Nodes in the order of kind and id, and edges in columns. Numbers are places in these columns.

    Attributes:
        ids: Ids of the nodes.
        names: Their names.
        kind: Their kinds.
        subject: Number of the node at the start of each edge.
        object: Number of the node at its end.
        metaedge: What it joins, and how.
        predicate: What it says, where metaedges are of families.
        breach: Whether it joins kinds that its predicate never joins (:func:`kg.belief.breaks`).
        statements: Id of the statement that each edge is.
        belief: How far each is believed.
        accepted: Whether a person has said yes to it.
        support: What the edges rest on.
        least_belief: Edges that are believed less are none.
        merged: What ids that were merged are now; the network knows them by either.
    """

    ids: Objects
    names: Objects
    kind: Codes[str]
    subject: Ints
    object: Ints
    metaedge: Codes[Metaedge]
    predicate: Codes[str]
    breach: Bools
    statements: Objects
    belief: Floats
    accepted: Bools
    support: Support
    least_belief: float = 0.0
    merged: Mapping[str, str] = field(default_factory=dict)
    _held: dict[tuple[Metaedge, str], Any] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"Hetnet({len(self.ids)} nodes, {len(self.subject)} edges, {len(self.kinds)} kinds)"

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of node."""
        return self.kind.values

    @property
    def metaedges(self) -> tuple[Metaedge, ...]:
        """What its edges join, and how."""
        return self.metaedge.values

    def nodes(self, kind: str) -> slice:
        """Where the nodes of a kind stand.

        Raises:
            RecordError: If there are none.
        """
        if kind not in self.kind.values:
            known = ", ".join(self.kinds) or "no nodes at all"
            raise RecordError(f"The network has no nodes of kind {kind!r}; it has {known}.")
        code = self.kind.values.index(kind)
        start, stop = np.searchsorted(self.kind.codes, [code, code + 1])
        return slice(int(start), int(stop))

    def number(self, kind: str, id: str) -> int:
        """Place of a node among those of its kind.

        Raises:
            RecordError: If there is no such node.
        """
        ids = self.ids[self.nodes(kind)]
        now = self.merged.get(id, id)
        at = int(np.searchsorted(ids, now))
        if at == len(ids) or ids[at] != now:
            raise RecordError(
                f"The network has no {kind} {id!r}; Hetnet.ids lists those that it has."
            )
        return at

    def kind_of(self, id: str) -> str:
        """The kind of a node.

        Raises:
            RecordError: If there is no such node.
        """
        found = np.flatnonzero(self.ids == self.merged.get(id, id))
        if not len(found):
            raise RecordError(
                f"The network has no node {id!r}; no edge that was asked for touches it."
            )
        return self.kind.at(found)[0]

    def metaedge_of(self, subject: str, predicate: str, object: str) -> Metaedge:
        """The metaedge of this name.

        Raises:
            RecordError: If no edge is of it.
        """
        for one in self.metaedges:
            if (one.subject, one.predicate, one.object) == (subject, predicate, object):
                return one
        known = "; ".join(map(str, self.metaedges)) or "none"
        raise RecordError(f"No edge says {subject} {predicate} {object}. There are: {known}.")

    def edges_of(self, metaedge: Metaedge) -> Ints:
        """Numbers of the edges of a metaedge."""
        return np.flatnonzero(self.metaedge.among([metaedge]))

    def matrix(self, metaedge: Metaedge) -> Matrix:
        """Which nodes an edge joins: 1 where any does, shape (subjects, objects) of its two kinds.

        An edge between a node and itself is left out: no path passes it.
        """
        return self.held(metaedge, "matrix", self._built)

    def held(self, metaedge: Metaedge, what: str, made: Callable[[Metaedge], T]) -> T:
        """What follows from the edges of a metaedge, made when first asked for and kept."""
        found: T | None = self._held.get((metaedge, what))
        if found is None:
            found = self._held[metaedge, what] = made(metaedge)
        return found

    def _built(self, metaedge: Metaedge) -> Matrix:
        a, b = self.nodes(metaedge.subject), self.nodes(metaedge.object)
        rows = self.edges_of(metaedge)
        subject, object_ = self.subject[rows], self.object[rows]
        apart = subject != object_
        subject, object_ = subject[apart] - a.start, object_[apart] - b.start
        if metaedge.symmetric:
            subject, object_ = (
                np.concatenate([subject, object_]),
                np.concatenate([object_, subject]),
            )
        shape = (a.stop - a.start, b.stop - b.start)
        made = sparse.csr_array((np.ones(len(subject)), (subject, object_)), shape=shape)
        made.data[:] = 1.0  # several edges join a pair as one does
        return made

    def edges_between(self, metaedge: Metaedge, subject: int, object: int) -> Ints:
        """Numbers of the edges of a metaedge that join two nodes, the most believed first."""
        keys, rows = self.held(metaedge, "keys", self._keys)
        ends = [(subject, object), (object, subject)][: 2 if metaedge.symmetric else 1]
        found = []
        for a, b in ends:
            key = a * len(self.ids) + b
            found.append(rows[slice(*np.searchsorted(keys, [key, key + 1]))])
        here = np.concatenate(found)
        return here[np.lexsort((here, -self.belief[here]))]

    def _keys(self, metaedge: Metaedge) -> tuple[Ints, Ints]:
        """The two ends of each edge as one number in order, and the edges in that order."""
        rows = self.edges_of(metaedge)
        keys = self.subject[rows] * len(self.ids) + self.object[rows]
        order = np.argsort(keys, kind="stable")
        return keys[order], rows[order]

    def kept(self, edges: Bools, nodes: Bools | None = None) -> Hetnet:
        """The network with some of its edges, shape (edges,), and some of its nodes, else all."""
        if nodes is not None:
            return self.kept(edges & nodes[self.subject] & nodes[self.object])._without(nodes)
        rows = np.flatnonzero(edges)
        number = np.cumsum(edges) - 1
        pieces = np.flatnonzero(edges[self.support.edge])
        return replace(
            self,
            subject=self.subject[rows],
            object=self.object[rows],
            metaedge=still_there(Codes(self.metaedge.codes[rows], self.metaedge.values)),
            predicate=still_there(Codes(self.predicate.codes[rows], self.predicate.values)),
            breach=self.breach[rows],
            statements=self.statements[rows],
            belief=self.belief[rows],
            accepted=self.accepted[rows],
            support=self.support.part(pieces, number[self.support.edge[pieces]]),
            _held={},
        )

    def _without(self, nodes: Bools) -> Hetnet:
        """Without nodes that no edge touches."""
        place, rows = np.cumsum(nodes) - 1, np.flatnonzero(nodes)
        return replace(
            self,
            ids=self.ids[rows],
            names=self.names[rows],
            kind=still_there(Codes(self.kind.codes[rows], self.kind.values)),
            subject=place[self.subject],
            object=place[self.object],
            _held={},
        )

    def rewired(self, metaedge: Metaedge, subject: Ints, object: Ints) -> Hetnet:
        """The network with the ends of the edges of one metaedge put elsewhere, in their order."""
        rows = self.edges_of(metaedge)
        subjects, objects = self.subject.copy(), self.object.copy()
        subjects[rows], objects[rows] = subject, object
        others = {key: x for key, x in self._held.items() if key[0] != metaedge}
        return replace(self, subject=subjects, object=objects, _held=others)


def still_there(codes: Codes[T]) -> Codes[T]:
    """Without the values that no row has any more."""
    found, again = np.unique(codes.codes, return_inverse=True)
    return Codes(again.astype(np.int64), tuple(codes.values[c] for c in found))


def resting_on(net: Hetnet, pieces: Bools) -> Hetnet:
    """The network as it would be with only some pieces of evidence, shape (pieces,).

    What was read is believed as far as what is left of its evidence says, and is an edge only if it
    is believed enough and not denied. What is a record of a database needs any record that is left.
    """
    rows, count = np.flatnonzero(pieces), len(net.subject)
    left = np.bincount(net.support.edge[rows], minlength=count)
    fewer = (left > 0) & (left < np.bincount(net.support.edge, minlength=count))
    support = net.support.part(rows, net.support.edge[rows])
    believed, kept = net.belief.copy(), left > 0
    for edge, voices in support.of(fewer).items():
        said = net.predicate.values[net.predicate.codes[edge]]
        believed[edge] = belief(
            voices,
            breach=bool(net.breach[edge]),
            status=ACCEPTED if net.accepted[edge] else "machine",
            family=PREDICATES[said].family if said in PREDICATES else "",
        )
        kept[edge] = believed[edge] >= net.least_belief and polarity(voices) != "negative"
    return replace(net, support=support, belief=believed, _held={}).kept(kept)
