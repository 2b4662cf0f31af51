"""One spelling for words that British and American English write differently.

>>> [american(w) for w in ("tumour", "haemoglobin", "nanofibre", "ionised", "exercise", "source")]
['tumor', 'hemoglobin', 'nanofiber', 'ionized', 'exercise', 'source']
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from extractors.components.lexicon import read_lexicon, word_list

_ISE = re.compile(r"is(?=(?:e|ed|er|ers|es|ing|able)$)")
_ISATION = re.compile(r"(?<!v)is(?=ations?(?:al)?$)")


@cache
def _parts() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {british: us for british, us in read_lexicon("spelling", 2)}  # noqa: C416
    longest = sorted(table, key=lambda part: (-len(part), part))
    return re.compile("|".join(map(re.escape, longest))), table


@lru_cache(maxsize=65536)
def american(word: str) -> str:
    """The American spelling of a lower-case English word, by the table ``lexicons/spelling.tsv``."""
    if len(word) < 4:
        return word
    pattern, table = _parts()
    word = pattern.sub(lambda m: table[m[0]], word)
    if "isation" in word:
        word = _ISATION.sub("iz", word)
    elif len(word) > 5 and (m := _ISE.search(word)) and word[: m.end()] + "e" not in _kept():
        word = word[: m.start()] + "iz" + word[m.end() :]
    return word


@cache
def _kept() -> frozenset[str]:
    return word_list("kept_ise")
