import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.encoder.pairs import (
    REACH,
    candidates,
    distance_class,
    distance_classes,
)
from extractors.encoder.reading import shipped_reader


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 90)), max_size=14, unique=True))
def test_candidates_are_all_pairs_in_reach_in_one_sentence(spans: list[tuple[int, int]]):
    spans.sort()
    sentence = np.array([s for s, _ in spans], np.int64)
    first = np.array([s * 100 + w for s, w in spans], np.int64)
    a, b = candidates(first, sentence)
    expected = {
        (i, j)
        for i in range(len(spans))
        for j in range(len(spans))
        if i != j and sentence[i] == sentence[j] and abs(first[i] - first[j]) <= REACH
    }
    assert set(zip(a.tolist(), b.tolist(), strict=True)) == expected
    assert len(a) == len(expected)


def test_distances_of_many_pairs_are_those_of_each():
    rng = np.random.default_rng(3)
    i0, j0 = rng.integers(0, 80, (2, 200))
    i1, j1 = i0 + rng.integers(0, 4, 200), j0 + rng.integers(0, 4, 200)
    apart = (i1 < j0) | (j1 < i0)
    i0, i1, j0, j1 = (x[apart] for x in (i0, i1, j0, j1))
    assert distance_classes(i0, i1, j0, j1).tolist() == [
        distance_class((a, b), (c, d)) for a, b, c, d in zip(i0, i1, j0, j1, strict=True)
    ]


def test_symmetric_relations_have_one_probability_both_ways():
    model = shipped_reader()
    text = "We compare support vector machines and conditional random fields for parsing."
    [words] = model.encode(model.windows([text], [[(0, len(text))]]))
    first, last = np.array([2, 6, 10]), np.array([4, 8, 10])
    a, b = candidates(first, np.zeros(3, np.int64))
    p = model.pairs(words.vectors, first, last, np.zeros(3, np.int64), a, b, "scierc")
    row = {(int(x), int(y)): p[k] for k, (x, y) in enumerate(zip(a, b, strict=True))}
    for k in model.pairs.symmetric("scierc"):
        np.testing.assert_allclose(row[0, 1][k], row[1, 0][k], rtol=1e-5)
    assert np.allclose(p.sum(1), 1, atol=0.5)
