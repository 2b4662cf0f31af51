"""The model card of the syntax weights, written by the program that trained them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_CORPORA = {
    "craft": (
        "CRAFT 5.0 structural annotation (Bada et al. 2012, doi:10.1186/1471-2105-13-161; "
        "Verspoor et al. 2012, doi:10.1186/1471-2105-13-207)",
        "CC BY 3.0", "tags, sentences, heads, labels",
    ),
    "ewt": (
        "Universal Dependencies English Web Treebank (Silveira et al. 2014)",
        "CC BY-SA 4.0", "tags, sentences",
    ),
}  # fmt: skip


def write_card(
    folder: Path, found: Mapping[str, float], *, licences: str, command: str, minutes: float
) -> None:
    """Write ``MODEL.md`` into *folder*."""
    used = [name for name in _CORPORA if name == "craft" or licences == "all"]
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6
    lines = [
        "# Syntax of English scientific text",
        "",
        "Sentence splitter, tagger and dependency parser (spaCy), loaded by `polymath_syntax`.",
        f"{size:.1f} MB of weights, no vectors; nothing is downloaded.",
        "",
        "| trained on | licence | for |",
        "|---|---|---|",
        *(f"| {_CORPORA[n][0]}, train split | {_CORPORA[n][1]} | {_CORPORA[n][2]} |" for n in used),
        "",
        "Tags are the Penn Treebank's. Labels are CRAFT's (`nsubj`, `dobj`, `prep`, `pobj`, …),",
        "those that spaCy's `noun_chunks` reads; the Web Treebank's other labels are not learnt.",
        "",
        f"Trained in {minutes:.0f} minutes of wall-clock time by",
        "",
        f"    {command}",
        "",
        "which also wrote this page. Scores in percent, on text of which nothing was trained or",
        "tuned on, end to end (from running text; sentences, too, are predicted). Boundaries",
        "at the start of a paragraph are given and not counted; heads are scored without marks.",
        "",
        "| what | score |",
        "|---|---|",
        *(f"| {what} | {value:.1f} |" for what, value in found.items()),
        "",
        "Known limits: labels are learnt from biology alone; a heading that runs into its",
        "paragraph without a mark is found less often than a full stop; text all in lower or",
        "upper case is split worse. English only.",
        "",
    ]
    (folder / "MODEL.md").write_text("\n".join(lines), encoding="utf-8")
