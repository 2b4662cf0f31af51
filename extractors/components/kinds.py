"""What kind of thing a name stands for, judged by its words: ``lexicons/kinds.tsv``.

A function of the name alone, so that one name has one kind, and so one id, in every work.

>>> kind_of("random forest algorithm"), kind_of("tyrosine kinase"), kind_of("osteoarthritis")
('method', 'gene', 'disease')
>>> kind_of("perovskite solar cell"), kind_of("stem cell"), kind_of("graphene oxide")
('device', 'anatomy', 'chemical')
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from extractors.components.inflection import ELEMENTS, singular
from extractors.components.lexicon import read_lexicon, word_list
from kg.ontology import KINDS

_NOT_BY_ENDING = word_list("misleading_ending")
_SYMBOL = "(?:" + "|".join(sorted(word_list("symbol_in_formula"), key=lambda s: (-len(s), s))) + ")"
_FORMULA = re.compile(rf"(?:[(\[]?{_SYMBOL}[)\]]?[\d.]*){{2,}}[+−-]?")


@cache
def _tables() -> tuple[dict[str, str], dict[str, str], list[tuple[str, str]]]:
    phrases: dict[str, str] = {}
    heads: dict[str, str] = {}
    suffixes: list[tuple[str, str]] = []
    for match, form, kind in read_lexicon("kinds", 3):
        if kind not in KINDS:
            raise ValueError(f"kinds.tsv gives {form} the kind {kind}, which is not declared")
        if match == "phrase":
            phrases[form] = kind
        elif match == "head":
            heads[form] = kind
        else:
            suffixes.append((form, kind))
    return phrases, heads, sorted(suffixes, key=lambda s: -len(s[0]))


def last_word(name: str) -> str:
    """The word that says what sort of thing a name stands for, in the singular; "" if it has none.

    >>> last_word("gas-filled Solar Cells")
    'cell'
    """
    words = name.lower().replace("-", " ").split()
    return singular(words[-1]) if words else ""


@lru_cache(maxsize=65536)
def kind_of_head(name: str) -> str:
    """What the last word of a name, or the last two, say by themselves; "term" if nothing.

    >>> kind_of_head("priority encoder"), kind_of_head("osteoarthritis")
    ('device', 'term')
    """
    phrases, heads, _ = _tables()
    words = name.lower().replace("-", " ").split()
    if not words:
        return "term"
    head = singular(words[-1])
    if len(words) > 1 and (kind := phrases.get(f"{words[-2]} {head}")):
        return kind
    return heads.get(head, "term")


@lru_cache(maxsize=65536)
def kind_of(name: str) -> str:
    """A key of :data:`kg.ontology.KINDS`; "term" where nothing tells."""
    if name in ELEMENTS:
        return "chemical"
    if (kind := kind_of_head(name)) != "term":
        return kind
    _, _, suffixes = _tables()
    head = last_word(name)
    if head.isalpha() and len(head) > 5 and head not in _NOT_BY_ENDING:
        for suffix, kind in suffixes:
            if head.endswith(suffix):
                return kind
    return "term"


def is_formula(name: str) -> bool:
    """Whether a name is written as the formula of a compound, and so that no abbreviation is.

    >>> is_formula("HBr"), is_formula("Li2O"), is_formula("CNN"), is_formula("Pax6")
    (True, True, False, False)
    """
    telling = any(c.isdigit() or c.islower() for c in name)
    return telling and _FORMULA.fullmatch(name) is not None
