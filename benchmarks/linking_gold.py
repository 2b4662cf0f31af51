"""What people linked: mentions, articles and ontologies of CRAFT, for :mod:`benchmarks.linking`.

67 articles linked by hand to four ontologies (``NOTE.txt`` beside the data).
"""

from __future__ import annotations

import csv
import gzip
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import SHARED
from extractors.components.abbreviations import legends, pairs
from extractors.linking.context import DocumentContext
from extractors.vocabulary import Vocabulary, load_vocabulary

DATA = SHARED / "benchmarks" / "linking"


@dataclass(frozen=True, slots=True)
class Gold:
    """One mention: where, what it reads (a gap between its words being a space), which concept."""

    article: str
    ontology: str
    spans: str
    text: str
    concept: str


def read_gold(split: str) -> list[Gold]:
    """The mentions of the train or dev articles."""
    with gzip.open(DATA / "mentions.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        return [
            Gold(
                row["article"], row["ontology"], row["spans"],
                row["text"].replace(" ... ", " "), row["concept"],
            )
            for row in csv.DictReader(file, delimiter="\t")
            if row["split"] == split
        ]  # fmt: skip


def read_vocabularies() -> dict[str, Vocabulary]:
    """The four ontologies."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(DATA.glob("*.obo.zip")):
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
            name = path.name.removesuffix(".obo.zip")
            found[name] = load_vocabulary(Path(folder) / f"{name}.obo", kind="anatomy")
    return found


def names_of(vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    """(name, scope, id) of all names of a vocabulary."""
    for entry in vocabulary.entries:
        yield entry.name, "name", entry.id
        for alias in entry.aliases:
            yield alias, "exact", entry.id
        for scope, name in entry.loose:
            yield name, scope, entry.id


def contexts(
    mentions: Sequence[Gold], *, abbreviations: bool = True, words: bool = True
) -> dict[str, DocumentContext]:
    """The context of each article, as the pipeline makes it."""
    found = {}
    for article in dict.fromkeys(m.article for m in mentions):
        text = (DATA / "articles" / f"{article}.txt").read_text(encoding="utf-8")
        short = dict(reversed([*pairs(text), *legends(text)])) if abbreviations else {}
        found[article] = DocumentContext.of([text] if words else [], short)
    return found
