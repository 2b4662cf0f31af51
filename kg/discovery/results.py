"""What a result names: its tables, and the concepts and statements whose ids stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pandas as pd

from kg.graph import Graph

_STATEMENT = "st:"


def tables_of(found: Any) -> dict[str, pd.DataFrame]:
    """The tables of a result of :mod:`kg.discovery`, by name; of a DataFrame, itself.

    >>> tables_of(pd.DataFrame({"id": ["pm:graphene"]})).keys()
    dict_keys(['found'])
    """
    if isinstance(found, pd.DataFrame):
        return {"found": found}
    if not is_dataclass(found):
        return {}
    held = {f.name: getattr(found, f.name) for f in fields(found)}
    return {
        n: v.reset_index() if isinstance(v, pd.Series) else v
        for n, v in held.items()
        if isinstance(v, (pd.DataFrame, pd.Series))
    }


def statements_in(tables: Iterable[pd.DataFrame]) -> list[str]:
    """Ids of all statements that stand in some tables, in their order, each once."""
    ids = (t for frame in tables for t in _texts(frame))
    return list(dict.fromkeys(t for t in ids if t.startswith(_STATEMENT)))


def concepts_in(graph: Graph, tables: Iterable[pd.DataFrame]) -> list[str]:
    """Ids of all concepts of a graph that stand in some tables, in their order, each once."""
    ids = (t for frame in tables for t in _texts(frame))
    maybe = dict.fromkeys(t for t in ids if ":" in t and not t.startswith(_STATEMENT))
    return graph.concepts(maybe)["id"].tolist()


def _texts(frame: pd.DataFrame) -> Iterator[str]:
    """All texts in a table, those in lists too, row by row."""
    columns = [c for c in frame.columns if frame[c].dtype == object or frame[c].dtype == "string"]
    for row in frame[columns].itertuples(index=False):
        for value in row:
            if isinstance(value, str):
                yield value
            elif isinstance(value, (tuple, list)):
                yield from (v for v in value if isinstance(v, str))
