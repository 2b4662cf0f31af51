"""Saved views: what an Explorer showed, by stable ids, to be opened again on the graph as it is then.

A view keeps no sentence and no number of the graph, only which concepts and statements were
shown, where, and how. What these are is asked of the graph when the view is opened, and what
the graph no longer has is said in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from kg import __version__
from kg.address import public_address
from kg.graph import Graph
from kg.identity import stands_for
from kg.schema import NODES
from kg.whole_file import write_whole
from widgets.answers import related_rows
from widgets.view_file import Pin, View, ViewError, dumps, loads

LARGEST = 64 * 2**20
"""No larger file is read, in bytes."""
_NAME = re.compile(r"[^\W_][\w .()+-]{0,99}")
_TOLD = 3  # so many names of what is gone
_STATEMENT = NODES["Statement"]


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A saved view as the graph can show it now.

    Attributes:
        view: What the graph still has of it; a concept that was merged is replaced by the
            one it was merged into.
        concepts: In the columns of :class:`kg.model.Concept`, in the order of the view.
        related: Its statements in the columns of RELATED and ``accepted``.
        said: What is different, in one sentence; "" if nothing is.
    """

    view: View
    concepts: pd.DataFrame
    related: pd.DataFrame
    said: str


def save(graph: Graph, view: View, where: str | Path) -> Path:
    """Write a view of a graph. A view of that name is replaced, whole or not at all.

    Args:
        graph: What the view shows; its public address and version are written into the file.
        view: What to keep.
        where: A name, for a view kept beside an embedded graph; or a path that ends in
            ``.json``.

    Raises:
        ViewError: If the name is none, or the file cannot be written.
    """
    target = _path(graph, where)
    stamped = replace(
        view,
        graph=public_address(graph.url),
        graph_version=view.graph_version or graph.version(),
        package_version=__version__,
    )
    if not isinstance(where, Path) and not where.endswith(".json"):
        with suppress(OSError):  # what cannot be made cannot be written to either, which is told
            target.parent.mkdir(exist_ok=True)
    return write_whole(target, dumps(stamped), "The view", ViewError)


def load(graph: Graph, where: str | Path) -> Opened:
    """Read a view and look up in the graph what has become of it.

    Raises:
        ViewError: If there is no such view, or the file is none.
    """
    path = _path(graph, where)
    try:
        if path.stat().st_size > LARGEST:
            raise ViewError(
                f"{path} is larger than {LARGEST // 2**20} MB, and no saved view is; choose another file."
            )
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        near = names(graph)
        there = f"; there are {', '.join(near)}" if near else ""
        raise ViewError(
            f"There is no view {str(where)!r} to read ({error.strerror}){there}."
        ) from error
    except UnicodeDecodeError as error:
        raise ViewError(f"{path} is no saved view: it is not text in UTF-8.") from error
    return reopen(graph, loads(text, str(path)))


def names(graph: Graph) -> list[str]:
    """Names of the views kept beside the graph, in the order of the alphabet."""
    folder = _folder(graph)
    return [] if folder is None else sorted(p.stem for p in folder.glob("*.json"))


def rename(graph: Graph, name: str, to: str) -> None:
    """Give a view that is kept beside the graph another name.

    Raises:
        ViewError: If there is none of that name, the other is taken, or is no name.
    """
    target = _path(graph, to)
    if target.exists():
        raise ViewError(f"There is a view {to!r} already; choose another name.")
    try:
        _path(graph, name).rename(target)
    except OSError as error:
        raise ViewError(f"There is no view {name!r} to rename ({error.strerror}).") from error


def delete(graph: Graph, name: str) -> None:
    """Remove a view that is kept beside the graph.

    Raises:
        ViewError: If there is none of that name.
    """
    try:
        _path(graph, name).unlink()
    except OSError as error:
        raise ViewError(f"There is no view {name!r} to remove ({error.strerror}).") from error


def _folder(graph: Graph) -> Path | None:
    beside = graph.store.beside
    return None if beside is None else beside.with_name(f"{beside.name}-views")


def _path(graph: Graph, where: str | Path) -> Path:
    if isinstance(where, Path) or where.endswith(".json"):
        path = Path(where)
        if path.suffix != ".json":
            raise ViewError(f"A saved view is a file that ends in .json; {path} does not.")
        return path
    if not _NAME.fullmatch(where):
        raise ViewError(
            f"{where[:100]!r} is no name for a view: take up to 100 letters, digits, spaces and . ( ) + - _, "
            "beginning with a letter or digit, or give a path that ends in .json."
        )
    folder = _folder(graph)
    if folder is None:
        raise ViewError(
            f"The graph {graph.url} is on a server, and nothing is kept beside it; "
            "give a path that ends in .json."
        )
    return folder / f"{where}.json"


# ------------------------------------------------------------------ what has become of it


def reopen(graph: Graph, view: View) -> Opened:
    """A view as the graph can show it now."""
    with graph.store.reading() as reader:
        merged = stands_for(reader, [p.id for p in view.concepts])
        rows = reader.select(_STATEMENT, "id", [*view.statements])
    nodes = graph.concepts(dict.fromkeys(merged.get(p.id, p.id) for p in view.concepts))
    there = dict(zip(nodes["id"], nodes["name"], strict=True))
    pins: dict[str, Pin] = {}
    for pin in view.concepts:
        now = merged.get(pin.id, pin.id)
        # Of several that are one now, that one's own place, else the first's.
        if now in there and (now not in pins or now == pin.id):
            pins[now] = replace(pin, id=now, name=there[now])
    said = {row["id"]: row for row in _STATEMENT.dicts(rows)}
    # Without evidence is what a person has corrected into another statement.
    kept = [
        row
        for s in view.statements
        if (row := said.get(s)) and row["status"] != "rejected" and row["n_evidence"]
    ]
    for row in kept:
        row |= {end: merged.get(row[end], row[end]) for end in ("subject", "object")}
    kept = [row for row in kept if row["subject"] in pins and row["object"] in pins]
    ids = {row["id"] for row in kept}
    selected = dict.fromkeys(merged.get(c, c) for c in view.selected)
    now_shown = replace(
        view,
        concepts=tuple(pins.values()),
        statements=tuple(row["id"] for row in kept),
        hidden=tuple(s for s in view.hidden if s in ids),
        selected=tuple(c for c in selected if c in pins),
    )
    rejected = sum(row["status"] == "rejected" for row in said.values())
    parts = [
        *_gone([p for p in view.concepts if merged.get(p.id, p.id) not in there], view),
        *_become([(p, there[m]) for p in view.concepts if (m := merged.get(p.id)) in there]),
        *_unsaid(len(view.statements) - len(kept) - rejected, rejected, len(view.statements)),
        *_elsewhere(view, graph.version()),
    ]
    sentence = "; ".join(parts)
    return Opened(
        now_shown,
        nodes[nodes["id"].isin(pins)].reset_index(drop=True),
        related_rows(kept),
        sentence[:1].upper() + sentence[1:] + "." if sentence else "",
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _TOLD
    return ", ".join(names[:_TOLD]) + (f" and {more:,} more" if more > 0 else "")


def _gone(pins: Sequence[Pin], view: View) -> Iterable[str]:
    if pins:
        names = _listed([p.name or p.id for p in pins])
        verb = "is" if len(pins) == 1 else "are"
        yield f"{len(pins):,} of {len(view.concepts):,} concepts {verb} no longer in the graph ({names})"


def _become(merged: Sequence[tuple[Pin, str]]) -> Iterable[str]:
    if merged:
        names = _listed([f"{p.name or p.id} into {now}" for p, now in merged])
        verb = "was" if len(merged) == 1 else "were"
        yield f"{len(merged):,} concept{'' if len(merged) == 1 else 's'} {verb} merged ({names})"


def _unsaid(gone: int, rejected: int, all_: int) -> Iterable[str]:
    if gone:
        yield f"{gone:,} of {all_:,} statements {'is' if gone == 1 else 'are'} no longer said"
    if rejected:
        yield f"{rejected:,} of {all_:,} statements {'was' if rejected == 1 else 'were'} rejected"


def _elsewhere(view: View, version: str) -> Iterable[str]:
    was, now = view.graph_version.rpartition(":")[0], version.rpartition(":")[0]
    if was and was != now:
        yield f"the view was saved from another graph ({view.graph})"
