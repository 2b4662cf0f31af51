"""What a person read in a sentence, in the place of what a program read there.

A correction leaves the evidence as it was read and adds one of the method ``curator`` beside it,
which it is :attr:`~kg.model.Evidence.replaced_by`. So whatever reads the source again finds its
correction, and taking the decision back leaves nothing behind. A correction can be corrected: each
is of the next *generation*, kept in ``version``, and evidence that a program read is of generation 0.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kg.belief import USUAL
from kg.curation.decisions import CORRECTIONS, active, decisions, read_json, status_of
from kg.derived import refresh_statements
from kg.dropping import drop_concepts, drop_statements
from kg.ids import digest, evidence_id, statement_id
from kg.model import Concept, Decision, Evidence, Statement
from kg.ontology import PREDICATES
from kg.schema import EDGES, NODES
from kg.search import terms_of
from kg.stores.base import Reader, Writer

CURATOR = "curator"
_CONCEPT = NODES["Concept"]
_STATEMENT, _EVIDENCE, _QUALIFIED = NODES["Statement"], NODES["Evidence"], EDGES["QUALIFIED_BY"]


def generation(evidence: Evidence) -> int:
    """How often evidence was corrected: 0 is what a program read, 1 what a person read instead."""
    made_here = evidence.method == CURATOR and evidence.version.isdecimal()
    return int(evidence.version) if made_here else 0


def quote_key(quote: str) -> str:
    """What a quote is known by wherever it stands: a hash, so that a log repeats nobody's text."""
    return digest(" ".join(quote.split()))


def named(evidence: Evidence) -> dict[str, Any]:
    """How a decision names evidence, such that it is found in another version of its source."""
    return {
        "id": evidence.id,
        "quote": quote_key(evidence.quote),
        "generation": generation(evidence),
        "subject": evidence.subject_start - evidence.start,
        "object": evidence.object_start - evidence.start,
    }


def project_statements(writer: Writer, statements: Iterable[str]) -> int:
    """Make these statements, and what they are corrected to, what the log says. Returns rows written."""
    todo = deque(sorted(set(statements)))
    touched: set[str] = set()
    while todo:
        id_ = todo.popleft()
        rows = _STATEMENT.dicts(writer.select(_STATEMENT, "id", [id_]))
        touched.add(id_)
        if not rows:
            continue
        statement = Statement(**rows[0])
        holding = active(decisions(writer, "statement", [id_]))
        status = status_of(holding)
        if status != statement.status:
            writer.update(_STATEMENT, ("status",), [(id_, status)])
        corrections = [d for d in holding if d.action in CORRECTIONS]
        for evidence in read_evidence(writer, "statement", [id_]):
            if not corrections and not evidence.replaced_by:
                continue
            moved = _correct(writer, statement, evidence, corrections)
            touched |= moved
            todo.extend(sorted(moved))
    held = {s for (s,) in writer.select(_EVIDENCE, "statement", touched, ("statement",))}
    gone = drop_statements(writer, touched - held)
    drop_concepts(writer, gone)
    return refresh_statements(writer, _there(writer, held))


def _there(reader: Reader, statements: set[str]) -> set[str]:
    return reader.existing(_STATEMENT, statements)


def read_evidence(reader: Reader, column: str, values: Iterable[str]) -> list[Evidence]:
    """Evidence whose *column* is one of *values*, in the order of its ids."""
    rows = _EVIDENCE.dicts(reader.select(_EVIDENCE, column, list(values)))
    return sorted((Evidence(**row) for row in rows), key=lambda e: e.id)


def replacement(
    reader: Reader, statement: Statement, evidence: Evidence, corrections: Sequence[Decision]
) -> tuple[Statement, Evidence, Mapping[str, Any]] | None:
    """What the last correction of a piece of evidence makes of it: see :func:`corrected`.

    None if there is none, or if it waits for a concept that is neither there nor brought by it.
    """
    wanted, said = None, None
    for decision in corrections:
        for name in read_json(decision.detail).get("evidence", ()):
            if _is(evidence, name):
                wanted, said = read_json(decision.after), name
    if not wanted or not said:
        return None
    target, child = corrected(statement, evidence, wanted, said)
    ends = {target.subject, target.object} - {c["id"] for c in wanted.get("made", ())}
    if reader.existing(_CONCEPT, ends) != ends:
        return None
    return target, child, wanted


def _correct(
    writer: Writer, statement: Statement, evidence: Evidence, corrections: Sequence[Decision]
) -> set[str]:
    """Replace one piece of evidence as the log says. Returns the statements that changed."""
    now = replacement(writer, statement, evidence, corrections)
    old = read_evidence(writer, "id", [evidence.replaced_by]) if evidence.replaced_by else []
    if [replace(e, replaced_by="") for e in old] == ([now[1]] if now else []):
        return set()
    changed = {statement.id} | _remove(writer, old)
    if now is not None:
        target, child, wanted = now
        _make(writer, wanted.get("made", ()))
        if not writer.existing(_STATEMENT, [target.id]):
            writer.insert(_STATEMENT, _STATEMENT.rows([target]))
            held = writer.select(_QUALIFIED, "statement", [statement.id])
            writer.insert(_QUALIFIED, [(target.id, *row[1:]) for row in held])
        writer.insert(_EVIDENCE, _EVIDENCE.rows([child]))
        changed.add(target.id)
    writer.update(_EVIDENCE, ("replaced_by",), [(evidence.id, now[1].id if now else "")])
    return changed


def _is(evidence: Evidence, name: Mapping[str, Any]) -> bool:
    """Whether evidence is what a decision names: itself, or the same words in another version."""
    if evidence.id == name["id"]:
        return True
    offsets = (evidence.subject_start - evidence.start, evidence.object_start - evidence.start)
    mine = (generation(evidence), quote_key(evidence.quote), *offsets)
    return mine == tuple(name[k] for k in ("generation", "quote", "subject", "object"))


def _make(writer: Writer, concepts: Iterable[Mapping[str, str]]) -> None:
    """Make the concepts that a decision brings, where no source has brought them."""
    given = [Concept(id=c["id"], name=c["name"], kind=c["kind"]) for c in concepts]
    there = writer.existing(_CONCEPT, [c.id for c in given])
    fresh = [c for c in given if c.id not in there]
    writer.insert(_CONCEPT, _CONCEPT.rows(fresh))
    writer.index(_CONCEPT, [(c.id, terms_of("Concept", _CONCEPT.record_dict(c))) for c in fresh])


def _remove(writer: Writer, evidence: Sequence[Evidence]) -> set[str]:
    """Remove corrections with those that correct them. Returns the statements they were of."""
    statements: set[str] = set()
    while evidence:
        statements |= {e.statement for e in evidence}
        writer.delete(_EVIDENCE, "id", [e.id for e in evidence])
        evidence = read_evidence(writer, "id", [e.replaced_by for e in evidence if e.replaced_by])
    return statements


def corrected(
    statement: Statement, evidence: Evidence, after: Mapping[str, Any], name: Mapping[str, Any]
) -> tuple[Statement, Evidence]:
    """The statement that evidence is for once it is corrected, and the evidence of the curator.

    Args:
        statement: What it is evidence for.
        evidence: What is corrected.
        after: ``subject``, ``predicate``, ``object``, ``assertion``, and where the words stand
            (``quote_span``, ``subject_span``, ``object_span``: [start, end], characters from the
            beginning of the old quote), ``made`` (concepts that the decision brings); what is not
            given stays.
        name: How the decision names the evidence.
    """
    subject, object_ = (
        after.get("subject", statement.subject),
        after.get("object", statement.object),
    )
    predicate = after.get("predicate", statement.predicate)
    target = replace(
        statement,
        id=statement_id(subject, predicate, object_, statement.qualifiers),
        subject=subject,
        predicate=predicate,
        object=object_,
        family=PREDICATES[predicate].family if predicate in PREDICATES else "",
        status="machine",
        **{c.name: _EMPTY[c.name] for c in _STATEMENT.fields if c.derived},
    )
    ends = [
        (evidence.subject_start, evidence.subject_end),
        (evidence.object_start, evidence.object_end),
    ]
    if (subject, object_) == (statement.object, statement.subject) and subject != object_:
        ends.reverse()

    def placed(key: str, now: tuple[int, int]) -> tuple[int, int]:
        span = after.get(key)
        return (evidence.start + span[0], evidence.start + span[1]) if span else now

    start, end = placed("quote_span", (evidence.start, evidence.end))
    (s0, s1), (o0, o1) = placed("subject_span", ends[0]), placed("object_span", ends[1])
    quote = after.get("quote", evidence.quote)
    child = replace(
        evidence,
        id=evidence_id(target.id, evidence.passage, start, end, f"{CURATOR} {evidence.id}"),
        statement=target.id,
        start=start,
        end=end,
        quote=quote,
        subject_start=s0,
        subject_end=s1,
        object_start=o0,
        object_end=o1,
        method=CURATOR,
        method_family=CURATOR,
        version=str(int(name["generation"]) + 1),
        score=USUAL,
        assertion=after.get("assertion", evidence.assertion),
        replaced_by="",
    )
    return target, child


_EMPTY: dict[str, Any] = {
    "polarity": "unknown", "belief": 0.0, "n_evidence": 0, "n_works": 0, "n_methods": 0,
    "first_year": None, "last_year": None,
}  # fmt: skip
