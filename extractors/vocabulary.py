"""Vocabularies: named concepts with aliases, from CSV, OBO and SKOS files.

A folder of CSV files is one vocabulary, whose files may name each other's concepts as broader.

CSV has the header ``id,name,kind,aliases,aliases_zh,definition,broader,disciplines`` (only
``id`` and ``name`` are needed); cells with several values separate them by ``|``.
OBO is the flat file format 1.4 of the OBO Foundry, SKOS the W3C recommendation of 2009
(https://www.w3.org/TR/skos-reference/) as RDF/XML or, with rdflib, Turtle.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from lxml import etree

from kg._optional import require
from kg.errors import UnreadableSource
from kg.ids import digest
from kg.model import Names, Scheme
from kg.ontology import KINDS

SHIPPED = Path(__file__).resolve().parent / "vocabularies"
_COLUMNS = (
    "id", "name", "kind", "aliases", "aliases_zh", "definition", "broader", "disciplines"
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One concept of a vocabulary; ``broader`` holds ids of the same vocabulary."""

    id: str
    name: str
    kind: str = "term"
    aliases: Names = ()
    aliases_zh: Names = ()
    definition: str = ""
    broader: Names = ()
    disciplines: Names = ()


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
        ".csv": _read_one_csv, ".obo": _read_obo, ".rdf": _read_skos_xml, ".xml": _read_skos_xml,
        ".skos": _read_skos_xml, ".ttl": _read_turtle,
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


def _text(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UnreadableSource(
            f"{path.name}, line {line}: found a byte that is not UTF-8; save the file as UTF-8"
        ) from error


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
        lines = _text(path, raw).splitlines(keepends=True)
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


_OBO_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(\w*)')


def _read_obo(path: Path, raw: bytes, kind: str) -> tuple[dict[str, str], list[Entry]]:
    header: dict[str, str] = {}
    entries: list[Entry] = []
    stanza: dict[str, list[str]] = {}
    in_term, in_header = False, True

    def close(line: int) -> None:
        if not in_term or stanza.get("is_obsolete") == ["true"]:
            return
        if "id" not in stanza:
            raise UnreadableSource(
                f"{path.name}, line {line}: found a [Term] without an id; give it one"
            )
        if "name" not in stanza:
            return  # a dangling reference, which the format allows
        quoted = [_OBO_QUOTED.match(v) for v in stanza.get("synonym", ())]
        definition = _OBO_QUOTED.match(stanza.get("def", [""])[0])
        entries.append(
            Entry(
                id=stanza["id"][0],
                name=stanza["name"][0],
                kind=kind,
                aliases=tuple(dict.fromkeys(m[1] for m in quoted if m and m[2] == "EXACT")),
                definition=definition[1].replace('\\"', '"') if definition else "",
                broader=tuple(v.split("!")[0].split("{")[0].strip() for v in stanza.get("is_a", ())),
            )
        )

    number = 0
    for number, line in enumerate(_text(path, raw).splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("!"):
            continue
        if line.startswith("["):
            close(number)
            stanza, in_term, in_header = {}, line == "[Term]", False
            continue
        tag, colon, value = line.partition(":")
        if not colon:
            raise UnreadableSource(
                f"{path.name}, line {number}: found {line[:40]!r}, expected 'tag: value'"
            )
        if in_header:
            name = {"ontology": "id", "data-version": "version"}.get(tag)
            if name:
                header[name] = value.strip()
        else:
            stanza.setdefault(tag, []).append(value.strip())
    close(number)
    return header, _without_dangling(entries)


def _without_dangling(entries: Iterable[Entry]) -> list[Entry]:
    """Ontologies are cut into modules: a parent in another module is no error, but no edge either."""
    entries = list({entry.id: entry for entry in entries}.values())
    known = {entry.id for entry in entries}
    return [
        entry
        if all(b in known for b in entry.broader)
        else Entry(
            id=entry.id, name=entry.name, kind=entry.kind, aliases=entry.aliases,
            aliases_zh=entry.aliases_zh, definition=entry.definition,
            broader=tuple(b for b in entry.broader if b in known),
        )
        for entry in entries
    ]  # fmt: skip


_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def compact_id(uri: str) -> str:
    """A URI of a well-known vocabulary as its usual short id; any other as it is.

    >>> compact_id("http://www.wikidata.org/entity/Q42"), compact_id("http://id.nlm.nih.gov/mesh/D001")
    ('wikidata:Q42', 'mesh:D001')
    >>> compact_id("http://purl.obolibrary.org/obo/CHEBI_15377")
    'CHEBI:15377'
    """
    for pattern, form in (
        (r"https?://www\.wikidata\.org/entity/(Q\d+)$", r"wikidata:\1"),
        (r"https?://id\.nlm\.nih\.gov/mesh/(\w+)$", r"mesh:\1"),
        (r"https?://purl\.obolibrary\.org/obo/([A-Za-z]+)_(\w+)$", r"\1:\2"),
    ):
        if re.match(pattern, uri):
            return re.sub(pattern, form, uri)
    return uri


class _Skos:
    """Labels and links of SKOS concepts, in whatever order a file gives them."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.concepts: dict[str, None] = {}
        self.labels: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.broader: dict[str, list[str]] = {}

    def label(self, subject: str, name: str, text: str, language: str) -> None:
        if text.strip():
            self.labels.setdefault((subject, name), []).append(
                (language.lower(), " ".join(text.split()))
            )

    def link(self, subject: str, name: str, other: str) -> None:
        narrow, broad = (subject, other) if name == "broader" else (other, subject)
        self.broader.setdefault(narrow, []).append(broad)

    def entries(self) -> list[Entry]:
        found = []
        for uri in self.concepts:
            preferred = self.labels.get((uri, "prefLabel"), [])
            names = [t for lang, t in preferred if lang == "" or lang.startswith("en")]
            names += [t for _, t in preferred if t not in names]
            if not names:
                continue
            every = preferred + self.labels.get((uri, "altLabel"), [])
            definitions = self.labels.get((uri, "definition"), [])
            found.append(
                Entry(
                    id=compact_id(uri),
                    name=names[0],
                    kind=self.kind,
                    aliases=tuple(
                        dict.fromkeys(
                            t
                            for lang, t in every
                            if t != names[0] and (lang == "" or lang.startswith("en"))
                        )
                    ),
                    aliases_zh=tuple(
                        dict.fromkeys(t for lang, t in every if lang.startswith("zh"))
                    ),
                    definition=next(
                        (t for lang, t in definitions if lang == "" or lang.startswith("en")), ""
                    ),
                    broader=tuple(
                        dict.fromkeys(compact_id(b) for b in self.broader.get(uri, ()))
                    ),
                )
            )
        return _without_dangling(found)


_LABELS = ("prefLabel", "altLabel", "definition")


def _read_skos_xml(path: Path, raw: bytes, kind: str) -> tuple[dict[str, str], list[Entry]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableSource(f"{path.name}: {error.msg}; mend the XML") from error
    skos = _Skos(kind)
    header: dict[str, str] = {}
    for node in root:
        if not isinstance(node.tag, str):
            continue
        uri = node.get(f"{{{_RDF}}}about") or node.get(f"{{{_RDF}}}ID") or ""
        types = {node.tag} | {
            "{" + t.replace("#", "#}", 1)
            for c in node.findall(f"{{{_RDF}}}type")
            if (t := c.get(f"{{{_RDF}}}resource"))
        }
        if f"{{{_SKOS}}}ConceptScheme" in types:
            header["url"] = uri
        if f"{{{_SKOS}}}Concept" not in types:
            continue
        if not uri:
            raise UnreadableSource(
                f"{path.name}, line {node.sourceline}: found a skos:Concept without rdf:about; "
                "give it a URI"
            )
        skos.concepts[uri] = None
        for child in node:
            if not isinstance(child.tag, str) or not child.tag.startswith(f"{{{_SKOS}}}"):
                continue
            name = child.tag.rsplit("}", 1)[1]
            if name in _LABELS:
                language = child.get(_XML_LANG) or ""
                skos.label(uri, name, "".join(child.itertext()), language)
            elif name in ("broader", "narrower") and (
                other := child.get(f"{{{_RDF}}}resource")
            ):
                skos.link(uri, name, other)
    return header, skos.entries()


def _read_turtle(path: Path, raw: bytes, kind: str) -> tuple[dict[str, str], list[Entry]]:
    rdflib = require("rdflib", "skos", "read SKOS vocabularies in Turtle")
    graph = rdflib.Graph()
    try:
        graph.parse(data=_text(path, raw), format="turtle")
    except Exception as error:  # rdflib's parser raises many classes, BadSyntax among them
        line = getattr(error, "lines", 0)
        raise UnreadableSource(
            f"{path.name}, line {line + 1}: this is not Turtle; mend the line"
        ) from error
    skos = _Skos(kind)
    for subject in sorted(graph.subjects(rdflib.RDF.type, rdflib.URIRef(_SKOS + "Concept"))):
        uri = str(subject)
        skos.concepts[uri] = None
        for name in _LABELS:
            for value in sorted(graph.objects(subject, rdflib.URIRef(_SKOS + name))):
                skos.label(uri, name, str(value), getattr(value, "language", "") or "")
        for name in ("broader", "narrower"):
            for value in sorted(graph.objects(subject, rdflib.URIRef(_SKOS + name))):
                skos.link(uri, name, str(value))
    return {}, skos.entries()
