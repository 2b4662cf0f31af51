"""The cost benchmark: the networks are of the size asked for, a method is measured, the plot is drawn."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks import discovery_cost as benchmark


def test_networks_grow_as_asked() -> None:
    small, large = (len(benchmark.network(n).subject) for n in (2000, 20_000))
    assert 0.7 * 2000 < small <= 2000 and 0.9 * 20_000 < large <= 20_000


@pytest.mark.parametrize("name", list(benchmark.METHODS))
def test_each_method_does_something(name: str) -> None:
    assert benchmark.METHODS[name](benchmark.network(10_000)) is not None


def test_a_method_is_measured_in_a_process_of_its_own_and_drawn() -> None:
    rows = [benchmark.measured("what if, a licence", n) for n in (1000, 4000)]
    edges, seconds, memory = zip(*rows, strict=True)
    assert edges[0] < edges[1] and min(seconds) > 0 and memory[1] > memory[0] > 0
    growth = benchmark.exponent(edges, seconds)
    result = {"what if": {"edges": edges, "seconds": seconds, "exponent": growth}}
    drawn = ElementTree.fromstring(benchmark.drawn(result))
    assert any("what if" in (t.text or "") for t in drawn.iter())
