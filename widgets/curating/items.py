"""What a curator sees of what is to be decided: a statement, or two concepts that may be one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kg.curation import log
from kg.curation.decisions import active, decisions
from kg.curation.merging import told
from kg.errors import RecordError
from kg.graph import Graph
from kg.identity import standing_under
from kg.licences import OPEN
from kg.model import Decision
from kg.ontology import ASSERTED, allows
from kg.schema import NODES
from widgets import answers
from widgets.answers import Tables, predicate_label
from widgets.curating.dealing import Thing
from widgets.protocol import Rows, frame_rows

SAMPLES = 3
"""Sentences that are shown of each of two concepts."""
CARD = ("id", "name", "kind", "disciplines", "n_works", "aliases", "surfaces", "definition")
_REASON = re.compile(r"(.+?) \((\d\.\d\d)\)(?:; |$)", re.DOTALL)

Item = tuple[dict[str, Any], Tables]


def item(graph: Graph, thing: Thing, *, closed: bool = True) -> Item:
    """All that is shown of a thing now, as words and as tables.

    Args:
        graph: The graph that has it.
        thing: What is decided about.
        closed: Whether to give sentences of sources that are not open, too.

    Returns:
        ``sort``, ``id``, ``other``; ``subject`` and ``object`` (or ``one``, which would be merged,
        and ``into``), each with :data:`CARD`; ``history`` and ``conflicts``, rows of the log;
        ``last``, its last decision; ``hidden``, how many sentences are not given. The tables of
        :func:`widgets.answers.evidence_tables` for a statement; ``one`` and ``into`` for a pair,
        sentences in the columns of evidence.

    Raises:
        RecordError: If the graph has it no more.
    """
    return (_statement if thing.sort == "statement" else _pair)(graph, thing, closed)


def _statement(graph: Graph, thing: Thing, closed: bool) -> Item:
    said = graph.statement(thing.id)
    tables = answers.evidence_tables(graph, thing.id, closed=closed)
    ends = _cards(graph, [said.subject, said.object])
    kinds = ends[0]["kind"], ends[1]["kind"]
    fields = {
        **_told(graph, thing),
        "subject": ends[0],
        "object": ends[1],
        "predicate": said.predicate,
        "belief": said.belief,
        "status": said.status,
        "polarity": said.polarity,
        "n_evidence": said.n_evidence,
        "n_works": said.n_works,
        "hidden": 0 if closed else max(said.n_evidence - tables["evidence"][0], 0),
        "allowed": [p for p in ASSERTED if allows(p, *kinds)],
    }
    return fields, tables


def _pair(graph: Graph, thing: Thing, closed: bool) -> Item:
    one, into = _cards(graph, [thing.id, thing.other])
    fields = {**_told(graph, thing), "one": one, "into": into}
    return fields, {
        "one": _sample(graph, thing.id, closed),
        "into": _sample(graph, thing.other, closed),
    }


def _cards(graph: Graph, ids: list[str]) -> list[dict[str, Any]]:
    found = graph.concepts(ids).set_index("id", drop=False)[list(CARD)].to_dict("index")
    if missing := [i for i in ids if i not in found]:
        raise RecordError(f"The graph has no concept {missing[0]!r} any more; go on to the next.")
    with graph.store.reading() as reader:
        under: dict[str, list[str]] = {}
        for below, above in standing_under(reader, set(ids)).items():
            under.setdefault(above, []).append(below)
    merged = graph.concepts([c for several in under.values() for c in several])
    names = {c["id"]: (c["name"], c["kind"]) for c in merged.to_dict("records")}
    return [
        {
            **{str(k): list(v) if isinstance(v, tuple) else v for k, v in found[i].items()},
            "standing_for": [
                {"id": c, "name": names[c][0], "kind": names[c][1]}
                for c in sorted(under.get(i, ()))
                if c in names
            ],
        }
        for i in ids
    ]


def _sample(graph: Graph, concept: str, closed: bool) -> Rows:
    """A few sentences that speak of a concept, of different statements, the most believed first."""
    with graph.store.reading() as reader:
        rows = [
            (belief, id_)
            for end in ("subject", "object")
            for id_, belief in reader.select(NODES["Statement"], end, [concept], ("id", "belief"))
        ]
    ids = [id_ for _, id_ in sorted(rows, key=lambda r: (-r[0], r[1]))[: SAMPLES * 2]]
    found = graph.evidence(ids)
    if not closed:
        found = found[found["access"] == OPEN]
    found = found.drop_duplicates(["passage", "start"]).drop_duplicates("statement").head(SAMPLES)
    return frame_rows(answers.as_read(found), answers.EVIDENCE)


# --------------------------------------------------------------------------- what was decided


def _told(graph: Graph, thing: Thing) -> dict[str, Any]:
    with graph.store.reading() as reader:
        if thing.sort == "statement":
            history = decisions(reader, "statement", [thing.id])
        else:
            ends = {thing.id, thing.other}
            history = [d for d in told(reader, ends) if {d.concept, d.other} & ends]
        table = log.as_table(reader, history)
        found = log.conflicts_among(reader, history)
    rows = table.to_dict("records")
    by_id = {row["id"]: row for row in rows}
    said = {row["id"]: in_words({str(k): v for k, v in row.items()}) for row in rows}
    return {
        "sort": thing.sort,
        "id": thing.id,
        "other": thing.other,
        "history": [
            {
                "id": row["id"],
                "at": row["at"],
                "by": row["by"],
                "action": row["action"],
                "words": said[row["id"]],
                "why": row["reason"],
                "undone": bool(row["undone"]),
            }
            for row in rows
        ],
        "conflicts": [
            {
                **{k: row[k] for k in ("by", "action", "at", "against_by", "against_at")},
                "decision": row["decision"],
                "words": said[row["decision"]],
                "why": by_id[row["decision"]]["reason"],
                "against_words": said.get(row["against"], row["against_action"]),
                "against_why": by_id.get(row["against"], {}).get("reason", ""),
            }
            for row in found.to_dict("records")
            if not row["resolved"]
        ],
        "last": history[-1].id if history else "",
        "decided_by": _deciders(history, rows),
    }


def _deciders(history: list[Decision], rows: list[Any]) -> list[str]:
    """Who took the decisions that hold."""
    name = {row["id"]: row["by"] for row in rows}
    return list(dict.fromkeys(name[d.id] for d in active(history) if d.action != "skip"))


_WORDS = {
    "accept": "accepted it",
    "reject": "rejected it",
    "skip": "skipped it",
    "flip": "turned it round",
    "relink": "linked it to another concept",
    "span": "moved the words",
    "undo": "took a decision back",
}


def in_words(row: Mapping[str, Any]) -> str:
    """What a row of the log says that was done, as the end of a sentence that begins with who did it.

    >>> in_words({"action": "predicate", "after": {"predicate": "enables"}})
    'said that it reads “enables”'
    """
    action, after = str(row["action"]), row.get("after") or {}
    if action == "predicate":
        return f"said that it reads “{predicate_label(str(after.get('predicate', '')))}”"
    if action == "assertion":
        return f"marked it as {after.get('assertion', '')}"
    if action == "relink":
        names = [
            f"{n.get('name', '')} ({n.get('kind', '')})"
            for n in dict(after.get("names") or {}).values()
        ]
        return f"linked it to {' and '.join(names)}" if names else _WORDS[action]
    if action == "merge":
        return "said that they are one"
    if action == "split":
        return "said that they are not one"
    return _WORDS.get(action, action)


def reasons(text: str) -> list[tuple[str, float]]:
    """Reasons for or against a pair, as :func:`kg.curation.candidates.candidates` tells them.

    >>> reasons("'a' and 'b' differ by a letter (0.60); 2 of 9 neighbours are shared (0.07)")
    [("'a' and 'b' differ by a letter", 0.6), ('2 of 9 neighbours are shared', 0.07)]
    """
    return [(words, float(weight)) for words, weight in _REASON.findall(text)]


def headline(fields: Mapping[str, Any]) -> str:
    """What is decided about, in one line of plain text."""
    if fields["sort"] == "pair":
        return f"{fields['one']['name']} = {fields['into']['name']}?"
    label = predicate_label(fields["predicate"])
    return f"{fields['subject']['name']} — {label} → {fields['object']['name']}"


def ranked(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a ranking as words and numbers that the page shows."""
    kept = {k: round(float(row[k]), 3) for k in ("score", "doubt", "reach", "novelty")}
    if "reason" in row:
        return {**kept, "reason": str(row["reason"]), "probability": float(row["probability"])}
    return {
        **kept,
        "rank": float(row["rank"]),
        "for": reasons(str(row["for_it"])),
        "against": reasons(str(row["against"])),
    }
