"""One HTML file in which a colleague decides without an installation: no kernel and no network.

It holds the page of the Curator, which takes what is to be decided from the file and writes
decisions in a form that ``graph.curation.take_in(file, "review")`` reads (:mod:`kg.curation.review`).
Only sentences of open sources are in it, and nothing that tells where the graph is on this computer.
"""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from kg.curation.deciding import ASSERTIONS
from kg.curation.review import FORMAT
from kg.errors import PolymathError
from kg.graph import Graph
from kg.ids import digest
from kg.ontology import ASSERTED, KINDS, PREDICATES
from widgets import one_file
from widgets.bundles import bundle
from widgets.curating.dealing import Dealer, Hand, Sort
from widgets.curating.desk import Desk
from widgets.curating.items import Item, headline, item, ranked
from widgets.protocol import pack
from widgets.shown import about

PAIRS = 5
"""One in so many of what is asked for is a pair of concepts, if there are as many."""
HEIGHT = 760

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2933; --faint: #5f6b78; --paper: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --faint: #a3afbb; --paper: #15191e; } }
body { margin: 0 auto; max-width: 1200px; padding: 20px; color: var(--ink); background: var(--paper);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
body > h1 { font-size: 20px; margin: 0 0 4px; } body > p { margin: 0 0 14px; color: var(--faint); font-size: 13px; }
"""


def render(graph: Graph, desk: Desk, n: int, by: str) -> str:
    """The page as text.

    Args:
        graph: Where statements and sentences are from.
        desk: What is asked for.
        n: At most so many statements and pairs.
        by: Who will decide; asked for in the page if empty.

    Raises:
        PolymathError: If there is nothing to decide that has an open sentence.
    """
    dealer = Dealer(graph, desk.by)
    pairs = _some(graph, desk, dealer, "pair", n // PAIRS)
    items = _some(graph, desk, dealer, "statement", n - len(pairs)) + pairs
    if not items:
        raise PolymathError(
            "Nothing that is to be decided has a sentence of an open source, so nothing can be handed "
            "on; widen the filter (curator.wanted = Wanted())."
        )
    origin = about(graph, "", graph.version())
    data = {
        "format": FORMAT,
        "id": digest(*(str(fields["id"]) for fields, _ in items), origin["graph_version"])[:16],
        "by": by,
        "height": HEIGHT,
        "predicates": {name: [p.label, p.symmetric] for name, p in PREDICATES.items()},
        "asserted": list(ASSERTED),
        "kinds": dict(KINDS),
        "assertions": list(ASSERTIONS),
        "items": [_written(one) for one in items],
    }
    told = f"{origin['graph']}, version {origin['graph_version']}, {origin['software']}"
    body = (
        "<h1>Decide about what was read</h1>\n"
        f"<p>{len(items)} to decide, from the graph {escape(told)}. Keys decide (? lists them); G "
        "downloads your decisions, for whoever sent you this file.</p>\n"
        '<div id="curator"></div>\n'
        f"<noscript><ul>{''.join(f'<li>{escape(headline(f))}</li>' for f, _ in items)}</ul></noscript>"
    )
    return one_file.page(
        "Decide about what was read",
        body,
        styles=[_STYLE, bundle("curator.css")],
        script=bundle("review.js"),
        data=data,
    )


def _some(graph: Graph, desk: Desk, dealer: Dealer, sort: Sort, n: int) -> list[Item]:
    """The next of a sort that have a sentence which may be handed on."""
    hand = Hand()
    found: list[Item] = []
    while len(found) < n:
        dealt, _ = dealer.next(hand, sort, desk.wanted)
        if dealt is None:
            break
        fields, tables = item(graph, dealt.thing, closed=False)
        if any(rows for rows, _ in (tables[t] for t in _SENTENCES[sort])):
            found.append(({**fields, "rank": ranked(dealt.rank)}, tables))
    return found


_SENTENCES: dict[Sort, tuple[str, ...]] = {"statement": ("evidence",), "pair": ("one", "into")}


def _written(one: Item) -> dict[str, Any]:
    fields, tables = one
    header, buffers = pack(tables)
    return {
        "item": fields,
        "tables": header,
        "buffers": [base64.b64encode(b).decode() for b in buffers],
    }
