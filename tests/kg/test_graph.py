"""The facade on both homes: what comes in, what goes, and that neither leaves a trace of the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

import kg
from kg.errors import QueryError, RecordError
from kg.graph import Graph
from kg.stores.base import Store
from kg.verify import verify
from tests.kg.build import batch

CONDUCTS = (
    "Graphene increases thermal conductivity.", "Graphene", "increases", "thermal conductivity",
)  # fmt: skip
CAUSES = ("Some say graphene causes cancer in mice.", "graphene", "causes", "cancer")
TREATS = ("Aspirin treats cancer.", "Aspirin", "treats", "cancer")
CHINESE = ("石墨烯用于锂离子电池。", "石墨烯", "used_for", "锂离子电池")
A = batch("A", [CONDUCTS, CHINESE], doi="10.1000/a", path="/data/a.xml")
B = batch("B", [CONDUCTS, CAUSES], year=2010, disciplines=("Medicine",))


@pytest.fixture
def graph(store: Store) -> Graph:
    return Graph(store)


def test_writing_twice_writes_nothing(graph: Graph) -> None:
    assert graph.write(A) > 0
    version, digest = graph.version(), graph.digest()
    assert graph.write(A) == 0
    assert graph.version() == version
    assert graph.digest() == digest


def test_order_of_reading_does_not_matter(graph: Graph, tmp_path) -> None:
    for one in (A, B):
        graph.write(one)
    with kg.connect(tmp_path / "other.kg") as other:
        for one in (B, A):
            other.write(one)
        assert other.digest() == graph.digest()


def test_two_works_raise_belief_and_both_are_shown(graph: Graph) -> None:
    graph.write(A)
    statement = A.statements[0].id
    alone = graph.statement(statement).belief
    graph.write(B)
    both = graph.statement(statement)
    assert both.belief > alone
    assert (both.n_works, both.n_evidence) == (2, 2)
    assert (both.first_year, both.last_year) == (2004, 2010)
    shown = graph.evidence(statement)
    assert set(shown["title"]) == {"A", "B"}
    for row in shown.itertuples():
        assert row.passage_text[row.start : row.end] == row.quote
        assert row.passage_text[row.subject_start : row.subject_end].lower() == "graphene"


def test_contradiction_is_seen(graph: Graph) -> None:
    graph.write(A)
    statement = A.statements[0].id
    before = graph.statement(statement).belief
    graph.write(batch("C", [CONDUCTS], year=2012, assertion="negated"))
    after = graph.statement(statement)
    assert after.polarity == "mixed"
    assert after.belief < before


def test_deleting_a_source_takes_what_only_it_said(graph: Graph) -> None:
    graph.write(A)
    digest = graph.digest()
    graph.write(B)
    assert graph.delete_source(B.source.id) == 2
    assert graph.digest() == digest
    assert len(graph.search("cancer")) == 0
    assert graph.delete_source(B.source.id) == 0
    graph.delete_source(A.source.id)
    assert set(graph.counts().values()) == {0}


def test_changed_file_supersedes_the_old(graph: Graph) -> None:
    graph.write(A)
    changed = batch("A", [CONDUCTS], doi="10.1000/a", path="/data/a.xml", version="2")
    graph.write(changed)
    sources = graph.table("Source").set_index("id")
    assert sources.loc[A.source.id, "status"] == "superseded"
    assert sources.loc[changed.source.id, "supersedes"] == A.source.id
    assert len(graph.search("锂离子电池")) == 0
    assert graph.statement(A.statements[0].id).n_evidence == 1
    assert verify(graph.store).ok


def test_another_pipeline_reads_again(graph: Graph) -> None:
    graph.write(A)
    again = batch("A", [CONDUCTS], doi="10.1000/a", path="/data/a.xml", version="1", pipeline="p2")
    again = replace(again, source=replace(again.source, id=A.source.id))
    again.passages = [replace(p, source=A.source.id) for p in again.passages]
    assert graph.write(again) > 0
    assert graph.counts()["Source"] == 1
    assert graph.counts()["Evidence"] == 1
    assert list(graph.table("Run")["version"]) == ["p2"]


def test_a_work_known_by_less_is_filled(graph: Graph) -> None:
    thin = batch("A", [CHINESE], doi="10.1000/a", year=None, disciplines=())
    thin.works = [replace(thin.works[0], title="", authors=())]
    graph.write(thin)
    full = batch("A", [CONDUCTS], doi="10.1000/a", year=2004, version="full")
    graph.write(full)
    work = graph.works([full.works[0].id]).iloc[0]
    assert (work.title, work.year) == ("A", 2004)
    assert graph.search("石墨烯").iloc[0].disciplines == ("Physics",)
    assert graph.search("石墨烯").iloc[0].n_works == 1
    assert verify(graph.store).ok


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("graphene", "graphene"),
        ("grafene", "graphene"),
        ("grahpene", "graphene"),
        ("thermal conductivty", "thermal conductivity"),
        ("conductivity", "thermal conductivity"),
        ("锂离子", "锂离子电池"),
        ("电池", "锂离子电池"),
        ("石墨", "石墨烯"),
        ("烯", "石墨烯"),
    ],
)
def test_search_finds_misspelt_and_chinese_names(graph: Graph, query: str, name: str) -> None:
    for one in (A, B):
        graph.write(one)
    assert graph.search(query).iloc[0]["name"] == name


def test_search_in_passages_and_works(graph: Graph) -> None:
    for one in (A, B):
        graph.write(one)
    assert graph.search("mice", what="Passage").iloc[0]["text"] == CAUSES[0]
    assert graph.search("grahpene canser", what="Passage").iloc[0]["text"] == CAUSES[0]
    assert graph.search("电池", what="Passage").iloc[0]["text"] == CHINESE[0]
    assert graph.search("A", what="Work").iloc[0]["id"] == "doi:10.1000/a"
    assert len(graph.search('"*:()[]{}^~?\\/ AND OR NOT', what="Passage")) == 0
    assert len(graph.search("")) == 0
    with pytest.raises(RecordError, match="choose one of Concept"):
        graph.search("x", what="Nonsense")


def test_paths_and_neighbours(graph: Graph) -> None:
    for one in (A, B, batch("T", [TREATS])):
        graph.write(one)
    start, end = "local:term/thermal-conductivity", "local:term/aspirin"
    (path,) = graph.paths(start, end)
    assert path.attrs["concepts"] == [start, "local:term/graphene", "local:term/cancer", end]
    assert list(path["predicate"]) == ["increases", "causes", "treats"]
    assert graph.paths(start, end, max_length=2) == []
    around = graph.neighbours("local:term/cancer")
    assert set(around["predicate"]) == {"causes", "treats"}
    assert list(graph.neighbours("local:term/cancer", predicates=["treats"])["predicate"]) == [
        "treats"
    ]
    assert len(graph.neighbours("local:term/cancer", min_belief=0.99)) == 0
    assert len(graph.between([start, "local:term/graphene"])) == 1
    assert len(graph.overview()) == 4
    assert len(graph.overview(2)) == 2


def test_overview_is_not_one_star(graph: Graph) -> None:
    facts = [
        (f"Graphene increases yield {i}.", "Graphene", "increases", f"yield {i}") for i in range(20)
    ]
    facts += [(f"Heat affects yield {i}.", "Heat", "affects", f"yield {i}") for i in range(3)]
    graph.write(batch("Star", facts))
    shown = graph.overview(12)
    assert (shown["subject"] == "local:term/graphene").sum() == 6
    assert (shown["subject"] == "local:term/heat").sum() == 3


def test_cypher_reads_and_cannot_write(graph: Graph) -> None:
    graph.write(A)
    query = (
        "MATCH (p:Passage)<-[:IN_PASSAGE]-(e:Evidence)<-[:SUPPORTED_BY]-(s:Statement)-[:SUBJECT]->"
        "(c:Concept {name: $name}) RETURN e.quote AS quote, p.text AS text, s.predicate AS predicate"
    )
    frame = graph.cypher(query, name="graphene")
    assert frame.to_dict("records") == [
        {"quote": CONDUCTS[0], "text": CONDUCTS[0], "predicate": "increases"}
    ]
    graph.write(B)
    assert len(graph.cypher("MATCH (w:Work) RETURN w.id AS id")) == 2
    with pytest.raises(QueryError):
        graph.cypher("CREATE (:Work {id: 'x'})")
    with pytest.raises(QueryError):
        graph.cypher("MATCH (n RETURN n")


def test_a_quote_that_is_not_there_is_refused(graph: Graph) -> None:
    bad = batch("A", [CONDUCTS])
    bad.evidence = [replace(bad.evidence[0], quote="Graphene is cheap.")]
    with pytest.raises(RecordError, match="is not in"):
        graph.write(bad)
    assert set(graph.counts().values()) == {0}


def test_verify_finds_what_was_tampered_with(graph: Graph) -> None:
    graph.write(A)
    assert verify(graph.store).ok
    with graph.store.writing() as writer:
        from kg.schema import NODES

        writer.update(NODES["Evidence"], ("quote",), [(A.evidence[0].id, "Graphene is cheap.")])
        writer.update(NODES["Statement"], ("belief",), [(A.statements[0].id, 0.999)])
        writer.update(NODES["Concept"], ("n_mentions",), [(A.concepts[0].id, 77)])
    report = verify(graph.store)
    assert not report.ok
    assert set(report.found) == {"quotes", "statements", "concepts"}
