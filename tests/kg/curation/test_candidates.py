"""Which concepts may be one: found by name, initials, neighbours, vectors; homonyms kept apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kg.curation.candidates import COLUMNS
from kg.graph import Graph
from kg.ids import concept_id
from kg.stores.base import Store
from tests.kg.build import batch


def local(name: str, kind: str = "term") -> str:
    return concept_id(kind, name)


FACTS = [
    ("A solar cell contains silicon.", "solar cell", "contains", "silicon"),
    ("Solar cells contain silver.", "Solar cells", "contains", "silver"),
    ("The β-amyloid affects memory.", "β-amyloid", "affects", "memory"),
    ("Here beta amyloid affects sleep.", "beta amyloid", "affects", "sleep"),
    ("A support vector machine predicts yield.", "support vector machine", "predicts", "yield"),
    ("An SVM predicts yield.", "SVM", "predicts", "yield"),
    ("Photosynthesis produces sugar.", "Photosynthesis", "produces", "sugar"),
    ("Photosyntesis produces oxygen.", "Photosyntesis", "produces", "oxygen"),
    ("PM10 affects lungs.", "PM10", "affects", "lungs"),
    ("PM25 affects hearts.", "PM25", "affects", "hearts"),
]


@pytest.fixture
def graph(store: Store) -> Graph:
    made = Graph(store)
    made.write(batch("A", FACTS))
    return made


def pairs(graph: Graph, **asked: object) -> dict[frozenset[str], str]:
    found = graph.curation.candidates(**asked)  # type: ignore[arg-type]
    return {
        frozenset((row.concept_name, row.into_name)): f"{row.for_it} | {row.against}"
        for row in found.itertuples()
    }


def test_each_pair_says_why(graph: Graph) -> None:
    found = graph.curation.candidates()
    assert list(found.columns) == list(COLUMNS)
    assert found["rank"].is_monotonic_decreasing
    assert np.allclose(found["rank"], found["doubt"] * found["reach"] * found["novelty"], atol=2e-4)
    said = pairs(graph)
    assert set(said) == {
        frozenset(("solar cell", "solar cells")),
        frozenset(("β-amyloid", "beta amyloid")),
        frozenset(("support vector machine", "SVM")),
        frozenset(("photosynthesis", "photosyntesis")),
    }
    assert "differ in number (0.88)" in said[frozenset(("solar cell", "solar cells"))]
    assert "spellings of one name (0.90)" in said[frozenset(("β-amyloid", "beta amyloid"))]
    svm = said[frozenset(("support vector machine", "SVM"))]
    assert "'SVM' are the first letters of 'support vector machine' (0.45)" in svm
    assert "1 of 1 neighbours are shared (0.20)" in svm
    assert "differ by a letter (0.65)" in said[frozenset(("photosynthesis", "photosyntesis"))]


def test_what_is_decided_is_no_candidate(graph: Graph) -> None:
    graph.curation.merge(local("solar cells"), local("solar cell"), by="Ada")
    assert frozenset(("solar cell", "solar cells")) not in pairs(graph)
    apart = graph.curation.split(local("β-amyloid"), local("beta amyloid"), by="Ada")
    assert frozenset(("β-amyloid", "beta amyloid")) not in pairs(graph)
    graph.curation.undo(apart, by="Ada")
    assert frozenset(("β-amyloid", "beta amyloid")) in pairs(graph)


def test_homonyms_stay_apart(store: Store) -> None:
    graph = Graph(store)
    facts = [("Mercury orbits; it affects tides.", "Mercury", "affects", "tides")]
    graph.write(batch("A", facts, disciplines=("Astronomy",), kinds={"Mercury": "object"}))
    facts = [("Mercury causes tremor.", "Mercury", "causes", "tremor")]
    graph.write(batch("B", facts, disciplines=("Medicine",), kinds={"Mercury": "chemical"}))
    assert pairs(graph) == {}
    [said] = pairs(graph, least=0.05).values()
    assert "the same name, 'mercury' (0.95)" in said
    assert "nothing is both" in said
    assert "no discipline and no neighbour speaks of both (0.60)" in said


def test_a_vocabulary_that_lists_both_and_a_sentence_about_both_speak_against(store: Store) -> None:
    from kg.model import Scheme

    graph = Graph(store)
    given = batch(
        "A", [("A solar cell is a kind of solar cells.", "solar cell", "is_a", "solar cells")]
    )
    graph.write(given)
    [one] = pairs(graph, least=0.0).values()
    assert "a sentence says is_a of one about the other (0.40)" in one
    listed = batch("B", FACTS[:2])
    listed.schemes = [Scheme(id="mesh", name="MeSH")]
    listed.concepts = [replace(c, id=f"mesh:{c.name}", scheme="mesh") for c in listed.concepts]
    known = {local(n): f"mesh:{n}" for n in ("solar cell", "solar cells", "silicon", "silver")}
    listed.mentions = [replace(m, concept=known[m.concept]) for m in listed.mentions]
    listed.statements = [
        replace(s, subject=known[s.subject], object=known[s.object]) for s in listed.statements
    ]
    graph.write(listed)
    found = graph.curation.candidates(least=0.0)
    both = found[found["concept"].str.startswith("mesh:") & found["into"].str.startswith("mesh:")]
    assert both["against"].str.contains("mesh lists both").all()
    # What is in a vocabulary stands for what is not.
    mixed = found[found["concept"].str.startswith("mesh:") != found["into"].str.startswith("mesh:")]
    assert len(mixed) > 1
    assert mixed["into"].str.startswith("mesh:").all()


def test_shared_neighbours_and_vectors_find_what_names_do_not(store: Store) -> None:
    graph = Graph(store)
    others = ("fever", "pain", "stroke", "clots", "swelling", "cancer")
    facts = [(f"{a} prevents {b}.", a, "prevents", b) for a in ("aspirin", "ASA-9") for b in others]
    graph.write(batch("A", facts))
    aspirin = frozenset(("aspirin", "ASA-9"))
    assert "6 of 6 neighbours are shared (0.45)" in pairs(graph)[aspirin]
    chance = np.random.default_rng(1)
    vectors = {local(n): chance.normal(size=8) for n in others}
    vectors[local("fever")] = vectors[local("pain")] + 0.01
    said = pairs(graph, vectors=vectors)[frozenset(("fever", "pain"))]
    assert "their vectors have a cosine of 1.00" in said


def test_pages_and_kinds(graph: Graph) -> None:
    whole = graph.curation.candidates()
    assert whole.attrs["total"] == 4
    parts = [graph.curation.candidates(limit=3, offset=i) for i in (0, 3)]
    assert [len(p) for p in parts] == [3, 1]
    assert [*parts[0]["concept"], *parts[1]["concept"]] == whole["concept"].tolist()
    assert graph.curation.candidates(kinds=("gene",)).empty
