from __future__ import annotations

import pytest
import spacy

from extractors.components.abbreviations import pairs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the polymerase chain reaction (PCR)", [("PCR", "polymerase chain reaction")]),
        ("single nucleotide polymorphisms (SNPs)", [("SNPs", "single nucleotide polymorphisms")]),
        ("NMR (nuclear magnetic resonance)", [("NMR", "nuclear magnetic resonance")]),
        ("heat shock transcription factor (HSF)", [("HSF", "heat shock transcription factor")]),
        ("1,4-phosphodiesterase (PDE)", [("PDE", "phosphodiesterase")]),
        ("graphene oxide (GO; 5 mg)", [("GO", "graphene oxide")]),
    ],
)
def test_definitions(text: str, expected: list[tuple[str, str]]) -> None:
    found = pairs(f"We used {text} here.")
    assert [(s, long.split("4-")[-1]) for s, long in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "as shown (Fig. 3)",
        "mice (n = 5)",
        "it rose (see Table 2)",
        "the result (and so on)",
        "in 2004 (2005)",
    ],
)
def test_brackets_that_define_nothing(text: str) -> None:
    assert pairs(text) == []


def test_passages_of_one_work_share_a_table() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("polymath_abbreviations")
    docs = [
        nlp.make_doc(t)
        for t in ("PCR was used.", "The polymerase chain reaction (PCR).", "PCR again.")
    ]
    for doc, work in zip(docs, ("a", "a", "b"), strict=True):
        doc._.work = work
    first, second, third = nlp.pipe(docs)
    assert first._.abbreviations == second._.abbreviations == {"PCR": "polymerase chain reaction"}
    assert third._.abbreviations == {}
