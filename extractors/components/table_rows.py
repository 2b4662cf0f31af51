"""Statements of table rows: the thing that a row's first cell names has the row's numbers.

Not a spaCy component: a row has fields, not sentences. A row is read only if its first cell
is, as a whole, the name of a known concept, and a number only if its column measures one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.annotations import MentionSpan, StatementSpan
from extractors.columns.units import readable

VERSION = "2"
METHOD = "table-row"
SCORE = 0.9
_NUMBER = re.compile(r"[-+−]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
Field = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class MeasuredColumn:
    """A column that measures a concept.

    Attributes:
        concept: The concept, as it is mentioned where the column is described.
        unit: UCUM code of its values.
        statistic: "mean", "maximum", … of the concept, or "".
        spreads: Titles of the columns that say how sure the values are, by statistic.
        conditions: Titles of the columns under whose values they were measured.
    """

    concept: MentionSpan
    unit: str = ""
    statistic: str = ""
    spreads: Mapping[str, str] | None = None
    conditions: Sequence[str] = ()


def row_statements(
    text: str,
    fields: Sequence[Field],
    subject: MentionSpan,
    columns: Mapping[str, MeasuredColumn],
) -> Iterator[StatementSpan]:
    """has_property statements of one row.

    What the row says of the circumstances goes into the qualifiers: ``statistic``, the spread
    ("standard deviation") and ``condition`` ("temperature: 300 K; treatment: control").

    Args:
        text: The row as text.
        fields: Title, start and end of the value of each cell, the first of which is *subject*.
        subject: The mention of the thing that the row is about.
        columns: By title, the columns that measure a concept.
    """
    cells = {title: text[start:end] for title, start, end in fields}
    for title, start, end in fields[1:]:
        found = columns.get(title)
        number = _NUMBER.match(text, start, end)
        if found is None or number is None:
            continue
        rest = text[number.end() : end].strip()
        unit = found.unit or rest
        if (
            rest
            and rest != readable(found.unit)
            and not unit.startswith(rest[:1])
            and not rest[:1].isalpha()
            and rest[:1] not in "%°µμΩÅ"
        ):
            continue  # "5-7", "12/03": no number
        at = text.rfind(title, 0, start)
        if at < 0:
            continue
        qualifiers = {"value": _plain(number.group())}
        if unit:
            qualifiers["unit"] = unit
        if found.statistic:
            qualifiers["statistic"] = found.statistic
        for statistic, column in (found.spreads or {}).items():
            if spread := _NUMBER.match(cells.get(column, "")):
                qualifiers[statistic] = _plain(spread.group())
        said = "; ".join(f"{c}: {cells[c]}" for c in found.conditions if cells.get(c))
        if said:
            qualifiers["condition"] = said
        measured = found.concept
        quality = MentionSpan(
            0, 0, at, at + len(title), measured.kind, measured.concept, measured.name, METHOD,
            VERSION, measured.score,
        )  # fmt: skip
        yield StatementSpan(
            subject, "has_property", quality, 0, len(text), start, end, METHOD, VERSION, "table",
            SCORE, qualifiers,
        )  # fmt: skip


def _plain(number: str) -> str:
    return number.replace(",", "").replace("−", "-")
