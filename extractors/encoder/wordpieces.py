"""Text as the encoder reads it: word pieces, the look of each word, where each word stands.

The tokenizer of all-MiniLM-L6-v2 folds case. What it loses (``p53`` or ``P53``, ``Pb`` or
``PB``) goes in as a *look* of each word beside its pieces: the pattern of its letters, and
whether it follows the word before without a space.

>>> [LOOKS[look("p53", False) // 2], LOOKS[look("MgO", False) // 2], look("x", True) % 2]
['xd', 'XxX', 1]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer
from tokenizers.pre_tokenizers import Sequence as Chain
from tokenizers.pre_tokenizers import Split

from kg.errors import PolymathError

LOOKS: tuple[str, ...] = (
    "", "x", "xs", "xl", "Xx", "Xxl", "X", "XX", "XXl", "d", "dd", "ddd", "ddddd",
    "xX", "XxX", "xXx", "XxXx", "XXx", "xXX",
    "xd", "Xd", "XXd", "Xxd", "dx", "dX", "dXx", "xdx", "XdX", "XxdX", "dxd", "dXd", "mixed",
    "greek", "other",
    ".", ",", ";", ":", "(", ")", "[", "]", "-", "–", "/", "%", "°", "±", "<", "=", "'", "+", "*",
    "~", "#", "&", "_", "$", "sign",
)  # fmt: skip
"""The looks: letters collapsed to runs (``x`` lower, ``X`` upper, ``d`` digits), signs as they are."""
N_LOOKS = 128
"""Rows of the table of looks: twice the looks (after a space or not), and room to grow."""
OWN_WORDS = r"[®©™]|(?<![\p{L}\p{N}])v(?=\p{N})"
"""What is a word of its own though nothing stands between: marks of trade, the v of ``v2.1``."""
_INDEX = {name: i for i, name in enumerate(LOOKS)}
_DASHES = {"—": "–", "−": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "≤": "<", ">": "<", "≥": "<"}
_DASHES |= {"∼": "~", "≈": "~", "·": "*", "×": "*", "{": "(", "}": ")", "º": "°"}


def _pattern(word: str) -> str:
    if word.isascii() and word.isalpha():
        if word.islower():
            return "x" if len(word) == 1 else "xs" if len(word) < 4 else "xl"
        if word.isupper():
            return "X" if len(word) == 1 else "XX" if len(word) < 4 else "XXl"
        if word[1:].islower():
            return "Xx" if len(word) < 4 else "Xxl"
    elif word.isdigit():
        return "d" * min(len(word), 3) if len(word) < 5 else "ddddd"
    elif len(word) == 1 and not word.isalnum():
        sign = _DASHES.get(word, word)
        return sign if sign in _INDEX else "sign"
    runs = ""
    for c in word:
        if c.isdigit():
            kind = "d"
        elif "Ͱ" <= c <= "Ͽ":
            return "greek"
        elif c.isalpha():
            kind = "X" if c.isupper() else "x"
        else:
            kind = "?"
        if not runs.endswith(kind) or (kind == "X" and runs == "X"):
            runs += kind
    if runs in _INDEX:
        return runs
    if "?" in runs:
        return "other"
    squeezed = runs.replace("XX", "X")
    return squeezed if squeezed in _INDEX else "mixed"


def look(word: str, glued: bool) -> int:
    """The row of the table of looks for *word*; *glued* if no space stands before it."""
    return 2 * _INDEX[_pattern(word)] + glued


@dataclass(slots=True)
class Pieces:
    """A text in word pieces, without the marks at both ends.

    ``ids`` and ``looks`` have one entry a piece; ``first`` is the index of each word's first
    piece; ``starts`` and ``ends`` are each word's characters in the text.
    """

    ids: NDArray[np.int32]
    looks: NDArray[np.int16]
    first: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]

    def word_span(self, start: int, end: int) -> tuple[int, int] | None:
        """First and last word that touch the characters ``start:end``, if any does."""
        i = int(np.searchsorted(self.ends, start, "right"))
        j = int(np.searchsorted(self.starts, end, "left")) - 1
        return (i, j) if i <= j < len(self.starts) else None


class WordPieces:
    """The tokenizer, from its ``tokenizer.json``.

    Raises:
        PolymathError: If the file is missing or is no tokenizer.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._tokenizer: Any = Tokenizer.from_str(path.read_text("utf8"))
        except Exception as error:  # the library raises bare Exception
            raise PolymathError(
                f"{path.name} in {path.parent.name} cannot be read as a tokenizer ({error}); "
                "reinstall Polymath, or train the model again with python -m extractors.training"
            ) from error
        self._tokenizer.pre_tokenizer = Chain(
            [Split(Regex(OWN_WORDS), "isolated"), self._tokenizer.pre_tokenizer]
        )
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.start = self._mark("[CLS]")
        self.stop = self._mark("[SEP]")
        self.mask = self._mark("[MASK]")
        self._looks: dict[str, int] = {}

    def _mark(self, name: str) -> int:
        ident: int = self._tokenizer.token_to_id(name)
        return ident

    def __call__(self, texts: Sequence[str]) -> list[Pieces]:
        """Each text in word pieces."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [self._pieces(text, e) for text, e in zip(texts, encoded, strict=True)]

    def _pieces(self, text: str, encoding: Any) -> Pieces:
        ids = np.asarray(encoding.ids, np.int32)
        spans = np.asarray(encoding.offsets, np.int32).reshape(-1, 2)
        words = np.asarray([-1 if w is None else w for w in encoding.word_ids], np.int32)
        begins = np.flatnonzero(np.diff(words, prepend=-2))
        starts = spans[begins, 0]
        ends = spans[np.append(begins[1:], len(ids))[: len(begins)] - 1, 1]
        return Pieces(
            ids,
            self._look(text, starts, ends, begins, len(ids)),
            begins.astype(np.int32),
            starts,
            ends,
        )

    def _look(
        self, text: str, starts: NDArray[Any], ends: NDArray[Any], begins: NDArray[Any], n: int
    ) -> NDArray[np.int16]:
        known = self._looks
        row = np.empty(len(starts), np.int16)
        before = -1
        for k, (a, b) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            word = text[a:b]
            value = known.get(word)
            if value is None:
                if len(known) > 200_000:
                    known.clear()
                value = known[word] = look(word, False)
            row[k] = value + (a == before)
            before = b
        return np.repeat(row, np.diff(begins, append=n))
