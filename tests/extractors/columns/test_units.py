"""Units as written, as UCUM, as pint understands them, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.columns.declared_units import annotation, declared_unit
from extractors.columns.units import header_unit, readable, ucum
from extractors.components.lexicon import read_lexicon
from kg.ucum import compatible, same, unit

CODES = (
    "m", "cm", "mm", "um", "nm", "km", "m2", "km2", "cm2", "har", "m3", "cm3", "L", "mL", "uL",
    "dL", "g", "kg", "mg", "ug", "ng", "t", "Mt", "s", "ms", "min", "h", "d", "wk", "mo", "a",
    "K", "Cel", "[degF]", "Pa", "kPa", "hPa", "MPa", "GPa", "mbar", "bar", "mm[Hg]", "[psi]", "N",
    "kN", "J", "kJ", "MJ", "kcal", "eV", "meV", "W", "kW", "MW", "kW.h", "W.h", "V", "mV", "A",
    "mA", "Ohm", "kOhm", "S", "mS", "uS", "F", "C", "T", "Hz", "kHz", "MHz", "GHz", "lx", "lm",
    "cd", "Bq", "Gy", "Sv", "mol", "mmol", "umol", "mol/L", "mmol/L", "umol/L", "mg/L", "ug/L",
    "ng/mL", "g/cm3", "kg/m3", "kg/har", "t/har", "g/m2", "mg/kg", "ug/m3", "m/s", "km/h", "m/s2",
    "m3/s", "L/min", "W/m2", "W/(m.K)", "J/(kg.K)", "kJ/mol", "S/m", "uS/cm", "mS.cm-1", "V/K",
    "uV/K", "mA/cm2", "mA.h/g", "W.h/kg", "umol.m-2.s-1", "kg.m-2.s-1", "mg.m-2.d-1", "1/s",
    "Pa.s", "N/m", "N.m", "%", "[ppm]", "[ppb]", "[ppth]", "deg", "rad", "[iU]/L", "U/L",
    "[CFU]/mL", "{cells}/mL", "{persons}/km2", "10*9/L", "10*3/uL", "10*24.kg", "mg{C}.m-2.d-1",
    "kg{CO2e}", "%{wt}", "dB", "bit", "By", "kBy",
)  # fmt: skip


def test_there_are_enough_codes() -> None:
    assert len(set(CODES)) == len(CODES) >= 120


@pytest.mark.parametrize("code", CODES)
def test_codes_are_understood_and_come_back_from_text(code: str) -> None:
    known = unit(code)
    assert known is not None
    back = ucum(readable(code))
    assert back, f"{readable(code)!r} is not read back"
    assert same(back, code), (readable(code), back)


def test_every_spelling_leads_to_a_ucum_code() -> None:
    wrong = [(s, c) for s, c in read_lexicon("unit_spellings", 2) if unit(c) is None]
    assert wrong == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("mg L-1", "mg.L-1"), ("µg·m⁻³", "ug.m-3"), ("t/ha", "t/har"), ("degC", "Cel"), ("℃", "Cel"),
        ("kg m-2 s-1", "kg.m-2.s-1"), ("log10 CFU/mL", "{log10([CFU]/mL)}"), ("PSU", "{PSU}"),
        ("W m^-2 sr^-1", "W.m-2.sr-1"), ("cells per 100 mL", "{cells}/(100.mL)"), ("x10^9/L", "10*9/L"),
        ("J kg−1 K−1", "J.kg-1.K-1"), ("g CO2 kWh-1", "g{CO2}.kW-1.h-1"), ("mg kg-1 DW", "mg.kg-1{DW}"),
        ("per 100,000", "/10*5"), ("US$ per capita", "{USD}/{persons}"), ("mL/min/1.73 m²", "mL/min/{1.73_m2}"),
        ("°C/min", "K/min"), ("KG/M3", "kg/m3"), ("千克/公顷", "kg/har"), ("万吨", "10*4.t"), ("V vs. RHE", "V"),
        ("cm²/(V·s)", "cm2/(V.s)"), ("meq/100g", "meq/(100.g)"), ("constant 2015 US$", "{USD}"),
        ("mas/yr", "10*-3.''/a"), ("nM h-1", "nmol/L.h-1"), ("{copies}/mL", "{copies}/mL"),
    ],
)  # fmt: skip
def test_written_units(written: str, code: str) -> None:
    assert ucum(written) == code
    assert unit(code) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "m/f",
        "0-10",
        "2019",
        "1/0",
        "1/",
        "/",
        "foo",
        "kg at",
        "m^0.5",
        "MPa m^1/2",
        "(((",
        "m" * 49,
        "a b c",
    ],
)
def test_texts_that_are_no_unit(text: str) -> None:
    assert ucum(text) == ""


def test_dimension_and_size() -> None:
    assert unit("g/cm3") and unit("g/cm3").size == pytest.approx(1000)  # type: ignore[union-attr]
    assert unit("kPa").dimension == unit("mm[Hg]").dimension == unit("N/m2").dimension  # type: ignore[union-attr]
    assert unit("[HP]").dimension == unit("J/s").dimension  # type: ignore[union-attr]
    assert unit("''").dimension == ""  # type: ignore[union-attr]  # an angle, and no time
    assert unit("[pH]") is not None
    assert same("mg/L", "g/m3") and same("Cel", "Cel") and not same("mg/L", "g/L")
    assert not same("mg{N}/L", "mg{NO3}/L") and same("mg{N}/L", "mg/L")
    assert compatible("Cel", "K") and not compatible("m", "s") and not compatible("m", "?")


@pytest.mark.parametrize(
    "code",
    [
        "1/0",
        "m" * 65,
        ".".join(["m"] * 2500),
        "(" * 60 + "m" + ")" * 60,
        "10*99999",
        "µm",
        "m/",
        "",
        "0",
        "m[",
        "{",
    ],
)
def test_codes_that_are_none(code: str) -> None:
    assert unit(code) is None


def test_units_that_metadata_declares() -> None:
    assert declared_unit("W.m-1.K-1") == "W.m-1.K-1"
    assert declared_unit("°C") == declared_unit("CEL") == declared_unit("unit:DEG_C") == "Cel"
    assert declared_unit("http://qudt.org/vocab/unit/MilliGM-PER-L") == "mg/L"
    assert declared_unit("ft") == "[ft_i]", "not a femtotonne"
    assert declared_unit("x" * 5000) == declared_unit("🙂") == ""
    assert unit(annotation("widgets per gizmo {a} [b]")) is not None


def test_headers_lose_their_unit() -> None:
    assert header_unit("conc (mg/L)") == ("conc", "mg/L")
    assert header_unit("conc (mg/L) mean") == ("conc mean", "mg/L")
    assert header_unit("产量（kg·hm-2）") == ("产量", "kg.hm-2")
    assert header_unit("grade (A)") == ("grade (A)", "")


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    code = ucum(text)
    assert not code or unit(code) is not None or not code.isascii()


@given(st.text(alphabet="mgkLsK/.·-^()[]{}²³⁻µ°%0123456789 per", max_size=48))
def test_whatever_is_read_as_a_unit_is_one(text: str) -> None:
    if code := ucum(text):
        assert unit(code) is not None, (text, code)
