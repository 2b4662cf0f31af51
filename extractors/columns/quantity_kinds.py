"""Kinds of quantity: which there are, which of them a unit allows, and which a name means.

Kinds in capitals are QUDT's (http://qudt.org/vocab/quantitykind/), those in small letters ours.

>>> [k.name for k in of_dimension("[length]")][:3]
['Length', 'Height', 'Depth']
>>> [m.kind.name for m in named(("soil", "temperature"))]
['Temperature']
>>> [m.kind.name for m in named(("depth", "of", "soil", "sampling"))]
['Depth']
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extractors.components.inflection import singular
from extractors.components.lexicon import read_lexicon
from kg.ucum import unit

_LONGEST_NAME = 4
_ANGLES = re.compile(r"(?:deg|[mu]?rad|'{1,2}|gon|10\*-3\.'')")
_MONEY = re.compile(
    r"\{(?:USD|EUR|GBP|CNY|JPY|INR|CHF|AUD|CAD|BRL|KRW|RUB|ZAR|MXN|SEK|NOK|DKK|Int\$|cents)\}"
)
_COUNTED = re.compile(r"(?:(?:100|10\*\d+)\.?)?\{[a-z]+\}|\[(?:CFU|PFU)\]|10\*\d+")
_PURE = ("DimensionlessRatio",)
_BY_ANNOTATION: dict[str, tuple[str, ...]] = {
    "{PSU}": ("salinity",), "{NTU}": ("Turbidity",), "{FNU}": ("Turbidity",),
    "{FTU}": ("Turbidity",), "{JTU}": ("Turbidity",), "{mag}": ("apparent magnitude",),
    "{dex}": ("logarithm",), "{bp}": ("base pairs", "Length"), "{nt}": ("base pairs",),
    "{score}": ("score",), "{points}": ("score", "Count"), "{stars}": ("score",),
    "{rank}": ("rank",), "{index}": ("index", "DimensionlessRatio"),
    "{persons}": ("Population", "Count"), "{beats}": ("Count",),
    "{solar_mass}": ("Mass",), "{Jupiter_mass}": ("Mass",), "{Earth_mass}": ("Mass",),
    "{solar_radius}": ("Radius", "Length"), "{Jupiter_radius}": ("Radius", "Length"),
    "{Earth_radius}": ("Radius", "Length"), "{solar_luminosity}": ("Power",),
    "{HV}": ("hardness",), "{HB}": ("hardness",), "{HRC}": ("hardness",),
    "{hartree}": ("Energy",), "{fold}": ("DimensionlessRatio",),
}  # fmt: skip
_RATES = {
    "{beats}/min": ("HeartRate", "Frequency"), "{breaths}/min": ("RespiratoryRate", "Frequency"),
    "{rev}/min": ("RotationalFrequency", "Frequency"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuantityKind:
    """A kind of quantity, or of what else a column can hold.

    ``example`` is a unit of it ("" if it has none), ``dimension`` that unit's as pint writes it.
    """

    name: str
    example: str
    dimension: str

    @property
    def is_quantity(self) -> bool:
        """Whether it is measured or counted rather than named."""
        return bool(self.example) or self.name in ("score", "index")


@dataclass(frozen=True, slots=True)
class NamedKind:
    """A kind that words ``start:end`` of a header name; ``weak`` if the name has other senses."""

    kind: QuantityKind
    start: int
    end: int
    weak: bool


@cache
def _table() -> tuple[dict[str, QuantityKind], dict[tuple[str, ...], list[tuple[str, bool]]]]:
    kinds: dict[str, QuantityKind] = {}
    names: dict[tuple[str, ...], list[tuple[str, bool]]] = {}
    for name, example, dimension, phrases in read_lexicon("quantity_kinds", 4):
        kinds[name] = QuantityKind(name, example, dimension)
        for phrase in phrases.split("|"):
            weak = phrase.endswith("*")
            names.setdefault(_key(phrase.rstrip("*").split()), []).append((name, weak))
    return kinds, names


def kinds() -> dict[str, QuantityKind]:
    """All kinds by name."""
    return _table()[0]


@lru_cache(maxsize=1024)
def of_dimension(dimension: str) -> tuple[QuantityKind, ...]:
    """The kinds of a dimension, the general one first; for "" those that are pure numbers."""
    return tuple(k for k in kinds().values() if k.example and k.dimension == dimension)


@lru_cache(maxsize=4096)
def allowed(code: str) -> tuple[QuantityKind, ...]:
    """The kinds that a unit can be of, the general one first; none for a unit whose kind has no name.

    >>> [k.name for k in allowed("deg")][:2], [k.name for k in allowed("{USD}/t")]
    (['Angle', 'latitude'], ['CostPerMass'])
    >>> [k.name for k in allowed("mol/mol")], [k.name for k in allowed("kg/har")][0]
    (['AmountOfSubstanceFraction', 'DimensionlessRatio'], 'MassPerArea')
    """
    known, table = unit(code), kinds()
    if known is None:
        return ()
    if code in _RATES:
        return tuple(table[n] for n in _RATES[code])
    money = _MONEY.match(re.sub(r"^10\*\d+\.", "", code)) is not None
    if known.dimension:
        found = of_dimension(known.dimension)
        if money or any(k.name.startswith("Cost") for k in found):
            found = tuple(k for k in found if k.name.startswith("Cost") is money)
        return found
    return tuple(table[n] for n in _pure_numbers(code, money))


def _pure_numbers(code: str, money: bool) -> tuple[str, ...]:
    """Names of the kinds of a unit without dimension, which its code alone tells apart."""
    bare = re.sub(r"^10\*-?\d+\.", "", code)
    if money:
        return ("Currency",)
    if code.startswith(("{log", "{ln")):
        return ("logarithm",)
    if _ANGLES.fullmatch(code):
        return ("Angle", "latitude", "longitude", "right ascension", "declination")
    if bare in _BY_ANNOTATION:
        return _BY_ANNOTATION[bare]
    if code == "[pH]":
        return ("Acidity",)
    if code == "sr":
        return ("SolidAngle",)
    if re.fullmatch(r"[kMGT]?(?:By|bit)", code):
        return ("DatasetOfBits",)
    if code.startswith(("dB", "B[")):
        return ("SoundPressureLevel",)
    if code.startswith("/"):
        return ("incidence", "DimensionlessRatio")
    if "{wt}" in code:
        return ("MassFraction", "MassRatio", "DimensionlessRatio")
    if "{vol}" in code:
        return ("VolumeFraction", "AmountOfSubstanceFraction", "DimensionlessRatio")
    if ("mol" in code and "/" in code) or "{mol}" in code or "{at}" in code:
        return ("AmountOfSubstanceFraction", "DimensionlessRatio")
    if re.match(r"[^/.]*g(?:\{\w+\})?(?:/|\.k?g-1)", code):
        return ("MassRatio", "MassFraction", "DimensionlessRatio")
    if "m3" in code or re.search(r"[mu]?L", code):
        return ("VolumeFraction", "DimensionlessRatio")
    if "{RH}" in code:
        return ("RelativeHumidity",)
    if code in ("[ppth]", "[ppm]", "[ppb]", "[pptr]"):
        return ("DimensionlessRatio", "isotope ratio", "salinity", "AmountOfSubstanceFraction",
                "MassRatio", "MassFraction", "MassConcentration")  # fmt: skip
    if code == "1":
        return ("DimensionlessRatio", "RelativeHumidity", "MassFraction", "VolumeFraction", "Count",
                "AmountOfSubstanceFraction", "EarthquakeMagnitude", "salinity", "Acidity", "index",
                "score", "rank", "logarithm", "MassRatio", "boolean")  # fmt: skip
    if code == "%":
        return ("DimensionlessRatio", "RelativeHumidity", "MassFraction", "VolumeFraction",
                "MassRatio", "AmountOfSubstanceFraction")  # fmt: skip
    if _COUNTED.fullmatch(code):
        unknown = "{" in bare and bare not in _annotations()
        return () if unknown else ("Count", "Population")
    return _PURE


@cache
def _annotations() -> frozenset[str]:
    """The annotations that stand for things people count."""
    return frozenset(code for _, code in read_lexicon("unit_spellings", 2) if code.startswith("{"))


@lru_cache(maxsize=16384)
def named(words: tuple[str, ...]) -> tuple[NamedKind, ...]:
    """The kinds that words of a header name, the likeliest first.

    Of names that overlap the longest counts; of the others the last ("soil temperature depth"
    is a depth), unless an "of" follows an earlier one ("depth of soil").
    """
    _, names = _table()
    # One header word may be spelt out as several: "organic carbon".
    flat: list[str] = []
    owner: list[int] = []
    for i, word in enumerate(words):
        for part in re.split(r"[\s-]+", word):
            flat.append(part)
            owner.append(i)
    found: list[tuple[int, int, list[tuple[str, bool]]]] = []
    taken = [False] * len(flat)
    for length in range(min(_LONGEST_NAME + 1, len(flat)), 0, -1):
        for start in range(len(flat) - length + 1):
            if any(taken[start : start + length]):
                continue
            hits = names.get(_key(flat[start : start + length]))
            if hits:
                taken[start : start + length] = [True] * length
                found.append((start, start + length, hits))
    if not found and len(words) == 1:
        found = _chinese(words[0])
    of = {
        i
        for i, word in enumerate(flat)
        if word in ("of", "per", "at", "in", "for", "to", "by", "from")
    }
    first_of = min(of, default=len(flat))
    found.sort(key=lambda f: (f[1] <= first_of, f[1], f[1] - f[0]), reverse=True)
    known = kinds()
    return tuple(
        NamedKind(known[name], owner[start], owner[end - 1] + 1, weak)
        for start, end, hits in found
        for name, weak in hits
    )


def _chinese(word: str) -> list[tuple[int, int, list[tuple[str, bool]]]]:
    """The longest name at the end of a run of Chinese characters: 土壤温度."""
    _, names = _table()
    if not "\u3400" <= word[0] <= "\u9fff":
        return []
    for start in range(len(word)):
        if hits := names.get((word[start:],)):
            return [(0, 1, hits)]
    return []


def _key(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        singular(w) if len(w) > 3 and w.isascii() else w
        for w in (p for word in words for p in word.lower().split("-"))
    )
