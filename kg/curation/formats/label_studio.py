"""Label Studio's JSON of tasks (https://labelstud.io/guide/task_format), with the labels to set up.

A task holds what a program read as a prediction, and what was decided as an annotation: two
regions, the relation between them, a choice. :func:`configuration` is the project's labelling
configuration for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from kg.curation.deciding import ASSERTIONS
from kg.curation.examples import CHOICES, Answer, Example, as_meant, chosen, read_lines, whole
from kg.ontology import ASSERTED
from kg.whole_file import write_whole


def configuration() -> str:
    """The labelling configuration, XML, to paste into the settings of a project."""

    def tags(name: str, values: Iterable[str], indent: str = "    ") -> str:
        return "\n".join(f"{indent}<{name} value={quoteattr(v)}/>" for v in values)

    return (
        "<View>\n"
        '  <Header value="$claim"/>\n'
        '  <Labels name="label" toName="text">\n'
        f"{tags('Label', ('subject', 'object'))}\n"
        "  </Labels>\n"
        f"  <Relations>\n{tags('Relation', ASSERTED)}\n  </Relations>\n"
        '  <Text name="text" value="$text"/>\n'
        '  <Choices name="verdict" toName="text" choice="single-radio">\n'
        f"{tags('Choice', CHOICES)}\n"
        "  </Choices>\n"
        '  <Choices name="assertion" toName="text" choice="single-radio">\n'
        f"{tags('Choice', ASSERTIONS)}\n"
        "  </Choices>\n"
        "</View>\n"
    )


def task(example: Example) -> dict[str, Any]:
    """One example as a task."""
    out: dict[str, Any] = {
        "data": {
            "text": example.text,
            "claim": f"{example.subject_name} {example.predicate} {example.object_name}",
            "evidence": example.id,
            "statement": example.statement,
            "assertion": example.assertion,
            "work": example.work,
        },
        "predictions": [
            {
                "model_version": example.method,
                "score": example.belief,
                "result": _read(example),
            }
        ],
    }
    if example.verdict:
        decided = [_choice("verdict", example.verdict), _choice("assertion", example.assertion)]
        out["annotations"] = [
            {
                "result": [*_read(example), *decided],
                "was_cancelled": False,
                "ground_truth": False,
                "created_at": example.at,
                "completed_by": {"email": example.by},
            }
        ]
    return out


def _read(example: Example) -> list[dict[str, Any]]:
    regions = [
        {
            "id": end,
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": span[0],
                "end": span[1],
                "text": example.text[span[0] : span[1]],
                "labels": [end],
            },
        }
        for end, span in (("subject", example.subject), ("object", example.object))
    ]
    relation = {
        "type": "relation",
        "from_id": "subject",
        "to_id": "object",
        "direction": "right",
        "labels": [example.predicate],
    }
    return [*regions, relation]


def _choice(name: str, value: str) -> dict[str, Any]:
    return {
        "id": name,
        "from_name": name,
        "to_name": "text",
        "type": "choices",
        "value": {"choices": [value]},
    }


def write(examples: Iterable[Example], path: Path) -> int:
    """Write one list of tasks. Returns how many."""
    tasks = [task(e) for e in examples]
    write_whole(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", "The tasks")
    return len(tasks)


def read(path: Path) -> Iterator[Answer]:
    """What Label Studio's JSON export holds for what :func:`write` wrote: one answer an annotation.

    Raises:
        RecordError: If a task is none of ours.
    """
    for n, found in enumerate(read_lines(path), 1):
        evidence, statement = whole(found.get("data"), f"{path.name}, task {n}")
        for annotation in found.get("annotations") or ():
            if annotation.get("was_cancelled"):
                continue
            who = annotation.get("completed_by", "")
            by = str(who.get("email") or who.get("id") or "") if isinstance(who, dict) else str(who)
            yield _answer(
                evidence, statement, annotation.get("result") or (), by,
                str(annotation.get("created_at") or ""),
            )  # fmt: skip


def _answer(
    evidence: str, statement: str, result: Iterable[dict[str, Any]], by: str, at: str
) -> Answer:
    spans: dict[str, tuple[int, int]] = {}
    choices: dict[str, str] = {}
    predicate, flipped = "", False
    regions: dict[str, str] = {}
    for one in result:
        value = one.get("value") or {}
        if one.get("type") == "labels" and value.get("labels"):
            end = str(value["labels"][0])
            spans[end] = (int(value["start"]), int(value["end"]))
            regions[str(one.get("id"))] = end
        elif one.get("type") == "choices" and value.get("choices"):
            choices[str(one.get("from_name"))] = str(value["choices"][0])
        elif one.get("type") == "relation":
            predicate = str((one.get("labels") or [""])[0])
            flipped = one.get("direction") == "left" or one.get("from_id") == "object"
    return as_meant(
        Answer(
            evidence=evidence,
            statement=statement,
            verdict=chosen(choices.get("verdict", "")),
            predicate=predicate,
            assertion=choices.get("assertion", ""),
            flipped=flipped,
            subject=spans.get("subject"),
            object=spans.get("object"),
            by=by,
            at=at,
        )
    )
