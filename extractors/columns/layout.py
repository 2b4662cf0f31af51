"""How the columns of one table belong together: what rows are about, what is measured, under which conditions.

>>> from kg.model import Variable
>>> from extractors.columns.profiles import profile
>>> names = ("material", "T_meas (K)", "conductivity (S/m)", "conductivity_sd", "year")
>>> columns = [Variable(id=n, name=n, title=n, dtype="string" if n == "material" else "number") for n in names]
>>> layout = arrange([(c, profile(c)) for c in columns])
>>> [c.name for c in layout.conditions], [(c.name, [s.name for _, s in layout.spreads[c.id]]) for c in layout.measured]
(['T_meas (K)'], [('conductivity (S/m)', ['conductivity_sd'])])
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.columns.profiles import Profile
from kg.model import Variable

_CUE = re.compile(
    r"(?i)\b(?:meas|measurement|measuring|test|testing|operating|ambient|experimental|reaction|"
    r"annealing|calcination|incubation|storage|room|applied|scan|reference|sampling|exposure|treatment)\b"
)
_SAID = re.compile(
    r"(?i)\b(?:at|under) which\b|\bmeasured at\b|\bduring (?:the )?(?:measurement|test|experiment)|"
    r"\bof the (?:measurement|test|experiment)|\bconditions?\b"
)
_PHYSICAL = frozenset(
    ("Temperature", "Pressure", "Time", "Frequency", "Acidity", "RelativeHumidity", "Wavelength", "Depth",
     "MagneticFluxDensity", "ElectricPotential", "Velocity", "AmountOfSubstanceConcentration")
)  # fmt: skip
_CIRCUMSTANCES = frozenset(("year", "date", "datetime", "month", "day", "time of day"))
_TREATMENTS = frozenset(
    ("treatment", "season", "replicate", "block", "method", "stage", "phase", "dose group", "condition",
     "medium", "solvent", "处理")
)  # fmt: skip


@dataclass(slots=True)
class Layout:
    """The columns of a table by what they are for.

    ``spreads`` holds, by the id of a measured column, the columns that say how sure its values
    are, each with the statistic that it gives.
    """

    subject: Variable | None = None
    identifiers: list[Variable] = field(default_factory=list)
    measured: list[Variable] = field(default_factory=list)
    conditions: list[Variable] = field(default_factory=list)
    spreads: dict[str, list[tuple[str, Variable]]] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)


def arrange(columns: Sequence[tuple[Variable, Profile]], *, repeated: bool = False) -> Layout:
    """The layout of a table.

    Args:
        columns: The columns in order, with what each is.
        repeated: Whether several rows are about the same thing, so that a plain temperature
            column must be a condition of the others.
    """
    layout = Layout(profiles={v.id: p for v, p in columns})
    bases: dict[str, Variable] = {}
    for variable, found in columns:
        if found.is_measured and not found.name.of_spread:
            bases.setdefault(found.name.text, variable)
    measured = sum(p.is_measured and not p.name.of_spread for _, p in columns)
    for position, (variable, found) in enumerate(columns):
        base = bases.get(found.name.text)
        if found.quantity_kind == "identifier":
            layout.identifiers.append(variable)
        elif found.name.of_spread and base is not None and base.id != variable.id:
            layout.spreads.setdefault(base.id, []).append((found.statistic, variable))
        elif position and measured and _is_condition(variable, found, repeated, measured):
            layout.conditions.append(variable)
        elif found.is_measured:
            layout.measured.append(variable)
            layout.spreads.setdefault(variable.id, [])
        elif layout.subject is None:
            layout.subject = variable
    if not layout.measured:  # a table of temperatures alone measures them
        layout.measured = [v for v in layout.conditions if layout.profiles[v.id].is_measured]
        for variable in layout.measured:
            layout.conditions.remove(variable)
            layout.spreads.setdefault(variable.id, [])
    return layout


def _is_condition(variable: Variable, found: Profile, repeated: bool, measured: int) -> bool:
    words = found.name.text
    if found.quantity_kind in _CIRCUMSTANCES:
        return words not in ("date of birth", "birth year", "release date") and "publi" not in words
    if words in _TREATMENTS:
        return True
    if found.quantity_kind not in _PHYSICAL or measured < 2:
        return False
    if _CUE.search(words) or _SAID.search(variable.description[:400]):
        return True
    return repeated and len(found.name.words) == 1 and not found.statistic
