"""Which names the reader's spans are, of which kind, and why a span is none.

>>> trimmed("in the PbO film,", 3, 16), name_of("incremental (Algorithm 2) algorithms", "method")
((7, 15), 'incremental algorithm')
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc
from spacy.tokens import Span as TokenSpan

from extractors.annotations import Refusal, below
from extractors.components.heads import LOUD, kind_for
from extractors.components.inflection import concept_name
from extractors.components.kinds import kind_of
from extractors.components.lexicon import word_list
from extractors.components.soundness import finite_verb
from extractors.components.word_classes import CONTENT, HEAD, NOMINAL, PARTICIPLE, VERB, WordClasses
from extractors.encoder.reading import Page

METHOD = "model"
LONGEST = 100
"""Characters of a name; longer spans are whole clauses."""
_TOLD = 0.25
"""Spans with a smaller chance are not worth telling a curator about."""
_EDGE = re.compile(
    r"^(?:(?:the|a|an|our|its|their|this|these|such|same|new|novel|proposed|some|several|many|most|few|"
    r"various|numerous|diverse|additional|further|certain|both|all|each|every|another|any|other|"
    r"of|with|by|for|from|at|via|during|between|within|among|near(?!\s+(?:infrared|ir|field))|"
    r"in(?!\s+(?:situ|vivo|vitro|silico|utero|planta))|"
    r"up\s+to|on\s+average|approximately|nearly|almost|at\s+least|(?:less|more)\s+than|"
    r"an?\s+(?:wide\s+)?(?:variety|range|array|number|diversity)\s+of)\s+)+",
    re.I,
)
_SHORT = re.compile(r"\s+\([A-Z][\w-]{1,9}\)$")
"""An abbreviation behind the name that it stands for."""
_COUNT = re.compile(r"^(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,3})\s+(?=.*s$)", re.I)
"""How many there are, before a plural: "four lines", but not "three body problem"."""
_END = re.compile(
    r"(?:\s+(?:and|or|of|in|for|on|to|with|by|the|a|an|from|at|than|that|which|"
    r"inside|outside|within|near|above|below|alone|etc))+$"
)
_NAME = re.compile(r"[^\W\d_]{2}|[^\W\d_]\d|\d[^\W\d_]")
_NO_FINITE = ("ing", "ed")
_REMARK = re.compile(
    r"\s+\([^()]*\)(?=\s)|\s+\((?:(?:black|white|red|green|blue|yellow|gr[ae]y|open|closed|filled|arrows?|"
    r"arrowheads?|asterisks?|circles?|squares?|triangles?|left|right|top|bottom|[A-F])[\s,]*)+\)$"
)
"""A remark within a name, or where to see it in a figure, behind it."""
QUALITY_OF = {
    "thick": "thickness", "long": "length", "wide": "width", "deep": "depth", "tall": "height",
    "high": "height", "old": "age", "aged": "age", "heavy": "weight",
}  # fmt: skip
"""The quality that an adjective behind a value stands for: "80 nm thick"."""
_VERBS = frozenset(("VB", "VBD", "VBN", "VBP", "VBZ"))
_COMMON = word_list("names_nothing")
_OPEN = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Span:
    """A span of one head: characters, kind, the chance that it is right."""

    start: int
    end: int
    kind: str
    head: str
    score: float


def spans_of(
    page: Page, least: float, classes: WordClasses, refused: list[Refusal] | None = None
) -> list[Span]:
    """The spans of the heads that were heard, the surest where they overlap.

    Args:
        page: What the reader said.
        least: Spans with a smaller chance of being right are left out.
        classes: Of words.
        refused: What is left out goes there, if it is given.
    """
    found = []
    for head, spans in page.heads.items():
        for start, end, label, score in spans:
            if score < least and (refused is None or score < _TOLD):
                continue
            start, end = trimmed(page.text, start, end)
            surface = page.text[start:end]
            if not (1 < len(surface) <= LONGEST) or not _NAME.search(surface):
                continue
            kind = kind_for(head, label, concept_name(surface))
            name = name_of(surface, kind)
            if not kind:
                continue
            if score >= least and _names_something(name, classes):
                found.append(Span(start, end, kind, head, score))
            elif refused is not None and (score < least or " " in name):
                why = below(score, least) if score < least else "names nothing by itself"
                why = f"{why} ({kind}, says {head})"
                refused.append(not_named(page, start, end, score, why))
    found.sort(key=lambda s: (-s.score * (s.end - s.start) ** 0.25, s.start, s.end, s.head))
    kept: list[Span] = []
    for span in found:
        over = [k for k in kept if span.start < k.end and k.start < span.end]
        if not over:
            kept.append(span)
        elif refused is not None and (span.start, span.end) != (over[0].start, over[0].end):
            best = over[0]
            surer = f"{page.text[best.start : best.end]!r}, {best.kind} {best.score:.2f}"
            why = f"a surer reading of the same words: {surer}"
            refused.append(not_named(page, span.start, span.end, span.score, why))
    return sorted(kept, key=lambda s: s.start)


def _names_something(name: str, classes: WordClasses) -> bool:
    """Whether a name has a word of its own, as "the present study" has not, and no finite verb."""
    words = re.split(r"[\s-]+", name)
    told = [classes[w] for w in words]
    if any(c == VERB and not w.endswith(_NO_FINITE) for w, c in zip(words, told, strict=True)):
        return False  # "inhibits photosynthesis" says something of what it names
    own = sum(c in (CONTENT, PARTICIPLE, VERB) for c in told)
    return own > 0 or sum(c == HEAD for c in told) > 1


def no_name(doc: Doc, start: int, end: int, name: str, head: str) -> str:
    """Why the tokens of a span name no concept; "" if they do.

    Heads of few labels mark all that is done, had or used, single verbs and common nouns, too.
    What they mark alone has to be a noun with a meaning of its own.
    """
    if finite_verb(doc, start, end):
        return "a sentence about what it names, with its verb"
    if head not in LOUD:
        return ""
    last = doc[end - 1]
    plain = last.text.isalpha() and last.text.islower() and last.text.isascii()
    if end - start == 1 and plain:
        if last.tag_ and last.tag_ not in NOMINAL and name == concept_name(last.text):
            return "a word that is no noun here"
        if name in _COMMON:
            return "a common noun, alone"
    elif plain and last.tag_ in _VERBS:
        return "it ends in a verb"
    return ""


def verb_between(span: TokenSpan, known: Sequence[tuple[int, int]]) -> str:
    """Why a span that holds several of the vocabulary's names is none: a verb joins them.

    Args:
        span: Tokens of the span.
        known: Characters of the vocabulary's names in it.
    """
    for (_, end), (start, _) in pairwise(sorted(known)):
        if any(t.tag_.startswith("VB") for t in span if end <= t.idx < start):
            return "two names and what is said of them"
    return ""


def name_of(surface: str, kind: str) -> str:
    """The name of a surface: without a remark in brackets, and a quality as a noun.

    >>> name_of("incremental (Algorithm 2) algorithms", "method"), name_of("thick", "property")
    ('incremental algorithm', 'thickness')
    >>> name_of("double membranes (black arrows)", "anatomy")
    'double membrane'
    """
    if kind == "property" and surface.lower() in QUALITY_OF:
        return QUALITY_OF[surface.lower()]
    return concept_name(_REMARK.sub("", surface))


def kinds_of(pages: Sequence[Page], spans: Sequence[Sequence[Span]]) -> dict[str, str]:
    """One kind for each name of a work: what the name tells, else what most of its uses are."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for page, found in zip(pages, spans, strict=True):
        for s in found:
            votes[name_of(page.text[s.start : s.end], s.kind)][s.kind] += s.score  # type: ignore[assignment]
    kinds = {}
    for name, counted in votes.items():
        told = kind_of(name)
        kinds[name] = told if told != "term" else max(counted, key=lambda k: (counted[k], k))
    return kinds


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without articles, a sentence's full stop, and brackets that close what lies outside."""
    while end > start and (
        text[end - 1] in " .,;:'\""
        or (text[end - 1] in _OPEN and _OPEN[text[end - 1]] not in text[start:end])
    ):
        if text[end - 1] == "." and text[start:end].count(".") > 1:
            break
        end -= 1
    while start < end and (
        text[start] in " ,;:'\""
        or (text[start] in "([" and {"(": ")", "[": "]"}[text[start]] not in text[start:end])
    ):
        start += 1
    end = start + len(_END.sub("", _SHORT.sub("", text[start:end])))
    for before in (_EDGE, _COUNT):
        found = before.match(text[start:end])
        if found is not None and found.end() < end - start:
            start += found.end()
    return start, end


def not_named(page: Page | Doc, start: int, end: int, score: float, why: str) -> Refusal:
    """A refusal of a span of the reader's."""
    text = page.text[start:end]
    return Refusal("mention", text, start, end, METHOD, round(score, 3), why)
