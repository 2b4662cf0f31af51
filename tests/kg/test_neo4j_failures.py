"""A Neo4j server that refuses, is absent, dies or holds other things: a sentence, no half block."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import neo4j
import pytest

from kg.errors import GraphDamaged, GraphLocked, GraphUnavailable, PolymathError, RecordError
from kg.model import Broader, Concept
from kg.schema import EDGES, NODES
from kg.stores.neo4j import Neo4jStore
from tests.conftest import need
from tests.neo4j_server.server import Neo4jServer, why_not

CONCEPT, BROADER = NODES["Concept"], EDGES["BROADER"]
PASSWORD = "s3cret/of:mine@home"
QUOTED = "s3cret%2Fof%3Amine%40home"


@pytest.fixture
def own_server() -> Iterator[Neo4jServer]:
    """A server that the test may kill."""
    reason = why_not()
    need(not reason, reason)
    with Neo4jServer() as server:
        yield server


@pytest.fixture(autouse=True)
def no_password_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings have no say in these tests."""
    monkeypatch.delenv("NEO4J_USERNAME", raising=False)
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)


def concepts(*ids: str) -> list[Any]:
    """Rows of Concept."""
    return CONCEPT.rows(Concept(id=i, name=i) for i in ids)


def held(server: Neo4jServer, query: str) -> list[list[Any]]:
    """What the server holds, asked without our store."""
    with neo4j.GraphDatabase.driver(server.url, auth=server.auth) as driver:
        return [list(r.values()) for r in driver.execute_query(query).records]


def said_by(error: BaseException | None) -> str:
    """All that an error and its causes say."""
    said = []
    while error is not None:
        said += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    return " ".join(said)


# --------------------------------------------------------------------------- not let in


@pytest.mark.parametrize("in_url", [True, False])
def test_a_wrong_password_is_told_but_not_shown(
    neo4j_server: Neo4jServer, caplog: pytest.LogCaptureFixture, in_url: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    url = neo4j_server.url
    with pytest.raises(GraphUnavailable, match="refused the user name or password") as caught:
        if in_url:
            Neo4jStore(url.replace("//", f"//neo4j:{QUOTED}@"))
        else:
            Neo4jStore(url, auth=("neo4j", PASSWORD))
    assert url in str(caught.value)
    for text in (said_by(caught.value), caplog.text):
        assert "s3cret" not in text


def test_no_password_at_all_is_told(neo4j_server: Neo4jServer) -> None:
    with pytest.raises(GraphUnavailable, match="refused the user name or password"):
        Neo4jStore(neo4j_server.url)


@pytest.mark.parametrize("way", ["argument", "url", "environment"])
def test_the_password_may_be_given_three_ways_and_is_not_shown(
    neo4j_server: Neo4jServer,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    neo4j_server.wipe()
    url, (user, password) = neo4j_server.url, neo4j_server.auth
    if way == "argument":
        store = Neo4jStore(url, auth=neo4j_server.auth)
    elif way == "url":
        store = Neo4jStore(url.replace("//", f"//{user}:{password}@") + "/neo4j")
    else:
        monkeypatch.setenv("NEO4J_PASSWORD", password)
        store = Neo4jStore(url)
    with store.writing() as writer:
        writer.insert(CONCEPT, concepts("a"))
    assert store.url == url
    assert repr(store) == f"Neo4jStore({url!r})"
    assert password not in caplog.text
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        f"neo4j://neo4j:{PASSWORD}@host:7687",
        f"https://neo4j:{QUOTED}@host:7687",
        f"neo4j://neo4j:{QUOTED}@",
        f"bolt://neo4j:{QUOTED}@host:port",
        f"bolt://neo4j:{QUOTED}@[::1:7687",
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(GraphUnavailable, match="write it as neo4j://host:7687") as caught:
        Neo4jStore(url)
    assert "s3cret" not in said_by(caught.value)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_nobody_listens(scheme: str, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(GraphUnavailable) as caught:
        Neo4jStore(f"{scheme}://neo4j:{QUOTED}@127.0.0.1:{port}")
    expected = f"No Neo4j answers at {scheme}://127.0.0.1:{port}; start it or check the address."
    assert str(caught.value) == expected
    assert "s3cret" not in said_by(caught.value) + caplog.text


def test_a_database_that_is_not_there_is_named(neo4j_server: Neo4jServer) -> None:
    with pytest.raises(GraphUnavailable, match="elsewhere"):
        Neo4jStore(neo4j_server.url, auth=neo4j_server.auth, database="elsewhere")


# --------------------------------------------------------------------------- opening


def test_opening_again_finds_the_same_graph_and_says_nothing(
    neo4j_server: Neo4jServer, neo4j_store: Neo4jStore, capfd: pytest.CaptureFixture[str]
) -> None:
    with neo4j_store.writing() as writer:
        writer.insert(CONCEPT, concepts("a"))
    again = Neo4jStore(neo4j_server.url.replace("bolt", "neo4j"), auth=neo4j_server.auth)
    assert again.version() == neo4j_store.version()
    assert again.count(CONCEPT) == 1
    # The server would warn of labels that it has not seen yet.
    assert again.find(NODES["Work"], ["x"], 1) == again.neighbours(["x"]) == []
    again.close()
    assert capfd.readouterr() == ("", "")


def test_every_index_is_there_and_ready(neo4j_server: Neo4jServer, neo4j_store: Neo4jStore) -> None:
    made = held(
        neo4j_server,
        "SHOW INDEXES YIELD name, state, type, labelsOrTypes, properties, options "
        "WHERE name STARTS WITH 'kg_' "
        "RETURN type, labelsOrTypes[0], properties[0], state, options.indexConfig",
    )
    assert {state for *_, state, _ in made} == {"ONLINE"}
    kinds = {(kind, table, column) for kind, table, column, _, _ in made}
    assert {("RANGE", table, "id") for table in NODES} <= kinds
    assert {
        ("RANGE", "Passage", "work"),
        ("RANGE", "Passage", "next"),
        ("RANGE", "CITES", "source"),
        ("RANGE", "RELATED", "statement"),
        ("FULLTEXT", "Passage", "search"),
    } <= kinds
    assert not {("RANGE", "MENTIONS", "passage"), ("RANGE", "MENTIONS", "concept")} & kinds
    analyzers = {c["fulltext.analyzer"] for kind, *_, c in made if kind == "FULLTEXT"}
    assert analyzers == {"whitespace"}


def test_a_lost_index_is_made_again(neo4j_server: Neo4jServer, neo4j_store: Neo4jStore) -> None:
    with neo4j_store.writing() as writer:
        writer.insert(CONCEPT, concepts("a"))
        writer.index(CONCEPT, [("a", "alpha")])
    held(neo4j_server, "DROP INDEX kg_Concept_search")
    Neo4jStore(neo4j_server.url, auth=neo4j_server.auth).close()
    assert [i for i, _ in neo4j_store.find(CONCEPT, ["alpha"], 5)] == ["a"]


def test_another_schema_is_refused(neo4j_server: Neo4jServer, neo4j_store: Neo4jStore) -> None:
    held(neo4j_server, "MATCH (m:GraphMeta) SET m.schema = 'of the past'")
    with pytest.raises(GraphDamaged, match="has schema of the past, this version of Polymath has"):
        Neo4jStore(neo4j_server.url, auth=neo4j_server.auth)


def test_nodes_of_others_are_not_taken_for_ours(neo4j_server: Neo4jServer) -> None:
    neo4j_server.wipe()
    held(neo4j_server, "CREATE (:Work {id: 'x'}), (:Work {id: 'y'})")
    with pytest.raises(GraphDamaged, match="holds 2 Work nodes that Polymath did not write"):
        Neo4jStore(neo4j_server.url, auth=neo4j_server.auth)
    assert held(neo4j_server, "MATCH (n) RETURN count(n)") == [[2]]


def test_a_graph_that_was_emptied_under_us_is_told(
    neo4j_server: Neo4jServer, neo4j_store: Neo4jStore
) -> None:
    neo4j_server.wipe()
    with pytest.raises(GraphDamaged, match="lost its GraphMeta node"):
        neo4j_store.version()


# --------------------------------------------------------------------------- writing


def test_an_edge_to_nowhere_is_refused_with_its_block(neo4j_store: Neo4jStore) -> None:
    before = neo4j_store.version()
    rows = BROADER.rows([Broader(concept="a", broader=b) for b in ("a", "b", "c")])
    with (
        pytest.raises(RecordError, match=r"2 of 3 rows of BROADER name a Concept"),
        neo4j_store.writing() as writer,
    ):
        writer.insert(CONCEPT, concepts("a"))
        writer.insert(BROADER, rows)
    assert neo4j_store.count(CONCEPT) == neo4j_store.count(BROADER) == 0
    assert neo4j_store.version() == before


def test_an_error_that_was_swallowed_does_not_let_half_a_block_through(
    neo4j_store: Neo4jStore,
) -> None:
    with pytest.raises(PolymathError), neo4j_store.writing() as writer:
        writer.insert(CONCEPT, concepts("a"))
        with pytest.raises(neo4j.exceptions.ConstraintError):
            writer.insert(CONCEPT, concepts("a"))
        writer.insert(CONCEPT, concepts("b"))
    assert neo4j_store.count(CONCEPT) == 0


def test_a_writer_that_does_not_end_is_told(
    neo4j_server: Neo4jServer, neo4j_store: Neo4jStore
) -> None:
    hasty = Neo4jStore(neo4j_server.url, auth=neo4j_server.auth, lock_wait=1)
    with neo4j_store.writing() as writer:
        writer.insert(CONCEPT, concepts("a"))
        with pytest.raises(GraphLocked, match="locked for 1 seconds"), hasty.writing():
            raise AssertionError("two writers at once")
    with hasty.writing() as writer:
        assert writer.existing(CONCEPT, ["a"]) == {"a"}
    hasty.close()


def test_a_second_writer_waits_for_the_first_and_sees_what_it_wrote(
    neo4j_server: Neo4jServer, neo4j_store: Neo4jStore
) -> None:
    seen: list[set[str]] = []

    def second() -> None:
        other = Neo4jStore(neo4j_server.url, auth=neo4j_server.auth)
        started.set()
        with other.writing() as writer:
            seen.append(writer.existing(CONCEPT, ["a"]))
        other.close()

    started = threading.Event()
    with neo4j_store.writing() as writer:
        thread = threading.Thread(target=second)
        thread.start()
        started.wait(30)
        time.sleep(0.5)  # time enough to go wrong in, if it did not wait
        writer.insert(CONCEPT, concepts("a"))
        assert seen == []
    thread.join(30)
    assert seen == [{"a"}]


@pytest.mark.parametrize(
    "query",
    [
        "CALL db.createLabel('Unwanted')",
        "CREATE INDEX unwanted FOR (n:Concept) ON (n.name)",
        "DROP INDEX kg_Concept_search",
        "CREATE USER unwanted SET PASSWORD 'unwanted-user'",
        "MATCH (c:Concept) CALL (c) { SET c.name = 'x' } IN TRANSACTIONS",
        "RETURN 1; CREATE (:Concept {id: 'x'})",
    ],
)
def test_cypher_cannot_change_the_server_either(neo4j_store: Neo4jStore, query: str) -> None:
    before = neo4j_store.cypher("SHOW INDEXES YIELD name RETURN name ORDER BY name", {})
    with pytest.raises(PolymathError, match=r"Neo4j refused the query: .*may only read"):
        neo4j_store.cypher(query, {})
    after = neo4j_store.cypher("SHOW INDEXES YIELD name RETURN name ORDER BY name", {})
    assert before.equals(after)


def test_cypher_returns_plain_values(neo4j_store: Neo4jStore) -> None:
    with neo4j_store.writing() as writer:
        writer.insert(CONCEPT, concepts("a", "b"))
        writer.insert(BROADER, [("a", "b")])
        writer.index(CONCEPT, [("a", "terms")])
    query = (
        "MATCH p = (:Concept {id: 'b'})<-[r]-(a) "
        "RETURN p, r, {one: a} AS m, date('2026-01-02') AS d"
    )
    [path, relationship, mapping, day] = neo4j_store.cypher(query, {}).iloc[0]
    assert [step["_LABEL"] for step in path] == ["Concept", "BROADER", "Concept"]
    assert [path[0]["id"], path[2]["id"]] == ["b", "a"]
    assert relationship == {"_LABEL": "BROADER"}
    assert mapping["one"]["name"] == "a"
    assert "search" not in mapping["one"]
    assert str(day) == "2026-01-02"


# --------------------------------------------------------------------------- dying


def test_a_server_that_dies_in_a_block_keeps_nothing_of_it(
    own_server: Neo4jServer, caplog: pytest.LogCaptureFixture
) -> None:
    store = Neo4jStore(own_server.url, auth=own_server.auth)
    with store.writing() as writer:
        writer.insert(CONCEPT, concepts("kept", "changed"))
    before = store.version()

    deaths: dict[str, Callable[[Any], object]] = {
        "in the middle": lambda writer: writer.insert(CONCEPT, concepts("late")),
        "before the commit": lambda writer: None,
    }
    for when, then in deaths.items():
        with pytest.raises(GraphUnavailable) as caught, store.writing() as writer:
            writer.insert(CONCEPT, concepts(*(f"new {i}" for i in range(20_000))))
            writer.update(CONCEPT, ("name",), [("changed", "x")])
            writer.delete(CONCEPT, "id", ["kept"])
            own_server.kill()
            then(writer)
        assert own_server.url in str(caught.value), when
        assert str(caught.value).endswith("Nothing of this block was kept."), when
        assert own_server.password not in said_by(caught.value) + caplog.text

        with pytest.raises(GraphUnavailable, match="No Neo4j answers"):
            store.count(CONCEPT)
        own_server.start()
        names = held(own_server, "MATCH (c:Concept) RETURN c.id, c.name ORDER BY c.id")
        assert names == [["changed", "changed"], ["kept", "kept"]], when
        # The same store goes on when the server is back.
        assert store.version() == before
    with store.writing() as writer:
        writer.insert(CONCEPT, concepts("after"))
    assert store.count(CONCEPT) == 3
    store.close()


class CutAtCommit:
    """A line to a server that breaks when COMMIT passes: before the server hears it, or after."""

    COMMIT = b"\xb0\x12\x00\x00"  # Bolt message 0x12 without fields, end of message

    def __init__(self, server: Neo4jServer, *, heard: bool) -> None:
        self._server, self._heard, self.armed = server, heard, False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = socket.create_connection(("127.0.0.1", self._server.port))
                for a, b in ((here, there), (there, here)):
                    threading.Thread(target=self._pass_on, args=(a, b), daemon=True).start()

    def _pass_on(self, a: socket.socket, b: socket.socket) -> None:
        with suppress(OSError):
            while data := a.recv(1 << 16):
                if self.armed and data.endswith(self.COMMIT):
                    with suppress(OSError):
                        a.shutdown(socket.SHUT_RDWR)
                    if self._heard:
                        b.sendall(data)
                        b.recv(1 << 16)
                    break
                b.sendall(data)
        for end in (a, b):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()


@pytest.mark.parametrize("heard", [True, False])
def test_a_line_that_breaks_at_the_commit_is_told_as_it_is(
    neo4j_server: Neo4jServer, neo4j_store: Neo4jStore, heard: bool
) -> None:
    before = neo4j_store.version()
    line = CutAtCommit(neo4j_server, heard=heard)
    store = Neo4jStore(line.url, auth=neo4j_server.auth)
    with pytest.raises(GraphUnavailable, match="kept whole or not at all"), store.writing() as w:
        w.insert(CONCEPT, concepts("a", "b"))
        line.armed = True
    store.close()
    line.close()
    with neo4j_store.writing() as writer:  # waits until the server has let go of the block
        assert len(writer.existing(CONCEPT, ["a", "b"])) == (2 if heard else 0)
    assert (neo4j_store.version() != before) is heard


def test_a_server_that_dies_while_it_is_read_is_told(own_server: Neo4jServer) -> None:
    store = Neo4jStore(own_server.url, auth=own_server.auth)
    with store.writing() as writer:
        writer.insert(CONCEPT, concepts(*(f"c{i}" for i in range(30_000))))
    with pytest.raises(GraphUnavailable, match="No Neo4j answers"):
        for batch in store.scan(CONCEPT, ("id",)):
            assert len(batch) == 10_000
            own_server.kill()
    own_server.start()
    with pytest.raises(GraphUnavailable, match="No Neo4j answers"), store.reading() as reader:
        assert reader.existing(CONCEPT, ["c1"]) == {"c1"}
        own_server.kill()
        reader.select(CONCEPT)
    store.close()
