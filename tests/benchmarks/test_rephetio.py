"""The repurposing benchmark: the published sets, nothing of them learnt from, sound intervals."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from benchmarks import rephetio as benchmark
from kg.discovery.hetnet import Hetnet
from kg.discovery.null_model import prior
from tests.conftest import need

Networks = tuple[Hetnet, Hetnet]


@pytest.fixture(scope="module")
def judge() -> benchmark.Judges:
    need(benchmark.DATA.is_dir(), "shared/benchmarks/rephetio is not here")
    return benchmark.judges()


@pytest.fixture(scope="module")
def networks() -> Networks:
    need(benchmark.DATA.is_dir(), "shared/benchmarks/rephetio is not here")
    return benchmark.networks()


def test_the_sets_are_those_that_were_published(judge: benchmark.Judges) -> None:
    asked = ~judge.curated
    published = benchmark.published()
    assert (int(asked.sum()), int(judge.drugcentral.sum()), int(judge.trials.sum())) == (
        207_780, 208, 5594,
    )  # fmt: skip
    assert not (judge.drugcentral & judge.curated).any()
    assert published["Rephetio"]["drugcentral"]["auroc"] == 0.8551


def test_nothing_that_is_asked_for_is_in_the_network(
    judge: benchmark.Judges, networks: Networks
) -> None:
    asked = {
        (judge.compounds[r], judge.diseases[c])
        for r, c in np.argwhere(judge.drugcentral | judge.trials)
    }
    for net in networks:
        target = net.metaedge_of(*benchmark.TREATS)
        between = [m for m in net.metaedges if {m.subject, m.object} == {"Compound", "Disease"}]
        assert {m.predicate for m in between} == {"treats", "palliates"}
        for metaedge in between:
            rows = net.edges_of(metaedge)
            ends = zip(net.ids[net.subject[rows]], net.ids[net.object[rows]], strict=True)
            assert not asked & set(ends)
        assert net.matrix(target).nnz == 755


def test_edges_are_hetionets_and_those_of_a_licence_go(networks: Networks) -> None:
    net, free = networks
    sizes = {m.predicate: len(net.edges_of(m)) for m in net.metaedges}
    assert len(net.metaedges) == 24 and len(net.subject) == 113_870
    assert (sizes["binds"], sizes["associates"], sizes["presents"]) == (11_571, 12_623, 3357)
    assert not free.support.among("licence", ["non-commercial"]).any()
    assert free.support.among("source", [benchmark.INSTEAD]).any()
    assert not net.support.among("source", [benchmark.INSTEAD]).any()
    assert "causes" not in {m.predicate for m in free.metaedges}


def test_the_prior_is_the_published_one(judge: benchmark.Judges, networks: Networks) -> None:
    net = networks[0]
    treats = net.matrix(net.metaedge_of(*benchmark.TREATS))
    u, v = treats.sum(axis=1), treats.sum(axis=0)
    ends = (("Compound", judge.compounds), ("Disease", judge.diseases))
    here = [np.searchsorted(net.ids[net.nodes(kind)], ids) for kind, ids in ends]
    score = prior(u[here[0]][:, None], v[here[1]][None, :], float(treats.sum()))
    asked = ~judge.curated
    ours = roc_auc_score(judge.drugcentral[asked], score[asked])
    theirs = benchmark.published()["Rephetio: prior by degrees"]["drugcentral"]["auroc"]
    assert abs(ours - theirs) < 1e-3


def test_intervals_hold_the_truth_and_weights_count_pairs() -> None:
    rng = np.random.default_rng(0)
    right = rng.random(4000) < 0.1
    score = np.round(rng.normal(right * 1.0), 1)  # with ties
    rank = np.unique(score, return_inverse=True)[1]
    exact = roc_auc_score(right, score)
    assert benchmark.auroc_of(right, rank, np.ones(4000)) == pytest.approx(exact)
    times = rng.integers(0, 3, 4000).astype(float)
    assert benchmark.auroc_of(right, rank, times) == pytest.approx(
        roc_auc_score(right, score, sample_weight=times)
    )
    ((low, high),) = benchmark.intervals(right, [score])
    assert low < exact < high and high - low < 0.08
