"""Which concepts will be named in one paper: 91,559 arXiv records, trained to 2016, tested on 2017–19.

    python -m benchmarks.arxiv_links            # about 110 s on one core
    python -m benchmarks.arxiv_links --dev      # the earlier cut that everything was chosen on

Concepts are the names of two published lists of two words and more that stand in title or abstract
(lower case, plural s taken off); two are linked from the first paper on that names both. A concept
counts if a paper up to the cut names it. Positive are the pairs that are unlinked up to the cut and linked
in the three years after; negative are those that are unlinked at the end of these years too. Both are
drawn uniformly from all there are, 100,000 each; intervals are bootstrapped over these pairs. The field of
a concept is the arXiv category that most papers up to the cut that name it are filed under, cross-lists
included; a pair is across fields if these differ.

The model is trained on links of 2014–16 seen from 2013 and asked at the end of 2016. What it looks at, and
its settings, were chosen on the cut three years earlier (``--dev``: trained on 2011–13, tested on 2014–16).
With and without the words of the concepts' names: both are printed.

How the task differs from others on such networks: FutureOfAI (Krenn et al. 2023,
doi:10.1038/s42256-023-00735-0) and Impact4Cast (Gu & Krenn 2024, arXiv:2402.08640) have their own, larger
corpora with the same kind of lists, leave out concepts below a least degree in part of the tasks, draw test
pairs from all unlinked ones, and in Impact4Cast ask for citations, not for a link. So their figures are no
baseline for ours; preferential attachment on our own pairs is. The lists were made from papers up to
2020 and later: that a name is on them tells a little of its future, of positive and negative pairs alike.

Needs ../shared/benchmarks/arxiv_links (or POLYMATH_SHARED).
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.concept_trie import Trie
from benchmarks.measure import SHARED, PeakMemory, timed
from kg.discovery.forecast import Forecaster
from kg.discovery.history import History, history_of_documents
from kg.discovery.pairs import Sample, sample
from kg.discovery.past import GROUPS, Past
from kg.network import Bools, Floats, Ints

DATA = SHARED / "benchmarks" / "arxiv_links"
LISTS = ("futureofai_full_concepts_new.txt", "impact4cast_full_domain_concepts.txt")
SEED = 20261123
SPAN = 3
TEST, DEV = 2016, 2013
PAIRS = 100_000
RESAMPLES = 200
COLUMNS = ["arxiv_id", "created", "categories", "title", "abstract"]


def _read(path: Path) -> pd.DataFrame:
    table = io.BytesIO(lzma.decompress(path.read_bytes()))
    return pd.read_csv(table, sep="\t", usecols=COLUMNS, dtype=str, keep_default_na=False)


def papers(files: str = "*.tsv.xz") -> pd.DataFrame:
    """Each record of some files once: ``document``, ``year``, ``text``, ``categories``."""
    with ThreadPoolExecutor(2) as pool:
        tables = list(pool.map(_read, sorted(DATA.glob(files))))
    records = pd.concat(tables, ignore_index=True).drop_duplicates("arxiv_id", ignore_index=True)
    return pd.DataFrame(
        {
            "document": records["arxiv_id"],
            "year": records["created"].str[:4].astype(int),
            "text": records["title"] + " . " + records["abstract"],
            "categories": records["categories"],
        }
    )


def concepts() -> list[str]:
    """The names of both lists."""
    return [
        line.strip()
        for name in LISTS
        for line in (DATA / name).read_text("utf-8").splitlines()
        if line.strip()
    ]


def history(records: pd.DataFrame, names: Sequence[str]) -> History:
    """Which concepts stand in which papers."""
    trie = Trie.of(names)
    where, what = trie.find(records["text"].tolist())
    spelt = np.array(trie.names, dtype=object)
    several = np.array([" " in name for name in trie.names], bool)[what]
    terms = pd.DataFrame(
        {
            "document": records["document"].to_numpy()[where[several]],
            "term": spelt[what[several]],
        }
    )
    filed = records[["document"]].assign(field=records["categories"].str.split(r"[ ,]+"))
    return history_of_documents(terms, records[["document", "year"]], filed.explode("field"))


def auc(score: Floats, drawn: Sample, rows: Bools) -> dict[str, float]:
    """Area under the ROC curve over some pairs, with its bootstrap interval."""
    order = np.argsort(score[rows], kind="stable")
    y, p = drawn.linked[rows][order], score[rows][order]
    numbers = np.random.default_rng(SEED)
    tied = np.concatenate([[True], np.diff(p) > 0]).cumsum() - 1
    again = [
        _area(y, tied, np.bincount(numbers.integers(len(y), size=len(y)), minlength=len(y)))
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(again, [0.025, 0.975])
    area = _area(y, tied, np.ones(len(y)))
    return {"auc": round(area, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def _area(y: Bools, tied: Ints, times: Floats) -> float:
    """Area under the curve of rows in the order of their scores, each counted so many times.

    Args:
        y: Whether each row is positive.
        tied: Number of each row's score, so that rows of one score share it.
        times: How often each row counts.
    """
    good, bad = (np.bincount(tied, times * which) for which in (y, ~y))
    below = np.cumsum(bad) - bad / 2
    return float((good * below).sum() / (good.sum() * bad.sum()))


def calibration(p: Floats, drawn: Sample) -> dict[str, Any]:
    """Links foreseen and links made among all unlinked pairs, by tenfold of probability."""
    edges = np.array([0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0])
    bins = np.digitize(p, edges[1:-1])
    rows = []
    for n in range(len(edges) - 1):
        here = bins == n
        weight = drawn.weight[here]
        if weight.sum():
            rows.append(
                {
                    "from": float(edges[n]),
                    "pairs": int(weight.sum()),
                    "foreseen": float(np.average(p[here], weights=weight)),
                    "linked": float(np.average(drawn.linked[here], weights=weight)),
                }
            )
    return {
        "foreseen": float(np.average(p, weights=drawn.weight)),
        "linked": float(np.average(drawn.linked, weights=drawn.weight)),
        "bins": rows,
    }


def compare(everything: History, cut: int, pairs: int = PAIRS) -> dict[str, Any]:
    """Train on the links of the years up to *cut*, test on those of the years after; printed."""
    before = cut - SPAN
    drawn = sample(everything, before, cut, most=pairs, seed=SEED)
    then, seconds = timed(lambda: Past.of(everything, before, seed=SEED))
    (seen, _), looking = timed(lambda: then.features(drawn.pairs))
    ours, training = timed(lambda: Forecaster.learn(then, drawn, features=seen, seed=SEED))
    without = set(GROUPS) - {"name"}
    nameless = Forecaster.learn(then, drawn, groups=without, features=seen, seed=SEED)
    test = sample(everything, cut, cut + SPAN, most=pairs, seed=SEED)
    past, more = timed(lambda: Past.of(everything, cut, seed=SEED))
    (x, columns), asking = timed(lambda: past.features(test.pairs))
    scores = {
        "ours": ours.score(x),
        "ours, without the words of names": nameless.score(x),
        "preferential attachment": past.attachment(test.pairs),
        "common neighbours": x[:, columns.index(("common", "common neighbours"))].astype(float),
        "Adamic–Adar": x[:, columns.index(("common", "Adamic–Adar"))].astype(float),
    }
    home = past.home()[test.pairs]
    across = home[:, 0] != home[:, 1]
    told = f"{test.new:,} of {test.unlinked:,} unlinked pairs were linked in {cut + 1}–{cut + SPAN}"
    print(f"\nTrained on {ours.told}; tested from {cut} on: {told}.")
    print(
        f"| AUC over {len(across):,} pairs | all | across fields ({across.mean():.0%}) |\n|---|---|---|"
    )
    result: dict[str, Any] = {}
    for name, score in scores.items():
        result[name] = {
            "all": auc(score, test, np.ones(len(across), bool)),
            "across_fields": auc(score, test, across),
        }
        shown = [f"{r['auc']:.4f} ({r['low']:.4f}–{r['high']:.4f})" for r in result[name].values()]
        print(f"| {name} | {shown[0]} | {shown[1]} |")
    drift = calibration(ours.probability(scores["ours"]), test)
    print(
        f"foreseen {drift['foreseen']:.3%} of unlinked pairs, linked {drift['linked']:.3%}; by probability:"
    )
    for row in drift["bins"]:
        print(
            f"  from {row['from']:.2%}: {row['pairs']:,} pairs, {row['foreseen']:.3%} foreseen, "
            f"{row['linked']:.3%} linked"
        )
    took = {
        "past": round(seconds + more, 1),
        "training": round(training, 1),
        "asking": round(asking + looking, 1),
    }
    return {"cut": cut, "auc": result, "calibration": drift, "seconds": took}


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, train, test, and print a line of JSON."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--dev", action="store_true", help="the cut that settings were chosen on")
    args = options.parse_args(arguments)
    cut = DEV if args.dev else TEST

    def run() -> dict[str, Any]:
        records, reading = timed(papers)
        past, finding = timed(lambda: history(records, concepts()))
        print(f"{len(records):,} papers, {len(past.ids):,} concepts named, {past.held.nnz:,} times")
        found = compare(past, cut)
        found["seconds"] |= {"reading": round(reading, 1), "finding": round(finding, 1)}
        return found | {"papers": len(records), "concepts": len(past.ids)}

    # One thread: the same to the last digit everywhere, and threads that wait for each other save nothing.
    with PeakMemory() as memory, threadpool_limits(1):
        began = process_time()
        result, seconds = timed(run)
        result["seconds"]["processor"] = round(process_time() - began, 1)
    result["seconds"]["all"] = round(seconds, 1)
    result["peak_memory_gb"] = round(memory.peak / 1e9, 2)
    print(f"{seconds:.0f} s, of which {result['seconds']}; {result['peak_memory_gb']} GB")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
