"""W3C Web Annotations as JSON-LD (https://www.w3.org/TR/annotation-model/).

Each decision on a sentence is one annotation that *assesses* it: the body is the verdict and the
statement, the target is the quote in the work, by TextQuoteSelector (with what stands before and
after) and by TextPositionSelector in the passage.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.curation.examples import Answer, Example, Verdict, whole
from kg.errors import RecordError
from kg.whole_file import write_whole

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32
"""Characters before and after a quote that tell it from others like it."""
VERDICTS: tuple[Verdict, ...] = ("accept", "reject", "skip")


def iri(id_: str) -> str:
    """An id of ours as an IRI: that of the DOI where there is one, else a URN.

    >>> iri("doi:10.1126/science.1102896"), iri("ev:ab12")
    ('https://doi.org/10.1126/science.1102896', 'urn:polymath:ev:ab12')
    """
    return f"https://doi.org/{id_[4:]}" if id_.startswith("doi:") else f"urn:polymath:{id_}"


def annotation(example: Example) -> dict[str, Any]:
    """One example as an annotation, with its verdict if it was decided about."""
    start, end = example.quote
    text = example.text
    bodies: list[dict[str, Any]] = [
        {
            "type": "TextualBody",
            "purpose": "describing",
            "format": "text/plain",
            "value": f"{example.subject_name} {example.predicate} {example.object_name}",
        },
        {
            "type": "SpecificResource",
            "purpose": "identifying",
            "source": iri(example.statement),
        },
    ]
    out: dict[str, Any] = {
        "id": iri(example.id),
        "type": "Annotation",
        "motivation": "assessing" if example.verdict else "describing",
        "body": bodies,
        "target": {
            "source": iri(example.work or example.id),
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": text[start:end],
                    "prefix": text[max(start - AROUND, 0) : start],
                    "suffix": text[end : end + AROUND],
                },
                {"type": "TextPositionSelector", "start": start, "end": end},
            ],
        },
    }
    if example.verdict:
        bodies.insert(0, {"type": "TextualBody", "purpose": "assessing", "value": example.verdict})
        out |= {"creator": {"type": "Person", "name": example.by}, "created": example.at}
    return out


def write(examples: Iterable[Example], path: Path) -> int:
    """Write one AnnotationPage with all annotations. Returns how many."""
    items = [annotation(e) for e in examples]
    page = {"@context": CONTEXT, "type": "AnnotationPage", "items": items}
    write_whole(path, json.dumps(page, ensure_ascii=False, indent=1) + "\n", "The tasks")
    return len(items)


def read(path: Path) -> Iterator[Answer]:
    """The answers in a page that :func:`write` wrote, or that somebody went on with.

    Raises:
        RecordError: If the file is no page of annotations, or one of them is none of ours.
    """
    try:
        page = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise RecordError(f"{path.name} is not JSON: {error}.") from error
    items = page.get("items") if isinstance(page, dict) else None
    if not isinstance(items, list):
        raise RecordError(f"{path.name} is no AnnotationPage: it has no items.")
    for n, item in enumerate(items, 1):
        bodies = item.get("body") or []
        bodies = bodies if isinstance(bodies, list) else [bodies]
        sources = [_ours(b.get("source", "")) for b in bodies if b.get("purpose") == "identifying"]
        ids = {"evidence": _ours(item.get("id", "")), "statement": "".join(sources[:1])}
        evidence, statement = whole(ids, f"{path.name}, annotation {n}")
        said = [b.get("value", "") for b in bodies if b.get("purpose") == "assessing"]
        verdict: Verdict = said[0] if said and said[0] in VERDICTS else ""
        creator = item.get("creator") or {}
        by = creator.get("name", "") if isinstance(creator, dict) else str(creator)
        if verdict:
            yield Answer(
                evidence=evidence, statement=statement, verdict=verdict, by=str(by),
                at=str(item.get("created", "")),
            )  # fmt: skip


def _ours(value: str) -> str:
    return value.removeprefix("urn:polymath:")
