"""The page tells figures that can be had again, names its works, and runs nothing that a source brings."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest

import kg
from kg.discovery.brief import WORKS_OF, brief
from kg.errors import RecordError
from kg.graph import Graph
from kg.licences import CLOSED
from kg.stores.base import Store
from tests.kg.build import batch
from tests.kg.test_part import under

HOSTILE = "<script>alert(1)</script>"


def says(subject: str, object_: str) -> tuple[str, str, str, str]:
    return (f"{subject} is stronger on {object_}.", subject, "affects", object_)


def filled(graph: Graph) -> Graph:
    for n in range(12):
        late = n >= 8
        field, own = (("Physics", "laser"), ("Medicine", "scalpel"))[n % 2]
        facts = [says(own, "fever")] + ([says("graphene", own)] if late else [])
        graph.write(
            batch(
                f"{HOSTILE} | [x](javascript:1) {n}",
                facts,
                year=2014 if late else 2005,
                disciplines=(field,),
                doi=f"10.1000/{n}",
                kinds=dict.fromkeys(("laser", "scalpel", "graphene", "fever"), "material"),
            )
        )
    return graph


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return filled(kg.connect(tmp_path / "science.kg"))


def test_the_page_is_whole_and_runs_nothing(graph: Graph, tmp_path: Path) -> None:
    made = brief(graph, f"On {HOSTILE}")
    page = made.save(tmp_path / "brief.html").read_text("utf-8")
    tree = lxml.html.fromstring(page)
    assert not tree.xpath("//script | //link | //img | //iframe | //@onclick")
    assert tree.xpath("//meta[@http-equiv]/@content")[0].startswith("default-src 'none'")
    assert [h.text_content() for h in tree.xpath("//h2")] == [f.title for f in made.figures]
    assert HOSTILE in tree.xpath("//h1")[0].text_content()
    assert len(tree.xpath("//svg[@role='img']")) >= 3
    links = set(tree.xpath("//a/@href"))
    assert links
    assert all(link.startswith("https://doi.org/10.1000/") for link in links)
    assert "graphene is stronger on laser." in page
    assert "science.kg" in page
    assert str(tmp_path) not in page


def test_the_same_in_markdown(graph: Graph, tmp_path: Path) -> None:
    text = brief(graph, "On it").save(tmp_path / "brief.md").read_text("utf-8")
    assert text.startswith("# On it\n")
    assert "<script>" not in text
    assert "](javascript" not in text.replace("\\[x\\](javascript", "")
    row = next(line for line in text.splitlines() if line.startswith("| graphene | material"))
    assert row.count("|") == 5
    assert "▁" in row
    assert "](https://doi.org/10.1000/11)" in text
    with pytest.raises(RecordError, match=r"neither \.html nor \.md"):
        brief(graph).save(tmp_path / "brief.pdf")


def test_the_query_of_a_figure_gives_its_works_in_each_home(store: Store) -> None:
    graph = filled(Graph(store))
    rising = next(f for f in brief(graph).figures if f.title == "What is spoken of more")
    line = rising.lines[0]
    assert line.cells[0] == "graphene"
    concept = str(graph.search("graphene").iloc[0]["id"])
    found = graph.cypher(WORKS_OF, id=concept)
    assert len(found) == len(line.sources) == 4
    assert {f"https://doi.org/{i.removeprefix('doi:')}" for i in found["id"]} == {
        s.link for s in line.sources
    }


def test_sentences_that_may_not_leave_stay(tmp_path: Path) -> None:
    facts = {"Physics": "laser", "Medicine": "scalpel"}
    with kg.connect(tmp_path / "closed.kg") as graph:
        for year in (2001, 2002, 2003, 2014):
            for field, own in facts.items():
                one = batch(
                    f"{field} {year}",
                    [says("graphene" if year == 2014 else "fever", own)],
                    year=year,
                    disciplines=(field,),
                    kinds=dict.fromkeys(("laser", "scalpel", "graphene", "fever"), "material"),
                )
                graph.write(under(one, "© The Publisher"))
        page = brief(graph, lately=2010).html()
    assert CLOSED in page
    assert "is stronger on" not in page
