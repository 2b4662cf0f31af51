"""The unit that the description of a column gives."""

from __future__ import annotations

import re

from extractors.columns import units
from extractors.columns.headers import fits
from extractors.components.lexicon import word_list

_LONGEST_DESCRIPTION = 2000
_IN_TEXT = re.compile(
    r"\b(?:units?\s*(?:is|are|of measurement|:|=|of)|(?:measured|expressed|given|reported|recorded|"
    r"stated|provided|calculated|quantified)\s+(?:in|as)|in|as|unit)\s*:?\s+([^,;:()\[\]]{1,40})",
    re.I,
)
_UNIT_SAID = re.compile(r"\b(?:units?|measured|expressed|reported|recorded|given)\b", re.I)
_CHINESE_UNIT = re.compile(
    r"(?:单位|以)[为是:：]?\s*([^,，。;；\s]{1,16}?)(?:计|表示|为单位|[,，。;；\s]|$)"
)


def unit_in_text(text: str, named_by: str = "") -> str:
    """The unit in which a description says that values are, as a UCUM code; else "".

    >>> unit_in_text("Height of the plant, measured in centimetres"), unit_in_text("Weight in kg at birth")
    ('cm', 'kg')
    >>> unit_in_text("Area [m2] of the plot"), unit_in_text("Number of people in a household")
    ('m2', '')
    """
    text = text[:_LONGEST_DESCRIPTION]
    for match in _IN_TEXT.finditer(text):
        words = match[1].split()
        sure = _UNIT_SAID.search(match[0]) is not None
        for count in range(min(5, len(words)), 0, -1):
            said = " ".join(words[:count]).rstrip(".")
            code = units.ucum(said)
            if code and _credible(said, code, f"{named_by} {text[: match.start()]}", sure):
                return code
    head = re.split(r"[.;,(]", text, maxsplit=1)[0].strip()
    if code := _rate(head):
        return code
    last = re.search(r"[,;]\s*(?:in\s+)?([^,;]{1,24}?)\.?$", text)
    if last and (code := units.ucum(last[1])) and _credible(last[1], code, named_by, sure=False):
        return code
    for chinese in _CHINESE_UNIT.finditer(text):
        if code := units.ucum(chinese[1]):
            return code
    found = units.bracket(f"x {text[:400]}")
    if found is not None:
        start, end, code = found
        said = text[start - 2 : end - 2].strip("()[]{}（）【】 ")
        if _credible(said, code, f"{named_by} {text[: start - 2]}", sure=False):
            return code
    return ""


def _rate(head: str) -> str:
    """The unit of "Stems per hectare" and "Number of cases per 100 000 inhabitants"."""
    found = re.fullmatch(r"(?i)(?:(?:the )?number of )?([a-z][a-z -]{1,30}?) per (.{1,30})", head)
    if found is None:
        return ""
    if code := units.ucum(f"{found[1].lower()} per {found[2]}"):
        return code
    below = units.ucum(found[2])
    if not below or "{" in below:
        return ""
    above = f"{{{found[1].lower().split()[-1]}}}"
    return f"{above}/({below})" if "." in below or "/" in below else f"{above}/{below}"


def _credible(said: str, code: str, context: str, sure: bool) -> bool:
    if said.lower() in _COMMON_WORDS and not fits(context[:200], code):
        return False
    if re.fullmatch(r"\d+", said) or code in ("1", "{index}", "{score}", "{rank}"):
        return False
    if len(said) <= 2 and said not in (
        "cm",
        "mm",
        "km",
        "kg",
        "mg",
        "°C",
        "kW",
        "eV",
        "Hz",
        "Pa",
        "mV",
        "ha",
    ):
        return sure or fits(context[:200], code) or said == "%"
    return True


_COMMON_WORDS = word_list("word_before_unit_in_text")
