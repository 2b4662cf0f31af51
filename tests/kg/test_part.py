"""A part of a graph is the graph that reading only those sources would have made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import kg
from kg.batch import SourceBatch
from kg.errors import GraphUnavailable, RecordError
from kg.graph import Graph
from kg.model import Citation, Work
from kg.stores.base import Store
from kg.verify import verify
from tests.kg.build import batch
from tests.kg.test_graph import CAUSES, CHINESE, CONDUCTS, TREATS

OLD = batch("Old", [CONDUCTS, CHINESE], year=2001, doi="10.1000/old")
MIDDLE = batch("Middle", [CONDUCTS, CAUSES], year=2008, disciplines=("Medicine",))
LATE = batch("Late", [CAUSES, TREATS], year=2015, disciplines=("Medicine",))
UNDATED = batch("Undated", [TREATS], year=None)
ALL = (LATE, UNDATED, MIDDLE, OLD)


def under(one: SourceBatch, licence: str) -> SourceBatch:
    """The same source under another licence."""
    return replace(
        one,
        source=replace(one.source, licence=licence),
        works=[replace(w, licence=licence) for w in one.works],
    )


@pytest.fixture
def graph(store: Store) -> Graph:
    made = Graph(store)
    for one in ALL:
        made.write(one)
    return made


def read(folder: Path, *sources: SourceBatch) -> Graph:
    made = kg.connect(folder / "read.kg")
    for one in sources:
        made.write(one)
    return made


@pytest.mark.parametrize(
    ("when", "sources"),
    [(2000, []), (2001, [OLD]), ("2008-12-31", [OLD, MIDDLE]), (date(2015, 6, 1), [OLD, MIDDLE])],
)
def test_as_of_is_what_had_been_read(graph: Graph, tmp_path: Path, when, sources) -> None:
    then = graph.as_of(when)
    with read(tmp_path, *sources) as only:
        assert then.digest() == only.digest()
    assert verify(then.store).ok


def test_works_of_no_year_come_only_if_asked_for(graph: Graph, tmp_path: Path) -> None:
    with read(tmp_path, OLD, MIDDLE, UNDATED) as only:
        assert graph.as_of(2010, undated=True).digest() == only.digest()


def test_all_questions_take_the_past(graph: Graph) -> None:
    statement = MIDDLE.statements[1].id  # graphene causes cancer
    now, then = graph.statement(statement), graph.as_of(2008).statement(statement)
    assert (now.n_works, then.n_works) == (2, 1)
    assert then.belief < now.belief
    assert (now.last_year, then.last_year) == (2015, 2008)
    then_ = graph.as_of(2008)
    assert then_.search("aspirin").empty
    assert not graph.search("aspirin").empty
    count = "MATCH (e:Evidence) RETURN count(*) AS n"
    assert then_.cypher(count)["n"].tolist() == [4]
    assert graph.cypher(count)["n"].tolist() == [7]
    graphene = str(graph.search("graphene").iloc[0]["id"])
    assert len(then_.expand(graphene).related) < len(graph.expand(graphene).related) + 1
    assert set(then_.evidence(statement)["year"]) == {2008}
    assert then_.part(until=2001).digest() == graph.as_of(2001).digest()


def test_nothing_is_written_to_the_past(graph: Graph) -> None:
    then = graph.as_of(2008)
    with pytest.raises(GraphUnavailable, match="read-only"):
        then.write(LATE)
    with pytest.raises(GraphUnavailable, match="read-only"):
        then.curation.accept(MIDDLE.statements[0].id, by="Ada")


def test_what_people_decided_holds_in_the_past(graph: Graph) -> None:
    conducts, causes = (s.id for s in MIDDLE.statements)
    graph.curation.reject(causes, by="Ada")
    graph.curation.flip(conducts, by="Ada")
    a, b = OLD.concepts[0].id, OLD.concepts[-1].id
    aspirin = next(c.id for c in LATE.concepts if c.name == "aspirin")
    graph.curation.merge(a, aspirin, by="Ada")
    then = graph.as_of(2008)
    assert verify(then.store).ok
    assert then.statement(causes).status == "rejected"
    assert len(then.curation.log()) == len(graph.curation.log())
    # Aspirin was not spoken of yet, so what stands for it now stood for itself.
    assert graph.neighbours(aspirin)["statement"].tolist()
    assert set(then.neighbours([a])["subject"]) | set(then.neighbours([a])["object"]) >= {a}
    assert b in set(then.concepts([b])["id"])


def test_licences_and_works_left_out(tmp_path: Path) -> None:
    free, closed = under(OLD, "CC-BY-4.0"), under(MIDDLE, "© The Publisher")
    graph = read(tmp_path, free, closed, under(LATE, "CC-BY-NC-4.0"), under(UNDATED, ""))
    for folder in ("open", "without"):
        (tmp_path / folder).mkdir()
    with read(tmp_path / "open", free) as only:
        assert graph.part(licences=["open"]).digest() == only.digest()
    with read(tmp_path / "without", free, closed) as only:
        without = [LATE.source.id, UNDATED.works[0].id]
        assert graph.part(without=without).digest() == only.digest()
    kept = graph.part(licences=["non-commercial", "unstated"])
    assert set(kept.table("Work")["title"]) == {"Late", "Undated"}


def test_a_work_that_is_cited_is_kept_with_who_cites_it(tmp_path: Path) -> None:
    cited = Work(id="doi:10.1000/cited", title="Cited", year=1990)
    citing = replace(
        OLD,
        works=[*OLD.works, cited],
        citations=[Citation(work=OLD.works[0].id, cited=cited.id, source=OLD.source.id)],
    )
    graph = read(tmp_path, citing, MIDDLE)
    assert set(graph.as_of(2001).table("Work")["title"]) == {"Old", "Cited"}
    assert set(graph.part(without=[OLD.source.id]).table("Work")["title"]) == {"Middle"}


def test_what_is_no_date_or_no_licence_is_told(graph: Graph) -> None:
    with pytest.raises(RecordError, match="no date"):
        graph.as_of("last spring")
    with pytest.raises(RecordError, match="no class of licences 'free'"):
        graph.part(licences=["free"])  # type: ignore[list-item]


def test_the_file_of_a_part_goes_with_it(graph: Graph) -> None:
    then = graph.as_of(2008)
    file = Path(then.url)
    assert file.is_file()
    assert file.name.endswith("-until-2008.kg")
    then.close()
    del then
    assert not file.parent.exists()
