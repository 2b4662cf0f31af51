"""A graph moved whole: between homes, and through a folder of Parquet files that any tool can read.

A copy is equal to its original: the same ids, counts, decisions and :meth:`kg.Graph.digest`.
Sources carry the status ``copying`` until all else is there, so a copy that was cut off is
known as one and started anew.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import GraphDamaged, GraphUnavailable
from kg.schema import EDGES, NODES, TABLES, VERSION, Table
from kg.search import SEARCHED, terms_of
from kg.stores.arrow import ARROW, arrow_table
from kg.stores.base import Row, Store
from kg.writing import ORDER

MANIFEST = "polymath.json"
COPYING = "copying"
Progress = Callable[[str, int], None]


class Scannable(Protocol):
    """What can be copied from: a store, or a dump."""

    def scan(self, table: Table) -> Iterator[list[Row]]:
        """All rows of a table in batches."""


class ParquetDump:
    """A folder with one Parquet file a table and a manifest; written whole or not at all.

    Args:
        folder: The dump.

    Raises:
        GraphDamaged: (on reading) If the folder is no dump, or one of another version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """Raise GraphDamaged unless this is a whole dump of our schema."""
        manifest = self.folder / MANIFEST
        if not manifest.is_file():
            raise GraphDamaged(f"{self.folder} is not a graph dump: it has no {MANIFEST}.")
        found = json.loads(manifest.read_text("utf-8")).get("schema")
        if found != VERSION:
            raise GraphDamaged(
                f"The dump {self.folder} has schema {found}, this version of Polymath {VERSION}; "
                "make the dump again from the graph it came from."
            )

    def scan(self, table: Table) -> Iterator[list[Row]]:
        """All rows of a table in batches."""
        lists = [i for i, c in enumerate(table.fields) if c.type == "names"]
        with pq.ParquetFile(self.folder / f"{table.name}.parquet") as file:
            for batch in file.iter_batches(batch_size=10_000):
                columns = [c.to_pylist() for c in batch.columns]
                for i in lists:
                    columns[i] = [tuple(v) for v in columns[i]]
                yield list(zip(*columns, strict=True))

    def write(self, store: Store, progress: Progress) -> None:
        """Write all tables of *store* here.

        Raises:
            GraphUnavailable: If the folder has something else in it.
        """
        if self.folder.exists() and any(self.folder.iterdir()):
            raise GraphUnavailable(
                f"{self.folder} is not empty; give the dump a folder of its own."
            )
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder.parent, prefix=".dump-") as temporary:
            building = Path(temporary) / "dump"
            building.mkdir()
            counts = {t.name: self._write(building, store, t, progress) for t in TABLES.values()}
            manifest = {"schema": VERSION, "counts": counts}
            (building / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
            if self.folder.exists():
                self.folder.rmdir()
            building.rename(self.folder)

    def _write(self, folder: Path, store: Store, table: Table, progress: Progress) -> int:
        schema = pa.schema([(c.name, ARROW[c.type]) for c in table.fields])
        total = 0
        with pq.ParquetWriter(folder / f"{table.name}.parquet", schema, compression="zstd") as out:
            for rows in store.scan(table):
                out.write_table(arrow_table(table.fields, rows))
                total += len(rows)
                progress(table.name, len(rows))
        return total


def load(source: Scannable, target: Store, progress: Progress) -> None:
    """Write all rows of *source* into an empty *target*.

    Raises:
        GraphUnavailable: If the target holds a graph already.
    """
    _make_room(target)
    for name in (*ORDER, *EDGES):
        table = TABLES[name]
        status = table.columns.index("status") if name == "Source" else None
        for rows in source.scan(table):
            if status is not None:
                rows = [(*r[:status], COPYING, *r[status + 1 :]) for r in rows]
            with target.writing() as writer:
                writer.insert(table, rows)
                if name in SEARCHED:
                    entries = [(d["id"], terms_of(name, d)) for d in table.dicts(rows)]
                    writer.index(table, entries)
            progress(name, len(rows))
    sources = NODES["Source"]
    at = sources.columns.index("status")
    true = [(r[0], r[at]) for rows in source.scan(sources) for r in rows]
    with target.writing() as writer:
        writer.update(sources, ("status",), true)


def _make_room(target: Store) -> None:
    statuses = {s for rows in target.scan(NODES["Source"], ("status",)) for (s,) in rows}
    if COPYING not in statuses:
        if full := [t.name for t in TABLES.values() if target.count(t)]:
            raise GraphUnavailable(
                f"{target.url} is not empty (it has rows in {full[0]}); copy into a new graph."
            )
        return
    for name in reversed((*ORDER, *EDGES)):
        table = TABLES[name]
        key = table.columns[0]
        while ids := next(iter(target.scan(table, (key,))), []):
            with target.writing() as writer:
                writer.delete(table, key, {i for (i,) in ids})
