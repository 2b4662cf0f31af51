"""Views of a graph for notebooks. They ask a graph; only a Curator writes, what a person decides.

>>> from widgets import Curator, Explorer
"""

from __future__ import annotations

from widgets.curator import Curator
from widgets.explorer import Explorer

__all__ = ["Curator", "Explorer"]
