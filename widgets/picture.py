"""The canvas as a still picture, for GitHub, nbviewer, PDF and papers: laid out once, for all formats."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kg.ontology import PREDICATES
from widgets.canvas import Canvas, label_width
from widgets.drawing import Disc, Drawing, Line, Words, origin
from widgets.layout import Floats
from widgets.lines import meanings, strokes
from widgets.palette import FAINT, INK, class_colours, kind_colour, mix

WIDTH, HEIGHT = 900, 540
_MARGIN, _HEAD, _FOOT = 24, 44, 46
_WIDE, _HEADS, _DASHES = 700, 2500, 6000
"""More statements than so are drawn without width, without heads, without dashes, as in the page."""
_WRITTEN = 16
"""Predicates of more statements than so are not written on their lines."""
_DIM = 0.25
"""Opacity of what does not stand out where something does."""


def alt_text(canvas: Canvas, query: str) -> str:
    """What the picture shows, in a sentence or two, for those who cannot see it."""
    what = f"about “{query}”" if query else "with the strongest statements of the graph"
    if canvas.members().any():
        return f"Knowledge graph seen from above: {_counted(canvas)}."
    if not len(canvas.nodes):
        return f"An empty knowledge graph {what}."
    names = canvas.nodes["name"]
    counts = _counted(canvas, " and ")
    best = canvas.edges.sort_values("belief", ascending=False, kind="stable").head(3)
    said = []
    for subject, predicate, object_ in zip(
        best["subject"], best["predicate"], best["object"], strict=True
    ):
        label = PREDICATES[predicate].label if predicate in PREDICATES else predicate
        said.append(f"{names[canvas.number[subject]]} {label} {names[canvas.number[object_]]}")
    told = f" The most believed: {'; '.join(said)}." if said else ""
    return f"Knowledge graph {what}: {counts}.{told}"


def _counted(canvas: Canvas, joint: str = ", ") -> str:
    nodes, edges, held = len(canvas.nodes), len(canvas.edges), int(canvas.members().sum())
    if held:
        return f"{nodes} communities of {held:,} concepts{joint}{edges} links"
    return f"{nodes} concepts{joint}{edges} statements"


def draw(
    canvas: Canvas,
    query: str = "",
    *,
    about: Mapping[str, str] | None = None,
    colour: str = "kind",
    width: int = WIDTH,
    height: int = HEIGHT,
    lit: Collection[str] = (),
    told: bool = False,
) -> Drawing:
    """Lay the canvas out on a page.

    Args:
        canvas: What to draw.
        query: What stands above it.
        about: What stands below it and in the file; see :func:`widgets.shown.about`.
        colour: Column of texts of ``canvas.nodes`` that the colours tell; kinds, if it is none.
        width: In pixels.
        height: In pixels.
        lit: Ids of concepts and statements that stand out, with the ends of these; all others
            are drawn faintly. For none, nothing is.
        told: Whether it belongs to a text, as a step of a story does: nothing stands above it,
            statements between the same two concepts are drawn apart, as in the page, and what
            stands out is written on its line.
    """
    drawing = Drawing(width, height, alt_text(canvas, query), about or {})
    above = canvas.members().any()
    heading = f"“{query}”" if query else "Communities" if above else "Strongest statements"
    if not told:
        drawing.words.append(Words((_MARGIN, 29), _shorten(heading, 60), 16))
        counts = _counted(canvas)
        drawing.words.append(Words((width - _MARGIN - label_width(counts), 29), counts, 12, FAINT))
    if not len(canvas.nodes):
        empty = "Nothing to show yet"
        drawing.words.append(Words((width / 2, height / 2), empty, 15, FAINT, centred=True))
        return drawing
    points, zoom = _fit(canvas, width, height, _MARGIN if told else _HEAD)
    least = float(np.clip(60 / np.sqrt(len(canvas.nodes)), 1.2, 3.5))
    size = np.maximum(canvas.radii() * float(np.clip(zoom, 0.2, 1.15)), least)
    nodes, edges = _standing_out(canvas, lit)
    bends = _bends(canvas) if told else np.zeros(len(edges))
    _draw_statements(drawing, canvas, points, size, edges, bends)
    if told:
        _draw_predicates(drawing, canvas, points, edges, bends)
    said = (canvas.edges["polarity"], canvas.edges["accepted"].eq(True))
    key = "" if above else " · ".join(meanings(*said))
    drawing.words.append(Words((_MARGIN, height - 36.0), key, 9, FAINT))
    classes, colours = _told(canvas, colour)
    for n, (x, y) in enumerate(points):
        name = str(canvas.nodes["name"].iloc[n])
        colour_ = colours[classes[n]] if nodes[n] else mix(colours[classes[n]], _DIM)
        drawing.discs.append(Disc((x, y), size[n], colour_, name, nodes[n]))
    _draw_names(drawing)
    _draw_origin(drawing, _draw_legend(drawing, classes, colours))
    return drawing


def _told(canvas: Canvas, column: str) -> tuple[list[str], dict[str, str]]:
    """The text that each node's colour tells, and the colour of each text."""
    if column != "kind" and column in canvas.nodes:
        values = canvas.nodes[column].tolist()
        if all(isinstance(v, str) for v in values):
            return values, class_colours(values)
    kinds = canvas.nodes["kind"].tolist()
    return kinds, {k: kind_colour(k) for k in kinds}


def _standing_out(
    canvas: Canvas, lit: Collection[str]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which nodes and edges stand out: all, if none of them is lit."""
    edges = canvas.edges["statement"].isin(list(lit)).to_numpy(bool)
    nodes = canvas.nodes["id"].isin(list(lit)).to_numpy(bool).copy()
    nodes[canvas.ends[edges].ravel()] = True
    if not nodes.any():
        return ~nodes, ~edges
    return nodes, edges


def _fit(canvas: Canvas, width: int, height: int, head: int) -> tuple[Floats, float]:
    """Positions on the page, and the zoom that brought them there."""
    half = canvas.boxes() / 2
    low, high = (canvas.positions - half).min(axis=0), (canvas.positions + half).max(axis=0)
    room = np.array([width - 2 * _MARGIN, height - head - _FOOT], float)
    zoom = float(min((room / np.maximum(high - low, 1.0)).min(), 1.25))
    middle = np.array([width / 2, head + room[1] / 2])
    return (canvas.positions - (low + high) / 2) * zoom + middle, zoom


def _draw_statements(
    drawing: Drawing,
    canvas: Canvas,
    points: Floats,
    size: Floats,
    bright: npt.NDArray[np.bool_],
    bends: Floats,
) -> None:
    if not len(canvas.edges):
        return
    a, b = canvas.ends.T
    way = points[b] - points[a]
    length = np.hypot(way[:, 0], way[:, 1])
    unit = way / np.maximum(length, 1e-9)[:, None]
    starts = (points[a] + unit * size[a][:, None]).tolist()
    ends = (points[b] - unit * (size[b] + 2)[:, None]).tolist()
    seen = length >= size[a] + size[b] + 4
    many = len(seen)
    belief = canvas.edges["belief"].to_numpy(float)
    rows = zip(
        np.flatnonzero(seen).tolist(), belief[seen].tolist(), canvas.edges["predicate"][seen],
        canvas.edges["polarity"][seen], canvas.edges["accepted"][seen].eq(True), strict=True,
    )  # fmt: skip
    for n, believed, predicate, polarity, accepted in rows:
        for stroke in strokes(predicate, polarity, round(believed, 2), accepted):
            (x1, y1), (x2, y2) = starts[n], ends[n]
            dx, dy = (
                (-unit[n, 1] * stroke.aside, unit[n, 0] * stroke.aside) if stroke.aside else (0, 0)
            )
            line = Line(
                (x1 + dx, y1 + dy), (x2 + dx, y2 + dy),
                stroke.colour if bright[n] else mix(stroke.colour, _DIM),
                stroke.width if many <= _WIDE else 0.8,
                stroke.dashed and many <= _DASHES, stroke.head and many <= _HEADS,
            )  # fmt: skip
            drawing.lines += _curved(line, float(bends[n])) if bends[n] else [line]


def _bends(canvas: Canvas) -> Floats:
    """How far the middle of each statement's line is from straight, as a share of its length; as in the page."""
    groups: dict[tuple[int, int], list[int]] = {}
    for n, (a, b) in enumerate(canvas.ends.tolist()):
        groups.setdefault((min(a, b), max(a, b)), []).append(n)
    bends = np.zeros(len(canvas.edges))
    for group in groups.values():
        for i, n in enumerate(group):
            side = 1 if canvas.ends[n][0] < canvas.ends[n][1] else -1
            bends[n] = side * (i - (len(group) - 1) / 2) * 0.16
    return bends


def _along(line: Line, bend: float, t: float) -> tuple[float, float]:
    """A point of a line that is bent, from 0 at its start to 1 at its end."""
    (x1, y1), (x2, y2) = line.start, line.end
    middle = ((x1 + x2) / 2 - (y2 - y1) * bend * 2, (y1 + y2) / 2 + (x2 - x1) * bend * 2)
    u = 1 - t
    return (
        u * u * x1 + 2 * u * t * middle[0] + t * t * x2,
        u * u * y1 + 2 * u * t * middle[1] + t * t * y2,
    )


def _curved(line: Line, bend: float) -> list[Line]:
    """A bent line as straight pieces, of which the last has the head; dashes are pieces left out."""
    n = 26 if line.dashed else 12
    points = [_along(line, bend, i / n) for i in range(n + 1)]
    pieces = [replace(line, start=a, end=b, dashed=False, head=False) for a, b in pairwise(points)]
    pieces[-1] = replace(pieces[-1], head=line.head)
    return [p for i, p in enumerate(pieces) if not line.dashed or i % 2 == 0 or i == n - 1]


def _draw_predicates(
    drawing: Drawing,
    canvas: Canvas,
    points: Floats,
    bright: npt.NDArray[np.bool_],
    bends: Floats,
) -> None:
    """What each line says that stands out, on its middle."""
    if bright.sum() > _WRITTEN:
        return
    for n, (a, b) in enumerate(canvas.ends.tolist()):
        if not bright[n]:
            continue
        predicate = str(canvas.edges["predicate"].iloc[n])
        label = PREDICATES[predicate].label if predicate in PREDICATES else predicate
        (x1, y1), (x2, y2) = points[a].tolist(), points[b].tolist()
        x, y = _along(Line((x1, y1), (x2, y2), "", 0, False, False), float(bends[n]), 0.5)
        drawing.words.append(Words((x, y + 3), label, 9.5, FAINT, centred=True))


def _draw_names(drawing: Drawing) -> None:
    """Names below their discs, larger discs first; one that would cover another is left out."""
    taken = np.zeros((drawing.height + 1, drawing.width + 1), dtype=bool)

    def ground(left: float, top: float, right: float, bottom: float) -> npt.NDArray[np.bool_]:
        """The pixels that a box touches."""
        rows = slice(max(int(top), 0), max(math.ceil(bottom), 0))
        return taken[rows, max(int(left), 0) : max(math.ceil(right), 0)]

    for disc in drawing.discs:
        (x, y), r = disc.centre, disc.radius
        ground(x - r, y - r, x + r, y + r)[:] = True
    for disc in sorted(drawing.discs, key=lambda d: (not d.bright, -d.radius)):
        name = _shorten(disc.name, 28)
        x, y, r = *disc.centre, disc.radius
        wide = label_width(name, 11)
        x = min(max(x, wide / 2 + 6), drawing.width - wide / 2 - 6)
        for base in (y + r + 11, y - r - 5):
            box = ground(x - wide / 2, base - 10, x + wide / 2, base + 3)
            if not box.any():
                box[:] = True
                ink = INK if disc.bright else mix(INK, 0.45)
                drawing.words.append(Words((x, base), name, 11, ink, centred=True))
                break


def _draw_legend(drawing: Drawing, told: Sequence[str], colours: Mapping[str, str]) -> float:
    """Returns where it ends."""
    x, y = float(_MARGIN), drawing.height - 18.0
    for text, count in Counter(told).most_common():
        label = f"{_shorten(text, 40) or 'none'} {count}"
        if x + label_width(label, 11) + 30 > drawing.width - _MARGIN:
            break
        drawing.discs.append(Disc((x + 5, y - 4), 5, colours[text], text))
        drawing.words.append(Words((x + 15, y), label, 11, FAINT))
        x += label_width(label, 11) + 34
    return x


def _draw_origin(drawing: Drawing, left: float) -> None:
    """Where the picture is from, beside the legend; above it, where there is no room."""
    if drawing.about:
        told = _shorten(origin(drawing.about), 110)
        x = drawing.width - _MARGIN - label_width(told, 10)
        y = drawing.height - (18.0 if x > left else 36.0)
        drawing.words.append(Words((x, y), told, 9, FAINT))


def _shorten(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
