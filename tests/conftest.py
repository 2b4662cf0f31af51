"""What every test may use: the shared corpora, and one way to say that a part is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.neo4j_server.server import Neo4jServer, why_not

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("POLYMATH_SHARED", ROOT.parent / "shared"))


def need(condition: bool, reason: str) -> None:
    """Skip the test for *reason* unless *condition*; where nothing may be skipped, fail it."""
    if condition:
        return
    if os.environ.get("POLYMATH_REQUIRE_ALL") == "1":
        pytest.fail(f"missing here, and nothing may be skipped: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """The session's server, shared: a test that takes it wipes it first."""
    reason = why_not()
    need(not reason, reason)
    with Neo4jServer() as server:
        yield server
