"""The benchmark of recommended data sets: the corpus whole, ranks with ties, nothing of a work's own uses."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import dataset_recommendation as benchmark
from kg.discovery.library import Library
from kg.discovery.likeness import Comparison, features
from tests.conftest import need


@pytest.fixture(scope="module")
def corpus() -> Library:
    need(benchmark.DATA.exists(), "shared/benchmarks/dataset_recommendation is not here")
    return benchmark.corpus()


def test_the_corpus_is_whole_and_popularity_is_what_it_was(corpus: Library) -> None:
    assert corpus.uses.shape == (1604, 208)
    uses = corpus.uses.toarray()
    assert uses.sum() == 1850
    found = benchmark.measures(benchmark.ranks(benchmark.popularity(uses), uses))
    assert found["hits_at_10"][0] == pytest.approx(0.589, abs=5e-4)
    assert found["mrr"][0] == pytest.approx(0.299, abs=5e-4)


def test_ties_share_their_mean_rank() -> None:
    rank = benchmark.ranks(np.array([[2.0, 1.0, 1.0, 0.0]]), np.array([[0.0, 1.0, 0.0, 1.0]]))
    assert rank[0, [1, 3]].tolist() == [2.5, 4.0]
    assert np.isnan(rank[0, [0, 2]]).all()


def test_a_work_of_the_corpus_is_described_by_others_alone(corpus: Library) -> None:
    """Change what the first works use, each in turn: how each is described stays."""
    rows = np.arange(60)
    works = corpus.works.iloc[rows].reset_index(drop=True)
    uses = corpus.uses[rows].toarray()
    small = Library(works, corpus.datasets, corpus.uses[rows])
    comparison = Comparison(small)
    queries = [small.query(int(w)) for w in rows]
    alike = comparison.alike(queries)
    x, _ = features(comparison, small, queries, alike, alike, rows, own=rows)
    for work in (0, 7):
        other = uses.copy()
        other[work] = np.roll(uses[work], 5)
        turned = Library(works, corpus.datasets, type(corpus.uses)(other))
        y, columns = features(comparison, turned, queries, alike, alike, rows, own=rows)
        differ = np.abs(x[work] - y[work]).max(axis=0)
        assert differ.max() < 1e-6, columns[int(differ.argmax())]
