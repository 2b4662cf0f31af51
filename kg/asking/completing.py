"""How a question may go on: words that the grammar has next, and names that begin so.

Nothing is asked of the graph but the names that the text holds or begins, so an answer is
there while a person types.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from kg.asking.grammar import Filled, Line, Literal, Open, filters, forms, opened, readings
from kg.asking.lexicon import Forms, lexicon
from kg.asking.mending import closed
from kg.asking.names import KNOWN, Names
from kg.asking.reading import LONGEST
from kg.asking.tokens import Token, key_of, tokenise, words_of
from kg.search import fold, han

HANDFUL = 8
_STARTS = (
    "what causes", "what links", "materials used for", "datasets that measure",
    "contradicted statements about", "evidence for", "how many", "all materials",
)  # fmt: skip
_COUNTED = ("materials", "diseases", "statements about", "datasets that measure")
_FIRST = ("says", "of", "concepts", "statements", "paths")
"""Shapes whose words come before those of others."""
_TAILS = ("since", "before", "between", "in", "believed at least", "by at least", "limit")
_ENDS = ("a", "b", "c", "d")
_NAMED_FROM = 2
"""Letters of a name from which on names are looked for; of a Chinese one, one character."""
_ASKED = 3
"""So many beginnings of names are asked for at most."""
_OPEN = 600
"""So many ways in which a text may go on are looked at."""
_TOKENS = 24
"""Of a longer text nobody types the end of a phrase."""


def complete(text: str, names: Names, disciplines: Forms, limit: int = HANDFUL) -> list[str]:
    """A handful of texts that begin as *text* does, or that mend its last word.

    Args:
        text: What has been typed so far.
        names: Concepts of the graph by name.
        disciplines: What its disciplines are called, by normal form.
        limit: At most so many.
    """
    tokens = tokenise(text)
    if len(text) > LONGEST or len(tokens) > _TOKENS:
        return []
    if not tokens:
        return list(_STARTS[:limit])
    _, taken = filters(Line(tokens, disciplines), soft=True)
    # "how many" and "show me" stand before a question that may begin in any way.
    before = sum(f.stop - f.start for f in taken if f.start == 0)
    if before == len(tokens):
        return [f"{text.rstrip()} {word}" for word in _COUNTED] if not han(tokens[-1].key) else []
    return _Completer(text, tokens[before:], names, disciplines).best(limit)


class _Completer:
    """One text that is being typed."""

    def __init__(
        self, text: str, tokens: Sequence[Token], names: Names, disciplines: Forms
    ) -> None:
        self.text = text
        self.tokens = tuple(tokens)
        self.names = names
        self.disciplines = disciplines
        self.line = Line(tokens, disciplines)
        self.chinese = any(han(t.key) for t in tokens)
        # "caus" may be on its way to "causes"; after a space a new word is on its way.
        self.typing = not text[-1].isspace() and not self.chinese

    def best(self, limit: int) -> list[str]:
        words: dict[str, int] = {}
        starts: dict[int, None] = {}
        for one in islice(self._open(), _OPEN):
            rest = self.tokens[one.start :]
            if isinstance(one.element, Literal) or one.element.name not in _ENDS:
                if self.typing and not rest:
                    continue
            elif rest:
                starts[one.start] = None
            place = _FIRST.index(one.form.shape) if one.form.shape in _FIRST else len(_FIRST)
            for form in islice(self._next(one, key_of(rest)), 4):
                words.setdefault(self._joined(one.start, form), place)
        for form, start in self._tails():
            words.setdefault(self._joined(start, form), 0)
        named = self._named(sorted(starts, reverse=True))
        half = max(limit // 2, limit - len(named))
        listed = sorted(words, key=lambda w: words[w])
        found = dict.fromkeys([*listed[:half], *named, *listed[half:]])
        found.pop(self.text, None)
        return list(found)[:limit]

    def _open(self) -> Iterator[Open]:
        """Ways to go on in the language of the text in which every name so far is known."""
        language = "zh" if self.chinese else "en"
        known: dict[str, bool] = {}
        for one in opened(self.line, [f for f in forms().questions if f.language == language]):
            ends = [filled.tokens for slot, filled in one.slots.items() if slot in _ENDS]
            for tokens in ends:
                key = key_of(tokens)
                if key not in known:
                    known[key] = self._known(tokens)
            if all(known[key_of(tokens)] for tokens in ends):
                yield one

    def _known(self, tokens: Sequence[Token]) -> bool:
        if key_of(tokens) in lexicon().anything:
            return True
        if any(stop == len(tokens) for stop, _ in Line(tokens).kinds_at(0)):
            return True
        if closed(tokens[0].key) or closed(tokens[-1].key):
            return False
        return self.names.known(words_of(tokens, self.text)) is not None

    def _joined(self, start: int, form: str) -> str:
        if start < len(self.tokens):
            return self.text[: self.tokens[start].start] + form
        glued = self.text[-1].isspace() or han(form[:1]) or han(self.text[-1])
        return f"{self.text}{'' if glued else ' '}{form}"

    # ------------------------------------------------------------------ words

    def _next(self, one: Open, begun: str) -> Iterator[str]:
        """Forms of the element that begin so."""
        words, element = lexicon(), one.element
        options: Iterable[str] = ()
        if begun and not self.typing and not self.chinese:
            begun += " "
        if isinstance(element, Literal):
            # Of several words for one thing the first is enough, unless another was begun.
            spelt = [("" if self.chinese else " ").join(option) for option in element.options]
            options = spelt if begun else spelt[: not element.optional]
        elif element.name == "predicate":
            options = self._predicates(begun, one.slots)
        elif element.name in ("noun", "thing"):
            table = words.nouns if element.name == "noun" else words.things
            # "what causes " goes on with a name, not with "of".
            noun = element.name == "noun" and begun.endswith(" ")
            spoken = [w for w in table.values() if self._spoken(w.language) and not noun]
            first = {w.meanings: w.form for w in reversed(spoken)}
            options = [w.form for w in spoken] if begun else list(first.values())
        elif element.name in ("k", "a", "b") and (begun or (self.chinese and one.slots)):
            options = [
                w.form for w in words.kinds.values() if w.plural and self._spoken(w.language)
            ]
        for option in options:
            if fold(option).startswith(begun) and fold(option) != begun and len(option) > 1:
                yield option

    def _spoken(self, language: str) -> bool:
        return (language == "zh") == self.chinese

    def _predicates(self, begun: str, slots: Mapping[str, Filled]) -> Iterator[str]:
        """Forms of predicates, one of each; after "what" in the third person."""
        singular = any(
            key_of(slots[s].tokens) in lexicon().anything for s in ("a", "b") if s in slots
        )
        fitting = [
            w
            for w in lexicon().predicates.values()
            if self._spoken(w.language) and fold(w.form).startswith(begun)
        ]
        if not self.chinese:
            fitting.sort(key=lambda w: w.form.partition(" ")[0].endswith("s") != singular)
        seen = set()
        for word in fitting:
            if (word.meanings, word.direction) not in seen:
                seen.add((word.meanings, word.direction))
                yield word.form

    def _tails(self) -> Iterator[tuple[str, int]]:
        """Filters that a whole question may go on with, each with the token at which it begins."""
        n = len(self.tokens)
        if self.chinese:
            return
        for begins in [n - 1, n - 2] if self.typing else [n, n - 1, n - 2]:
            if begins < 2 or not self._whole(self.tokens[:begins]):
                continue
            begun = key_of(self.tokens[begins:])
            named = [f"in {w.form}" for w in self.disciplines.values() if self._spoken(w.language)]
            for option in [*_TAILS, *(named if begun else [])]:
                if fold(option).startswith(begun) and fold(option) != begun:
                    yield option, begins

    def _whole(self, tokens: Sequence[Token]) -> bool:
        """Whether these words are a question, with names that are known."""
        core, _ = filters(Line(tokens, self.disciplines), soft=True)
        fits = readings(core, [f for f in forms().questions if f.shape != "named"])
        return any(
            all(self._known(f.tokens) for slot, f in fit.slots.items() if slot in _ENDS)
            for fit in islice(fits, _OPEN)
        )

    # ------------------------------------------------------------------ names

    def _named(self, starts: Iterable[int]) -> list[str]:
        """The text with the name that its last words begin."""
        found: dict[str, float] = {}
        for start in islice(starts, _ASKED):
            begun = words_of(self.tokens[start:], self.text)
            if len(begun) < _NAMED_FROM and not han(begun):
                continue
            for named in self.names.find(begun):
                begins = fold(named.called).startswith(fold(begun))
                if begins or named.score >= KNOWN:
                    # What begins as the text does comes before what is only like it.
                    whole = self._joined(start, named.called)
                    found[whole] = max(found.get(whole, 0.0), named.score + begins)
        return sorted(found, key=lambda t: (-found[t], t))
