"""CSL-JSON, the items of citation processors and of Zotero (https://citeproc-js.readthedocs.io)."""

from __future__ import annotations

import json
from typing import Any

from extractors.readers.base import Draft, Reader, SourceFile
from extractors.readers.bibliography import year_of
from extractors.readers.records import Record, add
from kg.batch import SourceBatch


def read(file: SourceFile) -> SourceBatch:
    """Read all items; one that is no reference becomes a warning.

    Raises:
        UnreadableSource: If it is not JSON, not a list, or holds no reference.
    """
    try:
        items = json.loads(file.text)
    except json.JSONDecodeError as error:
        raise file.refuse(
            f"is not JSON ({error.msg} in line {error.lineno}, column {error.colno}); "
            "it may be cut off, so export it again"
        ) from None
    except RecursionError:
        raise file.refuse(
            "is JSON nested too deeply to be a bibliography; check where it comes from"
        ) from None
    expected = "a list of CSL items with type and title was expected; export it as CSL-JSON"
    if not isinstance(items, list):
        raise file.refuse(f"is JSON but not a bibliography: {expected}")
    if not any(isinstance(item, dict) and "title" in item and "type" in item for item in items):
        raise file.refuse(f"is a JSON list but not a bibliography: {expected}")
    draft = Draft(file)
    for number, item in enumerate(items, 1):
        if isinstance(item, dict) and isinstance(item.get("title"), str):
            add(draft, file, _record(item, number))
        else:
            draft.warn(f"has the item {number} without a title; it was left out, so give it one")
    return draft.batch(READER)


def _record(item: dict[str, Any], number: int) -> Record:
    def text(*names: str) -> str:
        for name in names:
            value = item.get(name)
            if isinstance(value, list) and value:
                value = value[0]
            if isinstance(value, str | int) and str(value).strip():
                return str(value)
        return ""

    listed = item.get("author")
    people = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    authors = [
        " ".join(
            str(p[k]) for k in ("non-dropping-particle", "family", "given", "literal") if p.get(k)
        )
        for p in people
    ]
    surname = " ".join(
        str(people[0][k]) for k in ("non-dropping-particle", "family", "literal") if people[0].get(k)
    ) if people else ""  # fmt: skip
    return Record(
        label=repr(text("id")) if text("id") else f"number {number}",
        title=text("title"),
        abstract=text("abstract"),
        doi=text("DOI", "doi"),
        url=text("URL"),
        year=_issued(item.get("issued")),
        authors=tuple(filter(None, authors)),
        surname=surname,
        venue=text("container-title", "publisher"),
        language=text("language"),
        keywords=tuple(k.strip() for k in text("keyword").split(",") if k.strip()),
        licence=text("license"),
        version=text("version"),
        is_data=item.get("type") == "dataset",
    )


def _issued(date: object) -> int | None:
    if not isinstance(date, dict):
        return None
    parts = date.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return year_of(parts[0][0])
    return year_of(date.get("raw") or date.get("literal") or "")


READER = Reader(
    name="csl_json",
    version="1",
    suffixes=(".json",),
    media_type="application/vnd.citationstyles.csl+json",
    sniff=lambda file: True,
    read=read,
)
