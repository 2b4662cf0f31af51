"""What the kernel and the page say to each other: kinds of message and binary columns.

A message is a small JSON object ``{kind, seq, …}``; what is large travels beside it in
buffers, one table a name, one column one to four buffers:

======  ======================================================================
type    buffers
======  ======================================================================
f4 …    the numbers, little-endian (``f4``, ``i4``, ``u4``, ``u2``, ``u1``)
str     UTF-8 bytes of all rows, and ``rows + 1`` offsets into them (``u4``)
cat     a ``u4`` code for each row, then the distinct texts as ``str``
list    ``rows + 1`` offsets (``u4``) into the items, then the items as ``str``
======  ======================================================================

The page says ``hello`` with its :data:`PROTOCOL`; another number is answered with a
sentence. Every message of the kernel is numbered, and a ``graph/delta`` names the
revision it applies to, so a lost one is noticed and the whole graph asked for again.

>>> header, buffers = pack({"nodes": (2, {"name": text(["石墨烯", "🙂"]), "size": numbers([1, 2], "f4")})})
>>> header["nodes"]["rows"], [len(b) for b in buffers]
(2, [13, 12, 8])
>>> unpack(header, buffers)["nodes"]["name"]
['石墨烯', '🙂']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from kg.errors import PolymathError

PROTOCOL = 1
"""Version of everything in this module. The page is built with the same number."""

MISSING = -(2**31)
"""What an ``i4`` column holds where there is no number, such as the year of an undated work."""

Rows = tuple[int, Mapping[str, "Column"]]
Header = dict[str, dict[str, Any]]


class Ask(StrEnum):
    """What the page may ask for."""

    HELLO = "hello"
    SEARCH = "search"
    SHOW = "show"
    EXPAND = "expand"
    RESET = "reset"
    CONCEPT = "concept"
    EVIDENCE = "evidence"


class Tell(StrEnum):
    """What the kernel answers with."""

    FULL = "graph/full"
    DELTA = "graph/delta"
    HITS = "search/hits"
    CONCEPT = "detail/concept"
    EVIDENCE = "detail/evidence"
    NOTICE = "notice"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Column:
    """One column, ready to be sent."""

    type: str
    rows: int
    buffers: tuple[bytes, ...]


def numbers(values: Iterable[Any], dtype: str) -> Column:
    """A column of numbers; None and NaN become :data:`MISSING` in an ``i4`` column.

    Args:
        values: Anything numpy makes a one-dimensional array of.
        dtype: ``f4``, ``i4``, ``u4``, ``u2`` or ``u1``.

    Raises:
        PolymathError: If the values are no numbers or do not fit into *dtype*.
    """
    try:
        exact = pd.to_numeric(pd.Series(values)).to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise PolymathError(
            f"A column of numbers ({dtype}) holds something else ({error}); send it as text."
        ) from error
    gaps = ~np.isfinite(exact)
    target = np.dtype(f"<{dtype}")
    if target.kind == "f":
        if gaps.any():
            raise PolymathError(
                f"A column of numbers ({dtype}) holds {int(gaps.sum())} that are not finite."
            )
        return Column(dtype, len(exact), (exact.astype(target).tobytes(),))
    if gaps.any():
        if dtype != "i4":
            raise PolymathError(
                f"A column of numbers ({dtype}) lacks {int(gaps.sum())} of its values; "
                "only an i4 column can say that a number is missing."
            )
        exact = np.where(gaps, MISSING, exact)
    bounds = np.iinfo(target)
    if len(exact) and (exact.min() < bounds.min or exact.max() > bounds.max):
        raise PolymathError(
            f"A column of numbers ({dtype}) holds {exact.min():.0f} to {exact.max():.0f}, "
            f"and only {bounds.min} to {bounds.max} can be sent."
        )
    return Column(dtype, len(exact), (exact.astype(target).tobytes(),))


def _offsets(lengths: Sequence[int]) -> bytes:
    ends = np.zeros(len(lengths) + 1, dtype=np.uint64)
    np.cumsum(lengths, out=ends[1:])
    if ends[-1] > np.iinfo(np.uint32).max:
        raise PolymathError(
            f"A column of {int(ends[-1])} bytes is too large to send; show fewer rows."
        )
    return ends.astype("<u4").tobytes()


def text(values: Iterable[Any]) -> Column:
    """A column of texts; None becomes the empty text."""
    raw = [b"" if v is None else str(v).encode("utf-8", "replace") for v in values]
    return Column("str", len(raw), (b"".join(raw), _offsets([len(r) for r in raw])))


def categories(values: Iterable[Any]) -> Column:
    """A column of texts of which many are the same; each distinct one is sent once."""
    rows = ["" if v is None else str(v) for v in values]
    code = {value: n for n, value in enumerate(dict.fromkeys(rows))}
    codes = np.array([code[v] for v in rows], dtype="<u4")
    return Column("cat", len(rows), (codes.tobytes(), *text(code).buffers))


def lists(values: Iterable[Any]) -> Column:
    """A column of lists of texts; None becomes the empty list."""
    rows = [list(v) if isinstance(v, list | tuple) else [] for v in values]
    items = text(item for row in rows for item in row)
    return Column("list", len(rows), (_offsets([len(r) for r in rows]), *items.buffers))


def column(values: Iterable[Any], type_: str) -> Column:
    """A column of one of the types of this module."""
    makers = {"str": text, "cat": categories, "list": lists}
    return makers[type_](values) if type_ in makers else numbers(values, type_)


def frame_rows(frame: pd.DataFrame, types: Mapping[str, str]) -> Rows:
    """The columns of *frame* that *types* names, in those types."""
    return len(frame), {name: column(frame[name], kind) for name, kind in types.items()}


def pack(tables: Mapping[str, Rows]) -> tuple[Header, list[bytes]]:
    """Header and buffers of some tables.

    Raises:
        PolymathError: If a column has not as many rows as its table.
    """
    header: Header = {}
    buffers: list[bytes] = []
    for name, (rows, columns) in tables.items():
        described: dict[str, list[Any]] = {}
        for key, col in columns.items():
            if col.rows != rows:
                raise PolymathError(
                    f"Column {key} has {col.rows} rows in a table ({name}) of {rows}."
                )
            described[key] = [col.type, len(buffers)]
            buffers.extend(col.buffers)
        header[name] = {"rows": rows, "columns": described}
    return header, buffers


def _texts(data: bytes | memoryview, offsets: bytes | memoryview) -> list[str]:
    ends = np.frombuffer(offsets, "<u4")
    raw = bytes(data)
    return [raw[a:b].decode() for a, b in pairwise(ends)]


def unpack(
    header: Header, buffers: Sequence[bytes | memoryview]
) -> dict[str, dict[str, list[Any]]]:
    """What :func:`pack` packed, as lists; the page does the same in ``src/protocol.ts``."""
    tables: dict[str, dict[str, list[Any]]] = {}
    for name, table in header.items():
        tables[name] = {}
        for key, (kind, at) in table["columns"].items():
            values: list[Any]
            if kind == "str":
                values = _texts(buffers[at], buffers[at + 1])
            elif kind == "cat":
                words = _texts(buffers[at + 1], buffers[at + 2])
                values = [words[c] for c in np.frombuffer(buffers[at], "<u4")]
            elif kind == "list":
                ends = np.frombuffer(buffers[at], "<u4")
                items = _texts(buffers[at + 1], buffers[at + 2])
                values = [items[a:b] for a, b in pairwise(ends)]
            else:
                raw = np.frombuffer(buffers[at], f"<{kind}").tolist()
                values = [None if v == MISSING else v for v in raw]
            tables[name][key] = values
    return tables
