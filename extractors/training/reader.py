"""Train the reader: one encoder, every scheme. One command, two CPU cores or a GPU, resumable.

What a step reads is planned before the first one and depends on the seed alone, so a
training that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from extractors.encoder.decoding import tagged_spans
from extractors.encoder.pairs import REACH, distance_class
from extractors.encoder.reading import INNER, OVER
from extractors.encoder.wordpieces import WordPieces
from extractors.training.averaging import load_reader, mean_weights
from extractors.training.base import Base
from extractors.training.corpora import CORPORA, UNTOLD, Window
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
from extractors.training.sequences import Moves, enough, mutual_information, sequence_loss
from extractors.training.swapping import swapped
from kg.errors import PolymathError


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


Spans = dict[tuple[int, int], int]


def spans_in(logits: np.ndarray[Any, Any], network: Reader, labels: Labels, scheme: str) -> Spans:
    """Where the heads of a relation scheme see spans in the words of one window, and of which type."""
    out: Spans = {}
    for head in OVER.get(scheme, ()):
        if head not in labels.tags:
            continue
        a, z = network.columns[head]
        found = tagged_spans(logits[:, a:z].argmax(1))
        for s, t, k in zip(*(c.tolist() for c in found), strict=True):
            out.setdefault((s, t), labels.types[f"{head}/{labels.tags[head][1 + 2 * k][2:]}"])
    return out


def pairs_of(some: Spans, known: Spans, e: Example, first: int, most: int) -> list[list[int]]:
    """Pairs, both ways, of a span of *some* with one of *known* as the pair head takes them; label 0."""
    found = [
        [*(first + n for n in (*a, *b)), known[a], known[b], distance_class(a, b), 0]
        for x in some
        for y in known
        if x != y and e.sentence[x[0]] == e.sentence[y[0]] and abs(x[0] - y[0]) <= REACH
        for a, b in ((x, y), (y, x))
    ]
    np.random.shuffle(found)
    return found[:most]


def spurious_pairs(
    batch: Batch, made: list[Example], logits: np.ndarray[Any, Any], network: Reader, labels: Labels,
    most: int = 24,
) -> dict[str, list[list[int]]]:  # fmt: skip
    """Pairs with a span that the tag heads only imagine: unrelated, as the pair head must learn."""
    out: dict[str, list[list[int]]] = {}
    for i, first in batch.parts:
        e = made[i]
        if not len(e.pairs):
            continue
        seen = spans_in(logits[first : first + len(e.pieces.first)], network, labels, e.corpus)
        imagined = {x: t for x, t in seen.items() if x not in e.spans}
        pairs = pairs_of(imagined, e.spans | imagined, e, first, most)
        out.setdefault(e.corpus, []).extend(pairs)
    return out


def untold_pairs(
    batch: Batch, made: list[Example], logits: np.ndarray[Any, Any], network: Reader, labels: Labels,
    most: int = 30,
) -> dict[str, list[list[int]]]:  # fmt: skip
    """Pairs of spans that the teacher sees in text whose relations nobody annotated."""
    out: dict[str, list[list[int]]] = {}
    for i, first in batch.parts:
        e = made[i]
        for scheme in UNTOLD.get(e.corpus, ()):
            seen = spans_in(logits[first : first + len(e.pieces.first)], network, labels, scheme)
            pairs = pairs_of(seen, seen, e, first, most)
            if pairs:
                out.setdefault(scheme, []).extend(pairs)
    return out


def finished(out: Path, recipe: Recipe) -> bool:
    """Whether the training by *recipe* whose checkpoints are in *out* came to its end.

    Raises:
        PolymathError: If another recipe made them.
    """
    told = out / "training.json"
    if not told.exists():
        return False
    state = json.loads(told.read_text("utf8"))
    asked = json.loads(json.dumps(asdict(recipe)))
    other = [
        f"{k} {state['recipe'].get(k)}, not {v}"
        for k, v in asked.items()
        if state["recipe"].get(k) != v
    ]
    if other:
        raise PolymathError(
            f"{out} holds a training by another recipe ({'; '.join(other)}): delete it, or choose another --work."
        )
    return bool(state["step"] >= state["steps"])


class Training:
    """One training, from its plan to its last step.

    Args:
        windows: Annotated text.
        base: Where the base weights are.
        out: Where checkpoints go; an unfinished training found there goes on.
        recipe: How to train.
        start: Checkpoints with whose mean to begin; with the base weights if none.
        teacher: Checkpoints whose mean says what nobody annotated, if the recipe wants that.
        threads: CPU threads.

    Raises:
        PolymathError: If *out* holds a training by another recipe.
    """

    def __init__(
        self, windows: list[Window], base: Base, out: Path, recipe: Recipe, *,
        start: Sequence[Path] = (), teacher: Sequence[Path] = (), threads: int = 2, say: Any = print,
    ) -> None:  # fmt: skip
        torch.set_num_threads(threads)
        torch.manual_seed(recipe.seed)
        np.random.seed(recipe.seed)
        finished(out, recipe)  # or made by another
        out.mkdir(parents=True, exist_ok=True)
        self.recipe, self.out, self.say = recipe, out, say
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.half = self.device == "cuda" or bfloat16_works()
        self.tokenizer = WordPieces(base.tokenizer)
        if recipe.only_permissive:
            windows = [w for w in windows if CORPORA[w.corpus].permissive]
        self.labels = Labels.of(windows)
        chosen = choose(windows, recipe)
        passes = {name: c.passes * recipe.passes for name, c in CORPORA.items()}
        passes |= dict(recipe.instead)
        if recipe.swapped:
            copies = swapped(windows, chosen, recipe.swapped, recipe.seed)
            once = Counter(windows[i].corpus for i in chosen)
            chosen += range(len(windows), len(windows) + len(copies))
            windows = [*windows, *copies]
            both = Counter(windows[i].corpus for i in chosen)
            passes = {name: n * once[name] / max(both[name], 1) for name, n in passes.items()}
        say(f"{len(chosen):,} windows; bfloat16: {self.half}; preparing")
        self.made = examples(windows, self.tokenizer, self.labels)
        self.teacher: Reader | None = None
        if recipe.taught:
            self.teacher, _ = load_reader(teacher, base)
            self.teacher.to(self.device)
        told = (
            json.loads((teacher[-1].parent / "training.json").read_text("utf8")) if teacher else {}
        )
        unseen = told.get("recipe", {}).get("without", ())
        never = {h for name in unseen for h in CORPORA[name].heads or (name,)}
        self.taught_heads = [
            h for h in self.labels.tags if not h.endswith(INNER) and h not in never
        ]
        whole = plan(windows, self.made, chosen, passes, recipe.budget, recipe.seed)
        self.plan = whole[: recipe.steps or len(whole)]
        self.keep_at = {round(x * len(self.plan)): i for i, x in enumerate(recipe.keep_at)}
        self.network = Reader(
            self.labels.tags, self.labels.relations, len(self.labels.types) + 1, recipe.dropout
        )
        if start:
            self.network.load_tables(base)
            self.network.load_state_dict(mean_weights(start), strict=False)
        else:
            self.network.load_base(base)
        self.network.to(self.device)
        self.moves: Moves | None = None
        if recipe.in_sequence:
            some = (self.made[i] for i in enough(windows, chosen))
            pmi = mutual_information(some, self.labels)
            self.moves = Moves(self.labels.tags, pmi, self.network.columns).to(self.device)
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
            batch = collate(self.plan[self.step], self.made, self.tokenizer)
            pieces += int(batch.present.sum())
            self._train(batch, losses, counts)
            self.step += 1
            if self.step in self.keep_at:
                torch.save(
                    {"average": self.average}, self.out / f"kept{self.keep_at[self.step]}.pt"
                )
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
        at, read = there(batch.at), (ids, looks, present)
        hide = (torch.rand(ids.shape, device=self.device) < r.masked) & (present > 0) & (ids > 103)
        ids = torch.where(hide, self.tokenizer.mask, ids)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.half):
            out = net(ids, looks, present)
        words = out.float().reshape(-1, out.shape[-1])[at]
        logits = net.tagger(F.dropout(words, r.dropout))
        loss, weight = logits.new_zeros(()), 0.0
        for head, (rows, tags, annotated) in batch.tags.items():
            a, z = net.columns[head]
            each = F.cross_entropy(logits[there(rows), a:z], there(tags), reduction="none")
            told = there(annotated)  # where nobody annotated, quiet is learnt word by word
            each = each * torch.where(told, 1 - r.in_sequence, r.quiet)
            loss = loss + each.sum()
            total = float(annotated.sum() + r.quiet * (~annotated).sum())
            weight += total
            losses[head] += float(each.detach().sum())
            counts[head] += total
        loss = 3 * loss / max(weight, 1.0)
        if self.moves is not None:
            far, over = sequence_loss(logits, batch, self.made, self.moves)
            loss = loss + r.in_sequence * 3 * far / max(weight, 1.0)
            losses["sequences"] += float(far.detach())
            counts["sequences"] += over
        extra = (
            spurious_pairs(batch, self.made, logits.detach().cpu().numpy(), net, self.labels)
            if batch.pairs
            else {}
        )
        related, pairs = logits.new_zeros(()), 0
        if batch.pairs:
            sums = _running_sums(words)
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
        if self.teacher is not None:
            loss = loss + r.taught * self._taught(batch, read, at, words, logits, losses, counts)
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

    def _taught(
        self, batch: Batch, read: tuple[Tensor, Tensor, Tensor], at: Tensor, words: Tensor,
        logits: Tensor, losses: dict[str, float], counts: dict[str, float],
    ) -> Tensor:  # fmt: skip
        """How far heads and pairs are from what the teacher says where nobody annotated (nats a word)."""
        net, teacher = self.network, self.teacher
        assert teacher is not None
        with torch.no_grad(), torch.autocast(self.device, torch.bfloat16, enabled=self.half):
            out = teacher(*read)
        seen = out.float().reshape(-1, out.shape[-1])[at]
        with torch.no_grad():
            said = teacher.tagger(seen)
        far = logits.new_zeros(())
        for head in self.taught_heads:
            a, z = net.columns[head]
            free = logits.new_ones(len(logits))
            if head in batch.tags:
                free[torch.from_numpy(batch.tags[head][0])] = 0.0
            theirs = said[:, a:z].log_softmax(-1)
            each = theirs.exp() * (theirs - logits[:, a:z].log_softmax(-1))
            far = far + (each.sum(-1) * free).sum()
        far = far / len(logits)
        losses["taught"] += float(far.detach())
        counts["taught"] += 1
        untold = untold_pairs(batch, self.made, said.cpu().numpy(), net, self.labels)
        apart, pairs = logits.new_zeros(()), 0
        sums, seen_sums = _running_sums(words), _running_sums(seen)
        for scheme, rows in untold.items():
            p = torch.tensor(rows, device=self.device)[:, :7]
            with torch.no_grad():
                theirs = teacher.scheme[scheme](teacher.pairs(seen, seen_sums, p)).log_softmax(-1)
            ours = net.scheme[scheme](net.pairs(words, sums, p)).log_softmax(-1)
            apart = apart + F.kl_div(ours, theirs, reduction="sum", log_target=True)
            pairs += len(rows)
        if pairs:
            losses["taught pairs"] += float(apart.detach())
            counts["taught pairs"] += pairs
            far = far + self.recipe.relation_weight * apart / pairs
        return far


def _running_sums(words: Tensor) -> Tensor:
    return torch.cat([words.new_zeros(1, words.shape[1]), words.cumsum(0)])
