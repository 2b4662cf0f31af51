"""A regularised logistic model on path counts and degrees, and how well it does where it was not fitted.

After Himmelstein et al. 2017 (doi:10.7554/eLife.26726): each path count is divided by its mean over the
pairs that have such paths, and goes in as its inverse hyperbolic sine, so that no path is 0 and many
paths count little more than some. What Rephetio has as the logit of a prior by degrees stands here as its
two terms, log(1 + degree) of either end, with weights of their own. Regularisation is the strongest whose log
loss in cross-validation, by subject, is within a standard error of the least (Breiman et al. 1984), as in Rephetio;
what the models said in it of pairs they were not fitted on makes the probabilities true to scale (Platt 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from kg.discovery.hetnet import Matrix
from kg.errors import RecordError
from kg.network import Bools, Floats, Ints

Penalty = Literal["l1", "l2"]
STRENGTHS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1)
"""Inverse strengths of regularisation that are tried, on standardised columns."""
FOLDS = 5
CROSS_VALIDATED = 30_000
"""So many of the pairs without an edge, at most, are cross-validated with; all are learnt from in the end."""
LEAST_KNOWN = 10
"""So many known pairs are needed, or there is nothing to learn from."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Pairs to learn from.

    Attributes:
        counts: Path counts, shape (pairs, metapaths).
        degrees: Of both ends without the edge between them, shape (pairs, 2).
        known: Whether an edge joins them, shape (pairs,).
        subject: Which pairs have one subject: they are left out together, shape (pairs,).
        weight: How many pairs each stands for, shape (pairs,).
    """

    counts: Floats
    degrees: Floats
    known: Bools
    subject: Ints
    weight: Floats

    def part(self, others: int, numbers: np.random.Generator) -> tuple[Ints, Sample]:
        """The known pairs and at most so many of the others, which stand for all of them, and their rows."""
        unknown = np.flatnonzero(~self.known)
        kept = np.sort(numbers.permutation(unknown)[:others])
        rows = np.concatenate([np.flatnonzero(self.known), kept])
        weight = self.weight[rows] * np.where(
            self.known[rows], 1.0, self.weight[unknown].sum() / max(self.weight[kept].sum(), 1.0)
        )
        return rows, Sample(
            self.counts[rows], self.degrees[rows], self.known[rows], self.subject[rows], weight
        )


@dataclass(frozen=True, slots=True, eq=False)
class PathModel:
    """Weights in logits, for a pair's columns as they are.

    Attributes:
        scale: What each path count is divided by, shape (metapaths,).
        weight: Of the inverse hyperbolic sine of each scaled path count, shape (metapaths,).
        degree_weight: Of log(1 + degree) of the subject and the object, shape (2,).
        intercept: Of a pair without paths and without edges of the target.
        baseline: The same by degrees alone: intercept and two weights, shape (3,).
        strength: The inverse strength of regularisation that was chosen.
        trials: How each strength did in cross-validation: ``strength``, ``auroc``, ``log_loss`` and
            its standard ``error`` over the folds (before calibration), and in ``attrs`` the ``auroc``
            of the degrees alone (``baseline``) and how many known and other pairs there were.
    """

    scale: Floats
    weight: Floats
    degree_weight: Floats
    intercept: float
    baseline: Floats
    strength: float
    trials: pd.DataFrame

    def contributions(self, counts: Floats) -> Floats:
        """What each metapath adds to the logit, in the shape of *counts*, (…, metapaths)."""
        return np.asarray(np.arcsinh(counts / self.scale) * self.weight)

    def by_paths(self, counts: Sequence[Matrix]) -> Matrix:
        """What paths add to the logits of all pairs of some subjects and objects, a matrix a metapath given."""
        total = Matrix(counts[0].shape) if counts else None
        for matrix, scale, weight in zip(counts, self.scale, self.weight, strict=True):
            added = matrix.copy()
            added.data = weight * np.arcsinh(matrix.data / scale)
            total = total + added
        return total

    def by_degrees(self, subject: Floats, object: Floats) -> Floats:
        """The rest of the logits, of pairs whose subjects and objects have these degrees."""
        first, second = self.degree_weight
        return np.asarray(self.intercept + first * np.log1p(subject) + second * np.log1p(object))

    def by_degrees_alone(self, subject: Floats, object: Floats) -> Floats:
        """The logits of the baseline."""
        constant, first, second = self.baseline
        return np.asarray(constant + first * np.log1p(subject) + second * np.log1p(object))


def probability(logits: Floats) -> Floats:
    """Logits as probabilities."""
    return np.asarray(1 / (1 + np.exp(-logits)))


def fit(
    sample: Sample,
    *,
    strengths: Sequence[float] = STRENGTHS,
    penalty: Penalty = "l2",
    seed: int = 0,
) -> PathModel:
    """The model that does best in cross-validation.

    Args:
        sample: Pairs to learn from.
        strengths: Inverse strengths of regularisation to choose from.
        penalty: ``l2``, or ``l1`` for fewer metapaths.
        seed: Of the folds.

    Raises:
        RecordError: If fewer than :data:`LEAST_KNOWN` pairs are known, or all have one subject.
    """
    known = int(sample.known.sum())
    groups = len(np.unique(sample.subject[sample.known]))
    if known < LEAST_KNOWN or groups < 2:
        raise RecordError(
            f"{known} known pairs of {groups} subjects are too few to learn from: at least "
            f"{LEAST_KNOWN} of 2 are needed. Take a predicate that more statements have, or ask less belief."
        )
    there = sample.weight @ (sample.counts > 0)
    scale = sample.weight @ sample.counts / np.where(there, there, 1)
    scale[scale == 0] = 1.0
    degrees = np.log1p(sample.degrees)
    columns = np.column_stack([np.arcsinh(sample.counts / scale), degrees])
    mean = np.average(columns, axis=0, weights=sample.weight)
    spread = np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=sample.weight))
    spread[spread == 0] = 1.0
    columns /= spread
    everything = np.arange(len(columns))
    rows, part = sample.part(CROSS_VALIDATED, np.random.default_rng(seed))
    some, some_degrees = columns[rows], degrees[rows]
    folds = _folds(part, min(FOLDS, groups), seed)
    said = _left_out(some, part, folds, strengths, penalty, seed)
    tested = np.concatenate([test for _, test in folds])
    losses = {s: [_loss(part, logits, test) for _, test in folds] for s, logits in said.items()}
    trials = pd.DataFrame(
        {
            "strength": list(said),
            "auroc": [_mean_auroc(part, logits, folds) for logits in said.values()],
            "log_loss": [float(np.mean(loss)) for loss in losses.values()],
            "error": [float(np.std(loss) / np.sqrt(len(loss))) for loss in losses.values()],
        }
    )
    least = int(trials["log_loss"].argmin())
    near = trials["log_loss"] <= trials["log_loss"].iloc[least] + trials["error"].iloc[least]
    strength = float(trials["strength"][near].min())
    by_degree = _left_out(some_degrees, part, folds, [1.0], "l2", seed)[1.0]
    trials.attrs = {
        "baseline": _mean_auroc(part, by_degree, folds),
        "known": known,
        "others": len(sample.known) - known,
    }
    fitted = _fitted(_regression(penalty, seed, strength), columns, sample, everything)
    weights, constant = _calibrated(*fitted, said[strength], part, tested)
    weights = weights / spread
    n = sample.counts.shape[1]
    fitted = _fitted(_regression("l2", seed, 1.0), degrees, sample, everything)
    alone, base = _calibrated(*fitted, by_degree, part, tested)
    return PathModel(
        scale=scale,
        weight=weights[:n],
        degree_weight=weights[n:],
        intercept=constant,
        baseline=np.array([base, *alone]),
        strength=strength,
        trials=trials,
    )


def _folds(sample: Sample, n: int, seed: int) -> list[tuple[Ints, Ints]]:
    splits = StratifiedGroupKFold(n, shuffle=True, random_state=seed)
    found = list(splits.split(sample.counts, sample.known, sample.subject))
    both = [f for f in found if all(0 < sample.known[part].sum() < len(part) for part in f)]
    if not both:
        raise RecordError(
            "The known pairs cannot be parted into folds with known and other pairs in each: "
            "nearly all have one subject. Ask for another predicate, or for both ends the other way round."
        )
    return both


def _regression(penalty: Penalty, seed: int, strength: float) -> LogisticRegression:
    if penalty == "l2":
        # From one strength to the next the weights move little: go on from where they are.
        return LogisticRegression(
            C=strength, solver="newton-cholesky", max_iter=200, warm_start=True
        )
    return LogisticRegression(
        C=strength, l1_ratio=1.0, solver="liblinear", random_state=seed, intercept_scaling=100.0
    )


def _fitted(
    model: LogisticRegression, columns: Floats, sample: Sample, rows: Ints
) -> tuple[Floats, float]:
    model.fit(columns[rows], sample.known[rows], sample.weight[rows])
    return model.coef_[0].copy(), float(model.intercept_[0])


def _left_out(
    columns: Floats,
    sample: Sample,
    folds: list[tuple[Ints, Ints]],
    strengths: Sequence[float],
    penalty: Penalty,
    seed: int,
) -> dict[float, Floats]:
    """For each strength the logits of each pair by a model that was fitted without its subject."""
    out = {s: np.zeros(len(columns)) for s in sorted(strengths)}
    for train, test in folds:
        model = _regression(penalty, seed, min(strengths))
        for strength, logits in out.items():
            model.set_params(C=strength)
            weights, constant = _fitted(model, columns, sample, train)
            logits[test] = columns[test] @ weights + constant
    return out


def _loss(sample: Sample, logits: Floats, test: Ints) -> float:
    p = probability(logits[test])
    return float(log_loss(sample.known[test], p, sample_weight=sample.weight[test]))


def _mean_auroc(sample: Sample, logits: Floats, folds: list[tuple[Ints, Ints]]) -> float:
    return float(
        np.mean(
            [
                roc_auc_score(sample.known[t], logits[t], sample_weight=sample.weight[t])
                for _, t in folds
            ]
        )
    )


def _calibrated(
    weights: Floats, constant: float, left_out: Floats, sample: Sample, tested: Ints
) -> tuple[Floats, float]:
    """Weights and intercept, true to scale in cross-validation."""
    platt = LogisticRegression(C=1e6, solver="newton-cholesky")
    platt.fit(left_out[tested, None], sample.known[tested], sample.weight[tested])
    slope = max(float(platt.coef_[0, 0]), 0.0)
    return weights * slope, constant * slope + float(platt.intercept_[0])
