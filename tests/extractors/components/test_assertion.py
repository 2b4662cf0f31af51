from __future__ import annotations

from typing import Any

import pytest

from extractors.pipeline import build_pipeline


@pytest.fixture(scope="module")
def en() -> Any:
    return build_pipeline("en")


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("Aspirin inhibits inflammation.", "affirmed"),
        ("We examined the effect of aspirin on inflammation.", "hypothetical"),
        ("The effect of aspirin on inflammation was investigated.", "hypothetical"),
        ("The effect of aspirin on inflammation was strong.", "affirmed"),
        ("Aspirin does not inhibit inflammation.", "negated"),
        ("Aspirin failed to inhibit inflammation.", "negated"),
        ("Aspirin not only inhibits inflammation.", "affirmed"),
        ("We found no evidence that aspirin inhibits inflammation.", "negated"),
        ("Insulin did not work, but aspirin inhibits inflammation.", "affirmed"),
        ("Aspirin may inhibit inflammation.", "hypothetical"),
        ("These data suggest that aspirin inhibits inflammation.", "hypothetical"),
        ("We asked whether aspirin inhibits inflammation.", "question"),
        ("Does aspirin inhibit inflammation?", "question"),
        ("Aspirin inhibits inflammation more than placebo.", "comparative"),
        ("Aspirin will inhibit inflammation.", "future"),
    ],
)
def test_assertion(en: Any, text: str, assertion: str) -> None:
    assert [s.assertion for s in en(text)._.statements] == [assertion]


@pytest.mark.parametrize(
    ("text", "attribution"),
    [
        ("Aspirin inhibits inflammation.", "own"),
        ("Aspirin inhibits inflammation [3,4].", "cited"),
        ("Aspirin inhibits inflammation (Smith et al., 2004).", "cited"),
        ("Aspirin inhibits inflammation (Smith and Jones, 2004).", "cited"),
        ("Previous studies show that aspirin inhibits inflammation.", "cited"),
        ("Unlike others [3], we found that aspirin inhibits inflammation.", "own"),
        ("Aspirin inhibits inflammation (Fig. 3).", "own"),
    ],
)
def test_attribution(en: Any, text: str, attribution: str) -> None:
    assert [s.attribution for s in en(text)._.statements] == [attribution]


def test_chinese_cues() -> None:
    zh = build_pipeline("zh")
    texts = (
        "阿司匹林抑制血小板聚集。",
        "阿司匹林不抑制血小板聚集。",
        "阿司匹林可能抑制血小板聚集。",
    )
    found = [s.assertion for t in texts for s in zh(t)._.statements]
    assert found == ["affirmed", "negated", "hypothetical"]
