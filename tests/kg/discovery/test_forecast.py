"""Forecasts: nothing of the future in the past, chance told from skill, reasons that can be opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import kg
from kg.discovery.forecast import Forecaster, forecast
from kg.discovery.history import History, history_of_documents, history_of_graph, history_of_links
from kg.discovery.pairs import sample, unlinked
from kg.discovery.past import Past
from kg.errors import RecordError
from tests.kg.build import batch, concept


def growing(seed: int = 0, groups: int = 4, size: int = 40, years: int = 12) -> History:
    """Papers that draw their terms from one of some groups, the more often the lower the number."""
    rng = np.random.default_rng(seed)
    rows, texts, fields = [], [], []
    weight = 1 / np.arange(1, size + 1)
    for year in range(2000, 2000 + years):
        for n in range(25):
            document, group = f"{year}-{n}", int(rng.integers(groups))
            chosen = rng.choice(size, 3, replace=False, p=weight / weight.sum())
            rows += [(document, f"g{group} t{t}") for t in chosen]
            texts.append((document, year))
            fields.append((document, f"field {group}"))
    return history_of_documents(
        pd.DataFrame(rows, columns=["document", "term"]),
        pd.DataFrame(texts, columns=["document", "year"]),
        pd.DataFrame(fields, columns=["document", "field"]),
    )


@pytest.fixture(scope="module")
def history() -> History:
    return growing()


@pytest.fixture(scope="module")
def forecaster(history: History) -> Forecaster:
    return Forecaster.fit(history, 2004, 2007)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**16))
def test_what_comes_later_changes_no_feature(seed: int) -> None:
    """Add events of later years between any concepts: the past stays what it was, to the bit."""
    history = growing(groups=2, size=6, years=6)
    rng = np.random.default_rng(seed)
    more = sparse.csr_array((rng.random((40, len(history.ids))) < 0.4).astype(np.float32))
    fields = sparse.csr_array(rng.integers(0, 2, (40, len(history.fields))).astype(np.float32))
    later = replace(
        history,
        events=np.concatenate(
            [history.events, np.array([f"later {n}" for n in range(40)], object)]
        ),
        years=np.concatenate([history.years, rng.integers(2004, 2020, 40)]),
        held=sparse.vstack([history.held, more]).tocsr(),
        in_field=sparse.vstack([history.in_field, fields]).tocsr(),
    )
    pairs = unlinked(history, 2003, np.arange(len(history.ids)))
    before, columns = Past.of(history, 2003).features(pairs)
    after, same = Past.of(later, 2003).features(pairs)
    assert columns == same
    assert np.array_equal(before, after)
    assert np.isfinite(before).all()


def test_features_do_not_depend_on_who_comes_first(history: History) -> None:
    past = Past.of(history, 2005)
    pairs = unlinked(history, 2005, past.seen())
    differ = past.degree[pairs[:, 0]] != past.degree[pairs[:, 1]]
    one, _ = past.features(pairs[differ])
    other, _ = past.features(pairs[differ][:, ::-1])
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_the_sample_is_of_unlinked_pairs_that_were_seen(history: History) -> None:
    drawn = sample(history, 2004, 2007, most=50)
    past = Past.of(history, 2004)
    assert not past.linked(drawn.pairs).any()
    assert set(drawn.pairs.ravel()) <= set(past.seen())
    after = history.until(2007, after=2004).links()
    assert np.array_equal(after[drawn.pairs[:, 0], drawn.pairs[:, 1]] > 0, drawn.linked)
    assert drawn.weight.sum() == pytest.approx(drawn.unlinked)
    assert drawn.weight[drawn.linked].sum() == pytest.approx(drawn.new)
    assert len(np.unique(drawn.pairs, axis=0)) == len(drawn.pairs)


def test_it_foresees_better_than_preferential_attachment(
    history: History, forecaster: Forecaster
) -> None:
    test = sample(history, 2007, 2010)
    past = forecaster.past(history, 2007)
    x, _ = past.features(test.pairs)

    def area(score: np.ndarray) -> float:
        good, bad = score[test.linked], score[~test.linked]
        return float((good[:, None] > bad[None]).mean())

    assert area(forecaster.score(x)) > area(past.attachment(test.pairs)) + 0.03
    p = forecaster.probability(forecaster.score(x))
    foreseen, linked = np.average(p, weights=test.weight), test.new / test.unlinked
    assert 1 / 3 < foreseen / linked < 3, "of sixty links some twelve draw the curve"


def test_a_forecast_has_reasons_that_can_be_opened(
    history: History, forecaster: Forecaster
) -> None:
    made = forecast(forecaster, history, 2008, limit=10)
    found = made.found
    assert found["probability"].is_monotonic_decreasing
    assert found["probability"].between(0, 1).all()
    assert "2009–2011" in made.told
    assert "2005–2007" in made.told
    assert set(made.evidence["year"]) <= set(range(2000, 2009))
    links = history.until(2008).links()
    number = {c: n for n, c in enumerate(history.ids)}
    for row in found.itertuples():
        assert links[number[row.a], number[row.b]] == 0
        assert row.reason.startswith(row.a_name)
    for row in made.evidence.itertuples():
        held = history.held[[list(history.events).index(row.event)]].indices
        end = row.a if row.side == "a" else row.b
        assert {number[end], number[row.neighbour]} <= set(held)


def test_only_pairs_across_fields_if_asked(history: History, forecaster: Forecaster) -> None:
    made = forecast(forecaster, history, 2008, cross_field=True, limit=10)
    assert (made.found["a_field"] != made.found["b_field"]).all()
    assert "pairs of one field" in made.filter
    one = str(history.ids[0])
    about = forecast(forecaster, history, 2008, about=one, by="gain")
    assert ((about.found["a"] == one) | (about.found["b"] == one)).all()
    assert about.found["gain"].is_monotonic_decreasing


def test_what_was_learnt_may_not_be_asked_of_its_own_past(
    history: History, forecaster: Forecaster
) -> None:
    with pytest.raises(RecordError, match="knows what came later"):
        forecast(forecaster, history, 2006)
    with pytest.raises(RecordError, match="no year to foresee"):
        Forecaster.fit(history, 2005, 2005)
    with pytest.raises(RecordError, match="hold 'nothing'"):
        forecast(forecaster, history, 2008, about="nothing")
    with pytest.raises(RecordError, match="choose of size"):
        Forecaster.fit(history, 2004, 2007, groups=["luck"])
    with pytest.raises(RecordError, match="choose other years"):
        Forecaster.fit(history, 2011, 2015)


def test_groups_that_are_left_out_are_not_looked_at(history: History) -> None:
    blind = Forecaster.fit(history, 2004, 2007, groups=["size", "common"])
    x, columns = blind.past(history, 2007).features(sample(history, 2007, 2010).pairs)
    turned = x.copy()
    others = [n for n, (group, _) in enumerate(columns) if group not in ("size", "common")]
    turned[:, others] = 7.0
    assert np.array_equal(blind.score(x), blind.score(turned))


def test_a_graph_and_a_table_have_a_past(tmp_path: Path) -> None:
    with kg.connect(tmp_path / "past.kg") as graph:
        graph.write(batch("one", [("Here a causes b.", "a", "causes", "b")], year=1990))
        graph.write(batch("two", [("Again a causes b.", "a", "causes", "b")], year=1995))
        graph.write(batch("three", [("Then b causes c.", "b", "causes", "c")], year=1998))
        past = history_of_graph(graph)
        assert sorted(past.years) == [1990, 1995, 1998]
        assert past.until(1996).links().sum() == 2 * 2
        assert past.fields == ("Physics",)
        opened = graph.evidence([str(past.events[0])])
        assert set(opened["year"]) <= {1990, 1995}
        assert sorted(history_of_graph(graph.as_of(1994)).years) == [1990]
        assert len(history_of_graph(graph.part(licences=["non-commercial"])).years) == 0
        assert concept("a").id in past.ids
    table = history_of_links(
        pd.DataFrame({"a": ["x", "y", "x"], "b": ["y", "z", "x"], "year": [1, 2, 3]})
    )
    assert table.links().toarray().tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
