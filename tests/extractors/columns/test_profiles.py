"""What a column is: unit, kind, statistic, reasons and contradictions."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.columns.descriptions import unit_in_text
from extractors.columns.headers import unit_in_header
from extractors.columns.layout import arrange
from extractors.columns.names import read_name
from extractors.columns.profiles import profile
from extractors.columns.quantity_kinds import kinds
from extractors.columns.values import shape, unit_of_values
from kg.model import Variable
from kg.ucum import unit


def column(name: str, **more: Any) -> Variable:
    return Variable(id=f"d#t/{name}", dataset="d", name=name, title=more.pop("title", name), **more)


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("header", "words", "statistic"),
    [
        ("temp_air_mean", "temperature air", "mean"), ("SOC_sd", "soil organic carbon", "standard deviation"),
        ("WindSpeedMax", "wind speed", "maximum"), ("min_temp", "temperature", "minimum"),
        ("yield_p95", "yield", "percentile 95"), ("BMI_95CI_lower", "body mass index", "lower confidence limit"),
        ("Std Dev Height", "height", "standard deviation"), ("TotalN", "total nitrogen", ""),
        ("HbA1c (%)", "glycated hemoglobin", ""), ("pH_H2O", "pH H2O", ""), ("n_species", "n species", ""),
        ("平均气温", "气温", "mean"), ("WIND SPEED", "wind speed", ""), ("", "", ""), ("🙂", "", ""),
    ],
)  # fmt: skip
def test_names(header: str, words: str, statistic: str) -> None:
    name = read_name(header)
    assert (name.text, name.statistic) == (words, statistic)
    assert all(0 <= w.start < w.end <= len(header) for w in name.words)


# ------------------------------------------------------------------ units


@pytest.mark.parametrize(
    ("header", "code", "how"),
    [
        ("Temperature (°C)", "Cel", "bracket"), ("depth [m]", "m", "bracket"), ("Pressure / kPa", "kPa", "stroke"),
        ("Yield, t/ha", "t/har", "comma"), ("depth in m", "m", "in"), ("temp_C", "Cel", "suffix"),
        ("temp_mean_C", "Cel", "suffix"), ("DO_mg_L", "mg/L", "suffix"), ("NO3_mgL", "mg/L", "suffix"),
        ("weightKg", "kg", "suffix"), ("CO2_flux_umol_m2_s", "umol/(m2.s)", "suffix"), ("age (a)", "a", "bracket"),
        ("% cover", "%", "prefix"), ("wind_speed_ms", "m/s", "suffix"), ("温度/℃", "Cel", "stroke"),
        ("vitamin_C", "", ""), ("temp_min", "", ""), ("duration_min", "min", "suffix"), ("C/N", "", ""),
        ("sex (m/f)", "", ""), ("group_a", "", ""), ("year", "", ""), ("score (0-10)", "", ""),
    ],
)  # fmt: skip
def test_units_in_headers(header: str, code: str, how: str) -> None:
    found = unit_in_header(header)
    assert (found.code, found.how) == (code, how)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Height of the plant, measured in centimetres", "cm"), ("Weight in kg at birth", "kg"),
        ("Unit: mg/L", "mg/L"), ("Area [m2] of the plot", "m2"), ("People per square kilometre", "{persons}/km2"),
        ("Share of the labour force, percent", "%"), ("以毫米为单位的降水量", "mm"),
        ("Number of people in a household", ""), ("Score in a test", ""), ("", ""),
    ],
)  # fmt: skip
def test_units_in_descriptions(text: str, code: str) -> None:
    assert unit_in_text(text) == code


def test_units_of_values() -> None:
    assert unit_of_values(("12.3 mg", "7 mg")) == "mg"
    assert unit_of_values(("$12", "$7.50")) == "{USD}"
    assert unit_of_values(("12 mg", "7 g")) == unit_of_values(("1.5e-8", "2e-3")) == ""
    assert unit_of_values(()) == unit_of_values(("5-7",)) == ""


def test_metadata_wins_and_contradictions_are_told() -> None:
    found = profile(column("conc (mg/L)", unit="g/L", dtype="number"))
    assert (found.unit, found.unit_from) == ("g/L", "metadata")
    assert found.conflicts == (
        "the metadata says g/L and the header says mg/L, a unit of another size; g/L was kept",
    )
    found = profile(column("mass_kg", description="Mass measured in pounds", dtype="number"))
    assert found.unit == "kg" and "[lb_av]" in found.conflicts[0]
    found = profile(column("Temperature (m)", dtype="number"))
    assert found.unit == "m" and "names a Temperature" in found.conflicts[0]
    found = profile(column("x", unit="flurbs", dtype="number"))
    assert found.unit == "{flurbs}" and "neither UCUM nor a unit we know" in found.conflicts[0]
    assert profile(column("conc (mg/L)", unit="g/m3", dtype="number")).conflicts == ()


# ------------------------------------------------------------------ kinds


def test_every_kind_has_the_dimension_of_its_unit() -> None:
    for kind in kinds().values():
        known = unit(kind.example) if kind.example else None
        assert (known.dimension if known else "") == kind.dimension, kind.name


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (column("lat", dtype="number", minimum="-33", maximum="61"), "latitude"),
        (column("lat", dtype="number", minimum="-33", maximum="610"), ""),
        (column("pH", dtype="number", minimum="4", maximum="9"), "Acidity"),
        (column("rh", dtype="number", minimum="0", maximum="100"), "RelativeHumidity"),
        (column("SOC_g_kg", dtype="number"), "MassRatio"),
        (column("depth_m", dtype="number"), "Depth"),
        (column("speed of boat (kn)", dtype="number"), "Velocity"),
        (column("survived", dtype="integer", minimum="0", maximum="1"), "boolean"),
        (column("patient_id", dtype="integer"), "identifier"),
        (column("ref", dtype="string", examples=("10.1038/nature14539",)), "doi"),
        (column("species", dtype="string", examples=("Zea mays", "Oryza sativa")), "taxon"),
        (column("composition", dtype="string", examples=("TiO2", "BaTiO3")), "chemical formula"),
        (column("when", dtype="date"), "date"),
        (column("n_eggs", dtype="integer", minimum="0", maximum="9"), "Count"),
        (column("产量(kg/hm2)", dtype="number"), "MassPerArea"),
        (column("x7", dtype="number", minimum="-3", maximum="9"), ""),
    ],
)  # fmt: skip
def test_kinds(given: Variable, kind: str) -> None:
    assert profile(given).quantity_kind == kind


def test_reasons_can_be_read() -> None:
    found = profile(column("temp_C_mean", dtype="number", minimum="-12", maximum="31"))
    assert (found.unit, found.canonical, found.dimension) == ("Cel", "°C", "[temperature]")
    assert found.score == 0.95 and len(found.reasons) == 3
    assert all(len(r) < 120 for r in found.reasons)


def test_shapes() -> None:
    assert shape(("Never married", "Divorced now")).kind == ""
    assert shape(("ATGGCCATTGTAATG",)).kind == "sequence"
    assert shape(("2019-01-01", "2020-12-31")).kind == "date"
    assert shape(("yes", "no")).kind == "boolean"
    assert shape(("64-17-5",)).kind == "cas number"
    assert shape(()).kind == ""


# ------------------------------------------------------------------ layout


def laid_out(*columns: Variable, repeated: bool = False) -> Any:
    return arrange([(c, profile(c)) for c in columns], repeated=repeated)


def test_conditions_and_spreads() -> None:
    layout = laid_out(
        column("sample_id", dtype="string"),
        column("material", dtype="string"),
        column("T_meas (K)", dtype="number"),
        column("conductivity (S/m)", dtype="number"),
        column("conductivity_sd", dtype="number"),
        column("year", dtype="integer", minimum="1990", maximum="2020"),
    )
    assert [c.name for c in layout.identifiers] == ["sample_id"]
    assert layout.subject is not None and layout.subject.name == "material"
    assert [c.name for c in layout.measured] == ["conductivity (S/m)"]
    assert [c.name for c in layout.conditions] == ["T_meas (K)", "year"]
    ((statistic, spread),) = layout.spreads["d#t/conductivity (S/m)"]
    assert (statistic, spread.name) == ("standard deviation", "conductivity_sd")


def test_a_plain_temperature_is_a_condition_only_of_repeated_things() -> None:
    columns = [
        column("body", dtype="string"),
        column("mass (kg)", dtype="number"),
        column("temperature (K)", dtype="number"),
    ]
    assert laid_out(*columns).conditions == []
    assert [c.name for c in laid_out(*columns, repeated=True).conditions] == ["temperature (K)"]
    alone = laid_out(
        column("site", dtype="string"), column("temperature (K)", dtype="number"), repeated=True
    )
    assert [c.name for c in alone.measured] == ["temperature (K)"]


# ------------------------------------------------------------------ what the world holds


@pytest.mark.parametrize(
    "header",
    [
        "", " ", "\n\t", "🙂🙃", "درجة الحرارة (°C)", "a\nb (m)", "x" * 10_000, "(" * 5_000, "_" * 5_000,
        "A" * 5_000, "aB" * 5_000, "1 " * 2_000, "m/" * 2_000, "(" + "m" * 5_000 + ")", "temp (1/0)",
        "temp (" + "m" * 5_000 + ")", "mg per " * 500, "kg." * 2_000, "a_1_" * 1_000, "log10 " * 500,
        "[" * 300 + "]" * 300, "{}" * 300, "°" * 2_000, "％", "１２３", "\u202eabc", "\x00",
    ],
)  # fmt: skip
def test_odd_headers_are_read_at_once(header: str) -> None:
    start = time.process_time()
    found = profile(
        column(header, description=header, unit=header[:5_000], examples=(header[:80],))
    )
    assert time.process_time() - start < 2
    assert not found.unit or unit(found.unit) is not None


@given(st.text(max_size=80), st.text(max_size=120), st.text(max_size=20))
def test_nothing_crashes(header: str, description: str, value: str) -> None:
    found = profile(column(header, description=description, dtype="string", examples=(value,)))
    assert 0 <= found.score <= 1


def test_ten_thousand_columns() -> None:
    profile(column("warm up (mg/L)"))
    start = time.process_time()
    for i in range(10_000):
        profile(column(f"v{i}_mg_L" if i % 2 else f"x{i} (m/s)", dtype="number"))
    assert time.process_time() - start < 20
