"""Which concepts are one, as the log says: rows of MATCHES, and RELATED between what they stand for.

A merge is of two things as they stood when it was decided, and is undone by taking its row away:
statements, mentions and evidence keep the concept that they were read with. Two things that were told
apart (``split``) after they were merged are two again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kg.curation.decisions import IDENTITY, active, decisions, in_order
from kg.derived import refresh_related
from kg.identity import EXACT, MATCHES, MERGED, standing_under, stands_for
from kg.model import Decision, Match
from kg.schema import NODES
from kg.stores.base import Reader, Writer

_CONCEPT, _STATEMENT = NODES["Concept"], NODES["Statement"]


def told(reader: Reader, concepts: Iterable[str]) -> list[Decision]:
    """All decisions on what these concepts are, and on what they were merged with, in order."""
    found: dict[str, Decision] = {}
    asked, known = set(concepts), set[str]()
    while asked:
        known |= asked
        fresh = decisions(reader, "concept", asked) + decisions(reader, "other", asked)
        found |= {d.id: d for d in fresh}
        asked = {end for d in fresh for end in (d.concept, d.other) if end} - known
    return in_order(found.values())


def merges(history: Iterable[Decision], there: Collection[str]) -> list[Decision]:
    """The merges that hold of concepts that are *there*: the last of each, unless told apart since.

    Where two curators merged in a circle, the later merge waits.
    """
    last: dict[str, Decision] = {}
    for d in active(list(history)):
        if d.concept not in there or d.other not in there:
            continue
        if d.action == "merge":
            last[d.concept] = d
        elif d.action == "split":
            for concept, other in ((d.concept, d.other), (d.other, d.concept)):
                if concept in last and last[concept].other == other:
                    del last[concept]
    kept: dict[str, Decision] = {}
    for d in in_order(last.values()):
        end = d.other
        while end in kept:
            end = kept[end].other
        if end != d.concept:
            kept[d.concept] = d
    return list(kept.values())


def project_concepts(writer: Writer, concepts: Iterable[str]) -> int:
    """Let these concepts, and all that is merged with them, stand for what the log says.

    Returns rows written.
    """
    history = [d for d in told(writer, concepts) if d.action in (*IDENTITY, "undo")]
    ends = {end for d in history for end in (d.concept, d.other) if end} | set(concepts)
    there = writer.existing(_CONCEPT, ends)
    wanted = {
        Match(concept=d.concept, matched=d.other, relation=EXACT, decision=d.id)
        for d in merges(history, there)
    }
    rows = writer.select(MATCHES, "concept", there)
    held = {m for d in MATCHES.dicts(rows) if (m := Match(**d)).relation == EXACT}
    before = stands_for(writer, there)
    writer.delete(MATCHES, "decision", {m.decision for m in held - wanted})
    written = writer.insert(MATCHES, sorted(MATCHES.rows(wanted - held)))
    now = stands_for(writer, there)
    status = {c: MERGED if c in now else "machine" for c in there}
    known: dict[str, str] = dict(writer.select(_CONCEPT, "id", there, ("id", "status")))
    changed = [(c, s) for c, s in sorted(status.items()) if known[c] != s]
    written += writer.update(_CONCEPT, ("status",), changed)
    moved = {c for c in there if before.get(c) != now.get(c)} | {c for c, _ in changed}
    moved |= standing_under(writer, moved).keys()
    return written + refresh_related(writer, _touching(writer, moved))


def _touching(reader: Reader, concepts: set[str]) -> set[str]:
    return {
        id_
        for end in ("subject", "object")
        for (id_,) in reader.select(_STATEMENT, end, concepts, ("id",))
    }
