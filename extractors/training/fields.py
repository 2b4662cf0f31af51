"""Which field of science a text comes from: a line of logistic regression a field on the reader's vectors.

Learnt from the field of each annotated corpus, and from full texts of works whose discipline is
known, so that it is not the form of a corpus (a title, an abstract) that is recognised.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.components.heads import fields_of
from extractors.encoder.reading import ReaderModel
from extractors.encoder.weights import READER_FILES, Weights, save_arrays, write_manifest
from extractors.readers import read
from extractors.training.corpora import CORPORA, Window, held_out
from extractors.training.tuning import logistic

NAMES = (
    "agriculture",
    "astronomy",
    "biodiversity",
    "biomedicine",
    "computing",
    "earth",
    "materials",
)
A_CORPUS = 300
"""Windows of each corpus that are looked at."""
A_WORK = 24
"""Passages of each work."""
Labelled = tuple[str, str, str]  # text, field, where from


def labelled_windows(windows: Sequence[Window], seed: int = 1) -> list[Labelled]:
    """Texts of the annotated corpora whose field is known, none of test or held out."""
    chooser = random.Random(seed)
    aside = held_out(windows)
    by: dict[str, list[Labelled]] = {}
    for i, w in enumerate(windows):
        if i in aside or w.split != "train" or len(w.text) < 40:
            continue
        field = CORPORA[w.corpus].field
        if w.corpus == "stm":
            field = next(iter(fields_of([w.doc.partition("/")[0]])), "other")
        if field in (*NAMES, "other", "general"):
            by.setdefault(w.corpus, []).append((w.text, field, w.corpus))
    return [
        x for name in sorted(by) for x in chooser.sample(by[name], min(A_CORPUS, len(by[name])))
    ]


def labelled_works(folder: Path, seed: int = 1) -> list[Labelled]:
    """Passages of works whose discipline ``disciplines.tsv`` tells."""
    chooser = random.Random(seed)
    out: list[Labelled] = []
    for path in sorted(folder.glob("*.xml")):
        batch = read(path)
        told = sorted(fields_of([d for w in batch.works for d in w.disciplines]))
        texts = [p.text for p in batch.passages if p.kind == "paragraph" and len(p.text) > 200]
        if told and texts:
            some = chooser.sample(texts, min(A_WORK, len(texts)))
            out += [(t[:800], told[0], path.stem) for t in some]
    return out


def vectors(model: ReaderModel, texts: Iterable[str]) -> NDArray[Any]:
    """Unit vectors [texts, 384]: the sum of each text's word vectors, scaled."""
    texts = list(texts)
    out = np.zeros((len(texts), 384))
    for words in model.encode(model.windows(texts, [[(0, len(t))] for t in texts])):
        new = np.flatnonzero(np.diff(words.page, prepend=-1))
        np.add.at(out, words.page[new], np.add.reduceat(words.vectors, new))
    scaled: NDArray[Any] = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)
    return scaled


def fit(
    x: NDArray[Any], fields: Sequence[str], ridge: float = 0.3
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weights [fields, 384] and intercepts, one against all others."""
    both = np.array(
        [logistic(x, np.array([f == name for f in fields], float), ridge) for name in NAMES]
    )
    return both[:, :-1], both[:, -1]


def learn(
    target: Path, windows: Sequence[Window], works: Path | None, say: Callable[[str], None] = print
) -> None:
    """Fit the fields and add them to the weights at *target*; say how often held-out works are told right."""
    weights = Weights(target, "reader")
    model = ReaderModel(weights)
    corpora = labelled_windows(windows)
    texts = labelled_works(works) if works is not None and works.is_dir() else []
    everything = corpora + texts
    x = vectors(model, [t for t, _, _ in everything])
    fields = [f for _, f, _ in everything]
    if texts:
        names = sorted({w for _, _, w in texts})
        right = heard = 0
        for fold in range(5):
            out = {n for i, n in enumerate(names) if i % 5 == fold}
            keep = [i for i, (_, _, w) in enumerate(everything) if w not in out]
            w, b = fit(x[keep], [fields[i] for i in keep])
            for name in sorted(out):
                mine = [i for i, (_, _, n) in enumerate(everything) if n == name]
                mean = x[mine].mean(0)
                p = 1 / (1 + np.exp(-(mean / np.linalg.norm(mean) @ w.T + b)))
                told = {n for n, v in zip(NAMES, p, strict=True) if v >= 0.5}
                truth = fields[mine[0]]
                right += truth in told or (truth not in NAMES and not told)
                heard += len(told)
        say(
            f"fields: {right} of {len(names)} works told right in five folds, {heard / len(names):.2f} fields a work"
        )
    w, b = fit(x, fields)
    arrays = weights.arrays("reader.npz")
    arrays["fields.weight"], arrays["fields.bias"] = w.astype(np.float32), b.astype(np.float32)
    save_arrays(target / "reader.npz", arrays)
    labels = weights.json("labels.json")
    labels["fields"] = list(NAMES)
    (target / "labels.json").write_text(json.dumps(labels, indent=1) + "\n", "utf8")
    write_manifest(target, "reader", weights.version, READER_FILES)
