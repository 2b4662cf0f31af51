"""Statements in Chinese: a verb right between two names, or a frame around one ("由…引起").

Chinese has neither inflection nor spaces, so the text itself is searched, and only a few
particles, adverbs and modal verbs may stand between a name and the verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc

from extractors.annotations import MentionSpan, StatementSpan
from extractors.components.lexicon import read_lexicon
from extractors.components.measured import value_of
from extractors.components.sentences import boundaries

_BEFORE = re.compile(
    r"(?:可以|能够|可能|不能|没有|能|可|会|也|还|都|将|已经|已|被|显著|明显|有效|大大|进一步|主要|广泛|通常|常|不|未|或许|地|的|是否|"
    r"（[^（）]{1,30}）|\([^()]{1,30}\)|\s)*$"
)
_AFTER = re.compile(
    r"(?:了|着|过|的|地|一种|一类|一个|该|其|较高|较低|很高|优异|良好|高|低|和|\s)*"
)
_LIST = re.compile(r"\s*[、和与及]\s*|\s*以及\s*")
_ENDED = re.compile(
    r"$|[\s。，、；：！？,.;:!?)）（(\[【”」和与及或并而且从来用在对时等所共相有呈引导造组构制抑影调结反]|的影响|以及"
)
_MEASURED = re.compile(r"(?:约|大约|高达|达到|达|是|为|等于|可达|\s)+$")
_REACH = 40


@cache
def _verbs() -> tuple[re.Pattern[str], dict[str, tuple[str, bool, float]]]:
    rows = [r for r in read_lexicon("relations", 6) if r[1] == "zh"]
    table = {r[2]: (r[0], r[3] == "reverse", float(r[5])) for r in rows}
    return re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True))), table


@cache
def _frames() -> tuple[tuple[str, str, str, bool, float], ...]:
    return tuple(
        (*r[2].split("A"), r[0], r[3] == "reverse", float(r[5]))  # type: ignore[misc]
        for r in read_lexicon("relations", 6)
        if r[1] == "zh-around"
    )


def chinese_statements(doc: Doc, version: str) -> Iterator[StatementSpan]:
    """The statements of a Chinese doc, sentence by sentence."""
    text = doc.text
    starting = {m.start_char: m for m in sorted(doc._.mentions, key=_length)}
    ending = {m.end_char: m for m in sorted(doc._.mentions, key=_length)}
    bounds = [0, *boundaries(text, "zh"), len(text)]
    for start, end in pairwise(bounds):
        inside = [m for m in starting.values() if start <= m.start_char < end]
        if len(inside) < 2:
            continue
        sentence = text[start:end]
        first = start + len(sentence) - len(sentence.lstrip())
        last = start + len(sentence.rstrip())
        pattern, table = _verbs()
        covered = {c for m in inside for c in range(m.start_char, m.end_char)}
        found: list[tuple[MentionSpan, str, MentionSpan, int, int, float]] = []
        for m in pattern.finditer(text, start, end):
            if m.start() in covered:
                continue
            predicate, reverse, score = table[m.group()]
            subjects = _left(text, start, m.start(), ending)
            objects = _right(text, m.end(), end, starting)
            if predicate == "has_property":
                objects = [o for o in objects if o.kind == "property"]
            for a in subjects:
                for b in objects:
                    x, y = (b, a) if reverse else (a, b)
                    found.append((x, predicate, y, m.start(), m.end(), score))
        for prefix, suffix, predicate, reverse, score in _frames():
            at = text.find(prefix, start, end)
            while at >= 0:
                framed = _right(text, at + len(prefix), end, starting)
                if framed and re.compile(rf"(?:的|所|共同|有)*{re.escape(suffix)}").match(
                    text, framed[-1].end_char
                ):
                    stop = framed[-1].end_char + len(suffix)
                    for a in _left(text, start, at, ending):
                        for b in framed:
                            x, y = (a, b) if reverse else (b, a)
                            found.append((x, predicate, y, at, stop, score))
                at = text.find(prefix, at + 1, end)
        for q in doc._.quantities:
            if not start <= q.start_char < end:
                continue
            verb = _MEASURED.search(text, max(start, q.start_char - 8), q.start_char)
            quality = ending.get(verb.start()) if verb else None
            if quality is None or quality.kind != "property":
                continue
            thing = ending.get(quality.start_char - 1) or ending.get(quality.start_char)
            if thing is not None and text[thing.end_char : quality.start_char] in ("", "的"):
                yield StatementSpan(
                    thing, "has_property", quality, first, last, q.start_char, q.end_char,
                    "pattern", version, "pattern", 0.8, value_of(q),
                )  # fmt: skip
        for subject, predicate, object_, left, right, score in found:
            yield StatementSpan(
                subject, predicate, object_, first, last, left, right,
                "pattern", version, "pattern", score,
            )  # fmt: skip


def _length(m: MentionSpan) -> int:
    return m.end_char - m.start_char


def _left(text: str, start: int, at: int, ending: dict[int, MentionSpan]) -> list[MentionSpan]:
    filler = _BEFORE.search(text, max(start, at - _REACH), at)
    i = filler.start() if filler else at
    m = ending.get(i) or ending.get(at)
    found = []
    while m is not None and m.start_char >= start:
        found.append(m)
        link = re.search(
            r"(?:[、和与及]|以及)\s*$", text[max(start, m.start_char - 4) : m.start_char]
        )
        if link is None:
            break
        m = ending.get(m.start_char - len(link.group()))
    return found


def _right(text: str, at: int, end: int, starting: dict[int, MentionSpan]) -> list[MentionSpan]:
    filler = _AFTER.match(text, at, min(end, at + _REACH))
    m = starting.get(at) or starting.get(filler.end() if filler else at)
    found = []
    while m is not None and m.end_char <= end:
        if text.startswith("的", m.end_char) and (owned := starting.get(m.end_char + 1)):
            m = owned  # "A 的 B": B is meant
        if not _ENDED.match(text, m.end_char):
            break  # "抑制血管生成": the name only modifies what follows it
        found.append(m)
        link = _LIST.match(text, m.end_char, end)
        if link is None:
            break
        m = starting.get(link.end())
    return found
