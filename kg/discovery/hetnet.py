"""A network whose nodes and edges have kinds, as sparse matrices: what metapaths are counted in.

A hetnet (Himmelstein & Baranzini 2015, doi:10.1371/journal.pcbi.1004259) has one matrix a
:class:`Metaedge`, that is a subject's kind, a predicate and an object's kind. It is made of what
the sentences of a graph say (:func:`hetnet`), or of any table of edges (:func:`hetnet_of_edges`),
and knows for each edge what it rests on. It is never changed: :meth:`Hetnet.kept` makes another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd
from scipy import sparse

from kg.belief import belief, breaks, polarity
from kg.discovery.licences import LICENCE_CLASSES, hardest
from kg.discovery.support import NOT_READ, Support, read_support, support_of
from kg.errors import RecordError
from kg.filtering import Filter
from kg.network import ACCEPTED, Bools, Codes, Floats, Ints, Objects, network
from kg.ontology import PREDICATES
from kg.stores.base import Store

Matrix: TypeAlias = sparse.csr_array
T = TypeVar("T")
EDGE_COLUMNS = ("subject", "subject_kind", "predicate", "object", "object_kind")
"""What a table of edges must have."""
NO_FILTER = Filter()
ANY_KIND = "concept"


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
        least_belief: Edges that are believed less are none.
        support: What the edges rest on.
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
        at = int(np.searchsorted(ids, id))
        if at == len(ids) or ids[at] != id:
            raise RecordError(
                f"The network has no {kind} {id!r}; Hetnet.ids lists those that it has."
            )
        return at

    def kind_of(self, id: str) -> str:
        """The kind of a node.

        Raises:
            RecordError: If there is no such node.
        """
        found = np.flatnonzero(self.ids == id)
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
            metaedge=_still_there(Codes(self.metaedge.codes[rows], self.metaedge.values)),
            predicate=_still_there(Codes(self.predicate.codes[rows], self.predicate.values)),
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
            kind=_still_there(Codes(self.kind.codes[rows], self.kind.values)),
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


def _still_there(codes: Codes[T]) -> Codes[T]:
    """Without the values that no row has any more."""
    found, again = np.unique(codes.codes, return_inverse=True)
    return Codes(again.astype(np.int64), tuple(codes.values[c] for c in found))


def hetnet(
    store: Store,
    filter: Filter = NO_FILTER,
    *,
    licences: Collection[str] = LICENCE_CLASSES,
    by_family: bool = False,
    by_kind: bool = True,
) -> Hetnet:
    """What the sentences of a graph say, as a hetnet.

    What is denied is no edge (polarity ``negative``). With ``Filter(until=year)`` it is the network
    that was known by the end of that year, with no evidence that is later.

    Args:
        store: A graph's home (``graph.store``).
        filter: Which statements and concepts are wanted.
        licences: An edge has to rest on a piece of evidence of one of these classes.
        by_family: Tell edges apart by the family of their predicate, which more of them share.
        by_kind: Tell nodes apart by kind; if not, all are of the one kind :data:`ANY_KIND`.

    Raises:
        RecordError: If a class of licence is not known.
    """
    unknown = set(licences) - set(LICENCE_CLASSES)
    if unknown:
        raise RecordError(
            f"There is no class of licence {sorted(unknown)[0]!r}; choose from {', '.join(LICENCE_CLASSES)}."
        )
    said = network(store)
    wanted_concept = filter.concepts(said)
    wanted = (
        filter.statements(said)
        & wanted_concept[said.subject]
        & wanted_concept[said.object]
        & ~said.polarity.among(["negative"])
    )
    rows = np.flatnonzero(wanted)
    ends = np.unique(np.concatenate([said.subject[rows], said.object[rows]]))
    kinds = said.kind if by_kind else Codes(np.zeros_like(said.kind.codes), (ANY_KIND,))
    order = ends[np.lexsort((ends, kinds.codes[ends]))]
    place = np.full(len(said.ids), -1)
    place[order] = np.arange(len(order))
    subject, object_, predicate = said.subject[rows], said.object[rows], said.predicate.at(rows)
    named = said.family.at(rows) if by_family else predicate
    metaedges = [
        Metaedge(a, p, b, a == b and _symmetric(p, by_family))
        for a, p, b in zip(kinds.at(subject), named, kinds.at(object_), strict=True)
    ]
    told = zip(predicate, said.kind.at(subject), said.kind.at(object_), strict=True)
    statements = said.statements[rows]
    with store.reading() as reader:
        support = read_support(reader, {s: n for n, s in enumerate(statements)})
    made = Hetnet(
        ids=said.ids[order],
        names=said.names[order],
        kind=_still_there(Codes(kinds.codes[order], kinds.values)),
        subject=place[subject],
        object=place[object_],
        metaedge=Codes.of(metaedges),
        predicate=Codes.of(predicate),
        breach=np.fromiter((breaks(*one) for one in told), bool, len(rows)),
        statements=statements,
        belief=said.belief[rows],
        accepted=said.accepted[rows],
        support=support,
        least_belief=filter.min_belief,
    )
    pieces = support.among("licence", licences)
    if filter.until is not None:
        pieces &= ~(support.year > filter.until)
    return made if pieces.all() else resting_on(made, pieces)


def _symmetric(name: str, family: bool) -> bool:
    """Whether a predicate, or each of a family, says of its object what it says of its subject."""
    of = [p.symmetric for p in PREDICATES.values() if (p.family if family else p.name) == name]
    return bool(of) and all(of)


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


def hetnet_of_edges(
    edges: pd.DataFrame, nodes: pd.DataFrame | None = None, *, symmetric: Collection[str] = ()
) -> Hetnet:
    """Any table of edges as a hetnet.

    Args:
        edges: One row a piece of evidence, in :data:`EDGE_COLUMNS`. It may have, besides,
            ``statement`` (an id; rows of one subject, predicate and object are one edge unless it
            tells them apart), ``belief``, ``work``, ``source``, ``licence`` and ``year``.
        nodes: ``id``, ``kind`` and ``name`` of nodes; those that no edge touches are kept.
        symmetric: Predicates that say of their object what they say of their subject.

    Raises:
        RecordError: If a column is missing, or a node has two kinds.

    >>> net = hetnet_of_edges(pd.DataFrame({
    ...     "subject": ["aspirin", "ibuprofen"], "subject_kind": "chemical", "predicate": "binds",
    ...     "object": "PTGS2", "object_kind": "gene", "licence": ["CC0-1.0", "CC BY-NC 4.0"]}))
    >>> net, net.metaedges[0].predicate, net.matrix(net.metaedges[0]).toarray().tolist()
    (Hetnet(3 nodes, 2 edges, 2 kinds), 'binds', [[1.0], [1.0]])
    """
    missing = [c for c in EDGE_COLUMNS if c not in edges.columns]
    if missing:
        raise RecordError(
            f"A table of edges needs a column {missing[0]!r}; it has {', '.join(map(str, edges.columns))}."
        )
    kind = _kinds(edges, nodes)
    names = dict(zip(nodes["id"], nodes["name"], strict=True)) if nodes is not None else {}
    order = sorted(kind, key=lambda i: (kind[i], i))
    number = {i: n for n, i in enumerate(order)}
    said = pd.DataFrame(
        {
            "subject": edges["subject"].map(number).to_numpy(np.int64),
            "object": edges["object"].map(number).to_numpy(np.int64),
            "predicate": edges["predicate"].to_numpy(object),
            "belief": _column(edges, "belief", 1.0),
            "work": _column(edges, "work", ""),
            "source": _column(edges, "source", ""),
            "year": _column(edges, "year", float("nan")),
            "licence": _column(edges, "licence", ""),
        }
    )
    turned = (
        said["predicate"].isin(list(symmetric))
        & (edges["subject_kind"].to_numpy() == edges["object_kind"].to_numpy())
        & (said["subject"] > said["object"])
    )
    ends = ["subject", "object"]
    said.loc[turned, ends] = said.loc[turned, ends[::-1]].to_numpy()
    ids = np.array(order, dtype=object)
    if "statement" in edges.columns:
        said["statement"] = edges["statement"].to_numpy(object)
    else:
        said["statement"] = [
            f"{a} {p} {b}"
            for a, p, b in zip(
                ids[said["subject"]], said["predicate"], ids[said["object"]], strict=True
            )
        ]
    key = ["statement", "predicate", "subject", "object"]
    grouped = said.groupby(key, sort=True)
    said["edge"] = grouped.ngroup()
    one = said.drop_duplicates("edge").sort_values("edge")
    kinds = np.array([kind[i] for i in order], dtype=object)
    at: list[tuple[str, str, str]] = list(
        zip(kinds[one["subject"]], one["predicate"], kinds[one["object"]], strict=True)
    )
    metaedge = {(a, p, b): Metaedge(a, p, b, a == b and p in symmetric) for a, p, b in set(at)}
    columns = [said[c].tolist() for c in ("edge", "work", "source", "licence", "year")]
    return Hetnet(
        ids=ids,
        names=np.array([names.get(i, i) for i in order], dtype=object),
        kind=Codes.of([kind[i] for i in order]),
        subject=one["subject"].to_numpy(np.int64),
        object=one["object"].to_numpy(np.int64),
        metaedge=Codes.of([metaedge[key] for key in at]),
        predicate=Codes.of(one["predicate"].tolist()),
        breach=np.zeros(len(one), bool),
        statements=one["statement"].to_numpy(object),
        belief=grouped["belief"].max().to_numpy(np.float64),
        accepted=np.zeros(len(one), bool),
        support=support_of(
            [
                (e, w, s, hardest(licence), y, NOT_READ)
                for e, w, s, licence, y in zip(*columns, strict=True)
            ]
        ),
    )


def _column(edges: pd.DataFrame, name: str, otherwise: object) -> Sequence[object]:
    if name not in edges.columns:
        return [otherwise] * len(edges)
    return edges[name].astype(object).where(edges[name].notna(), otherwise).tolist()


def _kinds(edges: pd.DataFrame, nodes: pd.DataFrame | None) -> dict[str, str]:
    """Kind of each node."""
    told = [(edges["subject"], edges["subject_kind"]), (edges["object"], edges["object_kind"])]
    if nodes is not None:
        told.append((nodes["id"], nodes["kind"]))
    pairs = {pair for ids, kinds in told for pair in zip(ids, kinds, strict=True)}
    kind = dict(pairs)
    if len(kind) < len(pairs):
        twice = next(i for i, k in sorted(pairs) if kind[i] != k)
        both = " and ".join(sorted(k for i, k in pairs if i == twice))
        raise RecordError(f"{twice!r} is given as {both}; a node has one kind.")
    return kind
