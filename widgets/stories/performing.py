"""A story on one canvas: all that its steps show, numbered once, so that each step is only who is seen and where.

The page lets concepts glide from step to step by these numbers, and wanders on the same canvas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kg.graph import Graph
from widgets import columns, keeping, picture, views
from widgets.canvas import Canvas
from widgets.drawing import Drawing
from widgets.looking import Looking
from widgets.protocol import Reply
from widgets.scene import Scene
from widgets.stories import still_true, telling
from widgets.stories.still_true import Difference
from widgets.stories.story import Frame, Step, Story
from widgets.stories.telling import Said
from widgets.stories.wording import words

HEIGHT = 450
"""Of the still picture of a step, in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A step on today's graph.

    Attributes:
        step: As it was made.
        scene: What can be seen of it, and where.
        sentences: Who says so.
        differences: What is not as it was.
    """

    step: Step
    scene: Scene
    sentences: tuple[Said, ...]
    differences: tuple[Difference, ...]

    @property
    def names(self) -> dict[str, str]:
        """How each statement of the step reads, by id."""
        called = {p.id: p.name or p.id for p in self.step.view.concepts}
        return {c.id: still_true.reads(c, called) for c in self.step.claims}


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """A story on today's graph: its steps, and the canvas of all of them."""

    story: Story
    scene: Scene
    steps: tuple[Shown, ...]

    def told(self) -> dict[str, Any]:
        """What a page is told of it, besides the canvas."""
        story, word = self.story, words(self.story.language)
        return {
            "title": story.title,
            "language": story.language,
            "about": telling.prose(story.about),
            "authors": list(story.authors),
            "licence": story.licence,
            "words": dict(word),
            "bibliography": telling.bibliography_html(story.works, word),
            "steps": [self._step(shown) for shown in self.steps],
        }

    def _step(self, shown: Shown) -> dict[str, Any]:
        number, edge = self.scene.canvas.number, self.scene.canvas.edge
        own = shown.scene.canvas
        lit = [h for h in shown.step.highlight if h in own.number or h in own.edge]
        places = zip(own.nodes["id"].tolist(), own.positions.tolist(), strict=True)
        return {
            **telling.told(self.story, shown.step, shown.sentences, shown.names),
            "nodes": [[number[c], round(x, 1), round(y, 1)] for c, (x, y) in places],
            "edges": [edge[s] for s in own.edge],
            "statements": {
                s: edge[s] for s in own.edge if any(s == q.statement for q in shown.sentences)
            },
            "lit": {
                "nodes": [number[h] for h in lit if h in own.number],
                "edges": [edge[h] for h in lit if h in own.edge],
            },
            "camera": shown.step.camera,
            "arranged": own.layout_name,
            "guides": shown.scene.guides(),
            "look": shown.scene.look.told(),
            "differences": [d.said for d in shown.differences],
        }


def perform(graph: Graph, story: Story, *, leaving: bool) -> Performance:
    """Put a story on one canvas, as the graph can show it today.

    Args:
        graph: Where concepts, statements and sentences are looked up.
        story: What to show.
        leaving: Whether it leaves this computer: then only sentences of open sources are told.
    """
    version = graph.version()
    scene = Scene(version, query=story.title)
    steps = tuple(_shown(graph, story, step, version, leaving) for step in story.steps)
    placed: set[str] = set()
    for shown in steps:
        _join(scene.canvas, shown.scene.canvas, placed)
    scene.canvas.settled = True
    return Performance(story, scene, steps)


def _shown(graph: Graph, story: Story, step: Step, version: str, leaving: bool) -> Shown:
    opened = views.reopen(graph, replace(step.view, graph_version=""))
    scene = keeping.shown(opened, version)
    canvas = scene.seen()
    # What was given from Python when the step was made is not in the graph.
    scene.look = scene.look.known()
    if scene.look.colour in columns.OWN:
        columns.fill(graph, canvas, scene.look.colour, {})
    return Shown(
        step,
        replace(scene, canvas=canvas, query=step.query),
        tuple(telling.said(graph, story, step, leaving=leaving)),
        tuple(still_true.differences(graph, step)),
    )


def _join(whole: Canvas, part: Canvas, placed: set[str]) -> None:
    """Add what a part shows; a concept stands where the first step that shows it has it."""
    whole.add(part.nodes, part.edges)
    for concept, place in zip(part.nodes["id"].tolist(), part.positions, strict=True):
        if concept not in placed:
            placed.add(concept)
            whole.positions[whole.number[concept]] = place


@dataclass(frozen=True, slots=True)
class Playing(Looking):
    """Looking at a graph along a story.

    Attributes:
        stories: Where the performance is kept, under ``"now"``.
    """

    stories: dict[str, Performance] = field(default_factory=dict)

    def begin(self) -> Scene:
        """The canvas of all steps."""
        return self.stories["now"].scene.copy()

    def whole(self, scene: Scene, **fields: Any) -> Reply:
        """All that a scene shows, and the story."""
        return Looking.whole(self, scene, story=self.stories["now"].told(), **fields)


def drawn(shown: Shown, about: Mapping[str, str] | None = None) -> Drawing:
    """A step as a still picture."""
    canvas, lit = shown.scene.canvas, frozenset(shown.step.highlight)
    if shown.step.camera is not None:
        canvas = _within(canvas, shown.step.camera)
    return picture.draw(
        canvas, shown.step.title, about=about, colour=shown.scene.look.colour, lit=lit, told=True,
        height=HEIGHT,
    )  # fmt: skip


def _within(canvas: Canvas, frame: Frame) -> Canvas:
    """What of a canvas stands in a part of it; all of it if nothing does."""
    left, top, right, bottom = frame
    x, y = canvas.positions.T
    nodes = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    ends = canvas.ends
    return (
        canvas.part(nodes, nodes[ends].all(axis=1) if len(ends) else nodes[:0])
        if nodes.any()
        else canvas
    )


def works_of(steps: tuple[Step, ...]) -> Iterator[tuple[str, int]]:
    """Ids of the works behind the sentences, each with the number of a step that shows one of them."""
    for number, step in enumerate(steps, 1):
        for quotation in step.sentences:
            if quotation.work:
                yield quotation.work, number
