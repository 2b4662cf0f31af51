"""What a page without a kernel answers from: a canvas, its concepts, statements and sentences, in columns.

The page finds the same tables here that a kernel would send (:mod:`widgets.protocol`), so it
needs no code of its own to show them (``src/alone.ts``).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from kg.graph import Graph
from kg.licences import OPEN, withheld
from widgets import answers, columns
from widgets.canvas import Canvas
from widgets.protocol import Rows, frame_rows, pack
from widgets.scene import Scene
from widgets.wanted import Wanted

QUOTES = 20
"""At most so many sentences a statement."""
HEIGHT = 640
_STATEMENT = {
    **answers.STATEMENT, "subject_name": "str", "object_name": "str", "status": "cat",
    "first_year": "i4", "last_year": "i4",
}  # fmt: skip
_EVIDENCE = {**answers.EVIDENCE, "edge": "u4"}
_SPANS = ("subject_start", "subject_end", "object_start", "object_end")


def recording(graph: Graph, scene: Scene, about: Mapping[str, str]) -> dict[str, Any]:
    """What can be seen in a scene, ready to be written as JSON.

    Args:
        graph: Where concepts and sentences are from.
        scene: What is shown.
        about: What was asked for, of which graph; see :func:`widgets.shown.about`.

    Returns:
        ``height``; ``message``, that of a whole canvas; ``buffers`` in base 64.
    """
    canvas = scene.seen()
    focus = (
        scene.canvas.nodes["id"].tolist()[scene.focus : scene.focus + 1]
        if scene.focus is not None
        else []
    )
    seen = replace(
        scene, canvas=canvas, inside=None, note="", selected=(), selected_edges=(), wanted=Wanted(),
        focus=next((canvas.number[c] for c in focus if c in canvas.number), None), revision=0,
    )  # fmt: skip
    told = _columns(graph, canvas)
    between = columns.between(graph, canvas)
    fields = {
        "url": about["graph"],  # the address of the graph tells where it is on this computer
        "given": [[name, numeric] for name, numeric in told.items() if name not in columns.OWN],
        "between": columns.strongest(between),
    }
    whole = seen.whole(graph, fields)
    tables = {
        **whole.tables,
        "concepts": _concepts(graph, canvas),
        "statements": _statements(canvas),
        "evidence": _evidence(graph, canvas),
        **{f"column {n}": columns.table(canvas, n, 0, numeric) for n, numeric in told.items()},
        **columns.bridge_tables(canvas, between),
    }
    header, buffers = pack(tables)
    message = {**whole.fields, "tables": header}
    return {
        "height": HEIGHT,
        "message": message,
        "buffers": [base64.b64encode(b).decode() for b in buffers],
    }


def _columns(graph: Graph, canvas: Canvas) -> dict[str, bool]:
    """What colours and sizes can tell, whether in numbers: of every graph, and what was given and shown."""
    shown = {name: columns.in_numbers(canvas, name) for name in columns.shown(canvas)}
    for name in columns.OWN:
        columns.fill(graph, canvas, name, {})
    return {**dict.fromkeys(columns.OWN, False), **shown}


def _concepts(graph: Graph, canvas: Canvas) -> Rows:
    """One row a node; a community, which the graph knows no more of, has what the canvas says."""
    known = graph.concepts(canvas.nodes["id"]).set_index("id").to_dict("index")
    there = ("id", "name", "kind", "n_works", "disciplines")
    rows = [
        {"n_mentions": 0, **node, **known.get(node["id"], {})}
        for node in canvas.nodes[list(there)].to_dict("records")
    ]
    return frame_rows(pd.DataFrame(rows, columns=list(answers.CONCEPT)), answers.CONCEPT)


def _statements(canvas: Canvas) -> Rows:
    """One row an edge."""
    said = canvas.statements(range(len(canvas.edges)))
    status = ["accepted" if accepted else "machine" for accepted in said["accepted"]]
    return frame_rows(said.assign(status=status), _STATEMENT)


def _evidence(graph: Graph, canvas: Canvas) -> Rows:
    """The sentences of all edges, each without the passage around it; those that are not open are left out."""
    found = withheld(answers.as_read(graph.evidence(canvas.edges["statement"].tolist())))
    found = found.assign(edge=[canvas.edge[s] for s in found["statement"]])
    found = found.groupby("edge", sort=False).head(QUOTES)
    open_ = found["access"] == OPEN
    for span in _SPANS:
        found[span] = (found[span] - found["start"]).where(open_)
    # Rows of one sentence are one in the page, by passage and offsets: those stay apart without naming a file.
    places = pd.factorize(found["passage"].astype(str) + "@" + found["start"].astype(str))[0]
    return frame_rows(
        found.assign(
            start=0,
            end=found["quote"].str.len(),
            passage=[str(n) for n in places],
            passage_text=found["quote"],
        ),
        _EVIDENCE,
    )
