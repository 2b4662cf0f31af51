"""What a Chinese work defines in brackets: "卷积神经网络（convolutional neural network，CNN）", "CNN（卷积神经网络）".

The Chinese name is the run of words before the bracket
(:mod:`extractors.components.chinese_runs`), or the whole bracket; a short form must be spelt by
the English name beside it, if there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from extractors.components.alignment import TokenSpans
from extractors.components.chinese_runs import runs
from extractors.components.chinese_words import HAN, installed

_BRACKET = re.compile(r"[（(]\s*([^（）()]{2,160}?)\s*[）)]")
_PART = re.compile(r"[^,，;；、]+")
_SAID = re.compile(
    r"^\s*(?:以?下?简称为?|缩写为?|英文|英文名|英文缩写|即|又称|简写为?|记为|also known as|abbreviated as)\s*[:：]?\s*"
)
_SHORT = re.compile(r"[A-Za-zα-ωΑ-Ω][A-Za-z0-9α-ωΑ-Ω./+-]{1,9}$")
_ENGLISH = re.compile(r"[A-Za-zα-ω0-9][A-Za-z0-9α-ωé'’./ -]{3,120}$")
_NO_SHORT = re.compile(
    r"(?:fig|figs|eq|table|ref|see|vol|no|pp|et|al|and|or|i|ii|iii|iv|v|vi)\.?$|\d", re.I
)
_ALL_HAN = re.compile(f"[{HAN}A-Za-z0-9α-ωΑ-Ω·-]{{2,30}}$")
_BEFORE = re.compile(r"[A-Za-zα-ω][A-Za-z0-9α-ωΑ-Ω./ +-]{1,80}$")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Definition:
    """Characters of the Chinese name, of the English one and of the short form; None if not given."""

    chinese: Span
    english: Span | None
    short: Span | None


def definitions(text: str, spans: TokenSpans) -> Iterator[Definition]:
    """The definitions of a text, in order."""
    ends: dict[int, int] | None = None
    for m in _BRACKET.finditer(text):
        if m.start() == 0:
            continue
        if re.search(f"[{HAN}]", m[1]):
            inner = _inside_out(text, m)
            if inner is not None:
                yield inner
            continue
        english, short = _forms(text, m.start(1), m.end(1))
        if english is None and short is None:
            continue
        if ends is None:
            ends = {
                spans.ends[r.end - 1]: spans.starts[r.start]
                for r in runs(spans)
                if r.end == r.after
            }
        end = m.start()
        while end and text[end - 1] == " ":
            end -= 1
        start = ends.get(end)
        if start is not None and re.search(f"[{HAN}]", text[start:end]) and end - start > 1:
            yield Definition((start, end), english, short)


def chinese_pairs(doc: Doc) -> Iterator[tuple[str, str]]:
    """(short form, the English name if given, else the Chinese) of the definitions of a doc."""
    text = doc.text
    if ("（" in text or "(" in text) and installed():
        for d in definitions(text, TokenSpans(doc)):
            if d.short is not None:
                yield text[slice(*d.short)], text[slice(*(d.english or d.chinese))]


def _forms(text: str, start: int, end: int) -> tuple[Span | None, Span | None]:
    """The English name and the short form in a bracket that holds no Chinese."""
    english: Span | None = None
    short: Span | None = None
    for part in _PART.finditer(text, start, end):
        at, to = part.span()
        while at < to and text[at] == " ":
            at += 1
        while to > at and text[to - 1] == " ":
            to -= 1
        form = text[at:to]
        if short is None and is_short(form):
            short = (at, to)
        elif english is None and _ENGLISH.match(form) and sum(c.islower() for c in form) > 3:
            english = (at, to)
        else:
            return None, None  # "(p < 0.05, n = 3)": no definition
    if english and short and not spells(text[slice(*short)], text[slice(*english)]):
        return None, None
    if english and not short and " " not in text[slice(*english)] and english[1] - english[0] < 4:
        return None, None
    return english, short


def _inside_out(text: str, m: re.Match[str]) -> Definition | None:
    """The definition of "CNN（卷积神经网络）", whose bracket *m* holds the Chinese name."""
    said = _SAID.match(m[1])
    at = m.start(1) + (said.end() if said else 0)
    if said or not _ALL_HAN.match(text[at : m.end(1)]):
        return None
    end = m.start()
    while end and text[end - 1] == " ":
        end -= 1
    before = _BEFORE.search(text, max(0, end - 80), end)
    if before is None:
        return None
    form = before.group().strip()
    if not is_short(form):
        return None
    return Definition((at, m.end(1)), None, (end - len(form), end))


def is_short(form: str) -> bool:
    """Whether *form* looks like a short form: 2–10 signs, at least two letters, one of them large.

    >>> is_short("CNN"), is_short("mRNA"), is_short("Graphene"), is_short("Fig. 3")
    (True, True, False, False)
    """
    return (
        _SHORT.match(form) is not None
        and _NO_SHORT.match(form) is None
        and sum(c.isalpha() for c in form) >= 2
        and sum(c.isupper() for c in form) >= 1
        and not (form[1:].islower() and len(form) > 4)
    )


def spells(short: str, english: str) -> bool:
    """Whether the letters of *short* occur in *english* in order, the first beginning a word.

    >>> spells("CNN", "convolutional neural network"), spells("LSTM", "random forest")
    (True, False)
    """
    letters = [c for c in short.lower() if c.isalpha()]
    if len(letters) > 2 and letters[-1] == "s" and short[-1] == "s":
        letters.pop()
    rest = iter(english.lower())
    begins = {w[0] for w in re.split(r"[\s-]+", english.lower()) if w}
    return letters[0] in begins and all(c in rest for c in letters)
