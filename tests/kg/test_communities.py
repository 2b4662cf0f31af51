"""Communities: found where they were planted, named, linked, opened, and kept beside the graph."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import kg
from kg.drilling import communities, communities_of, members, strongest
from kg.errors import RecordError
from kg.louvain import Arcs, louvain, modularity
from kg.network import network
from kg.stores.base import Store
from kg.stores.sqlite import SqliteStore
from tests.kg.networks import Said, concept, planted, statement, write, write_rows

TWO: list[Said] = [
    *((a, "affects", b, 0.8) for a, b in ("ab", "bc", "ca", "ad", "db")),
    *((a, "causes", b, 0.6) for a, b in ("xy", "yz", "zx")),
    ("d", "uses", "x", 0.3),
]


def arcs_of(graph: nx.Graph) -> Arcs:
    """A networkx graph of weight 1 with nodes 0 … n-1."""
    pairs = np.array(graph.edges)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    return Arcs(both[:, 0], both[:, 1], np.ones(len(both)), len(graph))


@pytest.mark.parametrize("seed", range(4))
def test_no_worse_than_one_node_after_the_other(seed: int) -> None:
    graphs = (
        nx.karate_club_graph(),
        nx.random_partition_graph([30] * 8, 0.3, 0.01, seed=seed),
        nx.powerlaw_cluster_graph(400, 3, 0.6, seed=seed),
    )
    for graph in graphs:
        arcs = arcs_of(graph)
        labels = louvain(arcs, seed=seed)
        theirs = nx.community.louvain_communities(graph, weight=None, seed=seed)
        best = nx.community.modularity(graph, theirs, weight=None)
        ours = [set(np.flatnonzero(labels == c).tolist()) for c in range(labels.max() + 1)]
        found = modularity(arcs, labels)
        assert found == pytest.approx(nx.community.modularity(graph, ours, weight=None))
        assert found > best - 0.03
        assert all(nx.is_connected(graph.subgraph(c)) for c in ours)
        assert (np.diff(np.bincount(labels)) <= 0).all()


def test_what_was_planted_is_found_and_the_seed_decides() -> None:
    graph = nx.random_partition_graph([40] * 6, 0.4, 0.01, seed=5)
    arcs = arcs_of(graph)
    labels = louvain(arcs, seed=1)
    assert len({(labels[n], n // 40) for n in range(240)}) == 6
    assert (louvain(arcs, seed=1) == labels).all()


def test_loose_ends() -> None:
    nothing = np.zeros(0, np.int64)
    assert louvain(Arcs(nothing, nothing, np.zeros(0), 0)).tolist() == []
    assert louvain(Arcs(nothing, nothing, np.zeros(0), 3)).tolist() == [0, 1, 2]
    loop = Arcs(np.array([0, 0, 1]), np.array([0, 1, 0]), np.ones(3), 2)
    assert louvain(loop).tolist() == [0, 0]


def test_communities_are_named_counted_and_linked(store: Store) -> None:
    about = {
        "a": concept("a", kind="gene", disciplines=("Biology", "Medicine")),
        "b": concept("b", kind="gene", disciplines=("Biology",)),
        "x": concept("x", kind="place", disciplines=("Physics",)),
    }
    write(store, TWO, about)
    found = communities(store)
    assert str(found) == "2 communities of 7 concepts"
    first, second = found.shown
    assert (first.id, first.concepts, first.statements, first.belief) == ("0", 4, 5, 0.8)
    assert (first.name, first.top) == ("a · b · c", ("t:a", "t:b", "t:c", "t:d"))
    assert first.kinds == {"gene": 2, "term": 2}
    assert first.disciplines == {"Biology": 2, "Medicine": 1}
    assert (second.name, second.concepts) == ("y · z · x", 3)
    (link,) = found.links
    assert (link.a, link.b, link.statements, link.belief) == ("0", "1", 1, 0.3)
    assert list(found.table()["name"]) == ["a · b · c", "y · z · x"]
    assert communities_of(store, ["t:x", "t:a", "t:?"]) == {"t:x": "1", "t:a": "0"}


def test_drilling_down(store: Store) -> None:
    write_rows(store, *planted(900, 4000, 12, seed=4))
    whole = communities(store)
    assert sum(c.concepts for c in whole.shown) == whole.concepts == len(network(store).ids)
    largest = whole.shown[0]
    listed = members(store, "0", limit=5)
    assert listed.attrs["total"] == largest.concepts
    assert tuple(listed["id"]) == largest.top[:5]
    assert list(members(store, "0", limit=3, offset=2)["id"]) == list(listed["id"])[2:]
    for by in ("works", "degree"):
        assert members(store, "0", by=by)[by].is_monotonic_decreasing
    said = strongest(store, "0", limit=10)
    assert said.attrs["total"] == largest.statements
    assert said["belief"].is_monotonic_decreasing
    inside = set(members(store, "0", limit=10_000)["id"])
    assert {*said["subject"], *said["object"]} <= inside
    parts = communities(store, "0")
    assert parts.concepts == largest.concepts
    assert [c.id for c in parts.shown][:2] == ["0/0", "0/1"]
    assert set(members(store, "0/1", limit=10_000)["id"]) < inside


@pytest.mark.parametrize("unknown", ["99", "0/99", "", "x", "0/", "../0", "-1", "9" * 400])
def test_what_is_no_community_is_told(sqlite_store: SqliteStore, unknown: str) -> None:
    write(sqlite_store, TWO)
    with pytest.raises(RecordError, match="has no community"):
        members(sqlite_store, unknown)
    if unknown:
        with pytest.raises(RecordError, match="has no community"):
            communities(sqlite_store, unknown)


def test_an_empty_graph_has_none(store: Store) -> None:
    found = communities(store)
    assert (found.shown, found.links, found.total, found.modularity) == ((), (), 0, 0.0)


def test_a_second_kernel_reads_what_the_first_kept(tmp_path: Path) -> None:
    home = tmp_path / "kept.kg"
    made = planted(300, 900, 5, seed=2)
    with kg.connect(home) as graph:
        write_rows(graph.store, *made)
        first = communities(graph.store)
        parts = communities(graph.store, "1")
    (kept,) = tmp_path.glob("kept.kg-communities-*")
    with kg.connect(home) as graph:
        assert graph.communities() == first
        assert graph.communities("1") == parts
        assert list(graph.community("0", limit=8)["id"]) == list(first.shown[0].top)
        more = [concept(n) for n in ("new", "newer")]
        write_rows(graph.store, more, [statement("new", "affects", "newer", 0.9)])
        assert communities(graph.store).concepts == first.concepts + 2
    (again,) = tmp_path.glob("kept.kg-communities-*")
    assert again != kept


@pytest.mark.parametrize("damage", ["", "{}", "[" * 10_000, '{"format": 1}', "labels"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: str) -> None:
    home = tmp_path / "g.kg"
    with kg.connect(home) as graph:
        write(graph.store, TWO)
        first = communities(graph.store)
    (kept,) = tmp_path.glob("*-communities-*")
    whole = json.loads(kept.read_text("utf-8"))
    kept.write_text(json.dumps(whole | {"labels": [0]}) if damage == "labels" else damage, "utf-8")
    with kg.connect(home) as graph:
        assert communities(graph.store) == first
    assert json.loads(kept.read_text("utf-8")) == whole


def test_too_many_for_a_screen_are_taken_together(sqlite_store: SqliteStore) -> None:
    write_rows(sqlite_store, *planted(6000, 18_000, 150, inside=0.8, seed=6))
    found = communities(sqlite_store)
    assert len(found.shown) <= 60
    assert sum(c.concepts for c in found.shown) >= 0.8 * found.concepts
    assert "smaller ones hold" in str(found) or found.total == len(found.shown)
