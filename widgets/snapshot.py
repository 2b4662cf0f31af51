"""One HTML file of a canvas and its evidence, to be mailed or put on a page: no kernel, no network.

It holds the page of the Explorer, which answers from tables in the file
(:mod:`widgets.recording`), a picture for where no script runs, and all statements as text.
A content security policy forbids a browser to load anything at all, and to run any other script.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from html import escape
from string import Template
from typing import Any

import pandas as pd

from kg.graph import Graph
from kg.ids import doi_link
from kg.licences import withheld
from widgets import one_file, picture
from widgets.answers import predicate_label
from widgets.bundles import bundle
from widgets.canvas import Canvas
from widgets.drawing import to_svg
from widgets.recording import recording
from widgets.scene import Scene

QUOTES = 5
"""At most so many sentences a statement in the list."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2933; --faint: #5f6b78; --paper: #ffffff; --line: #dde2e7; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaee; --faint: #a3afbb; --paper: #15191e; --line: #37414b; }
}
body { margin: 0 auto; max-width: 1200px; padding: 24px; color: var(--ink); background: var(--paper);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
body > h1 { font-size: 22px; margin: 0 0 4px; } body > h2 { font-size: 17px; margin: 28px 0 8px; }
.faint { color: var(--faint); font-size: 13px; } .faint a { color: inherit; }
#explorer { margin-top: 16px; } noscript svg { max-width: 100%; height: auto; }
body > details { border-top: 1px solid var(--line); padding: 6px 0; } summary { cursor: pointer; }
summary b { font-weight: 500; color: var(--faint); } summary span { float: right; }
body > details blockquote { margin: 8px 0 8px 16px; padding-left: 12px; border-left: 3px solid var(--line); }
body > details blockquote p { margin: 0; }
"""
_BODY = Template("""<h1>$title</h1>
<p class="faint">$counts. From the graph $origin.</p>
<div id="explorer"></div>
<noscript>$picture</noscript>
<h2>Statements and their evidence</h2>
$statements""")


def render(graph: Graph, scene: Scene, about: Mapping[str, str]) -> str:
    """The page as text, with everything it needs inside.

    Args:
        graph: Where the evidence comes from.
        scene: What to show.
        about: What was asked for, of which graph; see :func:`widgets.shown.about`.

    Raises:
        PolymathError: If the page has not been built.
    """
    canvas = scene.seen()
    script, explorer_style = bundle("file.js"), bundle("explorer.css")
    query, statements = about["query"], canvas.edges["statement"].tolist()
    found = withheld(graph.evidence(statements))
    evidence = {**dict.fromkeys(statements, found[:0]), **dict(iter(found.groupby("statement")))}
    title = query or "Strongest statements"
    body = _BODY.substitute(
        title=escape(title),
        counts=f"{len(canvas.nodes)} concepts, {len(canvas.edges)} statements",
        origin=escape(f"{about['graph']}, version {about['graph_version']}, {about['software']}"),
        picture=to_svg(picture.draw(canvas, query, about=about)).decode(),
        statements="\n".join(_statements(canvas, evidence)),
    )
    data = recording(graph, scene, about)
    return one_file.page(title, body, styles=[_STYLE, explorer_style], script=script, data=data)


def _works(row: Mapping[Hashable, Any]) -> str:
    return f"{row['n_works']} work" + ("" if row["n_works"] == 1 else "s")


def _edges(canvas: Canvas) -> Iterator[tuple[tuple[int, int], dict[Hashable, Any]]]:
    """Numbers of both ends, and the columns, of each statement."""
    for (a, b), row in zip(canvas.ends, canvas.edges.to_dict("records"), strict=True):
        yield (int(a), int(b)), row


def _quotes(rows: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Sentence, who says it, and where that can be found, for each piece of evidence."""
    for row in rows.to_dict("records"):
        authors = row["authors"] or ()
        by = f"{authors[0]}{' et al.' if len(authors) > 1 else ''}, " if authors else ""
        year = "" if pd.isna(row["year"]) else f" ({int(row['year'])})"
        parts = [
            f"{by}{row['title'] or row['work']}{year}",
            row["section"],
            row["licence"] or row["source_licence"],
        ]
        yield row["quote"], " · ".join(p for p in parts if p), doi_link(row["work"])


def _statements(canvas: Canvas, evidence: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    names = canvas.nodes["name"].tolist()
    for n, ((a, b), row) in enumerate(_edges(canvas)):
        found = evidence[row["statement"]]
        yield (
            f'<details id="statement-{n}"><summary>{escape(names[a])} '
            f"<b>{escape(predicate_label(row['predicate']))}</b> {escape(names[b])} "
            f'<span class="faint">belief {row["belief"]:.2f} · {escape(row["polarity"])} · '
            f"{_works(row)}</span></summary>"
        )
        for said, who, link in _quotes(found.head(QUOTES)):
            source = escape(who)
            if link:
                source = f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">{source}</a>'
            yield f'<blockquote><p>{escape(said)}</p><p class="faint">{source}</p></blockquote>'
        if len(found) > QUOTES:
            yield f'<p class="faint">and {len(found) - QUOTES} more in the graph</p>'
        yield "</details>"
