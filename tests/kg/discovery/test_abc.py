"""ABC discovery: what links A with C, what is left out and why, and who says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import kg
from kg.discovery.abc import closed_discovery, open_discovery
from kg.discovery.generality import Noise
from kg.discovery.hetnet_making import ANY_KIND, hetnet
from kg.discovery.links import DocumentLinks, document_links, statement_links
from kg.errors import RecordError
from kg.filtering import Filter
from kg.graph import Graph
from kg.network import network
from tests.kg.build import batch, concept

FISH, VISCOSITY, RAYNAUD, PLATELETS = "fish oil", "blood viscosity", "raynaud", "platelets"


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    """Fish oil and Raynaud's disease, linked by nobody, with blood viscosity and platelets between."""
    graph = kg.connect(tmp_path / "abc.kg")
    graph.write(batch("oil", [
        ("Oral fish oil decreases blood viscosity.", FISH, "decreases", VISCOSITY),
        ("We saw that fish oil affects platelets.", FISH, "affects", PLATELETS),
    ], year=1980, disciplines=("Nutrition",)))  # fmt: skip
    graph.write(batch("oil again", [
        ("Again fish oil decreases blood viscosity.", FISH, "decreases", VISCOSITY),
    ], year=1984))  # fmt: skip
    graph.write(batch("raynaud", [
        ("High blood viscosity causes raynaud.", VISCOSITY, "causes", RAYNAUD),
        ("Some platelets and raynaud are found.", PLATELETS, "correlates_with", RAYNAUD),
    ], year=1982, disciplines=("Medicine",)))  # fmt: skip
    graph.write(batch("later", [
        ("Now fish oil treats raynaud.", FISH, "treats", RAYNAUD),
    ], year=1989))  # fmt: skip
    return graph


def _id(name: str) -> str:
    return concept(name).id


def test_what_nobody_has_said_by_then_is_found_with_sentences_on_both_sides(graph: Graph) -> None:
    links = statement_links(graph.as_of(1985))
    ranking = open_discovery(links, _id(FISH))
    assert ranking.found["name"].tolist() == [RAYNAUD]
    row = ranking.found.iloc[0]
    assert row["linking_terms"] == 2
    assert "fish oil decreases blood viscosity; blood viscosity causes raynaud" in row["reason"]
    assert set(row["linking"]) == {_id(VISCOSITY), _id(PLATELETS)}
    assert "only works up to 1985" in ranking.told
    sides = ranking.evidence.groupby("linking")["side"].unique().map(set)
    assert (sides == {"A–B", "B–C"}).all()
    opened = graph.evidence(ranking.evidence["statement"].tolist())
    assert {VISCOSITY in q or PLATELETS in q for q in opened["quote"]} == {True}
    said_of = ranking.evidence.set_index(["linking", "side"]).loc[(_id(VISCOSITY), "A–B")]
    assert said_of["predicate"] == "decreases"
    assert said_of["polarity"] == "positive"
    assert (said_of["subject_name"], said_of["object_name"]) == (FISH, VISCOSITY)


def test_later_works_neither_link_nor_weigh(graph: Graph) -> None:
    known = open_discovery(statement_links(graph), _id(FISH))
    assert known.found.empty, "today it is known"
    assert open_discovery(statement_links(graph), _id(FISH), known=True).found["known"].tolist()[0]
    then = network(graph.as_of(1981).store)
    now = network(graph.store)
    assert then.n_works.tolist() == [1, 1]
    assert now.n_works.max() == 2
    assert then.belief.max() < now.belief.max()
    assert np.nanmax(then.last_year) == 1980


def test_what_is_under_another_licence_is_silent(graph: Graph) -> None:
    assert len(statement_links(graph.part(licences=["open"])).ids) == 4
    links = statement_links(graph.part(licences=["non-commercial"]))
    assert len(links.ids) == 0
    with pytest.raises(
        RecordError,
        match=r"linked with nothing in statements, only what is under licences of class non",
    ):
        open_discovery(links, _id(FISH))


def test_a_concept_that_was_merged_is_asked_for_by_what_it_is_now(graph: Graph) -> None:
    platelets = _id(PLATELETS)
    graph.curation.merge(platelets, _id(VISCOSITY), by="Ada", why="for the test")
    links = statement_links(graph)
    one, other = (open_discovery(links, id, known=True) for id in (platelets, _id(VISCOSITY)))
    assert one.found["id"].tolist() == other.found["id"].tolist()
    assert one.left_out["id"].tolist() == other.left_out["id"].tolist()
    net = hetnet(graph.store, by_kind=False)
    assert net.number(ANY_KIND, platelets) == net.number(ANY_KIND, _id(VISCOSITY))
    assert net.kind_of(platelets) == ANY_KIND


def test_predicates_are_respected(graph: Graph) -> None:
    causal = statement_links(graph.as_of(1985), Filter(families=("causal",)))
    ranking = closed_discovery(causal, _id(FISH), _id(RAYNAUD))
    assert ranking.found["name"].tolist() == [VISCOSITY]
    assert set(ranking.evidence["predicate"]) == {"decreases", "causes"}
    assert "(causal)" in ranking.told


def test_co_mention_links_where_no_sentence_says_how(graph: Graph) -> None:
    said_nothing = [("Here cod and platelets stand.", "cod", "mentioned_with", PLATELETS)]
    graph.write(batch("names alone", said_nothing, year=1983))
    together = statement_links(graph, co_mention=True)
    assert set(together.names) == {"cod", PLATELETS}
    assert together.works.tolist() == [1, 3], "works that name each, however they do"
    assert "cod" not in set(statement_links(graph).names)
    assert len(statement_links(graph.as_of(1982), co_mention=True).ids) == 0


def test_closed_discovery_tells_what_is_known_already(graph: Graph) -> None:
    ranking = closed_discovery(statement_links(graph), _id(FISH), _id(RAYNAUD))
    assert ranking.direct == 1
    assert set(ranking.found["name"]) == {VISCOSITY, PLATELETS}
    assert closed_discovery(statement_links(graph.as_of(1985)), _id(FISH), _id(RAYNAUD)).direct == 0


def _documents(seed: int = 0) -> DocumentLinks:
    rng = np.random.default_rng(seed)
    rows = [(str(d), f"t{t}") for d in range(400) for t in rng.choice(40, 4, replace=False)]
    rows += [(str(d), "everywhere") for d in range(400)]
    rows += [(f"a{n}", t) for n in range(5) for t in ("A", "bridge", "everywhere")]
    rows += [(f"c{n}", t) for n in range(5) for t in ("C", "bridge", "everywhere")]
    terms = pd.DataFrame(rows, columns=["document", "term"])
    texts = pd.DataFrame({"document": terms["document"].unique()}).assign(title="x", year=2000)
    return document_links(terms, texts)


def test_general_terms_are_left_out_and_told() -> None:
    ranking = closed_discovery(_documents(), "A", "C")
    assert ranking.found["name"].tolist() == ["bridge"]
    assert ("everywhere", "in too many documents") in set(
        ranking.left_out[["name", "rule"]].itertuples(index=False, name=None)
    )
    assert "more than 5.0% of the documents" in ranking.filter
    kept = closed_discovery(
        _documents(),
        "A",
        "C",
        noise=Noise(keep=frozenset({"everywhere"}), stop=frozenset({"bridge"})),
    )
    assert kept.found["name"].tolist() == ["everywhere"]
    assert kept.found["surprise"].iloc[0] == pytest.approx(0, abs=0.01), "chance alone would do it"
    assert "everywhere" in kept.filter


def test_scores_are_what_they_are_said_to_be() -> None:
    links = _documents()
    found = closed_discovery(links, "A", "C").found.iloc[0]
    assert (found["works_a"], found["works_c"]) == (5, 5)
    assert found["expected_a"] == pytest.approx(10 * 5 / 410)
    exact = stats.hypergeom.sf(4, 410, 5, 10)
    assert found["surprise"] == pytest.approx(-np.log10(exact))
    assert found["mutual_information"] == pytest.approx(np.log2(5 / (10 * 5 / 410)))
    opened = open_discovery(links, "A").found
    assert opened["name"].tolist() == ["C"]
    degree = len(links.rows(links.ids.tolist().index("bridge") + np.zeros(1, int)).indices)
    assert opened["adamic_adar"].iloc[0] == pytest.approx(1 / np.log(degree))
    assert opened["average_minimum_weight"].iloc[0] == 5


def test_both_ways_in_count_alike() -> None:
    links = _documents()
    whole = links.rows(np.arange(len(links.ids))).toarray()
    assert (whole == whole.T).all()
    assert not whole.diagonal().any()
    bridge, end = (links.ids.tolist().index(t) for t in ("bridge", "A"))
    together = set(links.evidence(bridge, end)["document"])
    assert together == {f"a{n}" for n in range(5)}
    assert links.cohesion(np.arange(len(links.ids))).min() >= 0
    assert links.cohesion(np.arange(len(links.ids))).max() <= 1


def test_a_careless_question_is_answered_with_a_sentence() -> None:
    links = _documents()
    with pytest.raises(RecordError, match="'nothing' is linked with nothing"):
        open_discovery(links, "nothing")
    with pytest.raises(RecordError, match="between two"):
        closed_discovery(links, "A", "A")
    with pytest.raises(RecordError, match="choose one of adamic_adar"):
        open_discovery(links, "A", by="luck")  # type: ignore[arg-type]
    with pytest.raises(RecordError, match="no column 'term'"):
        document_links(pd.DataFrame({"document": []}), pd.DataFrame({"document": []}))
    with pytest.raises(RecordError, match="share is above 0"):
        Noise(most_share=0)
