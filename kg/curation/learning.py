"""What decisions teach: how likely a statement is to be accepted, refitted in a moment.

Logistic regression whose prior is belief itself: with no decisions it says what belief says, and each
decision moves it by as much as it bears. Weights are drawn towards 0 (belief: towards 1) as by a
normal prior, and found by Newton's method (iteratively reweighted least squares;
Bishop 2006, Pattern Recognition and Machine Learning, section 4.3.3).

>>> import numpy as np
>>> traits = Traits(
...     belief=np.full(40, 0.5), predicate=["causes", "contains"] * 20, subject_kind=["term"] * 40,
...     object_kind=["term"] * 40, works=np.ones(40), evidence=np.ones(40), mixed=np.zeros(40, bool),
... )
>>> untaught = Ranker.fit(traits, np.array([], int), np.array([]))
>>> untaught.probability(traits)[:2].round(2).tolist()
[0.5, 0.5]
>>> decided = np.arange(20)
>>> taught = Ranker.fit(traits, decided, (decided % 2 == 0).astype(float))
>>> causes, contains = taught.probability(traits)[20:22]
>>> bool(causes > 0.8 > 0.2 > contains)
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from kg.network import Bools, Floats, Ints

SPREAD = 1.0
"""Standard deviation of a weight before anything was decided."""
_STEPS, _ENOUGH = 30, 1e-8
_WORDS = 4
"""Names of more words than this are alike."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traits:
    """What is known of statements beside the words of their sentences, one row each.

    Args:
        belief: :mod:`kg.belief`, without decisions.
        predicate: Its name.
        subject_kind: Kind of the subject.
        object_kind: Kind of the object.
        works: How many works say it.
        evidence: How many sentences.
        mixed: Whether works disagree.
        subject_words: Words in the name of the subject, 0 where not known.
        object_words: Likewise of the object.
        methods: Which methods read it, such as ``pattern+model``; "" where not known.
    """

    belief: Floats
    predicate: Sequence[str]
    subject_kind: Sequence[str]
    object_kind: Sequence[str]
    works: Floats | Ints
    evidence: Floats | Ints
    mixed: Bools
    subject_words: Floats | Ints | None = None
    object_words: Floats | Ints | None = None
    methods: Sequence[str] | None = None

    def __len__(self) -> int:
        return len(self.belief)


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Which column of the features each value of a trait has."""

    columns: tuple[dict[str, int], ...]
    width: int

    @classmethod
    def of(cls, traits: Traits) -> Self:
        columns, width = [], _NUMBERS
        for values in _named(traits):
            known = {v: width + i for i, v in enumerate(sorted(set(values)))}
            columns.append(known)
            width += len(known)
        return cls(tuple(columns), width)


_NUMBERS = 6  # belief, 1, works, evidence, mixed, pattern is among the named


def _named(traits: Traits) -> list[Sequence[str]]:
    """Traits that are names, one weight a value, and the pair of kinds that a predicate joins."""
    pattern = [
        f"{p} {a} {b}"
        for p, a, b in zip(traits.predicate, traits.subject_kind, traits.object_kind, strict=True)
    ]
    found: list[Sequence[str]] = [
        traits.predicate,
        traits.subject_kind,
        traits.object_kind,
        pattern,
    ]
    for words in (traits.subject_words, traits.object_words):
        if words is not None:
            found.append([str(int(min(w, _WORDS))) for w in words])
    if traits.methods is not None:
        found.append(traits.methods)
    return found


def _features(traits: Traits, layout: _Layout, rows: Ints) -> Floats:
    x = np.zeros((len(rows), layout.width))
    p = np.clip(traits.belief[rows], 0.02, 0.98)
    x[:, 0] = np.log(p / (1 - p))
    x[:, 1] = 1.0
    x[:, 2] = np.log1p(traits.works[rows]) - np.log(2)
    x[:, 3] = np.log1p(traits.evidence[rows]) - np.log(2)
    x[:, 4] = traits.mixed[rows]
    for known, values in zip(layout.columns, _named(traits), strict=True):
        for at, row in enumerate(rows):
            column = known.get(values[row])
            if column is not None:
                x[at, column] = 1.0
    return x


@dataclass(frozen=True, slots=True, eq=False)
class Ranker:
    """How likely a statement is to be accepted, as far as decisions have shown.

    Made by :meth:`fit`.
    """

    layout: _Layout
    weights: Floats
    decided: int

    @classmethod
    def fit(cls, traits: Traits, rows: Ints, accepted: Floats) -> Self:
        """Learn from decisions.

        Args:
            traits: All statements.
            rows: Which of them were decided.
            accepted: 1.0 where accepted, 0.0 where rejected, one for each of *rows*.
        """
        layout = _Layout.of(traits)
        prior = np.zeros(layout.width)
        prior[0] = 1.0
        weights = prior.copy()
        if len(rows):
            x = _features(traits, layout, rows)
            precision = np.full(layout.width, 1 / SPREAD**2)
            for _ in range(_STEPS):
                p = _sigmoid(x @ weights)
                gradient = x.T @ (p - accepted) + precision * (weights - prior)
                hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(precision)
                step = np.linalg.solve(hessian, gradient)
                weights = weights - step
                if float(np.abs(step).max()) < _ENOUGH:
                    break
        return cls(layout, weights, len(rows))

    def probability(self, traits: Traits) -> Floats:
        """How likely each statement is to be accepted, shape (statements,)."""
        out = np.zeros(len(traits))
        for start in range(0, len(traits), 20_000):  # so that features never fill the memory
            rows = np.arange(start, min(start + 20_000, len(traits)))
            out[rows] = _sigmoid(_features(traits, self.layout, rows) @ self.weights)
        return out


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))


def threshold(probability: Floats, precision: float) -> float:
    """The least probability from which on all that is kept is expected to be right so often.

    Args:
        probability: Of each statement (:meth:`Ranker.probability`), 1 and 0 where decided.
        precision: The share of what is kept that is to be right.

    Returns:
        1.0 if nothing can be kept at that precision.

    >>> threshold(np.array([0.9, 0.8, 0.6, 0.1]), 0.75)
    0.6
    """
    ordered = np.sort(probability)[::-1]
    expected = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero(expected >= precision)
    return float(ordered[enough[-1]]) if len(enough) else 1.0
