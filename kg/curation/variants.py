"""Ways in which one name is written: generated generously, each with how far it is from the name.

>>> variants("Solar cells")["solar cell"]
'number'
>>> sorted(variants("β-amyloid").keys() & variants("Beta amyloid").keys())
['amyloid beta', 'beta amyloid', 'betaamyloid']
>>> variants("conductivity of heat")["conductivity heat"], variants("heat conductivity")["conductivity heat"]
('order', 'order')
>>> initials("support vector machine"), is_abbreviation("SVM"), is_abbreviation("gold")
('svm', True, False)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

CLOSENESS: Mapping[str, float] = MappingProxyType(
    {"same": 0.95, "spelling": 0.9, "number": 0.88, "order": 0.75, "misspelt": 0.65}
)
"""How likely two things are one whose names are so near, from the nearest to the furthest."""
_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
    "sigma tau upsilon phi chi psi omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _LETTERS.split(), strict=True))
_SMALL = frozenset(("of", "the", "in", "for", "and", "by", "on", "to", "with"))
_WORD = re.compile(r"[^\W_]+")
_BRACKETED = re.compile(r"\s*\([^()]*\)\s*$")
LONG = 8
"""Names shorter than this are not taken for misspelt ones of others: 'cation' is no 'anion'."""


def _plain(name: str) -> str:
    """Without capitals, accents and Greek letters."""
    text = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return "".join(_GREEK.get(c, c) for c in text)


def singular(word: str) -> str:
    """An English noun without its plural ending, by the regular rules alone.

    >>> [singular(w) for w in ("batteries", "viruses", "cells", "analysis", "gas", "glass")]
    ['battery', 'virus', 'cell', 'analysis', 'gas', 'glass']
    """
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search(r"(ss|us|is)$", word):
        return word
    if re.search(r"(s|x|z|ch|sh)es$", word):
        return word[:-2]
    return word[:-1]


def variants(name: str) -> dict[str, str]:
    """Keys under which a name meets others, each with how it was reached (:data:`CLOSENESS`)."""
    tidy = " ".join(name.casefold().split())
    found: dict[str, str] = {}
    words = _WORD.findall(_plain(_BRACKETED.sub("", name) or name))
    if not words:
        return {tidy: "same"} if tidy else {}
    one = [*words[:-1], singular(words[-1])]
    ordered = sorted(singular(w) for w in words if w not in _SMALL)
    for key, how in (
        (tidy, "same"),
        ("".join(words), "spelling"),
        (" ".join(one), "number"),
        ("".join(one), "number"),
        (" ".join(ordered), "order"),
    ):
        if key:
            found.setdefault(key, how)
    return found


def misspellings(name: str) -> set[str]:
    """Keys that a name shares with any that differs from it by one letter, if it is long enough."""
    letters = "".join(_WORD.findall(_plain(name)))
    if len(letters) < LONG:
        return set()
    # A digit is never a slip: PM10 is not PM1.
    cut = {letters[:i] + letters[i + 1 :] for i, c in enumerate(letters) if not c.isdigit()}
    return cut | {letters}


def slipped(one: str, other: str) -> bool:
    """Whether two names differ by one letter that may be a slip: no digit, not the first letter."""
    a, b = ("".join(_WORD.findall(_plain(n))) for n in (one, other))
    digits = [re.sub(r"\D", "", n) for n in (a, b)]
    return a[:1] == b[:1] and digits[0] == digits[1] and a != b


def initials(name: str) -> str:
    """First letters of the words that count, in small letters; "" of one word."""
    words = [w for w in _WORD.findall(_plain(name)) if w not in _SMALL]
    return "".join(w[0] for w in words) if len(words) > 1 else ""


def is_abbreviation(name: str) -> bool:
    """Whether a name looks like one: up to six letters in one word, most of them capitals."""
    letters = [c for c in name if c.isalpha()]
    return (
        1 < len(name) <= 6
        and " " not in name
        and bool(letters)
        and sum(c.isupper() for c in letters) * 2 > len(letters)
    )
