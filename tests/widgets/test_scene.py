"""The page's logic without a browser: what is near, which labels are seen, what a refinement does."""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.drawing_pages.graphs import invented
from tests.widgets.page import node
from widgets.canvas import Canvas
from widgets.protocol import pack

SCENE = """
    const views = input.raw.map((text) => new DataView(new Uint8Array(Buffer.from(text, "base64")).buffer));
    const { nodes, edges } = protocol.unpack(input.header, views);
    const made = new scene.Scene();
    const fresh = made.add(nodes, edges);
"""
MODULES = ("protocol", "scene")


def message(nodes: int, edges: int) -> dict[str, Any]:
    """An invented graph as it is sent to a page."""
    canvas = Canvas()
    canvas.add(*invented(nodes, edges, seed=5))
    header, buffers = pack(canvas.tables())
    return {"header": header, "raw": [base64.b64encode(b).decode() for b in buffers]}


@pytest.fixture(scope="module")
def graph() -> dict[str, Any]:
    """Three hundred nodes."""
    return message(300, 700)


def test_a_scene_holds_what_was_sent(graph: dict[str, Any]) -> None:
    concepts, related = invented(300, 700, seed=5)
    script = """
        return {
            fresh: fresh.length, names: made.names, kinds: fresh.map((n) => made.kind.at(n)),
            ends: Array.from({ length: made.edges }, (_, e) => [made.subject[e], made.object[e]]),
            predicates: Array.from({ length: made.edges }, (_, e) => made.predicate.at(e)),
            accepted: Array.from(made.accepted.subarray(0, made.edges)),
            years: Array.from({ length: made.edges }, (_, e) => made.firstYear(e)),
            degree: Array.from(made.degree), count: made.count(),
        };
    """
    found = node(SCENE + script, graph, *MODULES)
    assert found["fresh"] == 300
    assert found["names"] == concepts["name"].tolist()
    assert found["kinds"] == concepts["kind"].tolist()
    ids = concepts["id"].tolist()
    said = list(zip(related["subject"], related["object"], strict=True))
    assert [(ids[a], ids[b]) for a, b in found["ends"]] == said
    assert found["predicates"] == related["predicate"].tolist()
    assert found["accepted"] == related["accepted"].astype(int).tolist()
    assert found["years"] == related["first_year"].tolist()
    assert sum(found["degree"]) == 1400
    assert found["count"] == {"nodes": 300, "edges": 700, "members": 0}


def test_what_is_hidden_takes_its_lines_along(graph: dict[str, Any]) -> None:
    script = """
        const hub = made.important()[0];
        const lines = made.edgesOf(hub).length;
        made.hide([hub]);
        const hidden = made.count();
        made.unhide([hub]);
        made.wanted.switch("kind", [made.kind.at(0)], false);
        made.filter();
        const [kind, n] = made.tally(made.kind).find(([kind]) => kind === made.kind.at(0));
        const left = fresh.filter((n) => made.shown[n]).every((n) => made.kind.at(n) !== kind);
        return { lines, hidden, n, left, shown: made.count().nodes };
    """
    found = node(SCENE + script, graph, *MODULES)
    assert found["hidden"] == {"nodes": 299, "edges": 700 - found["lines"], "members": 0}
    assert found["left"] is True
    assert found["shown"] == 300 - found["n"]


def test_rows_that_come_later_join_those_that_are_there(graph: dict[str, Any]) -> None:
    script = """
        const again = made.add(nodes, edges);
        return { again, nodes: made.nodes, edges: made.edges, x: made.x[300] === made.x[0] };
    """
    found = node(SCENE + script, graph, *MODULES)
    assert found["again"] == list(range(300, 600))
    assert (found["nodes"], found["edges"], found["x"]) == (600, 1400, True)


def test_the_grid_finds_what_looking_at_everything_finds(graph: dict[str, Any]) -> None:
    # The same answers as without any index, at points on, near and far from things.
    script = """
        const at = new camera.Camera();
        Object.assign(at, { width: 1000, height: 500, k: 0.4 });
        const all = { left: -1e9, top: -1e9, right: 1e9, bottom: 1e9 };
        const wrong = [];
        let met = 0;
        let state = 1;
        const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
        const inner = made.grid();
        const everything = {
            nodesIn: (_, visit) => inner.nodesIn(all, visit), edgesIn: (_, visit) => inner.edgesIn(all, visit),
        };
        for (let i = 0; i < 600; i++) {
            const n = Math.floor(random() * made.nodes);
            const e = Math.floor(random() * made.edges);
            const near = i % 3 ? made.along(e, random()) : { x: made.x[n], y: made.y[n] };
            at.x = near.x;
            at.y = near.y;
            const point = { x: 500 + 30 * (random() - 0.5), y: 250 + 30 * (random() - 0.5) };
            const found = [picking.nodeAt(made, at, point), picking.edgeAt(made, at, point)];
            made.grid = () => everything;
            const wanted = [picking.nodeAt(made, at, point), picking.edgeAt(made, at, point)];
            made.grid = () => inner;
            met += wanted.filter((w) => w !== null).length;
            if (found.join() !== wanted.join()) wrong.push([found, wanted]);
        }
        return { wrong, met };
    """
    found = node(SCENE + script, graph, *MODULES, "camera", "picking")
    assert found["wrong"] == []
    assert found["met"] > 300


PLACED = """
    const wide = (text) => 6.6 * text.length;
    const inner = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
    const kept = new labels.Labels();
    const place = (k, x, y) => {
        const view = { k, x, y, width: 900, height: 500 };
        const seen = fresh.filter((n) => {
            const [sx, sy] = [made.x[n] * k + x, made.y[n] * k + y];
            return sx > -60 && sy > -60 && sx < 960 && sy < 560;
        });
        const out = kept.place(made, made.ranked(seen), view, new labels.Space(view), inner, wide);
        return [...out.values()].map(({ node, dx, dy, half }) => ({
            node, dx, dy, box: labels.boxAt(made.x[node] * k + x + dx, made.y[node] * k + y + dy, half),
        }));
    };
"""


@pytest.mark.parametrize("k", [0.12, 0.35, 1.0])
def test_labels_do_not_cover_one_another(graph: dict[str, Any], k: float) -> None:
    found = node(SCENE + PLACED + f"return place({k}, 450, 250);", graph, *MODULES, "labels")
    # What lies beyond the border is not seen.
    boxes = [label["box"] for label in found]
    seen = [
        b
        for b in boxes
        if b["left"] > 0 and b["top"] > 0 and b["right"] < 900 and b["bottom"] < 500
    ]
    assert len(seen) > 5
    for i, p in enumerate(seen):
        for q in seen[i + 1 :]:
            # Ground is taken in squares of four pixels, of which a border may share half.
            over = min(p["right"], q["right"]) - max(p["left"], q["left"]) > 4.001
            assert not (over and min(p["bottom"], q["bottom"]) - max(p["top"], q["top"]) > 4.001)


def test_labels_stay_while_the_picture_is_panned(graph: dict[str, Any]) -> None:
    script = """
        const frames = [];
        for (let i = 0; i <= 30; i++) frames.push(place(0.35, 450 + 3.7 * i, 250 - 1.3 * i));
        return frames;
    """
    frames = node(SCENE + PLACED + script, graph, *MODULES, "labels")
    for before, after in pairwise(frames):
        here = {label["node"]: label for label in after}
        for label in before:
            box = label["box"]
            if min(box["left"], box["top"]) < 60 or box["right"] > 840 or box["bottom"] > 440:
                continue
            assert label["node"] in here, "a label in sight went away"
            assert (here[label["node"]]["dx"], here[label["node"]]["dy"]) == (
                label["dx"],
                label["dy"],
            )


def test_the_important_are_named_first(graph: dict[str, Any]) -> None:
    script = """
        const named = new Set(place(0.12, 450, 250).map((l) => l.node));
        return { ranks: Array.from(made.important()).map((n) => named.has(n)), first: made.important()[0] };
    """
    ranks = node(SCENE + PLACED + script, graph, *MODULES, "labels")["ranks"]
    assert ranks[0] is True
    assert sum(ranks[:100]) > sum(ranks[100:])


def test_a_refinement_shortens_lines_and_keeps_the_whole() -> None:
    script = """
        const forces = new refining.Forces(made);
        const lengths = (x, y, wide) => {
            let sum = 0;
            for (let e = 0; e < made.edges; e++) {
                const [a, b] = [made.subject[e], made.object[e]];
                sum += Math.hypot((x[a] - x[b]) * wide, y[a] - y[b]);
            }
            return sum / made.edges;
        };
        const size = (column) => {
            const mean = column.reduce((a, b) => a + b, 0) / column.length;
            return Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / column.length);
        };
        const close = (x, y, wide) => {
            let count = 0;
            for (let i = 0; i < made.nodes; i++) {
                for (let j = i + 1; j < made.nodes; j++) {
                    if (Math.hypot((x[i] - x[j]) * wide, y[i] - y[j]) < 14) count++;
                }
            }
            return count;
        };
        const told = (x, y, wide) => ({ length: lengths(x, y, wide), height: size(y), close: close(x, y, wide) });
        const before = told(made.x.slice(0, made.nodes), made.y.slice(0, made.nodes), 1);
        for (let i = 0; i < 30; i++) forces.step(1 - i / 30);
        const finite = forces.x.every(Number.isFinite) && forces.y.every(Number.isFinite);
        return { before, after: told(forces.x, forces.y, 2), finite };
    """
    found = node(SCENE + script, message(900, 1800), *MODULES, "refining")
    before, after = found["before"], found["after"]
    assert found["finite"] is True
    assert after["length"] < before["length"]
    assert 0.75 * before["height"] < after["height"] < 1.05 * before["height"]
    assert after["close"] <= before["close"] + 5
