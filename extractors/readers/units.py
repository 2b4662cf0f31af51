"""Units in column headers, as UCUM codes (https://ucum.org), and UCUM codes as people write them.

>>> header_unit("mass (kg)"), header_unit("T [°C]"), header_unit("sex (m/f)")
(('mass', 'kg'), ('T', 'Cel'), ('sex (m/f)', ''))
>>> readable("10*24.kg"), readable("W/(m.K)"), readable("1")
('× 10^24 kg', 'W/(m K)', '')
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"^(.*\S)\s*[(\[]\s*([^()\[\]]{1,24}?)\s*[)\]]$")
_SYMBOLS = (
    "m|g|s|A|K|mol|cd|Hz|N|Pa|J|W|C|V|F|Ohm|S|Wb|T|H|lm|lx|Bq|Gy|Sv|kat|l|L|eV|bar|t|B|M|"
    "cal|pc|Da|u"
)
_UNIT = re.compile(
    rf"(?:(?:[YZEPTGMkhdcmunpfa]|da)?(?:{_SYMBOLS})|%|Cel|min|h|d|a|wk|mo|ha|deg|ppm|ppb|\[degF\]|"
    r"\[in_i\]|\[ft_i\]|\[mi_i\]|\[lb_av\]|AU|atm|mm\[Hg\]|dB|pH|kcal|rad|sr)(?:\^?([+-]?\d))?"
)
_ALIASES = {
    "°c": "Cel", "degc": "Cel", "deg c": "Cel", "celsius": "Cel", "°f": "[degF]", "percent": "%",
    "°": "deg", "ω": "Ohm", "ohm": "Ohm", "ohms": "Ohm", "years": "a", "year": "a", "yr": "a",
    "days": "d", "day": "d", "hours": "h", "hour": "h", "hr": "h", "minutes": "min", "sec": "s",
    "seconds": "s", "weeks": "wk", "months": "mo", "in": "[in_i]", "inches": "[in_i]",
    "ft": "[ft_i]", "feet": "[ft_i]", "miles": "[mi_i]", "lb": "[lb_av]", "lbs": "[lb_av]",
    "mmhg": "mm[Hg]", "grams": "g", "metres": "m", "meters": "m",
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_AMBIGUOUS = {
    "m/f",
    "M/F",
    "a",
    "d",
    "u",
    "A",
    "B",
    "C",
    "F",
    "H",
    "M",
    "N",
    "S",
    "T",
    "t",
    "g/m/s",
}
_READABLE = {
    "Cel": "°C",
    "[degF]": "°F",
    "[in_i]": "in",
    "[ft_i]": "ft",
    "[mi_i]": "mi",
    "[lb_av]": "lb",
}


def header_unit(header: str) -> tuple[str, str]:
    """A column header without the unit in its brackets, and that unit's UCUM code ("" if it is none).

    A single letter that is more often an abbreviation than a unit is left in the header.
    """
    found = _HEADER.match(header.strip())
    if found is None or found[2] in _AMBIGUOUS:
        return header.strip(), ""
    code = ucum(found[2])
    return (found[1], code) if code else (header.strip(), "")


def ucum(written: str) -> str:
    """The UCUM code of a unit as written in a header, "" if it is not one we know."""
    text = written.strip().translate(_SUPERSCRIPTS).replace("µ", "u").replace("μ", "u")
    if code := _ALIASES.get(text.lower()):
        return code
    numerator, *denominators = re.split(r"\s*/\s*|\s+per\s+", text)
    parts: list[str] = []
    for group in (numerator, *denominators):
        terms = [_term(t) for t in re.split(r"[\s.·*⋅]+", group.strip("() ")) if t]
        if not terms or not all(terms):
            return ""
        joined = ".".join(terms)
        parts.append(f"({joined})" if len(terms) > 1 and parts else joined)
    return "/".join(parts)


def _term(text: str) -> str:
    found = _UNIT.fullmatch(text)
    if found:
        return text.replace("^", "")
    return _ALIASES.get(text.lower(), "")


def readable(code: str) -> str:
    """A UCUM code as written in running text; "" for the unit one."""
    if code == "1":
        return ""
    text = re.sub(r"^10\*([+-]?\d+)\.?", r"× 10^\1 ", code)
    for ugly, plain in _READABLE.items():
        text = text.replace(ugly, plain)
    return text.replace(".", " ").strip()
