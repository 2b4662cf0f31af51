"""Chinese words: a spaCy tokenizer over jieba's dictionary, with the vocabulary's names kept whole.

jieba (MIT) finds the most probable path through the words of its dictionary. Of it we use the
dictionary and that search: its cache in the temporary folder, which any user of the machine could
have written, is neither read nor made, and its guesses at unknown words are off, because they
swallow particles ("氧化铜是"); :mod:`extractors.components.chinese_terms` joins what is left single.

Without the extra ``zh`` every character is a token, and no terms are found.

>>> words = ChineseWords(__import__("spacy").blank("zh").vocab, ("二甲双胍",))
>>> [t.text for t in words("二甲双胍用于治疗糖尿病。")]
['二甲双胍', '用于', '治疗', '糖尿病', '。']
"""

from __future__ import annotations

import importlib.util
import logging
import re
import sys
import warnings
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from math import exp, log
from pathlib import Path
from typing import Any

import srsly  # type: ignore[import-untyped]
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer, get_words_and_spaces, registry
from spacy.vocab import Vocab

from extractors.components.chinese_kinds import heads
from extractors.vocabulary import Vocabulary

VERSION = "1"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Ranges of Chinese characters, for a class of a regular expression."""
_HAN = re.compile(f"[{HAN}]")
# A Latin word, a number, or one sign; jieba sees only what lies between them and holds a Han letter.
_LATIN = r"[^\W\d_\u3400-\u9fff\uf900-\ufaff]"
_PIECE = re.compile(
    rf"(?P<han>[{HAN}]+)|{_LATIN}+\d*(?:{_LATIN}|\d)*|\d+(?:[.,]\d+)*|\s+|[^\w\s]|."
)
_NO_SURNAME = frozenset("于和向从应都可及则由有为在与对把被使因同并以")
_NO_JIEBA = (
    "Chinese is read by characters, without words and terms, because jieba is not installed; "
    'install the extra: pip install "polymath-kg[zh]"'
)


@cache
def installed() -> bool:
    """Whether jieba is at hand."""
    return importlib.util.find_spec("jieba") is not None


@cache
def _jieba() -> Any:
    with warnings.catch_warnings():  # its regular expressions and pkg_resources: not ours to mend
        warnings.simplefilter("ignore")
        jieba: Any = import_module("jieba")
    jieba.setLogLevel(logging.WARNING)
    return jieba


def version() -> str:
    """What cuts words here, for a run's description: "jieba 0.42.1", or "characters"."""
    return f"jieba {_jieba().__version__}" if installed() else "characters"


@cache
def dictionary() -> tuple[dict[str, int], int, dict[str, str]]:
    """Count of each word and each beginning of one (0), their sum, and the class of each word.

    The classes are those of the Peking University tag set ("n" noun, "v" verb, "p" preposition …).
    """
    counts: dict[str, int] = {}
    classes: dict[str, str] = {}
    total = 0
    path = Path(_jieba().__file__).parent / "dict.txt"
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            word, count, tag = line.rsplit(" ", 2)
            if tag.startswith("nr") and word[0] in _NO_SURNAME and len(word) > 1:
                continue  # "于海洋" is a person's name, but not in science
            counts[word] = int(count)
            total += int(count)
            classes[word] = sys.intern(tag.strip())
            for i in range(1, len(word)):
                counts.setdefault(word[:i], 0)
    return counts, total, classes


class ChineseWords(DummyTokenizer):
    """Cuts text into words; ``names`` are words too, in whatever order they are given.

    So are the endings of ``lexicons/kinds_zh.tsv``.
    """

    def __init__(self, vocab: Vocab, names: Iterable[str] = ()) -> None:
        self.vocab = vocab
        self.names: frozenset[str] = frozenset()
        counts, total, _ = dictionary()
        self._cutter: Any = _jieba().Tokenizer()
        self._cutter.FREQ, self._cutter.total = counts, total
        self._cutter.initialized = True  # so that it does not look for its cache
        self._weigh()
        self.learn(names)

    def learn(self, names: Iterable[str]) -> None:
        """Keep each of *names* that is written in Chinese characters alone as one word.

        A name counts as often as makes it just likelier than the words it would be cut into,
        judged by the dictionary alone: the order of the names does not matter.
        """
        new = {n for n in names if len(n) > 1 and all(map(_HAN.match, n))} - self.names
        if new:
            self.names |= new
            self._weigh()

    def _weigh(self) -> None:
        counts, total, _ = dictionary()
        known = dict(counts)
        weights = {}
        self._cutter.FREQ = counts
        for name in self.names | {h for h in heads() if len(h) > 1 and all(map(_HAN.match, h))}:
            path = sum(log((counts.get(w) or 1) / total) for w in self._cutter.cut(name, HMM=False))
            weights[name] = max(counts.get(name, 0), int(exp(path) * total) + 1)
        for name, weight in weights.items():
            known[name] = weight
            for i in range(1, len(name)):
                known.setdefault(name[:i], 0)
        self._cutter.FREQ = known

    def cut(self, text: str) -> list[str]:
        """The words of *text*, white space among them; joined they are *text*."""
        words: list[str] = []
        for m in _PIECE.finditer(text):
            if m.lastgroup == "han" and m.end() - m.start() > 1:
                words += self._cutter.cut(m.group(), HMM=False)
            else:
                words.append(m.group())
        return words

    def __call__(self, text: str) -> Doc:
        """The Doc of *text*."""
        words, spaces = get_words_and_spaces(self.cut(text), text)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: Any) -> bytes:
        """The names, as bytes."""
        data: bytes = srsly.msgpack_dumps(sorted(self.names))
        return data

    def from_bytes(self, data: bytes, **_: Any) -> ChineseWords:
        """Learn the names that :meth:`to_bytes` wrote."""
        self.learn(srsly.msgpack_loads(data))
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the names to a file."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> ChineseWords:
        """Learn the names that :meth:`to_disk` wrote."""
        return self.from_bytes(Path(path).read_bytes())


@registry.tokenizers("polymath.ChineseWords.v1")  # type: ignore[untyped-decorator]
def make() -> Callable[[Language], ChineseWords]:
    """A tokenizer for ``spacy.blank("zh")``; needs the extra ``zh``."""
    return lambda nlp: ChineseWords(nlp.vocab)


def learn_names(tokenizer: object, vocabularies: Iterable[Vocabulary]) -> None:
    """Teach a Chinese *tokenizer* the names of *vocabularies*; any other has nothing to learn."""
    if isinstance(tokenizer, ChineseWords):
        tokenizer.learn(
            name
            for vocabulary in vocabularies
            for entry in vocabulary.entries
            for name in (entry.name, *entry.aliases, *entry.aliases_zh)
        )


def tokenizer_config() -> dict[str, str]:
    """How spaCy is to cut Chinese: into words, or, with a warning, into characters."""
    if installed():
        return {"@tokenizers": "polymath.ChineseWords.v1"}
    warnings.warn(_NO_JIEBA, stacklevel=3)
    return {"segmenter": "char"}
