"""What columns are: unit, quantity kind and concept, on headers with known answers, beside two baselines.

    python -m benchmarks.columns [--mistakes dev|test]

The headers in benchmarks/data/columns_dev.tsv and columns_test.tsv are ours, after the manner of
public tables; who wrote the program wrote the answers too, so the figures flatter. Rules were
tuned on dev; test was written afterwards, scored before and after more dev headers were added, and its
mistakes were neither looked at nor mended. Headers of real
metadata are read in place from ../shared (or POLYMATH_SHARED) and only counted.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from benchmarks.measure import SHARED
from extractors.columns import units
from extractors.columns.concepts import measured_concept
from extractors.columns.profiles import profile
from extractors.columns.quantity_kinds import kinds
from extractors.components.vocabulary_matcher import VocabularyMatcher
from extractors.pipeline import build_pipeline
from extractors.readers.croissant import describe
from extractors.vocabulary import shipped_vocabularies
from kg.model import Variable
from kg.ucum import same

DATA = Path(__file__).resolve().parent / "data"
REPEATS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reading says of a column."""

    unit: str
    kind: str
    concept: str


@dataclass(frozen=True, slots=True)
class Case:
    """One column and the answers that are right."""

    variable: Variable
    values: tuple[str, ...]
    units: tuple[str, ...]
    kinds: tuple[str, ...]
    concepts: tuple[str, ...]


def cases(split: str) -> list[Case]:
    """The columns of benchmarks/data/columns_<split>.tsv."""
    with (DATA / f"columns_{split}.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(
            (line for line in file if not line.startswith("#")),
            delimiter="\t",
            quoting=csv.QUOTE_NONE,
        )
        return [_case(row) for row in rows]


def _case(row: dict[str, str]) -> Case:
    values = tuple(row["values"].split("|"))
    numeric = row["dtype"] in ("integer", "number")
    ordered = sorted(values, key=float) if numeric else sorted(values)
    header = row["header"]
    return Case(
        Variable(
            id=f"d#{row['field']}/{header}",
            dataset="d",
            name=header,
            title=header,
            description=row["description"],
            dtype=row["dtype"],
            n=len(values),
            minimum=ordered[0] if row["dtype"] != "string" else "",
            maximum=ordered[-1] if row["dtype"] != "string" else "",
            examples=values,
        ),
        values,
        tuple(row["unit"].split("|")),
        tuple(row["kind"].split("|")),
        tuple(row["concept"].split("|")),
    )


# --------------------------------------------------------------------------- readings


@cache
def _matcher() -> VocabularyMatcher:
    return VocabularyMatcher(shipped_vocabularies())


@cache
def _nlp(language: str) -> Any:
    return build_pipeline(language, shipped_vocabularies())


def ours(case: Case) -> Answer:
    """The program as the pipeline runs it: profile, title and description read, concept chosen."""
    found = profile(case.variable)
    text = found.title
    if case.variable.description:
        text += f": {case.variable.description}"
    chinese = re.search(r"[\u4e00-\u9fff]", text) is not None
    doc = _nlp("zh" if chinese else "en")(text)
    concept = measured_concept(found.title, found, doc._.mentions, _matcher().look_up)
    return Answer(found.unit, found.quantity_kind, concept.name if concept else "-")


def without_text(case: Case) -> Answer:
    """The program on the header and values alone."""
    v = case.variable
    return ours(
        Case(
            Variable(
                id=v.id, dataset="d", name=v.name, title=v.title, dtype=v.dtype, n=v.n,
                minimum=v.minimum, maximum=v.maximum, examples=v.examples,
            ),
            case.values, case.units, case.kinds, case.concepts,
        )
    )  # fmt: skip


@cache
def _pint() -> Any:
    import pint

    return pint.UnitRegistry(cache_folder=None)


def brackets_and_pint(case: Case) -> Answer:
    """Baseline: what pint makes of the text in the last brackets; its dimension stands for the kind.

    The kind counts as right where one of the right kinds has that dimension.
    """
    found = re.search(r"[(\[]([^()\[\]]+)[)\]]\s*$", case.variable.name)
    if found is None:
        return Answer("", "", "-")
    try:
        parsed = _pint().parse_units(found[1])
    except Exception:
        return Answer("", "", "-")
    dimension = str(parsed.dimensionality).replace(" ", "")
    return Answer(f"pint:{found[1]}", f"dimension:{dimension}", "-")


def exact_name(case: Case) -> Answer:
    """Baseline: the header, underscores as blanks and without brackets, looked up in the vocabulary."""
    text = re.sub(r"[(\[].*?[)\]]", "", case.variable.name).replace("_", " ").strip()
    found = _matcher().look_up(text)
    return Answer("", "", found[0].name if found else "-")


# --------------------------------------------------------------------------- scores


def unit_right(answer: str, right: Sequence[str]) -> bool:
    """Whether the unit is one of the right ones, however written."""
    if answer.startswith("pint:"):
        code = units.ucum(answer[5:])  # spelt for comparison only
        return any(r and code and same(code, r) for r in right)
    return answer in right or any(a and answer and same(answer, a) for a in right)


def kind_right(answer: str, right: Sequence[str]) -> bool:
    """Whether the kind is one of the right ones."""
    if answer.startswith("dimension:"):
        dimension = answer[10:].replace("dimensionless", "")
        return any(
            r in kinds() and kinds()[r].example and kinds()[r].dimension == dimension for r in right
        )
    return answer in right


def concept_right(answer: str, right: Sequence[str]) -> bool:
    """Whether the concept's name is one of the right ones."""
    return answer.casefold() in {r.casefold() for r in right}


def accuracy(found: Sequence[Case], read: Callable[[Case], Answer]) -> dict[str, float]:
    """Shares of columns with the right unit, kind, concept, and all three, and units found where there is one."""
    answers = [(c, read(c)) for c in found]
    with_unit = [(c, a) for c, a in answers if "" not in c.units]
    right = [
        (
            unit_right(a.unit, c.units),
            kind_right(a.kind, c.kinds),
            concept_right(a.concept, c.concepts),
        )
        for c, a in answers
    ]
    n = len(found)
    return {
        "unit": round(sum(r[0] for r in right) / n, 3),
        "unit_where_there_is_one": round(
            sum(unit_right(a.unit, c.units) for c, a in with_unit) / len(with_unit), 3
        ),
        "kind": round(sum(r[1] for r in right) / n, 3),
        "concept": round(sum(r[2] for r in right) / n, 3),
        "all_three": round(sum(all(r) for r in right) / n, 3),
    }


def mistakes(found: Sequence[Case]) -> list[str]:
    """One line a wrong answer."""
    lines = []
    for case in found:
        a = ours(case)
        name = case.variable.name
        if not unit_right(a.unit, case.units):
            lines.append(f"unit     {name!r}: {a.unit!r}, not {'|'.join(case.units)!r}")
        if not kind_right(a.kind, case.kinds):
            lines.append(f"kind     {name!r}: {a.kind!r}, not {'|'.join(case.kinds)!r}")
        if not concept_right(a.concept, case.concepts):
            lines.append(f"concept  {name!r}: {a.concept!r}, not {'|'.join(case.concepts)!r}")
    return lines


# --------------------------------------------------------------------------- speed and real headers


def speed() -> dict[str, float]:
    """Columns a second of one core's own time, every header another: profiles, and concepts besides."""
    pool = [*cases("dev"), *cases("test")]
    for case in pool:  # registries and tables are loaded once a process
        profile(case.variable)
    look_up = _matcher().look_up
    rates: list[tuple[float, float]] = []
    for run in range(REPEATS):
        fresh = [_renamed(c.variable, 20 * run + i) for i in range(8) for c in pool]
        start = time.process_time()
        found = [profile(v) for v in fresh]
        middle = time.process_time()
        for p in found:
            measured_concept(p.title, p, (), look_up)
        end = time.process_time()
        rates.append((len(fresh) / (middle - start), len(fresh) / (end - start)))
    return {
        "columns_timed": len(pool) * 8,
        "profiles_per_cpu_second": round(sorted(r[0] for r in rates)[REPEATS // 2]),
        "with_concepts_per_cpu_second": round(sorted(r[1] for r in rates)[REPEATS // 2]),
    }


def _renamed(v: Variable, run: int) -> Variable:
    """The column under a title no cache has seen."""
    return Variable(
        id=v.id, dataset="d", name=v.name, title=f"run{run} {v.title}", description=v.description,
        dtype=v.dtype, n=v.n, minimum=v.minimum, maximum=v.maximum, examples=v.examples,
    )  # fmt: skip


def real_headers() -> dict[str, Any]:
    """How many columns of real Croissant metadata and of the Adult table get a kind and a concept."""
    folder = SHARED / "benchmarks" / "governance"
    found: list[Variable] = []
    for path in sorted((folder / "croissant_examples").glob("*/metadata.json")):
        document = json.loads(path.read_text("utf-8"))
        for part in document.get("distribution", []):
            name = Path(str(part.get("contentUrl", ""))).name or str(part.get("@id", ""))
            table = describe(document, path.name, PurePosixPath(name)) if name else None
            for column in table.columns if table else ():
                found.append(
                    Variable(id=column.name, dataset=path.parent.name, name=column.name,
                             title=column.name, description=column.description, dtype=column.dtype)
                )  # fmt: skip
    adult = folder / "arx" / "adult.csv"
    if adult.exists():
        with adult.open(encoding="utf-8", newline="") as file:
            header, *rows = [
                row for _, row in zip(range(200), csv.reader(file, delimiter=";"), strict=False)
            ]
        for i, name in enumerate(header):
            values = tuple(dict.fromkeys(row[i] for row in rows))
            numeric = all(v.isdigit() for v in values)
            found.append(
                Variable(id=name, dataset="adult", name=name, title=name, n=len(rows),
                         dtype="integer" if numeric else "string", examples=values[:5])
            )  # fmt: skip
    if not found:
        return {"real_headers": "left out: ../shared/benchmarks/governance is not here"}
    profiles = [profile(v) for v in found]
    concepts = [measured_concept(p.title, p, (), _matcher().look_up) for p in profiles]
    return {
        "real_headers": len(found),
        "real_with_kind": round(sum(bool(p.quantity_kind) for p in profiles) / len(found), 3),
        "real_with_concept": round(sum(c is not None for c in concepts) / len(found), 3),
    }


def main() -> None:
    """Score both splits, time the profiles, and print it."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--mistakes", choices=("dev", "test"), help="print wrong answers instead")
    args = options.parse_args()
    if args.mistakes:
        print("\n".join(mistakes(cases(args.mistakes))))
        return
    figures: dict[str, Any] = {}
    readings = (ours, without_text, brackets_and_pint, exact_name)
    for split in ("dev", "test"):
        found = cases(split)
        figures[f"{split}_columns"] = len(found)
        for read in readings:
            figures[f"{split}_{read.__name__}"] = accuracy(found, read)
    figures |= speed() | real_headers()
    for name, value in figures.items():
        print(f"{name:28} {value}")
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
