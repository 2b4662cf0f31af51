"""The annotated corpora: what each labels, under which licence, how often it is read.

A *head* is one labelling scheme. A corpus teaches the heads it labels, and is a negative
example, text in which nothing is to be found, for heads of fields that it cannot contain.
Corpora are never pooled into one tag set: each leaves unlabelled what others label.
"""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from kg.errors import PolymathError

_BIO = ("bc5cdr", "ncbi", "bc2gm", "linnaeus", "anatem", "craft", "biored")
_MATERIALS = ("matsyn", "sofc", "mulms")
_COMPUTING = ("scierc", "tdmsci")


@dataclass(frozen=True, slots=True)
class Corpus:
    """One corpus.

    ``passes`` says how often a full training reads it. ``packed`` windows are single
    sentences that follow each other in one text, and are read together as a reader of
    passages sees them. ``absent`` heads find nothing in its text.
    """

    name: str
    field: str
    passes: float
    licence: str
    source: str
    permissive: bool = True
    packed: bool = False
    heads: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def _corpora() -> Iterator[Corpus]:
    unclear = "none stated"
    mtl = "CC-BY (compilation), cambridgeltl/MTL-Bioinformatics-2016"
    off_bio = (*_MATERIALS, "geo", "tdmsci", "astro")
    off_cs = (*_BIO, *_MATERIALS, "geo", "biodiv", "agri", "astro")
    off_mat = ("ncbi", "bc2gm", "anatem", "linnaeus", "geo", "tdmsci", "biodiv", "agri", "astro")
    yield Corpus(
        "stm", "many", 10, f"texts CC-BY, annotation {unclear}", "arthurbra/stm-coref", False
    )
    yield Corpus("scienceie", "many", 12, unclear, "OC-ScienceIE/scienceie17", False)
    yield Corpus("scierc", "computing", 12, unclear, "dertilo/scisci_nlp", False, absent=off_cs)
    yield Corpus(
        "tdmsci", "computing", 7, "Apache-2.0", "IBM/science-result-extractor", absent=off_cs
    )
    yield Corpus(
        "somesci", "software", 3.5, "CC-BY", "dave-s477/SoMeSci", absent=("geo", "astro", "tdmsci")
    )
    yield Corpus(
        "measeval", "many", 13, "CC-BY", "harperco/MeasEval", heads=("quantity", "measured")
    )
    for name, passes, packed in (
        ("bc5cdr", 4.5, True),
        ("ncbi", 4.5, True),
        ("bc2gm", 3.5, False),
        ("linnaeus", 1, True),
        ("anatem", 2, True),
    ):
        quiet = (*off_bio, "somesci") if name in ("bc5cdr", "ncbi", "bc2gm") else off_bio
        quiet = (*quiet, "agri", "biodiv") if name in ("bc5cdr", "ncbi", "bc2gm") else quiet
        yield Corpus(
            name, "biomedicine", passes, mtl, mtl.split(", ")[1], packed=packed, absent=quiet
        )
    yield Corpus(
        "craft",
        "biomedicine",
        1.3,
        "CC BY 3.0",
        "cambridgeltl/MTL-Bioinformatics-2016",
        packed=True,
        absent=off_bio,
    )
    yield Corpus(
        "biored",
        "biomedicine",
        6,
        f"{unclear} (NLM)",
        "ncbi-nlp/BioREDirect",
        False,
        absent=off_bio,
    )
    yield Corpus(
        "matsyn",
        "materials",
        9,
        "MIT",
        "olivettigroup/annotated-materials-syntheses",
        absent=off_mat,
    )
    yield Corpus(
        "sofc", "materials", 9, "CC-BY 4.0", "boschresearch/sofc-exp", packed=True, absent=off_mat
    )
    yield Corpus(
        "mulms",
        "materials",
        3.5,
        "CC-BY-SA 4.0",
        "boschresearch/mulms",
        False,
        packed=True,
        absent=off_mat,
    )
    yield Corpus(
        "biodiv",
        "biodiversity",
        6,
        "CC0 (repository), data unverified",
        "fusion-jena/BiodivNERE",
        absent=("tdmsci", "geo", *_MATERIALS, "astro", "bc2gm"),
    )
    yield Corpus(
        "astro",
        "astronomy",
        6,
        "MIT",
        "jd-coderepos/astro-ner",
        absent=(*_BIO, "geo", "biodiv", "agri", "tdmsci", *_MATERIALS),
    )
    yield Corpus(
        "agri",
        "agriculture",
        4,
        "CC-BY-SA",
        "jd-coderepos/contributions-ner-agri",
        False,
        absent=("tdmsci", "geo", "astro", *_MATERIALS),
    )
    yield Corpus(
        "geo",
        "earth",
        4,
        "CC-BY-SA",
        "BritishGeologicalSurvey/geo-ner-model",
        False,
        absent=("ncbi", "bc2gm", "anatem", "tdmsci", "somesci", "astro", "agri", *_MATERIALS),
    )
    yield Corpus(
        "semeval8",
        "general",
        2,
        "CC-BY",
        "SemEval-2010 task 8",
        heads=(),
        absent=("geo", "astro", "tdmsci", "biodiv", "agri", "bc2gm", *_MATERIALS),
    )
    yield Corpus("arxiv", "many", 0, "CC0 (arXiv metadata)", "staeiou/arxiv_archive", heads=())


CORPORA: Mapping[str, Corpus] = {c.name: c for c in _corpora()}
NESTED = ("measured", "mulms", "scienceie")
"""Heads whose annotators mark spans within spans, more than one in twenty."""
UNTOLD: Mapping[str, tuple[str, ...]] = {
    "arxiv": ("scierc", "scienceie", "measeval"), "tdmsci": ("scierc",), "mulms": ("measeval",),
    "sofc": ("measeval",),
}  # fmt: skip
"""Relation schemes that a corpus's text would have but nobody annotated: the teacher says."""
SYMMETRIC: Mapping[str, frozenset[str]] = {
    "scierc": frozenset({"COMPARE", "CONJUNCTION"}),
    "scienceie": frozenset({"Synonym-of"}),
}
"""Relations that hold in both directions."""
HELD_OUT_WORDS = 6000
"""Words of each corpus that never train: thresholds and temperatures are set on them."""


@dataclass(slots=True)
class Window:
    """Whole sentences with what annotators said of them; offsets are characters of ``text``."""

    corpus: str
    split: str
    doc: str
    text: str
    sentences: list[tuple[int, int]]
    entities: dict[str, list[tuple[int, int, str]]]
    relations: dict[str, list[tuple[tuple[int, int], tuple[int, int], str]]]


def read_windows(path: Path, only: Iterable[str] | None = None) -> list[Window]:
    """The windows of a file of annotations, one JSON object a line.

    Raises:
        PolymathError: If the file is not there, or is not gzip with JSON lines.
    """
    wanted = set(CORPORA if only is None else only)
    windows = []
    try:
        with gzip.open(path, "rt", encoding="utf8") as lines:
            for line in lines:
                raw: dict[str, Any] = json.loads(line)
                if raw["c"] in wanted:
                    windows.append(_window(raw))
    except (OSError, ValueError, KeyError) as error:
        raise PolymathError(
            f"{path.name}: expected gzip with one annotated window a line, found {error}; "
            "name the file with --annotations"
        ) from error
    return windows


UNLABELLED = 6000
"""Abstracts that nobody annotated and the teacher reads (:mod:`extractors.training.reader`)."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(])")


def read_abstracts(folder: Path, known: Iterable[Window]) -> list[Window]:
    """Abstracts of arXiv records, without annotation, :data:`UNLABELLED` of them by a hash of their name.

    Args:
        folder: Tables of records, one compressed file (``*.tsv.xz``) a category.
        known: Annotated windows: an abstract that shares a sentence with one is left out.

    Raises:
        PolymathError: If there are no such tables.
    """
    paths = sorted(folder.glob("*.tsv.xz"))
    if not paths:
        raise PolymathError(
            f"{folder}: expected tables of arXiv records (*.tsv.xz), found none; "
            "name their folder with --abstracts"
        )
    taken = {_plain(w.text[a:b]) for w in known for a, b in w.sentences}
    found: dict[str, str] = {}
    for path in paths:
        with lzma.open(path, "rt", encoding="utf8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                found[row["arxiv_id"]] = " ".join(row["abstract"].split())
    order = sorted(found, key=lambda name: sha256(name.encode()).digest())
    out: list[Window] = []
    for name in order:
        text = found[name][:1200]
        gaps = [(0, 0), *(m.span() for m in _SENTENCE_END.finditer(text)), (len(text), 0)]
        sentences = [(a[1], b[0]) for a, b in pairwise(gaps)]
        if len(text) > 200 and not any(_plain(text[a:b]) in taken for a, b in sentences):
            out.append(Window("arxiv", "train", name, text, sentences, {}, {}))
        if len(out) == UNLABELLED:
            break
    return out


def _plain(sentence: str) -> str:
    """Letters and digits of a sentence; of a short one, nothing that another would share."""
    plain = "".join(c for c in sentence.lower() if c.isalnum())
    return plain if len(plain) >= 25 else sentence


def _window(raw: Mapping[str, Any]) -> Window:
    return Window(
        raw["c"],
        raw["split"],
        raw["doc"],
        raw["text"],
        [(a, b) for a, b in raw["sents"]],
        {h: [(s, e, label) for s, e, label in spans] for h, spans in raw["ents"].items()},
        {
            h: [((a, b), (c, d), label) for (a, b), (c, d), label in r]
            for h, r in (raw.get("rels") or {}).items()
        },
    )


def _group(window: Window) -> str:
    """The text that a window comes from: neighbours must not stand on both sides of a split."""
    number = window.doc.lstrip("abcdefghijklmnopqrstuvwxyz")
    if window.doc != number and number.isdigit():  # sentences counted through: blocks of 40
        return f"{window.doc[: -len(number)]}{int(number) // 40}"
    return window.doc.partition(":")[0]


def place(doc: str) -> tuple[str, int]:
    """The text that a window's name tells, and its number there; -9 if it has none.

    >>> place("train772"), place("E93-a")
    (('train', 772), ('E93-a', -9))
    """
    digits = len(doc) - len(doc.rstrip("0123456789"))
    return (doc[:-digits], int(doc[-digits:])) if digits else (doc, -9)


def held_out(windows: Iterable[Window]) -> set[int]:
    """Indices of the windows set aside for calibration: of dev, or of train where there is no dev.

    They are chosen by a hash of their text's name, so that the choice never moves.
    """
    windows = list(windows)
    aside: set[int] = set()
    for corpus in {w.corpus for w in windows}:
        splits = {w.split for w in windows if w.corpus == corpus}
        source = "dev" if "dev" in splits else "train"
        budget = HELD_OUT_WORDS if source == "dev" else HELD_OUT_WORDS // 2
        groups: dict[str, list[int]] = {}
        for i, w in enumerate(windows):
            if w.corpus == corpus and w.split == source:
                groups.setdefault(_group(w), []).append(i)
        for name in sorted(groups, key=lambda g: sha256(f"{corpus}/{g}".encode()).digest()):
            if budget <= 0:
                break
            aside.update(groups[name])
            budget -= sum(len(windows[i].text.split()) for i in groups[name])
    return aside
