"""What is declared of a table by a metadata file beside it: Frictionless Data Package, Croissant or CSVW."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kg.errors import UnreadableSource

MAX_METADATA_BYTES = 16 * 2**20
"""Largest metadata file that is read, in bytes."""
NAMES = (
    "datapackage.json",
    "croissant.json",
    "croissant.jsonld",
    "metadata.json",
    "csv-metadata.json",
)
"""Names under which metadata is looked for, beside the table and one folder up; the first that fits counts."""
MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL")
"""Cells that are no value where nothing else is declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMetadata:
    """One declared column. ``dtype`` "" leaves the type to be inferred; bounds are written as in a cell."""

    name: str
    title: str = ""
    description: str = ""
    dtype: str = ""
    format: str = ""
    unit: str = ""
    quantity_kind: str = ""
    required: bool = False
    unique: bool = False
    minimum: str = ""
    maximum: str = ""
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    enum: tuple[str, ...] = ()
    true_values: tuple[str, ...] = ("true", "True", "TRUE", "1")
    false_values: tuple[str, ...] = ("false", "False", "FALSE", "0")
    decimal_mark: str = "."
    group_mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMetadata:
    """One table of a data set as its metadata file ``file`` declares both."""

    file: str
    doi: str = ""
    url: str = ""
    name: str = ""
    title: str = ""
    description: str = ""
    licence: str = ""
    version: str = ""
    year: int | None = None
    language: str = ""
    keywords: tuple[str, ...] = ()
    table: str = ""
    table_title: str = ""
    table_description: str = ""
    tables: int = 1
    columns: tuple[ColumnMetadata, ...] = ()
    primary_key: tuple[str, ...] = ()
    missing: tuple[str, ...] = MISSING
    delimiter: str = ""


Describe = Callable[[dict[str, object], str, PurePosixPath], TableMetadata | None]


def companion(path: Path) -> Path | None:
    """The metadata file that describes the table at *path*, or that claims its folder but is broken."""
    found = _find(path)
    return found[0] if found else None


def metadata(path: Path, formats: Iterable[Describe]) -> TableMetadata | None:
    """What the table's companion declares, read by the first of *formats* that knows it; None without one.

    Raises:
        UnreadableSource: If the companion is not JSON or its parts are not what its format asks for.
    """
    found = _find(path)
    if found is None:
        return None
    where, relative = found
    document = _load(where)
    if not isinstance(document, dict):
        raise UnreadableSource(
            f"{where.name} beside {path.name} is not a JSON object that can be read; repair it or remove it."
        )
    for describe in formats:
        if (declared := describe(document, where.name, relative)) is not None:
            return declared
    return None


def is_croissant(document: object) -> bool:
    """Whether a JSON document is Croissant: a schema.org Dataset with record sets or a Croissant context."""
    if not isinstance(document, dict) or "@context" not in document:
        return False
    context = json.dumps(document["@context"]) + str(document.get("conformsTo", ""))
    kind = document.get("@type")
    return "mlcommons.org/croissant" in context or (
        isinstance(kind, str) and kind.endswith("Dataset") and "recordSet" in document
    )


def is_csvw(document: object) -> bool:
    """Whether a JSON document is CSVW metadata: its context says so."""
    return isinstance(document, dict) and "www.w3.org/ns/csvw" in json.dumps(
        document.get("@context", "")
    )


def tables_of(document: object) -> list[dict[str, object]]:
    """The tables that CSVW metadata describes: those of its group, or the one that it is."""
    found = objects(document, "tables")
    return found or ([document] if isinstance(document, dict) and "url" in document else [])


def _find(path: Path) -> tuple[Path, PurePosixPath] | None:
    path = path.absolute()
    for folder in (path.parent, path.parent.parent):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        for name in (f"{path.name}-metadata.json", *NAMES):
            where = folder / name
            if not where.is_file():
                continue
            document = _load(where)
            if document is None:
                if folder == path.parent and name != "metadata.json":
                    return where, relative
            elif mentions(document, relative):
                return where, relative
    return None


def _load(where: Path) -> object:
    """The JSON document, None if it cannot be read as such."""
    try:
        if where.stat().st_size > MAX_METADATA_BYTES:
            return None
        return json.loads(where.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None


def mentions(document: object, relative: PurePosixPath) -> bool:
    """Whether a metadata document says anything of the file at *relative* to itself."""
    if is_croissant(document):
        return any(names_file(part, relative) for part in objects(document, "distribution"))
    if is_csvw(document):
        return any(PurePosixPath(text(t, "url")) == relative for t in tables_of(document))
    return any(relative in paths(resource) for resource in objects(document, "resources"))


def objects(document: object, key: str) -> list[dict[str, object]]:
    """The JSON objects in the list (or the one object) under *key*."""
    value = document.get(key) if isinstance(document, dict) else None
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict)]


def text(document: object, *keys: str) -> str:
    """The first of *keys* that holds a string or number, as text."""
    if isinstance(document, dict):
        for key in keys:
            value = document.get(key)
            if isinstance(value, list) and value:
                value = value[0]
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                return str(value).strip()
    return ""


def strings(value: object) -> tuple[str, ...]:
    """A string or a list of scalars as a tuple of strings."""
    items = value if isinstance(value, list) else [value]
    return tuple(
        str(i) for i in items if isinstance(i, str | int | float) and not isinstance(i, bool)
    )


def paths(resource: dict[str, object]) -> set[PurePosixPath]:
    """The local paths of a Frictionless resource."""
    return {PurePosixPath(p) for p in strings(resource.get("path")) if "://" not in p}


def names_file(part: dict[str, object], relative: PurePosixPath) -> bool:
    """Whether a Croissant distribution part is the file at *relative*, by content URL, name or glob."""
    address = text(part, "contentUrl")
    named = {text(part, "@id"), text(part, "name"), PurePosixPath(address).name}
    if relative.name in named or (address and PurePosixPath(address) == relative):
        return True
    return any(relative.match(glob) for glob in strings(part.get("includes")) if glob)
