"""Notes and plain text: Markdown (CommonMark's common part) with YAML front matter, and bare ``.txt``.

Front matter keys: title, doi, arxiv, url, year, authors, venue, disciplines (or discipline), licence
(or license), language. Others are left alone.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from extractors.readers.base import Draft, Reader, SourceFile, clean
from extractors.readers.bibliography import (
    disciplines_of,
    language_code,
    licence_id,
    own_disciplines,
    person,
    reference,
    year_of,
)
from extractors.readers.sections import SKIPPED, nested_role, section_role
from kg.batch import SourceBatch
from kg.ids import normal_doi, work_id
from kg.model import Work

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_MAX_FRONT = 65_536
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(.*)$")
_RULE = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s+\S+")
# No span may hold its own opening mark, so that a hostile text is read in linear time.
_TARGET = r"\([^()\s]{0,2000}+(?:\s+\"[^\"()]{0,500}+\")?\)"
_STRESS = (
    (re.compile(r"(\*{1,3})(?=\S)([^*]{1,1000}+)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w\\])(_{1,3})(?=\S)([^_]{1,1000}+)(?<=\S)\1(?!\w)"), r"\2"),
)
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--(?:(?!<!--).){0,5000}?-->", re.DOTALL), " "),
    (re.compile(r"!\[([^\[\]]{0,500}+)\]" + _TARGET), r"\1"),
    (re.compile(r"\[([^\[\]]{1,500}+)\]" + _TARGET), r"\1"),
    (re.compile(r"\[\^[^\[\]]{1,100}+\]"), ""),
    (re.compile(r"\[([^\[\]]{1,500}+)\]\[[^\[\]]{0,200}+\]"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^<>\s]{1,2000}+)>"), r"\1"),
    (re.compile(r"</?su[bp]>"), ""),
    (re.compile(r"</?[A-Za-z][^<>]*+>"), " "),
    (re.compile(r"(`{1,3})([^`]{1,1000}+)\1"), r"\2"),
    *_STRESS,
    *_STRESS,  # again for *stress in **stress** itself*
    (re.compile(r"~~([^~]{1,1000}+)~~"), r"\1"),
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_WAITING = re.compile("[\ue021-\ue07e]")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\])>,;]+")


@dataclass(slots=True)
class _Block:
    """A heading (level above 0) or a paragraph (level 0)."""

    text: str
    level: int = 0
    lines: list[str] = field(default_factory=list)


def read(file: SourceFile) -> SourceBatch:
    """Read one note or plain text.

    Raises:
        UnreadableSource: If it is not text, or its front matter is not YAML.
    """
    text = file.text
    if control := re.search(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]", text):
        raise file.refuse(
            f"holds binary data (the byte 0x{ord(control.group()):02x}) where text was expected; "
            "give the text itself, or rename the file to what it is"
        )
    front, body = _front_matter(file, text)
    plain = file.suffix == ".txt" and not front
    blocks = list(_plain_blocks(body) if plain else _blocks(body))
    title = clean(_scalar(front.get("title")))
    if not title and blocks and (blocks[0].level == 1 or (plain and _is_title(blocks[0].text))):
        title = clean(blocks.pop(0).text)
    title = title or clean(file.path.stem.replace("_", " "))
    language = language_code(_scalar(front.get("language")))
    draft = Draft(file, language=language)
    work = _work(file, draft, front, title, language)
    draft.works[work.id] = work
    draft.passages.add(title, kind="title", section="title", work=work.id)
    _body(draft, work.id, blocks)
    if len(draft.passages.build()) < 2 and not front:
        raise file.refuse("holds no text; check that it is the file you meant")
    media_type = "text/plain" if file.suffix == ".txt" else READER.media_type
    return draft.batch(READER, media_type=media_type, licence=work.licence)


def _front_matter(file: SourceFile, text: str) -> tuple[dict[str, object], str]:
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    if len(found[1]) > _MAX_FRONT:
        raise file.refuse(
            f"has front matter of more than {_MAX_FRONT:,} characters; move it to the body"
        )
    try:
        front = yaml.safe_load(found[1])
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 2}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", "") or "it cannot be read").split())
        raise file.refuse(
            f"has front matter that is not YAML ({problem}{where}); put quotes around a value with a colon"
        ) from None
    if front is None:
        front = {}
    if not isinstance(front, dict):
        raise file.refuse(
            "has front matter that is not `key: value` lines; write it so or remove it"
        )
    return {str(k).lower(): v for k, v in front.items()}, text[found.end() :]


def _work(
    file: SourceFile, draft: Draft, front: dict[str, object], title: str, language: str
) -> Work:
    doi, arxiv = _scalar(front.get("doi")), _scalar(front.get("arxiv"))
    if doi and not normal_doi(doi):
        draft.warn(f"gives the DOI {doi!r} in its front matter, which is none; expected 10.…/…")
    year = year_of(_scalar(front.get("year")) or _scalar(front.get("date")))
    if front.get("year") and year is None:
        draft.warn(
            f"gives the year {_scalar(front['year'])!r} in its front matter; expected four digits"
        )
    authors = tuple(
        person(clean(a)) for a in _several(front.get("authors", front.get("author")), r"\s*;\s*")
    )
    named = front.get("disciplines", front.get("discipline"))
    known = tuple(
        d
        for name in _several(named, r"\s*[,;]\s*")
        for d in disciplines_of([name]) or (clean(name),)
    )
    doi = doi or normal_doi(_scalar(front.get("url")))
    return Work(
        id=work_id(
            doi=doi, arxiv=arxiv, title=title, year=year,
            first_author=authors[0].split(" ")[0] if authors else "",
        ),
        title=title,
        year=year,
        authors=authors,
        venue=clean(_scalar(front.get("venue", front.get("journal")))),
        language=language or "en",
        disciplines=own_disciplines(file.path) or tuple(dict.fromkeys(known)),
        licence=licence_id(_scalar(front.get("licence", front.get("license")))),
    )  # fmt: skip


def _scalar(value: object) -> str:
    """A front-matter value as text; lists and mappings, which an alias can blow up, are none."""
    if isinstance(value, str | int | float | datetime.date) and not isinstance(value, bool):
        return str(value).strip()
    return ""


def _several(value: object, separator: str) -> list[str]:
    items = value if isinstance(value, list) else re.split(separator, _scalar(value))
    return [text for item in items if (text := _scalar(item))]


def _blocks(body: str) -> Iterator[_Block]:
    """Headings, paragraphs and list items of a Markdown body, in order; code and tables are left out."""
    fence = ""
    lines: list[str] = []
    for line in [*body.split("\n"), ""]:
        if fence:
            if line.strip().startswith(fence) and not line.strip(" `~\t"):
                fence = ""
            continue
        if opened := _FENCE.match(line):
            yield from _paragraph(lines)
            fence = opened[1]
        elif heading := _HEADING.match(line):
            yield from _paragraph(lines)
            yield _Block(_plain(heading[2]), len(heading[1]))
        elif lines and (under := _UNDERLINE.match(line)) and not _ITEM.match(lines[-1]):
            yield _Block(_plain(" ".join(lines)), 1 if under[1][0] == "=" else 2)
            lines.clear()
        elif (
            not line.strip()
            or _RULE.match(line)
            or _TABLE_ROW.match(line)
            or _DEFINITION.match(line)
        ):
            yield from _paragraph(lines)
        elif not lines and line.startswith(("    ", "\t")) and not _ITEM.match(line):
            continue  # an indented code block
        elif _ITEM.match(line):
            yield from _paragraph(lines)
            lines.append(line)
        else:
            lines.append(line)
    yield from _paragraph(lines)


def _paragraph(lines: list[str]) -> Iterator[_Block]:
    if lines:
        if item := _ITEM.match(lines[0]):
            lines[0] = item[1]
        quoted = (re.sub(r"^ {0,3}>[ \t]?", "", line) for line in lines)
        yield _Block(_plain("\n".join(quoted)))
        lines.clear()


def _plain(text: str) -> str:
    # Escaped marks wait in the private use area while the others are taken away.
    text = _ESCAPED.sub(lambda m: chr(0xE000 + ord(m[1])), text)
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return _WAITING.sub(lambda m: chr(ord(m[0]) - 0xE000), text)


def _plain_blocks(body: str) -> Iterator[_Block]:
    """Paragraphs of plain text, set apart by blank lines; a lone line that names a section is a heading."""
    for number, chunk in enumerate(re.split(r"\n[ \t]*\n", body.strip("\n"))):
        lines = [line for line in chunk.split("\n") if line.strip()]
        if number == 0 and len(lines) > 1 and _is_title(lines[0]):
            yield _Block(lines.pop(0))
        if (
            len(lines) == 1
            and len(lines[0]) <= 60
            and lines[0].strip()[-1] not in ".!?;,"
            and number
        ):
            yield _Block(lines[0], 2 if section_role(lines[0]) else 0)
        elif lines:
            yield _Block("\n".join(lines))


def _is_title(text: str) -> bool:
    return (
        len(text) <= 200
        and "\n" not in text.strip()
        and not text.rstrip().endswith((".", ",", ";", ":"))
    )


def _body(draft: Draft, work: str, blocks: list[_Block]) -> None:
    roles: list[tuple[int, str]] = []
    references = False
    for block in blocks:
        if block.level:
            while roles and roles[-1][0] >= block.level:
                roles.pop()
            outer = roles[-1][1] if roles else ""
            roles.append((block.level, nested_role(block.text, outer)))
            references = bool(re.search(r"^(?:\d+\.?\s*)?(?:references|bibliography|literature cited|参考文献)",
                                        block.text.strip(), re.IGNORECASE))  # fmt: skip
            continue
        section = roles[-1][1] if roles else "other"
        if references:
            for found in _DOI.finditer(block.text):
                if (cited := reference(doi=found.group())) is not None:
                    draft.cite(work, cited)
        elif section != SKIPPED:
            kind = "abstract" if section == "abstract" else "paragraph"
            draft.passages.add(block.text, kind=kind, section=section, work=work)


READER = Reader(
    name="markdown",
    version="1",
    suffixes=(".md", ".markdown", ".txt"),
    media_type="text/markdown",
    sniff=lambda file: True,
    read=read,
)
