"""A name as words that can be compared: spelling, number and derivation folded away in steps.

Each word has three forms, every one coarser than the one before it:

* ``form``: lower case without accents, Greek letters and primes spelt out;
* ``lemma``: singular, American spelling, numbers as digits ("fibres" -> "fiber", "II" -> "2");
* ``root``: what a noun, its adjectives and its verb share ("retina", "retinal" -> "retin";
  "hepatic" -> that of "liver", by the table ``lexicons/adjectives.tsv``).

>>> [w.lemma for w in words("Type II β-tumours of 3′ UTRs")]
['type', '2', 'beta', 'tumor', 'of', '3', 'prime', 'utr']
>>> words("cortical")[0].root == words("cortex")[0].root, words("hepatic")[0].root
(True, 'liver')
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from extractors.components.atoms import GREEK
from extractors.components.inflection import singular
from extractors.components.lexicon import read_lexicon, word_list
from extractors.linking.spelling import american

_PIECE = re.compile(r"[^\W\d_]+|\d+|['′″+]|-(?![^\W_])")
_SCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹‐‑‒–—−’ʼ`µ", "01234567890123456789------'''μ")
_ROMAN = {
    r: str(n)
    for n, r in enumerate(
        ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"), 1
    )
}
_NUMBERS = {
    w: str(n)
    for row in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    )
    for n, w in enumerate(row.split())
}
_VOWELS = "aeiouy"


class Word(NamedTuple):
    """One word of a name; ``bare`` words (of, the, a) tell names apart only if nothing else does."""

    form: str
    lemma: str
    root: str
    bare: bool


class _Words(dict[str, Word]):
    """The words met so far, by how they are written."""

    def __missing__(self, piece: str) -> Word:
        word = _analyse(piece)
        if len(self) < 200_000:
            self[piece] = word
        return word


def _analyse(piece: str) -> Word:
    piece = {"+": "positive", "-": "negative"}.get(piece, piece)
    folded = unicodedata.normalize("NFKD", piece)
    form = "".join(c for c in folded if not unicodedata.combining(c)).lower()
    form = GREEK.get(form, form)
    if form.isdigit():
        lemma = form.lstrip("0") or "0"
        return Word(form, lemma, lemma, False)
    if len(piece) > 2 and piece[-1] == "s" and piece[:-1].isupper():  # TECs
        return Word(form, form[:-1], form[:-1], False)
    lemma = _NUMBERS.get(form, "") or american(singular(form))
    small = piece[1:].islower() if len(piece) > 1 else piece.islower()  # not in "vitamin A"
    return Word(form, lemma, root(lemma), small and form in word_list("bare_word"))


_words = _Words()


def pieces(text: str) -> list[str]:
    """The words and numbers of a text as they are written."""
    return _PIECE.findall(text.translate(_SCRIPTS))


def words(name: str) -> list[Word]:
    """The words of *name* in order; brackets, dashes, apostrophes and the genitive s vanish."""
    found: list[Word] = []
    after_quote = False
    for piece in pieces(name):
        if piece in "'′″":
            if found and found[-1].form.isdigit():
                found.append(_words["prime"])
            after_quote = True
            continue
        if after_quote and piece == "s":
            continue
        after_quote = False
        if found and piece in _ROMAN:
            digit = _ROMAN[piece]
            found.append(Word(piece.lower(), digit, digit, False))
        elif found and piece in ("st", "nd", "rd", "th") and found[-1].form.isdigit():
            continue  # 6th
        elif piece != "-" or found:
            found.append(_words[piece])
    return found


@cache
def _adjectives() -> dict[str, str]:
    return {
        american(adjective): noun
        for noun, forms in read_lexicon("adjectives", 2)
        for adjective in forms.split()
    }


_REPLACED = (("ically", ""), ("osis", "ot"), ("otic", "ot"), ("esis", "et"), ("etic", "et"))
_DERIVED = (
    "ation", "ating", "ative", "ition", "itive", "izing",
    "ated", "atic", "asis", "ical", "ious", "ment", "ness", "ized",
    "age", "ant", "ary", "ate", "eal", "ial", "ian", "ing", "ion", "ism", "ity", "ive", "ize",
    "ous", "al", "an", "ar", "ed", "ic",
)  # fmt: skip
_NOUN = ("ium", "um", "us", "is", "on", "os")
_STEMS = (("nx", "ng"), ("yx", "yc"), ("ax", "ac"), ("duct", "duc"))


def root(lemma: str) -> str:
    """What a word shares with those derived from it; a rule of thumb, so only the weakest clue.

    >>> {root(w) for w in ("skeleton", "skeletal")}, {root(w) for w in ("oxidation", "oxidized")}
    ({'skelet'}, {'oxid'})
    """
    word = _adjectives().get(lemma, lemma)
    if not word.isascii() or len(word) < 4:
        return word
    if word.endswith("ally") and len(word) > 7:
        word = word[:-2]
        word = _adjectives().get(word, word)
    for suffix, by in _REPLACED:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)] + by
    for suffix in _DERIVED:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    for ending, stem in _STEMS:
        if word.endswith(ending) and len(word) > 4:
            word = word[: -len(ending)] + stem
    for ending in _NOUN:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    while len(word) > 3 and word[-1] in _VOWELS:
        word = word[:-1]
    if len(word) > 5 and word.endswith(("cul", "bul", "dul")):  # muscular, muscle
        word = word[:-2]
    elif len(word) > 5 and word.endswith(("cl", "bl")):
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word


_ADJECTIVAL = ("al", "ic", "ar", "ous", "ary", "ive", "eal", "ian")
_NO_THING = (*_ADJECTIVAL, "ity", "ness", "ism", "ize", "tion", "sion", "ing", "ed")


def is_adjective_of(adjective: str, noun: str) -> bool:
    """Whether the lemma *adjective* means "of a *noun*", their roots being the same.

    Endings alone tell too little of short words: a signal is no sign.

    >>> is_adjective_of("cortical", "cortex"), is_adjective_of("epithelial", "epithelium")
    (True, True)
    >>> is_adjective_of("signal", "sign"), is_adjective_of("oxide", "oxidation")
    (False, False)
    """
    if adjective in _adjectives():
        return noun not in _adjectives()
    return (
        adjective.endswith(_ADJECTIVAL)
        and not noun.endswith(_NO_THING)
        and (len(root(adjective)) > 4 or noun.endswith(("us", "um", "is", "on", "a")))
    )


_LATIN = (
    ("a", "um"),
    ("a", "on"),
    ("ae", "a"),
    ("i", "us"),
    ("a", "ur"),
    ("a", "us"),
    ("ina", "en"),
)


def same_number(one: str, other: str) -> bool:
    """Whether one of two forms is the Latin or Greek plural of the other.

    >>> same_number("ganglia", "ganglion"), same_number("retina", "retinae")
    (True, True)
    """
    return any(
        (a.endswith(plural) and b.endswith(ending) and a[: -len(plural)] == b[: -len(ending)])
        for a, b in ((one, other), (other, one))
        for plural, ending in _LATIN
    )
