"""What the pipeline notes on a spaCy Doc: mentions, statements, quantities, abbreviations.

Importing this module registers the Doc extensions once. Any factory, ours or a user's,
says what it found by appending to them; :mod:`extractors.building` turns them into records.

>>> import spacy
>>> nlp = spacy.blank("en")
>>> doc = nlp("Graphene conducts heat.")
>>> doc._.mentions.append(mention(doc, 0, 1, kind="material", method="mine", version="1"))
>>> doc._.mentions[0].name, doc._.mentions[0].end_char
('graphene', 8)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from typing import Any

import srsly  # type: ignore[import-untyped]
from spacy.tokens import Doc

from extractors.components.inflection import concept_name
from kg.ontology import PREDICATES


@dataclass(slots=True)
class MentionSpan:
    """Tokens ``start:end`` (characters ``start_char:end_char``) name a concept.

    ``concept`` is the id of a vocabulary's concept, or "" for one that goes by ``name``
    and ``kind`` (a key of :data:`kg.ontology.KINDS`). ``score`` is between 0 and 1.
    """

    start: int
    end: int
    start_char: int
    end_char: int
    kind: str
    concept: str
    name: str
    method: str
    version: str
    score: float = 1.0


@dataclass(slots=True)
class QuantitySpan:
    """A number with its unit; ``low`` and ``high`` are its error bounds, or a range's ends.

    ``canonical`` is the unit as pint writes it ("W/K/m"), ``dimension`` what it measures
    ("[length]"); both are "" where the unit is not one that pint knows.
    """

    start: int
    end: int
    start_char: int
    end_char: int
    value: float
    low: float
    high: float
    is_range: bool
    unit: str
    canonical: str
    dimension: str


@dataclass(slots=True)
class StatementSpan:
    """The sentence at characters ``start_char:end_char`` joins two mentions by a predicate.

    ``trigger_start:trigger_end`` are the characters of the words that say so.
    """

    subject: MentionSpan
    predicate: str
    object: MentionSpan
    start_char: int
    end_char: int
    trigger_start: int
    trigger_end: int
    method: str
    version: str
    method_family: str
    score: float
    qualifiers: dict[str, str] = field(default_factory=dict)
    assertion: str = "affirmed"
    attribution: str = "own"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a component saw, considered and left out, and why, in words for a curator.

    ``what`` is "mention", "statement", "link" or "quote"; ``text`` the words, or subject,
    predicate and object; ``start_char:end_char`` where they stand. ``breach`` is the predicate
    of a statement that :func:`kg.ontology.allows` forbids, which an ingest counts; else "".
    """

    what: str
    text: str
    start_char: int
    end_char: int
    method: str
    score: float
    reason: str
    breach: str = ""


_DEFAULTS: dict[str, Any] = {
    "mentions": [],
    "statements": [],
    "quantities": [],
    "abbreviations": {},  # short form -> long form, for the whole work
    "work": "",  # passages of one work share abbreviations and term counts
    "disciplines": (),  # of the work; settle ambiguous aliases
    "access": "",  # "open" if the text may be handed on; see kg.licences
    "language": "",  # of the passage; a doc's own ``lang_`` is that of the pipeline
    "warnings": [],  # sentences for the ingest report
    "refused": [],  # Refusals: always those that broke the domain/range table, and
    "explain": False,  # if this is set, all others; an ingest does not ask for them
}


def register() -> None:
    """Declare the Doc extensions; calling it again changes nothing."""
    for name, default in _DEFAULTS.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)


def mention(
    doc: Doc,
    start: int,
    end: int,
    *,
    kind: str = "term",
    name: str = "",
    concept: str = "",
    method: str,
    version: str,
    score: float = 1.0,
) -> MentionSpan:
    """The mention at tokens ``start:end``; its name, if not given, is made from the surface.

    Raises:
        IndexError: If the tokens are not in the doc.
    """
    first, last = doc[start], doc[end - 1]
    start_char, end_char = first.idx, last.idx + len(last)
    name = name or concept_name(doc.text[start_char:end_char])
    return MentionSpan(
        start, end, start_char, end_char, kind, concept, name, method, version, score
    )


def forbidden(s: StatementSpan, subject_kind: str = "", object_kind: str = "") -> Refusal:
    """The refusal of a statement whose kinds, or those given, its predicate does not join.

    >>> a = MentionSpan(0, 1, 0, 7, "disease", "", "malaria", "mine", "1")
    >>> b = MentionSpan(2, 3, 15, 16, "software", "", "r", "mine", "1")
    >>> forbidden(StatementSpan(a, "treats", b, 0, 17, 8, 14, "mine", "1", "pattern", 0.8)).reason
    "'treats' cannot join disease and software"
    """
    kinds = f"{subject_kind or s.subject.kind} and {object_kind or s.object.kind}"
    return refused(s, f"{label(s.predicate)!r} cannot join {kinds}", s.predicate)


def refused(s: StatementSpan, reason: str, breach: str = "") -> Refusal:
    """The refusal of a statement."""
    text = f"{s.subject.name} {label(s.predicate)} {s.object.name}"
    return Refusal(
        "statement", text, s.start_char, s.end_char, s.method, s.score, reason, breach
    )  # fmt: skip


def below(score: float, least: float) -> str:
    """The reason that a chance is too small; it is rounded down, so that it looks so.

    >>> below(0.498, 0.5)
    'chance 0.49 is below 0.50'
    """
    return f"chance {int(100 * score) / 100:.2f} is below {least:.2f}"


def unsure(s: StatementSpan, least: float) -> Refusal:
    """The refusal of a statement that is less sure than *least*."""
    return refused(s, below(s.score, least))


def label(predicate: str) -> str:
    """How a predicate is read aloud; one that is not declared as it stands."""
    known = PREDICATES.get(predicate)
    return known.label if known else predicate


_SPANS: dict[str, type[Any]] = {
    c.__name__: c for c in (MentionSpan, QuantitySpan, StatementSpan, Refusal)
}


def _encode(obj: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(obj, StatementSpan):
        fields = [astuple(obj.subject), obj.predicate, astuple(obj.object)]
        return {"__polymath__": "StatementSpan", "fields": [*fields, *astuple(obj)[3:]]}
    if type(obj) in _SPANS.values():
        return {"__polymath__": type(obj).__name__, "fields": list(astuple(obj))}
    return obj if chain is None else chain(obj)


def _decode(obj: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(obj, dict) and obj.get("__polymath__") in _SPANS:
        fields = list(obj["fields"])
        if obj["__polymath__"] == "StatementSpan":
            fields[0], fields[2] = MentionSpan(*fields[0]), MentionSpan(*fields[2])
        return _SPANS[obj["__polymath__"]](*fields)
    return obj if chain is None else chain(obj)


# So that Doc.to_bytes, DocBin(store_user_data=True) and nlp.pipe(n_process=2) keep them.
srsly.msgpack_encoders.register("polymath", func=_encode)
srsly.msgpack_decoders.register("polymath", func=_decode)
register()
