"""``polymath_quantities``: numbers with units.

One compiled expression finds them; pint says, once a unit text, how the unit is written
canonically and what it measures.

>>> nlp = __import__("spacy").blank("en")
>>> _ = nlp.add_pipe("polymath_quantities")
>>> q = nlp("A film of 5.2 ± 0.1 mm at 300 W/(m K).")._.quantities
>>> [(x.value, x.unit, x.canonical) for x in q]
[(5.2, 'mm', 'mm'), (300.0, 'W/(m K)', 'W/K/m')]
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import QuantitySpan
from extractors.components.alignment import TokenSpans
from extractors.components.chinese_quantities import as_ascii, chinese_quantities
from extractors.components.lexicon import LEXICONS, read_lexicon

VERSION = "1"
_PREFIXES = ("T", "G", "M", "k", "h", "d", "c", "m", "μ", "µ", "n", "p", "f", "")
_NEVER_PREFIXED = frozenset(
    ("hM", "dM", "cM", "hA", "dA", "dB", "cB", "dT", "hC", "hS", "dS", "hH")
)
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−–", "0123456789-+--")


@cache
def _units() -> dict[str, str]:
    """Unit symbol -> what pint calls it."""
    units: dict[str, str] = {}
    text = (LEXICONS / "units.tsv").read_text(encoding="utf-8")
    prefixable = {
        line.split("\t")[0]
        for line in text.split("# as they are")[0].splitlines()[1:]
        if not line.startswith("#")
    }
    for symbol, name in read_lexicon("units", 2):
        if symbol in prefixable:
            for prefix in _PREFIXES:
                if prefix + symbol not in _NEVER_PREFIXED:
                    units.setdefault(prefix + symbol, f"{'µ' if prefix == 'μ' else prefix}{name}")
        else:
            units[symbol] = name
    units["cm"] = "cm"
    return units


@cache
def _pattern() -> re.Pattern[str]:
    symbols = "|".join(re.escape(s) for s in sorted(_units(), key=len, reverse=True))
    exponent = r"(?:\^\{?[-−–]?\d\}?|[⁻]?[¹²³⁴]|[-−–][1-4](?![\d.])|[23](?![\d.,]))"
    atom = rf"(?:{symbols})(?:{exponent})?(?![^\W\d_\u3400-\u9fff])"
    raised = rf"(?:{symbols})(?:\^\{{?[-−–]?\d\}}?|⁻[¹²³⁴]|[-−–][1-4](?![\d.]))"
    unit = (
        rf"{atom}(?:\s?/\s?(?:\({atom}(?:[\s·⋅*]{{1,3}}{atom})*\)|{atom})"
        rf"|[\s·⋅*]{{1,2}}{raised}|[·⋅*]{atom}|\sper\s{atom})*"
    )
    power = r"10(?:\^\{?[-−–+]?\d+\}?|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[−–]\d+)"
    digits = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+"
    number = rf"(?:(?:{digits})(?:\s?[×x·*]\s?{power}|[eE][-+−]?\d+)?)"
    signed = rf"(?:{power}|[-−]?{number})"
    return re.compile(
        rf"(?<![A-Za-z0-9_.^])(?<!\d[,–-])(?P<low>{signed})"
        rf"(?:\s?(?P<how>±|\+/-|\+/−|–|-|—|to|\sto\s|\sand\s)\s?(?P<high>{signed}))?"
        rf"(?:\s?(?P<unit>{unit}))?(?![^\W\u3400-\u9fff]|\.\d)"
    )


def number(text: str) -> float:
    """The value of a number as papers write it.

    >>> number("1,000"), number("2 × 10^5"), number("10⁻³"), number("−.5")
    (1000.0, 200000.0, 0.001, -0.5)
    """
    text = text.translate(_SUPERSCRIPT).replace(",", "").replace(" ", "")
    text = text.replace("{", "").replace("}", "")
    mantissa, cross, power = (
        text.replace("×", "x").replace("·", "x").replace("*", "x").partition("x")
    )
    if cross:
        return float(mantissa) * number(power)
    if mantissa.startswith("10^"):
        mantissa = mantissa[3:]
    elif re.fullmatch(r"10[-+]\d+", mantissa):
        mantissa = mantissa[2:]
    else:
        return float(mantissa)
    return float(f"1e{int(mantissa)}") if abs(int(mantissa)) < 300 else float("inf")


@cache
def _registry() -> Any:
    import pint  # takes 0.2 s: only when the first unit is met

    registry: Any = pint.UnitRegistry(cache_folder=None)
    registry.formatter.default_format = "~C"
    return registry


@lru_cache(maxsize=4096)
def canonical_unit(text: str) -> tuple[str, str]:
    """The unit as pint writes it and its dimension; ("", "") if pint does not know it.

    >>> canonical_unit("mol/L"), canonical_unit("S cm^-1")[0]
    (('mol/l', '[substance]/[length]**3'), 'S/cm')
    """
    units = _units()
    parts = re.findall(
        "|".join(re.escape(s) for s in sorted(units, key=len, reverse=True))
        + r"|\^?\{?[-+]?\d\}?|/|\(|\)|per",
        text.translate(_SUPERSCRIPT).replace("·", " ").replace("⋅", " ").replace("*", " "),
    )
    if len("".join(parts)) != len(re.sub(r"[\s·⋅*]", "", text)):
        return "", ""
    made = ""
    for part in parts:
        if part in units:
            made += ("" if not made or made[-1] in "/(" else "*") + f"({units[part]})"
        elif part in ("/", "per"):
            made += "/"
        elif part in "()":
            made += part
        else:
            made += "**" + part.strip("^{}")
    try:
        quantity = _registry().parse_expression(made)
        unit = quantity.units
    except Exception:  # pint raises its own, and those of its tokenizer
        return "", ""
    dimension = str(unit.dimensionality).replace(" ", "")
    return f"{unit:~C}", dimension


class Quantities:
    """Appends the quantities of a doc to ``doc._.quantities``."""

    def __init__(self, *, bare_numbers: bool = True) -> None:
        self.bare_numbers = bare_numbers
        self.version = VERSION

    def __call__(self, doc: Doc) -> Doc:
        """Note the quantities of *doc*, which comes back."""
        text = doc.text
        chinese = doc.lang_ == "zh"
        if not chinese and not any(c.isdigit() for c in text):
            return doc
        spans = TokenSpans(doc)
        found: list[QuantitySpan] = doc._.quantities
        if chinese:
            found.extend(self._chinese(text, spans))
            return doc
        for m in _pattern().finditer(text):
            span = self._quantity(text, m, spans)
            if span is not None:
                found.append(span)
        return doc

    def _chinese(self, text: str, spans: TokenSpans) -> list[QuantitySpan]:
        """What is written in Chinese words, then, in what is left, what is written in symbols."""
        text = as_ascii(text)
        found = []
        left = list(text)
        for a in chinese_quantities(text):
            canonical, dimension = canonical_unit(a.unit) if a.unit else ("", "")
            first, last = spans.covering(a.start, a.end)
            found.append(
                QuantitySpan(
                    first, last, a.start, a.end, a.value, a.low, a.high, a.is_range,
                    a.unit, canonical, dimension,
                )
            )  # fmt: skip
            left[a.start : a.end] = "、" * (a.end - a.start)
        rest = "".join(left)
        for m in _pattern().finditer(rest):
            span = self._quantity(rest, m, spans)
            if span is not None:
                found.append(span)
        found.sort(key=lambda q: q.start_char)
        return joined(found, text)

    def _quantity(self, text: str, m: re.Match[str], spans: TokenSpans) -> QuantitySpan | None:
        unit, how = m["unit"] or "", (m["how"] or "").strip()
        if not unit and (not self.bare_numbers or not re.search(r"\.\d|[×^⁻]", m["low"]) or how):
            return None  # a count, a year, a reference: no quantity
        start, end = m.span()
        if unit in ("T", "B", "K", "A", "C", "D", "H", "S", "d", "h", "M", "F", "G", "U", "t") and (
            text.startswith((" cell", "-", " and ", ","), end) and m["low"].isdigit()
        ):
            return None  # 3 T cells, panels 2 A, B
        low = number(m["low"])
        if how == "and" and "between" not in text[max(0, start - 9) : start].lower():
            start, low, how = m.start("high"), number(m["high"]), ""
        high = number(m["high"]) if how else low
        spread = how in ("±", "+/-", "+/−")
        if spread:
            value, low, high = low, low - high, low + high
        else:
            value = (low + high) / 2
        canonical, dimension = canonical_unit(unit) if unit else ("", "")
        first, last = spans.covering(start, end)
        return QuantitySpan(
            first, last, start, end, value, low, high, bool(how) and not spread,
            unit, canonical, dimension,
        )  # fmt: skip


def joined(found: list[QuantitySpan], text: str) -> list[QuantitySpan]:
    """Ascending quantities, with "22.8%±0.3%" and "10 ℃–20 ℃" made one each."""
    kept: list[QuantitySpan] = []
    for q in found:
        if (
            kept
            and kept[-1].unit == q.unit != ""
            and kept[-1].low == kept[-1].high
            and q.low == q.high
        ):
            old = kept[-1]
            between = text[old.end_char : q.start_char].strip()
            if between in ("±", "–", "至", "到", "—"):
                spread = between == "±"
                low, high = (
                    (old.value - q.value, old.value + q.value) if spread else (old.low, q.high)
                )
                if low <= high:
                    value = old.value if spread else (low + high) / 2
                    kept[-1] = QuantitySpan(
                        old.start, q.end, old.start_char, q.end_char, value, low, high,
                        not spread, q.unit, q.canonical, q.dimension,
                    )  # fmt: skip
                    continue
        kept.append(q)
    return kept


@Language.factory(
    "polymath_quantities", assigns=["doc._.quantities"], default_config={"bare_numbers": True}
)
def make(nlp: Language, name: str, bare_numbers: bool) -> Quantities:
    """A finder of quantities; with ``bare_numbers`` also of decimals without a unit."""
    return Quantities(bare_numbers=bare_numbers)
