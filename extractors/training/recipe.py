"""How the reader is trained: what is read, how often, how fast it learns. No torch needed to know it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from extractors.training.corpora import CORPORA, Window, held_out, place, read_windows


@dataclass(frozen=True)
class Recipe:
    """How to train. The figures of the model card were made with these."""

    seed: int = 1
    passes: float = 1.0  # times those of each corpus
    steps: int = 0  # of the plan, if not all
    budget: int = 2048  # pieces a step
    rate: float = 2e-4
    head_rate: float = 1e-3
    final: float = 0.0  # share of the rate that is left at the end
    warm_up: int = 200
    dropout: float = 0.1
    masked: float = 0.08  # share of pieces hidden
    quiet: float = 0.3  # weight of text in which a head finds nothing
    relation_weight: float = 0.5
    without: tuple[str, ...] = ()  # corpora left out
    keep_at: tuple[int, ...] = ()  # steps whose weights are kept, to be averaged in
    instead: tuple[tuple[str, float], ...] = ()  # passes of single corpora, whatever the others'
    fold: int = -1  # of STM's articles, left out; none if negative
    only_permissive: bool = False


FOLDS = 5
FIRST = Recipe(without=("stm",), final=0.15, rate=2.5e-4, steps=6500, keep_at=(3367, 6500))
"""Nearly all of the training: everything but STM, so that its folds can start from here."""
LAST = Recipe(
    seed=2,
    passes=0.06,
    instead=(("stm", 12.0),),
    rate=4e-5,
    head_rate=4e-4,
    final=0.0,
    warm_up=50,
)
"""The end of the training, with STM."""


def choose(windows: Sequence[Window], recipe: Recipe) -> list[int]:
    """Indices of the windows that train."""
    aside = held_out(windows)
    if recipe.fold >= 0:  # then STM's own development articles train as well
        left_out = stm_fold(windows, recipe.fold)
        aside = {i for i in aside if windows[i].corpus != "stm"} | left_out
    return [
        i
        for i, w in enumerate(windows)
        if i not in aside
        and w.split in ("train", "dev")
        and w.corpus not in recipe.without
        and (CORPORA[w.corpus].permissive or not recipe.only_permissive)
    ]


def stm_fold(windows: Sequence[Window], fold: int) -> set[int]:
    """Indices of STM's windows in one of five folds over its articles, each discipline in each."""
    articles = sorted({w.doc for w in windows if w.corpus == "stm"})
    mine = {a for i, a in enumerate(articles) if i % FOLDS == fold}
    return {i for i, w in enumerate(windows) if w.corpus == "stm" and w.doc in mine}


def in_order(windows: Iterable[Window]) -> list[Window]:
    """Windows by corpus, split and place in their text."""
    return sorted(windows, key=lambda w: (w.corpus, w.split, place(w.doc)))


def load(annotations: Path) -> list[Window]:
    """The windows that trainings and measurements share, in one order."""
    return in_order(read_windows(annotations))
