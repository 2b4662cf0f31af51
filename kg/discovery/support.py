"""What the edges of a hetnet rest on: one row a piece of evidence, in columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from kg.belief import Voice
from kg.derived import told_of
from kg.errors import RecordError
from kg.licences import hardest
from kg.network import Bools, Codes, Floats, Ints
from kg.schema import NODES
from kg.stores.base import Reader

T = TypeVar("T")
_EVIDENCE = ("statement", "passage", "method_family", "score", "assertion", "replaced_by")
ORIGINS = ("work", "source", "licence")
"""What a piece of evidence comes from, and so what it can be lost with."""
Reading = tuple[str, float, str]
"""How a piece was read: family of the method, score, assertion; all blank for a record of a database."""
NOT_READ: Reading = ("", 0.0, "")


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """Pieces of evidence (a sentence, a record of a database), in columns.

    Attributes:
        edge: Number of the edge that each says, in the order of the edges.
        work: Id of the work or data set that it is in, "" if none is known.
        source: Id of the file, or name of the database, that it was read from.
        licence: Class of licence, one of :data:`kg.licences.LICENCE_CLASSES`.
        year: Of the work; NaN if none is known.
        reading: How it was read, from which belief follows.
    """

    edge: Ints
    work: Codes[str]
    source: Codes[str]
    licence: Codes[str]
    year: Floats
    reading: Codes[Reading]

    def __len__(self) -> int:
        return len(self.edge)

    def among(self, origin: str, wanted: Collection[str]) -> Bools:
        """Which pieces come from one of the *wanted* works, sources or classes of licence.

        Raises:
            RecordError: If *origin* is none of :data:`ORIGINS`.
        """
        if origin not in ORIGINS:
            raise RecordError(f"Evidence has no {origin!r}; choose one of {', '.join(ORIGINS)}.")
        codes: Codes[str] = getattr(self, origin)
        return codes.among(wanted)

    def part(self, rows: Ints, edge: Ints) -> Support:
        """Some of the pieces, their edges now numbered as *edge* tells, shape (rows,)."""
        return Support(
            edge,
            _part(self.work, rows),
            _part(self.source, rows),
            _part(self.licence, rows),
            self.year[rows],
            _part(self.reading, rows),
        )

    def of(self, edges: Bools) -> dict[int, list[Voice]]:
        """What the pieces of some edges say for belief, by number of edge; none where nothing was read."""
        out: dict[int, list[Voice]] = {}
        rows = np.flatnonzero(edges[self.edge])
        for edge, work, reading in zip(
            self.edge[rows].tolist(), self.work.at(rows), self.reading.at(rows), strict=True
        ):
            if reading != NOT_READ:
                out.setdefault(edge, []).append(Voice(work, *reading))
        return out


def _part(codes: Codes[T], rows: Ints) -> Codes[T]:
    return Codes(codes.codes[rows], codes.values)


def support_of(rows: Sequence[tuple[int, str, str, str, float, Reading]]) -> Support:
    """Pieces of evidence from rows of edge, work, source, class of licence, year and reading."""
    rows = sorted(rows, key=lambda row: row[:4])
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 6
    edge, work, source, licence, year, reading = columns
    return Support(
        np.array(edge, np.int64),
        Codes.of(work),
        Codes.of(source),
        Codes.of(licence),
        np.array(year, np.float64),
        Codes.of(reading),
    )


def read_support(reader: Reader, edges: Mapping[str, int]) -> Support:
    """The evidence of statements, each with what it comes from.

    Args:
        reader: Of a graph's home.
        edges: Number of the edge of each statement, by its id.

    Returns:
        What counts as evidence now: not what a curator has corrected.
    """
    said = reader.select(NODES["Evidence"], "statement", list(edges), _EVIDENCE)
    said = [row for row in said if not row[-1]]
    passages = {
        i: rest
        for i, *rest in reader.select(
            NODES["Passage"], "id", {row[1] for row in said}, ("id", "source", "work", "dataset")
        )
    }
    sources = {source for source, _, _ in passages.values()} - {""}
    works = {end for _, work, data in passages.values() for end in (work, data)} - {""}
    licence: dict[str, str] = dict(reader.select(NODES["Source"], "id", sources, ("id", "licence")))
    about = told_of(reader, works, "licence", "year")
    rows = []
    for statement, passage, family, score, assertion, _ in said:
        source, work, data = passages[passage]
        here = work or data
        named, year = about.get(here, ("", None))
        found = hardest(named, licence.get(source, ""))
        when = float("nan") if year is None else float(year)
        rows.append((edges[statement], here, source, found, when, (family, score, assertion)))
    return support_of(rows)
