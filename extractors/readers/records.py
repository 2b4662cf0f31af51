"""Bibliographic records: what BibTeX, RIS and CSL-JSON have in common once their fields are read."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from extractors.readers.base import Draft, SourceFile, clean
from extractors.readers.bibliography import (
    disciplines_of,
    language_code,
    licence_id,
    own_disciplines,
)
from kg.ids import dataset_id, work_id
from kg.model import Dataset, Work

_MARKUP = re.compile(
    r"</?(?:jats:)?(i|b|em|strong|sub|sup|sc|span|p|title|sec|italic|bold|br)\b[^<>]*>",
    re.IGNORECASE,
)
_BLOCK_MARKUP = frozenset(("p", "title", "sec", "br"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry of a bibliography. ``surname`` is the first author's; ``label`` names the entry to a reader."""

    label: str
    title: str
    abstract: str = ""
    doi: str = ""
    arxiv: str = ""
    url: str = ""
    year: int | None = None
    authors: tuple[str, ...] = ()
    surname: str = ""
    venue: str = ""
    language: str = ""
    keywords: tuple[str, ...] = ()
    licence: str = ""
    version: str = ""
    is_data: bool = False


def strip_markup(text: str) -> str:
    """Text without the HTML or JATS tags that bibliographies carry in titles and abstracts.

    >>> strip_markup("Growth of <i>E. coli</i> in H<sub>2</sub>O &amp; air")
    'Growth of E. coli in H2O & air'
    """
    if "<" in text:
        text = _MARKUP.sub(lambda m: " " if m[1].lower() in _BLOCK_MARKUP else "", text)
    return clean(html.unescape(text) if "&" in text else text)


def add(draft: Draft, file: SourceFile, record: Record) -> None:
    """Add the work or data set of one record, with its title and abstract as passages.

    A record without a title, or one that repeats an earlier one, becomes a warning.
    """
    title = strip_markup(record.title)
    if not title:
        draft.warn(f"has the entry {record.label} without a title; it was left out, so give it one")
        return
    language = language_code(record.language)
    disciplines = own_disciplines(file.path) or disciplines_of(record.keywords, record.venue)
    if record.is_data:
        id = dataset_id(doi=record.doi, url=record.url, name=title, version=record.version)
        owner = "", id
        known = id in draft.datasets
        draft.datasets.setdefault(
            id,
            Dataset(
                id=id, name=title, title=title, description=strip_markup(record.abstract),
                licence=licence_id(record.licence), version=record.version, year=record.year,
                disciplines=disciplines,
            ),
        )  # fmt: skip
    else:
        id = work_id(
            doi=record.doi, arxiv=record.arxiv, title=title, year=record.year,
            first_author=record.surname,
        )  # fmt: skip
        owner = id, ""
        known = id in draft.works
        draft.works.setdefault(
            id,
            Work(
                id=id, title=title, year=record.year, authors=tuple(map(clean, record.authors)),
                venue=strip_markup(record.venue), language=language or "en",
                disciplines=disciplines, licence=licence_id(record.licence),
            ),
        )  # fmt: skip
    if known:
        draft.warn(
            f"has the entry {record.label} for a second time ({id}); only the first was kept"
        )
        return
    work, dataset = owner
    draft.passages.add(
        title, kind="title", section="title", work=work, dataset=dataset, language=language
    )
    abstract = re.sub(
        r"^(?:abstract|summary)[\s:.]+", "", strip_markup(record.abstract), flags=re.IGNORECASE
    )
    draft.passages.add(
        abstract, kind="abstract", section="abstract", work=work, dataset=dataset, language=language
    )
