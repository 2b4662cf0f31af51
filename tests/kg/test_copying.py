"""A copy is equal to its original, whatever the homes, and a copy cut off is started anew."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.copying import ParquetDump, load
from kg.errors import GraphDamaged, GraphUnavailable
from kg.graph import Graph
from kg.stores.base import Store
from kg.verify import verify
from tests.kg.build import batch
from tests.kg.test_graph import A, B


def quiet(_name: str, _rows: int) -> None:
    """Say nothing."""


@pytest.fixture
def original(tmp_path: Path) -> Graph:
    graph = kg.connect(tmp_path / "original.kg")
    for one in (A, B):
        graph.write(one)
    return graph


def test_copy_to_every_home_is_equal(original: Graph, store: Store) -> None:
    load(original.store, store, quiet)
    copy = Graph(store)
    assert copy.counts() == original.counts()
    assert copy.digest() == original.digest()
    assert verify(store).ok
    assert copy.search("grafene").iloc[0]["name"] == "graphene"
    steps = "MATCH (a:Passage)-[:NEXT]->(b:Passage) RETURN count(*) AS n"
    assert list(copy.cypher(steps)["n"]) == list(original.cypher(steps)["n"])
    assert copy.write(A) == 0


def test_copy_from_every_home_through_parquet(store: Store, tmp_path: Path) -> None:
    graph = Graph(store)
    for one in (A, B):
        graph.write(one)
    dump = ParquetDump(tmp_path / "dump")
    dump.write(store, quiet)
    dump.check()
    with kg.connect(tmp_path / "loaded.kg") as loaded:
        load(dump, loaded.store, quiet)
        assert loaded.digest() == graph.digest()
        # Not only what the graph says is the same: times and paths are, too.
        sources = [g.table("Source").sort_values("id").values.tolist() for g in (loaded, graph)]
        assert sources[0] == sources[1]


def test_a_full_target_is_refused(original: Graph, store: Store) -> None:
    target = Graph(store)
    target.write(batch("C", [("Aspirin treats cancer.", "Aspirin", "treats", "cancer")]))
    before = target.digest()
    with pytest.raises(GraphUnavailable, match="is not empty"):
        load(original.store, store, quiet)
    assert target.digest() == before


def test_a_copy_cut_off_is_started_anew(original: Graph, store: Store) -> None:
    class PowerCut(Exception):
        pass

    def cut(name: str, _rows: int) -> None:
        if name == "Evidence":
            raise PowerCut

    with pytest.raises(PowerCut):
        load(original.store, store, cut)
    half = Graph(store)
    assert set(half.table("Source")["status"]) == {"copying"}
    load(original.store, store, quiet)
    assert half.digest() == original.digest()


def test_a_dump_says_what_is_wrong_with_it(original: Graph, tmp_path: Path) -> None:
    with pytest.raises(GraphDamaged, match=r"has no polymath\.json"):
        ParquetDump(tmp_path).check()
    dump = ParquetDump(tmp_path / "dump")
    dump.write(original.store, quiet)
    with pytest.raises(GraphUnavailable, match="not empty"):
        dump.write(original.store, quiet)
    manifest = tmp_path / "dump" / "polymath.json"
    manifest.write_text(manifest.read_text().replace('"schema": "', '"schema": "x'))
    with pytest.raises(GraphDamaged, match="has schema x"):
        dump.check()
