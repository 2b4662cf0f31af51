"""What is to be seen of what is on a canvas, as the page decides it (``src/filters.ts``, ``src/scene.ts``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.errors import PolymathError
from widgets.canvas import Canvas

Bools = npt.NDArray[np.bool_]
_CONTRADICTED = ("mixed", "negative")
_NEAR = 1e-4  # beliefs reach the page in steps


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person has hidden, and bounds on statements.

    Attributes:
        hidden: Nodes that are hidden.
        pinned: Nodes that stay where they are, and stay visible when a filter leaves nothing
            to say about them.
        gone: Edges that an undone step had brought.
        min_belief: Least belief.
        since: First year of evidence is this one or later; a statement without one is left out.
        until: … or earlier.
        accepted: Only what a person has accepted.
        contradicted: Only what some evidence denies.
        off: Column and value of what is switched off, such as ``("kind", "gene")``; the column
            is one of :attr:`Canvas.nodes`, and one that is not there hides nothing.
    """

    hidden: tuple[int, ...] = ()
    pinned: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    min_belief: float = 0.0
    since: int | None = None
    until: int | None = None
    accepted: bool = False
    contradicted: bool = False
    off: tuple[tuple[str, str], ...] = ()

    def seen(self, canvas: Canvas) -> tuple[Bools, Bools]:
        """Which nodes and which edges of a canvas are to be seen, shapes (nodes,) and (edges,)."""
        nodes = ~_flags(self.hidden, len(canvas.nodes))
        for column in {column for column, _ in self.off} & set(canvas.nodes.columns):
            values = [value for name, value in self.off if name == column]
            nodes &= ~canvas.nodes[column].isin(values).to_numpy(bool)
        ends, edges = canvas.ends, ~_flags(self.gone, len(canvas.edges))
        edges &= nodes[ends].all(axis=1) if len(ends) else True
        if self._of_statements():
            edges &= self._passing(canvas)
            said, degree = (
                np.bincount(e.ravel(), minlength=len(nodes)) > 0 for e in (ends[edges], ends)
            )
            # A concept of which nothing is left to say leaves with its last statement.
            nodes &= said | ~degree | _flags(self.pinned, len(nodes))
        return nodes, edges

    def showing(self, nodes: Iterable[int]) -> Wanted:
        """This, with these nodes no longer hidden."""
        shown = set(nodes)
        return replace(self, hidden=tuple(n for n in self.hidden if n not in shown))

    def _of_statements(self) -> bool:
        return replace(self, hidden=(), pinned=(), gone=(), off=()) != Wanted()

    def _passing(self, canvas: Canvas) -> Bools:
        said = canvas.edges
        passing = said["belief"].to_numpy(float) >= self.min_belief - _NEAR
        if self.accepted:
            passing &= said["accepted"].eq(True).to_numpy(bool)
        if self.contradicted:
            passing &= said["polarity"].isin(_CONTRADICTED).to_numpy(bool)
        if self.since is not None or self.until is not None:
            year = said["first_year"].astype("Int64").to_numpy(float, na_value=np.nan)
            low, high = (
                (-np.inf if self.since is None else self.since),
                (np.inf if self.until is None else self.until),
            )
            passing &= (year >= low) & (year <= high)
        return np.asarray(passing)

    def told(self) -> dict[str, Any]:
        """As a page tells it."""
        numbered = {name: list(getattr(self, name)) for name in ("hidden", "pinned", "gone")}
        return {**numbered, "filters": {f: getattr(self, f) for f in _FILTERS}}

    def heard(self, content: Mapping[str, Any], canvas: Canvas) -> Wanted:
        """This, with what a page says of it; what it does not say stays as it is.

        Raises:
            PolymathError: If the page says what makes no sense.
        """
        n, e = len(canvas.nodes), len(canvas.edges)
        new: dict[str, Any] = {
            name: numbers_in(content[name], most)
            for name, most in (("hidden", n), ("pinned", n), ("gone", e))
            if name in content
        }
        if "filters" in content:
            new |= _filters(content["filters"])
        return replace(self, **new)


_FILTERS = tuple(f.name for f in fields(Wanted) if f.name not in ("hidden", "pinned", "gone"))


def _flags(numbers: tuple[int, ...], n: int) -> Bools:
    flags = np.zeros(n, dtype=bool)
    flags[list(numbers)] = True
    return flags


def numbers_in(raw: Any, most: int) -> tuple[int, ...]:
    """Numbers on the canvas that a page sends, each once; those that are not there are passed over.

    Raises:
        PolymathError: If it is no list of whole numbers.
    """
    if not isinstance(raw, list) or not all(type(v) is int for v in raw):
        raise PolymathError(
            "The page sends something else than a list of numbers; reload the page."
        )
    return tuple(v for v in dict.fromkeys(raw) if 0 <= v < most)


def _filters(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise PolymathError("The page sends filters that are none; reload the page.")

    def number(name: str) -> float | None:
        value = raw.get(name)
        return value if isinstance(value, int | float) and np.isfinite(value) else None

    years = {name: None if (v := number(name)) is None else int(v) for name in ("since", "until")}
    off = raw.get("off")
    return {
        **years,
        "min_belief": min(max(float(number("min_belief") or 0.0), 0.0), 1.0),
        "accepted": raw.get("accepted") is True,
        "contradicted": raw.get("contradicted") is True,
        "off": _pairs(off) if isinstance(off, list) else (),
    }


def _pairs(raw: list[Any]) -> tuple[tuple[str, str], ...]:
    pairs = [tuple(map(str, p)) for p in raw if isinstance(p, list | tuple) and len(p) == 2]
    return tuple(dict.fromkeys((str(a), str(b)) for a, b in pairs))
