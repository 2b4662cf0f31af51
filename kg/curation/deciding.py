"""One decision more: what it is about, what it changes, and whom it contradicts.

Deciding takes the graph's write lock, so decisions come one after the other whoever takes them. Two
people contradict each other where the later one had not seen the earlier decision: the later one
holds, and both are told in :func:`kg.curation.log.conflicts` until somebody who saw both decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kg.curation.correcting import named, project_statements, quote_key, read_evidence
from kg.curation.decisions import (
    CORRECTIONS,
    IDENTITY,
    VERDICTS,
    Action,
    active,
    decisions,
    read_json,
    status_of,
)
from kg.curation.merging import project_concepts, told
from kg.errors import RecordError
from kg.identity import stands_for
from kg.ids import canonical_json, concept_id, digest
from kg.model import Agent, Concept, Decision, Evidence, Statement
from kg.schema import NODES
from kg.stores.base import Reader, Writer

ASSERTIONS = ("affirmed", "negated", "hypothetical", "question", "comparative", "future")
QUOTES = 5
"""So many of a statement's sentences are remembered, to find it again by."""
_STATEMENT, _CONCEPT, _DECISION = NODES["Statement"], NODES["Concept"], NODES["Decision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to decide.

    Args:
        action: See :data:`kg.curation.decisions.Action`.
        statement: What it is about, unless it is about concepts.
        concept: The concept that is merged, or one of two that are told apart; of a statement
            that is linked anew, its subject.
        other: The concept that stands for both, or the other of the two; or the object.
        after: What is to be (of a correction, see :func:`kg.curation.correcting.corrected`).
        evidence: Which evidence a correction corrects; all that the statement has, if empty.
        undoes: The decision that is taken back.
        reason: Why.
        seen: The last decision about this that its author knew; "" for none.
        at: When; now, if empty.
        came: The ``key`` it has in the file that it came in, and the time it has there (``at``).
    """

    action: Action
    statement: str = ""
    concept: str = ""
    other: str = ""
    after: dict[str, Any] = field(default_factory=dict)
    evidence: Sequence[str] = ()
    undoes: str = ""
    reason: str = ""
    seen: str = ""
    at: str = ""
    came: Mapping[str, str] = field(default_factory=dict)


def agent_id(name: str) -> str:
    """The id of a curator called *name*."""
    return f"person:{' '.join(name.split())}"


def add(writer: Writer, wishes: Iterable[Wish], by: str) -> list[Decision]:
    """Write decisions and what follows from them.

    Args:
        writer: A write transaction.
        wishes: What is decided, in order.
        by: Name of the person who decides.

    Raises:
        RecordError: If what is decided about is not there, or the decision says nothing.
    """
    name = " ".join(by.split())
    if not name:
        raise RecordError("A decision needs the name of who takes it; say by='your name'.")
    agent = agent_id(name)
    if not writer.existing(NODES["Agent"], [agent]):
        writer.insert(NODES["Agent"], NODES["Agent"].rows([Agent(id=agent, name=name)]))
    made: list[Decision] = []
    statements: set[str] = set()
    concepts: set[str] = set()
    for wish in _spread(writer, wishes):
        decision = (_about_statement if wish.statement else _about_concepts)(writer, wish, agent)
        writer.insert(_DECISION, _DECISION.rows([decision]))
        made.append(decision)
        statements |= {decision.statement} - {""}
        if not decision.statement:
            concepts |= {decision.concept, decision.other}
            project_concepts(writer, concepts)  # the next wish may be about what it makes one
            concepts.clear()
        elif decision.action in CORRECTIONS or decision.action == "undo":
            project_statements(writer, statements)
            statements.clear()
    if statements:
        project_statements(writer, statements)
    return made


def _spread(reader: Reader, wishes: Iterable[Wish]) -> Iterator[Wish]:
    """Wishes in order; who takes back what was repeated for another id takes that back too."""
    for wish in wishes:
        if wish.action != "undo":
            yield wish
            continue
        wish = _undoing(reader, wish)
        yield wish
        about = (_STATEMENT, wish.statement) if wish.statement else (_CONCEPT, wish.concept)
        if reader.existing(about[0], [about[1]]):
            continue
        for id_, detail in reader.select(_DECISION, None, (), ("id", "detail")):
            if wish.undoes in detail and read_json(detail).get("carries") == wish.undoes:
                yield _undoing(reader, replace(wish, undoes=id_))


def _undoing(reader: Reader, wish: Wish) -> Wish:
    rows = _DECISION.dicts(reader.select(_DECISION, "id", [wish.undoes]))
    if not rows:
        raise RecordError(f"There is no decision {wish.undoes!r} to take back.")
    old = Decision(**rows[0])
    column = "statement" if old.statement else "concept"
    history = decisions(reader, column, [old.statement or old.concept])
    if any(d.undoes == old.id for d in active_undos(history)):
        raise RecordError(f"The decision {old.id!r} is taken back already.")
    return replace(wish, statement=old.statement, concept=old.concept, other=old.other)


def active_undos(history: Sequence[Decision]) -> list[Decision]:
    """The undos that hold: those that no later undo took back."""
    gone: set[str] = set()
    kept = []
    for d in reversed(history):
        if d.id not in gone and d.action == "undo":
            gone.add(d.undoes)
            kept.append(d)
    return kept


# --------------------------------------------------------------------------- statements


def _about_statement(writer: Writer, wish: Wish, agent: str) -> Decision:
    rows = _STATEMENT.dicts(writer.select(_STATEMENT, "id", [wish.statement]))
    if not rows and wish.action != "undo":
        raise RecordError(
            f"The graph has no statement {wish.statement!r} to decide about; it may have gone with "
            "its source."
        )
    history = decisions(writer, "statement", [wish.statement])
    before: dict[str, Any] = {"status": status_of(active(history))}
    after, detail = dict(wish.after), dict[str, Any]()
    if rows:
        statement = Statement(**rows[0])
        said = [e for e in read_evidence(writer, "statement", [statement.id]) if not e.replaced_by]
        detail["about"] = _names(writer, statement, said)
        if wish.action in CORRECTIONS:
            chosen = _chosen(said, wish)
            before |= {k: getattr(statement, k) for k in ("subject", "predicate", "object")}
            before["assertions"] = sorted({e.assertion for e in chosen})
            after = _checked(statement, chosen, wish)
            detail["evidence"] = [named(e) for e in chosen]
    if wish.action in VERDICTS:
        after = {"status": VERDICTS[wish.action]}
    if wish.action == "undo":
        undo = Decision(id="?", action="undo", undoes=wish.undoes)
        after = {"status": status_of(active([*history, undo]))}
    return _finished(wish, agent, history, before, after, detail)


def _names(reader: Reader, statement: Statement, said: Sequence[Evidence]) -> dict[str, Any]:
    ends = reader.select(
        _CONCEPT, "id", {statement.subject, statement.object}, ("id", "name", "kind")
    )
    called = {i: {"name": name, "kind": kind} for i, name, kind in ends}
    return {
        "subject": called.get(statement.subject, {}),
        "predicate": statement.predicate,
        "object": called.get(statement.object, {}),
        "quotes": sorted({quote_key(e.quote) for e in said})[:QUOTES],
    }


def _chosen(said: Sequence[Evidence], wish: Wish) -> list[Evidence]:
    if not wish.evidence:
        return list(said)
    wanted = set(wish.evidence)
    chosen = [e for e in said if e.id in wanted]
    if missing := wanted - {e.id for e in chosen}:
        raise RecordError(
            f"The evidence {min(missing)!r} does not (or no longer) say the statement "
            f"{wish.statement!r}; ask graph.evidence(…) for what does."
        )
    return chosen


def _checked(statement: Statement, chosen: Sequence[Evidence], wish: Wish) -> dict[str, Any]:
    """What a correction is to make, complete; a clear sentence if it makes nothing."""
    after = dict(wish.after)
    if wish.action == "flip":
        after = {"subject": statement.object, "object": statement.subject}
        if statement.subject == statement.object:
            raise RecordError(
                f"{statement.id} has the same subject and object: no other direction."
            )
    if wish.action == "predicate" and after.get("predicate") == statement.predicate:
        raise RecordError(f"{statement.id} has the predicate {statement.predicate!r} already.")
    if not chosen:
        raise RecordError(f"No sentence says {statement.id} any more, so there is none to correct.")
    if wish.action == "relink":
        ends = (after.get("subject", statement.subject), after.get("object", statement.object))
        if ends == (statement.subject, statement.object):
            raise RecordError(f"{statement.id} is about these two already.")
    if wish.action == "assertion" and after["assertion"] not in ASSERTIONS:
        raise RecordError(
            f"A sentence is one of {', '.join(ASSERTIONS)}, not {after['assertion']!r}."
        )
    return after


def relink_wish(
    reader: Reader,
    statement: str,
    evidence: Sequence[str],
    ends: Mapping[str, str | Concept],
) -> Wish:
    """The wish that sentences speak of other concepts than they were read to.

    Args:
        reader: The graph.
        statement: What they were read to say.
        evidence: Which sentences; all, if empty.
        ends: The ``subject`` or ``object`` that is meant: the id of a concept, or one to make.

    Raises:
        RecordError: If there is no such concept, or one to make has not the id of its name.
    """
    ids = {end: c if isinstance(c, str) else c.id for end, c in ends.items()}
    made = [c for c in ends.values() if isinstance(c, Concept)]
    for c in made:
        if c.id != concept_id(c.kind, c.name):
            raise RecordError(
                f"A concept that is made has the id of its kind and name, {concept_id(c.kind, c.name)!r}."
            )
    rows = reader.select(_CONCEPT, "id", set(ids.values()), ("id", "name", "kind"))
    named = {c.id: {"name": c.name, "kind": c.kind} for c in made}
    named |= {i: {"name": name, "kind": kind} for i, name, kind in rows}
    if missing := set(ids.values()) - named.keys():
        raise RecordError(f"The graph has no concept {min(missing)!r} to link to.")
    after: dict[str, Any] = {**ids, "names": {end: named[i] for end, i in ids.items()}}
    if made:
        after["made"] = [{"id": c.id, "name": c.name, "kind": c.kind} for c in made]
    return Wish(
        action="relink",
        statement=statement,
        # Named in columns, so that a concept that comes later finds who waits for it.
        concept=ids.get("subject", ""),
        other=ids.get("object", ""),
        after=after,
        evidence=evidence,
    )


def span_wish(reader: Reader, evidence: str, spans: Mapping[str, tuple[int, int]]) -> Wish:
    """The wish that the words of a piece of evidence stand elsewhere in its passage.

    Args:
        reader: The graph.
        evidence: Its id.
        spans: The first character in the passage and the one after the last, of the ``subject``,
            the ``object`` or the whole ``quote``.

    Raises:
        RecordError: If there is no such evidence, or a span does not lie in the passage.
    """
    found = read_evidence(reader, "id", [evidence])
    if not found:
        raise RecordError(f"The graph has no evidence {evidence!r} to correct.")
    if not spans:
        raise RecordError("Say which span is wrong: subject, object or quote.")
    (one,) = found
    ((text,),) = reader.select(NODES["Passage"], "id", [one.passage], ("text",))
    after: dict[str, Any] = {}
    for name, (start, end) in spans.items():
        if not 0 <= start < end <= len(text):
            raise RecordError(
                f"{name} ({start}, {end}) does not lie in the passage, which has {len(text)} "
                "characters."
            )
        after[f"{name}_span"] = [start - one.start, end - one.start]
        if name == "quote":
            after["quote"] = text[start:end]
    return Wish(action="span", statement=one.statement, after=after, evidence=(evidence,))


# --------------------------------------------------------------------------- concepts


def _about_concepts(writer: Writer, wish: Wish, agent: str) -> Decision:
    ends = [c for c in (wish.concept, wish.other) if c]
    known: dict[str, str] = dict(writer.select(_CONCEPT, "id", ends, ("id", "name")))
    if wish.action != "undo" and (missing := [c for c in ends if c not in known]):
        raise RecordError(f"The graph has no concept {missing[0]!r} to decide about.")
    now, wished = stands_for(writer, ends), (wish.concept, wish.other)
    before: dict[str, Any] = {"stands_for": now.get(wish.concept, wish.concept)}
    after: dict[str, Any] = {}
    if wish.action == "merge":
        # A concept is merged once: what stands for it already is merged instead.
        concept, standing = (now.get(c, c) for c in ends)
        if concept == standing:
            raise RecordError(f"{wish.concept!r} and {wish.other!r} are one already.")
        wish, after = replace(wish, concept=concept), {"stands_for": standing}
        before = {"stands_for": concept}
        known |= dict(writer.select(_CONCEPT, "id", [concept], ("id", "name")))
    if wish.action == "split":
        after = {"apart": sorted(ends)}
    history = told(writer, [wish.concept, wish.other])
    kinds: dict[str, str] = dict(writer.select(_CONCEPT, "id", known, ("id", "kind")))
    detail: dict[str, Any] = {
        "about": {
            end: {"name": known[c], "kind": kinds[c]}
            for end, c in (("concept", wish.concept), ("other", wish.other))
            if c in known
        }
    }
    return _finished(wish, agent, history, before, after, detail, wished)


# --------------------------------------------------------------------------- all


def _finished(
    wish: Wish,
    agent: str,
    history: Sequence[Decision],
    before: dict[str, Any],
    after: dict[str, Any],
    detail: dict[str, Any],
    wished: tuple[str, str] | None = None,
) -> Decision:
    decision = Decision(
        id="",
        action=wish.action,
        statement=wish.statement,
        concept=wish.concept,
        other=wish.other,
        undoes=wish.undoes,
        agent=agent,
        reason=wish.reason,
        before=canonical_json(before),
        after=canonical_json(after),
        at=_later(wish.at, history),
    )
    if wish.seen:
        detail["seen"] = wish.seen
    if wish.came:
        detail["came"] = dict(wish.came)
    meant = replace(decision, detail=canonical_json(detail))
    if wished:
        meant = replace(meant, concept=wished[0], other=wished[1])
    if found := contradicted(meant, history, wish.seen):
        detail["conflicts"] = found
    decision = replace(decision, detail=canonical_json(detail))
    return replace(decision, id=decision_id(decision))


def decision_id(decision: Decision) -> str:
    """Hash of all that a decision says."""
    columns = [c for c in _DECISION.columns if c != "id"]
    return "de:" + digest(*(getattr(decision, c) for c in columns))


def read_time(at: str) -> datetime:
    """A time as ISO 8601 has it, in UTC where it names no zone.

    Raises:
        RecordError: If it is none.
    """
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise RecordError(
            f"{at!r} is no time of ISO 8601, such as 2026-11-23T08:00:00+00:00."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _later(at: str, history: Sequence[Decision]) -> str:
    """*at* or now, and in any case after the last decision about the same thing."""
    moment = now = datetime.now(UTC)
    if at:
        moment = min(read_time(at), now)  # a clock that is ahead must not hold back who comes later
    if history:
        last = datetime.fromisoformat(history[-1].at)
        moment = max(moment, last + timedelta(microseconds=1))
    return moment.isoformat(timespec="microseconds")


def contradicted(decision: Decision, history: Sequence[Decision], seen: str) -> list[str]:
    """Ids of the decisions of others that this one differs from and whose author had not seen them."""
    if decision.action in ("skip", "undo"):
        return []
    known = [i for i, d in enumerate(history) if d.id == seen]
    unseen = {d.id for d in history[known[0] + 1 if known else 0 :]}
    return [
        d.id
        for d in active(history)
        if d.id in unseen and d.agent != decision.agent and differ(d, decision)
    ]


def differ(one: Decision, other: Decision) -> bool:
    """Whether two decisions cannot both be right."""
    kinds = {_kind(one.action), _kind(other.action)}
    if kinds == {"verdict"} or kinds == {"verdict", "triple"}:
        return (one.action, one.after) != (other.action, other.after)
    if kinds == {"triple"} or (len(kinds) == 1 and one.action in CORRECTIONS):
        return one.after != other.after and _same_evidence(one, other)
    if kinds == {"identity"}:
        if {one.concept, one.other} == {other.concept, other.other}:
            return one.action != other.action
        both = {one.action, other.action} == {"merge"}
        return both and one.concept == other.concept and one.other != other.other
    return False


def _kind(action: str) -> str:
    if action in VERDICTS:
        return "verdict"
    if action in ("flip", "predicate"):
        return "triple"
    return "identity" if action in IDENTITY else action


def _same_evidence(one: Decision, other: Decision) -> bool:
    ids = [{e["id"] for e in read_json(d.detail).get("evidence", ())} for d in (one, other)]
    return bool(ids[0] & ids[1])


def as_json(decision: Decision) -> dict[str, Any]:
    """A decision as a mapping whose JSON columns are mappings too."""
    out = _DECISION.record_dict(decision)
    for column in ("before", "after", "detail"):
        out[column] = json.loads(out[column])
    return out
