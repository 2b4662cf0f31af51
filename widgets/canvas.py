"""What is on the canvas: concepts and statements in order of arrival, and where they are.

Numbers of nodes are never given twice, so a later message can name an old node by its
number, and only what is new has to be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from widgets import layout
from widgets.protocol import Rows, categories, numbers, text

_NODE = ("id", "name", "kind", "n_works")
_EDGE = (
    "statement", "subject", "object", "predicate", "polarity", "belief",
    "n_evidence", "n_works", "first_year", "last_year",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What an addition brought: nodes and edges from these numbers on, and all nodes it is about."""

    nodes: int
    edges: int
    around: tuple[int, ...]


@dataclass(slots=True)
class Canvas:
    """The concepts and statements shown, in columns."""

    nodes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_NODE)))
    edges: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_EDGE)))
    positions: layout.Floats = field(default_factory=lambda: np.zeros((0, 2)))
    number: dict[str, int] = field(default_factory=dict)
    _statements: set[str] = field(default_factory=set)

    def copy(self) -> Canvas:
        """A canvas that can be changed without changing this one."""
        return Canvas(
            self.nodes, self.edges, self.positions.copy(), dict(self.number), set(self._statements)
        )

    @property
    def ends(self) -> layout.Ints:
        """Numbers of the subject and object of each edge, shape (edges, 2)."""
        if not len(self.edges):
            return np.zeros((0, 2), dtype=np.int64)
        return np.column_stack(
            [self.edges[c].map(self.number).to_numpy(np.int64) for c in ("subject", "object")]
        )

    def radii(self) -> layout.Floats:
        """Radius of each node at zoom 1, in pixels; its area grows with the works that name it."""
        works = self.nodes["n_works"].to_numpy(float)
        return np.asarray(np.clip(4.5 + 2.2 * np.sqrt(np.maximum(works, 0.0)), 6.0, 22.0))

    def boxes(self) -> layout.Floats:
        """Width and height of each node with its label, shape (nodes, 2), in pixels."""
        across = 2 * self.radii()
        wide = np.array([min(label_width(name), 170.0) for name in self.nodes["name"]] or [0.0])
        if not len(self.nodes):
            return np.zeros((0, 2))
        return np.column_stack([np.maximum(across, wide) + 10.0, across + 24.0])

    def move(self, moved: Mapping[int, tuple[float, float]]) -> None:
        """Put nodes where a person dragged them; numbers that are not there are passed over."""
        for node, (x, y) in moved.items():
            if 0 <= node < len(self.positions) and np.isfinite([x, y]).all():
                self.positions[node] = x, y

    def add(self, concepts: pd.DataFrame, related: pd.DataFrame, *, seed: int = 0) -> Change:
        """Add what is not there yet and give it a place; nothing that is there moves.

        Args:
            concepts: Concepts in the columns of :class:`kg.model.Concept`.
            related: Statements in the columns of :class:`kg.model.Related`; those with an
                end that is neither on the canvas nor in *concepts* are left out.
            seed: Seed of the layout.
        """
        old_nodes, old_edges = len(self.nodes), len(self.edges)
        fresh = concepts[~concepts["id"].isin(list(self.number))].drop_duplicates("id")
        for concept in fresh["id"]:
            self.number[concept] = len(self.number)
        known = related["subject"].isin(list(self.number)) & related["object"].isin(
            list(self.number)
        )
        rows = related[known & ~related["statement"].isin(list(self._statements))]
        rows = rows.drop_duplicates("statement")
        self._statements.update(rows["statement"])
        self.nodes = _append(self.nodes, fresh, _NODE)
        self.edges = _append(self.edges, rows, _EDGE)
        self.positions = layout.place(
            self.boxes(), self.ends, self.positions if old_nodes else None, seed=seed
        )
        ends = pd.concat([related.loc[known, "subject"], related.loc[known, "object"]])
        around = dict.fromkeys([*concepts["id"], *ends])
        return Change(old_nodes, old_edges, tuple(self.number[c] for c in around))

    def tables(self, nodes: int = 0, edges: int = 0) -> dict[str, Rows]:
        """Nodes and edges from these numbers on, ready to be packed."""
        n, e, ends = self.nodes[nodes:], self.edges[edges:], self.ends[edges:]
        return {
            "nodes": (
                len(n),
                {
                    "id": text(n["id"]),
                    "name": text(n["name"]),
                    "kind": categories(n["kind"]),
                    "n_works": numbers(n["n_works"], "u4"),
                    "radius": numbers(self.radii()[nodes:], "f4"),
                    "x": numbers(self.positions[nodes:, 0], "f4"),
                    "y": numbers(self.positions[nodes:, 1], "f4"),
                },
            ),
            "edges": (
                len(e),
                {
                    "statement": text(e["statement"]),
                    "subject": numbers(ends[:, 0], "u4"),
                    "object": numbers(ends[:, 1], "u4"),
                    "predicate": categories(e["predicate"]),
                    "polarity": categories(e["polarity"]),
                    "belief": numbers(e["belief"], "f4"),
                    "n_evidence": numbers(e["n_evidence"], "u4"),
                    "n_works": numbers(e["n_works"], "u4"),
                    "first_year": numbers(e["first_year"], "i4"),
                    "last_year": numbers(e["last_year"], "i4"),
                },
            ),
        }


def _append(there: pd.DataFrame, new: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    new = new[list(columns)]
    if not len(there):
        return new.reset_index(drop=True)
    return pd.concat([there, new], ignore_index=True) if len(new) else there


def label_width(name: str, size: float = 12.0) -> float:
    """About how wide a label is in pixels; East Asian characters are as wide as they are high."""
    return sum(size if ord(c) >= 0x2E80 else 0.55 * size for c in name)
