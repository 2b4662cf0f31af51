"""UCUM codes (https://ucum.org, version 2.2) as pint understands them: canonical unit, dimension, size.

The grammar and the table of some three hundred unit atoms are those of the package ``ucumvert``.

>>> unit("mg/L").canonical, unit("mg/L").dimension
('mg/l', '[mass]/[length]**3')
>>> unit("{persons}/km2").dimension, unit("furlongs per fortnight") is None
('1/[length]**2', True)
>>> same("g/cm3", "g.cm-3"), same("mm", "cm"), compatible("mm", "cm")
(True, False, True)
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

LONGEST = 64
"""Characters of the longest code that is read."""
_DEEPEST = 6
_TOO_LONG_A_NUMBER = re.compile(r"\d{5}")  # 10*99999 would be worked out to the last digit
_ANNOTATION = re.compile(r"\{[^{}]*\}")
_ALONE = re.compile(r"(?:^|(?<=[./(]))\{[^{}]*\}")
_OURS = (  # what ucumvert 0.3 gets wrong: [pH] does not load, and arc minutes are minutes to it
    (re.compile(r"\[pH\]"), "1"),
    (re.compile(r"(?<![\w'\]])''(?!\w)"), "(deg/3600)"),
    (re.compile(r"(?<![\w'\]])'(?!\w)"), "(deg/60)"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its UCUM ``code``, what pint writes, its dimension and size in SI base units.

    ``dimension`` is "" for pure numbers; ``size`` is NaN where zero is not zero (degrees Celsius).
    """

    code: str
    canonical: str
    dimension: str
    size: float

    @property
    def annotation(self) -> str:
        """The text in braces, which UCUM gives no meaning: "{persons}"."""
        return "".join(_ANNOTATION.findall(self.code))


@cache
def _registry() -> Any:
    from ucumvert import PintUcumRegistry  # takes a second: only when the first unit is met

    registry: Any = PintUcumRegistry(cache_folder=None)
    registry.formatter.default_format = "~C"
    return registry


@lru_cache(maxsize=8192)
def unit(code: str) -> Unit | None:
    """What a UCUM code means, or None if it is none."""
    bare = _ANNOTATION.sub("", _ALONE.sub("1", code))
    for wrong, right in _OURS:
        bare = wrong.sub(right, bare)
    if (
        not bare
        or len(code) > LONGEST
        or not code.isascii()
        or bare.count("(") > _DEEPEST
        or _TOO_LONG_A_NUMBER.search(bare)
    ):
        return None
    registry = _registry()
    try:
        quantity = registry.from_ucum(bare)
        dimension = _dimension(quantity.dimensionality)
        canonical = f"{quantity.units:~C}".replace("_10**", "10**")
        size = _size(quantity)
    except Exception:  # of its own, of its parser's and of pint's several kinds
        return None
    if not math.isnan(size) and not 0 < size < math.inf:
        return None
    if quantity.magnitude != 1:
        canonical = f"{quantity.magnitude:.12g}*{canonical}" if canonical else ""
    return Unit(code, canonical, dimension, size)


def _dimension(powers: Any) -> str:
    """A dimension in pint's notation, its parts in alphabetical order: pint's own order varies."""
    parts = sorted(powers.items())
    above = "*".join(f"{n}**{p:g}" if p != 1 else n for n, p in parts if p > 0)
    below = "".join(f"/{n}**{-p:g}" if p != -1 else f"/{n}" for n, p in parts if p < 0)
    return (above or ("1" if below else "")) + below


def _size(quantity: Any) -> float:
    try:
        zero = (quantity * 0).to_base_units().magnitude
        if zero:
            return math.nan
        return float(quantity.to_base_units().magnitude)
    except Exception:  # pint cannot convert levels and other offset units
        return math.nan


def compatible(one: str, other: str) -> bool:
    """Whether two codes are units of one dimension, so that values can be converted."""
    a, b = unit(one), unit(other)
    return a is not None and b is not None and a.dimension == b.dimension


def same(one: str, other: str) -> bool:
    """Whether two codes are the same unit, however they are written; annotations count only if both have one."""
    if one == other:
        return True
    a, b = unit(one), unit(other)
    if a is None or b is None or a.dimension != b.dimension:
        return False
    if a.annotation and b.annotation and a.annotation != b.annotation:
        return False
    if math.isnan(a.size) or math.isnan(b.size):
        return a.canonical == b.canonical
    return math.isclose(a.size, b.size, rel_tol=1e-9)
