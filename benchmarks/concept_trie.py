"""Which names of a long list a text holds: a trie of word numbers that all words are walked through at once.

Words are lower-cased runs of letters and digits with a plural s taken off, on both sides. Names inside
longer names are found too. For n words of text and names of up to k words it takes k searches in sorted
arrays over fewer and fewer words, which numpy does some ten times faster than Python walks a trie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """Words as they are compared, but for plurals.

    >>> words("Graph-based $k$-NN")
    ['graph', 'based', 'k', 'nn']
    """
    return _WORD.findall(text.lower())


def singular(word: str) -> str:
    """The word without a plural s, by spelling alone.

    >>> [singular(w) for w in ("networks", "theories", "bias", "analysis", "loss", "gas")]
    ['network', 'theory', 'bias', 'analysis', 'loss', 'gas']
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "as", "os")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


@dataclass(frozen=True, slots=True, eq=False)
class Trie:
    """Names as paths of word numbers.

    Attributes:
        names: What is found, by number; names that are spelt alike are one.
        numbers: Of each word that some name holds; 0 is any other word.
        keys: ``node × len(numbers) + word`` of each step, sorted by level; level 0 starts at node 0.
        steps: The node that each step leads to.
        ends: Name that ends at each node, -1 for none.
    """

    names: tuple[str, ...]
    numbers: dict[str, int]
    keys: Ints
    steps: Ints
    ends: Ints

    @staticmethod
    def of(names: Iterable[str]) -> Trie:
        """The trie of these names; those without a word are left out."""
        spelt = {" ".join(map(singular, words(n))) for n in names} - {""}
        ordered = tuple(sorted(spelt))
        numbers: dict[str, int] = {}
        paths = [[numbers.setdefault(w, len(numbers) + 1) for w in n.split()] for n in ordered]
        size = len(numbers) + 1
        children: dict[int, int] = {}
        ends: dict[int, int] = {}
        for name, path in enumerate(paths):
            node = 0
            for word in path:
                node = children.setdefault(node * size + word, len(children) + 1)
            ends[node] = name
        keys = np.fromiter(children.keys(), np.int64, len(children))
        steps = np.fromiter(children.values(), np.int64, len(children))
        order = np.argsort(keys)
        at_end = np.full(len(children) + 1, -1, np.int64)
        at_end[np.fromiter(ends.keys(), np.int64)] = np.fromiter(ends.values(), np.int64)
        return Trie(ordered, numbers, keys[order], steps[order], at_end)

    def find(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """Numbers of text and name, one pair for each time that a name stands in a text.

        >>> trie = Trie.of(["neural network", "deep neural network"])
        >>> where, what = trie.find(["Deep neural networks", "networks"])
        >>> [(int(t), trie.names[n]) for t, n in zip(where, what)]
        [(0, 'neural network'), (0, 'deep neural network')]
        """
        known: dict[str, int] = {}
        lengths = np.zeros(len(texts), np.int64)
        parts = []
        for n, text in enumerate(texts):
            found = words(text)
            lengths[n] = len(found) + 1
            row = [known.get(w, -1) for w in found]
            if -1 in row:
                for i, w in enumerate(found):
                    if row[i] < 0:
                        row[i] = known[w] = self.numbers.get(singular(w), 0)
            row.append(0)  # no name goes on into the next text
            parts.append(np.array(row, np.int64))
        stream = np.concatenate(parts) if parts else np.zeros(0, np.int64)
        text_of = np.repeat(np.arange(len(texts)), lengths)
        at = np.arange(len(stream))
        node = np.zeros(len(stream), np.int64)
        size = len(self.numbers) + 1
        where, what = [], []
        while len(at):
            word = stream[at]
            key = node * size + word
            place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
            there = (self.keys[place] == key) & (word > 0)
            at, node = at[there], self.steps[place[there]]
            ended = self.ends[node]
            done = ended >= 0
            where.append(text_of[at[done]])
            what.append(ended[done])
            at = at + 1
            inside = at < len(stream)
            at, node = at[inside], node[inside]
        return np.concatenate(where), np.concatenate(what)
