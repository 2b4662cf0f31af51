"""What the graph is asked for each thing a person does in a view."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kg.graph import Graph
from kg.network import ACCEPTED
from kg.ontology import PREDICATES
from kg.schema import NODES
from widgets.protocol import Header, Rows, frame_rows, pack, text

SURE = 0.6
"""From this score on, the best hit is what was meant; below it, hits are only suggestions."""
FEW = 10
"""A view opens on at least so many statements, if there are as many nearby."""
HOPS = 2
"""So far beyond its neighbours a view looks for them."""
QUOTES = 200
"""At most so many pieces of evidence are sent for one statement."""
STATEMENTS = 100
"""At most so many statements are listed on the card of a concept."""

_HIT = {
    "id": "str", "name": "str", "kind": "cat", "n_works": "u4", "disciplines": "list", "score": "f4",
}  # fmt: skip
_CONCEPT = {
    "id": "str", "name": "str", "kind": "str", "aliases": "list", "surfaces": "list",
    "definition": "str", "status": "str", "disciplines": "list", "n_mentions": "u4", "n_works": "u4",
}  # fmt: skip
_STATEMENT = {
    "statement": "str", "subject": "str", "object": "str", "predicate": "cat", "polarity": "cat",
    "belief": "f4", "n_evidence": "u4", "n_works": "u4",
}  # fmt: skip
_EVIDENCE = {
    "id": "str", "start": "u4", "end": "u4", "subject_start": "u4", "subject_end": "u4",
    "object_start": "u4", "object_end": "u4", "quote": "str", "assertion": "cat", "attribution": "cat",
    "method": "cat", "version": "cat", "score": "f4", "passage": "cat", "passage_text": "cat",
    "section": "cat", "kind": "cat", "page": "i4", "language": "cat", "work": "cat", "title": "cat",
    "year": "i4", "authors": "list", "venue": "cat", "licence": "cat", "access": "cat", "source": "cat",
    "source_licence": "cat",
}  # fmt: skip

Packed = tuple[Header, list[bytes]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the graph: concepts, and statements between them, with whether a person accepted each."""

    concepts: pd.DataFrame
    related: pd.DataFrame


def predicate_label(predicate: str) -> str:
    """How a predicate reads in a sentence.

    >>> predicate_label("used_for"), predicate_label("unheard_of")
    ('is used for', 'unheard of')
    """
    known = PREDICATES.get(predicate)
    return known.label if known else predicate.replace("_", " ")


def overview(graph: Graph, limit: int, min_belief: float) -> Piece:
    """The strongest statements of the whole graph, with their concepts."""
    return _with_concepts(graph, graph.overview(limit, min_belief=min_belief), [])


def around(graph: Graph, concept: str, limit: int, min_belief: float) -> Piece:
    """A concept, up to *limit* statements that touch it, and up to as many between its neighbours."""
    touching = graph.neighbours([concept], min_belief=min_belief, limit=limit)
    ids = list(dict.fromkeys([concept, *touching["subject"], *touching["object"]]))
    between = graph.between(ids, min_belief=min_belief)
    others = between[~between["statement"].isin(list(touching["statement"]))].head(limit)
    related = pd.concat([touching, others], ignore_index=True) if len(others) else touching
    return _with_concepts(graph, related, [concept])


def opening(graph: Graph, concept: str, limit: int, min_belief: float) -> Piece:
    """What a view opens on: :func:`around`, grown outwards while there is little to see."""
    related = around(graph, concept, limit, min_belief).related
    few = min(FEW, limit)
    for _ in range(HOPS):
        rim = dict.fromkeys([*related["subject"], *related["object"]])
        if not rim or len(related) >= few:
            break
        # A few from each, or the one with the most statements would fill the view alone.
        more = [graph.neighbours(c, min_belief=min_belief, limit=len(related) + 2) for c in rim]
        seen = list(related["statement"])
        fresh = [m[~m["statement"].isin(seen)].head(2) for m in more]
        grown = pd.concat([related, *fresh], ignore_index=True)
        related = grown.drop_duplicates("statement").head(few).reset_index(drop=True)
    return _with_concepts(graph, related, [concept])


def _with_concepts(graph: Graph, related: pd.DataFrame, first: list[str]) -> Piece:
    ids = dict.fromkeys([*first, *related["subject"].tolist(), *related["object"].tolist()])
    if "accepted" not in related.columns:
        related = related.assign(accepted=_accepted(graph, related["statement"].tolist()))
    return Piece(graph.concepts(list(ids)), related)


def _accepted(graph: Graph, statements: list[str]) -> list[bool]:
    """Whether a person has accepted each of these statements."""
    with graph.store.reading() as reader:
        rows = reader.select(NODES["Statement"], "id", statements, ("id", "status"))
    status: dict[str, str] = dict(rows)
    return [status[s] == ACCEPTED for s in statements]


def hits(graph: Graph, query: str, limit: int = 12) -> pd.DataFrame:
    """Concepts that answer to *query*, best first."""
    return graph.search(query, limit=limit)


def nearest(graph: Graph, query: str, limit: int = 5) -> list[str]:
    """Names that come close to a query that nothing answers: by its words, then by their beginnings."""
    names: dict[str, None] = {}
    words = sorted({query, *query.split()}, key=lambda w: (-len(w), w))[:6]
    for part in [*words, *(w[: max(3, len(w) * 2 // 3)] for w in words), *(w[:3] for w in words)]:
        if part.strip():
            names.update(dict.fromkeys(hits(graph, part, limit)["name"]))
        if len(names) >= limit:
            break
    return list(names)[:limit]


def hits_packed(found: pd.DataFrame) -> Packed:
    """Hits of a search, ready to be sent."""
    return pack({"hits": frame_rows(found, _HIT)})


def card_packed(graph: Graph, concept: str, min_belief: float) -> Packed:
    """A concept and its statements, most believed first, ready to be sent."""
    one = graph.concepts([concept])
    related = graph.neighbours([concept], min_belief=min_belief, limit=STATEMENTS)
    rows, columns = frame_rows(related, _STATEMENT)
    ids = list(dict.fromkeys([*related["subject"], *related["object"]]))
    names = dict(graph.concepts(ids)[["id", "name"]].itertuples(index=False, name=None))
    named = {
        "subject_name": text(names.get(i, i) for i in related["subject"]),
        "object_name": text(names.get(i, i) for i in related["object"]),
    }
    return pack({"concept": frame_rows(one, _CONCEPT), "statements": (rows, {**columns, **named})})


def evidence_packed(graph: Graph, statement: str) -> Packed:
    """A statement with its evidence, newest work first, ready to be sent.

    Raises:
        RecordError: If the graph has no such statement.
    """
    said = graph.statement(statement)
    concepts = graph.concepts([said.subject, said.object]).set_index("id")
    found = graph.evidence(statement)
    found = found.sort_values(["year", "score"], ascending=False, kind="stable", na_position="last")
    one = pd.DataFrame(
        [
            {
                "statement": said.id, "subject": said.subject, "object": said.object,
                "predicate": said.predicate, "polarity": said.polarity, "belief": said.belief,
                "n_evidence": said.n_evidence, "n_works": said.n_works, "status": said.status,
                "first_year": said.first_year, "last_year": said.last_year,
                "subject_name": concepts["name"].get(said.subject, said.subject),
                "object_name": concepts["name"].get(said.object, said.object),
            }
        ]
    )  # fmt: skip
    more = {
        "subject_name": "str", "object_name": "str", "status": "str",
        "first_year": "i4", "last_year": "i4",
    }  # fmt: skip
    tables: dict[str, Rows] = {
        "statement": frame_rows(one, {**_STATEMENT, **more}),
        "evidence": frame_rows(found.head(QUOTES), _EVIDENCE),
    }
    return pack(tables)
