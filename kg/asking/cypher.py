"""A question as Cypher that both homes understand. What a person typed is never in its text.

>>> from kg.asking.question import End, Question
>>> storage = End(concept="pm:energy-storage", name="energy storage")
>>> text, parameters = cypher(Question("statements", End(kinds=("material",)), storage, ("used_for",)))
>>> print(text.splitlines()[0])
MATCH (a:Concept)<-[:SUBJECT]-(s:Statement)-[:OBJECT]->(b:Concept {id: $object})
>>> parameters["object"], parameters["subject_kinds"], parameters["predicates"]
('pm:energy-storage', ['material'], ['used_for'])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from kg.asking.question import End, Filters, Question

Query = tuple[str, dict[str, Any]]
_SAID_IN = "-[:SUPPORTED_BY]->(e:Evidence)-[:IN_PASSAGE]->(:Passage)<-[:HAS_PASSAGE]-(w)"
_PUBLISHED = {"datasets": "Dataset", "variables": "Variable", "works": "Work"}


def cypher(question: Question, *, ids: Sequence[str] = (), length: int = 1) -> Query:
    """The query and its parameters.

    Args:
        question: What is asked.
        ids: Concepts that a name may stand for, where only a name was given.
        length: Statements in a chain, for paths: the shortest chains are found by asking for
            one length after the other.
    """
    q = question
    if q.asks == "concepts":
        return _concepts(q, ids)
    if q.asks == "paths":
        return _paths(q, length)
    if q.asks in _PUBLISHED:
        return _published(q)
    return _statements(q)


def _query(
    lines: Sequence[str], where: Sequence[str], ends: Sequence[str], parameters: dict[str, Any]
) -> Query:
    conditions = [f"WHERE {' AND '.join(where)}"] if where else []
    return "\n".join([*lines, *conditions, *ends]), parameters


# --------------------------------------------------------------------------- filters


def _said(filters: Filters, node: str, parameters: dict[str, Any]) -> list[str]:
    """Conditions on the row that a statement is: a Statement node, or a RELATED relationship.

    A year alone is a condition on the first or last year; two years, a discipline or an
    assertion are conditions on one and the same piece of evidence.
    """
    f, held = filters, []
    conditions = [
        *_asked("belief", f.belief, f"{node}.belief >= $belief", parameters),
        *_asked("works", f.works, f"{node}.n_works >= $works", parameters),
        *_asked("polarity", f.polarity, f"{node}.polarity = $polarity", parameters),
    ]
    if (f.since and f.until) or f.discipline or f.assertion:
        held += _asked("assertion", f.assertion, "e.assertion = $assertion", parameters)
        held += _in_work(f, "w", parameters)
        start = f"({node})" if node == "s" else "(t:Statement)"
        held.append("e.replaced_by = ''")
        held = held if node == "s" else [f"t.id = {node}.statement", *held]
        conditions.append(f"EXISTS {{ MATCH {start}{_SAID_IN} WHERE {' AND '.join(held)} }}")
    else:
        conditions += _asked("since", f.since, f"{node}.last_year >= $since", parameters)
        conditions += _asked("until", f.until, f"{node}.first_year <= $until", parameters)
    status = (
        f"{node}.status = $status"
        if node == "s"
        else f"EXISTS {{ MATCH (t:Statement) WHERE t.id = {node}.statement AND t.status = $status }}"
    )
    return [*conditions, *_asked("status", f.status, status, parameters)]


def _in_work(filters: Filters, node: str, parameters: dict[str, Any]) -> list[str]:
    """Conditions on a work or data set: its years, its discipline."""
    f = filters
    return [
        *_asked("since", f.since, f"{node}.year >= $since", parameters),
        *_asked("until", f.until, f"{node}.year <= $until", parameters),
        *_asked("discipline", f.discipline, f"$discipline IN {node}.disciplines", parameters),
    ]


def _asked(name: str, value: Any, condition: str, parameters: dict[str, Any]) -> list[str]:
    """The condition and its parameter, if the filter is set."""
    if value in (None, ""):
        return []
    parameters[name] = value
    return [condition]


# --------------------------------------------------------------------------- statements


def _end(end: End, node: str, name: str, parameters: dict[str, Any]) -> tuple[str, list[str]]:
    """The pattern of one end, and the conditions on it."""
    if end.concept:
        parameters[name] = end.concept
        return f"({node}:Concept {{id: ${name}}})", []
    if end.kinds:
        parameters[f"{name}_kinds"] = list(end.kinds)
        return f"({node}:Concept)", [f"{node}.kind IN ${name}_kinds"]
    return f"({node}:Concept)", []


def _statements(q: Question) -> Query:
    parameters: dict[str, Any] = {}
    lines, where = _either(q, parameters) if q.either else _directed(q, parameters)
    if q.predicates:
        parameters["predicates"] = list(q.predicates)
        where.append("s.predicate IN $predicates")
    else:
        where.append("s.family <> 'co-mention'")
    where += ["s.status <> 'rejected'", "s.n_evidence > 0", *_said(q.filters, "s", parameters)]
    if q.asks == "evidence":
        return _evidence(q, lines, where, parameters)
    if q.count:
        return _query(lines, where, [f"RETURN {_counted(q)}"], parameters)
    parameters["limit"] = q.limit
    returned = (
        # Looked at from either end, a statement of a concept with itself is met twice.
        f"RETURN {'DISTINCT ' if q.either else ''}a.id AS subject, a.name AS subject_name, "
        "s.predicate AS predicate, b.id AS object, b.name AS object_name, s.belief AS belief, "
        "s.polarity AS polarity, s.n_works AS n_works, s.first_year AS first_year, "
        "s.last_year AS last_year, s.id AS statement"
    )
    order = "ORDER BY belief DESC, n_works DESC, statement"
    return _query(lines, where, [returned, order, "LIMIT $limit"], parameters)


def _directed(q: Question, parameters: dict[str, Any]) -> tuple[list[str], list[str]]:
    a, of_a = _end(q.first, "a", "subject", parameters)
    b, of_b = _end(q.second, "b", "object", parameters)
    return [f"MATCH {a}<-[:SUBJECT]-(s:Statement)-[:OBJECT]->{b}"], of_a + of_b


def _either(q: Question, parameters: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Both ends may be subject or object. From a concept it is one step to its statements."""
    known, other = (q.first, q.second) if q.first.concept else (q.second, q.first)
    if known.concept:
        parameters["concept"] = known.concept
        lines = [
            "MATCH (c:Concept {id: $concept})<-[:SUBJECT|OBJECT]-(s:Statement)",
            "MATCH (s)-[:SUBJECT]->(a:Concept), (s)-[:OBJECT]->(b:Concept)",
        ]
        if other.concept:
            parameters["other"] = other.concept
            return lines, ["(a.id = $other OR b.id = $other)"]
        if other.kinds:
            parameters["kinds"] = list(other.kinds)
            return lines, [
                "((a.id <> $concept AND a.kind IN $kinds) OR (b.id <> $concept AND b.kind IN $kinds))"
            ]
        return lines, []
    lines = ["MATCH (a:Concept)<-[:SUBJECT]-(s:Statement)-[:OBJECT]->(b:Concept)"]
    sides = [e.kinds for e in (known, other) if e.kinds]
    if len(sides) == 2:
        parameters["kinds"], parameters["other_kinds"] = list(sides[0]), list(sides[1])
        return lines, [
            "((a.kind IN $kinds AND b.kind IN $other_kinds) OR (b.kind IN $kinds AND a.kind IN $other_kinds))"
        ]
    if sides:
        parameters["kinds"] = list(sides[0])
        return lines, ["(a.kind IN $kinds OR b.kind IN $kinds)"]
    return lines, []


def _counted(q: Question) -> str:
    """What a number is of: the concepts at the open end, and the statements."""
    statements = "count(DISTINCT s.id) AS statements"
    if q.first.concept and q.second.concept:
        return statements
    if not q.either:
        return f"count(DISTINCT {'b' if q.first.concept else 'a'}.id) AS concepts, {statements}"
    if q.first.concept or q.second.concept:
        other = "CASE WHEN a.id = $concept THEN b.id ELSE a.id END"
        return f"count(DISTINCT {other}) AS concepts, {statements}"
    return statements


def _evidence(
    q: Question, lines: Sequence[str], where: Sequence[str], parameters: dict[str, Any]
) -> Query:
    shown = [*lines, f"MATCH (s){_SAID_IN}"]
    # The sentences that are shown are those that the filters are about.
    conditions = [*where, "e.replaced_by = ''", *_in_work(q.filters, "w", parameters)]
    if q.filters.assertion:
        conditions.append("e.assertion = $assertion")
    if q.count:
        counted = "RETURN count(DISTINCT e.id) AS sentences, count(DISTINCT s.id) AS statements"
        return _query(shown, conditions, [counted], parameters)
    parameters["limit"] = q.limit
    returned = (
        "RETURN DISTINCT a.id AS subject, a.name AS subject_name, s.predicate AS predicate, "
        "b.id AS object, b.name AS object_name, e.quote AS quote, e.assertion AS assertion, "
        "w.title AS title, w.year AS year, w.id AS work, e.score AS score, e.id AS evidence, "
        "s.belief AS belief, s.id AS statement"
    )
    order = "ORDER BY belief DESC, statement, year DESC, evidence"
    return _query(shown, conditions, [returned, order, "LIMIT $limit"], parameters)


# --------------------------------------------------------------------------- concepts, paths


def _concepts(q: Question, ids: Sequence[str]) -> Query:
    parameters: dict[str, Any] = {}
    where = []
    if ids or q.first.concept:
        parameters["concepts"] = list(ids) or [q.first.concept]
        where.append("c.id IN $concepts")
    elif q.first.kinds:
        parameters["kinds"] = list(q.first.kinds)
        where.append("c.kind IN $kinds")
    f = q.filters
    if f.discipline:
        parameters["discipline"] = f.discipline
        where.append("$discipline IN c.disciplines")
    if f.works is not None:
        parameters["works"] = f.works
        where.append("c.n_works >= $works")
    # What is left is about statements, or about works alone if there is but a year.
    about = replace(f, discipline="", works=None)
    if about.belief is not None or about.polarity or about.assertion or about.status:
        held = ["s.status <> 'rejected'", "s.n_evidence > 0", *_said(about, "s", parameters)]
        inner = f"MATCH (c)<-[:SUBJECT|OBJECT]-(s:Statement) WHERE {' AND '.join(held)}"
        where.append(f"EXISTS {{ {inner} }}")
    elif about.since or about.until:
        held = _in_work(about, "w", parameters)
        inner = f"MATCH (c)<-[:MENTIONS]-(:Passage)<-[:HAS_PASSAGE]-(w) WHERE {' AND '.join(held)}"
        where.append(f"EXISTS {{ {inner} }}")
    lines = ["MATCH (c:Concept)"]
    if q.count:
        return _query(lines, where, ["RETURN count(DISTINCT c.id) AS concepts"], parameters)
    parameters["limit"] = q.limit
    returned = (
        "RETURN c.id AS concept, c.name AS name, c.kind AS kind, c.disciplines AS disciplines, "
        "c.n_works AS n_works, c.n_mentions AS n_mentions"
    )
    order = "ORDER BY n_works DESC, n_mentions DESC, concept"
    return _query(lines, where, [returned, order, "LIMIT $limit"], parameters)


def _paths(q: Question, length: int) -> Query:
    parameters: dict[str, Any] = {"start": q.first.concept, "goal": q.second.concept}
    nodes = ["a", *(f"x{i}" for i in range(1, length)), "b"]
    steps = [f"r{i}" for i in range(1, length + 1)]
    pattern = "(a:Concept {id: $start})"
    for step, node in zip(steps, nodes[1:], strict=True):
        there = "(b:Concept {id: $goal})" if node == "b" else f"({node}:Concept)"
        pattern += f"-[{step}:RELATED]-{there}"
    # One engine lets a path pass twice through a node, the other not: neither may.
    where = [f"{m}.id <> {n}.id" for m, n in combinations(nodes, 2)]
    for step in steps:
        where += _said(q.filters, step, parameters)
    if q.count:
        return _query([f"MATCH {pattern}"], where, ["RETURN count(*) AS paths"], parameters)
    parameters["limit"] = q.limit

    def listed(values: Sequence[str], column: str, name: str) -> str:
        return f"[{', '.join(f'{v}.{column}' for v in values)}] AS {name}"

    returned = ", ".join(
        [
            listed(nodes, "name", "names"),
            listed(steps, "predicate", "predicates"),
            f"{' * '.join(f'{s}.belief' for s in steps)} AS belief",
            listed(nodes, "id", "concepts"),
            listed(steps, "statement", "statements"),
            ", ".join(f"{s}.statement AS step{i}" for i, s in enumerate(steps, 1)),
        ]
    )
    order = f"ORDER BY belief DESC, {', '.join(f'step{i}' for i in range(1, length + 1))}"
    return _query(
        [f"MATCH {pattern}"], where, [f"RETURN {returned}", order, "LIMIT $limit"], parameters
    )


# --------------------------------------------------------------------------- data sets, variables, works


def _published(q: Question) -> Query:
    parameters: dict[str, Any] = {}
    label = _PUBLISHED[q.asks]
    of, conditions = _end(q.first, "c", "concept", parameters)
    told = bool(q.first.concept or q.first.kinds)
    if label == "Work" or (label == "Dataset" and q.mentions):
        pattern = f"(d:{label})"
        pattern += f"-[:HAS_PASSAGE]->(:Passage)-[m:MENTIONS]->{of}" if told else ""
        columns = [
            "d.id AS work" if label == "Work" else "d.id AS dataset",
            "d.title AS title",
            "d.year AS year",
        ]
        columns += ["count(m) AS n_mentions"] if told else []
        order = ("n_mentions DESC, " if told else "") + ("work" if label == "Work" else "dataset")
        counted = "d"
    elif label == "Dataset" and not told:
        pattern, counted, order = "(d:Dataset)", "d", "dataset"
        columns = ["d.id AS dataset", "d.title AS title", "d.year AS year", "d.rows AS n_rows"]
    else:
        pattern = "(d:Dataset)-[:HAS_VARIABLE]->(v:Variable)"
        columns = ["d.id AS dataset", "d.title AS title", "v.id AS variable", "v.title AS variable_title",
                   "v.unit AS unit", "d.year AS year"]  # fmt: skip
        counted, order = ("v" if label == "Variable" else "d"), "dataset, variable"
        if told:
            pattern += f"-[m:MEASURES]->{of}"
            columns += ["c.id AS concept", "c.name AS concept_name", "m.score AS score"]
            order = "score DESC, dataset, variable, concept"
            if q.filters.belief is not None:
                parameters["belief"] = q.filters.belief
                conditions.append("m.score >= $belief")
    conditions += _in_work(q.filters, "d", parameters)
    if q.count:
        ends = [f"RETURN count(DISTINCT {counted}.id) AS {q.asks}"]
    else:
        parameters["limit"] = q.limit
        ends = [f"RETURN {', '.join(columns)}", f"ORDER BY {order}", "LIMIT $limit"]
    return _query([f"MATCH {pattern}"], conditions, ends, parameters)


def left_out(question: Question) -> tuple[str, ...]:
    """Names of the filters that say nothing about what is asked for and so are left out."""
    given = question.filters.given()
    if question.asks not in _PUBLISHED:
        return ()
    told = question.first.concept or question.first.kinds
    measured = question.asks != "works" and not question.mentions and told
    kept: Mapping[str, bool] = {
        "since": True, "until": True, "discipline": True, "belief": bool(measured)
    }  # fmt: skip
    return tuple(name for name in given if not kept.get(name, False))
