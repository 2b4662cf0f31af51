"""Licences, languages, years, disciplines, section roles and units, by example."""

from __future__ import annotations

import pytest

from extractors.columns.units import header_unit
from extractors.readers.bibliography import (
    disciplines_of,
    language_code,
    licence_id,
    reference,
    year_of,
)
from extractors.readers.sections import section_role


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://creativecommons.org/licenses/by/4.0/legalcode", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/", "CC-BY-NC-ND-3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "PDM-1.0"),
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("mit", "MIT"),
        ("under the terms of the Creative Commons Attribution License, which permits use", "CC-BY"),
        ("Creative Commons Attribution Non-Commercial License", "CC-BY-NC"),
        (
            "Copyright © 2003 A. It may be redistributed " + "x" * 99,
            ("It may be redistributed " + "x" * 99)[:80],
        ),
        ("", ""),
    ],
)
def test_licence(text: str, expected: str) -> None:
    assert licence_id(text) == expected


def test_language_and_year() -> None:
    assert [language_code(n) for n in ("EN", "en-US", "English", "ger", "zh_CN", "tlh", "")] == [
        "en", "en", "en", "de", "zh", "", "",
    ]  # fmt: skip
    assert [year_of(v) for v in (1999, "c. 2004", "12/03/2011", "MMXX", "12345", None)] == [
        1999, 2004, 2011, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("journal", "discipline"),
    [
        ("Journal of Agricultural Science", "Agriculture"),
        ("BMC Bioinformatics", "Biology"),
        ("Earth and Planetary Science Letters", "Earth science"),
        ("Journal of Computer and System Sciences", "Computer science"),
        ("Materials Letters", "Materials science"),
        ("Journal of Number Theory", "Mathematics"),
        ("Cerebral Cortex", "Neuroscience"),
        ("The Lancet", "Medicine"),
    ],
)
def test_discipline_of_a_journal(journal: str, discipline: str) -> None:
    assert disciplines_of((), journal)[:1] == (discipline,)


def test_disciplines_of_subjects() -> None:
    assert disciplines_of(["Computer_Science", "Research Article", "computer science"]) == (
        "Computer science",
    )
    assert disciplines_of([], "Zeitschrift") == ()


def test_reference_needs_an_identity() -> None:
    assert reference(title="Ice") is None
    assert reference(doi="not one", title="Ice") is None
    found = reference(doi="not one", title="Ice", year=1999)
    assert found is not None and found.id.startswith("work:")


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("1. Introduction", "introduction"), ("II. Related Work", "background"), ("Materials and methods", "methods"),
        ("Experimental procedure", "methods"), ("Results and discussion", "results"), ("4 Discussion", "discussion"),
        ("Conclusions and future work", "conclusion"), ("Data availability", "data"), ("Appendix A", "appendix"),
        ("Supplementary material", "appendix"), ("Acknowledgments", "acknowledgements"), ("Abstraction", ""),
        ("Competing interests", "acknowledgements"), ("References", "acknowledgements"), ("Glaciers", ""), ("", ""),
        ("引言", "introduction"), ("材料与方法", "methods"), ("How", "methods"), ("Limits", "discussion"),
    ],
)  # fmt: skip
def test_section_roles(title: str, role: str) -> None:
    assert section_role(title) == role


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("mass (kg)", ("mass", "kg")), ("T [°C]", ("T", "Cel")), ("yield (kg/ha)", ("yield", "kg/har")),
        ("flux (W m-2)", ("flux", "W.m-2")), ("speed (m s^-1)", ("speed", "m.s-1")), ("share (%)", ("share", "%")),
        ("k (W/(m K))", ("k", "W/(m.K)")), ("age (years)", ("age", "a")), ("area (km²)", ("area", "km2")),
        ("sex (m/f)", ("sex (m/f)", "")), ("score (0-10)", ("score (0-10)", "")),
        ("yield (2019)", ("yield (2019)", "")),
        ("dose (µg)", ("dose", "ug")), ("plain", ("plain", "")), ("grade (A)", ("grade (A)", "")),
    ],
)  # fmt: skip
def test_units_in_headers(header: str, expected: tuple[str, str]) -> None:
    assert header_unit(header) == expected
