import gzip

import pytest

from extractors.training.corpora import CORPORA, Window, held_out, read_windows
from extractors.training.recipe import FIRST, LAST, choose, load, stm_fold
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


def test_a_file_that_is_no_annotations_is_one_sentence(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wt") as out:
        out.write('{"c": "ncbi"\n')
    with pytest.raises(PolymathError, match="expected gzip with one annotated window a line"):
        read_windows(path)
