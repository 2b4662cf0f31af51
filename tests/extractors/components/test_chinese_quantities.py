from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from extractors.components.chinese_quantities import as_ascii
from extractors.pipeline import COMPONENTS

NLP = spacy.blank("zh")
NLP.add_pipe("polymath_quantities")
assert "polymath_quantities" in COMPONENTS["zh"]


@pytest.mark.parametrize(
    ("text", "value", "unit", "surface"),
    [
        ("加热到３７℃后", 37, "°C", "３７℃"),
        ("含量为１２．５％左右", 12.5, "%", "１２．５％"),
        ("重约1.5万吨", 15000, "t", "1.5万吨"),
        ("温度达到三百摄氏度", 300, "°C", "三百摄氏度"),
        ("提高了三倍", 3, "倍", "三倍"),
        ("占百分之三十", 30, "%", "百分之三十"),
        ("距离4.2光年", 4.2, "ly", "4.2光年"),
        ("速度为5米/秒", 5, "m/s", "5米/秒"),
        ("浓度为35微克每立方米", 35, "µg/m**3", "35微克每立方米"),
        ("质量为65亿千克", 6.5e9, "kg", "65亿千克"),
        ("长度10～20纳米", 15, "nm", "10～20纳米"),
        ("温度从20 ℃升至", 20, "°C", "20 ℃"),
        ("效率为22.8％±0.3％", 22.8, "%", "22.8％±0.3％"),
        ("在10℃至20℃之间", 15, "°C", "10℃至20℃"),
    ],
)
def test_quantity(text: str, value: float, unit: str, surface: str) -> None:
    (q,) = NLP(text)._.quantities
    assert (q.value, q.canonical or q.unit) == (pytest.approx(value), unit)
    assert text[q.start_char : q.end_char] == surface


@pytest.mark.parametrize(
    "text", ["2008年", "第三倍", "3万人", "一天", "图2", "三种方法", "文献[12]", "十分之一", "几倍"]
)
def test_no_quantity(text: str) -> None:
    assert NLP(text)._.quantities == []


def test_bounds() -> None:
    spread, between = NLP("为 5.2±0.1 毫米，宽 2 至 3 千米。")._.quantities
    assert (spread.low, spread.high, spread.is_range) == (
        pytest.approx(5.1),
        pytest.approx(5.3),
        False,
    )
    assert (between.low, between.high, between.is_range) == (2, 3, True)
    assert between.dimension == "[length]"


@given(st.text(alphabet="０1２.．万亿百分之三十米克℃％±至～/每 -年", max_size=30))
def test_nothing_crashes_and_lengths_stay(text: str) -> None:
    assert len(as_ascii(text)) == len(text)
    for q in NLP(text)._.quantities:
        assert 0 <= q.start_char < q.end_char <= len(text)
        assert q.low <= q.high or q.is_range
