from __future__ import annotations

import time
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from extractors.annotations import mention
from extractors.components import dependency_patterns
from extractors.components.dependency_patterns import (
    TriggerLexicon,
    group_patterns,
    read_patterns,
)
from extractors.pipeline import build_pipeline
from kg.errors import UnreadableSource
from kg.ontology import PREDICATES

Triple = tuple[str, str, str]


def tree(nlp: Any, *words: tuple[str, str, int, str]) -> Doc:
    """A parsed sentence of (word, tag, head, label)."""
    doc = Doc(
        nlp.vocab, words=[w[0] for w in words], tags=[w[1] for w in words],
        heads=[w[2] for w in words], deps=[w[3] for w in words],
    )  # fmt: skip
    for i, (word, tag, _, _) in enumerate(words):
        if tag == "NNP":  # names, in these tests
            doc._.mentions.append(
                mention(doc, i, i + 1, kind="chemical", name=word, method="t", version="1")
            )
    return doc


@pytest.fixture(scope="module")
def alone() -> Any:
    nlp = spacy.blank("en")
    nlp.add_pipe("polymath_dependency_relations")
    return nlp


@pytest.fixture(scope="module")
def en() -> Any:
    return build_pipeline("en")


def said(nlp: Any, doc: Doc) -> set[Triple]:
    for _, component in nlp.pipeline:
        doc = component(doc)
    return {(s.subject.name, s.predicate, s.object.name) for s in doc._.statements}


def test_every_pattern_finds_its_trigger_and_both_names(alone: Any) -> None:
    patterns = read_patterns()
    groups = group_patterns(alone.vocab, patterns, TriggerLexicon())
    parts = [part for group in groups for part in group.parts.values()]
    assert len(parts) == len(patterns) == sum(len(group.matcher) for group in groups)
    for pattern, at in parts:
        assert {"trigger", "subject", "object"} <= set(at)
        assert 0 < pattern.score <= 1
        assert {"A", "B"} & set(pattern.example)


def test_there_is_one_list_of_triggers() -> None:
    lexicon = TriggerLexicon()
    for words, predicate in (
        (("verb", "inhibited", "", ""), "decreases"),
        (("verb+prep", "depends", "on", ""), "depends_on"),
        (("light", "plays", "in", "role"), "affects"),
        (("phrase", "inhibitor", "of", ""), "decreases"),
        (("noun", "effect", "of", "on"), "affects"),
    ):
        trigger = lexicon.of(*words)
        assert trigger is not None, words
        assert trigger.predicate == predicate
        assert trigger.predicate in PREDICATES
    assert lexicon.of("verb", "walks", "", "") is None


def test_active_with_what_the_verb_shares(alone: Any) -> None:
    doc = tree(
        alone,
        ("X", "NNP", 3, "nsubj"), ("and", "CC", 0, "cc"), ("Y", "NNP", 0, "conj"),
        ("bind", "VBP", 3, "ROOT"), ("Z", "NNP", 3, "dobj"), ("and", "CC", 3, "cc"),
        ("inhibit", "VBP", 3, "conj"), ("W", "NNP", 6, "dobj"), (".", ".", 3, "punct"),
    )  # fmt: skip
    assert said(alone, doc) == {
        ("X", "interacts_with", "Z"), ("Y", "interacts_with", "Z"),
        ("X", "decreases", "W"), ("Y", "decreases", "W"),
    }  # fmt: skip


def test_passive_and_relative_clause(alone: Any) -> None:
    doc = tree(
        alone,
        ("X", "NNP", 6, "nsubjpass"), (",", ",", 0, "punct"), ("which", "WDT", 3, "nsubj"),
        ("contains", "VBZ", 0, "relcl"), ("Y", "NNP", 3, "dobj"), ("is", "VBZ", 6, "auxpass"),
        ("inhibited", "VBN", 6, "ROOT"), ("by", "IN", 6, "agent"), ("Z", "NNP", 7, "pobj"),
    )  # fmt: skip
    assert said(alone, doc) == {("X", "contains", "Y"), ("Z", "decreases", "X")}


def test_authors_are_no_subject_but_their_clause_has_one(alone: Any) -> None:
    doc = tree(
        alone,
        ("We", "PRP", 1, "nsubj"), ("show", "VBP", 1, "ROOT"), ("that", "IN", 4, "mark"),
        ("X", "NNP", 4, "nsubj"), ("increases", "VBZ", 1, "ccomp"), ("Y", "NNP", 4, "dobj"),
    )  # fmt: skip
    assert said(alone, doc) == {("X", "increases", "Y")}


def test_nominalisations(alone: Any) -> None:
    doc = tree(
        alone,
        ("Inhibition", "NN", 5, "nsubjpass"), ("of", "IN", 0, "prep"), ("X", "NNP", 1, "pobj"),
        ("by", "IN", 0, "prep"), ("Y", "NNP", 3, "pobj"), ("seen", "VBN", 5, "ROOT"),
    )  # fmt: skip
    assert said(alone, doc) == {("Y", "decreases", "X")}


def test_a_good_noun_phrase_becomes_a_name(alone: Any) -> None:
    doc = tree(
        alone,
        ("Rainfall", "NN", 1, "compound"), ("uncertainty", "NN", 2, "nsubj"),
        ("affects", "VBZ", 2, "ROOT"), ("the", "DT", 5, "det"), ("crop", "NN", 5, "compound"),
        ("yield", "NN", 2, "dobj"),
    )  # fmt: skip
    assert said(alone, doc) == {("rainfall uncertainty", "affects", "crop yield")}


@pytest.mark.parametrize(
    "words",
    [
        [("It", "PRP", 1, "nsubj"), ("inhibits", "VBZ", 1, "ROOT"), ("X", "NNP", 1, "dobj")],
        [  # the lack of it does, not X
            ("lack", "NN", 3, "nsubj"), ("of", "IN", 0, "prep"), ("X", "NNP", 1, "pobj"),
            ("increases", "VBZ", 3, "ROOT"), ("Y", "NNP", 3, "dobj"),
        ],
        [  # which one?
            ("This", "DT", 1, "det"), ("polymer", "NN", 2, "nsubj"), ("contains", "VBZ", 2, "ROOT"),
            ("Y", "NNP", 2, "dobj"),
        ],
        [  # what Y does
            ("X", "NNP", 1, "nsubj"), ("enables", "VBZ", 1, "ROOT"), ("Y", "NNP", 1, "dobj"),
            ("to", "TO", 4, "aux"), ("grow", "VB", 1, "xcomp"),
        ],
        [  # reduced X, not X
            ("reduced", "VBN", 1, "amod"), ("X", "NNP", 2, "nsubj"), ("causes", "VBZ", 2, "ROOT"),
            ("Y", "NNP", 2, "dobj"),
        ],
    ],
)  # fmt: skip
def test_what_is_not_said_is_not_stated(alone: Any, words: list[tuple[str, str, int, str]]) -> None:
    assert said(alone, tree(alone, *words)) == set()


def test_a_doc_without_trees_has_no_statements(alone: Any) -> None:
    doc = alone("Aspirin inhibits inflammation.")
    assert doc._.statements == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We conclude that aspirin, which is cheap and safe, inhibits severe inflammation.",
            ("aspirin", "decreases", "inflammation"),
        ),
        ("Aspirin, which is cheap and safe, strongly inhibits inflammation.", ("aspirin", "decreases", "inflammation")),
    ],
)  # fmt: skip
def test_in_the_whole_pipeline(en: Any, text: str, expected: Triple) -> None:
    (s,) = en(text)._.statements
    assert (s.subject.name, s.predicate, s.object.name) == expected
    assert text[s.start_char : s.end_char] == text


def test_nothing_is_stated_twice(en: Any) -> None:
    doc = en("Aspirin inhibits inflammation.")
    assert [s.method for s in doc._.statements] == ["pattern"]


def test_assertion_is_judged_on_these_too(en: Any) -> None:
    doc = en("Insulin, which is cheap and safe, does not increase inflammation.")
    assert [(s.method, s.predicate, s.assertion) for s in doc._.statements] == [
        ("dependency", "increases", "negated")
    ]


def test_a_long_chain_of_phrases_takes_no_time(alone: Any) -> None:
    words = [("Inhibition", "NN", 0, "ROOT")]
    for k in range(0, 110, 2):
        words += [("of" if k % 4 else "by", "IN", 0, "prep"), ("X", "NNP", k + 1, "pobj")]
    began = time.perf_counter()
    said(alone, tree(alone, *words))
    assert time.perf_counter() - began < 5


def test_a_table_that_is_wrong_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    row = ("x", "verb", "-", "nsubj", ">dobj", "-", "-", "1.0", "A")
    monkeypatch.setattr(dependency_patterns, "read_lexicon", lambda name, columns: [row])
    with pytest.raises(UnreadableSource, match="'x' has the step 'nsubj'"):
        dependency_patterns.read_patterns()
