"""What comes out of 159 real articles, as Markdown: counts, disciplines, families, methods, belief.

    python -m benchmarks.real_run [--graph science.kg]

Ten statements, drawn with a fixed seed from all that sentences say, come at the end; none is
chosen. Co-mention is counted beside what sentences say, never with it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import pandas as pd

import kg
from benchmarks.ingest import PAPERS, SEED
from extractors import ingest
from kg.ontology import CO_MENTION


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table; numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    for row in rows:
        cells = [f"{c:,}" if isinstance(c, int) else str(c) for c in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def ten(graph: kg.Graph) -> list[str]:
    """Ten statements at random, each with one of its sentences."""
    statements = graph.table("Statement").query("family != @CO_MENTION").sort_values("id")
    statements = statements.sample(min(10, len(statements)), random_state=SEED)
    concepts = graph.table("Concept")
    names = dict(zip(concepts["id"], concepts["name"], strict=True))
    out = []
    for s in statements.itertuples():
        e = graph.evidence(str(s.id)).iloc[0]
        said = f"**{names[str(s.subject)]}** — {s.predicate} — **{names[str(s.object)]}**"
        doi = str(e["work"]).removeprefix("doi:")
        tone = "" if e["assertion"] == "affirmed" else f", {e['assertion']}"
        quote = " ".join(str(e["quote"]).split())
        out.append(f"1. {said} (belief {s.belief:.2f}{tone})<br>“{quote}” — {doi}")
    return out


def fields(graph: kg.Graph) -> pd.DataFrame:
    """One row a passage: id, work, discipline ("none given" without one).

    A work of two disciplines has its passages twice, so it counts in both.
    """
    passages = graph.table("Passage")[["id", "work", "source"]]
    works = graph.table("Work")[["id", "disciplines"]].explode("disciplines")
    works = works.rename(columns={"id": "work", "disciplines": "discipline"})
    joined = passages.merge(works, on="work", how="left")
    return joined.assign(discipline=joined["discipline"].fillna("none given"))


def by_discipline(graph: kg.Graph) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two tables with one row a discipline: how much was read and found; statements by family.

    ``agree`` is the share of statements (without co-mention) that two methods or more say.
    """
    passages = fields(graph)
    sources = graph.table("Source")[["id", "words"]].rename(columns={"id": "source"})
    read_in = passages.merge(sources, on="source").drop_duplicates(["discipline", "source"])
    words = read_in.groupby("discipline")["words"].sum()
    where = passages.set_index("id")["discipline"]
    mentions = graph.table("MENTIONS")[["passage", "concept"]].join(where, on="passage")
    statements = graph.table("Statement").set_index("id")[["family", "n_methods"]]
    evidence = graph.table("Evidence")[["statement", "passage"]].join(where, on="passage")
    said = evidence.drop_duplicates(["discipline", "statement"]).join(statements, on="statement")
    typed = said.query("family != @CO_MENTION").groupby("discipline")
    count = {
        "works": passages.groupby("discipline")["work"].nunique(),
        "words": words,
        "concepts": mentions.groupby("discipline")["concept"].nunique(),
        "statements": typed.size(),
        "co-mentions": said.query("family == @CO_MENTION").groupby("discipline").size(),
    }
    read = pd.DataFrame(count).fillna(0).astype(int)
    thousands = read["words"].clip(lower=1) / 1000
    read["concepts / 1,000 words"] = (read["concepts"] / thousands).round(1)
    read["statements / 1,000 words"] = (read["statements"] / thousands).round(2)
    read["agree"] = typed["n_methods"].agg(lambda n: (n > 1).mean()).round(3)
    families = pd.crosstab(said["discipline"], said["family"])
    order = [f for f in families.sum().sort_values(ascending=False).index if f != CO_MENTION]
    return read.sort_values("words", ascending=False), families[order].loc[read.index]


def by_methods(graph: kg.Graph) -> pd.DataFrame:
    """One row a set of methods that say a statement together: how many, and their median belief."""
    evidence = graph.table("Evidence")[["statement", "method"]].drop_duplicates()
    sets = evidence.sort_values("method").groupby("statement")["method"].agg(" + ".join)
    belief = graph.table("Statement").set_index("id")["belief"]
    joined = pd.DataFrame({"methods": sets, "belief": belief})
    found = joined.groupby("methods")["belief"].agg(["size", "median"]).round(2)
    found.columns = pd.Index(["statements", "median belief"])
    return found.sort_values("statements", ascending=False)


def of_frame(frame: pd.DataFrame) -> str:
    """A frame as a Markdown table, its index first."""
    rows = [tuple(row) for row in frame.reset_index().astype(object).itertuples(index=False)]
    return table((str(frame.index.name), *map(str, frame.columns)), rows)


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
        read, families = by_discipline(graph)
        methods = by_methods(graph)
        for frame in (read, families, methods):
            print(of_frame(frame), end="\n\n")
        for name in ("statements_by_family", "statements_by_belief", "works_read_by_discipline"):
            print(table((name.replace("_", " "), "n"), list(groups[name].items())), end="\n\n")
        print("\n".join(ten(graph)), end="\n\n")
        found = {
            "counts": counts,
            **groups,
            "by_discipline": read.to_dict("index"),
            "families_by_discipline": families.to_dict("index"),
            "by_methods": methods.to_dict("index"),
        }
        print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
