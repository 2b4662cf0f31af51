"""How much goes over the wire, measured on the messages that an Explorer really sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kg
from kg.batch import SourceBatch
from kg.graph import Graph
from kg.ids import concept_id, evidence_id, passage_id, run_id, source_id, statement_id, work_id
from kg.model import Concept, Evidence, Mention, Passage, Run, Source, Statement, Work
from tests.widgets.conftest import Talk
from widgets import Explorer
from widgets.canvas import Canvas
from widgets.protocol import pack

NEIGHBOURS = 100
_QUALITIES = ("thermal", "electrical", "mechanical", "optical", "chemical", "magnetic", "fatigue")
_PROPERTIES = (
    "conductivity", "resistance", "expansion coefficient", "strength", "stability", "hardness",
    "response", "capacity", "anisotropy", "durability", "absorption", "relaxation time",
    "transport", "diffusion rate", "fluctuation",
)  # fmt: skip


@pytest.fixture
def star(tmp_path: Path) -> Iterator[Graph]:
    """A graph of one work in which graphene has a hundred neighbours, each by one sentence."""
    names = [f"{a} {b}" for b in _PROPERTIES for a in _QUALITIES][:NEIGHBOURS]
    assert len(set(names)) == NEIGHBOURS
    sentences = [f"Graphene increases {name}." for name in names]
    text = " ".join(sentences)
    source = source_id(text.encode())
    work = Work(
        id=work_id(doi="10.5555/star", title="A star", year=2020), title="A star", year=2020
    )
    run = Run(id=run_id("tests", "1", "{}"), software="tests", version="1")
    passage = Passage(
        id=passage_id(source, 0, len(text)), source=source, work=work.id, start=0, end=len(text), text=text
    )  # fmt: skip
    origin = Source(
        id=source, path="star.txt", parser="tests", parser_version="1", pipeline="tests", run=run.id
    )
    out = SourceBatch(source=origin, run=run, works=[work])
    out.passages.append(passage)
    hub = Concept(id=concept_id("material", "graphene"), name="graphene", kind="material")
    out.concepts.append(hub)
    at = 0
    for name, sentence in zip(names, sentences, strict=True):
        other = Concept(id=concept_id("property", name), name=name, kind="property")
        said = Statement(
            id=statement_id(hub.id, "increases", other.id), subject=hub.id, predicate="increases",
            object=other.id, family="causal",
        )  # fmt: skip
        first, end = at + len("Graphene increases "), at + len(sentence)
        out.concepts.append(other)
        out.statements.append(said)
        for concept, a, b in ((hub, at, at + 8), (other, first, end - 1)):
            out.mentions.append(
                Mention(passage=passage.id, concept=concept.id, start=a, end=b, surface=text[a:b], method="tests")
            )  # fmt: skip
        out.evidence.append(
            Evidence(
                id=evidence_id(said.id, passage.id, at, end, "tests"), statement=said.id,
                passage=passage.id, start=at, end=end, quote=sentence, subject_start=at,
                subject_end=at + 8, object_start=first, object_end=end - 1, method="tests",
                version="1", method_family="pattern", score=0.7,
            )
        )  # fmt: skip
        at = end + 1
    with kg.connect(tmp_path / "star.kg") as graph:
        graph.write(out)
        yield graph


def test_expanding_a_hundred_neighbours_takes_at_most_ten_kilobytes(
    star: Graph, built: None
) -> None:
    talk = Talk(Explorer(star, "thermal conductivity", limit=NEIGHBOURS, min_belief=0.0))
    talk.ask("hello")
    start = Talk(talk.explorer, "fresh")
    start.ask("hello")
    # From nothing but its hub, so that all hundred are new.
    start.explorer._conversation.scenes["fresh"].canvas = Canvas()
    delta = start.ask("expand", id=concept_id("material", "graphene"))
    assert len(delta["data"]["nodes"]["name"]) == NEIGHBOURS + 1
    assert len(delta["data"]["edges"]["belief"]) == NEIGHBOURS
    header = {k: v for k, v in delta.items() if k not in ("data", "bytes")}
    total = len(json.dumps(header).encode()) + delta["bytes"]
    assert total <= 10_000
    # And by number, as a page asks for it.
    node = start.explorer._conversation.scenes["fresh"].canvas.number[
        concept_id("material", "graphene")
    ]
    assert start.ask("expand", node=node)["data"]["nodes"]["name"] == []


def test_a_node_with_its_label_takes_at_most_sixty_four_bytes(star: Graph) -> None:
    concepts = star.table("Concept")
    canvas = Canvas()
    canvas.add(concepts, star.neighbours([concept_id("material", "graphene")], limit=NEIGHBOURS))
    tables = canvas.tables()
    header, buffers = pack({"nodes": tables["nodes"]})
    assert len(canvas.nodes) == NEIGHBOURS + 1
    total = len(json.dumps(header)) + sum(map(len, buffers))
    assert total / len(canvas.nodes) <= 64


def test_ten_thousand_nodes_are_as_small(star: Graph) -> None:
    rng = np.random.default_rng(0)
    names = [f"{q} {p} {n}" for n in range(100) for q in _QUALITIES for p in _PROPERTIES][:10_000]
    concepts = pd.DataFrame(
        {
            "id": [concept_id("property", n) for n in names], "name": names,
            "kind": rng.choice(["property", "material", "process"], size=len(names)),
            "n_works": rng.integers(1, 400, size=len(names)),
        }
    )  # fmt: skip
    canvas = Canvas()
    canvas.add(concepts, star.neighbours([]))
    header, buffers = pack({"nodes": canvas.tables()["nodes"]})
    total = len(json.dumps(header)) + sum(map(len, buffers))
    assert total / len(names) <= 64
