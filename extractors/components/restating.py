"""What a verb says of this object, where that is not what it says of most.

"NT-3 induces Er81": no gene comes about by that, there is more of what it makes. "Changes in the
network caused by dementia": the network was there before.

>>> import spacy
>>> from extractors.annotations import StatementSpan, mention
>>> doc = spacy.blank("en")("NT-3 induces Er81.")
>>> a, b = (mention(doc, i, i + 1, kind="gene", method="m", version="1") for i in (0, 2))
>>> restated(StatementSpan(a, "causes", b, 0, 18, 5, 12, "m", "1", "pattern", 0.8), doc)
'increases'
"""

from __future__ import annotations

from spacy.tokens import Doc

from extractors.annotations import MentionSpan, StatementSpan
from extractors.components.inflection import singular
from extractors.components.lexicon import word_list

_CHANGES = word_list("change_of_something")
_OF = ("of", "in", "to")
_BETWEEN = 3
"""At most so many words stand between "of" and the name that is meant."""


def restated(s: StatementSpan, doc: Doc) -> str:
    """The predicate that is meant; mostly that which is said."""
    if s.predicate in ("causes", "increases", "decreases") and _changed(doc, s.object):
        return "affects"
    if s.predicate == "causes" and s.object.kind == "gene":
        return "increases"
    return s.predicate


def _changed(doc: Doc, m: MentionSpan) -> bool:
    """Whether what happens is a change of *m*, which may go either way."""
    for i in range(m.start - 1, max(m.start - 2 - _BETWEEN, 0), -1):
        if doc[i].lower_ in _OF:
            return singular(doc[i - 1].lower_) in _CHANGES
        if doc[i].is_punct:
            return False
    return False
