"""CSV on the Web (https://www.w3.org/TR/tabular-metadata/): metadata beside a CSV file.

Looked for under the names that the standard gives it, ``TABLE.csv-metadata.json`` and
``csv-metadata.json``. Units are what a column's ``schema:unitCode``, ``qudt:unit`` or
``sdmx-attribute:unitMeasure`` says; CSVW itself has no property for them.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from extractors.readers.bibliography import licence_id, year_of
from extractors.readers.table_metadata import (
    ColumnMetadata,
    TableMetadata,
    is_csvw,
    objects,
    strings,
    tables_of,
    text,
)
from kg.ids import normal_doi

_DTYPES = {
    "integer": "integer", "int": "integer", "long": "integer", "short": "integer",
    "nonNegativeInteger": "integer", "positiveInteger": "integer", "decimal": "number",
    "number": "number", "double": "number", "float": "number", "string": "string",
    "anyURI": "string", "boolean": "boolean", "date": "date", "datetime": "datetime",
    "dateTime": "datetime", "gYear": "year",
}  # fmt: skip
_UNITS = (
    "schema:unitCode", "schema:unitText", "qudt:unit", "qudt:hasUnit", "unit", "unitText",
    "sdmx-attribute:unitMeasure",
)  # fmt: skip


def describe(
    document: dict[str, object], file: str, relative: PurePosixPath
) -> TableMetadata | None:
    """The table whose URL is *relative*; None if the document is not CSVW or has none."""
    if not is_csvw(document):
        return None
    tables = tables_of(document)
    table = next((t for t in tables if PurePosixPath(text(t, "url")) == relative), None)
    if table is None:
        return None
    schema = table.get("tableSchema")
    schema = schema if isinstance(schema, dict) else {}
    homes = [
        text(document, "dc:identifier", "schema:identifier", "@id"),
        text(document, "schema:url"),
    ]
    described = {**document, **table} if len(tables) == 1 else document
    return TableMetadata(
        file=file,
        doi=next(filter(None, map(normal_doi, homes)), ""),
        url=next((h for h in homes if h.startswith(("http://", "https://"))), ""),
        name=text(document, "schema:name", "dc:title") or relative.stem,
        title=_said(described, "dc:title", "schema:name", "rdfs:label"),
        description=_said(described, "dc:description", "schema:description", "rdfs:comment"),
        licence=licence_id(_said(described, "dc:license", "schema:license")),
        year=year_of(_said(described, "dc:issued", "schema:datePublished", "dc:created")),
        keywords=strings(document.get("dcat:keyword", document.get("schema:keywords"))),
        table=relative.stem,
        tables=len(tables),
        columns=tuple(_column(c, i) for i, c in enumerate(objects(schema, "columns"), 1)
                      if c.get("virtual") is not True),
        primary_key=_key(schema),
        missing=tuple(strings(schema.get("null", table.get("null", "")))) or ("",),
        delimiter=_said(table.get("dialect") or document.get("dialect"), "delimiter"),
    )  # fmt: skip


def _said(document: object, *keys: str) -> str:
    """The text under the first of *keys*; CSVW may put it into an object with a language or an id."""
    if isinstance(document, dict):
        for key in keys:
            value = document.get(key)
            value = value[0] if isinstance(value, list) and value else value
            found = text(value, "@value", "@id") if isinstance(value, dict) else text(document, key)
            if found:
                return found
    return ""


def _titles(declared: dict[str, object]) -> tuple[str, ...]:
    titles = declared.get("titles")
    if isinstance(titles, dict):
        titles = next(iter(titles.values()), "")
    return strings(titles) if titles else ()


def _column(declared: dict[str, object], position: int) -> ColumnMetadata:
    """A column; its header in the file is its first title, or its name where it has none."""
    datatype = declared.get("datatype")
    base = text(datatype, "base") if isinstance(datatype, dict) else text(declared, "datatype")
    titles = _titles(declared)
    name = titles[0] if titles else text(declared, "name") or f"column_{position}"
    unit = next((u for key in _UNITS if (u := _said(declared, key))), "")
    limits = datatype if isinstance(datatype, dict) else {}
    return ColumnMetadata(
        name=name,
        title=_said(declared, "rdfs:label", "dc:title", "schema:name"),
        description=_said(declared, "dc:description", "schema:description", "rdfs:comment"),
        dtype=_DTYPES.get(base, ""),
        unit=unit,
        quantity_kind=_said(declared, "qudt:hasQuantityKind"),
        required=declared.get("required") is True,
        minimum=text(limits, "minimum", "minInclusive"),
        maximum=text(limits, "maximum", "maxInclusive"),
    )


def _key(schema: dict[str, object]) -> tuple[str, ...]:
    """The key's headers, if all its names are columns."""
    headers = {
        text(c, "name"): _column(c, i).name for i, c in enumerate(objects(schema, "columns"), 1)
    }
    keys = strings(schema.get("primaryKey", ()))
    return tuple(headers[k] for k in keys) if keys and all(k in headers for k in keys) else ()
