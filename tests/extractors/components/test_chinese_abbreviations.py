from __future__ import annotations

import pytest
import spacy

from extractors.components import chinese_words
from extractors.components.alignment import TokenSpans
from extractors.components.chinese_abbreviations import definitions
from tests.conftest import need

need(chinese_words.installed(), "the extra zh")
WORDS = chinese_words.ChineseWords(spacy.blank("zh").vocab)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("卷积神经网络（CNN）很深。", ("卷积神经网络", "", "CNN")),
        (
            "采用高斯混合模型（Gaussian mixture model, GMM）。",
            ("高斯混合模型", "Gaussian mixture model", "GMM"),
        ),
        (
            "采用长短期记忆网络(LSTM，long short-term memory)。",
            ("长短期记忆网络", "long short-term memory", "LSTM"),
        ),
        ("LSTM（长短期记忆网络）很深。", ("长短期记忆网络", "", "LSTM")),
        ("钙钛矿（perovskite）吸光。", ("钙钛矿", "perovskite", "")),
    ],
)
def test_definitions(text: str, expected: tuple[str, str, str]) -> None:
    (d,) = definitions(text, TokenSpans(WORDS(text)))
    forms = tuple(text[slice(*part)] if part else "" for part in (d.chinese, d.english, d.short))
    assert forms == expected


@pytest.mark.parametrize(
    "text",
    [
        "差异显著（p < 0.05，n = 30）。",
        "如图所示（Fig. 3）。",
        "前人研究过（Smith et al., 2004）。",
        "神经网络（random forest, CNN）。",
        "（CNN）很深。",
        "结果（见表3）。",
    ],
)
def test_no_definitions(text: str) -> None:
    assert list(definitions(text, TokenSpans(WORDS(text)))) == []
