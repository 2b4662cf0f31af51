"""What can be told of each concept on a canvas besides what is sent with it, worked out when asked for.

==========  ==================================================================
discipline  of most works that speak of the concept (:mod:`kg.bridges`)
community   of the whole graph that it is in (:mod:`kg.drilling`)
given ones  a text or a number for each concept, from Python
==========  ==================================================================

A column is kept with the nodes of the canvas; what comes later is added when it is asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kg.bridges import Bridges, bridges, home, spoken_of
from kg.drilling import communities, communities_of
from kg.errors import PolymathError
from kg.graph import Graph
from widgets.canvas import Canvas
from widgets.protocol import Rows, categories, numbers

OWN = ("kind", "discipline", "community")
"""Columns of texts that every graph has."""
SEVERAL = "several disciplines"
SMALLER = "a smaller community"
MOST = 200
"""No column of texts has more different ones."""
_TAKEN = (*OWN, "id", "name", "members", "homes", "disciplines", "works", "n_works", "degree",
          "belief", "year", "accepted", "same")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A column that was given from Python: a value by id or name of a concept."""

    values: Mapping[str, str | float]
    numeric: bool


def given(name: str, values: Mapping[str, Any] | pd.Series) -> Given:
    """Take a column in.

    Args:
        name: What it is called in the page.
        values: Texts or numbers by id or name of a concept; a Series by its index. None and NaN
            are left out.

    Raises:
        PolymathError: If the name is taken, or the values are neither texts nor numbers.

    >>> given("votes", pd.Series({"graphene": 3, "insulin": None})).values
    {'graphene': 3.0}
    """
    if not name.strip() or len(name) > 80 or name in _TAKEN:
        raise PolymathError(
            f"A column cannot be called {name[:80]!r} here; give it another name, as in "
            'colour_by(values, name="votes").'
        )
    known = {str(k): v for k, v in dict(values).items() if v is not None and not _gap(v)}
    if all(isinstance(v, bool | np.bool_) for v in known.values()):
        known = {k: "yes" if v else "no" for k, v in known.items()}
    if all(isinstance(v, int | float | np.number) for v in known.values()):
        return Given({k: float(v) for k, v in known.items() if np.isfinite(float(v))}, True)
    if not all(isinstance(v, str) for v in known.values()):
        kinds = sorted({type(v).__name__ for v in known.values()})
        raise PolymathError(
            f"Column {name!r} holds {', '.join(kinds)}; give texts only or numbers only."
        )
    if (different := len(set(known.values()))) > MOST:
        raise PolymathError(
            f"Column {name!r} holds {different:,} different texts; put them into {MOST} groups or "
            "fewer, or give numbers."
        )
    return Given(known, False)


def _gap(value: Any) -> bool:
    return bool(np.ndim(value) == 0 and pd.isna(value))


def fill(graph: Graph, canvas: Canvas, name: str, given: Mapping[str, Given]) -> None:
    """Let ``canvas.nodes[name]`` hold a value for each node: a text, "" for none; or a number or NaN.

    Raises:
        PolymathError: If there is no such column.
    """
    if name == "kind":
        return
    if name not in OWN and name not in given:
        known = ", ".join([*OWN, *given])
        raise PolymathError(f"There is no column {name!r} to tell; there are {known}.")
    if name == "discipline":
        _fill_homes(graph, canvas)
    missing = _missing(canvas, name)
    if not missing.any():
        return
    rows = canvas.nodes[missing]
    if name == "discipline":
        values: list[Any] = [_one(homes) for homes in rows["homes"]]
    elif name == "community":
        values = _communities(graph, rows)
    else:
        column = given[name]
        none = np.nan if column.numeric else ""
        values = [
            column.values.get(i, column.values.get(n, none))
            for i, n in zip(rows["id"], rows["name"], strict=True)
        ]
    _put(canvas, name, missing, values)


def forget(canvas: Canvas, name: str) -> None:
    """Let a column be filled anew, because other values were given."""
    canvas.nodes = canvas.nodes.drop(columns=name, errors="ignore")


def shown(canvas: Canvas) -> list[str]:
    """The given columns that a canvas has been told by."""
    return [str(name) for name in canvas.nodes.columns if name not in _TAKEN]


def in_numbers(canvas: Canvas, name: str) -> bool:
    """Whether a filled column holds numbers."""
    return not any(isinstance(value, str) for value in canvas.nodes[name])


def table(canvas: Canvas, name: str, first: int, numeric: bool) -> Rows:
    """A filled column from a node on, ready to be packed: ``value``, and ``known`` for numbers."""
    values = canvas.nodes[name].iloc[first:]
    if not numeric:
        return len(values), {"value": categories(values.tolist())}
    known = np.isfinite(values.to_numpy(float))
    return len(values), {
        "value": numbers(np.where(known, values.to_numpy(float), 0.0), "f4"),
        "known": numbers(known, "u1"),
    }


def between(graph: Graph, canvas: Canvas) -> Bridges:
    """The statements of a canvas that join disciplines, and the concepts that stand between."""
    _fill_homes(graph, canvas)
    rows = zip(canvas.nodes["id"], canvas.nodes["homes"], strict=True)
    return bridges({c: dict.fromkeys(homes, 1) for c, homes in rows}, canvas.edges)


def strongest(found: Bridges) -> list[list[Any]]:
    """The three pairs of disciplines that most statements join, and how many do."""
    return found.between.head(3)[["a", "b", "statements"]].values.tolist()


def bridge_tables(canvas: Canvas, found: Bridges) -> dict[str, Rows]:
    """Numbers of the edges that are bridges and of the nodes that are connectors, ready to be packed."""
    nodes = [canvas.number[c] for c in found.connectors()]
    edges = np.flatnonzero(found.statements)
    return {
        "bridges": (len(edges), {"edge": numbers(edges, "u")}),
        "connectors": (len(nodes), {"node": numbers(nodes, "u")}),
    }


def _missing(canvas: Canvas, name: str) -> pd.Series:
    if name not in canvas.nodes:
        return pd.Series(True, index=canvas.nodes.index)
    return canvas.nodes[name].isna()


def _put(canvas: Canvas, name: str, rows: pd.Series, values: list[Any]) -> None:
    whole = np.empty(len(canvas.nodes), dtype=object)
    if name in canvas.nodes:
        whole[:] = canvas.nodes[name].to_numpy(object)
    for at, value in zip(np.flatnonzero(rows), values, strict=True):
        whole[at] = value
    # Another canvas may share the rows.
    canvas.nodes = canvas.nodes.assign(**{name: whole})


def _fill_homes(graph: Graph, canvas: Canvas) -> None:
    missing = _missing(canvas, "homes")
    if missing.any():
        rows = canvas.nodes[missing]
        spoken = spoken_of(graph.store, rows["id"].tolist())
        members = rows["members"].fillna(0).to_numpy(float)
        # A community is at home in its most frequent discipline.
        homes = [
            tuple(fields or ())[:1] if held else home(spoken[c])
            for c, fields, held in zip(rows["id"], rows["disciplines"], members, strict=True)
        ]
        _put(canvas, "homes", missing, homes)


def _one(homes: tuple[str, ...]) -> str:
    """As many works may speak of a concept in one discipline as in another: two are told, more are not."""
    return SEVERAL if len(homes) > 2 else " · ".join(homes)


def _communities(graph: Graph, rows: pd.DataFrame) -> list[str]:
    names = {c.id: c.name for c in communities(graph.store).shown}
    of = communities_of(graph.store, rows["id"].tolist())
    held = rows["members"].fillna(0).to_numpy(float)
    return [
        name if n else names.get(of[c], SMALLER) if c in of else ""
        for c, name, n in zip(rows["id"], rows["name"], held, strict=True)
    ]
