"""From annotated windows to what a training step reads: targets a word, pairs, rows, batches."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.encoder.pairs import REACH, distance_class
from extractors.encoder.reading import INNER
from extractors.encoder.wordpieces import Pieces, WordPieces
from extractors.training.corpora import CORPORA, NESTED, SYMMETRIC, Window, place

MAX_PIECES = 318


@dataclass(slots=True)
class Labels:
    """What the network can say: tags by head, relation labels by scheme, entity types."""

    tags: dict[str, list[str]]
    relations: dict[str, list[str]]
    types: dict[str, int]

    @classmethod
    def of(cls, windows: Iterable[Window]) -> Labels:
        """All labels that the windows use."""
        heads: dict[str, set[str]] = defaultdict(set)
        schemes: dict[str, set[str]] = defaultdict(set)
        for w in windows:
            for head, spans in w.entities.items():
                if head != "_given":
                    heads[head] |= {label for _, _, label in spans}
            for scheme, relations in w.relations.items():
                schemes[scheme] |= {label for _, _, label in relations}
        return cls(
            {
                h + part: ["O", *(p + x for x in sorted(s) for p in ("B-", "I-"))]
                for h, s in sorted(heads.items())
                for part in (("", INNER) if h in NESTED else ("",))
            },
            {s: ["NONE", *sorted(labels)] for s, labels in sorted(schemes.items())},
            {f"{h}/{x}": i for i, (h, x) in enumerate(((h, x) for h in sorted(heads) for x in sorted(heads[h])), 1)},
        )  # fmt: skip


@dataclass(slots=True)
class Example:
    """A window in pieces with its targets.

    ``targets`` has a tag a word for each head that speaks; ``quiet`` names heads for which all
    words are O. ``pairs`` [pairs, 8]: words of both spans, both types, distance class, label.
    """

    corpus: str
    pieces: Pieces
    sentence: NDArray[np.int32]
    targets: dict[str, NDArray[np.int16]]
    quiet: tuple[str, ...]
    pairs: NDArray[np.int32]
    spans: dict[tuple[int, int], int]
    gold: dict[tuple[tuple[int, int], tuple[int, int]], int] = field(default_factory=dict)


def flat(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Spans without overlaps, the longest kept."""
    kept: list[tuple[int, int, str]] = []
    for s, e, label in sorted(spans, key=lambda x: (x[0] - x[1], x[0])):
        if all(e <= a or b <= s for a, b, _ in kept):
            kept.append((s, e, label))
    return kept


def clip(pieces: Pieces) -> Pieces:
    """At most :data:`MAX_PIECES` pieces, whole words."""
    if len(pieces.ids) <= MAX_PIECES:
        return pieces
    words = int(np.searchsorted(pieces.first, MAX_PIECES, "right")) - 1
    n = int(pieces.first[words])
    return Pieces(
        pieces.ids[:n],
        pieces.looks[:n],
        pieces.first[:words],
        pieces.starts[:words],
        pieces.ends[:words],
    )


def candidates(
    spans: Iterable[tuple[int, int]], sentence: NDArray[Any]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """All ordered pairs of spans in one sentence, not too far apart."""
    spans = list(spans)
    return [
        (a, b)
        for a in spans
        for b in spans
        if a != b and sentence[a[0]] == sentence[b[0]] and abs(a[0] - b[0]) <= REACH
    ]


def example(window: Window, pieces: Pieces, labels: Labels) -> Example:
    """The window with its targets."""
    pieces = clip(pieces)
    starts = np.array([a for a, _ in window.sentences])
    sentence = np.searchsorted(starts, pieces.starts, "right").astype(np.int32)
    targets: dict[str, NDArray[np.int16]] = {}
    spans: dict[tuple[int, int], int] = {}
    for head, found in window.entities.items():
        for s, e, label in found:
            w = pieces.word_span(s, e)
            if w is not None:
                spans.setdefault(w, labels.types.get(f"{head}/{label}", 0))
        if head not in labels.tags:
            continue
        outer = flat(found)
        targets[head] = _tagged(outer, pieces, labels.tags[head])
        if head + INNER in labels.tags:
            inner = flat(x for x in found if x not in outer)
            targets[head + INNER] = _tagged(inner, pieces, labels.tags[head])
    quiet = tuple(h for h in CORPORA[window.corpus].absent if h in labels.tags and h not in targets)
    made = Example(
        window.corpus, pieces, sentence, targets, quiet, np.zeros((0, 8), np.int32), spans
    )
    for scheme, relations in window.relations.items():
        for x, y, label in relations:
            a, b = pieces.word_span(*x), pieces.word_span(*y)
            if a is None or b is None or a == b:
                continue
            k = labels.relations[scheme].index(label)
            made.gold[a, b] = k
            if label in SYMMETRIC.get(scheme, ()):
                made.gold.setdefault((b, a), k)
        rows = [
            (*a, *b, spans[a], spans[b], distance_class(a, b), made.gold.get((a, b), 0))
            for a, b in candidates(spans, sentence)
        ]
        made.pairs = np.array(rows, np.int32).reshape(-1, 8)
    return made


def _tagged(
    spans: Iterable[tuple[int, int, str]], pieces: Pieces, tags: Sequence[str]
) -> NDArray[np.int16]:
    """The number of each word's tag."""
    row = np.zeros(len(pieces.first), np.int16)
    for s, e, label in spans:
        w = pieces.word_span(s, e)
        if w is not None:
            row[w[0]] = tags.index("B-" + label)
            row[w[0] + 1 : w[1] + 1] = tags.index("I-" + label)
    return row


def examples(windows: Sequence[Window], tokenizer: WordPieces, labels: Labels) -> list[Example]:
    """All windows with their targets."""
    pieces = tokenizer([w.text for w in windows])
    return [example(w, p, labels) for w, p in zip(windows, pieces, strict=True)]


Row = tuple[int, ...]
"""Indices of the examples that are read as one passage."""


def rows(
    windows: Sequence[Window], made: Sequence[Example], chosen: Iterable[int], target: int = 0
) -> list[Row]:
    """Neighbouring sentences of packed corpora together, other windows alone.

    Args:
        windows: All windows.
        made: Their examples.
        chosen: Indices of those to read.
        target: Pieces a row should have; 0 draws a new number for each row.
    """
    out: list[Row] = []
    current: list[int] = []
    size = goal = 0
    for i in sorted(chosen):
        w, n = windows[i], len(made[i].pieces.ids)
        joins = (
            bool(current)
            and CORPORA[w.corpus].packed
            and follows(windows[current[-1]], w)
            and size + n <= goal
        )
        if not joins:
            if current:
                out.append(tuple(current))
            current, size = [], 0
            goal = target or random.randint(24, 160)
        current.append(i)
        size += n
    return out + ([tuple(current)] if current else [])


def follows(a: Window, b: Window) -> bool:
    """Whether *b* is the sentence after *a* in one text, judged by their names."""
    if a.corpus != b.corpus or a.split != b.split:
        return False
    x, y = place(a.doc), place(b.doc)
    return x[0] == y[0] and y[1] == x[1] + 1


@dataclass(slots=True)
class Batch:
    """Rows in arrays; ``at`` is where each word's vector stands in the flattened output.

    ``tags`` has for each head the words, their tags, and whether somebody annotated them: where nobody
    did, the head must be quiet.
    """

    ids: NDArray[np.int64]
    looks: NDArray[np.int64]
    present: NDArray[np.float32]
    at: NDArray[np.int64]
    tags: dict[str, tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]]
    pairs: dict[str, NDArray[np.int64]]
    parts: list[tuple[int, int]]  # (example, first word)


def collate(
    group: Sequence[Row], made: Sequence[Example], tokenizer: WordPieces, max_pairs: int = 60
) -> Batch:  # fmt: skip
    """The rows of *group* as one batch; shorter rows are filled up with nothing."""
    lengths = [sum(len(made[i].pieces.ids) for i in row) + 2 for row in group]
    wide = -(-max(lengths) // 8) * 8
    ids = np.zeros((len(group), wide), np.int64)
    looks = np.zeros_like(ids)
    present = np.zeros(ids.shape, np.float32)
    at: list[NDArray[np.int64]] = []
    tags: dict[str, list[tuple[int, NDArray[Any], bool]]] = defaultdict(list)
    pairs: dict[str, list[NDArray[np.int64]]] = defaultdict(list)
    parts: list[tuple[int, int]] = []
    words = 0
    for k, row in enumerate(group):
        ids[k, 0] = tokenizer.start
        n = 1
        for i in row:
            e = made[i]
            m = len(e.pieces.ids)
            ids[k, n : n + m] = e.pieces.ids
            looks[k, n : n + m] = e.pieces.looks
            at.append(e.pieces.first.astype(np.int64) + (k * wide + n))
            for head, target in e.targets.items():
                tags[head].append((words, target, True))
            nothing = np.zeros(len(e.pieces.first), np.int64)
            for head in e.quiet:
                tags[head].append((words, nothing, False))
            if len(e.pairs):
                chosen = e.pairs
                if len(chosen) > max_pairs:
                    keep = (chosen[:, 7] > 0) | (
                        np.random.rand(len(chosen)) < max_pairs / len(chosen)
                    )
                    chosen = chosen[keep]
                moved = chosen.astype(np.int64)
                moved[:, :4] += words
                pairs[e.corpus].append(moved)
            parts.append((i, words))
            words += len(e.pieces.first)
            n += m
        ids[k, n] = tokenizer.stop
        present[k, : n + 1] = 1
    joined = {
        head: (
            np.concatenate([np.arange(a, a + len(t)) for a, t, _ in got]),
            np.concatenate([t.astype(np.int64) for _, t, _ in got]),
            np.concatenate([np.full(len(t), told) for _, t, told in got]),
        )
        for head, got in tags.items()
    }
    return Batch(
        ids,
        looks,
        present,
        np.concatenate(at),
        joined,
        {s: np.concatenate(p) for s, p in pairs.items()},
        parts,
    )


def batches(group: Sequence[Row], made: Sequence[Example], budget: int) -> list[list[Row]]:
    """Rows of like length together, at most *budget* pieces a batch with what fills them up."""
    sized = sorted((sum(len(made[i].pieces.ids) for i in row) + 2, row) for row in group)
    out: list[list[Row]] = []
    current: list[Row] = []
    for n, row in sized:
        if current and (len(current) + 1) * n > budget:
            out.append(current)
            current = []
        current.append(row)
    return out + ([current] if current else [])


def plan(
    windows: Sequence[Window], made: Sequence[Example], chosen: Iterable[int], passes: Mapping[str, float],
    budget: int, seed: int,
) -> list[list[Row]]:  # fmt: skip
    """Every batch of a training, in order: the same for the same seed, so that it can be resumed."""
    random.seed(seed)
    by_corpus: dict[str, list[int]] = defaultdict(list)
    for i in chosen:
        by_corpus[windows[i].corpus].append(i)
    everything: list[Row] = []
    for corpus, mine in sorted(by_corpus.items()):
        whole, part = divmod(passes.get(corpus, 0.0), 1)
        for _ in range(int(whole)):
            everything += rows(windows, made, mine)
        if part:
            some = rows(windows, made, mine)
            random.shuffle(some)
            everything += some[: math.ceil(part * len(some))]
    random.shuffle(everything)
    out: list[list[Row]] = []
    for k in range(0, len(everything), 1024):
        some_batches = batches(everything[k : k + 1024], made, budget)
        random.shuffle(some_batches)
        out += some_batches
    return out
