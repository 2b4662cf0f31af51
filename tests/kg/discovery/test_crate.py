"""A packed result can be opened by others, and holds what it rests on but no text that may not leave."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from rocrate.rocrate import ROCrate

import kg
from kg.discovery.bridging import bridging
from kg.discovery.crate import crate
from kg.errors import RecordError
from kg.graph import Graph
from kg.licences import CLOSED
from tests.kg.test_part import LATE, MIDDLE, OLD, under


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    made = kg.connect(tmp_path / "science.kg")
    for one in (under(OLD, "CC-BY-4.0"), under(MIDDLE, "© The Publisher"), under(LATE, "CC0-1.0")):
        made.write(one)
    return made


def test_a_crate_is_read_by_its_library_and_rests_on_sentences(
    graph: Graph, tmp_path: Path
) -> None:
    found = graph.overview()
    made = crate(
        found,
        graph,
        tmp_path / "out" / "crate",
        title="Overview",
        call="graph.overview()",
        by="Ada",
    )
    read = ROCrate(made)
    assert read.name == "Overview"
    names = {e.id for e in read.data_entities}
    assert {"tables/found.csv", "evidence.csv", "works.csv", "query.json"} <= names
    action = read.dereference("#found")
    assert action["agent"]["name"] == "Ada"
    assert action["instrument"]["softwareVersion"] == kg.__version__
    assert {c.id for c in read.root_dataset["citation"]} >= {"https://doi.org/10.1000/old"}
    table = pd.read_csv(made / "tables" / "found.csv")
    assert table["statement"].tolist() == found["statement"].tolist()
    evidence = pd.read_csv(made / "evidence.csv")
    assert set(evidence["statement"]) == set(found["statement"])
    assert "passage_text" not in evidence
    closed = evidence["title"] == "Middle"
    assert set(evidence[closed]["quote"]) == {CLOSED}
    assert CLOSED not in set(evidence[~closed]["quote"])
    classes = pd.read_csv(made / "works.csv").set_index("title")["licence_class"].to_dict()
    assert classes == {"Old": "open", "Middle": "restricted", "Late": "open"}
    query = json.loads((made / "query.json").read_text("utf-8"))
    assert (query["call"], query["graph"]) == ("graph.overview()", "science.kg")
    assert query["graph_version"] == graph.version()
    everything = "".join(p.read_text("utf-8") for p in made.rglob("*") if p.is_file())
    assert str(tmp_path) not in everything


def test_a_result_of_several_tables(graph: Graph, tmp_path: Path) -> None:
    found = bridging(graph, shuffles=2, kinds=["term"])
    made = crate(found, graph, tmp_path / "crate", title="Bridges", call="bridging(graph)")
    assert sorted(p.name for p in (made / "tables").iterdir()) == [
        "concepts.csv", "gaps.csv", "works.csv",
    ]  # fmt: skip


def test_a_folder_in_use_and_a_result_without_tables_are_refused(
    graph: Graph, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me")
    with pytest.raises(RecordError, match="is not empty"):
        crate(graph.overview(), graph, tmp_path / "mine", title="t", call="c")
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep me"
    with pytest.raises(RecordError, match="holds no table"):
        crate("nothing", graph, tmp_path / "none", title="t", call="c")
    assert not (tmp_path / "none").exists()
