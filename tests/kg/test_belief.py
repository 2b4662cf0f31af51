"""Belief: what must hold whatever the numbers are, and that the graph keeps to it in both homes."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.batch import SourceBatch
from kg.belief import ACCEPTED, CALIBRATED, USUAL, WEIGHT, Voice, belief, breaks, polarity
from kg.derived import refresh_statements
from kg.graph import Graph
from kg.model import Statement
from kg.ontology import PREDICATES
from kg.schema import NODES
from kg.stores.base import Store
from kg.verify import verify
from tests.kg.build import batch

FAMILIES = ("pattern", "dependency", "model", "llm", "table", "co-mention", "curator", "new")
TOLERANCE = 1e-6  # belief is rounded to six places

voices = st.builds(
    Voice,
    work=st.sampled_from("abcdef"),
    method_family=st.sampled_from(FAMILIES),
    score=st.floats(0, 1),
    assertion=st.sampled_from((*WEIGHT, "question")),
)
affirming = voices.filter(lambda v: v.assertion != "negated")
denying = voices.map(lambda v: v._replace(assertion="negated"))
many = st.lists(voices, max_size=12)


@given(many, st.booleans(), st.sampled_from(("machine", "accepted", "rejected")))
def test_it_is_a_probability(said: list[Voice], breach: bool, status: str) -> None:
    assert 0.0 <= belief(said, breach=breach, status=status) <= 1.0


@given(many, affirming)
def test_one_more_who_affirms_never_lowers_it(said: list[Voice], more: Voice) -> None:
    assert belief([*said, more]) >= belief(said) - TOLERANCE


@given(many, denying)
def test_one_more_who_denies_never_raises_it(said: list[Voice], more: Voice) -> None:
    assert belief([*said, more]) <= belief(said) + TOLERANCE


@given(many, voices, st.floats(0, 1))
def test_a_surer_voice_never_lowers_it(said: list[Voice], one: Voice, score: float) -> None:
    one = one._replace(assertion="affirmed")
    surer = one._replace(score=max(one.score, score))
    assert belief([*said, surer]) >= belief([*said, one]) - TOLERANCE


@given(many.flatmap(lambda said: st.tuples(st.just(said), st.permutations(said))))
def test_order_does_not_matter(orders: tuple[list[Voice], list[Voice]]) -> None:
    assert belief(orders[0]) == belief(orders[1])


@given(many)
def test_saying_it_again_in_the_same_work_changes_nothing(said: list[Voice]) -> None:
    assert belief([*said, *said]) == belief(said)


@given(many)
def test_the_same_means_in_the_same_work_are_one_voice(said: list[Voice]) -> None:
    same = {"pattern": "dependency", "dependency": "pattern"}
    twins = [v._replace(method_family=same.get(v.method_family, v.method_family)) for v in said]
    assert belief([*said, *twins]) == belief(said)


@given(many)
def test_a_breach_of_the_schema_never_raises_it(said: list[Voice]) -> None:
    assert belief(said, breach=True) <= belief(said)


def test_another_means_adds_more_than_the_same_means_in_another_work() -> None:
    one = Voice("a", "pattern", USUAL, "affirmed")
    same = belief([one, Voice("b", "dependency", USUAL, "affirmed")])
    other = belief([one, Voice("b", "model", USUAL, "affirmed")])
    assert belief([one]) < same < other


def test_works_without_end_do_not_outvote_a_systematic_error() -> None:
    said = [Voice(f"work {i}", "pattern", USUAL, "affirmed") for i in range(1000)]
    assert belief(said) == pytest.approx(1 - CALIBRATED.errors["syntax"].systematic)


def test_two_names_in_one_sentence_stay_doubtful_and_a_curator_does_not() -> None:
    near = [Voice(f"work {i}", "co-mention", 1.0, "affirmed") for i in range(1000)]
    assert belief(near) < 0.5 < 0.95 < belief([Voice("a", "curator", 1.0, "affirmed")])


def test_a_question_says_nothing_and_future_work_little() -> None:
    tones = ("question", "future", "hypothetical", "comparative", "affirmed")
    heard = [belief([Voice("a", "model", USUAL, tone)]) for tone in tones]
    assert heard[0] == 0.0
    assert heard == sorted(set(heard))


@pytest.mark.parametrize("score", [nan, -1.0, inf, 7.0])
def test_a_score_out_of_range_does_no_harm(score: float) -> None:
    sound = [Voice("a", "model", USUAL, "affirmed")]
    assert belief(sound) <= belief([*sound, Voice("b", "llm", score, "affirmed")]) < 1.0


def test_nobody_says_it() -> None:
    assert (belief([]), polarity([])) == (0.0, "unknown")


def test_a_decision_has_the_last_word() -> None:
    against = [Voice("a", "model", USUAL, "negated")]
    assert belief(against, status="accepted") == ACCEPTED
    assert belief(against, breach=True, status="accepted") == ACCEPTED
    sure = [Voice(work, "curator", 1.0, "affirmed") for work in "abc"]
    assert belief(sure, status="accepted") == belief(sure) > ACCEPTED
    assert belief(sure, status="rejected") == 0.0


def test_every_error_is_a_probability_and_every_family_has_its_own() -> None:
    assert {CALIBRATED.groups.get(f, f) for f in FAMILIES[:-1]} == set(CALIBRATED.errors)
    for errors in (*CALIBRATED.errors.values(), CALIBRATED.unknown):
        assert 0.0 <= errors.systematic <= errors.random < 1.0
    assert 0.0 < CALIBRATED.breach < 1.0


def test_ignorance_breaks_no_schema() -> None:
    assert not any(breaks(p, "term", "term") for p in PREDICATES)
    assert not breaks("never heard of", "disease", "software")


# --------------------------------------------------------------------------- in a graph

TREATS = ("Aspirin treats headache.", "Aspirin", "treats", "headache")


def retyped(one: SourceBatch, kind: str) -> SourceBatch:
    """The batch with its object of another kind, under the same id."""
    of = one.statements[0].object
    one.concepts = [replace(c, kind=kind) if c.id == of else c for c in one.concepts]
    return one


def told(store: Store) -> Statement:
    """The only statement of the graph."""
    [rows] = list(store.scan(NODES["Statement"]))
    [one] = NODES["Statement"].dicts(rows)
    return Statement(**one)


def decide(store: Store, status: str) -> Statement:
    """Set the statement's status as a decision would, and recompute."""
    one = told(store)
    with store.writing() as writer:
        writer.update(NODES["Statement"], ("status",), [(one.id, status)])
        refresh_statements(writer, [one.id])
    return told(store)


def test_a_breach_is_believed_less_in_the_graph(store: Store) -> None:
    Graph(store).write(retyped(batch("A", [TREATS]), "software"))
    said = [Voice("a", "pattern", 0.6, "affirmed")]
    believed = belief(said, breach=True, family="use")
    assert told(store).belief == believed < belief(said, family="use")
    assert verify(store).ok


def test_the_kind_that_the_graph_holds_is_what_counts(store: Store) -> None:
    graph = Graph(store)
    headache = ("Headache increases fatigue.", "Headache", "increases", "fatigue")
    first = batch("A", [headache])
    first.concepts = [replace(c, kind="software") for c in first.concepts]
    graph.write(first)
    graph.write(batch("B", [TREATS]))  # says no kind, but the graph knows one
    [treats] = [s for s in map(graph.statement, statement_ids(store)) if s.predicate == "treats"]
    said = [Voice("b", "pattern", 0.6, "affirmed")]
    assert treats.belief == belief(said, breach=True, family="use")
    graph.write(batch("C", [TREATS]))
    assert treats.belief < graph.statement(treats.id).belief < 1 - CALIBRATED.breach
    assert verify(store).ok


def statement_ids(store: Store) -> list[str]:
    """Ids of all statements."""
    return [i for rows in store.scan(NODES["Statement"], ("id",)) for (i,) in rows]


def test_a_decision_sets_belief_keeps_evidence_and_can_be_undone(store: Store) -> None:
    graph = Graph(store)
    graph.write(batch("A", [TREATS]))
    graph.write(batch("B", [TREATS]))
    before = told(store)
    rejected = decide(store, "rejected")
    assert (rejected.belief, rejected.n_evidence, rejected.n_works) == (0.0, 2, 2)
    assert len(graph.evidence(rejected.id)) == 2
    assert graph.neighbours([before.subject]).empty
    assert verify(store).ok
    assert decide(store, "accepted").belief == ACCEPTED
    assert graph.neighbours([before.subject])["belief"].tolist() == [ACCEPTED]
    graph.write(batch("C", [TREATS]))
    assert told(store).belief == ACCEPTED  # survives what is read later
    assert verify(store).ok
    graph.delete_source(batch("C", [TREATS]).source.id)
    assert decide(store, "machine") == before


@pytest.mark.parametrize("names", ["ABC", "CAB", "BCA"])
def test_belief_is_the_same_to_the_last_digit_in_any_order(store: Store, names: str) -> None:
    for name in names:
        Graph(store).write(
            batch(name, [TREATS], assertion="hypothetical" if name == "B" else "affirmed")
        )
    said = [Voice(n, "pattern", 0.6, "hypothetical" if n == "B" else "affirmed") for n in "ABC"]
    assert told(store).belief == belief(said, family="use")


def test_a_method_is_believed_as_far_as_it_reads_a_family_well() -> None:
    voice = [Voice("a", "pattern", USUAL, "affirmed")]
    readings = {("pattern", "causal"): 0.1, ("pattern", "use"): 0.6}
    parameters = replace(CALIBRATED, readings=readings)
    causal, use, other = (
        belief(voice, family=family, parameters=parameters) for family in ("causal", "use", "basis")
    )
    assert causal > other > use
    assert other == belief(voice), "where nothing was judged the group's error counts"
