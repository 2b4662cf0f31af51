"""On a small graph with sentences: what is lost with a licence, a source, a concept, a statement."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kg.discovery.hetnet import Hetnet
from kg.discovery.hetnet_making import hetnet, hetnet_of_edges
from kg.discovery.hypotheses import hypotheses
from kg.discovery.what_if import Removal, cost_of, what_if, without
from kg.errors import RecordError
from kg.filtering import Filter
from kg.graph import Graph
from kg.stores.base import Store
from tests.kg.build import batch
from tests.kg.discovery.networks import drugs

KINDS = {"aspirin": "chemical", "ibuprofen": "chemical", "COX-2": "gene", "colon cancer": "disease"}
BINDS = ("aspirin affects COX-2.", "aspirin", "affects", "COX-2")
CAUSES = ("COX-2 causes colon cancer.", "COX-2", "causes", "colon cancer")
OTHER = ("ibuprofen affects COX-2.", "ibuprofen", "affects", "COX-2")
LICENCES = {"open": "CC-BY-4.0", "paid": "CC-BY-NC-4.0", "blank": ""}
SAID = {"open": [BINDS, OTHER], "paid": [BINDS, CAUSES], "blank": [OTHER]}


@pytest.fixture
def graph(sqlite_store: Store) -> Graph:
    graph = Graph(sqlite_store)
    for (name, said), year in zip(SAID.items(), (2001, 2005, 2010), strict=True):
        one = batch(name, said, kinds=KINDS, year=year)
        one.works[:] = [replace(w, licence=LICENCES[name]) for w in one.works]
        graph.write(one)
    return graph


def _said(net: Hetnet) -> set[tuple[str, str, str]]:
    return {
        (net.names[a], net.metaedges[m].predicate, net.names[b])
        for a, m, b in zip(net.subject, net.metaedge.codes, net.object, strict=True)
    }


def _id(net: Hetnet, name: str) -> str:
    return str(net.ids[net.names == name][0])


def test_a_graph_becomes_a_network_with_its_evidence(graph: Graph) -> None:
    net = hetnet(graph.store)
    triples = {(s, p, o) for _, s, p, o in (BINDS, CAUSES, OTHER)}
    assert _said(net) == triples
    assert net.kinds == ("chemical", "disease", "gene")
    evidence = graph.evidence(net.statements.tolist())
    assert len(net.support) == len(evidence) == 5
    assert sorted(net.support.licence.at(net.support.edge * 0 + range(5))) == [
        "non-commercial", "non-commercial", "open", "open", "unstated",
    ]  # fmt: skip


def test_filters_are_those_of_the_graph(graph: Graph) -> None:
    early = hetnet(graph.store, Filter(until=2001))
    assert _said(early) == {BINDS[1:], OTHER[1:]}
    assert set(early.support.year) == {2001.0}  # nothing later speaks for it
    assert _said(
        hetnet(graph.store, Filter(families=("causal",), predicates=("causes",)))
    ) == _said(hetnet(graph.store))
    assert len(hetnet(graph.store, Filter(min_belief=0.99)).subject) == 0
    free = hetnet(graph.store, licences=["open"])
    assert _said(free) == {BINDS[1:], OTHER[1:]}
    with pytest.raises(RecordError, match="no class of licences 'free'"):
        hetnet(graph.store, licences=["free"])


def test_belief_is_of_the_evidence_that_is_left(graph: Graph) -> None:
    net = hetnet(graph.store)
    fewer = without(net, Removal(licences=("non-commercial",)))
    before = dict(zip(net.statements, net.belief, strict=True))
    after = dict(zip(fewer.statements, fewer.belief, strict=True))
    (binds,) = [s for s in net.statements if graph.evidence(s)["quote"][0] == BINDS[0]]
    source = graph.evidence(binds)
    paid = source[source["licence"] == LICENCES["paid"]]["source"].iloc[0]
    graph.delete_source(paid)
    assert after[binds] == graph.statement(binds).belief < before[binds]
    # Where more belief is asked for than is left, the edge goes.
    least = (after[binds] + before[binds]) / 2
    graph.write(_paid())
    asked = hetnet(graph.store, Filter(min_belief=least))
    assert binds in asked.statements
    assert binds not in without(asked, Removal(licences=("non-commercial",))).statements


def _paid() -> object:
    one = batch("paid", SAID["paid"], kinds=KINDS, year=2005)
    one.works[:] = [replace(w, licence=LICENCES["paid"]) for w in one.works]
    return one


def test_each_part_goes_and_the_graph_stays(graph: Graph) -> None:
    before = graph.digest()
    net = hetnet(graph.store)
    work = {w.title: w.id for w in graph.table("Work").itertuples()}
    source = {s.work: s.source for s in graph.table("Passage").itertuples()}
    statement = {graph.evidence(s)["quote"][0]: s for s in net.statements}
    cases = {
        "concepts": ((_id(net, "COX-2"),), set()),
        "predicates": (("affects",), {CAUSES[1:]}),
        "statements": ((statement[OTHER[0]],), {BINDS[1:], CAUSES[1:]}),
        "works": ((work["paid"],), {BINDS[1:], OTHER[1:]}),
        "sources": ((source[work["paid"]],), {BINDS[1:], OTHER[1:]}),
        "licences": (("open", "unstated"), {BINDS[1:], CAUSES[1:]}),
    }
    for part, (named, left) in cases.items():
        fewer = without(net, Removal(**{part: named}))
        assert _said(fewer) == left, part
        assert len(fewer.support) == fewer.support.edge.size
        assert set(fewer.support.edge) == set(range(len(fewer.subject)))
        if part not in ("licences",):
            with pytest.raises(RecordError, match=f"no {part[:-1]} 'nowhere'"):
                without(net, Removal(**{part: ("nowhere",)}))
    assert "COX-2" not in without(net, Removal(concepts=cases["concepts"][0])).names
    assert graph.digest() == before
    with pytest.raises(RecordError, match="Nothing is taken away"):
        Removal()


def test_what_compliance_costs_a_pair(graph: Graph) -> None:
    net = hetnet(graph.store)
    ends = _id(net, "aspirin"), _id(net, "colon cancer")
    cost = cost_of(net, Removal(licences=("non-commercial",)), *ends)
    assert cost.paths["path"].tolist() == ["aspirin –affects→ COX-2 –causes→ colon cancer"]
    assert cost.paths_left == 0
    row = cost.paths.iloc[0]
    assert (row["pieces_before"], row["pieces_after"], len(row["lost"])) == (3, 1, 1)
    assert graph.evidence(row["lost"])["quote"].tolist() == [CAUSES[0]]
    assert str(cost) == (
        "Without licences non-commercial: 0 of 1 paths are left, and 1 of 3 pieces of evidence along them."
    )
    kept = cost_of(net, Removal(licences=("unstated",)), *ends)
    assert kept.paths_left == 1


def test_two_rankings_side_by_side() -> None:
    net = hetnet_of_edges(drugs())

    def ranking(net: Hetnet) -> pd.DataFrame:
        return hypotheses(net, "chemical", "treats", "disease", limit=50, reasons=0).table

    same = what_if(net, Removal(statements=(str(net.statements[0]),)), ranking, k=10)
    assert same.edges == same.pieces == 1
    assert same.overlap >= 0.6 and same.spearman > 0.8
    lost = what_if(net, Removal(licences=("non-commercial", "unstated")), ranking, k=10)
    assert lost.spearman < same.spearman and lost.overlap <= same.overlap
    assert lost.pieces == lost.edges > 0.3 * len(net.subject)
    assert lost.table["rank_before"].dropna().tolist() == list(range(1, 51))
    for part, here, gone in ((lost.left, "before", "after"), (lost.entered, "after", "before")):
        assert (part[f"rank_{here}"] <= 10).all()
        assert not (part[f"rank_{gone}"] <= 10).fillna(False).any()
    assert len(lost.left) == len(lost.entered) == round(10 * (1 - lost.overlap))
    with pytest.raises(
        RecordError, match="Without predicates treats nothing can be ranked: No edge"
    ):
        what_if(net, Removal(predicates=("treats",)), ranking)
    with pytest.raises(RecordError, match="needs a column 'score'"):
        what_if(net, Removal(licences=("unstated",)), ranking, score="score")
