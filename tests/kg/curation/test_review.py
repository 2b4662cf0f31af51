"""The file of decisions that a page without a graph gives back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.curation import review
from kg.curation.decisions import read_json
from kg.errors import RecordError
from kg.graph import Graph
from kg.schema import NODES
from tests.widgets.curated import fill_curated, statement_of

Write = Callable[..., Path]


@pytest.fixture
def curated(tmp_path: Path) -> Iterator[Graph]:
    """The little library, with two concepts that have another name, too."""
    with kg.connect(tmp_path / "curated.kg") as graph:
        fill_curated(graph)
        yield graph


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write lines as such a page writes them; later lines are of a later second."""

    def written(*lines: dict[str, Any]) -> Path:
        path = tmp_path / "decisions.jsonl"
        path.write_text(
            "".join(
                json.dumps(
                    {
                        "format": review.FORMAT,
                        "key": f"k{n}",
                        "by": "Bob",
                        "at": f"2026-11-01T10:00:{n:02}.000+00:00",
                        **line,
                    }
                )
                + "\n"
                for n, line in enumerate(lines)
            ),
            "utf-8",
        )
        return path

    return written


def test_every_action_comes_back_with_who_when_and_why(curated: Graph, write: Write) -> None:
    one = statement_of(curated, "graphene", "used_for", "energy storage")
    two = statement_of(curated, "graphene", "causes", "cytotoxicity")
    three = statement_of(curated, "biosensors", "uses", "graphene")
    four = statement_of(curated, "moisture", "affects", "perovskite")
    said = curated.evidence(two)
    path = write(
        {"action": "accept", "statement": one, "why": "clear"},
        {"action": "assertion", "statement": two, "assertion": "question",
         "evidence": [said["id"].iloc[0]]},
        {"action": "relink", "statement": three, "end": "object", "name": "graphene",
         "concept_kind": "object"},
        {"action": "predicate", "statement": four, "predicate": "decreases"},
        {"action": "merge", "concept": "local:device/biosensor",
         "other": "local:device/biosensors"},
    )  # fmt: skip
    taken = curated.curation.take_in(path, "review")
    assert (len(taken.made), taken.held, taken.refused) == (5, 0, [])
    assert curated.statement(one).status == "accepted"
    assert sorted(curated.evidence(two)["assertion"])[-1] == "question"
    assert len(curated.evidence(three)) == len(curated.evidence(four)) == 0
    assert curated.search("biosensor").iloc[0]["name"] == "biosensors"
    log = curated.curation.log()
    assert set(log["by"]) == {"Bob"}
    assert log["reason"].iloc[0] == "clear"
    assert [at[:19] for at in log["at"]] == [f"2026-11-01T10:00:0{n}" for n in range(5)]
    again = curated.curation.take_in(path, "review")
    assert (len(again.made), again.held) == (0, 5)


def test_what_the_file_takes_back_is_taken_back(curated: Graph, write: Write) -> None:
    one = statement_of(curated, "graphene", "used_for", "energy storage")
    accept = {"action": "accept", "statement": one}
    back = {"action": "undo", "undoes": "k0", "statement": one}
    again = {"action": "undo", "undoes": "k1", "statement": one}
    assert not curated.curation.take_in(write(accept, back), "review").made
    assert curated.statement(one).status == "machine"
    # Taken in before it was taken back there, and once more after it was decided again.
    for lines, status in (
        ([accept], "accepted"),
        ([accept, back], "machine"),
        ([accept, back, again], "accepted"),
        ([accept, back, again], "accepted"),
    ):
        assert not curated.curation.take_in(write(*lines), "review").refused
        assert curated.statement(one).status == status
    # What somebody here took back stays so, however often the file is taken in.
    curated.curation.undo(curated.curation.log()["id"].iloc[0], by="Ada")
    curated.curation.take_in(write(accept), "review")
    assert curated.statement(one).status == "machine"


def test_conflicts_are_those_that_there_are(curated: Graph, write: Write) -> None:
    one = statement_of(curated, "graphene", "used_for", "energy storage")
    two = statement_of(curated, "graphene", "causes", "cytotoxicity")
    shown = curated.curation.reject(one, by="Ada", why="was in the file")
    curated.curation.reject(two, by="Ada", why="came after the file was written")
    taken = curated.curation.take_in(
        write(
            {"action": "accept", "statement": one, "seen": shown.id},
            {"action": "accept", "statement": two, "seen": ""},
        ),
        "review",
    )
    found = curated.curation.conflicts()
    assert found[["thing", "by", "against_by"]].values.tolist() == [[two, "Bob", "Ada"]]
    # A log is in order; when it was decided there is kept beside.
    assert [read_json(d.detail)["came"]["at"][:19] for d in taken.made] == [
        "2026-11-01T10:00:00", "2026-11-01T10:00:01",
    ]  # fmt: skip
    assert taken.made[0].at > shown.at


def test_what_makes_no_sense_is_refused_in_a_sentence(curated: Graph, write: Write) -> None:
    one = statement_of(curated, "graphene", "used_for", "energy storage")
    evidence = curated.evidence(one)["id"].iloc[0]
    taken = curated.curation.take_in(
        write(
            {"action": "delete", "statement": one},
            {"action": "accept"},
            {"action": "accept", "statement": "st:gone"},
            {"action": "predicate", "statement": one, "predicate": "mentioned_with"},
            {"action": "assertion", "statement": one, "assertion": "shouted"},
            {"action": "relink", "statement": one, "end": "verb", "to": "local:x/y"},
            {"action": "relink", "statement": one, "end": "subject", "name": "x"},
            {"action": "span", "statement": one, "evidence": [], "spans": {}},
            {"action": "span", "statement": one, "evidence": [evidence], "spans": {"subject": "x"}},
            {"action": "accept", "statement": one, "at": "yesterday"},
            {"action": "accept", "statement": one, "by": ""},
            {"action": "reject", "statement": one},
        ),
        "review",
    )
    assert len(taken.made) == 1
    assert len(taken.refused) == 11
    assert all(told.endswith(".") for told in taken.refused), taken.refused
    rows = curated.table("Decision")
    assert len(rows) == 1
    assert set(NODES["Decision"].columns) <= set(rows.columns)


def test_other_files_are_told_apart(curated: Graph, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    curated.curation.accept(statement_of(curated, "graphene", "used_for", "energy storage"), by="A")
    curated.curation.export(path)
    with pytest.raises(RecordError, match="no decision of a page"):
        curated.curation.take_in(path, "review")
    path.write_text("<html>", "utf-8")
    with pytest.raises(RecordError, match="is not JSON"):
        curated.curation.take_in(path, "review")
