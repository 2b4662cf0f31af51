"""Paths against every path there is, and what the filters leave of them, on both homes."""

from __future__ import annotations

import math
from itertools import pairwise

import networkx as nx
import pytest

from kg.errors import RecordError
from kg.filtering import Filter
from kg.graph import Graph
from kg.network import network
from kg.paths import Best, paths
from kg.schema import EDGES
from kg.stores.base import Store
from kg.stores.sqlite import SqliteStore
from tests.kg.networks import Said, concept, planted, statement, write, write_rows

CHAIN: list[Said] = [
    ("fish oil", "decreases", "blood viscosity", 0.9),
    ("blood viscosity", "causes", "Raynaud", 0.9),
    ("fish oil", "treats", "Raynaud", 0.3),
    ("fish oil", "affects", "platelets", 0.8),
    ("platelets", "affects", "Raynaud", 0.8),
    ("Raynaud", "correlates_with", "cold", 0.99),
]
START, END = "t:fish oil", "t:Raynaud"


def passed(found: list) -> list[list[str]]:
    """Names of the concepts of each path."""
    return [[c.removeprefix("t:") for c in path.attrs["concepts"]] for path in found]


def test_shortest_comes_first_and_most_believed_when_asked(store: Store) -> None:
    write(store, CHAIN)
    graph = Graph(store)
    direct, oil = ["fish oil", "Raynaud"], ["fish oil", "blood viscosity", "Raynaud"]
    plates = ["fish oil", "platelets", "Raynaud"]
    assert passed(graph.paths(START, END)) == [direct, oil, plates]
    found = graph.paths(START, END, by="belief")
    assert passed(found) == [oil, plates, direct]
    assert [path.attrs["belief"] for path in found] == [0.81, 0.64, 0.3]
    assert list(found[0]["predicate"]) == ["decreases", "causes"]
    assert passed(graph.paths(START, END, limit=1)) == [direct]
    assert graph.paths(START, "t:nowhere") == graph.paths(START, START) == []


def test_filters_hold_on_the_way_but_not_at_the_ends(store: Store) -> None:
    about = {
        "fish oil": concept("fish oil", kind="chemical"),
        "blood viscosity": concept("blood viscosity", kind="property", disciplines=("Physics",)),
        "platelets": concept("platelets", kind="anatomy", disciplines=("Medicine",)),
    }
    write(store, CHAIN, about, first_year=2000, last_year=2010)
    graph = Graph(store)

    def names(**wanted: object) -> list[list[str]]:
        return passed(graph.paths(START, END, Filter(**wanted)))

    assert len(names()) == 3
    assert [len(p) for p in names(min_belief=0.5)] == [3, 3]
    assert names(kinds=("anatomy",))[1:] == [["fish oil", "platelets", "Raynaud"]]
    assert names(disciplines=("Physics",))[1:] == [["fish oil", "blood viscosity", "Raynaud"]]
    assert names(predicates=("affects",)) == [["fish oil", "platelets", "Raynaud"]]
    assert names(families=("use",)) == [["fish oil", "Raynaud"]]
    assert names(since=2011) == names(until=1999) == []
    assert len(names(since=2010, until=2010)) == 3
    assert names(accepted=True) == []


def test_what_is_only_denied_joins_nothing(sqlite_store: SqliteStore) -> None:
    denied = ("a", "causes", "b", 0.0)
    write(sqlite_store, [denied, ("a", "affects", "c", 0.1), ("c", "affects", "b", 0.1)])
    for by in ("length", "belief"):
        assert passed(Graph(sqlite_store).paths("t:a", "t:b", by=by)) == [["a", "c", "b"]]


def test_directed_paths_follow_the_sentence_but_symmetric_ones_both_ways(store: Store) -> None:
    write(store, CHAIN)
    graph = Graph(store)
    assert graph.paths(END, START, directed=True) == []
    assert len(graph.paths(START, END, directed=True)) == 3
    assert passed(graph.paths("t:cold", END, directed=True)) == [["cold", "Raynaud"]]


@pytest.mark.parametrize("by", ["length", "belief"])
@pytest.mark.parametrize("seed", range(6))
def test_no_better_path_is_missed(sqlite_store: SqliteStore, by: Best, seed: int) -> None:
    write_rows(sqlite_store, *planted(18, 60, 2, seed=seed))
    walked = network(sqlite_store)
    graph = nx.Graph()
    for a, b, belief in zip(walked.subject, walked.object, walked.belief, strict=True):
        known = graph.get_edge_data(int(a), int(b), {"belief": 0.0})["belief"]
        graph.add_edge(int(a), int(b), belief=max(known, float(belief)))
    start = 0
    end = max(nx.single_source_shortest_path_length(graph, start).items(), key=lambda n: n[::-1])[0]

    def key(concepts: tuple[int, ...]) -> tuple[int, float]:
        cost = -sum(math.log(graph.edges[e]["belief"]) for e in pairwise(concepts))
        return (len(concepts) if by == "length" else 0, round(cost, 9))

    every = sorted(key(p) for p in nx.all_simple_paths(graph, start, end, cutoff=5))
    found = paths(
        walked, walked.ids[start], walked.ids[end], Filter(), by=by, max_length=5, limit=40
    )
    assert len(every) > 5
    assert [key(p.concepts) for p in found] == every[:40]
    assert len({p.concepts for p in found}) == len(found)
    for path in found:
        assert len(set(path.concepts)) == len(path.concepts)
        joined = [{walked.subject[s], walked.object[s]} for s in path.statements]
        assert joined == [set(e) for e in pairwise(path.concepts)]
        assert path.belief == pytest.approx(math.prod(walked.belief[list(path.statements)]))


def test_certain_statements_lead_in_no_circle(sqlite_store: SqliteStore) -> None:
    ring: list[Said] = [(str(n), "affects", str((n + 1) % 6), 1.0) for n in range(6)]
    write(sqlite_store, [*ring, ("1", "affects", "9", 1.0), ("9", "affects", "2", 1.0)])
    found = Graph(sqlite_store).paths("t:0", "t:3", by="belief", max_length=6)
    assert passed(found) == [
        ["0", "1", "2", "3"], ["0", "5", "4", "3"], ["0", "1", "9", "2", "3"],
    ]  # fmt: skip


def test_the_graph_is_read_again_when_it_moves_on(store: Store) -> None:
    write(store, CHAIN)
    graph = Graph(store)
    assert network(store) is network(store)
    assert graph.paths("t:cold", "t:new") == []
    write_rows(store, [concept("new")], [])
    before = network(store)
    with store.writing() as writer:
        made = statement("cold", "affects", "new", 0.5)
        row = [getattr(made, "id" if c == "statement" else c) for c in EDGES["RELATED"].columns]
        writer.insert(EDGES["RELATED"], [tuple(row)])
    assert network(store) is not before
    assert passed(graph.paths("t:cold", "t:new")) == [["cold", "new"]]


def test_bounds_are_told() -> None:
    with pytest.raises(RecordError, match="give 1 to 12"):
        paths(None, "a", "b", Filter(), max_length=13)  # type: ignore[arg-type]
    with pytest.raises(RecordError, match="one of"):
        paths(None, "a", "b", Filter(), by="beauty")  # type: ignore[arg-type]
