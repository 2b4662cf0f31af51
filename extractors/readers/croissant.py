"""Croissant 1.0, the JSON-LD metadata of machine-learning data sets (https://docs.mlcommons.org/croissant)."""

from __future__ import annotations

from pathlib import PurePosixPath

from extractors.readers.bibliography import licence_id, year_of
from extractors.readers.table_metadata import (
    ColumnMetadata,
    TableMetadata,
    is_croissant,
    names_file,
    objects,
    strings,
    text,
)
from kg.ids import normal_doi

_DTYPES = {
    "integer": "integer", "int8": "integer", "int16": "integer", "int32": "integer",
    "int64": "integer", "float": "number", "number": "number", "float16": "number",
    "float32": "number", "float64": "number", "text": "string", "url": "string",
    "boolean": "boolean", "bool": "boolean", "date": "date", "datetime": "datetime",
}  # fmt: skip


def describe(
    document: dict[str, object], file: str, relative: PurePosixPath
) -> TableMetadata | None:
    """The record set drawn from the file at *relative*; None if the document is not Croissant or has none."""
    if not is_croissant(document):
        return None
    parts = objects(document, "distribution")
    part = next((p for p in parts if names_file(p, relative)), None)
    if part is None:
        return None
    part_id = text(part, "@id", "name")
    best: tuple[dict[str, object], tuple[ColumnMetadata, ...]] = ({}, ())
    for records in objects(document, "recordSet"):
        columns = _columns(records, part_id)
        if len(columns) > len(best[1]):
            best = records, columns
    records, columns = best
    address = text(document, "url", "sameAs")
    homes = [text(document, "identifier"), address, text(document, "@id")]
    return TableMetadata(
        file=file,
        doi=next(filter(None, map(normal_doi, homes)), ""),
        url=next((a for a in homes if a.startswith(("http://", "https://"))), ""),
        name=text(document, "name"),
        title=text(document, "name"),
        description=text(document, "description"),
        licence=licence_id(text(document, "license")),
        version=text(document, "version"),
        year=year_of(text(document, "datePublished", "dateCreated")),
        language=text(document, "inLanguage"),
        keywords=strings(document.get("keywords")),
        table=text(records, "name", "@id") or relative.stem,
        table_description=text(records, "description") or text(part, "description"),
        tables=sum(1 for p in parts if text(p, "@type").endswith("FileObject")),
        columns=columns,
        primary_key=_key(records, columns),
    )


def _columns(records: dict[str, object], part: str) -> tuple[ColumnMetadata, ...]:
    """The columns of the file *part*; fields made from file names, joins or nested data are none."""
    columns: dict[str, ColumnMetadata] = {}
    for declared in objects(records, "field"):
        source = declared.get("source")
        if not isinstance(source, dict):
            continue
        origin = source.get("fileObject", source.get("fileSet"))
        column = text(source.get("extract"), "column")
        if column and (text(origin, "@id") or (origin if isinstance(origin, str) else "")) == part:
            changed = "transform" in source  # then the cell itself need not be of the declared type
            columns[column] = ColumnMetadata(
                name=column,
                description=text(declared, "description"),
                dtype="" if changed else _dtype(declared.get("dataType")),
                unit=text(declared, "unit", "unitCode", "unitText"),
            )
    return tuple(columns.values())


def _dtype(declared: object) -> str:
    named = (d.rpartition("/")[2].rpartition(":")[2].lower() for d in strings(declared))
    found = [_DTYPES[name] for name in named if name in _DTYPES]
    return "number" if "number" in found else found[0] if found else ""


def _key(records: dict[str, object], columns: tuple[ColumnMetadata, ...]) -> tuple[str, ...]:
    """The key's column names, if all of them are columns of the table."""
    keys = [text(k, "@id") for k in objects(records, "key")]
    named: dict[str, str] = {}
    for declared in objects(records, "field"):
        source = declared.get("source")
        if isinstance(source, dict):
            named[text(declared, "@id")] = text(source.get("extract"), "column")
    found = tuple(named.get(key, "") for key in keys)
    return found if found and all(any(c.name == name for c in columns) for name in found) else ()
