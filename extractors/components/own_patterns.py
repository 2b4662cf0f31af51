"""Phrases of one's own that state a relation: a table like ``lexicons/relations.tsv``.

Six tab-separated columns under a header line: predicate, form, phrase, direction, language,
score. ``verb`` is inflected ("corrode": corrodes, corroded, "corroded by"), ``phrase`` stands
between two names as it is, ``noun`` around them ("hardness of A by B"). What such a table
says of a phrase comes before what the one that ships says. Chinese phrases are not taken yet.

>>> check_row("materials.tsv", 2, ("decreases", "verb", "corrode", "forward", "en", "0.8"))
('decreases', 'verb', 'corrode', 'forward', 'en', '0.8')
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

from kg.errors import UnreadableSource
from kg.ontology import ASSERTED

Row = tuple[str, ...]
"""Predicate, form, phrase, direction, language and score."""
COLUMNS = ("predicate", "form", "phrase", "direction", "language", "score")
MAX_BYTES = 2**20
_FORMS = ("verb", "phrase", "noun")
_DIRECTIONS = ("forward", "reverse")
_WORDS = re.compile(r"[^\W\d_][\w'’-]*(?: [\w'’-]+){0,7}")
_AROUND = re.compile(r"\w[\w'’-]* (?:[\w'’-]+ ){0,2}A (?:[\w'’-]+ ){1,3}B")


def read_patterns_of(path: str | Path) -> tuple[Row, ...]:
    """The rows of a table of relation phrases.

    Raises:
        UnreadableSource: If the file is missing, no UTF-8, too large, or wrong in some line.
    """
    path = Path(path).expanduser()
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableSource(
            f"The relation phrases {path} cannot be opened ({error.strerror}); check the path."
        ) from None
    except UnicodeDecodeError as error:
        raise UnreadableSource(
            f"{path.name} is not UTF-8 (byte 0x{raw[error.start]:02x} at offset {error.start}); "
            "save it as UTF-8."
        ) from None
    if len(raw) > MAX_BYTES:
        raise UnreadableSource(
            f"{path.name} has {len(raw):,} bytes, and tables of relation phrases are read up to "
            f"{MAX_BYTES:,}; is it the file you meant?"
        )
    rows: dict[Row, None] = {}
    headed = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if not headed:
            headed = True
            if cells != COLUMNS:
                raise UnreadableSource(
                    f"{path.name}, line {number}: found the columns {', '.join(cells)}; expected "
                    f"the header {', '.join(COLUMNS)}, separated by tabs."
                )
            continue
        rows[check_row(path.name, number, cells)] = None
    if not rows:
        raise UnreadableSource(f"{path.name} holds no relation phrase; add a row, or leave it out.")
    return tuple(rows)


def check_row(file: str, line: int, row: Row) -> Row:
    """*row*, with its phrase in lower case.

    Raises:
        UnreadableSource: If it is not as the columns demand.
    """

    def wrong(what: str) -> UnreadableSource:
        return UnreadableSource(f"{file}, line {line}: {what}.")

    if len(row) != len(COLUMNS):
        raise wrong(f"found {len(row)} tab-separated columns, expected {len(COLUMNS)}")
    predicate, form, phrase, direction, language, score = row
    if predicate not in ASSERTED:
        near = get_close_matches(predicate, ASSERTED, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(ASSERTED)}"
        raise wrong(f"{predicate!r} is no predicate; {hint}".removesuffix("."))
    if form not in _FORMS:
        raise wrong(f"found the form {form!r}, expected {', '.join(_FORMS)}")
    if direction not in _DIRECTIONS:
        raise wrong(f"found the direction {direction!r}, expected forward or reverse")
    if language != "en":
        raise wrong(f"found the language {language!r}; only English (en) phrases are taken so far")
    try:
        certainty = float(score)
    except ValueError:
        certainty = -1.0
    if not 0 < certainty <= 1:
        raise wrong(f"found the score {score!r}, expected a number above 0 and at most 1")
    if form == "noun":
        if not _AROUND.fullmatch(phrase):
            raise wrong(
                f"found the phrase {phrase!r}; a noun's has its two names in it and ends in B, "
                "as 'effect of A on B'"
            )
        return predicate, form, phrase, direction, language, score
    if not _WORDS.fullmatch(phrase):
        raise wrong(f"found the phrase {phrase!r}, expected one to eight words")
    return predicate, form, phrase.lower(), direction, language, score
