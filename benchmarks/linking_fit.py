"""Weights for the reasons of the linker, fitted to articles linked by hand: ``benchmarks.linking --fit``."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.linking_gold import Gold, contexts, read_gold
from extractors.linking.context import DocumentContext
from extractors.linking.index import NameIndex
from extractors.linking.linker import ConceptLinker
from extractors.linking.scoring import NONE, WEIGHTS

SEED = 20260601
_BY_HAND = (
    "context: discipline",
    "kind is near",
    "kind differs",
    "later vocabulary",
    "similar meaning",
)


def fit(
    indexes: Mapping[str, NameIndex], *, rounds: int = 2, steps: int = 500, l2: float = 0.5
) -> None:
    """Print weights that make the train articles' concepts most probable.

    A softmax over the candidates of each mention and none of them, by Adam. Reasons against a
    name may not speak for it: their weights stay below 0. Mentions of one ontology, asked of
    another, teach when there is no such concept.
    """
    mentions = read_gold("train")
    weights, none = dict(WEIGHTS), NONE
    for_it = {w for w in weights if w.startswith("context")}
    learnt = [w for w in weights if w not in _BY_HAND]
    column = {w: i for i, w in enumerate(learnt)}
    given = contexts(mentions)
    for _ in range(rounds):
        linkers = {o: ConceptLinker(i, weights=weights, none=none) for o, i in indexes.items()}
        x, group, gold, times = _examples(linkers, mentions, given, column)
        upper = np.array([np.inf if w in for_it else -0.05 for w in learnt] + [np.inf])
        lower = np.array([0.0 if w in for_it else -np.inf for w in learnt] + [-np.inf])
        w = np.array([weights[k] for k in learnt] + [none])
        first = np.concatenate([[0], np.nonzero(np.diff(group))[0] + 1])
        m, v = np.zeros_like(w), np.zeros_like(w)
        for step in range(1, steps + 1):
            s = x @ w
            e = np.exp(s - np.maximum.reduceat(s, first)[group])
            p = e / np.add.reduceat(e, first)[group]
            right = e * gold
            q = right / np.maximum(np.add.reduceat(right, first), 1e-12)[group]
            gradient = x.T @ ((p - q) * times[group]) + 2 * l2 * w
            m = 0.9 * m + 0.1 * gradient
            v = 0.99 * v + 0.01 * gradient**2
            rate = 0.1 * (1 - step / (steps * 1.05))
            w -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.99**step)) + 1e-9)
            w = np.clip(w, lower, upper)
        weights |= {k: round(float(a), 2) for k, a in zip(learnt, w, strict=False)}
        none = round(float(w[-1]), 2)
    for name, weight in weights.items():
        print(f'    "{name}": {weight},')
    print(f"NONE = {none}")


def _examples(
    linkers: Mapping[str, ConceptLinker],
    mentions: Sequence[Gold],
    given: Mapping[str, DocumentContext],
    column: Mapping[str, int],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Amounts of reasons (candidates x reasons), group of each, whether it is right, times of groups."""
    chance = random.Random(SEED)
    owned: dict[tuple[str, str], set[str]] = defaultdict(set)
    for m in mentions:
        owned[m.article, m.text.lower()].add(m.ontology)
    asked: Counter[tuple[str, str, str, str]] = Counter()
    for m in mentions:
        asked[m.article, m.ontology, m.text, m.concept] += 10
        others = sorted(set(linkers) - owned[m.article, m.text.lower()])
        if others:
            asked[m.article, chance.choice(others), m.text, ""] += 3
    together: dict[tuple[str, str], DocumentContext] = {}
    for article, ontology in dict.fromkeys((m.article, m.ontology) for m in mentions):
        texts = {m.text for m in mentions if m.article == article and m.ontology == ontology}
        together[article, ontology] = linkers[ontology].with_sure(
            [(t, "term") for t in sorted(texts)], given[article]
        )[0]
    rows: list[np.ndarray] = []
    groups: list[int] = []
    right: list[bool] = []
    times: list[float] = []
    for (article, ontology, text, concept), n in asked.items():
        context = together.get((article, ontology), given[article])
        hits = list(linkers[ontology].weighed(text, "term", context))
        if not hits or (concept and all(h.name.entry.id != concept for h, _ in hits)):
            continue
        for hit, amounts in hits:
            r = np.zeros(len(column) + 1, np.float32)
            for what, amount in (*hit.amounts.items(), *amounts.items()):
                if what in column:
                    r[column[what]] = amount
            rows.append(r)
            groups.append(len(times))
            right.append(hit.name.entry.id == concept)
        r = np.zeros(len(column) + 1, np.float32)
        r[-1] = 1
        rows.append(r)
        groups.append(len(times))
        right.append(not concept)
        times.append((n / 10) ** 0.75)  # a word said a hundred times is not a hundred examples
    return np.stack(rows), np.array(groups), np.array(right), np.array(times)
