"""From RELATED back to the sentences, and what of it to look at first. For every home alike."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from kg.ontology import CO_MENTION
from kg.schema import EDGES, NODES
from kg.stores.base import Reader, Row, Store

SPOKES = 6
"""At most so many rows of one concept stand in an overview."""
_RELATED = EDGES["RELATED"]
_AT = {c: i for i, c in enumerate(_RELATED.columns)}
_SUBJECT, _OBJECT, _STATEMENT = _AT["subject"], _AT["object"], _AT["statement"]
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
        rows = reader.select(table, "subject", set(ids)) + reader.select(table, "object", set(ids))
    found = {
        d["id"]: tuple(d["id" if c == "statement" else c] for c in _RELATED.columns)
        for d in table.dicts(rows)
        if d["family"] == CO_MENTION and d["status"] != "rejected"
    }
    return sorted(found.values(), key=lambda r: (-r[_WORKS], *_rank(r)))[:limit]


def overview(store: Store, limit: int, min_belief: float) -> list[Row]:
    """Rows that hang together around the best supported ones.

    Grown from the concept that is best supported: at each step the row is taken that leads
    to the best supported concept. A concept shows at most :data:`SPOKES` rows, or the most
    general of all ("gene") would fill the picture alone.
    """
    rows = [r for batch in store.scan(_RELATED) for r in batch if r[_BELIEF] >= min_belief]
    touching: dict[str, list[int]] = defaultdict(list)
    weight: dict[str, float] = defaultdict(float)
    for i, r in enumerate(rows):
        for end in (r[_SUBJECT], r[_OBJECT]):
            touching[end].append(i)
            weight[end] += r[_WORKS] * r[_BELIEF]
    taken: dict[int, None] = {}
    spokes: Counter[str] = Counter()
    reached: set[str] = set()
    frontier: list[tuple[float, str, int]] = []
    by_weight = iter(sorted(weight, key=lambda c: (-weight[c], c)))
    while len(taken) < limit:
        if not frontier:
            # Nothing more hangs together: go on with the best that was not reached.
            start = next((c for c in by_weight if c not in reached), None)
            if start is None:
                break
            fresh = {start}
        else:
            _, _, i = heapq.heappop(frontier)
            ends = {rows[i][_SUBJECT], rows[i][_OBJECT]}
            if i in taken or any(spokes[e] >= SPOKES for e in ends):
                continue
            taken[i] = None
            spokes.update(ends)
            fresh = ends - reached
        reached |= fresh
        for here in sorted(fresh):
            for i in touching[here]:
                r = rows[i]
                there = r[_OBJECT] if r[_SUBJECT] == here else r[_SUBJECT]
                gain = r[_WORKS] * r[_BELIEF] + weight[there] ** 0.5
                heapq.heappush(frontier, (-gain, r[_STATEMENT], i))
    return sorted((rows[i] for i in taken), key=_rank)


def evidence(store: Store, statements: Iterable[str]) -> pd.DataFrame:
    """One row a piece of evidence: quote, passage, work or data set, method, licence."""
    with store.reading() as reader:
        table = NODES["Evidence"]
        rows = table.dicts(reader.select(table, "statement", dict.fromkeys(statements)))
        passages = _by_id(reader, "Passage", {e["passage"] for e in rows})
        sources = _by_id(reader, "Source", {p["source"] for p in passages.values()})
        works = _by_id(reader, "Work", {p["work"] for p in passages.values()})
        datasets = _by_id(reader, "Dataset", {p["dataset"] for p in passages.values()})
    out = []
    for e in rows:
        p = passages[e["passage"]]
        s = sources.get(p["source"], {})
        about = works.get(p["work"]) or datasets.get(p["dataset"]) or {}
        joined = {
            **{k: about.get(k) for k in ("title", "year", "authors", "venue", "licence")},
            **{k: p[k] for k in ("section", "kind", "page", "language", "source")},
            **e,
            "passage_text": p["text"],
            "work": p["work"] or p["dataset"],
            "access": s.get("access", ""),
            "source_licence": s.get("licence", ""),
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
