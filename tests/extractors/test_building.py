from __future__ import annotations

from extractors.annotations import MentionSpan, StatementSpan
from extractors.building import BatchBuilder
from extractors.components.vocabulary_matcher import VocabularyMatcher
from extractors.vocabulary import Entry, Vocabulary
from kg.batch import SourceBatch
from kg.model import Passage, Scheme, Source, Variable, Work
from kg.writing import check

TEXT = "Copper conducts heat. Zorb corrodes copper."
VOCABULARY = Vocabulary(
    Scheme(id="scheme:mine", name="mine"),
    (
        Entry(id="m:matter", name="matter", kind="material"),
        Entry(id="m:metal", name="metal", kind="material", broader=("m:matter",)),
        Entry(id="m:cu", name="copper", kind="chemical", aliases=("Cu",), broader=("m:metal",)),
        Entry(id="m:tin", name="tin", kind="chemical", broader=("m:metal",)),
    ),
)


def builder() -> tuple[BatchBuilder, Passage]:
    passage = Passage(id="s@0-43", source="s", work="w", text=TEXT, end=len(TEXT))
    batch = SourceBatch(source=Source(id="s"), works=[Work(id="w")], passages=[passage])
    return BatchBuilder(batch, VocabularyMatcher((VOCABULARY,))), passage


def span(
    surface: str, kind: str = "term", concept: str = "", method: str = "m", score: float = 1.0
) -> MentionSpan:
    start = TEXT.index(surface)
    return MentionSpan(
        0, 1, start, start + len(surface), kind, concept, surface.lower(), method, "1", score
    )


def statement(a: MentionSpan, predicate: str, b: MentionSpan, score: float = 0.8) -> StatementSpan:
    return StatementSpan(a, predicate, b, 22, 43, 27, 35, "pattern", "1", "pattern", score)


def test_only_concepts_that_are_named_come_in_and_their_ancestors() -> None:
    build, passage = builder()
    build.add_mention(span("Copper", "chemical", "m:cu"), passage)
    batch = build.finish()
    assert {c.id for c in batch.concepts} == {"m:cu", "m:metal", "m:matter"}
    assert {(b.concept, b.broader) for b in batch.broader} == {
        ("m:cu", "m:metal"),
        ("m:metal", "m:matter"),
    }
    assert [s.id for s in batch.schemes] == ["scheme:mine"]
    assert {c.scheme for c in batch.concepts} == {"scheme:mine"}


def test_a_mention_without_an_id_finds_the_vocabularys_concept() -> None:
    build, passage = builder()
    assert build.add_mention(span("Copper", "term"), passage) == "m:cu"
    assert build.add_mention(span("Copper", "organism"), passage) == "local:organism/copper"
    assert build.add_mention(span("Zorb", "chemical"), passage) == "local:chemical/zorb"


def test_doubles_are_dropped_and_the_surer_one_stays() -> None:
    build, passage = builder()
    for score in (0.5, 0.9, 0.7):
        build.add_mention(span("Zorb", score=score), passage)
    build.add_mention(span("Zorb", method="other"), passage)
    batch = build.finish()
    assert sorted((m.method, m.score) for m in batch.mentions) == [("m", 0.9), ("other", 1.0)]


def test_a_statement_with_its_evidence() -> None:
    build, passage = builder()
    a, b = span("Zorb", "chemical"), span("copper", "chemical", "m:cu")
    build.add_statement(statement(a, "affects", b), passage)
    build.add_statement(statement(a, "affects", b, 0.9), passage)
    batch = build.finish()
    check(batch)
    (s,), (e,) = batch.statements, batch.evidence
    assert (s.subject, s.predicate, s.object, s.family) == (
        "local:chemical/zorb",
        "affects",
        "m:cu",
        "causal",
    )
    assert e.quote == "Zorb corrodes copper." == TEXT[e.start : e.end]
    assert TEXT[e.subject_start : e.subject_end] == "Zorb"
    assert TEXT[e.object_start : e.object_end] == "copper"
    assert e.score == 0.9
    assert len(batch.mentions) == 2


def test_symmetric_statements_are_one_whichever_way_they_are_said() -> None:
    build, passage = builder()
    a, b = span("Zorb", "chemical"), span("copper", "chemical", "m:cu")
    build.add_statement(statement(a, "interacts_with", b), passage)
    build.add_statement(statement(b, "interacts_with", a), passage)
    assert len(build.finish().statements) == 1


def test_kinds_that_do_not_go_together_are_refused_and_counted() -> None:
    build, passage = builder()
    build.add_statement(
        statement(span("Zorb", "disease"), "treats", span("copper", "chemical", "m:cu")), passage
    )
    assert build.finish().statements == []
    assert build.refused == {"treats": 1}


def test_nothing_is_said_of_a_thing_and_itself() -> None:
    build, passage = builder()
    a, b = span("Copper", "chemical", "m:cu"), span("copper", "chemical", "m:cu")
    build.add_statement(statement(a, "affects", b), passage)
    assert build.finish().statements == []


def test_what_a_column_measures() -> None:
    build, passage = builder()
    build.add_measure(Variable(id="d#t/x", dataset="d"), span("heat", "property"), passage)
    (measure,) = build.finish().measures
    assert (measure.variable, measure.surface) == ("d#t/x", "heat")
