"""Columns come out as they went in, on both sides, and what cannot be sent is refused with a sentence."""

from __future__ import annotations

import base64
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import PolymathError
from tests.widgets.page import node
from widgets.build import HERE
from widgets.protocol import PROTOCOL, categories, lists, numbers, pack, text, unpack

TEXTS = ["", "plain", "石墨烯", "🙂🔥", "a\u0000b", "é" * 300]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_texts_come_back(values: list[str]) -> None:
    header, buffers = pack({"t": (len(values), {"a": text(values), "b": categories(values)})})
    assert unpack(header, buffers)["t"] == {"a": values, "b": values}


@given(st.lists(st.lists(st.text("ab石🙂"))))
def test_lists_come_back(values: list[list[str]]) -> None:
    header, buffers = pack({"t": (len(values), {"a": lists(values)})})
    assert unpack(header, buffers)["t"]["a"] == values


@given(st.lists(st.integers(-(2**31) + 1, 2**31 - 1) | st.none()))
def test_whole_numbers_and_gaps_come_back(values: list[int | None]) -> None:
    header, buffers = pack({"t": (len(values), {"a": numbers(values, "i4")})})
    assert unpack(header, buffers)["t"]["a"] == values


def test_missing_years_of_pandas_are_gaps() -> None:
    years = pd.Series([2004, pd.NA, 2010], dtype="Int64")
    header, buffers = pack({"t": (3, {"year": numbers(years, "i4")})})
    assert unpack(header, buffers)["t"]["year"] == [2004, None, 2010]


@pytest.mark.parametrize(
    ("values", "dtype", "says"),
    [
        ([2**32], "u4", "4294967296"),
        ([-1], "u4", "only 0 to"),
        ([300], "u1", "only 0 to 255"),
        ([float("nan")], "f4", "not finite"),
        ([None], "u4", "lacks 1"),
        ([None], "u", "lacks 1"),
        ([1.5], "q2", "only 0 to 1"),
        ([None], "q2", "not finite"),
        ([40_000], "i2", "only -32768 to 32767"),
        (["twelve"], "f4", "send it as text"),
        ([object()], "i4", "send it as text"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    values: list[object], dtype: str, says: str
) -> None:
    with pytest.raises(PolymathError, match=says):
        numbers(values, dtype)


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(PolymathError, match="1 rows in a table"):
        pack({"t": (2, {"a": text(["one"])})})


def test_the_page_reads_what_the_kernel_packs() -> None:
    header, buffers = pack(
        {
            "t": (
                6,
                {
                    "s": text(TEXTS), "c": categories(TEXTS), "l": lists([[t, "x"] for t in TEXTS]),
                    "f": numbers([0.5] * 6, "f4"), "u": numbers([2**32 - 1] * 6, "u4"),
                    "y": numbers([2004, None, 0, -5, 1, 2], "i4"), "b": numbers([255] * 6, "u1"),
                    "z": numbers([2004, None, 0, -5, 1, 2], "i2"), "q": numbers([0.25] * 6, "q2"),
                    "n": numbers([0, 1, 2, 300, 4, 5], "u"),
                },
            )
        }
    )  # fmt: skip
    raw = [base64.b64encode(b).decode() for b in buffers]
    # Each buffer is put at an odd place of a larger one, as a web socket may do.
    script = """
        const views = input.raw.map((text) => {
            const bytes = Buffer.from(text, "base64");
            const all = new Uint8Array(bytes.length + 3);
            all.set(bytes, 3);
            return new DataView(all.buffer, 3, bytes.length);
        });
        const { t } = protocol.unpack(input.header, views);
        return Array.from({ length: t.rows }, (_, i) => [
            t.str("s", i), t.str("c", i), t.list("l", i), t.num("f", i), t.num("u", i), t.year("y", i), t.num("b", i),
            t.year("z", i), Math.round(t.num("q", i) * 1000), t.num("n", i),
        ]);
    """
    found = node(script, {"header": header, "raw": raw}, "protocol")
    years = [2004, None, 0, -5, 1, 2]
    narrow = [0, 1, 2, 300, 4, 5]
    assert found == [
        [t, t, [t, "x"], 0.5, 2**32 - 1, y, 255, y, 250, n]
        for t, y, n in zip(TEXTS, years, narrow, strict=True)
    ]


def test_texts_that_are_all_ascii_are_cut_at_the_same_places() -> None:
    values = ["", "one", "", "three words here", "x" * 300]
    header, buffers = pack({"t": (5, {"s": text(values)})})
    raw = [base64.b64encode(b).decode() for b in buffers]
    script = """
        const views = input.raw.map((text) => new DataView(new Uint8Array(Buffer.from(text, "base64")).buffer));
        return protocol.unpack(input.header, views).t.texts("s");
    """
    assert node(script, {"header": header, "raw": raw}, "protocol") == values


@given(st.lists(st.floats(0, 1)))
def test_shares_come_back_to_a_step(values: list[float]) -> None:
    header, buffers = pack({"t": (len(values), {"a": numbers(values, "q2")})})
    found = unpack(header, buffers)["t"]["a"]
    assert all(abs(a - b) <= 0.5 / 65_535 + 1e-9 for a, b in zip(found, values, strict=True))


@pytest.mark.parametrize(("most", "bytes_"), [(0, 1), (255, 1), (256, 2), (65_536, 4)])
def test_unsigned_numbers_take_the_fewest_bytes(most: int, bytes_: int) -> None:
    assert len(numbers([0, most], "u").buffers[0]) == 2 * bytes_


def test_both_sides_speak_the_same_version() -> None:
    assert node("return protocol.PROTOCOL;", None, "protocol") == PROTOCOL


@pytest.mark.parametrize(
    "passage", ["plain text", "石墨烯用于电池", "🔥🧪 Heat 🙂 is 石", "👩‍🔬e\u0301"]
)
def test_offsets_of_python_find_the_same_text_in_the_page(passage: str) -> None:
    spans = [(a, b) for a in range(len(passage) + 1) for b in range(a, len(passage) + 1)]
    script = """
        return input.spans.map(([a, b]) => {
            const [start, end] = text.utf16(input.passage, [a, b]);
            return input.passage.slice(start, end);
        });
    """
    found = node(script, {"passage": passage, "spans": spans}, "text")
    assert found == [passage[a:b] for a, b in spans]


def test_marks_may_overlap_and_lose_nothing() -> None:
    script = "return text.segments(input.text, input.spans);"
    spans = [
        {"start": 2, "end": 8, "mark": "quote"},
        {"start": 6, "end": 10, "mark": "object"},
        {"start": 0, "end": 0, "mark": "subject"},
    ]
    found = node(script, {"text": "0123456789ab", "spans": spans}, "text")
    assert isinstance(found, list)
    assert "".join(s["text"] for s in found) == "0123456789ab"
    assert [(s["text"], s["marks"]) for s in found][1:4] == [
        ("2345", ["quote"]), ("67", ["quote", "object"]), ("89", ["object"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("work", "href"),
    [
        ("doi:10.5555/a(b)<c>", "https://doi.org/10.5555/a(b)%3Cc%3E"),
        ("arxiv:2101.00001", "https://arxiv.org/abs/2101.00001"),
        ("url:https://example.org/data", "https://example.org/data"),
        ("url:javascript:alert(1)", None),
        ("doi:javascript:alert(1)", None),
        ("work:0123", None),
    ],
)
def test_only_real_addresses_become_links(work: str, href: str | None) -> None:
    assert node("return text.workLink(input)?.href ?? null;", work, "text") == href


def test_sources_of_the_page_never_write_markup() -> None:
    for path in Path(HERE / "src").glob("*.ts"):
        source = path.read_text(encoding="utf-8")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "fetch(",
        ):
            assert word not in source, f"{path.name} uses {word}"
