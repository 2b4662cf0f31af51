from __future__ import annotations

import pytest

from extractors.components.lexicon import read_lexicon
from extractors.linking.spelling import american
from extractors.linking.words import is_adjective_of, same_number, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("β-Catenin", "beta catenin"), ("IL-6", "IL 6"), ("type II cell", "type 2 cells"),
        ("6th arch", "sixth arch"), ("3′ UTR", "three_prime_UTR"), ("naïve", "naive"),
        ("Purkinje's cell", "Purkinje cells"), ("CD4+ T cell", "CD4-positive T cell"),
        ("haemoglobin fibres", "hemoglobin fiber"), ("TECs", "TEC"), ("poly(A) tail", "poly-A tails"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_have_the_same_lemmas(one: str, other: str) -> None:
    assert [w.lemma for w in words(one)] == [w.lemma for w in words(other)]


@pytest.mark.parametrize(
    ("adjective", "noun"),
    [
        ("hepatic", "liver"), ("renal", "kidney"), ("cortical", "cortex"), ("thymic", "thymus"),
        ("epithelial", "epithelium"), ("skeletal", "skeleton"), ("follicular", "follicle"),
        ("pharyngeal", "pharynx"), ("cochlear", "cochlea"), ("embryonic", "embryo"),
        ("ferrous", "iron"), ("solar", "sun"),
    ],
)  # fmt: skip
def test_an_adjective_shares_its_noun_s_root(adjective: str, noun: str) -> None:
    assert words(adjective)[0].root == words(noun)[0].root
    assert is_adjective_of(words(adjective)[0].lemma, words(noun)[0].lemma)


@pytest.mark.parametrize(
    ("word", "other"),
    [("fractal", "fractionation"), ("signal", "sign"), ("oxide", "oxidation"), ("logic", "log")],
)
def test_these_are_no_adjectives_of_a_noun(word: str, other: str) -> None:
    assert not is_adjective_of(word, other)
    assert not is_adjective_of(other, word)


def test_capital_letters_are_no_articles() -> None:
    assert [w.bare for w in words("vitamin A")] == [False, False]
    assert [w.bare for w in words("a ON-bipolar cell of the retina")] == [
        True, False, False, False, True, True, False,
    ]  # fmt: skip


def test_greek_and_latin_plurals() -> None:
    assert same_number("glomeruli", "glomerulus")
    assert same_number("ganglia", "ganglion")
    assert not same_number("data", "dato")


def test_words_of_symbols_alone_are_none() -> None:
    assert words("") == words("—…") == words("- ") == []


@pytest.mark.parametrize("word", ("source", "exercise", "promised", "aerobic", "goes", "four"))
def test_these_words_are_spelt_alike_everywhere(word: str) -> None:
    assert american(word) == word


def test_american_spelling_is_settled_at_once() -> None:
    for british, _ in read_lexicon("spelling", 2):
        assert american(american(british)) == american(british)


def test_no_adjective_belongs_to_two_nouns() -> None:
    forms = [a for _, adjectives in read_lexicon("adjectives", 2) for a in adjectives.split()]
    assert len(forms) == len(set(forms))
