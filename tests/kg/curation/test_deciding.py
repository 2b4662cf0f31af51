"""Decisions on both homes: each is kept, followed at once, and taken back without a trace."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

import kg
from kg.belief import ACCEPTED
from kg.errors import RecordError
from kg.graph import Graph
from kg.ids import concept_id, statement_id
from kg.model import Concept
from kg.schema import EDGES, NODES
from kg.stores.base import Store
from kg.verify import verify
from tests.kg.build import batch

GRAPHENE, CANCER = concept_id("term", "graphene"), concept_id("term", "cancer")
CAUSES = ("Some say graphene causes cancer.", "graphene", "causes", "cancer")
ALSO = ("In mice, graphene causes cancer.", "graphene", "causes", "cancer")
TREATS = ("Aspirin treats cancer.", "Aspirin", "treats", "cancer")
TUMOUR = ("Aspirin prevents tumours.", "Aspirin", "prevents", "tumours")
SAME = ("The tumours are similar to cancer.", "tumours", "similar_to", "cancer")
A = batch("A", [CAUSES, TREATS], path="/data/a.md")
B = batch("B", [ALSO, TUMOUR, SAME], year=2010)
S = statement_id(GRAPHENE, "causes", CANCER)
FLIPPED = statement_id(CANCER, "causes", GRAPHENE)
TUMOURS = concept_id("term", "tumours")


@pytest.fixture
def graph(store: Store) -> Graph:
    made = Graph(store)
    made.write(A)
    made.write(B)
    return made


def sound(graph: Graph) -> None:
    """What is derived is what follows from the rows, in every table."""
    report = verify(graph.store)
    assert report.ok, str(report)


def test_accept_and_reject_are_believed_at_once(graph: Graph) -> None:
    before, belief = graph.digest(log=False), graph.statement(S).belief
    yes = graph.curation.accept(S, by="Ada", why="read both sentences")
    assert graph.statement(S).status == "accepted"
    assert graph.statement(S).belief == ACCEPTED > belief
    assert graph.neighbours(GRAPHENE).belief.tolist() == [ACCEPTED]
    no = graph.curation.reject(S, by="Ada")
    assert (graph.statement(S).belief, len(graph.neighbours(GRAPHENE))) == (0.0, 0)
    sound(graph)
    graph.curation.undo(no, by="Ada")
    assert graph.statement(S).belief == ACCEPTED
    graph.curation.undo(yes.id, by="Ada")
    assert graph.digest(log=False) == before
    log = graph.curation.log()
    assert log["action"].tolist() == ["accept", "reject", "undo", "undo"]
    assert log["undone"].tolist() == [True, True, False, False]
    assert log["by"].unique().tolist() == ["Ada"]
    assert log["reason"][0] == "read both sentences"
    assert log["before"][1] == {"status": "accepted"}
    assert log["after"].tolist()[2:] == [{"status": "accepted"}, {"status": "machine"}]
    assert log["at"].is_monotonic_increasing


def test_an_undo_can_be_undone(graph: Graph) -> None:
    yes = graph.curation.accept(S, by="Ada")
    undo = graph.curation.undo(yes, by="Bob")
    with pytest.raises(RecordError, match="taken back already"):
        graph.curation.undo(yes, by="Ada")
    graph.curation.undo(undo, by="Ada")
    assert graph.statement(S).status == "accepted"
    graph.curation.undo(yes, by="Ada")
    assert graph.statement(S).status == "machine"


def test_a_flip_moves_the_sentences_to_the_other_direction(graph: Graph) -> None:
    before = graph.digest(log=False)
    decision = graph.curation.flip(S, by="Ada")
    assert graph.statement(S).n_evidence == 0
    assert graph.statement(S).belief == 0.0
    assert graph.neighbours(GRAPHENE).statement.tolist() == [FLIPPED]
    said = graph.evidence(FLIPPED)
    assert set(said["method"]) == {"curator"}
    assert set(said["quote"]) == {CAUSES[0], ALSO[0]}
    for row in said.itertuples():
        assert row.passage_text[row.subject_start : row.subject_end] == "cancer"
        assert row.passage_text[row.object_start : row.object_end] == "graphene"
    assert len(graph.evidence(S)) == 0
    sound(graph)
    graph.curation.undo(decision, by="Ada")
    assert graph.digest(log=False) == before


def test_only_the_evidence_that_is_named_is_corrected(graph: Graph) -> None:
    one = graph.evidence(S).iloc[0]
    graph.curation.change_predicate(S, "affects", by="Ada", evidence=[one.id])
    other = statement_id(GRAPHENE, "affects", CANCER)
    assert (graph.statement(S).n_evidence, graph.statement(other).n_evidence) == (1, 1)
    assert graph.statement(other).family == "causal"
    assert graph.evidence(other)["quote"].tolist() == [one.quote]
    sound(graph)


def test_marking_a_sentence_negated(graph: Graph) -> None:
    before = graph.digest(log=False)
    belief = graph.statement(S).belief
    one = graph.evidence(S).iloc[0]
    first = graph.curation.mark(S, "negated", by="Ada", evidence=[one.id])
    assert graph.statement(S).polarity == "mixed"
    assert graph.statement(S).belief < belief
    now = graph.evidence(S).set_index("quote").loc[one.quote]
    assert (now.assertion, now.method) == ("negated", "curator")
    # What a curator read can be corrected too, and each undo leads back by one.
    held = graph.digest(log=False)
    second = graph.curation.mark(S, "hypothetical", by="Bob", evidence=[now.id])
    assert set(graph.evidence(S)["assertion"]) == {"affirmed", "hypothetical"}
    sound(graph)
    graph.curation.undo(second, by="Bob")
    assert graph.digest(log=False) == held
    graph.curation.undo(first, by="Ada")
    assert graph.digest(log=False) == before


def test_fixing_a_span(graph: Graph) -> None:
    before = graph.digest(log=False)
    one = graph.evidence(S).iloc[0]
    start = one.passage_text.index("causes")
    fix = graph.curation.fix_span(one.id, object=(start, start + 6), by="Ada", why="the verb")
    now = graph.evidence(S).set_index("quote").loc[one.quote]
    assert now.passage_text[now.object_start : now.object_end] == "causes"
    assert now.passage_text[now.subject_start : now.subject_end].lower() == "graphene"
    sound(graph)
    graph.curation.undo(fix, by="Ada")
    assert graph.digest(log=False) == before
    with pytest.raises(RecordError, match="does not lie in the passage"):
        graph.curation.fix_span(one.id, object=(5, 5000), by="Ada")


def test_homonyms_that_were_read_as_one_are_told_apart(store: Store) -> None:
    graph = Graph(store)
    tides = ("Mercury affects tides.", "Mercury", "affects", "tides")
    tremor = ("Mercury causes tremor.", "Mercury", "causes", "tremor")
    for name, fact in (("astronomy", tides), ("medicine", tremor)):
        graph.write(batch(name, [fact], path=f"/data/{name}.md"))
    before = graph.digest(log=False)
    mercury, metal = concept_id("term", "mercury"), concept_id("chemical", "mercury")
    causes = statement_id(mercury, "causes", concept_id("term", "tremor"))
    made = Concept(id=metal, name="mercury", kind="chemical")
    apart = graph.curation.relink(causes, subject=made, by="Ada", why="the metal")
    assert set(graph.search("mercury")["id"]) == {mercury, metal}
    assert graph.neighbours(metal)["predicate"].tolist() == ["causes"]
    assert graph.neighbours(mercury)["predicate"].tolist() == ["affects"]
    sound(graph)
    with pytest.raises(RecordError, match="no concept 'pluto'"):
        graph.curation.relink(causes, subject="pluto", by="Ada")
    with pytest.raises(RecordError, match="has the id of its kind and name"):
        graph.curation.relink(causes, subject=replace(made, id="x"), by="Ada")
    other = batch("medicine", [tremor], path="/data/medicine.md", version="2")
    graph.write(other)  # the file has changed, the sentence has not
    assert graph.neighbours(metal)["predicate"].tolist() == ["causes"]
    graph.delete_source(other.source.id)
    assert set(graph.search("mercury")["id"]) == {mercury}
    graph.write(other)
    assert graph.neighbours(metal)["predicate"].tolist() == ["causes"]
    sound(graph)
    graph.curation.undo(apart, by="Ada")
    assert set(graph.search("mercury")["id"]) == {mercury}
    fresh = Graph(store)
    assert len(fresh.neighbours(mercury)) == 2
    assert graph.digest(log=False) != before  # the changed file is another source
    sound(graph)


def test_flipping_back_and_undoing_in_any_order(graph: Graph) -> None:
    start = graph.digest(log=False)
    first = graph.curation.flip(S, by="Ada")
    flipped = graph.digest(log=False)
    second = graph.curation.flip(FLIPPED, by="Bob")
    assert graph.neighbours(GRAPHENE).statement.tolist() == [S]
    sound(graph)
    undo = graph.curation.undo(first, by="Ada")
    assert graph.digest(log=False) == start  # the second waits for what it is about
    graph.curation.undo(undo, by="Ada")
    graph.curation.undo(second, by="Ada")
    assert graph.digest(log=False) == flipped


def test_a_merge_is_seen_by_all_that_asks_and_leaves_no_trace(graph: Graph) -> None:
    before = graph.digest(log=False)
    aspirin = concept_id("term", "aspirin")
    merge = graph.curation.merge(TUMOURS, CANCER, by="Ada", why="synonyms here")
    assert graph.search("tumours")["id"].tolist() == [CANCER]
    assert set(graph.neighbours(TUMOURS)["statement"]) == set(graph.neighbours(CANCER)["statement"])
    joined = graph.neighbours(CANCER)
    assert sorted(joined["predicate"]) == ["causes", "prevents", "treats"]  # similar_to is no loop
    assert {*joined["subject"], *joined["object"]} == {CANCER, GRAPHENE, aspirin}
    assert graph.expand(aspirin).neighbours["id"].tolist() == [CANCER]
    assert graph.expand(TUMOURS).total == 2
    assert len(graph.between([aspirin, TUMOURS])) == 2
    assert [p.attrs["concepts"] for p in graph.paths(GRAPHENE, aspirin)] == [
        [GRAPHENE, CANCER, aspirin]
    ]
    assert graph.statistics()["concepts_by_kind"] == {"term": 3}
    assert graph.ask("tumours").concepts == (CANCER,)
    assert graph.ask("what causes tumours").concepts == (GRAPHENE, CANCER)
    assert graph.statement(statement_id(aspirin, "prevents", TUMOURS)).object == TUMOURS
    sound(graph)
    with pytest.raises(RecordError, match="are one already"):
        graph.curation.merge(CANCER, TUMOURS, by="Bob")
    graph.curation.undo(merge, by="Bob")
    assert graph.digest(log=False) == before


def test_merges_of_merges_and_splits(graph: Graph) -> None:
    before = graph.digest(log=False)
    one = graph.curation.merge(TUMOURS, CANCER, by="Ada")
    joined = graph.digest(log=False)
    two = graph.curation.merge(TUMOURS, GRAPHENE, by="Ada")  # as it stands: cancer into graphene
    assert (two.concept, two.other) == (CANCER, GRAPHENE)
    assert graph.search("tumours").iloc[0].id == GRAPHENE
    sound(graph)
    graph.curation.undo(one, by="Ada")
    assert graph.search("tumours").iloc[0].id == TUMOURS
    assert graph.search("cancer").iloc[0].id == GRAPHENE
    sound(graph)
    graph.curation.merge(TUMOURS, CANCER, by="Ada")
    graph.curation.split(GRAPHENE, CANCER, by="Bob", why="of course not")
    assert graph.digest(log=False) != before
    assert graph.search("tumours").iloc[0].id == CANCER
    assert graph.search("graphene").iloc[0].id == GRAPHENE
    sound(graph)
    graph.curation.split(TUMOURS, CANCER, by="Bob")
    assert graph.digest(log=False) == before
    assert joined != before


def test_decisions_wait_while_their_source_is_away(graph: Graph) -> None:
    graph.curation.accept(S, by="Ada")
    graph.curation.flip(statement_id(concept_id("term", "aspirin"), "prevents", TUMOURS), by="Ada")
    graph.curation.merge(TUMOURS, CANCER, by="Ada")
    before = graph.digest()
    for source in (A, B):
        graph.delete_source(source.source.id)
    counts = graph.counts()
    assert (counts["Statement"], counts["Concept"], counts["MATCHES"]) == (0, 0, 0)
    assert counts["Decision"] == 3
    sound(graph)
    for source in (B, A):
        graph.write(source)
    assert graph.digest() == before
    sound(graph)


def test_a_concept_that_went_takes_its_merge_along(graph: Graph) -> None:
    graph.curation.merge(CANCER, TUMOURS, by="Ada")
    graph.delete_source(B.source.id)
    assert graph.search("cancer")["id"].tolist()[:1] == [CANCER]
    assert len(graph.neighbours(CANCER)) == 2
    sound(graph)
    graph.write(B)
    assert graph.search("cancer").iloc[0].id == TUMOURS
    sound(graph)


def test_a_changed_source_finds_its_decisions(graph: Graph) -> None:
    first, second = graph.evidence(S).itertuples()
    graph.curation.mark(S, "negated", by="Ada", evidence=[first.id])
    graph.curation.reject(statement_id(concept_id("term", "aspirin"), "treats", CANCER), by="Ada")
    changed = batch("A", [TREATS, CAUSES], path="/data/a.md", version="2")
    assert graph.write(changed) > 0
    said = graph.evidence(S).set_index("quote")["assertion"]
    assert said.to_dict() == {first.quote: "negated", second.quote: "affirmed"}
    assert len(graph.neighbours(concept_id("term", "aspirin"))) == 1
    sound(graph)


def test_another_pipeline_finds_its_decisions(graph: Graph) -> None:
    decision = graph.curation.flip(S, by="Ada")
    again = batch("A", [CAUSES, TREATS], path="/data/a.md", pipeline="p2")
    again.evidence = [replace(e, score=0.9) for e in again.evidence]
    assert graph.write(again) > 0
    assert graph.evidence(S).empty
    assert len(graph.evidence(FLIPPED)) == 2
    graph.curation.undo(decision, by="Ada")
    assert sorted(graph.evidence(S)["score"]) == [0.6, 0.9]  # as it is read now
    sound(graph)


def test_what_is_not_there_is_told_in_a_sentence(graph: Graph) -> None:
    before = graph.digest()
    with pytest.raises(RecordError, match="no statement 'st:none'"):
        graph.curation.accept("st:none", by="Ada")
    with pytest.raises(RecordError, match="no decision 'de:none'"):
        graph.curation.undo("de:none", by="Ada")
    with pytest.raises(RecordError, match="no concept 'nobody'"):
        graph.curation.merge("nobody", CANCER, by="Ada")
    with pytest.raises(RecordError, match="name of who"):
        graph.curation.accept(S, by=" ")
    with pytest.raises(RecordError, match="affirmed, negated"):
        graph.curation.mark(S, "denied", by="Ada")
    with pytest.raises(RecordError, match="already"):
        graph.curation.change_predicate(S, "causes", by="Ada")
    with pytest.raises(RecordError, match="does not \\(or no longer\\)"):
        graph.curation.flip(S, by="Ada", evidence=["ev:none"])
    assert graph.digest() == before


def test_many_at_once_with_a_preview(graph: Graph) -> None:
    aspirin = concept_id("term", "aspirin")
    some = [S, statement_id(aspirin, "treats", CANCER)]
    before = graph.digest()
    shown = graph.curation.preview("reject", some).set_index("id")
    assert graph.digest() == before
    assert set(shown.index) == set(some)
    assert shown["belief_after"].tolist() == [0.0, 0.0]
    assert (shown.attrs["concepts"], shown.attrs["works"]) == (3, 2)
    flips = graph.curation.preview("flip", [S]).set_index("id")
    assert set(flips.index) == {S, FLIPPED}
    assert flips.loc[S, "n_evidence_after"] == 0
    made = graph.curation.decide("reject", some, by="Ada", why="not in mice")
    assert [d.action for d in made] == ["reject", "reject"]
    for s in some:
        assert graph.statement(s).belief == shown.loc[s, "belief_after"]
    with pytest.raises(RecordError):
        graph.curation.decide("accept", [S, "st:none"], by="Ada")
    assert graph.statement(S).status == "rejected"


def test_conflicts_are_kept_and_told_until_resolved(graph: Graph) -> None:
    ada, bob = Graph(graph.store).curation, Graph(graph.store).curation
    yes = ada.accept(S, by="Ada")
    no = bob.reject(S, by="Bob")
    assert graph.statement(S).status == "rejected"
    table = graph.curation.conflicts()
    assert table[["decision", "by", "against", "against_by"]].values.tolist() == [
        [no.id, "Bob", yes.id, "Ada"]
    ]
    assert table["resolved"].tolist() == [False]
    assert graph.curation.progress()["conflicts open"] == 1
    ada.history(S)  # she looks, and says what she thinks now
    ada.accept(S, by="Ada")
    table = graph.curation.conflicts()
    assert table["resolved"].tolist() == [True]
    assert graph.curation.log()["conflicts"].tolist() == [(), (yes.id,), ()]


def test_who_agrees_or_saw_is_in_no_conflict(graph: Graph) -> None:
    graph.curation.accept(S, by="Ada")
    Graph(graph.store).curation.accept(S, by="Bob")
    cy = Graph(graph.store).curation
    cy.history(S)
    cy.reject(S, by="Cy")
    graph.curation.merge(TUMOURS, CANCER, by="Ada")
    assert graph.curation.conflicts().empty
    Graph(graph.store).curation.split(TUMOURS, CANCER, by="Bob")
    Graph(graph.store).curation.flip(S, by="Bob")
    assert set(graph.curation.conflicts()["action"]) == {"split", "flip"}


def test_decisions_move_with_a_copy(graph: Graph, tmp_path: Path) -> None:
    from kg.copying import load

    graph.curation.flip(S, by="Ada")
    graph.curation.merge(TUMOURS, CANCER, by="Bob")
    with kg.connect(tmp_path / "copy.kg") as other:
        load(graph.store, other.store, lambda *_: None)
        assert other.digest() == graph.digest()
        assert len(other.cypher("MATCH (d:Decision)-[:NAMES]->(c:Concept) RETURN c.id")) == 1
        log = graph.curation.log()
        for d in log["id"]:
            other.curation.undo(d, by="Ada")
            graph.curation.undo(d, by="Ada")
        assert other.digest(log=False) == graph.digest(log=False)


def test_any_decision_is_undone_exactly(graph: Graph) -> None:
    """Decisions at random; taking back those since any moment, in any order, leads back there."""
    chance = random.Random(6)
    before, made = [], []
    for _ in range(25):
        before.append(graph.digest(log=False))
        statements = graph.table("Statement")
        statements = statements[statements["n_evidence"] > 0]["id"].tolist()
        one = chance.choice(statements)
        concepts = graph.table("Concept")["id"].tolist()
        try:
            match chance.choice(["accept", "reject", "flip", "mark", "change", "merge", "relink"]):
                case "relink":
                    end = chance.choice(concepts)
                    made.append(graph.curation.relink(one, object=end, by="Ada"))
                case "accept":
                    made.append(graph.curation.accept(one, by="Ada"))
                case "reject":
                    made.append(graph.curation.reject(one, by="Bob"))
                case "flip":
                    made.append(graph.curation.flip(one, by="Ada"))
                case "mark":
                    made.append(graph.curation.mark(one, "negated", by="Ada"))
                case "change":
                    made.append(graph.curation.change_predicate(one, "affects", by="Bob"))
                case "merge":
                    made.append(graph.curation.merge(*chance.sample(concepts, 2), by="Ada"))
        except RecordError:
            before.pop()
    sound(graph)
    while made:
        back = chance.randint(1, 4)
        last = made[-back:]
        del made[-back:]
        moment = before[len(made)]
        del before[len(made) :]
        chance.shuffle(last)
        for decision in last:
            graph.curation.undo(decision, by="Ada")
        assert graph.digest(log=False) == moment
    sound(graph)


def test_verify_tells_what_is_not_as_was_decided(graph: Graph) -> None:
    graph.curation.accept(S, by="Ada")
    graph.curation.merge(TUMOURS, CANCER, by="Ada")
    treats = statement_id(concept_id("term", "aspirin"), "treats", CANCER)
    graph.curation.mark(treats, "negated", by="Ada")
    sound(graph)
    with graph.store.writing() as writer:
        writer.update(NODES["Statement"], ("status",), [(S, "machine")])
        writer.delete(EDGES["MATCHES"], "concept", [TUMOURS])
        rows = writer.select(NODES["Evidence"], "statement", [treats], ("id",))
        writer.update(NODES["Evidence"], ("replaced_by",), [(i, "") for (i,) in rows])
    told = "\n".join(verify(graph.store).problems)
    assert f"Statement {S} is machine, and was decided to be accepted." in told
    assert "is not replaced as was decided" in told
    assert f"Concept {TUMOURS} is not merged as was decided" in told
