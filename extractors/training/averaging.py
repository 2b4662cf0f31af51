"""The mean of several checkpoints' weights, which generalises better than each.

Early weights know small corpora less by heart, late ones know large corpora better (Wortsman et al.
2022, doi:10.48550/arXiv.2203.05482).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from extractors.training.base import Base
from extractors.training.examples import Labels
from extractors.training.network import Reader


def mean_weights(paths: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of the averaged weights of the checkpoints *paths*."""
    states = [torch.load(p, weights_only=True, map_location="cpu")["average"] for p in paths]
    return {n: sum(s[n] for s in states) / len(states) for n in states[-1]}


def load_reader(checkpoints: Sequence[Path], base: Base) -> tuple[Reader, Labels]:
    """The network with the mean of *checkpoints*, and the labels of the last one's training."""
    told = json.loads((checkpoints[-1].parent / "training.json").read_text("utf8"))
    labels = Labels(**told["labels"])
    reader = Reader(labels.tags, labels.relations, len(labels.types) + 1)
    reader.load_tables(base)
    reader.load_state_dict(mean_weights(checkpoints), strict=False)
    return reader.eval(), labels
