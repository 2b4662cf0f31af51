"""Exports: all that is shown, nothing that is closed, and files that other programs read."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from lxml import etree

from kg import __version__
from kg.errors import MissingExtra, PolymathError
from kg.graph import Graph
from kg.licences import CLOSED
from kg.model import Concept
from kg.schema import NODES
from tests.widgets.corpus import LIBRARY
from widgets.exporting import FORMATS, export, to_csv, to_gexf, to_graphml, to_networkx
from widgets.pyvis_network import to_pyvis
from widgets.shown import Shown, shown

CLOSED_TEXTS = [
    said["text"]
    for work in LIBRARY["works"]
    if work["access"] != "open"
    for section in work["sections"]
    for said in section["sentences"]
]


@pytest.fixture
def whole(library: Graph) -> Shown:
    """Everything in the little library, every other concept at a place."""
    ids = list(library.table("Concept")["id"])
    places = {c: (10.0 * n, -5.0 * n) for n, c in enumerate(ids[::2])}
    statements = library.table("Statement")["id"]
    return shown(library, ids, statements, query="gra<phene> & “x”", places=places)


def test_what_is_not_shown_is_left_out(library: Graph) -> None:
    centre = library.search("graphene")["id"].iloc[0]
    said = library.neighbours(centre)
    some = shown(library, [centre, said["object"].iloc[0]], said["statement"])
    assert len(some.concepts) == 2
    assert set(some.statements["object"]) | set(some.statements["subject"]) == set(
        some.concepts["id"]
    )
    assert set(some.evidence["statement"]) == set(some.statements["id"])
    with library.store.writing() as writer:
        writer.update(
            NODES["Statement"], ("status",), [(s, "rejected") for s in some.statements["id"]]
        )
    assert not len(shown(library, some.concepts["id"], said["statement"]).statements)


def test_networkx_has_all_properties(library: Graph, whole: Shown) -> None:
    graph = to_networkx(whole)
    assert graph.graph == {
        "query": "gra<phene> & “x”",
        "graph": "library.kg",
        "graph_version": library.version(),
        "software": f"polymath-kg {__version__}",
    }
    assert (len(graph), graph.number_of_edges()) == (len(whole.concepts), len(whole.statements))
    for row in whole.concepts.to_dict("records"):
        node = dict(graph.nodes[row["id"]])
        assert ("x" in node) == ("y" in node) == (row["id"] in whole.places)
        assert {k: node[k] for k in row if k != "id"} == {k: v for k, v in row.items() if k != "id"}
    for a, b, key, data in graph.edges(keys=True, data=True):
        said = library.statement(key)
        assert (a, b) == (said.subject, said.object)
        for name in ("predicate", "belief", "polarity", "status", "n_works", "qualifiers"):
            assert data[name] == getattr(said, name)
        assert data.get("first_year") == said.first_year
        assert len(data["evidence"]) == said.n_evidence
        assert all(type(v) in (str, int, float, bool, list, tuple) for v in data.values())


def everything(whole: Shown) -> dict[str, str]:
    """Each export as text."""
    with zipfile.ZipFile(io.BytesIO(to_csv(whole))) as archive:
        tables = "".join(archive.read(n).decode() for n in archive.namelist())
    return {
        "networkx": str(list(to_networkx(whole).edges(data=True))),
        "graphml": to_graphml(whole).decode(),
        "gexf": to_gexf(whole).decode(),
        "csv": tables,
        "pyvis": to_pyvis(whole).generate_html(),
    }


def test_sentences_of_closed_sources_stay_out(whole: Shown) -> None:
    assert CLOSED_TEXTS
    assert CLOSED in set(whole.evidence["quote"])
    for name, text in everything(whole).items():
        for sentence in CLOSED_TEXTS:
            assert sentence not in text, name
    open_quote = whole.evidence.loc[whole.evidence["access"] == "open", "quote"].iloc[0]
    assert all(open_quote in text for name, text in everything(whole).items() if name != "pyvis")


def test_each_says_where_it_is_from(library: Graph, whole: Shown) -> None:
    made = everything(whole)
    del made["networkx"]
    for name, text in made.items():
        for said in (library.version(), f"polymath-kg {__version__}"):
            assert said in text, name
        assert re.search(r"gra(<|&lt;)phene", text), name


def test_graphml_comes_back(whole: Shown) -> None:
    back = nx.read_graphml(io.BytesIO(to_graphml(whole)), force_multigraph=True)
    ours = to_networkx(whole)
    assert set(back.edges(keys=True)) == set(ours.edges(keys=True))
    assert back.graph["query"] == ours.graph["query"]
    for node, data in ours.nodes(data=True):
        assert back.nodes[node]["name"] == data["name"]
        assert back.nodes[node]["aliases"] == "; ".join(data["aliases"])
        assert back.nodes[node]["n_works"] == data["n_works"]
    for a, b, key, data in ours.edges(keys=True, data=True):
        assert back.edges[a, b, key]["belief"] == data["belief"]
        assert back.edges[a, b, key]["evidence"].count("“") >= len(data["evidence"])


def test_gexf_comes_back_with_its_years(whole: Shown) -> None:
    made = to_gexf(whole)
    assert etree.fromstring(made).find("{*}graph").get("mode") == "dynamic"
    back = nx.read_gexf(io.BytesIO(made))
    assert set(back) == set(whole.concepts["id"])
    starts = {e.get("id"): e.get("start") for e in etree.fromstring(made).iter("{*}edge")}
    for row in whole.statements.to_dict("records"):
        year = row["first_year"]
        assert starts[row["id"]] == (None if pd.isna(year) else f"{year}-01-01")
    places = list(etree.fromstring(made).iter("{*}position"))
    assert len(places) == len(whole.places)
    assert sum(s is None for s in starts.values()) < len(starts)


def test_csv_comes_back(whole: Shown) -> None:
    made = to_csv(whole)
    assert made == to_csv(whole)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert json.loads(archive.read("about.json")) == whole.about
        concepts = pd.read_csv(archive.open("concepts.csv"))
        statements = pd.read_csv(archive.open("statements.csv"))
        evidence = pd.read_csv(archive.open("evidence.csv"))
    assert list(concepts["name"]) == list(whole.concepts["name"])
    assert concepts["x"].notna().sum() == len(whole.places)
    assert list(statements["belief"]) == list(whole.statements["belief"])
    assert list(evidence["quote"]) == list(whole.evidence["quote"])


def hostile(whole: Shown) -> Shown:
    """The same with a concept whose name is none."""
    name = '=HYPERLINK("http://x")</script><img src=x onerror=alert(1)> href \x00'
    bad = pd.DataFrame([NODES["Concept"].record_dict(Concept(id="bad:\x01", name=name))])
    return replace(whole, concepts=pd.concat([whole.concepts, bad], ignore_index=True))


def test_hostile_names_stay_names(whole: Shown) -> None:
    evil = hostile(whole)
    back = nx.read_graphml(io.BytesIO(to_graphml(evil)))
    assert back.nodes["bad:\ufffd"]["name"].startswith('=HYPERLINK("http://x")</script>')
    assert "bad:\ufffd" in nx.read_gexf(io.BytesIO(to_gexf(evil)))
    with zipfile.ZipFile(io.BytesIO(to_csv(evil))) as archive:
        assert "\"'=HYPERLINK" in archive.read("concepts.csv").decode()
    page = to_pyvis(evil).generate_html()
    assert "<img src=x" not in page
    assert "popup.innerHTML" not in page.split("drawGraph", 1)[1]


def test_pyvis_loads_nothing(whole: Shown, tmp_path: Path) -> None:
    network = to_pyvis(whole)
    assert (len(network.nodes), len(network.edges)) == (len(whole.concepts), len(whole.statements))
    network.write_html(str(tmp_path / "page.html"))
    page = (tmp_path / "page.html").read_text("utf-8")
    tags = re.findall(r"<(?:link|script|img|iframe)\b[^>]*>", page)
    assert not [t for t in tags if re.search(r"(src|href)\s*=", t)]
    assert "default-src 'none'" in page
    assert page.index("Content-Security-Policy") < page.index("<script")


def test_a_missing_extra_is_told(whole: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvis.network", None)
    with pytest.raises(MissingExtra, match=r"polymath-kg\[pyvis\]"):
        to_pyvis(whole)


def test_nothing_can_be_exported(library: Graph) -> None:
    nothing = shown(library, [], [])
    for format in FORMATS:
        assert export(nothing, format)
    assert len(to_networkx(nothing)) == 0
    assert to_pyvis(nothing).generate_html()


def test_files_and_formats(whole: Shown, tmp_path: Path) -> None:
    for format, (ending, make) in FORMATS.items():
        target = tmp_path / f"view{ending}"
        assert export(whole, format, target) == make(whole) == target.read_bytes()
    with pytest.raises(PolymathError, match="exported as one of graphml, gexf, csv"):
        export(whole, "docx")
    with pytest.raises(PolymathError, match="choose another place"):
        export(whole, "csv", tmp_path / "nowhere" / "x.zip")
