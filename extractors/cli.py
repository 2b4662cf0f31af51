"""``kg ingest``, which joins the ``kg`` command through its entry point."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

import kg
from kg.cli import add_command, show
from kg.errors import PolymathError

FORMATS = """Reads: JATS, Elsevier and GROBID TEI (.xml, .nxml), Markdown and plain text
(.md, .txt) with front matter, BibTeX (.bib), RIS (.ris), CSL-JSON (.json), and tables
(.csv, .tsv, .parquet) with datapackage.json (Frictionless) or Croissant metadata beside them.
A file that is already in the graph is only hashed; a stopped ingest goes on when run again."""


def command(commands: Any) -> None:
    """Add the ``ingest`` command."""
    parser = add_command(commands, "ingest", _ingest, "read files and folders into a graph")
    parser.epilog = FORMATS
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
    parser.add_argument(
        "--vocabulary", action="append", default=[], metavar="FILE",
        help="also match the terms of this SKOS, OBO or CSV file (may be given again)",
    )  # fmt: skip
    parser.add_argument(
        "--patterns", action="append", default=[], metavar="FILE",
        help="also match the relation phrases of this table (may be given again)",
    )  # fmt: skip
    parser.add_argument("--workers", type=int, help="processes that read (default: all processors)")
    parser.add_argument("--prune", action="store_true", help="take out sources whose file is gone")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    _own_models(parser)


def _own_models(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("models of your own", "See docs/own_models.md.")
    group.add_argument(
        "--spacy-model", action="append", default=[], metavar="NAME|DIR",
        help="also read with this installed spaCy pipeline (may be given again)",
    )  # fmt: skip
    group.add_argument("--gliner", metavar="DIR", help="also read with this GLiNER model")
    group.add_argument(
        "--llm", metavar="URL",
        help="also read with a language model behind this OpenAI-compatible address",
    )  # fmt: skip
    group.add_argument("--llm-model", metavar="NAME", help="the model's name there")
    group.add_argument(
        "--llm-key-env", metavar="VARIABLE",
        help="the environment variable that holds the key (default: POLYMATH_LLM_KEY)",
    )  # fmt: skip
    group.add_argument(
        "--llm-send", action="store_true", help="let text leave this machine for that address"
    )
    group.add_argument(
        "--llm-send-restricted", action="store_true",
        help="let also text leave it whose licence is not known to be open",
    )  # fmt: skip
    group.add_argument("--llm-max-tokens", type=int, metavar="N", help="never use more (0: no cap)")
    group.add_argument("--llm-max-cost", type=float, metavar="X", help="never spend more")
    group.add_argument(
        "--llm-price", type=float, nargs=2, metavar=("IN", "OUT"),
        help="what a million tokens cost that are sent and written",
    )  # fmt: skip
    group.add_argument("--llm-cache", metavar="FILE", help="where replies and costs are kept")


def own_models(args: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """The options of a pipeline that the arguments for models of one's own ask for.

    Raises:
        PolymathError: If an argument is given that needs another one.
    """
    options: dict[str, dict[str, Any]] = {}
    if args.spacy_model:
        options["polymath_spacy_pipeline"] = {"model": args.spacy_model}
    if args.gliner:
        options["polymath_gliner"] = {"model": args.gliner}
    price_in, price_out = args.llm_price or (None, None)
    llm = {
        "model": args.llm_model,
        "key_env": args.llm_key_env,
        "send_text": args.llm_send or None,
        "send_restricted": args.llm_send_restricted or None,
        "max_tokens": args.llm_max_tokens,
        "max_cost": args.llm_max_cost,
        "price_in": price_in,
        "price_out": price_out,
        "cache": args.llm_cache,
    }
    given = {name: value for name, value in llm.items() if value is not None}
    if args.llm:
        options["polymath_llm"] = {"base_url": args.llm, **given}
    elif given:
        raise PolymathError(
            "Options that begin with --llm- need the address of a language model: --llm URL."
        )
    return options


def _ingest(args: argparse.Namespace) -> int:
    # spaCy takes seconds to load, and the other commands do without it.
    from extractors.ingesting import ingest
    from extractors.pipeline import PipelineConfig

    options = own_models(args)
    config = replace(
        PipelineConfig.with_vocabularies(args.vocabulary),
        options=options,
        patterns=tuple(args.patterns),
    )
    with kg.connect(args.graph) as graph:
        report = ingest(
            graph,
            *args.paths,
            config=config,
            workers=args.workers,
            prune=args.prune,
            progress=not (args.quiet or args.json),
        )
    value, text = report.as_dict(), str(report)
    if "polymath_llm" in options:
        from extractors.adapters.asking import Settings

        spent = Settings.of(options["polymath_llm"]).ledger().summary(args.llm_model)
        value["llm"], text = spent.as_dict(), f"{text}\n{spent}"
    show(args, value, text)
    return 1 if report.failed else 0
