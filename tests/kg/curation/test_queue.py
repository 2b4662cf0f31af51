"""What to decide next, on both homes."""

from __future__ import annotations

import numpy as np
import pytest

from kg.curation.learning import Ranker
from kg.curation.queue import COLUMNS, LEAST_TAUGHT, Queue, Wanted, factors
from kg.errors import RecordError
from kg.graph import Graph
from kg.ids import concept_id, statement_id
from kg.stores.base import Store
from tests.kg.build import batch
from tests.kg.curation.test_deciding import CANCER, GRAPHENE, TUMOURS, A, B, S

ASPIRIN = concept_id("term", "aspirin")
PREVENTS = statement_id(ASPIRIN, "prevents", TUMOURS)


@pytest.fixture
def graph(store: Store) -> Graph:
    made = Graph(store)
    made.write(A)
    made.write(B)
    return made


def test_the_order_is_the_product_of_three_factors(graph: Graph) -> None:
    page = graph.curation.queue()
    assert list(page.columns) == list(COLUMNS)
    assert (len(page), page.attrs["total"]) == (4, 4)
    assert page["score"].is_monotonic_decreasing
    for name in ("doubt", "reach", "novelty"):
        assert page[name].between(0, 1).all()
    assert np.allclose(page["score"], page["doubt"] * page["reach"] * page["novelty"], atol=2e-4)
    assert np.allclose(page["doubt"], 4 * page["belief"] * (1 - page["belief"]), atol=2e-4)
    one = page.set_index("statement").loc[S]
    assert (one.subject_name, one.predicate, one.object_name) == ("graphene", "causes", "cancer")
    assert one.reason == (
        f"Believed {one.belief:.2f}; 3 other statements at its ends; "
        "none decided yet of causes between term and term."
    )


def test_what_is_decided_is_left_out_at_once_whoever_decides(graph: Graph) -> None:
    mine, theirs = graph.curation, Graph(graph.store).curation
    assert S in set(mine.queue()["statement"])
    theirs.reject(S, by="Bob")
    assert S not in set(mine.queue()["statement"])
    fresh = mine.queue(fresh=True)
    assert (S in set(fresh["statement"]), fresh.attrs["total"]) == (False, 3)
    decided = mine.queue(Wanted(decided="anybody"), fresh=True)
    assert decided["statement"].tolist() == [S]
    assert decided["decided_by"].tolist() == [("Bob",)]
    assert decided["belief"][0] > 0.3  # what it was before
    assert mine.queue(Wanted(by=("Bob",)))["statement"].tolist() == [S]
    assert mine.queue(Wanted(by=("Ada",))).empty
    # It was shown, so who decides otherwise now is in no conflict.
    mine.accept(S, by="Ada")
    assert mine.conflicts().empty


def test_filters(graph: Graph) -> None:
    def shown(**wanted: object) -> set[str]:
        return set(graph.curation.queue(Wanted(**wanted))["predicate"])  # type: ignore[arg-type]

    everything = {"causes", "treats", "prevents", "similar_to"}
    assert shown() == everything
    assert shown(predicates=("causes", "treats")) == {"causes", "treats"}
    assert shown(kinds=("gene",)) == set()
    assert shown(kinds=("term",)) == everything
    assert shown(disciplines=("Physics",)) == everything
    assert shown(disciplines=("Law",)) == set()
    assert shown(sources=(A.source.id,)) == {"causes", "treats"}
    beliefs = graph.curation.queue().set_index("predicate")["belief"]
    least = beliefs["treats"]
    assert shown(max_belief=least) == set(beliefs.index[beliefs <= least])
    graph.curation.skip(S, by="Ada")
    assert shown(skipped_by="Ada") == everything - {"causes"}
    assert shown(skipped_by="Bob") == everything
    with pytest.raises(RecordError, match="shows nothing"):
        Wanted(min_belief=0.9, max_belief=0.1)


def test_pages_neither_overlap_nor_leave_out(store: Store) -> None:
    graph = Graph(store)
    graph.write(batch("A", [(f"a{i} causes b{i}.", f"a{i}", "causes", f"b{i}") for i in range(23)]))
    pages = [graph.curation.queue(limit=5, offset=i)["statement"] for i in range(0, 25, 5)]
    assert [len(p) for p in pages] == [5, 5, 5, 5, 3]
    assert len({s for p in pages for s in p}) == 23


def test_contradiction_is_doubt_and_what_is_known_is_no_news() -> None:
    said = factors(
        np.array([0.5, 0.9, 0.9, 1.0]),
        np.array([False, False, True, True]),
        np.array([2, 2, 20, 2]),
        np.array([0, 0, 0, 40]),
    )
    assert said.doubt.round(2).tolist() == [1.0, 0.36, 0.68, 0.5]
    assert said.reach[2] == 1.0 > said.reach[0] > 0
    assert said.novelty[0] == 1.0 > said.novelty[3] > 0


def test_the_next_queue_has_learnt(store: Store) -> None:
    graph = Graph(store)
    facts = [
        (f"a{i} {p} b{i}.", f"a{i}", p, f"b{i}") for i in range(30) for p in ("causes", "contains")
    ]
    graph.write(batch("A", facts))
    untaught = graph.curation.queue(limit=100).set_index("statement")
    assert np.allclose(untaught["belief"], untaught["probability"], atol=1e-4)
    by_predicate = untaught.reset_index().groupby("predicate")["statement"].apply(list)
    graph.curation.decide("accept", by_predicate["causes"][: LEAST_TAUGHT // 2], by="Ada")
    graph.curation.decide("reject", by_predicate["contains"][: LEAST_TAUGHT // 2], by="Ada")
    taught = graph.curation.queue(limit=100, fresh=True).groupby("predicate")
    assert taught["probability"].min()["causes"] > 0.55
    assert taught["probability"].max()["contains"] < 0.4
    assert " as decisions on its like go" in taught["reason"].first()["causes"]
    plain = graph.curation.queue(taught=False, limit=1)
    assert plain["probability"][0] == pytest.approx(untaught["belief"].max(), abs=1e-4)
    # What was rejected is still known, with the belief that it had.
    queue = Queue(store)
    assert len(queue.probability) == 60
    assert isinstance(queue.ranker, Ranker)
    assert graph.curation.queue(Wanted(decided="anybody"), limit=100).attrs["total"] == LEAST_TAUGHT


def test_merged_ends_are_one_in_the_queue(graph: Graph) -> None:
    graph.curation.merge(TUMOURS, CANCER, by="Ada")
    page = graph.curation.queue(fresh=True).set_index("statement")
    assert page.loc[PREVENTS, "object"] == CANCER
    assert GRAPHENE in set(page["subject"])
