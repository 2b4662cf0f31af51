"""The cost benchmark: worlds are of the size asked for, each method works, is measured, and is drawn."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import discovery_cost as benchmark
from benchmarks import discovery_methods as methods
from kg.network import network
from kg.schema import EDGES


def test_worlds_grow_as_asked(tmp_path: Path) -> None:
    for edges, least in ((2000, 0.7), (20_000, 0.9)):
        assert least * edges < len(methods.hetnet(edges).subject) <= edges
        assert 0.7 * edges < len(methods.documents(edges).terms) <= edges
        assert 0.7 * edges < methods.library(edges).uses.nnz <= edges
        path = tmp_path / f"{edges}.kg"
        methods.GRAPH.make(edges, path)
        with methods.GRAPH.open(edges, path) as graph:
            mentions = graph.store.count(EDGES["MENTIONS"])
            assert 0.7 * edges < len(network(graph.store).statements) + mentions <= edges


@pytest.mark.parametrize("name", list(benchmark.METHODS))
def test_each_method_does_something(name: str, tmp_path: Path) -> None:
    world, run = benchmark.METHODS[name]
    world.make(1000, tmp_path / "world.kg")
    assert run(world.open(1000, tmp_path / "world.kg")) is not None


def test_a_method_is_measured_in_a_process_of_its_own_and_drawn(tmp_path: Path) -> None:
    sizes = (1000, 4000)
    rows = [benchmark.measured("what if, a licence", n, tmp_path) for n in sizes]
    seconds, memory = zip(*rows, strict=True)
    assert min(seconds) > 0 and memory[1] > memory[0] > 0
    growth = benchmark.exponent(sizes, seconds)
    result = {"what if": {"edges": sizes, "seconds": seconds, "exponent": growth}}
    drawn = ElementTree.fromstring(benchmark.drawn(result))
    assert any("what if" in (t.text or "") for t in drawn.iter())
