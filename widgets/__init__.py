"""Views of a graph for notebooks. They ask a graph; they never write one.

>>> from widgets import Explorer, Walkthrough
"""

from __future__ import annotations

from widgets.explorer import Explorer
from widgets.walkthrough import Walkthrough

__all__ = ["Explorer", "Walkthrough"]
