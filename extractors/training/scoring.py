"""Strict scores: a span counts if both ends and its type are right, a relation if all three are.

Spans are compared in characters with all gold spans, nested ones too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.encoder.reading import OVER, Page, ReaderModel
from extractors.training.corpora import CORPORA, SYMMETRIC, Window
from extractors.training.examples import follows

DRAWS = 1000
"""Resampled test sets from which an interval is read."""


@dataclass(slots=True)
class Score:
    """How many items are right, proposed and gold: in each text, and with each label."""

    texts: dict[str | int, NDArray[np.int64]] = field(default_factory=dict)
    labels: dict[str, Counter[str]] = field(default_factory=dict)

    def add(
        self, proposed: Iterable[tuple[Any, ...]], gold: Iterable[tuple[Any, ...]], text: str = ""
    ) -> None:
        """Count the items, whose last member is the label, of one text or of a part of *text*."""
        p, g = set(proposed), set(gold)
        counted = {"right": p & g, "proposed": p, "gold": g}
        name = text or len(self.texts)
        counts = np.array([len(items) for items in counted.values()])
        self.texts[name] = self.texts.get(name, 0) + counts
        for what, items in counted.items():
            for item in items:
                self.labels.setdefault(item[-1], Counter())[what] += 1

    def _sum(self, column: int) -> int:
        return int(sum(counts[column] for counts in self.texts.values()))

    @property
    def right(self) -> int:
        """Items both proposed and gold."""
        return self._sum(0)

    @property
    def proposed(self) -> int:
        """Items that were found."""
        return self._sum(1)

    @property
    def gold(self) -> int:
        """Items that are there."""
        return self._sum(2)

    @property
    def precision(self) -> float:
        """In percent."""
        return 100 * self.right / max(self.proposed, 1)

    @property
    def recall(self) -> float:
        """In percent."""
        return 100 * self.right / max(self.gold, 1)

    @property
    def f1(self) -> float:
        """Micro-averaged, in percent."""
        return 200 * self.right / max(self.proposed + self.gold, 1)

    def interval(self, seed: int = 0) -> tuple[float, float]:
        """Between what F1 nineteen of twenty test sets of as many such texts lie, in percent.

        Texts are drawn with replacement (the percentile bootstrap: Efron and Tibshirani 1993,
        doi:10.1201/9780429246593).

        >>> s = Score()
        >>> for right in (True, False) * 50:
        ...     s.add([(0, 4, "A")], [(0, 4 if right else 5, "A")])
        >>> s.f1, [round(x) for x in s.interval()]
        (50.0, [40, 60])
        """
        if not self.texts:
            return 0.0, 0.0
        counts = np.stack(list(self.texts.values()))
        often = np.random.default_rng(seed).multinomial(
            len(counts), np.full(len(counts), 1 / len(counts)), DRAWS
        )
        right, proposed, gold = (often @ counts).T
        low, high = np.percentile(200 * right / np.maximum(proposed + gold, 1), (2.5, 97.5))
        return float(low), float(high)


@dataclass(slots=True)
class Passage:
    """Annotated windows that are read as one text, with the gold moved to it."""

    corpus: str
    doc: str
    text: str
    sentences: list[tuple[int, int]]
    entities: dict[str, list[tuple[int, int, str]]]
    relations: dict[str, list[tuple[tuple[int, int], tuple[int, int], str]]]


def passages(windows: Sequence[Window], most: int = 120) -> list[Passage]:
    """Neighbouring single sentences joined again to passages of at most *most* words."""
    out: list[Passage] = []
    before: Window | None = None
    for w in windows:
        joins = (
            before is not None
            and CORPORA[w.corpus].packed
            and follows(before, w)
            and len(out[-1].text.split()) + len(w.text.split()) <= most
        )
        if not joins:
            out.append(Passage(w.corpus, w.doc, "", [], {}, {}))
        p = out[-1]
        at = len(p.text) + 1 if p.text else 0
        p.text = f"{p.text} {w.text}" if p.text else w.text
        p.sentences += [(a + at, b + at) for a, b in w.sentences]
        for head, spans in w.entities.items():
            p.entities.setdefault(head, []).extend((s + at, e + at, x) for s, e, x in spans)
        for scheme, found in w.relations.items():
            p.relations.setdefault(scheme, []).extend(
                ((a + at, b + at), (c + at, d + at), x) for (a, b), (c, d), x in found
            )
        before = w
    return out


def one_way(scheme: str, relation: tuple[Any, ...]) -> tuple[Any, ...]:
    """A relation that holds in both directions, written one way."""
    a, b, label = relation[:3]
    if label in SYMMETRIC.get(scheme, ()) and b < a:
        a, b = b, a
    return (a, b, label)


def score_spans(pages: Sequence[Page], gold: Sequence[Passage], head: str) -> Score:
    """Strict scores of one head."""
    score = Score()
    for page, passage in zip(pages, gold, strict=True):
        if head in passage.entities:
            found = [(s, e, x) for s, e, x, _ in page.spans(head)]
            score.add(found, passage.entities[head], passage.doc)
    return score


def score_relations(
    pages: Sequence[Page], gold: Sequence[Passage], scheme: str, least: float = 0.0
) -> Score:
    """Strict scores of one scheme, over the spans that the pages hold."""
    score = Score()
    for page, passage in zip(pages, gold, strict=True):
        if scheme in passage.relations:
            score.add(
                [one_way(scheme, r) for r in page.related.get(scheme, []) if r[3] >= least],
                [one_way(scheme, r) for r in passage.relations[scheme]],
                passage.doc,
            )
    return score


def read_passages(model: ReaderModel, gold: Sequence[Passage], **how: Any) -> list[Page]:
    """The passages as the model reads them, with the sentences that annotators gave."""
    return model.read([p.text for p in gold], [p.sentences for p in gold], **how)


def relate_given(
    model: ReaderModel, gold: Sequence[Passage], scheme: str, least: float = 0.05
) -> list[Page]:
    """Relations between the entities that annotators marked."""
    pages = [Page(p.text) for p in gold]
    heads = OVER.get(scheme, ())
    windows = model.windows([p.text for p in gold], [p.sentences for p in gold])
    for words in model.encode(windows):
        spans: dict[tuple[int, int], int] = {}
        for number in np.unique(words.page).tolist():
            mine = np.flatnonzero(words.page == number)
            starts, ends = words.start[mine], words.end[mine]
            for head in (*heads, "_given"):
                for s, e, label in gold[number].entities.get(head, []):
                    i = int(np.searchsorted(ends, s, "right"))
                    j = int(np.searchsorted(starts, e, "left")) - 1
                    if i <= j < len(mine):
                        spans.setdefault(
                            (int(mine[i]), int(mine[j])), model.types.get(f"{head}/{label}", 0)
                        )
        keys = sorted(spans)
        first, last, types = (
            np.array([(i, j, spans[i, j]) for i, j in keys], np.int64).reshape(-1, 3).T
        )
        for i, j, k, p in model.relate(words, first, last, types, scheme, least):
            x = (int(words.start[first[i]]), int(words.end[last[i]]))
            y = (int(words.start[first[j]]), int(words.end[last[j]]))
            page = pages[int(words.page[first[i]])]
            page.related.setdefault(scheme, []).append((x, y, model.relations[scheme][k], p))
    return pages
