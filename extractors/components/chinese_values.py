"""Values of properties in Chinese ("石墨烯的带隙为 0 eV"), and the condition under which they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractors.annotations import MentionSpan, QuantitySpan
from extractors.components.chinese_phrases import Phrases, leading, words_of
from extractors.components.measured import value_of

_VALUE_OF = re.compile(r"\s*的")
_CONDITION = re.compile(r"(?:在|于|当)[^，。；]{0,16}$")
_CONDITION_END = re.compile(r"[^，。；]{0,8}?(?:下|时|条件下|处|以下|以上)")
_QUALITY = ("property", "metric")
_TOPIC_GOES_ON = ("，", "，其", "，平均", "，且", "，并且", "，而且", "，最大", "，最高", "其")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    before, giving = "|".join(words_of("before_value")), "|".join(words_of("giving"))
    near = "约|近|高达|大约|最高"
    return (
        re.compile(rf"(?:{before}|:|：|=|≈|~|\s)+$"),
        re.compile(rf"(?:{giving})(?:了)?(?:{near}|\s)*$"),
    )


Value = tuple[MentionSpan, MentionSpan, QuantitySpan, float, dict[str, str]]


def values(p: Phrases, quantities: list[QuantitySpan]) -> Iterator[Value]:
    """(thing, property, quantity, score, qualifiers) for the values that a sentence gives."""
    conditions = [q for q in quantities if _is_condition(p, q)]
    for q in quantities:
        if q in conditions:
            continue
        found = _measured(p, q)
        if found is None:
            continue
        thing, quality, score = found
        if thing is quality or quality.kind not in _QUALITY or thing.kind in _QUALITY:
            continue
        qualifiers = value_of(q)
        if len(conditions) == 1:
            held = value_of(conditions[0])
            qualifiers["condition"] = " ".join(v for v in held.values())
        yield thing, quality, q, score, qualifiers


def _is_condition(p: Phrases, q: QuantitySpan) -> bool:
    """Whether it is said as in "在 300 K 下", "25 ℃ 时"."""
    after = _CONDITION_END.match(p.text, q.end_char, p.end)
    if after is None or any(map(p.inside, range(q.end_char, after.end()))):
        return False
    before = _CONDITION.search(p.text, max(p.start, q.start_char - 18), q.start_char)
    if before is not None:
        return True
    return (
        p.text[q.start_char - 1 : q.start_char] in ("，", "。", "（", "") or q.start_char == p.start
    )


def _measured(p: Phrases, q: QuantitySpan) -> tuple[MentionSpan, MentionSpan, float] | None:
    near = _patterns()[0].search(p.text, max(p.start, q.start_char - 12), q.start_char)
    at = near.start() if near else q.start_char
    if (of := _VALUE_OF.match(p.text, q.end_char, p.end)) is not None:
        quality = p.starting.get(leading(p.text, of.end(), p.end)) or p.starting.get(of.end())
        if quality is not None and quality.kind in _QUALITY:  # "达到 93% 的准确率"
            said = _patterns()[1].search(p.text, max(p.start, q.start_char - 14), q.start_char)
            things = p.left(said.start()) if said else []
            if things:
                return p.owner(things[0]) or things[0], quality, 0.75
    if near is None:
        return None
    before = p.ending.get(at)
    if before is None:  # "热导率（κ）为"
        before = next((m for m in p.left(at) if p.text[m.end_char : at][:1] in "（("), None)
    if before is None:
        return None
    if before.kind in _QUALITY:
        thing = p.owner(before)
        if thing is not None:
            return thing, before, 0.8
        lead = p.text[: before.start_char].rstrip()
        if lead.endswith(_TOPIC_GOES_ON):
            topic = next(iter(p.within(p.start, before.start_char)), None)
            if (
                topic is not None
                and topic.kind not in _QUALITY
                and not p.text[p.start : topic.start_char].strip("该这此本种 ")
            ):
                return topic, before, 0.6
    return None
