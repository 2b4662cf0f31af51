"""Numbers and units as Chinese writes them: "３７℃", "约1.5万吨", "二十摄氏度", "百分之三十", "65亿倍".

What is written with the international symbols is left to :mod:`extractors.components.quantities`.

>>> [(q.value, q.unit) for q in chinese_quantities("样品重1.5万吨，加热至三百摄氏度，提高了两倍，占百分之三十。")]
[(15000.0, 't'), (300.0, '°C'), (2.0, '倍'), (30.0, '%')]
>>> as_ascii("３７．５％～４０％")
'37.5%–40%'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.components.lexicon import LEXICONS, read_lexicon

_PREFIXES = {
    "太": "T", "吉": "G", "兆": "M", "千": "k", "百": "h", "分": "d", "厘": "c", "毫": "m",
    "微": "μ", "纳": "n", "皮": "p", "飞": "f", "": "",
}  # fmt: skip
_TIMES = {
    "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7,
    "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12,
}  # fmt: skip
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_WIDE = str.maketrans(
    "０１２３４５６７８９．％＋－～〜∼－／（）＝＜＞［］：", "0123456789.%+-–––-/()=<>[]:"
)
_TO = re.compile(r"(?<=[\d%])\s?[至到~](?=\s?[\d.])")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number (or a range) with its unit's symbol, at characters ``start:end``."""

    start: int
    end: int
    value: float
    low: float
    high: float
    is_range: bool
    unit: str


def as_ascii(text: str) -> str:
    """The text, as long as it was, with full-width signs as ASCII and "至" between numbers as a dash."""
    text = text.translate(_WIDE)
    return _TO.sub(lambda m: "–".rjust(len(m.group())), text)


@cache
def _units() -> dict[str, str]:
    text = (LEXICONS / "units_zh.tsv").read_text(encoding="utf-8")
    first = {line.split("\t")[0] for line in text.split("# as they are")[0].splitlines()}
    units: dict[str, str] = {}
    for name, symbol in read_lexicon("units_zh", 2):
        if name in first:
            for prefix, letter in _PREFIXES.items():
                units.setdefault(prefix + name, letter + symbol)
        else:
            units[name] = symbol
    for prefix in ("毫", "微"):
        units[prefix + "角秒"] = prefix + "角秒"
    return units


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_units(), key=lambda n: (-len(n), n))
    atom = "(?:" + "|".join(map(re.escape, names)) + ")"
    unit = rf"{atom}(?:\s?[/每·]\s?{atom})*"
    times = "|".join(sorted(_TIMES, key=len, reverse=True))
    digits = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
    spoken = r"[零〇一二两三四五六七八九十百千]{1,7}"
    return re.compile(
        rf"百分之(?P<percent>{spoken}|{digits})"
        rf"|(?<![A-Za-z\d.])(?P<low>-?{digits})(?P<lowtimes>{times})?(?:(?:\s?{unit})?\s?(?P<how>[±–-])\s?(?P<high>{digits})(?P<times>{times})?)?"
        rf"(?:多|余)?\s?(?P<unit>{unit})?"
        rf"|(?<![第几数零〇一二两三四五六七八九十百千万亿\d])(?P<spoken>{spoken})(?P<spokentimes>{times})?\s?(?P<spokenunit>{unit})"
    )


def spoken_number(text: str) -> float | None:
    """The value of a Chinese numeral below ten thousand, or None.

    >>> spoken_number("三百二十"), spoken_number("十五"), spoken_number("二〇〇八"), spoken_number("百十百")
    (320.0, 15.0, 2008.0, None)
    """
    if all(c in _DIGITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))
    total, digit, last = 0, 0, 10_000
    for i, c in enumerate(text):
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            place = _PLACES[c]
            if place >= last:
                return None
            total += (digit or (1 if i == 0 or c == "十" else 0)) * place
            digit, last = 0, place
    return float(total + digit)


def chinese_quantities(text: str) -> Iterator[Amount]:
    """The amounts of a text that went through :func:`as_ascii` and that are written in Chinese."""
    for m in _pattern().finditer(text):
        if m["percent"]:
            value = _number(m["percent"])
            if value is not None:
                yield Amount(*m.span(), value, value, value, False, "%")
            continue
        if m["spoken"]:
            name = m["spokenunit"]
            value = spoken_number(m["spoken"])
            if value is None or not (len(name) > 1 or name == "倍") or name in ("个月", "星期"):
                continue  # "一天", "三年": how long is told in passing
            value *= _TIMES.get(m["spokentimes"] or "", 1.0)
            yield Amount(*m.span(), value, value, value, False, _symbol(name))
            continue
        yield from _written(text, m)


def _written(text: str, m: re.Match[str]) -> Iterator[Amount]:
    name, times = m["unit"] or "", m["times"] or m["lowtimes"] or ""
    if not name and not times:
        return
    if name == "年" and not times:
        return  # a date
    if not name and (not times or text[m.end() : m.end() + 1] in "多余"):
        return
    if not name and re.match(r"[\u4e00-\u9fff%A-Za-z]", text[m.end() : m.end() + 1]):
        return  # "3万人": a count, or another unit
    factor = _TIMES.get(times, 1.0)
    low = float(m["low"].replace(",", "")) * (_TIMES[m["lowtimes"]] if m["lowtimes"] else factor)
    if m["high"] is None:
        yield Amount(*m.span(), low, low, low, False, _symbol(name))
        return
    high = float(m["high"].replace(",", "")) * factor
    if m["how"] == "±":
        yield Amount(*m.span(), low, low - high, low + high, False, _symbol(name))
    elif low <= high:
        yield Amount(*m.span(), (low + high) / 2, low, high, True, _symbol(name))


def _symbol(name: str) -> str:
    units = _units()
    parts = re.split(r"\s?([/每·])\s?", name)
    made = ""
    for part in parts:
        made += {"每": "/", "/": "/", "·": "·"}.get(part) or units.get(part, part)
    return made


def _number(text: str) -> float | None:
    return float(text.replace(",", "")) if text[0].isdigit() else spoken_number(text)
