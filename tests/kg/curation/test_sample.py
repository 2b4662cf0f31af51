"""On all of sample_data: the page about curation runs, and decisions outlive the graph."""

from __future__ import annotations

import doctest
import random
import shutil
from pathlib import Path

import kg
from benchmarks.decisions import append
from extractors import ingest
from extractors.pipeline import PipelineConfig
from kg.copying import load
from kg.graph import Graph
from kg.stores.neo4j import Neo4jStore
from kg.verify import verify
from tests.conftest import ROOT
from tests.neo4j_server.server import Neo4jServer


def test_the_page_about_curation_runs(sample_file: Path, tmp_path: Path) -> None:
    page = ROOT / "docs" / "curating.md"
    shutil.copy(sample_file, tmp_path / "sample.kg")
    with kg.connect(tmp_path / "sample.kg") as graph:
        names = {"graph": graph, "folder": str(tmp_path)}
        asked = doctest.DocTestParser().get_doctest(
            page.read_text("utf-8"), names, page.name, str(page), 0
        )
        assert len(asked.examples) > 40
        told: list[str] = []
        doctest.DocTestRunner(verbose=False).run(asked, out=told.append)
        assert not told, "".join(told)
        assert verify(graph.store).ok


def test_every_decision_outlives_the_graph(sample_file: Path, tmp_path: Path) -> None:
    home, log = tmp_path / "sample.kg", tmp_path / "decisions.jsonl"
    shutil.copy(sample_file, home)
    with kg.connect(home) as graph:
        made, *_ = append(graph, 200, random.Random(6))
        assert graph.curation.export(log) == len(made) == 200
        digest = graph.digest()
    for left in tmp_path.glob("sample.kg*"):
        left.unlink()
    with kg.connect(home) as graph:
        ingest(graph, ROOT / "sample_data", progress=False)
        applied = graph.curation.apply(log)
        assert (applied.new, applied.found.waiting) == (200, [])
        assert graph.digest() == digest
        assert verify(graph.store).ok


def test_decisions_follow_to_the_ids_of_a_vocabulary(tmp_path: Path) -> None:
    """Read without any vocabulary and decided about, then read with those that are shipped."""
    notes = ROOT / "sample_data" / "notes" / "materials-science"
    with kg.connect(tmp_path / "plain.kg") as graph:
        ingest(graph, notes, config=PipelineConfig(shipped=False), progress=False)
        said = graph.table("Statement")
        said = said[said["family"] != "co-mention"]["id"].tolist()
        names = graph.table("Concept").set_index("id")["name"]
        for s in said:
            graph.curation.accept(s, by="Ada")
        decided = {
            (names[s.subject], s.predicate, names[s.object]) for s in map(graph.statement, said)
        }
        report = ingest(graph, notes, progress=False)
        now = graph.table("Statement")
        names = graph.table("Concept").set_index("id")["name"]
        triples = set(
            zip(names[now["subject"]], now["predicate"], names[now["object"]], strict=True)
        )
        accepted = now[now["status"] == "accepted"]
        assert len(set(accepted["id"]) - set(said)) > 0  # what has another id now
        kept = set(
            zip(
                names[accepted["subject"]],
                accepted["predicate"],
                names[accepted["object"]],
                strict=True,
            )
        )
        assert decided & triples <= kept
        # What is read no more, or under other names, is told, each in a sentence.
        told = [w for w in report.warnings if w.startswith("Ada accepted ")]
        assert len(accepted) + len(told) >= len(said)
        assert verify(graph.store).ok


def test_the_log_of_one_home_holds_in_the_other(
    sample_file: Path, neo4j_server: Neo4jServer, tmp_path: Path
) -> None:
    home, log = tmp_path / "sample.kg", tmp_path / "decisions.jsonl"
    shutil.copy(sample_file, home)
    neo4j_server.wipe()
    store = Neo4jStore(neo4j_server.url, auth=neo4j_server.auth)
    with kg.connect(home) as here, Graph(store) as there:
        load(here.store, store, lambda *_: None)
        append(here, 60, random.Random(6))
        here.curation.export(log)
        assert there.curation.apply(log).found.waiting == []
        assert there.digest() == here.digest()
        page, other = here.curation.queue(limit=200), there.curation.queue(limit=200)
        assert page.drop(columns="last_decision").equals(other.drop(columns="last_decision"))
        assert here.curation.candidates().equals(there.curation.candidates())
        assert verify(store).ok
