"""What hetnets are made of: the sentences of a graph, or any table of edges."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from kg.belief import breaks
from kg.discovery.hetnet import Hetnet, Metaedge, resting_on, still_there
from kg.discovery.support import NOT_READ, read_support, support_of
from kg.errors import RecordError
from kg.filtering import Filter
from kg.identity import stands_for
from kg.licences import LICENCE_CLASSES, hardest, known_classes
from kg.network import Codes, network
from kg.ontology import PREDICATES
from kg.stores.base import Store

EDGE_COLUMNS = ("subject", "subject_kind", "predicate", "object", "object_kind")
"""What a table of edges must have."""
NO_FILTER = Filter()
ANY_KIND = "concept"
"""The kind of all nodes where kinds are not told apart."""


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
    licences = known_classes(licences)
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
        merged = stands_for(reader)
    made = Hetnet(
        ids=said.ids[order],
        names=said.names[order],
        kind=still_there(Codes(kinds.codes[order], kinds.values)),
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
        merged=merged,
    )
    pieces = support.among("licence", licences)
    if filter.until is not None:
        pieces &= ~(support.year > filter.until)
    return made if pieces.all() else resting_on(made, pieces)


def _symmetric(name: str, family: bool) -> bool:
    """Whether a predicate, or each of a family, says of its object what it says of its subject."""
    of = [p.symmetric for p in PREDICATES.values() if (p.family if family else p.name) == name]
    return bool(of) and all(of)


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
