"""A text cut into words and signs, such that no span of interest begins or ends inside one.

>>> tokens("β-amyloid here", {3, 9})
[(0, 1), (1, 2), (2, 3), (3, 9), (10, 14)]
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

_TOKEN = re.compile(r"\w+|[^\w\s]")


def tokens(text: str, cuts: Collection[int]) -> list[tuple[int, int]]:
    """First character and one after the last of each token; white space is none.

    Args:
        text: What to cut.
        cuts: Places at which a token ends at the latest.
    """
    places: list[tuple[int, int]] = []
    for found in _TOKEN.finditer(text):
        inner = sorted(c for c in set(cuts) if found.start() < c < found.end())
        places += pairwise([found.start(), *inner, found.end()])
    return places
