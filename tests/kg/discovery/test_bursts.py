"""The cheapest sequence of states is the cheapest of all, and a burst is where it was put."""

from __future__ import annotations

from itertools import product
from math import log

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.discovery.bursts import CERTAIN, _cost, bursts


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(9, 20)), min_size=1, max_size=6))
def test_no_other_sequence_is_cheaper(counts: list[tuple[int, int]]) -> None:
    said, works = zip(*counts, strict=True)
    years = list(range(2000, 2000 + len(counts)))
    quiet = sum(said) / sum(works)
    if not quiet:
        assert bursts(years, said, works) == []
        return
    loud = min(quiet * 2, max(quiet, CERTAIN))
    toll = log(max(len(years), 2))

    def price(states: tuple[int, ...]) -> float:
        begun = sum(b and not a for a, b in zip((0, *states), states, strict=False))
        return begun * toll + sum(
            _cost(r, d, loud if s else quiet) for s, r, d in zip(states, said, works, strict=True)
        )

    cheapest = min(map(price, product((0, 1), repeat=len(years))))
    found = bursts(years, said, works)
    states = tuple(int(any(b.first <= y <= b.last for b in found)) for y in years)
    assert abs(price(states) - cheapest) < 1e-9


def test_what_is_usual_in_a_year_is_no_burst() -> None:
    years, works = [2001, 2002, 2003, 2004], [20, 20, 20, 20]
    said = [1, 1, 12, 1]
    assert [(b.first, b.last) for b in bursts(years, said, works)] == [(2003, 2003)]
    assert bursts(years, said, works, [0.05, 0.05, 0.6, 0.05]) == []


def test_years_without_talk_have_none() -> None:
    assert bursts([2001], [0], [5]) == []
    assert bursts([], [], []) == []
