"""What decisions teach: how likely a statement is to be accepted, refitted in a moment.

Logistic regression whose prior is belief itself: with no decisions it says what belief says, and each
decision moves it by as much as it bears. Weights are drawn towards 0 (belief: towards 1) as by a
normal prior, and found by Newton's method (iteratively reweighted least squares;
Bishop 2006, Pattern Recognition and Machine Learning, section 4.3.3).

>>> import numpy as np
>>> traits = Traits(
...     belief=np.full(40, 0.5), works=np.ones(40), evidence=np.ones(40), mixed=np.zeros(40, bool),
...     names=(Codes.of(["causes", "contains"] * 20),),
... )
>>> untaught = Ranker.fit(traits, np.array([], int), np.array([]))
>>> untaught.probability(traits)[:2].round(2).tolist()
[0.5, 0.5]
>>> decided = np.arange(20)
>>> taught = Ranker.fit(traits, decided, (decided % 2 == 0).astype(float))
>>> causes, contains = taught.probability(traits)[20:22]
>>> bool(causes > 0.6 > 0.4 > contains)
True
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from kg.network import Bools, Codes, Floats, Ints

SPREAD = 0.35
"""Standard deviation of a weight before anything was decided; of 0.2 to 1.0 the best for 60 to 400
verdicts on the half of CS-KG3600 that belief was fitted on, and nothing is reported of."""
_STEPS, _ENOUGH = 30, 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traits:
    """What is known of statements beside the words of their sentences, one row each.

    Args:
        belief: :mod:`kg.belief`, without decisions.
        works: How many works say it.
        evidence: How many sentences.
        mixed: Whether works disagree.
        names: Columns of values, each of which has a weight of its own: the predicate, the kinds,
            what joins which kinds, the methods …
    """

    belief: Floats
    works: Floats | Ints
    evidence: Floats | Ints
    mixed: Bools
    names: tuple[Codes[Any], ...]

    def __len__(self) -> int:
        return len(self.belief)

    @property
    def starts(self) -> list[int]:
        """The first feature of each column of names, and how many features there are."""
        return [_NUMBERS, *(np.cumsum([len(c.values) for c in self.names]) + _NUMBERS).tolist()]

    def numbers(self, rows: Ints | slice) -> Floats:
        """Features that are numbers, shape (rows, 5): the log odds of belief, 1, counts, mixed."""
        p = np.clip(self.belief[rows], 0.02, 0.98)
        columns = (
            np.log(p / (1 - p)),
            np.ones(len(p)),
            np.log1p(self.works[rows]) - np.log(2),
            np.log1p(self.evidence[rows]) - np.log(2),
            self.mixed[rows].astype(float),
        )
        return np.column_stack(columns)


_NUMBERS = 5


def together(*columns: Codes[Any]) -> Codes[Any]:
    """The column of all these together: which values stand in one row.

    >>> together(Codes.of(["a", "b", "a"]), Codes.of(["x", "x", "y"])).values
    (('a', 'x'), ('a', 'y'), ('b', 'x'))
    """
    codes = np.zeros(len(columns[0].codes), np.int64)
    for column in columns:
        codes = codes * max(len(column.values), 1) + column.codes
    found, numbers = np.unique(codes, return_inverse=True)
    values = []
    for code in found.tolist():
        row: list[Any] = []
        for column in reversed(columns):
            code, at = divmod(code, max(len(column.values), 1))
            row.append(column.values[at])
        values.append(tuple(reversed(row)))
    return Codes(numbers.astype(np.int64), tuple(values))


@dataclass(frozen=True, slots=True, eq=False)
class Ranker:
    """How likely a statement is to be accepted, as far as decisions have shown.

    Made by :meth:`fit`.
    """

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
        *starts, width = traits.starts
        prior = np.zeros(width)
        prior[0] = 1.0
        weights = prior.copy()
        if len(rows):
            x = np.zeros((len(rows), width))
            x[:, :_NUMBERS] = traits.numbers(rows)
            for start, column in zip(starts, traits.names, strict=True):
                x[np.arange(len(rows)), start + column.codes[rows]] = 1.0
            precision = np.full(width, 1 / SPREAD**2)
            for _ in range(_STEPS):
                p = _sigmoid(x @ weights)
                gradient = x.T @ (p - accepted) + precision * (weights - prior)
                hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(precision)
                step = np.linalg.solve(hessian, gradient)
                weights = weights - step
                if float(np.abs(step).max()) < _ENOUGH:
                    break
        return cls(weights, len(rows))

    def probability(self, traits: Traits) -> Floats:
        """How likely each statement is to be accepted, shape (statements,).

        Args:
            traits: Those that it was taught with.
        """
        told = traits.numbers(slice(None)) @ self.weights[:_NUMBERS]
        for start, column in zip(traits.starts, traits.names, strict=False):
            told += self.weights[start + column.codes]
        return _sigmoid(told)


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
