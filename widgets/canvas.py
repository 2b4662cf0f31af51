"""What is on the canvas: concepts and statements in order of arrival, and where they are.

Numbers of nodes and edges are never given twice, so a later message can name an old one by
its number, and only what is new has to be sent. Ids stay here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.errors import PolymathError
from widgets import layout
from widgets.arrangements import LAYOUTS, Arrangement, Ground, Guide
from widgets.protocol import Column, Rows, categories, numbers, text

_NODE = ("id", "name", "kind", "n_works", "disciplines", "members")
_EDGE = (
    "statement", "subject", "object", "predicate", "polarity", "belief",
    "n_evidence", "n_works", "first_year", "last_year", "accepted",
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
    edge: dict[str, int] = field(default_factory=dict)
    arranged: str = "free"
    by: str = "kind"
    """Column that the canvas is grouped by, if it is."""
    guides: tuple[Guide, ...] = ()
    settled: bool = False
    """Whether a page has refined the layout, or a person has changed it."""

    def copy(self) -> Canvas:
        """A canvas that can be changed without changing this one."""
        return Canvas(
            self.nodes, self.edges, self.positions.copy(), dict(self.number), dict(self.edge),
            self.arranged, self.by, self.guides, self.settled,
        )  # fmt: skip

    def concepts(self, numbers: Iterable[int]) -> pd.DataFrame:
        """Nodes by number: id, name, kind, n_works, disciplines."""
        columns = ["id", "name", "kind", "n_works", "disciplines"]
        return self.nodes[columns].iloc[list(numbers)].reset_index(drop=True)

    def statements(self, numbers: Iterable[int]) -> pd.DataFrame:
        """Edges by number, in the columns of RELATED that a canvas has, with the names of both ends."""
        rows = self.edges.iloc[list(numbers)].reset_index(drop=True)
        names = self.nodes["name"].tolist()
        for at, end in ((2, "subject"), (4, "object")):
            named = [names[self.number[c]] for c in rows[end].tolist()]
            rows.insert(at, f"{end}_name", named)
        return rows

    def part(self, nodes: npt.NDArray[np.bool_], edges: npt.NDArray[np.bool_]) -> Canvas:
        """A canvas of these nodes and edges alone, each where it is.

        Args:
            nodes: Which to keep, shape (nodes,).
            edges: Which to keep, shape (edges,); both ends of each are kept.
        """
        n, e = self.nodes[nodes], self.edges[edges]
        return Canvas(
            n.reset_index(drop=True), e.reset_index(drop=True), self.positions[nodes].copy(),
            {c: i for i, c in enumerate(n["id"].tolist())},
            {s: i for i, s in enumerate(e["statement"].tolist())},
            self.arranged, self.by, self.guides, self.settled,
        )  # fmt: skip

    @property
    def layout_name(self) -> str:
        """Name of the layout, with what it groups by if it groups."""
        return f"{self.arranged}:{self.by}" if self.arranged == "groups" else self.arranged

    @property
    def ends(self) -> layout.Ints:
        """Numbers of the subject and object of each edge, shape (edges, 2)."""
        if not len(self.edges):
            return np.zeros((0, 2), dtype=np.int64)
        return np.column_stack(
            [
                np.fromiter((self.number[c] for c in self.edges[end].tolist()), np.int64)
                for end in ("subject", "object")
            ]
        )

    def radii(self) -> layout.Floats:
        """Radius of each node at zoom 1, in pixels.

        Its area grows with the works that name a concept, or with the concepts of a community.
        """
        works = np.sqrt(np.maximum(self.nodes["n_works"].to_numpy(float), 0.0))
        members = self.members()
        held = np.clip(10.0 + 0.4 * np.sqrt(members), 14.0, 70.0)
        return np.asarray(np.where(members > 0, held, np.clip(4.5 + 2.2 * works, 6.0, 22.0)))

    def members(self) -> layout.Floats:
        """How many concepts each node stands for that is a community; 0 for a concept."""
        return np.asarray(self.nodes["members"].fillna(0), dtype=np.float64)

    def boxes(self) -> layout.Floats:
        """Width and height of each node with its label, shape (nodes, 2), in pixels."""
        across = 2 * self.radii()
        wide = np.array(
            [min(label_width(name), 170.0) for name in self.nodes["name"].tolist()] or [0.0]
        )
        if not len(self.nodes):
            return np.zeros((0, 2))
        return np.column_stack([np.maximum(across, wide) + 10.0, across + 24.0])

    def concept(self, number: int) -> str:
        """Id of the concept of that number.

        Raises:
            PolymathError: If there is none.
        """
        return str(_row(self.nodes, "id", number, "concept"))

    def statement(self, number: int) -> str:
        """Id of the statement of that number.

        Raises:
            PolymathError: If there is none.
        """
        return str(_row(self.edges, "statement", number, "statement"))

    def move(self, moved: Mapping[int, tuple[float, float]]) -> None:
        """Put nodes where a person dragged them; numbers that are not there are passed over."""
        for node, (x, y) in moved.items():
            if 0 <= node < len(self.positions) and np.isfinite([x, y]).all():
                self.positions[node] = x, y
                self.settled = True

    def put(self, x: npt.ArrayLike, y: npt.ArrayLike) -> None:
        """Put all nodes where a page has them; columns that are not theirs are passed over."""
        columns = np.asarray(x, float), np.asarray(y, float)
        if all(len(c) == len(self.positions) and np.isfinite(c).all() for c in columns):
            self.positions = np.column_stack(columns)
            self.settled = True

    def years(self) -> layout.Floats:
        """Year of the first evidence on each node, NaN where no statement has one."""
        first = np.full(len(self.nodes), np.inf)
        said = self.edges["first_year"].astype("Int64").to_numpy(float, na_value=np.inf)
        for end in self.ends.T:
            np.minimum.at(first, end, said)
        return np.where(np.isfinite(first), first, np.nan)

    def arrange(
        self,
        name: str,
        *,
        by: str = "kind",
        start: int | None = None,
        end: int | None = None,
        seed: int = 0,
    ) -> Arrangement:
        """Lay out the whole canvas anew, old nodes too.

        Args:
            name: A layout of :data:`widgets.arrangements.LAYOUTS`.
            by: Column of :attr:`nodes` that ``groups`` groups by.
            start: Node from which ``steps`` are counted.
            end: Node to which they lead.
            seed: Seed of the layout.

        Raises:
            PolymathError: If there is no such layout, column or node.
        """
        if name not in LAYOUTS:
            raise PolymathError(f"There is no layout {name!r}; choose one of {', '.join(LAYOUTS)}.")
        grouped = name == "groups"
        if grouped and by not in self.nodes.columns:
            raise PolymathError(
                f"Concepts have no column {by!r} to be grouped by; "
                f"choose one of {', '.join(self.nodes.columns)}."
            )
        for node in (start, end):
            if node is not None:
                self.concept(node)
        groups = tuple(str(v) for v in self.nodes[by]) if grouped else ("",) * len(self.nodes)
        ground = Ground(self.boxes(), self.ends, self.years(), groups, start, end, seed)
        found = LAYOUTS[name](ground)
        self.positions = found.positions.copy()
        self.arranged, self.guides, self.settled = name, found.guides, name != "free"
        self.by = by if grouped else self.by
        return found

    def add(self, concepts: pd.DataFrame, related: pd.DataFrame, *, seed: int = 0) -> Change:
        """Add what is not there yet and give it a place; nothing that is there moves.

        Args:
            concepts: Concepts in the columns of :class:`kg.model.Concept`.
            related: Statements in the columns of :class:`kg.model.Related` and ``accepted``,
                whether a person has said yes; those with an end that is neither on the
                canvas nor in *concepts* are left out.
            seed: Seed of the layout.
        """
        old_nodes, old_edges = len(self.nodes), len(self.edges)
        fresh = concepts[_new(concepts["id"], self.number)]
        for concept in fresh["id"].tolist():
            self.number[concept] = len(self.number)
        known = _among(related["subject"], self.number) & _among(related["object"], self.number)
        said = related[known]
        rows = said[_new(said["statement"], self.edge)]
        for statement in rows["statement"].tolist():
            self.edge[statement] = len(self.edge)
        self.nodes = _append(self.nodes, fresh, _NODE)
        self.edges = _append(self.edges, rows, _EDGE)
        self.positions = layout.place(
            self.boxes(), self.ends, self.positions if old_nodes else None, seed=seed
        )
        ends = said["subject"].tolist() + said["object"].tolist()
        around = dict.fromkeys(concepts["id"].tolist() + ends)
        return Change(old_nodes, old_edges, tuple(self.number[c] for c in around))

    def tables(self, nodes: int = 0, edges: int = 0) -> dict[str, Rows]:
        """Nodes and edges from these numbers on, ready to be packed."""
        n, e, ends = self.nodes[nodes:], self.edges[edges:], self.ends[edges:]
        return {
            "nodes": (
                len(n),
                {
                    "name": text(n["name"].tolist()),
                    "kind": categories(n["kind"].tolist()),
                    "n_works": numbers(n["n_works"], "u"),
                    "members": numbers(self.members()[nodes:], "u"),
                    "radius": numbers(self.radii()[nodes:], "f4"),
                    **self._places(nodes),
                },
            ),
            "edges": (
                len(e),
                {
                    "subject": numbers(ends[:, 0], "u"),
                    "object": numbers(ends[:, 1], "u"),
                    "predicate": categories(e["predicate"].tolist()),
                    "polarity": categories(e["polarity"].tolist()),
                    "accepted": numbers(e["accepted"].eq(True), "u1"),
                    "belief": numbers(e["belief"], "q2"),
                    "n_evidence": numbers(e["n_evidence"], "u"),
                    "n_works": numbers(e["n_works"], "u"),
                    "first_year": numbers(e["first_year"], "i2"),
                    "last_year": numbers(e["last_year"], "i2"),
                },
            ),
        }

    def places(self) -> dict[str, Rows]:
        """Where all nodes are, ready to be packed."""
        return {"places": (len(self.nodes), self._places(0))}

    def _places(self, nodes: int) -> dict[str, Column]:
        return {
            "x": numbers(self.positions[nodes:, 0], "f4"),
            "y": numbers(self.positions[nodes:, 1], "f4"),
        }


def _among(ids: pd.Series[str], known: Mapping[str, int]) -> npt.NDArray[np.bool_]:
    return np.fromiter((i in known for i in ids.tolist()), bool, len(ids))


def _new(ids: pd.Series[str], known: Mapping[str, int]) -> npt.NDArray[np.bool_]:
    """Which are not known, and have not come before."""
    return ~_among(ids, known) & ~ids.duplicated().to_numpy()


def _append(there: pd.DataFrame, new: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    new = new.reindex(columns=list(columns))
    if not len(there):
        return new.reset_index(drop=True)
    return pd.concat([there, new], ignore_index=True) if len(new) else there


def _row(frame: pd.DataFrame, column: str, number: int, what: str) -> object:
    if not 0 <= number < len(frame):
        raise PolymathError(
            f"The canvas has {len(frame)} {what}s and none of number {number}; start over."
        )
    return frame[column].iloc[number]


def label_width(name: str, size: float = 12.0) -> float:
    """About how wide a label is in pixels; East Asian characters are as wide as they are high."""
    if name.isascii():
        return 0.55 * size * len(name)
    return sum(size if ord(c) >= 0x2E80 else 0.55 * size for c in name)
