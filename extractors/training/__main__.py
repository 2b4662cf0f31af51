"""Train what ships. ``python -m extractors.training --help`` lists the commands.

``reader`` trains the encoder and its heads, exports them and sets their thresholds; ``folds``
measures STM by five folds over its articles; ``syntax`` trains tagger, parser and splitter.
Stopped at any point, the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from extractors.encoder.weights import SHIPPED
from extractors.training.base import find_base
from extractors.training.recipe import STAGES
from kg.errors import PolymathError

SHARED = Path("../shared")


def train_reader(args: argparse.Namespace) -> None:
    """All trainings, or only the first of them, one after the other, then export, thresholds and fields."""
    from extractors.training import fields, tuning
    from extractors.training.corpora import CORPORA
    from extractors.training.export import export
    from extractors.training.reader import Training, finished
    from extractors.training.recipe import LAST, SHIPS, choose, load

    windows = load(args.annotations, args.abstracts)
    base = find_base(args.encoders)
    permissive = args.licences == "permissive"
    stages = STAGES[: args.stages]
    for stage in stages:
        recipe = replace(
            stage.recipe, only_permissive=permissive, passes=stage.recipe.passes * args.passes
        )
        if stage is stages[-1]:
            recipe = replace(recipe, final=min(recipe.final, 0.02))
        if finished(args.work / stage.name, recipe):
            continue
        training = Training(
            windows, base, args.work / stage.name, recipe,
            start=[args.work / p for p in stage.start],
            teacher=[args.work / p for p in stage.teacher], threads=args.threads, say=_say,
        )  # fmt: skip
        if not training.run(stop_after=60 * args.minutes):
            _say("stopped; the same command goes on")
            return
    ships = SHIPS if len(stages) == len(STAGES) else [f"{stages[-1].name}/checkpoint.pt"]
    trained = choose(windows, replace(LAST, only_permissive=permissive))
    export([args.work / p for p in ships], base, args.out, args.version, windows, trained)
    annotated = [
        w
        for w in windows
        if w.corpus != "arxiv" and (CORPORA[w.corpus].permissive or not permissive)
    ]
    tuning.tune(args.out, annotated, _say)
    fields.learn(args.out, annotated, args.works, _say)


def train_folds(args: argparse.Namespace) -> None:
    """STM by five folds over articles, each from weights that never saw STM."""
    from extractors.encoder.reading import ReaderModel
    from extractors.encoder.weights import Weights
    from extractors.training.export import export
    from extractors.training.reader import Training, finished
    from extractors.training.recipe import FOLD, FOLDS, UNSEEN, choose, load, stm_fold
    from extractors.training.scoring import Score, passages, read_passages

    windows = load(args.annotations, args.abstracts)
    base = find_base(args.encoders)
    total = Score()
    for fold in range(FOLDS):
        recipe = replace(FOLD, fold=fold)
        folder = args.work / f"fold{fold}"
        before = [args.work / p for p in UNSEEN]
        if not finished(folder, recipe):
            Training(
                windows, base, folder, recipe,
                start=before, teacher=before, threads=args.threads, say=_say,
            ).run()  # fmt: skip
        export(
            [folder / "checkpoint.pt"],
            base,
            folder / "model",
            f"fold{fold}",
            windows,
            choose(windows, recipe),
        )
        model = ReaderModel(Weights(folder / "model", "reader"))
        gold = passages([windows[i] for i in sorted(stm_fold(windows, fold))])
        score = Score()
        for page, passage in zip(
            read_passages(model, gold, heads=["stm"], schemes=[]), gold, strict=True
        ):
            found = [(s, e, x) for s, e, x, _ in page.spans("stm")]
            score.add(found, passage.entities["stm"])
            total.add(found, passage.entities["stm"])
        _say(f"fold {fold}: F1 {score.f1:.1f} over {score.gold} spans")
    print(json.dumps({"stm_five_folds_f1": round(total.f1, 1), "spans": total.gold}))


def write_card(args: argparse.Namespace) -> None:
    """The model card, from the last line that ``python -m benchmarks.extraction`` printed."""
    from extractors.training.card import NAME, model_card
    from extractors.training.recipe import load

    scores = _printed(args.scores)
    permissive = _printed(args.permissive) if args.permissive else None
    windows = load(args.annotations, args.abstracts)
    (args.out / NAME).write_text(model_card(args.out, windows, scores, permissive), "utf8")


def _printed(log: Path) -> dict[str, Any]:
    """The scores in the last line that the benchmark printed.

    Raises:
        PolymathError: If the file has no such line.
    """
    try:
        scores: dict[str, Any] = json.loads(log.read_text("utf8").strip().splitlines()[-1])
    except (OSError, ValueError, IndexError) as error:
        raise PolymathError(
            f"{log}: expected what python -m benchmarks.extraction printed, with scores in its "
            f"last line, found {error}; run it again and keep its whole output"
        ) from error
    return scores


def _say(text: str) -> None:
    print(text, flush=True)


def main(argv: list[str] | None = None) -> int:
    """Run one command."""
    if argv is None:
        argv = sys.argv[1:]
    if argv[:1] == ["syntax"]:
        from extractors.training import syntax

        syntax.main(argv[1:])
        return 0
    parser = argparse.ArgumentParser(
        prog="python -m extractors.training", description=__doc__.splitlines()[0]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run in (("reader", train_reader), ("folds", train_folds), ("card", write_card)):
        p = commands.add_parser(name, help=(run.__doc__ or "").splitlines()[0])
        p.set_defaults(run=run)
        p.add_argument(
            "--annotations", type=Path, default=SHARED / "annotations" / "annotations.jsonl.gz"
        )
        p.add_argument(
            "--abstracts",
            type=Path,
            default=SHARED / "benchmarks" / "arxiv_links",
            help="tables of arXiv records, read without annotation",
        )
        p.add_argument(
            "--works",
            type=Path,
            default=SHARED / "papers" / "oa-stm",
            help="full texts with disciplines.tsv",
        )
        p.add_argument(
            "--encoders", type=Path, default=Path("encoders"), help="where the base encoders are"
        )
        p.add_argument(
            "--work", type=Path, default=Path("training"), help="where checkpoints are kept"
        )
        p.add_argument("--out", type=Path, default=SHIPPED / "reader")
        p.add_argument("--version", default="1.0")
        p.add_argument("--licences", choices=("all", "permissive"), default="all")
        p.add_argument(
            "--stages",
            type=int,
            choices=range(1, len(STAGES) + 1),
            default=len(STAGES),
            help="only the first so many trainings",
        )
        p.add_argument(
            "--passes",
            type=float,
            default=1.0,
            help="how often corpora are read, times the recipes'",
        )
        p.add_argument("--threads", type=int, default=2)
        p.add_argument(
            "--minutes", type=float, default=0, help="stop each part after so many; 0: at its end"
        )
        if name == "card":
            p.add_argument("--scores", type=Path, required=True, help="what the benchmark printed")
            p.add_argument(
                "--permissive", type=Path, help="what it printed for the permissive variant"
            )
    commands.add_parser("syntax", help="Tagger, parser and sentence splitter.")
    args = parser.parse_args(argv)
    try:
        args.run(args)
    except PolymathError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
