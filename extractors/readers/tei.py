"""TEI P5 as GROBID writes it for a paper's PDF (https://grobid.readthedocs.io)."""

from __future__ import annotations

from lxml.etree import _Element

from extractors.readers.base import Draft, Reader, SourceFile
from extractors.readers.bibliography import (
    disciplines_of,
    language_code,
    licence_id,
    own_disciplines,
    reference,
    year_of,
)
from extractors.readers.sections import SKIPPED, nested_role
from extractors.readers.xml import attribute, every, find, local, namespace, text_of
from extractors.readers.xml_text import Dialect, licence_text
from kg.batch import SourceBatch
from kg.ids import work_id
from kg.model import Work


def _ref(element: _Element) -> str:
    return {"bibr": "cite", "foot": "mark"}.get(element.get("type", ""), "")


def _hi(element: _Element) -> str:
    return {"superscript": "sup", "sup": "sup", "subscript": "sub", "sub": "sub"}.get(
        element.get("rend", ""), ""
    )


DIALECT = Dialect.of(
    caption_parts=("figDesc",),
    drop=("label", "graphic", "table", "listBibl", "idno", "pb", "fw"),
    space=("lb", "cb"),
    math=("formula",),
    para=("p", "ab"),
    section=("div",),
    heading=("head",),
    float=("figure",),
    block=("list", "quote"),
    item=("item",),
    note=("note",),
).ask(ref=_ref, hi=_hi)


def read(file: SourceFile) -> SourceBatch:
    """Read one TEI document.

    Raises:
        UnreadableSource: If it has no header or nothing to keep.
    """
    root = file.root
    header = find(root, "teiHeader/fileDesc")
    if header is None:
        raise file.refuse(
            "is TEI without <teiHeader><fileDesc>; convert the paper with GROBID again"
        )
    marked = [*every(root, "teiHeader"), root]
    language = next(filter(None, (language_code(attribute(e, "lang")) for e in marked)), "")
    draft = Draft(file, language=language)
    work = _work(file, header, language)
    draft.works[work.id] = work
    draft.passages.add(work.title, kind="title", section="title", work=work.id)
    for abstract in every(root, "teiHeader/profileDesc/abstract"):
        DIALECT.walk(draft, abstract, work=work.id, section="abstract", kind="abstract")
    if (body := find(root, "text/body")) is not None:
        _body(draft, work.id, body)
    for part in every(root, "text/back/div"):
        if (role := nested_role(text_of(find(part, "head")), "", part.get("type", ""))) != SKIPPED:
            DIALECT.walk(draft, part, work=work.id, section=role)
    for entry in root.iterfind("{*}text/{*}back//{*}listBibl/{*}biblStruct"):
        _reference(draft, work.id, entry)
    return draft.batch(READER, licence=work.licence)


def _body(draft: Draft, work: str, body: _Element) -> None:
    """GROBID's sections are not nested: a numbered subsection (``n="3.2"``) follows its parent."""
    outer = ""
    for part in body:
        if local(part) != "div":
            DIALECT.walk(draft, part, work=work, section=outer, alone=True)
            continue
        head = find(part, "head")
        number = head.get("n", "") if head is not None else ""
        nested = "." in number.strip(".") or not number
        role = nested_role(text_of(head), outer if nested else "", part.get("type", ""))
        if not nested:
            outer = role
        if role != SKIPPED:
            DIALECT.walk(draft, part, work=work, section=role)


def _work(file: SourceFile, header: _Element, language: str) -> Work:
    title = DIALECT.text(find(header, "titleStmt/title"))
    described = find(header, "sourceDesc/biblStruct")
    authors, surname = _authors(described)
    venue = text_of(find(described, "monogr/title"))
    dates = list(header.iter("{*}date"))
    year = next((y for e in dates if (y := year_of(e.get("when", "") or text_of(e)))), None)
    licence = find(header, "publicationStmt/availability/licence")
    doi, arxiv = _identifiers(described)
    return Work(
        id=work_id(doi=doi, arxiv=arxiv, title=title, year=year, first_author=surname),
        title=title,
        year=year,
        authors=authors,
        venue=venue,
        language=language or "en",
        disciplines=own_disciplines(file.path) or disciplines_of((), venue),
        licence=licence_id(licence_text(licence)) if licence is not None else "",
    )


def _reference(draft: Draft, work: str, entry: _Element) -> None:
    title = text_of(find(entry, "analytic/title")) or text_of(find(entry, "monogr/title"))
    venue = text_of(find(entry, "monogr/title")) if find(entry, "analytic") is not None else ""
    date = next(entry.iter("{*}date"), None)
    authors, surname = _authors(entry)
    doi, arxiv = _identifiers(entry)
    cited = reference(
        doi=doi,
        arxiv=arxiv,
        title=title,
        year=year_of(date.get("when", "") or text_of(date)) if date is not None else None,
        authors=authors,
        surname=surname,
        venue="" if venue == title else venue,
    )
    if cited is not None:
        draft.cite(work, cited)


def _identifiers(entry: _Element | None) -> tuple[str, str]:
    """DOI and arXiv number."""
    found = {"doi": "", "arxiv": ""}
    if entry is not None:
        for e in entry.iter("{*}idno"):
            if (kind := e.get("type", "").lower()) in found:
                found[kind] = text_of(e)
    return found["doi"], found["arxiv"].split("[")[0].strip()


def _authors(entry: _Element | None) -> tuple[tuple[str, ...], str]:
    people = every(entry, "analytic/author/persName") or every(entry, "monogr/author/persName")
    names = []
    for e in people:
        given = " ".join(text_of(f) for f in every(e, "forename"))
        names.append(f"{text_of(find(e, 'surname'))} {given}".strip())
    return tuple(filter(None, names)), text_of(find(people[0], "surname")) if people else ""


READER = Reader(
    name="tei",
    version="1",
    suffixes=(".xml", ".tei"),
    media_type="application/tei+xml",
    sniff=lambda file: (
        local(file.root) in ("TEI", "TEI.2") and "elsevier" not in namespace(file.root)
    ),
    read=read,
)
