"""Rows of declared tables as Arrow tables, for all that leaves the graph in bulk."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from kg.schema import Column
from kg.stores.base import Row

ARROW = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "names": pa.list_(pa.string()),
}


def arrow_table(columns: Sequence[Column], rows: Sequence[Row]) -> pa.Table:
    """Rows as an Arrow table in the schema's types."""
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pa.table(
        {c.name: pa.array(v, ARROW[c.type]) for c, v in zip(columns, values, strict=True)}
    )
