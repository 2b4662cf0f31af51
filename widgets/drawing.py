"""Lines, discs and words in pixels, written as PNG by Pillow or as SVG by hand."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from widgets.palette import INK, PAPER

_SCALE = 1.5
_FEW = 300
"""A picture of more concepts is as large as it says, or it would weigh as much as all else in a notebook."""
_RIMS = 2500
"""More concepts than so are drawn without a rim, as in the page."""
_COLOURS = 200
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


def origin(about: Mapping[str, str]) -> str:
    """Where a picture is from, in a line."""
    return f"{about['graph']} · version {about['graph_version']} · {about['software']}"


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
        *([f"<desc>{escape(origin(drawing.about))}</desc>"] if drawing.about else []),
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
