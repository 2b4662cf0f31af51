"""Where sentences of Chinese text begin.

By GB/T 15834-2011 the full stop, the question mark and the exclamation mark end a sentence; the
semicolon and the ellipsis stand within one. A mark in brackets or in a quotation ends none,
except at the end of a quotation that a colon began.

>>> chinese_boundaries("石墨烯导热（见表3。第一行）；很薄。真的？！是的。")
[18, 22]
>>> chinese_boundaries("Wang et al. 测得π约为3.14。他说：“对。”我们不信“真。”的话。")
[22, 29]
"""

from __future__ import annotations

import re

_END = re.compile(
    r"(?P<mark>[。！？!?｡]+|(?<=[\u4e00-\u9fff）)])\.(?=\s|$)|(?<=[a-z\d]{2})\.(?=\s+[\u4e00-\u9fff]))"
    r"(?P<close>[”’」』）)\]】》\"]*)(?P<cite>\[\d[\d,，\s–-]*\])?\s*|\s*\n\s*"
)
_ENCLOSED = re.compile(
    r"（[^（）]{0,300}）|\([^()]{0,300}\)|《[^《》]{0,120}》|【[^【】]{0,120}】"
    r"|“[^“”]{0,300}”|「[^「」]{0,300}」|『[^『』]{0,300}』"
)
_QUOTES = "“「『"
_ABBREVIATED = re.compile(
    r"(?:\bal|\b[A-Z]|\be\.g|\bi\.e|\bvs|\bcf|\bsp|\bspp|\bFig|\bNo|\bvol|\bpp|\betc)$"
)


def chinese_boundaries(text: str) -> list[int]:
    """Character offsets at which a sentence after the first begins, ascending."""
    within: dict[int, tuple[int, int]] = {}
    if any(mark in text for mark in "（(《【“「『"):
        for m in _ENCLOSED.finditer(text):
            inner = _END.search(text, m.start(), m.end())
            if inner is not None:
                for at in range(inner.start(), m.end()):
                    within[at] = m.span()
    found = []
    for m in _END.finditer(text):
        end = m.end()
        if not 0 < end < len(text):
            continue
        if m["mark"] is not None:
            if m["mark"] == "." and _ABBREVIATED.search(text, max(0, m.start() - 8), m.start()):
                continue
            enclosed = within.get(m.start())
            if enclosed is not None and not _whole_quote(text, enclosed, m):
                continue
        found.append(end)
    return found


def _whole_quote(text: str, enclosed: tuple[int, int], m: re.Match[str]) -> bool:
    """Whether the mark ends a quotation that is a sentence of its own."""
    opened, closed = enclosed
    return (
        text[opened] in _QUOTES
        and m.start() < closed <= m.end()
        and text[:opened].rstrip().endswith(("：", ":"))
    )
