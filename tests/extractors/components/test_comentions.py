from __future__ import annotations

from itertools import combinations
from math import comb
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import kg
from extractors import ingest
from extractors.annotations import StatementSpan, mention
from extractors.components.comentions import PREDICATE, chance_of
from extractors.pipeline import build_pipeline
from kg.errors import PolymathError
from kg.ontology import CO_MENTION
from kg.verify import verify

BOTH = ("Lithium sat on graphene.", "Graphene held lithium.", "Near graphene, lithium moved.")
OTHERS = (
    "Copper is red.", "Aspirin is white.", "Yeast grew.", "Malaria fell.", "Gold shone.",
    "Zinc rusted.", "Silver was cold.",
)  # fmt: skip


@pytest.fixture(scope="module")
def pipe() -> Language:
    return small()


def small(**settings: Any) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("polymath_sentences")
    nlp.add_pipe("polymath_vocabulary")
    nlp.add_pipe("polymath_comentions", config=settings)
    return nlp


def read(nlp: Language, *texts: str, work: str = "doi:1") -> list[Doc]:
    docs = [nlp.make_doc(text) for text in texts]
    for doc in docs:
        doc._.work = work
    return list(nlp.pipe(docs))


def pairs(docs: list[Doc]) -> list[tuple[str, str]]:
    return [
        (s.subject.name, s.object.name)
        for doc in docs
        for s in doc._.statements
        if s.predicate == PREDICATE
    ]


@given(st.integers(1, 12), st.data())
def test_the_chance_is_the_share_of_ways_to_draw(total: int, data: st.DataObject) -> None:
    one = data.draw(st.integers(0, total))
    other = data.draw(st.integers(0, total))
    together = data.draw(st.integers(0, min(one, other)))
    drawn = [len(set(c) & set(range(one))) for c in combinations(range(total), other)]
    expected = sum(n >= together for n in drawn) / comb(total, other)
    assert chance_of(together, one, other, total) == pytest.approx(expected, abs=1e-9)


def test_a_pair_named_together_through_the_work_is_told_with_its_sentences(pipe: Language) -> None:
    docs = read(pipe, BOTH[0] + " " + BOTH[1], BOTH[2], " ".join(OTHERS))
    assert pairs(docs) == [("graphene", "lithium")] * 2
    told = [(doc.text[s.start_char : s.end_char], s) for doc in docs for s in doc._.statements]
    # The closest first: one letter and a blank between the two beat " sat on ".
    assert [sentence for sentence, _ in told] == [BOTH[1], BOTH[2]]
    for _, s in told:
        assert (s.method_family, s.assertion, s.score) == (CO_MENTION, "affirmed", 1.0)


def test_what_may_be_chance_is_left_out(pipe: Language) -> None:
    assert pairs(read(pipe, *BOTH)) == []  # each sentence names both: they could not but meet
    assert pairs(read(pipe, *BOTH[:2], *OTHERS)) == []  # twice only
    assert pairs(read(small(least=2, chance=0.05), *BOTH[:2], *OTHERS)) != []


def test_works_are_counted_apart(pipe: Language) -> None:
    docs = [pipe.make_doc(text) for text in (*BOTH, *OTHERS)]
    for i, doc in enumerate(docs):
        doc._.work = f"doi:{i > 0}"
    assert pairs(list(pipe.pipe(docs))) == []


def test_a_name_and_its_bracket_are_one_thing(pipe: Language) -> None:
    explained = [f"{start} graphene (lithium) again." for start in ("See", "Take", "Weigh")]
    assert pairs(read(pipe, *explained, *OTHERS)) == []


def test_names_inside_names_are_no_pair() -> None:
    nlp = small()
    docs = [nlp.make_doc("lung cells near lung") for _ in range(3)]
    docs += [nlp.make_doc(text) for text in OTHERS]
    for doc in docs[:3]:
        doc._.mentions += [
            mention(doc, 0, 2, name="lung cell", method="mine", version="1"),
            mention(doc, 3, 4, name="lung", method="mine", version="1"),
        ]
    for doc in docs:
        doc._.work = "doi:1"
    assert pairs(list(nlp.pipe(docs))) == []


def test_a_pair_that_a_statement_joins_is_known_better(pipe: Language) -> None:
    docs = [pipe.make_doc(text) for text in (*BOTH, *OTHERS)]
    for doc in docs:
        doc._.work = "doi:1"
    matched = list(pipe.pipe(docs))
    first = matched[0]
    for doc in matched:
        doc._.statements = []
    lithium, graphene = first._.mentions
    first._.statements = [
        StatementSpan(lithium, "located_in", graphene, 0, 24, 8, 14, "mine", "1", "pattern", 0.8)
    ]
    comentions: Any = pipe.get_pipe("polymath_comentions")
    assert pairs(list(comentions.pipe(matched))) == []


def test_lists_tell_nothing() -> None:
    names = ["copper", "aspirin", "yeast", "malaria", "gold", "zinc"]
    listed = [f"{start} {', '.join(names)} and silver." for start in ("See", "Take", "Weigh")]
    assert pairs(read(small(names=6, chance=1.0), *listed)) == []
    assert len(set(pairs(read(small(names=7, chance=1.0), *listed)))) == 21


def test_the_surest_of_a_work_are_kept() -> None:
    names = ["copper", "aspirin", "yeast", "malaria", "gold", "zinc"]
    listed = [f"{start} {', '.join(names)} and silver." for start in ("See", "Take", "Weigh")]
    assert len(set(pairs(read(small(at_most=4, chance=1.0), *listed)))) == 4
    assert pairs(read(small(at_most=0, chance=1.0), *listed)) == []


@pytest.mark.parametrize(
    "wrong", [{"least": 0}, {"chance": 0.0}, {"names": 1}, {"sentences": 0}, {"at_most": -1}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(PolymathError, match="polymath_comentions: found"):
        small(**wrong)


def test_texts_without_names_or_sentences_pass(pipe: Language) -> None:
    assert pairs(read(pipe, "", "   ", "Nothing here.", "🙂 \u202eabc")) == []
    nlp = spacy.blank("en")
    nlp.add_pipe("polymath_vocabulary")
    nlp.add_pipe("polymath_comentions")
    assert pairs(read(nlp, *BOTH, *OTHERS)) != []  # each doc is one sentence, then


def test_co_mention_stays_apart_in_the_graph(tmp_path: Path) -> None:
    more = ("Helium rises.", "Nickel shines.", "Cholera spread.")
    text = "\n\n".join((BOTH[0], BOTH[2], "Beside lithium lies graphene.", *OTHERS, *more))
    (tmp_path / "note.md").write_text(f"---\ntitle: Notes\n---\n\n{text}\n", encoding="utf8")
    with kg.connect(tmp_path / "g.kg") as graph:
        ingest(graph, tmp_path / "note.md", workers=1, progress=False)
        (found,) = graph.mentioned_with("pm:graphene").to_dict("records")
        assert {found["subject"], found["object"]} == {"pm:graphene", "pm:lithium"}
        assert (found["predicate"], found["family"]) == (PREDICATE, CO_MENTION)
        assert found["belief"] < 0.5
        assert len(graph.evidence(found["statement"])) == 2
        assert graph.table("RELATED").query("family == @CO_MENTION").empty
        assert graph.overview().query("family == @CO_MENTION").empty
        assert graph.neighbours("pm:graphene").query("family == @CO_MENTION").empty
        statistics = graph.statistics()
        assert statistics["statements_by_family"][CO_MENTION] == 1
        typed = graph.counts()["Statement"] - 1
        assert sum(statistics["statements_by_belief"].values()) == typed
        assert verify(graph.store).ok


def test_the_pipeline_counts_them() -> None:
    assert build_pipeline("en").pipe_names[-2:] == ["polymath_comentions", "polymath_rare_names"]
    assert build_pipeline("zh").pipe_names[-1] == "polymath_comentions"
