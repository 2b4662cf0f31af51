"""Statements drawn at random for a person to judge against their sentence, and what was judged.

    python -m benchmarks.review --graph science.kg --out ../review.csv
    python -m benchmarks.review --graph science.kg --out ../together.csv --family co-mention
    python -m benchmarks.review --score benchmarks/data/review_verdicts.tsv

Fill in ``verdict``: right, wrong or doubtful; ``cause`` in one word where it is not right; a
note. Right is a statement that the sentence makes, in that direction, of things with complete
names and fitting kinds. Anything else is not, and doubtful counts as not right. The review
holds sentences of other people's articles, so it is not written into the repository;
``--keep verdicts.tsv`` writes what was judged without them.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import kg
from benchmarks.reliability import wilson
from kg.errors import PolymathError
from kg.model import Statement
from kg.ontology import CO_MENTION
from kg.schema import NODES

SEED = 20261122
COLUMNS = (
    "id", "subject", "subject_kind", "predicate", "object", "object_kind", "qualifiers", "family",
    "methods", "belief", "assertion", "attribution", "title", "sentence", "verdict", "cause", "note",
)  # fmt: skip
KEPT = ("id", "family", "predicate", "methods", "belief", "verdict", "cause", "note")
"""What may leave the machine: nothing that another wrote."""
VERDICTS = ("right", "wrong", "doubtful")
NAMING = ("kind", "name")
"""Causes of doubt about what the two things are called, not about what is said of them."""
ROOT = Path(__file__).resolve().parents[1]
Line = dict[str, str]


def candidates(graph: kg.Graph, n: int, least: float, family: str) -> tuple[list[Statement], float]:
    """The statements to draw *n* from, in order of id, and the belief they have at least.

    Where fewer than *n* are believed *least*, the bound is lowered to the belief that so many have.
    Co-mentions are candidates only where *family* asks for them.
    """
    table = NODES["Statement"]
    all_of = [
        Statement(**row)
        for rows in graph.store.scan(table)
        for row in table.dicts(rows)
        if (row["family"] == family if family else row["family"] != CO_MENTION)
    ]
    beliefs = sorted((s.belief for s in all_of), reverse=True)
    if beliefs:
        least = min(least, beliefs[min(n, len(beliefs)) - 1])
    return sorted((s for s in all_of if s.belief >= least), key=lambda s: s.id), least


def draw(
    graph: kg.Graph, n: int = 200, seed: int = SEED, least: float = 0.7, family: str = ""
) -> tuple[list[Line], float, int]:
    """*n* statements at random, a line each to judge; the bound of belief; and out of how many.

    The sentence is that of the surest evidence, with the ⟦subject⟧ and the ⦃object⦄ marked.
    """
    found, bound = candidates(graph, n, least, family)
    drawn = random.Random(seed).sample(found, min(n, len(found)))
    ends = {end for s in drawn for end in (s.subject, s.object)}
    with graph.store.reading() as reader:
        rows = reader.select(NODES["Concept"], "id", ends, ("id", "name", "kind"))
    concepts = {i: (name, kind) for i, name, kind in rows}
    return [_line(graph, s, concepts) for s in drawn], bound, len(found)


def _line(graph: kg.Graph, s: Statement, concepts: Mapping[str, tuple[str, str]]) -> Line:
    evidence = graph.evidence(s.id).sort_values(["score", "id"], ascending=[False, True])
    surest: dict[str, Any] = {str(k): v for k, v in evidence.iloc[0].items()}
    (subject, subject_kind), (object_, object_kind) = concepts[s.subject], concepts[s.object]
    return {
        "id": s.id, "subject": subject, "subject_kind": subject_kind, "predicate": s.predicate,
        "object": object_, "object_kind": object_kind,
        "qualifiers": "" if s.qualifiers == "{}" else s.qualifiers, "family": s.family,
        "methods": "+".join(sorted(set(evidence["method"]))), "belief": f"{s.belief:.4f}",
        "assertion": surest["assertion"], "attribution": surest["attribution"],
        "title": " ".join(str(surest["title"]).split()), "sentence": marked(surest),
        "verdict": "", "cause": "", "note": "",
    }  # fmt: skip


def marked(evidence: Mapping[str, Any]) -> str:
    """The quote on one line, with the ⟦subject⟧ and the ⦃object⦄ marked.

    >>> marked({"quote": "Ice melts.", "start": 5, "subject_start": 5, "subject_end": 8,
    ...         "object_start": 9, "object_end": 14})
    '⟦Ice⟧ ⦃melts⦄.'
    """
    quote, offset = str(evidence["quote"]), int(evidence["start"])
    marks = []
    for name, opening, closing in (("subject", "⟦", "⟧"), ("object", "⦃", "⦄")):
        first, last = int(evidence[f"{name}_start"]), int(evidence[f"{name}_end"])
        if last > first:
            marks += [(first - offset, 1, opening), (last - offset, 0, closing)]
    for at, _, mark in sorted(marks, reverse=True):
        if 0 <= at <= len(quote):
            quote = quote[:at] + mark + quote[at:]
    return " ".join(quote.split())


def write(path: Path, lines: Iterable[Line], columns: Sequence[str] = COLUMNS) -> None:
    """Write lines as CSV, or with tabs if the file is called ``.tsv``.

    Raises:
        PolymathError: If sentences would be written into the repository.
    """
    if "sentence" in columns and path.resolve().is_relative_to(ROOT):
        raise PolymathError(
            f"{path} lies in the repository, and a review holds sentences of other people's "
            "articles; choose a path outside of it."
        )
    with path.open("w", encoding="utf8", newline="") as file:
        tab = "\t" if path.suffix == ".tsv" else ","
        writer = csv.DictWriter(file, columns, delimiter=tab, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(lines)


def read(path: Path) -> list[Line]:
    """The lines of a review, or of the verdicts kept of one.

    Raises:
        PolymathError: If a column is missing or a verdict is none of :data:`VERDICTS`.
    """
    if not path.is_file():
        raise PolymathError(f"{path} is not there; write a review with --graph and --out first.")
    with path.open(encoding="utf8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
        missing = set(KEPT) - set(reader.fieldnames or ())
        if missing:
            raise PolymathError(f"{path} has no column {', '.join(sorted(missing))}.")
        lines: list[Line] = list(reader)
    for number, line in enumerate(lines, start=2):
        line["verdict"] = line["verdict"].strip().lower()
        if line["verdict"] and line["verdict"] not in VERDICTS:
            raise PolymathError(
                f"{path}, line {number}: the verdict is {line['verdict']!r}; "
                f"write one of {', '.join(VERDICTS)}, or nothing."
            )
    return lines


def precision(lines: Sequence[Line]) -> dict[str, Any]:
    """How many were judged, right and doubtful, the share right and its 95 % interval."""
    judged = [line["verdict"] for line in lines if line["verdict"]]
    if not judged:
        return {"judged": 0}
    right, n = judged.count("right"), len(judged)
    low, high = wilson(right, n)
    return {
        "judged": n, "right": right, "doubtful": judged.count("doubtful"),
        "precision": round(right / n, 3), "low": round(max(low, 0.0), 3),
        "high": round(min(high, 1.0), 3),
    }  # fmt: skip


def forgiving(lines: Iterable[Line]) -> list[Line]:
    """The lines with those right that are doubtful only for a kind or a name."""
    return [
        line | {"verdict": "right"}
        if line["verdict"] == "doubtful" and line["cause"] in NAMING
        else line
        for line in lines
    ]


def tenth(line: Line) -> str:
    """The tenth that a line's belief is in.

    >>> tenth({"belief": "0.7321"}), tenth({"belief": "1"})
    ('0.7–0.8', '0.9–1.0')
    """
    low = min(int(float(line["belief"]) * 10), 9) / 10
    return f"{low:.1f}–{low + 0.1:.1f}"


GROUPS: Mapping[str, Callable[[Line], str]] = {
    "family": lambda line: line["family"],
    "methods": lambda line: line["methods"],
    "predicate": lambda line: line["predicate"],
    "belief": tenth,
}


def score(lines: Sequence[Line]) -> dict[str, Any]:
    """Precision of all that sentences say, by group; of co-mention beside it; causes of error."""
    said = [line for line in lines if line["family"] != CO_MENTION]
    out: dict[str, Any] = {
        "statements": precision(said),
        "but_for_kinds_and_names": precision(forgiving(said)),
    }
    for name, key in GROUPS.items():
        groups: dict[str, list[Line]] = defaultdict(list)
        for line in said:
            groups[key(line)].append(line)
        by_size = sorted(groups, key=lambda g: (-len(groups[g]), g))
        out[f"by_{name}"] = {g: precision(groups[g]) for g in by_size}
    out["causes"] = _causes(said)
    beside = [line for line in lines if line["family"] == CO_MENTION]
    if beside:
        out[CO_MENTION] = precision(beside)
        out[f"{CO_MENTION}_causes"] = _causes(beside)
    return out


def _causes(lines: Sequence[Line]) -> dict[str, int]:
    wrong = (line for line in lines if line["verdict"] in VERDICTS[1:])
    return dict(Counter(line["cause"] or "not said" for line in wrong).most_common())


def show(scores: Mapping[str, Any]) -> str:
    """Scores as Markdown."""
    head = "| what | judged | right | doubtful | precision | 95 % |\n|---|---:|---:|---:|---:|---:|"
    out = [head]

    def row(name: str, p: Mapping[str, Any]) -> None:
        if p["judged"]:
            out.append(
                f"| {name} | {p['judged']} | {p['right']} | {p['doubtful']} "
                f"| {p['precision']:.2f} | {p['low']:.2f}–{p['high']:.2f} |"
            )

    row("all statements", scores["statements"])
    row("the same, but for kinds and names", scores["but_for_kinds_and_names"])
    for name in GROUPS:
        for group, p in scores[f"by_{name}"].items():
            row(f"{name}: {group}", p)
    if CO_MENTION in scores:
        row("co-mention only", scores[CO_MENTION])
    for what in ("causes", f"{CO_MENTION}_causes"):
        if scores.get(what):
            out.append(
                f"\n{what}: " + ", ".join(f"{cause} {n}" for cause, n in scores[what].items())
            )
    return "\n".join(out)


def main() -> None:
    """Draw, or score."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--graph", help="where to draw from")
    options.add_argument("--out", type=Path, help="the review, outside the repository")
    options.add_argument("--n", type=int, default=200)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--least", type=float, default=0.7, help="belief at least")
    options.add_argument("--family", default="", help=f"of this family only, e.g. {CO_MENTION}")
    options.add_argument("--score", type=Path, nargs="+", help="reviews that were judged")
    options.add_argument("--keep", type=Path, help="write the verdicts here, without sentences")
    args = options.parse_args()
    try:
        if args.score:
            lines = [line for path in args.score for line in read(path)]
            if args.keep:
                write(args.keep, (line for line in lines if line["verdict"]), KEPT)
            scores = score(lines)
            print(show(scores), end="\n\n")
            print(json.dumps(scores, ensure_ascii=False))
        elif args.graph and args.out:
            with kg.connect(args.graph) as graph:
                lines, bound, of = draw(graph, args.n, args.seed, args.least, args.family)
            write(args.out, lines)
            if bound < args.least:
                print(f"Fewer than {args.n} are believed {args.least}; the bound is now {bound}.")
            drawn = {"drawn": len(lines), "of": of, "least": bound, "seed": args.seed}
            print(json.dumps({**drawn, "family": args.family, "out": str(args.out)}))
        else:
            options.error("give --graph and --out to draw, or --score to score")
    except PolymathError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
