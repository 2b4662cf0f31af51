"""Rewired networks keep every degree; the prior is what they show; z tells a planted surplus."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.discovery.hetnet_making import hetnet_of_edges
from kg.discovery.metapaths import Metapath, Step
from kg.discovery.null_model import permuted, prior, surprise
from kg.errors import RecordError
from tests.kg.discovery.networks import drugs, small


@given(st.integers(0, 10**6), st.integers(2, 30), st.integers(0, 100))
@settings(deadline=None, max_examples=40)
def test_every_degree_is_kept(seed: int, nodes: int, shuffle: int) -> None:
    net = small(seed, nodes)
    other = permuted(net, seed=shuffle)
    assert len(other.subject) == len(net.subject)
    for metaedge in net.metaedges:
        before, after = net.matrix(metaedge), other.matrix(metaedge)
        for axis in (0, 1):
            assert (before.sum(axis=axis) == after.sum(axis=axis)).all()
    assert permuted(net, seed=shuffle).object.tolist() == other.object.tolist()


def test_all_networks_of_the_same_degrees_come_equally_often() -> None:
    # Three edges between three and three nodes: six ways to join them.
    rows = [("a", "g"), ("b", "h"), ("c", "i")]
    edges = pd.DataFrame(rows, columns=["subject", "object"]).assign(
        subject_kind="A", predicate="x", object_kind="B"
    )
    net = hetnet_of_edges(edges)
    found: dict[tuple[int, ...], int] = {}
    runs = 1200
    for seed in range(runs):
        other = permuted(net, seed=seed)
        key = tuple(other.object[np.argsort(other.subject)].tolist())
        found[key] = found.get(key, 0) + 1
    assert len(found) == 6
    # Chi-square of six equal shares, five degrees of freedom: 20.5 is passed once in a thousand.
    assert sum((n - runs / 6) ** 2 / (runs / 6) for n in found.values()) < 20.5


def test_the_prior_is_how_often_permutations_join_a_pair() -> None:
    rng = np.random.default_rng(0)
    ends = {(int(60 * rng.random() ** 2), int(40 * rng.random() ** 2)) for _ in range(400)}
    edges = pd.DataFrame(
        [(f"s{a}", "A", "x", f"o{b}", "B") for a, b in ends],
        columns=["subject", "subject_kind", "predicate", "object", "object_kind"],
    )
    net = hetnet_of_edges(edges)
    metaedge = net.metaedges[0]
    matrix = net.matrix(metaedge)
    expected = prior(matrix.sum(axis=1)[:, None], matrix.sum(axis=0)[None, :], matrix.nnz)
    times = 150
    seen = sum(permuted(net, seed=n).matrix(metaedge).toarray() for n in range(times)) / times
    assert np.abs(seen - expected).mean() < 0.03
    assert np.corrcoef(seen.ravel(), expected.ravel())[0, 1] > 0.95


def test_a_surplus_of_paths_stands_out_and_chance_does_not() -> None:
    net = hetnet_of_edges(drugs())
    binds, causes = (
        net.metaedge_of(*m) for m in (("chemical", "binds", "gene"), ("gene", "causes", "disease"))
    )
    path = Metapath((Step(binds), Step(causes)))
    found = surprise(net, path, permutations=8)
    treats = net.matrix(net.metaedge_of("chemical", "treats", "disease")).toarray() > 0
    assert found.z[treats].mean() > 1 > 0.2 > abs(found.z.mean())
    nothing = surprise(permuted(net, seed=99), path, permutations=8)
    assert abs(nothing.adjusted.mean()) < 0.1 * found.observed.mean()
    with pytest.raises(RecordError, match="0 permutations"):
        surprise(net, path, permutations=0)
