"""From RELATED back to the sentences, and what of it to look at first. For every home alike."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kg.identity import standing_under, stands_for
from kg.licences import access_of
from kg.network import Ints, Network
from kg.ontology import CO_MENTION
from kg.schema import EDGES, NODES
from kg.stores.base import Reader, Row, Store

SPOKES = 6
"""At most so many rows of one concept stand in an overview."""
_RELATED = EDGES["RELATED"]
_AT = {c: i for i, c in enumerate(_RELATED.columns)}
_OBJECT, _STATEMENT = _AT["object"], _AT["statement"]
_BELIEF, _WORKS, _EVIDENCE = _AT["belief"], _AT["n_works"], _AT["n_evidence"]

EVIDENCE_COLUMNS = (
    "statement", "id", "quote", "start", "end", "subject_start", "subject_end", "object_start", "object_end",
    "assertion", "attribution", "method", "version", "score", "passage", "passage_text", "section",
    "kind", "page", "language", "work", "title", "year", "authors", "venue", "licence", "source",
    "access", "source_licence",
)  # fmt: skip


def _rank(row: Row) -> tuple[float, int, str]:
    return (-row[_BELIEF], -row[_EVIDENCE], row[_STATEMENT])


def between(store: Store, ids: Sequence[str], min_belief: float) -> list[Row]:
    """Rows of RELATED with both ends in *ids*."""
    wanted = set(ids)
    with store.reading() as reader:
        rows = reader.select(_RELATED, "subject", wanted)
    kept = [r for r in rows if r[_OBJECT] in wanted and r[_BELIEF] >= min_belief]
    return sorted(kept, key=_rank)


def mentioned_with(store: Store, ids: Sequence[str], limit: int) -> list[Row]:
    """Co-mentions of the concepts in *ids* as rows of RELATED, those of most works first."""
    table = NODES["Statement"]
    with store.reading() as reader:
        wanted = {*ids, *standing_under(reader, ids)}
        rows = reader.select(table, "subject", wanted) + reader.select(table, "object", wanted)
        found = set(co_mentions_among(reader, rows))
    return sorted(found, key=lambda r: (-r[_WORKS], *_rank(r)))[:limit]


def co_mentions_among(reader: Reader, statements: Iterable[Row]) -> list[Row]:
    """Those of these rows of Statement that are co-mentions, as rows of RELATED between what their ends are now."""
    said = [
        d
        for d in NODES["Statement"].dicts(statements)
        if d["family"] == CO_MENTION and d["status"] != "rejected"
    ]
    ends = ("subject", "object")
    now = stands_for(reader, {d[end] for d in said for end in ends})
    for d in said:
        d |= {"statement": d["id"], **{end: now.get(d[end], d[end]) for end in ends}}
    return [tuple(d[c] for c in _RELATED.columns) for d in said if d["subject"] != d["object"]]


def overview(network: Network, limit: int, min_belief: float) -> Ints:
    """Numbers of statements that hang together around the best supported ones, the most believed first.

    Grown from the concept that is best supported: at each step the statement is taken that
    leads to the best supported concept. A concept shows at most :data:`SPOKES` of them, or
    the most general of all ("gene") would fill the picture alone; where there is room for
    all statements, all are taken.
    """
    wanted = network.belief >= min_belief
    if int(wanted.sum()) <= limit:
        return _by_belief(network, np.flatnonzero(wanted))
    support = np.where(wanted, network.n_works * network.belief, 0.0)
    arc_support = support[network.arcs]
    tails = np.repeat(np.arange(len(network.ids)), network.degree())
    weight = np.bincount(tails, arc_support, len(network.ids))
    gain = arc_support + np.sqrt(weight[network.heads])
    by_weight = iter(np.argsort(-weight, kind="stable"))
    taken: dict[int, None] = {}
    spokes: Counter[int] = Counter()
    reached: set[int] = set()
    frontier: list[tuple[float, int]] = []
    while len(taken) < limit:
        if not frontier:
            # Nothing more hangs together: go on with the best that was not reached.
            start = next((int(c) for c in by_weight if c not in reached), None)
            if start is None:
                break
            fresh = {start}
        else:
            _, row = heapq.heappop(frontier)
            ends = {int(network.subject[row]), int(network.object[row])}
            if row in taken or any(spokes[e] >= SPOKES for e in ends):
                continue
            taken[row] = None
            spokes.update(ends)
            fresh = ends - reached
        reached |= fresh
        for here in sorted(fresh):
            arcs = np.arange(network.starts[here], network.starts[here + 1])
            arcs = arcs[wanted[network.arcs[arcs]]]
            for entry in zip((-gain[arcs]).tolist(), network.arcs[arcs].tolist(), strict=True):
                heapq.heappush(frontier, entry)
    return _by_belief(network, np.fromiter(taken, np.int64, len(taken)))


def _by_belief(network: Network, rows: Ints) -> Ints:
    return rows[np.lexsort((rows, -network.n_evidence[rows], -network.belief[rows]))]


def evidence(store: Store, statements: Iterable[str]) -> pd.DataFrame:
    """One row a piece of evidence: quote, passage, work or data set, method, licence."""
    with store.reading() as reader:
        table = NODES["Evidence"]
        rows = table.dicts(reader.select(table, "statement", dict.fromkeys(statements)))
        rows = [e for e in rows if not e["replaced_by"]]  # a curator corrected it
        passages = _by_id(reader, "Passage", {e["passage"] for e in rows})
        sources = _by_id(reader, "Source", {p["source"] for p in passages.values()})
        works = _by_id(reader, "Work", {p["work"] for p in passages.values()})
        datasets = _by_id(reader, "Dataset", {p["dataset"] for p in passages.values()})
    out = []
    for e in rows:
        p = passages[e["passage"]]
        s = sources.get(p["source"], {})
        about = works.get(p["work"]) or datasets.get(p["dataset"]) or {}
        licences = (s.get("licence") or "", about.get("licence") or "")
        joined = {
            **{k: about.get(k) for k in ("title", "year", "authors", "venue", "licence")},
            **{k: p[k] for k in ("section", "kind", "page", "language", "source")},
            **e,
            "passage_text": p["text"],
            "work": p["work"] or p["dataset"],
            "access": access_of(s.get("access", ""), licences),
            "source_licence": licences[0],
        }
        out.append(tuple(joined[c] for c in EVIDENCE_COLUMNS))
    frame = pd.DataFrame(out, columns=list(EVIDENCE_COLUMNS))
    frame = frame.fillna({"title": "", "venue": "", "licence": ""})
    frame = frame.astype({"year": "Int64", "page": "Int64"})
    order = ["statement", "year", "work", "passage", "start"]
    return frame.sort_values(order).reset_index(drop=True)


def _by_id(reader: Reader, label: str, ids: set[str]) -> dict[str, dict[str, Any]]:
    rows = reader.select(NODES[label], "id", ids - {""})
    return {d["id"]: d for d in NODES[label].dicts(rows)}
