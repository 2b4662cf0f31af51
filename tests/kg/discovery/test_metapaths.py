"""Path counts are what following every path gives; explanations are those paths."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.discovery.explaining import paths_between
from kg.discovery.hetnet import Metaedge
from kg.discovery.hetnet_making import hetnet_of_edges
from kg.discovery.metapaths import LONGEST, Metapath, Step, dwpc, metapaths, metapaths_of
from kg.errors import RecordError
from tests.kg.discovery.networks import counted_one_by_one, small

ALL = metapaths(small(0), "A", "A", 4) + metapaths(small(0), "A", "C", 4)
LONG = metapaths(small(0), "A", "B", LONGEST, min_length=5)


@given(
    st.integers(0, 10**6),
    st.integers(2, 6),
    st.sampled_from(ALL) | st.sampled_from(LONG),
    st.floats(0, 1),
)
@settings(deadline=None, max_examples=120)
def test_counts_are_those_of_every_path(
    seed: int, nodes: int, path: Metapath, damping: float
) -> None:
    net = small(seed, nodes)
    expected = counted_one_by_one(net, path, damping)
    assert np.allclose(dwpc(net, path, damping=damping).toarray(), expected)


@pytest.mark.parametrize("seed", range(3))
def test_some_rows_and_columns_are_those_of_the_whole(seed: int) -> None:
    net = small(seed)
    rows, columns = np.array([3, 1]), np.array([0, 2, 1])
    for path in ALL[::11]:
        whole = dwpc(net, path).toarray()
        size = whole.shape
        r, c = rows[rows < size[0]], columns[columns < size[1]]
        assert np.allclose(dwpc(net, path, rows=r, columns=c).toarray(), whole[np.ix_(r, c)])


@given(st.integers(0, 10**6), st.sampled_from(ALL))
@settings(deadline=None, max_examples=40)
def test_paths_come_heaviest_first_and_add_up(seed: int, path: Metapath) -> None:
    net = small(seed)
    whole = dwpc(net, path).toarray()
    starts, ends = net.ids[net.nodes(path.kinds[0])], net.ids[net.nodes(path.kinds[-1])]
    said = dict(zip(net.statements, zip(net.subject, net.object, strict=True), strict=True))
    for i, j in np.argwhere(whole)[:4]:
        found = list(paths_between(net, path, starts[i], ends[j]))
        weights = [p.weight for p in found]
        assert np.isclose(sum(weights), whole[i, j])
        assert all(a >= b - 1e-12 for a, b in pairwise(weights))
        for one in found:
            assert len(set(one.nodes)) == len(one.nodes)
            for statements, step in zip(one.statements, pairwise(one.nodes), strict=True):
                assert statements
                for s in statements:  # each says what the step passes
                    assert {net.ids[n] for n in said[s]} == set(step)


def test_a_pair_without_a_path_has_none() -> None:
    net = small(0)
    path = ALL[-1]
    missing = np.argwhere(dwpc(net, path).toarray() == 0)
    i, j = missing[0]
    start, end = net.ids[net.nodes(path.kinds[0])][i], net.ids[net.nodes(path.kinds[-1])][j]
    assert list(paths_between(net, path, start, end)) == []


def test_metapaths_are_all_chains_of_kinds() -> None:
    net = small(0)
    found = metapaths(net, "A", "C", 3)
    assert len(found) == len(set(found)) == 6
    assert [len(m) for m in found] == sorted(len(m) for m in found)
    for path in found:
        assert (path.kinds[0], path.kinds[-1]) == ("A", "C")
        assert all(a.end == b.start for a, b in pairwise(path.steps))
    loves = net.metaedge_of("A", "x", "B")
    assert metapaths(net, "A", "C", 3, without=[loves]) == []


def test_what_cannot_be_counted_is_said() -> None:
    net = small(0)
    with pytest.raises(RecordError, match="1 to 6"):
        metapaths(net, "A", "C", 9)
    with pytest.raises(RecordError, match="no nodes of kind 'Z'; it has A, B, C"):
        metapaths(net, "A", "Z")
    step = Step(Metaedge("A", "z", "A"))
    with pytest.raises(RecordError, match="7 steps"):
        dwpc(net, Metapath((step,) * 7))


def test_what_counts_little_is_still_counted() -> None:
    """Through a hub a path may weigh less than rounding in other networks; it is a path all the same."""
    many = 2000
    edges = pd.DataFrame({"subject": [f"c{n}" for n in range(many)]}).assign(
        subject_kind="chemical", predicate="binds", object="g", object_kind="gene"
    )
    net = hetnet_of_edges(edges)
    binds = net.metaedges[0]
    both = Metapath((Step(binds), Step(binds, backward=True)))
    found = dwpc(net, both, damping=2.0, rows=np.array([0, 1])).toarray()
    assert found[0, 1] == pytest.approx(many**-4.0) and found[0, 0] == found[1, 1] == 0
    assert (found > 0).sum() == 2 * (many - 1)


def test_metapaths_of_pairs_are_those_that_join_them() -> None:
    for seed in range(4):
        net = small(seed)
        loves = net.metaedge_of("A", "x", "B")
        pairs = np.argwhere(net.matrix(loves).toarray())
        found = metapaths_of(net, loves, pairs, 3, least=4)
        for path in metapaths(net, "A", "B", 3, min_length=2):
            joined = int((dwpc(net, path).toarray()[*pairs.T] > 0).sum())
            assert joined < 4 or path in found, path  # what joins enough of them is never given up
        few = metapaths_of(net, loves, pairs, 3, least=4, most=2)
        assert len(few) == min(2, len(found)) and set(few) <= set(found)


def test_degrees_damp_as_the_paper_says() -> None:
    edges = pd.DataFrame(
        {
            "subject": ["a", "a", "b"],
            "subject_kind": "chemical",
            "predicate": "binds",
            "object": ["g", "h", "g"],
            "object_kind": "gene",
        }
    )
    net = hetnet_of_edges(edges)
    binds = net.metaedges[0]
    both = Metapath((Step(binds), Step(binds, backward=True)))
    # a–g–b: a binds two, g is bound by two (at both its steps), b binds one.
    assert dwpc(net, both, damping=0.5).toarray()[0, 1] == pytest.approx(
        2**-0.5 * 2**-0.5 * 2**-0.5
    )
    assert dwpc(net, both, damping=0.0).toarray().tolist() == [[0, 1], [1, 0]]
