"""Which concepts that nobody has linked will be: learnt from how it went before, and told with reasons.

A forecaster looks at the past up to one year (:mod:`kg.discovery.past`), learns which of the unlinked
pairs were linked in the years after, and is then asked at a later year. Gradient boosting on histograms
(Ke et al. 2017, https://papers.nips.cc/paper/6907, as scikit-learn has it) gives a score; a logistic
curve through pairs that it did not learn from (Platt 1999) makes it a probability, each pair counted as
often as it stands for others in the whole. Preferential attachment, put through a curve of its own,
is the baseline beside each forecast.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from kg.discovery.history import History
from kg.discovery.pairs import Pairs, Sample, sample, unlinked
from kg.discovery.past import GROUPS, Past, Single
from kg.errors import RecordError
from kg.network import Bools, Floats, Ints

FEWEST = 50
"""Linked pairs, and pairs that stayed unlinked, that a forecaster learns from at least."""
HELD = 0.2
"""Share of the training pairs that the curve is drawn through and the trees do not see."""
CHUNK = 100_000
"""Pairs that are looked at a time."""
SHOWN = 3
"""Common neighbours, and events with each, that a reason names."""
By = Literal["probability", "gain"]


@dataclass(frozen=True, slots=True, eq=False)
class Forecaster:
    """What was learnt from one stretch of years.

    Attributes:
        at: The last year whose events it looked at.
        until: The last year in which a link counted.
        columns: Group and name of the numbers of a pair, in the order of :meth:`Past.features`.
        looked_at: Which of them it looks at.
        told: What it was trained on, in words.
    """

    at: int
    until: int
    columns: Sequence[tuple[str, str]]
    looked_at: Ints
    told: str
    seed: int
    _trees: Any = field(repr=False)
    _curve: tuple[float, float] = field(repr=False)
    _baseline: tuple[float, float] = field(repr=False)
    _usual: Single = field(repr=False)

    @staticmethod
    def fit(
        history: History,
        at: int,
        until: int,
        *,
        groups: Collection[str] = tuple(GROUPS),
        most: int = 100_000,
        seed: int = 0,
    ) -> Forecaster:
        """Learn which pairs that were unlinked up to *at* were linked by *until*.

        Args:
            history: All events; of those after *at* only is asked which pairs they link, and those
                after *until* are not looked at.
            at: The last year of the past.
            until: The last year of the links to foresee.
            groups: What to look at, of :data:`kg.discovery.past.GROUPS`.
            most: Learn from so many linked pairs at most, and so many that stayed unlinked.
            seed: Of all that is drawn.

        Raises:
            RecordError: If *until* is not later than *at*, or there is nothing to learn from.
        """
        drawn = sample(history, at, until, most=most, seed=seed)
        return Forecaster.learn(Past.of(history, at, seed=seed), drawn, groups=groups, seed=seed)

    @staticmethod
    def learn(
        past: Past,
        drawn: Sample,
        *,
        groups: Collection[str] = tuple(GROUPS),
        features: Single | None = None,
        seed: int = 0,
    ) -> Forecaster:
        """The same, of a past that is at hand and pairs that were drawn at its year.

        Args:
            past: Up to the year that the pairs were drawn at.
            drawn: Pairs to learn from.
            groups: What to look at.
            features: Of these pairs, if they are at hand (:meth:`Past.features`).
            seed: Of all that is drawn.

        Raises:
            RecordError: If too few pairs were linked, or a group is not known.
        """
        unknown = set(groups) - set(GROUPS)
        if unknown or not groups:
            raise RecordError(
                f"A forecast cannot look at {', '.join(sorted(unknown)) or 'nothing'}; choose of "
                f"{', '.join(GROUPS)}."
            )
        x, columns = past.features(drawn.pairs) if features is None else (features, past.columns())
        looked_at = np.array([n for n, (g, _) in enumerate(columns) if g in groups], np.int64)
        held = np.random.default_rng(seed).random(len(x)) < HELD
        y = drawn.linked
        if min(y.sum(), (~y).sum()) < FEWEST:
            raise RecordError(
                f"Only {int(y.sum())} of {len(y)} pairs were linked between {drawn.at} and "
                f"{drawn.until}: too few to learn from; choose a longer stretch or read more."
            )
        trees = HistGradientBoostingClassifier(
            max_iter=300,
            learning_rate=0.06,
            max_leaf_nodes=31,
            min_samples_leaf=min(200, max(len(x) // 100, 5)),
            l2_regularization=1.0,
            max_features=0.3,
            random_state=seed,
            early_stopping=False,
        ).fit(x[~held][:, looked_at], y[~held])
        scores = trees.decision_function(x[held][:, looked_at]), past.attachment(drawn.pairs)[held]
        ours, baseline = (_platt(s, y[held], drawn.weight[held]) for s in scores)
        return Forecaster(
            at=drawn.at,
            until=drawn.until,
            columns=columns,
            looked_at=looked_at,
            told=(
                f"{drawn.new:,} of {drawn.unlinked:,} unlinked pairs that were linked in "
                f"{drawn.at + 1}–{drawn.until}, seen from {drawn.at}"
            ),
            seed=seed,
            _trees=trees,
            _curve=ours,
            _baseline=baseline,
            _usual=np.median(x[~y], axis=0),
        )

    def past(self, history: History, at: int) -> Past:
        """The past up to *at*, as this forecaster looks at it."""
        return Past.of(history, at, seed=self.seed)

    def score(self, x: Single) -> Floats:
        """Log-odds among as many linked as unlinked pairs, of rows of :meth:`Past.features`."""
        return np.asarray(self._trees.decision_function(x[:, self.looked_at]), float)

    def probability(self, score: Floats) -> Floats:
        """That a pair of this score is linked within ``until − at`` years."""
        return _curve(score, self._curve)

    def baseline(self, attachment: Floats) -> Floats:
        """The same, by preferential attachment alone."""
        return _curve(attachment, self._baseline)

    def contributions(self, x: Single) -> pd.DataFrame:
        """How much log-odds each group of numbers adds to each pair, against the usual unlinked pair.

        What the score falls by when the group is set to the median of unlinked training pairs; groups
        work together, so their sum is not the score.
        """
        whole = self.score(x)
        out = {}
        for group in GROUPS:
            at = [n for n in self.looked_at if self.columns[n][0] == group]
            if at:
                without = x.copy()
                without[:, at] = self._usual[at]
                out[group] = whole - self.score(without)
        return pd.DataFrame(out)


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """Pairs that may be linked, the likeliest first.

    Attributes:
        found: One row a pair: ``a``, ``b`` (ids), ``a_name``, ``b_name``, ``a_field``, ``b_field``
            (of most events), ``probability``, ``baseline`` (probability by preferential attachment
            alone), ``gain`` (the one over the other), ``rank``, ``baseline_rank``,
            ``common_neighbours`` (how many), and ``reason``.
        contributions: Log-odds that each group of numbers adds, one row a row of ``found``.
        evidence: ``a``, ``b``, ``neighbour``, ``neighbour_name``, ``side`` (``a`` or ``b``),
            ``event`` and ``year``: what links both with the common neighbours that are named. The
            events are statements or documents.
        told: On what this stands, in words.
        filter: Which concepts and pairs were not looked at, in words.
        total: Pairs that were looked at.
    """

    found: pd.DataFrame
    contributions: pd.DataFrame
    evidence: pd.DataFrame
    told: str
    filter: str
    total: int

    def __str__(self) -> str:
        """What this is, in a sentence."""
        return f"{len(self.found):,} of {self.total:,} unlinked pairs; {self.told}; {self.filter}."


def forecast(
    forecaster: Forecaster,
    history: History,
    at: int,
    *,
    about: str = "",
    among: int = 500,
    most_share: float = 0.05,
    cross_field: bool = False,
    by: By = "probability",
    limit: int = 20,
) -> Forecasts:
    """What will be linked within as many years as the forecaster learnt to foresee.

    Args:
        forecaster: What was learnt from earlier years.
        history: All events; those after *at* are not looked at.
        at: The last year that is known, not before the last that was learnt from.
        about: Id of a concept: only its pairs, with any other.
        among: Else all pairs of so many concepts, those linked with most others.
        most_share: Leave out concepts in more than this share of the events (and in more than ten).
        cross_field: Only pairs of concepts whose events are mostly of different fields.
        by: ``gain``: those first that are likelier than preferential attachment makes them.
        limit: At most so many pairs.

    Raises:
        RecordError: If *at* is earlier than what was learnt from, which would tell the past what came
            later, or if no event up to then holds *about*.
    """
    if at < forecaster.until:
        raise RecordError(
            f"What was learnt from links of {forecaster.at + 1}–{forecaster.until} cannot foresee from "
            f"{at} on, for it knows what came later; ask from {forecaster.until} on or learn from earlier."
        )
    past = forecaster.past(history, at)
    small = (past.works <= most_share * max(len(past.history.years), 1)) | (past.works <= 10)
    general = int((~small).sum())
    pairs = _candidates(past, about, among, small)
    home = past.home()
    told = [
        f"left out: {general:,} concepts in more than {most_share:.1%} of the {past.history.told}"
        " and in more than ten"
    ]
    if cross_field:
        fields = home[pairs]
        pairs = pairs[(fields[:, 0] != fields[:, 1]) & (fields >= 0).all(axis=1)]
        told.append("pairs of one field")
    if not about:
        told.append(f"all but the {among:,} concepts that are linked with most")
    score = np.concatenate(
        [
            forecaster.score(past.features(pairs[i : i + CHUNK])[0])
            for i in range(0, len(pairs), CHUNK)
        ]
        or [np.zeros(0)]
    )
    likely = forecaster.probability(score)
    usual = forecaster.baseline(past.attachment(pairs))
    gain = likely / np.maximum(usual, 1e-12)
    ranked = np.lexsort((score, likely if by == "probability" else gain))[::-1]
    position = np.empty(len(pairs), np.int64)
    position[np.argsort(-usual, kind="stable")] = np.arange(1, len(pairs) + 1)
    best = ranked[:limit]
    return _shown(forecaster, past, pairs, best, likely, usual, position, home, "; ".join(told))


def _candidates(past: Past, about: str, among: int, allowed: Bools) -> Pairs:
    seen = past.works > 0
    if about:
        found = np.flatnonzero(past.history.ids == about)
        if not len(found) or not seen[found[0]]:
            raise RecordError(
                f"No {past.history.told} up to {past.year} hold {about!r}; choose a later year or "
                "another name of it."
            )
        here = int(found[0])
        others = np.flatnonzero(seen & allowed)
        others = others[others != here]
        pairs = np.sort(np.column_stack([np.full(len(others), here), others]), axis=1)
        return np.asarray(pairs[~past.linked(pairs)], np.int64)
    order = np.argsort(-np.where(seen & allowed, past.degree, -1.0), kind="stable")
    most = order[: min(among, int((seen & allowed).sum()))]
    return unlinked(past.history, past.year, most)


def _shown(
    forecaster: Forecaster,
    past: Past,
    pairs: Pairs,
    best: Ints,
    likely: Floats,
    usual: Floats,
    position: Ints,
    home: Ints,
    told: str,
) -> Forecasts:
    history, shown = past.history, pairs[best]
    x, columns = past.features(shown)
    added = forecaster.contributions(x) if len(shown) else pd.DataFrame()
    common = x[:, columns.index(("common", "common neighbours"))].astype(int)
    named = [_neighbours(past, int(a), int(b)) for a, b in shown]
    field_of = np.array([*history.fields, ""], dtype=object)
    one, other = shown.T
    found = pd.DataFrame(
        {
            "rank": np.arange(1, len(best) + 1),
            "a": history.ids[one],
            "b": history.ids[other],
            "a_name": history.names[one],
            "b_name": history.names[other],
            "a_field": field_of[home[one]],
            "b_field": field_of[home[other]],
            "probability": likely[best],
            "baseline": usual[best],
            "gain": likely[best] / np.maximum(usual[best], 1e-12),
            "baseline_rank": position[best],
            "common_neighbours": common,
            "reason": [
                _reason(past, pair, row, n, neighbours)
                for pair, (_, row), n, neighbours in zip(
                    shown, added.iterrows(), common, named, strict=True
                )
            ],
        }
    )
    span = forecaster.until - forecaster.at
    return Forecasts(
        found=found,
        contributions=added,
        evidence=_evidence(past, shown, named),
        told=(
            f"for {past.year + 1}–{past.year + span}, from {history.told} up to {past.year}, by what was "
            f"learnt of {forecaster.told}"
        ),
        filter=told,
        total=len(pairs),
    )


def _neighbours(past: Past, a: int, b: int) -> list[int]:
    """What both are linked with, the least general first that both are linked with often."""
    both = past.links[[a]].multiply(past.links[[b]]).tocsr()
    weight = np.sqrt(both.data) / np.log(np.maximum(past.degree[both.indices], 2))
    order = np.lexsort((both.indices, -weight))
    return [int(n) for n in both.indices[order][:SHOWN]]


def _reason(
    past: Past, pair: Ints, added: pd.Series[float], common: int, neighbours: list[int]
) -> str:
    names = past.history.names
    a, b = (int(n) for n in pair)
    said = f"{names[a]} is linked with {past.degree[a]:,.0f} concepts, {names[b]} with {past.degree[b]:,.0f}"
    if common:
        shown = ", ".join(str(names[n]) for n in neighbours)
        said += f"; {common:,} in common, such as {shown}"
    for_it = [g for g in added.sort_values(ascending=False).index if added[g] > 0.1][:2]
    against = [g for g in added.sort_values().index if added[g] < -0.1][:1]
    if for_it:
        said += "; likelier for " + " and ".join(f"{GROUPS[g]} ({added[g]:+.1f})" for g in for_it)
    if against:
        said += f"; less likely for {GROUPS[against[0]]} ({added[against[0]]:+.1f})"
    return said


def _evidence(past: Past, shown: Pairs, named: list[list[int]]) -> pd.DataFrame:
    """Events up to the year that link each end with the common neighbours, the latest first."""
    history = past.history
    by_concept = history.held.tocsc()
    rows = []
    for (a, b), neighbours in zip(shown.tolist(), named, strict=True):
        for n in neighbours:
            events = _column(by_concept, n)
            for side, end in (("a", a), ("b", b)):
                both = np.intersect1d(events, _column(by_concept, end), assume_unique=True)
                latest = both[np.argsort(-history.years[both], kind="stable")][:SHOWN]
                rows += [
                    (history.ids[a], history.ids[b], history.ids[n], history.names[n], side,
                     history.events[e], int(history.years[e]))
                    for e in latest
                ]  # fmt: skip
    columns = ["a", "b", "neighbour", "neighbour_name", "side", "event", "year"]
    return pd.DataFrame(rows, columns=columns)


def _column(matrix: Any, n: int) -> Ints:
    return np.asarray(matrix.indices[matrix.indptr[n] : matrix.indptr[n + 1]], np.int64)


def _platt(score: Floats, linked: Bools, weight: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept of the logistic curve from score to probability in the whole."""
    scale = float(np.std(score)) or 1.0
    # Weights are made to sum to the number of rows, so that the curve is drawn, not regularised away.
    share = weight / weight.mean()
    fitted = LogisticRegression(C=1e6, max_iter=1000).fit(
        score[:, None] / scale, linked, sample_weight=share
    )
    return float(fitted.coef_[0, 0]) / scale, float(fitted.intercept_[0])


def _curve(score: Floats, curve: tuple[float, float]) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(curve[0] * score + curve[1]))), float)
