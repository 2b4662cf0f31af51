"""Betweenness between two groups is what networkx finds by walking from each node."""

from __future__ import annotations

import networkx as nx
import numpy as np
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.discovery.chains import between


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(2, 12),
    joins=st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30),
    starts=st.sets(st.integers(0, 11), min_size=1),
    ends=st.sets(st.integers(0, 11), min_size=1),
)
def test_between_is_brandes(
    n: int, joins: set[tuple[int, int]], starts: set[int], ends: set[int]
) -> None:
    graph = nx.Graph((a % n, b % n) for a, b in joins if a % n != b % n)
    graph.add_nodes_from(range(n))
    one, other = ({i % n for i in group} for group in (starts, ends))
    wanted = nx.betweenness_centrality_subset(graph.to_directed(), one, other)
    adjacency = sp.csr_array(nx.to_scipy_sparse_array(graph, nodelist=range(n), dtype=float))
    within = [np.isin(np.arange(n), list(group)) for group in (one, other)]
    found = between(adjacency, *within)
    pairs = sum(a != b and nx.has_path(graph, a, b) for a in one for b in other)
    # networkx counts a pair twice that stands in both groups both ways, as we do.
    np.testing.assert_allclose(found * max(pairs, 1), [wanted[i] for i in range(n)], atol=1e-9)


def test_from_many_starts_some_are_drawn_the_same_for_the_same_seed() -> None:
    graph = nx.barabasi_albert_graph(300, 2, seed=1)
    adjacency = sp.csr_array(nx.to_scipy_sparse_array(graph, dtype=float))
    half = np.arange(300) < 150
    drawn = [between(adjacency, half, ~half, most=60, seed=3) for _ in range(2)]
    np.testing.assert_array_equal(*drawn)
    whole = between(adjacency, half, ~half, most=300)
    assert np.corrcoef(drawn[0], whole)[0, 1] > 0.95
