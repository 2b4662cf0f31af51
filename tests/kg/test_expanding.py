"""Neighbours ranked, filtered, counted and paged, alike on both homes."""

from __future__ import annotations

import pytest

from kg.errors import RecordError
from kg.expanding import DIRECTIONS, FACETS, RANKS, Rank
from kg.filtering import Filter
from kg.graph import Graph
from kg.network import network
from kg.stores.base import Store
from tests.kg.networks import concept, planted, statement, write_rows

ABOUT = [
    concept("hub"),
    concept("a", kind="gene", disciplines=("Biology",)),
    concept("b", kind="gene", disciplines=("Biology", "Medicine")),
    concept("c", kind="disease", disciplines=("Medicine",)),
    concept("d", kind="material"),
]
SAID = [
    statement("hub", "causes", "a", 0.9, n_works=1, first_year=1990, last_year=1995),
    statement("hub", "affects", "a", 0.2, n_works=7, first_year=2001, last_year=2001),
    statement("b", "treats", "hub", 0.8, n_works=3, first_year=2010, last_year=2020),
    statement("hub", "interacts_with", "c", 0.7, n_works=5),
    statement("hub", "contains", "d", 0.5, n_works=2, last_year=1980, status="accepted"),
    statement("hub", "uses", "d", 0.95, status="rejected"),
    statement("hub", "affects", "hub", 0.99),
    statement("c", "causes", "b", 0.6),
    statement("c", "affects", "d", 0.6),
]


@pytest.fixture
def graph(store: Store) -> Graph:
    write_rows(store, ABOUT, SAID)
    return Graph(store)


def names(graph: Graph, **wanted: object) -> str:
    """Names of the neighbours of the hub, in their order, as one word."""
    filter_ = {k: v for k, v in wanted.items() if k in Filter.__dataclass_fields__}
    others = {k: v for k, v in wanted.items() if k not in filter_}
    return "".join(graph.expand("t:hub", Filter(**filter_), **others).neighbours["name"])


@pytest.mark.parametrize(
    ("by", "order"), [("belief", "abcd"), ("works", "acbd"), ("year", "badc"), ("degree", "cabd")]
)
def test_ranks(graph: Graph, by: Rank, order: str) -> None:
    assert names(graph, by=by) == order


def test_a_neighbour_comes_with_all_that_leads_to_it(graph: Graph) -> None:
    found = graph.expand("t:hub")
    assert found.total == 4
    assert list(found.related["statement"]) == [SAID[i].id for i in (0, 1, 2, 3, 4)]
    assert list(found.related["accepted"]) == [False] * 4 + [True]
    first, *_, last = found.neighbours.to_dict("records")
    assert (first["belief"], first["works"], first["year"], first["statements"]) == (
        0.9,
        7,
        2001,
        2,
    )
    assert (first["kind"], first["disciplines"], last["name"]) == ("gene", ("Biology",), "d")
    assert found.related["first_year"].isna().tolist() == [False, False, False, True, True]
    by_degree = graph.expand("t:hub", by="degree").neighbours
    assert dict(zip(by_degree["name"], by_degree["degree"], strict=True)) == {
        "c": 3, "a": 2, "b": 2, "d": 2,
    }  # fmt: skip


def test_filters(graph: Graph) -> None:
    assert names(graph, predicates=("affects",)) == "a"
    assert names(graph, families=("causal", "composition")) == "ad"
    assert names(graph, families=("use",), predicates=("affects",)) == "ba"
    assert names(graph, direction="out") == "acd"
    assert names(graph, direction="in") == "bc"
    assert names(graph, kinds=("gene", "material")) == "abd"
    assert names(graph, disciplines=("Medicine",)) == "bc"
    assert names(graph, since=2000) == "ba"
    assert names(graph, since=1995, until=2005) == "a"
    assert names(graph, min_belief=0.7) == "abc"
    assert names(graph, accepted=True) == "d"
    assert names(graph, kinds=("software",)) == ""


def test_pages_neither_overlap_nor_leave_out(store: Store) -> None:
    write_rows(store, *planted(80, 40, 4, hub=60, seed=3))
    graph = Graph(store)
    for by in RANKS:
        whole = graph.expand("t:0", by=by, limit=1000)
        pages = [graph.expand("t:0", by=by, limit=7, offset=at) for at in range(0, whole.total, 7)]
        ids = [i for page in pages for i in page.neighbours["id"]]
        assert ids == list(whole.neighbours["id"])
        assert len(set(ids)) == whole.total >= 60
        assert sum(len(page.related) for page in pages) == len(whole.related)
    assert str(pages[0]) == f"7 of {whole.total}, by degree"
    assert str(pages[1]) == f"8–14 of {whole.total}, by degree"
    assert str(whole) == f"{whole.total} of {whole.total}"


def test_the_menu_counts_what_expanding_then_shows(store: Store) -> None:
    write_rows(store, *planted(300, 200, 4, hub=280, seed=1))
    graph = Graph(store)
    wanted = Filter(kinds=("chemical", "gene"), since=2000, families=("causal",))
    for filter_, direction in ((Filter(), "both"), (wanted, "out")):
        menu = graph.menu("t:0", filter_, direction=direction)
        assert set(menu["facet"]) == set(FACETS)
        for facet, value, n, outward, inward in menu.itertuples(index=False):
            plural = {"family": "families"}.get(facet, f"{facet}s")
            values = {f: getattr(filter_, f) for f in Filter.__dataclass_fields__}
            if facet in ("predicate", "family"):
                values |= {"predicates": (), "families": ()}
            chosen = Filter(**(values | {plural: (value,)}))
            totals = {
                d: graph.expand("t:0", chosen, direction=d).total
                for d in DIRECTIONS
                if direction in ("both", d)
            }
            assert n == totals[direction]
            if direction == "both":
                assert (outward, inward) == (totals["out"], totals["in"])


def test_several_concepts_are_expanded_as_one(graph: Graph) -> None:
    found = graph.expand(["t:hub", "t:c"])
    assert set(found.neighbours["name"]) == {"a", "b", "d"}
    inside = next(s.id for s in SAID if s.predicate == "interacts_with")
    assert inside not in set(found.related["statement"])


def test_it_is_the_same_with_all_statements_at_hand(store: Store) -> None:
    write_rows(store, *planted(100, 160, 5, hub=50, seed=7))
    graph = Graph(store)
    before = [graph.expand("t:0", by=by, limit=20) for by in RANKS], graph.menu("t:0")
    network(store)
    after = [graph.expand("t:0", by=by, limit=20) for by in RANKS], graph.menu("t:0")
    for one, other in zip(before[0], after[0], strict=True):
        assert one.neighbours.equals(other.neighbours)
        assert one.related.equals(other.related)
        assert one.total == other.total
    assert before[1].equals(after[1])


def test_both_homes_answer_alike(sqlite_store: Store, neo4j_store: Store) -> None:
    homes = [Graph(sqlite_store), Graph(neo4j_store)]
    made = planted(100, 160, 5, hub=50, seed=2)
    for home in homes:
        write_rows(home.store, *made)
    for by in RANKS:
        one, other = (home.expand("t:0", by=by, limit=20) for home in homes)
        assert one.neighbours.equals(other.neighbours)
        assert one.related.equals(other.related)
    one, other = (network(home.store) for home in homes)
    assert one.statements.tolist() == other.statements.tolist()
    assert one.arcs.tolist() == other.arcs.tolist()


def test_what_is_not_there_has_no_neighbours(graph: Graph) -> None:
    found = graph.expand("t:nobody")
    assert (found.total, len(found.related), str(found)) == (0, 0, "0 of 0")
    assert not len(graph.menu("t:nobody"))
    with pytest.raises(RecordError, match="choose one of"):
        graph.expand("t:hub", by="beauty")  # type: ignore[arg-type]
    with pytest.raises(RecordError, match="choose one of"):
        graph.expand("t:hub", direction="up")  # type: ignore[arg-type]
    with pytest.raises(RecordError, match="between 0 and 1"):
        Filter(min_belief=2)
