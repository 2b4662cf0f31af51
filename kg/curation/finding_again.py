"""Decisions whose thing has another id now: found by its names and its sentences.

An id changes where a vocabulary comes to know a name (``local:term/graphene`` is ``pm:graphene``
now). A decision about the old one waits. Here it is repeated for the new one, as a decision of the
same person and hour that says what it ``carries``; what is not found is told, and goes on waiting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kg.curation.correcting import project_statements, quote_key
from kg.curation.deciding import decision_id
from kg.curation.decisions import IDENTITY, active, in_order, read_json
from kg.curation.log import people
from kg.curation.merging import project_concepts
from kg.ids import canonical_json, canonical_name
from kg.model import Decision
from kg.schema import NODES
from kg.stores.base import Reader, Store

_STATEMENT, _CONCEPT, _EVIDENCE = NODES["Statement"], NODES["Concept"], NODES["Evidence"]
_DECISION = NODES["Decision"]


@dataclass(slots=True)
class FoundAgain:
    """What became of decisions that were looked for.

    Attributes:
        held: Decisions that hold and whose thing is in the graph by its own id.
        carried: Decisions that were repeated for a thing of another id.
        waiting: A sentence for each that was not found.
    """

    held: int = 0
    carried: int = 0
    waiting: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"{self.held:,} decisions hold, {self.carried:,} of them found by name"
        return "\n".join([f"{told}; {len(self.waiting):,} wait.", *self.waiting])


@dataclass(slots=True)
class _Index:
    """Where names and sentences lead, in the graph as it is."""

    concepts: dict[str, list[tuple[str, str]]]  # a name: ids and kinds
    statements: dict[tuple[str, str, str], list[str]]  # subject, predicate, object: ids
    quotes: dict[tuple[str, str], list[str]]  # predicate, sentence: ids of statements
    ends: dict[str, tuple[str, str]]
    kinds: dict[str, str]

    def concept(self, about: dict[str, Any]) -> str:
        """The only concept of that name, or the only one of that name and kind; else ""."""
        found = self.concepts.get(_key(about.get("name", "")), [])
        alike = [c for c, kind in found if kind == about.get("kind")]
        return _only(alike) or _only([c for c, _ in found])

    def statement(self, about: dict[str, Any]) -> str:
        """The statement of these names, or failing that of this sentence; "" unless it is one."""
        predicate, quotes = about.get("predicate", ""), about.get("quotes", ())
        ends = [self._named(about.get(end, {})) for end in ("subject", "object")]
        said = {s for q in quotes for s in self.quotes.get((predicate, q), ())}
        named = {
            s for a in ends[0] for b in ends[1] for s in self.statements.get((a, predicate, b), ())
        }
        if len(named) > 1:
            named = (named & said) or {s for s in named if self._kinds(s) == _kinds_in(about)}
        if named:
            return _only(sorted(named))
        # A sentence alone may say the reverse too, so one of the two must have kept its name.
        return _only(
            sorted(s for s in said if any(e in n for e, n in zip(self.ends[s], ends, strict=True)))
        )

    def _named(self, about: dict[str, Any]) -> set[str]:
        return {c for c, _ in self.concepts.get(_key(about.get("name", "")), ())}

    def _kinds(self, statement: str) -> tuple[str, str]:
        a, b = self.ends[statement]
        return self.kinds[a], self.kinds[b]


def _kinds_in(about: dict[str, Any]) -> tuple[str, str]:
    return about.get("subject", {}).get("kind", ""), about.get("object", {}).get("kind", "")


def _only(found: Sequence[str]) -> str:
    return found[0] if len(found) == 1 else ""


def _key(name: str) -> str:
    return canonical_name(name).casefold()


def _index(reader: Reader) -> _Index:
    concepts: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    kinds: dict[str, str] = {}
    for id_, name, kind, aliases in reader.select(
        _CONCEPT, None, (), ("id", "name", "kind", "aliases")
    ):
        kinds[id_] = kind
        for one in (name, *aliases):
            concepts[_key(one)][id_, kind] = None
    statements: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    ends, predicates = {}, {}
    for id_, a, predicate, b in reader.select(
        _STATEMENT, None, (), ("id", "subject", "predicate", "object")
    ):
        statements[a, predicate, b].append(id_)
        ends[id_], predicates[id_] = (a, b), predicate
    quotes: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for statement, quote in reader.select(_EVIDENCE, None, (), ("statement", "quote")):
        quotes[predicates[statement], quote_key(quote)][statement] = None
    return _Index(
        {k: sorted(v) for k, v in concepts.items()},
        statements,
        {k: list(v) for k, v in quotes.items()},
        ends,
        kinds,
    )


def find_again(store: Store) -> FoundAgain:
    """Let decisions that wait hold for what they are about, if it is there under another id."""
    found = FoundAgain()
    with store.writing() as writer:
        history = in_order(Decision(**d) for d in _DECISION.dicts(writer.select(_DECISION)))
        names = people(writer, history)
        known = {read_json(d.detail).get("carries", "") for d in history}
        # What a correction leads to is there only once the correction holds, so it is looked for again.
        while True:
            waiting = _waiting(writer, active(history))
            index = _index(writer) if any(d.id not in known for d in waiting) else None
            fresh = []
            for decision in waiting:
                if index is not None and decision.id not in known:
                    carried = _carried(index, decision)
                    if carried is not None:
                        fresh.append(carried)
                        known.add(decision.id)
            if not fresh:
                break
            writer.insert(_DECISION, _DECISION.rows(fresh))
            history = in_order([*history, *fresh])
            found.carried += len(fresh)
            project_concepts(writer, {c for d in fresh for c in (d.concept, d.other) if c})
            project_statements(writer, {d.statement for d in fresh if d.statement})
        left = [d for d in waiting if d.id not in known]
        found.waiting = [_sentence(d, names.get(d.agent, d.agent)) for d in left]
        found.held = len(active(history)) - len(waiting)
    return found


def _waiting(reader: Reader, holding: Iterable[Decision]) -> list[Decision]:
    """Those that are about what the graph does not have by this id."""
    holding = list(holding)
    statements = {d.statement for d in holding if d.statement}
    concepts = {c for d in holding for c in (d.concept, d.other) if c}
    there = reader.existing(_STATEMENT, statements) | reader.existing(_CONCEPT, concepts)
    return [d for d in holding if not {d.statement, d.concept, d.other} - {""} <= there]


def _carried(index: _Index, decision: Decision) -> Decision | None:
    about = read_json(decision.detail).get("about", {})
    after = read_json(decision.after)
    if decision.action in IDENTITY:
        ends = {end: index.concept(about.get(end, {})) for end in ("concept", "other")}
        if not all(ends.values()) or ends["concept"] == ends["other"]:
            return None
        merged = {"stands_for": ends["other"]}
        after = merged if decision.action == "merge" else {"apart": sorted(ends.values())}
        moved = replace(decision, **ends)
    else:
        statement = index.statement(about)
        if not statement or statement == decision.statement:
            return None
        if decision.action == "flip":
            subject, object_ = index.ends[statement]
            after = {"subject": object_, "object": subject}
        if decision.action == "relink":
            ends = {end: index.concept(about) for end, about in after.get("names", {}).items()}
            if not all(ends.values()) and not after.get("made"):
                return None
            after |= {end: c for end, c in ends.items() if c}
        moved = replace(
            decision,
            statement=statement,
            concept=after.get("subject", "") if decision.concept else "",
            other=after.get("object", "") if decision.other else "",
        )
    detail = read_json(decision.detail) | {"carries": decision.id}
    moved = replace(moved, after=canonical_json(after), detail=canonical_json(detail))
    return replace(moved, id=decision_id(moved))


_DONE: dict[str, Callable[[dict[str, Any]], str]] = {
    "accept": lambda _: "accepted",
    "reject": lambda _: "rejected",
    "skip": lambda _: "skipped",
    "flip": lambda _: "turned round",
    "predicate": lambda after: f"changed to {after.get('predicate', '?')}",
    "relink": lambda _: "linked anew",
    "assertion": lambda after: f"marked {after.get('assertion', '?')}",
    "span": lambda _: "marked the words of",
    "merge": lambda _: "merged",
    "split": lambda _: "told apart",
}


def _sentence(decision: Decision, by: str) -> str:
    about = read_json(decision.detail).get("about", {})
    done = _DONE[decision.action](read_json(decision.after))
    if decision.action in IDENTITY:
        names = [about.get(end, {}).get("name", "?") for end in ("concept", "other")]
        what, lacks = " and ".join(repr(n) for n in names), "no one concept of each of these names"
    else:
        ends = [about.get(end, {}).get("name", "?") for end in ("subject", "object")]
        what = f"'{ends[0]} {about.get('predicate', '?')} {ends[1]}'"
        lacks = "no one statement of these names or sentences"
    return f"{by} {done} {what} on {decision.at[:10]}; {lacks} is in the graph, so {decision.id} waits."
