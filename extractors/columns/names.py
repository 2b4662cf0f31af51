"""Column headers as words: split, spelt out, and free of the statistic they name.

>>> name = read_name("temp_air_mean")
>>> name.text, name.statistic
('temperature air', 'mean')
>>> [w.text for w in read_name("WindSpeedMax").words], read_name("WindSpeedMax").statistic
(['wind', 'speed'], 'maximum')
>>> read_name("SOC_sd").text, read_name("yield_p95").statistic, read_name("min_temp").statistic
('soil organic carbon', 'percentile 95', 'minimum')
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extractors.components.lexicon import read_lexicon

LONGEST = 300
"""Characters of a header that are looked at."""

_CHUNK = re.compile(r"[\u3400-\u9fff]+|(?:[^\W_\u3400-\u9fff]|(?<=\d)\.(?=\d))+(?:['’][a-z]+)?")
_WITHIN = re.compile(  # where a word begins within a chunk: windSpeed, BMIScore, O2sat, depth10
    r"(?<=[a-z\d])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[a-z]{2})(?=[A-Z])"
    r"|(?<=\d)(?=[a-z]{3})|(?<=[a-z]{3})(?=\d)"
)
_STATISTICS: dict[str, str] = {
    "mean": "mean", "avg": "mean", "average": "mean", "averaged": "mean", "ave": "mean", "平均": "mean",
    "sd": "standard deviation", "std": "standard deviation", "stdev": "standard deviation",
    "stddev": "standard deviation", "standard deviation": "standard deviation",
    "std dev": "standard deviation", "stan dev": "standard deviation",
    "st dev": "standard deviation", "标准差": "standard deviation", "sigma": "standard deviation",
    "se": "standard error", "sem": "standard error", "stderr": "standard error",
    "std err": "standard error", "std error": "standard error", "standard error": "standard error",
    "var": "variance", "variance": "variance",
    "min": "minimum", "minimum": "minimum", "low": "minimum", "lowest": "minimum", "最低": "minimum",
    "最小": "minimum", "max": "maximum", "maximum": "maximum", "high": "maximum",
    "highest": "maximum", "最高": "maximum", "最大": "maximum",
    "lower": "lower limit", "upper": "upper limit", "lo": "lower limit", "hi": "upper limit",
    "ci low": "lower confidence limit", "ci lower": "lower confidence limit",
    "lower ci": "lower confidence limit", "low ci": "lower confidence limit",
    "lcl": "lower confidence limit", "lci": "lower confidence limit", "ci lo": "lower confidence limit",
    "ci high": "upper confidence limit", "ci upper": "upper confidence limit",
    "upper ci": "upper confidence limit", "high ci": "upper confidence limit",
    "ucl": "upper confidence limit", "uci": "upper confidence limit", "ci hi": "upper confidence limit",
    "ci": "confidence interval",
    "median": "median", "med": "median", "mode": "mode", "iqr": "interquartile range",
    "n": "sample size", "nobs": "sample size", "n obs": "sample size",
    "sample size": "sample size", "cv": "coefficient of variation",
    "err": "uncertainty", "error": "uncertainty", "unc": "uncertainty",
    "uncert": "uncertainty", "uncertainty": "uncertainty", "rmse": "root mean square error",
}  # fmt: skip
_BEFORE = frozenset(
    ("mean", "average", "avg", "min", "minimum", "max", "maximum", "median", "sd", "std", "std dev",
     "standard deviation", "standard error", "lowest", "highest", "se", "平均", "最低", "最高")
)  # fmt: skip
_BEGINS = re.compile(r"(maximum|minimum|mean) (?=temperature)")
_PERCENTILE = re.compile(r"(?:p|q|pct|perc|quantile|percentile)_?(\d{1,2})", re.I)
_SPREADS = frozenset(
    ("standard deviation", "standard error", "variance", "sample size", "coefficient of variation",
     "uncertainty", "interquartile range", "confidence interval", "lower confidence limit",
     "upper confidence limit", "lower limit", "upper limit", "root mean square error")
)  # fmt: skip
"""Statistics that say how sure a value is rather than what it is."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a header, spelt out, and the characters of the header that stand for it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A header as words, without the statistic that it names."""

    words: tuple[Word, ...]
    statistic: str = ""

    @property
    def text(self) -> str:
        """The words with blanks between them."""
        return " ".join(w.text for w in self.words)

    @property
    def of_spread(self) -> bool:
        """Whether the column says how sure another is: its deviation, its sample size."""
        return self.statistic in _SPREADS


@cache
def abbreviations() -> tuple[dict[str, str], dict[str, str]]:
    """Short forms that are found as they stand, and those that are found in any case."""
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for short, long in read_lexicon("column_words", 2):
        if short == short.lower():
            folded[short] = long
        else:
            exact[short] = long
    return exact, folded


def senses(short: str) -> list[str]:
    """All that a short form may stand for, whatever its case.

    >>> senses("alt")
    ['altitude', 'alanine aminotransferase']
    """
    exact, folded = abbreviations()
    found = (folded.get(short.lower()), exact.get(short), exact.get(short.upper()))
    return list(dict.fromkeys(long for long in found if long))


def pieces(header: str) -> list[tuple[str, int, int]]:
    """The parts of a header between marks, and where small letters turn into capitals."""
    found = []
    for chunk in _CHUNK.finditer(header[:LONGEST]):
        if _long_form(chunk[0]) or (len(chunk[0]) < 4 and chunk[0].isascii()):
            found.append((chunk[0], chunk.start(), chunk.end()))
            continue
        start = 0
        if chunk[0][:2] in ("平均", "最高", "最低", "最大", "最小") and len(chunk[0]) > 2:
            found.append((chunk[0][:2], chunk.start(), chunk.start() + 2))
            start = 2
        for cut in (*(m.start() for m in _WITHIN.finditer(chunk[0])), len(chunk[0])):
            found.append((chunk[0][start:cut], chunk.start() + start, chunk.start() + cut))
            start = cut
    return [p for p in found if p[0]]


def _long_form(short: str) -> str:
    exact, folded = abbreviations()
    return exact.get(short) or folded.get(short.lower(), "")


def is_statistic(text: str) -> bool:
    """Whether a part of a header names a statistic by itself."""
    return (text.lower() in _STATISTICS and text != "N") or _PERCENTILE.fullmatch(text) is not None


@lru_cache(maxsize=16384)
def read_name(header: str) -> Name:
    """The words of a header and its statistic; text in brackets is left out unless nothing else is there."""
    visible = re.sub(
        r"[(\[{（【][^)\]}）】]*[)\]}）】]?", lambda m: " " * len(m[0]), header[:LONGEST]
    )
    found = pieces(visible) or pieces(header)
    kept, statistic = _without_statistic(found)
    words = _spelt_out(kept, shouting=header.isupper())
    if words and not statistic and (begun := _BEGINS.match(words[0].text)):
        statistic = begun[1]
        words[0] = Word(words[0].text[begun.end() :], words[0].start, words[0].end)
    return Name(tuple(words), statistic)


def _without_statistic(
    found: Sequence[tuple[str, int, int]],
) -> tuple[list[tuple[str, int, int]], str]:
    left = list(found)
    statistic = ""
    for length in (2, 1):
        if len(left) > length and not statistic:
            last = " ".join(p[0] for p in left[-length:]).lower()
            if last == "n" and left[-1][0] == "N":
                continue  # nitrogen
            statistic = _STATISTICS.get(last, "")
            if (percentile := _PERCENTILE.fullmatch(last.replace(" ", ""))) and not statistic:
                statistic = f"percentile {int(percentile[1])}"
            if statistic:
                del left[-length:]
    if statistic in (
        "lower limit",
        "upper limit",
        "minimum",
        "maximum",
        "confidence interval",
    ) and (len(left) > 1 and left[-1][0].lower() in ("ci", "ci95", "95ci")):
        statistic = {"minimum": "lower limit", "maximum": "upper limit"}.get(statistic, statistic)
        statistic = statistic.replace(" limit", " confidence limit")
        left.pop()
    if "confidence" in statistic and len(left) > 1 and left[-1][0] in ("90", "95", "99"):
        left.pop()
    for length in (2, 1):
        if len(left) > length and not statistic:
            first = " ".join(p[0] for p in left[:length]).lower()
            if first in _BEFORE or (first == "n" and found[0][0] == "n"):
                statistic = _STATISTICS.get(first, "")
                if statistic == "sample size":
                    statistic = ""  # n_species counts species
                else:
                    del left[:length]
                    if left and len(left) > 1 and left[0][0].lower() == "of":
                        del left[0]
    return left, statistic


def _spelt_out(found: Sequence[tuple[str, int, int]], *, shouting: bool) -> list[Word]:
    words: list[Word] = []
    i = 0
    while i < len(found):
        text, start, end = found[i]
        for take in (2, 1):  # "PM" "25", "Total" "N"
            joined = "".join(p[0] for p in found[i : i + take])
            if i + take > len(found) or (take == 2 and len(joined) < 4):
                continue
            if long := _long_form(joined):
                words.append(Word(long, start, found[i + take - 1][2]))
                i += take
                break
        else:
            symbol = _is_symbol(text) and (not shouting or any(map(str.isdigit, text)))
            words.append(Word(text if symbol else text.lower(), start, end))
            i += 1
    return words


def _is_symbol(text: str) -> bool:
    """Whether capitals belong to a word: NDVI, pH, CO2, but not a capital at its start."""
    return len(text) <= 6 and text[1:].lower() != text[1:]
