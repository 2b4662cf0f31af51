"""What a view shows in the formats of other programs, each with where it is from.

=========  ===================================================================================
format     what it is
=========  ===================================================================================
networkx   a :class:`networkx.MultiDiGraph` with all properties
graphml    http://graphml.graphdrawing.org, for yEd, Cytoscape, igraph
gexf       GEXF 1.2 (https://gexf.net) for Gephi: places, colours, and the year from which on a
           statement has evidence, so that its timeline plays
csv        a ZIP of ``concepts.csv``, ``statements.csv``, ``evidence.csv`` and ``about.json``
=========  ===================================================================================

Sentences of sources that are not open are in none of them (:mod:`widgets.shown`).
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
from lxml import etree

from kg.errors import PolymathError
from kg.whole_file import write_whole
from widgets.palette import kind_colour
from widgets.shown import Shown

SEPARATOR = "; "
"""Between the names of a list, where a format has no lists."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a spreadsheet would take for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def to_networkx(shown: Shown) -> nx.MultiDiGraph[str]:
    """What is shown as a networkx graph.

    Nodes are concept ids with the columns of Concept, and ``x`` and ``y`` where they have a
    place; edges are keyed by statement id and have the columns of Statement and ``evidence``,
    a list of sentences with work, year, section, method, licence and access. ``graph.graph``
    says where it is from. Values that are missing are left out.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(**shown.about)
    for row in shown.concepts.to_dict("records"):
        place = shown.places.get(row["id"])
        at = {} if place is None else {"x": float(place[0]), "y": float(place[1])}
        graph.add_node(row["id"], **_known(row, "id"), **at)
    said: dict[str, list[dict[str, Any]]] = {}
    for row in shown.evidence.to_dict("records"):
        said.setdefault(row["statement"], []).append(_known(row, "statement"))
    for row in shown.statements.to_dict("records"):
        graph.add_edge(
            row["subject"],
            row["object"],
            key=row["id"],
            **_known(row, "id", "subject", "object"),
            evidence=said.get(row["id"], []),
        )
    return graph


def _known(row: Mapping[Hashable, Any], *without: str) -> dict[str, Any]:
    """The values of a row that are there, as Python's own."""
    out = {}
    for name, value in row.items():
        if name in without or (not isinstance(value, tuple | list) and pd.isna(value)):
            continue
        out[str(name)] = value.item() if hasattr(value, "item") else value
    return out


def to_graphml(shown: Shown) -> bytes:
    """What is shown as GraphML; lists are texts, and sentences one text an edge."""
    out = io.BytesIO()
    nx.write_graphml(_flat(to_networkx(shown)), out, named_key_ids=True)
    return out.getvalue()


def to_gexf(shown: Shown) -> bytes:
    """What is shown as GEXF: an edge is there from the year of its first evidence on."""
    graph = _flat(to_networkx(shown))
    for _, data in graph.nodes(data=True):
        data["label"] = data.pop("name")
        colour = kind_colour(data["kind"])
        r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        viz: dict[str, Any] = {
            "color": {"r": r, "g": g, "b": b, "a": 1.0},
            "size": 5.0 + 2.0 * math.sqrt(data["n_works"]),
        }
        if "x" in data:
            # The y of a screen grows downwards, Gephi's upwards.
            viz["position"] = {"x": data.pop("x"), "y": -data.pop("y"), "z": 0.0}
        data["viz"] = viz
    for _, _, statement, data in graph.edges(keys=True, data=True):
        data |= {"id": statement, "label": data["predicate"], "weight": data["belief"]}
        if "first_year" in data:
            data["start"] = f"{data['first_year']:04d}-01-01"
    about, graph.graph = dict(graph.graph), {}
    out = io.BytesIO()
    nx.write_gexf(graph, out)
    tree = etree.fromstring(out.getvalue(), etree.XMLParser(resolve_entities=False))
    meta = next(tree.iter("{*}meta"))
    space = etree.QName(meta).namespace
    for child in list(meta):
        meta.remove(child)
    for tag, text in (("creator", about["software"]), ("description", _sentence(about))):
        etree.SubElement(meta, f"{{{space}}}{tag}").text = text
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _flat(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """A copy whose values are single numbers and texts that XML can hold."""

    def flat(values: Mapping[str, Any]) -> dict[str, Any]:
        return {k: _xml(_joined(v) if isinstance(v, tuple | list) else v) for k, v in values.items()}  # fmt: skip

    out: nx.MultiDiGraph[str] = nx.MultiDiGraph(**flat(graph.graph))
    out.add_nodes_from((_xml(n), flat(data)) for n, data in graph.nodes(data=True))
    out.add_edges_from(
        (_xml(a), _xml(b), _xml(key), flat(data)) for a, b, key, data in graph.edges(keys=True, data=True)
    )  # fmt: skip
    return out


def _xml(value: Any) -> Any:
    return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value


def _joined(values: tuple[Any, ...] | list[Any]) -> str:
    if values and isinstance(values[0], Mapping):
        return "\n".join(f"“{v['quote']}” ({_source(v)})" for v in values)
    return SEPARATOR.join(map(str, values))


def _source(row: Mapping[str, Any]) -> str:
    parts = (row.get("title") or row.get("work"), row.get("year"), row.get("licence"))
    return ", ".join(str(p) for p in parts if p)


def _sentence(about: Mapping[str, str]) -> str:
    query = f"“{about['query']}” in the graph" if about["query"] else "The graph"
    return _xml(f"{query} {about['graph']}, version {about['graph_version']}, {about['software']}")  # type: ignore[no-any-return]


def to_csv(shown: Shown) -> bytes:
    """What is shown as tables in a ZIP.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    places = [shown.places.get(c, (None, None)) for c in shown.concepts["id"]]
    concepts = shown.concepts.assign(
        **{axis: pd.array([p[i] for p in places], dtype="Float64") for i, axis in enumerate("xy")}
    )
    tables = {"concepts": concepts, "statements": shown.statements, "evidence": shown.evidence}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, text: str) -> None:
            # A fixed date: equal views make equal files.
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(info, text.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED)

        add("about.json", json.dumps(dict(shown.about), ensure_ascii=False, indent=1) + "\n")
        for name, table in tables.items():
            add(f"{name}.csv", table.map(_cell).to_csv(index=False, lineterminator="\n"))
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, tuple | list):
        value = SEPARATOR.join(map(str, value))
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


FORMATS: Mapping[str, tuple[str, Callable[[Shown], bytes]]] = {
    "graphml": (".graphml", to_graphml),
    "gexf": (".gexf", to_gexf),
    "csv": (".zip", to_csv),
}
"""Endings of files, and what makes them."""


def export(shown: Shown, format: str, path: str | Path | None = None) -> bytes:
    """What is shown in one of :data:`FORMATS`, and written to *path* if one is given.

    Raises:
        PolymathError: If there is no such format, or the file cannot be written.
    """
    if format not in FORMATS:
        raise PolymathError(
            f"A view is exported as one of {', '.join(FORMATS)}, not as {format!r}."
        )
    made = FORMATS[format][1](shown)
    if path is not None:
        write_whole(Path(path), made, "The view")
    return made
