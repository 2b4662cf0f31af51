"""Sentence boundaries in scientific full text and on the web: ours beside rules and spaCy's own.

    python -m benchmarks.sentences

Needs ../shared/annotations/syntax (or POLYMATH_SHARED). Dev splits, of which nothing was
trained or tuned on. Only boundaries inside paragraphs count: where a paragraph starts is given
by the file. The paragraphs of the Web Treebank are cut after twelve sentences.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from typing import Any

import spacy
from spacy.language import Language

from benchmarks.measure import SHARED, timed
from extractors.training.conllu import Paragraph, read_paragraphs
from extractors.training.syntax_scores import boundary_scores

TREEBANKS = {"craft-dev": 0, "ewt-dev": 12}
"""Sentences in a paragraph at most; 0 for any number."""
REPEATS = 5


def splitters() -> dict[str, Language]:
    """Each splitter alone behind the same tokenizer; the last also tags and parses."""
    made = {}
    for name, factory, config in (
        ("polymath_syntax", "polymath_syntax", {"parse": False}),
        ("polymath_sentences (rules)", "polymath_sentences", {}),
        ("spaCy sentencizer", "sentencizer", {}),
        ("polymath_syntax with tags and trees", "polymath_syntax", {"parse": True}),
    ):
        nlp = spacy.blank("en")
        nlp.add_pipe(factory, config=config)
        made[name] = nlp
    return made


def measure(nlp: Language, paragraphs: list[Paragraph]) -> dict[str, float]:
    """Precision, recall and F1 in percent; words a second, tokenizing included, median of five."""
    texts = [p.text for p in paragraphs]
    words = sum(len(t.split()) for t in texts)

    def split() -> list[list[int]]:
        return [[s.start_char for s in doc.sents][1:] for doc in nlp.pipe(texts)]

    runs = [timed(split) for _ in range(REPEATS)]
    p, r, f = boundary_scores([p.starts for p in paragraphs], runs[0][0])
    seconds = statistics.median(s for _, s in runs)
    return {
        "precision": round(p, 2), "recall": round(r, 2), "f1": round(f, 2),
        "words_per_second": round(words / seconds),
    }  # fmt: skip


def main(report: Callable[[str], Any] = print) -> dict[str, dict[str, dict[str, float]]]:
    """Print a table, and all figures as JSON on the last line."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    every = splitters()
    for name, longest in TREEBANKS.items():
        path = SHARED / "annotations" / "syntax" / f"{name}.conllu.gz"
        paragraphs = read_paragraphs(path, longest=longest)
        inner = sum(len(p.starts) for p in paragraphs)
        report(f"\n{name}: {inner:,} boundaries inside {len(paragraphs):,} paragraphs")
        report(f"{'':38s}{'P':>7s}{'R':>7s}{'F1':>7s}{'words/s':>11s}")
        for which, nlp in every.items():
            got = measure(nlp, paragraphs)
            found.setdefault(name, {})[which] = got
            report(
                f"{which:38s}{got['precision']:7.2f}{got['recall']:7.2f}{got['f1']:7.2f}"
                f"{got['words_per_second']:11,.0f}"
            )
    report(json.dumps(found))
    return found


if __name__ == "__main__":
    main()
