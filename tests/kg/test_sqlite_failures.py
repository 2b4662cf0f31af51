"""What can go wrong with a file: each one sentence, and nothing half-written."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
from pathlib import Path

import pytest

import kg
from kg.errors import GraphDamaged, GraphLocked, GraphUnavailable
from kg.schema import NODES
from kg.stores.sqlite import SqliteStore
from kg.verify import verify
from tests.kg.build import batch
from tests.kg.test_graph import A, B


def test_not_a_graph(tmp_path: Path) -> None:
    text = tmp_path / "notes.kg"
    text.write_text("this is a text file, not a graph" * 200)
    with pytest.raises(GraphDamaged, match="not a Polymath graph"):
        kg.connect(text)
    assert text.read_text().startswith("this is a text file")
    other = tmp_path / "other.db"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE mine (x)")
    db.close()
    with pytest.raises(GraphDamaged, match="choose another name"):
        kg.connect(other)


def test_another_schema(tmp_path: Path) -> None:
    kg.connect(tmp_path / "old.kg").close()
    db = sqlite3.connect(tmp_path / "old.kg")
    db.execute("UPDATE meta SET value = '000' WHERE name = 'schema'")
    db.commit()
    db.close()
    with pytest.raises(GraphDamaged, match="has schema 000"):
        kg.connect(tmp_path / "old.kg")


def test_no_folder_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(GraphUnavailable, match="does not exist; make it first"):
        kg.connect(tmp_path / "nowhere" / "a.kg")
    with pytest.raises(GraphUnavailable, match="is a folder"):
        kg.connect(tmp_path)


def test_truncated_file(tmp_path: Path) -> None:
    path = tmp_path / "cut.kg"
    with kg.connect(path) as graph:
        graph.write(A)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(GraphDamaged, match="restore it from a copy"), kg.connect(path) as graph:
        graph.digest()


def test_locked_by_another_writer(tmp_path: Path) -> None:
    one = SqliteStore(tmp_path / "a.kg")
    two = SqliteStore(tmp_path / "a.kg", busy_seconds=0.2)
    with one.writing():
        with pytest.raises(GraphLocked, match=r"writing to .*a\.kg for 0\.2 s"), two.writing():
            pass
        assert two.count(NODES["Work"]) == 0
    with two.writing():
        pass


def test_closed_graph_says_so(tmp_path: Path) -> None:
    graph = kg.connect(tmp_path / "a.kg")
    graph.close()
    graph.close()
    with pytest.raises(GraphUnavailable, match="is closed"):
        graph.search("x")


def _write_many(path: str, n: int) -> None:
    with kg.connect(path) as graph:
        for i in range(n):
            fact = (f"Graphene increases yield {i}.", "Graphene", "increases", f"yield {i}")
            graph.write(batch(f"work {i}", [fact, A_FACT]))


A_FACT = ("Some say graphene causes cancer in mice.", "graphene", "causes", "cancer")


def test_one_process_writes_while_another_reads(tmp_path: Path) -> None:
    path = tmp_path / "shared.kg"
    graph = kg.connect(path)
    writer = multiprocessing.get_context("spawn").Process(target=_write_many, args=(str(path), 120))
    writer.start()
    seen = []
    while writer.is_alive():
        sources, passages = _counts_in_one_state(graph)
        # Each source brings two passages: any other number would be half a source.
        assert passages == 2 * sources
        seen.append(sources)
        graph.search("graphene")
        graph.neighbours("local:term/graphene")
    writer.join()
    assert writer.exitcode == 0
    assert graph.counts()["Source"] == 120
    assert len(set(seen)) > 3, "the reader never saw the graph grow"
    assert verify(graph.store).ok


def _counts_in_one_state(graph: kg.Graph) -> tuple[int, int]:
    with graph.store.reading() as reader:
        return tuple(len(reader.select(NODES[n], columns=("id",))) for n in ("Source", "Passage"))  # type: ignore[return-value]


def test_killed_in_the_middle_of_a_load(tmp_path: Path) -> None:
    path = tmp_path / "killed.kg"
    kg.connect(path).close()
    writer = multiprocessing.get_context("spawn").Process(target=_write_many, args=(str(path), 400))
    writer.start()
    with kg.connect(path) as graph:
        while _counts_in_one_state(graph)[0] < 20:
            time.sleep(0.01)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    with kg.connect(path) as graph:
        sources, passages = _counts_in_one_state(graph)
        assert 20 <= sources < 400
        assert passages == 2 * sources
        assert verify(graph.store).ok
    _write_many(str(path), 400)
    _write_many(str(tmp_path / "whole.kg"), 400)
    with kg.connect(path) as killed, kg.connect(tmp_path / "whole.kg") as whole:
        assert killed.digest() == whole.digest()


def test_a_read_only_file_can_be_asked(tmp_path: Path) -> None:
    path = tmp_path / "shared.kg"
    with kg.connect(path) as graph:
        graph.write(A)
    path.chmod(0o444)
    store = SqliteStore(path)
    store._read_only = True  # root may write whatever the mode says
    graph = kg.Graph(store)
    assert graph.search("graphene").iloc[0]["name"] == "graphene"
    with pytest.raises(GraphUnavailable, match="read-only"):
        graph.write(B)


def test_snapshot_follows_the_graph_and_is_shared(tmp_path: Path) -> None:
    path = tmp_path / "a.kg"
    query = "MATCH (w:Work) RETURN count(*) AS n"
    with kg.connect(path) as one, kg.connect(path) as two:
        one.write(A)
        assert one.cypher(query)["n"][0] == two.cypher(query)["n"][0] == 1
        two.write(B)
        assert one.cypher(query)["n"][0] == two.cypher(query)["n"][0] == 2
    left = [p.name for p in tmp_path.glob("a.kg-cypher-*")]
    assert len(left) == 1
