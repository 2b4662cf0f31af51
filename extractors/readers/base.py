r"""What every reader shares: the open file, the limits, the draft of a batch and its passages.

>>> clean("  caf\u0065\u0301 \u00ad au\n lait ")
'café au lait'
>>> builder = PassageBuilder("sha256:0")
>>> builder.add("Graphene conducts.", kind="title", section="title", work="doi:10.1/a")
>>> builder.add("It is one atom thick.", work="doi:10.1/a")
>>> [(p.start, p.end, p.next) for p in builder.build()]
[(0, 18, 'sha256:0@20-41'), (20, 41, '')]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.language import passage_language
from extractors.readers import xml
from extractors.readers.bibliography import count_words
from kg.batch import SourceBatch
from kg.errors import UnreadableSource
from kg.ids import passage_id, source_id
from kg.model import Citation, Dataset, DatasetUse, Passage, Source, Variable, Work

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES = 64 * 2**20
"""Largest text, XML or bibliography file that is read, in bytes."""
MAX_TABLE_BYTES = 200 * 2**20
"""Largest CSV or Parquet file that is read, in bytes."""
SEPARATOR = "\n\n"
"""What stands between two passages in a source's kept text."""

# Control, soft-hyphen, zero-width, bidirectional and surrogate characters: none of them is text, some
# of them make text look like other text, and a lone surrogate cannot be written as UTF-8 at all.
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]"
)


def clean(text: str) -> str:
    """NFC, one space for any run of white space, and nothing invisible."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _NOT_TEXT.sub("", text))
    elif _NOT_TEXT.search(text):
        text = _NOT_TEXT.sub("", text)
    return " ".join(text.split())


class SourceFile:
    """A file whose bytes are at hand, with what several readers ask of it worked out once.

    Args:
        path: Where it lies; only its name is used in messages.
        content: Its bytes.
        identity: The bytes that define the source, if more than the file's own.
    """

    def __init__(self, path: Path, content: bytes, identity: bytes | None = None) -> None:
        self.path = path
        self.content = content
        self.id = source_id(content if identity is None else identity)
        self.warnings: list[str] = []

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.path.name

    @property
    def suffix(self) -> str:
        """The file's suffix in lower case."""
        return self.path.suffix.lower()

    @cached_property
    def text(self) -> str:
        """The content decoded from UTF-8 (or UTF-16 with a byte order mark).

        Raises:
            UnreadableSource: If it is binary or in another encoding.
        """
        if self.content.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                return self.content.decode("utf-16")
            except UnicodeDecodeError:
                raise self.refuse("has a UTF-16 mark but is not UTF-16; save it as UTF-8") from None
        if b"\x00" in self.content:
            at = self.content.index(b"\x00")
            raise self.refuse(
                f"holds binary data (a zero byte at offset {at}) where UTF-8 text was expected; "
                "give the text itself, or rename the file to what it is"
            )
        try:
            text = self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.refuse(
                f"is not UTF-8 (byte 0x{self.content[error.start]:02x} at offset {error.start}); "
                "convert it to UTF-8, for example with iconv"
            ) from None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def root(self) -> _Element:
        """The root of the file as XML.

        Raises:
            UnreadableSource: If it is not XML that is safe to read.
        """
        root, warnings = xml.parse(self.content, self.name)
        self.warnings.extend(warnings)
        return root

    def refuse(self, what: str) -> UnreadableSource:
        """The error that says of this file *what* is wrong and what to do."""
        return UnreadableSource(f"{self.name} {what}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One format: how to know it and how to read it.

    ``sniff`` decides between readers that share a suffix; it may look at the content.
    """

    name: str
    version: str
    suffixes: tuple[str, ...]
    media_type: str
    sniff: Callable[[SourceFile], bool]
    read: Callable[[SourceFile], SourceBatch]
    max_bytes: int = MAX_BYTES


@dataclass(slots=True)
class PassageBuilder:
    """Collects passages in document order and gives them their offsets into the kept text.

    The kept text of a source is its passages' texts joined by :data:`SEPARATOR`.
    """

    source: str
    language: str = ""
    words: int = 0
    _passages: list[Passage] = field(default_factory=list)
    _end: int = 0

    def add(
        self,
        text: str,
        *,
        kind: str = "paragraph",
        section: str = "other",
        work: str = "",
        dataset: str = "",
        language: str = "",
        page: int | None = None,
    ) -> None:
        """Append *text*, cleaned; text without a letter or digit is dropped."""
        text = clean(text)
        if not any(map(str.isalnum, text)):
            return
        start = self._end + len(SEPARATOR) if self._passages else 0
        self._end = start + len(text)
        self._passages.append(
            Passage(
                id=passage_id(self.source, start, self._end),
                source=self.source,
                work=work,
                dataset=dataset,
                start=start,
                end=self._end,
                text=text,
                kind=kind,
                section=section,
                page=page,
                language=passage_language(text, language or self.language),
            )
        )
        self.words += count_words(text)

    def build(self) -> list[Passage]:
        """The passages, each with the id of the next one of the same work or data set."""
        out: list[Passage] = []
        following: dict[tuple[str, str], str] = {}
        for passage in reversed(self._passages):
            owner = passage.work, passage.dataset
            out.append(replace(passage, next=following.get(owner, "")))
            following[owner] = passage.id
        out.reverse()
        return out


def kept_text(passages: list[Passage]) -> str:
    """The text that the passages' offsets point into."""
    return SEPARATOR.join(p.text for p in passages)


class Draft:
    """A batch while it is being read: one record an id, then turned into a :class:`SourceBatch`."""

    def __init__(self, file: SourceFile, *, language: str = "") -> None:
        self.file = file
        self.passages = PassageBuilder(file.id, language=language)
        self.works: dict[str, Work] = {}
        self.datasets: dict[str, Dataset] = {}
        self.citations: dict[tuple[str, str], Citation] = {}
        self.dataset_uses: dict[tuple[str, str], DatasetUse] = {}
        self.variables: list[Variable] = []
        self.warnings: list[str] = []

    def cite(self, citing: str, cited: Work) -> None:
        """Note that work *citing* cites *cited*, of which only the reference is known."""
        if cited.id == citing:
            return
        self.works.setdefault(cited.id, cited)
        key = citing, cited.id
        self.citations.setdefault(key, Citation(work=citing, cited=cited.id, source=self.file.id))

    def uses(self, work: str, dataset: Dataset) -> None:
        """Note that *work* uses *dataset*."""
        self.datasets.setdefault(dataset.id, dataset)
        self.dataset_uses.setdefault(
            (work, dataset.id), DatasetUse(work=work, dataset=dataset.id, source=self.file.id)
        )

    def warn(self, what: str) -> None:
        """Keep a sentence on this file for the ingest report."""
        self.warnings.append(f"{self.file.name} {what}.")

    def batch(self, reader: Reader, *, media_type: str = "", licence: str = "") -> SourceBatch:
        """The finished batch of a file read by *reader*.

        Raises:
            UnreadableSource: If nothing was found to keep.
        """
        passages = self.passages.build()
        if not passages:
            raise self.file.refuse(
                "holds no title, no text and no rows; check that it is the file you meant"
            )
        return SourceBatch(
            source=Source(
                id=self.file.id,
                path=str(self.file.path.resolve()),
                media_type=media_type or reader.media_type,
                parser=reader.name,
                parser_version=reader.version,
                licence=licence,
                bytes=len(self.file.content),
                words=self.passages.words,
            ),
            works=list(self.works.values()),
            datasets=list(self.datasets.values()),
            passages=passages,
            variables=self.variables,
            citations=list(self.citations.values()),
            dataset_uses=list(self.dataset_uses.values()),
            warnings=[*self.file.warnings, *self.warnings],
        )
