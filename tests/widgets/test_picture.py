"""The still picture: what GitHub, nbviewer and a PDF show."""

from __future__ import annotations

import base64
import io
import json
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from benchmarks.drawing_pages.graphs import invented
from kg.errors import PolymathError
from kg.graph import Graph
from widgets import Explorer
from widgets.canvas import Canvas
from widgets.drawing import to_png, to_svg
from widgets.palette import kind_colour
from widgets.picture import alt_text, draw


def test_the_picture_has_discs_in_their_colours(library: Graph, built: None) -> None:
    image = Image.open(io.BytesIO(Explorer(library, "graphene").picture())).convert("RGB")
    assert image.size == (1350, 810)
    blue = [int(kind_colour("material")[i : i + 2], 16) for i in (1, 3, 5)]
    pixels = np.asarray(image).reshape(-1, 3).astype(int)
    near = int((np.abs(pixels - blue).max(axis=1) < 8).sum())
    assert near > 500


def test_the_picture_is_the_same_each_time(library: Graph, built: None) -> None:
    assert Explorer(library, "graphene").picture() == Explorer(library, "graphene").picture()


def test_svg_is_well_formed_and_escaped(library: Graph, built: None) -> None:
    svg = Explorer(library, "graphene").picture("svg")
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    texts = [t.text or "" for t in root.iter(f"{space}text")]
    assert any(t.startswith("<b>bold</b>") for t in texts)
    assert not list(root.iter(f"{space}script"))
    assert "graphene increases thermal conductivity" in root.attrib["aria-label"]


def test_it_stands_beside_the_widget_with_its_alternative_text(library: Graph, built: None) -> None:
    data, metadata = Explorer(library, "graphene")._repr_mimebundle_() or ({}, {})
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["image/png"].startswith(b"\x89PNG")
    assert len(data["image/png"]) < 150_000
    assert data["text/plain"].startswith("Knowledge graph about “graphene”: 11 concepts")
    assert metadata["image/png"]["alt"] in data["text/plain"]


def test_another_format_is_refused(library: Graph, built: None) -> None:
    with pytest.raises(PolymathError, match='"png" or "svg", not as \'gif\''):
        Explorer(library, "graphene").picture("gif")  # type: ignore[arg-type]


def test_an_empty_canvas_is_a_picture_too() -> None:
    drawing = draw(Canvas(), "nothing")
    assert Image.open(io.BytesIO(to_png(drawing))).size == (1350, 810)
    assert b"Nothing to show yet" in to_svg(drawing)
    assert alt_text(Canvas(), "nothing") == "An empty knowledge graph about “nothing”."


@pytest.mark.parametrize(("nodes", "edges"), [(60, 60), (100, 200), (200, 400), (1000, 2000)])
def test_twenty_pictures_with_their_pages_fit_into_a_notebook(
    library: Graph, built: None, nodes: int, edges: int
) -> None:
    canvas = Canvas()
    canvas.add(*invented(nodes, edges))
    picture = to_png(draw(canvas))
    assert Image.open(io.BytesIO(picture)).width >= 900
    state = len(json.dumps(Explorer(library).get_state(), default=str))
    assert 20 * (len(base64.b64encode(picture)) + state) < 6_000_000
