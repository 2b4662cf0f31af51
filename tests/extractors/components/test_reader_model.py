from itertools import pairwise

import pytest
import spacy

from extractors.annotations import mention
from extractors.components import reader_model, vocabulary_matcher  # noqa: F401
from extractors.components.reader_names import METHOD, trimmed
from extractors.pipeline import PipelineConfig, ReadingPipeline, build_pipeline
from kg.errors import PolymathError


@pytest.fixture(scope="module")
def nlp():
    made = spacy.blank("en")
    made.add_pipe("sentencizer")
    made.add_pipe("polymath_model")
    return made


def names(doc) -> set[tuple[str, str]]:
    return {(m.name, m.kind) for m in doc._.mentions if m.method == METHOD}


def test_it_reads_fields_that_have_nothing_in_common(nlp):
    bio = nlp("Mutations of BRCA1 raise the risk of breast cancer in women treated with tamoxifen.")
    assert ("breast cancer", "disease") in names(bio)
    computing = nlp(
        "We train a conditional random field for named entity recognition "
        "and report F1 on the CoNLL-2003 data set."
    )
    assert {kind for _, kind in names(computing)} & {"task", "method", "metric", "data"}


def test_spans_of_characters_are_those_of_the_text(nlp):
    doc = nlp("The thin film of (La,Sr)MnO3 was annealed at 900 °C in O2.")
    for m in doc._.mentions:
        assert doc.text[m.start_char : m.end_char].strip() == doc.text[m.start_char : m.end_char]
        assert m.start < m.end <= len(doc)
        assert 0.5 <= m.score <= 1


def test_mentions_of_one_doc_do_not_overlap(nlp):
    doc = nlp(
        "Human umbilical vein endothelial cells were treated with tumour necrosis factor alpha."
    )
    spans = sorted((m.start_char, m.end_char) for m in doc._.mentions)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_the_vocabularys_concept_is_taken_and_never_cut_through(nlp):
    text = "Patients were treated with aspirin for breast cancer."
    doc = nlp.make_doc(text)
    doc._.mentions.append(
        mention(
            doc,
            4,
            5,
            kind="chemical",
            name="acetylsalicylic acid",
            concept="x:1",
            method="vocabulary",
            version="1",
        )
    )
    doc._.mentions.append(
        mention(
            doc,
            5,
            7,
            kind="term",
            name="for breast",
            concept="x:2",
            method="vocabulary",
            version="1",
        )
    )
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    ours = {(m.start, m.end): m for m in doc._.mentions if m.method == METHOD}
    assert ours[4, 5].concept == "x:1"
    assert ours[4, 5].name == "acetylsalicylic acid"
    assert (6, 8) not in ours


def test_one_name_has_one_kind_in_a_work(nlp):
    docs = [
        nlp.make_doc(t) for t in ("BERT is a language model.", "We fine-tune BERT for parsing.") * 4
    ]
    for doc in docs:
        doc._.work = "w"
    kinds = {}
    for doc in nlp.pipe(docs):
        for m in doc._.mentions:
            kinds.setdefault(m.name, set()).add(m.kind)
    assert all(len(k) == 1 for k in kinds.values())


@pytest.mark.parametrize(
    ("text", "span", "kept"),
    [
        ("the BLEU.", (0, 9), "BLEU"),
        ("a novel method", (0, 14), "method"),
        ("(La,Sr)MnO3", (0, 11), "(La,Sr)MnO3"),
        ("cells)", (0, 6), "cells"),
        ("E. coli spp.", (0, 12), "E. coli spp."),
        ("(graphene", (0, 9), "graphene"),
        ("Penn Treebank and the", (0, 21), "Penn Treebank"),
        ("hepatitis A", (0, 11), "hepatitis A"),
        ("several other adult tissues", (0, 27), "adult tissues"),
        ("four controllable lines", (0, 23), "controllable lines"),
        ("three body problem", (0, 18), "three body problem"),
        ("in the cell wall", (0, 16), "cell wall"),
        ("electron microscopy (STEM)", (0, 26), "electron microscopy"),
        ("in situ hybridization", (0, 21), "in situ hybridization"),
    ],
)
def test_what_does_not_belong_to_a_name_is_trimmed(text, span, kept):
    start, end = trimmed(text, *span)
    assert text[start:end] == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😀 שלום",
        r"\begin{equation} x = y \end{equation}",
        "| 1 | 2 |\n" * 50,
        "acid " * 4000,
    ],
)
def test_bad_text_is_read_without_a_crash(nlp, text: str):
    nlp.max_length = 10_000_000
    nlp(text)


def test_weights_that_are_not_there_are_one_sentence(tmp_path):
    with pytest.raises(PolymathError, match="No weights in"):
        build_pipeline("en", polymath_model={"weights": str(tmp_path)})


def test_the_model_belongs_to_the_fingerprint_and_can_be_left_out():
    with_model, without = PipelineConfig(), PipelineConfig(without=("polymath_model",))
    assert with_model.fingerprint != without.fingerprint
    assert "reader" in with_model.describe()["languages"]["en"]
    assert with_model.signature(["zh"]).startswith("zh:")
    assert with_model.signed(with_model.signature(["en"]))
    assert not with_model.signed(without.signature(["en"]))
    assert "polymath_model" not in ReadingPipeline(without).nlp("en").pipe_names
