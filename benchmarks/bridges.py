"""The strongest bridges between fields on 159 real articles, each with its sentences to check.

    python -m benchmarks.bridges [--graph science.kg] [--limit 10]

Without --graph the articles of ../shared/papers (or POLYMATH_SHARED) are read first. Beside our order stand
the places that the same concepts have by number of statements (the plainest baseline), by participation and by
betweenness, and what chance gives.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import kg
from benchmarks.ingest import PAPERS
from benchmarks.measure import timed
from extractors import ingest
from kg.discovery.bridging import Bridging, bridging


def _sentences(graph: kg.Graph, statements: tuple[str, ...]) -> list[str]:
    """The best sentence of each statement, with who says it."""
    evidence = graph.evidence(statements)
    lines = []
    for s in statements:
        rows = evidence[evidence["statement"] == s].sort_values("score", ascending=False)
        said = graph.statement(s)
        e = rows.iloc[0]
        quote = " ".join(str(e["quote"]).split())
        lines.append(f"   - {said.predicate}, belief {said.belief:.2f}: “{quote}” — {e['work']}")
    return lines


def told(graph: kg.Graph, found: Bridging) -> list[str]:
    """The bridges as Markdown."""
    lines = []
    for row in found.concepts.itertuples():
        lines.append(
            f"1. **{row.name}** ({row.kind}) between {row.field_a} and {row.field_b}: "
            f"{row.score:.2f}, chance {row.chance:.2f}; {row.reason}"
        )
        lines += _sentences(graph, row.statements_a) + _sentences(graph, row.statements_b)
    return lines


def overlap(graph: kg.Graph, found: Bridging) -> dict[str, int]:
    """How many of the bridges are among as many concepts with the most statements, or works."""
    concepts = graph.table("Concept")
    related = graph.table("RELATED")
    degree = pd.concat([related["subject"], related["object"]]).value_counts()
    best = set(found.concepts["id"])
    k = len(best)
    return {
        "statements": len(best & set(degree.index[:k])),
        "works": len(best & set(concepts.nlargest(k, "n_works")["id"])),
    }


def main() -> None:
    """Print the bridges and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graph", type=Path)
    parser.add_argument("--limit", type=int, default=10)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = args.graph or Path(folder) / "real.kg"
        with kg.connect(home) as graph:
            if args.graph is None:
                ingest(graph, *PAPERS)
            found, seconds = timed(lambda: bridging(graph, limit=args.limit))
            print("\n".join(told(graph, found)))
            print(f"\n{found.said} {seconds:.1f} s.\n")
            print(found.works[["title", "field_a", "field_b", "score", "chance"]].to_string())
            print(found.gaps.drop(columns="reason").to_string())
            print(
                json.dumps(
                    {
                        "bridges": found.concepts["name"].tolist(),
                        "mean_score": round(float(np.mean(found.concepts["score"])), 4),
                        "mean_chance": round(float(np.mean(found.concepts["chance"])), 4),
                        "among_the_most": overlap(graph, found),
                        "seconds": round(seconds, 1),
                    }
                )
            )


if __name__ == "__main__":
    main()
