"""From a text to the question that it asks: of all ways to read it the one whose names are known best.

A reading is as good as the worst known name in it; of equally good ones that with the longer
names wins, and then the upper line of ``grammar.tsv``. What could not be read is said, with
what comes nearest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from kg.asking.grammar import Fit, Line, filters, forms, readings
from kg.asking.lexicon import Forms, lexicon
from kg.asking.meaning import question_of
from kg.asking.mending import closed_words, mended
from kg.asking.names import ARTICLES, KNOWN, Named, Names
from kg.asking.question import End, Question
from kg.asking.tokens import Token, key_of, tokenise, words_of
from kg.finding import SURE

LONGEST = 400
"""Characters of a question; a longer text is no question."""
_TOKENS = 60
_READINGS = 80
"""So many ways to read one text are weighed at most."""
_KIND, _BARE_KIND = 1.01, 0.97
"""Between them is a concept of exactly that name: "diseases" are a kind, "disease" is a concept."""
_THING = 0.8
"""What is asked for otherwise than as a concept ("datasets") is seldom meant as one."""
_PARTLY = 12
"""So many readings are looked through for names that are known in part."""
_SPANS = 60
_LOOKED_FOR = 24
"""So many names are looked for with their typing errors forgiven; of the rest only exact ones."""
_NAME = 16
"""No name has more words, or Chinese characters."""
_ALSO = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What else might have been meant: a text to ask, why, and the concept in it if it is one."""

    text: str
    why: str
    concept: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was understood. Without a question nothing was; ``note`` says why, ``also`` what else."""

    question: Question | None
    note: str = ""
    unread: tuple[str, ...] = ()
    also: tuple[Suggestion, ...] = ()
    hits: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class _End:
    """An end in the text and what it stands for; ``named`` holds the concepts it may be."""

    end: End
    score: float
    tokens: tuple[Token, ...] = ()
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """A fit with its ends known as well as they can be."""

    fit: Fit
    filters: tuple[Fit, ...]
    ends: Mapping[str, _End]

    @property
    def score(self) -> float:
        """That of the worst known end; a question without one names a kind, or nothing."""
        kind = self.fit.slots.get("k")
        alone = _KIND if kind is None or kind.word is None or kind.word.plural else _BARE_KIND
        return min((e.score for e in self.ends.values()), default=alone)

    @property
    def rank(self) -> tuple[float, int]:
        """Better readings have the greater one."""
        named = sum(len(e.tokens) for e in self.ends.values() if e.end.concept)
        return (round(self.score, 3), named)


def read(
    text: str, names: Names, disciplines: Forms, values: Mapping[str, str] | None = None
) -> Reading:
    """Understand one text.

    Args:
        text: What was typed.
        names: Concepts of the graph by name.
        disciplines: What its disciplines are called, by normal form.
        values: What stands for each ``{name}`` in the text.
    """
    if len(text) > LONGEST:
        return Reading(
            None,
            f"A question has at most {LONGEST} characters and this text {len(text):,}; ask a shorter one.",
        )
    tokens = tokenise(text, values)
    values = values or {}
    open_ = [t.name for t in tokens if t.name and t.name not in values]
    if open_:
        return Reading(
            None,
            f"The phrase leaves {{{open_[0]}}} open; give it a value: ask(…, {open_[0]}=…).",
            tuple(open_),
        )
    if not tokens or not any(c.isalnum() for t in tokens for c in t.key):
        return Reading(
            None, "Nothing was asked; type a name, or a question such as: what causes malaria?"
        )
    if len(tokens) > _TOKENS:
        return Reading(
            None,
            f"A question has at most {_TOKENS} words and this text {len(tokens)}; ask a shorter one.",
        )
    return _Reader(text, names, disciplines).read(tokens)


class _Reader:
    """One text while it is read."""

    def __init__(self, text: str, names: Names, disciplines: Forms) -> None:
        self.text = text
        self.names = names
        self.disciplines = disciplines
        self._looked_for: set[str] = set()

    def read(self, tokens: list[Token]) -> Reading:
        # Most texts are typed well, and looking for exact names is quick.
        best = self._best(tokens, exactly=True)
        if best is None or best.score < 1.0:
            best = self._best(tokens)
        said: list[str] = []
        if best is None or best.score < SURE:
            better = mended(tokens)
            again = self._best(better) if better != tokens else None
            if (
                again is not None
                and (best is None or again.rank > best.rank)
                and again.score >= KNOWN
            ):
                best = again
                in_names = {t.start for e in best.ends.values() for t in e.tokens if e.end.concept}
                said = [
                    f"Read “{old.text}” as “{new.key}”."
                    for old, new in zip(tokens, better, strict=True)
                    if old.key != new.key and old.start not in in_names
                ]
        if best is not None and best.score >= KNOWN:
            return self._understood(best, said)
        return self._partly_understood(tokens)

    # ------------------------------------------------------------------ weighing

    def _best(self, tokens: Sequence[Token], *, exactly: bool = False) -> _Read | None:
        best: _Read | None = None
        for fit, taken in self._fits(tokens):
            one = self._resolved(fit, taken, best.score if best else 0.0, exactly=exactly)
            if one is not None and (best is None or one.rank > best.rank):
                best = one
        return best

    def _fits(self, tokens: Sequence[Token]) -> Iterator[tuple[Fit, tuple[Fit, ...]]]:
        for line, taken in self._cores(tokens):
            for fit in islice(readings(line, forms().questions), _READINGS):
                yield fit, taken

    def _cores(self, tokens: Sequence[Token]) -> Iterator[tuple[Line, tuple[Fit, ...]]]:
        """The text without its filters: without all, without those that no name can hold, with all."""
        seen = set()
        line = Line(tokens, self.disciplines)
        for core, taken in (filters(line, soft=True), filters(line, soft=False), (line, [])):
            if core.tokens not in seen:
                seen.add(core.tokens)
                yield (core, tuple(taken)) if core.tokens else (_everything(), tuple(taken))

    def _resolved(
        self, fit: Fit, taken: tuple[Fit, ...], least: float, *, exactly: bool = False
    ) -> _Read | None:
        """The fit with its ends; None as soon as one of them is worse than *least*."""
        ends = {}
        for slot, filled in fit.slots.items():
            if slot in ("a", "b", "c", "d"):
                alone = slot in ("c", "d")
                ends[slot] = self._end(filled.tokens, concept=alone, exactly=exactly)
                if ends[slot].score < least:
                    return None
        return _Read(fit, taken, ends)

    def _end(self, tokens: tuple[Token, ...], *, concept: bool, exactly: bool) -> _End:
        kind = None
        if not concept:
            if key_of(tokens) in lexicon().anything:
                return _End(End(), 1.0)
            kinds = [f for stop, f in Line(tokens).kinds_at(0) if stop == len(tokens)]
            kind = kinds[0].word if kinds else None
            # "which material" is a kind too; "the disease" is one disease.
            chosen = bool(kinds) and len(kinds[0].tokens) < len(tokens)
            many = chosen and tokens[0].key not in ARTICLES
            if kind is not None and (kind.plural or many):
                return _End(End(kinds=kind.meanings), _KIND, tokens)
        found = self._found(tokens, exactly=exactly) if len(tokens) <= _NAME else ()
        if kind is not None and (not found or found[0].score < 1.0):
            return _End(End(kinds=kind.meanings), _BARE_KIND, tokens, found)
        if not found:
            return _End(End(), 0.0, tokens)
        best = found[0]
        score = best.score * (_THING if key_of(tokens) in lexicon().things else 1.0)
        return _End(End(best.id, best.name), score, tokens, found)

    def _found(self, tokens: tuple[Token, ...], *, exactly: bool) -> tuple[Named, ...]:
        asked = words_of(tokens, self.text)
        exact = self.names.known(asked)
        if exact is not None:
            return (exact,)
        if exactly or (asked not in self._looked_for and len(self._looked_for) >= _LOOKED_FOR):
            return ()
        self._looked_for.add(asked)
        return tuple(self.names.find(asked))

    # ------------------------------------------------------------------ answering

    def _understood(self, best: _Read, said: Sequence[str]) -> Reading:
        notes = list(said)
        for end in best.ends.values():
            if end.end.concept and end.score < 1.0:
                asked = words_of(end.tokens, self.text)
                if asked.casefold() != end.end.name.casefold():
                    notes.append(f"Read “{asked}” as “{end.end.name}”.")
        named = self._called(best.ends["c"]) if best.fit.shape == "named" else []
        return Reading(
            question_of(best.fit, best.filters, {s: e.end for s, e in best.ends.items()}),
            " ".join(notes),
            also=self._also(best),
            hits=tuple(n for n in named if n.score >= KNOWN),
        )

    def _also(self, best: _Read, least: float = KNOWN) -> tuple[Suggestion, ...]:
        """Other concepts that the names in the text may stand for: of the same name, or as near."""
        found = []
        for end in best.ends.values():
            if not end.tokens:
                continue
            # "diseases" are a kind, but there may be a concept of that name too.
            called = self._called(end)
            enough = 1.0 if end.score >= 1.0 else least
            others = [n for n in called if n.id != end.end.concept and n.score >= enough]
            for other in others[:_ALSO]:
                same = other.score >= 1.0
                why = f"a {other.kind} called “{other.name}”"
                text = self._replaced(end.tokens, other.id if same else other.name)
                found.append(Suggestion(text, why, other.id))
        return tuple(found)

    def _called(self, end: _End) -> list[Named]:
        return self.names.find(words_of(end.tokens, self.text))

    def _replaced(self, tokens: Sequence[Token], name: str) -> str:
        return self.text[: tokens[0].start] + name + self.text[tokens[-1].end :]

    def _partly_understood(self, tokens: Sequence[Token]) -> Reading:
        """The reading that leaves least out; if names in all of them are unknown, what comes near."""
        reads = [
            read
            for fit, taken in islice(self._fits(tokens), _READINGS)
            if (read := self._resolved(fit, taken, 0.0)) is not None
        ]
        # A phrase says more than a name, and a name that is short is sooner mended.
        reads.sort(key=lambda r: (r.fit.shape == "named", self._unknown(r)))
        partly = [p for r in reads[:_PARTLY] if (p := self._without_unread(r)) is not None]
        named = [r for r in reads if r.fit.shape == "named"]
        if partly:
            return min(partly, key=lambda p: sum(map(len, p.unread)))
        if named and reads[0] is named[0] and named[0].ends["c"].named:
            return self._nearest(named[0])
        return self._not_understood(reads[0])

    @staticmethod
    def _unknown(one: _Read) -> int:
        return sum(len(e.tokens) for e in one.ends.values() if e.score < KNOWN)

    def _nearest(self, named: _Read) -> Reading:
        """A plain search: no phrase, and no name that is nearly so."""
        end = named.ends["c"]
        asked = words_of(end.tokens, self.text)
        return Reading(
            question_of(named.fit, named.filters, {"c": End(end.end.concept, asked)}),
            f"No concept is called “{asked}”; these come nearest.",
            also=self._also(named, least=0.0),
            hits=end.named,
        )

    def _without_unread(self, best: _Read) -> Reading | None:
        """The question with the longest known names in ends that are not known as a whole."""
        ends: dict[str, End] = {}
        unread: list[str] = []
        for slot, end in best.ends.items():
            ends[slot] = end.end
            if end.score < KNOWN:
                span = self._longest_known(end.tokens)
                if span is None:
                    return None
                start, stop, concept = span
                ends[slot] = End(concept.id, concept.name)
                for rest in (end.tokens[:start], end.tokens[stop:]):
                    if rest:
                        unread.append(words_of(rest, self.text))
        left_out = " and ".join(f"“{part}”" for part in unread)
        known = next(e for e in ends.values() if e.concept)
        alone = best.fit.shape == "named"
        return Reading(
            question_of(best.fit, best.filters, ends),
            f"I did not understand {left_out}; the answer leaves it out.",
            tuple(unread),
            _ideas(known) if alone else (),
            tuple(self.names.find(known.concept)) if alone else (),
        )

    def _longest_known(self, tokens: Sequence[Token]) -> tuple[int, int, Named] | None:
        spans = (
            (i, i + n)
            for n in range(len(tokens) - 1, 0, -1)
            for i in range(len(tokens) - n, -1, -1)
            if any(c.isalpha() for t in tokens[i : i + n] for c in t.key)
        )
        for i, j in islice(spans, _SPANS):
            key = key_of(tokens[i:j])
            if len(key) > 1 and key not in closed_words():
                found = self.names.exact(words_of(tokens[i:j], self.text))
                if found is not None:
                    return i, j, found
        return None

    def _not_understood(self, best: _Read) -> Reading:
        worst = min(best.ends.values(), key=lambda e: e.score)
        asked = words_of(worst.tokens, self.text)
        near = list(worst.named)[:_ALSO] or self._near(worst.tokens)
        also = tuple(
            Suggestion(self._replaced(worst.tokens, n.name), f"a {n.kind} called “{n.name}”", n.id)
            for n in near
        )
        hint = (
            f"nearest: {', '.join(n.name for n in near)}."
            if near
            else "try a shorter or more general name."
        )
        return Reading(None, f"No concept is called “{asked}”; {hint}", (asked,), also)

    def _near(self, tokens: Sequence[Token]) -> list[Named]:
        """Concepts near single words of a name, or near their beginnings."""
        words = sorted({t.text for t in tokens if len(t.text) > 2}, key=lambda w: (-len(w), w))[:3]
        found: dict[str, Named] = {}
        for part in [*words, *(w[: max(3, len(w) * 2 // 3)] for w in words)]:
            found.update({n.id: n for n in self.names.find(part)[:_ALSO]})
            if len(found) >= _ALSO:
                break
        return list(found.values())[:_ALSO]


def _everything() -> Line:
    return Line(tokenise("all statements"))


def _ideas(known: End) -> tuple[Suggestion, ...]:
    """What can be asked of a concept that was the only thing understood."""
    texts = (
        f"what is known about {known.name}",
        f"what causes {known.name}",
        f"properties of {known.name}",
    )
    return tuple(Suggestion(t, "a question about it", known.concept) for t in texts)
