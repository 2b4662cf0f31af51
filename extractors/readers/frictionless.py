"""Frictionless Data Package and Table Schema (https://datapackage.org), versions 1 and 2."""

from __future__ import annotations

from pathlib import PurePosixPath

from extractors.readers.bibliography import licence_id, year_of
from extractors.readers.table_metadata import (
    ColumnMetadata,
    TableMetadata,
    objects,
    paths,
    strings,
    text,
)
from kg.errors import UnreadableSource
from kg.ids import normal_doi

_DTYPES = {"integer", "number", "string", "boolean", "date", "datetime", "year"}


def describe(
    document: dict[str, object], file: str, relative: PurePosixPath
) -> TableMetadata | None:
    """The resource whose path is *relative*; None if the document is no data package that has one.

    Raises:
        UnreadableSource: If its schema is not written out, or a field has no name.
    """
    resources = objects(document, "resources")
    resource = next((r for r in resources if relative in paths(r)), None)
    if resource is None:
        return None
    schema = resource.get("schema", {})
    if not isinstance(schema, dict):
        raise UnreadableSource(
            f"{file} refers to a schema elsewhere for {relative.name}; write the schema into {file} itself."
        )
    licences = objects(document, "licenses") or objects(resource, "licenses")
    licence = text(licences[0], "path", "name", "title") if licences else ""
    home = [text(document, "id"), text(document, "homepage")]
    doi = next(filter(None, map(normal_doi, home)), "")
    dialect = resource.get("dialect")
    return TableMetadata(
        file=file,
        doi=doi,
        url=next((a for a in home if a.startswith(("http://", "https://"))), ""),
        name=text(document, "name"),
        title=text(document, "title"),
        description=text(document, "description"),
        licence=licence_id(licence),
        version=text(document, "version"),
        year=year_of(text(document, "created", "year")),
        language=text(document, "language", "inLanguage"),
        keywords=(*strings(document.get("disciplines")), *strings(document.get("keywords"))),
        table=text(resource, "name") or relative.stem,
        table_title=text(resource, "title"),
        table_description=text(resource, "description"),
        tables=len(resources),
        columns=tuple(_column(f, file, relative) for f in objects(schema, "fields")),
        primary_key=strings(schema.get("primaryKey")),
        missing=_missing(schema.get("missingValues")),
        delimiter=text(dialect, "delimiter") if isinstance(dialect, dict) else "",
    )


def _missing(declared: object) -> tuple[str, ...]:
    """Missing values: a list of strings, in version 2 also of ``{value, label}``."""
    if not isinstance(declared, list):
        return ("",)
    return tuple(text(v, "value") if isinstance(v, dict) else str(v) for v in declared)


def _column(declared: dict[str, object], file: str, relative: PurePosixPath) -> ColumnMetadata:
    name = text(declared, "name")
    if not name:
        raise UnreadableSource(
            f"{file} declares a field of {relative.name} without a name; give it the column's name."
        )
    limits = declared.get("constraints")
    limits = limits if isinstance(limits, dict) else {}
    dtype = text(declared, "type") or "string"
    plain = ColumnMetadata(name=name)
    return ColumnMetadata(
        name=name,
        title=text(declared, "title"),
        description=text(declared, "description"),
        dtype=dtype if dtype in _DTYPES else "" if dtype == "any" else "string",
        format=text(declared, "format") if dtype in ("date", "datetime") else "",
        unit=text(declared, "unit"),
        quantity_kind=text(declared, "quantityKind", "quantity_kind"),
        required=limits.get("required") is True,
        unique=limits.get("unique") is True,
        minimum=text(limits, "minimum"),
        maximum=text(limits, "maximum"),
        min_length=_whole(limits.get("minLength")),
        max_length=_whole(limits.get("maxLength")),
        pattern=text(limits, "pattern"),
        enum=_enum(limits.get("enum")),
        true_values=strings(declared.get("trueValues")) or plain.true_values,
        false_values=strings(declared.get("falseValues")) or plain.false_values,
        decimal_mark=text(declared, "decimalChar") or ".",
        group_mark=text(declared, "groupChar"),
    )


def _enum(declared: object) -> tuple[str, ...]:
    if not isinstance(declared, list):
        return ()
    return tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in declared)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
