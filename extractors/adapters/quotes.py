r"""Where a quotation stands in a text, verbatim.

White space may differ, since models fold it; nothing else may. The offsets are those of the
text as it is, never the model's own.

>>> list(occurrences("Iron  ions. An ion.", "ion"))
[(15, 18)]
>>> list(occurrences("heat\n capacity", "heat capacity")), list(occurrences("Iron", "iron"))
([(0, 14)], [])
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def occurrences(
    text: str, quote: str, start: int = 0, end: int | None = None
) -> Iterator[tuple[int, int]]:
    """Characters ``first:last`` of each place in ``text[start:end]`` that reads *quote*, as whole words."""
    words = quote.split()
    if not words:
        return
    end = len(text) if end is None else end
    pattern = r"\s+".join(re.escape(word) for word in words)
    for found in re.compile(pattern).finditer(text, start, end):
        first, last = found.span()
        if not (_joined(text, first) or _joined(text, last)):
            yield first, last


def _joined(text: str, at: int) -> bool:
    """Whether characters before and after offset *at* belong to one word of a spaced script."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    return before.isalnum() and after.isalnum() and not (_unspaced(before) or _unspaced(after))


def _unspaced(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000"
