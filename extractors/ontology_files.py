"""Concepts from ontologies: OBO flat files, and SKOS as RDF/XML or Turtle.

OBO is the flat file format 1.4 of the OBO Foundry, SKOS the W3C recommendation of 2009
(https://www.w3.org/TR/skos-reference/). Each reader gives what the file says of itself (id,
name, version, licence, url) and its concepts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lxml import etree

from extractors.vocabulary_entry import Entry
from kg._optional import require
from kg.errors import UnreadableSource


def text_of(path: Path, raw: bytes) -> str:
    """The file's bytes as text.

    Raises:
        UnreadableSource: If they are not UTF-8; the sentence gives the line.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UnreadableSource(
            f"{path.name}, line {line}: found a byte that is not UTF-8; save the file as UTF-8"
        ) from error


_LOOSE_SCOPES = ("RELATED", "NARROW", "BROAD")
_OBO_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(\w*)')


def read_obo(path: Path, raw: bytes, kind: str) -> tuple[dict[str, str], list[Entry]]:
    """OBO: terms with their synonyms and is_a parents, obsolete ones left out."""
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
                loose=tuple(
                    dict.fromkeys(
                        (m[2].lower(), m[1]) for m in quoted if m and m[2] in _LOOSE_SCOPES
                    )
                ),
                definition=definition[1].replace('\\"', '"') if definition else "",
                broader=tuple(
                    v.split("!")[0].split("{")[0].strip() for v in stanza.get("is_a", ())
                ),
            )
        )

    number = 0
    for number, line in enumerate(text_of(path, raw).splitlines(), 1):
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
        else replace(entry, broader=tuple(b for b in entry.broader if b in known))
        for entry in entries
    ]


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
                    broader=tuple(dict.fromkeys(compact_id(b) for b in self.broader.get(uri, ()))),
                )
            )
        return _without_dangling(found)


_LABELS = ("prefLabel", "altLabel", "definition")


def read_skos_xml(path: Path, raw: bytes, kind: str) -> tuple[dict[str, str], list[Entry]]:
    """SKOS in RDF/XML; entities and the network are off."""
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
                skos.label(uri, name, "".join(map(str, child.itertext())), language)
            elif name in ("broader", "narrower") and (other := child.get(f"{{{_RDF}}}resource")):
                skos.link(uri, name, other)
    return header, skos.entries()


def read_turtle(path: Path, raw: bytes, kind: str) -> tuple[dict[str, str], list[Entry]]:
    """SKOS in Turtle, through rdflib."""
    rdflib = require("rdflib", "skos", "read SKOS vocabularies in Turtle")
    graph = rdflib.Graph()
    try:
        graph.parse(data=text_of(path, raw), format="turtle")
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
