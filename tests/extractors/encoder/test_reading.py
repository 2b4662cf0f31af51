from itertools import combinations

import numpy as np
import pytest

from extractors.encoder.reading import INNER, WINDOW, shipped_reader, shipped_weights
from extractors.encoder.towers import Embedder
from extractors.training.corpora import NESTED

LONG = "We looked at the samples again on the next day, and " * 300


@pytest.fixture(scope="module")
def model():
    return shipped_reader()


def read(model, text: str, **how):
    [page] = model.read([text], [[(0, len(text))]], **how)
    return page


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ".", "\n\n\t", "😀" * 400, "שלום עולם aspirin", r"$\frac{\partial u}{\partial t} = \nabla^2 u$",
        "| a | b |\n| 1 | 2 |", "Th1s i5 n0t w3ll sc4nned - - , , ;; (( aspir in", "a" * 5000, "电池材料 graphene",
    ],
)  # fmt: skip
def test_anything_can_be_read(model, text: str):
    page = read(model, text)
    for head in model.tags:
        for s, e, _, p in page.spans(head):
            assert 0 <= s < e <= len(text)
            assert 0 <= p <= 1


def test_a_sentence_longer_than_a_window_is_read_to_its_end(model):
    text = LONG + "treated migraine with aspirin."
    found = {text[s:e] for s, e, _, _ in read(model, text, heads=["bc5cdr"]).spans("bc5cdr")}
    assert "aspirin" in found


def test_windows_hold_whole_sentences(model):
    text = "Aspirin inhibits platelets. " * 60
    sentences = [(i, i + 27) for i in range(0, len(text), 28)]
    windows = model.windows([text], [sentences])
    assert all(len(w.pieces.ids) <= WINDOW for w in windows)
    words = [
        text[a:b] for w in windows for a, b in zip(w.pieces.starts, w.pieces.ends, strict=True)
    ]
    assert words == ["Aspirin", "inhibits", "platelets", "."] * 60


def test_spans_of_a_head_lie_apart_or_within_each_other(model):
    text = (
        "We propose the synthesis of graphene oxide nanosheets and the reduction of graphene oxide by "
        "hydrazine hydrate. The oxygen reduction reaction on Pt/C catalysts was studied in 0.1 M HClO4."
    )
    nested = 0
    for head in NESTED:
        assert head + INNER not in model.tags
        assert head + INNER in model.columns
        spans = [x[:2] for x in read(model, text, heads=[head]).spans(head)]
        for a, b in combinations(sorted(spans, key=lambda x: (x[0], -x[1])), 2):
            assert a[1] <= b[0] or b[1] <= a[1], (head, text[slice(*a)], text[slice(*b)])
            nested += b[1] <= a[1]
    assert nested, "no head saw a name within a name"


def test_texts_read_together_say_what_they_say_alone(model):
    texts = ["Malaria is caused by Plasmodium falciparum.", "BERT improves F1 on SQuAD. " * 4]
    sentences = [[(0, len(t))] for t in texts]
    together = model.read(texts, sentences)
    alone = [model.read([t], [s])[0] for t, s in zip(texts, sentences, strict=True)]
    for a, b in zip(together, alone, strict=True):
        for head in ("bc5cdr", "tdmsci", "linnaeus"):
            assert [x[:3] for x in a.spans(head)] == [x[:3] for x in b.spans(head)]


def test_only_the_heads_asked_for_speak(model):
    page = read(model, "Aspirin inhibits platelets.", heads=["bc5cdr"])
    assert set(page.heads) <= {"bc5cdr"}
    told = []

    def choose(fields):
        told.append(fields)
        return ["bc5cdr"]

    assert set(read(model, "Aspirin inhibits platelets.", heads=choose).heads) <= {"bc5cdr"}
    assert told
    assert told[0]["biomedicine"] > 0.5


def test_the_embedder_gives_unit_vectors_and_puts_like_beside_like(model):
    embed = Embedder(shipped_weights(), model.table)
    v = embed(["heart attack", "myocardial infarction", "solar panel", ""])
    np.testing.assert_allclose(np.linalg.norm(v[:3], axis=1), 1, atol=1e-3)
    assert v[0] @ v[1] > v[0] @ v[2] + 0.2
