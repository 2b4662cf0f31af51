"""What joins fields: found where it was put, told with what chance gives, open to its sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.derived import disciplines_of
from kg.discovery.bridging import CONCEPT_COLUMNS, bridging
from kg.errors import RecordError
from kg.graph import Graph
from tests.kg.build import batch

KINDS = dict.fromkeys(
    ("graphene", "steel", "silk", "resin", "tissue", "tumour", "copper", "enamel"), "material"
)


def says(subject: str, object_: str) -> tuple[str, str, str, str]:
    return (f"{subject} is stronger on {object_}.", subject, "affects", object_)


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    """Graphene is spoken of in physics and in medicine; all else stays at home."""
    made = kg.connect(tmp_path / "fields.kg")
    for n, (field, facts) in enumerate(
        [
            ("Physics", [("graphene", "steel"), ("steel", "copper")]),
            ("Physics", [("steel", "copper"), ("copper", "resin")]),
            ("Physics", [("resin", "steel")]),
            ("Physics", [("copper", "steel")]),
            ("Physics", [("resin", "copper")]),
            ("Medicine", [("graphene", "tumour"), ("tissue", "tumour")]),
            ("Medicine", [("tissue", "tumour"), ("silk", "tissue")]),
            ("Medicine", [("enamel", "tissue")]),
            ("Medicine", [("silk", "enamel")]),
            ("Medicine", [("enamel", "tumour")]),
        ]
    ):
        made.write(
            batch(
                f"work {n}",
                [says(a, b) for a, b in facts],
                year=2000 + n,
                disciplines=(field,),
                kinds=KINDS,
            )
        )
    return made


def test_the_concept_of_two_fields_is_found(graph: Graph) -> None:
    found = bridging(graph, shuffles=50)
    assert found.concepts["name"].tolist() == ["graphene"]
    one = found.concepts.iloc[0]
    assert (one["field_a"], one["field_b"], one["works_a"], one["works_b"]) == (
        "Medicine", "Physics", 1, 1,
    )  # fmt: skip
    assert 0 <= one["chance"] <= 1
    assert 0 <= one["above_chance"] <= 1
    # All chains between the fields pass through it but those that begin or end there.
    assert one["betweenness"] > 0.5
    assert one["reason"].startswith("Medicine says 1 statement of it in 1 work and Physics")
    for side, field in (("statements_a", "Medicine"), ("statements_b", "Physics")):
        read = graph.evidence(one[side])
        assert set(read["quote"]) == {
            f"graphene is stronger on {'tumour' if field == 'Medicine' else 'steel'}."
        }
    assert "50 shuffles" in found.said


def test_the_gap_between_fields_is_told_where_they_share_a_concept(graph: Graph) -> None:
    gap = bridging(graph, shuffles=0).gaps.iloc[0]
    assert (gap["field_a"], gap["field_b"], gap["shared"]) == ("Medicine", "Physics", 1)
    assert gap["statements"] < gap["expected"]
    assert 0 < gap["gap"] < 1


def test_works_abroad_come_with_the_statements_that_join(graph: Graph) -> None:
    graph.write(
        batch(
            "a physicist in the clinic",
            [says("steel", "tumour"), says("silk", "enamel")],
            disciplines=("Physics",),
            kinds=KINDS,
        )
    )
    one = bridging(graph, shuffles=20).works.iloc[0]
    assert (one["title"], one["field_a"], one["field_b"]) == (
        "a physicist in the clinic", "Physics", "Medicine",
    )  # fmt: skip
    assert set(graph.evidence(one["statements"])["quote"]) == {"steel is stronger on tumour."}


def test_one_work_of_two_fields_joins_nothing_by_itself(tmp_path: Path) -> None:
    with kg.connect(tmp_path / "one.kg") as graph:
        graph.write(
            batch(
                "one", [says("graphene", "steel")], disciplines=("Physics", "Medicine"), kinds=KINDS
            )
        )
        assert bridging(graph, shuffles=5).concepts.empty


def test_the_past_has_its_own_bridges(graph: Graph) -> None:
    assert bridging(graph.as_of(2004), shuffles=5).concepts.empty
    assert len(bridging(graph.as_of(2005), shuffles=5).concepts) == 1


def test_a_field_that_nobody_works_in_is_told(graph: Graph) -> None:
    with pytest.raises(RecordError, match="No work of 'Alchemy' is in the graph"):
        bridging(graph, between_fields=("Physics", "Alchemy"))


def test_an_empty_graph_has_none(tmp_path: Path) -> None:
    with kg.connect(tmp_path / "empty.kg") as graph:
        found = bridging(graph)
    assert list(found.concepts.columns) == list(CONCEPT_COLUMNS)
    assert found.concepts.empty
    assert found.works.empty
    assert found.gaps.empty


def test_the_sample_is_the_same_twice_and_opens_on_its_sentences(sample_file: Path) -> None:
    with kg.connect(sample_file) as graph:
        found, again = (bridging(graph, shuffles=10) for _ in range(2))
        assert found.concepts.equals(again.concepts)
        assert found.works.equals(again.works)
        assert len(found.concepts) >= 5
        for row in found.concepts.itertuples():
            for side, field in ((row.statements_a, row.field_a), (row.statements_b, row.field_b)):
                with graph.store.reading() as reader:
                    of = disciplines_of(reader, set(graph.evidence(side)["work"]))
                assert any(field in names for names in of.values()), row.name
