"""``polymath_abbreviations``: short forms and what they stand for, over all passages of a work.

The algorithm of Schwartz & Hearst (2003), "A simple algorithm for identifying abbreviation
definitions in biomedical text", doi:10.1142/9789812776303_0042: both "long form (SF)" and
"SF (long form)", letters matched from the right.

>>> pairs("We used polymerase chain reaction (PCR) and NMR (nuclear magnetic resonance).")
[('PCR', 'polymerase chain reaction'), ('NMR', 'nuclear magnetic resonance')]
"""

from __future__ import annotations

import re
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import register
from extractors.components.chinese_abbreviations import chinese_pairs
from extractors.components.lexicon import word_list
from extractors.components.works import WorkReader

VERSION = "1"
_PAREN = re.compile(r"\(([^()\[\]]{2,120})\)")
_SHORT = re.compile(r"^[^\W_][\w+./‐–-]{1,9}$")
_WORD = re.compile(r"\S+")
_SPLIT = re.compile(r"[;,]\s")
_NOT_SHORT = re.compile(
    r"^(?:fig|figs|eq|eqs|ref|refs|table|and|or|see|e\.g|i\.e|[ivx]+|\d+.*)$", re.I
)
_LEADING = word_list("not_first_in_long_form")


def pairs(text: str) -> list[tuple[str, str]]:
    """(short form, long form) in order of definition."""
    found = []
    for m in _PAREN.finditer(text):
        inner = _SPLIT.split(m[1])[0].strip().strip("\"'“”‘’")
        inner = re.sub(r"^(?:or|i\.e\.,?|hereafter|henceforth|abbreviated(?: as)?)\s+", "", inner)
        before = text[max(0, m.start() - 160) : m.start()].rstrip()
        if _is_short(inner):
            if (long := long_form(inner, before)) is not None:
                found.append((inner, long))
        elif " " in inner and (last := re.search(r"[^\s(]+$", before)) and _is_short(last[0]):
            long = long_form(last[0], inner)
            if long is not None and abs(len(long) - len(inner)) <= 4:
                found.append((last[0], long))
    return found


_LEGEND = re.compile(
    r"(?:^|(?<=[;,.:(] )|(?<=\())([^\W\d_][\w/-]{1,5})[,:=] +([^\W\d_][^;,:.()=\n]{2,60})(?=[;,.)\n]|$)",
    re.MULTILINE,
)


def legends(text: str) -> list[tuple[str, str]]:
    """(short form, long form) as the legend of a figure lists them, two at least.

    >>> legends("Scale 1 mm. Cb, cerebellum; SV, stria vascularis; I, II, layers.")
    [('Cb', 'cerebellum'), ('SV', 'stria vascularis')]
    """
    found: list[tuple[str, str]] = []
    run: list[tuple[str, str]] = []
    end = -3
    for m in _LEGEND.finditer(text):
        if m.start() - end > 2:
            found += run if len(run) > 1 else []
            run = []
        end = m.end()
        long = m[2].strip()
        if _spells(m[1], long):
            run.append((m[1], long))
    return found + (run if len(run) > 1 else [])


def _spells(short: str, long: str) -> bool:
    """Whether *short* looks like no word and its letters, the first one first, are in *long*."""
    rest = iter(long.lower())
    letters = [c for c in short.lower() if c.isalpha()]
    return (
        (sum(map(str.isupper, short)) > 1 or not any(c in "aeiouy" for c in letters))
        and (" " in long or long[1:].islower())
        and len(long) > len(short) + 1
        and long[0].lower() == letters[0]
        and all(c in rest for c in letters)
    )


def _is_short(text: str) -> bool:
    """Two to ten characters, a letter among them and a capital: what may be a short form."""
    return (
        _SHORT.match(text) is not None
        and not _NOT_SHORT.match(text)
        and sum(c.isalpha() for c in text) >= 2
        and (any(c.isupper() for c in text[:3]) or any(c.isdigit() for c in text))
        and not (text[0].isupper() and text[1:].islower() and len(text) > 4)
    )


def long_form(short: str, before: str) -> str | None:
    """The shortest run of words at the end of *before* that spells *short*, or None.

    At most ``min(|short| + 5, 2 |short|)`` words; the first letter must start a word.
    """
    letters = [c for c in short.lower() if c.isalnum()]
    if len(letters) > 2 and letters[-1] == "s" and short[-1] == "s":
        letters.pop()  # SNPs
    limit = min(len(letters) + 5, len(letters) * 2)
    words = list(_WORD.finditer(before))[-limit:]
    if not words:
        return None
    candidate = before[words[0].start() :]
    stop = max(candidate.rfind(mark) for mark in (". ", "; ", ": ", ", ", " (", ") "))
    if stop >= 0:
        candidate = candidate[stop + 2 :]
    low = candidate.lower()
    i = len(low) - 1
    for at in range(len(letters) - 1, -1, -1):
        letter = letters[at]
        while i >= 0 and (low[i] != letter or (at == 0 and i > 0 and low[i - 1].isalnum())):
            i -= 1
        if i < 0:
            return None
        i -= 1
    long = candidate[i + 1 :].strip(" \"'“”‘’")
    first = long.split(" ", 1)[0].lower()
    if (
        len(long) <= len(short)
        or first in _LEADING
        or short.lower() in long.lower().split()
        or long.count(" ") + 1 > limit
        or re.search(r"[<>=@{}\\]|\d{4}", long)
    ):
        return None
    # Every word that carries no letter of the short form makes the pair less likely.
    content = [w for w in re.split(r"[\s-]+", long.lower()) if w not in _LEADING]
    if len(content) > len(letters) + 1:
        return None
    return long


class Abbreviations(WorkReader):
    """Fills ``doc._.abbreviations``; passages with one ``doc._.work`` share one table."""

    def __init__(self) -> None:
        self.version = VERSION

    def _read(self, docs: list[Doc]) -> None:
        table: dict[str, str] = {}
        for doc in docs:
            table.update(doc._.abbreviations)
        for doc in docs:
            if "(" in doc.text:
                for short, long in pairs(doc.text):
                    table.setdefault(short, long)
            if "; " in doc.text:
                for short, long in legends(doc.text):
                    table.setdefault(short, long)
            if doc.lang_ == "zh":
                for short, long in chinese_pairs(doc):
                    table.setdefault(short, long)
        for doc in docs:
            doc._.abbreviations = table


register()


@Language.factory("polymath_abbreviations", assigns=["doc._.abbreviations"])
def make(nlp: Language, name: str) -> Any:
    """A finder of abbreviation definitions."""
    return Abbreviations()
