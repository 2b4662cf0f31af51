"""What rises beyond what fields explain is found, and told with what chance gives."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.discovery.trends import trends
from kg.errors import RecordError
from kg.graph import Graph
from tests.kg.build import batch

KINDS = dict.fromkeys(("laser", "scalpel", "graphene", "fever"), "material")


def says(subject: str, object_: str) -> tuple[str, str, str, str]:
    return (f"{subject} is stronger on {object_}.", subject, "affects", object_)


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    """Physics moves from few works to many; graphene comes up in both fields from 2010 on."""
    made = kg.connect(tmp_path / "trends.kg")
    n = 0
    for year in range(2000, 2015):
        for field, thing, works in (
            ("Physics", "laser", 1 if year < 2010 else 4),
            ("Medicine", "scalpel", 3 if year < 2010 else 1),
        ):
            for _ in range(works):
                n += 1
                facts = [says(thing, "fever")]
                if year >= 2010:
                    facts.append(says("graphene", thing))
                made.write(batch(f"work {n}", facts, year=year, disciplines=(field,), kinds=KINDS))
    return made


def test_what_rises_beyond_its_field_comes_first(graph: Graph) -> None:
    found = trends(graph, lately=2010)
    first = found.rising.iloc[0]
    assert first["name"] == "graphene"
    assert first["above_chance"] == 1.0
    assert (first["works_before"], first["works_lately"]) == (0, 25)
    assert set(first["years"]) == set(range(2010, 2015))
    # More works of physics were read, so lasers are spoken of more, which is no news of lasers.
    lasers = found.rising[found.rising["name"] == "laser"]
    assert lasers.empty or (lasers["beyond"] < 0.5).all()
    assert "200 shuffles" in found.said


def test_bursts_open_on_their_years(graph: Graph) -> None:
    found = trends(graph, lately=2010).bursts
    first = found.iloc[0]
    assert (first["name"], first["first"], first["last"]) == ("graphene", 2010, 2014)
    assert (first["works"], first["of"]) == (25, 25)
    assert "laser" not in set(found["name"])


def test_the_map_has_each_field_and_how_they_hang_together(graph: Graph) -> None:
    found = trends(graph)
    assert found.fields["field"].tolist() == ["Medicine", "Physics"]
    assert found.fields["works"].tolist() == [35, 30]
    tie = found.ties.iloc[0]
    assert (tie["field_a"], tie["field_b"]) == ("Medicine", "Physics")
    assert 0 < tie["likeness"] < 1
    assert found.works.to_dict()[2010] == 5


def test_one_field_alone_and_the_past(graph: Graph) -> None:
    found = trends(graph, lately=2010, disciplines=["Medicine"])
    assert found.rising.iloc[0]["works_lately"] == 5
    assert "35 works" in found.said
    assert trends(graph.as_of(2009), lately=2005).rising.empty


def test_what_cannot_be_told_is_said(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="choose a year between"):
        trends(graph, lately=1990)
    with pytest.raises(RecordError, match="has a year"):
        trends(graph, disciplines=["Alchemy"])
    with kg.connect(tmp_path / "empty.kg") as empty, pytest.raises(RecordError, match="has a year"):
        trends(empty)
