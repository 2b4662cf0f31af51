"""The network in torch, for training: BERT layers, a tag head a scheme, a head for pairs.

The layers begin as :mod:`extractors.training.base` says. The tables of words and positions are those
of all-MiniLM-L6-v2 and stay as they are, so that the sentence embedder can share them; its token
types become the table of looks.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from extractors.encoder.word_table import rounded
from extractors.encoder.wordpieces import N_LOOKS
from extractors.training.base import Base, mean_encoder

WIDTH = 384
HEADS = 12
LAYERS = 9
"""Of the reader: as many as fit beside the embedder in 36 MB."""
SENTENCE_LAYERS = 6
"""Of the embedder, which is all-MiniLM-L6-v2."""
PROJECTION = 128
HIDDEN = 256
DISTANCES = 16


class Dropout(nn.Module):  # type: ignore[misc]
    """Dropout that draws its mask once in a while: drawing it anew costs a tenth of a step on a CPU."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self._mask: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Zero a share of *x* and scale the rest, while training."""
        if not self.training or not self.rate:
            return x
        if x.device.type != "cpu":
            return F.dropout(x, self.rate, True)
        n = x.numel()
        if self._mask is None or len(self._mask) < 2 * n or random.random() < 0.005:
            keep = torch.rand(max(2 * n, 1 << 20)) >= self.rate
            self._mask = keep.to(torch.bfloat16) / (1 - self.rate)
        at = random.randrange(len(self._mask) - n)
        return x * self._mask[at : at + n].view(x.shape).to(x.dtype)


class Layer(nn.Module):  # type: ignore[misc]
    """One BERT layer."""

    def __init__(self, dropout: Dropout) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, 1e-12)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, 1e-12)
        self.dropout = dropout

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """*x* [rows, pieces, 384]; *mask* [rows, 1, 1, pieces], -inf where nothing is."""
        rows, pieces, _ = x.shape
        q, k, v = self.qkv(x).view(rows, pieces, 3, HEADS, -1).permute(2, 0, 3, 1, 4).unbind(0)
        # By hand: backwards, torch's fused attention takes half of a step on a CPU.
        scores = torch.matmul(q * (WIDTH // HEADS) ** -0.5, k.transpose(-1, -2)) + mask.to(q.dtype)
        a = torch.matmul(scores.softmax(-1).to(v.dtype), v)
        x = self.norm1(x + self.dropout(self.out(a.transpose(1, 2).reshape(rows, pieces, WIDTH))))
        return self.norm2(x + self.dropout(self.down(F.gelu(self.up(x)))))


class Stack(nn.Module):  # type: ignore[misc]
    """From summed input vectors to what the last layer says: what is exported."""

    def __init__(self, rate: float, layers: int = LAYERS) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH, 1e-12)
        self.dropout = Dropout(rate)
        self.layers = nn.ModuleList(Layer(self.dropout) for _ in range(layers))

    def load(self, w: Mapping[str, Tensor]) -> None:
        """Take the weights of the first layers of a BERT encoder, named as torch names them."""
        self.norm.weight.data = w["embeddings.LayerNorm.weight"]
        self.norm.bias.data = w["embeddings.LayerNorm.bias"]
        for i, layer in enumerate(self.layers):
            at = f"encoder.layer.{i}."
            for part in ("weight", "bias"):
                three = [w[f"{at}attention.self.{n}.{part}"] for n in ("query", "key", "value")]
                getattr(layer.qkv, part).data = torch.cat(three)
                for own, theirs in (
                    ("out", "attention.output.dense"), ("norm1", "attention.output.LayerNorm"),
                    ("up", "intermediate.dense"), ("down", "output.dense"), ("norm2", "output.LayerNorm"),
                ):  # fmt: skip
                    getattr(getattr(layer, own), part).data = w[f"{at}{theirs}.{part}"]

    def forward(self, summed: Tensor, present: Tensor) -> Tensor:
        """*summed* [rows, pieces, 384], *present* [rows, pieces] of 0 and 1."""
        x = self.dropout(self.norm(summed))
        mask = (1.0 - present[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Reader(nn.Module):  # type: ignore[misc]
    """Encoder, tag heads and pair head.

    Args:
        tags: For a head, its tags: O, then B-x and I-x for each label.
        relations: For a scheme, its labels; the first is NONE.
        types: How many entity types there are; type 0 is "not known".
    """

    def __init__(
        self, tags: Mapping[str, Sequence[str]], relations: Mapping[str, Sequence[str]], types: int,
        dropout: float = 0.1,
    ) -> None:  # fmt: skip
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.positions = nn.Embedding(512, WIDTH)
        self.looks = nn.Embedding(N_LOOKS, WIDTH)
        self.stack = Stack(dropout)
        self.columns: dict[str, tuple[int, int]] = {}
        at = 0
        for head, names in tags.items():
            self.columns[head] = (at, at + len(names))
            at += len(names)
        self.tagger = nn.Linear(WIDTH, at)
        self.begin = nn.Linear(WIDTH, PROJECTION)
        self.end = nn.Linear(WIDTH, PROJECTION)
        self.context = nn.Linear(WIDTH, PROJECTION)
        self.distance = nn.Embedding(DISTANCES, 32)
        self.entity_type = nn.Embedding(types, 32)
        self.hidden = nn.Linear(6 * PROJECTION + 32 + 64, HIDDEN)
        self.scheme = nn.ModuleDict({k: nn.Linear(HIDDEN, len(v)) for k, v in relations.items()})

    def load_tables(self, base: Base) -> None:
        """Take MiniLM's words, as they ship in four bits, its positions, and its token type for looks."""
        w = sentence_weights(base)
        self.words.weight.data = torch.from_numpy(rounded(w[WORDS].numpy()))
        self.positions.weight.data = w[POSITIONS]
        self.looks.weight.data = w[TYPES][:1].repeat(N_LOOKS, 1)

    def load_base(self, base: Base) -> None:
        """Begin with the base weights: MiniLM's tables and the mean of the encoders' first layers."""
        self.load_tables(base)
        self.stack.load({n: torch.from_numpy(a) for n, a in mean_encoder(base.encoders).items()})

    def summed(self, ids: Tensor, looks: Tensor) -> Tensor:
        """What goes into the stack: word, position and look of each piece, added."""
        return self.words(ids) + self.positions.weight[: ids.shape[1]] + self.looks(looks)

    def forward(self, ids: Tensor, looks: Tensor, present: Tensor) -> Tensor:
        """Vectors [rows, pieces, 384]."""
        out: Tensor = self.stack(self.summed(ids, looks), present)
        return out

    def pairs(self, words: Tensor, sums: Tensor, pairs: Tensor) -> Tensor:
        """What the pair head sees of pairs of spans.

        Args:
            words: The vectors of all words of a batch, one after the other [words, 384].
            sums: Their sums from the start [words + 1, 384].
            pairs: First and last word of both spans, both types, distance class [pairs, 7].
        """
        i0, i1, j0, j1, ti, tj, apart = pairs.unbind(1)
        begin, end = self.begin(words), self.end(words)
        a, b = begin[i0] + end[i1], begin[j0] + end[j1]
        low = torch.minimum(i1, j1) + 1
        gap = (torch.maximum(i0, j0) - low).clamp(min=0)
        between = self.context((sums[low + gap] - sums[low]) / gap.clamp(min=1)[:, None])
        first, last = torch.minimum(i0, j0), torch.maximum(i1, j1) + 1
        stretch = self.context((sums[last] - sums[first]) / (last - first)[:, None])
        seen = torch.cat(
            [
                a,
                b,
                a * b,
                (a - b).abs(),
                between,
                stretch,
                self.distance(apart),
                self.entity_type(ti),
                self.entity_type(tj),
            ],
            -1,
        )
        seen = F.dropout(F.relu(seen), 0.1, self.training)
        return F.relu(self.hidden(seen))


WORDS = "embeddings.word_embeddings.weight"
POSITIONS = "embeddings.position_embeddings.weight"
TYPES = "embeddings.token_type_embeddings.weight"


def sentence_weights(base: Base) -> dict[str, Tensor]:
    """The weights of all-MiniLM-L6-v2, by name."""
    stored = load_file(base.sentences / "model.safetensors")
    return {k.removeprefix("bert."): v.float() for k, v in stored.items()}


class SentenceEmbedder(nn.Module):  # type: ignore[misc]
    """all-MiniLM-L6-v2 from summed word and position vectors to unit vectors: what is exported."""

    def __init__(self, base: Base) -> None:
        super().__init__()
        w = sentence_weights(base)
        self.stack = Stack(0.0, SENTENCE_LAYERS)
        self.stack.load(w)
        self.register_buffer("kind", w[TYPES][0])
        self.words: NDArray[Any] = w[WORDS].numpy()

    def forward(self, summed: Tensor, present: Tensor) -> Tensor:
        """*summed* [rows, pieces, 384], *present* [rows, pieces]: [rows, 384]."""
        h = self.stack(summed + self.kind, present)
        mean = (h * present[..., None]).sum(1) / present.sum(1, keepdim=True)
        return mean / mean.norm(dim=-1, keepdim=True)
