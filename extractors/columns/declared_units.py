"""Units as metadata declares them: UCUM, QUDT, UN/CEFACT and Wikidata identifiers, or plain words."""

from __future__ import annotations

import re

from extractors.columns import units
from kg.ucum import unit


def declared_unit(written: str) -> str:
    """The UCUM code of a unit that metadata declares: UCUM itself, or how people write it; else "".

    >>> declared_unit("W.m-1.K-1"), declared_unit("degrees C"), declared_unit("ft"), declared_unit("?")
    ('W.m-1.K-1', 'Cel', '[ft_i]', '')
    >>> declared_unit("http://qudt.org/vocab/unit/KiloGM-PER-M3"), declared_unit("wd:Q11573")
    ('kg/m3', 'm')
    """
    text = " ".join(written.split())
    if len(text) > 200:
        return ""
    if text in _IDENTIFIED:
        return _IDENTIFIED[text]
    local = re.split(r"[/#:]", text)[-1] if re.match(r"https?:|\w+:\w", text) else ""
    if local:
        return _IDENTIFIED.get(local) or _qudt(local)
    if text in _NOT_UCUM:
        return units.ucum(text)
    if unit(text) is not None:
        return text
    return units.ucum(text)


_NOT_UCUM = frozenset(("ft", "pt", "yd", "in", "cd ", "cpm", "dpm", "Mb", "ha"))
"""Texts that happen to be UCUM codes of units nobody means (a femtotonne)."""
_IDENTIFIED = {  # UN/CEFACT common codes (schema.org unitCode) and Wikidata items
    "MTR": "m", "CMT": "cm", "MMT": "mm", "KMT": "km", "KGM": "kg", "GRM": "g", "MGM": "mg",
    "TNE": "t", "LTR": "L", "MLT": "mL", "MTK": "m2", "MTQ": "m3", "HAR": "har", "CEL": "Cel",
    "FAH": "[degF]", "KEL": "K", "SEC": "s", "MIN": "min", "HUR": "h", "DAY": "d", "WEE": "wk",
    "MON": "mo", "ANN": "a", "PAL": "Pa", "KPA": "kPa", "HPA": "hPa", "MPA": "MPa", "BAR": "bar",
    "KWH": "kW.h", "WTT": "W", "KWT": "kW", "JOU": "J", "VLT": "V", "AMP": "A", "HTZ": "Hz",
    "P1": "%", "KMH": "km/h", "MTS": "m/s", "DD": "deg", "C62": "1", "GL": "g/L", "M1": "mg/L",
    "KMQ": "kg/m3", "23": "g/cm3", "59": "[ppm]", "LUX": "lx", "2N": "dB",
    "Q11573": "m", "Q174728": "cm", "Q174789": "mm", "Q828224": "km", "Q11570": "kg", "Q41803": "g",
    "Q25267": "Cel", "Q11579": "K", "Q11574": "s", "Q7727": "min", "Q25235": "h", "Q573": "d",
    "Q577": "a", "Q11229": "%", "Q44395": "Pa", "Q25236": "W", "Q25269": "J", "Q35852": "har",
    "Q712226": "km2", "Q25343": "m2", "Q25517": "m3", "Q11582": "L", "Q28390": "deg",
}  # fmt: skip
_QUDT_WORDS = {
    "KiloGM": "kg", "GM": "g", "MilliGM": "mg", "MicroGM": "ug", "NanoGM": "ng", "TONNE": "t", "M": "m",
    "M2": "m2", "M3": "m3", "CentiM": "cm", "CentiM2": "cm2", "CentiM3": "cm3", "MilliM": "mm",
    "KiloM": "km", "KiloM2": "km2", "MicroM": "um", "NanoM": "nm", "HA": "har", "L": "L", "MilliL": "mL",
    "DeciL": "dL", "MicroL": "uL", "SEC": "s", "MIN": "min", "HR": "h", "DAY": "d", "YR": "a", "MO": "mo",
    "K": "K", "DEG_C": "Cel", "DEG_F": "[degF]", "DEG": "deg", "RAD": "rad", "PA": "Pa",
    "KiloPA": "kPa", "HectoPA": "hPa", "MegaPA": "MPa", "GigaPA": "GPa", "BAR": "bar", "J": "J",
    "KiloJ": "kJ", "MegaJ": "MJ", "W": "W", "KiloW": "kW", "V": "V", "MilliV": "mV", "A": "A",
    "MilliA": "mA", "HZ": "Hz", "MOL": "mol", "MilliMOL": "mmol", "MicroMOL": "umol", "NanoMOL": "nmol",
    "PERCENT": "%", "UNITLESS": "1", "PPM": "[ppm]", "PPB": "[ppb]", "S": "S", "MilliS": "mS",
    "MicroS": "uS", "OHM": "Ohm", "N": "N", "EV": "eV", "LUX": "lx", "NUM": "1", "PH": "[pH]",
}  # fmt: skip


def _qudt(local: str) -> str:
    """A QUDT unit's name, "KiloGM-PER-M3", as a UCUM code."""
    above, _, below = local.partition("-PER-")
    made = []
    for side in (above, below):
        codes = [_QUDT_WORDS.get(word, "") for word in side.split("-")] if side else []
        if not all(codes):
            return ""
        made.append(".".join(codes))
    if not made[1]:
        return made[0]
    return f"{made[0]}/({made[1]})" if "." in made[1] else f"{made[0]}/{made[1]}"


def annotation(written: str) -> str:
    """A unit that nobody knows as a UCUM annotation, which means one.

    >>> annotation("widgets per gizmo")
    '{widgets_per_gizmo}'
    """
    text = (
        re.sub(r"[^!-z|~]+", "_", written.strip())[:40]
        .replace("[", "(")
        .replace("]", ")")
        .strip("_")
    )
    return f"{{{text}}}" if text else ""
