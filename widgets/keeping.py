"""From a scene to a saved view, and back: numbers on a canvas become ids of the graph, and ids numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kg.errors import PolymathError
from kg.filtering import Filter
from kg.graph import Graph
from widgets import views
from widgets.arrangements import LAYOUTS, Guide
from widgets.look import Look
from widgets.scene import Scene
from widgets.view_file import Pin, View
from widgets.wanted import Wanted

_CONTRADICTED = "contradicted only"


def taken(scene: Scene) -> View:
    """What a scene shows as a view that can be saved.

    Args:
        scene: What is shown.

    Raises:
        PolymathError: If the scene shows communities, which have no ids that last.
    """
    canvas, wanted = scene.canvas, scene.wanted
    if canvas.members().any():
        raise PolymathError(
            "Communities cannot be saved as a view, for they change with the graph; "
            "open one until concepts are shown."
        )
    hidden, pinned = set(wanted.hidden), set(wanted.pinned)
    ids, names = canvas.nodes["id"].tolist(), canvas.nodes["name"].tolist()
    statements = canvas.edges["statement"].tolist()
    off: dict[str, tuple[str, ...]] = {}
    for column, value in wanted.off:
        off[column] = (*off.get(column, ()), value)
    return View(
        concepts=tuple(
            Pin(id=c, name=name, x=float(x), y=float(y), hidden=n in hidden, pinned=n in pinned)
            for n, (c, name, (x, y)) in enumerate(zip(ids, names, canvas.positions, strict=True))
        ),
        statements=tuple(statements),
        hidden=tuple(statements[e] for e in wanted.gone),
        selected=tuple(ids[n] for n in scene.selected),
        query=scene.query,
        filter=Filter(
            since=wanted.since,
            until=wanted.until,
            min_belief=wanted.min_belief,
            accepted=wanted.accepted,
        ),
        off=off,
        layout=canvas.layout_name,
        guides=tuple((g.label, g.left, g.top, g.right, g.bottom) for g in canvas.guides),
        look={**scene.look.told(), _CONTRADICTED: wanted.contradicted},
        graph_version=scene.version,
    )


def save(graph: Graph, scene: Scene, where: str | Path) -> Path:
    """Save what a scene shows; see :func:`widgets.views.save`."""
    path = views.save(graph, taken(scene), where)
    scene.saved = _called(where)
    return path


def load(graph: Graph, where: str | Path) -> Scene:
    """What a saved view shows in the graph as it is now.

    Raises:
        ViewError: If there is no such view, or the file is none.
    """
    scene = shown(views.load(graph, where), graph.version())
    scene.saved = _called(where)
    return scene


def shown(opened: views.Opened, version: str) -> Scene:
    """What a view shows, as the graph of that version can show it."""
    view = opened.view
    scene = Scene(version, note=opened.said, query=view.query)
    canvas = scene.canvas
    canvas.add(opened.concepts, opened.related)
    place = {p.id: (p.x, p.y) for p in view.concepts}
    canvas.positions = np.array([place[c] for c in canvas.nodes["id"]], float).reshape(-1, 2)
    canvas.settled = True
    number, edge = canvas.number, canvas.edge
    scene.selected = tuple(number[c] for c in view.selected)
    scene.look = Look().heard(view.look)
    name, _, by = view.layout.partition(":")
    if name in LAYOUTS:
        canvas.arranged, canvas.by = name, by or canvas.by
        canvas.guides = tuple(Guide(*guide) for guide in view.guides)
    scene.wanted = Wanted(
        hidden=tuple(number[p.id] for p in view.concepts if p.hidden),
        pinned=tuple(number[p.id] for p in view.concepts if p.pinned),
        gone=tuple(edge[s] for s in view.hidden),
        min_belief=view.filter.min_belief,
        since=view.filter.since,
        until=view.filter.until,
        accepted=view.filter.accepted,
        contradicted=view.look.get(_CONTRADICTED) is True,
        off=tuple((column, value) for column, values in view.off.items() for value in values),
    )
    return scene


def _called(where: str | Path) -> str:
    return Path(where).stem if str(where).endswith(".json") else str(where)
