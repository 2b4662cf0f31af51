"""JATS (ANSI/NISO Z39.96), the XML of PubMed Central and most publishers, and NLM's DTDs before it."""

from __future__ import annotations

import re

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
from extractors.readers.xml_text import Dialect, licence_text
from kg.batch import SourceBatch
from kg.ids import dataset_id, normal_doi, work_id
from kg.model import Dataset, Work

_MARKS = frozenset(("fn", "table-fn", "aff", "corresp", "author-notes"))
_RETRACTED = re.compile(r"retract|withdraw", re.IGNORECASE)
_CITATIONS = ("element-citation", "mixed-citation", "citation", "nlm-citation")


def _xref(element: _Element) -> str:
    kind = element.get("ref-type", "")
    return "cite" if kind == "bibr" else "mark" if kind in _MARKS else ""


DIALECT = Dialect.of(
    caption_parts=("caption",),
    drop=("label", "object-id", "graphic", "inline-graphic", "media", "table", "table-wrap-foot", "ref-list",
          "ack", "fn-group", "author-notes", "alt-text", "long-desc", "permissions", "attrib", "bio",
          "sub-article", "response", "index-term", "kwd-group", "custom-meta-group", "private-char",
          "element-citation", "mixed-citation", "nlm-citation", "citation"),
    space=("break", "hr"),
    sup=("sup",),
    sub=("sub",),
    math=("math", "tex-math", "inline-formula", "disp-formula", "disp-formula-group"),
    para=("p", "verse-group"),
    section=("sec", "app", "boxed-text", "notes", "glossary"),
    heading=("title",),
    float=("fig", "table-wrap", "supplementary-material", "chem-struct-wrap"),
    block=("list", "disp-quote", "fig-group", "table-wrap-group", "app-group"),
    item=("list-item",),
    terms=("def-list",),
    titled=("statement",),
    note=("fn",),
).ask(xref=_xref)  # fmt: skip


def read(file: SourceFile) -> SourceBatch:
    """Read one JATS article.

    Raises:
        UnreadableSource: If it has no article metadata or nothing to keep.
    """
    root = file.root
    meta = find(root, "front/article-meta")
    if meta is None:
        raise file.refuse("is JATS without <front><article-meta>; fetch the whole article")
    language = language_code(attribute(root, "lang"))
    draft = Draft(file, language=language)
    work = _work(file, root, meta, language)
    draft.works[work.id] = work
    draft.passages.add(work.title, kind="title", section="title", work=work.id)
    for abstract in every(meta, "abstract") + every(meta, "trans-abstract"):
        if abstract.get("abstract-type") in ("graphical", "toc"):
            continue
        DIALECT.walk(
            draft, abstract, work=work.id, section="abstract", kind="abstract",
            language=language_code(attribute(abstract, "lang")),
        )  # fmt: skip
    for part in ("body", "back"):
        if (element := find(root, part)) is not None:
            DIALECT.walk(draft, element, work=work.id, section="" if part == "body" else "other")
    for floats in every(root, "floats-group") + every(root, "floats-wrap"):
        DIALECT.walk(draft, floats, work=work.id, section="other")
    _retracts(draft, work, meta)
    for entry in root.iter(*("{*}" + name for name in _CITATIONS)):
        if local(entry.getparent()) in ("ref", "citation-alternatives"):
            _reference(draft, work.id, entry)
    return draft.batch(READER, licence=work.licence)


def _work(file: SourceFile, root: _Element, meta: _Element, language: str) -> Work:
    ids = {e.get("pub-id-type", ""): (e.text or "").strip() for e in every(meta, "article-id")}
    title = DIALECT.text(find(meta, "title-group/article-title"))
    years = [y for e in every(meta, "pub-date") if (y := year_of(text_of(find(e, "year"))))]
    authors, surname = _authors(every(meta, "contrib-group/contrib"))
    journal = find(root, "front/journal-meta")
    venue = text_of(find(journal, "journal-title")) or text_of(
        find(journal, "journal-title-group/journal-title")
    )
    licence = find(meta, "permissions/license")
    if licence is None:
        licence = find(meta, "permissions/copyright-statement")
    if licence is None:
        licence = find(meta, "copyright-statement")
    subjects = [text_of(e) for e in every(meta, "article-categories/subj-group/subject")]
    related = [e.get("related-article-type", "") for e in every(meta, "related-article")]
    year = min(years, default=None)
    return Work(
        id=work_id(doi=ids.get("doi", ""), title=title, year=year, first_author=surname),
        title=title,
        year=year,
        authors=authors,
        venue=venue,
        language=language or "en",
        disciplines=own_disciplines(file.path) or disciplines_of(subjects, venue),
        licence=licence_id(licence_text(licence)) if licence is not None else "",
        retracted=bool(_RETRACTED.search(root.get("article-type", "")))
        or any(kind in ("retraction-forward", "retraction", "withdrawal") for kind in related),
    )


def _authors(contributors: list[_Element]) -> tuple[tuple[str, ...], str]:
    """The authors as ``Surname Given``, and the first one's surname."""
    names: list[str] = []
    surname = ""
    for person in contributors:
        if person.get("contrib-type", "author") != "author":
            continue
        name = find(person, "name")
        if name is None:
            name = find(person, "name-alternatives/name")
        full = _name(name) if name is not None else text_of(find(person, "collab"))
        if full:
            names.append(full)
            surname = surname or (text_of(find(name, "surname")) if name is not None else full)
    return tuple(names), surname


def _name(name: _Element) -> str:
    return f"{text_of(find(name, 'surname'))} {text_of(find(name, 'given-names'))}".strip()


def _retracts(draft: Draft, work: Work, meta: _Element) -> None:
    """A retraction notice names the article it retracts."""
    for related in every(meta, "related-article"):
        if related.get("related-article-type") in ("retracted-article", "object-of-retraction"):
            doi = normal_doi(attribute(related, "href") or text_of(related))
            if doi:
                draft.cite(work.id, Work(id=work_id(doi=doi), retracted=True))


def _reference(draft: Draft, work: str, entry: _Element) -> None:
    ids = {e.get("pub-id-type", ""): text_of(e) for e in entry.iter("{*}pub-id")}
    links = [attribute(e, "href") for e in entry.iter("{*}ext-link", "{*}pub-id")]
    doi = ids.get("doi") or next((link for link in links if "doi.org/10." in link), "")
    titles = (find(entry, f"{name}-title") for name in ("article", "chapter", "data", "part"))
    title = next(filter(None, map(DIALECT.text, titles)), "")
    venue = DIALECT.text(find(entry, "source"))
    kind = entry.get("publication-type") or entry.get("citation-type") or ""
    if not title and kind != "journal":
        title, venue = venue, ""
    year = year_of(text_of(find(entry, "year")))
    if kind == "data":
        url = next((link for link in links if link.startswith(("http://", "https://"))), "")
        if doi or url:
            draft.uses(
                work, Dataset(id=dataset_id(doi=doi, url=url), name=title, title=title, year=year)
            )
        return
    people = [e for e in entry.iter("{*}name") if not _edits(e)]
    authors = [_name(e) for e in people] or [text_of(e) for e in entry.iter("{*}collab")]
    cited = reference(
        doi=doi,
        arxiv=ids.get("arxiv", ""),
        title=title,
        year=year,
        authors=authors,
        surname=text_of(find(people[0], "surname")) if people else "".join(authors[:1]),
        venue=venue,
    )
    if cited is not None:
        draft.cite(work, cited)


def _edits(name: _Element) -> bool:
    group = name.getparent()
    return group is not None and group.get("person-group-type") == "editor"


READER = Reader(
    name="jats",
    version="1",
    suffixes=(".xml", ".nxml"),
    media_type="application/jats+xml",
    sniff=lambda file: local(file.root) == "article" and "elsevier.com" not in namespace(file.root),
    read=read,
)
