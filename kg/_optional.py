"""One way to say that an optional dependency is missing."""

from __future__ import annotations

import importlib
from types import ModuleType

from kg.errors import MissingExtra


def require(module: str, extra: str, purpose: str) -> ModuleType:
    """Import *module*, or say in one sentence which extra brings it.

    >>> require("json", "none", "read JSON").__name__
    'json'
    >>> require("no_such_module", "py2neo", "talk to old notebooks")
    Traceback (most recent call last):
    ...
    kg.errors.MissingExtra: To talk to old notebooks, install the extra: pip install "polymath-kg[py2neo]"
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtra(
            f'To {purpose}, install the extra: pip install "polymath-kg[{extra}]"'
        ) from error
