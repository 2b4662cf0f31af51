from __future__ import annotations

from typing import Any

import pytest

from extractors.annotations import mention
from extractors.components.lexicon import read_lexicon
from extractors.components.triggers import Triggers
from extractors.pipeline import build_pipeline
from kg.ontology import KINDS, PREDICATES


@pytest.fixture(scope="module")
def en() -> Any:
    return build_pipeline("en")


@pytest.fixture(scope="module")
def zh() -> Any:
    return build_pipeline("zh")


def triples(nlp: Any, text: str) -> set[tuple[str, str, str]]:
    return {(s.subject.name, s.predicate, s.object.name) for s in nlp(text)._.statements}


def test_what_patients_have_is_not_what_they_do(en: Any) -> None:
    assert not triples(en, "Patients with migraine have markedly elevated glucose levels.")
    said = triples(en, "Aspirin has reduced inflammation.")
    assert ("aspirin", "decreases", "inflammation") in said


def test_the_lexicon_is_large_and_speaks_of_declared_predicates() -> None:
    rows = read_lexicon("relations", 6)
    assert {r[0] for r in rows} <= set(PREDICATES)
    assert {r[1] for r in rows} == {"verb", "phrase", "noun"}
    assert all(0 < float(r[5]) < 1 for r in rows)
    assert Triggers().phrases > 500


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aspirin inhibits inflammation.", {("aspirin", "decreases", "inflammation")}),
        ("Inflammation is inhibited by aspirin.", {("aspirin", "decreases", "inflammation")}),
        ("Aspirin was found to reduce inflammation.", {("aspirin", "decreases", "inflammation")}),
        ("Photosynthesis was found to be inhibited by herbicides.", {("herbicide", "decreases", "photosynthesis")}),
        ("The effect of temperature on photosynthesis was large.", {("temperature", "affects", "photosynthesis")}),
        (
            "Graphene and silicon contain carbon.",
            {("graphene", "contains", "carbon"), ("silicon", "contains", "carbon")},
        ),
        (
            "Insulin lowers blood glucose and inflammation.",
            {("insulin", "decreases", "blood glucose"), ("insulin", "decreases", "inflammation")},
        ),
        (
            "Aspirin inhibits inflammation and prevents stroke.",
            {("aspirin", "decreases", "inflammation"), ("aspirin", "prevents", "stroke")},
        ),
        ("Inflammation, which causes asthma, hurts.", {("inflammation", "causes", "asthma")}),
        (
            "Polymers such as polyethylene and polystyrene are light.",
            {("polyethylene", "is_a", "polymer"), ("polystyrene", "is_a", "polymer")},
        ),
        (
            "The correlation between insulin and blood glucose is known.",
            {("insulin", "correlates_with", "blood glucose")},
        ),
        ("Methane is converted to methanol.", {("methane", "converts_to", "methanol")}),
    ],
)  # fmt: skip
def test_patterns(en: Any, text: str, expected: set[tuple[str, str, str]]) -> None:
    assert triples(en, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Inflammation was increased in asthma.",  # by what is not said
        "The lack of insulin increases inflammation.",  # not insulin does
        "The side effects of aspirin on the whole, and insulin, are different from inflammation.",
        "Aspirin is safe. Inhibits inflammation insulin.",  # two sentences
        "Removing insulin increases inflammation.",  # the removal does
        "Temperature enables bacteria to grow.",  # their growth, not them
    ],
)
def test_what_is_not_said_is_not_stated(en: Any, text: str) -> None:
    assert triples(en, text) == set()


def test_a_name_that_only_modifies_is_not_spoken_of(en: Any) -> None:
    assert triples(en, "Aspirin inhibits inflammation research.") == {
        ("aspirin", "decreases", "inflammation research")
    }


def test_domain_and_range_are_checked_and_breaches_counted(en: Any) -> None:
    doc = en("Malaria treats aspirin.")
    assert doc._.statements == []
    (refusal,) = doc._.refused
    assert (refusal.breach, refusal.text) == ("treats", "malaria treats aspirin")
    assert refusal.reason == "'treats' cannot join disease and chemical"


@pytest.mark.parametrize(
    ("text", "subject", "value", "unit"),
    [
        ("The thermal conductivity of graphene is 5000 W/(m K).", "graphene", "5000", "W/K/m"),
        ("Graphene has a band gap of 0 eV.", "graphene", "0", "eV"),
        ("Silicon has a refractive index of 3.5.", "silicon", "3.5", None),
        (
            "Silicon with a thermal conductivity of about 100–150 W/(m K) was used.",
            "silicon",
            "100–150",
            "W/K/m",
        ),
    ],
)
def test_values_of_properties(
    en: Any, text: str, subject: str, value: str, unit: str | None
) -> None:
    found = en(text)._.statements
    methods = [s.method for s in found]
    assert "pattern" in methods and len(methods) == len(set(methods))
    for s in found:  # whoever says it, says it with its value
        assert (s.predicate, s.subject.name, s.object.kind) == ("has_property", subject, "property")
        assert s.qualifiers == ({"value": value, "unit": unit} if unit else {"value": value})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("阿司匹林抑制血小板聚集。", {("aspirin", "decreases", "platelet aggregation")}),
        ("光合作用受温度影响。", {("temperature", "affects", "photosynthesis")}),
        ("温度对光合作用的影响很大。", {("temperature", "affects", "photosynthesis")}),
        (
            "锂离子电池由正极和负极组成。",
            {("lithium-ion battery", "contains", x) for x in ("cathode", "anode")},
        ),
        ("机器学习可以预测蛋白质结构。", {("machine learning", "predicts", "protein structure")}),
        ("石墨烯的导热系数是5000 W/(m K)。", {("graphene", "has_property", "thermal conductivity")}),
        ("阿司匹林。抑制血小板聚集。", set()),
    ],
)  # fmt: skip
def test_chinese(zh: Any, text: str, expected: set[tuple[str, str, str]]) -> None:
    assert triples(zh, text) == expected


def test_statements_are_made_of_anyones_mentions() -> None:
    nlp = build_pipeline("en", ())
    doc = nlp.make_doc("Zorb inhibits quux.")
    for at, kind in ((0, "chemical"), (2, "process")):
        doc._.mentions.append(mention(doc, at, at + 1, kind=kind, method="mine", version="1"))
    for _, component in nlp.pipeline:
        doc = component(doc)
    assert [(s.subject.name, s.predicate, s.object.name) for s in doc._.statements] == [
        ("zorb", "decreases", "quux")
    ]
    assert {m.kind for m in doc._.mentions} <= set(KINDS)


def test_ten_thousand_mentions_in_one_sentence(en: Any) -> None:
    doc = en("aspirin inhibits inflammation and " * 5000)
    assert len(doc._.mentions) >= 10_000
    assert len(doc._.statements) <= 40_000
