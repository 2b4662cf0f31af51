"""Tags in sequence: how much more often one follows another than by chance, and a loss that knows it.

What ships finds the best sequence of tags, not the best tag of each word
(:mod:`extractors.encoder.decoding`); :func:`sequence_loss` trains for that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from extractors.encoder.decoding import transitions
from extractors.training.corpora import Window
from extractors.training.examples import Batch, Example, Labels

_NEVER = -1e4


def enough(windows: Sequence[Window], chosen: Sequence[int], most: int = 4000) -> list[int]:
    """Those of *chosen* windows that tell of a head of which fewer than *most* windows told before."""
    seen: Counter[str] = Counter()
    some = []
    for i in chosen:
        if any(seen[h] < most for h in windows[i].entities):
            some.append(i)
            seen.update(windows[i].entities.keys())
    return some


def mutual_information(made: Iterable[Example], labels: Labels) -> dict[str, NDArray[np.float32]]:
    """Pointwise mutual information of neighbouring tags in the training gold, for each head.

    Church and Hanks 1990 (aclanthology.org/J90-1003), natural logarithm, cut to [-6, 3].
    """
    counts = {h: np.full((len(t), len(t)), 0.1) for h, t in labels.tags.items()}
    for e in made:
        for head, tags in e.targets.items():
            np.add.at(counts[head], (np.append(0, tags), np.append(tags, 0)), 1)
    out = {}
    for head, c in counts.items():
        p = c / c.sum()
        pmi = np.log(p / (p.sum(1, keepdims=True) * p.sum(0, keepdims=True)))
        out[head] = np.clip(pmi, -6, 3).astype(np.float32)
    return out


class Moves:
    """The transitions of all heads side by side, as wide as the widest; what a head lacks is never.

    Args:
        tags: For a head, its tags.
        pmi: See :func:`mutual_information`.
        columns: For a head, the columns of its tags in the tagger's scores.
    """

    def __init__(
        self,
        tags: Mapping[str, Sequence[str]],
        pmi: Mapping[str, NDArray[np.float32]],
        columns: Mapping[str, tuple[int, int]],
    ) -> None:
        wide = max(len(t) for t in tags.values())
        self.row = {h: i for i, h in enumerate(tags)}
        move = np.full((len(tags), wide, wide), _NEVER, np.float32)
        first = np.full((len(tags), wide), _NEVER, np.float32)
        column = np.zeros((len(tags), wide), np.int64)
        for h, i in self.row.items():
            n = len(tags[h])
            m, f = transitions(tags[h], pmi[h])
            move[i, :n, :n] = np.maximum(m, _NEVER)
            first[i, :n] = np.maximum(f, _NEVER)
            column[i, :n] = np.arange(*columns[h])
        self.move, self.first = torch.from_numpy(move), torch.from_numpy(first)
        self.column = torch.from_numpy(column)

    def to(self, device: str) -> Moves:
        """On a device."""
        self.move, self.first = self.move.to(device), self.first.to(device)
        self.column = self.column.to(device)
        return self


def sequence_loss(
    logits: Tensor, batch: Batch, made: Sequence[Example], moves: Moves
) -> tuple[Tensor, int]:
    """Negative log-likelihood of the gold sequences of tags among all sequences, and their words.

    Lafferty, McCallum and Pereira 2001 (conditional random fields), with the transitions given.

    Args:
        logits: Scores of all tags of each word [words, tags].
        batch: What was read.
        made: All examples.
        moves: The transitions.
    """
    found = []  # where each sequence begins, its head, its gold
    for i, at in batch.parts:
        e = made[i]
        cuts = np.flatnonzero(np.diff(e.sentence, prepend=-1, append=-1)).tolist()
        for head, target in e.targets.items():
            for a, z in pairwise(cuts):
                if target[a] and target[a] % 2 == 0:
                    continue  # goes on from the sentence before, which no decoding allows
                found.append((at + a, moves.row[head], target[a:z]))
    if not found:
        return logits.new_zeros(()), 0
    found.sort(key=lambda x: -len(x[2]))
    device = logits.device
    lengths = np.array([len(g) for _, _, g in found])
    gold = np.zeros((len(found), lengths[0]), np.int64)
    for k, (_, _, tags) in enumerate(found):
        gold[k, : len(tags)] = tags
    begin = torch.tensor([x for x, _, _ in found], device=device)
    row = torch.tensor([x for _, x, _ in found], device=device)
    tag = torch.from_numpy(gold).to(device)
    move, first, column = moves.move[row], moves.first[row], moves.column[row]
    likely = move.exp()
    scores = logits[begin[:, None], column] + first
    right = scores.gather(1, tag[:, :1]).sum()
    total = logits.new_zeros(())
    for t in range(1, int(lengths[0])):
        still = int(np.searchsorted(-lengths, -t, "left"))  # sequences longer than t
        total = total + scores[still:].logsumexp(1).sum()
        scores = scores[:still]
        here = logits[begin[:still, None] + t, column[:still]]
        top = scores.max(1, keepdim=True).values.detach()
        through = torch.bmm((scores - top).exp()[:, None], likely[:still])[:, 0]
        scores = through.clamp(min=1e-30).log() + top + here
        now, before = tag[:still, t], tag[:still, t - 1]
        right = right + here.gather(1, now[:, None]).sum()
        right = right + move[torch.arange(still, device=device), before, now].sum()
    total = total + scores.logsumexp(1).sum()
    return total - right, int(lengths.sum())
