"""Which data sets can be joined or laid side by side, by which variables, and how.

Two variables of different data sets fit if both measure one concept, or are of one name and kind of
quantity. What they are good for follows from what they hold:

- ``key``: names, codes or years, by which rows of the one are found in the other
- ``same unit``: numbers in one unit, which can be set under each other
- ``convert``: numbers in units that convert into each other (UCUM; the factor is told)
- ``compare``: numbers whose units do not convert, or are not told
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import combinations, product
from math import isnan, nan
from typing import Any

import pandas as pd

from kg.errors import RecordError
from kg.graph import Graph
from kg.schema import EDGES, NODES
from kg.ucum import compatible, same, unit

COLUMNS = (
    "a", "a_title", "a_variable", "b", "b_title", "b_variable", "how", "concept", "concept_name",
    "a_unit", "b_unit", "shared_values", "score", "reason",
)  # fmt: skip
_NUMBERS = ("integer", "number")
_WEIGHT = {"key": 1.0, "same unit": 0.8, "convert": 0.6, "compare": 0.3}


@dataclass(frozen=True, slots=True)
class Column:
    """A variable as far as joining goes; ``sort`` is what it holds: quantities, truths or names."""

    id: str
    dataset: str
    name: str
    sort: str
    unit: str
    quantity_kind: str
    examples: frozenset[str]
    concepts: frozenset[str]


def joinable(graph: Graph, dataset: str = "", *, limit: int = 50) -> pd.DataFrame:
    """Pairs of variables by which data sets of a graph can be joined, the best first.

    Args:
        graph: The graph; ``graph.part(licences=…)`` for data sets under some licences.
        dataset: Id of a data set: only pairs with it.
        limit: At most so many pairs.

    Returns:
        One row a pair of variables: :data:`COLUMNS`; ``how`` is one of key, same unit, convert,
        compare; ``shared_values`` are example values that both have; ``score`` orders them.

    Raises:
        RecordError: If the graph has no such data set.
    """
    with graph.store.reading() as reader:
        datasets = NODES["Dataset"].dicts(reader.select(NODES["Dataset"]))
        variables = NODES["Variable"].dicts(reader.select(NODES["Variable"]))
        measures = reader.select(EDGES["MEASURES"], None, (), ("variable", "concept", "score"))
        concepts: dict[str, str] = dict(
            reader.select(NODES["Concept"], "id", {c for _, c, _ in measures}, ("id", "name"))
        )
    titles = {d["id"]: d["title"] or d["name"] for d in datasets}
    if dataset and dataset not in titles:
        raise RecordError(f"The data set {dataset!r} is not in the graph; search for another.")
    told: dict[str, set[str]] = defaultdict(set)
    for variable, concept, _ in measures:
        told[variable].add(concept)
    columns = [_column(v, told[v["id"]]) for v in variables]
    best = nsmallest(limit, _pairs(columns, dataset))
    rows = [(*_ends(a, b, titles), *_match(a, b, -less, concepts)) for less, *_, a, b in best]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _column(variable: Mapping[str, Any], concepts: Iterable[str]) -> Column:
    measured = variable["unit"] or variable["dtype"] in _NUMBERS
    sort = "quantities" if measured else "names"  # codes and years among them
    return Column(
        id=variable["id"],
        dataset=variable["dataset"],
        name=variable["name"],
        sort="truths" if variable["dtype"] == "boolean" else sort,
        unit=variable["unit"],
        quantity_kind=variable["quantity_kind"],
        examples=frozenset(str(e).strip().lower() for e in variable["examples"]),
        concepts=frozenset(concepts),
    )


def _pairs(columns: Iterable[Column], dataset: str) -> Iterator[tuple[Any, ...]]:
    """Variables of different data sets that share a concept, or a name and a kind of quantity; each two once.

    They are as many as the square of how often a concept is measured, so they are never kept at once.
    What stands before the two, less their score first, is what orders them.
    """
    groups: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for column in columns:
        if column.sort != "truths":
            for concept in column.concepts:
                groups["", concept].append(column)
            if column.name:
                groups[column.name.lower(), column.quantity_kind].append(column)
    for (name, concept), group in groups.items():
        group.sort(key=lambda c: (c.dataset, c.id))
        ours = [c for c in group if c.dataset == dataset]
        for one, other in product(ours, group) if dataset else combinations(group, 2):
            # Names and quantities of one concept, such as a country and its area, do not fit.
            if one.dataset == other.dataset or one.sort != other.sort:
                continue
            common = one.concepts & other.concepts
            if common if name else min(common) != concept:
                continue  # they come, or came, with the first concept that they share
            a, b = (one, other) if one.dataset < other.dataset else (other, one)
            less = -_score(a, b, bool(common))
            yield less, a.dataset, b.dataset, a.name, a.id, b.id, a, b


def _score(one: Column, other: Column, of_one_concept: bool) -> float:
    how, _ = _how(one.sort, one.unit, other.unit)
    shared = min(len(one.examples & other.examples), 5)
    return round(_WEIGHT[how] + 0.5 * of_one_concept + 0.1 * shared, 3)


def _ends(one: Column, other: Column, titles: Mapping[str, str]) -> tuple[str, ...]:
    return (
        one.dataset,
        titles[one.dataset],
        one.name,
        other.dataset,
        titles[other.dataset],
        other.name,
    )


def _match(one: Column, other: Column, score: float, names: Mapping[str, str]) -> tuple[Any, ...]:
    shared = sorted(one.examples & other.examples)
    concepts = sorted(one.concepts & other.concepts)
    concept = concepts[0] if concepts else ""
    how, factor = _how(one.sort, one.unit, other.unit)
    said = [
        f"both measure {names.get(concept, concept)}" if concept else f"both are called {one.name}"
    ]
    if how == "key":
        said.append(
            f"join on them: {len(shared)} example values are alike ({', '.join(shared[:3])})"
            if shared
            else "names that may join rows; their example values have none in common"
        )
    elif how == "same unit":
        said.append(f"both in {one.unit}: rows can be set under each other")
    elif how == "convert":
        said.append(f"1 {one.unit} is {factor:g} {other.unit}: convert, then set under each other")
    else:
        units = " and ".join(u or "no unit" for u in (one.unit, other.unit))
        said.append(f"in {units}: compare, do not mix")
    return (
        how,
        concept,
        names.get(concept, ""),
        one.unit,
        other.unit,
        len(shared),
        score,
        "; ".join(said),
    )


@lru_cache(maxsize=8192)
def _how(sort: str, one: str, other: str) -> tuple[str, float]:
    """What two variables of that sort and these units are good for, and what turns the one unit into the other."""
    if sort == "names":
        return "key", 1.0
    if one and other and same(one, other):
        return "same unit", 1.0
    factor = _factor(one, other) if one and other else 0.0
    return ("convert", factor) if factor else ("compare", 0.0)


def _factor(one: str, other: str) -> float:
    """How many of the other unit one of the one is; 0 if they do not convert, or not by a factor."""
    if not compatible(one, other):
        return 0.0
    a, b = unit(one), unit(other)
    factor = a.size / b.size if a and b else nan
    return 0.0 if isnan(factor) else factor
