"""Views of a graph for notebooks. They ask a graph; they never write one.

>>> from widgets import Explorer
"""

from __future__ import annotations

from widgets.explorer import Explorer

__all__ = ["Explorer"]
