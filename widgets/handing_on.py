"""What a scene shows as a file for others: pictures, a page, graphs and tables, each saying where it is from."""

from __future__ import annotations

from pathlib import Path

from kg.errors import PolymathError
from kg.graph import Graph
from kg.whole_file import write_whole
from widgets import exporting, picture, snapshot
from widgets.canvas import Canvas
from widgets.drawing import Drawing, to_png, to_svg
from widgets.scene import Scene
from widgets.shown import Shown, about, shown

PICTURES = ("png", "svg")
FORMATS = (*PICTURES, "html", *exporting.FORMATS)
_ENDINGS = {f".{f}": f for f in FORMATS if f != "csv"} | {
    ending: name for name, (ending, _) in exporting.FORMATS.items()
}


def drawing(graph: Graph, scene: Scene) -> Drawing:
    """What can be seen, laid out as a picture."""
    told = about(graph, scene.query, scene.version)
    return picture.draw(scene.seen(), scene.query, about=told, colour=scene.look.colour)


def seen(graph: Graph, scene: Scene) -> Shown:
    """What can be seen, with everything the graph knows of it.

    Raises:
        PolymathError: If the scene shows communities, which are no concepts.
    """
    canvas = scene.seen()
    if canvas.members().any():
        raise PolymathError(
            "Communities are no concepts to be exported; open one until concepts are shown, "
            "or export a picture."
        )
    return shown(
        graph,
        canvas.nodes["id"],
        canvas.edges["statement"],
        query=scene.query,
        places=_places(canvas),
        version=scene.version,
    )


def _places(canvas: Canvas) -> dict[str, tuple[float, float]]:
    ids = canvas.nodes["id"].tolist()
    return {c: (float(x), float(y)) for c, (x, y) in zip(ids, canvas.positions, strict=True)}


def made(graph: Graph, scene: Scene, format: str) -> bytes:
    """What can be seen in one of :data:`FORMATS`.

    Raises:
        PolymathError: If there is no such format.
    """
    if format in PICTURES:
        drawn = drawing(graph, scene)
        return to_png(drawn) if format == "png" else to_svg(drawn)
    if format == "html":
        told = about(graph, scene.query, scene.version)
        return snapshot.render(graph, scene, told).encode()
    if format in exporting.FORMATS:
        return exporting.export(seen(graph, scene), format)
    raise PolymathError(f"A view is exported as one of {', '.join(FORMATS)}, not as {format!r}.")


def written(graph: Graph, scene: Scene, path: Path, format: str = "") -> Path:
    """Write what can be seen to a file, in the format of its ending if no other is given.

    Raises:
        PolymathError: If the ending is of no format, or the file cannot be written.
    """
    format = format or _ENDINGS.get(path.suffix.lower(), "")
    if not format:
        raise PolymathError(
            f"{path} ends in no format that a view is exported in; let it end in {', '.join(_ENDINGS)}."
        )
    return write_whole(path, made(graph, scene, format), "The view")
