"""What is learnt from known pairs finds the others, without seeing what it is asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kg.discovery.hetnet import Hetnet
from kg.discovery.hetnet_making import hetnet_of_edges
from kg.discovery.hypotheses import common_neighbours, hypotheses
from kg.discovery.metapaths import dwpc, metapaths
from kg.discovery.pair_features import PairFeatures
from kg.errors import RecordError
from tests.kg.discovery.networks import drugs

TREATS = ("chemical", "treats", "disease")


@pytest.fixture(scope="module")
def net() -> Hetnet:
    return hetnet_of_edges(drugs())


def _features(net: Hetnet, length: int = 3) -> PairFeatures:
    target = net.metaedge_of(*TREATS)
    sizes = [np.arange(net.nodes(k).stop - net.nodes(k).start) for k in ("chemical", "disease")]
    paths = tuple(metapaths(net, "chemical", "disease", length, min_length=2))
    return PairFeatures(net, target, paths, *sizes)


def test_a_pair_is_described_as_if_its_edge_were_not_there(net: Hetnet) -> None:
    f = _features(net)
    known = np.argwhere(f.known().toarray())
    counts, degrees = f.of(*known.T), f.degrees(*known.T)
    for n in range(0, len(known), 7):
        row, column = known[n]
        edge = net.edges_of(f.target)
        own = (net.subject[edge] == net.nodes("chemical").start + row) & (
            net.object[edge] == net.nodes("disease").start + column
        )
        without = np.ones(len(net.subject), bool)
        without[edge[own]] = False
        other = net.kept(without)
        truly = [dwpc(other, m).toarray()[row, column] for m in f.metapaths]
        assert np.allclose(counts[n], truly)
        left = other.matrix(other.metaedge_of(*TREATS))
        assert degrees[n].tolist() == [left.sum(axis=1)[row], left.sum(axis=0)[column]]


def test_what_is_hidden_is_found_before_the_baseline_finds_it() -> None:
    edges = drugs()
    treats = np.flatnonzero(edges["predicate"] == "treats")
    hidden = np.random.default_rng(1).permutation(treats)[: len(treats) // 5]
    found = hypotheses(
        hetnet_of_edges(edges.drop(index=hidden), nodes=_nodes(edges)), *TREATS, limit=10**6
    )
    asked = set(map(tuple, edges.loc[hidden, ["subject", "object"]].to_numpy()))
    pairs = list(zip(found.table["subject"], found.table["object"], strict=True))
    assert len(pairs) == len(set(pairs)) <= found.candidates == 60 * 12 - len(treats) + len(hidden)
    known = edges.drop(index=hidden)[["subject", "object"]].to_numpy()
    assert not set(pairs) & set(map(tuple, known))
    right = np.array([p in asked for p in pairs])
    ranks = {
        c: found.table[c].rank().to_numpy()
        for c in ("probability", "baseline", "common_neighbours")
    }
    mean = {c: r[right].mean() / len(pairs) for c, r in ranks.items()}
    assert mean["probability"] > 0.8 > mean["baseline"]
    trials = found.model.trials
    assert trials["auroc"].max() > trials.attrs["baseline"]
    # True to scale: as many are expected as there are known, within a factor of two.
    assert 0.5 < found.probabilities().sum() / (len(treats) - len(hidden)) < 2


def _nodes(edges: pd.DataFrame) -> pd.DataFrame:
    ends = [edges[[e, f"{e}_kind"]].set_axis(["id", "kind"], axis=1) for e in ("subject", "object")]
    nodes = pd.concat(ends).drop_duplicates()
    return nodes.assign(name="the " + nodes["id"])


def test_labels_at_random_teach_nothing() -> None:
    """A leak would show here: which pairs are known is chance, so nothing can be known of them."""
    edges = drugs()
    rng = np.random.default_rng(2)
    treats = (edges["predicate"] == "treats").to_numpy()
    pairs = {(f"c{rng.integers(60)}", f"d{rng.integers(12)}") for _ in range(int(treats.sum()))}
    chance = pd.DataFrame(sorted(pairs), columns=["subject", "object"])
    chance = chance.assign(subject_kind="chemical", predicate="treats", object_kind="disease")
    net = hetnet_of_edges(pd.concat([edges[~treats], chance], ignore_index=True))
    found = hypotheses(net, *TREATS)
    assert found.model.trials["auroc"].max() < 0.62


def test_reasons_are_paths_with_statements_that_add_up(net: Hetnet) -> None:
    found = hypotheses(net, *TREATS, limit=5)
    first = found.table.iloc[0]
    assert first["subject_name"] in first["reason"] and "(+" in first["reason"]
    told = found.explain(first["subject"], first["object"], limit=10**6)
    by_path = told.groupby("metapath")["share"].sum()
    by_metapath = told.attrs["contributions"].set_index("metapath")["logit"]
    assert np.allclose(by_path.sort_index(), by_metapath.sort_index())
    logit = np.log(first["probability"] / (1 - first["probability"]))
    assert told.attrs["logit"] == pytest.approx(logit)
    known = set(net.statements)
    assert all(set(s) <= known and len(s) >= 2 for s in told["statements"])


def test_weights_of_l1_are_fewer(net: Hetnet) -> None:
    few = hypotheses(net, *TREATS, penalty="l1", strengths=[0.1]).model.weight
    all_ = hypotheses(net, *TREATS, strengths=[0.1]).model.weight
    assert 0 < (few != 0).sum() < (all_ != 0).sum()


def test_pairs_left_out_are_not_ranked_and_equal_seeds_rank_alike(net: Hetnet) -> None:
    found = hypotheses(net, *TREATS)
    best = (found.table["subject"][0], found.table["object"][0])
    without = hypotheses(net, *TREATS, leave_out=[best])
    assert without.candidates == found.candidates - 1
    assert best not in set(zip(without.table["subject"], without.table["object"], strict=True))
    pd.testing.assert_frame_equal(hypotheses(net, *TREATS).table, found.table)
    some = hypotheses(net, *TREATS, subjects=found.table["subject"].unique()[:30])
    assert set(some.table["subject"]) <= set(found.table["subject"].unique()[:30])


def test_pairs_of_one_kind_are_ranked_once() -> None:
    edges = drugs()
    binds = edges[edges["predicate"] == "binds"]
    like = binds.merge(binds, on="object").query("subject_x < subject_y")
    alike = like[["subject_x", "subject_y"]].set_axis(["subject", "object"], axis=1)
    alike = alike.drop_duplicates().assign(
        subject_kind="chemical", predicate="like", object_kind="chemical"
    )
    net = hetnet_of_edges(pd.concat([edges, alike[::2]], ignore_index=True), symmetric=["like"])
    found = hypotheses(net, "chemical", "like", "chemical", limit=10**6)
    n = 60
    assert found.candidates == n * (n - 1) // 2 - len(alike[::2])
    pairs = set(map(frozenset, zip(found.table["subject"], found.table["object"], strict=True)))
    assert len(pairs) == found.candidates
    asked = set(map(frozenset, alike[1::2][["subject", "object"]].to_numpy()))
    right = found.table.index[
        [
            frozenset(p) in asked
            for p in zip(found.table["subject"], found.table["object"], strict=True)
        ]
    ]
    assert right.to_numpy().mean() < found.candidates * 0.3


def test_subjects_and_objects_of_one_kind_may_differ() -> None:
    edges = drugs()
    binds = edges[edges["predicate"] == "binds"]
    like = binds.merge(binds, on="object").query("subject_x < subject_y")
    alike = like[["subject_x", "subject_y"]].set_axis(["subject", "object"], axis=1)
    alike = alike.drop_duplicates().assign(
        subject_kind="chemical", predicate="like", object_kind="chemical"
    )
    net = hetnet_of_edges(pd.concat([edges, alike[::2]], ignore_index=True), symmetric=["like"])
    ids = net.ids[net.nodes("chemical")]
    some, others = ids[20:], ids[:40]  # ids[20:40] are both
    found = hypotheses(
        net, "chemical", "like", "chemical", subjects=some, objects=others, limit=10**6
    )
    known = {frozenset(p) for p in alike[::2][["subject", "object"]].to_numpy()}
    possible = {frozenset((a, b)) for a in some for b in others if a != b} - known
    assert found.candidates == len(possible)
    told = list(map(frozenset, zip(found.table["subject"], found.table["object"], strict=True)))
    assert len(told) == len(set(told)) and set(told) <= possible


def test_common_neighbours_are_counted(net: Hetnet) -> None:
    a, b = np.argwhere(_features(net).known().toarray())[0]
    a, b = a + net.nodes("chemical").start, b + net.nodes("disease").start
    ends = list(zip(net.subject.tolist(), net.object.tolist(), strict=True))
    ends += [(y, x) for x, y in ends]
    both = {y for x, y in ends if x == a} & {y for x, y in ends if x == b}
    assert common_neighbours(net, np.array([a]), np.array([b])).tolist() == [len(both)]


def test_what_cannot_be_learnt_is_said(net: Hetnet) -> None:
    with pytest.raises(
        RecordError, match=r"No edge says chemical cures disease\. There are: chemical binds gene"
    ):
        hypotheses(net, "chemical", "cures", "disease")
    with pytest.raises(RecordError, match="no chemical 'nothing'"):
        hypotheses(net, *TREATS, subjects=["nothing"])
    few = drugs().groupby("predicate").head(5)
    with pytest.raises(RecordError, match=r"known pairs of \d subjects are too few"):
        hypotheses(hetnet_of_edges(few), *TREATS)
    with pytest.raises(RecordError, match="0 known pairs of 0 subjects are too few"):
        idle = set(net.ids[net.nodes("chemical")]) - set(
            drugs().query("predicate == 'treats'").subject
        )
        hypotheses(net, *TREATS, subjects=idle)
    with pytest.raises(RecordError, match="one step"):
        hypotheses(net, *TREATS, paths=metapaths(net, "chemical", "disease", 1))
    found = hypotheses(net, *TREATS, subjects=net.ids[net.nodes("chemical")][:40])
    with pytest.raises(RecordError, match="not among the nodes whose pairs were ranked"):
        found.explain(net.ids[net.nodes("chemical")][50], "d0")
