"""Prodigy's JSONL for its ``relations`` interface (https://prodi.gy/docs/api-interfaces#relations).

Relations point at tokens, so each example brings its own: words and signs, cut where a span begins or
ends. The answer is Prodigy's ``accept``, ``reject`` or ``ignore``; a relation that was drawn the other way
round, or with another label, comes back as a correction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg.curation.examples import Answer, Example, Verdict, read_lines, whole
from kg.curation.formats.tokens import tokens
from kg.whole_file import write_whole

ANSWERS: dict[str, Verdict] = {"accept": "accept", "reject": "reject", "ignore": "skip"}
_GIVEN = {ours: theirs for theirs, ours in ANSWERS.items()}


def task(example: Example) -> dict[str, Any]:
    """One example as a task, with its answer if it was decided about."""
    cut = _tokens(example)
    spans = [
        _span(example, cut, span, kind)
        for span, kind in (
            (example.subject, example.subject_kind),
            (example.object, example.object_kind),
        )
    ]
    head, child = spans
    out: dict[str, Any] = {
        "text": example.text,
        "tokens": cut,
        "spans": sorted(spans, key=lambda s: s["start"]),
        "relations": [
            {
                "head": head["token_end"],
                "child": child["token_end"],
                "head_span": head,
                "child_span": child,
                "label": example.predicate,
            }
        ],
        "meta": {
            "evidence": example.id,
            "statement": example.statement,
            "belief": example.belief,
            "assertion": example.assertion,
            "work": example.work,
        },
    }
    if example.verdict:
        out |= {"answer": _GIVEN[example.verdict], "_annotator_id": example.by}
        out["_timestamp"] = int(datetime.fromisoformat(example.at).timestamp())
    return out


def _tokens(example: Example) -> list[dict[str, Any]]:
    cuts = {at for span in (example.subject, example.object) for at in span}
    places = tokens(example.text, cuts)
    return [
        {
            "text": example.text[a:b],
            "start": a,
            "end": b,
            "id": i,
            "ws": example.text[b : b + 1].isspace(),
        }
        for i, (a, b) in enumerate(places)
    ]


def _span(
    example: Example, cut: list[dict[str, Any]], span: tuple[int, int], kind: str
) -> dict[str, Any]:
    inside = [t["id"] for t in cut if span[0] <= t["start"] and t["end"] <= span[1]]
    return {
        "start": span[0],
        "end": span[1],
        "text": example.text[span[0] : span[1]],
        "token_start": inside[0] if inside else 0,
        "token_end": inside[-1] if inside else 0,
        "label": kind,
    }


def write(examples: Iterable[Example], path: Path) -> int:
    """Write tasks, one line each. Returns how many."""
    lines = [json.dumps(task(e), ensure_ascii=False) for e in examples]
    write_whole(path, "".join(f"{line}\n" for line in lines), "The tasks")
    return len(lines)


def read(path: Path) -> Iterator[Answer]:
    """What ``prodigy db-out`` gave back for what :func:`write` wrote.

    Raises:
        RecordError: If a line is none of ours.
    """
    for n, line in enumerate(read_lines(path), 1):
        evidence, statement = whole(line.get("meta"), f"{path.name}, line {n}")
        given = line.get("_timestamp")
        at = datetime.fromtimestamp(given, UTC).isoformat() if given else ""
        by = str(line.get("_annotator_id") or line.get("_session_id") or "")
        verdict = ANSWERS.get(str(line.get("answer", "")), "")
        relations = line.get("relations") or []
        answer = Answer(evidence=evidence, statement=statement, verdict=verdict, by=by, at=at)
        if verdict == "accept" and len(relations) == 1:
            yield _drawn(answer, relations[0])
        elif verdict == "accept":
            # All relations were taken away, or others drawn: the statement is not said here.
            yield Answer(evidence=evidence, statement=statement, verdict="reject", by=by, at=at)
        else:
            yield answer


def _drawn(answer: Answer, relation: dict[str, Any]) -> Answer:
    """The answer with what its one relation says now, where it may say something else."""
    spans = [
        (int(relation[end]["start"]), int(relation[end]["end"]))
        for end in ("head_span", "child_span")
        if isinstance(relation.get(end), dict)
    ]
    return Answer(
        evidence=answer.evidence,
        statement=answer.statement,
        verdict=answer.verdict,
        predicate=str(relation.get("label", "")),
        subject=spans[0] if len(spans) == 2 else None,
        object=spans[1] if len(spans) == 2 else None,
        by=answer.by,
        at=answer.at,
    )
