from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from extractors.components.sentences import MAX_TOKENS
from extractors.components.syntax import WEIGHTS, Syntax, weights_digest
from extractors.training.conllu import read_paragraphs
from extractors.training.syntax_scores import boundary_scores, scores
from tests.conftest import SHARED, need

TREEBANKS = SHARED / "annotations" / "syntax"


@pytest.fixture(scope="module")
def nlp() -> Any:
    made = spacy.blank("en")
    made.add_pipe("polymath_syntax")
    return made


def split(nlp: Any, text: str) -> list[str]:
    return [s.text.strip() for s in nlp(text).sents]


@pytest.mark.parametrize(
    "text",
    [
        "Smith et al. (2004) agree with Jones et al. Nature is large.",
        "See Fig. 3 and Figs. 2-4 in Eq. (3).",
        "The effect was small (p < .05).",
        "We grew E. coli and S. cerevisiae at 37.5 °C.",
    ],
)
def test_these_stops_end_no_sentence(nlp: Any, text: str) -> None:
    assert split(nlp, text) in ([text], text.replace("et al. Nature", "et al.\nNature").split("\n"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rose [12]. The end was near.", ["It rose [12].", "The end was near."]),
        ("“It rose.” The end was near.", ["“It rose.”", "The end was near."]),
        ("It fell. mRNA rose. α-Actin did too.", ["It fell.", "mRNA rose.", "α-Actin did too."]),
        ("Heading\n\nText is here.", ["Heading", "Text is here."]),
        ("A line\nof text goes on. Here is more.", ["A line\nof text goes on.", "Here is more."]),
    ],
)
def test_these_do(nlp: Any, text: str, expected: list[str]) -> None:
    assert split(nlp, text) == expected


def test_each_sentence_is_one_tree_and_white_space_hangs_to_its_left(nlp: Any) -> None:
    doc = nlp(
        "  These drugs \n inhibit inflammation (Fig. 3) .  \n\n It (the drug) was given twice.  "
    )
    for sentence in doc.sents:
        assert [t.i for t in sentence if t.head.i == t.i] == [sentence.root.i]
    for token in doc:
        assert token.sent == token.head.sent
        if token.is_space and token.i:
            assert token.head.i < token.i or not doc[: token.i].text.strip()
    words = ("drugs", "inhibit", "was")
    assert [t.pos_ for t in doc if t.text in words] == ["NOUN", "VERB", "AUX"]


def test_one_at_a_time_and_many_at_once_are_the_same(nlp: Any) -> None:
    texts = ["Graphene conducts heat. It is thin.", "", " ", "Water boils at 100 °C.", "a" * 5000]
    one = [nlp(t).to_array(["HEAD", "DEP", "TAG", "SENT_START"]).tolist() for t in texts]
    many = [d.to_array(["HEAD", "DEP", "TAG", "SENT_START"]).tolist() for d in nlp.pipe(texts)]
    assert one == many


def test_endless_sentences_are_cut(nlp: Any) -> None:
    assert max(len(s) for s in nlp("word " * 2000).sents) <= MAX_TOKENS


@pytest.mark.parametrize(
    "text",
    [
        "\\frac{a}{b} = \\int x dx",
        "مرحبا بالعالم. كيف حالك؟",
        "🙂 🙂. 🙂",
        "l1ke tb1s 0CR n0ise.",
        "\n\n\n",
        "…",
    ],
)
def test_odd_text_is_read_without_complaint(nlp: Any, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert sum(len(s) for s in doc.sents) == len(doc)


def test_a_splitter_alone_sets_sentences_and_nothing_else(nlp: Any) -> None:
    alone = spacy.blank("en")
    alone.add_pipe("polymath_syntax", config={"parse": False})
    text = "Graphene conducts heat. It is thin."
    doc = alone(text)
    assert [s.text for s in doc.sents] == [s.text for s in nlp(text).sents]
    assert not doc.has_annotation("DEP")
    assert not doc.has_annotation("TAG")


def test_docs_go_to_bytes_and_come_back(nlp: Any) -> None:
    doc = nlp("Graphene conducts heat.")
    back = Doc(spacy.blank("en").vocab).from_bytes(doc.to_bytes())
    assert [t.dep_ for t in back] == [t.dep_ for t in doc]


def test_the_weights_are_small_and_have_a_card() -> None:
    size = sum(p.stat().st_size for p in WEIGHTS.rglob("*") if p.is_file())
    assert size <= 12e6
    card = (WEIGHTS / "MODEL.md").read_text("utf-8")
    assert "CC BY 3.0" in card
    assert "craft dev: noun chunks, F1" in card
    assert len(weights_digest()) == 16


def test_sentences_and_trees_on_text_that_was_not_trained_on() -> None:
    need(TREEBANKS.exists(), "the treebanks are not here")
    for name, longest, least in (("craft", 0, 97.5), ("ewt", 12, 89.0)):
        paragraphs = read_paragraphs(TREEBANKS / f"{name}-dev.conllu.gz", longest=longest)
        found = scores(WEIGHTS, {name: paragraphs})
        assert found[f"{name}: sentence boundaries, F1"] >= least
        assert found[f"{name}: tags, accuracy"] > 90
        if name == "craft":
            assert found["craft: heads and labels (LAS)"] > 80
            assert found["craft: noun chunks, F1"] > 80


def test_better_than_the_sentencizer() -> None:
    need(TREEBANKS.exists(), "the treebanks are not here")
    paragraphs = read_paragraphs(TREEBANKS / "craft-dev.conllu.gz")[:100]
    gold = [p.starts for p in paragraphs]
    f1 = []
    for factory in ("sentencizer", "polymath_sentences", "polymath_syntax"):
        made = spacy.blank("en")
        made.add_pipe(factory)
        docs = made.pipe(p.text for p in paragraphs)
        f1.append(boundary_scores(gold, [[s.start_char for s in d.sents][1:] for d in docs])[2])
    assert all(a < b for a, b in pairwise(f1))


def test_scores_as_spacy_evaluates_them(nlp: Any) -> None:
    from spacy.training import Example

    text = "Graphene conducts heat. It is thin."
    syntax: Syntax = nlp.get_pipe("polymath_syntax")
    found = syntax.score([Example(nlp(text), nlp(text))])
    assert found["sents_f"] == found["tag_acc"] == found["dep_uas"] == 1.0
