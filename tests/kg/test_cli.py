"""Every command of ``kg``: what it prints for people, for programs, and when it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kg
from kg.cli import main
from tests.kg.build import batch
from tests.kg.test_graph import CAUSES, A, B


@pytest.fixture
def home(tmp_path: Path) -> str:
    path = str(tmp_path / "science.kg")
    with kg.connect(path) as graph:
        for one in (A, B):
            graph.write(one)
    return path


def run(capsys: pytest.CaptureFixture[str], *args: str, status: int = 0) -> str:
    assert main(args) == status
    captured = capsys.readouterr()
    return captured.out if status == 0 else captured.out + captured.err


def test_stats(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    value = json.loads(run(capsys, "stats", "--graph", home, "--json"))
    assert value["rows"]["Statement"] == 3
    assert value["statements_by_family"] == {"causal": 2, "use": 1}
    assert sum(value["statements_by_belief"].values()) == 3
    assert value["works"] == {"read": 2, "known": 2}
    assert "statements by family" in run(capsys, "stats", "--graph", home)


def test_search(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "search", "grafene", "--graph", home, "--json"))
    assert found[0]["id"] == "local:term/graphene"
    assert "graphene" in run(capsys, "search", "grafene", "--graph", home)
    assert "nothing found" in run(capsys, "search", "zzzz", "--graph", home)


def test_cypher_with_a_parameter(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    query = "MATCH (s:Statement) WHERE s.n_works >= $least RETURN s.predicate AS p"
    args = ("cypher", query, "-p", "least=2", "--graph", home, "--json")
    assert json.loads(run(capsys, *args)) == [{"p": "increases"}]
    refused = run(capsys, "cypher", "MATCH (", "--graph", home, status=2)
    assert refused.startswith("kg: The Cypher query was refused")


def test_evidence(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    statement = A.statements[0].id
    text = run(capsys, "evidence", statement, "--graph", home)
    assert "graphene — increases — thermal conductivity" in text
    assert "“Graphene increases thermal conductivity.”" in text
    value = json.loads(run(capsys, "evidence", statement, "--graph", home, "--json"))
    assert len(value["evidence"]) == 2
    assert "has no statement" in run(capsys, "evidence", "st:0", "--graph", home, status=2)


def test_copy_verify_and_forget(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dump, copy = str(tmp_path / "dump") + "/", str(tmp_path / "copy.kg")
    run(capsys, "copy", home, dump)
    run(capsys, "copy", dump, copy)
    assert json.loads(run(capsys, "verify", "--graph", copy, "--json"))["ok"] is True
    run(capsys, "forget", B.source.id, "--graph", copy)
    assert "has no source" in run(capsys, "forget", B.source.id, "--graph", copy, status=2)
    assert "everything holds" in run(capsys, "verify", "--graph", copy)
    with kg.connect(copy) as graph:
        assert graph.counts()["Source"] == 1


def test_a_graph_that_is_not_there_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(capsys, "stats", "--graph", str(tmp_path / "no.kg"), status=2)
    assert "make one with: kg ingest" in said
    assert not (tmp_path / "no.kg").exists()


def test_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    findings = json.loads(run(capsys, "doctor", "--json"))
    assert {"python", "sqlite", "ladybug", "explorer"} <= {f["name"] for f in findings}


def test_copy_a_part(home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    past = str(tmp_path / "past.kg")
    run(capsys, "copy", home, past, "--until", "2004")
    assert "everything holds" in run(capsys, "verify", "--graph", past)
    with kg.connect(past) as graph:
        assert graph.table("Work")["title"].tolist() == ["A"]
        assert graph.write(B) > 0
    refused = run(capsys, "copy", home, str(tmp_path) + "/dump/", "--until", "2004", status=2)
    assert "copied from a graph into a graph" in refused


def test_brief(home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with kg.connect(home) as graph:
        graph.write(batch("C", [CAUSES], year=2011, disciplines=("Medicine",)))
    page = tmp_path / "page.html"
    told = run(capsys, "brief", str(page), "--graph", home, "--lately", "2010", "--title", "On it")
    assert "needs no network" in told
    assert "<h1>On it</h1>" in page.read_text("utf-8")
    refused = run(capsys, "brief", str(page), "--graph", home, "--lately", "1950", status=2)
    assert "choose a year between" in refused
