"""The one name under which spelling variants of a concept that no vocabulary knows are filed.

Ids of such concepts are made of kind and name (:func:`kg.ids.concept_id`), and sources are read
in any order. So that variants meet without any source knowing of another, what they share is a
function of the name alone; homonyms of different kinds stay apart by the kind in the id.

>>> {local_name(n) for n in ("β-catenin", "Beta-catenins", "beta catenin")}
{'beta-catenin'}
>>> {local_name(n) for n in ("X-ray", "X ray", "x-rays")}, local_name("Non-linear behaviours")
({'x-ray'}, 'nonlinear behavior')
>>> local_name("properties of solar-cells"), local_name("Parkinson’s disease")
('property of solar cell', 'parkinson disease')
"""

from __future__ import annotations

import re
from functools import lru_cache

from extractors.components.atoms import GREEK
from extractors.components.inflection import concept_name
from extractors.components.lexicon import word_list
from extractors.linking.spelling import american

_GREEK = re.compile(r"(?<![^\W\d_])[α-ωϵϑϕ](?![^\W\d_])")
_GENITIVE = re.compile(r"(?<=[^\W\d_])['’ʼ]s?(?=[\s-]|$)")
_TITLE = re.compile(r"\b[A-Z][a-z]{2,}\b")
_DASH = re.compile(r"(?<=\w)[‐‑‒–—−-](?=\w)")
_SPELT = frozenset(GREEK.values())
_OF = " of "


@lru_cache(maxsize=65536)
def local_name(name: str) -> str:
    """The name that *name* and its variants in case, number, dashes, Greek and spelling share."""
    folded = _GREEK.sub(lambda m: GREEK.get(m[0], m[0]), _DASH.sub("-", name))
    folded = _TITLE.sub(lambda m: m[0].lower(), _GENITIVE.sub("", folded))
    tokens: list[str] = []
    for token in concept_name(folded).split(" "):
        tokens += _parted(token)
    tokens = [american(t) if t.islower() else t for t in tokens]
    if len(tokens) > 1 and tokens[1].islower() and tokens[1].isalpha() and len(tokens[1]) > 2:
        first = tokens[0]
        # "x ray" and "beta catenin" are written with a dash more often than not
        dashed = first in _SPELT or (len(first) == 1 and first not in "ai")
        if dashed:
            tokens[:2] = [f"{first}-{tokens[1]}"]
    head, of, rest = " ".join(tokens).partition(_OF)
    return concept_name(head) + (of + concept_name(rest) if of else "")


def _parted(token: str) -> list[str]:
    """The words of a compound with dashes; prefixes are closed up, single letters keep the dash."""
    if "-" not in token or not token.replace("-", "").isalpha():
        return [token]
    closed = word_list("closed_prefix")
    words: list[str] = []
    joint = ""
    for part in token.split("-"):
        before = words[-1] if words else ""
        short = len(part) == 1 or len(joint) == 1 or joint in _SPELT
        if joint in closed and part.islower() and len(part) > 2 and joint[-1] != part[0]:
            words[-1] = before + part
        elif joint and (short or joint in closed):
            words[-1] = f"{before}-{part}"
        else:
            words.append(part)
        joint = part
    return words
