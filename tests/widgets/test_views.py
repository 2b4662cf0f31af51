"""Views: what is saved is what is opened, what has gone is said, and a strange file is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.address import public_address
from kg.filtering import Filter
from kg.graph import Graph
from kg.model import Decision, Match
from kg.schema import EDGES, NODES
from kg.stores.neo4j import Neo4jStore
from tests.neo4j_server.server import Neo4jServer
from tests.widgets.corpus import LIBRARY, batch, fill
from widgets import views
from widgets.view_file import Pin, View, ViewError, dumps, loads

TEXT = st.text(min_size=1, max_size=40)
PLACE = st.integers(-(10**8), 10**8).map(lambda n: n / 100)
VIEWS = st.builds(
    View,
    concepts=st.lists(
        st.builds(Pin, id=TEXT, name=TEXT, x=PLACE, y=PLACE, hidden=st.booleans(), pinned=st.booleans()),
        unique_by=lambda p: p.id, max_size=5,
    ).map(tuple),
    statements=st.lists(TEXT, unique=True, max_size=5).map(tuple),
    hidden=st.lists(TEXT, unique=True, max_size=3).map(tuple),
    selected=st.lists(TEXT, unique=True, max_size=3).map(tuple),
    query=st.text(max_size=40),
    filter=st.builds(
        Filter, predicates=st.lists(TEXT, unique=True, max_size=3).map(tuple),
        since=st.none() | st.integers(1900, 2000), until=st.none() | st.integers(2000, 2100),
        min_belief=st.floats(0, 1), accepted=st.booleans(),
    ),
    look=st.dictionaries(TEXT, TEXT | st.booleans() | st.none() | st.floats(-1e9, 1e9), max_size=4),
    graph=TEXT, graph_version=TEXT, package_version=TEXT,
)  # fmt: skip


@pytest.fixture(params=["sqlite", "neo4j"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Graph]:
    """The little library, in each home in turn."""
    if request.param == "sqlite":
        home = kg.connect(tmp_path / "home.kg")
    else:
        server: Neo4jServer = request.getfixturevalue("neo4j_server")
        server.wipe()
        home = Graph(Neo4jStore(server.url, auth=server.auth))
    with home:
        fill(home)
        yield home


def view_of(graph: Graph, name: str = "graphene") -> View:
    """A concept and all that it is said to have to do with, somehow arranged."""
    centre = graph.search(name)["id"].iloc[0]
    said = graph.neighbours(centre)
    ids = dict.fromkeys([*said["subject"], *said["object"]])
    pins = [
        Pin(id=row.id, name=row.name, x=10.5 * n, y=-3.25 * n, pinned=n == 1, hidden=n == 2)
        for n, row in enumerate(graph.concepts(ids).itertuples(index=False))
    ]
    return View(
        concepts=tuple(pins),
        statements=tuple(said["statement"]),
        hidden=tuple(said["statement"][:1]),
        selected=(centre,),
        query=name,
        filter=Filter(families=("causal",), since=1999, min_belief=0.25),
        look={"colour": "kind", "size": "n_works", "labels": True, "zoom": 1.5, "time": None},
    )


@given(VIEWS)
def test_what_is_written_is_read(view: View) -> None:
    assert loads(dumps(view)) == view


def test_round_trip_on_both_homes(graph: Graph, tmp_path: Path) -> None:
    view = view_of(graph)
    path = views.save(graph, view, tmp_path / "mine.json")
    opened = views.load(graph, str(path))
    assert opened.said == ""
    assert opened.view == replace(
        view, graph=public_address(graph.url), graph_version=graph.version()
    )
    assert list(opened.concepts["id"]) == [p.id for p in view.concepts]
    assert list(opened.related["statement"]) == list(view.statements)
    expected = graph.neighbours(view.selected[0]).set_index("statement")
    found = opened.related.set_index("statement").drop(columns="accepted")
    assert found.equals(expected.loc[found.index][found.columns])
    assert not opened.related["accepted"].any()


def test_the_file_can_be_read_by_a_person(graph: Graph, tmp_path: Path) -> None:
    view = view_of(graph)
    text = views.save(graph, view, tmp_path / "mine.json").read_text("utf-8")
    lines = text.splitlines()
    assert lines[1] == ' "polymath": "view",'
    assert sum('"id":' in line for line in lines) == len(view.concepts)
    assert all(f'  "{s}"' in text for s in view.statements)
    assert "password" not in text


def test_no_password_is_kept(library: Graph, tmp_path: Path) -> None:
    class Elsewhere(Graph):
        url = "neo4j+s://ada:secret@example.org:7687/science?token=secret"

    path = views.save(Elsewhere(library.store), View(), tmp_path / "v.json")
    assert json.loads(path.read_text("utf-8"))["graph"] == "neo4j+s://example.org:7687/science"


def test_a_view_stays_after_everything_was_read_again(graph: Graph, tmp_path: Path) -> None:
    view = view_of(graph)
    path = views.save(graph, view, tmp_path / "mine.json")
    before = views.load(graph, path)
    for paper in LIBRARY["works"]:
        graph.delete_source(batch(paper).source.id)
    emptied = views.load(graph, path)
    assert emptied.view.concepts == emptied.view.statements == emptied.view.selected == ()
    n, m = len(view.concepts), len(view.statements)
    named = ", ".join(p.name for p in view.concepts[:3])
    assert emptied.said == (
        f"{n} of {n} concepts are no longer in the graph ({named} and {n - 3} more); "
        f"{m} of {m} statements are no longer said."
    )
    fill(graph)
    after = views.load(graph, path)
    assert (after.said, after.view) == ("", before.view)
    assert after.related.equals(before.related)


def test_what_was_merged_and_rejected_is_said(graph: Graph, tmp_path: Path) -> None:
    view = view_of(graph)
    path = views.save(graph, view, tmp_path / "mine.json")
    centre, one, other = (p.id for p in view.concepts[:3])
    rejected = view.statements[-1]
    decision = Decision(id="decision:1", action="merge", concept=one)
    with graph.store.writing() as writer:
        writer.insert(NODES["Decision"], NODES["Decision"].rows([decision]))
        match = Match(concept=one, matched=other, relation="exact", decision=decision.id)
        near = Match(concept=centre, matched=other, relation="close", decision=decision.id)
        writer.insert(EDGES["MATCHES"], EDGES["MATCHES"].rows([match, near]))
        writer.update(NODES["Statement"], ("status",), [(rejected, "rejected")])
        writer.update(NODES["Statement"], ("status",), [(view.statements[0], "accepted")])
    opened = views.load(graph, path)
    names = {p.id: p.name for p in view.concepts}
    assert opened.said == (
        f"1 concept was merged ({names[one]} into {names[other]}); "
        f"1 of {len(view.statements)} statements was rejected."
    )
    assert [p.id for p in opened.view.concepts] == [p.id for p in view.concepts if p.id != one]
    places = {p.id: (p.x, p.y) for p in view.concepts}
    assert all((p.x, p.y) == places[p.id] for p in opened.view.concepts)
    assert rejected not in opened.view.statements
    assert opened.related["accepted"].tolist()[0]
    ends = {*opened.related["subject"], *opened.related["object"]}
    assert one not in ends
    assert other in ends


def test_a_chain_of_mergers_is_followed_and_a_circle_left(graph: Graph) -> None:
    ids = list(graph.table("Concept")["id"].sort_values()[:5])
    a, b, c, d, e = ids
    with graph.store.writing() as writer:
        writer.insert(NODES["Decision"], NODES["Decision"].rows([Decision(id="d:1")]))
        pairs = ((a, b), (b, c), (d, e), (e, d))
        rows = [Match(concept=x, matched=y, relation="exact", decision="d:1") for x, y in pairs]
        writer.insert(EDGES["MATCHES"], EDGES["MATCHES"].rows(rows))
    opened = views.reopen(graph, View(concepts=(Pin(id=a, x=5.0), Pin(id=b)), selected=(a,)))
    assert [(p.id, p.x) for p in opened.view.concepts] == [(c, 5.0)]
    assert opened.view.selected == (c,)
    circle = views.reopen(graph, View(concepts=(Pin(id=d), Pin(id=e))))
    assert {p.id for p in circle.view.concepts} == {d, e}


def test_another_graph_is_told_from_this_one(library: Graph, tmp_path: Path) -> None:
    path = views.save(library, view_of(library), tmp_path / "v.json")
    with kg.connect(tmp_path / "other.kg") as other:
        fill(other)
        opened = views.load(other, path)
    assert opened.said == "The view was saved from another graph (library.kg)."
    assert len(opened.view.concepts) > 3


def test_names_beside_the_graph(library: Graph) -> None:
    assert views.names(library) == []
    for name in ("My view (2)", "石墨烯", "a"):
        path = views.save(library, View(query=name), name)
        assert path.parent == Path(f"{library.url}-views")
        assert views.load(library, name).view.query == name
    assert views.names(library) == ["My view (2)", "a", "石墨烯"]
    views.save(library, View(query="again"), "a")
    assert views.load(library, "a").view.query == "again"
    assert len(list(path.parent.iterdir())) == 3
    views.delete(library, "a")
    with pytest.raises(ViewError, match="there are My view"):
        views.load(library, "a")
    with pytest.raises(ViewError, match="no view 'a' to remove"):
        views.delete(library, "a")


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", "a\\b", ".hidden", "a\0b", "-x", "x" * 101, "a\nb", "CON:", "~"]
)
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with kg.connect(tmp_path / "empty.kg") as graph:
        for use in (lambda: views.save(graph, View(), name), lambda: views.load(graph, name)):
            with pytest.raises(ViewError, match="is no name for a view"):
                use()


def test_a_server_has_nothing_beside_it(graph: Graph) -> None:
    if graph.store.beside is None:
        assert views.names(graph) == []
        with pytest.raises(ViewError, match="on a server"):
            views.save(graph, View(), "mine")
    else:
        assert views.save(graph, View(), "mine").is_file()


def test_where_nothing_can_be_written(library: Graph, tmp_path: Path) -> None:
    with pytest.raises(ViewError, match="choose another place"):
        views.save(library, View(), tmp_path / "nowhere" / "v.json")
    with pytest.raises(ViewError, match=r"ends in \.json"):
        views.save(library, View(), tmp_path / "v.txt")
    assert not list(tmp_path.rglob("v.json*"))


def written(**changes: object) -> str:
    """A file that says so, and otherwise what *changes* say."""
    return json.dumps({"polymath": "view", "schema": 1} | changes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("\x80\x04\x95pickle", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "does not say"),
        ('{"polymath": "graph"}', "does not say"),
        ('{"polymath": "view"}', "no version"),
        (written(schema=True), "no version"),
        (written(schema=0), "no version"),
        (written(schema=2), "later version"),
        (written(__class__="os.system"), "a view has no '__class__'"),
        (written(concepts={}), "concepts is no list"),
        (written(concepts=["a"]), "is no object"),
        (written(concepts=[{}]), "has no id"),
        (written(concepts=[{"id": ""}]), "id is empty"),
        (written(concepts=[{"id": 7}]), "id is no text"),
        (written(concepts=[{"id": "a", "evil": 1}]), "a concept has no 'evil'"),
        (written(concepts=[{"id": "a"}, {"id": "a"}]), "twice"),
        (written(concepts=[{"id": "a", "x": "1"}]), "x is no number"),
        (written(concepts=[{"id": "a", "x": 1e9}]), "further from the centre"),
        (written(concepts=[{"id": "a", "hidden": 1}]), "neither true nor false"),
        (written(concepts=[{"id": "a"}]).replace('"a"', '"a", "x": NaN'), "NaN is no number"),
        (written(concepts=[{"id": "a"}]).replace('"a"', '"a", "x": 1e999'), "out of bounds"),
        (written(concepts=[{"id": "a"}]).replace('"a"', '"a", "x": ' + "9" * 5000), "is no saved"),
        (written(concepts=[{"id": "a"}]).replace('"a"', '"a", "x": ' + "9" * 400), "out of bounds"),
        (written(statements="abc"), "statements is no list"),
        (written(statements=[["a"]]), "statements is no text"),
        (written(statements=["a"] * 200_001), "no more than 200,000 are read"),
        (written(query="q" * 4001), "longer than"),
        (written(filter=[]), "a filter of it is no object"),
        (written(filter={"evil": 1}), "a filter has no 'evil'"),
        (written(filter={"min_belief": 3}), "between 0 and 1"),
        (written(filter={"since": 2020, "until": 2010}), "leaves nothing"),
        (written(filter={"since": "2020"}), "since is no year"),
        (written(look=[1]), "look is no object"),
        (written(look={"a": {"b": 1}}), "a is no number"),
        (written(look={str(n): n for n in range(201)}), "more than 200"),
    ],
)
def test_what_is_no_view_is_refused(text: str, said: str) -> None:
    with pytest.raises(ViewError, match=said) as caught:
        loads(text, "strange.json")
    assert str(caught.value).startswith("strange.json")
    assert len(str(caught.value)) < 600


def test_a_file_that_is_no_text_or_too_large_is_refused(library: Graph, tmp_path: Path) -> None:
    path = tmp_path / "strange.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ViewError, match="UTF-8"):
        views.load(library, path)
    path.write_text(written(evil=1), "utf-8")
    with pytest.raises(
        ViewError, match=re.escape(f"{path} is no saved view: a view has no 'evil'")
    ):
        views.load(library, path)
    with path.open("wb") as file:
        file.truncate(views.LARGEST + 1)
    with pytest.raises(ViewError, match="larger than 64 MB"):
        views.load(library, path)
    with pytest.raises(ViewError, match="There is no view"):
        views.load(library, tmp_path / "none.json")


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["concepts", "statements", "id", "x", "filter", "look", "since", "query"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_whatever_is_in_a_file_is_a_view_or_a_sentence(inner: object) -> None:
    whole = inner if isinstance(inner, dict) else {"concepts": inner}
    try:
        view = loads(json.dumps({"polymath": "view", "schema": 1} | whole))
    except ViewError:
        return
    assert loads(dumps(view)) == view


def test_half_a_surrogate_pair_can_be_written_again() -> None:
    view = loads(written(query="\ud83d"))
    dumps(view).encode("utf-8")
