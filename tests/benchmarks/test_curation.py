"""The measurements of curation measure what they say, on little."""

from __future__ import annotations

import random
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import kg
from benchmarks.curation import BATCH, ORDERS, compare, drawn, needed, readings, simulate
from benchmarks.decisions import append, fill, take_back, take_back_any
from kg.verify import verify


def test_a_simulated_curator_ends_with_all_that_is_right() -> None:
    gold = readings()
    part = gold.part(np.arange(0, len(gold.right), 8))
    kept = int(part.right.sum())
    for order, learns in ORDERS.values():
        curve = simulate(part, order, learns, seed=1)
        assert len(curve) == -(-len(part.right) // BATCH) + 1
        assert curve[-1] == 1.0
        assert 0 < curve[0] < 1
    assert needed(np.array([0.5, 0.9, 0.74, 0.8, 1.0]), 77)["0.75"] == 3 * BATCH
    assert needed(np.array([0.99, 1.0]), 20)["0.95"] == 0
    assert kept < len(part.right)


def test_the_plot_is_an_image(capsys: pytest.CaptureFixture[str]) -> None:
    gold = readings()
    result = compare(gold.part(np.arange(0, len(gold.right), 8)), 1)
    root = ElementTree.fromstring(drawn({"a few": result}))
    assert root.tag.endswith("svg")
    assert "doubt × reach × novelty" in capsys.readouterr().out


def test_decisions_at_random_are_taken_back_exactly(tmp_path: Path) -> None:
    chance = random.Random(2)
    with kg.connect(tmp_path / "few.kg") as graph:
        fill(graph, 200, chance)
        made, digests, took = append(graph, 60, chance)
        assert len(made) == len(took) == 60
        assert take_back_any(graph, made, 10, chance) == 10
        same, _ = take_back(graph, made, digests)
        assert same == len(digests) == 20
        assert verify(graph.store).ok
        assert len(graph.curation.log()) > 120
