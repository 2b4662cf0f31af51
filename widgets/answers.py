"""What the graph is asked for each thing a person does in a view."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kg.asking import Answer
from kg.errors import PolymathError
from kg.expanding import FACETS, Direction, Expansion
from kg.filtering import Filter
from kg.graph import Graph
from kg.licences import OPEN
from kg.network import ACCEPTED
from kg.ontology import PREDICATES
from kg.schema import EDGES, NODES
from widgets.canvas import Canvas
from widgets.protocol import Rows, frame_rows, numbers, text

REJECTED = "rejected"
"""Status of a statement that a person has said no to; it is not shown."""
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
CONCEPT = {
    "id": "str", "name": "str", "kind": "str", "aliases": "list", "surfaces": "list",
    "definition": "str", "status": "str", "disciplines": "list", "n_mentions": "u4", "n_works": "u4",
}  # fmt: skip
STATEMENT = {
    "statement": "str", "subject": "str", "object": "str", "predicate": "cat", "polarity": "cat",
    "belief": "f4", "n_evidence": "u4", "n_works": "u4",
}  # fmt: skip
EVIDENCE = {
    "id": "str", "start": "u4", "end": "u4", "subject_start": "i4", "subject_end": "i4",
    "object_start": "i4", "object_end": "i4", "quote": "str", "assertion": "cat", "attribution": "cat",
    "method": "cat", "version": "cat", "score": "f4", "passage": "cat", "passage_text": "cat",
    "section": "cat", "kind": "cat", "page": "i4", "language": "cat", "work": "cat", "title": "cat",
    "year": "i4", "authors": "list", "venue": "cat", "licence": "cat", "access": "cat", "source": "cat",
    "source_licence": "cat",
}  # fmt: skip

Tables = Mapping[str, Rows]
_IDS = {"concept", "subject", "object", "statement", "evidence", "concepts", "statements"}


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
    return with_concepts(graph, graph.overview(limit, min_belief=min_belief), [])


def around(graph: Graph, concept: str, limit: int, min_belief: float) -> Piece:
    """A concept, up to *limit* statements that touch it, and up to as many between its neighbours."""
    touching = graph.neighbours([concept], min_belief=min_belief, limit=limit)
    ids = list(dict.fromkeys([concept, *touching["subject"], *touching["object"]]))
    between = graph.between(ids, min_belief=min_belief)
    others = between[~between["statement"].isin(list(touching["statement"]))].head(limit)
    related = pd.concat([touching, others], ignore_index=True) if len(others) else touching
    return with_concepts(graph, related, [concept])


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
    return with_concepts(graph, related, [concept])


def with_concepts(graph: Graph, related: pd.DataFrame, first: Sequence[str]) -> Piece:
    """Statements in the columns of RELATED with the concepts at their ends, *first* before all others."""
    ids = dict.fromkeys([*first, *related["subject"].tolist(), *related["object"].tolist()])
    if "accepted" not in related.columns:
        related = related.assign(accepted=_accepted(graph, related["statement"].tolist()))
    return Piece(graph.concepts(list(ids)), related)


def expanded(graph: Graph, concept: str, found: Expansion, min_belief: float, limit: int) -> Piece:
    """A page of the neighbours of a concept, and up to *limit* statements between them."""
    related, there = found.related, found.neighbours["id"].tolist()
    between = graph.between(there, min_belief=min_belief) if there else related[:0]
    others = between[~between["statement"].isin(related["statement"].tolist())].head(limit)
    if len(others):
        others = others.assign(accepted=_accepted(graph, others["statement"].tolist()))
        related = pd.concat([related, others], ignore_index=True)
    return with_concepts(graph, related, [concept, *there])


def answered(graph: Graph, answer: Answer, min_belief: float) -> Piece:
    """The concepts and statements of an answer; concepts alone come with what joins two of them."""
    concepts = list(answer.concepts)
    if answer.statements or len(concepts) < 2:
        related = stated(graph, answer.statements)
    else:
        related = graph.between(concepts, min_belief=min_belief)
    return with_concepts(graph, related, concepts)


def stated(graph: Graph, statements: Iterable[str]) -> pd.DataFrame:
    """Statements by id, in the order asked, in the columns of RELATED and ``accepted``.

    Unknown, rejected and corrected ones are left out.
    """
    wanted = list(dict.fromkeys(statements))
    with graph.store.reading() as reader:
        rows = reader.select(NODES["Statement"], "id", wanted)
    found = {row["id"]: row for row in NODES["Statement"].dicts(rows)}
    return related_rows(
        [
            row
            for s in wanted
            if (row := found.get(s)) and row["status"] != REJECTED and row["n_evidence"]
        ]
    )


def related_rows(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of the table Statement in the columns of RELATED and ``accepted``, as dicts."""
    columns = {
        c: [r["id" if c == "statement" else c] for r in rows] for c in EDGES["RELATED"].columns
    }
    frame = pd.DataFrame(columns).astype({"first_year": "Int64", "last_year": "Int64"})
    return frame.assign(accepted=[r["status"] == ACCEPTED for r in rows])


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


def called(graph: Graph, concept: str) -> str:
    """Id of the concept of that id or name.

    Raises:
        PolymathError: If nothing answers to it; the message names what comes nearest.
    """
    if len(graph.concepts([concept])):
        return concept
    found = hits(graph, concept, 5)
    if not len(found) or found["score"].iloc[0] < SURE:
        raise PolymathError(not_found(graph, concept, list(found["name"]))[0])
    return str(found["id"].iloc[0])


def not_found(graph: Graph, query: str, names: list[str]) -> tuple[str, list[str]]:
    """A sentence on a name that nothing answers, and the nearest names."""
    near = names or nearest(graph, query)
    hint = "Nearest: " + ", ".join(near) + "." if near else "Try a shorter or more general word."
    return f"No concept is called “{query}”. {hint}", near


def hits_table(found: pd.DataFrame) -> Tables:
    """Hits of a search, ready to be sent."""
    return {"hits": frame_rows(found, _HIT)}


def menu(
    graph: Graph, concept: str, filter: Filter, direction: Direction
) -> tuple[dict[str, int], Tables]:
    """How many neighbours a concept has, and how many each choice leads to by facet, ready to be sent."""
    counted = graph.menu(concept, filter, direction=direction)
    types = {"value": "str", "neighbours": "u", "outward": "u", "inward": "u"}
    totals = {name: int(counted.attrs[name]) for name in ("total", "outward", "inward")}
    return totals, {f: frame_rows(counted[counted["facet"] == f], types) for f in FACETS}


def answer_rows(answer: Answer, canvas: Canvas) -> tuple[Rows, list[str]]:
    """The rows of an answer as texts, with the numbers of node and edge on the canvas; and the columns told.

    Ids that the canvas has numbers for are not sent.
    """
    rows = answer.rows
    told = [c for c in rows.columns if c not in _IDS or pd.api.types.is_numeric_dtype(rows[c])]
    told = [c for c in told if not c.startswith("step")]
    columns = {c: text(_cell(v) for v in rows[c].tolist()) for c in told}
    nowhere: list[Any] = [None] * len(rows)
    which = next((c for c in ("concept", "subject") if c in rows), None)
    nodes = nowhere if which is None else [canvas.number.get(c) for c in rows[which]]
    edges = nowhere if "statement" not in rows else [canvas.edge.get(s) for s in rows["statement"]]
    numbered = {"node": numbers(nodes, "i4"), "edge": numbers(edges, "i4")}
    return (len(rows), {**columns, **numbered}), told


def _cell(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " · ".join(map(str, value))
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.4g}"
    return "" if value is None or value is pd.NA else str(value)


def card_tables(graph: Graph, concept: str, min_belief: float) -> Tables:
    """A concept and its statements, most believed first, ready to be sent."""
    one = graph.concepts([concept])
    related = graph.neighbours([concept], min_belief=min_belief, limit=STATEMENTS)
    rows, columns = frame_rows(related, STATEMENT)
    ids = list(dict.fromkeys([*related["subject"], *related["object"]]))
    names = dict(graph.concepts(ids)[["id", "name"]].itertuples(index=False, name=None))
    named = {
        "subject_name": text(names.get(i, i) for i in related["subject"]),
        "object_name": text(names.get(i, i) for i in related["object"]),
    }
    return {"concept": frame_rows(one, CONCEPT), "statements": (rows, {**columns, **named})}


def as_read(evidence: pd.DataFrame) -> pd.DataFrame:
    """Evidence one work after the other, the newest first; offsets of an end that are not known are missing."""
    found = evidence.sort_values(
        ["year", "work", "score"], ascending=[False, True, False], kind="stable", na_position="last"
    )
    for end in ("subject", "object"):
        known = found[f"{end}_end"] > found[f"{end}_start"]
        for side in (f"{end}_start", f"{end}_end"):
            found[side] = found[side].astype("Int64").where(known)
    return found


def evidence_tables(graph: Graph, statement: str, *, closed: bool = True) -> Tables:
    """A statement with its evidence, one work after the other, the newest first, ready to be sent.

    Args:
        graph: Where it is from.
        statement: Its id.
        closed: Whether to give sentences of sources that are not open, too.

    Offsets are characters into ``passage_text``; where it is not known where the subject or
    the object stands, theirs are missing.

    Raises:
        RecordError: If the graph has no such statement.
    """
    said = graph.statement(statement)
    concepts = graph.concepts([said.subject, said.object]).set_index("id")
    found = as_read(graph.evidence(statement))
    if not closed:
        found = found[found["access"] == OPEN]
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
    return {
        "statement": frame_rows(one, {**STATEMENT, **more}),
        "evidence": frame_rows(found.head(QUOTES), EVIDENCE),
    }
