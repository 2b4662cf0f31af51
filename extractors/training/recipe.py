"""How the reader is trained: what is read, how often, how fast it learns. No torch needed to know it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from extractors.training.corpora import (
    CORPORA,
    Window,
    held_out,
    place,
    read_abstracts,
    read_windows,
)


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
    keep_at: tuple[float, ...] = ()  # shares of the plan after which weights are kept as well
    instead: tuple[tuple[str, float], ...] = ()  # passes of single corpora, whatever the others'
    swapped: float = 0.0  # chance of a name to be swapped in copies of the windows; no copies if 0
    taught: float = 0.0  # weight of what a teacher says where nobody annotated
    in_sequence: float = 0.0  # share of the loss that looks at whole sequences of tags
    fold: int = -1  # of STM's articles, left out; none if negative
    only_permissive: bool = False


FOLDS = 5
FIRST = Recipe(without=("stm",), final=0.15, rate=2.5e-4, steps=4400, keep_at=(0.75,))
"""From the base weights. What it learnt is the teacher, its weights at three quarters are where SECOND
begins."""
SECOND = Recipe(
    seed=4,
    passes=0.0,
    without=("stm",),
    final=0.05,
    rate=2e-4,
    warm_up=100,
    masked=0.15,
    swapped=0.4,
    taught=0.5,
    instead=(
        ("bc5cdr", 3.5), ("ncbi", 2.0), ("bc2gm", 1.2), ("linnaeus", 0.7), ("anatem", 0.6),
        ("craft", 0.5), ("biored", 2.5), ("somesci", 2.5), ("mulms", 1.5), ("semeval8", 0.7),
        ("biodiv", 3.0), ("agri", 1.5), ("geo", 0.5), ("scienceie", 3.0), ("matsyn", 2.0),
        ("astro", 2.0), ("scierc", 4.0), ("measeval", 6.0), ("tdmsci", 4.0), ("sofc", 1.5),
        ("arxiv", 0.4),
    ),
)  # fmt: skip
"""Small corpora read more often are learnt by heart: here they are read seldom, with more hidden, half of
the text in copies with other names (:mod:`extractors.training.swapping`), and the teacher says of
every word what the heads that nobody annotated would (Xie et al. 2020,
doi:10.1109/CVPR42600.2020.01070; Hinton et al. 2015, doi:10.48550/arXiv.1503.02531)."""
SECOND_IN_SEQUENCE = replace(SECOND, in_sequence=0.5)
"""The same, half of its loss of whole sequences of tags: better on average, on a small corpus (TDMSci) worse."""
LAST = Recipe(
    seed=2,
    passes=0.1,
    instead=(("stm", 16.0), ("arxiv", 0.15)),
    rate=1e-4,
    head_rate=1.5e-3,
    final=0.0,
    warm_up=50,
    masked=0.15,
    taught=0.5,
    in_sequence=0.5,
)
"""The end of the training, with STM, quick enough to learn its head: at 4e-5 and 4e-4 with 12 passes its
F1 on held-out text stays at 48, with 1.5e-4, 1.5e-3 and 20 it is 66. Half of the loss is of whole sequences of
tags, as they are decoded (:mod:`extractors.training.sequences`): 0.4 F1 more, the mean of all heads there."""
FOLD = replace(LAST, passes=0.03, instead=(("stm", 16.0), ("arxiv", 0.0)))
"""STM without a fold of its articles, and little besides, so that five of them take no day."""


@dataclass(frozen=True)
class Stage:
    """One training of those that make the reader.

    ``start`` and ``teacher`` are checkpoints in the working folder; of several, their mean.
    """

    name: str
    recipe: Recipe
    start: tuple[str, ...] = ()
    teacher: tuple[str, ...] = ()


_TEACHER = ("first/kept0.pt", "first/checkpoint.pt")
STAGES = (
    Stage("first", FIRST),
    Stage("second", SECOND, _TEACHER[:1], _TEACHER),
    Stage("last", LAST, ("second/checkpoint.pt",), ("second/checkpoint.pt",)),
    Stage("second_in_sequence", SECOND_IN_SEQUENCE, _TEACHER[:1], _TEACHER),
    Stage(
        "last_in_sequence",
        LAST,
        ("second_in_sequence/checkpoint.pt",),
        ("second_in_sequence/checkpoint.pt",),
    ),
)
SHIPS = ("last/checkpoint.pt", "last_in_sequence/checkpoint.pt")
"""What ships is the mean of both (Wortsman et al. 2022, doi:10.48550/arXiv.2203.05482). F1 on held-out text, mean of
all heads: 73.6 and 73.8, their mean 73.9, less far from the better of both where they differ most."""
UNSEEN = ("second/checkpoint.pt", "second_in_sequence/checkpoint.pt")
"""Where the folds over STM begin: neither they nor their teachers ever saw STM."""


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


def load(annotations: Path, abstracts: Path | None = None) -> list[Window]:
    """The windows that trainings and measurements share, in one order; *abstracts* only for trainings."""
    windows = in_order(read_windows(annotations))
    return windows + (read_abstracts(abstracts, windows) if abstracts else [])
