"""Homes to test on: an embedded file and a real Neo4j server, one a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.stores.base import Store
from kg.stores.neo4j import Neo4jStore
from kg.stores.sqlite import SqliteStore
from tests.neo4j_server.server import Neo4jServer


@pytest.fixture
def neo4j_store(neo4j_server: Neo4jServer) -> Iterator[Neo4jStore]:
    """An empty graph in the session's server."""
    neo4j_server.wipe()
    store = Neo4jStore(neo4j_server.url, auth=neo4j_server.auth)
    yield store
    store.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty graph in a file."""
    store = SqliteStore(tmp_path / "test.kg")
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "neo4j"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty graph in each home in turn."""
    home: Store = request.getfixturevalue(f"{request.param}_store")
    return home
