from __future__ import annotations

import itertools

import pytest

from extractors.annotations import MentionSpan
from extractors.building import BatchBuilder
from extractors.components.vocabulary_matcher import VocabularyMatcher
from extractors.linking.local_names import local_name
from kg.batch import SourceBatch
from kg.ids import concept_id
from kg.model import Source

VARIANTS = [
    ("β-amyloid", "beta amyloid", "Beta-Amyloid", "β-amyloids"),
    ("solar-cell", "Solar cells", "solar cell"),
    ("non-linear optics", "nonlinear optics"),
    ("tumour vascularisation", "tumor vascularization"),
    ("X-ray", "x rays", "X–ray"),
    ("Alzheimer's disease", "Alzheimer disease", "Alzheimer’s diseases"),
    ("properties of nano-particles", "property of nanoparticle"),
    ("anti-inflammatory drug", "anti-inflammatory drugs"),
    ("CNTs", "CNT"),
]


@pytest.mark.parametrize("names", VARIANTS, ids=lambda names: names[0])
def test_spelling_variants_are_one_name(names: tuple[str, ...]) -> None:
    assert len({local_name(n) for n in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cell line", "cell"), ("T cell", "B cell"), ("CO", "Co"), ("IL-6", "IL-8"),
        ("alpha decay", "beta decay"), ("gas phase", "phase gas"), ("lens", "len"),
    ],
)  # fmt: skip
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert local_name(one) != local_name(other)


def test_a_local_name_is_its_own_local_name() -> None:
    for name in itertools.chain(
        *VARIANTS, ("a priori", "de novo", "1,3-butadiene", "石墨烯", "-", "α")
    ):
        assert local_name(local_name(name)) == local_name(name)


def test_sources_in_any_order_bring_the_same_concept() -> None:
    def concepts(*names: tuple[str, str]) -> set[tuple[str, str]]:
        source = Source(id="sha256:0", media_type="text/plain")
        builder = BatchBuilder(SourceBatch(source=source), VocabularyMatcher())
        for kind, name in names:
            builder.concept(MentionSpan(0, 1, 0, 1, kind, "", name, "mine", "1"))
        return {(c.id, c.name) for c in builder.finish().concepts}

    one, other = ("method", "laser-ablation"), ("method", "laser ablations")
    assert concepts(one, other) == concepts(other) == concepts(one)
    assert concepts(one) == {(concept_id("method", "laser ablation"), "laser ablation")}
    assert len(concepts(one, ("process", "laser ablation"))) == 2
