from __future__ import annotations

from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from extractors.components.quantities import Quantities, canonical_unit, number

BLANK = spacy.blank("en")
FINDER = Quantities()


@pytest.fixture(scope="module")
def nlp() -> Any:
    nlp = spacy.blank("en")
    nlp.add_pipe("polymath_quantities")
    return nlp


@pytest.mark.parametrize(
    ("text", "value", "low", "high", "unit"),
    [
        ("5.2 ± 0.1 mm", 5.2, 5.1, 5.3, "mm"),
        ("10^-3 mol/L", 1e-3, 1e-3, 1e-3, "mol/l"),
        ("10⁻³ mol/L", 1e-3, 1e-3, 1e-3, "mol/l"),
        ("3–5 GPa", 4, 3, 5, "GPa"),
        ("3 to 5 GPa", 4, 3, 5, "GPa"),
        ("25 °C", 25, 25, 25, "°C"),
        ("1,000 km", 1000, 1000, 1000, "km"),
        ("40%", 40, 40, 40, "%"),
        ("2 × 10^5 cells/mL", 2e5, 2e5, 2e5, "count/ml"),
        ("5000 W m-1 K-1", 5000, 5000, 5000, "W/K/m"),
        ("300 W/(m·K)", 300, 300, 300, "W/K/m"),
        ("10 mA cm−2", 10, 10, 10, "mA/cm**2"),
        ("−4 K", -4, -4, -4, "K"),
    ],
)
def test_value_and_unit(
    nlp: Any, text: str, value: float, low: float, high: float, unit: str
) -> None:
    sentence = f"It was {text} then."
    (q,) = nlp(sentence)._.quantities
    assert (q.value, q.low, q.high) == pytest.approx((value, low, high))
    assert q.canonical == unit
    assert sentence[q.start_char : q.end_char] == text


@pytest.mark.parametrize(
    "text",
    [
        "in 2004",
        "three mice",
        "see Fig. 3",
        "GSE12345",
        "version 1.2.3",
        "[12]",
        "3 T cells",
        "panel 2 A, B",
    ],
)
def test_no_quantities(nlp: Any, text: str) -> None:
    assert nlp(f"We looked {text} here.")._.quantities == []


def test_bare_decimals_are_optional() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("polymath_quantities", config={"bare_numbers": False})
    assert nlp("An index of 1.5 was seen.")._.quantities == []


def test_dimension() -> None:
    assert canonical_unit("GPa")[1] == canonical_unit("psi")[1]
    assert canonical_unit("furlongs") == ("", "")


@given(st.floats(min_value=0.001, max_value=1e9))
def test_numbers_come_back(x: float) -> None:
    assert number(f"{x:.6f}") == pytest.approx(x, abs=1e-6)


@given(st.text(alphabet="0123456789.,-–−±×^e⁻³ mmKµ%/()", max_size=40))
def test_nothing_crashes(text: str) -> None:
    for q in FINDER(BLANK(text))._.quantities:
        assert q.low <= q.high or q.is_range
