"""How well the reader reads: ``python -m benchmarks.extraction``.

Whole test splits, strict span and type F1 in int8 as shipped; relations between given and
between found entities; how quiet each head is off its field, before and after routing; int8
beside fp32 where a training's folder is named. References are the figures that the
corpora's papers and other systems report, often on other splits: compare levels.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import SHARED
from extractors.components.heads import head_fields, speakers
from extractors.encoder.reading import OVER, Page, ReaderModel, shipped_weights
from extractors.encoder.weights import Weights
from extractors.training.corpora import CORPORA, Window
from extractors.training.recipe import load
from extractors.training.scoring import (
    Passage,
    Score,
    passages,
    read_passages,
    relate_given,
    score_relations,
    score_spans,
)

FIRST_TRY: Mapping[str, tuple[float, float, str]] = {
    "scierc": (62.0, 64, "SciIE 64.2; spaCy's CNN on the same data 44.9"),
    "scienceie": (40.7, 44, "best of 2017: 46; spaCy's CNN 23.1"),
    "bc5cdr": (82.1, 85, "scispaCy 83.9"),
    "ncbi": (76.1, 80, "scispaCy 81.7"),
    "biored": (75.1, 78, "PubMedBERT-CRF 89.3"),
    "bc2gm": (60.8, 66, "BioMobileBERT 85.3, allowing alternative spans"),
    "mulms": (57.9, 62, ""),
    "sofc": (73.6, 76, ""),
    "matsyn": (74.4, 76, ""),
    "somesci": (60.2, 64, ""),
    "tdmsci": (52.6, 58, ""),
    "quantity": (73.1, 78, ""),
    "measured": (31.9, 38, ""),
    "geo": (85.0, 85, ""),
    "agri": (60.3, 62, ""),
    "astro": (45.0, 48, ""),
    "biodiv": (58.6, 64, ""),
}
"""First try's F1, what is to be reached, and published references."""
FIRST_RELATIONS: Mapping[str, tuple[float, float, str]] = {
    "scierc given": (55.1, 58, ""),
    "scierc": (34.8, 38, "SciIE 39.3, DyGIE++ 46.2"),
    "matsyn": (55.1, 58, ""),
    "somesci": (53.2, 56, ""),
    "measeval": (22.9, 30, ""),
}
OFF_FIELD = {"many", "general", "software"}
"""Fields of corpora that may hold anything: no text in which a head must be quiet."""
A_WORK = 20
"""Test windows that are routed together, as the passages of one work are."""


def test_passages(windows: Sequence[Window], corpus: str) -> list[Passage]:
    """The whole test split of a corpus."""
    return passages([w for w in windows if w.corpus == corpus and w.split == "test"])


def _figures(s: Score) -> dict[str, Any]:
    low, high = s.interval()
    return {
        "precision": round(s.precision, 1), "recall": round(s.recall, 1), "f1": round(s.f1, 1),
        "low": round(low, 1), "high": round(high, 1), "gold": s.gold,
    }  # fmt: skip


def entities(
    model: ReaderModel, tests: Mapping[str, Sequence[Passage]]
) -> dict[str, dict[str, Any]]:
    """Strict scores of each head on its own corpus."""
    out: dict[str, dict[str, Any]] = {}
    for gold in tests.values():
        heads = [h for h in sorted({h for p in gold for h in p.entities}) if h in model.tags]
        if not gold or not heads:
            continue
        pages = read_passages(model, gold, heads=heads, schemes=[])
        for head in heads:
            s = score_spans(pages, gold, head)
            out[head] = _figures(s)
            out[head]["labels"] = {
                k: round(200 * c["right"] / max(1, c["proposed"] + c["gold"]), 1)
                for k, c in sorted(s.labels.items())
                if c["gold"]
            }
    return out


def relations(
    model: ReaderModel, tests: Mapping[str, Sequence[Passage]]
) -> dict[str, dict[str, Any]]:
    """Strict scores of each scheme, with precision and recall by threshold."""
    out: dict[str, dict[str, Any]] = {}
    for gold in tests.values():
        schemes = [
            s for s in sorted({s for p in gold for s in p.relations}) if s in model.relations
        ]
        for scheme in schemes:
            least = model.tuning.get("relation", {}).get(scheme, 0.5)
            pages = relate_given(model, gold, scheme)
            ways = {f"{scheme} given": pages}
            if scheme in OVER:
                ways[scheme] = read_passages(
                    model, gold, heads=OVER[scheme], schemes=[scheme], open_minded=True
                )
            for name, found in ways.items():
                s = score_relations(found, gold, scheme, least)
                curve = [
                    (t, round(c.precision, 1), round(c.recall, 1))
                    for t in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
                    for c in (score_relations(found, gold, scheme, t),)
                ]
                out[name] = _figures(s) | {"least": least, "curve": curve}
    return out


def quiet(
    model: ReaderModel, tests: Mapping[str, Sequence[Passage]]
) -> dict[str, dict[str, float]]:
    """Entities a thousand words that specialist heads find in other fields' test text.

    "before" hears every head; "after" those that :func:`speakers` names for twenty windows
    together, and spans with an even chance of being right.
    """
    specialists = {h: f for h, f in head_fields().items() if "any" not in f and h in model.tags}
    words: dict[str, int] = defaultdict(int)
    before: dict[str, int] = defaultdict(int)
    after: dict[str, int] = defaultdict(int)
    for corpus, gold in tests.items():
        own = CORPORA[corpus].field
        if own in OFF_FIELD:
            continue
        off = [h for h, fields in specialists.items() if own not in fields]
        for k in range(0, len(gold), A_WORK):
            some = gold[k : k + A_WORK]
            pages = read_passages(model, some, heads=off, schemes=[])
            heard = set(speakers(_mean_fields(pages)))
            n = sum(len(p.text.split()) for p in some)
            for head in off:
                spans = [x for p in pages for x in p.spans(head)]
                words[head] += n
                before[head] += len(spans)
                after[head] += sum(x[3] >= 0.5 for x in spans) if head in heard else 0
    return {
        h: {
            "words": words[h],
            "before": round(1000 * before[h] / max(1, words[h]), 2),
            "after": round(1000 * after[h] / max(1, words[h]), 2),
        }
        for h in specialists
    }


def _mean_fields(pages: Sequence[Page]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    n = sum(len(p.text) for p in pages)
    for p in pages:
        for f, v in p.fields.items():
            total[f] += v * len(p.text) / max(1, n)
    return dict(total)


def embedder_agreement(weights: Weights, folder: Path, texts: Sequence[str]) -> float:
    """Spearman's rank correlation of pairwise similarities, int8 beside the fp32 original."""
    from extractors.encoder.towers import Embedder, WordTable, session

    table = WordTable(weights)
    ours = Embedder(weights, table)
    whole = Embedder(weights, table)
    whole._session = session(folder / "embedder.fp32.onnx", 0)
    exact = np.load(folder / "words.fp32.npy")
    whole.table = WordTable(weights)
    whole.table.sum = lambda ids: exact[ids] + table._positions[: ids.shape[1]]  # type: ignore[method-assign]
    a, b = ours(texts), whole(texts)
    pick = np.triu_indices(len(texts), 1)
    x, y = (m @ m.T for m in (a, b))
    ranks = [v[pick].argsort().argsort().astype(float) for v in (x, y)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.extraction", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--annotations", type=Path, default=SHARED / "annotations" / "annotations.jsonl.gz"
    )
    parser.add_argument(
        "--weights", type=Path, help="folder of weights; those that ship if left out"
    )
    parser.add_argument(
        "--fp32", type=Path, help="folder of the training, for the comparison with fp32"
    )
    parser.add_argument("--part", choices=("all", "quality", "speed"), default="all")
    args = parser.parse_args()
    result: dict[str, Any] = {}
    if args.part in ("all", "quality"):
        result |= quality(args)
    if args.part in ("all", "speed"):
        from benchmarks.reading_speed import reading_speed

        result |= reading_speed()
    print(json.dumps(result))


def _prf(s: Mapping[str, Any]) -> str:
    return (
        f"{s['gold']:6.0f} {s['precision']:5.1f} {s['recall']:5.1f} {s['f1']:5.1f} "
        f"{s['low']:5.1f}-{s['high']:5.1f}"
    )


def _reached(f1: float, goal: float) -> str:
    return "" if not goal else "reached" if f1 >= goal else f"{goal - f1:.1f} short"


def quality(args: argparse.Namespace) -> dict[str, Any]:
    """All figures but the speed."""
    weights = Weights(args.weights, "reader") if args.weights else shipped_weights()
    model = ReaderModel(weights)
    windows = load(args.annotations)
    tests = {c: test_passages(windows, c) for c in CORPORA}
    found = entities(model, tests)
    exact: dict[str, dict[str, Any]] = {}
    if args.fp32:
        exact = entities(
            ReaderModel(weights, onnx=str((args.fp32 / "reader.fp32.onnx").resolve())), tests
        )
    print("head          gold     P     R    F1         95%  first  goal  fp32  reference")
    for head, s in found.items():
        first, goal, reference = FIRST_TRY.get(head, (0.0, 0.0, ""))
        whole = f"{exact[head]['f1']:.1f}" if exact else ""
        print(
            f"{head:11} {_prf(s)} {first:6.1f} {goal:5.0f} {whole:>5}  "
            f"{_reached(s['f1'], goal):10} {reference}"
        )
    related = relations(model, tests)
    print(
        "\nrelations           gold     P     R    F1         95%  first  goal  precision/recall from ..."
    )
    for name, s in related.items():
        first, goal, reference = FIRST_RELATIONS.get(name, (0.0, 0.0, ""))
        curve = " ".join(f"{t}:{p:.0f}/{r:.0f}" for t, p, r in s["curve"])
        print(
            f"{name:17} {_prf(s)} {first:6.1f} {goal:5.0f}  "
            f"{_reached(s['f1'], goal):10} {curve} {reference}"
        )
    silence = quiet(model, tests)
    print("\nEntities a thousand words off its field, before and after routing")
    for head, q in silence.items():
        print(f"{head:11} {q['words']:9,} words {q['before']:7.2f} -> {q['after']:6.2f}")
    result: dict[str, Any] = {
        "version": model.version,
        "entities": found,
        "relations": related,
        "quiet": silence,
    }
    if exact:
        loss = [exact[h]["f1"] - found[h]["f1"] for h in found]
        result["int8_loss"] = {"mean": round(float(np.mean(loss)), 2), "worst": round(max(loss), 2)}
        print(f"\nint8 against fp32: {result['int8_loss']}")
        held = [p.text for gold in tests.values() for p in gold[:15]]
        result["embedder_spearman"] = round(embedder_agreement(weights, args.fp32, held), 4)
        print(
            f"embedder, Spearman over pairs of {len(held)} test passages: {result['embedder_spearman']}"
        )
    return result


if __name__ == "__main__":
    main()
