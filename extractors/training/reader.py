"""Train the reader: one encoder, every scheme. One command, two CPU cores or a GPU, resumable.

What a step reads is planned before the first one and depends on the seed alone, so a
training that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from extractors.encoder.decoding import tagged_spans
from extractors.encoder.pairs import REACH, distance_class
from extractors.encoder.reading import OVER
from extractors.encoder.wordpieces import WordPieces
from extractors.training.corpora import CORPORA, Window
from extractors.training.examples import (
    Batch,
    Example,
    Labels,
    collate,
    examples,
    plan,
)
from extractors.training.network import Reader
from extractors.training.recipe import Recipe, choose


def bfloat16_works() -> bool:
    """Whether this machine multiplies bfloat16 quickly, tried in another process: some crash."""
    program = (
        "import torch,time;a=torch.randn(1024,384);b=torch.randn(384,1536);"
        "f=lambda a,b:[a@b for _ in range(3)] and min((lambda t:(a@b,time.perf_counter()-t)[1])"
        "(time.perf_counter()) for _ in range(20));"
        "print(f(a,b)/f(a.bfloat16(),b.bfloat16()))"
    )
    tried = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    return tried.returncode == 0 and float(tried.stdout) > 1.2


def spurious_pairs(
    batch: Batch, made: list[Example], logits: np.ndarray[Any, Any], network: Reader, labels: Labels,
    most: int = 24,
) -> dict[str, list[list[int]]]:  # fmt: skip
    """Pairs with a span that the tag heads only imagine: unrelated, as the pair head must learn."""
    out: dict[str, list[list[int]]] = {}
    for i, first in batch.parts:
        e = made[i]
        scheme = e.corpus
        heads = OVER.get(scheme, ())
        if not heads or not len(e.pairs):
            continue
        words = slice(first, first + len(e.pieces.first))
        imagined: dict[tuple[int, int], int] = {}
        for head in heads:
            if head not in labels.tags:
                continue
            a, z = network.columns[head]
            found_spans = tagged_spans(logits[words, a:z].argmax(1))
            for s, t, k in zip(*(c.tolist() for c in found_spans), strict=True):
                if (s, t) not in e.spans:
                    label = labels.tags[head][1 + 2 * k][2:]
                    imagined[s, t] = labels.types[f"{head}/{label}"]
        if not imagined:
            continue
        known = e.spans | imagined
        found = [
            [*(first + n for n in (*a, *b)), known[a], known[b], distance_class(a, b), 0]
            for x in imagined
            for y in known
            if x != y and e.sentence[x[0]] == e.sentence[y[0]] and abs(x[0] - y[0]) <= REACH
            for a, b in ((x, y), (y, x))
        ]
        np.random.shuffle(found)
        out.setdefault(scheme, []).extend(found[:most])
    return out


class Training:
    """One training, from its plan to its last step.

    Args:
        windows: Annotated text.
        base: Folder of all-MiniLM-L6-v2 (``model.safetensors``, ``tokenizer.json``).
        out: Where checkpoints go; an unfinished training found there goes on.
        recipe: How to train.
        start: A checkpoint whose weights to begin with.
        threads: CPU threads.
    """

    def __init__(
        self, windows: list[Window], base: Path, out: Path, recipe: Recipe, *,
        start: Path | None = None, threads: int = 2, say: Any = print,
    ) -> None:  # fmt: skip
        torch.set_num_threads(threads)
        torch.manual_seed(recipe.seed)
        np.random.seed(recipe.seed)
        out.mkdir(parents=True, exist_ok=True)
        self.recipe, self.out, self.say = recipe, out, say
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.half = self.device == "cuda" or bfloat16_works()
        self.tokenizer = WordPieces(base / "tokenizer.json")
        usable = [w for w in windows if CORPORA[w.corpus].permissive or not recipe.only_permissive]
        self.labels = Labels.of(usable)
        chosen = choose(windows, recipe)
        say(f"{len(chosen):,} windows; bfloat16: {self.half}; preparing")
        self.made = examples(windows, self.tokenizer, self.labels)
        passes = {name: c.passes * recipe.passes for name, c in CORPORA.items()}
        passes |= dict(recipe.instead)
        whole = plan(windows, self.made, chosen, passes, recipe.budget, recipe.seed)
        self.plan = whole[: recipe.steps or len(whole)]
        self.network = Reader(
            self.labels.tags, self.labels.relations, len(self.labels.types) + 1, recipe.dropout
        )
        self.network.load_base(base / "model.safetensors")
        if start is not None:
            state = torch.load(start, weights_only=True, map_location="cpu")
            self.network.load_state_dict(state["average"], strict=False)
        self.network.to(self.device)
        for table in (self.network.words, self.network.positions):
            table.requires_grad_(False)
        named = [(n, p) for n, p in self.network.named_parameters() if p.requires_grad]
        groups = (
            ([p for n, p in named if n.startswith(("stack.", "looks."))], recipe.rate),
            ([p for n, p in named if not n.startswith(("stack.", "looks."))], recipe.head_rate),
        )
        self.optimizer = torch.optim.AdamW(
            [{"params": p, "lr": r, "full": r} for p, r in groups],
            betas=(0.9, 0.98),
            weight_decay=0.01,
            fused=True,
        )
        self.average = {n: p.detach().clone() for n, p in named}
        self.step = 0
        if (out / "checkpoint.pt").exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.out / "checkpoint.pt", weights_only=True, map_location=self.device)
        self.network.load_state_dict(state["weights"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])
        self.average = state["average"]
        self.step = state["step"]
        self.say(f"goes on at step {self.step:,}")

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        own = {
            n: p
            for n, p in self.network.state_dict().items()
            if not n.startswith(("words.", "positions."))
        }
        state = {
            "weights": own, "average": self.average, "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }  # fmt: skip
        part = self.out / "checkpoint.part"
        torch.save(state, part)
        part.replace(self.out / "checkpoint.pt")
        (self.out / "training.json").write_text(
            json.dumps(
                {
                    "labels": asdict(self.labels),
                    "recipe": asdict(self.recipe),
                    "steps": len(self.plan),
                    "step": self.step,
                }
            )
        )

    def run(self, *, stop_after: float = 0.0) -> bool:
        """Train to the end, or for *stop_after* seconds; whether the end was reached."""
        began = last = saved = time.monotonic()
        pieces, first = 0, self.step
        losses: defaultdict[str, float] = defaultdict(float)
        counts: defaultdict[str, float] = defaultdict(float)
        while self.step < len(self.plan):
            batch = collate(
                self.plan[self.step],
                self.made,
                self.tokenizer,
                {c: c for c in CORPORA},
                self.recipe.quiet,
            )
            pieces += int(batch.present.sum())
            self._train(batch, losses, counts)
            self.step += 1
            if self.step in self.recipe.keep_at:
                torch.save({"average": self.average}, self.out / f"kept{self.step}.pt")
            now = time.monotonic()
            if now - last > 30 or self.step == len(self.plan):
                shown = " ".join(f"{k}:{losses[k] / counts[k]:.3f}" for k in sorted(losses))
                self.say(
                    f"{self.step:,}/{len(self.plan):,} {pieces / (now - began):,.0f} pieces/s, "
                    f"{(len(self.plan) - self.step) * (now - began) / (self.step - first) / 60:.0f} min left | {shown}"
                )
                losses.clear()
                counts.clear()
                last = now
            if now - saved > 180:
                self.save()
                saved = now
            if stop_after and now - began > stop_after:
                break
        self.save()
        return self.step >= len(self.plan)

    def _rate(self) -> float:
        r = self.recipe
        left = 1 - self.step / len(self.plan)
        return min(1.0, (self.step + 1) / r.warm_up) * max(r.final + (1 - r.final) * left, 0.005)

    def _train(self, batch: Batch, losses: dict[str, float], counts: dict[str, float]) -> None:
        net, r = self.network, self.recipe
        for group in self.optimizer.param_groups:
            group["lr"] = group["full"] * self._rate()
        net.train()

        def there(a: np.ndarray[Any, Any]) -> Tensor:
            return torch.from_numpy(a).to(self.device)

        ids, looks, present = there(batch.ids), there(batch.looks), there(batch.present)
        hide = (torch.rand(ids.shape, device=self.device) < r.masked) & (present > 0) & (ids > 103)
        ids = torch.where(hide, self.tokenizer.mask, ids)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.half):
            out = net(ids, looks, present)
        words = out.float().reshape(-1, out.shape[-1])[there(batch.at)]
        logits = net.tagger(F.dropout(words, r.dropout))
        loss, weight = logits.new_zeros(()), 0.0
        for head, (rows, tags, weights) in batch.tags.items():
            a, z = net.columns[head]
            each = F.cross_entropy(logits[there(rows), a:z], there(tags), reduction="none")
            each = each * there(weights)
            loss = loss + each.sum()
            total = float(weights.sum())
            weight += total
            losses[head] += float(each.detach().sum())
            counts[head] += total
        loss = 3 * loss / max(weight, 1.0)
        extra = (
            spurious_pairs(batch, self.made, logits.detach().cpu().numpy(), net, self.labels)
            if batch.pairs
            else {}
        )
        related, pairs = logits.new_zeros(()), 0
        if batch.pairs:
            sums = torch.cat([words.new_zeros(1, words.shape[1]), words.cumsum(0)])
            for scheme, given in batch.pairs.items():
                if extra.get(scheme):
                    given = np.concatenate([given, np.array(extra[scheme], np.int64)])
                p = there(given)
                q = p[:, :7].clone()
                unknown = torch.rand(q[:, 4:6].shape, device=self.device) < 0.15
                q[:, 4:6] = torch.where(unknown, 0, q[:, 4:6])
                each = F.cross_entropy(
                    net.scheme[scheme](net.pairs(words, sums, q)), p[:, 7], reduction="sum"
                )
                related = related + each
                pairs += len(p)
                losses["r:" + scheme] += float(each.detach())
                counts["r:" + scheme] += len(p)
            loss = loss + r.relation_weight * related / pairs
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(
            [p for g in self.optimizer.param_groups for p in g["params"]], 1.0
        )
        self.optimizer.step()
        if self.step % 10 == 0:
            keep = min(0.99, self.step / (self.step + 200))
            for n, p in net.named_parameters():
                if n in self.average:
                    self.average[n].lerp_(p.detach(), 1 - keep)
