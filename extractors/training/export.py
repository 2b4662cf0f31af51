"""From a checkpoint to the files that ship: int8 towers in ONNX, tables and labels in numpy.

Weights are quantised dynamically to int8, a scale a channel (a scale a tensor cost 1.8 F1 on one
test), what they multiply with a scale a piece (:class:`_ByPiece`), the table of words to four bits; the
heads stay in float32. The fp32 towers are written beside for comparison, and not shipped.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from extractors.encoder.towers import MAX_PIECES
from extractors.encoder.weights import READER_FILES, save_arrays, write_manifest
from extractors.encoder.word_table import packed
from extractors.encoder.wordpieces import WordPieces
from extractors.training.averaging import load_reader
from extractors.training.base import Base
from extractors.training.corpora import SYMMETRIC, Window
from extractors.training.examples import examples
from extractors.training.network import WIDTH, Layer, Reader, SentenceEmbedder
from extractors.training.sequences import enough, mutual_information


class _ByPiece(nn.Module):  # type: ignore[misc]
    """A linear layer that scales each piece to 1 before and back after: the same but for rounding.

    onnxruntime rounds a batch with one scale, so that a single large value makes all the others
    coarse. With a scale a piece (Yao et al. 2022, doi:10.48550/arXiv.2206.01861) logits are two and a
    half times nearer to fp32's.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear

    def forward(self, x: Tensor) -> Tensor:
        scale = x.abs().amax(-1, keepdim=True).clamp(min=1e-6)
        return torch.matmul(x / scale, self.linear.weight.T) * scale + self.linear.bias


class _Heads(nn.Module):  # type: ignore[misc]
    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, summed: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
        h = self.reader.stack(summed, present)
        return h, self.reader.tagger(h)


def _write(module: nn.Module, path: Path, outputs: list[str]) -> None:
    """To ONNX, what goes into a layer's matrices scaled by piece, but attention's own output: even as it is."""
    module.eval()
    for layer in [m for m in module.modules() if isinstance(m, Layer)]:
        for name in ("qkv", "up", "down"):
            setattr(layer, name, _ByPiece(getattr(layer, name)))
    example = (torch.randn(2, 16, WIDTH), torch.ones(2, 16))
    axes: dict[str, dict[int, str]] = {
        n: {0: "rows", 1: "pieces"} for n in ("summed", "present", *outputs)
    }
    if outputs == ["embedding"]:
        axes["embedding"] = {0: "rows"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module, example, str(path), input_names=["summed", "present"], output_names=outputs,
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip


def _quantised(source: Path, target: Path, keep: int = 0) -> None:
    """int8 matrices a channel, but for those with *keep* columns."""
    graph = onnx.load(source).graph
    shapes = {i.name: tuple(i.dims) for i in graph.initializer}
    apart = [
        n.name
        for n in graph.node
        if n.op_type in ("MatMul", "Gemm")
        and any(shapes.get(x, ())[-1:] == (keep,) for x in n.input)
    ]
    quantize_dynamic(
        source, target, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=False,
        weight_type=QuantType.QInt8, nodes_to_exclude=apart,
    )  # fmt: skip


def word_table(reader: Reader, words: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """The table of *words* in four bits, and positions."""
    positions = reader.positions.weight.detach().numpy()[: MAX_PIECES + 10].astype(np.float16)
    return packed(words) | {"positions": positions}


def export(
    checkpoints: Sequence[Path],
    base: Base,
    target: Path,
    version: str,
    windows: list[Window],
    chosen: list[int],
) -> None:
    """Write everything that ships into *target*, and fp32 towers beside the last checkpoint.

    Args:
        checkpoints: Those the mean of whose weights ships.
        base: Where the base weights are.
        target: Where the shipped files go.
        version: What to call these weights.
        windows: The annotated windows.
        chosen: Indices of those that trained.
    """
    folder = checkpoints[-1].parent
    target.mkdir(parents=True, exist_ok=True)
    reader, labels = load_reader(checkpoints, base)
    shutil.copyfile(base.tokenizer, target / "tokenizer.json")
    sentences = SentenceEmbedder(base)
    save_arrays(target / "words.npz", word_table(reader, sentences.words))
    _write(_Heads(reader), folder / "reader.fp32.onnx", ["vectors", "logits"])
    _quantised(folder / "reader.fp32.onnx", target / "reader.onnx", reader.tagger.out_features)
    arrays: dict[str, NDArray[Any]] = {
        "looks": reader.looks.weight.detach().numpy().astype(np.float16)
    }
    for name, value in reader.state_dict().items():
        if name.split(".")[0] in (
            "begin",
            "end",
            "context",
            "distance",
            "entity_type",
            "hidden",
            "scheme",
        ):
            arrays["pairs." + name] = value.numpy().astype(np.float16)
    tokenizer = WordPieces(target / "tokenizer.json")
    told_of = examples([windows[i] for i in enough(windows, chosen)], tokenizer, labels)
    for head, pmi in mutual_information(told_of, labels).items():
        arrays["pmi." + head] = pmi.astype(np.float16)
    save_arrays(target / "reader.npz", arrays)
    told = {
        "tags": labels.tags, "relations": labels.relations, "types": labels.types,
        "symmetric": {k: sorted(v) for k, v in SYMMETRIC.items() if k in labels.relations}, "tuning": {},
    }  # fmt: skip
    (target / "labels.json").write_text(json.dumps(told, indent=1) + "\n", "utf8")
    np.save(folder / "words.fp32.npy", sentences.words)
    _write(sentences, folder / "embedder.fp32.onnx", ["embedding"])
    _quantised(folder / "embedder.fp32.onnx", target / "embedder.onnx")
    write_manifest(target, "reader", version, READER_FILES)
