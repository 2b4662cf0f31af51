"""Two towers on one table of words: the reader's encoder and the sentence embedder.

Both are BERT stacks in ONNX that take the sum of word, position and look vectors. The
table of words (:mod:`extractors.encoder.word_table`) is kept once, and is the same for both
because training leaves it alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from extractors.encoder.weights import Weights
from extractors.encoder.word_table import unpacked
from extractors.encoder.wordpieces import Pieces, WordPieces
from kg.errors import PolymathError

WIDTH = 384
BUDGET = 2048
"""Pieces that go through an encoder at once, with what fills up shorter rows."""
MAX_PIECES = 254
Floats = NDArray[np.float32]


def threads() -> int:
    """All processors for a process on its own, one for a worker among workers."""
    return 1 if parent_process() is not None else (os.cpu_count() or 1)


class WordTable:
    """Tokenizer and input vectors, shared by the towers."""

    def __init__(self, weights: Weights) -> None:
        arrays = weights.arrays("words.npz")
        self.tokenizer = WordPieces(weights.path("tokenizer.json"))
        self._table = unpacked(arrays["table"], arrays["scale"])
        self._positions = arrays["positions"].astype(np.float32)
        self.limit = len(self._positions)

    def sum(self, ids: NDArray[Any]) -> Floats:
        """Word and position vectors of *ids* [rows, pieces], added: [rows, pieces, 384]."""
        out: Floats = self._table[ids].astype(np.float32)
        out += self._positions[: ids.shape[1]]
        return out


def session(path: Path, count: int) -> Any:
    """An ONNX session on the CPU.

    Raises:
        PolymathError: If onnxruntime cannot read the file.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = count
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # it keeps a plan a shape, and hardly two batches have one
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (
        Exception
    ) as error:  # the library raises its own kinds, all under RuntimeError or Exception
        first = str(error).strip().splitlines()[0][:200]
        raise PolymathError(
            f"{path} cannot be run by onnxruntime {onnxruntime.__version__}: {first} "
            "Reinstall Polymath, or train the weights again with python -m extractors.training"
        ) from error


def by_length(lengths: Sequence[int], budget: int = BUDGET) -> Iterator[list[int]]:
    """Indices of rows of like length, at most *budget* pieces a group with what fills them up."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    group: list[int] = []
    for i in order:
        if group and (len(group) + 1) * (lengths[i] + 2) > budget:
            yield group
            group = []
        group.append(i)
    if group:
        yield group


def fill(
    rows: Sequence[Pieces], tokenizer: WordPieces
) -> tuple[NDArray[np.int32], NDArray[np.int16], Floats]:
    """Ids, looks and presence [rows, pieces] with the marks at both ends."""
    wide = -(-(max(len(r.ids) for r in rows) + 2) // 8) * 8
    ids = np.zeros((len(rows), wide), np.int32)
    looks = np.zeros((len(rows), wide), np.int16)
    present = np.zeros((len(rows), wide), np.float32)
    ids[:, 0] = tokenizer.start
    for k, r in enumerate(rows):
        n = len(r.ids)
        ids[k, 1 : n + 1] = r.ids
        looks[k, 1 : n + 1] = r.looks
        ids[k, n + 1] = tokenizer.stop
        present[k, : n + 2] = 1.0
    return ids, looks, present


class Embedder:
    """Sentence vectors: all-MiniLM-L6-v2 as its makers trained it, in int8."""

    def __init__(self, weights: Weights, table: WordTable, count: int = 0) -> None:
        self.table = table
        self.version = f"all-MiniLM-L6-v2 int8 {weights.version}"
        self._session = session(weights.path("embedder.onnx"), count or threads())

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Unit vectors [texts, 384]; only the first 254 pieces of a text count."""
        pieces = [
            Pieces(p.ids[:MAX_PIECES], p.looks[:MAX_PIECES], p.first, p.starts, p.ends)
            for p in self.table.tokenizer(texts)
        ]
        out = np.zeros((len(texts), WIDTH), np.float32)
        for group in by_length([len(p.ids) for p in pieces]):
            ids, _, present = fill([pieces[i] for i in group], self.table.tokenizer)
            out[group] = self._session.run(
                None, {"summed": self.table.sum(ids), "present": present}
            )[0]
        return out
