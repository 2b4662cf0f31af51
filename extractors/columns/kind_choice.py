"""Which quantity kind a column is of: unit first, then name, then values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.columns.headers import CONTRADICTED
from extractors.columns.names import Name, read_name
from extractors.columns.quantity_kinds import NamedKind, QuantityKind, allowed, kinds, named
from extractors.columns.values import is_prose, shape
from kg.model import Variable
from kg.ucum import unit

FEW = 20
"""Distinct values of a column of categories, at most."""
_RANGES: dict[str, tuple[float, float]] = {
    "latitude": (-90, 90), "longitude": (-180, 360), "Acidity": (-2, 16), "RelativeHumidity": (0, 110),
    "year": (-9999, 2999), "month": (1, 12), "day": (0, 366), "Count": (0, float("inf")),
    "Population": (0, float("inf")), "declination": (-90, 90), "right ascension": (0, 360),
    "EarthquakeMagnitude": (-3, 11), "salinity": (0, 400), "rank": (0, float("inf")),
}  # fmt: skip
_NUMERIC = ("integer", "number", "year")
_FOR_TEXT = frozenset(
    ("text", "name", "taxon", "gene", "chemical formula", "smiles", "inchi", "sequence", "cas number",
     "country", "place", "coordinates", "url", "doi", "email", "language", "unit")
)  # fmt: skip
_WHOLE = frozenset(("Count", "Population", "year", "month", "day", "rank"))


@dataclass(slots=True)
class Findings:
    """What was found out so far: reasons, and contradictions."""

    reasons: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def words_of(name: Name) -> tuple[str, ...]:
    """The words of a header's name as a key."""
    return tuple(w.text for w in name.words)


def choose_kind(
    variable: Variable,
    name: Name,
    code: str,
    distinct: int | None,
    values: Sequence[str],
    notes: Findings,
) -> tuple[str, float]:
    """The quantity kind of a column and how sure it is; what is found out goes into *notes*.

    Args:
        variable: The column.
        name: Its header as words.
        code: Its unit's UCUM code, "" if it has none.
        distinct: How many distinct values it has, if known.
        values: More values than its examples.
        notes: Where reasons and contradictions are put.
    """
    by_name = named(words_of(name))
    candidates = by_name or _through_description(variable)
    if len(name.words) > 1 and name.words[0].text in ("n", "num", "nb", "nr"):
        candidates = [NamedKind(kinds()["Count"], 0, 1, weak=False), *candidates]  # n_species
    if by_name and len(name.words) == 1:  # "magnitude: Moment magnitude of the earthquake"
        told = _through_description(variable)
        if told and told[0].end - told[0].start > 1 and name.text in variable.description.lower():
            candidates = [*told, *by_name]
    if variable.quantity_kind:
        notes.reasons.append("the metadata declares the quantity kind")
        return re.split(r"[/#]|(?<=quantitykind):", variable.quantity_kind)[-1], 1.0
    if name.statistic == "sample size":
        notes.reasons.append("a sample size is a count")
        return "Count", 0.9
    if code:
        of_unit = allowed(code)
        if (chosen := _agreed(candidates, of_unit, name)) is not None:
            words = " ".join(words_of(name)[chosen.start : chosen.end])
            called = f"which {words!r} names" if by_name else "which the description names"
            notes.reasons.append(f"{code} is a unit of {chosen.kind.name}, {called}")
            return chosen.kind.name, 0.95
        strong = next((c for c in candidates if not c.weak and c.kind.is_quantity), None)
        if code.startswith("/") and strong:
            notes.reasons.append(f"the header names a {strong.kind.name}, given per {code[1:]}")
            return strong.kind.name, 0.7
        _contradiction(candidates, of_unit, name, code, notes)
        if of_unit:
            kind = _by_size(code, of_unit)
            notes.reasons.append(f"{code} is a unit of {kind.name}")
            return kind.name, 0.8 if not notes.conflicts else 0.5
        if (known := unit(code)) is not None and known.dimension:
            notes.reasons.append(f"no quantity kind is known of the dimension {known.dimension}")
            return "", 0.0
    return _without_unit(variable, name, candidates, distinct, values, notes)


def _agreed(
    candidates: Sequence[NamedKind], of_unit: Sequence[QuantityKind], name: Name
) -> NamedKind | None:
    fitting = [c for c in candidates if c.kind in of_unit]
    return next((c for c in fitting if not c.weak), fitting[0] if fitting else None)


def _by_size(code: str, of_unit: Sequence[QuantityKind]) -> QuantityKind:
    """The general kind of a unit; a few grams a litre are a concentration, not a density."""
    if of_unit[0].name == "Density" and re.search(r"/[dmun]?[Ll]$|[dmun]?[Ll]-1|^[mun]g[./]", code):
        return next(k for k in of_unit if k.name == "MassConcentration")
    return of_unit[0]


def _contradiction(
    candidates: Sequence[NamedKind],
    of_unit: Sequence[QuantityKind],
    name: Name,
    code: str,
    notes: Findings,
) -> None:
    first = next((c for c in candidates if not c.weak), None)
    if first and first.kind.name in CONTRADICTED and first.end == len(name.words) and of_unit:
        notes.conflicts.append(
            f"the header names a {first.kind.name} but its unit {code} is one of {of_unit[0].name}; "
            f"{code} was kept"
        )


def _through_description(variable: Variable) -> Sequence[NamedKind]:
    """Kinds named by the head of the description: "Height of the plant"."""
    head = re.split(r"[.;:(\[,]| in | at | for | that | which ", variable.description[:200])[0]
    return named(words_of(read_name(head))) if head else ()


def _without_unit(
    variable: Variable,
    name: Name,
    candidates: Sequence[NamedKind],
    distinct: int | None,
    values: Sequence[str],
    notes: Findings,
) -> tuple[str, float]:
    dtype = variable.dtype
    if dtype in ("boolean", "date", "datetime"):
        notes.reasons.append(f"its values are of type {dtype}")
        return dtype, 0.95
    seen = tuple(values) or variable.examples
    numeric = dtype in _NUMERIC
    looks = shape(seen) if not numeric else None
    if looks and looks.kind and looks.kind not in ("taxon", "chemical formula", "sequence"):
        notes.reasons.append(f"{looks.share:.0%} of its values look like {looks.kind}")
        return looks.kind, 0.9
    if looks and looks.kind and any(c.kind.name == looks.kind for c in candidates):
        notes.reasons.append(
            f"the header names a {looks.kind}, and {looks.share:.0%} of its values look like it"
        )
        return looks.kind, 0.95
    for candidate in sorted(candidates, key=lambda c: c.weak):
        if verdict := _suits(candidate, variable, numeric, distinct, seen, notes):
            return verdict
    if looks and looks.kind:
        notes.reasons.append(f"{looks.share:.0%} of its values look like {looks.kind}")
        return looks.kind, 0.7
    if (
        variable.dtype == "integer"
        and name.words
        and re.search(r"[^\Wsuia]s$", name.words[-1].text)
    ):
        low = _number(variable.minimum)
        if low is None or low >= 0:
            notes.reasons.append(f"its values are whole numbers of {name.words[-1].text!r}")
            return "Count", 0.5
    return _by_values(variable, numeric, distinct, seen, notes)


def _suits(
    candidate: NamedKind,
    variable: Variable,
    numeric: bool,
    distinct: int | None,
    seen: Sequence[str],
    notes: Findings,
) -> tuple[str, float] | None:
    """The kind and score if the values may be of the kind that the name means."""
    kind = candidate.kind
    whole = variable.dtype in ("integer", "year", "")
    low, high = _number(variable.minimum), _number(variable.maximum)
    if numeric and kind.name in _FOR_TEXT:
        return None
    if variable.dtype == "string" and (kind.is_quantity or kind.name in ("year", "month", "day")):
        if kind.is_quantity and not _numbers_in(seen):
            return None
        if kind.name in ("year",):
            return None
    if candidate.weak and kind.is_quantity:
        return None
    if kind.name in _WHOLE and numeric and not whole:
        return None
    if kind.name == "boolean" and distinct is not None and distinct > 3:
        return None
    if kind.name == "boolean" and numeric and (low not in (0, 1, None) or high not in (0, 1, None)):
        return None
    if kind.name == "category" and (
        (variable.dtype == "number")
        or (distinct is not None and variable.n and distinct > max(60, 0.5 * variable.n))
    ):
        return None
    if kind.name == "identifier" and variable.dtype == "number":
        return None
    if (
        kind.name == "text"
        and seen
        and not is_prose(seen)
        and distinct is not None
        and distinct <= FEW
    ):
        return None
    if kind.name in _RANGES and low is not None and high is not None and numeric:
        least, most = _RANGES[kind.name]
        if low < least or high > most:
            notes.reasons.append(
                f"its values from {variable.minimum} to {variable.maximum} cannot be a {kind.name}"
            )
            return None
        notes.reasons.append(
            f"its values from {variable.minimum} to {variable.maximum} fit a {kind.name}"
        )
    notes.reasons.append(f"the header names a {kind.name}")
    return kind.name, 0.55 if candidate.weak else 0.75


def _by_values(
    variable: Variable, numeric: bool, distinct: int | None, seen: Sequence[str], notes: Findings
) -> tuple[str, float]:
    low, high = _number(variable.minimum), _number(variable.maximum)
    if variable.dtype == "year":
        notes.reasons.append("its values are years")
        return "year", 0.8
    if variable.dtype == "integer" and low == 0 and high == 1:
        notes.reasons.append("its values are 0 and 1")
        return "boolean", 0.6
    if numeric:
        each_once = variable.dtype == "integer" and distinct == variable.n and (distinct or 0) > FEW
        if each_once and low is not None and high is not None and high - low < 2 * (distinct or 0):
            notes.reasons.append("each of its whole numbers stands once, without large gaps")
            return "identifier", 0.4
        return "", 0.0
    if not seen:
        return "", 0.0
    if is_prose(seen):
        notes.reasons.append("its values are sentences")
        return "text", 0.6
    if distinct is not None and variable.n and distinct <= max(2, min(FEW, variable.n // 2)):
        notes.reasons.append(f"it has {distinct} distinct values in {variable.n} rows")
        return "category", 0.6
    if all(re.search(r"\d", v) for v in seen) and all(" " not in v for v in seen):
        notes.reasons.append("its values are codes with digits")
        return "identifier", 0.4
    notes.reasons.append("its values are short texts")
    return "name", 0.3


def _numbers_in(values: Sequence[str]) -> bool:
    return bool(values) and all(re.match(r"[<>≤≥~]?\s?[-+−]?\.?\d", v) for v in values)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "")) if text else None
    except ValueError:
        return None
