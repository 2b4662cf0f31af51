"""One HTML file in which a colleague decides without an installation: no kernel, no network."""

from __future__ import annotations

from kg.errors import PolymathError
from kg.graph import Graph
from widgets.desk import Desk


def render(graph: Graph, desk: Desk, n: int, by: str) -> str:
    """The page as text."""
    raise PolymathError("not yet")
