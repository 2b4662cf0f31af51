"""Readers: one file becomes one :class:`kg.batch.SourceBatch`, whatever its format.

``can_read`` is cheap and looks at the name (and the first bytes of a ``.json``); ``source_bytes`` gives
the bytes that define a source; ``read`` gives the batch. :data:`READERS` lists the formats.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from extractors.readers import bibtex, csl_json, elsevier, jats, markdown, ris, tables, tei
from extractors.readers.base import (
    MAX_BYTES,
    MAX_TABLE_BYTES,
    PassageBuilder,
    Reader,
    SourceFile,
    kept_text,
)
from extractors.readers.bibliography import DISCIPLINES_FILE
from extractors.readers.table_metadata import NAMES, companion
from extractors.readers.tables import row_fields
from extractors.readers.xml import local
from kg.batch import SourceBatch
from kg.errors import UnreadableSource

__all__ = [
    "MAX_BYTES",
    "MAX_TABLE_BYTES",
    "READERS",
    "PassageBuilder",
    "Reader",
    "can_read",
    "companions",
    "kept_text",
    "read",
    "row_fields",
    "source_bytes",
]

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        r.name: r
        for r in (
            jats.READER,
            elsevier.READER,
            tei.READER,
            markdown.READER,
            bibtex.READER,
            ris.READER,
            csl_json.READER,
            tables.READER,
        )
    }
)
"""All readers by name."""

_BY_SUFFIX: Mapping[str, list[Reader]] = MappingProxyType(
    {
        suffix: [r for r in READERS.values() if suffix in r.suffixes]
        for reader in READERS.values()
        for suffix in reader.suffixes
    }
)

_NOT_READ = (
    (b"PK\x03\x04", "an archive or office document (ZIP)", "unpack or export it first"),
    (b"PK\x05\x06", "an empty ZIP archive", "unpack it first"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "unpack it first"),
    (b"%PDF-", "a PDF", "convert it to TEI XML with GROBID first"),
)


def can_read(path: Path) -> bool:
    """Whether *path* looks like a source: by suffix, and not a metadata file; the file may not exist."""
    if path.name in NAMES or path.name == DISCIPLINES_FILE or path.name.startswith("."):
        return False
    suffix = path.suffix.lower()
    if suffix == ".json" and path.is_file():
        try:
            with path.open("rb") as stream:
                head = stream.read(4096)
        except OSError:
            return False
        return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"[" and (
            b'"title"' in head or b'"type"' in head
        )
    return suffix in _BY_SUFFIX


def companions(path: Path) -> list[Path]:
    """The metadata files whose bytes define the source together with the file's own; tables have one at most."""
    if path.suffix.lower() not in tables.READER.suffixes:
        return []
    found = companion(path)
    return [found] if found else []


def source_bytes(path: Path) -> bytes:
    """The bytes whose hash is the source's id: the file's, then a zero byte and each companion's.

    Raises:
        UnreadableSource: If it is missing, not a regular file, empty or too large; nothing is read then.
    """
    return b"\x00".join([_own_bytes(path), *map(_own_bytes, companions(path))])


def read(path: Path, *, content: bytes | None = None) -> SourceBatch:
    """Read one file.

    Args:
        path: The file. Its suffix and its content choose the reader.
        content: What :func:`source_bytes` returned for it, to read the file only once.

    Raises:
        UnreadableSource: If no reader can read it: one sentence that says what was found and what to do.
    """
    identity = source_bytes(path) if content is None else content
    own = identity
    if beside := companions(path):
        rest = b"".join(b"\x00" + _own_bytes(c) for c in beside)
        if not identity.endswith(
            rest
        ):  # the metadata changed since, or was not part of the content
            identity = source_bytes(path)
        own = identity[: -len(rest)]
    file = SourceFile(path, own, identity)
    return _reader_of(file).read(file)


def _own_bytes(path: Path) -> bytes:
    try:
        info = path.stat()
    except OSError as error:
        raise UnreadableSource(
            f"{path.name} cannot be opened ({error.strerror}); check the path and the permissions."
        ) from None
    if not stat.S_ISREG(info.st_mode):
        kind = "a folder" if stat.S_ISDIR(info.st_mode) else "a device or pipe"
        raise UnreadableSource(
            f"{path.name} is {kind}, not a regular file; name the files to be read."
        )
    readers = _BY_SUFFIX.get(path.suffix.lower(), [])
    limit = max((r.max_bytes for r in readers), default=MAX_BYTES)
    if info.st_size > limit:
        raise UnreadableSource(
            f"{path.name} is {info.st_size / 2**20:.1f} MB, and files of this kind are read up to "
            f"{limit / 2**20:.0f} MB; split it into smaller files."
        )
    if not info.st_size:
        raise UnreadableSource(f"{path.name} is empty; fetch or export it again.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableSource(
            f"{path.name} cannot be opened ({error.strerror}); check the path and the permissions."
        ) from None


def _reader_of(file: SourceFile) -> Reader:
    if not file.content.strip():
        raise file.refuse("is empty; fetch or export it again")
    for magic, what, then in _NOT_READ:
        if file.content.startswith(magic):
            raise file.refuse(f"is {what}, which is not read; {then}")
    candidates = _BY_SUFFIX.get(file.suffix, [])
    if not candidates:
        known = ", ".join(sorted(_BY_SUFFIX))
        raise file.refuse(
            f"is of a kind that is not read ({file.suffix or 'no suffix'}); expected {known}"
        )
    for reader in candidates:
        if reader.sniff(file):
            return reader
    raise file.refuse(
        f"is XML with the root element <{local(file.root)}>, which no reader knows; "
        "expected a JATS <article>, an Elsevier <xocs:doc> or a <TEI> document"
    )
