from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.components.chinese_sentences import chinese_boundaries


def split(text: str) -> list[str]:
    bounds = [0, *chinese_boundaries(text), len(text)]
    return [text[a:b] for a, b in pairwise(bounds)]


@pytest.mark.parametrize(
    "marked",
    [
        "它导热。|它很薄！|真的吗？|是的。",
        "第一组服药；第二组服安慰剂。|三组相近。",
        "圆周率约为3.14，误差为0.5%。|见图2。",
        "该材料（其熔点较高。见表3）被使用。|它便宜。",
        "他写道：“温度升高了。”|后来被推翻。",
        "“是否有效？”这一问题没有答案。|我们再试。",
        "Smith et al. 报道了该现象。|Wang 等证实了它。",
        "样品经清洗、干燥……最后退火。|冷却后测量。",
        "这是真的吗？！|我们不知道。",
        "它已被证实。[3,4]|后来又被推翻。",
        "标题\n|正文第一句。|第二句",
        "（括号没有合上。|但句子要分开。",
    ],
)
def test_sentences(marked: str) -> None:
    assert split(marked.replace("|", "")) == marked.split("|")


@given(st.text(alphabet="甲乙。！？；（）“”「」…a. \n", max_size=60))
def test_boundaries_ascend_within_the_text(text: str) -> None:
    found = chinese_boundaries(text)
    assert found == sorted(set(found))
    assert all(0 < at < len(text) for at in found)
