"""Sentences with what they were read to say and what people said of that, for other tools and back.

An :class:`Example` is one piece of evidence with its passage; an :class:`Answer` is what came back
for it. Each module of :mod:`kg.curation.formats` turns the one into a tool's own form and the tool's
form into the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from kg.curation.correcting import read_evidence
from kg.curation.deciding import ASSERTIONS, Wish, add, span_wish
from kg.curation.decisions import VERDICTS, active, decisions
from kg.curation.log import people
from kg.errors import RecordError
from kg.licences import OPEN, access_of
from kg.model import Decision, Names
from kg.ontology import ASSERTED
from kg.schema import NODES
from kg.stores.base import Reader, Store

Verdict = Literal["accept", "reject", "skip", ""]
CHOICES: tuple[Verdict, ...] = ("accept", "reject", "skip")
"""What another tool lets people choose from."""
_STATEMENT, _CONCEPT = NODES["Statement"], NODES["Concept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One sentence that says a statement. Spans are characters of ``text``: first, one after last.

    ``verdict``, ``by`` and ``at`` are those of the decision that holds, empty where none does.
    """

    id: str
    statement: str
    text: str
    quote: tuple[int, int]
    subject: tuple[int, int]
    object: tuple[int, int]
    predicate: str
    subject_id: str
    subject_name: str
    subject_kind: str
    object_id: str
    object_name: str
    object_kind: str
    assertion: str
    belief: float
    method: str
    language: str = "en"
    work: str = ""
    verdict: Verdict = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody said of an example; what is empty or None was left as it is."""

    evidence: str
    statement: str
    verdict: Verdict = ""
    predicate: str = ""
    assertion: str = ""
    flipped: bool = False
    subject: tuple[int, int] | None = None
    object: tuple[int, int] | None = None
    by: str = ""
    at: str = ""
    reason: str = ""


def chosen(said: str) -> Verdict:
    """The verdict that was chosen, "" if it is none of :data:`CHOICES`."""
    return said if said in CHOICES else ""


def as_meant(answer: Answer) -> Answer:
    """An answer as a form with all fields filled in means it: what is not accepted is not corrected."""
    if answer.verdict in ("accept", ""):
        return answer
    return replace(answer, predicate="", assertion="", flipped=False, subject=None, object=None)


@dataclass(slots=True)
class Taken:
    """What became of answers: the decisions that were made, how many were held already, and what not."""

    made: list[Decision] = field(default_factory=list)
    held: int = 0
    refused: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"{len(self.made):,} decisions made, {self.held:,} held already"
        return "\n".join([f"{told}, {len(self.refused):,} refused.", *self.refused])


def examples(
    store: Store, statements: Sequence[str] | None = None, *, closed: bool = False
) -> list[Example]:
    """Sentences of statements with what was decided, in the order of statement and evidence ids.

    Args:
        store: Home of the graph.
        statements: Their ids; all that were accepted, rejected or skipped, if left out.
        closed: Whether to give texts that may not be handed on, too (:func:`kg.licences.access_of`):
            only for use where the graph is.
    """
    with store.reading() as reader:
        if statements is None:
            rows = reader.select(NODES["Decision"], None, (), ("statement",))
            statements = sorted({s for (s,) in rows if s})
        said = {d["id"]: d for d in _STATEMENT.dicts(reader.select(_STATEMENT, "id", statements))}
        evidence = [e for e in read_evidence(reader, "statement", said) if not e.replaced_by]
        passages = _by_id(reader, "Passage", {e.passage for e in evidence})
        sources = _by_id(reader, "Source", {p["source"] for p in passages.values()})
        about = {
            **_by_id(reader, "Work", {p["work"] for p in passages.values()}),
            **_by_id(reader, "Dataset", {p["dataset"] for p in passages.values()}),
        }
        concepts = _by_id(
            reader, "Concept", {d[end] for d in said.values() for end in ("subject", "object")}
        )
        history = decisions(reader, "statement", set(said))
        names = people(reader, history)
    verdict: dict[str, tuple[Verdict, str, str]] = {}
    for d in active(history):
        if d.action in (*VERDICTS, "skip"):
            verdict[d.statement] = (d.action, names.get(d.agent, d.agent), d.at)  # type: ignore[assignment]
    found = []
    for e in sorted(evidence, key=lambda e: (e.statement, e.id)):
        p, s = passages[e.passage], said[e.statement]
        if not closed and not _open(
            sources.get(p["source"], {}), about.get(p["work"] or p["dataset"], {})
        ):
            continue
        a, b = concepts[s["subject"]], concepts[s["object"]]
        judged, by, at = verdict.get(e.statement, ("", "", ""))
        found.append(
            Example(
                id=e.id,
                statement=e.statement,
                text=p["text"],
                quote=(e.start, e.end),
                subject=(e.subject_start, e.subject_end),
                object=(e.object_start, e.object_end),
                predicate=s["predicate"],
                subject_id=a["id"],
                subject_name=a["name"],
                subject_kind=a["kind"],
                object_id=b["id"],
                object_name=b["name"],
                object_kind=b["kind"],
                assertion=e.assertion,
                belief=s["belief"],
                method=e.method,
                language=p["language"],
                work=p["work"],
                verdict=judged,
                by=by,
                at=at,
            )
        )
    return found


def _open(source: Mapping[str, Any], work: Mapping[str, Any]) -> bool:
    licences = (source.get("licence", ""), work.get("licence", ""))
    return access_of(source.get("access", ""), licences) == OPEN


def _by_id(reader: Reader, label: str, ids: set[str]) -> dict[str, dict[str, Any]]:
    table = NODES[label]
    return {d["id"]: d for d in table.dicts(reader.select(table, "id", ids))}


def take(store: Store, answers: Iterable[Answer], *, by: str = "") -> Taken:
    """Make decisions of answers; what the graph holds already is not decided again.

    A corrected answer (another predicate, direction, assertion or place of the words) corrects
    its evidence; a plain one judges its statement. One that makes no sense here is refused with a
    sentence, and the others are taken.

    Args:
        store: Home of the graph.
        answers: What came back from another tool.
        by: Who answered, where the tool does not say.
    """
    taken = Taken()
    for answer in answers:
        who = answer.by or by
        try:
            with store.writing() as writer:
                wishes = _wishes(writer, answer)
                if wishes:
                    taken.made += add(writer, wishes, who)
                else:
                    taken.held += 1
        except RecordError as error:
            taken.refused.append(f"{answer.evidence or answer.statement}: {error}")
    return taken


def _wishes(reader: Reader, answer: Answer) -> list[Wish]:
    rows = [e for e in read_evidence(reader, "id", [answer.evidence]) if not e.replaced_by]
    if not rows:
        raise RecordError("this evidence is not (or no longer) in the graph.")
    evidence = rows[0]
    if answer.statement and answer.statement != evidence.statement:
        raise RecordError(f"it is evidence for another statement now, {evidence.statement}.")
    about: dict[str, Any] = {"statement": evidence.statement, "reason": answer.reason}
    one = (evidence.id,)
    ((predicate,),) = reader.select(_STATEMENT, "id", [evidence.statement], ("predicate",))
    # One correction at most: the next would be of what the first leads to.
    if answer.flipped:
        return [Wish(action="flip", evidence=one, **about)]
    if answer.predicate and answer.predicate != predicate:
        if answer.predicate not in ASSERTED:
            raise RecordError(f"there is no predicate {answer.predicate!r} in kg.ontology.")
        after = {"predicate": answer.predicate}
        return [Wish(action="predicate", evidence=one, after=after, **about)]
    if answer.assertion and answer.assertion != evidence.assertion:
        if answer.assertion not in ASSERTIONS:
            raise RecordError(f"there is no assertion {answer.assertion!r}.")
        return [
            Wish(action="assertion", evidence=one, after={"assertion": answer.assertion}, **about)
        ]
    spans = {
        name: span
        for name, span, now in (
            ("subject", answer.subject, (evidence.subject_start, evidence.subject_end)),
            ("object", answer.object, (evidence.object_start, evidence.object_end)),
        )
        if span is not None and span != now
    }
    if spans:
        return [replace(span_wish(reader, evidence.id, spans), reason=answer.reason)]
    holding = active(decisions(reader, "statement", [evidence.statement]))
    if (
        answer.verdict
        and answer.verdict
        not in [d.action for d in holding if d.action in (*VERDICTS, "skip")][-1:]
    ):
        return [Wish(action=answer.verdict, at=answer.at, **about)]
    return []


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file with one line of JSON each, or with one list of them.

    Raises:
        RecordError: If a line is no JSON object.
    """
    text = path.read_text("utf-8")
    try:
        if text.lstrip().startswith("["):
            found = json.loads(text)
        else:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise RecordError(f"{path.name} is not JSON: {error}.") from error
    if not all(isinstance(one, dict) for one in found):
        raise RecordError(f"{path.name} holds something else than objects; is it this tool's file?")
    return list(found)


def whole(value: Any, where: str) -> Names:
    """The ids of evidence and statement that we gave a tool with an example.

    Raises:
        RecordError: If they are not there.
    """
    if isinstance(value, dict) and value.get("evidence") and value.get("statement"):
        return str(value["evidence"]), str(value["statement"])
    raise RecordError(
        f"{where} does not say which evidence it is about; was it exported by Polymath?"
    )
