"""``kg ingest``, which joins the ``kg`` command through its entry point."""

from __future__ import annotations

import argparse
from typing import Any

import kg
from kg.cli import add_command, show

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
    parser.add_argument("--workers", type=int, help="processes that read (default: all processors)")
    parser.add_argument("--prune", action="store_true", help="take out sources whose file is gone")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def _ingest(args: argparse.Namespace) -> int:
    # spaCy takes seconds to load, and the other commands do without it.
    from extractors.ingesting import ingest
    from extractors.pipeline import PipelineConfig

    config = PipelineConfig.with_vocabularies(args.vocabulary)
    with kg.connect(args.graph) as graph:
        report = ingest(
            graph,
            *args.paths,
            config=config,
            workers=args.workers,
            prune=args.prune,
            progress=not (args.quiet or args.json),
        )
    show(args, report.as_dict(), str(report))
    return 1 if report.failed else 0
