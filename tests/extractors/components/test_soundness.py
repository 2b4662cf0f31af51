from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from extractors.annotations import QuantitySpan, StatementSpan, mention
from extractors.components.heads import kind_for
from extractors.components.measured import fits
from extractors.components.reader_names import name_of, no_name
from extractors.components.reader_statements import _of_another, nearest
from extractors.components.soundness import (
    empty_name,
    finite_verb,
    other_subject,
    said_otherwise,
    unsound,
)
from extractors.components.word_classes import WordClasses

VOCAB = spacy.blank("en").vocab
CLASSES = WordClasses()


def parsed(text: str) -> Doc:
    """Words with tag, label and head (a number from 0), as "Copper/NN/nsubj/1"."""
    cells = [cell.rsplit("/", 3) for cell in text.split()]
    return Doc(
        VOCAB,
        words=[c[0] for c in cells],
        tags=[c[1] for c in cells],
        deps=[c[2] for c in cells],
        heads=[int(c[3]) for c in cells],
    )


def plain(text: str) -> Doc:
    return Doc(VOCAB, words=text.split())


def statement(
    doc: Doc,
    subject: tuple[int, int],
    predicate: str,
    object_: tuple[int, int],
    kinds: tuple[str, str] = ("term", "term"),
) -> StatementSpan:
    a, b = (
        mention(doc, *span, kind=kind, method="mine", version="1")
        for span, kind in zip((subject, object_), kinds, strict=True)
    )
    return StatementSpan(
        a, predicate, b, 0, len(doc.text), 0, 0, "mine", "1", "model", 0.8
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "gene",
        "genes",
        "target gene",
        "present method",
        "fifth data set",
        "mutant allele",
        "sample",
        "temperature range",
    ],
)
def test_what_sort_of_thing_is_no_name(name: str) -> None:
    assert empty_name(name, CLASSES)


@pytest.mark.parametrize(
    "name",
    [
        "insulin gene",
        "trapped ion",
        "cell membrane",
        "water",
        "soil",
        "graphene",
        "Kalman filter",
        "phase transition",
    ],
)
def test_which_thing_is_a_name(name: str) -> None:
    assert not empty_name(name, CLASSES)


def test_two_names_in_one_are_refused() -> None:
    doc = plain("zinc and copper wires carry current")
    assert "two names" in unsound(statement(doc, (0, 4), "contains", (5, 6)), doc, CLASSES)
    doc = plain("copper wires carry current")
    assert not unsound(statement(doc, (0, 2), "contains", (3, 4)), doc, CLASSES)


def test_a_name_with_a_finite_verb_is_a_sentence() -> None:
    doc = parsed("Seawater/NN/nsubj/1 corrodes/VBZ/ROOT/1 copper/NN/dobj/1 ././punct/1")
    assert finite_verb(doc, 0, 3)
    assert not finite_verb(doc, 0, 1)


def test_what_is_done_to_something_is_no_name() -> None:
    doc = parsed(
        "It/PRP/nsubj/1 oxidises/VBZ/ROOT/1 to/TO/aux/3 form/VB/xcomp/1 rust/NN/dobj/3 ././punct/1"
    )
    assert "a verb" in unsound(statement(doc, (3, 5), "is_a", (3, 5)), doc, CLASSES)


def test_a_name_that_goes_on_is_a_piece() -> None:
    doc = parsed(
        "The/DT/det/2 Pax9/NN/compound/2 mice/NNS/nsubj/3 carry/VBP/ROOT/3 collagen/NN/dobj/3"
    )
    assert "a piece" in unsound(statement(doc, (1, 2), "contains", (4, 5)), doc, CLASSES)
    doc = parsed(
        "The/DT/det/2 Pax9/NN/compound/2 gene/NN/nsubj/3 raises/VBZ/ROOT/3 collagen/NN/compound/5 "
        "levels/NNS/dobj/3"
    )
    assert not unsound(statement(doc, (1, 2), "increases", (4, 5)), doc, CLASSES)


def test_a_cited_author_is_no_name() -> None:
    doc = plain("Miller ( 2004 ) describes graphene")
    assert "author" in unsound(statement(doc, (0, 1), "contains", (5, 6)), doc, CLASSES)
    doc = plain("Miller et al. describe graphene")
    assert "author" in unsound(statement(doc, (0, 1), "contains", (4, 5)), doc, CLASSES)


def test_what_happens_means_little_without_what_it_happens_to() -> None:
    doc = plain("Loss of zinc causes corrosion of steel")
    s = statement(doc, (0, 1), "causes", (4, 5), ("process", "process"))
    assert "what it is of" in unsound(s, doc, CLASSES)
    s = statement(doc, (2, 3), "causes", (4, 5), ("chemical", "process"))
    assert "'corrosion'" in unsound(s, doc, CLASSES)


def test_a_name_goes_on_to_its_left_and_as_an_adjective() -> None:
    doc = parsed(
        "Grazing/NN/nsubj/1 lowers/VBZ/ROOT/1 the/DT/det/4 carbon/NN/compound/4 footprint/NN/dobj/1"
    )
    assert "a piece" in unsound(statement(doc, (0, 1), "decreases", (4, 5)), doc, CLASSES)
    assert not unsound(statement(doc, (0, 1), "decreases", (3, 5)), doc, CLASSES)
    doc = parsed(
        "Zinc/NN/nsubj/1 alters/VBZ/ROOT/1 insulin/NN/npadvmod/3 dependent/JJ/amod/4 "
        "uptake/NN/dobj/1"
    )
    assert "a piece" in unsound(statement(doc, (0, 1), "affects", (2, 3)), doc, CLASSES)


def test_an_adjective_alone_is_no_name() -> None:
    doc = parsed("Zinc/NN/nsubj/1 alters/VBZ/ROOT/1 renal/JJ/dobj/1")
    assert "adjective" in unsound(statement(doc, (0, 1), "affects", (2, 3)), doc, CLASSES)


def test_the_subject_is_the_one_that_the_tree_tells() -> None:
    doc = parsed(
        "Exchanges/NNS/nsubj/5 between/IN/prep/0 zinc/NN/pobj/1 and/CC/cc/2 copper/NN/conj/2 "
        "cause/VBP/ROOT/5 corrosion/NN/dobj/5"
    )
    inner = mention(doc, 4, 5, method="mine", version="1")
    outer = mention(doc, 0, 1, method="mine", version="1")
    assert other_subject(doc, 5, [inner])
    assert not other_subject(doc, 5, [outer])


def test_examples_are_of_a_class_in_the_plural() -> None:
    doc = plain("activities in metallurgy such as galvanising")
    s = statement(doc, (5, 6), "is_a", (2, 3))
    assert "singular" in unsound(s, doc, CLASSES)
    doc = plain("polymers such as polyethylene")
    assert not unsound(statement(doc, (3, 4), "is_a", (0, 1)), doc, CLASSES)


def test_examples_may_be_of_what_is_of_a_class() -> None:
    doc = parsed(
        "rivers/NNS/ROOT/0 of/IN/prep/0 the/DT/det/3 lowlands/NNS/pobj/1 such/JJ/amod/5 "
        "as/IN/prep/3 Elbe/NNP/pobj/5"
    )
    assert "may be of" in unsound(statement(doc, (6, 7), "is_a", (3, 4)), doc, CLASSES)


def test_half_a_bracket_is_no_part_of_a_name() -> None:
    doc = plain("PET) bottles are light and contain carbon")
    assert "bracket" in unsound(statement(doc, (0, 2), "contains", (6, 7)), doc, CLASSES)


def test_words_between_may_say_something_else() -> None:
    doc = plain("Attacks actively induce congestion")
    assert "causes" in said_otherwise(statement(doc, (0, 1), "used_for", (3, 4)), doc)
    doc = plain("Wavelets are designed for denoising")
    assert not said_otherwise(statement(doc, (0, 1), "used_for", (4, 5)), doc)
    doc = plain("the area produced by scaling")
    assert said_otherwise(statement(doc, (4, 5), "used_for", (1, 2)), doc)


def test_what_something_has_is_a_noun_and_a_quality() -> None:
    doc = parsed("The/DT/det/1 wound/NN/nsubj/3 was/VBD/auxpass/3 healed/VBN/ROOT/3")
    s = statement(doc, (1, 2), "has_property", (3, 4), ("anatomy", "property"))
    assert "no noun" in unsound(s, doc, CLASSES)
    s = statement(doc, (1, 2), "has_property", (3, 4), ("anatomy", "method"))
    assert "no quality" in unsound(s, doc, CLASSES)


def quantity(text: str) -> QuantitySpan:
    nlp = spacy.blank("en")
    nlp.add_pipe("polymath_quantities")
    found: list[QuantitySpan] = nlp(f"It is {text} here")._.quantities
    return found[0]


@pytest.mark.parametrize(
    ("quality", "value", "possible"),
    [
        ("tensile strength", "48 MPa", True),
        ("tensile strength", "20 wt%", False),
        ("fracture energy", "900 J/m^2", True),
        ("fracture energy", "20 °C", False),
        ("height distribution", "10 years", False),
        ("melting temperature", "300 °C", True),
        ("temperature", "5 mm", False),
        ("concentration", "0.1 ppm", True),
        ("concentration", "300 K", False),
        ("pore volume", "1.5 cm^3 g^-1", True),
        ("activation energy", "30 kJ/mol", True),
        ("transmittance", "80%", True),
        ("roundness", "5 mm", True),
    ],
)
def test_a_quality_has_values_of_its_dimension(quality: str, value: str, possible: bool) -> None:
    assert fits(quality, quantity(value)) is possible


def test_an_adjective_behind_a_value_is_its_quality_and_of_what_follows() -> None:
    assert name_of("thick", "property") == "thickness"
    assert name_of("thick", "term") == "thick"
    doc = parsed(
        "Micrographs/NNS/ROOT/0 of/IN/prep/0 80/CD/nummod/3 nm/NN/npadvmod/4 thick/JJ/amod/6 "
        "zinc/NN/compound/6 films/NNS/pobj/1"
    )
    assert _of_another(statement(doc, (0, 1), "has_property", (4, 5)), doc)
    assert not _of_another(statement(doc, (5, 7), "has_property", (4, 5)), doc)


def test_of_two_values_the_nearest_is_kept() -> None:
    doc = plain("brass has a hardness of 3 GPa and steel a hardness of 5 GPa")
    near, far = (statement(doc, (0, 1), "has_property", at) for at in ((3, 4), (10, 11)))
    near.qualifiers, far.qualifiers = {"value": "3"}, {"value": "5"}
    assert nearest([far, near]) == [near]
    far.qualifiers = {}
    assert len(nearest([far, near])) == 2


@pytest.mark.parametrize(
    ("word", "tag", "head", "kept"),
    [
        ("annealed", "VBN", "stm", False),
        ("annealing", "NN", "stm", True),
        ("thicker", "JJR", "stm", False),
        ("sample", "NN", "stm", False),
        ("insulin", "JJ", "bc5cdr", True),
    ],
)
def test_words_alone_have_to_be_nouns_of_their_own(
    word: str, tag: str, head: str, kept: bool
) -> None:
    doc = parsed(f"{word}/{tag}/ROOT/0 ././punct/0")
    assert (no_name(doc, 0, 1, word, head) == "") is kept


def test_heads_of_few_labels_yield_to_the_last_word_of_a_name() -> None:
    assert kind_for("scierc", "Task", "fault-tolerant circuit") == "device"
    assert kind_for("stm", "Material", "electron micrograph") == "data"
    assert kind_for("bc5cdr", "Chemical", "priority encoder") == "chemical"


def test_the_widest_heads_call_material_only_what_its_name_says_is_one() -> None:
    assert kind_for("stm", "Material", "gravel") == "material"
    assert kind_for("stm", "Material", "queueing discipline") == "term"
    assert kind_for("stm", "Material", "PLGA solution") == "material"
    assert kind_for("stm", "Material", "HBr") == "chemical"
    assert kind_for("scienceie", "Material", "nickel alloy") == "material"
    assert kind_for("stm", "Material", "oral mucosa") == "anatomy"
    assert kind_for("mulms", "MAT", "nafion") == "material"
