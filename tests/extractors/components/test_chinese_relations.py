from __future__ import annotations

from typing import Any

import pytest

from extractors.components import chinese_words
from extractors.components.lexicon import read_lexicon
from extractors.pipeline import build_pipeline
from kg.ontology import PREDICATES
from tests.conftest import need

need(chinese_words.installed(), "the extra zh")


@pytest.fixture(scope="module")
def zh() -> Any:
    return build_pipeline("zh")


def test_the_table_speaks_of_declared_predicates() -> None:
    rows = read_lexicon("relations_zh", 5)
    assert {r[0] for r in rows} <= set(PREDICATES)
    assert {r[1] for r in rows} == {"verb", "around", "passive"}
    assert all(0 < float(r[4]) < 1 and r[3] in ("forward", "reverse") for r in rows)
    assert len({r[1:3] for r in rows}) == len(rows), "a phrase says one thing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("阿司匹林被证明能有效抑制炎症。", {("aspirin", "decreases", "inflammation")}),
        ("炎症被阿司匹林抑制。", {("aspirin", "decreases", "inflammation")}),
        ("由吸烟引起的肺癌很常见。", {("smoking", "causes", "lung cancer")}),
        ("肺癌的主要病因是吸烟。", {("smoking", "causes", "lung cancer")}),
        ("吸烟是肺癌的主要危险因素。", {("smoking", "causes", "lung cancer")}),
        ("大肠杆菌把葡萄糖转化为乙醇。", {("glucose", "converts_to", "ethanol")}),
        ("温度升高使反应速率下降。", {("temperature", "decreases", "reaction rate")}),
        ("降水减少使土壤湿度下降。", {("precipitation", "increases", "soil moisture")}),
        ("反应速率随温度的升高而加快。", {("temperature", "increases", "reaction rate")}),
        ("随着温度升高，反应速率加快。", {("temperature", "increases", "reaction rate")}),
        ("石墨烯是一种导电性优异的二维材料。", {("graphene", "is_a", "two-dimensional material")}),
        ("支持向量机比决策树更准确。", {("support vector machine", "outperforms", "decision tree")}),
        ("与决策树相比，支持向量机的准确率更高。",
         {("support vector machine", "outperforms", "decision tree")}),
        ("支持向量机在MNIST数据集上优于决策树。",
         {("support vector machine", "outperforms", "decision tree"),
          ("support vector machine", "evaluated_on", "MNIST数据集")}),
        ("采用X射线衍射对晶体结构进行了表征。", {("X-ray diffraction", "measures", "crystal structure")}),
        ("阿司匹林抑制炎症，并缓解疼痛。",
         {("aspirin", "decreases", "inflammation"), ("aspirin", "treats", "pain")}),
        ("咖啡因与冠心病相关。", {("caffeine", "correlates_with", "coronary artery disease")}),
        ("阿司匹林；抑制炎症。", set()),
    ],
)  # fmt: skip
def test_statements(zh: Any, text: str, expected: set[tuple[str, str, str]]) -> None:
    found = {(s.subject.name, s.predicate, s.object.name) for s in zh(text)._.statements}
    assert found == expected


def test_a_value_carries_its_condition(zh: Any) -> None:
    (s,) = zh("在 300 K 下，石墨烯的热导率约为 5000 W/(m·K)。")._.statements
    assert (s.subject.name, s.object.name) == ("graphene", "thermal conductivity")
    assert s.qualifiers == {"value": "5000", "unit": "W/K/m", "condition": "300 K"}


def test_the_amount_of_a_change_is_no_value(zh: Any) -> None:
    assert not [s for s in zh("石墨烯的热导率提高了 12%。")._.statements if s.qualifiers]


def test_evidence_is_the_sentence(zh: Any) -> None:
    text = "我们做了实验。 阿司匹林抑制炎症（见图2）。它很便宜。"
    (s,) = zh(text)._.statements
    assert text[s.start_char : s.end_char] == "阿司匹林抑制炎症（见图2）。"
    assert text[s.trigger_start : s.trigger_end] == "抑制"


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("阿司匹林抑制炎症。", "affirmed"),
        ("阿司匹林不抑制炎症。", "negated"),
        ("阿司匹林未能抑制炎症。", "negated"),
        ("阿司匹林不仅抑制炎症。", "affirmed"),
        ("没有证据表明阿司匹林抑制炎症。", "negated"),
        ("胰岛素没有起作用，但阿司匹林抑制炎症。", "affirmed"),
        ("阿司匹林可能会抑制炎症。", "hypothetical"),
        ("我们推测阿司匹林抑制炎症。", "hypothetical"),
        ("阿司匹林是否抑制炎症尚不清楚。", "question"),
        ("阿司匹林能抑制炎症吗？", "question"),
        ("阿司匹林将来有望抑制炎症。", "future"),
        ("温度对光合作用没有显著影响。", "negated"),
        ("咖啡因与冠心病无关。", "negated"),
        ("不锈钢含有铬，阿司匹林抑制炎症。", "affirmed"),
    ],
)
def test_assertion(zh: Any, text: str, assertion: str) -> None:
    found = {s.assertion for s in zh(text)._.statements}
    assert assertion in found
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "attribution"),
    [
        ("阿司匹林抑制炎症。", "own"),
        ("文献[3]认为阿司匹林抑制炎症。", "cited"),
        ("已有研究表明，阿司匹林抑制炎症。", "cited"),
        ("张三等[5]发现阿司匹林抑制炎症。", "cited"),
        ("Smith 等（2004）报道阿司匹林抑制炎症。", "cited"),
        ("与文献[3]不同，我们发现阿司匹林抑制炎症。", "own"),
        ("本研究表明阿司匹林抑制炎症。", "own"),
    ],
)
def test_attribution(zh: Any, text: str, attribution: str) -> None:
    assert {s.attribution for s in zh(text)._.statements} == {attribution}
