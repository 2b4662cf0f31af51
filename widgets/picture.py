"""The canvas as a still picture, for GitHub, nbviewer, PDF and papers.

The drawing is laid out once, as lines, discs and words in pixels, and written as PNG by
Pillow or as SVG by hand.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from kg.ontology import PREDICATES
from widgets.canvas import Canvas, label_width
from widgets.layout import Floats
from widgets.lines import meanings, strokes
from widgets.palette import FAINT, INK, PAPER, class_colours, kind_colour, mix

WIDTH, HEIGHT = 900, 540
_MARGIN, _HEAD, _FOOT = 24, 44, 46
_SCALE = 1.5
_FEW = 300
"""A picture of more concepts is as large as it says, or it would weigh as much as all else in a notebook."""
_WIDE, _HEADS, _DASHES, _RIMS = 700, 2500, 6000, 2500
"""More statements than so are drawn without width, without heads, without dashes; more
concepts without a rim; all as in the page."""
_COLOURS = 200
_WRITTEN = 16
"""Predicates of more statements than so are not written on their lines."""
_DIM = 0.25
"""Opacity of what does not stand out where something does."""
_FONTS = (
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "Arial.ttf",
    "Helvetica.ttc",
    "NotoSans-Regular.ttf",
)
_WIDE_FONTS = (
    "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "DroidSansFallbackFull.ttf",
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "msyh.ttc", "simhei.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc",
)  # fmt: skip
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Line:
    """A statement: from one point to another, with a head unless it goes both ways."""

    start: tuple[float, float]
    end: tuple[float, float]
    colour: str
    width: float
    dashed: bool
    head: bool


@dataclass(frozen=True, slots=True)
class Disc:
    """A concept."""

    centre: tuple[float, float]
    radius: float
    colour: str
    name: str
    bright: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """A text that begins at, or is centred on, a point of its base line."""

    at: tuple[float, float]
    text: str
    size: float
    colour: str = INK
    centred: bool = False


@dataclass(slots=True)
class Drawing:
    """All of a picture, in the order in which it is painted."""

    width: int
    height: int
    alt: str
    about: Mapping[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    discs: list[Disc] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)


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


def _origin(about: Mapping[str, str]) -> str:
    return f"{about['graph']} · version {about['graph_version']} · {about['software']}"


def _draw_origin(drawing: Drawing, left: float) -> None:
    """Where the picture is from, beside the legend; above it, where there is no room."""
    if drawing.about:
        origin = _shorten(_origin(drawing.about), 110)
        x = drawing.width - _MARGIN - label_width(origin, 10)
        y = drawing.height - (18.0 if x > left else 36.0)
        drawing.words.append(Words((x, y), origin, 9, FAINT))


def _shorten(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _head(line: Line) -> list[tuple[float, float]]:
    """The three corners of the arrow's head."""
    (x0, y0), (x, y) = line.start, line.end
    length = max(math.hypot(x - x0, y - y0), 1e-9)
    dx, dy = (x - x0) / length, (y - y0) / length
    size = 4.5 + 1.6 * line.width
    side = size * 0.42
    back_x, back_y = x - dx * size, y - dy * size
    return [
        (x, y),
        (back_x - dy * side, back_y + dx * side),
        (back_x + dy * side, back_y - dx * side),
    ]


def to_svg(drawing: Drawing) -> bytes:
    """The drawing as SVG 1.1, with the alternative text as its title."""
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width}" height="{drawing.height}" '
        f'viewBox="0 0 {drawing.width} {drawing.height}" role="img" aria-label={quoteattr(drawing.alt)} '
        'font-family="system-ui, sans-serif">',
        f"<title>{escape(drawing.alt)}</title>",
        *([f"<desc>{escape(_origin(drawing.about))}</desc>"] if drawing.about else []),
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
    ]
    for line in drawing.lines:
        (x1, y1), (x2, y2) = line.start, line.end
        dashed = ' stroke-dasharray="5 4"' if line.dashed else ""
        out.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{line.colour}" stroke-width="{line.width:.1f}"{dashed}/>'
        )
        if line.head:
            corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in _head(line))
            out.append(f'<polygon points="{corners}" fill="{line.colour}"/>')
    for disc in drawing.discs:
        out.append(
            f'<circle cx="{disc.centre[0]:.1f}" cy="{disc.centre[1]:.1f}" r="{disc.radius:.1f}" '
            f'fill="{disc.colour}" stroke="{PAPER}" stroke-width="1.5"><title>{escape(disc.name)}</title></circle>'
        )
    for words in drawing.words:
        anchor = ' text-anchor="middle"' if words.centred else ""
        out.append(
            f'<text x="{words.at[0]:.1f}" y="{words.at[1]:.1f}" font-size="{words.size:g}" '
            f'fill="{words.colour}" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" '
            f'paint-order="stroke"{anchor}>{escape(words.text)}</text>'
        )
    return "\n".join([*out, "</svg>\n"]).encode()


def to_png(drawing: Drawing) -> bytes:
    """The drawing as PNG with few colours; of few concepts 1.5 times as large as it says, to be sharp when shown."""
    scale = _SCALE if len(drawing.discs) <= _FEW else 1.0
    paint = 2 * scale
    image = Image.new("RGB", (round(drawing.width * paint), round(drawing.height * paint)), PAPER)
    pen = ImageDraw.Draw(image)
    for line in drawing.lines:
        pieces = _dashes(line) if line.dashed else [(line.start, line.end)]
        for start, end in pieces:
            points = [start[0] * paint, start[1] * paint, end[0] * paint, end[1] * paint]
            pen.line(points, fill=line.colour, width=max(1, round(line.width * paint)))
        if line.head:
            pen.polygon([(x * paint, y * paint) for x, y in _head(line)], fill=line.colour)
    bare = int(len(drawing.discs) > _RIMS)
    for disc in drawing.discs:
        (x, y), r = disc.centre, disc.radius
        for radius, colour in ((r + 1.2, PAPER), (r, disc.colour))[bare:]:
            box = [
                (x - radius) * paint,
                (y - radius) * paint,
                (x + radius) * paint,
                (y + radius) * paint,
            ]
            pen.ellipse(box, fill=colour)
    small = image.reduce(2)
    pen = ImageDraw.Draw(small)
    for words in drawing.words:
        _write(pen, words, scale)
    out, told = io.BytesIO(), PngInfo()
    for name, value in drawing.about.items():
        told.add_itxt(name.replace("_", " ").capitalize(), value)
    # Other ways to choose colours, or to pack, take longer than all the painting.
    few = small.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    shades, ground = np.array(few.getpalette()).reshape(-1, 3), np.asarray(few)[0, 0]
    shades[ground] = ImageColor.getrgb(PAPER)  # which was averaged with its like
    few.putpalette(shades.ravel().tolist())
    few.save(out, "PNG", compress_level=6, pnginfo=told)
    return out.getvalue()


def _dashes(line: Line) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    start, way = np.array(line.start), np.array(line.end) - np.array(line.start)
    length = max(float(np.hypot(*way)), 1e-9)
    pieces = []
    for at in np.arange(0.0, length, 9.0):
        a, b = start + way * (at / length), start + way * (min(at + 5.0, length) / length)
        pieces.append(((float(a[0]), float(a[1])), (float(b[0]), float(b[1]))))
    return pieces


def _write(pen: ImageDraw.ImageDraw, words: Words, scale: float) -> None:
    """Write character by character where one font does not have them all."""
    pieces: list[tuple[str, Font]] = []
    for char in words.text:
        font = _font(round(words.size * scale), ord(char) >= 0x2E80)
        if pieces and pieces[-1][1] is font:
            pieces[-1] = (pieces[-1][0] + char, font)
        else:
            pieces.append((char, font))
    x = words.at[0] * scale
    if words.centred:
        x -= sum(pen.textlength(piece, font=font) for piece, font in pieces) / 2
    for piece, font in pieces:
        scalable = isinstance(font, ImageFont.FreeTypeFont)
        pen.text(
            (x, words.at[1] * scale), piece, fill=words.colour, font=font,
            anchor="ls" if scalable else None, stroke_width=3 if scalable else 0, stroke_fill=PAPER,
        )  # fmt: skip
        x += pen.textlength(piece, font=font)


@lru_cache(maxsize=32)
def _font(size: int, wide: bool) -> Font:
    """The first font of this computer that we know; Pillow carries one that is always there."""
    for name in (*(_WIDE_FONTS if wide else ()), *_FONTS):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
