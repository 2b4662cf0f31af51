from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

import extractors.components.linker  # noqa: F401
from extractors.annotations import mention
from extractors.pipeline import build_pipeline
from extractors.vocabulary import Entry, Vocabulary
from kg.errors import PolymathError
from kg.model import Scheme

MINE = Vocabulary(
    Scheme(id="scheme:mine"),
    (
        Entry(id="m:liver", name="liver", kind="anatomy"),
        Entry(id="m:hepatocyte", name="cell of liver", kind="anatomy", broader=("m:liver",)),
        Entry(id="m:go", name="graphene oxide", kind="material", aliases=("GO",)),
        Entry(id="m:a", name="first bank", aliases=("river bank",)),
        Entry(id="m:b", name="second bank", aliases=("river bank",)),
    ),
)


def pipe(**config: Any) -> Language:
    nlp = spacy.blank("en")
    matcher: Any = nlp.add_pipe("polymath_vocabulary")
    matcher.load((MINE,))
    nlp.add_pipe("polymath_linker", config=config)
    return nlp


def noted(nlp: Language, text: str, *spans: tuple[int, int, str], **given: Any) -> Doc:
    doc = nlp.make_doc(text)
    for name, value in given.items():
        doc._.set(name, value)
    for start, end, kind in spans:
        doc._.mentions.append(mention(doc, start, end, kind=kind, method="mine", version="1"))
    linker: Any = nlp.get_pipe("polymath_linker")
    read: Doc
    (read,) = linker.pipe([doc])
    return read


def test_a_mention_gets_concept_name_and_kind_and_the_reason_is_kept() -> None:
    doc = noted(pipe(), "hepatic cells divide", (0, 2, "term"))
    (m,) = doc._.mentions
    assert (m.concept, m.name, m.kind) == ("m:hepatocyte", "cell of liver", "anatomy")
    assert 0.5 < m.score < 1
    (told,) = doc._.links
    assert (told["start"], told["end"], told["concept"]) == (0, 13, "m:hepatocyte")
    assert "adjective" in told["why"]


def test_mentions_that_have_a_concept_or_name_none_are_left_alone() -> None:
    nlp = pipe()
    doc = nlp.make_doc("liver and kidney stones")
    doc._.mentions.append(mention(doc, 0, 1, concept="x:1", method="mine", version="1"))
    doc._.mentions.append(mention(doc, 2, 4, method="mine", version="1"))
    nlp.get_pipe("polymath_linker")(doc)
    assert [(m.concept, m.name) for m in doc._.mentions] == [("x:1", "liver"), ("", "kidney stone")]
    assert doc._.links == []


def test_a_refusal_says_between_what() -> None:
    doc = noted(pipe(), "river banks", (0, 2, "term"))
    assert doc._.mentions[0].concept == ""
    (told,) = doc._.links
    assert told["concept"] == ""
    assert "m:a" in told["why"]
    assert "m:b" in told["why"]


def test_what_the_work_means_by_an_abbreviation_is_linked() -> None:
    doc = noted(pipe(), "GOs fold", (0, 1, "term"), abbreviations={"GO": "graphene oxide"})
    assert doc._.mentions[0].concept == "m:go"


def test_another_kind_is_refused() -> None:
    assert noted(pipe(), "hepatic cells", (0, 2, "software"))._.mentions[0].concept == ""


def test_names_in_part_are_guessed_only_if_asked() -> None:
    assert noted(pipe(), "oxide", (0, 1, "term"))._.mentions[0].concept == ""
    nlp = pipe(partial=True, least=0.0, margin=0.0)
    assert noted(nlp, "oxide", (0, 1, "term"))._.mentions[0].concept == "m:go"


def test_vocabularies_loaded_later_are_used() -> None:
    nlp = pipe()
    matcher: Any = nlp.get_pipe("polymath_vocabulary")
    assert noted(nlp, "renal", (0, 1, "term"))._.mentions[0].concept == ""
    matcher.load((Vocabulary(Scheme(id="scheme:k"), (Entry(id="k:1", name="kidney"),)),))
    assert noted(nlp, "renal", (0, 1, "term"))._.mentions[0].concept == "k:1"


def test_wrong_thresholds_are_a_sentence() -> None:
    with pytest.raises(PolymathError, match="least=2"):
        pipe(least=2.0)


def test_what_was_decided_survives_being_saved() -> None:
    nlp = pipe()
    doc = noted(nlp, "hepatic cells", (0, 2, "term"))
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes())._.links == doc._.links


def test_it_stands_in_the_english_pipeline_before_relations() -> None:
    names = build_pipeline("en", (MINE,)).pipe_names
    assert names.index("polymath_terms") < names.index("polymath_linker")
    assert names.index("polymath_linker") < names.index("polymath_relations")
