"""From a scene to a saved view, and back: numbers on a canvas become ids of the graph, and ids numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kg.errors import PolymathError
from kg.filtering import Filter
from kg.graph import Graph
from widgets import views
from widgets.scene import Scene
from widgets.view_file import Pin, Setting, View
from widgets.wanted import Wanted

_OFF = "kinds switched off"
_CONTRADICTED = "contradicted only"
_OWN = (_OFF, _CONTRADICTED)


def taken(scene: Scene) -> View:
    """What a scene shows as a view that can be saved.

    Args:
        scene: What is shown.

    Raises:
        PolymathError: If the scene shows communities, which have no ids that last, or if a
            setting of the page is neither text, number nor truth value.
    """
    canvas, wanted = scene.canvas, scene.wanted
    if canvas.members().any():
        raise PolymathError(
            "Communities cannot be saved as a view, for they change with the graph; "
            "open one until concepts are shown."
        )
    for name, value in scene.look.items():
        if value is not None and not isinstance(value, str | bool | int | float):
            raise PolymathError(
                f"The setting {name[:40]!r} is neither text, number nor truth value, and cannot be saved."
            )
    hidden, pinned = set(wanted.hidden), set(wanted.pinned)
    ids, names = canvas.nodes["id"].tolist(), canvas.nodes["name"].tolist()
    statements = canvas.edges["statement"].tolist()
    own: dict[str, Setting] = {_OFF: "\n".join(wanted.off), _CONTRADICTED: wanted.contradicted}
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
        look={**scene.look, **own},
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
    opened = views.load(graph, where)
    view = opened.view
    scene = Scene(
        graph.version(),
        note=opened.said,
        query=view.query,
        saved=_called(where),
    )
    canvas = scene.canvas
    canvas.add(opened.concepts, opened.related)
    place = {p.id: (p.x, p.y) for p in view.concepts}
    canvas.positions = np.array([place[c] for c in canvas.nodes["id"]], float).reshape(-1, 2)
    canvas.settled = True
    number, edge = canvas.number, canvas.edge
    off = view.look.get(_OFF)
    scene.selected = tuple(number[c] for c in view.selected)
    scene.look = {k: v for k, v in view.look.items() if k not in _OWN}
    scene.wanted = Wanted(
        hidden=tuple(number[p.id] for p in view.concepts if p.hidden),
        pinned=tuple(number[p.id] for p in view.concepts if p.pinned),
        gone=tuple(edge[s] for s in view.hidden),
        min_belief=view.filter.min_belief,
        since=view.filter.since,
        until=view.filter.until,
        accepted=view.filter.accepted,
        contradicted=view.look.get(_CONTRADICTED) is True,
        off=tuple(off.split("\n")) if isinstance(off, str) and off else (),
    )
    return scene


def _called(where: str | Path) -> str:
    return Path(where).stem if str(where).endswith(".json") else str(where)
