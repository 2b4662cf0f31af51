"""The kernel leaves out what the page leaves out."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.drawing_pages.graphs import invented
from tests.widgets.page import node
from widgets.canvas import Canvas
from widgets.protocol import pack
from widgets.wanted import Wanted

YEARS = (2001, 2010, None, 2020)
BELIEFS = (0.9, 0.4, 0.6, 0.2)


@pytest.fixture
def line() -> Canvas:
    """Five concepts in a line, a–b–c–d–e, and one that nothing is said of."""
    concepts = pd.DataFrame(
        {
            "id": list("abcdez"), "name": list("abcdez"), "kind": ["gene", *["task"] * 4, "task"],
            "n_works": 1, "disciplines": [()] * 6,
        }
    )  # fmt: skip
    related = pd.DataFrame(
        {
            "subject": list("abcd"), "object": list("bcde"), "statement": list("1234"),
            "predicate": "causes", "polarity": ["positive", "mixed", "positive", "negative"],
            "belief": BELIEFS, "n_evidence": 1, "n_works": 1, "first_year": pd.array(YEARS, "Int64"),
            "last_year": pd.array([2021] * 4, "Int64"), "accepted": [True, False, False, False],
        }
    )  # fmt: skip
    canvas = Canvas()
    canvas.add(concepts, related)
    return canvas


@pytest.mark.parametrize(
    ("wanted", "nodes", "edges"),
    [
        (Wanted(), "abcdez", "1234"),
        (Wanted(hidden=(1,)), "acdez", "34"),
        (Wanted(gone=(0, 3)), "abcdez", "23"),
        (Wanted(off=(("kind", "gene"),)), "bcdez", "234"),
        (Wanted(min_belief=0.6), "abcdz", "13"),
        (Wanted(min_belief=0.6, pinned=(4,)), "abcdez", "13"),
        (Wanted(since=2005), "bcdez", "24"),
        (Wanted(until=2005), "abz", "1"),
        (Wanted(since=2005, until=2015), "bcz", "2"),
        (Wanted(accepted=True), "abz", "1"),
        (Wanted(contradicted=True), "bcdez", "24"),
        (Wanted(contradicted=True, min_belief=0.3, hidden=(1,)), "z", ""),
    ],
)
def test_what_is_to_be_seen(line: Canvas, wanted: Wanted, nodes: str, edges: str) -> None:
    seen = line.part(*wanted.seen(line))
    assert "".join(seen.nodes["id"]) == nodes
    assert "".join(seen.edges["statement"]) == edges
    assert [seen.number[c] for c in seen.nodes["id"]] == list(range(len(nodes)))
    assert len(seen.positions) == len(nodes)
    assert len(seen.ends) == len(edges)


def test_what_a_page_does_not_say_stays(line: Canvas) -> None:
    first = Wanted().heard({"hidden": [1], "filters": {"min_belief": 0.5}}, line)
    second = first.heard({"pinned": [0, 99, -1]}, line)
    assert second == Wanted(hidden=(1,), pinned=(0,), min_belief=0.5)
    assert second.showing([1]).hidden == ()


def test_bounds_that_make_no_sense_are_none(line: Canvas) -> None:
    raw = {"min_belief": 7, "since": "old", "until": float("nan"), "off": "gene", "accepted": "yes"}
    assert Wanted().heard({"filters": raw}, line) == Wanted(min_belief=1.0)


def test_an_empty_canvas_shows_nothing() -> None:
    nodes, edges = Wanted(min_belief=0.5, since=2000).seen(Canvas())
    assert (len(nodes), len(edges)) == (0, 0)


def test_the_page_leaves_out_the_same() -> None:
    canvas = Canvas()
    canvas.add(*invented(120, 260, seed=7))
    canvas.edges["polarity"] = np.resize(["positive", "mixed", "negative"], 260)
    kinds = canvas.nodes["kind"].unique().tolist()
    views: list[dict[str, Any]] = [
        {"hidden": [3, 8, 40], "pinned": [1], "gone": [0, 9], "filters": filters}
        for filters in (
            {},
            {"min_belief": 0.5},
            {"since": 2000, "until": 2012},
            {"since": 2010, "off": [["kind", k] for k in kinds[:2]]},
            {"contradicted": True, "min_belief": 0.25},
            {"accepted": True, "until": 2015},
        )
    ]
    header, buffers = pack(canvas.tables())
    raw = [base64.b64encode(b).decode() for b in buffers]
    script = """
        const views = input.raw.map((text) => new DataView(new Uint8Array(Buffer.from(text, "base64")).buffer));
        const { nodes, edges } = protocol.unpack(input.header, views);
        return input.told.map((told) => {
            const made = new scene.Scene();
            made.add(nodes, edges);
            for (const name of ["hidden", "pinned", "gone"]) for (const n of told[name]) made[name][n] = 1;
            made.wanted = filters.Wanted.heard(told.filters);
            made.filter();
            const flags = [made.shown.subarray(0, made.nodes), made.edgeShown.subarray(0, made.edges)];
            return flags.map((f) => Array.from(f));
        });
    """
    told = [Wanted().heard(view, canvas) for view in views]
    value = {"header": header, "raw": raw, "told": [t.told() for t in told]}
    for wanted, page in zip(told, node(script, value, "protocol", "scene", "filters"), strict=True):
        for ours, theirs in zip(wanted.seen(canvas), page, strict=True):
            assert 0 < ours.sum() < len(ours)
            assert ours.astype(int).tolist() == theirs
