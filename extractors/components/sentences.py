"""``polymath_sentences``: where sentences start, by rule, in scientific English and Chinese.

One pass of a regular expression over the text finds every mark that could end a sentence;
what stands before and after it decides. It knows the full stops that end none: "et al.",
"Fig. 3", "i.e.", "E. coli", initials, decimals, section numbers.

>>> nlp = __import__("spacy").blank("en")
>>> _ = nlp.add_pipe("polymath_sentences")
>>> [s.text for s in nlp("Smith et al. (2004) grew E. coli at 37.5 °C (Fig. 3). It died [12]. Why?").sents]
['Smith et al. (2004) grew E. coli at 37.5 °C (Fig. 3).', 'It died [12].', 'Why?']
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

import numpy as np
from spacy.attrs import SENT_START  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc

from extractors.components.chinese_sentences import chinese_boundaries
from extractors.components.lexicon import word_list

VERSION = "1"
MAX_TOKENS = 400
"""A longer "sentence" is a list or a table run together; it is cut here."""

# A mark, closing quotes and brackets, a citation after the mark, white space.
_EN = re.compile(
    r"(?P<mark>[.!?…]+)(?P<close>[\"'”’»)\]]*)"
    r"(?P<cite>\s?\[\d[\d,;\s–-]*\]|(?<=[a-z)]\.)\d{1,3}(?:[,–-]\d{1,3})*)?(?P<space>\s+)"
    r"|(?P<blank>\s*\n\s*\n\s*)"
)
_LAST_WORD = re.compile(r"[^\s(\[{“\"‘,;:/–—]*$")
_STARTS_LOW = re.compile(r"[a-zα-ω][\w-]*[A-Z0-9]")  # mRNA, pH, p53, α2

_NEVER = word_list("abbreviation_inside_sentence")
_MAYBE = word_list("abbreviation_maybe_last")
_OPENERS = word_list("sentence_opener")


def boundaries(text: str, language: str = "en") -> list[int]:
    """Character offsets at which a sentence after the first begins, ascending.

    >>> boundaries("We used 0.5 mm. mRNA fell (p < .05). See No. 5.")
    [16, 37]
    >>> boundaries("石墨烯导热。它很薄！", "zh")
    [6]
    """
    if language == "zh":
        return chinese_boundaries(text)
    found = []
    start = 0
    for m in _EN.finditer(text):
        end = m.end()
        if end >= len(text):
            break
        if m["blank"] is not None or _ends(text, start, m, end):
            found.append(end)
            start = end
    return found


def _ends(text: str, start: int, m: re.Match[str], end: int) -> bool:
    """Whether the mark at *m* ends the sentence that began at *start*."""
    following = text[end : end + 24]
    opener = following.lstrip("\"'“‘«([{")
    if not opener:
        return False
    head = opener[0]
    if "\n\n" in m["space"]:
        return True
    if head.islower() and not _STARTS_LOW.match(opener):
        return False
    if head in ",;:.)]}%=<>+/" or (following[0] in ")]"):
        return False
    mark = m["mark"]
    if mark[0] in "!?":
        return not (m["close"].endswith(")") and head.islower())
    if mark != "." or m["cite"]:
        return True
    closed = m["close"]
    before = _LAST_WORD.search(text, max(start, m.start() - 40), m.start())
    word = before.group() if before else ""
    if closed and closed[0] in ")]":
        return True
    if not word:
        return True
    lower = word.lower()
    if lower in _NEVER:
        return False
    next_word = re.split(r"[^\w'-]", opener, maxsplit=1)[0].lower()
    if lower in _MAYBE:
        if lower == "no" and head.isdigit():
            return False
        return next_word in _OPENERS
    if len(word) == 1 and word.isupper():  # an initial or a genus
        return next_word in _OPENERS and next_word not in ("a", "i")
    if re.fullmatch(r"(?:[A-Z]\.-?)+[A-Z]", word):  # J.R
        return next_word in _OPENERS
    # A section or list number: "2.1. Materials", "1. The".
    return not (re.fullmatch(r"[\d.]+|[ivxIVX]+", word) and text[start : m.start()].strip() == word)


class Sentences:
    """Sets ``token.is_sent_start`` on every token."""

    def __init__(self, *, language: str = "en") -> None:
        self.language = language
        self.version = VERSION

    def __call__(self, doc: Doc) -> Doc:
        """Mark the sentence starts of *doc*, which comes back."""
        n = len(doc)
        if not n:
            return doc
        starts = [token.idx for token in doc]
        marks = np.full(n, -1, dtype=np.int64)
        marks[0] = 1
        for offset in boundaries(doc.text, self.language):
            i = bisect_left(starts, offset)
            if i < n:
                marks[i] = 1
        begun = np.flatnonzero(marks == 1)
        for start, stop in zip(begun, [*begun[1:], n], strict=True):
            marks[start + MAX_TOKENS : stop : MAX_TOKENS] = 1
        doc.from_array([SENT_START], marks.astype(np.uint64))  # type: ignore[arg-type]
        return doc

    def score(self, examples: Any, **kwargs: Any) -> dict[str, Any]:
        """Precision, recall and F1 of the sentences, as spaCy's own splitters report them."""
        scores: dict[str, Any] = Scorer.score_spans(
            examples, "sents", has_annotation=lambda doc: doc.has_annotation("SENT_START"), **kwargs
        )
        scores.pop("sents_per_type", None)
        return scores


@Language.factory(
    "polymath_sentences",
    assigns=["token.is_sent_start", "doc.sents"],
    default_config={"language": "en"},
    default_score_weights={"sents_f": 1.0, "sents_p": 0.0, "sents_r": 0.0},
)
def make(nlp: Language, name: str, language: str) -> Sentences:
    """A rule-based sentence splitter for ``language`` "en" or "zh"."""
    return Sentences(language=language)
