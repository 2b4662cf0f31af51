"""The replay of Swanson's discoveries finds what it must, and the answer is not among what it is given."""

from __future__ import annotations

import pytest

from benchmarks import swanson
from tests.conftest import need


@pytest.fixture(autouse=True)
def _data() -> None:
    need(swanson.DATA.exists(), "shared/benchmarks/swanson is not here")


def test_what_is_between_raynaud_and_fish_oil_has_titles_on_both_sides() -> None:
    links = swanson.raynaud()
    ranking = swanson.bridges(links, "surprise")
    assert ranking.direct == 0, "no title may give the answer away"
    found = ranking.found.set_index("name")
    assert set(swanson.EXPECTED) <= set(found.index)
    assert found["rank"]["blood viscosity"] == 1
    for term in swanson.EXPECTED:
        said = ranking.evidence[ranking.evidence["candidate"] == term]
        assert set(said["side"]) == {"A–B", "B–C"}
        assert said["title"].str.lower().str.contains(term).all()
        assert said["year"].max() <= 1985


def test_magnesium_is_among_the_first_for_migraine() -> None:
    links = swanson.migraine()
    ranking = swanson.elements(links, "adamic_adar")
    found = ranking.found.set_index("name")
    assert found["rank"][swanson.MAGNESIUM] <= 5
    assert not found["known"].any()
    assert set(ranking.found["kind"]) == {swanson.ELEMENT}
    assert "5.0% of the documents" in ranking.filter
    assert "Animals" in set(ranking.left_out["name"])
    assert links.texts["year"].max() <= 1987
