"""The model card: corpora, licences, splits and scores of the weights that ship.

After Mitchell et al. 2019, "Model cards for model reporting", doi:10.1145/3287560.3287596.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from extractors.encoder.reading import INNER
from extractors.encoder.weights import MANIFEST
from extractors.training.corpora import CORPORA, Window
from extractors.training.recipe import LAST, SHIPS, STAGES, choose

NAME = "MODEL.md"


def model_card(
    folder: Path,
    windows: Sequence[Window],
    scores: Mapping[str, Any],
    permissive: Mapping[str, Any] | None = None,
) -> str:
    """The card of the weights at *folder*, with the scores that ``benchmarks.extraction`` printed.

    *permissive* are those of the variant that ``--licences permissive`` trains.
    """
    other = permissive or {"version": "not trained", "entities": {}, "relations": {}}
    manifest = json.loads((folder / MANIFEST).read_text("utf8"))
    labels = json.loads((folder / "labels.json").read_text("utf8"))
    size = sum((folder / n).stat().st_size for n in manifest["files"]) / 1e6
    trained = Counter(windows[i].corpus for i in choose(list(windows), LAST))
    tested = Counter(w.corpus for w in windows if w.split == "test")
    lines = [
        f"# The reader, version {manifest['version']}",
        "",
        f"One encoder of nine layers read by {sum(not h.endswith(INNER) for h in labels['tags'])} tagging heads and "
        f"{len(labels['relations'])} relation schemes, and the sentence embedder "
        f"all-MiniLM-L6-v2 beside it on the same table of words: {size:.1f} MB, matrices in int8, words in four bits.",
        "",
        "- **Use**: finding names and relations in scientific English, offline, on a processor. "
        "Not for decisions about people, not for other languages.",
        "- **Begun from** the mean of the first nine layers of e5-small-v2 and bge-small-en-v1.5 (both MIT), on the "
        "tables of words and positions of all-MiniLM-L6-v2 (Apache-2.0), which is also the embedder, unchanged but "
        "for rounding.",
        "- **Trained by** `python -m extractors.training reader`: "
        f"{'; '.join(f'*{s.name}*: {_recipe(s.recipe)}' for s in STAGES)}. What ships is the mean of "
        f"{' and '.join(f'*{Path(p).parent}*' for p in SHIPS)}. Text held out of training sets thresholds; "
        "no choice was made on a test split.",
        "- **Known faults**: schemes follow their corpora's guidelines, so that types differ between "
        "fields; heads are heard only in works of their field (`lexicons/reader_heads.tsv`); relations "
        "between found entities are wrong about as often as right: they are evidence to weigh, and "
        "belief weighs them.",
        "",
        "## Corpora",
        "",
        "A head can be taken out of `labels.json` and the tagger without retraining the others. "
        "`--licences permissive` trains without the corpora marked †.",
        "",
        "| corpus | field | windows trained / test | licence | source |",
        "|---|---|---:|---|---|",
    ]
    for name, c in CORPORA.items():
        mark = "" if c.permissive else " †"
        lines.append(
            f"| {name}{mark} | {c.field} | {trained[name]:,} / {tested[name]:,} | {c.licence} | {c.source} |"
        )
    lines += [
        "",
        "## Scores",
        "",
        "Whole test splits, strict span and type, as shipped: `python -m benchmarks.extraction`. The permissive "
        f"variant (version {other['version']}) is one training, not {len(STAGES)}: "
        "`reader --licences permissive --stages 1 --passes 0.5`.",
        "",
        "| head | precision | recall | F1 | F1, permissive | gold spans | by label |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for head, s in scores["entities"].items():
        by = ", ".join(f"{k} {v:.0f}" for k, v in s["labels"].items())
        lines.append(
            f"| {head} | {s['precision']:.1f} | {s['recall']:.1f} | **{s['f1']:.1f}** | {_f1(other, 'entities', head)} "
            f"| {s['gold']:,} | {by} |"
        )
    lines += [
        "",
        "| relations | precision | recall | F1 | F1, permissive | gold |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, s in scores["relations"].items():
        what = (
            name.replace(" given", ", entities given") if "given" in name else f"{name}, end to end"
        )
        lines.append(
            f"| {what} | {s['precision']:.1f} | {s['recall']:.1f} | **{s['f1']:.1f}** "
            f"| {_f1(other, 'relations', name)} | {s['gold']:,} |"
        )
    return "\n".join(lines) + "\n"


def _f1(scores: Mapping[str, Any], part: str, name: str) -> str:
    """One score of the permissive variant; "" if it has no such head."""
    found = scores[part].get(name)
    return f"{found['f1']:.1f}" if found and found["f1"] else ""


def _recipe(recipe: Any) -> str:
    told = {k: v for k, v in asdict(recipe).items() if v not in (0, (), -1, False)}
    if "instead" in told:
        told["instead"] = " ".join(f"{name} x{n:g}" for name, n in told["instead"])
    return ", ".join(f"{k} {v}" for k, v in told.items())
