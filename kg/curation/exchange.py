"""The log of decisions as a file, one line of JSON a decision, for people and other graphs.

The file is what to keep under version control: a graph that is built anew from its sources and this
file is the graph that was (:func:`read`). It repeats no sentences, only hashes of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from kg.curation.correcting import project_statements
from kg.curation.deciding import agent_id, as_json, decision_id, read_time
from kg.curation.decisions import Action, in_order, read_json
from kg.curation.finding_again import FoundAgain, find_again
from kg.curation.log import people, whole
from kg.curation.merging import project_concepts
from kg.errors import RecordError
from kg.ids import canonical_json
from kg.model import Agent, Decision
from kg.schema import NODES
from kg.stores.base import Store
from kg.whole_file import write_whole

FORMAT = "polymath-decision/1"
_DECISION, _AGENT = NODES["Decision"], NODES["Agent"]
_JSON = ("before", "after", "detail")


@dataclass(frozen=True, slots=True)
class Applied:
    """What reading a log did: lines in the file, decisions that were new, and what became of all."""

    lines: int
    new: int
    found: FoundAgain

    def __str__(self) -> str:
        return f"{self.lines:,} decisions read, {self.new:,} of them new. {self.found}"


def write(store: Store, path: Path) -> int:
    """Write all decisions, oldest first. Returns how many."""
    history = whole(store)
    with store.reading() as reader:
        names = people(reader, history)
    lines = [
        json.dumps(
            {"format": FORMAT, "by": names.get(d.agent, d.agent), **as_json(d)}, ensure_ascii=False
        )
        for d in history
    ]
    write_whole(path, "".join(f"{line}\n" for line in lines), "The log of decisions")
    return len(history)


def read(store: Store, path: Path) -> Applied:
    """Take over the decisions of a file that the graph does not have, all of them or none.

    Each holds at once for what it is about. What is not in the graph is looked for by its names and
    sentences (:mod:`kg.curation.finding_again`); what is not found waits, and is told.

    Raises:
        RecordError: If a line is no decision, or was changed since it was written.
    """
    with path.open(encoding="utf-8") as file:
        numbered = [(n, line) for n, line in enumerate(file, 1) if line.strip()]
    parsed = [_parsed(line, f"{path.name}, line {n}") for n, line in numbered]
    return take_over(store, parsed)


def take_over(store: Store, parsed: Iterable[tuple[Decision, str]]) -> Applied:
    """Write decisions with the names of their authors, unless the graph has them."""
    given = list(parsed)
    with store.writing() as writer:
        known = writer.existing(_DECISION, {d.id for d, _ in given})
        fresh = in_order(d for d, _ in given if d.id not in known)
        agents = {d.agent: Agent(id=d.agent, name=name) for d, name in given if d.id not in known}
        there = writer.existing(_AGENT, agents)
        writer.insert(_AGENT, _AGENT.rows(a for i, a in agents.items() if i not in there))
        writer.insert(_DECISION, _DECISION.rows(fresh))
        project_concepts(writer, {c for d in fresh for c in (d.concept, d.other) if c})
        project_statements(writer, {d.statement for d in fresh if d.statement})
    return Applied(len(given), len(fresh), find_again(store))


def _check(decision: Decision) -> None:
    """Raise where a decision is none that could hold."""
    if decision.action not in get_args(Action):
        raise ValueError(f"there is no action {decision.action!r}")
    if read_time(decision.at).isoformat(timespec="microseconds") != decision.at:
        raise ValueError(f"{decision.at!r} is no time as they are kept here")
    for evidence in read_json(decision.detail).get("evidence", ()):
        if not {"id", "quote", "generation", "subject", "object"} <= evidence.keys():
            raise ValueError("its evidence is not named in full")


def _parsed(line: str, where: str) -> tuple[Decision, str]:
    try:
        value: dict[str, Any] = json.loads(line)
        if value.pop("format", "") != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        by = str(value.pop("by"))
        for column in _JSON:
            value[column] = canonical_json(value[column])
        decision = Decision(**{c: str(value[c]) for c in _DECISION.columns})
        _check(decision)
    except (RecordError, ValueError, TypeError, KeyError, AttributeError) as error:
        told = str(error).rstrip(".")
        raise RecordError(f"{where} is no decision that Polymath wrote: {told}.") from error
    if decision.id != decision_id(decision) or decision.agent != agent_id(by):
        raise RecordError(
            f"{where} was changed since it was written (its id is not that of what it says); "
            "take the file from where it came from again."
        )
    return decision, by
