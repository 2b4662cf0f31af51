"""What a view shows as a pyvis network, for those who go on with that, and without its network traffic.

pyvis (https://pyvis.readthedocs.io) writes vis-network into the page when asked to
(``cdn_resources="in_line"``), but its template loads Bootstrap from elsewhere all the same.
Those elements are taken out of the page, and a content security policy forbids a browser to
load anything at all.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from kg._optional import require
from kg.network import ACCEPTED
from widgets.answers import predicate_label
from widgets.lines import for_vis
from widgets.palette import kind_colour
from widgets.shown import Shown

_ELSEWHERE = re.compile(r"<link\b[^>]*\bhref=[^>]*>|<script\b[^>]*\bsrc=[^>]*>\s*</script>")
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"


def offline(page: str, about: str) -> str:
    """A page of pyvis that loads nothing and says where it is from.

    Args:
        page: As pyvis writes it, with its resources in line.
        about: A sentence, shown below the picture.
    """
    head = f'<head><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    page = _ELSEWHERE.sub("", page).replace("<head>", head, 1)
    return page.replace("</body>", f"<p>{escape(about)}</p></body>", 1)


def to_pyvis(shown: Shown, *, height: str = "600px", **options: Any) -> Any:
    """What is shown as a :class:`pyvis.network.Network`, each concept at its place.

    Its pages (``write_html``, ``generate_html``) load nothing from a network; pyvis' menus
    and buttons that need Bootstrap look plainer for it.

    Args:
        shown: What to draw.
        height: Of the picture, as in CSS.
        options: More arguments of :class:`pyvis.network.Network`.

    Raises:
        MissingExtra: If pyvis is not installed.
    """
    network = require("pyvis.network", "pyvis", "make a pyvis network")
    about = dict(shown.about)
    sentence = (
        f"{about['query'] or 'Strongest statements'} · graph {about['graph']}, version {about['graph_version']} · "
        f"{about['software']}"
    )

    class Offline(network.Network):  # type: ignore[misc, name-defined]
        def generate_html(self, *args: Any, **kwargs: Any) -> str:
            self.html = offline(super().generate_html(*args, **kwargs), sentence)
            return self.html

    out = Offline(directed=True, cdn_resources="in_line", height=height, **options)
    names = dict(zip(shown.concepts["id"], shown.concepts["name"], strict=True))
    for row in shown.concepts.to_dict("records"):
        place = shown.places.get(row["id"])
        at = {} if place is None else {"x": float(place[0]), "y": float(place[1]), "physics": False}
        out.add_node(
            row["id"], label=row["name"], title=_plain(f"{row['name']} · {row['kind']}"),
            color=kind_colour(row["kind"]), size=8.0 + 2.0 * float(row["n_works"]) ** 0.5, **at,
        )  # fmt: skip
    for row in shown.statements.to_dict("records"):
        said = f"{names[row['subject']]} {predicate_label(row['predicate'])} {names[row['object']]}"
        out.add_edge(
            row["subject"], row["object"], id=row["id"], title=f"{said} ({row['belief']:.2f})",
            **for_vis(row["predicate"], row["polarity"], row["belief"], row["status"] == ACCEPTED),
        )  # fmt: skip
    return out


def _plain(text: str) -> str:
    """A text in which pyvis sees no link: where a node's title has one, it runs all titles as HTML."""
    return text.replace("href", "h\u200bref")
