"""Every format, out and back on both homes: nothing is decided twice, and corrections come back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from extractors import decisions_docbin
from kg.curation.examples import Answer
from kg.curation.formats import FORMATS
from kg.curation.formats.label_studio import configuration
from kg.errors import RecordError
from kg.graph import Graph
from kg.ids import concept_id, statement_id
from kg.stores.base import Store
from tests.kg.build import batch
from tests.kg.curation.test_deciding import CANCER, FLIPPED, GRAPHENE, TUMOURS, A, B, S

ASPIRIN = concept_id("term", "aspirin")
TREATS = statement_id(ASPIRIN, "treats", CANCER)
PREVENTS = statement_id(ASPIRIN, "prevents", TUMOURS)
CHINESE = ("石墨烯用于\n锂离子电池。", "石墨烯", "used_for", "锂离子电池")
C = batch("C", [CHINESE])
USED = C.statements[0].id


def fresh(store: Store) -> Graph:
    graph = Graph(store)
    for source in (A, B, C):
        graph.write(source)
    return graph


@pytest.fixture
def graph(store: Store) -> Graph:
    made = fresh(store)
    made.curation.accept(S, by="Ada")
    made.curation.reject(TREATS, by="Bob")
    made.curation.skip(PREVENTS, by="Ada")
    made.curation.accept(USED, by="居里")
    return made


def held(graph: Graph) -> list[tuple[str, str, str]]:
    log = graph.curation.log()
    return sorted(zip(log["statement"], log["action"], log["by"], strict=True))


def write(graph: Graph, name: str, path: Path, statements: list[str] | None = None) -> int:
    if name == "docbin":
        return decisions_docbin.write(graph.curation.examples(statements), path)
    return graph.curation.hand_out(path, name, statements)


def read(graph: Graph, name: str, path: Path, by: str = "") -> Any:
    if name == "docbin":
        return graph.curation.take(decisions_docbin.read(path), by=by)
    return graph.curation.take_in(path, name, by=by)


ALL = [*FORMATS, "docbin"]


@pytest.mark.parametrize("name", ALL)
def test_out_and_back_into_another_graph(graph: Graph, tmp_path: Path, name: str) -> None:
    import kg

    path = tmp_path / "out"
    assert write(graph, name, path) == 5  # S has two sentences
    taken = read(graph, name, path)
    assert (taken.made, taken.held, taken.refused) == ([], 5, [])
    with kg.connect(tmp_path / "other.kg") as other:
        for source in (A, B, C):
            other.write(source)
        taken = read(other, name, path)
        assert (len(taken.made), taken.held, taken.refused) == (4, 1, [])
        assert held(other) == held(graph)
        assert other.digest(log=False) == graph.digest(log=False)


def test_nothing_decided_is_handed_out_and_comes_back_decided(graph: Graph, tmp_path: Path) -> None:
    similar = statement_id(TUMOURS, "similar_to", CANCER)
    path = tmp_path / "tasks.jsonl"
    graph.curation.hand_out(path, "prodigy", [similar])
    task = json.loads(path.read_text("utf-8"))
    assert "answer" not in task
    [relation] = task["relations"]
    for end in ("head", "child"):
        span, token = relation[f"{end}_span"], task["tokens"][relation[end]]
        assert task["text"][span["start"] : span["end"]] == span["text"]
        assert token["end"] == span["end"]
    assert "".join(t["text"] + " " * t["ws"] for t in task["tokens"]) == task["text"]
    path.write_text(json.dumps(task | {"answer": "accept"}), "utf-8")
    assert len(graph.curation.take_in(path, "prodigy", by="Cy").made) == 1
    assert graph.statement(similar).status == "accepted"


def test_a_relation_with_another_label_is_a_correction(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    graph.curation.hand_out(path, "prodigy", [S])
    tasks = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    tasks[0]["relations"][0]["label"] = "affects"
    tasks[1]["relations"] = []
    path.write_text("\n".join(json.dumps(t) for t in tasks), "utf-8")
    taken = graph.curation.take_in(path, "prodigy")
    assert [d.action for d in taken.made] == ["predicate", "reject"]
    assert graph.statement(statement_id(GRAPHENE, "affects", CANCER)).n_evidence == 1
    assert graph.statement(S).status == "rejected"


def test_a_relation_drawn_the_other_way_is_a_flip(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    graph.curation.hand_out(path, "label-studio", [S])
    tasks = json.loads(path.read_text("utf-8"))
    for region in tasks[0]["annotations"][0]["result"]:
        if region["type"] == "relation":
            region["direction"] = "left"
    for region in tasks[1]["annotations"][0]["result"]:
        if region.get("from_name") == "assertion":
            region["value"]["choices"] = ["hypothetical"]
    path.write_text(json.dumps(tasks), "utf-8")
    taken = graph.curation.take_in(path, "label-studio")
    assert [d.action for d in taken.made] == ["flip", "assertion"]
    assert graph.statement(FLIPPED).n_evidence == 1
    assert graph.evidence(S)["assertion"].tolist() == ["hypothetical"]


def test_several_people_answer_in_argilla(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    graph.curation.hand_out(path, "argilla", [TREATS])
    records = json.loads(path.read_text("utf-8"))
    records[0]["responses"]["verdict"].append({"value": "accept", "user_id": "0-1"})
    path.write_text(json.dumps(records), "utf-8")
    taken = graph.curation.take_in(path, "argilla")
    assert ([d.action for d in taken.made], taken.held) == (["accept"], 1)
    assert graph.curation.conflicts()["by"].tolist() == ["0-1"]


def test_annotations_point_at_their_words(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "page.jsonld"
    graph.curation.hand_out(path, "web-annotation")
    page = json.loads(path.read_text("utf-8"))
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    texts = graph.table("Passage")["text"].tolist()
    for item in page["items"]:
        quote, place = item["target"]["selector"]
        exact = quote["prefix"] + quote["exact"] + quote["suffix"]
        assert any(exact in t and t[place["start"] : place["end"]] == quote["exact"] for t in texts)
        assert item["creator"]["name"] in ("Ada", "Bob", "居里")


def test_annotations_are_linked_data(graph: Graph, tmp_path: Path) -> None:
    import rdflib

    path = tmp_path / "page.jsonld"
    graph.curation.hand_out(path, "web-annotation")
    page = json.loads(path.read_text("utf-8"))
    # The W3C's context is at its address only; what we use of it, for a test without a network.
    oa = "http://www.w3.org/ns/oa#"
    page["@context"] = {
        "id": "@id", "type": "@type", "Annotation": f"{oa}Annotation",
        "items": "https://www.w3.org/ns/activitystreams#items",
        "body": {"@id": f"{oa}hasBody"}, "target": {"@id": f"{oa}hasTarget"},
        "source": {"@id": f"{oa}hasSource", "@type": "@id"},
    }  # fmt: skip
    triples = rdflib.Graph().parse(data=json.dumps(page), format="json-ld")
    kind = rdflib.URIRef(f"{oa}Annotation")
    assert len(list(triples.subjects(rdflib.RDF.type, kind))) == 5


def test_documents_train_what_was_decided(graph: Graph, tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    path = tmp_path / "curated.spacy"
    decisions_docbin.write(graph.curation.examples(), path)
    nlp = spacy.blank("xx")
    docs = list(DocBin().from_disk(path).get_docs(nlp.vocab))
    said = {doc.text: doc for doc in docs}
    chinese = said[CHINESE[0]]
    assert [s.text for s in chinese.spans["sc"]] == ["石墨烯", "锂离子电池"]
    assert chinese.cats == {"accept": 1.0, "reject": 0.0}
    assert sum(doc.cats.get("reject", 0.0) for doc in docs) == 1.0
    # Whoever moves a span in spaCy has fixed it here.
    example = graph.curation.examples([TREATS])[0]
    moved = replace(example, object=(0, 7), verdict="", by="Ada")
    decisions_docbin.write([moved], path)
    taken = graph.curation.take(decisions_docbin.read(path))
    assert [d.action for d in taken.made] == ["span"]


def test_texts_that_may_not_be_handed_on_stay(store: Store, tmp_path: Path) -> None:
    graph = Graph(store)
    closed = batch("X", [("Tin affects rust.", "Tin", "affects", "rust")])
    closed.source = replace(closed.source, access="restricted")
    graph.write(closed)
    graph.curation.accept(closed.statements[0].id, by="Ada")
    for name in FORMATS:
        assert graph.curation.hand_out(tmp_path / name, name) == 0
        assert "Tin affects" not in (tmp_path / name).read_text("utf-8")
    assert graph.curation.hand_out(tmp_path / "own", "prodigy", closed=True) == 1


def test_what_makes_no_sense_is_refused_one_by_one(graph: Graph, tmp_path: Path) -> None:
    one = graph.evidence(TREATS)["id"][0]
    before = graph.counts()["Decision"]
    taken = graph.curation.take(
        [
            Answer(evidence="ev:none", statement=TREATS, verdict="accept"),
            Answer(evidence=one, statement=S, verdict="accept"),
            Answer(evidence=one, statement=TREATS, predicate="eats", verdict="accept"),
            Answer(evidence=one, statement=TREATS, assertion="sung", verdict="accept"),
            Answer(evidence=one, statement=TREATS, subject=(3, 900), object=(0, 1)),
            Answer(evidence=one, statement=TREATS, verdict="accept", at="yesterday"),
            Answer(evidence=one, statement=TREATS, verdict="accept", at="2999-01-01T00:00:00"),
        ],
        by="Cy",
    )
    assert (len(taken.made), len(taken.refused)) == (1, 6)
    assert taken.made[0].at < "2999"
    assert graph.counts()["Decision"] == before + 1
    for name in FORMATS:
        for text in ("no json", '{"a": 1}', '["b"]'):
            path = tmp_path / "bad"
            path.write_text(text, "utf-8")
            with pytest.raises(RecordError, match="bad"):
                graph.curation.take_in(path, name, by="Cy")
    with pytest.raises(RecordError, match="choose one of prodigy"):
        graph.curation.hand_out(tmp_path / "x", "paper")


def test_the_configuration_of_label_studio_is_xml() -> None:
    root = ElementTree.fromstring(configuration())
    assert {r.get("value") for r in root.iter("Relation")} >= {"causes", "treats"}
