"""Why nothing is to be stated of two names, although a phrase, a tree or the model joins them.

What a review of statements found wrong, by cause: a name that names nothing by itself ("gene",
"the present method"), two names taken for one, a name with a verb in it, an author's name, a
class that is none ("condense onto matter, e.g. lead"), words in between that say something
else, a quality that is no noun, and a value in a unit that the quality cannot have.

>>> from extractors.annotations import MentionSpan
>>> classes = WordClasses()
>>> empty_name("target gene", classes), empty_name("insulin gene", classes)
(True, False)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from spacy.tokens import Doc, Token

from extractors.annotations import MentionSpan, StatementSpan
from extractors.components.alignment import characters
from extractors.components.inflection import singular
from extractors.components.lexicon import word_list
from extractors.components.phrases import TRANSPARENT, TRANSPARENT_OBJECT
from extractors.components.pointing import cut_off, points_back, singled_out
from extractors.components.triggers import Triggers
from extractors.components.word_classes import (  # fmt: skip
    ADJECTIVE,
    ADJECTIVE_ENDINGS,
    ADVERB,
    CLOSED,
    CONTENT,
    DETERMINER,
    EMPTY,
    FINITE,
    HEAD,
    NOMINAL,
    NUMBER,
    PARTICIPLE,
    STOP,
    VERB,
    WordClasses,
)
from kg.ontology import PREDICATES

_QUALITY = ("property", "metric")
_NAMELESS = frozenset((CLOSED, DETERMINER, ADJECTIVE, ADVERB, EMPTY, STOP, NUMBER))
_GENERAL = word_list("names_nothing")
_ORDINAL = word_list("ordinal")
_TWO = re.compile(r"\s(?:and|or|versus|vs\.?)\s|[^\d],\s|[;:]\s", re.I)
_ARGUMENTS = frozenset(("nsubj", "nsubjpass", "dobj", "aux", "auxpass"))
_EXAMPLES = re.compile(r"^\s*(?:\([^()]*\)\s*)?,?\s*(?:such as|e\.g\.|including|like)\b", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d[a-z]?")
_GLUED = re.compile(r"(?:[+−±]|-/-|[+−-]/[+−-]|/[^\W_])")
"""What stands right behind a name that is not whole: "Crx+/-", "microtubule/centrosome"."""
_HANGING = frozenset(
    ("induced", "mediated", "dependent", "independent", "specific", "deficient", "related", "like",
     "free", "rich", "positive", "negative", "responsive", "resistant", "null")
)  # fmt: skip
"""Words that make an adjective of the name before them."""
_VAGUE = frozenset(
    ("process", "phenomenon", "property", "term", "metric", "method", "task", "data", "disease")
)
_OTHERWISE = frozenset(("causal", "transformation", "comparative", "association", "location"))
"""Families of predicates that exclude what a model likes to read where verbs say them."""
_STILL_USED = frozenset(("enables", "increases", "produces", "derived_from"))
"""Predicates of those families that may hold of what is used for something."""
_SHOWING = frozenset(("method", "data", "process", "task", "field"))
_USING = frozenset(("used_for", "uses", "based_on"))


def unsound(s: StatementSpan, doc: Doc, classes: WordClasses) -> str:
    """The reason that *s* should not be stated, in words for a curator; "" if there is none."""
    for m in (s.subject, s.object):
        reason = _unnamed(m, doc, classes)
        if reason:
            return reason
        of_what = s.predicate == "has_property" and m is s.object
        if not of_what and (_of_something(doc, m, classes) or cut_off(doc, m)):
            return f"{m.name!r} means little without what it is of"
    reason = ""
    if s.predicate == "has_property":
        reason = _no_quality(s.object, doc)
    elif s.predicate == "is_a":
        reason = _no_class(s, doc)
    elif s.predicate == "similar_to" and "term" in (s.subject.kind, s.object.kind):
        reason = "what is compared may be something of the one and the other itself"
    if reason:
        return reason
    for m in (s.subject, s.object):
        if points_back(doc, m):
            return f"{m.name!r} is one that was spoken of before"
        a_class = s.predicate == "is_a" and m is s.object  # "a material that conducts" is one
        if not a_class and singled_out(doc, m):
            return f"only some {m.name!r} are meant, as the words behind it say"
    return ""


def said_otherwise(s: StatementSpan, doc: Doc) -> str:
    """The reason that the words between the two names say something else; "" if they do not.

    For statements of a model, which has no words of its own to show for what it says.
    """
    first, second = sorted((s.subject, s.object), key=lambda m: m.start)
    words = [t.lower_ for t in doc[first.end : second.start]]
    for hit in _triggers().find(words):
        said = hit.trigger.predicate
        if said == s.predicate or PREDICATES[said].family not in _OTHERWISE:
            continue
        back = said == "produces" and hit.trigger.reverse
        if s.predicate in _USING and said in _STILL_USED and not back:
            continue
        return f"the words between the names say {PREDICATES[said].label!r}"
    return ""


def empty_name(name: str, classes: WordClasses) -> bool:
    """Whether a name says what sort of thing is meant, but not which: "gene", "such a method"."""
    words = [w for w in re.split(r"[\s-]+", name.lower()) if w]
    if len(words) > 1 and words[0] in _ORDINAL:
        words = words[1:]  # "fifth data set"
    if len(words) == 1:
        return singular(words[0]) in _GENERAL or classes[words[0]] in _NAMELESS
    known = [classes[w] for w in words if singular(w) not in _GENERAL]
    if CONTENT in known:
        return False
    heads = sum(classes[w] == HEAD for w in words)
    return HEAD not in known or heads + sum(c in (PARTICIPLE, VERB) for c in known) < 2


def _unnamed(m: MentionSpan, doc: Doc, classes: WordClasses) -> str:
    if any(q.start < m.end and m.start < q.end for q in doc._.quantities):
        return f"{m.name!r} is an amount"
    if _TWO.search(m.name):
        return f"{m.name!r} is two names"
    if any(m.name.count(a) != m.name.count(b) for a, b in ("()", "[]")):
        return f"{m.name!r} has half a bracket"
    if empty_name(m.name, classes) and not (m.concept and m.end - m.start > 1):
        return f"{m.name!r} names nothing by itself"
    if finite_verb(doc, m.start, m.end) or _verbal(doc, m):
        return f"{m.name!r} has a verb in it"
    alone = doc[m.start] if m.end - m.start == 1 else None
    if alone is not None and alone.tag_ == "JJ" and alone.text.endswith(ADJECTIVE_ENDINGS):
        return f"{m.name!r} is an adjective here"
    if _cited(doc, m):
        return f"{m.name!r} is a cited author"
    if _goes_on(doc, m, classes):
        return f"{m.name!r} is a piece of a longer name"
    return ""


def _verbal(doc: Doc, m: MentionSpan) -> bool:
    """Whether a name is what someone does to something else, or an infinitive: "form HClO4"."""
    if not doc.has_annotation("DEP"):
        return False
    first, last = doc[m.start], doc[m.end - 1]
    if first.tag_ in ("VB", "VBZ", "VBP") and first.is_lower and m.end - m.start > 1:
        return any(c.dep_ == "dobj" for c in first.children)
    return last.tag_.startswith("V") and any(
        c.dep_ == "dobj" and c.i >= m.end for c in last.children
    )


def _compounds(before: Token, head: int, classes: WordClasses) -> bool:
    """Whether a noun makes one name with the noun at *head*."""
    joined = before.dep_ == "compound" and before.head.i == head
    noun = before.tag_ in NOMINAL and classes[before.text] != VERB
    return joined and noun and not before.is_sent_start


def _of_something(doc: Doc, m: MentionSpan, classes: WordClasses) -> bool:
    """Whether "of" follows a name of one word for what happens or is had: "loss of Bmpr1a".

    A vocabulary's concept stands for itself, whatever it is of: "photosynthesis of plankton".
    """
    if m.concept or m.end >= len(doc) or doc[m.end].lower_ != "of" or m.kind not in _VAGUE:
        return False
    return sum(classes[t.text] in (CONTENT, HEAD) for t in doc[m.start : m.end]) < 2 or (
        doc[m.start].tag_ == "JJ" and m.end - m.start == 2
    )


def _goes_on(doc: Doc, m: MentionSpan, classes: WordClasses) -> bool:
    """Whether the noun that a name belongs to comes after it: "Crx" of "the Crx+ mice".

    Unless that noun adds nothing ("insulin level") or says what sort of thing it is ("Crx gene").
    """
    if _GLUED.match(characters(doc, m.end_char, m.end_char + 4)):
        return True
    if not doc.has_annotation("DEP"):
        return False
    if m.end - m.start == 1 and m.start and _compounds(doc[m.start - 1], m.start, classes):
        return True  # "footprint" of "carbon footprint"
    if m.end >= len(doc):
        return False
    last, following = doc[m.end - 1], doc[m.end]
    if following.lower_ in _HANGING:
        return True  # "insulin dependent"
    if last.dep_ not in ("compound", "amod", "nmod") or following.tag_ not in NOMINAL:
        return False
    if not m.end <= last.head.i < m.end + 3 or classes[following.text] == VERB:
        return False  # far away, or "insulin lowers glucose" taken for a noun phrase
    word = singular(following.lower_)
    return not (word in _GENERAL or word in TRANSPARENT_OBJECT or following.lower_ in TRANSPARENT)


def only_shows(verb: str, kind: str) -> bool:
    """Whether a thing of this kind shows what something else has: a calculation, a spectrum.

    >>> only_shows("exhibits", "data"), only_shows("exhibits", "material")
    (True, False)
    """
    return kind in _SHOWING and verb.startswith(("show", "display", "exhibit"))


def other_subject(doc: Doc, verb: int, subjects: Sequence[MentionSpan]) -> bool:
    """Whether the verb at a token has a subject in the tree that is none of these names.

    "Exchanges between A and B lead to C": what leads to C are the exchanges. "The level of A" may
    stand for A.
    """
    if not doc.has_annotation("DEP"):
        return False
    heads = [c for c in doc[verb].lefts if c.dep_ in ("nsubj", "nsubjpass")]
    return bool(heads) and not any(
        t.tag_ not in NOMINAL
        or t.lower_ in TRANSPARENT
        or any(m.start <= t.i < m.end for m in subjects)
        for t in heads
    )


def finite_verb(doc: Doc, start: int, end: int) -> bool:
    """Whether a parsed doc has a finite verb with a subject or an object at these tokens."""
    if end - start < 2 or not doc.has_annotation("DEP"):
        return False
    return any(
        t.tag_ in FINITE and any(c.dep_ in _ARGUMENTS for c in t.children) for t in doc[start:end]
    )


def _cited(doc: Doc, m: MentionSpan) -> bool:
    """Whether "et al." or a year in brackets follows a name of one capitalised word."""
    following = [t.text for t in doc[m.end : m.end + 6]]
    if following[:2] in (["et", "al"], ["et", "al."]):
        return True
    named = m.end - m.start <= 2 and doc[m.start].text[:1].isupper()
    return (
        named
        and following[:1] in (["("], [","], ["&"])
        and any(map(_YEAR.fullmatch, following[1:5]))
    )


def _no_quality(m: MentionSpan, doc: Doc) -> str:
    """Why *m* is nothing that something has: it is a verb or an adjective, or no quality."""
    if m.kind not in (*_QUALITY, "phenomenon"):
        return f"{m.name!r} is no quality, but a {m.kind}"
    last: Token = doc[m.end - 1]
    surface = characters(doc, m.start_char, m.end_char).lower()
    bare = m.name.lower() in surface or surface in m.name.lower()
    if bare and last.tag_ and last.tag_ not in NOMINAL and last.is_lower and last.is_alpha:
        verbal = last.tag_.startswith(("V", "J", "R")) and singular(surface) == m.name.lower()
        if verbal and len(surface) > 3:
            return f"{m.name!r} is no noun"
    return ""


def _no_class(s: StatementSpan, doc: Doc) -> str:
    """Why the object is no class: examples of it follow, but it is in the singular."""
    if s.object.end > s.subject.start:
        return ""
    between = characters(doc, s.object.end_char, s.subject.start_char)
    last = doc[s.object.end - 1].lower_
    examples = _EXAMPLES.match(between) is not None
    if examples and _one_of_many(doc, s.object.start):
        return f"the examples may be of what is of the {s.object.name!r}"
    several = singular(last) != last or last.endswith(("i", "a"))
    if not several and (examples or between.strip() == "("):
        return f"{s.object.name!r} is in the singular, so the examples are of something else"
    return ""


def _one_of_many(doc: Doc, start: int) -> bool:
    """Whether a plural and "of", or "in", stand before a name: "volcanoes of the Andes, such as"."""
    i = start - 1
    while i > 0 and doc[i].tag_ in ("DT", "JJ", "VBN"):
        i -= 1
    return i > 0 and doc[i].lower_ in ("of", "in", "within") and doc[i - 1].tag_ == "NNS"


@cache
def _triggers() -> Triggers:
    return Triggers()
