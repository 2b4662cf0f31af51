"""What people decide about a graph, kept as a log that any graph of the same sources obeys."""

from __future__ import annotations

from kg.curation.curating import Curation

__all__ = ["Curation"]
