"""How well the trained syntax does, end to end: from running text, nothing of the gold given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc
from spacy.training import Example

from extractors.components.syntax import Syntax
from extractors.training.conllu import Paragraph, gold_doc

CHUNKED = ("craft",)
"""Treebanks whose labels ``noun_chunks`` reads."""


def scores(folder: Path, treebanks: Mapping[str, Sequence[Paragraph]]) -> dict[str, float]:
    """Percentages by what they measure, for each treebank.

    Args:
        folder: The weights.
        treebanks: Paragraphs by name; a name that starts with one of :data:`CHUNKED` is scored
            for heads, labels and noun chunks too.
    """
    nlp = spacy.blank("en")
    syntax = Syntax(nlp, folder=folder)
    found: dict[str, float] = {}
    for name, paragraphs in treebanks.items():
        docs = list(syntax.pipe(nlp.make_doc(p.text) for p in paragraphs))
        starts = [[s.start_char for s in doc.sents][1:] for doc in docs]
        p, r, f = boundary_scores([x.starts for x in paragraphs], starts)
        found |= {
            f"{name}: sentence boundaries, precision": p,
            f"{name}: sentence boundaries, recall": r,
            f"{name}: sentence boundaries, F1": f,
        }
        parsed = name.startswith(CHUNKED)
        examples = [
            Example(doc, _gold(nlp, paragraph, parsed=parsed))
            for doc, paragraph in zip(docs, paragraphs, strict=True)
        ]
        found |= {f"{name}: {what}": value for what, value in _tree_scores(examples, parsed)}
    return {what: round(value, 2) for what, value in found.items()}


def boundary_scores(
    gold: Iterable[Sequence[int]], predicted: Iterable[Sequence[int]]
) -> tuple[float, float, float]:
    """Precision, recall and F1, in percent, of sentence starts inside paragraphs.

    >>> boundary_scores([[10, 20], []], [[10], [5]])
    (50.0, 50.0, 50.0)
    """
    right = told = true = 0
    for of_gold, of_ours in zip(gold, predicted, strict=True):
        right += len(set(of_gold) & set(of_ours))
        told += len(of_ours)
        true += len(of_gold)
    return _prf(right, told, true)


def _prf(right: int, told: int, true: int) -> tuple[float, float, float]:
    return (
        100 * right / max(told, 1),
        100 * right / max(true, 1),
        200 * right / max(told + true, 1),
    )


def _gold(nlp: Language, paragraph: Paragraph, *, parsed: bool) -> Doc:
    docs = [gold_doc(nlp.vocab, s, parsed=parsed) for s in paragraph.sentences]
    whole = Doc.from_docs(docs)
    assert whole is not None
    assert whole.text == paragraph.text, "the words and the text of a paragraph differ"
    return whole


def _tree_scores(examples: list[Example], parsed: bool) -> list[tuple[str, float]]:
    tags: dict[str, Any] = Scorer.score_token_attr(examples, "tag")
    found = [("tags, accuracy", 100 * tags["tag_acc"])]
    if not parsed:
        return found
    deps: dict[str, Any] = Scorer.score_deps(
        examples, "dep", head_attr="head", ignore_labels=("punct",)
    )
    found += [
        ("heads (UAS)", 100 * deps["dep_uas"]),
        ("heads and labels (LAS)", 100 * deps["dep_las"]),
    ]
    right = told = true = 0
    for example in examples:
        gold = {(c.start_char, c.end_char) for c in example.reference.noun_chunks}
        ours = {(c.start_char, c.end_char) for c in example.predicted.noun_chunks}
        right += len(gold & ours)
        told += len(ours)
        true += len(gold)
    p, r, f = _prf(right, told, true)
    return [
        *found,
        ("noun chunks, precision", p),
        ("noun chunks, recall", r),
        ("noun chunks, F1", f),
    ]
