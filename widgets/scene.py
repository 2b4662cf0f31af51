"""What one view in one page shows, and how it is told: whole, or only what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kg.graph import Graph
from kg.ontology import KINDS, PREDICATES
from widgets import overview
from widgets.answers import Piece
from widgets.canvas import Canvas, Change
from widgets.look import Look
from widgets.protocol import Reply, Tell
from widgets.wanted import Wanted


@dataclass(slots=True)
class Scene:
    """A canvas, and what a view is told of it besides."""

    version: str
    """Of the graph that the canvas was read from."""
    canvas: Canvas = field(default_factory=Canvas)
    inside: str | None = None
    """Community that is seen from above or opened, "" for the whole graph; None below that."""
    focus: int | None = None
    """Number of the node that the canvas is about."""
    note: str = ""
    """What a view is told when it opens."""
    selected: tuple[int, ...] = ()
    """Numbers of the nodes that are selected."""
    selected_edges: tuple[int, ...] = ()
    wanted: Wanted = field(default_factory=Wanted)
    """What of all this is to be seen."""
    query: str = ""
    """What was asked for last."""
    saved: str = ""
    """Name of the saved view that this is, until it is changed."""
    look: Look = field(default_factory=Look)
    revision: int = 0

    def copy(self) -> Scene:
        """A scene that can be changed without changing this one."""
        return replace(self, canvas=self.canvas.copy(), revision=0)

    def add(self, piece: Piece) -> Change:
        """Put a piece of the graph on the canvas; what is there stays where it is, and is to be seen."""
        change = self.canvas.add(piece.concepts, piece.related)
        self.wanted = self.wanted.showing(change.around)
        return change

    def clear(self, inside: str | None = None) -> None:
        """Begin anew with an empty canvas."""
        self.canvas, self.inside, self.focus, self.note = Canvas(), inside, None, ""
        self.selected, self.selected_edges, self.wanted = (), (), Wanted()
        self.saved = ""

    def seen(self) -> Canvas:
        """A canvas of what is to be seen, with numbers of its own."""
        return self.canvas.part(*self.wanted.seen(self.canvas))

    def whole(self, graph: Graph, fields: Mapping[str, Any]) -> Reply:
        """All that is on the canvas, for a page that has nothing or something else."""
        self.revision += 1
        told = {
            "revision": self.revision,
            "url": graph.url,
            "version": self.version,
            "query": self.query,
            "focus": self.focus,
            "note": self.note,
            "way": [] if self.inside is None else overview.way_to(graph, self.inside),
            "arranged": self.canvas.layout_name,
            "guides": self.guides(),
            "settled": self.canvas.settled,
            "kinds": dict(KINDS),
            "predicates": {
                **{p.name: [p.label, p.symmetric] for p in PREDICATES.values()},
                overview.LINKED: [overview.LINKED, True],
            },
            "sight": self.told(),
            **fields,
        }
        return Reply(Tell.FULL, told, self.canvas.tables())

    def news(self, change: Change, fields: Mapping[str, Any]) -> Reply:
        """What a change brought, for a page that has all that was there before it."""
        base = self.revision
        self.revision += 1
        told = {
            "base": base,
            "revision": self.revision,
            "first_node": change.nodes,
            "first_edge": change.edges,
            "around": list(change.around),
            **fields,
        }
        return Reply(Tell.DELTA, told, self.canvas.tables(change.nodes, change.edges))

    def places(self) -> Reply:
        """Where everything is now that it was laid out anew."""
        base = self.revision
        self.revision += 1
        fields = {
            "base": base,
            "revision": self.revision,
            "arranged": self.canvas.layout_name,
            "guides": self.guides(),
        }
        return Reply(Tell.PLACES, fields, self.canvas.places())

    def told(self) -> dict[str, Any]:
        """What a view has besides its canvas, as a page is told that opens it again."""
        return {
            "name": self.saved,
            "selected": list(self.selected),
            "look": self.look.told(),
            **self.wanted.told(),
        }

    def guides(self) -> list[list[Any]]:
        """Label, left, top, right and bottom of what helps to read a layout."""
        return [
            [g.label, *(round(v, 1) for v in (g.left, g.top, g.right, g.bottom))]
            for g in self.canvas.guides
        ]
