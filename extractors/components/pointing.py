"""Names that mean little where they stand: they point back, single out, or are cut from their "of".

"The rocks contain biotite" is said of rocks that were named before; "transgenes that affect
flowering" of some transgenes; "mutations in APC cause polyposis" of mutations in one gene. Stated of
rocks, transgenes and mutations it would be wrong. A vocabulary's concept stands for itself.

>>> import spacy
>>> from extractors.annotations import MentionSpan
>>> doc = spacy.blank("en")("The rocks contain biotite.")
>>> points_back(doc, MentionSpan(1, 2, 4, 9, "material", "", "rock", "terms", "1"))
True
"""

from __future__ import annotations

import re

from spacy.tokens import Doc

from extractors.annotations import MentionSpan
from extractors.components.alignment import characters
from extractors.components.inflection import singular
from extractors.components.lexicon import word_list

_DEFINITE = frozenset(("the", "this", "these", "those", "that", "our", "their", "its", "such"))
_BACK = word_list("points_back")
"""Adjectives that say "of those before": resulting, remaining, latter."""
_ONE_OF_A_SORT = frozenset(
    ("anatomy", "gene", "object", "place", "disease", "organism", "phenomenon", "theory",
     "field", "task", "property", "metric", "group", "chemical", "software")
)  # fmt: skip
"""Kinds whose names with "the" mean all of the sort, or the only one: the brain, the Sun, the yield."""
_COMPLETED = {word: word_list(f"{word}_something") for word in ("of", "in", "to")}
"""Nouns that mean little without what they are of, in, or to: an inhibitor, a mutation, tolerance."""
_UNIT = re.compile(
    r"(?:[nμµmck]?m|[nμµmk]?g|[μµm]?l|years?|months?|weeks?|days?|hours?|min|old)\b[ -]", re.I
)
_NUMBER_BEFORE = re.compile(r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten))[\s-]$")
_GLUED_BEFORE = re.compile(r"[\w)\]][-–−/+]+$")


def points_back(doc: Doc, m: MentionSpan) -> bool:
    """Whether a name of one word is said with an article, or a name with "resulting" and the like."""
    if m.concept:
        return False
    first = doc[m.start]
    before = doc[m.start - 1].lower_ if m.start and not first.is_sent_start else ""
    if first.lower_ in _BACK or before in _BACK:
        return True
    alone = m.end - m.start == 1 and m.kind not in _ONE_OF_A_SORT
    return alone and before in _DEFINITE and first.is_lower


def singled_out(doc: Doc, m: MentionSpan) -> bool:
    """Whether "that" or "which" behind a short name says which of them are meant."""
    if m.concept or m.end - m.start > 2 or m.end + 1 >= len(doc):
        return False
    return doc[m.end].lower_ in ("that", "which") and doc[m.end].tag_ in ("", "WDT")


def cut_off(doc: Doc, m: MentionSpan) -> bool:
    """Whether what a name is of, in, to or numbered by stands beside it: "mutation" of "mutations in APC".

    Also the unit whose number is left out ("month-old mouse") and what is glued to the word before.
    """
    before = characters(doc, max(0, m.start_char - 8), m.start_char)
    if _GLUED_BEFORE.search(before):
        return True
    if _UNIT.match(m.name) and _NUMBER_BEFORE.search(before):
        return True
    if m.concept or m.end + 1 >= len(doc):
        return False
    word = doc[m.end].lower_
    if word == "to" and m.end - m.start > 1:
        return False  # an immune response stands for itself, whatever it is to
    return singular(doc[m.end - 1].lower_) in _COMPLETED.get(word, ())
