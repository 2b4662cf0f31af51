"""Whether a Chinese sentence affirms its statement, denies it or only asks, and who says so.

Chinese cues stand right before the verb ("不抑制", "可能导致") or rule a whole part of the sentence
("没有证据表明 …", "… 尚不清楚"); ``lexicons/assertion_zh.tsv`` says which does what. After ConText
(Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache

from extractors.annotations import MentionSpan, StatementSpan
from extractors.components.lexicon import read_lexicon

ORDER = ("negated", "question", "future", "hypothetical", "comparative")
_STOP = re.compile(r"[；;。！？]|但是|然而|不过|可是|但(?!书)")
_COMMA = "，,；;：:。"
_REACH = 60
_OWN = re.compile(
    r"本文|本研究|本工作|本实验|本项|本论文|本课题|我们|笔者|本组|这项工作|本次|本方法|本模型"
)
_CITED = re.compile(
    r"文献|据报道|有报道|报道称|前人|先前的?研究|以往的?研究|此前的?研究|既往的?研究|早期的?研究|已有的?研究|现有的?研究"
    r"|有研究|有学者|有人|(?:多项|大量|近期|近年来的|最近的?|许多|一些|部分|国内外|其他|其它|一项)的?(?:研究|学者|作者|报道|工作)"
    r"|研究(?:结果)?(?:表明|显示|发现|证实|指出)|学者(?:们)?(?:认为|指出|提出|发现)|研究者(?:们)?(?:认为|指出|提出|发现)"
    r"|综述认为|普遍认为|众所周知|人们认为|通常认为|一般认为|公认|专家认为|作者认为|作者指出"
    r"|等人?(?:\s?[\[（(（].{1,20}?[\])）])?(?:认为|发现|报道|指出|提出|证明|证实|的研究|研究)|\bet al\b"
    r"|\[\d[\d,，;；\s–-]*\]|［\d+］|[（(][^（）()]*(?:19|20)\d\d[a-z]?[^（）()]*[)）]"
)


@cache
def _cues() -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    """A pattern for all cues, longest first, and for each what it says in which scope."""
    table: dict[str, dict[str, str]] = {}
    for assertion, words, scope in read_lexicon("assertion_zh", 3):
        for word in words.split():
            table.setdefault(word, {}).setdefault(scope, assertion)
    forms = sorted(table, key=lambda w: (-len(w), w))
    return re.compile("|".join(map(re.escape, forms))), table


def cues_of(text: str, start: int, end: int) -> list[tuple[int, int, dict[str, str]]]:
    """Characters of each cue of a sentence, and what it says by scope."""
    pattern, table = _cues()
    return [(m.start(), m.end(), table[m.group()]) for m in pattern.finditer(text, start, end)]


def chinese_assertion(
    text: str,
    s: StatementSpan,
    cues: Iterable[tuple[int, int, dict[str, str]]],
    names: Sequence[MentionSpan],
) -> str:
    """What the sentence of *s* asserts of it; *names* are the mentions of the text by their end."""
    if text[s.start_char : s.end_char].rstrip("\"'”’』」)）").endswith(("?", "？")):
        return "question"
    first = s.start_char
    for m in _STOP.finditer(text, s.start_char, s.trigger_start):
        first = m.end()
    i = bisect_right(names, s.trigger_start, key=lambda m: m.end_char)
    near = max(first, names[i - 1].end_char if i else 0)
    near = max(near, *(text.rfind(c, near, s.trigger_start) + 1 for c in _COMMA))
    right = max(s.trigger_end, s.object.end_char, s.subject.end_char)
    heard = set()
    for start, end, says in cues:
        if _in_name(start, end, s):
            continue
        if "verb" in says and near <= start and end <= s.trigger_end:
            heard.add(says["verb"])
        if "clause" in says and first <= start < s.trigger_start and s.trigger_start - end < _REACH:
            heard.add(says["clause"])
        if (
            "after" in says
            and right <= start < right + _REACH // 2
            and not _STOP.search(text, right, start)
        ):
            heard.add(says["after"])
    if s.predicate == "outperforms":
        heard.discard("comparative")
    return next((a for a in ORDER if a in heard), "affirmed")


def _in_name(start: int, end: int, s: StatementSpan) -> bool:
    return any(m.start_char <= start and end <= m.end_char for m in (s.subject, s.object))


def chinese_attribution(sentence: str) -> str:
    """Say "cited" where the sentence names a source and does not speak of its own work.

    >>> chinese_attribution("已有研究表明石墨烯导热。"), chinese_attribution("与文献[3]不同，我们发现它导热。")
    ('cited', 'own')
    """
    return "cited" if not _OWN.search(sentence) and _CITED.search(sentence) else "own"
