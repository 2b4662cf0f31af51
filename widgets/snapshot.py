"""One HTML file of a canvas and its evidence, to be mailed or put on a page: no kernel, no network.

pyvis turns the canvas into the data of vis-network, whose script and style it carries.
Its own page template loads more from elsewhere, so the page is written here, with a
content security policy under which a browser cannot load anything at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Hashable, Iterator, Mapping
from html import escape
from importlib.resources import files
from string import Template
from typing import Any
from urllib.parse import quote

import pandas as pd
from pyvis.network import Network

from kg.graph import Graph
from kg.ids import normal_doi
from widgets.answers import predicate_label
from widgets.canvas import Canvas
from widgets.lines import for_vis
from widgets.palette import FAINT, INK, PAPER, kind_colour
from widgets.picture import alt_text

QUOTES = 5
"""At most so many sentences a statement."""
_VIS = ("templates", "lib", "vis-9.1.2")
_CLOSED = "The sentence is not copied here, because its source is not open."

_STYLE = f"""
body {{ margin: 0 auto; max-width: 1100px; padding: 24px; color: {INK}; background: {PAPER};
  font: 15px/1.5 system-ui, sans-serif; }}
h1 {{ font-size: 22px; margin: 0 0 4px; }} h2 {{ font-size: 17px; margin: 28px 0 8px; }}
.faint {{ color: {FAINT}; font-size: 13px; }}
#graph {{ height: 560px; margin-top: 16px; border: 1px solid #d9dee3; border-radius: 8px; }}
details {{ border-top: 1px solid #e5e9ed; padding: 6px 0; }} summary {{ cursor: pointer; }}
summary b {{ font-weight: 500; color: {FAINT}; }} summary span {{ float: right; }}
blockquote {{ margin: 8px 0 8px 16px; padding-left: 12px; border-left: 3px solid #c9d1d9; }}
blockquote p {{ margin: 0; }}
div.vis-tooltip {{ white-space: pre-wrap; max-width: 420px; font: 13px/1.45 system-ui, sans-serif;
  background: {PAPER}; color: {INK}; border: 1px solid #c9d1d9; border-radius: 6px; padding: 8px 10px; }}
"""
_SCRIPT = """
const data = JSON.parse(document.getElementById("data").textContent);
const network = new vis.Network(document.getElementById("graph"), data, data.options);
network.fit({ maxZoomLevel: 1.15 });
network.on("selectEdge", ({ nodes, edges }) => {
  const row = nodes.length === 0 && document.getElementById("statement-" + edges[0]);
  if (row) { row['open'] = true; row['scrollIntoView']({ behavior: "smooth", block: "center" }); }
});
"""
_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>$title</title>
<style>$vis_style</style>
<style>$style</style>
</head>
<body>
<h1>$title</h1>
<p class="faint">$counts. From the graph $origin.
Hover over an arrow to read who says so; click it to find it below.</p>
<div id="graph" role="img" aria-label="$alt"></div>
<h2>Statements and their evidence</h2>
$statements
<script type="application/json" id="data">$data</script>
<script>$vis_script</script>
<script>$script</script>
</body>
</html>
""")


def render(graph: Graph, canvas: Canvas, about: Mapping[str, str]) -> str:
    """The page as text, with everything it needs inside.

    Args:
        graph: Where the evidence comes from.
        canvas: What to show.
        about: What was asked for, of which graph; see :func:`widgets.shown.about`.
    """
    vis = files("pyvis").joinpath(*_VIS)
    vis_script = vis.joinpath("vis-network.min.js").read_text(encoding="utf-8")
    query, statements = about["query"], canvas.edges["statement"].tolist()
    found = graph.evidence(statements)
    evidence = {**dict.fromkeys(statements, found[:0]), **dict(iter(found.groupby("statement")))}
    return _PAGE.substitute(
        title=escape(query or "Strongest statements"),
        policy=_policy(vis_script, _SCRIPT),
        vis_style=vis.joinpath("vis-network.css").read_text(encoding="utf-8"),
        style=_STYLE,
        counts=f"{len(canvas.nodes)} concepts, {len(canvas.edges)} statements",
        origin=escape(f"{about['graph']}, version {about['graph_version']}, {about['software']}"),
        alt=escape(alt_text(canvas, query)),
        statements="\n".join(_statements(canvas, evidence)),
        data=_json(_network(canvas, evidence)),
        vis_script=vis_script,
        script=_SCRIPT,
    )


def _policy(*scripts: str) -> str:
    """Only these scripts may run, and nothing may be loaded."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in scripts
    )
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:"


def _json(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _network(canvas: Canvas, evidence: Mapping[str, pd.DataFrame]) -> dict[str, object]:
    network = Network(directed=True, cdn_resources="in_line")
    radii = canvas.radii()
    names = canvas.nodes["name"].tolist()
    for n, row in enumerate(canvas.nodes.to_dict("records")):
        x, y = canvas.positions[n]
        network.add_node(
            n, label=row['name'], title=f"{row['name']} · {row['kind']} · {_works(row)}",
            color=kind_colour(row['kind']), size=float(radii[n]), x=1.3 * float(x), y=1.3 * float(y),
        )  # fmt: skip
    for n, ((a, b), row) in enumerate(_edges(canvas)):
        sentence = (
            f"{names[a]} — {predicate_label(row['predicate'])} → {names[b]} ({row['belief']:.2f})"
        )
        said = [f"“{q}”\n{who}" for q, who, _ in _quotes(evidence[row["statement"]].head(2))]
        network.add_edge(
            a, b, id=n, title="\n\n".join([sentence, *said]),
            **for_vis(row['predicate'], row['polarity'], row['belief'], bool(row['accepted'])),
        )  # fmt: skip
    nodes, edges, *_ = network.get_network_data()
    options = {
        "physics": False,
        "nodes": {"font": {"size": 14, "color": INK, "strokeWidth": 4, "strokeColor": PAPER}},
        "edges": {"smooth": {"type": "continuous"}, "arrows": {"to": {"scaleFactor": 0.5}}},
        "interaction": {"hover": True, "tooltipDelay": 120},
    }
    return {"nodes": nodes, "edges": edges, "options": options}


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
        doi = normal_doi(row["work"])
        link = f"https://doi.org/{quote(doi, safe='/:;()._-')}" if doi else ""
        quote_ = row["quote"] if row["access"] == "open" else _CLOSED
        yield quote_, " · ".join(p for p in parts if p), link


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
