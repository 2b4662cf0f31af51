"""BibTeX and BibLaTeX databases, through the bibtexparser package; LaTeX in fields becomes Unicode."""

from __future__ import annotations

import logging
import re

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    SeparateCoAuthors,
    SplitNameParts,
)
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ParsingFailedBlock

from extractors.readers.base import Draft, Reader, SourceFile
from extractors.readers.bibliography import year_of
from extractors.readers.records import Record, add
from kg.batch import SourceBatch

_ENTRY = re.compile(r"^[ \t]*@[A-Za-z]+\s*[{(]", re.MULTILINE)
_BRACES = re.compile(r"[{}]")
_MATH = re.compile(r"\$([^$]*)\$")


def read(file: SourceFile) -> SourceBatch:
    """Read all entries of a database; a broken one becomes a warning.

    Raises:
        UnreadableSource: If no entry can be read.
    """
    if not _ENTRY.search(file.text):
        raise file.refuse("holds no BibTeX entry (@article{…}); check that it is a BibTeX database")
    logging.getLogger("bibtexparser").setLevel(logging.ERROR)  # what fails is told below, once
    library = parse_string(
        file.text,
        append_middleware=[LatexDecodingMiddleware(), SeparateCoAuthors(), SplitNameParts()],
    )
    draft = Draft(file)
    for block in library.failed_blocks:
        _failed(draft, block)
    for entry in library.entries:
        add(draft, file, _record(entry))
    if not draft.passages.build():
        raise file.refuse(
            "holds no BibTeX entry that can be read"
            + (f" ({draft.warnings[0].rstrip('.')})" if draft.warnings else "")
            + "; repair its braces and commas"
        )
    return draft.batch(READER)


def _failed(draft: Draft, block: ParsingFailedBlock) -> None:
    line = (block.start_line or 0) + 1
    if isinstance(block, DuplicateBlockKeyBlock):
        draft.warn(
            f"uses the key {block.key!r} a second time in line {line}; only the first was kept"
        )
    else:
        draft.warn(
            f"has an entry in line {line} that cannot be read; repair its braces, commas and quotes"
        )


def _record(entry: Entry) -> Record:
    fields = {f.key.lower(): f.value for f in entry.fields}

    def text(*names: str) -> str:
        for name in names:
            if isinstance(value := fields.get(name), str | int) and str(value).strip():
                plain = _MATH.sub(lambda m: m[1].replace("_", ""), str(value))
                return _BRACES.sub("", plain).strip()
        return ""

    people = [p for p in fields.get("author") or () if not isinstance(p, str)]
    names = [(" ".join([*p.von, *p.last]), " ".join([*p.first, *p.jr])) for p in people]
    authors = tuple(_BRACES.sub("", f"{last} {first}").strip() for last, first in names)
    arxiv = text("eprint") if text("archiveprefix", "eprinttype").lower() == "arxiv" else ""
    return Record(
        label=repr(entry.key),
        title=text("title"),
        abstract=text("abstract"),
        doi=text("doi"),
        arxiv=arxiv,
        url=text("url"),
        year=year_of(text("year", "date")),
        authors=authors,
        surname=_BRACES.sub("", names[0][0]) if names else "",
        venue=text("journal", "journaltitle", "booktitle", "publisher", "school", "institution"),
        language=text("langid", "language"),
        keywords=tuple(filter(None, re.split(r"\s*[,;]\s*", text("keywords")))),
        licence=text("license", "licence", "copyright"),
        version=text("version"),
        is_data=entry.entry_type.lower() in ("dataset", "data"),
    )


READER = Reader(
    name="bibtex",
    version="1",
    suffixes=(".bib", ".bibtex"),
    media_type="application/x-bibtex",
    sniff=lambda file: True,
    read=read,
)
