"""Small pictures as SVG, coloured by the page they stand in: bars by year, a map of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import sqrt

_BLOCKS = "▁▂▃▄▅▆▇█"


def spark(counts: Sequence[int]) -> str:
    """Counts as a row of blocks, for where there are no pictures.

    >>> spark([0, 1, 2, 4])
    '▁▃▅█'
    """
    top = max(counts, default=0)
    if not top:
        return ""
    return "".join(_BLOCKS[round(n / top * (len(_BLOCKS) - 1))] for n in counts)


def bars(counts: Mapping[int, int], *, marked: int, small: bool = False) -> str:
    """Bars by year; those from the year *marked* on stand out.

    Args:
        counts: By year; a year that is not there has none.
        marked: The first year that stands out.
        small: Whether it is a line in a table, without words.
    """
    if not counts:
        return ""
    first, last = min(counts), max(counts)
    years = range(first, last + 1)
    wide, high = (9, 26) if small else (max(18, min(60, 760 // len(years))), 110)
    top = max(max(counts.values()), 1)
    parts = []
    for n, year in enumerate(years):
        count = counts.get(year, 0)
        tall = round(count / top * high, 1)
        told = f"<title>{year}: {count}</title>"
        mark = "mark" if year >= marked else "soft"
        parts.append(
            f'<rect class="{mark}" x="{n * wide}" y="{high - tall}" width="{wide - 2}" height="{tall}">{told}</rect>'
        )
        if not small:
            every = max(1, len(years) // 10)
            if n % every == 0:
                parts.append(f'<text x="{n * wide}" y="{high + 16}">{year}</text>')
    below = 0 if small else 22
    said = "; ".join(f"{y}: {c}" for y, c in counts.items() if c)
    return (
        f'<svg role="img" aria-label="{escape(said)}" width="{len(years) * wide}" height="{high + below}" '
        f'viewBox="0 0 {len(years) * wide} {high + below}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def map_of(
    places: Mapping[str, tuple[float, float, int]], ties: Sequence[tuple[str, str, float]]
) -> str:
    """Named discs at their places, and lines as strong as what ties them.

    Args:
        places: x, y (in any unit) and size of each.
        ties: Two names, and a strength in [0, 1].
    """
    if not places:
        return ""
    wide, high, edge = 760, 420, 60
    xs, ys = ([p[axis] for p in places.values()] for axis in (0, 1))
    largest = max(size for _, _, size in places.values()) or 1

    def at(name: str) -> tuple[float, float]:
        x, y, _ = places[name]
        return (
            round(edge + (x - min(xs)) / ((max(xs) - min(xs)) or 1) * (wide - 2 * edge), 1),
            round(edge / 2 + (y - min(ys)) / ((max(ys) - min(ys)) or 1) * (high - edge), 1),
        )

    parts = []
    for a, b, strength in ties:
        (x1, y1), (x2, y2) = at(a), at(b)
        width = round(0.3 + 6 * strength, 2)
        told = f"<title>{escape(a)} – {escape(b)}: {strength:.2f}</title>"
        parts.append(
            f'<line class="tie" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke-width="{width}" '
            f'stroke-opacity="{min(1, 0.08 + strength):.2f}">{told}</line>'
        )
    for name, (_, _, size) in places.items():
        x, y = at(name)
        radius = round(4 + 16 * sqrt(size / largest), 1)
        parts.append(
            f'<circle class="mark" cx="{x}" cy="{y}" r="{radius}" fill-opacity="0.75">'
            f"<title>{escape(name)}: {size} works</title></circle>"
        )
    for name in places:
        x, y = at(name)
        above = round(y - 8 - 16 * sqrt(places[name][2] / largest), 1)
        parts.append(f'<text x="{x}" y="{above}" text-anchor="middle">{escape(name)}</text>')
    said = ", ".join(places)
    return (
        f'<svg role="img" aria-label="{escape(said)}" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
