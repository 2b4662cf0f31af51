"""Which data set next: for a work, a question or a field, learnt from who used what, with reasons.

A recommender learns from the works of a :class:`kg.discovery.library.Library` how much each sort of
likeness (:mod:`kg.discovery.likeness`) says. Two models are added up: a conditional logit, which
chooses one data set of all (McFadden 1974), and boosted trees. Works of each tenth are described by those of
the other nine, so what is learnt knows nothing of a work's own uses. Where too few uses are known to
learn from, fixed weights stand in for both, and the result says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier

from kg.discovery.library import Library, Query, texts_of
from kg.discovery.likeness import GROUPS, Alike, Comparison, features
from kg.errors import RecordError
from kg.network import Bools, Floats, Ints

FEWEST = 50
"""Works with data that a recommender learns from; of fewer it takes fixed weights."""
MOST = 2000
CELLS = 500_000
"""Of more works with data, or more pairs of a work and a data set, so many are drawn to learn from."""
LARGEST = 4000
"""Of more works with data, so many are drawn to speak for data sets: likeness is kept for each two."""
PARTS = 10
TREES = 3
PENALTY = 100.0
SHOWN = 3
PLAIN = {
    ("wording", "cosine of words"): 3.0,
    ("wording", "cosine of letters"): 3.0,
    ("wording", "its name in the text"): 0.5,
    ("text", "share of works by words"): 2.0,
    ("authors", "share of works who share authors"): 1.0,
    ("venue", "share of works in the same venue"): 0.5,
    ("usage", "log uses"): 0.2,
}
"""Weights where there is too little to learn from: set by hand, and no more than sensible."""


@dataclass(frozen=True, slots=True, eq=False)
class Recommendation:
    """Data sets for one query, the best first.

    Attributes:
        found: One row a data set: ``rank``, ``dataset``, ``title``, ``provider``, ``score``,
            ``uses``, ``baseline_rank`` (by how many works use it), ``reason``.
        contributions: What each group of likenesses adds to the score, one row a row of ``found``.
        works: The works that speak for each: ``dataset``, ``work``, ``title``, ``why``, ``likeness``.
        told: On what this stands, in words.
    """

    found: pd.DataFrame
    contributions: pd.DataFrame
    works: pd.DataFrame
    told: str

    def __str__(self) -> str:
        """What this is, in a sentence."""
        return f"{len(self.found)} data sets, {self.told}."


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What was learnt of how much each likeness says."""

    columns: Sequence[tuple[str, str]]
    mean: Floats
    scale: Floats
    logit: Floats
    trees: Sequence[Any] = field(repr=False)
    told: str

    @staticmethod
    def learn(
        comparison: Comparison,
        library: Library,
        kept: Ints,
        among: Alike,
        *,
        seed: int = 0,
    ) -> Weights:
        """Learn from some works that use data.

        Args:
            comparison: Of this library.
            library: The library; uses of works that are not in *kept* are not looked at.
            kept: Numbers of works.
            among: How the works in *kept* are like each other, shape (kept, kept).
            seed: Of the tenths, the draw and the trees.
        """
        numbers = np.random.default_rng(seed)
        most = max(min(MOST, CELLS // len(library.datasets)), FEWEST)
        if len(kept) > most:
            drawn = np.sort(numbers.permutation(len(kept))[:most])
            kept = kept[drawn]
            among = among.rows(drawn, drawn)
        queries = [library.query(int(w)) for w in kept]
        if len(kept) < FEWEST:
            return _plain(comparison, library)
        part = numbers.permutation(len(kept)) % PARTS
        x: Floats | None = None
        columns: list[tuple[str, str]] = []
        for p in range(PARTS):
            asked, known = np.flatnonzero(part == p), np.flatnonzero(part != p)
            some, columns = features(
                comparison,
                library,
                [queries[a] for a in asked],
                among.rows(asked, known),
                among.rows(known, known),
                kept[known],
                seed=seed,
            )
            if x is None:
                x = np.zeros((len(kept), *some.shape[1:]), np.float32)
            x[asked] = some
        assert x is not None
        mean, scale = x.mean(axis=(0, 1)), x.std(axis=(0, 1)) + 1e-9
        x = (x - mean) / scale
        y = library.uses[kept].toarray() > 0
        flat, right = x.reshape(-1, x.shape[2]), y.ravel()
        trees = [
            HistGradientBoostingClassifier(
                max_iter=120,
                learning_rate=0.06,
                max_leaf_nodes=15,
                min_samples_leaf=100,
                l2_regularization=1.0,
                max_features=0.3,
                early_stopping=False,
                random_state=seed + n,
            ).fit(flat, right)
            for n in range(TREES)
        ]
        told = f"learnt from {int(y.sum()):,} uses by {len(kept):,} works"
        return Weights(columns, mean, scale, _logit(x.astype(float), y), trees, told)

    def score(self, x: Floats) -> Floats:
        """Score of rows of features, shape (…, features) → (…)."""
        z = (x - self.mean) / self.scale
        total = z @ self.logit
        if self.trees:
            flat = z.reshape(-1, z.shape[-1])
            grown = np.mean([t.decision_function(flat) for t in self.trees], axis=0)
            total = total + grown.reshape(z.shape[:-1])
        return np.asarray(total, float)

    def contributions(self, x: Floats) -> pd.DataFrame:
        """What the score falls by when each group is as it is on average, shape (rows, groups)."""
        whole = self.score(x)
        out = {}
        for group in GROUPS:
            at = [n for n, (g, _) in enumerate(self.columns) if g == group]
            without = x.copy()
            without[:, at] = self.mean[at]
            out[group] = whole - self.score(without)
        return pd.DataFrame(out)


class Recommender:
    """Recommends data sets of a library."""

    def __init__(self, library: Library, *, seed: int = 0) -> None:
        """Compare all works, and learn.

        Args:
            library: Works, data sets and uses.
            seed: Of all that is drawn.

        Raises:
            RecordError: If the library has no data sets.
        """
        if library.datasets.empty:
            raise RecordError("The library has no data sets to recommend; read some first.")
        self.library = library
        used = np.flatnonzero(np.asarray(library.uses.sum(axis=1)).ravel())
        drawn = used
        if len(used) > LARGEST:
            drawn = np.sort(np.random.default_rng(seed).permutation(used)[:LARGEST])
        self._told = f"; {len(drawn):,} of {len(used):,} works with data were drawn to speak" * (
            len(drawn) < len(used)
        )
        works = library.works.iloc[drawn].reset_index(drop=True)
        self._speaking = Library(works, library.datasets, library.uses[drawn])
        self._place = {str(w): n for n, w in enumerate(works["work"])}
        self._comparison = Comparison(self._speaking)
        queries = [self._speaking.query(n) for n in range(len(works))]
        self._among = self._comparison.alike(queries) if queries else _nobody(0, 0)
        self.weights = Weights.learn(
            self._comparison,
            self._speaking,
            np.arange(len(works)),
            self._among,
            seed=seed,
        )

    def for_work(self, work: str, *, limit: int = 10, unused: bool = True) -> Recommendation:
        """Data sets for a work of the library, as if nothing were known of what it uses.

        Args:
            work: Its id.
            limit: At most so many.
            unused: Leave out those that it uses already.

        Raises:
            RecordError: If the library has no such work.
        """
        found = np.flatnonzero(self.library.works["work"] == work)
        if not len(found):
            raise RecordError(f"The library has no work {work!r}.")
        row = int(found[0])
        used = self.library.uses[[row]].toarray().ravel() > 0
        left_out = used if unused else np.zeros_like(used)
        return self._recommend(self.library.query(row), self._place.get(work), left_out, limit)

    def for_question(self, query: Query | str, *, limit: int = 10) -> Recommendation:
        """Data sets for a question in words, or for a work that is not in the library."""
        query = Query(text=query) if isinstance(query, str) else query
        return self._recommend(query, None, np.zeros(len(self.library.datasets), bool), limit)

    def for_field(self, works: Sequence[str], *, limit: int = 10) -> Recommendation:
        """Data sets for a field, given as some works of it: the mean over these, each blind to its own uses.

        Raises:
            RecordError: If the library has none of the works.
        """
        wanted = self.library.works["work"].isin(set(works)).to_numpy()
        rows = np.flatnonzero(wanted)
        if not len(rows):
            raise RecordError("The library has none of these works; choose works that it has.")
        ids = self.library.works["work"].astype(str)
        parts = [
            self._features(self.library.query(int(r)), self._place.get(ids[int(r)])) for r in rows
        ]
        x = np.mean([p for p, _ in parts], axis=0)
        text = " ".join(self.library.works["text"].iloc[rows].astype(str))
        return self._shown(Query(text=text), x, np.zeros(len(x), bool), limit, None)

    def _features(self, query: Query, place: int | None) -> tuple[Floats, Alike]:
        near = self._comparison.alike([query])
        own = None if place is None else np.array([place])
        everyone = np.arange(len(self._speaking.works))
        x, _ = features(self._comparison, self._speaking, [query], near, self._among, everyone, own)
        return x[0], near

    def _recommend(
        self, query: Query, place: int | None, left_out: Bools, limit: int
    ) -> Recommendation:
        x, near = self._features(query, place)
        return self._shown(query, x, left_out, limit, (near, place))

    def _shown(
        self,
        query: Query,
        x: Floats,
        left_out: Bools,
        limit: int,
        near: tuple[Alike, int | None] | None,
    ) -> Recommendation:
        data = self.library.datasets
        score = np.where(left_out, -np.inf, self.weights.score(x))
        popularity = np.asarray(self.library.uses.sum(axis=0)).ravel()
        order = np.argsort(-score, kind="stable")[: min(limit, int((~left_out).sum()))]
        position = pd.Series(popularity).rank(method="min", ascending=False).astype(int)
        added = self.weights.contributions(x[order])
        speaking = self._speakers(order, near)
        texts = texts_of(data)
        found = pd.DataFrame(
            {
                "rank": np.arange(1, len(order) + 1),
                "dataset": data["dataset"].to_numpy()[order],
                "title": data["title"].to_numpy()[order],
                "provider": data["provider"].to_numpy()[order],
                "score": score[order],
                "uses": popularity[order].astype(int),
                "baseline_rank": position.to_numpy()[order],
                "reason": [
                    self._reason(
                        query, texts[d], row, speaking[speaking["dataset"] == data["dataset"][d]]
                    )
                    for d, (_, row) in zip(order.tolist(), added.iterrows(), strict=True)
                ],
            }
        )
        told = self.weights.told + self._told
        if self.library.told:
            told += f"; {self.library.told}"
        return Recommendation(found, added, speaking, told)

    def _speakers(self, order: Ints, near: tuple[Alike, int | None] | None) -> pd.DataFrame:
        """Works that use each data set and are most like the query."""
        rows: list[tuple[str, str, str, str, float]] = []
        if near is not None:
            alike, own = near
            closeness = alike.words[0] + alike.authors[0] + 0.2 * alike.venue[0]
            if own is not None:
                closeness[own] = 0.0
            works, uses = self._speaking.works, self._speaking.uses.tocsc()
            for d in order.tolist():
                who = uses.indices[uses.indptr[d] : uses.indptr[d + 1]]
                best = who[np.argsort(-closeness[who], kind="stable")][:SHOWN]
                for w in best[closeness[best] > 0].tolist():
                    ways = [
                        name
                        for name, value in (
                            ("alike in words", alike.words[0, w]),
                            ("shares authors", alike.authors[0, w]),
                            ("same venue", alike.venue[0, w]),
                        )
                        if value > 0
                    ]
                    one = works.iloc[w]
                    rows.append(
                        (
                            str(self.library.datasets["dataset"][d]),
                            str(one["work"]),
                            str(one["title"]),
                            ", ".join(ways),
                            float(closeness[w]),
                        )
                    )
        return pd.DataFrame(rows, columns=["dataset", "work", "title", "why", "likeness"])

    def _reason(self, query: Query, text: str, added: pd.Series[float], works: pd.DataFrame) -> str:
        """Why this data set: the groups that add most, and what of it can be named."""
        told: list[str] = []
        for group in added.sort_values(ascending=False).index:
            if added[group] < 0.1 or len(told) == 2:
                break
            told.append(GROUPS[group])
        said = "; ".join(told) or "nothing speaks for it strongly"
        words = self._comparison.common_words(query, text)
        if words:
            said += f"; words in common with it: {', '.join(words)}"
        if len(works):
            said += f"; used by “{works['title'].iloc[0]}” ({works['why'].iloc[0]})"
        return said


def _plain(comparison: Comparison, library: Library) -> Weights:
    """Fixed weights, where too few uses are known."""
    empty = np.zeros(0, np.int64)
    queries = [Query(text="")]
    nobody = _nobody(1, 0)
    x, columns = features(comparison, library, queries, nobody, _nobody(0, 0), empty)
    weights = np.array([PLAIN.get(c, 0.0) for c in columns])
    told = (
        f"by fixed weights: fewer than {FEWEST} works are known to use data, too few to learn from"
    )
    return Weights(columns, x.mean(axis=(0, 1)), np.ones(len(columns)), weights, (), told)


def _nobody(rows: int, columns: int) -> Alike:
    return Alike(*(np.zeros((rows, columns)) for _ in Alike.__slots__))


def _logit(x: Floats, y: npt.NDArray[np.bool_]) -> Floats:
    """Weights of a conditional logit: each work chooses among all data sets, once for each that it uses."""
    uses = y.sum(axis=1, keepdims=True)
    chosen = y / np.maximum(uses, 1)

    def loss(weights: Floats) -> tuple[float, Floats]:
        score = x @ weights
        score -= score.max(axis=1, keepdims=True)
        exp = np.exp(score)
        total = exp.sum(axis=1, keepdims=True)
        likelihood = (chosen * (score - np.log(total)) * uses).sum()
        gradient = np.einsum("wd,wdk->k", (chosen - exp / total) * uses, x)
        penalty = PENALTY * float(weights @ weights) / 2
        return penalty - float(likelihood), PENALTY * weights - gradient

    found = minimize(
        loss, np.zeros(x.shape[2]), jac=True, method="L-BFGS-B", options={"maxiter": 300}
    )
    return np.asarray(found.x, float)
