"""Runs of Chinese words that may be names: what stands between particles, verbs and marks.

Each word has one class, by closed lists (``lexicons/chinese_words.tsv``) and else by jieba's
dictionary; no tagger is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from extractors.components.alignment import TokenSpans
from extractors.components.chinese_kinds import head_of, heads
from extractors.components.chinese_words import HAN, dictionary
from extractors.components.lexicon import read_lexicon

BREAK, VERB, COMPOUND, MODIFIER, GENERAL, CONTENT, LATIN, NUMBER, HYPHEN = range(9)
_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile(r"[^\W\d_]")
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千万亿第数几]+")
# Classes of the dictionary that are in no name: particles, prepositions, pronouns, adverbs …
_CLOSED = frozenset(
    [
        "p",
        "c",
        "u",
        "uj",
        "ul",
        "uz",
        "uv",
        "ug",
        "ud",
        "r",
        "d",
        "q",
        "m",
        "y",
        "e",
        "o",
        "rr",
        "rz",
        "df",
        "dg",
    ]
)
_ASPECT = frozenset("了着过")
_EVERYDAY = 800
"""A verb that jieba counted so often is no part of a name, unless the lists say so."""
_WITH = frozenset(("与", "同", "跟"))
_JOINT = frozenset(
    ("反应", "结合", "竞争", "共生", "作用", "融合", "协同", "相互作用", "互作", "耦合")
)
_RESULT = frozenset("为成到于至入出给")
_AGENT = frozenset(("由", "被", "受", "经", "所", "把", "将"))


@cache
def lists() -> dict[str, frozenset[str]]:
    """The closed lists by name."""
    return {name: frozenset(words.split()) for name, words in read_lexicon("chinese_words", 2)}


@dataclass(slots=True)
class Run:
    """Tokens ``start:end`` that may be a name; ``after`` is where the run ended before trimming."""

    start: int
    end: int
    after: int


class _Classes(dict[str, int]):
    def __missing__(self, word: str) -> int:
        made = _class_of(word)
        if len(self) < 200_000:
            self[word] = made
        return made


def _class_of(word: str) -> int:
    known = lists()
    if not _HAN.search(word):
        if _LATIN.match(word):
            return LATIN
        if word[0].isdigit():
            return NUMBER if word.replace(".", "").replace(",", "").isdigit() else LATIN
        return HYPHEN if word in "-‐–·" else BREAK
    if word in known["content"]:
        return CONTENT
    if word in known["function"]:
        return BREAK
    if word in known["compound_verb"]:
        return COMPOUND
    if word in known["verb"]:
        return VERB
    if word in known["modifier"]:
        return MODIFIER
    if word in known["noun"]:
        return GENERAL
    if _NUMERAL.fullmatch(word):
        return BREAK
    tag = dictionary()[2].get(word, "n")
    if tag == "v" and len(word) == 2 and word not in heads() and dictionary()[0][word] >= _EVERYDAY:
        return VERB
    if tag == "ns":
        return CONTENT
    if tag in _CLOSED and not (len(word) > 2 and word in heads()):
        return BREAK
    if tag == "f" and len(word) == 1:
        return BREAK
    return CONTENT


_classes = _Classes()


def classes_of(words: Iterable[str]) -> list[int]:
    """The class of each word."""
    return [_classes[w] for w in words]


def runs(
    spans: TokenSpans,
    names: Iterable[tuple[int, int]] = (),
    numbers: Iterable[tuple[int, int]] = (),
) -> Iterator[Run]:
    """The runs of a doc, trimmed at both ends.

    Args:
        spans: The doc's tokens.
        names: Tokens ``start:end`` that are names already and so belong to a run.
        numbers: Tokens ``start:end`` of quantities, which belong to none.
    """
    words = spans.words
    classes = classes_of(words)
    for start, end in numbers:
        for t in range(start, min(end, len(classes))):
            classes[t] = BREAK
    for start, end in names:
        for t in range(start, min(end, len(classes))):
            if classes[t] != LATIN and (end - start > 1 or classes[t] not in (VERB, COMPOUND)):
                classes[t] = CONTENT
    n = len(words)
    start = -1
    for i in range(n + 1):
        if i < n and _continues(i, start, words, classes, spans):
            if start < 0:
                start = i
            continue
        if start >= 0:
            run = _trimmed(start, i, words, classes)
            if run is not None:
                yield run
        start = -1
        if i < n and _continues(i, -1, words, classes, spans):
            start = i


def _continues(i: int, start: int, words: list[str], classes: list[int], spans: TokenSpans) -> bool:
    """Whether token *i* belongs to the run that began at *start*, or may begin one (-1)."""
    kind = classes[i]
    inside = start >= 0
    touching = inside and spans.ends[i - 1] == spans.starts[i]
    n = len(words)
    if kind in (BREAK, VERB):
        return False
    if kind == HYPHEN:
        return (
            touching
            and i + 1 < n
            and spans.ends[i] == spans.starts[i + 1]
            and classes[i + 1] not in (BREAK, VERB, HYPHEN)
        )
    if kind == NUMBER:  # "2型糖尿病", "IL-6": never with a space
        follows = i + 1 < n and words[i + 1][0] in "型号维元相价"
        return follows if not inside else touching and classes[i - 1] in (HYPHEN, LATIN)
    if kind == LATIN:
        return not inside or touching or classes[i - 1] == LATIN
    if inside and classes[i - 1] == LATIN and not touching:
        return words[i] in heads() or words[i] in lists()["compound_head"]  # "p53 蛋白"
    if inside and not touching:
        return False
    if inside and words[i - 1] == "非":
        return True  # "非编码"
    if kind == COMPOUND:
        return inside and _nominal(i, start, words, classes)
    if kind == MODIFIER:
        return inside or (i + 1 < n and classes[i + 1] in (CONTENT, GENERAL, MODIFIER, LATIN))
    following = words[i + 1] if i + 1 < n else ""
    if following in _ASPECT or (following in _RESULT and _is_verb(words[i])):
        return False
    if inside and following in ("为", "成") and heads().get(words[i]) == "process":
        return False  # "把乳糖水解为"
    deed = not inside and i and words[i - 1] in lists()["before_verb"] and _is_verb(words[i])
    return not deed


def _is_verb(word: str) -> bool:
    return dictionary()[2].get(word, "n") in ("v", "vd", "vg")


def _nominal(i: int, start: int, words: list[str], classes: list[int]) -> bool:
    """Whether the verb at *i* after a noun makes a name with it: "图像识别", "图像识别模型"."""
    if start and words[start - 1] in _AGENT:  # "由激素调控", but "由病毒感染引起"
        return i + 1 < len(words) and classes[i + 1] == VERB
    if i + 1 >= len(words):
        return True
    following = words[i + 1]
    if following in lists()["compound_head"]:
        return True
    if following in _ASPECT or following in lists()["some"]:
        return False  # "释放大量"
    return classes[i + 1] in (BREAK, VERB, MODIFIER)


def _trimmed(start: int, end: int, words: list[str], classes: list[int]) -> Run | None:
    """The run without modifiers at its left and everyday nouns at its right; None if all go."""
    after = end
    while start < end and (
        classes[start] in (MODIFIER, HYPHEN, NUMBER)
        and not _numbered(start, end, words, classes)
        and not (start + 1 < end and len(words[start]) == len(words[start + 1]) == 1)  # "长链"
    ):
        start += 1
    while end > start:
        word, kind = words[end - 1], classes[end - 1]
        empty = kind in (MODIFIER, HYPHEN) or (kind == GENERAL and word not in heads())
        if not (empty or (end - start > 1 and word in lists()["light_head"])):
            break
        end -= 1
    while end - start > 1 and _acts(words, start, end):
        end -= 1
    if start and words[start - 1] in _WITH and end - start > 1 and words[end - 1] in _JOINT:
        end -= 1  # "与氧气反应"
    if start >= end or all(classes[t] in (GENERAL, MODIFIER, COMPOUND) for t in range(start, end)):
        return None
    return Run(start, end, after)


def _acts(words: list[str], start: int, end: int) -> bool:
    """Whether the last word is a verb that says what the rest, which is a name, does."""
    return (
        words[end - 1] not in lists()["compound_verb"]
        and dictionary()[2].get(words[end - 1], "n") in ("v", "vn")
        and not head_of("".join(words[start:end]))
        and head_of("".join(words[start : end - 1])) != ""
    )


def _numbered(start: int, end: int, words: list[str], classes: list[int]) -> bool:
    return classes[start] == NUMBER and start + 1 < end and words[start + 1][0] in "型号维元相价"
