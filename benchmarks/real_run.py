"""What comes out of 159 real articles, as Markdown: counts, families, belief, ten statements.

    python -m benchmarks.real_run [--graph science.kg]

The ten statements are drawn with a fixed seed from all statements, not chosen.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import kg
from benchmarks.ingest import PAPERS, SEED
from extractors import ingest


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table; numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    for row in rows:
        cells = [f"{c:,}" if isinstance(c, int) else str(c) for c in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def ten(graph: kg.Graph) -> list[str]:
    """Ten statements at random, each with one of its sentences."""
    statements = graph.table("Statement").sort_values("id").sample(10, random_state=SEED)
    names = graph.table("Concept").set_index("id")["name"]
    out = []
    for s in statements.itertuples():
        e = graph.evidence(str(s.id)).iloc[0]
        said = f"**{names[s.subject]}** — {s.predicate} — **{names[s.object]}**"
        doi = str(e["work"]).removeprefix("doi:")
        tone = "" if e["assertion"] == "affirmed" else f", {e['assertion']}"
        quote = " ".join(str(e["quote"]).split())
        out.append(f"1. {said} (belief {s.belief:.2f}{tone})<br>“{quote}” — {doi}")
    return out


def main() -> None:
    """Ingest if needed, then print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument(
        "--graph", type=Path, help="keep the graph here (default: a temporary one)"
    )
    args = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as temporary,
        kg.connect(args.graph or Path(temporary) / "articles.kg") as graph,
    ):
        report = ingest(graph, *PAPERS, workers=2)
        assert not report.failed, report.failed
        counts, groups = graph.counts(), graph.statistics()
        shown = ("Passage", "Concept", "MENTIONS", "Statement", "Evidence", "CITES")
        rows: list[tuple[object, ...]] = [("works read", groups["works"]["read"])]
        rows += [("works known, with those cited", groups["works"]["known"])]
        rows += [(name, counts[name]) for name in shown]
        print(table(("what", "how many"), rows), end="\n\n")
        for name in ("statements_by_family", "statements_by_belief", "works_read_by_discipline"):
            print(table((name.replace("_", " "), "n"), list(groups[name].items())), end="\n\n")
        print("\n".join(ten(graph)), end="\n\n")
        print(json.dumps({"counts": counts, **groups}, ensure_ascii=False))


if __name__ == "__main__":
    main()
