from __future__ import annotations

import pytest

from extractors.components.kinds import kind_of
from extractors.pipeline import build_pipeline
from kg.ontology import KINDS


def names(*texts: str, without: tuple[str, ...] = ()) -> dict[str, str]:
    nlp = build_pipeline("en", (), ("polymath_model", *without))
    docs = []
    for text in texts:
        doc = nlp.make_doc(text)
        doc._.work = "w"
        docs.append(doc)
    return {m.name: m.kind for doc in nlp.pipe(docs) for m in doc._.mentions}


def test_a_repeated_phrase_is_a_term_and_a_single_one_only_in_a_parsed_sentence() -> None:
    texts = (
        "The lunar regolith simulant was heated. There was a granular bed.",
        "Lunar regolith simulants melt in the furnace.",
    )
    assert {"lunar regolith simulant", "granular bed"} <= set(names(*texts))
    found = names(*texts, without=("polymath_syntax",))
    assert "lunar regolith simulant" in found
    assert "granular bed" not in found


def test_a_noun_phrase_is_less_sure_than_a_repeated_term_and_covers_no_known_name() -> None:
    nlp = build_pipeline("en", without=("polymath_model",))
    doc = nlp("A granular bed of human insulin was seen.")
    found = {m.name: m.score for m in doc._.mentions if m.method == "noun-chunk"}
    assert found == {"granular bed": 0.5}


def test_what_always_stands_in_a_longer_term_is_none() -> None:
    found = names(*["The nuclear magnetic resonance spectrum of it shows peaks." for _ in range(4)])
    assert "magnetic resonance" not in found
    assert "nuclear magnetic" not in found


@pytest.mark.parametrize(
    "phrase",
    [
        "important results",
        "recent studies",
        "significant difference",
        "figure caption",
        "new method",
    ],
)
def test_general_academic_phrases_are_no_terms(phrase: str) -> None:
    assert names(*[f"The {phrase} is here again." for _ in range(5)]) == {}


def test_abbreviations_name_what_they_stand_for() -> None:
    nlp = build_pipeline("en", (), ("polymath_model",))
    doc = nlp("We use quick brown foxing (QBF). QBF is good, and so are two QBFs.")
    mentions = [(doc.text[m.start_char : m.end_char], m.name, m.method) for m in doc._.mentions]
    assert mentions == [
        ("QBF", "quick brown foxing", "abbreviation"),
        ("QBF", "quick brown foxing", "abbreviation"),
        ("QBFs", "quick brown foxing", "abbreviation"),
        ("quick brown foxing", "quick brown foxing", "abbreviation"),
    ]  # fmt: skip


def test_headings_in_capitals_are_left_alone() -> None:
    assert names(*["MATERIALS AND METHODS OF LUNAR REGOLITH"] * 3) == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gradient boosting algorithm", "method"), ("scanning electron microscope", "instrument"),
        ("neuritis", "disease"), ("stem cell", "anatomy"), ("solar cell", "device"),
        ("aluminium alloy", "material"), ("thermal conductivity", "property"), ("blorb", "term"),
    ],
)  # fmt: skip
def test_kinds_follow_from_names(name: str, kind: str) -> None:
    assert kind_of(name) == kind
    assert kind in KINDS
