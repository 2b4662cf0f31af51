"""What the values of a column look like, whatever its header says.

>>> shape(("10.1038/nature14539", "10.1126/science.aaa8415"))
Shape(kind='doi', share=1.0)
>>> shape(("Zea mays", "Oryza sativa", "Triticum aestivum")).kind, shape(("C6H12O6", "NaCl", "TiO2")).kind
('taxon', 'chemical formula')
>>> unit_of_values(("12.3 mg", "7 mg")), unit_of_values(("12 %", "3%")), unit_of_values(("5-7",))
('mg', '%', '')
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.columns.units import ucum

ENOUGH = 0.8
"""Share of the examples that must look alike."""

_ELEMENTS = (
    "H|He|Li|Be|B|C|N|O|F|Ne|Na|Mg|Al|Si|P|S|Cl|Ar|K|Ca|Sc|Ti|V|Cr|Mn|Fe|Co|Ni|Cu|Zn|Ga|Ge|As|Se|Br|"
    "Kr|Rb|Sr|Y|Zr|Nb|Mo|Tc|Ru|Rh|Pd|Ag|Cd|In|Sn|Sb|Te|I|Xe|Cs|Ba|La|Ce|Pr|Nd|Sm|Eu|Gd|Tb|Dy|Ho|Er|"
    "Tm|Yb|Lu|Hf|Ta|W|Re|Os|Ir|Pt|Au|Hg|Tl|Pb|Bi|Th|U"
)
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("doi", r"(?i)(?:https?://(?:dx\.)?doi\.org/|doi:\s?)?10\.\d{4,9}/\S+"),
        ("email", r"[\w.+-]+@[\w-]+\.[\w.-]+"),
        ("url", r"(?i)(?:https?|ftp)://\S+|www\.\S+"),
        ("identifier", r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        ("identifier", r"(?:\d{4}-){3}\d{3}[\dX]"),  # ORCID
        ("inchi", r"InChI=1S?/\S+|[A-Z]{14}-[A-Z]{10}-[A-Z]"),
        ("datetime", r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*"),
        ("date", r"\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d|\d{4}年\d{1,2}月(?:\d{1,2}日)?"),
        ("time of day", r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?"),
        ("coordinates", r"[-+]?\d{1,2}\.\d+\s*[,; ]\s*[-+]?\d{1,3}\.\d+|POINT ?\(.*\)"),
        ("latitude", r"\d{1,2}°\s?\d.*[NS]"),
        ("longitude", r"\d{1,3}°\s?\d.*[EW]"),
        ("cas number", r"\d{2,7}-\d\d-\d"),
        ("sequence", r"[ACGTUN]{12,}|[ACDEFGHIKLMNPQRSTVWY]{25,}"),
        ("boolean", r"(?i)true|false|yes|no|y|n|t|f|是|否"),
        (
            "taxon",
            r"[A-Z][a-z]{2,} (?:x |× )?[a-z][a-z-]{2,}(?: (?:subsp\.|var\.|f\.|ssp\.) [a-z-]+)?"
            r"(?: \(?[A-Z][\w.]*.*)?",
        ),
        ("chemical formula", rf"(?=.*[A-Z].*[A-Z\d])(?:(?:{_ELEMENTS})(?:\d+(?:\.\d+)?)?|[()\[\]·]\d*){{2,}}"),
        ("smiles", r"(?=.*[=#()\[\]])[BCNOPSFIHKLabcnopslir@+\-\[\]()=#$:.\\/%\d]{5,}"),
    )
)  # fmt: skip
_NUMBER_UNIT = re.compile(
    r"[<>≤≥~≈]?\s?[-+−]?\d[\d,.]*(?:[eE][-+]?\d+)?\s*(?![eE][-+]?\d)([^\d\s,.;:–-][^;,]{0,24}|%)"
)
_PRICE = re.compile(r"(US\$|[$€£¥])\s?\d[\d,.]*")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind that most values look like, and how many of them; kind "" if they are of no kind."""

    kind: str = ""
    share: float = 0.0


def shape(values: Sequence[str]) -> Shape:
    """What kind of thing most of *values* are written as."""
    seen = [v.strip() for v in values if v.strip() and len(v) <= 400]
    if not seen:
        return Shape()
    for kind, pattern in _SHAPES:
        share = sum(pattern.fullmatch(v) is not None for v in seen) / len(seen)
        if share >= ENOUGH and (kind != "taxon" or _binomial(seen)):
            return Shape(kind, share)
    return Shape()


def _binomial(values: Sequence[str]) -> bool:
    """Whether two-word values end as Latin does: "Zea mays" does, "Never married" does not."""
    ends = [v.split()[1] for v in values if " " in v]
    latin = sum(e.endswith(_LATIN) for e in ends)
    return latin * 2 > len(ends)


_LATIN = (
    "us", "um", "is", "a", "ae", "i", "ii", "ys", "ens", "ans", "or", "on", "os", "x", "oides", "es"
)  # fmt: skip


def unit_of_values(values: Sequence[str]) -> str:
    """The unit's UCUM code if the values carry one and all the same; else ""."""
    codes: set[str] = set()
    for value in values:
        value = value.strip()
        if price := _PRICE.fullmatch(value):
            codes.add(ucum(price[1]))
            continue
        found = _NUMBER_UNIT.fullmatch(value) if len(value) <= 64 else None
        if found is None:
            return ""
        codes.add(ucum(found[1].strip()))
    return codes.pop() if len(codes) == 1 else ""


def is_prose(values: Sequence[str]) -> bool:
    """Whether the values are sentences rather than names."""
    counts = [len(_WORD.findall(v)) for v in values]
    return bool(counts) and sum(counts) / len(counts) >= 6
