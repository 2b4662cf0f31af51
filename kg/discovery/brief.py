"""One page about what moves in a collection: what rises, what bursts, what joins fields, where nothing does.

Each figure comes with the call or the Cypher that gives it again and with the works it counts, folded away below
it. The page is one HTML file without scripts, that loads nothing; or Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from kg import __version__
from kg.address import public_address
from kg.derived import told_of
from kg.discovery import drawing
from kg.discovery.bridging import Bridging, bridging
from kg.discovery.fields import mentioning
from kg.discovery.trends import Trends, trends
from kg.errors import RecordError
from kg.graph import Graph
from kg.ids import doi_link
from kg.licences import withheld
from kg.whole_file import write_whole

WORKS = 12
"""At most so many works are named below a figure; all are counted."""
WORKS_OF = (
    "MATCH (w:Work)-[:HAS_PASSAGE]->(:Passage)-[:MENTIONS]->(c:Concept {id: $id}) "
    "RETURN DISTINCT w.id AS id, w.title AS title, w.year AS year ORDER BY year, id"
)
"""Which works speak of a concept, for both homes of a graph."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; --ink: #1f2933; --faint: #5f6b78; --paper: #fff; --line: #dde2e7;
  --mark: #2b6cb0; --soft: #cbd9e8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --faint: #a3afbb; --paper: #15191e;
  --line: #37414b; --mark: #7db3e8; --soft: #2f4763; } }
body { margin: 0 auto; max-width: 860px; padding: 28px; color: var(--ink); background: var(--paper);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 30px 0 4px; }
.faint, summary, th { color: var(--faint); font-size: 13px; } a { color: var(--mark); }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 500; }
td, th { border-top: 1px solid var(--line); padding: 5px 8px 5px 0; vertical-align: top; }
th, td.number { white-space: nowrap; } td.number { font-variant-numeric: tabular-nums; }
td:last-child { width: 55%; } li, pre { overflow-wrap: anywhere; }
details { margin: 2px 0; } summary { cursor: pointer; } blockquote { margin: 6px 0 6px 12px; }
pre { white-space: pre-wrap; font-size: 12px; padding: 8px; border: 1px solid var(--line); }
svg { max-width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .mark { fill: var(--mark); } svg .soft { fill: var(--soft); } svg .tie { stroke: var(--faint); }
@media print { details:not([open]) > *:not(summary) { display: none; } body { padding: 0; } }
"""


@dataclass(frozen=True, slots=True)
class Source:
    """A work that a figure counts, or a sentence it rests on."""

    text: str
    link: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a figure: its cells, a small picture, and what it rests on."""

    cells: tuple[str, ...]
    picture: str = ""
    spark: str = ""
    query: str = ""
    sources: tuple[Source, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A part of the page: a sentence, a picture, rows, and the call that gives it again."""

    title: str
    said: str
    call: str
    head: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Brief:
    """A page about a graph, to be read or handed on.

    Attributes:
        title: What it is about.
        about: Of which graph and version, made by what.
        figures: Its parts.
    """

    title: str
    about: str
    figures: tuple[Figure, ...]

    def html(self) -> str:
        """The page as one HTML document without scripts, that loads nothing."""
        parts = "\n".join(_html(f) for f in self.figures)
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{escape(self.title)}</title><style>{_STYLE}</style></head><body>\n"
            f'<h1>{escape(self.title)}</h1><p class="faint">{escape(self.about)}</p>\n{parts}\n'
            "</body></html>\n"
        )

    def markdown(self) -> str:
        """The page as Markdown (CommonMark with tables)."""
        parts = [f"# {_plain(self.title)}", _plain(self.about)]
        for figure in self.figures:
            parts += list(_markdown(figure))
        return "\n\n".join(parts) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write the page: HTML if the path ends in ``.html``, Markdown if in ``.md``.

        Raises:
            RecordError: If it ends in neither.
        """
        path = Path(path)
        if path.suffix not in (".html", ".md"):
            raise RecordError(f"{path} is neither .html nor .md; choose one of these.")
        text = self.html() if path.suffix == ".html" else self.markdown()
        return write_whole(path, text, "The page")

    def __repr__(self) -> str:
        return f"<Brief {self.title!r}, {len(self.figures)} figures>"

    def _repr_markdown_(self) -> str:
        return self.markdown()


def brief(
    graph: Graph,
    title: str = "What moves",
    *,
    lately: int | None = None,
    disciplines: Sequence[str] = (),
    limit: int = 6,
) -> Brief:
    """A page about what rises, bursts and joins fields.

    Args:
        graph: The graph; ``graph.as_of(year)`` for a page of then.
        title: Of the page.
        lately: The first of the last years; see :func:`kg.discovery.trends.trends`.
        disciplines: Only works of these.
        limit: Rows a figure.

    Raises:
        RecordError: If no works have years, or all of them lie on one side of *lately*.
    """
    asked = f"lately={lately}, " if lately is not None else ""
    asked += f"disciplines={list(disciplines)}, " if disciplines else ""
    moved = trends(graph, lately=lately, disciplines=disciplines, limit=limit)
    joined = bridging(graph, limit=limit)
    call = f"trends(graph, {asked}limit={limit})"
    return Brief(
        title,
        f"{public_address(graph.url)}, version {graph.version()}, polymath-kg {__version__}. {moved.said}",
        (
            _years(moved, call),
            _rising(graph, moved, call),
            _bursting(graph, moved, call),
            _map(moved, call),
            _bridges(graph, joined, f"bridging(graph, limit={limit})"),
            _gaps(joined, f"bridging(graph, limit={limit})"),
        ),
    )


# --------------------------------------------------------------------------- figures


def _years(moved: Trends, call: str) -> Figure:
    counts = {int(y): int(n) for y, n in moved.works.items()}  # type: ignore[call-overload]
    return Figure(
        "What was read",
        f"{sum(counts.values()):,} works with a year; from {moved.lately} on counts as lately.",
        f"{call}.works",
        picture=drawing.bars(counts, marked=moved.lately),
    )


def _rising(graph: Graph, moved: Trends, call: str) -> Figure:
    lines = []
    span = list(moved.works.index)
    for row in moved.rising.to_dict("records"):
        counts = {int(y): int(row["years"].get(y, 0)) for y in span}
        lines.append(
            _speaking(
                graph,
                row["id"],
                (row["name"], row["kind"], f"{row['beyond']:.1f}", str(row["reason"])),
                counts,
                moved.lately,
            )
        )
    return Figure(
        "What is spoken of more",
        "By how many standard errors it rose beyond what the fields of the works explain.",
        f"{call}.rising",
        ("concept", "kind", "rise", "works"),
        tuple(lines),
    )


def _bursting(graph: Graph, moved: Trends, call: str) -> Figure:
    lines = []
    for row in moved.bursts.to_dict("records"):
        years = f"{row['first']}" + (f"–{row['last']}" if row["last"] != row["first"] else "")
        cells = (row["name"], row["kind"], years, str(row["reason"]))
        lines.append(_speaking(graph, row["id"], cells, {}, moved.lately))
    return Figure(
        "Years of much talk",
        "Bursts: years in which at least twice as many works spoke of it as is usual in their fields.",
        f"{call}.bursts",
        ("concept", "kind", "years", "works"),
        tuple(lines),
    )


def _map(moved: Trends, call: str) -> Figure:
    places = {r["field"]: (r["x"], r["y"], r["works"]) for r in moved.fields.to_dict("records")}
    ties = [(t["field_a"], t["field_b"], t["likeness"]) for t in moved.ties.to_dict("records")]
    return Figure(
        "The fields",
        "As large as works were read of them; close where they speak of the same things.",
        f"{call}.fields, .ties",
        picture=drawing.map_of(places, ties),
    )


def _bridges(graph: Graph, joined: Bridging, call: str) -> Figure:
    lines = []
    for row in joined.concepts.to_dict("records"):
        statements = (*row["statements_a"], *row["statements_b"])
        lines.append(
            Line(
                (row["name"], f"{row['field_a']} – {row['field_b']}", f"{row['score']:.2f}",
                 f"{row['chance']:.2f}", row["reason"]),
                query=f"graph.evidence({list(statements)!r})",
                sources=tuple(_sentences(graph, statements)),
            )
        )  # fmt: skip
    return Figure(
        "What joins fields",
        joined.said,
        f"{call}.concepts",
        ("concept", "fields", "strength", "chance", "why"),
        tuple(lines),
    )


def _gaps(joined: Bridging, call: str) -> Figure:
    lines = [
        Line((f"{r['field_a']} – {r['field_b']}", f"{100 * r['gap']:.0f} %", r["reason"]))
        for r in joined.gaps.to_dict("records")
    ]
    return Figure(
        "Where little joins",
        "Fields that speak of the same concepts and state few things across.",
        f"{call}.gaps",
        ("fields", "missing", "why"),
        tuple(lines),
    )


def _speaking(
    graph: Graph, concept: str, cells: tuple[str, ...], counts: Mapping[int, int], lately: int
) -> Line:
    """A row about a concept, with the works that speak of it."""
    with graph.store.reading() as reader:
        works = {w for _, w in mentioning(reader, {concept: 0})}
        told = told_of(reader, works, "title", "year")
    rows = sorted(((year or 0, i, title) for i, (title, year) in told.items()), reverse=True)
    sources = [
        Source(f"{title or i}{f' ({year})' if year else ''}", doi_link(i))
        for year, i, title in rows
    ]
    return Line(
        cells,
        drawing.bars(counts, marked=lately, small=True) if counts else "",
        drawing.spark(list(counts.values())),
        f"graph.cypher({WORKS_OF!r}, id={concept!r})",
        tuple(sources[:WORKS]),
        max(0, len(sources) - WORKS),
    )


def _sentences(graph: Graph, statements: Sequence[str]) -> Iterator[Source]:
    evidence = withheld(graph.evidence(statements))
    for row in evidence.drop_duplicates("quote").to_dict("records"):
        year = "" if pd.isna(row["year"]) else f" ({int(row['year'])})"
        yield Source(f"{row['title'] or row['work']}{year}", doi_link(row["work"]), row["quote"])


# --------------------------------------------------------------------------- pages


def _html(figure: Figure) -> str:
    head = "".join(f"<th>{escape(c)}</th>" for c in figure.head)
    rows = "".join(_row(line) for line in figure.lines)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    if figure.head and not rows:
        table = '<p class="faint">Nothing.</p>'
    return (
        f"<section><h2>{escape(figure.title)}</h2><p class='faint'>{escape(figure.said)}</p>"
        f"{figure.picture}{table}"
        "<details><summary>the call that gives this again</summary>"
        f"<pre>{escape(figure.call)}</pre></details></section>"
    )


def _row(line: Line) -> str:
    cells = "".join(
        f'<td class="number">{escape(c)}</td>' if _number(c) else f"<td>{escape(c)}</td>"
        for c in line.cells[:-1]
    )
    below = line.picture
    if line.sources or line.query:
        listed = "".join(f"<li>{_source(s)}</li>" for s in line.sources)
        more = f"<li>and {line.more} more</li>" if line.more else ""
        what = "sentences" if any(s.quote for s in line.sources) else "works"
        n = len(line.sources) + line.more
        below += (
            f"<details><summary>{n} {what}, and the query</summary><ul>{listed}{more}</ul>"
            f"<pre>{escape(line.query)}</pre></details>"
        )
    return f"<tr>{cells}<td>{escape(line.cells[-1])}{below}</td></tr>"


def _number(cell: str) -> bool:
    return cell.replace(".", "", 1).replace(" %", "").replace("-", "", 1).isdigit()


def _source(source: Source) -> str:
    name = escape(source.text)
    if source.link:
        name = f'<a href="{escape(source.link)}" rel="noopener noreferrer">{name}</a>'
    return f"<blockquote>{escape(source.quote)}</blockquote>{name}" if source.quote else name


def _markdown(figure: Figure) -> Iterator[str]:
    yield f"## {figure.title}"
    yield _plain(figure.said)
    if figure.head:
        lines = [f"| {' | '.join(figure.head)} |", "|" + "---|" * len(figure.head)]
        for line in figure.lines:
            cells = [_plain(c) for c in line.cells]
            cells[-1] += f" {line.spark}" if line.spark else ""
            lines.append(f"| {' | '.join(cells)} |")
        yield "\n".join(lines)
    yield f"    {figure.call}"
    for line in figure.lines:
        if line.sources:
            named = [
                f"   - {'“' + _plain(s.quote) + '” — ' if s.quote else ''}"
                + (f"[{_plain(s.text)}]({s.link})" if s.link else _plain(s.text))
                for s in line.sources
            ]
            more = [f"   - and {line.more} more"] if line.more else []
            yield "\n".join([f"1. {_plain(line.cells[0])}: `{line.query}`", *named, *more])


def _plain(text: str) -> str:
    """Text that Markdown takes for text."""
    out = " ".join(str(text).split())
    for sign in "\\`*_[]<>|#":
        out = out.replace(sign, "\\" + sign)
    return out
