"""How many decisions it takes: a simulated curator on gold labels, in our order and in others.

    python -m benchmarks.curation [--plot docs/images/curation_orders.svg] [--seeds 20]

The curator says of each statement it is shown what experts said of it. After every 20 answers the
ranker of ``kg.curation.learning`` is refitted and the rest is ordered anew, by the same functions that
``graph.curation.queue`` uses. Kept are as many statements as there are right ones: what was
accepted, never what was rejected, and of the rest the likeliest. Precision is the share of the kept that is
right (with this number it is recall, too), and the question is after how many answers it is reached.

Orders: ours (doubt × reach × novelty); doubt alone; the most believed first; at random, with the same
learning; and at random with belief alone, as if nothing were learnt (the baseline). Each seed takes nine
tenths of the statements. Labels: the held-out half of CS-KG3600 (needs ../shared/benchmarks/cskg3600 or
POLYMATH_SHARED), and verdicts on our own readings (``benchmarks/data``), doubtful counting as wrong.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.belief import (
    FAMILY,
    READINGS,
    SEED,
    believed,
    broken_here,
    halves,
    read_triples,
)
from benchmarks.measure import timed
from benchmarks.reliability import _STYLE, FloatArray
from kg.belief import Voice, belief
from kg.curation.learning import Ranker, Traits, threshold, together
from kg.curation.queue import LEAST_TAUGHT, factors
from kg.network import Codes, Ints

REVIEW = READINGS.with_name("review_verdicts.tsv")
BATCH = 20
TARGETS = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Gold:
    """Statements with what experts said of them."""

    name: str
    traits: Traits
    degree: FloatArray
    right: FloatArray

    def part(self, rows: Ints) -> Gold:
        """Some of them."""
        t = self.traits
        names = tuple(Codes(c.codes[rows], c.values) for c in t.names)
        part = Traits(
            belief=t.belief[rows],
            works=t.works[rows],
            evidence=t.evidence[rows],
            mixed=t.mixed[rows],
            names=names,
        )
        return Gold(self.name, part, self.degree[rows], self.right[rows])


def cskg() -> Gold:
    """The triples of CS-KG3600 that belief was not fitted on; what breaks the schema by kg.ontology."""
    everything = [replace(t, flagged=False) for t in read_triples()]
    _, held = halves(everything, SEED)
    p = believed(held, broken_here(everything))
    touched = Counter(end for t in held for end in t.pair)
    predicate, *kinds = (Codes.of([t.combination[i] for t in held]) for i in range(3))
    extractors = Codes.of(["+".join(sorted({FAMILY[e] for e in t.extractors})) for t in held])
    words = Codes.of([min(t.words, 5) for t in held])
    traits = Traits(
        belief=p,
        works=np.array([t.works for t in held], float),
        evidence=np.array([len(t.voices) for t in held], float),
        mixed=np.zeros(len(held), bool),
        names=(together(predicate, *kinds), predicate, *kinds, words, extractors),
    )
    degree = np.array([sum(touched[end] for end in t.pair) for t in held], float)
    return Gold(
        "CS-KG3600, held-out half", traits, degree, np.array([float(t.right) for t in held])
    )


def readings() -> Gold:
    """Our own readings of real articles that were judged, without names: those do not leave the machine."""
    rows: list[tuple[str, str, str, float, bool]] = []
    with READINGS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            voices = [
                Voice("w", m, float(row["score"]), row["assertion"])
                for m in row["methods"].split("+")
            ]
            p = belief(voices, family=row["family"])
            rows.append(
                (row["predicate"], row["family"], row["methods"], p, row["verdict"] == "right")
            )
    with REVIEW.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            p = float(row["belief"])
            rows.append(
                (row["predicate"], row["family"], row["methods"], p, row["verdict"] == "right")
            )
    predicate, family, methods = (Codes.of([r[i] for r in rows]) for i in range(3))
    traits = Traits(
        belief=np.array([r[3] for r in rows]),
        works=np.ones(len(rows)),
        evidence=np.ones(len(rows)),
        mixed=np.zeros(len(rows), bool),
        names=(together(predicate, methods), predicate, family, methods),
    )
    right = np.array([float(r[4]) for r in rows])
    return Gold("our own readings", traits, np.ones(len(rows)), right)


Order = Callable[[Gold, FloatArray, Ints, np.random.Generator], FloatArray]


def ours(gold: Gold, p: FloatArray, decided: Ints, _: np.random.Generator) -> FloatArray:
    """Doubt × reach × novelty, as the queue has it."""
    return _factors(gold, p, decided).score


def doubt(gold: Gold, p: FloatArray, decided: Ints, _: np.random.Generator) -> FloatArray:
    """Doubt alone."""
    return np.asarray(_factors(gold, p, decided).doubt)


def surest(_: Gold, p: FloatArray, __: Ints, ___: np.random.Generator) -> FloatArray:
    """The most believed first."""
    return p


def chance(_: Gold, p: FloatArray, __: Ints, numbers: np.random.Generator) -> FloatArray:
    """At random."""
    return numbers.random(len(p))


def _factors(gold: Gold, p: FloatArray, decided: Ints) -> Any:
    pattern = gold.traits.names[0]
    alike = np.bincount(pattern.codes[decided], minlength=len(pattern.values))[pattern.codes]
    return factors(p, gold.traits.mixed, gold.degree, alike)


ORDERS: dict[str, tuple[Order, bool]] = {
    "doubt × reach × novelty": (ours, True),
    "doubt": (doubt, True),
    "most believed first": (surest, True),
    "random": (chance, True),
    "random, nothing learnt": (chance, False),
}


def simulate(gold: Gold, order: Order, learns: bool, seed: int) -> FloatArray:
    """Precision of what is kept after 0, 20, 40 … answers, until all are given."""
    numbers = np.random.default_rng(seed)
    n, kept = len(gold.right), int(gold.right.sum())
    decided = np.array([], np.int64)
    curve = []
    while True:
        answers = gold.right[decided]
        both = len(decided) >= LEAST_TAUGHT and 0 < answers.sum() < len(decided)
        p = gold.traits.belief
        if learns and both:
            p = Ranker.fit(gold.traits, decided, answers).probability(gold.traits)
        known = p.copy()
        known[decided] = np.where(answers == 1, 2.0, -1.0)
        best = np.lexsort((numbers.random(n), -known))[:kept]
        curve.append(float(gold.right[best].mean()))
        if len(decided) == n:
            return np.array(curve)
        rank = order(gold, p, decided, numbers).copy()
        rank[decided] = -np.inf
        left = min(BATCH, n - len(decided))
        decided = np.concatenate([decided, np.lexsort((numbers.random(n), -rank))[:left]])


def needed(curve: FloatArray, n: int) -> dict[str, int]:
    """Answers until precision is, and stays, each of TARGETS."""
    out = {}
    for target in TARGETS:
        below = np.flatnonzero(curve < target)
        out[f"{target:.2f}"] = min(int((below[-1] + 1) * BATCH), n) if len(below) else 0
    return out


def compare(gold: Gold, seeds: int) -> dict[str, Any]:
    """All orders on one set, printed: medians over the seeds."""
    n = len(gold.right)
    print(f"\n{gold.name}: {n} statements, {gold.right.mean():.0%} right")
    print(
        "| order | before | " + " | ".join(f"to {t:.2f}" for t in TARGETS) + " | mean precision |"
    )
    print("|---|---:|" + "---:|" * (len(TARGETS) + 1))
    result: dict[str, Any] = {}
    for name, (order, learns) in ORDERS.items():
        curves = []
        for seed in range(seeds):
            rows = np.random.default_rng(seed).permutation(n)[: n * 9 // 10]
            part = gold.part(np.sort(rows))
            curves.append(simulate(part, order, learns, seed))
        # Each seed has as many statements, though not as many right ones.
        stacked = np.stack(curves)
        counts = [needed(c, n * 9 // 10) for c in curves]
        medians = {t: int(np.median([c[t] for c in counts])) for t in counts[0]}
        result[name] = {
            "labels": n * 9 // 10,
            "before": round(float(np.median(stacked[:, 0])), 3),
            "labels_needed": medians,
            "mean_precision": round(float(stacked.mean()), 4),
            "curve": np.median(stacked, axis=0).round(4).tolist(),
        }
        told = " | ".join(str(v) for v in medians.values())
        print(f"| {name} | {result[name]['before']:.3f} | {told} | {stacked.mean():.3f} |")
    return result


def thresholds(gold: Gold, seeds: int, labels: int = 200) -> dict[str, dict[str, float]]:
    """Whether a threshold keeps its promise: after 200 random answers, what is kept of the others."""
    out = {}
    print(f"\n{gold.name}: threshold after {labels} answers at random, on what was not asked about")
    for target in (0.7, 0.8, 0.9):
        true, share = [], []
        for seed in range(seeds):
            decided = np.random.default_rng(seed).permutation(len(gold.right))[:labels]
            p = Ranker.fit(gold.traits, decided, gold.right[decided]).probability(gold.traits)
            rest = np.setdiff1d(np.arange(len(p)), decided)
            kept = rest[p[rest] >= threshold(p[rest], target)]
            share.append(len(kept) / len(rest))
            if len(kept):
                true.append(float(gold.right[kept].mean()))
        out[f"{target:.2f}"] = {
            "precision": round(float(np.mean(true)), 3) if true else 1.0,
            "kept": round(float(np.mean(share)), 3),
        }
        print(f"  promised {target:.2f}: {out[f'{target:.2f}']}")
    return out


def drawn(results: dict[str, dict[str, Any]]) -> str:
    """The curves as an SVG that follows light and dark: a panel a set of labels."""
    width, height, left, top = 420, 300, 50, 34
    shapes = {"doubt × reach × novelty": "n", "random": "o", "random, nothing learnt": "d"}
    parts = []
    for i, (title, result) in enumerate(results.items()):
        x0 = left + i * (width + 60)
        longest = max(len(r["curve"]) for r in result.values()) - 1
        last = max(r["labels"] for r in result.values())
        low = min(min(r["curve"]) for r in result.values())
        low = np.floor(low * 10) / 10

        def at(
            step: float, p: float, x0: int = x0, longest: int = longest, low: float = low
        ) -> str:
            x = x0 + width * step / longest
            return f"{x:.1f},{top + height * (1 - (p - low) / (1 - low)):.1f}"

        parts.append(f'<rect class="f" x="{x0}" y="{top}" width="{width}" height="{height}"/>')
        parts.append(f'<text x="{x0}" y="{top - 12}">{title}</text>')
        for p in np.arange(low, 1.001, 0.1):
            x, y = at(0, p).split(",")
            parts.append(f'<path class="g" d="M{x},{y}h{width}"/>')
            parts.append(
                f'<text x="{x0 - 8}" y="{float(y) + 4:.1f}" text-anchor="end">{p:.1f}</text>'
            )
        for share in (0, 0.25, 0.5, 0.75, 1):
            x, _ = at(longest * share, low).split(",")
            label = f"{min(int(longest * share) * BATCH, last):,}"
            parts.append(
                f'<text x="{x}" y="{top + height + 18}" text-anchor="middle">{label}</text>'
            )
        for n, (name, shape) in enumerate(shapes.items()):
            points = " ".join(at(k, p) for k, p in enumerate(result[name]["curve"]))
            parts.append(f'<polyline class="{shape}" fill="none" points="{points}"/>')
            y = top + height - 20 - 20 * (len(shapes) - 1 - n)
            parts.append(f'<path class="{shape}" d="M{x0 + 190},{y - 4}h26"/>')
            parts.append(f'<text x="{x0 + 222}" y="{y}">{name}</text>')
    total = left + len(results) * (width + 60)
    parts.append(
        f'<text x="{left}" y="{top + height + 42}">precision of what is kept, over the decisions '
        "of a simulated curator</text>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {top + height + 56}" '
        f'role="img" aria-label="Precision of kept statements over decisions, by order">'
        f"<style>{_STYLE}</style>{''.join(parts)}</svg>\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line of JSON."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--plot", type=Path, help="write the curves here (SVG)")
    options.add_argument("--seeds", type=int, default=20)
    args = options.parse_args(arguments)
    results, promised = {}, {}
    for gold in (cskg(), readings()):
        rows = np.arange(200)
        _, seconds = timed(lambda g=gold, r=rows: Ranker.fit(g.traits, r, g.right[r]))
        results[gold.name] = compare(gold, args.seeds)
        promised[gold.name] = thresholds(gold, args.seeds)
        print(f"a refit from 200 answers takes {seconds * 1000:.0f} ms")
    if args.plot:
        args.plot.write_text(drawn(results), "utf-8")
    short = {
        name: {order: {k: v for k, v in r.items() if k != "curve"} for order, r in result.items()}
        for name, result in results.items()
    }
    print(json.dumps({"orders": short, "thresholds": promised}))


if __name__ == "__main__":
    main()
