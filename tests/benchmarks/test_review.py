"""The review: a fair draw, sentences kept out of the repository, verdicts counted right."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

import kg
from benchmarks.review import KEPT, ROOT, draw, marked, precision, read, score, show, write
from extractors import ingest
from kg.errors import PolymathError
from kg.ontology import CO_MENTION
from tests.conftest import ROOT as REPOSITORY

TEXT = """---
title: Notes
---

Aspirin inhibits platelet aggregation. Graphene conducts heat. Aspirin reduces fever.

Aspirin is used for headache. Insulin decreases glucose. Malaria is caused by Plasmodium.
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    folder = tmp_path_factory.mktemp("review")
    (folder / "note.md").write_text(TEXT, encoding="utf8")
    graph = kg.connect(folder / "g.kg")
    ingest(graph, folder / "note.md", workers=1, progress=False)
    return graph


def line(family: str, verdict: str, belief: str = "0.75", cause: str = "") -> dict[str, str]:
    return {
        "id": "s", "family": family, "predicate": "causes", "methods": "model+pattern",
        "belief": belief, "verdict": verdict, "cause": cause, "note": "",
    }  # fmt: skip


def test_the_draw_is_the_same_each_time_and_its_sentences_are_there(graph: kg.Graph) -> None:
    lines, bound, of = draw(graph, n=2, least=0.0)
    assert (len(lines), bound) == (2, 0.0)
    assert of >= 3
    assert lines == draw(graph, n=2, least=0.0)[0]
    other = {draw(graph, n=1, least=0.0, seed=seed)[0][0]["id"] for seed in range(40)}
    assert len(other) == of  # each may be drawn
    for one in lines:
        plain = one["sentence"].translate({ord(c): None for c in "⟦⟧⦃⦄"})
        assert plain in TEXT
        assert "⟦" in one["sentence"]
        assert "⦃" in one["sentence"]


def test_the_bound_is_lowered_to_what_gives_as_many(graph: kg.Graph) -> None:
    beliefs = sorted(graph.table("Statement")["belief"], reverse=True)
    lines, bound, of = draw(graph, n=2, least=1.0)
    assert bound == beliefs[1]
    assert len(lines) == 2
    assert of == sum(b >= bound for b in beliefs)


def test_co_mention_is_drawn_only_if_asked_for(graph: kg.Graph) -> None:
    assert all(one["family"] != CO_MENTION for one in draw(graph, n=99, least=0.0)[0])
    assert draw(graph, n=9, least=0.0, family=CO_MENTION) == ([], 0.0, 0)


def test_marks_stand_where_the_names_are() -> None:
    evidence = {
        "quote": "A  binds B", "start": 10, "subject_start": 19, "subject_end": 20,
        "object_start": 10, "object_end": 11,
    }  # fmt: skip
    assert marked(evidence) == "⦃A⦄ binds ⟦B⟧"


def test_a_review_goes_out_and_comes_back_judged(graph: kg.Graph, tmp_path: Path) -> None:
    lines, *_ = draw(graph, n=3, least=0.0)
    for one, verdict in zip(lines, ("right", " Wrong ", ""), strict=True):
        one["verdict"] = verdict
    write(tmp_path / "r.csv", lines)
    back = read(tmp_path / "r.csv")
    assert [b["verdict"] for b in back] == ["right", "wrong", ""]
    assert [b["sentence"] for b in back] == [one["sentence"] for one in lines]
    write(tmp_path / "kept.tsv", back, KEPT)
    kept = (tmp_path / "kept.tsv").read_text(encoding="utf8")
    assert not any(one["sentence"] in kept or "platelet" in kept for one in lines)
    assert score(read(tmp_path / "kept.tsv")) == score(back)


def test_sentences_are_not_written_into_the_repository() -> None:
    assert ROOT == REPOSITORY
    with pytest.raises(PolymathError, match="outside"):
        write(ROOT / "review.csv", [])
    assert not (ROOT / "review.csv").exists()


def test_what_is_no_review_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PolymathError, match="is not there"):
        read(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_text("id,verdict\n", encoding="utf8")
    with pytest.raises(PolymathError, match="has no column"):
        read(tmp_path / "a.csv")
    with (tmp_path / "b.csv").open("w", encoding="utf8", newline="") as file:
        writer = csv.DictWriter(file, KEPT)
        writer.writeheader()
        writer.writerow(line("causal", "maybe"))
    with pytest.raises(PolymathError, match="line 2: the verdict is 'maybe'"):
        read(tmp_path / "b.csv")


def test_the_verdicts_of_the_docs_are_here() -> None:
    kept = ROOT / "benchmarks" / "data" / "review_verdicts.tsv"
    lines = read(kept)
    assert tuple(lines[0]) == KEPT
    assert Counter(line["family"] == CO_MENTION for line in lines) == {False: 200, True: 60}
    assert all(line["verdict"] == "right" or line["cause"] for line in lines)


def test_doubtful_is_not_right_and_co_mention_is_counted_apart() -> None:
    lines = [
        line("causal", "right"), line("causal", "wrong", cause="direction"),
        line("use", "doubtful", "0.93"), line("use", ""), line(CO_MENTION, "right", "0.1"),
        line(CO_MENTION, "wrong", "0.1", "list"),
    ]  # fmt: skip
    scores = score(lines)
    assert scores["statements"] | {"low": 0, "high": 0} == {
        "judged": 3, "right": 1, "doubtful": 1, "precision": 0.333, "low": 0, "high": 0,
    }  # fmt: skip
    assert scores["but_for_kinds_and_names"]["right"] == 1
    lines[2]["cause"] = "kind"
    assert score(lines)["but_for_kinds_and_names"]["right"] == 2
    lines[2]["cause"] = ""
    assert scores["by_family"]["use"]["judged"] == 1
    assert list(scores["by_belief"]) == ["0.7–0.8", "0.9–1.0"]
    assert scores["causes"] == {"direction": 1, "not said": 1}
    assert scores[CO_MENTION]["precision"] == 0.5
    assert scores[f"{CO_MENTION}_causes"] == {"list": 1}
    assert "| family: causal | 2 | 1 | 0 | 0.50 |" in show(scores)
    assert precision([line("use", "")]) == {"judged": 0}
