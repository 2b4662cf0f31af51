import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.encoder.decoding import decode, log_softmax, transitions

TAGS = ["O", "B-x", "I-x", "B-y", "I-y"]


def scores(*rows: str) -> np.ndarray:
    """A strong score for the named tag of each word."""
    out = np.full((len(rows), len(TAGS)), -4.0, np.float32)
    for i, tag in enumerate(rows):
        out[i, TAGS.index(tag)] = 4.0
    return out


def read(logits: np.ndarray, sentence: np.ndarray | None = None, nothing: float = 0.0):
    sentence = np.zeros(len(logits), np.int64) if sentence is None else sentence
    found = decode(logits, sentence, *transitions(TAGS), nothing)
    return list(zip(found.first.tolist(), found.last.tolist(), found.label.tolist(), strict=True))


def test_plain_spans():
    assert read(scores("O", "B-x", "I-x", "O", "B-y", "B-y")) == [(1, 2, 0), (4, 4, 1), (5, 5, 1)]


def test_an_inside_tag_never_begins_a_span_or_follows_another_label():
    assert read(scores("I-x", "I-x", "O", "B-y", "I-x"))
    for first, _, label in read(scores("I-x", "I-x", "O", "B-y", "I-x")):
        assert label in (0, 1)
        assert first in (0, 1, 3, 4)


def test_spans_stay_inside_their_sentence():
    logits = scores("B-x", "I-x", "I-x")
    assert read(logits) == [(0, 2, 0)]
    split = read(logits, np.array([0, 1, 1]))
    assert (0, 0, 0) in split
    assert all(not (a < 1 <= b) for a, b, _ in split)


def test_a_shift_towards_nothing_leaves_the_surest():
    logits = scores("B-x", "O", "B-y")
    logits[2, 0] = 3.5
    assert read(logits, nothing=2.0) == [(0, 0, 0)]


def test_no_words():
    assert read(np.zeros((0, 5), np.float32)) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(0, 10_000))
def test_the_best_path_is_the_best_of_all_paths(words: int, seed: int):
    """Beside every path tried one by one."""
    logits = np.random.default_rng(seed).normal(0, 2, (words, len(TAGS))).astype(np.float32)
    logits[:, 0] -= 8  # every word may be in a span, so that all are looked at
    moves, first = transitions(TAGS)
    lp = log_softmax(logits)

    def total(path: tuple[int, ...]) -> float:
        score = first[path[0]] + lp[0, path[0]]
        for t in range(1, words):
            score += moves[path[t - 1], path[t]] + lp[t, path[t]]
        return float(score)

    best = max(itertools.product(range(len(TAGS)), repeat=words), key=total)
    spans = []
    for t, tag in enumerate(best):
        if tag % 2 == 1:
            end = t
            while end + 1 < words and best[end + 1] == tag + 1:
                end += 1
            spans.append((t, end, tag // 2))
    assert read(logits) == spans


def test_scores_are_probabilities():
    found = decode(scores("B-x", "I-x", "O"), np.zeros(3, np.int64), *transitions(TAGS))
    assert found.score.tolist() == pytest.approx([1.0], abs=0.01)
