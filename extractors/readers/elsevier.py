"""Elsevier's article XML: the full-text form of ScienceDirect (``xocs:doc``) and the bare ``ja:article``."""

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
from extractors.readers.xml import attribute, every, find, local, namespace, text_of
from extractors.readers.xml_text import Dialect
from kg.batch import SourceBatch
from kg.ids import work_id
from kg.model import Work

_ARTICLES = ("article", "simple-article", "converted-article", "book-review", "chapter")


def _target(element: _Element) -> str:
    """What a cross-reference points at, told by the id scheme: b… the bibliography, fn/tbl…fn… a note."""
    first = element.get("refid", "").split(" ")[0].rstrip("0123456789")
    if first in ("b", "bb", "bib", "br", "bibr", "ref", "r"):
        return "cite"
    return "mark" if first in ("fn", "tblfn", "aff", "af", "cor", "cr") or "fn" in first else ""


def _bond(element: _Element) -> str:
    return {"sbnd": "=-", "dbnd": "==", "tbnd": "=≡"}.get(element.get("name", ""), "= ")


DIALECT = Dialect.of(
    caption_parts=("caption",),
    drop=("label", "link", "float-anchor", "anchor", "alt-text", "keywords", "bibliography", "acknowledgment",
          "biography", "tgroup", "legend", "table-footnote", "source", "copyright", "dedication",
          "further-reading"),
    space=("hsp", "vsp", "br"),
    sup=("sup",),
    sub=("inf",),
    math=("math", "formula"),
    para=("para", "simple-para", "note-para"),
    section=("section",),
    heading=("section-title",),
    float=("figure", "table", "e-component"),
    block=("list", "displayed-quote", "textbox", "sections", "appendices", "biblio"),
    item=("list-item",),
    terms=("def-list",),
    titled=("enunciation",),
    note=("footnote",),
).ask(cross_ref=_target, cross_refs=_target, glyph=_bond)  # fmt: skip


def read(file: SourceFile) -> SourceBatch:
    """Read one Elsevier article.

    Raises:
        UnreadableSource: If it holds no article or nothing to keep.
    """
    root = file.root
    article = root if local(root) in _ARTICLES else next(
        root.iter(*("{*}" + name for name in _ARTICLES)), None
    )  # fmt: skip
    if article is None:
        raise file.refuse("is Elsevier XML without an article; ask the service for its FULL view")
    language = language_code(attribute(article, "lang"))
    draft = Draft(file, language=language)
    head = find(article, "head")
    work = _work(file, root, article, head, language)
    draft.works[work.id] = work
    draft.passages.add(work.title, kind="title", section="title", work=work.id)
    for abstract in every(head, "abstract"):
        if abstract.get("class", "author") in ("author", "author-highlights"):
            for section in every(abstract, "abstract-sec") or [abstract]:
                DIALECT.walk(
                    draft, section, work=work.id, section="abstract", kind="abstract",
                    language=language_code(attribute(abstract, "lang")),
                )  # fmt: skip
    for part in ("body", "tail", "floats"):
        if (element := find(article, part)) is not None:
            DIALECT.walk(draft, element, work=work.id, section="" if part == "body" else "other")
    for entry in article.iter("{*}bib-reference"):
        _reference(draft, work.id, entry)
    return draft.batch(READER, licence=work.licence)


def _work(
    file: SourceFile, root: _Element, article: _Element, head: _Element | None, language: str
) -> Work:
    meta = {}
    for name in (
        "doi",
        "srctitle",
        "cover-date-year",
        "oa-user-license",
        "coverDate",
        "publicationName",
    ):
        meta[name] = text_of(next(root.iter("{*}" + name), None))
    doi = text_of(find(article, "item-info/doi")) or meta["doi"]
    copyright = find(article, "item-info/copyright")
    year = year_of(meta["cover-date-year"] or meta["coverDate"])
    if year is None and copyright is not None:
        year = year_of(copyright.get("year", ""))
    title = DIALECT.text(find(head, "title"))
    people = every(head, "author-group/author")
    authors = [_name(e) for e in people] + [
        text_of(find(e, "text")) for e in every(head, "author-group/collaboration")
    ]
    venue = meta["srctitle"] or meta["publicationName"] or text_of(find(article, "item-info/jid"))
    surname = text_of(find(people[0], "surname")) if people else ""
    return Work(
        id=work_id(doi=doi, title=title, year=year, first_author=surname),
        title=title,
        year=year,
        authors=tuple(filter(None, authors)),
        venue=venue,
        language=language or "en",
        disciplines=own_disciplines(file.path) or disciplines_of((), venue),
        licence=licence_id(meta["oa-user-license"]),
    )


def _reference(draft: Draft, work: str, entry: _Element) -> None:
    """A list entry may hold several references (``[3a]``, ``[3b]``)."""
    for cited in every(entry, "reference"):
        title = DIALECT.text(find(cited, "contribution/title/maintitle"))
        host = DIALECT.text(next(iter(cited.iterfind("{*}host//{*}title/{*}maintitle")), None))
        venue = host if title else ""
        people = every(cited, "contribution/authors/author")
        doi = text_of(next(cited.iter("{*}doi"), None)) or next(
            (
                attribute(e, "href")
                for e in cited.iter("{*}inter-ref")
                if "10." in attribute(e, "href")
            ),
            "",
        )
        found = reference(
            doi=doi,
            title=title or host,
            year=year_of(text_of(next(cited.iter("{*}date"), None))),
            authors=[_name(e) for e in people],
            surname=text_of(find(people[0], "surname")) if people else "",
            venue=venue,
        )
        if found is not None:
            draft.cite(work, found)


def _name(person: _Element) -> str:
    return f"{text_of(find(person, 'surname'))} {text_of(find(person, 'given-name'))}".strip()


def _sniff(file: SourceFile) -> bool:
    name = local(file.root)
    if name in ("doc", "full-text-retrieval-response"):
        return "elsevier.com" in namespace(file.root)
    return name in _ARTICLES and "elsevier.com" in namespace(file.root)


READER = Reader(
    name="elsevier",
    version="1",
    suffixes=(".xml",),
    media_type="application/xml",
    sniff=_sniff,
    read=read,
)
