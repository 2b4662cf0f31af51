"""Vocabularies: named concepts with aliases, from CSV, OBO and SKOS files.

A folder of CSV files is one vocabulary, whose files may name each other's concepts as broader.

CSV has the header ``id,name,kind,aliases,aliases_zh,definition,broader,disciplines`` (only
``id`` and ``name`` are needed); cells with several values separate them by ``|``.
OBO is the flat file format 1.4 of the OBO Foundry, SKOS the W3C recommendation of 2009
(https://www.w3.org/TR/skos-reference/) as RDF/XML or, with rdflib, Turtle.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from extractors.ontology_files import read_obo, read_skos_xml, read_turtle, text_of
from extractors.vocabulary_entry import Entry
from kg.errors import UnreadableSource
from kg.ids import digest
from kg.model import Names, Scheme
from kg.ontology import KINDS

__all__ = ["SHIPPED", "Entry", "Vocabulary", "load_vocabulary", "shipped_vocabularies"]

SHIPPED = Path(__file__).resolve().parent / "vocabularies"
_COLUMNS = (
    "id", "name", "kind", "aliases", "aliases_zh", "definition", "broader", "disciplines"
)  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """A scheme and its concepts.

    >>> v = Vocabulary(Scheme(id="scheme:mine"), (Entry(id="mine:1", name="graphene"),))
    >>> v.by_id["mine:1"].name, len(v.digest)
    ('graphene', 32)
    """

    scheme: Scheme
    entries: tuple[Entry, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """The entries by their id."""
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def digest(self) -> str:
        """Changes when any entry changes."""
        return digest(self.scheme.id, *(repr(entry) for entry in self.entries))


def load_vocabulary(path: str | Path, *, kind: str = "term") -> Vocabulary:
    """Read a ``.csv``, ``.obo``, ``.rdf``/``.xml``/``.skos`` or ``.ttl`` file, or a folder of CSV files.

    Args:
        path: The file or folder.
        kind: A key of :data:`kg.ontology.KINDS`, for concepts whose file does not say.

    Raises:
        UnreadableSource: If the file is missing, of another type, or wrong in some line.
        MissingExtra: If it is Turtle and rdflib is not installed.
    """
    path = Path(path)
    if kind not in KINDS:
        raise UnreadableSource(f"{kind!r} is no kind of concept; use one of {', '.join(KINDS)}")
    if path.is_dir():
        return _load_folder(path, kind)
    readers = {
        ".csv": _read_one_csv, ".obo": read_obo, ".rdf": read_skos_xml, ".xml": read_skos_xml,
        ".skos": read_skos_xml, ".ttl": read_turtle,
    }  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableSource(
            f"{path.name} ends in {path.suffix!r}, which is no vocabulary format; "
            f"give a file that ends in {', '.join(readers)}"
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(
            f"The vocabulary {path} cannot be opened: {error.strerror}; check the path"
        ) from error
    header, entries = reader(path, raw, kind)
    if not entries:
        raise UnreadableSource(f"{path.name} holds no concept; expected at least one")
    stem = path.name.split(".", 1)[0]
    scheme = Scheme(
        id=f"scheme:{header.get('id', stem)}",
        name=header.get("name", stem),
        version=header.get("version", sha256(raw).hexdigest()[:12]),
        licence=header.get("licence", ""),
        url=header.get("url", ""),
    )
    return Vocabulary(scheme, tuple(entries))


@cache
def shipped_vocabularies() -> tuple[Vocabulary, ...]:
    """The vocabularies that come with Polymath: one, of ten files, by field."""
    return (load_vocabulary(SHIPPED),)


def _load_folder(folder: Path, kind: str) -> Vocabulary:
    table = _CsvTable(kind)
    header: dict[str, str] = {}
    hashed = sha256()
    for path in sorted(folder.glob("*.csv")):
        raw = path.read_bytes()
        hashed.update(raw.replace(b"\r\n", b"\n"))
        header |= table.read(path, raw)
    if not table.entries:
        raise UnreadableSource(f"The folder {folder} holds no CSV file with a concept; add one")
    name = "polymath" if folder == SHIPPED else folder.name
    scheme = Scheme(
        id=f"scheme:{header.get('id', name)}",
        name=header.get("name", "Polymath" if folder == SHIPPED else folder.name),
        version=header.get("version", hashed.hexdigest()[:12]),
        licence=header.get("licence", "Apache-2.0" if folder == SHIPPED else ""),
        url=header.get("url", ""),
    )
    return Vocabulary(scheme, table.checked())


def _many(cell: str | None) -> Names:
    return tuple(dict.fromkeys(v for part in (cell or "").split("|") if (v := part.strip())))


def _read_one_csv(path: Path, raw: bytes, kind: str) -> tuple[dict[str, str], list[Entry]]:
    table = _CsvTable(kind)
    header = table.read(path, raw)
    return header, list(table.checked())


class _CsvTable:
    """Rows of one or more CSV files of one vocabulary; broader ids are checked when all are read."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.entries: dict[str, Entry] = {}
        self._broader: list[tuple[str, str]] = []

    def read(self, path: Path, raw: bytes) -> dict[str, str]:
        """Add the rows of a file; what its ``# name: value`` lines say comes back."""
        lines = text_of(path, raw).splitlines(keepends=True)
        header: dict[str, str] = {}
        first = 0
        while first < len(lines) and lines[first].startswith("#"):  # "# licence: CC0-1.0"
            name, _, value = lines[first].lstrip("# ").partition(":")
            header[name.strip().lower()] = value.strip()
            first += 1
        rows = csv.reader(lines[first:], strict=True)
        try:
            columns = [c.strip() for c in next(rows, [])]
            unknown = [c for c in columns if c not in _COLUMNS]
            if unknown or not {"id", "name"} <= set(columns):
                raise UnreadableSource(
                    f"{path.name}, line {first + 1}: found the columns "
                    f"{', '.join(columns) or 'none'}; "
                    f"expected id and name and any of {', '.join(_COLUMNS[2:])}"
                )
            for row in rows:
                if any(row):
                    self._add(columns, row, f"{path.name}, line {first + rows.line_num}")
        except csv.Error as error:
            raise UnreadableSource(
                f"{path.name}, line {first + rows.line_num}: {error}; mend the quotes"
            ) from error
        return header

    def _add(self, columns: list[str], row: list[str], at: str) -> None:
        if len(row) != len(columns):
            raise UnreadableSource(
                f"{at}: found {len(row)} cells, expected {len(columns)}; "
                "put cells that hold a comma in quotes"
            )
        cells = dict(zip(columns, (c.strip() for c in row), strict=True))
        ident, kind = cells["id"], cells.get("kind") or self.kind
        if not ident or not cells["name"]:
            raise UnreadableSource(f"{at}: found no id or no name; give the concept both")
        if kind not in KINDS:
            raise UnreadableSource(
                f"{at}: found the kind {kind!r}; expected one of {', '.join(KINDS)}"
            )
        if ident in self.entries:
            raise UnreadableSource(f"{at}: found the id {ident} a second time; ids are unique")
        entry = Entry(
            id=ident,
            name=cells["name"],
            kind=kind,
            aliases=_many(cells.get("aliases")),
            aliases_zh=_many(cells.get("aliases_zh")),
            definition=cells.get("definition", ""),
            broader=_many(cells.get("broader")),
            disciplines=_many(cells.get("disciplines")),
        )
        self.entries[ident] = entry
        self._broader += ((at, b) for b in entry.broader)

    def checked(self) -> tuple[Entry, ...]:
        """All entries, if every broader concept is one of them."""
        for at, broader in self._broader:
            if broader not in self.entries:
                raise UnreadableSource(
                    f"{at}: found the broader concept {broader}, "
                    "which has no row of its own; add the row or empty the cell"
                )
        return tuple(self.entries.values())
