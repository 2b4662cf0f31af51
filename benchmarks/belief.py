"""Belief against what experts judged: 3,000 computer-science triples of CS-KG3600.

    python -m benchmarks.belief [--fit] [--readings] [--diagram docs/images/belief_reliability.svg]

Each triple becomes voices as the graph has them, and ``kg.belief.belief`` is asked: the same
function that the graph uses. ``--fit`` prints the parameters that stand in ``kg/belief.py``,
``--readings`` how much our own methods err in each family of predicates, from statements of real
articles that were judged (``benchmarks/data/reading_verdicts.tsv``).
Needs ../shared/benchmarks/cskg3600 (or POLYMATH_SHARED).

The triples were extracted by SCICERO (Dessì et al. 2022, doi:10.1016/j.knosys.2022.109945).
Their files say which extractors found a triple and in which works, but not who found it
where: works are dealt to extractors in turn. Triples made up at random are left out.
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import log
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.measure import SHARED
from benchmarks.reliability import FloatArray, diagram, scores, wilson
from kg.belief import CALIBRATED, USUAL, WEIGHT, Errors, Parameters, Voice, belief, breaks
from kg.ontology import CO_MENTION, FAMILIES

DATA = SHARED / "benchmarks" / "cskg3600" / "cskg3600.csv"
READINGS = Path(__file__).resolve().parent / "data" / "reading_verdicts.tsv"
"""Verdicts on statements that we read in real articles, without their sentences."""
DRAWN = 10
"""Verdicts that a family's share of right ones is drawn towards its group's share by."""
SEED = 20261122
SPLITS = 20
FAMILY: Mapping[str, str] = {
    "dygiepp": "model",  # a trained neural extractor
    "pos tagger": "pattern",  # verbs between two names
    "openie": "dependency",  # clauses of the dependency tree
    "dependency tagger": "dependency",  # paths in the dependency tree
}
"""Which of our method families an extractor of CS-KG3600 belongs to."""
BEFORE = Parameters({}, {}, Errors(1 - USUAL, 0.12), 0.0)
"""Belief as it was before calibration: a score taken as it is, each family on its own."""

PREDICATE: Mapping[str, str] = {
    "uses": "uses", "skos:broader/is/hyponym-of": "is_a", "includes": "contains",
    "based-on": "based_on", "produces": "produces", "improves": "increases",
    "supports": "enables", "identifies": "detects", "solves": "solves", "limits": "decreases",
    "predicts": "predicts", "outperforms": "outperforms", "affects": "affects",
    "contributes-to": "affects", "causes": "causes", "interacts-with": "interacts_with",
    "provides": "produces", "analyzes": "measures", "extracts": "detects", "classifies": "detects",
}  # fmt: skip
"""Our predicate for theirs; the others have none, and break nothing."""
KIND: Mapping[str, str] = {
    "Method": "method", "Task": "task", "Material": "data", "Metric": "metric",
    "OtherEntity": "term",
}  # fmt: skip
"""Our kind for theirs; what they call material is mostly corpora and data sets."""

Combination = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Triple:
    """One judged triple: as voices, and what else is known of it."""

    voices: tuple[Voice, ...]
    extractors: tuple[str, ...]
    works: int
    combination: Combination
    flagged: bool
    unchecked: bool
    pair: tuple[str, ...]
    words: int
    right: bool


def read_triples(path: Path = DATA) -> list[Triple]:
    """The triples that extractors found, in the order of the file."""
    if not path.exists():
        raise SystemExit(f"{path} is not here; set POLYMATH_SHARED to the folder it is under.")
    with path.open(encoding="utf-8", newline="") as file:
        return [_triple(row) for row in csv.DictReader(file) if row["random_generated"] != "1"]


def _triple(row: Mapping[str, str]) -> Triple:
    found = ast.literal_eval(row["sources"])
    extractors = tuple(e for e in FAMILY if e in found)
    # One row has a stray character instead of its works; somebody found it somewhere.
    works = len(ast.literal_eval(row["files"])) if row["files"].startswith("{") else 1
    dealt = {
        Voice(f"w{i % works}", FAMILY[extractors[i % len(extractors)]], USUAL, "affirmed")
        for i in range(max(works, len(extractors)))
    }
    return Triple(
        voices=tuple(sorted(dealt)),
        extractors=extractors,
        works=works,
        combination=(row["rel"], row["subj_type"], row["obj_type"]),
        flagged=row["discarded_by_onto"] == "1",
        unchecked=row["discarded_by_classifier"] == "1",
        pair=tuple(sorted((row["subj"], row["obj"]))),
        words=min(len(row["subj"].split()), len(row["obj"].split())),
        right=row["gs"] == "1",
    )


def halves(triples: Iterable[Triple], seed: int) -> tuple[list[Triple], list[Triple]]:
    """To fit on and to measure on; a pair of arguments is on one side only, either way round."""
    triples = list(triples)
    pairs = sorted({t.pair for t in triples})
    random.Random(seed).shuffle(pairs)
    mine = set(pairs[: len(pairs) // 2])
    return [t for t in triples if t.pair in mine], [t for t in triples if t.pair not in mine]


def forbidden(triples: Iterable[Triple]) -> frozenset[Combination]:
    """Predicate and kinds that the authors' domain and range table mostly refused; no verdicts.

    Triples that their classifier had dropped before were never checked, and do not count.
    """
    votes: Counter[Combination] = Counter()
    for t in triples:
        if not t.unchecked:
            votes[t.combination] += 1 if t.flagged else -1
    return frozenset(c for c, n in votes.items() if n > 0)


def broken_here(triples: Iterable[Triple]) -> frozenset[Combination]:
    """Predicate and kinds that Polymath's own table (``kg.ontology``) refuses."""
    return frozenset(
        (predicate, a, b)
        for predicate, a, b in {t.combination for t in triples}
        if breaks(PREDICATE.get(predicate, ""), KIND[a], KIND[b])
    )


# --------------------------------------------------------------------------- belief


def believed(
    triples: Sequence[Triple], schema: frozenset[Combination], parameters: Parameters = CALIBRATED
) -> FloatArray:
    """What ``kg.belief`` says of each triple, given the combinations that break the schema."""
    said: dict[tuple[tuple[Voice, ...], bool], float] = {}
    for t in triples:
        key = (t.voices, t.flagged or t.combination in schema)
        if key not in said:
            said[key] = belief(t.voices, breach=key[1], parameters=parameters)
    return np.array([said[t.voices, t.flagged or t.combination in schema] for t in triples])


def fit(
    triples: Sequence[Triple],
    schema: frozenset[Combination],
    groups: Mapping[str, str] = CALIBRATED.groups,
) -> Parameters:
    """Parameters to two digits that make the verdicts likeliest, by descent along each in turn."""
    counts: dict[tuple[tuple[Voice, ...], bool], list[int]] = defaultdict(lambda: [0, 0])
    for t in triples:
        counts[t.voices, t.flagged or t.combination in schema][t.right] += 1
    names = sorted({groups.get(f, f) for f in FAMILY.values()})

    def parameters(at: Sequence[int]) -> Parameters:
        errors = {n: Errors(at[2 * i] / 100, at[2 * i + 1] / 100) for i, n in enumerate(names)}
        return replace(CALIBRATED, groups=groups, errors=errors, breach=at[-1] / 100)

    def loss(at: Sequence[int]) -> float:
        total, p = 0.0, parameters(at)
        for (voices, breach), (wrong, right) in counts.items():
            b = min(max(belief(voices, breach=breach, parameters=p), 1e-4), 1 - 1e-4)
            total -= right * log(b) + wrong * log(1 - b)
        return total

    start = [30] * (2 * len(names) + 1)
    return parameters(_descend(loss, start, steps=(20, 5, 1)))


def _descend(
    loss: Callable[[Sequence[int]], float], at: list[int], steps: Sequence[int]
) -> list[int]:
    best = loss(at)
    for step in steps:
        moved = True
        while moved:
            moved = False
            for i, way in product(range(len(at)), (-step, step)):
                tried = [*at[:i], min(max(at[i] + way, 0), 99), *at[i + 1 :]]
                if tried != at and (found := loss(tried)) < best - 1e-9:
                    at, best, moved = tried, found, True
    return at


# --------------------------------------------------------------------------- our own readings


def read_readings(path: Path = READINGS) -> list[dict[str, str]]:
    """Statements of our own that were judged: family, methods, score, assertion, verdict."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def fit_readings(
    rows: Iterable[Mapping[str, str]], parameters: Parameters = CALIBRATED
) -> dict[tuple[str, str], float]:
    """The random error of each of our methods for each family of predicates, to two digits.

    A family's share of right statements is drawn towards that of all that its group of methods
    says, as by :data:`DRAWN` more verdicts; one method of a group is as much better in each family
    as it is in all. Statements that several groups say teach nothing of either, and are left out.
    """
    told: dict[str, list[tuple[str, str, float, bool]]] = defaultdict(list)
    for row in rows:
        methods = row["methods"].split("+")
        groups = {parameters.groups.get(m, m) for m in methods}
        if len(groups) == 1 and row["assertion"] in ("affirmed", "comparative"):
            level = float(row["score"]) * WEIGHT[row["assertion"]] / USUAL
            told[groups.pop()].append((methods[0], row["family"], level, row["verdict"] == "right"))
    found: dict[tuple[str, str], float] = {}
    for group, said in told.items():
        share, level = _share(r for *_, r in said), sum(x for _, _, x, _ in said) / len(said)
        reach = (1.0 - parameters.errors[group].systematic) * level
        for method in sorted({m for m, *_ in said}):
            better = _share((r for m, _, _, r in said if m == method), share) / share
            for family in FAMILIES:
                if family == CO_MENTION:
                    continue
                right = better * _share((r for _, f, _, r in said if f == family), share)
                found[method, family] = round(min(max(1.0 - right / reach, 0.01), 0.99), 2)
    return found


def _share(right: Iterable[bool], towards: float = 0.5) -> float:
    told = list(right)
    return (sum(told) + DRAWN * towards) / (len(told) + DRAWN)


# --------------------------------------------------------------------------- beside it


def share_by(
    key: Callable[[Triple], object], fitted: Sequence[Triple], held: Sequence[Triple]
) -> FloatArray:
    """For each held-out triple the share that was right among the fitted of the same key."""
    seen: dict[object, list[bool]] = defaultdict(list)
    for t in fitted:
        seen[key(t)].append(t.right)
    overall = sum(t.right for t in fitted) / len(fitted)
    return np.array([sum(s) / len(s) if (s := seen[key(t)]) else overall for t in held])


def works_group(t: Triple) -> str:
    """How many works say it, as a range."""
    limits = ((1, "1"), (2, "2"), (4, "3-4"), (9, "5-9"))
    return next((name for most, name in limits if t.works <= most), "10+")


def families_of(t: Triple) -> str:
    """The groups of methods that found it."""
    groups = {CALIBRATED.groups.get(v.method_family, v.method_family) for v in t.voices}
    return " + ".join(sorted(groups))


def compare(fitted: Sequence[Triple], held: Sequence[Triple]) -> dict[str, dict[str, float]]:
    """Scores on *held* of belief refitted on *fitted*, of its parts, and of simpler ways."""
    schema, none = forbidden(fitted), frozenset[Combination]()
    blind = [replace(t, flagged=False) for t in fitted]
    blind_held = [replace(t, flagged=False) for t in held]
    own = broken_here([*blind, *blind_held])
    ways = {
        "belief, refitted": believed(held, schema, fit(fitted, schema)),
        "  without the schema": believed(blind_held, none, fit(blind, none)),
        "  with kg.ontology's table": believed(blind_held, own, fit(blind, own)),
        "  each family by itself": believed(held, schema, fit(fitted, schema, {})),
        "belief before calibration": believed(held, none, BEFORE),
        "number of works alone": share_by(works_group, fitted, held),
        "number of extractors alone": share_by(lambda t: len(t.extractors), fitted, held),
        "constant": share_by(lambda _: 0, fitted, held),
    }
    right = verdicts(held)
    return {name: scores(p, right) for name, p in ways.items()}


def verdicts(triples: Sequence[Triple]) -> FloatArray:
    """1.0 where experts judged a triple right."""
    return np.array([float(t.right) for t in triples])


# --------------------------------------------------------------------------- printing

_COLUMNS = ("auc", "ece_equal_mass", "ece_equal_width", "ece_ties_cut", "brier", "log_loss")


def _line(name: str, values: Mapping[str, float]) -> str:
    return f"| {name} | " + " | ".join(f"{values[c]:.3f}" for c in _COLUMNS) + " |"


def _head(what: str) -> str:
    names = ("AUC", "ECE, equal mass", "ECE, equal width", "ECE, ties cut", "Brier", "log loss")
    return f"| {what} | " + " | ".join(names) + " |\n|---|" + "---:|" * len(names)


def _groups(held: Sequence[Triple], p: FloatArray, schema: frozenset[Combination]) -> list[str]:
    """Belief beside the share judged right, within groups that a reader may ask for."""
    kinds: list[tuple[str, Callable[[Triple], str]]] = [
        ("works", works_group),
        ("read by", families_of),
        ("schema", lambda t: "broken" if t.flagged or t.combination in schema else "kept"),
        ("shorter name", lambda t: "1 word" if t.words == 1 else "2 words or more"),
    ]
    out = ["| group | triples | mean belief | judged right | 95 % interval |"]
    out.append("|---|---:|---:|---:|---:|")
    right = verdicts(held)
    order = ["1", "2", "3-4", "5-9", "10+"]
    for title, key in kinds:
        names = [key(t) for t in held]
        for name in sorted(set(names), key=lambda n: (order.index(n) if n in order else -1, n)):
            rows = np.array([i for i, n in enumerate(names) if n == name])
            good, n = float(right[rows].sum()), len(rows)
            low, high = wilson(good, n)
            out.append(
                f"| {title}: {name} | {n} | {p[rows].mean():.2f} | {good / n:.2f} "
                f"| {low:.2f}-{high:.2f} |"
            )
    return out


def main() -> None:
    """Measure, or print what is to stand in kg/belief.py."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--fit", action="store_true", help="print the fitted parameters only")
    options.add_argument("--diagram", type=Path, help="write the reliability diagram here (SVG)")
    options.add_argument("--splits", type=int, default=SPLITS, help="how many seeded splits")
    options.add_argument("--readings", action="store_true", help="print what our readings err")
    args = options.parse_args()
    if args.readings:
        for (method, family), random_error in fit_readings(read_readings()).items():
            print(f'("{method}", "{family}"): {random_error:g},')
        return
    triples = read_triples()
    fitted, held = halves(triples, SEED)
    schema = forbidden(fitted)
    if args.fit:
        found = fit(fitted, schema)
        for name, e in found.errors.items():
            print(f'"{name}": Errors(random={e.random:g}, systematic={e.systematic:g}),')
        print(f"breach={found.breach:g},")
        return
    dropped = sum(t.flagged or t.unchecked for t in triples) / len(triples)
    own = broken_here(triples)
    refused = [t.right for t in triples if t.combination in own]
    right, now = verdicts(held), believed(held, schema)
    before = believed(held, frozenset(), BEFORE)
    shipped = scores(now, right)
    print(f"{len(triples)} triples, {len(fitted)} to fit on, {len(held)} held out (seed {SEED})")
    print(
        f"{dropped:.0%} were thrown away by their pipeline; "
        f"kg.ontology refuses {len(refused)}, {sum(refused)} of which are right\n"
    )
    print(_head("as shipped, on the held-out half"))
    print(_line("belief", shipped))
    print(_line("belief before calibration", scores(before, right)) + "\n")
    print("\n".join(_groups(held, now, schema)) + "\n")
    runs = [compare(*halves(triples, seed)) for seed in range(args.splits)]
    print(_head(f"median of {args.splits} splits"))
    medians = {name: {c: median(r[name][c] for r in runs) for c in _COLUMNS} for name in runs[0]}
    for name, values in medians.items():
        print(_line(name, values))
    name = "belief, refitted"
    worst = {c: (min if c == "auc" else max)(r[name][c] for r in runs) for c in _COLUMNS}
    print(_line(f"{name}, worst split", worst) + "\n")
    if args.diagram:
        args.diagram.write_text(diagram(now, before, right), encoding="utf-8")
    tables = {"shipped": {"belief": shipped}, "medians": medians, "worst": {name: worst}}
    short = {
        what: {way.strip(): {c: round(v, 4) for c, v in s.items()} for way, s in ways.items()}
        for what, ways in tables.items()
    }
    print(json.dumps(short))


if __name__ == "__main__":
    main()
