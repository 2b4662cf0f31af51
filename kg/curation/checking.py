"""Does a graph obey its log? Every status, correction and merge against the decisions that hold."""

from __future__ import annotations

from collections.abc import Iterator

from kg.curation.correcting import read_evidence, replacement
from kg.curation.decisions import CORRECTIONS, active, decisions, in_order, status_of
from kg.curation.log import whole
from kg.curation.merging import merges
from kg.identity import EXACT, MATCHES
from kg.model import Decision, Match, Statement
from kg.schema import NODES
from kg.stores.base import Reader, Store

_STATEMENT, _CONCEPT = NODES["Statement"], NODES["Concept"]
BATCH = 1_000


def broken(store: Store) -> Iterator[tuple[int, list[str]]]:
    """How many decided things were checked, and a sentence for each that is not as was decided."""
    history = whole(store)
    decided = sorted({d.statement for d in history if d.statement})
    with store.reading() as reader:
        for start in range(0, len(decided), BATCH):
            some = decided[start : start + BATCH]
            yield len(some), list(_statements(reader, some))
        yield len(history), list(_concepts(reader, history))


def _statements(reader: Reader, ids: list[str]) -> Iterator[str]:
    there = [Statement(**d) for d in _STATEMENT.dicts(reader.select(_STATEMENT, "id", ids))]
    told: dict[str, list[Decision]] = {}
    for d in decisions(reader, "statement", ids):
        told.setdefault(d.statement, []).append(d)
    said = read_evidence(reader, "statement", [s.id for s in there])
    for s in there:
        holding = active(told[s.id])
        if s.status != status_of(holding):
            yield f"Statement {s.id} is {s.status}, and was decided to be {status_of(holding)}."
        corrections = [d for d in holding if d.action in CORRECTIONS]
        for e in said:
            if e.statement == s.id:
                now = replacement(reader, s, e, corrections)
                if e.replaced_by != (now[1].id if now else ""):
                    yield f"Evidence {e.id} is not replaced as was decided."


def _concepts(reader: Reader, history: list[Decision]) -> Iterator[str]:
    named = {c for d in history for c in (d.concept, d.other) if c}
    there = reader.existing(_CONCEPT, named)
    wanted = {
        Match(concept=d.concept, matched=d.other, relation=EXACT, decision=d.id)
        for d in merges(in_order(history), there)
    }
    held = {Match(**d) for d in MATCHES.dicts(reader.select(MATCHES))}
    for m in sorted(wanted ^ {m for m in held if m.relation == EXACT}, key=lambda m: m.concept):
        yield f"Concept {m.concept} is not merged as was decided ({m.decision})."
