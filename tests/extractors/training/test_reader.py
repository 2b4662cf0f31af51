"""Training itself, where torch is installed: the loss of sequences, what is learnt, a stop and a new start."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from extractors.encoder.decoding import transitions
from extractors.encoder.weights import SHIPPED
from extractors.encoder.wordpieces import WordPieces
from extractors.training.base import Base
from extractors.training.corpora import Window
from extractors.training.recipe import Recipe
from kg.errors import PolymathError
from tests.conftest import need_apart

need_apart("torch")

import torch
from safetensors.torch import save_file

from extractors.training import network
from extractors.training.examples import Labels, collate, examples
from extractors.training.reader import Training, finished
from extractors.training.sequences import Moves, sequence_loss

RECIPE = Recipe(
    passes=0.0,
    instead=(("ncbi", 60.0), ("scierc", 1.0)),
    budget=64,
    warm_up=5,
    rate=1e-4,
    head_rate=5e-3,
    masked=0.0,
    dropout=0.0,
)
CURED = ("measles", "gout", "asthma", "rabies", "mumps", "scurvy")


@pytest.fixture
def base(tmp_path: Path) -> Base:
    """Tables of the size of the real ones, filled by chance, and the real word pieces."""
    torch.manual_seed(3)
    folder = tmp_path / "base"
    folder.mkdir()
    sizes = {network.WORDS: 30522, network.POSITIONS: 512, network.TYPES: 2}
    tables = {name: 0.05 * torch.randn(n, network.WIDTH) for name, n in sizes.items()}
    save_file(tables, folder / "model.safetensors")
    (folder / "tokenizer.json").write_bytes((SHIPPED / "reader" / "tokenizer.json").read_bytes())
    return Base(folder, ())


def window(corpus: str, head: str, text: str, label: str, split: str = "train") -> Window:
    """A sentence in which the third word is something."""
    first = text.index(text.split()[2])
    spans = [(first, first + len(text.split()[2]), label)]
    return Window(corpus, split, f"{text}-0", text, [(0, len(text))], {head: spans}, {})


def windows() -> list[Window]:
    """Sentences that name a disease, and some of computing, where no disease may be."""
    cured = [window("ncbi", "ncbi", f"We treated {x} twice.", "Disease") for x in CURED]
    dev = ("Nobody treated lupus here.", "Nobody trained parsers here.")
    return [
        *cured, window("scierc", "scierc", "We trained parsers twice.", "Method"),
        window("ncbi", "ncbi", dev[0], "Disease", "dev"),
        window("scierc", "scierc", dev[1], "Method", "dev"),
    ]  # fmt: skip


def begin(base: Base, folder: Path) -> Path:
    """A checkpoint of chance, in place of the encoders from which a training begins."""
    labels = Labels.of(windows())
    torch.manual_seed(3)
    state = network.Reader(labels.tags, labels.relations, len(labels.types) + 1).state_dict()
    kept = {n: t for n, t in state.items() if not n.startswith(("words.", "positions."))}
    folder.mkdir()
    torch.save({"average": kept}, folder / "checkpoint.pt")
    return folder / "checkpoint.pt"


def test_the_loss_of_sequences_is_that_of_a_count_over_all_sequences():
    tags = {"a": ["O", "B-x", "I-x"], "b": ["O", "B-x", "I-x", "B-y", "I-y"]}
    columns = {"a": (0, 3), "b": (3, 8)}
    chance = np.random.default_rng(0)
    pmi = {h: chance.normal(size=(len(t),) * 2).astype(np.float32) for h, t in tags.items()}
    targets = {"a": np.array([0, 1, 2, 0, 1]), "b": np.array([1, 2, 3, 3, 4])}
    example = SimpleNamespace(sentence=np.array([1, 1, 1, 2, 2]), targets=targets)
    logits = torch.from_numpy(chance.normal(size=(5, 8)).astype(np.float32)).requires_grad_()
    batch = SimpleNamespace(parts=[(0, 0)])
    loss, words = sequence_loss(
        logits, cast("Any", batch), cast("Any", [example]), Moves(tags, pmi, columns)
    )
    said = logits.detach().numpy()
    expected = 0.0
    for head, (first, last) in columns.items():
        move, start = transitions(tags[head], pmi[head])

        for at in ([0, 1, 2], [3, 4]):
            score = {
                s: start[s[0]]
                + sum(move[pair] for pair in pairwise(s))
                + said[at, np.add(first, s)].sum()
                for s in product(range(last - first), repeat=len(at))
            }
            expected += np.logaddexp.reduce(list(score.values())) - score[tuple(targets[head][at])]
    assert words == 10
    assert loss.item() == pytest.approx(expected, rel=1e-5)
    loss.backward()
    assert float(logits.grad.abs().sum()) > 0


def tagged(training: Training, head: str) -> list[list[str]]:
    """The likeliest tags of the words of each window."""
    batch = collate([(i,) for i in range(len(training.made))], training.made, training.tokenizer)
    net = training.network.eval()
    with torch.no_grad():
        out = net(*(torch.from_numpy(a) for a in (batch.ids, batch.looks, batch.present)))
        said = net.tagger(out.reshape(-1, out.shape[-1])[torch.from_numpy(batch.at)])
    first, last = net.columns[head]
    best = [training.labels.tags[head][k] for k in said[:, first:last].argmax(1)]
    return [best[at : at + len(training.made[i].sentence)] for i, at in batch.parts]


def test_a_head_is_told_to_be_quiet_where_nobody_could_annotate(base: Base):
    some = [w for w in windows() if w.split == "train"][-2:]
    tokenizer = WordPieces(base.tokenizer)
    made = examples(some, tokenizer, Labels.of(windows()))
    (_, tags, annotated) = collate([(0,), (1,)], made, tokenizer).tags["ncbi"]
    assert tags.tolist() == [0, 0, 1, 0, 0] + [0] * 5
    assert annotated.tolist() == [True] * 5 + [False] * 5


@pytest.mark.parametrize("in_sequence", [0.0, 0.5])
def test_a_training_learns_what_is_annotated(base: Base, tmp_path: Path, in_sequence: float):
    recipe = replace(RECIPE, in_sequence=in_sequence)
    said: list[str] = []
    training = Training(
        windows(), base, tmp_path / "out", recipe,
        start=[begin(base, tmp_path / "begin")], threads=1, say=said.append,
    )  # fmt: skip
    assert not finished(tmp_path / "out", recipe)
    assert training.run()
    assert finished(tmp_path / "out", recipe)
    disease = ["O", "O", "B-Disease", "O", "O"]
    assert tagged(training, "ncbi")[: len(CURED)] == [disease] * len(CURED)
    assert ("sequences:" in said[-1]) == bool(in_sequence)


def test_a_training_that_was_stopped_goes_on_where_it_was(base: Base, tmp_path: Path):
    start, out = [begin(base, tmp_path / "begin")], tmp_path / "out"
    first = Training(windows(), base, out, RECIPE, start=start, threads=1, say=print)
    assert not first.run(stop_after=1e-9)
    assert not finished(out, RECIPE)
    assert json.loads((out / "training.json").read_text("utf8"))["step"] == 1
    said: list[str] = []
    second = Training(windows(), base, out, RECIPE, start=start, threads=1, say=said.append)
    assert said[-1] == "goes on at step 1"
    assert second.plan == first.plan
    for name, weights in first.network.state_dict().items():
        assert torch.equal(weights, second.network.state_dict()[name]), name
    assert second.run()
    assert finished(out, RECIPE)
    assert not list(out.glob("*.part"))


def test_a_folder_with_a_training_by_another_recipe_is_left_alone(base: Base, tmp_path: Path):
    start, out = [begin(base, tmp_path / "begin")], tmp_path / "out"
    Training(windows(), base, out, RECIPE, start=start, threads=1, say=print).run(stop_after=1e-9)
    before = (out / "training.json").read_bytes()
    with pytest.raises(PolymathError, match=r"another recipe \(rate 0.0001, not 0.002\)"):
        Training(
            windows(), base, out, replace(RECIPE, rate=2e-3), start=start, threads=1, say=print
        )
    assert (out / "training.json").read_bytes() == before
