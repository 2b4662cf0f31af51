"""The forms of questions, from ``grammar.tsv``, and how a text is laid on them.

Every way in which a text fits a form is found; which one was meant is decided by
:mod:`kg.asking.reading`, which knows the names in the graph.

>>> from kg.asking.tokens import tokenise, words_of
>>> text = "what links graphene and cancer"
>>> fits = list(readings(Line(tokenise(text)), forms().questions))
>>> [(f.shape, words_of(f.slots["c"].tokens, text), words_of(f.slots["d"].tokens, text)) for f in fits[:1]]
[('paths', 'graphene', 'cancer')]
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from kg.asking.lexicon import Forms, Lexicon, Word, lexicon
from kg.asking.tokens import Token, key_of, tokenise

_GRAMMAR = Path(__file__).with_name("grammar.tsv")

_LITERAL = re.compile(r"[^\s{\[(]+")
_FREE = ("a", "b", "c", "d")
_LONGEST = 6
"""The longest form of words.tsv, in tokens."""
_LINKS = 4
"""At most so many linking words stand before a predicate: "that can also be"."""
_YEAR = re.compile(r"[12]\d{3}")
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)*)(%?)")


@dataclass(frozen=True, slots=True)
class Literal:
    """Words that must stand, or may: any one of several."""

    options: tuple[tuple[str, ...], ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for something: a name, a kind, a predicate, a number."""

    name: str


@dataclass(frozen=True, slots=True)
class Form:
    """One line of ``grammar.tsv``."""

    shape: str
    language: str
    text: str
    elements: tuple[Literal | Slot, ...]
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in a slot: its tokens, and the word or number that they are, if they are one."""

    tokens: tuple[Token, ...]
    word: Word | None = None
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """One way in which a text fits a form, from token *start* to before *stop*."""

    form: Form
    slots: Mapping[str, Filled]
    start: int
    stop: int

    @property
    def shape(self) -> str:
        """What the form asks."""
        return self.form.shape


@dataclass(frozen=True, slots=True)
class Grammar:
    """The two parts of the grammar."""

    filters: tuple[Form, ...]
    questions: tuple[Form, ...]


QUESTIONS = frozenset(
    (
        "concepts",
        "evidence",
        "measuring",
        "named",
        "naming",
        "of",
        "paths",
        "related",
        "says",
        "statements",
        "things",
    )
)


@cache
def forms() -> Grammar:
    """All forms, in the order of the table."""
    found: list[Form] = []
    with _GRAMMAR.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader((x for x in lines if not x.startswith("#")), delimiter="\t", quoting=3)
        next(rows)
        for shape, language, text in rows:
            soft = shape.endswith("~")
            found.append(Form(shape.removesuffix("~"), language, text, _elements(text), soft))
    return Grammar(
        tuple(f for f in found if f.shape not in QUESTIONS),
        tuple(f for f in found if f.shape in QUESTIONS),
    )


def _elements(text: str) -> tuple[Literal | Slot, ...]:
    elements: list[Literal | Slot] = []
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
        elif m := re.compile(r"\{(\w+)\}").match(text, at):
            elements.append(Slot(m[1]))
            at = m.end()
        elif m := re.compile(r"\[([^\]]*)\]|\(([^)]*)\)").match(text, at):
            options = (m[1] if m[1] is not None else m[2]).split("|")
            elements.append(Literal(tuple(map(_keys, options)), m[1] is not None))
            at = m.end()
        else:
            m = _LITERAL.match(text, at)
            assert m, text
            elements.append(Literal((_keys(m.group()),)))
            at = m.end()
    return tuple(elements)


def _keys(words: str) -> tuple[str, ...]:
    return tuple(t.key for t in tokenise(words))


class Line:
    """The tokens of a question, and what words of the lexicon stand where.

    Args:
        tokens: The tokens.
        disciplines: What the disciplines of the graph are called, by normal form.
    """

    def __init__(self, tokens: Sequence[Token], disciplines: Forms | None = None) -> None:
        self.tokens = tuple(tokens)
        self.words: Lexicon = lexicon()
        self._disciplines = self.words.disciplines if disciplines is None else disciplines
        self._seen: dict[tuple[str, int], list[tuple[int, Filled]]] = {}

    def without(self, start: int, stop: int) -> Line:
        """The line without some of its tokens."""
        return Line(self.tokens[:start] + self.tokens[stop:], self._disciplines)

    def at(self, slot: str, i: int) -> list[tuple[int, Filled]]:
        """What fills a slot of closed words from token *i* on: each with where it stops, longest first."""
        key = (slot, i)
        if key not in self._seen:
            self._seen[key] = self._read(slot, i)
        return self._seen[key]

    def _read(self, slot: str, i: int) -> list[tuple[int, Filled]]:
        if i >= len(self.tokens):
            return []
        if slot == "predicate":
            found = self._look_up(self.words.predicates, i)
            for start in self._after_links(i):
                found += self._look_up(self.words.predicates, start)
            # The same words, once: where more linking words were passed over, fewer are left.
            return sorted(dict(found).items(), key=lambda f: -f[0])
        if slot == "k":
            return self.kinds_at(i)
        if slot == "discipline":
            return self._look_up(self._disciplines, i) or self._misspelt_discipline(i)
        if slot in ("year", "to"):
            year = _YEAR.fullmatch(self.tokens[i].key)
            return [(i + 1, Filled(self.tokens[i : i + 1], number=int(year[0])))] if year else []
        if slot == "number":
            value = number_of(self.tokens[i].key)
            return [] if value is None else [(i + 1, Filled(self.tokens[i : i + 1], number=value))]
        return self._look_up({"noun": self.words.nouns, "thing": self.words.things}[slot], i)

    def kinds_at(self, i: int) -> list[tuple[int, Filled]]:
        """Names of kinds, with what may stand before them: "all the materials"."""
        starts = [i] + [j for j, _ in self._look_up(self.words.determiners, i)]
        found = [f for start in starts for f in self._look_up(self.words.kinds, start)]
        return sorted(dict(found).items(), key=lambda f: -f[0])

    def _look_up(self, table: Forms, i: int) -> list[tuple[int, Filled]]:
        found = []
        for j in range(min(len(self.tokens), i + _LONGEST), i, -1):
            word = table.get(key_of(self.tokens[i:j]))
            if word is not None:
                found.append((j, Filled(self.tokens[i:j], word)))
        return found

    def _after_links(self, i: int) -> list[int]:
        reached, here = [], [i]
        for _ in range(_LINKS):
            here = sorted(
                {j for start in here for j, _ in self._look_up(self.words.linking, start)}
            )
            reached += here
        return reached

    def _misspelt_discipline(self, i: int) -> list[tuple[int, Filled]]:
        for j in range(min(len(self.tokens), i + 3), i, -1):
            asked = key_of(self.tokens[i:j])
            if len(asked) >= 6:
                for form, word in self._disciplines.items():
                    if OSA.distance(asked, form, score_cutoff=1) <= 1:
                        return [(j, Filled(self.tokens[i:j], word))]
        return []


def number_of(text: str) -> float | None:
    """The number that a token is; a percentage is a fraction.

    >>> number_of("0.8"), number_of("80%"), number_of("1,000"), number_of("many")
    (0.8, 0.8, 1000.0, None)
    """
    m = _NUMBER.fullmatch(text)
    if not m or len(m[1]) > 12:
        return None
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+", m[1])
    try:
        value = float(m[1].replace(",", "" if thousands else "."))
    except ValueError:
        return None
    return value / 100 if m[2] else value


def filters(line: Line, *, soft: bool) -> tuple[Line, list[Fit]]:
    """Take the filters out of a line; the *soft* ones too, or only those that no name can hold."""
    found: list[Fit] = []
    i = 0
    while i < len(line.tokens):
        fits = [
            fit
            for form in forms().filters
            if soft or not form.soft
            for fit in _fit(form, line, i, 0, {}, whole=False, start=i)
        ]
        if fits:
            best = max(fits, key=lambda f: f.stop)
            found.append(best)
            line = line.without(best.start, best.stop)
        else:
            i += 1
    return line, found


def readings(line: Line, wanted: Sequence[Form]) -> Iterator[Fit]:
    """Every way in which the whole line fits one of the forms."""
    for form in wanted:
        yield from _fit(form, line, 0, 0, {}, whole=True, start=0)


def _stands(line: Line, i: int, words: tuple[str, ...]) -> bool:
    """Whether these words stand at token *i*; a value that was given is never one of them."""
    here = line.tokens[i : i + len(words)]
    return tuple(t.key for t in here) == words and not any(t.name for t in here)


def _fit(
    form: Form, line: Line, i: int, e: int, slots: dict[str, Filled], *, whole: bool, start: int
) -> Iterator[Fit]:
    if e == len(form.elements):
        if not whole or i == len(line.tokens):
            yield Fit(form, dict(slots), start, i)
        return
    element = form.elements[e]
    if isinstance(element, Literal):
        for option in element.options:
            stop = i + len(option)
            if _stands(line, i, option):
                yield from _fit(form, line, stop, e + 1, slots, whole=whole, start=start)
        if element.optional:
            yield from _fit(form, line, i, e + 1, slots, whole=whole, start=start)
        return
    if element.name in _FREE:
        ends: list[tuple[int, Filled]] = [
            (j, Filled(line.tokens[i:j])) for j in range(len(line.tokens), i, -1)
        ]
    else:
        ends = line.at(element.name, i)
    for stop, filled in ends:
        slots[element.name] = filled
        yield from _fit(form, line, stop, e + 1, slots, whole=whole, start=start)
    slots.pop(element.name, None)


@dataclass(frozen=True, slots=True)
class Open:
    """Where a form goes on after the text: the element, and the token at which it begins."""

    form: Form
    element: Literal | Slot
    start: int
    slots: Mapping[str, Filled]


def opened(line: Line, wanted: Sequence[Form]) -> Iterator[Open]:
    """Every way in which the line is the beginning of a form; its last tokens may begin an element."""
    for form in wanted:
        yield from _opened(form, line, 0, 0, {})


def _opened(form: Form, line: Line, i: int, e: int, slots: dict[str, Filled]) -> Iterator[Open]:
    if e == len(form.elements):
        return
    element = form.elements[e]
    yield Open(form, element, i, dict(slots))
    if isinstance(element, Literal):
        for option in element.options:
            stop = i + len(option)
            if _stands(line, i, option):
                yield from _opened(form, line, stop, e + 1, slots)
        if element.optional:
            yield from _opened(form, line, i, e + 1, slots)
        return
    free = element.name in _FREE
    ends = (
        [(j, Filled(line.tokens[i:j])) for j in range(i + 1, len(line.tokens) + 1)] if free else []
    )
    for stop, filled in ends or line.at(element.name, i):
        slots[element.name] = filled
        yield from _opened(form, line, stop, e + 1, slots)
    slots.pop(element.name, None)
