"""The word lists and tables in ``extractors/lexicons``.

A lexicon is a UTF-8 TSV with a header line; ``#`` starts a comment line.

>>> "species" in word_list("no_plural")
True
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from kg.errors import UnreadableSource

LEXICONS = Path(__file__).resolve().parent.parent / "lexicons"


def read_lexicon(name: str, columns: int) -> list[tuple[str, ...]]:
    """Rows of ``lexicons/<name>.tsv`` without its header.

    Raises:
        UnreadableSource: If a row has another number of columns; the sentence gives file and line.
    """
    path = LEXICONS / f"{name}.tsv"
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if number == 1 or not line.strip() or line.startswith("#"):
            continue
        row = tuple(cell.strip() for cell in line.split("\t"))
        if len(row) != columns:
            raise UnreadableSource(
                f"{path.name}, line {number}: found {len(row)} tab-separated columns, "
                f"expected {columns}; mend the line"
            )
        rows.append(row)
    return rows


@cache
def lexicon_digest() -> str:
    """SHA-256 over all lexicons: changes when any line of any of them changes."""
    h = hashlib.sha256()
    for path in sorted(LEXICONS.glob("*.tsv")):
        h.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return h.hexdigest()


@cache
def _word_lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in read_lexicon("word_lists", 2)}


def word_list(name: str) -> frozenset[str]:
    """The words of one line of ``lexicons/word_lists.tsv``.

    Raises:
        KeyError: If there is no list of that name.
    """
    return _word_lists()[name]
