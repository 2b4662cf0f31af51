"""The reader: passages in, spans of every head and relations out. Each text is encoded once.

>>> from extractors.encoder.weights import SHIPPED, Weights
>>> model = shipped_reader()
>>> [page] = model.read(["We treated migraine with aspirin."], [[(0, 33)]], heads=("bc5cdr",))
>>> sorted((label, page.text[s:e]) for s, e, label, _ in page.spans("bc5cdr"))
[('Chemical', 'aspirin'), ('Disease', 'migraine')]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.encoder.decoding import Spans, decode, transitions, with_inner
from extractors.encoder.pairs import Floats, Ints, PairHead, candidates
from extractors.encoder.towers import MAX_PIECES, WordTable, by_length, fill, session, threads
from extractors.encoder.weights import SHIPPED, Weights
from extractors.encoder.wordpieces import Pieces

WINDOW = 128
"""Pieces of whole sentences that are encoded together."""
OVER: Mapping[str, tuple[str, ...]] = {
    "scierc": ("scierc",), "scienceie": ("scienceie",), "somesci": ("somesci",),
    "measeval": ("quantity", "measured"), "matsyn": ("matsyn",),
}  # fmt: skip
"""Which heads' spans a relation scheme joins."""
INNER = " inner"
"""A head with this after its name finds the spans that lie within those of the head."""
Related = tuple[tuple[int, int], tuple[int, int], str, float]


@dataclass(slots=True)
class Page:
    """What the heads said of one text.

    Spans and relations are in characters of ``text``; ``fields`` is how likely the text is to
    come from each field of science.
    """

    text: str
    heads: dict[str, list[tuple[int, int, str, float]]] = field(default_factory=dict)
    related: dict[str, list[Related]] = field(default_factory=dict)
    fields: dict[str, float] = field(default_factory=dict)

    def spans(self, head: str) -> list[tuple[int, int, str, float]]:
        """Start, end, label and score of each span of a head, in text order."""
        return self.heads.get(head, [])


@dataclass(slots=True)
class _Window:
    page: int
    pieces: Pieces
    sentence: Ints


@dataclass(slots=True)
class Words:
    """All words of one batch of windows, one after the other."""

    vectors: Floats
    logits: Floats
    sentence: Ints  # different for every sentence of the batch
    page: Ints
    start: Ints
    end: Ints


class ReaderModel:
    """The trained reader.

    Args:
        weights: Its folder.
        count: Processor threads; as many as make sense if 0.
        onnx: The encoder's file, for comparing precisions.
    """

    def __init__(self, weights: Weights, count: int = 0, onnx: str = "reader.onnx") -> None:
        labels = weights.json("labels.json")
        arrays = weights.arrays("reader.npz")
        self.version: str = weights.version
        self.table = WordTable(weights)
        tags: dict[str, list[str]] = labels["tags"]
        self.tags = {h: t for h, t in tags.items() if not h.endswith(INNER)}
        self.relations: dict[str, list[str]] = labels["relations"]
        self.types: dict[str, int] = labels["types"]
        self.tuning: dict[str, Any] = labels["tuning"]
        self.columns: dict[str, tuple[int, int]] = {}
        at = 0
        for head, names in tags.items():
            self.columns[head] = (at, at + len(names))
            at += len(names)
        self._labels = {h: [t[2:] for t in names[1::2]] for h, names in self.tags.items()}
        self._moves = {h: transitions(t, arrays.get("pmi." + h)) for h, t in tags.items()}
        self._looks = arrays["looks"].astype(np.float32)
        pairs = {k.removeprefix("pairs."): v for k, v in arrays.items() if k.startswith("pairs.")}
        symmetric = {
            s: [self.relations[s].index(x) for x in names]
            for s, names in labels["symmetric"].items()
        }
        self.pairs = PairHead(pairs, symmetric)
        self._fields: list[str] = labels.get("fields", [])
        self._field_weight = arrays.get("fields.weight")
        self._field_bias = arrays.get("fields.bias")
        path = weights.path(onnx) if onnx == "reader.onnx" else weights.folder / onnx
        self._session = session(path, count or threads())

    # ------------------------------------------------------------------ encoding

    def windows(
        self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]]
    ) -> list[_Window]:
        """Texts in windows of whole sentences; a sentence longer than a window is cut between words."""
        flat = [(i, a, b) for i, ss in enumerate(sentences) for a, b in ss if b > a]
        pieces = self.table.tokenizer([texts[i][a:b] for i, a, b in flat])
        out: list[_Window] = []
        group: list[tuple[int, Pieces]] = []
        page, size = -1, 0
        for k, ((i, a, _), p) in enumerate(zip(flat, pieces, strict=True)):
            for part in _parts(p, a):
                if group and (i != page or size + len(part.ids) > WINDOW):
                    out.append(_joined(page, group))
                    group, size = [], 0
                page = i
                group.append((k, part))
                size += len(part.ids)
        if group:
            out.append(_joined(page, group))
        return out

    def encode(self, windows: Sequence[_Window]) -> Iterator[Words]:
        """The windows' words, in batches of windows of like length."""
        for group in by_length([len(w.pieces.ids) for w in windows]):
            rows = [windows[i] for i in group]
            ids, looks, present = fill([w.pieces for w in rows], self.table.tokenizer)
            summed = self.table.sum(ids)
            summed += self._looks[looks]
            vectors, logits = self._session.run(None, {"summed": summed, "present": present})
            row = np.repeat(np.arange(len(rows)), [len(w.pieces.first) for w in rows])
            at = np.concatenate([w.pieces.first for w in rows]).astype(np.int64) + 1
            sentence = np.concatenate([w.sentence for w in rows])
            new = (np.diff(sentence, prepend=-1) != 0) | (np.diff(row, prepend=-1) != 0)
            yield Words(
                vectors[row, at], logits[row, at], np.cumsum(new),
                np.array([w.page for w in rows])[row],
                np.concatenate([w.pieces.starts for w in rows]).astype(np.int64),
                np.concatenate([w.pieces.ends for w in rows]).astype(np.int64),
            )  # fmt: skip

    # ------------------------------------------------------------------ reading

    def read(
        self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]],
        heads: Iterable[str] | Callable[[dict[str, float]], Iterable[str]] | None = None,
        schemes: Iterable[str] | None = None, *, open_minded: bool = False,
    ) -> list[Page]:  # fmt: skip
        """What the heads say of each text.

        Args:
            texts: Passages.
            sentences: The characters of each passage's sentences.
            heads: Which heads, or a function that names them once it is told how likely the
                texts together are to come from each field of science; all if left out.
            schemes: Which relation schemes, over the spans of their heads; all if left out.
            open_minded: Give every relation that is more likely than one in twenty, for curves.
        """
        pages = [Page(t) for t in texts]
        batches = list(self.encode(self.windows(texts, sentences)))
        overall = self._judge_fields(pages, batches)
        if callable(heads):
            heads = heads(overall)
        heads = list(self.tags if heads is None else heads)
        wanted = [s for s in (OVER if schemes is None else schemes) if s in self.relations]
        for words in batches:
            found = {h: self.spans(words, h) for h in heads}
            for head, spans in found.items():
                self._note(pages, words, head, spans)
            for scheme in wanted:
                over = [h for h in OVER[scheme] if h in found]
                if over:
                    self._relate(pages, words, scheme, {h: found[h] for h in over}, open_minded)
        for page in pages:
            for spans_of_head in page.heads.values():
                spans_of_head.sort()
        return pages

    def _judge_fields(self, pages: list[Page], batches: Sequence[Words]) -> dict[str, float]:
        """Set the fields of each page; those of all text together come back."""
        if self._field_weight is None or not batches:
            return {}
        sums = np.zeros((len(pages), batches[0].vectors.shape[1]))
        for words in batches:
            new = np.flatnonzero(np.diff(words.page, prepend=-1))
            np.add.at(sums, words.page[new], np.add.reduceat(words.vectors, new))
        for page, total in zip(pages, sums, strict=True):
            page.fields = self.fields(total)
        return self.fields(sums.sum(0))

    def spans(self, words: Words, head: str, nothing: float | None = None) -> Spans:
        """The spans of one head in a batch, in words, with those inside them; *nothing* if not as tuned."""
        outer = self._decoded(words, head, nothing)
        if head + INNER not in self.columns or not len(outer.first):
            return outer
        return with_inner(outer, self._decoded(words, head + INNER))

    def _decoded(self, words: Words, head: str, nothing: float | None = None) -> Spans:
        a, z = self.columns[head]
        if nothing is None:
            nothing = self.tuning.get("nothing", {}).get(head, 0.0)
        return decode(words.logits[:, a:z], words.sentence, *self._moves[head], nothing)

    def fields(self, total: NDArray[Any]) -> dict[str, float]:
        """How likely a text is to come from each field of science, from the sum of its word vectors."""
        assert self._field_weight is not None
        z = (
            total / max(float(np.linalg.norm(total)), 1e-6) @ self._field_weight.T
            + self._field_bias
        )
        p = 1 / (1 + np.exp(-z))
        return dict(zip(self._fields, p.round(4).tolist(), strict=True))

    def sure(self, head: str, score: NDArray[Any]) -> NDArray[Any]:
        """The chance that a span of a head is right, from its score (Platt's way, on held-out text)."""
        a, b = self.tuning.get("platt", {}).get(head, (1.0, 0.0))
        s = np.clip(score.astype(np.float64), 1e-6, 1 - 1e-6)
        sure: NDArray[Any] = 1 / (1 + np.exp(-(a * np.log(s / (1 - s)) + b)))
        return sure

    def _note(self, pages: list[Page], words: Words, head: str, spans: Spans) -> None:
        sure = self.sure(head, spans.score)
        for first, last, label, p in zip(
            spans.first.tolist(),
            spans.last.tolist(),
            spans.label.tolist(),
            sure.tolist(),
            strict=True,
        ):
            page = pages[int(words.page[first])]
            page.heads.setdefault(head, []).append(
                (int(words.start[first]), int(words.end[last]), self._labels[head][label], p)
            )

    def typed(self, found: Mapping[str, Spans]) -> tuple[Ints, Ints, Ints]:
        """First word, last word and type of the spans of several heads; the first head wins a place."""
        rows: dict[tuple[int, int], int] = {}
        for head, spans in found.items():
            names = [self.types[f"{head}/{label}"] for label in self._labels[head]]
            for i, j, k in zip(
                spans.first.tolist(), spans.last.tolist(), spans.label.tolist(), strict=True
            ):
                rows.setdefault((i, j), names[k])
        keys = sorted(rows)
        columns = np.array([(i, j, rows[i, j]) for i, j in keys], np.int64).reshape(-1, 3)
        return columns[:, 0], columns[:, 1], columns[:, 2]

    def _relate(
        self,
        pages: list[Page],
        words: Words,
        scheme: str,
        found: Mapping[str, Spans],
        open_minded: bool,
    ) -> None:
        first, last, types = self.typed(found)
        for i, j, k, p in self.relate(
            words, first, last, types, scheme, 0.05 if open_minded else None
        ):
            x = (int(words.start[first[i]]), int(words.end[last[i]]))
            y = (int(words.start[first[j]]), int(words.end[last[j]]))
            page = pages[int(words.page[first[i]])]
            page.related.setdefault(scheme, []).append((x, y, self.relations[scheme][k], p))

    def relate(
        self,
        words: Words,
        first: Ints,
        last: Ints,
        types: Ints,
        scheme: str,
        least: float | None = None,
    ) -> list[tuple[int, int, int, float]]:
        """Related spans: their numbers, the label's number and its probability.

        *least* is the probability from which a relation counts; as tuned if left out.
        """
        a, b = candidates(first, words.sentence[first])
        p = self.pairs(words.vectors, first, last, types, a, b, scheme)
        if not len(p):
            return []
        if least is None:
            least = self.tuning.get("relation", {}).get(scheme, 0.5)
        label = p[:, 1:].argmax(1) + 1
        best = p[np.arange(len(p)), label]
        both = np.isin(label, self.pairs.symmetric(scheme))
        keep = np.flatnonzero((best >= least) & ~(both & (a > b)))
        return [(int(a[i]), int(b[i]), int(label[i]), float(best[i])) for i in keep]


def _parts(p: Pieces, offset: int) -> Iterator[Pieces]:
    """A sentence's pieces, cut between words where they are too many, in characters of the text."""
    if len(p.ids) <= MAX_PIECES:
        if len(p.ids):
            yield Pieces(p.ids, p.looks, p.first, p.starts + offset, p.ends + offset)
        return
    bounds = [0]
    for i in range(1, len(p.first)):
        after = int(p.first[i + 1]) if i + 1 < len(p.first) else len(p.ids)
        if after - int(p.first[bounds[-1]]) > MAX_PIECES:
            bounds.append(i)
    for i, j in zip(bounds, [*bounds[1:], len(p.first)], strict=True):
        x = int(p.first[i])
        y = min(int(p.first[j]) if j < len(p.first) else len(p.ids), x + MAX_PIECES)
        yield Pieces(
            p.ids[x:y], p.looks[x:y], p.first[i:j] - x, p.starts[i:j] + offset, p.ends[i:j] + offset
        )


def _joined(page: int, group: list[tuple[int, Pieces]]) -> _Window:
    at = 0
    first = []
    for _, p in group:
        first.append(p.first + at)
        at += len(p.ids)
    parts = [p for _, p in group]
    return _Window(
        page,
        Pieces(
            np.concatenate([p.ids for p in parts]), np.concatenate([p.looks for p in parts]),
            np.concatenate(first), np.concatenate([p.starts for p in parts]),
            np.concatenate([p.ends for p in parts]),
        ),
        np.repeat([k for k, _ in group], [len(p.first) for p in parts]).astype(np.int64),
    )  # fmt: skip


@cache
def shipped_weights() -> Weights:
    """The weights that come with Polymath."""
    return Weights(SHIPPED / "reader", "reader")


@cache
def shipped_reader() -> ReaderModel:
    """The reader that comes with Polymath; loaded once a process."""
    return ReaderModel(shipped_weights())
