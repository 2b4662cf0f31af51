"""Decisions outlive the graph: written to a file, and found again in one that is built anew."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import kg
from kg.batch import SourceBatch
from kg.errors import RecordError
from kg.graph import Graph
from kg.ids import concept_id, evidence_id, statement_id
from kg.stores.base import Store
from kg.verify import verify
from tests.kg.curation.test_deciding import CANCER, FLIPPED, GRAPHENE, TUMOURS, A, B, S

ASPIRIN = concept_id("term", "aspirin")
TREATS, PREVENTS = (
    statement_id(ASPIRIN, "treats", CANCER),
    statement_id(ASPIRIN, "prevents", TUMOURS),
)
SIMILAR = statement_id(TUMOURS, "similar_to", CANCER)


def curate(graph: Graph) -> None:
    """Decisions of every sort, some of them taken back."""
    c = graph.curation
    c.accept(TREATS, by="Ada", why="textbook")
    c.flip(S, by="Bob")
    c.accept(FLIPPED, by="Bob")
    c.mark(PREVENTS, "hypothetical", by="Ada")
    c.undo(c.reject(PREVENTS, by="Cy"), by="Ada")
    c.merge(TUMOURS, CANCER, by="居里")
    c.split(GRAPHENE, ASPIRIN, by="Ada")
    c.skip(PREVENTS, by="Cy")
    # To a concept that only the other source names.
    c.relink(TREATS, object=GRAPHENE, by="Ada")
    c.undo(c.relink(PREVENTS, object=CANCER, by="Ada"), by="Ada")
    c.relink(SIMILAR, object=ASPIRIN, by="Cy")


def renamed(source: SourceBatch) -> SourceBatch:
    """The same source read with a vocabulary that knows cancer."""
    known = {CANCER: "mesh:D009369"}
    out = replace(source)
    out.concepts = [replace(c, id=known.get(c.id, c.id)) for c in source.concepts]
    out.mentions = [replace(m, concept=known.get(m.concept, m.concept)) for m in source.mentions]
    ids = {}
    out.statements = []
    for s in source.statements:
        a, b = known.get(s.subject, s.subject), known.get(s.object, s.object)
        ids[s.id] = statement_id(a, s.predicate, b)
        out.statements.append(replace(s, id=ids[s.id], subject=a, object=b))
    out.evidence = [
        replace(
            e,
            statement=ids[e.statement],
            id=evidence_id(ids[e.statement], e.passage, e.start, e.end, e.method),
        )
        for e in source.evidence
    ]
    return out


@pytest.fixture
def curated(tmp_path: Path) -> tuple[Path, str]:
    """The log of a curated graph, and the digest of that graph."""
    path = tmp_path / "decisions.jsonl"
    with kg.connect(tmp_path / "first.kg") as graph:
        graph.write(A)
        graph.write(B)
        curate(graph)
        assert graph.curation.export(path) == 13
        return path, graph.digest()


@pytest.mark.parametrize("first", ["sources", "decisions"])
def test_a_graph_built_anew_is_the_graph_that_was(
    store: Store, curated: tuple[Path, str], first: str
) -> None:
    path, digest = curated
    graph = Graph(store)
    if first == "decisions":
        assert len(graph.curation.apply(path).found.waiting) == 9
    graph.write(B)
    graph.write(A)
    if first == "sources":
        applied = graph.curation.apply(path)
        assert (applied.lines, applied.new) == (13, 13)
        assert (applied.found.held, applied.found.waiting) == (9, [])
    assert graph.digest() == digest
    assert graph.curation.apply(path).new == 0
    assert graph.digest() == digest
    assert verify(store).ok


def test_what_has_another_id_is_found_by_its_names(store: Store, curated: tuple[Path, str]) -> None:
    graph = Graph(store)
    for source in (A, B):
        graph.write(renamed(source))
    applied = graph.curation.apply(curated[0])
    assert applied.found.waiting == []
    assert (applied.found.held, applied.found.carried) == (9, 6)
    now = "mesh:D009369"
    assert graph.statement(statement_id(ASPIRIN, "treats", now)).status == "accepted"
    turned = graph.statement(statement_id(now, "causes", GRAPHENE))
    assert (turned.status, turned.n_evidence) == ("accepted", 2)
    assert graph.search("tumours").iloc[0].id == now
    assert verify(store).ok
    digest = graph.digest()
    assert graph.curation.find_again().carried == 0
    assert graph.digest() == digest
    # Whoever takes the old decision back means what it stands for now.
    log = graph.curation.log()
    old = log[(log["action"] == "accept") & (log["statement"] == TREATS)].iloc[0]
    graph.curation.undo(old.id, by="Ada")
    assert graph.statement(statement_id(ASPIRIN, "treats", now)).status == "machine"
    graph.curation.find_again()
    assert graph.statement(statement_id(ASPIRIN, "treats", now)).status == "machine"


def test_what_is_not_found_is_told_and_waits(store: Store, curated: tuple[Path, str]) -> None:
    graph = Graph(store)
    graph.write(A)  # without B there are no tumours
    told = graph.curation.apply(curated[0]).found.waiting
    assert len(told) == 4
    assert sum("'aspirin prevents tumours'" in one for one in told) == 2
    assert any(one.startswith("居里 merged 'tumours' and 'cancer' on ") for one in told)
    path = curated[0].with_name("again.jsonl")
    assert graph.curation.export(path) == 13  # nothing is lost
    assert path.read_text("utf-8") == curated[0].read_text("utf-8")
    graph.write(B)
    assert graph.digest() == curated[1]


def test_a_file_that_was_changed_is_refused_whole(store: Store, curated: tuple[Path, str]) -> None:
    lines = curated[0].read_text("utf-8").splitlines()
    graph = Graph(store)
    for line in ('{"a": 1}', "[]", "no json", lines[3].replace("Ada", "Eve"), "{"):
        bad = curated[0].with_name("bad.jsonl")
        bad.write_text("\n".join([*lines[:3], line]), "utf-8")
        with pytest.raises(RecordError, match=r"bad\.jsonl, line 4"):
            graph.curation.apply(bad)
        assert graph.counts()["Decision"] == 0


def test_a_decision_that_could_not_hold_is_refused(store: Store, curated: tuple[Path, str]) -> None:
    from kg.curation.deciding import decision_id
    from kg.ids import canonical_json
    from kg.model import Decision

    line = json.loads(curated[0].read_text("utf-8").splitlines()[1])
    bad = curated[0].with_name("bad.jsonl")
    for change in (
        {"action": "eat"},
        {"at": "now"},
        {"at": "2026-01-01"},
        {"detail": {"evidence": [{}]}},
    ):
        forged = {k: v for k, v in (line | change).items() if k not in ("format", "by")}
        for column in ("before", "after", "detail"):
            forged[column] = canonical_json(forged[column])
        id_ = decision_id(Decision(**forged))
        bad.write_text(json.dumps(line | change | {"id": id_}), "utf-8")
        with pytest.raises(RecordError, match="line 1"):
            Graph(store).curation.apply(bad)


def test_the_file_repeats_no_sentence(curated: tuple[Path, str]) -> None:
    text = curated[0].read_text("utf-8")
    assert not any(e.quote in text for e in [*A.evidence, *B.evidence])
    assert {json.loads(line)["by"] for line in text.splitlines()} == {"Ada", "Bob", "Cy", "居里"}
