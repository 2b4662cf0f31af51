"""How names and texts are found: terms to index, terms to ask for, a score that explains itself.

Both homes index the same prepared terms (FTS5 in SQLite, the server's own full-text
index in Neo4j) and their candidates are scored here, so they answer alike.

- A name is indexed as a whole, by its words, by its Chinese characters and their pairs, and by
  the letter trigrams of each word, which is what lets a misspelt word still find it.
- A passage is indexed by its words and Chinese character pairs only.

>>> name_terms("Solar cell").split()
['~~solar~cell', 'solar', '~so', '~sol', '~ola', '~lar', '~ar~', 'cell', '~ce', '~cel', '~ell', '~ll~']
>>> text_terms("石墨烯 conducts").split()
['石墨', '墨烯', 'conducts']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from rapidfuzz.distance import OSA, Levenshtein
from rapidfuzz.fuzz import ratio

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_TOKEN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_HAN = re.compile(f"[{HAN}]")


TERMS = "whole names, words, trigrams, Han pairs"
"""What :func:`name_terms` gives; a change of it makes an index of another version."""
SEARCHED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Concept": ("name", "aliases", "surfaces"),
        "Work": ("title",),
        "Dataset": ("title", "name", "description"),
        "Variable": ("title", "name"),
        "Passage": ("text",),
    }
)
"""Node tables that can be searched, and the columns they are found by."""


def names_of(label: str, row: Mapping[str, Any]) -> list[str]:
    """What a node is found by: the values of its searched columns, lists spread out."""
    names: list[str] = []
    for column in SEARCHED[label]:
        value = row[column]
        names += [value] if isinstance(value, str) else list(value)
    return names


def terms_of(label: str, row: Mapping[str, Any]) -> str:
    """The terms to index a node by."""
    names = names_of(label, row)
    return text_terms(names[0]) if label == "Passage" else name_terms(*names)


def han(text: str) -> bool:
    """Whether the text starts with a Chinese character."""
    return _HAN.match(text) is not None


def fold(text: str) -> str:
    """Lower case without accents or width variants (Unicode NFKD, marks dropped)."""
    return "".join(
        c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c)
    )


def tokens(text: str) -> list[str]:
    """Words in lower case and without accents, and runs of Chinese characters."""
    # ASCII is most of what is read, and folding it is lowering it.
    return _TOKEN.findall(text.lower() if text.isascii() else fold(text))


def _han_pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _trigrams(word: str) -> list[str]:
    # "~" marks both a trigram and a word's edges, "~~" a whole name; no word starts with it.
    if len(word) < 3:
        return []
    inner = [f"~{word[i : i + 3]}" for i in range(len(word) - 2)]
    return [f"~{word[:2]}", *inner, f"~{word[-2:]}~"]


def whole_name(name: str) -> str:
    """The term of a name as a whole: rare, where its words are common, so that it is found first.

    >>> whole_name("Solar cell"), whole_name("?")
    ('~~solar~cell', '')
    """
    words = tokens(name)
    return "~~" + "~".join(words) if words else ""


def name_terms(*names: str) -> str:
    """Terms by which a node with these names is found, separated by spaces."""
    terms: dict[str, None] = dict.fromkeys(t for n in names if (t := whole_name(n)))
    for token in (t for name in names for t in tokens(name)):
        if _HAN.match(token):
            terms.update(dict.fromkeys([*token, *_han_pairs(token)]))
        else:
            terms.update(dict.fromkeys([token, *_trigrams(token)]))
    return " ".join(terms)


def text_terms(text: str) -> str:
    """Terms by which a passage is found, separated by spaces."""
    terms: list[str] = []
    for token in tokens(text):
        if _HAN.match(token):
            terms.extend(_han_pairs(token))
        else:
            terms.append(token)
    return " ".join(terms)


def terms_of_query(query: str, *, misspelt: bool) -> list[str]:
    """Terms to ask the index for: words, or with *misspelt* what still finds a misspelt word."""
    terms = name_terms(query) if misspelt else text_terms(query)
    found = dict.fromkeys(terms.split())
    if not misspelt:
        # One Chinese character alone is in the index of names, but not among pairs.
        found.update(dict.fromkeys(c for c in query if _HAN.match(c) and len(query) < 3))
    return list(found)


def score(query: str, names: Iterable[str]) -> float:
    """How well the best of *names* answers *query*, from 0 to 1.

    1.0 is the same name; 0.9 and more one that starts with the query; between them
    come names whose words are the query's words but for a typing error (an edit
    distance of one in six letters), and last those that merely hold them.
    """
    asked = " ".join(tokens(query))
    return max((_score_one(asked, " ".join(tokens(n))) for n in names), default=0.0)


def _score_one(asked: str, name: str) -> float:
    if not asked or not name:
        return 0.0
    if asked == name:
        return 1.0
    if name.startswith(asked):
        return 0.9 + 0.08 * len(asked) / len(name)
    asked_words, name_words = asked.split(), name.split()
    found = sum(best_word(w, name_words) for w in asked_words) / len(asked_words)
    if _HAN.search(asked) and asked in name:
        found = 1.0
    whole = ratio(asked, name) / 100
    return 0.6 * found**2 + 0.28 * whole * found


def best_word(word: str, candidates: Sequence[str]) -> float:
    """How like *word* the likest of *candidates* is, from 0 (an edit too many) to 1 (the same)."""
    best = 0.0
    for other in candidates:
        if other == word:
            return 1.0
        if len(word) >= 3 and other.startswith(word):
            best = max(best, 0.95)
            continue
        allowed = max(len(word), len(other)) // 4 if len(word) > 3 else 0
        distance = OSA.distance(word, other, score_cutoff=allowed)
        if allowed and distance <= allowed:
            best = max(best, 1.0 - distance / max(len(word), len(other)))
        elif _HAN.match(word):
            best = max(best, 1.0 - Levenshtein.normalized_distance(word, other))
    return best
