"""RIS, the tagged format of reference managers and databases, through the rispy package."""

from __future__ import annotations

import re
from typing import Any

import rispy

from extractors.readers.base import Draft, Reader, SourceFile
from extractors.readers.bibliography import person, year_of
from extractors.readers.records import Record, add
from kg.batch import SourceBatch

_START = re.compile(r"^TY {1,2}- ?", re.MULTILINE)
_END = re.compile(r"^ER {1,2}- ?.*$", re.MULTILINE)


def read(file: SourceFile) -> SourceBatch:
    """Read all references; one that is not closed or cannot be read becomes a warning.

    Raises:
        UnreadableSource: If no reference can be read.
    """
    text = file.text
    starts = [m.start() for m in _START.finditer(text)]
    if not starts:
        raise file.refuse(
            "holds no RIS reference (a line `TY  - JOUR`); check that it is a RIS file"
        )
    draft = Draft(file)
    line, counted = 1, 0
    for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
        line += text.count("\n", counted, start)
        counted = start
        block = text[start:following]
        end = _END.search(block)
        if end is None:
            draft.warn(
                f"has a reference in line {line} without its end (`ER  - `); it was left out"
            )
            continue
        try:
            entries = rispy.loads(block[: end.end()])
        except (ValueError, KeyError, IndexError, TypeError, OSError) as error:
            said = " ".join(str(error).split())[:100]
            draft.warn(
                f"has a reference in line {line} that cannot be read ({said}); it was left out"
            )
            continue
        for entry in entries:
            add(draft, file, _record(entry, line))
    if not draft.passages.build():
        raise file.refuse(
            "holds no RIS reference that can be read; each needs a title and a line `ER  - `"
        )
    return draft.batch(READER)


def _record(entry: dict[str, Any], line: int) -> Record:
    def text(*names: str) -> str:
        for name in names:
            value = entry.get(name)
            if isinstance(value, list):
                value = " ".join(map(str, value))
            if value:
                return str(value)
        return ""

    names = [str(n) for n in entry.get("authors") or entry.get("first_authors") or ()]
    urls = entry.get("urls") or []
    return Record(
        label=f"in line {line}",
        title=text("title", "primary_title", "short_title"),
        abstract=text("abstract", "notes_abstract"),
        doi=text("doi"),
        url=str(urls[0]) if urls else text("url"),
        year=year_of(text("year", "publication_year", "date")),
        authors=tuple(map(person, names)),
        surname=names[0].partition(",")[0].strip() if names else "",
        venue=text(
            "journal_name", "secondary_title", "alternate_title1", "alternate_title3", "publisher"
        ),
        language=text("language"),
        keywords=tuple(map(str, entry.get("keywords") or ())),
        version=text("version", "edition"),
        is_data=entry.get("type_of_reference") in ("DATA", "AGGR", "DBASE"),
    )


READER = Reader(
    name="ris",
    version="1",
    suffixes=(".ris",),
    media_type="application/x-research-info-systems",
    sniff=lambda file: True,
    read=read,
)
