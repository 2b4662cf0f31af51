"""What a text that fits a form asks: from slots and ends to a :class:`~kg.asking.question.Question`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kg.asking.grammar import Fit
from kg.asking.question import MOST, STEPS, Asks, End, Filters, Question

_THINGS: Mapping[str, Asks] = {"Dataset": "datasets", "Variable": "variables", "Work": "works"}


def question_of(fit: Fit, taken: Sequence[Fit], ends: Mapping[str, End]) -> Question:
    """The question that a fit asks, once its ends are known."""
    a, b = ends.get("a", End()), ends.get("b", End())
    asked = _SHAPED[fit.shape](fit, a, b, ends)
    return _narrowed(asked, taken)


def _says(fit: Fit, a: End, b: End, _ends: Mapping[str, End]) -> Question:
    word = (fit.slots.get("predicate") or fit.slots["noun"]).word
    assert word is not None
    first, second = (b, a) if word.direction == "reverse" else (a, b)
    either = word.direction == "either"
    return Question("statements", first, second, word.meanings, either)


def _evidence(fit: Fit, a: End, b: End, ends: Mapping[str, End]) -> Question:
    if "predicate" not in fit.slots:
        return Question("evidence", a, either=True)
    return replace(_says(fit, a, b, ends), asks="evidence")


def _published(fit: Fit, a: End, _b: End, _ends: Mapping[str, End]) -> Question:
    word = fit.slots["thing"].word
    assert word is not None
    (label,) = word.meanings
    # A work measures nothing by itself: what is asked for is works that speak of it.
    return Question(_THINGS[label], a, mentions=fit.shape == "naming" or label == "Work")


def _kinds(fit: Fit, _a: End, _b: End, _ends: Mapping[str, End]) -> Question:
    word = fit.slots["k"].word
    assert word is not None
    return Question("concepts", End(kinds=word.meanings))


_Shaped = Callable[[Fit, End, End, Mapping[str, End]], Question]
_SHAPED: Mapping[str, _Shaped] = {
    "says": _says,
    "of": _says,
    "evidence": _evidence,
    "measuring": _published,
    "naming": _published,
    "things": _published,
    "concepts": _kinds,
    "related": lambda _f, a, b, _e: Question("statements", a, b, either=True),
    "statements": lambda _f, a, _b, _e: Question("statements", a, either=True),
    "paths": lambda _f, _a, _b, ends: Question("paths", ends["c"], ends["d"]),
    "named": lambda _f, _a, _b, ends: Question("concepts", ends["c"]),
}


def _narrowed(question: Question, taken: Sequence[Fit]) -> Question:
    narrowing, wide = Filters(), question
    for fit in taken:
        year, to, number = (_number(fit, name) for name in ("year", "to", "number"))
        match fit.shape:
            case "since" | "after" if year:
                narrowing = replace(narrowing, since=int(year) + (fit.shape == "after"))
            case "before" | "until" if year:
                narrowing = replace(narrowing, until=int(year) - (fit.shape == "before"))
            case "between" if year and to:
                narrowing = replace(narrowing, since=int(min(year, to)), until=int(max(year, to)))
            case "in_year" if year:
                narrowing = replace(narrowing, since=int(year), until=int(year))
            case "discipline":
                word = fit.slots["discipline"].word
                narrowing = replace(narrowing, discipline=word.meanings[0] if word else "")
            case "belief" if number is not None:
                belief = number / 100 if 1 < number <= 100 else number
                narrowing = replace(narrowing, belief=min(belief, 1.0))
            case "works" if number is not None:
                narrowing = replace(narrowing, works=int(number))
            case "limit" if number is not None:
                wide = replace(wide, limit=min(max(int(number), 1), MOST))
            case "steps" if number is not None:
                wide = replace(wide, steps=min(max(int(number), 1), STEPS))
            case "contradicted":
                narrowing = replace(narrowing, polarity="mixed")
            case "negated" | "hypothetical":
                narrowing = replace(narrowing, assertion=fit.shape)
            case "affirmed":
                narrowing = replace(narrowing, polarity="positive")
            case "accepted":
                narrowing = replace(narrowing, status=fit.shape)
            case "count":
                wide = replace(wide, count=True)
            case _:  # politeness asks for nothing
                pass
    return replace(wide, filters=narrowing)


def _number(fit: Fit, slot: str) -> float | None:
    filled = fit.slots.get(slot)
    return filled.number if filled else None
