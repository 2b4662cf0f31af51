from __future__ import annotations

import pytest
import spacy

from extractors.annotations import MentionSpan, StatementSpan, mention
from extractors.components.restating import restated

NLP = spacy.blank("en")


@pytest.mark.parametrize(
    ("text", "subject", "predicate", "object_", "kind", "meant"),
    [
        ("NT-3 induces Er81", "NT-3", "causes", "Er81", "gene", "increases"),
        ("smoking induces cancer", "smoking", "causes", "cancer", "disease", "causes"),
        ("damage to neurons caused by lead", "lead", "causes", "neurons", "anatomy", "affects"),
        ("changes in the cortical network caused by lead", "lead", "causes", "network", "term", "affects"),
        ("growth of cracks caused by lead", "lead", "causes", "cracks", "phenomenon", "causes"),
        ("changes occur, cracks caused by lead", "lead", "causes", "cracks", "phenomenon", "causes"),
    ],
)  # fmt: skip
def test_the_object_may_change_what_is_said(
    text: str, subject: str, predicate: str, object_: str, kind: str, meant: str
) -> None:
    doc = NLP(text)

    def named(name: str, of: str) -> MentionSpan:
        span = doc.char_span(text.index(name), text.index(name) + len(name))
        assert span is not None
        return mention(doc, span.start, span.end, kind=of, method="mine", version="1")

    s = StatementSpan(
        named(subject, "term"), predicate, named(object_, kind), 0, len(text), 0, 0, "mine", "1",
        "pattern", 0.8,
    )  # fmt: skip
    assert restated(s, doc) == meant
