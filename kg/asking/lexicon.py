"""The words of questions, from ``words.tsv`` and the labels of :mod:`kg.ontology`.

>>> from kg.asking.tokens import tokenise
>>> words = lexicon()
>>> words.kinds["materials"].meanings
('material',)
>>> words.predicates["caused by"].direction, words.predicates["导致"].direction
('reverse', 'forward')
>>> inflected("carry"), inflected("reduce")[:3]
(('carry', 'carries', 'carried', 'carrying'), ('reduce', 'reduces', 'reduced'))
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from kg.asking.tokens import normal
from kg.ontology import ASSERTED, KINDS

Direction = Literal["forward", "reverse", "either"]
ANY = "*"
_WORDS = Path(__file__).with_name("words.tsv")
_VOWELS = "aeiou"
_PLURALS = {
    "anatomy": "anatomy", "data": "data", "phenomenon": "phenomena", "software": "software",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """What a form of words means: kinds, predicates, a label or a discipline. None: any of them.

    ``plural`` is false for the bare name of a kind, which is more often a concept ("disease").
    """

    form: str
    meanings: tuple[str, ...] = ()
    direction: Direction = "forward"
    plural: bool = True
    language: str = "en"


Forms = dict[str, Word]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Forms of words by what they are, each by its normal form (:func:`kg.asking.tokens.normal`)."""

    kinds: Forms = field(default_factory=dict)
    predicates: Forms = field(default_factory=dict)
    nouns: Forms = field(default_factory=dict)
    things: Forms = field(default_factory=dict)
    disciplines: Forms = field(default_factory=dict)
    anything: Forms = field(default_factory=dict)
    determiners: Forms = field(default_factory=dict)
    linking: Forms = field(default_factory=dict)


def plural_of(word: str) -> str:
    """The regular plural of an English word.

    >>> [plural_of(w) for w in ("gene", "theory", "process")]
    ['genes', 'theories', 'processes']
    """
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def inflected(verb: str) -> tuple[str, str, str, str]:
    """Infinitive, third person, past and -ing form of a verb; of several words the first is inflected.

    Only what the verbs of ``words.tsv`` need: regular ones, and a consonant doubled after one vowel.
    """
    head, _, rest = verb.partition(" ")
    tail = f" {rest}" if rest else ""
    stem = _IRREGULAR.get(head, "")
    if not stem and head.endswith("e"):
        past, going = f"{head}d", f"{head[:-1]}ing"
    elif not stem and head.endswith("y") and head[-2] not in _VOWELS:
        past, going = f"{head[:-1]}ied", f"{head}ing"
    else:
        past, going = f"{stem or head}ed", f"{stem or head}ing"
    past = _PAST.get(head, past)
    return verb, f"{plural_of(head)}{tail}", f"{past}{tail}", f"{going}{tail}"


_IRREGULAR = {"emit": "emitt", "control": "controll"}  # stressed at the end
_PAST = {"beat": "beaten"}


def _forms_of(what: str, direction: Direction, language: str, form: str) -> Iterator[Word]:
    """A form of the table and those that follow from it, without their meanings."""
    yield Word(form, direction=direction, language=language)
    if what == "verb" and language == "en":
        active = inflected(form)
        yield from (Word(f, direction=direction) for f in active[1:])
        turned: dict[str, Direction] = {"forward": "reverse", "reverse": "forward"}
        yield Word(f"{active[2]} by", direction=turned.get(direction, direction))


@cache
def lexicon() -> Lexicon:
    """All words.

    Raises:
        ValueError: If ``words.tsv`` names a kind or predicate that :mod:`kg.ontology` does not have.
    """
    words = Lexicon()
    tables = {
        "kind": words.kinds, "verb": words.predicates, "phrase": words.predicates,
        "noun": words.nouns, "thing": words.things, "discipline": words.disciplines,
        "anything": words.anything, "determiner": words.determiners, "linking": words.linking,
    }  # fmt: skip
    known: Mapping[str, object] = {"kind": KINDS, "verb": ASSERTED, "phrase": ASSERTED}
    for what, meaning, direction, language, forms in _rows():
        if what == "discipline" or what == "thing":
            meanings: tuple[str, ...] = (meaning,)
        else:
            meanings = () if meaning in ("", ANY) else tuple(meaning.split(" "))
        strangers = [m for m in meanings if what in known and m not in known[what]]  # type: ignore[operator]
        if strangers:
            raise ValueError(f"words.tsv names {strangers[0]!r}, which kg.ontology does not have.")
        for form in forms.split(" | "):
            for word in _forms_of(what, _direction(direction), language, form.strip()):
                # The upper line wins, so that "药物" is asked for before it is a noun.
                tables[what].setdefault(
                    normal(word.form),
                    Word(word.form, meanings, word.direction, True, word.language),
                )
    for kind in KINDS:
        words.kinds.setdefault(
            normal(_PLURALS.get(kind, plural_of(kind))),
            Word(_PLURALS.get(kind, plural_of(kind)), (kind,)),
        )
        words.kinds.setdefault(kind, Word(kind, (kind,), plural=False))
    for p in ASSERTED.values():
        for form in (p.label, p.label.removeprefix("is "), p.name.replace("_", " ")):
            words.predicates.setdefault(
                normal(form), Word(form, (p.name,), "either" if p.symmetric else "forward")
            )
    return words


def _direction(text: str) -> Direction:
    directions: dict[str, Direction] = {"reverse": "reverse", "either": "either"}
    return directions.get(text, "forward")


def _rows() -> Iterator[list[str]]:
    with _WORDS.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader((x for x in lines if not x.startswith("#")), delimiter="\t", quoting=3)
        next(rows)
        yield from rows
