"""The promise on which every quotation rests: offsets point at the passage's text in the kept text."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from extractors.readers import PassageBuilder, kept_text
from extractors.readers.base import clean
from kg.ids import passage_id


@given(st.lists(st.text()))
def test_offsets_and_ids(texts: list[str]) -> None:
    builder = PassageBuilder("sha256:0")
    for text in texts:
        builder.add(text, work="doi:10.1/a")
    passages = builder.build()
    kept = kept_text(passages)
    for passage in passages:
        assert kept[passage.start : passage.end] == passage.text
        assert passage.id == passage_id("sha256:0", passage.start, passage.end)
    assert [p.next for p in passages] == [p.id for p in passages][1:] + [""] * bool(passages)


@given(st.text())
def test_clean_text_is_clean(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert "  " not in cleaned and cleaned == cleaned.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in cleaned)
    cleaned.encode("utf-8")


def test_invisible_characters_do_not_part_words() -> None:
    assert clean("ther\u00admal con\u200bduct\u2060ivity\u00a0of\u202egold\ud800") == (
        "thermal conductivity ofgold"
    )
    assert clean("e\u200d\u0301te") == "éte"


def test_next_stays_within_a_work_and_empty_passages_are_dropped() -> None:
    builder = PassageBuilder("sha256:0")
    for work, text in (
        ("a", "One."),
        ("b", "Two."),
        ("a", " \u200b "),
        ("a", "…"),
        ("a", "Three."),
    ):
        builder.add(text, work=work)
    one, two, three = builder.build()
    assert (one.next, two.next, three.next) == (three.id, "", "")
    assert builder.words == 3


def test_language_by_script() -> None:
    builder = PassageBuilder("sha256:0", language="de")
    for text in (
        "Wärme fließt.",
        "深度学习是一种方法。",
        "グラフェンは熱を伝える。",
        "The name is 王 Wang of Beijing.",
    ):
        builder.add(text)
    builder.add("Deep learning", language="zh")
    assert [p.language for p in builder.build()] == ["de", "zh", "ja", "en", "en"]
