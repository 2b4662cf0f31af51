"""Views of a graph for notebooks. They ask a graph; only a Curator writes, what a person decides.

>>> from widgets import Curator, Explorer, Walkthrough
"""

from __future__ import annotations

from widgets.curator import Curator
from widgets.explorer import Explorer
from widgets.walkthrough import Walkthrough

__all__ = ["Curator", "Explorer", "Walkthrough"]
