"""Statements of table rows: the thing that a row's first cell names has the row's numbers.

Not a spaCy component: a row has fields, not sentences. A row is read only if its first cell
is, as a whole, the name of a known concept, and a number only if its column measures one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from extractors.annotations import MentionSpan, StatementSpan

VERSION = "1"
METHOD = "table-row"
SCORE = 0.9
_NUMBER = re.compile(r"[-+−]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
Field = tuple[str, int, int]


def row_statements(
    text: str,
    fields: Sequence[Field],
    subject: MentionSpan,
    columns: Mapping[str, tuple[MentionSpan, str]],
) -> Iterator[StatementSpan]:
    """has_property statements of one row.

    Args:
        text: The row as text.
        fields: Title, start and end of the value of each cell, the first of which is *subject*.
        subject: The mention of the thing that the row is about.
        columns: For the title of each column that measures a concept: that concept, as it is
            mentioned where the column is described, and the column's unit.
    """
    for title, start, end in fields[1:]:
        found = columns.get(title)
        number = _NUMBER.match(text, start, end)
        if found is None or number is None:
            continue
        measured, unit = found
        rest = text[number.end() : end].strip()
        unit = unit or rest
        if (
            rest
            and not unit.startswith(rest[:1])
            and not rest[:1].isalpha()
            and rest[:1] not in "%°µμΩÅ"
        ):
            continue  # "5-7", "12/03": no number
        at = text.rfind(title, 0, start)
        if at < 0:
            continue
        qualifiers = {"value": number.group().replace(",", "").replace("−", "-")}
        if unit:
            qualifiers["unit"] = unit
        quality = MentionSpan(
            0, 0, at, at + len(title), measured.kind, measured.concept, measured.name, METHOD,
            VERSION, measured.score,
        )  # fmt: skip
        yield StatementSpan(
            subject, "has_property", quality, 0, len(text), start, end, METHOD, VERSION, "table",
            SCORE, qualifiers,
        )  # fmt: skip
