from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.language import Language

from extractors.components.vocabulary_matcher import VocabularyMatcher
from extractors.vocabulary import Entry, Vocabulary
from kg.model import Scheme


def vocabulary(name: str, *entries: Entry) -> Vocabulary:
    return Vocabulary(Scheme(id=f"scheme:{name}"), entries)


MINE = vocabulary(
    "mine",
    Entry(id="m:go", name="graphene oxide", kind="material", aliases=("GO",)),
    Entry(id="m:g", name="graphene", kind="material", aliases_zh=("石墨烯",)),
    Entry(id="m:bc", name="beta-catenin", kind="gene"),
    Entry(id="m:xrd", name="X-ray diffraction", kind="method", aliases=("XRD",)),
    Entry(id="m:co2", name="carbon dioxide", kind="chemical", aliases=("CO2",)),
    Entry(id="m:he", name="helium", kind="chemical", aliases=("He",)),
    Entry(id="m:h2", name="hydrogen", kind="chemical", aliases=("H2",)),
    Entry(id="m:plant", name="plant", kind="organism", disciplines=("Biology",)),
    Entry(id="m:plant2", name="power station", kind="device", aliases=("plant",), disciplines=("Energy",)),
    Entry(id="m:mercury1", name="mercury metal", kind="chemical", aliases=("mercury",), disciplines=("Chemistry",)),
    Entry(id="m:mercury2", name="planet Mercury", kind="object", aliases=("mercury",), disciplines=("Astronomy",)),
)  # fmt: skip


def pipe(language: str = "en", *vocabularies: Vocabulary) -> Language:
    nlp = spacy.blank(language)
    nlp.add_pipe("polymath_abbreviations")
    matcher: Any = nlp.add_pipe("polymath_vocabulary")
    matcher.load(vocabularies or (MINE,))
    return nlp


def found(text: str, nlp: Language | None = None, disciplines: tuple[str, ...] = ()) -> list[Any]:
    nlp = nlp or pipe()
    doc = nlp.make_doc(text)
    doc._.disciplines = disciplines
    for _, component in nlp.pipeline:
        doc = component(doc)
    assert all(text[m.start_char : m.end_char] for m in doc._.mentions)
    return [(text[m.start_char : m.end_char], m.concept) for m in doc._.mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Graphene oxides here", [("Graphene oxides", "m:go")]),
        ("graphene-based films", [("graphene", "m:g")]),
        ("β-Catenin and beta catenin", [("β-Catenin", "m:bc"), ("beta catenin", "m:bc")]),
        (
            "X ray diffraction, x-ray-diffraction",
            [("X ray diffraction", "m:xrd"), ("x-ray-diffraction", "m:xrd")],
        ),
        ("CO₂ and CO2", [("CO₂", "m:co2"), ("CO2", "m:co2")]),
        ("the go of it", []),
        ("He went; H2O", []),
        ("graphene-free and non-graphene", []),
        ("石墨烯很薄", [("石墨烯", "m:g")]),
    ],
)
def test_spellings(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_chinese_text_is_matched_between_characters() -> None:
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "char"}}})
    matcher: Any = nlp.add_pipe("polymath_vocabulary")
    matcher.load((MINE,))
    doc = nlp("用石墨烯和CO2做")
    assert [(m.concept, doc[m.start : m.end].text) for m in doc._.mentions] == [
        ("m:g", "石墨烯"), ("m:co2", "CO2"),
    ]  # fmt: skip


def test_ambiguous_names_go_by_discipline_then_by_name_then_nowhere() -> None:
    assert found("the plant", disciplines=("Energy",)) == [("plant", "m:plant2")]
    assert found("the plant") == [("plant", "m:plant")]
    assert found("some mercury", disciplines=("astronomy",)) == [("mercury", "m:mercury2")]
    assert found("some mercury") == []


def test_the_first_vocabulary_wins() -> None:
    own = vocabulary("own", Entry(id="own:g", name="graphene", kind="chemical"))
    assert found("graphene", pipe("en", own, MINE)) == [("graphene", "own:g")]


def test_an_abbreviation_goes_where_its_long_form_goes() -> None:
    text = "We take carbon dioxide (CD). CD rises; GO (gene ontology) is not GO."
    assert found(text) == [
        ("carbon dioxide", "m:co2"), ("CD", "m:co2"), ("CD", "m:co2"),
    ]  # fmt: skip


def test_it_survives_being_saved(tmp_path: Any) -> None:
    matcher = VocabularyMatcher((MINE,))
    matcher.to_disk(tmp_path / "vocabulary")
    again = VocabularyMatcher().from_disk(tmp_path / "vocabulary")
    assert again.vocabularies == (MINE,)
    assert VocabularyMatcher().from_bytes(matcher.to_bytes()).vocabularies == (MINE,)


def test_a_pipeline_with_it_can_be_saved_and_loaded(tmp_path: Any) -> None:
    pipe().to_disk(tmp_path / "nlp")
    assert found("graphene", spacy.load(tmp_path / "nlp")) == [("graphene", "m:g")]
