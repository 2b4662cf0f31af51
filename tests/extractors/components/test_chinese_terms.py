from __future__ import annotations

from typing import Any

import pytest

from extractors.components import chinese_words
from extractors.components.chinese_kinds import chinese_kind, heads
from extractors.components.chinese_runs import lists
from extractors.pipeline import build_pipeline
from kg.ontology import KINDS
from tests.conftest import need

need(chinese_words.installed(), "the extra zh")


@pytest.fixture(scope="module")
def zh() -> Any:
    return build_pipeline("zh")


@pytest.fixture(scope="module")
def bare() -> Any:
    return build_pipeline("zh", ())


def names(nlp: Any, text: str) -> set[str]:
    """The surfaces of the mentions that lie in no longer one."""
    found = [(m.start_char, m.end_char) for m in nlp(text)._.mentions]
    return {
        text[a:b]
        for a, b in found
        if not any((c, d) != (a, b) and c <= a and b <= d for c, d in found)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们采用随机森林算法处理数据。", {"随机森林算法"}),
        ("该催化剂溶于乙酸乙酯。", {"乙酸乙酯"}),
        ("结果表明，p53 蛋白与DNA甲基化有关。", {"p53 蛋白", "DNA甲基化"}),
        ("使用CRISPR-Cas9系统和SQuAD数据集。", {"CRISPR-Cas9系统", "SQuAD数据集"}),
        ("研究结果具有重要意义。", set()),
        ("本文的主要工作如下。", set()),
        ("图像识别和语音合成取得了进展。", {"图像识别", "语音合成"}),
    ],
)
def test_terms(bare: Any, text: str, expected: set[str]) -> None:
    assert names(bare, text) >= expected
    assert expected or not names(bare, text)


def test_a_longer_name_holds_the_vocabularys(zh: Any) -> None:
    assert names(zh, "石墨烯量子点发光。") == {"石墨烯量子点"}


def test_one_definition_makes_one_concept_of_three_forms(zh: Any) -> None:
    doc = zh(
        "图注意力网络（graph attention network，GAT）很快。GAT用于分类，图注意力网络也用于检索。"
    )
    found = {
        (m.name, m.kind, m.concept)
        for m in doc._.mentions
        if m.name != "attention" and ("attention" in m.name or "GAT" in m.name)
    }
    assert found == {("graph attention network", "method", "")}
    forms = {
        doc.text[m.start_char : m.end_char]
        for m in doc._.mentions
        if m.name == "graph attention network"
    }
    assert forms == {"图注意力网络", "graph attention network", "GAT"}


def test_a_definition_joins_the_vocabularys_concept(zh: Any) -> None:
    doc = zh("褶积神经网络（convolutional neural network, CNN）。褶积神经网络很深。")
    concepts = {m.concept for m in doc._.mentions if "褶积" in doc.text[m.start_char : m.end_char]}
    assert len(concepts) == 1
    assert concepts.pop().startswith("pm:")


def test_forms_of_one_work_are_known_in_its_other_passages(zh: Any) -> None:
    docs = [zh.make_doc("表面等离激元共振效应（SPR）很强。"), zh.make_doc("SPR随厚度变化。")]
    for doc in docs:
        doc._.work = "w"
    first, second = zh.pipe(docs)
    assert {m.name for m in second._.mentions} & {m.name for m in first._.mentions}


def test_kinds_are_declared_and_lists_are_closed() -> None:
    assert set(heads().values()) <= set(KINDS)
    assert lists()["function"] & lists()["verb"] <= lists()["function"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("长短期记忆网络", "method"), ("类风湿性关节炎", "disease"), ("乳酸脱氢酶", "gene"),
        ("热膨胀系数", "property"), ("透射电子显微镜", "instrument"), ("拟南芥", "organism"),
        ("准确率", "metric"), ("量子力学", "theory"), ("东北平原", "place"), ("青霉", "term"),
    ],
)  # fmt: skip
def test_kind(name: str, kind: str) -> None:
    assert chinese_kind(name) == kind


def test_ten_thousand_names_in_one_passage(zh: Any) -> None:
    doc = zh("阿司匹林抑制炎症，" * 5000)
    assert len(doc._.mentions) >= 10_000
    assert len(doc._.statements) <= 10_000


@pytest.mark.parametrize(
    "text", ["", "。", "（", "“" * 500, "（CNN" * 300, "的" * 3000, "α-β-γ（δ）", "中" * 20_000]
)
def test_odd_texts_are_read(zh: Any, text: str) -> None:
    assert zh(text).text == text
