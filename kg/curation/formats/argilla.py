"""Argilla 2 records as JSON, as ``dataset.records.to_json`` writes and ``from_json`` reads them.

See https://docs.argilla.io/latest/reference/argilla/records/records. What a program read is a suggestion,
what was decided a response, to two questions: ``verdict`` and ``assertion``. :func:`settings` says
how to set a dataset up for it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.curation.deciding import ASSERTIONS
from kg.curation.examples import CHOICES, Answer, Example, as_meant, chosen, read_lines, whole
from kg.whole_file import write_whole

_PEOPLE = uuid.uuid5(uuid.NAMESPACE_URL, "https://polymath.invalid/people")


def settings() -> dict[str, Any]:
    """Fields, questions and metadata of a dataset for these records, as Argilla names them."""
    return {
        "fields": [{"name": n, "type": "text"} for n in ("text", "claim")],
        "questions": [
            {"name": "verdict", "type": "label_selection", "labels": list(CHOICES)},
            {"name": "assertion", "type": "label_selection", "labels": list(ASSERTIONS)},
        ],
        "metadata": [
            {"name": n, "type": "terms"} for n in ("evidence", "statement", "predicate", "by")
        ],
    }


def record(example: Example) -> dict[str, Any]:
    """One example as a record. Argilla knows people by UUID; the name is kept in the metadata."""
    claim = f"{example.subject_name} {example.predicate} {example.object_name}"
    likely = "accept" if example.belief >= 0.5 else "reject"
    sure = max(example.belief, 1 - example.belief)
    user = str(uuid.uuid5(_PEOPLE, example.by))
    given = (("verdict", example.verdict), ("assertion", example.assertion))
    return {
        "id": example.id,
        "fields": {"text": example.text, "claim": claim},
        "metadata": {
            "evidence": example.id,
            "statement": example.statement,
            "predicate": example.predicate,
            "by": example.by,
        },
        "suggestions": {
            "verdict": {"value": likely, "score": sure, "agent": example.method},
            "assertion": {"value": example.assertion, "score": None, "agent": example.method},
        },
        "responses": {
            name: [{"value": value, "user_id": user}] for name, value in given if example.verdict
        },
        "vectors": {},
        "status": "completed" if example.verdict else "pending",
    }


def write(examples: Iterable[Example], path: Path) -> int:
    """Write one list of records. Returns how many."""
    records = [record(e) for e in examples]
    write_whole(path, json.dumps(records, ensure_ascii=False, indent=1) + "\n", "The tasks")
    return len(records)


def read(path: Path) -> Iterator[Answer]:
    """What Argilla gave back for what :func:`write` wrote: one answer for each who responded.

    Raises:
        RecordError: If a record is none of ours.
    """
    for n, found in enumerate(read_lines(path), 1):
        metadata = found.get("metadata") or {}
        evidence, statement = whole(metadata, f"{path.name}, record {n}")
        responses: dict[str, Any] = found.get("responses") or {}
        said: dict[str, dict[str, str]] = {}
        for question in ("verdict", "assertion"):
            for one in responses.get(question) or ():
                said.setdefault(str(one.get("user_id", "")), {})[question] = str(one.get("value"))
        name = str(metadata.get("by", ""))
        for user, values in said.items():
            mine = bool(name) and user == str(uuid.uuid5(_PEOPLE, name))
            yield as_meant(
                Answer(
                    evidence=evidence,
                    statement=statement,
                    verdict=chosen(values.get("verdict", "")),
                    assertion=values.get("assertion", ""),
                    by=name if mine else user,
                )
            )
