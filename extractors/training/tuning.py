"""What is set on text held out of training: how readily heads speak, how sure they are, thresholds.

Nothing here sees a test split. For each head the score of "nothing" is shifted to the best F1
and spans' scores are turned into chances of being right (Platt 1999); for each relation
scheme the least probability is the one with the best F1 end to end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.encoder.reading import OVER, Page, ReaderModel, Words
from extractors.encoder.weights import READER_FILES, Weights, write_manifest
from extractors.training.corpora import CORPORA, Window, held_out
from extractors.training.scoring import (
    Passage,
    Score,
    passages,
    read_passages,
    score_relations,
)

SHIFTS = (-1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
LEAST_GOLD = 60
"""A head with fewer gold spans held out keeps the plain decoding."""
HESITATION = 0.3
"""F1 that a shift must gain before it is believed: small samples flatter."""


def tune(
    target: Path, windows: Sequence[Window], say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Set the tuning in ``labels.json`` of the weights at *target*, and say what was set."""
    weights = Weights(target, "reader")
    model = ReaderModel(weights)
    aside = held_out(windows)
    mine = passages([w for i, w in enumerate(windows) if i in aside])
    tuning: dict[str, Any] = {"nothing": {}, "platt": {}, "relation": {}}
    batches = list(model.encode(model.windows([p.text for p in mine], [p.sentences for p in mine])))
    for head in model.tags:
        shift, scores = _best_shift(model, batches, mine, head)
        if shift:
            tuning["nothing"][head] = shift
        say(f"{head}: shift {shift:+.2f}, F1 {scores[0.0]:.1f} -> {scores[shift]:.1f}")
    model.tuning = tuning
    for head in model.tags:
        fitted = _platt(model, batches, mine, head)
        if fitted is not None:
            tuning["platt"][head] = fitted
    model.tuning = tuning
    for scheme in OVER:
        if scheme not in model.relations:
            continue
        related = [p for p in mine if scheme in p.relations]
        pages = read_passages(
            model, related, heads=OVER[scheme], schemes=[scheme], open_minded=True
        )
        curve = {
            t: score_relations(pages, related, scheme, t).f1
            for t in np.round(np.arange(0.2, 0.81, 0.05), 2).tolist()
        }
        best = max(curve, key=lambda t: curve[t])
        near = [t for t, f in curve.items() if f >= curve[best] - HESITATION]
        tuning["relation"][scheme] = float(np.median(near).round(2))
        say(f"{scheme} relations: from {tuning['relation'][scheme]}, F1 {curve[best]:.1f}")
    labels = weights.json("labels.json")
    labels["tuning"] = tuning
    (target / "labels.json").write_text(json.dumps(labels, indent=1) + "\n", "utf8")
    write_manifest(target, "reader", weights.version, READER_FILES)
    return tuning


def _found(
    model: ReaderModel, batches: Sequence[Words], head: str, nothing: float
) -> tuple[dict[int, set[tuple[int, int, str]]], list[tuple[int, int, int, str, float]]]:
    by_page: dict[int, set[tuple[int, int, str]]] = {}
    rows = []
    names = [t[2:] for t in model.tags[head][1::2]]
    for words in batches:
        spans = model.spans(words, head, nothing)
        for i, j, k, p in zip(*(c.tolist() for c in spans), strict=True):
            page = int(words.page[i])
            span = (int(words.start[i]), int(words.end[j]), names[k])
            by_page.setdefault(page, set()).add(span)
            rows.append((page, *span, p))
    return by_page, rows


def _best_shift(
    model: ReaderModel, batches: Sequence[Words], mine: Sequence[Passage], head: str
) -> tuple[float, dict[float, float]]:
    scores = {}
    gold = 0
    for shift in SHIFTS:
        found, _ = _found(model, batches, head, shift)
        score = Score()
        for i, p in enumerate(mine):
            if head in p.entities:
                score.add(found.get(i, ()), p.entities[head])
        scores[shift] = score.f1
        gold = score.gold
    best = max(scores, key=lambda s: scores[s])
    if gold < LEAST_GOLD or scores[best] < scores[0.0] + HESITATION:
        return 0.0, scores
    return best, scores


def _platt(
    model: ReaderModel, batches: Sequence[Words], mine: Sequence[Passage], head: str
) -> list[float] | None:
    """Slope and intercept of the logistic curve from a span's score to its chance of being right.

    Text of fields in which the head must find nothing counts as well, so that a head off its
    field is not sure of itself.
    """
    _, rows = _found(model, batches, head, model.tuning["nothing"].get(head, 0.0))
    x, y = [], []
    for page, s, e, label, p in rows:
        passage = mine[page]
        if head in passage.entities:
            x.append(p)
            y.append((s, e, label) in set(passage.entities[head]))
        elif head in CORPORA[passage.corpus].absent:
            x.append(p)
            y.append(False)
    if len(x) < LEAST_GOLD:
        return None
    s = np.clip(np.array(x), 1e-6, 1 - 1e-6)
    a, b = logistic(np.log(s / (1 - s))[:, None], np.array(y, float), ridge=1.0)
    return [round(float(a), 4), round(float(b), 4)] if a > 0 else None


def logistic(x: NDArray[Any], y: NDArray[Any], ridge: float, steps: int = 50) -> NDArray[Any]:
    """Weights and intercept of a logistic regression, by Newton's method with a small ridge.

    Args:
        x: Features [examples, features].
        y: 0 or 1 [examples].
        ridge: Strength of the pull of the weights, not of the intercept, to 0.
        steps: At most so many.
    """
    z = np.concatenate([x, np.ones((len(x), 1))], 1)
    w = np.zeros(z.shape[1])
    pull = np.full(z.shape[1], ridge)
    pull[-1] = 1e-6
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(z @ w, -30, 30)))
        gradient = z.T @ (p - y) + pull * w
        curvature = (z * (p * (1 - p))[:, None]).T @ z + np.diag(pull)
        move = np.linalg.solve(curvature, gradient)
        w -= move
        if np.abs(move).max() < 1e-8:
            break
    return w


__all__ = ["Page", "logistic", "tune"]
