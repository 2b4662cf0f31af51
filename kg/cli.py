"""``kg``: the graph from a terminal. Every command takes ``--json``.

Commands of other packages join through the entry-point group ``kg.commands``: a function
that is given the sub-parsers and sets ``run`` as a default, as those here do.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pandas as pd

import kg
from kg.copying import ParquetDump, load
from kg.doctor import examine
from kg.errors import PolymathError
from kg.licences import LICENCE_CLASSES
from kg.part import EVERYTHING, Only, copy_part
from kg.search import SEARCHED
from kg.verify import verify

GROUP = "kg.commands"
DEFAULT_GRAPH = "science.kg"
Run = Callable[[argparse.Namespace], int]


def add_command(
    commands: Any, name: str, run: Run, summary: str, *, graph: bool = True
) -> argparse.ArgumentParser:
    """A sub-parser with the options every command has.

    Args:
        commands: What :meth:`argparse.ArgumentParser.add_subparsers` gave.
        name: Of the command.
        run: Called with the parsed arguments; returns the exit status.
        summary: One line of help.
        graph: Whether it works on one graph, named by ``--graph``.
    """
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    parser.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
    if graph:
        parser.add_argument(
            "--graph",
            default=os.environ.get("POLYMATH_GRAPH", DEFAULT_GRAPH),
            help="a file, or the address of a Neo4j server (default: $POLYMATH_GRAPH or %(default)s)",
        )
    parser.set_defaults(run=run)
    return parser


def show(args: argparse.Namespace, value: Any, text: str | None = None) -> None:
    """Print *value* as JSON if asked to, else *text*."""
    if args.json:
        print(json.dumps(value, ensure_ascii=False, default=str))
    else:
        print(text if text is not None else value)


def show_frame(args: argparse.Namespace, frame: pd.DataFrame) -> None:
    """Print a DataFrame as a table, or as a JSON list of records."""
    if args.json:
        print(frame.to_json(orient="records", force_ascii=False))
        return
    with pd.option_context(
        "display.unicode.east_asian_width", True, "display.max_colwidth", 60, "display.width", 200,
        "display.max_columns", 20,
    ):  # fmt: skip
        print(frame.to_string(index=False) if len(frame) else "nothing found")


def open_existing(home: str) -> kg.Graph:
    """Open a graph to read; a file that is not there is an error, not a new graph."""
    if "://" not in home and not Path(home).exists():
        raise PolymathError(
            f"There is no graph at {home}; make one with: kg ingest FOLDER --graph {home}"
        )
    return kg.connect(home)


# --------------------------------------------------------------------------- commands


def _stats(args: argparse.Namespace) -> int:
    with open_existing(args.graph) as graph:
        counts = graph.counts()
        families = graph.statistics()
    value = {"graph": args.graph, "rows": counts, **families}
    lines = [f"{name:14} {n:>10,}" for name, n in counts.items()]
    for what, numbers in families.items():
        lines += ["", what.replace("_", " ")]
        lines += [f"  {name:22} {n:>10,}" for name, n in numbers.items()]
    show(args, value, "\n".join(lines))
    return 0


def _search(args: argparse.Namespace) -> int:
    with open_existing(args.graph) as graph:
        found = graph.search(" ".join(args.query), what=args.what, limit=args.limit)
    show_frame(args, found)
    return 0


def _cypher(args: argparse.Namespace) -> int:
    parameters = {}
    for given in args.parameter:
        name, _, value = given.partition("=")
        try:
            parameters[name] = json.loads(value)
        except json.JSONDecodeError:
            parameters[name] = value
    with open_existing(args.graph) as graph:
        show_frame(args, graph.cypher(args.query, **parameters))
    return 0


def _evidence(args: argparse.Namespace) -> int:
    with open_existing(args.graph) as graph:
        statement = graph.statement(args.statement)
        frame = graph.evidence(args.statement)
        named = graph.concepts([statement.subject, statement.object]).set_index("id")["name"]
    said = f"{named[statement.subject]} — {statement.predicate} — {named[statement.object]}"
    lines = [f"{said}   (belief {statement.belief:.2f}, {statement.polarity})"]
    for row in frame.to_dict("records"):
        year = f" ({row['year']})" if not pd.isna(row["year"]) else ""
        lines += [
            "",
            f"  “{row['quote']}”",
            f"    {row['title'] or row['work']}{year}, {row['work']}",
        ]
        lines.append(
            f"    {row['method']} {row['version']}, score {row['score']}, {row['assertion']}"
        )
    value = {
        "statement": asdict(statement),
        "evidence": json.loads(frame.to_json(orient="records")),
    }
    show(args, value, "\n".join(lines))
    return 0


def _copy(args: argparse.Namespace) -> int:
    copied: dict[str, int] = {}

    def progress(name: str, rows: int) -> None:
        copied[name] = copied.get(name, 0) + rows
        if not args.json and sys.stderr.isatty():
            print(f"\r{name}: {copied[name]:,}      ", end="", file=sys.stderr)

    source, target = Path(args.source), Path(args.target)
    only = Only(args.until, args.undated, tuple(args.licence), tuple(args.without))
    if only != EVERYTHING:
        if _is_dump(args.target) or ("://" not in args.source and source.is_dir()):
            raise PolymathError(
                "A part is copied from a graph into a graph; copy it into one, then make a dump of that."
            )
        with open_existing(args.source) as a, kg.connect(args.target) as b:
            copy_part(a.store, only, b.store, progress)
    elif _is_dump(args.target):
        with open_existing(args.source) as graph:
            ParquetDump(target).write(graph.store, progress)
    elif "://" not in args.source and source.is_dir():
        dump = ParquetDump(source)
        dump.check()
        with kg.connect(args.target) as graph:
            load(dump, graph.store, progress)
    else:
        with open_existing(args.source) as a, kg.connect(args.target) as b:
            load(a.store, b.store, progress)
    total = sum(copied.values())
    show(args, {"rows": total, "tables": copied}, f"{total:,} rows copied to {args.target}")
    return 0


def _is_dump(target: str) -> bool:
    return "://" not in target and (target.endswith(("/", "\\")) or Path(target).is_dir())


def _forget(args: argparse.Namespace) -> int:
    with open_existing(args.graph) as graph:
        gone = graph.delete_source(args.source)
    if not gone:
        raise PolymathError(f"The graph {args.graph} has no source {args.source!r}; see: kg cypher "
                            '"MATCH (s:Source) RETURN s.id, s.path"')  # fmt: skip
    show(args, {"passages": gone}, f"{gone:,} passages went, with all that only they said")
    return 0


def _verify(args: argparse.Namespace) -> int:
    with open_existing(args.graph) as graph:
        report = verify(graph.store)
    value = {
        "ok": report.ok,
        "checked": report.checked,
        "wrong": report.found,
        "problems": report.problems,
    }
    show(args, value, f"{report}\n{'everything holds' if report.ok else 'NOT everything holds'}")
    return 0 if report.ok else 1


def _brief(args: argparse.Namespace) -> int:
    # scipy and scikit-learn take a second to load, which no other command needs.
    from kg.discovery.brief import brief

    with open_existing(args.graph) as graph:
        page = brief(graph, args.title, lately=args.lately, disciplines=args.discipline)
        path = page.save(args.path)
    show(args, {"path": str(path)}, f"{path} written; it needs no network")
    return 0


def _doctor(args: argparse.Namespace) -> int:
    findings = examine()
    lines = [
        f"{f.name:14} {f.state}" + (f"\n{'':14} → {f.advice}" if f.advice else "") for f in findings
    ]
    show(args, [asdict(f) for f in findings], "\n".join(lines))
    return 0 if all(f.ok for f in findings) else 1


def parser() -> argparse.ArgumentParser:
    """The whole command line, with what other packages add to it."""
    top = argparse.ArgumentParser(prog="kg", description=__doc__.splitlines()[0])
    top.add_argument("--version", action="version", version=f"polymath-kg {kg.__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        point.load()(commands)
    add_command(commands, "stats", _stats, "count what the graph holds")
    search = add_command(commands, "search", _search, "find concepts, works, data sets, passages")
    search.add_argument("query", nargs="+")
    search.add_argument("--what", choices=list(SEARCHED), default="Concept")
    search.add_argument("--limit", type=int, default=20)
    cypher = add_command(commands, "cypher", _cypher, "ask in Cypher (read-only)")
    cypher.add_argument("query")
    cypher.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE")
    evidence = add_command(commands, "evidence", _evidence, "show the sentences behind a statement")
    evidence.add_argument("statement", help="its id, such as st:0123…")
    copy = add_command(commands, "copy", _copy, "copy a graph to another home", graph=False)
    copy.add_argument("source", help="a graph, or a folder with a Parquet dump")
    copy.add_argument("target", help="an empty graph, or a folder (ending in /) for a Parquet dump")
    copy.add_argument("--until", type=int, metavar="YEAR", help="only works up to this year")
    copy.add_argument(
        "--undated", action="store_true", help="with --until: works of an unknown year, too"
    )
    copy.add_argument(
        "--licence",
        action="append",
        default=[],
        choices=list(LICENCE_CLASSES),
        help="only works under licences of this class (may be given again)",
    )
    copy.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="ID",
        help="leave out this work, data set or source (may be given again)",
    )
    forget = add_command(commands, "forget", _forget, "take a source out with all only it says")
    forget.add_argument("source", help="its id, sha256:…")
    page = add_command(commands, "brief", _brief, "write a page about what moves in a graph")
    page.add_argument("path", help="a file that ends in .html or .md")
    page.add_argument("--title", default="What moves", help="of the page (default: %(default)s)")
    page.add_argument("--lately", type=int, metavar="YEAR", help="the first of the last years")
    page.add_argument(
        "--discipline",
        action="append",
        default=[],
        help="only works of this one (may be given again)",
    )
    add_command(commands, "verify", _verify, "check every quote and every count")
    add_command(
        commands, "doctor", _doctor, "say what is installed and what would improve", graph=False
    )
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status; an error that a user can mend is one sentence."""
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except PolymathError as error:
        if args.json:
            print(json.dumps({"error": str(error)}, ensure_ascii=False))
        else:
            print(f"kg: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("kg: interrupted; run the same command again to go on", file=sys.stderr)
        return 130
