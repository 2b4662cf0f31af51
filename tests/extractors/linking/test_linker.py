from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.linking import accuracy, ids, link
from benchmarks.linking_gold import DATA, contexts, read_gold, read_vocabularies
from extractors.linking.context import DocumentContext
from extractors.linking.index import NameIndex, name_index
from extractors.linking.linker import ConceptLinker, initials, written_out
from extractors.linking.scoring import IN_PART, WEIGHTS
from extractors.vocabulary import Entry, Vocabulary
from kg.model import Scheme
from tests.conftest import need

ENTRIES = (
    Entry(id="a:lung", name="lung", kind="anatomy", aliases=("pulmo",)),
    Entry(id="a:lungs", name="pair of lungs", kind="anatomy", loose=(("related", "lungs"),)),
    Entry(id="a:epithelium", name="epithelium of lung", kind="anatomy", broader=("a:lung",)),
    Entry(id="a:esc", name="embryonic stem cell", kind="anatomy", definition="pluripotent"),
    Entry(id="a:rbc", name="erythrocyte", kind="anatomy", aliases=("red blood cell",)),
    Entry(id="a:fibre", name="muscle fiber", kind="anatomy"),
    Entry(id="a:utr", name="three_prime_UTR", kind="gene"),
    Entry(id="a:pbs", name="lead sulfide", kind="chemical", aliases=("PbS",)),
    Entry(id="a:plant", name="plant", kind="organism", disciplines=("Biology",)),
    Entry(id="a:mill", name="power station", kind="device", aliases=("plant",), disciplines=("Energy",)),
    Entry(id="a:mercury1", name="planet Mercury", aliases=("Mercury",), definition="a planet"),
    Entry(id="a:mercury2", name="mercury metal", aliases=("Mercury",), definition="a metal"),
)  # fmt: skip
VOCABULARY = Vocabulary(Scheme(id="scheme:a"), ENTRIES)


@pytest.fixture(scope="module")
def linker() -> ConceptLinker:
    return ConceptLinker(name_index((VOCABULARY,)))


@pytest.mark.parametrize(
    ("text", "concept", "why"),
    [
        ("Lung", "a:lung", set()),
        ("lungs", "a:lung", {"plural"}),
        ("pulmonary", "a:lung", {"adjective"}),
        ("lung epithelia", "a:epithelium", {"plural", "word order", "small words"}),
        ("pulmonary epithelium", "a:epithelium", {"adjective", "word order", "small words"}),
        ("red-blood-cells", "a:rbc", {"synonym (exact)", "plural"}),
        ("muscle fibres", "a:fibre", {"plural"}),
        ("3′ UTRs", "a:utr", {"plural"}),
        ("ES cells", "a:esc", {"initials"}),
    ],
)
def test_variants_are_linked_and_told(
    linker: ConceptLinker, text: str, concept: str, why: set[str]
) -> None:
    found = linker.link(text, best_guess=True)
    assert found is not None
    assert found.entry.id == concept
    assert why <= {r.what for r in found.reasons}
    assert all(r.weight == pytest.approx(r.weight) and r.what in WEIGHTS for r in found.reasons)


def test_homonyms_are_refused_unless_a_guess_is_asked_for(linker: ConceptLinker) -> None:
    assert linker.link("Mercury") is None
    guess = linker.link("Mercury", best_guess=True)
    assert guess is not None
    assert guess.entry.id.startswith("a:mercury")
    assert guess.score == pytest.approx(guess.rival)


def test_disciplines_part_homonyms(linker: ConceptLinker) -> None:
    energy = DocumentContext.of([], {}, ["Energy"])
    biology = DocumentContext.of([], {}, ["Biology"])
    best = [linker.candidates("plant", "term", c)[0].entry.id for c in (biology,)]
    assert best == ["a:plant"]
    odds = [
        {x.entry.id: x.score for x in linker.candidates("plant", "term", c)}
        for c in (energy, biology)
    ]
    assert odds[0]["a:mill"] > odds[1]["a:mill"]


def test_a_mention_of_another_kind_is_another_concept(linker: ConceptLinker) -> None:
    assert linker.link("lung", "anatomy") is not None
    assert linker.link("lung", "software") is None


def test_abbreviations_of_the_document_are_written_out(linker: ConceptLinker) -> None:
    context = DocumentContext.of([], {"REs": "red blood cells"})
    found = linker.link("RE", "term", context)
    assert found is not None
    assert found.entry.id == "a:rbc"
    assert "abbreviation of the document" in {r.what for r in found.reasons}


def test_the_word_that_a_document_says_decides(linker: ConceptLinker) -> None:
    without = linker.candidates("fibre")[0]
    said = linker.candidates("fibre", "term", DocumentContext.of(["The muscle was cut."]))[0]
    assert said.entry.id == without.entry.id == "a:fibre"
    assert said.score > without.score


def test_names_in_part_can_be_ruled_out() -> None:
    strict = ConceptLinker(name_index((VOCABULARY,)), without=IN_PART)
    for text in ("fibre", "stem cell", "ES cells", "PBS", "blood", "lung disease"):
        assert strict.link(text, best_guess=True) is None, text
    assert strict.link("lungs") is not None


def test_similarity_of_meaning_breaks_ties() -> None:
    def alike(ones: Sequence[str], others: Sequence[str]) -> list[float]:
        return [float("orbit" in a and "planet" in b) for a, b in zip(ones, others, strict=True)]

    linker = ConceptLinker(name_index((VOCABULARY,)), similarity=alike)
    found = linker.link("Mercury", sentence="the orbit of Mercury")
    assert found is not None
    assert found.entry.id == "a:mercury1"
    assert "similar meaning" in {r.what for r in found.reasons}


@pytest.mark.parametrize("text", ("", " ", "—", "´", "𝔘", "a" * 100_000, "the of", "()[]", "\x00"))
def test_odd_mentions_are_left_unlinked(linker: ConceptLinker, text: str) -> None:
    assert linker.link(text) is None


def test_an_empty_vocabulary_links_nothing() -> None:
    assert ConceptLinker(NameIndex()).link("lung", best_guess=True) is None


def test_initials_and_long_forms() -> None:
    assert initials("T cell") == ""
    assert initials("TGCs") == "tgc"
    assert written_out("TGC", {"ES": "embryonic stem"}) == ""
    assert written_out("ES cell", {"ES": "embryonic stem cell"}) == "embryonic stem cell"


def test_one_index_serves_all_who_use_the_same_vocabularies() -> None:
    assert name_index((VOCABULARY,)) is name_index([VOCABULARY])


def test_mentions_of_dev_articles_are_linked() -> None:
    need(DATA.is_dir(), "the linking corpus in ../shared")
    vocabularies = {"CL": read_vocabularies()["CL"]}
    mentions = [m for m in read_gold("dev") if m.ontology == "CL"]
    linkers = {o: ConceptLinker(NameIndex([v])) for o, v in vocabularies.items()}
    links = link(linkers, mentions, contexts(mentions))
    assert accuracy(mentions, ids(links))["all"] > 0.82
