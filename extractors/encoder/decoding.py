"""From tag scores to spans: Viterbi over the words that may be in one, for all sentences at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

SURELY_NOTHING = 0.98
"""Words outside every span with at least this probability are not looked at again."""
PMI_WEIGHT = 0.3
"""Weight of the tags' pointwise mutual information beside their own scores."""
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class Spans(NamedTuple):
    """Spans as columns: first and last word, label number, mean probability of the label."""

    first: Ints
    last: Ints
    label: Ints
    score: Floats


def transitions(tags: Sequence[str], pmi: NDArray[Any] | None = None) -> tuple[Floats, Floats]:
    """Scores of going from tag to tag, and of beginning with a tag; -1e9 where BIO forbids it.

    *pmi* [tags, tags] is how much more often one tag follows another than by chance (natural
    logarithm), counted in the training gold.
    """
    n = len(tags)
    moves = np.zeros((n, n), np.float32)
    first = np.zeros(n, np.float32)
    if pmi is not None:
        moves += PMI_WEIGHT * pmi.astype(np.float32)
        first += PMI_WEIGHT * pmi[0].astype(np.float32)
    for j, tag in enumerate(tags):
        if tag.startswith("I-"):
            allowed = np.array([t[2:] == tag[2:] for t in tags])
            moves[~allowed, j] = -1e9
            first[j] = -1e9
    return moves, first


def log_softmax(x: Floats) -> Floats:
    """Natural logarithm of the softmax over the last axis."""
    x = x - x.max(-1, keepdims=True)
    out: Floats = x - np.log(np.exp(x).sum(-1, keepdims=True))
    return out


def decode(
    logits: Floats, sentence: NDArray[Any], moves: Floats, first: Floats, nothing: float = 0.0
) -> Spans:
    """The best spans of one head.

    Args:
        logits: Scores of the tags of each word [words, tags]; tag 0 is O, then B and I by turns.
        sentence: The number of each word's sentence; spans stay inside one.
        moves: See :func:`transitions`.
        first: See :func:`transitions`.
        nothing: Added to the score of O: above 0 for fewer and surer spans.
    """
    lp = log_softmax(logits)
    if nothing:
        lp = lp.copy()
        lp[:, 0] += nothing
    hot = np.flatnonzero(lp[:, 0] < np.log(SURELY_NOTHING))
    tags = np.zeros(len(lp), np.int64)
    if len(hot):
        cut = np.flatnonzero((np.diff(hot) > 1) | (np.diff(sentence[hot]) != 0)) + 1
        begins = np.concatenate([[0], cut])
        lengths = np.diff(np.append(begins, len(hot)))
        tags[hot] = _viterbi(lp[hot], begins, lengths, moves, first)
    starts, last, label = tagged_spans(tags)
    begin = 1 + 2 * label
    size = last - starts + 1
    spans = np.repeat(np.arange(len(starts)), size)
    within = np.arange(len(spans)) - np.repeat(np.cumsum(size) - size, size)
    word = starts[spans] + within
    p = np.exp(lp[word, begin[spans]]) + np.exp(lp[word, begin[spans] + 1])
    score = np.bincount(spans, p, len(starts)) / size
    return Spans(starts, last, label, np.minimum(score, 1.0).astype(np.float32))


def tagged_spans(tags: Ints) -> tuple[Ints, Ints, Ints]:
    """First word, last word and label number of each span in a row of tags.

    >>> [c.tolist() for c in tagged_spans(np.array([0, 1, 2, 2, 3, 4, 2]))]
    [[1, 4], [3, 5], [0, 1]]
    """
    starts = np.flatnonzero(tags % 2 == 1)
    goes_on = np.zeros(len(tags) + 1, bool)
    goes_on[1:-1] = (tags[1:] > 0) & (tags[1:] % 2 == 0)
    goes_on[1:-1] &= (tags[:-1] + 1) // 2 == tags[1:] // 2
    ends = np.flatnonzero(~goes_on)
    return starts, ends[np.searchsorted(ends, starts, "right")] - 1, (tags[starts] - 1) // 2


def with_inner(outer: Spans, inner: Spans) -> Spans:
    """The spans of *outer*, which do not overlap, and those of *inner* that lie within one of them.

    >>> def spans(*rows):
    ...     return Spans(*(np.array(c) for c in zip(*rows)))
    >>> both = with_inner(spans((2, 5, 0, 0.9)), spans((2, 3, 1, 0.8), (5, 6, 1, 0.7)))
    >>> both.first.tolist(), both.last.tolist(), both.label.tolist()
    ([2, 2], [3, 5], [1, 0])
    """
    around = np.searchsorted(outer.first, inner.first, "right") - 1
    within = (around >= 0) & (inner.last <= outer.last[around])
    same = (inner.first == outer.first[around]) & (inner.last == outer.last[around])
    within &= ~(same & (inner.label == outer.label[around]))
    first = np.concatenate([outer.first, inner.first[within]])
    last = np.concatenate([outer.last, inner.last[within]])
    order = np.lexsort((last, first))
    return Spans(
        first[order], last[order],
        np.concatenate([outer.label, inner.label[within]])[order],
        np.concatenate([outer.score, inner.score[within]])[order],
    )  # fmt: skip


def _viterbi(lp: Floats, begins: Ints, lengths: Ints, moves: Floats, first: Floats) -> Ints:
    """Best tags of runs that lie one after the other in *lp*; all runs take each step together."""
    order = np.argsort(-lengths, kind="stable")
    begins, lengths = begins[order], lengths[order]
    longest = int(lengths[0])
    best = lp[begins] + first
    back = np.zeros((longest, len(begins), lp.shape[1]), np.int16)
    ends = np.zeros(len(begins), np.int64)
    alive = len(begins)
    for t in range(1, longest):
        still = int(np.searchsorted(-lengths, -t, "left"))  # runs longer than t
        ends[still:alive] = best[still:alive].argmax(1)
        alive = still
        through = best[:alive, :, None] + moves[None]
        back[t, :alive] = through.argmax(1)
        best[:alive] = through.max(1) + lp[begins[:alive] + t]
    ends[:alive] = best[:alive].argmax(1)
    out = np.zeros(len(lp), np.int64)
    tag = ends.copy()
    for t in range(longest - 1, -1, -1):
        alive = int(np.searchsorted(-lengths, -t, "left"))
        out[begins[:alive] + t] = tag[:alive]
        if t:
            tag[:alive] = back[t, np.arange(alive), tag[:alive]]
    return out
