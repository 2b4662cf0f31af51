"""What the kernel and the page say to each other: kinds of message and binary columns.

A message is a small JSON object ``{kind, seq, …}``; what is large travels beside it in
buffers, one table a name, one column one to four buffers:

======  ======================================================================
type    buffers
======  ======================================================================
f4 …    the numbers, little-endian (``f4``, ``i4``, ``i2``, ``u4``, ``u2``, ``u1``)
q2      numbers from 0 to 1 in 65,535 steps (``u2``)
str     UTF-8 bytes of all rows, and the length of each in bytes as counts
cat     a code for each row as counts, then the distinct texts as ``str``
list    how many items each row has as counts, then the items as ``str``
======  ======================================================================

*Counts* are unsigned numbers in the fewest bytes that hold the largest of them: one byte
says how many (1, 2 or 4), then they follow.

Concepts and statements on a canvas are named by their number there, in both directions:
ids are long, and the page needs none to draw.

The page says ``hello`` with its :data:`PROTOCOL`; another number is answered with a
sentence. Every message of the kernel is numbered, and a ``graph/delta`` names the
revision it applies to, so a lost one is noticed and the whole graph asked for again.

>>> header, buffers = pack({"nodes": (2, {"name": text(["石墨烯", "🙂"]), "size": numbers([1, 2], "f4")})})
>>> header["nodes"]["rows"], [len(b) for b in buffers]
(2, [13, 3, 8])
>>> unpack(header, buffers)["nodes"]["name"]
['石墨烯', '🙂']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pandas as pd

from kg.errors import PolymathError

PROTOCOL = 3
"""Version of everything in this module. The page is built with the same number."""

SHARES = 65_535
"""Steps of a ``q2`` column."""

Rows = tuple[int, Mapping[str, "Column"]]
Header = dict[str, dict[str, Any]]


class Ask(StrEnum):
    """What the page may ask for, with what goes along.

    Any message may bring ``moved``, ``[[node, x, y], …]``, and two buffers, the x and the y of
    all nodes (``f4``). *which* is ``node``, a number on the canvas, or ``id``. A *choice* is any
    of ``predicates``, ``kinds``, ``disciplines`` (lists), ``direction`` (``both``, ``out``, ``in``).
    *filters* are the fields of :class:`widgets.wanted.Wanted`.
    """

    HELLO = "hello"
    RESET = "reset"
    SEARCH = "search"  # text
    COMPLETE = "complete"  # text
    SHOW = "show"  # id, or text
    ASK = "ask"  # text, values: {name: value}
    EXPAND = "expand"  # which, choice, by, limit, offset
    MENU = "menu"  # which, choice
    PATHS = "paths"  # a, b: numbers or ids; by, limit, max_length
    CONCEPT = "concept"  # which
    EVIDENCE = "evidence"  # edge, or id
    ARRANGE = "arrange"  # layout, by, start, end
    COLUMN = "column"  # name, first: the node from which on it is wanted
    BRIDGES = "bridges"
    OPEN = "open"  # which; id "" is the whole graph
    SAVE = "save"  # name, and what SELECTION and VISIBLE have
    LOAD = "load"  # name
    RENAME = "rename"  # name, to
    DELETE = "delete"  # name
    VIEWS = "views"
    KEEP = "keep"  # name, text of a phrase
    FORGET = "forget"  # name of a phrase
    PHRASES = "phrases"
    STEP = "step"  # title, text, question, answer, notes; nodes, edges: that stand out; camera; at, instead
    SELECTION = "selection"  # nodes, edges: all that are selected
    VISIBLE = "visible"  # hidden, pinned: nodes; gone: edges that were undone; filters; look
    PLACES = "places"  # nothing but what any message may bring


class Tell(StrEnum):
    """What the kernel says, with what goes along.

    ``re`` is the number of the question; None where Python has changed the canvas, which is
    told as :attr:`FULL`, :attr:`DELTA`, :attr:`PLACES` or :attr:`LOOK`. ``selection``, ``visible``
    and ``places`` are not answered unless they make no sense.
    """

    FULL = "graph/full"
    """All of the canvas. ``sight``: name if it was saved, look, selected, and what VISIBLE has;
    ``given``, [[name, whether of numbers], …], the columns that Python gave."""
    DELTA = "graph/delta"
    """What is new: base, revision, first_node, first_edge, around, focus (or None), note, changed.

    After ``expand`` with shown, total, offset, by; after ``paths`` with paths, a list of
    ``{nodes, edges, belief}``, and ends.
    """
    PLACES = "graph/places"
    LOOK = "look"
    """Python has chosen what colour and size tell: look, given; renewed, a column to ask for anew."""
    COLUMN = "column"
    """name, first, numeric. Table ``column``: value, and known (0 where there is none) for numbers."""
    BRIDGES = "bridges"
    """between, [[discipline, discipline, statements], …]. Tables ``bridges``: edge; ``connectors``: node."""
    ANSWER = "answer"
    """text, read, cypher, parameters, note, unread, also ([{text, why}]), limit, cut, total, columns, focus.

    Table ``rows``: the columns, as texts, and ``node`` and ``edge``, numbers on the canvas or
    missing. ``graph`` is :attr:`FULL` or :attr:`DELTA` if the message holds the fields and
    tables of one of these besides, and None if nothing comes on the canvas.
    """
    COMPLETIONS = "completions"
    """texts"""
    MENU = "menu"
    """total, outward, inward: neighbours. Tables ``predicate``, ``family``, ``kind`` and ``discipline``:
    value, neighbours, outward, inward."""
    VIEWS = "views"
    """names; saved, the name of the one that was saved or renamed just now, or None."""
    PHRASES = "phrases"
    """phrases, [[name, text, [place, …]], …]"""
    STEP = "step"
    """story, titles of its steps; number of the step that was kept just now, or None."""
    HITS = "search/hits"
    CONCEPT = "detail/concept"
    EVIDENCE = "detail/evidence"
    NOTICE = "notice"
    """message, suggestions"""
    ERROR = "error"
    """message"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, ready to be sent."""

    type: str
    rows: int
    buffers: tuple[bytes, ...]


def missing(dtype: str) -> int:
    """What a column of signed numbers holds where there is none, such as the year of an undated work."""
    return int(np.iinfo(np.dtype(dtype)).min)


def numbers(values: Iterable[Any], dtype: str) -> Column:
    """A column of numbers; None and NaN become :func:`missing` in a column of signed ones.

    Args:
        values: Anything numpy makes a one-dimensional array of.
        dtype: ``f4``, ``i4``, ``i2``, ``u4``, ``u2``, ``u1`` or ``q2``; or ``u``, the
            narrowest of the unsigned ones that holds all values.

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
    if dtype in ("f4", "q2") and gaps.any():
        raise PolymathError(
            f"A column of numbers ({dtype}) holds {int(gaps.sum())} that are not finite."
        )
    if dtype == "f4":
        return Column(dtype, len(exact), (exact.astype("<f4").tobytes(),))
    if dtype == "q2":
        if len(exact) and (exact.min() < 0 or exact.max() > 1):
            raise PolymathError(
                f"A column of shares (q2) holds {exact.min():g} to {exact.max():g}, "
                "and only 0 to 1 can be sent."
            )
        return Column(dtype, len(exact), (np.rint(exact * SHARES).astype("<u2").tobytes(),))
    if gaps.any():
        if not dtype.startswith("i"):
            raise PolymathError(
                f"A column of numbers ({dtype}) lacks {int(gaps.sum())} of its values; "
                "only a column of signed numbers can say that one is missing."
            )
        exact = np.where(gaps, missing(dtype), exact)
    if dtype == "u":
        dtype = f"u{_width(exact.max(initial=0))}"
    bounds = np.iinfo(np.dtype(dtype))
    if len(exact) and (exact.min() < bounds.min or exact.max() > bounds.max):
        raise PolymathError(
            f"A column of numbers ({dtype}) holds {exact.min():.0f} to {exact.max():.0f}, "
            f"and only {bounds.min} to {bounds.max} can be sent."
        )
    return Column(dtype, len(exact), (exact.astype(f"<{dtype}").tobytes(),))


def _width(most: float) -> int:
    """How many bytes an unsigned number up to *most* takes."""
    return 1 if most < 2**8 else 2 if most < 2**16 else 4


def _counts(values: Sequence[int]) -> bytes:
    width = _width(max(values, default=0))
    return bytes([width]) + np.array(values, dtype=f"<u{width}").tobytes()


def text(values: Iterable[Any]) -> Column:
    """A column of texts; None becomes the empty text."""
    raw = [b"" if v is None else str(v).encode("utf-8", "replace") for v in values]
    if (total := sum(map(len, raw))) >= 2**32:
        raise PolymathError(f"A column of {total} bytes is too large to send; show fewer rows.")
    return Column("str", len(raw), (b"".join(raw), _counts([len(r) for r in raw])))


def categories(values: Iterable[Any]) -> Column:
    """A column of texts of which many are the same; each distinct one is sent once."""
    rows = ["" if v is None else str(v) for v in values]
    code = {value: n for n, value in enumerate(dict.fromkeys(rows))}
    return Column("cat", len(rows), (_counts([code[v] for v in rows]), *text(code).buffers))


def lists(values: Iterable[Any]) -> Column:
    """A column of lists of texts; None becomes the empty list."""
    rows = [list(v) if isinstance(v, list | tuple) else [] for v in values]
    items = text(item for row in rows for item in row)
    return Column("list", len(rows), (_counts([len(r) for r in rows]), *items.buffers))


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


@dataclass(frozen=True, slots=True)
class Reply:
    """What the kernel says: a few words in JSON, and tables. Another widget has kinds of its own."""

    kind: StrEnum
    fields: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Rows] = field(default_factory=dict)

    def with_(self, **fields: Any) -> Reply:
        """The same with these words besides."""
        return replace(self, fields={**self.fields, **fields})


def _numbers(raw: bytes | memoryview) -> list[int]:
    whole = bytes(raw)
    return [int(v) for v in np.frombuffer(whole[1:], f"<u{whole[0]}")]


def _pieces(lengths: bytes | memoryview) -> list[tuple[int, int]]:
    return list(pairwise(accumulate(_numbers(lengths), initial=0)))


def _texts(data: bytes | memoryview, lengths: bytes | memoryview) -> list[str]:
    raw = bytes(data)
    return [raw[a:b].decode() for a, b in _pieces(lengths)]


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
                values = [words[c] for c in _numbers(buffers[at])]
            elif kind == "list":
                items = _texts(buffers[at + 1], buffers[at + 2])
                values = [items[a:b] for a, b in _pieces(buffers[at])]
            elif kind == "q2":
                values = (np.frombuffer(buffers[at], "<u2") / SHARES).tolist()
            else:
                gap = missing(kind) if kind.startswith("i") else None
                raw = np.frombuffer(buffers[at], f"<{kind}").tolist()
                values = [None if v == gap else v for v in raw]
            tables[name][key] = values
    return tables
