"""Where a header says its unit: in brackets, after a stroke, a comma or "in", or as its last part.

>>> [(h, unit_in_header(h).code) for h in ("Temperature (°C)", "depth [m]", "Pressure / kPa")]
[('Temperature (°C)', 'Cel'), ('depth [m]', 'm'), ('Pressure / kPa', 'kPa')]
>>> [unit_in_header(h).code for h in ("temp_C", "DO_mg_L", "weightKg", "flow_m3_s", "vitamin_C")]
['Cel', 'mg/L', 'kg', 'm3/s', '']
>>> unit_in_header("duration_min").code, unit_in_header("temp_min").code
('min', '')
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors.columns.names import LONGEST, is_statistic, pieces, read_name
from extractors.columns.quantity_kinds import QuantityKind, allowed, named
from extractors.columns.units import AMBIGUOUS, bracket, ucum
from extractors.components.lexicon import word_list

_STRONG = word_list("unit_at_end_of_header")
_FOLDED = {s.lower(): s for s in _STRONG if s.lower() not in ("mw", "gw", "µm", "mm")}
_GLUED = re.compile(
    r"(?i)(pg|ng|ug|µg|mg|g|kg|t|umol|µmol|mmol|nmol|mol|cfu|cells|w|mj)(l|ml|dl|ul|kg|g|m3|m2|cm2|ha)"
)
_SHARE = re.compile(r"(?i)^\s*(?:%|percent(?:age)?|pct|perc)[\s_]+(?:of[\s_]+)?(?=\S)")
_AFTER = (
    ("blank", re.compile(r"(.*[^\s_])[\s_]*([%‰])$")),
    ("stroke", re.compile(r"(.*\S)\s*[/／]\s*(\S[^/]*(?:/[^/]+)?)$")),
    ("comma", re.compile(r"(.*\S)\s*[,，:：]\s*(\S[^,]*)$")),
    ("dash", re.compile(r"(.*\S)\s+[-–—]\s+(\S.*)$")),
    ("in", re.compile(r"(.*\S)[\s_]in[\s_](\S.*)$")),
    ("blank", re.compile(r"(.*\S)\s+(\S+)$")),
)
_OTHER_SENSES = {
    "C": ("Cel",), "c": ("Cel",), "F": ("[degF]",), "f": ("[degF]",), "ms": ("m/s",), "mo": ("mo",),
    "M": ("mol/L",), "ppt": ("[ppth]", "[pptr]"), "PPT": ("[ppth]",), "K": ("K",), "hh": ("h",),
    "sec": ("s",), "y": ("a",), "msl": ("m",), "D": ("d",),
    "g": ("[g]",), "k": ("K",), "w": ("W",), "v": ("V",), "a": ("A",), "j": ("J",), "u/l": ("U/L",), "days": ("d",),
}  # fmt: skip
_PRODUCTS = frozenset(
    ("kW.h", "W.h", "MW.h", "N.m", "Pa.s", "mPa.s", "ohm.m", "ohm.cm", "deg.C", "deg.F", "A.h")
)
_COMMON = word_list("unit_within_header")
_COUNTS = frozenset(
    (
        "cfu",
        "cells",
        "seeds",
        "plants",
        "trees",
        "stems",
        "copies",
        "ind",
        "individuals",
        "persons",
        "particles",
    )
)
_PLACES = frozenset(("har", "km2", "m2", "cm2", "m3", "cm3", "L", "mL", "ml", "uL", "mm3", "mm2"))
_TIMES = frozenset(("min", "sec"))
_MOST_PIECES = 5


@dataclass(frozen=True, slots=True)
class HeaderUnit:
    """A unit in a header: its UCUM code, its characters there, and how it is set off ("bracket")."""

    code: str = ""
    start: int = 0
    end: int = 0
    how: str = ""


@lru_cache(maxsize=16384)
def unit_in_header(header: str) -> HeaderUnit:
    """The unit that *header* names; ``code`` is "" if it names none.

    A text that could be a word as well as a unit counts only if the rest of the header names
    a quantity of that unit: "temp_C" and "time_min", but not "vitamin_C" and "temp_min".
    """
    header = header[:LONGEST]
    found = bracket(header)
    if found is not None:
        start, end, code = found
        written = header[start:end].strip("()[]{}（）【】 ")
        rest = f"{header[:start]} {header[end:]}"
        for reading in _senses(written, code):
            if fits(rest, reading):
                return HeaderUnit(reading, start, end, "bracket")
        if written not in AMBIGUOUS:
            return HeaderUnit(code, start, end, "bracket")
    for how, pattern in _AFTER:
        match = pattern.match(header)
        if match is None or len(match[2]) > 32:
            continue
        written = match[2].replace("_", " ")
        for code in _senses(written, ucum(written)):
            if fits(match[1], code) or _plain(written, how):
                return HeaderUnit(code, match.end(1), len(header), how)
    if (share := _SHARE.match(header)) is not None:
        return HeaderUnit("%", 0, share.end(), "prefix")
    return _suffix(header)


def _senses(written: str, code: str) -> Sequence[str]:
    """The codes that a text may stand for, the usual one last."""
    return [*_OTHER_SENSES.get(written, ()), *([code] if code else ())]


def _plain(written: str, how: str) -> bool:
    """Whether a text set off like this is a unit whatever stands before it."""
    if re.search(r"[%‰°℃$€£]", written):
        return True
    if how == "stroke":
        return False
    if how == "blank":
        return written in _STRONG or re.search(r"[/^]|-\d|[²³⁻]", written) is not None
    return written not in AMBIGUOUS and len(written) > 1


@lru_cache(maxsize=16384)
def fits(rest: str, code: str) -> bool:
    """Whether the words of *rest* name a quantity that has the unit *code*."""
    kinds = allowed(code)
    return bool(kinds) and any(m.kind in kinds for m in named(_words(rest)))


def _words(rest: str) -> tuple[str, ...]:
    return tuple(w.text for w in read_name(rest).words)


def _suffix(header: str) -> HeaderUnit:
    parts = pieces(header)
    end = len(parts)
    while end > 1 and is_statistic(parts[end - 1][0]) and parts[end - 1][0].lower() not in _TIMES:
        end -= 1
    whole = [p[0] for p in parts[:end]]
    if _all_units(whole):
        for code in _readings(header[parts[0][1] : parts[end - 1][2]], whole):
            return HeaderUnit(code, parts[0][1], parts[end - 1][2], "suffix")  # nothing but a unit
    counts = range(min(_MOST_PIECES, end - 1), 0, -1)
    for believable in (_fitting, _believable):
        for count in counts:
            tail = parts[end - count : end]
            start, stop = tail[0][1], tail[-1][2]
            rest = header[:start]
            if not any(map(str.isalpha, rest)):
                continue
            texts = [p[0] for p in tail]
            for code in _readings(header[start:stop], texts):
                if believable(rest, code, texts):
                    return HeaderUnit(code, start, stop, "suffix")
    return HeaderUnit()


def _all_units(tail: Sequence[str]) -> bool:
    """Whether a header is nothing but a unit: cfu_ml."""
    sure = [t in _STRONG or t.lower() in _FOLDED or t.lower() in _COUNTS for t in tail]
    return (
        1 < len(tail) <= _MOST_PIECES
        and sure[0]
        and all(k or t in _COMMON for k, t in zip(sure, tail, strict=True))
    )


def _readings(written: str, tail: Sequence[str]) -> list[str]:
    """The codes that the last parts of a header may stand for, the likeliest first."""
    plain = written.replace("_", " ")
    proper = [_FOLDED.get(p.lower(), p) if p not in _STRONG else p for p in tail]
    texts = [plain]
    if len(tail) > 1 and re.fullmatch(r"[^\W_]+(?:_[^\W_]+)*", written):
        rest = ".".join(proper[1:])
        quotient = f"{proper[0]}/({rest})" if len(tail) > 2 else f"{proper[0]}/{rest}"
        if plain.replace(" ", ".") not in _PRODUCTS:
            texts.insert(0, quotient)
    if len(tail) == 1:
        if (glued := _GLUED.fullmatch(tail[0])) or (
            glued := re.fullmatch(r"(m3|km3|l|L)(s|h|d|min)", tail[0])
        ):
            texts.append(f"{glued[1]}/{glued[2]}")
        texts.append(proper[0])
    codes = [sense for text in texts[:2] for sense in _OTHER_SENSES.get(text, ())]
    codes += filter(None, map(ucum, texts))
    return codes + [f"/{c}" for c in codes if c in _PLACES]  # stem_density_ha is stems a hectare


def _fitting(rest: str, code: str, tail: Sequence[str]) -> bool:
    """Whether the rest of the header names a quantity of that unit."""
    return fits(rest, code)


def _believable(rest: str, code: str, tail: Sequence[str]) -> bool:
    """Whether the last parts of a header are a unit though the rest does not name its quantity."""
    if _contradicted(rest, code):
        return False
    if rest.rstrip("_ ").lower().endswith("per"):
        return False
    if tail[0].lower() == "per":
        return len(tail) > 1
    if len(tail) == 1:
        return (
            tail[0] in _STRONG
            or (tail[0].lower() in _FOLDED and len(tail[0]) > 1)
            or re.fullmatch(r"(?i)(?:[npuµm]g|[nuµm]mol|cfu|cells)(?:d?l|ml|kg|m3|m2)", tail[0])
            is not None
        )
    known = [t in _STRONG or t.lower() in _FOLDED or t.lower() in _COUNTS for t in tail]
    return (
        (known[0] or tail[0] in ("m3", "W", "t", "g", "m", "S", "dS", "µS", "uS", "mS", "V", "A"))
        and any(known)
        and all(k or t in _COMMON for k, t in zip(known, tail, strict=True))
    )


def _strong_kinds(rest: str) -> list[QuantityKind]:
    return [m.kind for m in named(_words(rest)) if not m.weak]


def _contradicted(rest: str, code: str) -> bool:
    kinds = allowed(code)
    strong = _strong_kinds(rest)
    return bool(strong) and not any(k in kinds for k in strong) and strong[0].name in CONTRADICTED


CONTRADICTED = frozenset(
    ("Temperature", "Time", "Pressure", "latitude", "longitude", "Height", "Altitude")
)
"""Kinds whose names mean nothing else, so that a unit of another dimension is a contradiction."""
