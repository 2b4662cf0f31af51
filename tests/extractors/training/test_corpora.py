import gzip
import lzma

import pytest

from extractors.training.corpora import CORPORA, Window, held_out, read_abstracts, read_windows
from extractors.training.recipe import (
    FIRST,
    LAST,
    SECOND,
    SHIPS,
    STAGES,
    UNSEEN,
    choose,
    load,
    stm_fold,
)
from kg.errors import PolymathError
from tests.conftest import SHARED, need

ANNOTATIONS = SHARED / "annotations" / "annotations.jsonl.gz"


@pytest.fixture(scope="module")
def windows() -> list[Window]:
    need(ANNOTATIONS.exists(), "../shared/annotations is not there")
    return load(ANNOTATIONS)


def test_a_corpus_is_no_negative_for_what_it_labels(windows):
    labelled = {}
    for w in windows:
        labelled.setdefault(w.corpus, set()).update(w.entities)
    for name, heads in labelled.items():
        assert not heads & set(CORPORA[name].absent), name


def test_test_splits_and_what_is_held_out_never_train(windows):
    aside = held_out(windows)
    for recipe in (FIRST, LAST):
        chosen = set(choose(windows, recipe))
        assert not chosen & aside
        assert all(windows[i].split != "test" for i in chosen)
    assert all(windows[i].split != "test" for i in aside)
    assert not any(windows[i].corpus == "stm" for i in choose(windows, FIRST))


def test_no_text_stands_on_both_sides(windows):
    aside = held_out(windows)
    out = {windows[i].text for i in aside}
    trained = {windows[i].text for i in choose(windows, LAST)}
    assert len(out & trained) / len(out) < 0.03  # sentences that a corpus holds twice


def test_folds_cover_the_articles_once(windows):
    folds = [stm_fold(windows, k) for k in range(5)]
    everything = {i for i, w in enumerate(windows) if w.corpus == "stm"}
    assert set().union(*folds) == everything
    assert sum(map(len, folds)) == len(everything)
    fields = {windows[i].doc.partition("/")[0] for i in folds[0]}
    assert len(fields) >= 8


def test_abstracts_are_read_without_those_that_annotators_saw(tmp_path):
    long = (
        "Tides move water along the coast. "
        + "Salt marshes grow where the sea is calm and mud settles. " * 5
    )
    rows = ["arxiv_id\tabstract"]
    rows += [f"1901.0000{i}\t{long} It was seen {i} times." for i in range(3)]
    rows += [
        "1901.00009\ttoo short",
        f'1901.00010\t"Peat keeps carbon for thousands of years. {long}"',
    ]
    with lzma.open(tmp_path / "q-bio.tsv.xz", "wt", encoding="utf8") as out:
        out.write("\n".join(rows) + "\n")
    sentence = "Peat keeps carbon for thousands of years."
    known = Window("agri", "test", "x", sentence, [(0, len(sentence))], {}, {})
    found = read_abstracts(tmp_path, [known])
    assert {w.doc for w in found} == {"1901.00000", "1901.00001", "1901.00002"}
    first = found[0]
    assert [first.text[a:b] for a, b in first.sentences][:1] == [
        "Tides move water along the coast."
    ]
    assert not first.entities and not first.relations
    with pytest.raises(PolymathError, match="expected tables of arXiv records"):
        read_abstracts(tmp_path / "nowhere", [])


def test_each_training_begins_with_what_came_before_it():
    done = set()
    for stage in STAGES:
        assert {p.split("/")[0] for p in (*stage.start, *stage.teacher)} <= done
        done.add(stage.name)
    assert {p.split("/")[0] for p in SHIPS} <= done
    assert SHIPS[-1].split("/")[0] == STAGES[-1].name


def test_what_the_folds_begin_with_never_saw_stm(windows):
    by_name = {s.name: s for s in STAGES}
    before, found = set(), {p.split("/")[0] for p in UNSEEN}
    while found:
        before |= found
        found = {p.split("/")[0] for n in found for p in (*by_name[n].start, *by_name[n].teacher)}
    assert before == {"second", "second_in_sequence", "first"}
    for name in before:
        chosen = choose(windows, by_name[name].recipe)
        assert not any(windows[i].corpus == "stm" for i in chosen)


def test_the_second_training_reads_each_corpus_but_stm():
    assert {name for name, passes in SECOND.instead if passes} == set(CORPORA) - {"stm"}


def test_a_file_that_is_no_annotations_is_one_sentence(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wt") as out:
        out.write('{"c": "ncbi"\n')
    with pytest.raises(PolymathError, match="expected gzip with one annotated window a line"):
        read_windows(path)
