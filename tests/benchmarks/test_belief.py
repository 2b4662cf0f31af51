"""The belief benchmark: sound measures, honest halves, and parameters that are the measured ones."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from statistics import median
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import belief as benchmark
from benchmarks.belief import SEED, Triple
from benchmarks.reliability import (
    auc,
    calibration_error,
    cut_ties,
    diagram,
    equal_mass,
    equal_width,
    scores,
    wilson,
)
from extractors.components.lexicon import read_lexicon
from kg.belief import CALIBRATED, USUAL
from tests.conftest import ROOT, need

judged = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=10, max_size=60)


@pytest.fixture(scope="module")
def triples() -> list[Triple]:
    need(benchmark.DATA.exists(), "shared/benchmarks/cskg3600 is not here")
    return benchmark.read_triples()


# --------------------------------------------------------------------------- measures


@given(judged.filter(lambda rows: len({right for _, right in rows}) == 2))
def test_auc_counts_pairs(rows: list[tuple[int, bool]]) -> None:
    good = [p for p, right in rows if right]
    bad = [p for p, right in rows if not right]
    pairs = [(a > b) + (a == b) / 2 for a, b in product(good, bad)]
    p, right = np.array([[p / 20, float(r)] for p, r in rows]).T
    assert auc(p, right) == pytest.approx(sum(pairs) / len(pairs))


@pytest.mark.parametrize("bins", [equal_mass, equal_width, cut_ties])
@given(rows=judged)
def test_every_row_is_in_one_bin(bins, rows: list[tuple[int, bool]]) -> None:
    p = np.array([p / 20 for p, _ in rows])
    found = bins(p)
    assert sorted(np.concatenate(found)) == list(range(len(rows)))
    assert len(found) <= 10


@given(judged)
def test_alike_beliefs_stay_in_one_bin(rows: list[tuple[int, bool]]) -> None:
    p = np.array([p / 20 for p, _ in rows])
    seen = [set(p[b]) for b in equal_mass(p)]
    assert sum(map(len, seen)) == len(set(p))


def test_calibration_error_is_the_distance_from_the_truth() -> None:
    right = np.array([1.0, 0.0, 0.0, 0.0] * 25)
    for bins in (equal_mass, equal_width):
        for p in (np.full(100, 0.25), np.full(100, 0.65)):
            assert calibration_error(p, right, bins(p)) == pytest.approx(p[0] - 0.25)


def test_wilson_interval_of_a_textbook_case() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_the_diagram_is_well_formed_and_follows_dark_mode() -> None:
    p, right = np.linspace(0, 1, 200), np.tile([0.0, 1.0], 100)
    drawn = diagram(p, p, right)
    root = ElementTree.fromstring(drawn)
    assert "prefers-color-scheme:dark" in drawn
    assert "script" not in drawn
    assert len(root.findall(".//{*}circle[@class='p']")) == 10 + 1  # ten bins, one in the legend


# --------------------------------------------------------------------------- the data


def test_no_pair_of_arguments_is_on_both_sides(triples: list[Triple]) -> None:
    for seed in (SEED, 0):
        fitted, held = benchmark.halves(triples, seed)
        assert len(fitted) + len(held) == len(triples) == 3000
        assert not {t.pair for t in fitted} & {t.pair for t in held}


def test_every_work_and_every_extractor_has_a_voice(triples: list[Triple]) -> None:
    for t in triples:
        assert len({v.work for v in t.voices}) == t.works
        families = {benchmark.FAMILY[e] for e in t.extractors}
        assert {v.method_family for v in t.voices} == families


def test_reading_the_schema_off_needs_no_verdict(triples: list[Triple]) -> None:
    blind = [replace(t, right=not t.right) for t in triples]
    assert benchmark.forbidden(blind) == benchmark.forbidden(triples)


# --------------------------------------------------------------------------- what is shipped


def test_the_graph_reckons_with_the_fitted_parameters(triples: list[Triple]) -> None:
    fitted, _ = benchmark.halves(triples, SEED)
    found = benchmark.fit(fitted, benchmark.forbidden(fitted))
    assert found.breach == CALIBRATED.breach
    assert found.errors == {name: CALIBRATED.errors[name] for name in ("model", "syntax")}


def test_the_graph_reckons_with_what_our_readings_were_judged_to_be() -> None:
    assert benchmark.fit_readings(benchmark.read_readings()) == CALIBRATED.readings


def test_a_family_is_drawn_towards_its_group() -> None:
    def row(methods: str, family: str, verdict: str) -> dict[str, str]:
        return {
            "methods": methods, "family": family, "score": str(USUAL), "assertion": "affirmed",
            "verdict": verdict,
        }  # fmt: skip

    good = [row("model", "use", "right")] * 20
    bad = [row("model", "causal", "wrong")] * 20
    both = [row("model+pattern", "basis", "wrong")] * 50
    fitted = benchmark.fit_readings([*good, *bad, *both])
    assert fitted["model", "use"] < fitted["model", "basis"] < fitted["model", "causal"]
    assert {method for method, _ in fitted} == {"model"}, "two groups teach nothing of either"
    one = benchmark.fit_readings([*good, *bad, row("model", "basis", "right")])
    assert fitted["model", "basis"] - one["model", "basis"] < 0.1, "one verdict moves little"


def test_our_table_of_kinds_tells_right_from_wrong(triples: list[Triple]) -> None:
    fitted, held = benchmark.halves(triples, SEED)
    blind, unseen = ([replace(t, flagged=False) for t in ts] for ts in (fitted, held))
    own = benchmark.broken_here([*blind, *unseen])
    p = benchmark.believed(unseen, own, benchmark.fit(blind, own))
    assert scores(p, benchmark.verdicts(held))["auc"] >= 0.78


def test_belief_is_calibrated_on_the_held_out_half(triples: list[Triple]) -> None:
    fitted, held = benchmark.halves(triples, SEED)
    p = benchmark.believed(held, benchmark.forbidden(fitted))
    now = scores(p, benchmark.verdicts(held))
    assert now["auc"] >= 0.80
    assert max(now[c] for c in now if c.startswith("ece")) <= 0.05
    before = benchmark.believed(held, frozenset(), benchmark.BEFORE)
    assert scores(before, benchmark.verdicts(held))["ece_equal_mass"] > 0.2


def test_the_usual_score_is_that_of_an_ordinary_pattern() -> None:
    assert median(float(row[5]) for row in read_lexicon("relations", 6)) == USUAL


def test_the_page_shows_the_parameters_that_are_in_force() -> None:
    page = (ROOT / "docs" / "belief.md").read_text(encoding="utf-8")
    for name, errors in CALIBRATED.errors.items():
        row = rf"^\| {name}\b.*\| {errors.random:g} \| {errors.systematic:g} \|"
        assert re.search(row, page, re.MULTILINE), f"docs/belief.md has no row for {name}"
    assert f"{CALIBRATED.breach:g}" in page
