"""One column of a table: checked against what is declared of it, and summed up as it streams by.

Cells are Arrow strings, null where missing. A row's number counts the header as row 1, as in a spreadsheet.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from extractors.columns.profiles import Profile, profile
from extractors.readers.base import SourceFile, clean
from extractors.readers.table_metadata import ColumnMetadata
from kg.errors import UnreadableSource
from kg.model import Variable

EXAMPLES = 5
"""Distinct values kept as examples."""
SAMPLE = 10_000
"""Rows in which distinct values are counted."""
_LONGEST_EXAMPLE = 80

_INTEGER = r"^[+-]?[0-9]+$"
_COUNT = r"^[+-]?(0|[1-9][0-9]*)$"  # a leading zero marks a code, not a number
_NUMBER = r"^([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|-?INF)$"
_YEAR = r"^-?[0-9]{4}$"
_GUESSES = ("boolean", "integer", "number", "date", "datetime")


@dataclass(slots=True)
class Column:
    """The running summary of one column; ``position`` counts from 1."""

    file: SourceFile
    position: int
    declared: ColumnMetadata
    declared_in: str = ""
    n: int = 0
    missing: int = 0
    lowest: tuple[float | str, str] | None = None
    highest: tuple[float | str, str] | None = None
    examples: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=lambda: list(_GUESSES))
    seen: dict[str, int] = field(default_factory=dict)
    sampled: int = 0
    distinct: set[str] = field(default_factory=set)

    def update(self, cells: pa.StringArray, row: int) -> None:
        """Take in *cells*, the first of which stands in *row*.

        Raises:
            UnreadableSource: If a cell is not of the declared type or breaks a constraint.
        """
        missing = cells.null_count
        if missing and self.declared.required:
            at = pc.index(pc.is_null(cells), True).as_py()
            raise self._lies(row + at, "no value", "a value (required)")
        self.n += len(cells) - missing
        self.missing += missing
        if self.declared.dtype:
            self._check(cells, row)
        else:
            self._guess(cells)
        self._examples(cells)
        self._range(cells)
        if self.sampled < SAMPLE:
            sample = cells.slice(0, SAMPLE - self.sampled)
            self.sampled += len(sample)
            self.distinct.update(v for v in sample.unique().to_pylist() if v is not None)

    @property
    def dtype(self) -> str:
        """The declared type, else the narrowest that fits all cells."""
        if self.declared.dtype:
            return self.declared.dtype
        if not self.n or not self.guesses:
            return "string"
        name = self.declared.name.casefold()
        if (
            self.guesses[0] == "integer"
            and re.search(r"(?:^|[_ ])year$", name)
            and self._four_digits()
        ):
            return "year"
        return self.guesses[0]

    def variable(self, dataset: str, table: str) -> tuple[Variable, Profile]:
        """The column as a record and what it was found to be; ``n`` counts the cells that hold a value."""
        ordered = self.dtype not in ("string", "boolean")
        plain = Variable(
            id=f"{dataset}#{table}/{self.declared.name}",
            dataset=dataset,
            name=self.declared.name,
            title=self.declared.title or self.declared.name,
            description=clean(self.declared.description),
            dtype=self.dtype,
            unit=self.declared.unit,
            quantity_kind=self.declared.quantity_kind,
            n=self.n,
            missing=self.missing,
            minimum=self.lowest[1] if self.lowest and ordered else "",
            maximum=self.highest[1] if self.highest and ordered else "",
            examples=tuple(self.examples),
        )
        whole = self.sampled == self.n + self.missing  # else the distinct values are not all known
        found = profile(plain, distinct=len(self.distinct) if whole else None)
        title = plain.title if self.declared.title else found.title
        return replace(
            plain, title=title, unit=found.unit, quantity_kind=found.quantity_kind
        ), found

    # ------------------------------------------------------------------ checks

    def _check(self, cells: pa.StringArray, row: int) -> None:
        d = self.declared
        self._first_bad(cells, row, self._typed(cells, d.dtype), d.dtype)
        if d.enum:
            allowed = pc.is_in(cells, value_set=pa.array(d.enum, pa.string()))
            self._first_bad(cells, row, allowed, "one of " + ", ".join(d.enum[:8]))
        if d.pattern:
            try:
                fits = pc.match_substring_regex(cells, pattern=f"^(?:{d.pattern})$")
            except pa.ArrowInvalid:
                raise UnreadableSource(
                    f"{self.declared_in} declares the pattern {d.pattern!r} for column {d.name!r}, which "
                    "is no regular expression; correct it."
                ) from None
            self._first_bad(cells, row, fits, f"the pattern {d.pattern}")
        lengths = pc.utf8_length(cells)
        if d.min_length is not None:
            fits = pc.greater_equal(lengths, d.min_length)
            self._first_bad(cells, row, fits, f"at least {d.min_length} characters")
        if d.max_length is not None:
            fits = pc.less_equal(lengths, d.max_length)
            self._first_bad(cells, row, fits, f"at most {d.max_length} characters")
        for bound, compare, words in (
            (d.minimum, pc.greater_equal, "at least"),
            (d.maximum, pc.less_equal, "at most"),
        ):
            if bound:
                self._bounded(cells, row, bound, compare, f"{words} {bound}")
        if d.unique:
            for at, value in enumerate(cells.to_pylist()):
                if (
                    value is not None
                    and (first := self.seen.setdefault(value, row + at)) != row + at
                ):
                    raise self._lies(
                        row + at, repr(value), f"each value once (it stands in row {first})"
                    )

    def _bounded(
        self,
        cells: pa.StringArray,
        row: int,
        bound: str,
        compare: Callable[..., pa.Array],
        words: str,
    ) -> None:
        if self.declared.dtype in ("integer", "number", "year"):
            try:
                limit = float(bound)
            except ValueError:
                raise UnreadableSource(
                    f"{self.declared_in} declares the limit {bound!r} for column {self.declared.name!r}, "
                    "which is no number; correct it."
                ) from None
            self._first_bad(cells, row, compare(self._floats(cells), limit), words)
        elif self.declared.dtype in ("date", "datetime"):
            self._first_bad(cells, row, compare(cells, bound), words)

    def _first_bad(self, cells: pa.StringArray, row: int, good: pa.Array, expected: str) -> None:
        at = pc.index(pc.if_else(pc.is_valid(cells), good, None), False).as_py()
        if at >= 0:
            raise self._lies(row + at, repr(_short(cells[at].as_py())), expected)

    def _lies(self, row: int, found: str, expected: str) -> UnreadableSource:
        return self.file.refuse(
            f"has {found} in row {row}, column {self.position} ({self.declared.name!r}), where "
            f"{self.declared_in} declares {expected}; correct the cell or the declaration"
        )

    # ------------------------------------------------------------------ types

    def _typed(self, cells: pa.StringArray, dtype: str) -> pa.Array:
        """True where a cell is of type *dtype*; anything where it is missing."""
        d = self.declared
        if dtype == "integer":
            return pc.match_substring_regex(self._bare(cells), pattern=_INTEGER)
        if dtype == "number":
            return pc.match_substring_regex(self._bare(cells), pattern=_NUMBER)
        if dtype == "year":
            return pc.match_substring_regex(cells, pattern=_YEAR)
        if dtype == "boolean":
            words = pa.array((*d.true_values, *d.false_values), pa.string())
            return pc.is_in(cells, value_set=words)
        if dtype in ("date", "datetime"):
            values = cells.unique()
            fits = [
                v.as_py() for v in values if v.is_valid and _is_time(v.as_py(), dtype, d.format)
            ]
            return pc.is_in(cells, value_set=pa.array(fits, pa.string()))
        return pc.is_valid(cells)

    def _bare(self, cells: pa.StringArray) -> pa.StringArray:
        """Numbers with a point for the decimal mark and nothing between the thousands."""
        d = self.declared
        if d.group_mark:
            cells = pc.replace_substring(cells, pattern=d.group_mark, replacement="")
        if d.decimal_mark != ".":
            cells = pc.replace_substring(cells, pattern=d.decimal_mark, replacement=".")
        return cells

    def _guess(self, cells: pa.StringArray) -> None:
        if cells.null_count == len(cells):
            return
        for dtype in list(self.guesses):
            if dtype == "integer":
                fits = pc.match_substring_regex(cells, pattern=_COUNT)
            elif dtype == "boolean":
                fits = pc.match_substring_regex(cells, pattern="^(?i:true|false)$")
            else:
                fits = self._typed(cells, dtype)
                if dtype == "number":  # 007 is no count, and no measurement either
                    fits = pc.and_(
                        fits, pc.invert(pc.match_substring_regex(cells, pattern="^0[0-9]"))
                    )
            if not pc.all(pc.if_else(pc.is_valid(cells), fits, None)).as_py():
                self.guesses.remove(dtype)

    def _four_digits(self) -> bool:
        return all(
            end is not None and isinstance(end[0], float) and 1000 <= end[0] <= 2999
            for end in (self.lowest, self.highest)
        )

    # ------------------------------------------------------------------ summary

    def _floats(self, cells: pa.StringArray) -> pa.DoubleArray:
        bare = pc.replace_substring(self._bare(cells), pattern="INF", replacement="inf")
        bare = pc.replace_substring_regex(bare, pattern=r"^\+", replacement="")
        return pc.cast(bare, pa.float64())

    def _examples(self, cells: pa.StringArray) -> None:
        if len(self.examples) < EXAMPLES:
            for value in cells.slice(0, 1000).unique().to_pylist():
                if value is not None and len(self.examples) < EXAMPLES:
                    short = _short(clean(value))
                    if short not in self.examples:
                        self.examples.append(short)

    def _range(self, cells: pa.StringArray) -> None:
        dtype = self.declared.dtype or (self.guesses[0] if self.guesses else "string")
        if dtype in ("integer", "number", "year"):
            values = self._floats(cells)
            finite = pc.if_else(pc.is_finite(values), values, None)
            ends = pc.min_max(finite).as_py()
            for end in ("min", "max"):
                number = ends[end]
                if number is not None and not math.isnan(number):
                    self._widen(end, number, cells[pc.index(values, number).as_py()].as_py())
        elif dtype in ("date", "datetime") and self.declared.format in ("", "default"):
            ends = pc.min_max(cells).as_py()
            for end in ("min", "max"):
                if ends[end] is not None:
                    self._widen(end, ends[end], ends[end])

    def _widen(self, end: str, value: float | str, written: str) -> None:
        current = self.lowest if end == "min" else self.highest
        if current is not None and type(current[0]) is type(value):
            before = value < current[0] if end == "min" else value > current[0]  # type: ignore[operator]
            if not before:
                return
        if end == "min":
            self.lowest = value, written
        else:
            self.highest = value, written


def _is_time(value: str, dtype: str, format: str) -> bool:
    try:
        if format.startswith("%"):
            datetime.datetime.strptime(value, format)
        elif format == "any":
            return bool(value)
        elif dtype == "date":
            return len(value) == 10 and datetime.date.fromisoformat(value) is not None
        else:
            return len(value) >= 16 and datetime.datetime.fromisoformat(value) is not None
    except ValueError:
        return False
    return True


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_EXAMPLE else value[: _LONGEST_EXAMPLE - 1] + "…"
