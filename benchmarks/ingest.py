"""The main job on 159 real articles: reading, writing, asking; and the naive way beside it.

    python -m benchmarks.ingest [--keep science.kg] [--articles 24]

Needs ../shared/papers (or POLYMATH_SHARED). The Neo4j part needs Java and the jars that
tests/neo4j_server fetches; without them it is left out and named.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import kg
from benchmarks.measure import SHARED, PeakMemory, median_ms, timed
from extractors import ingest
from kg.copying import ParquetDump, load
from kg.schema import EDGES, NODES, TABLES
from kg.stores.cypher_snapshot import CypherSnapshot
from kg.stores.sqlite import SqliteStore
from kg.verify import verify
from tests.neo4j_server.server import Neo4jServer, why_not

PAPERS = (SHARED / "papers" / "oa-stm", SHARED / "papers" / "jats")
NAIVE_ROWS = 3_000
SEED = 20261122


def quiet(_name: str, _rows: int) -> None:
    """No progress inside a measurement."""


def articles(number: int) -> list[Path]:
    """So many articles, evenly drawn from all; all of them for 0."""
    paths = [
        p for folder in PAPERS for p in sorted(folder.iterdir()) if p.suffix in (".xml", ".nxml")
    ]
    return paths[:: max(1, len(paths) // number)][:number] if number else list(PAPERS)


def read_articles(path: Path, papers: list[Path]) -> tuple[kg.Graph, dict[str, Any]]:
    """Ingest articles twice into an embedded graph."""
    graph = kg.connect(path)
    with PeakMemory() as memory:
        first = ingest(graph, *papers, workers=2)
    second, seconds = timed(lambda: ingest(graph, *papers, workers=2, progress=False))
    assert not first.failed, first.failed
    return graph, {
        "articles": len(first.read),
        "words": first.words,
        "words_per_second": round(first.words_per_second),
        "first_seconds": round(first.seconds, 2),
        "peak_memory_gb": round(memory.peak / 1e9, 3),
        "second_rows_written": second.rows,
        "second_seconds": round(seconds, 3),
        "second_faster_times": round(first.seconds / seconds, 1),
    }


def ask(graph: kg.Graph) -> dict[str, Any]:
    """Median milliseconds of search and of one hop, on names and concepts drawn at random."""
    draw = random.Random(SEED)
    concepts = graph.table("Concept")
    related = sorted(set(graph.table("RELATED")["subject"]))
    names = draw.sample(sorted(concepts["name"]), 200)
    misspelt = [n[:2] + n[3:] if len(n) > 5 else n for n in names]
    words = [" ".join(n.split()[:2]) for n in names]
    hops = draw.sample(related, min(300, len(related)))
    return {
        "search_ms": round(median_ms(graph.search, names), 2),
        "search_misspelt_ms": round(median_ms(graph.search, misspelt), 2),
        "search_passages_ms": round(median_ms(lambda q: graph.search(q, what="Passage"), words), 2),
        "neighbours_ms": round(median_ms(graph.neighbours, hops), 3),
    }


def move(graph: kg.Graph, folder: Path) -> dict[str, Any]:
    """Rows a second out to Parquet, into an empty embedded graph, into the Cypher snapshot."""
    rows = sum(graph.counts().values())
    dump = ParquetDump(folder / "dump")
    _, out = timed(lambda: dump.write(graph.store, quiet))
    with kg.connect(folder / "loaded.kg") as loaded:
        _, into = timed(lambda: load(dump, loaded.store, quiet))
        same = loaded.digest() == graph.digest()
    assert isinstance(graph.store, SqliteStore)
    snapshot = CypherSnapshot(graph.store, folder / "snapshot")
    copied, build = timed(snapshot.refresh)
    snapshot.close()
    return {
        "rows": rows,
        "dump_rows_per_second": round(rows / out),
        "bulk_load_rows_per_second": round(rows / into),
        "loaded_equals_original": same,
        "snapshot_rows": copied,
        "snapshot_rows_per_second": round(copied / build),
    }


def on_server(graph: kg.Graph, papers: list[Path]) -> dict[str, Any]:
    """The same articles on a real Neo4j, and our bulk write beside MERGE a row and py2neo."""
    if reason := why_not():
        return {"neo4j": f"left out: {reason}"}
    with Neo4jServer() as server:
        with kg.connect(server.url, auth=server.auth) as other:
            report = ingest(other, *papers, workers=2)
            same = {
                "neo4j_ingest_words_per_second": round(report.words_per_second),
                "neo4j_same_counts": other.counts() == graph.counts(),
                "neo4j_same_ids_and_values": other.digest() == graph.digest(),
            }
        return {**same, **_naive(graph, server)}


def _naive(graph: kg.Graph, server: Neo4jServer) -> dict[str, Any]:
    """Concepts and RELATED rows, the same for all three ways, into an empty server each."""
    import neo4j
    import py2neo

    table, edges = NODES["Concept"], EDGES["RELATED"]
    with graph.store.reading() as reader:
        related = sorted(reader.select(edges), key=lambda r: r[2])[: NAIVE_ROWS // 3]
        ends = {r[0] for r in related} | {r[1] for r in related}
        concepts = reader.select(table, "id", ends)
    total = len(concepts) + len(related)

    server.wipe()
    with kg.connect(server.url, auth=server.auth) as ours:

        def bulk() -> None:
            with ours.store.writing() as writer:
                writer.insert(table, concepts)
                writer.insert(edges, related)

        _, bulk_seconds = timed(bulk)

    def properties(row: tuple[Any, ...], columns: tuple[str, ...]) -> dict[str, Any]:
        named = zip(columns, row, strict=True)
        return {k: list(v) if isinstance(v, tuple) else v for k, v in named if v is not None}

    server.wipe()
    with neo4j.GraphDatabase.driver(server.url, auth=server.auth) as driver, driver.session() as s:

        def merge() -> None:
            for row in concepts:
                values = properties(row, table.columns)
                s.run("MERGE (c:Concept {id: $id}) SET c += $p", id=row[0], p=values)
            for row in related:
                s.run(
                    "MATCH (a:Concept {id: $a}), (b:Concept {id: $b}) "
                    "MERGE (a)-[r:RELATED {statement: $s}]->(b) SET r += $p",
                    a=row[0], b=row[1], s=row[2], p=properties(row[2:], edges.columns[2:]),
                )  # fmt: skip

        _, merge_seconds = timed(merge)

    server.wipe()
    old = py2neo.Graph(server.url, auth=server.auth)

    def create() -> None:
        nodes = {r[0]: py2neo.Node("Concept", **properties(r, table.columns)) for r in concepts}
        for node in nodes.values():
            old.create(node)
        for row in related:
            values = properties(row[2:], edges.columns[2:])
            old.create(py2neo.Relationship(nodes[row[0]], "RELATED", nodes[row[1]], **values))

    _, create_seconds = timed(create)
    return {
        "compared_rows": total,
        "neo4j_bulk_rows_per_second": round(total / bulk_seconds),
        "neo4j_merge_a_row_rows_per_second": round(total / merge_seconds),
        "py2neo_create_rows_per_second": round(total / create_seconds),
        "bulk_faster_than_merge_times": round(merge_seconds / bulk_seconds, 1),
        "bulk_faster_than_py2neo_times": round(create_seconds / bulk_seconds, 1),
    }


def main() -> None:
    """Run all parts and print them."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--keep", type=Path, help="leave the embedded graph at this path")
    options.add_argument("--no-server", action="store_true", help="leave out the Neo4j part")
    options.add_argument("--articles", type=int, default=0, metavar="N", help="read only N of them")
    args = options.parse_args()
    papers = articles(args.articles)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        graph, figures = read_articles(args.keep or folder / "articles.kg", papers)
        with graph:
            checked = verify(graph.store)
            figures["quotes_checked"] = checked.checked["quotes"]
            figures["mentions_checked"] = checked.checked["mentions"]
            figures["everything_holds"] = checked.ok
            figures |= {"counts": graph.counts(), **ask(graph), **move(graph, folder)}
            if not args.no_server:
                figures |= on_server(graph, papers)
    assert set(figures["counts"]) == set(TABLES)
    for name, value in figures.items():
        print(f"{name:36} {value}")
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
