from __future__ import annotations

import pytest

from extractors.components.inflection import concept_name, singular, verb_forms


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("batteries", "battery"), ("analyses", "analysis"), ("hypotheses", "hypothesis"),
        ("gases", "gas"), ("lenses", "lens"), ("viruses", "virus"), ("glasses", "glass"),
        ("classes", "class"), ("processes", "process"), ("kinases", "kinase"),
        ("phases", "phase"), ("synapses", "synapse"), ("boxes", "box"), ("matrices", "matrix"),
        ("nuclei", "nucleus"), ("mice", "mouse"), ("bacteria", "bacterium"), ("cells", "cell"),
    ],
)  # fmt: skip
def test_singular(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@pytest.mark.parametrize(
    "word",
    (
        "species", "series", "analysis", "virus", "lens", "gas", "glass", "physics", "nucleus",
        "thermodynamics", "apparatus", "mass", "bias", "graphene", "diabetes", "this",
    ),
)  # fmt: skip
def test_these_are_no_plurals(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("increase", ("increase", "increases", "increased", "increasing")),
        ("lead to", ("lead to", "leads to", "led to", "leading to")),
        ("give rise to", ("give rise to", "gives rise to", "gave rise to", "given rise to", "giving rise to")),
        ("control", ("control", "controls", "controlled", "controlling")),
        ("modify", ("modify", "modifies", "modified", "modifying")),
    ],
)  # fmt: skip
def test_verb_forms(base: str, forms: tuple[str, ...]) -> None:
    assert verb_forms(base) == forms


def test_case_and_number_make_no_other_concept() -> None:
    assert concept_name("Solar Cells") == concept_name("solar cell") == "solar cell"
    assert concept_name("DNAs") == concept_name("DNA") == "DNA"
