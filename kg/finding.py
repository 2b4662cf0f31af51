"""Search in a store: candidates from its full-text index, then the score that all homes share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.identity import stands_for
from kg.schema import NODES, Table
from kg.search import best_word, han, names_of, score, terms_of_query, tokens, whole_name
from kg.stores.base import Store

CANDIDATES = 100
"""So many of the index's best are scored."""
SURE = 0.9
"""A score from which on nobody looks for typing errors: the name itself, or its beginning."""
LEAST = 0.3
"""A lower score is no answer."""

Found = list[tuple[dict[str, Any], float]]


def find_named(
    store: Store, label: str, query: str, limit: int, columns: Sequence[str], kinds: Sequence[str]
) -> Found:
    """Nodes whose names answer *query*, with their scores, best first.

    Whole words are looked for first, which is quick; only if none of what they lead to is
    sure are the trigrams of the words asked for too, which forgive typing errors.
    """
    table = NODES[label]
    many = max(CANDIDATES, 4 * limit) * (10 if kinds else 1)
    found: Found = []
    for misspelt in (False, True):
        terms = dict.fromkeys([whole_name(query), *terms_of_query(query, misspelt=misspelt)])
        ids = [i for i, _ in store.find(table, list(filter(None, terms)), many)]
        rows = _rows(store, table, ids, columns)
        if kinds:
            rows = [row for row in rows if row["kind"] in kinds]
        found = [(row, round(score(query, names_of(label, row)), 4)) for row in rows]
        if label == "Concept":
            found = _standing(store, found, columns)
        if any(s >= SURE for _, s in found):
            break
    found = [(row, s) for row, s in found if s >= LEAST]
    return sorted(found, key=lambda f: (-f[1], -f[0].get("n_works", 0), f[0]["id"]))[:limit]


def _standing(store: Store, found: Found, columns: Sequence[str]) -> Found:
    """Each concept by what it stands for now, with the best score of all its names."""
    with store.reading() as reader:
        now = stands_for(reader, [row["id"] for row, _ in found])
    if not now:
        return found
    there = {row["id"]: row for row in _rows(store, NODES["Concept"], [*now.values()], columns)}
    best: dict[str, tuple[dict[str, Any], float]] = {}
    for row, scored in found:
        standing = there[now[row["id"]]] if row["id"] in now else row
        if scored > best.get(standing["id"], (row, -1.0))[1]:
            best[standing["id"]] = (standing, scored)
    return list(best.values())


def find_passages(store: Store, query: str, limit: int, columns: Sequence[str]) -> Found:
    """Passages that hold words of *query*, with the engine's score over the best one's.

    A word that no passage holds is read as the nearest word in the name of a concept.
    """
    table = NODES["Passage"]
    terms = []
    for term in terms_of_query(query, misspelt=False):
        known = han(term) or store.find(table, [term], 1)
        terms.append(term if known else _nearest(store, term))
    hits = dict(store.find(table, terms, limit))
    top = max(hits.values(), default=1.0) or 1.0
    rows = _rows(store, table, list(hits), columns)
    return [(row, round(hits[row["id"]] / top, 4)) for row in rows]


def _nearest(store: Store, word: str) -> str:
    table = NODES["Concept"]
    hits = [i for i, _ in store.find(table, terms_of_query(word, misspelt=True), 50)]
    known = {w for row in _rows(store, table, hits, ("id", "name")) for w in tokens(row["name"])}
    near = {w: best_word(word, [w]) for w in sorted(known)}
    best = max(near, key=lambda w: near[w], default=word)
    return best if near.get(best, 0.0) > 0.6 else word


def _rows(
    store: Store, table: Table, ids: Sequence[str], columns: Sequence[str]
) -> list[dict[str, Any]]:
    """Rows in the order of *ids*."""
    with store.reading() as reader:
        found = reader.select(table, "id", ids, columns)
    by_id = {row["id"]: row for row in table.dicts(found, columns)}
    return [by_id[i] for i in ids if i in by_id]
