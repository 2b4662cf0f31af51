"""A question cut into words and Chinese characters, each with its place in the text.

>>> [t.key for t in tokenise("What causes “Migraine”?")]
['what', 'causes', 'migraine']
>>> [t.key for t in tokenise("用于储能的材料")]
['用', '于', '储', '能', '的', '材', '料']
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.search import HAN, fold

_TOKEN = re.compile(rf"\{{(?P<name>\w+)\}}|\d+(?:[.,]\d+)*%?(?![^\W{HAN}])|[{HAN}]|[^\W{HAN}]+|\S")
_SILENT = frozenset("\"'“”‘’«»「」『』《》`?？!！。，,;；…")
"""Marks that say nothing in a question; inside a name they stay, for names are cut from the text."""
_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a Chinese character, a number, a sign, or a value that was given for a ``{name}``.

    ``text`` is as written (or given), ``key`` is how it is compared, ``name`` that of a value.
    """

    key: str
    text: str
    start: int
    end: int
    name: str = ""


def tokenise(text: str, values: Mapping[str, str] | None = None) -> list[Token]:
    """Cut a text; ``{name}`` becomes one token that holds the value of that name, as it was given."""
    found = []
    for m in _TOKEN.finditer(text):
        name = m["name"] or ""
        if name and values and name in values:
            found.append(Token(fold(values[name]), values[name], m.start(), m.end(), name))
        elif name or m.group() not in _SILENT:
            found.append(Token(fold(m.group()), m.group(), m.start(), m.end(), name))
    while found and found[-1].text == ".":
        found.pop()
    return found


def key_of(tokens: Sequence[Token]) -> str:
    """How several tokens are compared: keys with spaces between, but for Chinese characters.

    >>> key_of(tokenise("Energy  Storage")), key_of(tokenise("储 能"))
    ('energy storage', '储能')
    """
    out = ""
    for token in tokens:
        glued = not out or (_HAN.match(out[-1]) and _HAN.match(token.key[:1]))
        out += token.key if glued else f" {token.key}"
    return out


def normal(text: str) -> str:
    """A text as :func:`key_of` has it."""
    return key_of(tokenise(text))


def words_of(tokens: Sequence[Token], text: str) -> str:
    """What stands in *text* from the first token to the last, values put in."""
    out, at = "", tokens[0].start
    for token in tokens:
        out += text[at : token.start] + token.text
        at = token.end
    return out.strip()
