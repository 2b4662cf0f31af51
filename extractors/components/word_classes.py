"""What a word may do in a term, told from word lists and from its shape.

>>> classes = WordClasses()
>>> classes["significantly"] == ADVERB, classes["increases"] == VERB, classes["graphene"] == CONTENT
(True, True, True)
"""

from __future__ import annotations

import re
from functools import cache

from extractors.components.inflection import singular, verb_forms
from extractors.components.lexicon import read_lexicon, word_list

# What a word may do in a term. The order matters nowhere; each word has exactly one.
CONTENT = 0  # may stand anywhere in a term
CLOSED = 1  # article, pronoun, auxiliary ...: never in a term
PREPOSITION = 2
CONJUNCTION = 3
DETERMINER = 4
AUXILIARY = 5  # and modals: may stand between a subject and its verb
NEGATION = 6
VERB = 7  # a form of a verb that is not also a common noun
ADVERB = 8
ADJECTIVE = 9  # says how much or how good, not what: trimmed from the left of a term
HEAD = 10  # a noun that names nothing alone ("method"), but something with a modifier
EMPTY = 11  # a noun that adds nothing to what it heads ("value"): trimmed from the right
NUMBER = 12
OTHER = 13  # punctuation, symbols, white space
PARTICIPLE = 14  # -ed form: attributive only where a term starts
STOP = 15  # general noun or name part that is in no term ("Figure", "January")

_CLASS_NAMES = {
    "closed": CLOSED, "preposition": PREPOSITION, "conjunction": CONJUNCTION,
    "determiner": DETERMINER, "auxiliary": AUXILIARY, "negation": NEGATION, "adverb": ADVERB,
    "adjective": ADJECTIVE, "head": HEAD, "empty": EMPTY, "stop": STOP, "content": CONTENT,
}  # fmt: skip
ADJECTIVE_ENDINGS = tuple(sorted(word_list("adjective_ending")))
NOMINAL = frozenset(("NN", "NNS", "NNP", "NNPS"))
"""The Penn Treebank's tags of nouns, where a tagger has run."""
FINITE = frozenset(("VBZ", "VBP", "VBD", "MD"))
"""The Penn Treebank's tags of finite verbs."""
_LY_NOUN = re.compile(r"(?:fami|assemb|anoma|monopo|butterf|supp|rep|app|ital|jul|bel|po|f)ly$")
_NUMBER = re.compile(r"[+\-−±~<>≤≥≈]?\d[\d.,×x]*(?:st|nd|rd|th|s|%)?$|^[ivx]{2,}$")
_WORD = re.compile(r"[^\W\d_]")


@cache
def _known_words() -> dict[str, int]:
    known: dict[str, int] = {}
    for name, words in read_lexicon("words_en", 2):
        if name == "verb":
            for base in words.split():
                known.update(dict.fromkeys(verb_forms(base), VERB))
        elif name == "verb_noun":  # base and -s form are nouns too, -ing often is one
            for base in words.split():
                for form in verb_forms(base)[2:-1]:
                    known[form] = PARTICIPLE
        elif name in ("head", "empty", "stop"):
            for noun in words.split():
                known[noun] = known[_plural(noun)] = _CLASS_NAMES[name]
        else:
            known.update(dict.fromkeys(words.split(), _CLASS_NAMES[name]))
    return known


def _plural(noun: str) -> str:
    for candidate in (noun + "s", noun + "es", noun[:-1] + "ies", noun[:-2] + "es"):
        if singular(candidate) == noun:
            return candidate
    return noun


class WordClasses(dict[str, int]):
    """The class of each word as written; looked up once a form, then remembered."""

    def __missing__(self, word: str) -> int:
        known = _known_words()
        lower = word.lower()
        found = known.get(lower)
        if found is None:
            found = known.get(singular(lower)) if lower.endswith("s") else None
            if found not in (HEAD, EMPTY, STOP):
                found = _by_shape(lower)
        if len(self) < 200_000:
            self[word] = found
        return found


def _by_shape(lower: str) -> int:
    if not _WORD.search(lower):
        return NUMBER if _NUMBER.match(lower) else OTHER
    if _NUMBER.match(lower):
        return NUMBER
    if lower.endswith("ly") and len(lower) > 4 and not _LY_NOUN.search(lower):
        return ADVERB
    if lower.endswith("ed") and len(lower) > 4 and not lower.endswith(("eed", "bed")):
        return PARTICIPLE
    return CONTENT
