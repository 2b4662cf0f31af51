"""Old notebooks on py2neo: there and back through a real server with a password."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from kg.errors import MissingExtra, RecordError
from kg.export.py2neo_bridge import from_py2neo, to_py2neo
from kg.model import Concept, Related
from kg.schema import EDGES, NODES
from kg.stores.sqlite import SqliteStore
from tests.conftest import need
from tests.neo4j_server.server import Neo4jServer

try:
    import py2neo
except ImportError:
    py2neo = None

CONCEPTS = [
    Concept(id="local:term/a", name="石墨烯", aliases=("graphene", ""), n_works=2**53),
    Concept(id="local:term/b", name="b", kind="property"),
    Concept(id="local:term/c", name="c", disciplines=("Physics",)),
]
A, B, C = (c.id for c in CONCEPTS)
RELATIONS = [
    Related(
        subject=A, object=B, statement="st:1", predicate="increases", belief=0.5, last_year=2004
    ),
    Related(subject=A, object=B, statement="st:2", predicate="affects", belief=1.0),
    Related(subject=B, object=C, statement="st:3", predicate="causes", n_evidence=3),
    Related(subject=C, object=C, statement="st:4", predicate="affects"),
]


@pytest.fixture
def filled(sqlite_store: SqliteStore) -> SqliteStore:
    """Three concepts, and two statements between the same two of them."""
    need(py2neo is not None, "py2neo is not installed (extra py2neo)")
    with sqlite_store.writing() as writer:
        writer.insert(NODES["Concept"], NODES["Concept"].rows(CONCEPTS))
        writer.insert(EDGES["RELATED"], EDGES["RELATED"].rows(RELATIONS))
    return sqlite_store


@pytest.fixture
def old_graph(neo4j_server: Neo4jServer) -> Iterator[Any]:
    """An empty server as an old notebook sees it."""
    need(py2neo is not None, "py2neo is not installed (extra py2neo)")
    neo4j_server.wipe()
    yield py2neo.Graph(neo4j_server.url, auth=neo4j_server.auth)


def test_there_and_back(filled: SqliteStore, old_graph: Any) -> None:
    assert to_py2neo(filled, old_graph) == (3, 4)
    count = "MATCH (:Concept {name: '石墨烯'})-[r:RELATED]->(:Concept) RETURN count(r)"
    assert old_graph.evaluate(count) == 2
    assert from_py2neo(old_graph) == (CONCEPTS, RELATIONS)


def test_doing_it_twice_adds_nothing(filled: SqliteStore, old_graph: Any) -> None:
    assert to_py2neo(filled, old_graph) == to_py2neo(filled, old_graph)
    assert from_py2neo(old_graph) == (CONCEPTS, RELATIONS)


def test_some_concepts_come_with_the_relations_among_them(
    filled: SqliteStore, old_graph: Any
) -> None:
    assert to_py2neo(filled, old_graph, ["nobody"]) == (0, 0)
    assert to_py2neo(filled, old_graph, [A, B]) == (2, 2)
    assert from_py2neo(old_graph) == (CONCEPTS[:2], RELATIONS[:2])


def test_what_is_not_ours_is_left_alone(filled: SqliteStore, old_graph: Any) -> None:
    to_py2neo(filled, old_graph)
    old_graph.run("CREATE (:Film {title: 'x'})-[:RELATED_TO]->(:Person {name: 'y'})")
    old_graph.run("MATCH (c:Concept) SET c.colour = 'red'")
    assert from_py2neo(old_graph) == (CONCEPTS, RELATIONS)


def test_a_subgraph_in_memory_is_read_too(filled: SqliteStore, old_graph: Any) -> None:
    to_py2neo(filled, old_graph)
    cursor = old_graph.run("MATCH (a:Concept)-[r:RELATED]->(b) RETURN a, r, b")
    assert from_py2neo(cursor.to_subgraph()) == (CONCEPTS, RELATIONS)


def test_a_concept_without_a_name_is_told() -> None:
    need(py2neo is not None, "py2neo is not installed (extra py2neo)")
    with pytest.raises(RecordError, match=r"Concept from py2neo .*'id'.*'name'"):
        from_py2neo(py2neo.Subgraph([py2neo.Node("Concept", id="local:term/a")], []))


def test_without_py2neo_the_extra_is_named(
    sqlite_store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("py2neo", "py2neo.bulk"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"polymath-kg\[py2neo\]"):
        to_py2neo(sqlite_store, None)
