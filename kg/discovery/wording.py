"""The terms of a text where nothing better read it: runs of words that no stop word breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_WORD = re.compile(r"[a-z][a-z0-9]*(?:[-'][a-z0-9]+)*")
_BREAK = re.compile(r"[^\w\s'-]+")
LONGEST = 3


def phrases(text: str, longest: int = LONGEST) -> list[str]:
    """Runs of up to *longest* words, each once, in their order; a stop word or a comma ends a run.

    >>> phrases("Fish oil lowers the blood viscosity", 2)
    ['fish', 'fish oil', 'oil', 'oil lowers', 'lowers', 'blood', 'blood viscosity', 'viscosity']
    """
    found: dict[str, None] = {}
    for part in _BREAK.split(text.lower()):
        words = [
            w if len(w) > 1 and w not in ENGLISH_STOP_WORDS else "" for w in _WORD.findall(part)
        ]
        for start in range(len(words)):
            for end in range(start + 1, min(start + longest, len(words)) + 1):
                if not words[end - 1]:
                    break
                found[" ".join(words[start:end])] = None
    return list(found)


def phrase_table(
    documents: Iterable[str], texts: Iterable[str], longest: int = LONGEST
) -> pd.DataFrame:
    """``document`` and ``term``, one row a run of words that a text holds; see :func:`phrases`."""
    rows = [
        (d, p) for d, text in zip(documents, texts, strict=True) for p in phrases(text, longest)
    ]
    return pd.DataFrame(rows, columns=["document", "term"])
