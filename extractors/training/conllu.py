"""Treebanks in CoNLL-U, as spaCy's ``Doc`` objects and as paragraphs of sentences.

The format is described at https://universaldependencies.org/format.html.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.errors import UnreadableSource


@dataclass(slots=True)
class Sentence:
    """One sentence: words, whether white space follows each, tags, heads (own index: root), labels."""

    words: list[str] = field(default_factory=list)
    spaces: list[bool] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    coarse: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The sentence as it was written, without white space at its end."""
        joined = "".join(w + " " * s for w, s in zip(self.words, self.spaces, strict=True))
        return joined.rstrip()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that stand together, and the document that they are of."""

    document: str
    sentences: list[Sentence]

    @property
    def text(self) -> str:
        """The sentences with one space between them."""
        return " ".join(s.text for s in self.sentences)

    @property
    def starts(self) -> list[int]:
        """Character offsets in :attr:`text` at which the sentences after the first start."""
        found, at = [], 0
        for sentence in self.sentences[:-1]:
            at += len(sentence.text) + 1
            found.append(at)
        return found


def read_paragraphs(path: Path, *, longest: int = 0) -> list[Paragraph]:
    """The paragraphs of a treebank (``.conllu`` or ``.conllu.gz``).

    Args:
        path: The file.
        longest: How many sentences a paragraph may have before it is cut; 0 for any number.

    Raises:
        UnreadableSource: If the file is missing or a line is not CoNLL-U.
    """
    if not path.exists():
        raise UnreadableSource(f"{path} is not there; give the folder that holds the treebanks")
    found: list[Paragraph] = []
    document = ""
    opened: list[Sentence] = []
    for kind, value, sentence in _blocks(path):
        if kind == "document":
            document = value
        if kind in ("document", "paragraph"):
            opened = []
        elif sentence is not None:
            if not opened or len(opened) == longest:
                opened = []
                found.append(Paragraph(document, opened))
            opened.append(sentence)
    return found


def _blocks(path: Path) -> Iterator[tuple[str, str, Sentence | None]]:
    sentence = Sentence()
    joined_to, space_after = 0, True  # the last word of a range such as "1-2 don't"
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if line.startswith("# newdoc"):
                yield "document", line.partition("=")[2].strip(), None
            elif line.startswith("# newpar"):
                yield "paragraph", "", None
            elif not line:
                if sentence.words:
                    yield "sentence", "", sentence
                sentence, joined_to = Sentence(), 0
            elif not line.startswith("#"):
                cells = line.split("\t")
                if len(cells) != 10:
                    raise UnreadableSource(
                        f"{path}, line {number}: found {len(cells)} columns, CoNLL-U has 10"
                    )
                space = "SpaceAfter=No" not in cells[9]
                if "-" in cells[0]:
                    joined_to, space_after = int(cells[0].split("-")[1]), space
                elif "." not in cells[0]:  # "8.1" is an elided word, which is not in the text
                    _add(sentence, cells, space, joined_to, space_after)
    if sentence.words:
        yield "sentence", "", sentence


def _add(
    sentence: Sentence, cells: Sequence[str], space: bool, joined_to: int, space_after: bool
) -> None:
    position, head = int(cells[0]), int(cells[6])
    if position <= joined_to:
        space = space_after if position == joined_to else False
    sentence.words.append(cells[1])
    sentence.spaces.append(space)
    sentence.tags.append(cells[4])
    sentence.coarse.append(cells[3])
    sentence.heads.append(head - 1 if head else position - 1)
    sentence.labels.append("ROOT" if cells[7] == "root" else cells[7])


def gold_doc(vocab: Vocab, sentence: Sentence, *, parsed: bool = True) -> Doc:
    """The sentence with its tags and, if *parsed*, its heads and labels."""
    return Doc(
        vocab, words=sentence.words, spaces=[*sentence.spaces[:-1], False],
        tags=sentence.tags, pos=sentence.coarse,
        heads=sentence.heads if parsed else None, deps=sentence.labels if parsed else None,
    )  # fmt: skip


def gold_starts(
    vocab: Vocab, words: Sequence[str], spaces: Sequence[bool], starts: Sequence[int]
) -> Doc:
    """A doc of these words that knows which of them start sentences: those at characters *starts*."""
    doc = Doc(vocab, words=list(words), spaces=list(spaces))
    begun = {0, *starts}
    for token in doc:
        token.is_sent_start = token.idx in begun
    return doc
