from dataclasses import replace

import pytest
import spacy
from spacy.tokens import Doc

import extractors.pipeline  # noqa: F401
from extractors.annotations import MentionSpan, StatementSpan
from extractors.components.rare_names import RareNames
from extractors.pipeline import build_pipeline
from kg.errors import PolymathError

TEXT = "foam holds gas and foam sinks , while dross floats near slag ."


def doc_with(*said: tuple[str, float]) -> Doc:
    """TEXT with a mention by the reader of each given word, wherever it stands."""
    doc = spacy.blank("en")(TEXT)
    doc._.mentions = [
        MentionSpan(
            t.i, t.i + 1, t.idx, t.idx + len(t), "material", "", t.text, "model", "1", score
        )
        for word, score in said
        for t in doc
        if t.text == word
    ]
    return doc


def names(doc: Doc) -> list[str]:
    return [m.name for m in doc._.mentions]


def read(doc: Doc, **settings: float) -> Doc:
    given = {"words": 5, "times": 2, "sure": 0.8} | settings
    return RareNames(**given)(doc)  # type: ignore[arg-type]


def test_a_name_said_once_stays_if_it_is_read_surely() -> None:
    assert names(read(doc_with(("gas", 0.9), ("slag", 0.7)))) == ["gas"]


def test_a_name_said_twice_stays() -> None:
    assert names(read(doc_with(("foam", 0.6)))) == ["foam", "foam"]


def test_a_short_work_keeps_all() -> None:
    assert names(read(doc_with(("slag", 0.5)), words=1000)) == ["slag"]


def test_what_a_vocabulary_knows_or_another_method_sees_stays() -> None:
    doc = doc_with(("slag", 0.6), ("dross", 0.6))
    slag, dross = doc._.mentions
    doc._.mentions = [replace(slag, concept="pm:slag"), dross, replace(dross, method="terms")]
    assert names(read(doc)) == ["slag", "dross", "dross"]


def test_what_a_statement_uses_stays() -> None:
    doc = doc_with(("dross", 0.6), ("slag", 0.6), ("gas", 0.6))
    dross, slag, _ = doc._.mentions
    doc._.statements = [
        StatementSpan(dross, "part_of", slag, 0, len(TEXT), 0, 5, "model", "1", "model", 0.9, {})
    ]
    assert names(read(doc)) == ["dross", "slag"]


def test_a_curator_is_told_what_was_left_out() -> None:
    doc = doc_with(("slag", 0.65))
    doc._.explain = True
    [refusal] = read(doc)._.refused
    assert (refusal.text, refusal.reason) == (
        "slag",
        "said once in a long work, and chance 0.65 is below 0.80",
    )


def test_settings_out_of_bounds_are_one_sentence() -> None:
    with pytest.raises(PolymathError, match="expected words from 0, times from 1"):
        build_pipeline("en", polymath_rare_names={"times": 0})
