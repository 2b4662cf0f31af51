"""The forecast benchmark: names found as a plain search finds them, sound measures, a small part that runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from benchmarks import arxiv_links as benchmark
from benchmarks.concept_trie import Trie, singular, words
from tests.conftest import need

few_words = st.lists(
    st.sampled_from(["deep", "neural", "network", "networks", "graph"]), min_size=1, max_size=8
)


@given(st.lists(few_words, min_size=1, max_size=4), st.lists(few_words, min_size=1, max_size=6))
def test_the_trie_finds_what_a_plain_search_finds(
    texts: list[list[str]], names: list[list[str]]
) -> None:
    trie = Trie.of(" ".join(n) for n in names)
    where, what = trie.find([" ".join(t) for t in texts])
    found = {(int(t), trie.names[n]) for t, n in zip(where, what, strict=True)}
    plain = set()
    for number, text in enumerate(texts):
        said = f" {' '.join(map(singular, words(' '.join(text))))} "
        plain |= {(number, name) for name in trie.names if f" {name} " in said}
    assert found == plain


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=4, max_size=60))
def test_the_area_is_that_of_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    linked = np.array([y for _, y in rows])
    if linked.all() or not linked.any():
        return
    score = np.array([s for s, _ in rows])
    order = np.argsort(score, kind="stable")
    tied = np.unique(score[order], return_inverse=True)[1]
    found = benchmark._area(linked[order], tied, np.ones(len(rows)))
    assert found == pytest.approx(roc_auc_score(linked, score))


def test_a_small_part_is_foreseen_better_than_by_fame() -> None:
    need(benchmark.DATA.exists(), "shared/benchmarks/arxiv_links is not here")
    records = benchmark.papers("q-bio.MN.tsv.xz")
    past = benchmark.history(records, benchmark.concepts())
    assert records["year"].max() <= 2019
    found = benchmark.compare(past, benchmark.DEV, pairs=3000)
    ours, fame = (found["auc"][n]["all"]["auc"] for n in ("ours", "preferential attachment"))
    assert ours > fame
