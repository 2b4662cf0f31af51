"""Data sets recommended with reasons that are true, and joined where they fit."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kg
from kg.batch import SourceBatch
from kg.discovery.datasets import Recommender
from kg.discovery.joining import joinable
from kg.discovery.library import Library, Query, library_of_graph, library_of_tables
from kg.errors import RecordError
from kg.ids import dataset_id, passage_id, run_id, source_id
from kg.model import Dataset, DatasetUse, Measure, Passage, Run, Source, Variable, Work
from tests.kg.networks import planted, write_records

TOPICS = {
    "obesity": ("nutrition", "obesity", "children", "weight", "diet"),
    "banks": ("banks", "credit", "lending", "monetary", "risk"),
    "soil": ("soil", "moisture", "rain", "climate", "drought"),
}


def shelf(works: int = 90, seed: int = 0) -> Library:
    """Works on three topics, each using one of the two data sets of its topic."""
    rng = np.random.default_rng(seed)
    rows, uses = [], []
    for n in range(works):
        topic = list(TOPICS)[n % 3]
        words = rng.choice(TOPICS[topic], 3, replace=False)
        person = int(rng.integers(4))
        authors = (f"{topic} {person}",)
        one = {"work": f"w{n}", "title": " ".join(words), "authors": authors}
        rows.append(one | {"venue": f"J {topic}"})
        uses.append((f"w{n}", f"{topic} {person % 2}"))
    datasets = [
        {"dataset": f"{topic} {n}", "title": f"Survey {topic} {n}", "provider": topic}
        for topic in TOPICS
        for n in range(2)
    ]
    return library_of_tables(
        pd.DataFrame(rows), pd.DataFrame(datasets), pd.DataFrame(uses, columns=["work", "dataset"])
    )


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender(shelf())


def test_text_finds_the_topic_and_authors_the_data_set(recommender: Recommender) -> None:
    asked = Query(text="credit risk of banks", authors=("banks 1",), venue="J banks")
    found = recommender.for_question(asked).found
    assert found["dataset"].iloc[0] == "banks 1"
    assert set(found["dataset"].iloc[:2]) == {"banks 0", "banks 1"}
    assert "words in common with it: banks" in found["reason"].iloc[0]
    assert "learnt from 90 uses by 90 works" in str(recommender.for_question("soil"))


def test_the_works_that_speak_for_it_do_use_it(recommender: Recommender) -> None:
    library = recommender.library
    made = recommender.for_work("w4", unused=False)
    for row in made.works.itertuples():
        use = library.uses[[int(row.work[1:])]].toarray().ravel()
        assert use[library.datasets["dataset"].tolist().index(row.dataset)] == 1
        assert row.work != "w4"
    assert len(made.contributions) == len(made.found)


def test_a_work_is_blind_to_its_own_uses() -> None:
    """Whatever a work uses, the scores of all data sets for it are the same, to the last digit that matters."""
    library = shelf()
    seen = Recommender(library)
    uses = library.uses.tolil()
    uses[5, :] = 0
    uses[5, 0] = 1
    other = Recommender(Library(library.works, library.datasets, uses.tocsr()))
    other.weights = seen.weights  # what is learnt from all may differ; how one is described may not
    columns = ["dataset", "score"]
    one, two = (
        r.for_work("w5", unused=False).found[columns].sort_values("dataset", ignore_index=True)
        for r in (seen, other)
    )
    pd.testing.assert_frame_equal(one, two, atol=1e-6)


def test_what_is_used_already_is_left_out(recommender: Recommender) -> None:
    used = next(iter(TOPICS))
    found = recommender.for_work("w0").found["dataset"].tolist()
    assert len(found) == 5
    assert any(d.startswith(used) for d in found)
    field = recommender.for_field([f"w{n}" for n in range(0, 30, 3)])
    assert field.found["dataset"].iloc[0].startswith("obesity")
    with pytest.raises(RecordError, match="no work 'nobody'"):
        recommender.for_work("nobody")
    with pytest.raises(RecordError, match="none of these works"):
        recommender.for_field(["nobody"])


def test_too_little_to_learn_from_is_told() -> None:
    few = Recommender(shelf(works=6))
    made = few.for_question("soil moisture survey")
    assert "too few to learn from" in made.told
    assert made.found["dataset"].iloc[0].startswith("soil")


def test_tables_that_do_not_fit_are_refused() -> None:
    works, data = (
        pd.DataFrame({"work": ["w"], "title": ["t"]}),
        pd.DataFrame({"dataset": ["d"], "title": ["t"]}),
    )
    with pytest.raises(RecordError, match="name a dataset that no table has, 'e'"):
        library_of_tables(works, data, pd.DataFrame({"work": ["w"], "dataset": ["e"]}))
    with pytest.raises(RecordError, match="no column 'title'"):
        library_of_tables(works[["work"]], data, pd.DataFrame({"work": [], "dataset": []}))
    with pytest.raises(RecordError, match="no data sets"):
        Recommender(
            library_of_tables(works, data.head(0), pd.DataFrame({"work": [], "dataset": []}))
        )


# --------------------------------------------------------------------------- in a graph


def _table(name: str, licence: str, *columns: tuple[str, str, str, tuple[str, ...]]) -> SourceBatch:
    data = dataset_id(url=f"https://example.org/{name}")
    source = source_id(name.encode())
    run = Run(id=run_id("test", "1", "{}"), software="test", version="1")
    out = SourceBatch(source=Source(id=source, run=run.id), run=run)
    out.datasets = [Dataset(id=data, title=name, licence=licence, year=2020)]
    out.variables = [
        Variable(id=f"{data}#{n}", dataset=data, name=n, dtype=dtype, unit=unit, quantity_kind="", examples=examples)
        for n, dtype, unit, examples in columns
    ]  # fmt: skip
    out.passages = [
        Passage(
            id=passage_id(source, 0, len(name)),
            source=source,
            dataset=data,
            end=len(name),
            text=name,
            kind="title",
        )
    ]
    return out


@pytest.fixture
def graph(tmp_path: Path) -> kg.Graph:
    graph = kg.connect(tmp_path / "tables.kg")
    graph.write(
        _table(
            "rivers",
            "CC0-1.0",
            ("country", "string", "", ("France", "Chad")),
            ("length", "number", "km", ()),
        )
    )
    graph.write(
        _table(
            "roads",
            "CC-BY-NC-4.0",
            ("country", "string", "", ("Chad", "Peru")),
            ("length", "number", "m", ()),
        )
    )
    graph.write(
        _table("songs", "CC0-1.0", ("length", "number", "s", ()), ("good", "boolean", "", ()))
    )
    return graph


def test_data_sets_join_by_names_and_convert_by_units(graph: kg.Graph) -> None:
    found = joinable(graph)
    how = {(r.a_title, r.b_title, r.a_variable): (r.how, r.reason) for r in found.itertuples()}
    pairs = {tuple(sorted(k[:2])) + k[2:]: v for k, v in how.items()}
    assert pairs["rivers", "roads", "country"][0] == "key"
    assert "chad" in pairs["rivers", "roads", "country"][1]
    assert pairs["rivers", "roads", "length"][0] == "convert"
    told = pairs["rivers", "roads", "length"][1]
    assert "1 km is 1000 m" in told or "1 m is 0.001 km" in told
    assert pairs["rivers", "songs", "length"][0] == "compare", "kilometres are no seconds"
    assert found["how"].iloc[0] == "key"


def test_of_very_many_pairs_the_best_are_shown_each_once(tmp_path: Path) -> None:
    numbers = np.random.default_rng(0)
    about, _ = planted(40, 1, 5)
    variables = [
        Variable(
            id=f"v{n}",
            dataset=f"d{numbers.integers(25)}",
            name=str(numbers.choice(["a", "b", "c", "d", ""])),
            dtype=str(numbers.choice(["number", "boolean", "string"])),
            unit=str(numbers.choice(["", "m", "km", "Cel"])),
            examples=tuple(numbers.choice(list("123456789"), 3).tolist()),
        )
        for n in range(300)
    ]
    measured = {(v.id, about[c].id) for v in variables for c in numbers.integers(40, size=2)}
    datasets = [Dataset(id=f"d{n}", name=f"D{n}") for n in range(25)]
    measures = [
        Measure(variable=v, concept=c, passage="", start=0, end=1, surface="x")
        for v, c in sorted(measured)
    ]
    with kg.connect(tmp_path / "many.kg") as graph:
        write_records(graph.store, about, datasets, variables, measures)
        everything = joinable(graph, limit=10**6)
        best, of_one = joinable(graph, limit=30), joinable(graph, "d3", limit=10**6)
    concepts = {v.id: {c for w, c in measured if w == v.id} for v in variables}

    def fit(one: Variable, other: Variable) -> bool:
        sorts = ["quantities" if v.unit or v.dtype == "number" else "names" for v in (one, other)]
        same_name = bool(one.name) and one.name == other.name
        return (
            one.dataset != other.dataset
            and "boolean" not in (one.dtype, other.dtype)
            and sorts[0] == sorts[1]
            and (same_name or bool(concepts[one.id] & concepts[other.id]))
        )

    wanted = sum(fit(a, b) for a, b in combinations(variables, 2))
    assert len(everything) == wanted > 1000
    assert everything["score"].is_monotonic_decreasing
    assert (everything["a"] < everything["b"]).all()
    pd.testing.assert_frame_equal(best, everything.head(30))
    touching = everything[(everything["a"] == "d3") | (everything["b"] == "d3")]
    pd.testing.assert_frame_equal(of_one, touching.reset_index(drop=True))


def test_a_part_of_a_graph_joins_what_it_has(graph: kg.Graph) -> None:
    part = graph.part(licences=["open"])
    found = joinable(part)
    assert len(found)
    assert "roads" not in {*found["a_title"], *found["b_title"]}
    with pytest.raises(RecordError, match="is not in the graph"):
        joinable(part, dataset_id(url="https://example.org/roads"))
    with pytest.raises(RecordError, match="is not in the graph"):
        joinable(graph, "doi:10.1/none")


def test_a_graph_is_a_library(graph: kg.Graph) -> None:
    run = Run(id=run_id("test", "1", "{}"), software="test", version="1")
    source = source_id(b"list of uses")
    rivers = dataset_id(url="https://example.org/rivers")
    out = SourceBatch(source=Source(id=source, run=run.id), run=run)
    out.works = [
        Work(id="doi:10.1038/x", title="How long are rivers", year=2021, licence="CC0-1.0")
    ]
    out.datasets = [Dataset(id=rivers, title="rivers", licence="CC0-1.0", year=2020)]
    out.dataset_uses = [DatasetUse(work="doi:10.1038/x", dataset=rivers, source=source)]
    graph.write(out)
    library = library_of_graph(graph)
    assert library.uses.sum() == 1
    assert library.works["publisher"].tolist() == ["10.1038"]
    assert "country" in library.datasets.set_index("title")["description"]["rivers"]
    open_ = library_of_graph(graph.part(licences=["open"]))
    assert set(open_.datasets["title"]) == {"rivers", "songs"}
    assert "licences of class open" in Recommender(open_).for_question("rivers").told
