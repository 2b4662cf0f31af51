"""Cohen's kappa against worked examples, and what two people say of one graph."""

from __future__ import annotations

import numpy as np
import pytest

from kg.curation.agreement import _error, kappa
from kg.graph import Graph
from kg.stores.base import Store
from tests.kg.build import batch


def table(cells: list[list[int]]) -> list[tuple[str, str]]:
    return [
        (str(i), str(j)) for i, row in enumerate(cells) for j, n in enumerate(row) for _ in range(n)
    ]


def test_kappa_of_fleiss_cohen_and_everitt() -> None:
    """Their table 1 (in percent, of 200 cases): kappa 0.429, standard error 0.054."""
    pairs = table([[106, 10, 4], [22, 28, 10], [2, 12, 6]])
    assert kappa(pairs) == pytest.approx(0.429, abs=0.001)
    assert _error(pairs) == pytest.approx(0.054, abs=0.001)


def test_kappa_at_its_ends() -> None:
    assert kappa([("a", "a"), ("b", "b")]) == 1.0
    assert kappa([("a", "a")]) == 1.0
    assert kappa([("a", "b"), ("b", "a")]) == -1.0
    assert kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0.0
    assert np.isnan(kappa([]))


def test_each_person_counts_by_the_last_word(store: Store) -> None:
    graph = Graph(store)
    names = [f"thing{i}" for i in range(8)]
    graph.write(batch("A", [(f"{n} causes rust.", n, "causes", "rust") for n in names]))
    c, ids = graph.curation, sorted(graph.table("Statement")["id"])
    for i, s in enumerate(ids):
        c.accept(s, by="Ada")
        (c.accept if i < 6 else c.reject)(s, by="Bob")
    c.undo(c.reject(ids[0], by="Ada"), by="Ada")
    c.reject(ids[1], by="Ada")
    c.accept(ids[0], by="Cy")
    found = c.agreement().set_index(["one", "other"])
    row = found.loc[("Ada", "Bob")]
    assert (row.statements, row.agreed) == (8, 5 / 8)
    assert row.expected == pytest.approx((7 * 6 + 1 * 2) / 64)
    assert row.low <= row.kappa <= row.high
    assert found.loc[("Ada", "Cy"), "kappa"] == 1.0
    assert len(found) == 3
