"""Uncertainty is drawn alike wherever a statement is drawn."""

from __future__ import annotations

import pytest

from kg.graph import Graph
from tests.widgets.conftest import Talk
from widgets import Explorer, picture
from widgets.canvas import Canvas
from widgets.drawing import to_svg
from widgets.lines import for_vis, strokes
from widgets.palette import NEGATIVE, class_colours, mix

RED = mix(NEGATIVE, 0.75)
WAYS = [("positive", True), ("positive", False), ("negative", False), ("mixed", False)]


@pytest.mark.parametrize(("polarity", "accepted"), [*WAYS, ("mixed", True), ("unknown", False)])
def test_dashes_say_who_read_it_and_red_that_it_is_denied(polarity: str, accepted: bool) -> None:
    drawn = strokes("causes", polarity, 0.7, accepted)
    split = polarity == "mixed"
    assert len(drawn) == (2 if split else 1)
    assert [s.dashed for s in drawn] == ([False, False] if split else [not accepted])
    assert (drawn[-1].colour == RED) == (polarity in ("mixed", "negative"))
    assert not split or (drawn[0].colour != RED and drawn[0].aside == -drawn[1].aside)
    assert sum(s.head for s in drawn) == 1
    vis = for_vis("causes", polarity, 0.7, accepted)
    assert (vis["color"], vis["arrows"]) == (drawn[-1].colour, "to")
    if not split:
        assert vis["dashes"] == (not accepted)


def test_what_goes_both_ways_has_no_head_and_more_belief_is_wider() -> None:
    assert not strokes("similar_to", "positive", 0.5, True)[0].head
    thin, wide = (strokes("causes", "positive", b, True)[0] for b in (0.1, 0.9))
    assert thin.width < wide.width and thin.colour != wide.colour


@pytest.fixture
def canvas(library: Graph, built: None) -> Canvas:
    """Four statements around graphene, one in each way."""
    explorer = Explorer(library, "graphene", limit=4)
    found = explorer._conversation.latest().canvas.copy()
    keep = [i < 4 for i in range(len(found.edges))]
    out = found.part([True] * len(found.nodes), keep)  # type: ignore[arg-type]
    out.edges["polarity"], out.edges["accepted"] = (list(c) for c in zip(*WAYS, strict=True))
    return out


def test_the_picture_draws_each_in_its_way_and_says_what_they_mean(canvas: Canvas) -> None:
    drawing = picture.draw(canvas, "graphene")
    assert len(drawing.lines) == 5
    assert [line.dashed for line in drawing.lines] == [False, True, True, False, False]
    assert [line.colour == RED for line in drawing.lines] == [False, False, True, False, True]
    svg = to_svg(drawing).decode()
    assert svg.count("stroke-dasharray") == 2
    key = "dashed: read by a machine only · solid: accepted by a person · split: contradicted · red: denied"
    assert key in svg


def test_the_picture_has_the_colours_that_the_page_has(talk: Talk) -> None:
    talk.ask("hello")
    told = talk.ask("column", name="discipline")["data"]["column"]["value"]
    talk.say("visible", look={"colour": "discipline"})
    svg = talk.explorer.picture("svg").decode()
    for value, colour in class_colours(told).items():
        assert f'fill="{colour}"' in svg, value
    # What has no texts is drawn by kind.
    talk.say("visible", look={"colour": "year"})
    assert talk.explorer.picture("svg").decode() != svg
