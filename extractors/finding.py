"""Which files are to be read: folders walked in a fixed order, links and oddities kept out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractors.readers import can_read, companions
from kg.errors import UnreadableSource

# What lies beside papers and is not one: not read, and no reason to trouble anyone.
_QUIET = {
    ".md5",
    ".sha256",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".svg",
    ".css",
    ".js",
    ".py",
    ".ipynb",
}

_OURS = re.compile(rb'\s*\{\s*"polymath"\s*:\s*"(walkthrough|view)"')


@dataclass(frozen=True, slots=True)
class Found:
    """One file to read, or a sentence on why it is not read."""

    path: Path
    refused: str = ""


def find_files(paths: Iterable[str | Path]) -> list[Found]:
    """Files below *paths* in a fixed order, each once.

    Hidden files, metadata files beside tables, pictures, and stories and saved views of Polymath
    are passed over. A link that
    leads out of the folder that was asked for is refused, and so is a file no reader knows.

    Raises:
        UnreadableSource: If one of *paths* does not exist.
    """
    found: dict[Path, Found] = {}
    for given in paths:
        top = Path(given).expanduser()
        if not top.exists():
            raise UnreadableSource(f"There is no file or folder {top}; check the name.")
        for one in _walk(top) if top.is_dir() else [Found(top)]:
            found.setdefault(one.path.resolve(), one)
    beside = {c.resolve() for f in found.values() if not f.refused for c in companions(f.path)}
    return [_judged(f) for path, f in found.items() if path not in beside]


def _walk(top: Path) -> Iterator[Found]:
    root = top.resolve()
    for path in sorted(top.rglob("*")):
        inside = path.relative_to(top)
        if any(part.startswith(".") for part in inside.parts) or path.is_dir():
            continue
        if not path.resolve().is_relative_to(root):
            yield Found(
                path, f"{path} is a link that leads out of {top}; name the file itself to read it."
            )
        elif path.suffix.lower() not in _QUIET and not _is_labels(path) and not _is_ours(path):
            yield Found(path)


def _is_labels(path: Path) -> bool:
    return path.name == "disciplines.tsv"


def _is_ours(path: Path) -> bool:
    """Whether it is what Polymath itself writes: a story over a graph, or a saved view."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return _OURS.match(stream.read(200)) is not None
    except OSError:
        return False


def _judged(found: Found) -> Found:
    if found.refused or can_read(found.path):
        return found
    suffix = found.path.suffix or "no suffix"
    if suffix.lower() == ".pdf":
        advice = "turn it into TEI with GROBID, or get the publisher's XML"
    else:
        advice = "see `kg ingest --help` for the formats that are read"
    return Found(found.path, f"{found.path} is not read: no reader for {suffix}; {advice}.")
