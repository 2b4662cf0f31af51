from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from extractors.annotations import MentionSpan, StatementSpan, mention
from extractors.components.entities import Entities
from extractors.pipeline import build_pipeline
from kg.errors import PolymathError


def test_entities_of_a_users_component_become_mentions() -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(  # type: ignore[attr-defined]
        [{"label": "DRUG", "pattern": "zorbital", "id": ""}, {"label": "DATE", "pattern": "today"}]
    )
    nlp.add_pipe(
        "polymath_entities",
        config={"kinds": {"DRUG": "chemical"}, "method": "my-ner", "score": 0.7},
    )
    doc = nlp("Take zorbital today.")
    (m,) = doc._.mentions
    assert (m.name, m.kind, m.method, m.score) == ("zorbital", "chemical", "my-ner", 0.7)


def test_a_kind_that_does_not_exist_is_refused_in_a_sentence() -> None:
    with pytest.raises(PolymathError, match="drug is no kind of concept; use one of material"):
        Entities(kinds={"DRUG": "drug"})


def test_what_was_noted_survives_serialisation() -> None:
    nlp = build_pipeline("en")
    doc = nlp("Aspirin inhibits inflammation at 37 °C.")
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.mentions == doc._.mentions
    assert again._.statements == doc._.statements
    assert again._.quantities == doc._.quantities
    assert isinstance(again._.mentions[0], MentionSpan)
    assert isinstance(again._.statements[0], StatementSpan)


def test_docs_do_not_share_their_lists() -> None:
    nlp = spacy.blank("en")
    one, two = nlp("a b"), nlp("c d")
    one._.mentions.append(mention(one, 0, 1, method="m", version="1"))
    assert two._.mentions == []
