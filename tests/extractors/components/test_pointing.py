from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from extractors.annotations import MentionSpan, mention
from extractors.components.pointing import cut_off, points_back, singled_out

NLP = spacy.blank("en")


def named(
    text: str, name: str, kind: str = "material", concept: str = ""
) -> tuple[Doc, MentionSpan]:
    doc = NLP(text)
    span = doc.char_span(text.index(name), text.index(name) + len(name))
    assert span is not None
    m = mention(doc, span.start, span.end, kind=kind, method="mine", version="1", concept=concept)
    return doc, m


@pytest.mark.parametrize(
    ("text", "name", "kind", "back"),
    [
        ("The rocks contain biotite.", "rocks", "material", True),
        ("Volcanic rocks contain biotite.", "Volcanic rocks", "material", False),
        ("The volcanic rocks contain biotite.", "volcanic rocks", "material", False),
        ("The cerebellum contains granule cells.", "cerebellum", "anatomy", False),
        ("The resulting gel contains water.", "resulting gel", "material", True),
        ("The resulting gel contains water.", "gel", "material", True),
        ("Rocks contain biotite.", "Rocks", "material", False),
    ],
)
def test_a_word_with_an_article_points_back(text: str, name: str, kind: str, back: bool) -> None:
    assert points_back(*named(text, name, kind)) is back


def test_a_concept_of_a_vocabulary_stands_for_itself() -> None:
    assert not points_back(*named("The basalt contains olivine.", "basalt", concept="pm:basalt"))
    assert not singled_out(*named("Enzymes that bind zinc", "Enzymes", concept="pm:enzyme"))
    assert not cut_off(*named("mutations in APC", "mutations", concept="pm:mutation"))


def test_that_behind_a_name_says_which_are_meant() -> None:
    assert singled_out(*named("Transgenes that affect flowering", "Transgenes", "gene"))
    assert not singled_out(*named("Transgenes affect flowering", "Transgenes", "gene"))
    assert not singled_out(*named("Ceramic coatings, which resist heat", "Ceramic coatings"))


@pytest.mark.parametrize(
    ("text", "name", "cut"),
    [
        ("Germline mutations in APC cause polyposis.", "Germline mutations", True),
        ("Germline mutations cause cancer.", "Germline mutations", False),
        ("chemical inhibitors of reductase", "chemical inhibitors", True),
        ("gene expression in neurons", "gene expression", False),
        ("Fish oil increases tolerance to cold.", "tolerance", True),
        ("Fish oil increases tolerance.", "tolerance", False),
        ("the immune response to viruses", "immune response", False),
        ("a 5-mm tail biopsy was taken", "mm tail biopsy", True),
        ("a six month-old mouse", "month-old mouse", True),
        ("wild mice learn slowly", "mice", False),
    ],
)
def test_a_name_without_what_it_is_of_is_cut_off(text: str, name: str, cut: bool) -> None:
    assert cut_off(*named(text, name, "term")) is cut


def test_what_is_glued_to_a_name_belongs_to_it() -> None:
    doc = Doc(NLP.vocab, words=["D2R-/-", "mice", "learn"], spaces=[False, True, False])
    assert cut_off(doc, mention(doc, 1, 2, kind="organism", method="mine", version="1"))
