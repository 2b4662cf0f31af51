from __future__ import annotations

import pytest

from kg.ontology import ALIKE, ASSERTED, KINDS, PREDICATES, allows


def test_every_kind_that_the_table_names_is_declared() -> None:
    for p in PREDICATES.values():
        assert {*p.domain, *p.range} <= set(KINDS)
    assert {kind for pair in ALIKE for kind in pair} <= set(KINDS)
    assert all(len(pair) == 2 for pair in ALIKE)


@pytest.mark.parametrize("predicate", sorted(ASSERTED))
def test_ignorance_is_no_contradiction(predicate: str) -> None:
    p = ASSERTED[predicate]
    assert allows(predicate, "term", "term")
    assert all(allows(predicate, kind, "term") for kind in p.domain or KINDS)


@pytest.mark.parametrize("predicate", ["is_a", "similar_to", "outperforms"])
def test_only_like_is_a_sort_of_like(predicate: str) -> None:
    assert all(allows(predicate, kind, kind) for kind in KINDS)
    assert allows(predicate, "chemical", "material")
    assert not allows(predicate, "method", "task")
    assert not allows(predicate, "gene", "software")


@pytest.mark.parametrize("predicate", ["uses", "produces", "causes", "solves", "detects"])
def test_data_and_scores_do_nothing(predicate: str) -> None:
    assert not allows(predicate, "data", "task")
    assert not allows(predicate, "metric", "phenomenon")
    assert allows(predicate, "method", "phenomenon")
