"""``polymath_syntax``: sentences, tags, heads and labels, by a small trained network.

The weights come with the package (``extractors/models/syntax``, see its ``MODEL.md``). A
convolution over whole paragraphs says where sentences start, and the rules of
``polymath_sentences`` stand beside it: a blank line always starts one, "Fig." never ends one.
A second convolution with a tagger and an arc-eager parser then reads each sentence alone.
The labels are CRAFT's, which spaCy's ``noun_chunks`` reads; the tags are the Penn Treebank's.

>>> nlp = __import__("spacy").blank("en")
>>> _ = nlp.add_pipe("polymath_syntax")
>>> doc = nlp("These drugs inhibit chronic inflammation in most patients [12]. It was given twice.")
>>> [s.text for s in doc.sents]
['These drugs inhibit chronic inflammation in most patients [12].', 'It was given twice.']
>>> [c.text for c in doc.noun_chunks]
['These drugs', 'chronic inflammation', 'most patients', 'It']
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import spacy
from spacy.attrs import DEP, HEAD, POS, SENT_START, TAG  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.symbols import IDS  # type: ignore[import-not-found]
from spacy.tokens import Doc

from extractors.components.lexicon import word_list
from extractors.components.sentences import MAX_TOKENS, boundaries
from extractors.encoder.towers import by_length
from extractors.encoder.weights import SHIPPED, Weights, write_manifest
from kg.errors import PolymathError

VERSION = "1"
KIND = "syntax"
WEIGHTS = SHIPPED / KIND
STARTS, RULED, UNSPACED = 0.5, 0.1, 0.97
"""Least probability of a sentence start: anywhere, where a rule sees one, where no space precedes."""
_PARTS = ("tok2vec", "tagger", "parser", "senter")
_BATCH_WORDS = 5_000
_PARSED_WORDS = 4_000
"""So many at once take no longer than all of a paper, and a third of the memory."""
_LONGEST = 250
"""A "sentence" of more words is a table or a list run together, and is not parsed."""
_NEVER = word_list("abbreviation_inside_sentence")
_COARSE = {
    "NN": "NOUN", "NNS": "NOUN", "NNP": "PROPN", "NNPS": "PROPN", "PRP": "PRON", "PRP$": "PRON",
    "WP": "PRON", "WP$": "PRON", "EX": "PRON", "DT": "DET", "WDT": "PRON", "PDT": "DET",
    "JJ": "ADJ", "JJR": "ADJ", "JJS": "ADJ", "AFX": "ADJ", "RB": "ADV", "RBR": "ADV",
    "RBS": "ADV", "WRB": "ADV", "IN": "ADP", "RP": "ADP", "TO": "PART", "POS": "PART",
    "CC": "CCONJ", "CD": "NUM", "MD": "AUX", "VB": "VERB", "VBD": "VERB", "VBG": "VERB",
    "VBN": "VERB", "VBP": "VERB", "VBZ": "VERB", "UH": "INTJ", "SYM": "SYM", "$": "SYM",
    ",": "PUNCT", ".": "PUNCT", ":": "PUNCT", "-LRB-": "PUNCT", "-RRB-": "PUNCT",
    "``": "PUNCT", "''": "PUNCT", "HYPH": "PUNCT", "NFP": "PUNCT",
}  # fmt: skip
Ints = npt.NDArray[np.int64]


# ---------------------------------------------------------------------- weights


def save_weights(nlp: Language, folder: Path) -> None:
    """Write the trained parts of *nlp* into *folder*, with a manifest of what belongs there."""
    nlp.to_disk(folder, exclude=["tokenizer", "vocab"])
    (folder / "meta.json").unlink()  # says when and with which spaCy, and nothing that is read
    files = [p for part in _PARTS for p in (folder / part).rglob("*") if p.is_file()]
    names = (p.relative_to(folder).as_posix() for p in (folder / "config.cfg", *files))
    write_manifest(folder, KIND, VERSION, names)


@cache
def _weights(folder: Path) -> Weights:
    return Weights(folder, KIND)


@cache
def load_weights(folder: Path = WEIGHTS) -> Language:
    """The trained parts, loaded once a process.

    Raises:
        PolymathError: If the folder is missing, damaged or of another format.
    """
    path = _weights(folder).path("config.cfg")
    try:
        config = spacy.util.load_config(path)
        nlp = spacy.util.load_model_from_config(config)
        return nlp.from_disk(folder, exclude=["tokenizer", "vocab", "meta"])
    except Exception as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise PolymathError(
            f"The weights of polymath_syntax in {folder} do not load with "
            f"spaCy {spacy.about.__version__}: {first}; install Polymath again, "
            "or train them with python -m extractors.training syntax"
        ) from error


def weights_digest(folder: Path = WEIGHTS) -> str:
    """Changes when any weight changes: goes into the pipeline's fingerprint.

    Raises:
        PolymathError: If the folder is missing, damaged or of another format.
    """
    return _weights(folder).digest


# ---------------------------------------------------------------------- sentences


@dataclass(slots=True)
class _Words:
    """The tokens of a doc that are no white space, as the network reads them."""

    doc: Doc
    text: str
    tokens: list[int]
    words: list[str]
    spaces: list[bool]
    offsets: list[int]

    @classmethod
    def of(cls, doc: Doc) -> _Words:
        tokens: list[int] = []
        words: list[str] = []
        spaces: list[bool] = []
        offsets: list[int] = []
        for token in doc:
            if token.is_space:
                if spaces:
                    spaces[-1] = True
                continue
            tokens.append(token.i)
            words.append(token.text)
            spaces.append(bool(token.whitespace_))
            offsets.append(token.idx)
        return cls(doc, doc.text, tokens, words, spaces, offsets)


def sentence_starts(
    text: str, offsets: list[int], words: list[str], spaces: list[bool],
    probability: npt.NDArray[np.float64],
) -> list[int]:  # fmt: skip
    """Which words start sentences, ascending; the first does.

    Args:
        text: The text.
        offsets: Where in it each word starts.
        words: The words, none of them white space.
        spaces: Whether white space follows each.
        probability: For each word, that it starts a sentence, by the network.
    """
    if not words:
        return []
    least = np.full(len(words), STARTS)
    least[1:][~np.array(spaces[:-1], dtype=bool)] = UNSPACED
    always: set[int] = set()
    for at in boundaries(text):
        i = bisect_left(offsets, at)
        if 0 < i < len(words):
            least[i] = min(least[i], RULED)
            if text.count("\n", offsets[i - 1], at) > 1:
                always.add(i)
    maybe = np.flatnonzero(probability >= least)
    found = {0, *always}
    for i in map(int, maybe):
        if i and _abbreviated(words, i):
            continue
        found.add(i)
    starts = sorted(found)
    for start, stop in zip(starts[:], [*starts[1:], len(words)], strict=True):
        starts += range(start + MAX_TOKENS, stop, MAX_TOKENS)
    return sorted(starts)


def _abbreviated(words: list[str], i: int) -> bool:
    """Whether "Fig." or its like stands before word *i*, as one token or as two."""
    last = words[i - 1].lower()
    if last == "." and i > 1:
        last = words[i - 2].lower() + "."
    return last.endswith(".") and last[:-1] in _NEVER


# ---------------------------------------------------------------------- the component


class Syntax:
    """Sets sentence starts, tags, coarse tags, heads and labels."""

    def __init__(self, nlp: Language, *, parse: bool = True, folder: Path = WEIGHTS) -> None:
        self.version = VERSION
        self.parse = parse
        self._folder = folder
        inner = load_weights(folder)
        tagger: Any = inner.get_pipe("tagger")
        parser: Any = inner.get_pipe("parser")
        strings = nlp.vocab.strings
        for label in (*tagger.labels, *parser.labels, "dep", "ROOT"):
            strings.add(label)
        self._dep, self._root = strings["dep"], strings["ROOT"]
        self._auxiliary = np.array([strings.add("aux"), strings.add("auxpass")], dtype=np.uint64)
        self._coarse = {strings[t]: IDS[_COARSE.get(t, "X")] for t in tagger.labels}

    def __call__(self, doc: Doc) -> Doc:
        """Annotate *doc*, which comes back."""
        self._read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """The docs of *stream*, many at once through the network."""
        batch: list[Doc] = []
        words = 0
        for doc in stream:
            batch.append(doc)
            words += len(doc)
            if len(batch) >= batch_size or words >= _BATCH_WORDS:
                self._read(batch)
                yield from batch
                batch, words = [], 0
        if batch:
            self._read(batch)
            yield from batch

    def _read(self, docs: list[Doc]) -> None:
        inner = load_weights(self._folder)
        read = [w for w in map(_Words.of, docs) if w.words]
        whole = [Doc(inner.vocab, words=w.words, spaces=w.spaces) for w in read]
        splitter: Any = inner.get_pipe("senter")
        jobs: list[tuple[int, int, int]] = []  # which doc, and from which word to which
        starts: list[list[int]] = []
        for k, logits in enumerate(splitter.model.predict(whole) if whole else ()):
            w = read[k]
            probability = 1 / (1 + np.exp(logits[:, 0].astype(np.float64) - logits[:, 1]))
            begun = sentence_starts(w.text, w.offsets, w.words, w.spaces, probability)
            starts.append(begun)
            jobs += ((k, a, b) for a, b in zip(begun, [*begun[1:], len(w.words)], strict=True))
        if not self.parse:
            for w, begun in zip(read, starts, strict=True):
                marks = np.full(len(w.doc), -1, dtype=np.int64)
                marks[[0, *(w.tokens[i] for i in begun[1:])]] = 1
                w.doc.from_array([SENT_START], marks.astype(np.uint64))  # type: ignore[arg-type]
            return
        trees: list[list[tuple[int, npt.NDArray[np.uint64]]]] = [[] for _ in read]
        short = [j for j in jobs if j[2] - j[1] <= _LONGEST]
        for (k, a, _), tree in zip(short, self._trees(inner, read, short), strict=True):
            trees[k].append((a, tree))
        for w, begun, found in zip(read, starts, trees, strict=True):
            self._annotate(w, begun, found)

    def _trees(
        self, inner: Language, read: list[_Words], jobs: list[tuple[int, int, int]]
    ) -> Iterator[npt.NDArray[np.uint64]]:
        """For each sentence, a row of head offset, label and tag a word."""
        docs = []
        for k, a, b in jobs:
            w = read[k]
            alone: list[bool | int | None] = [i == a for i in range(a, b)]
            docs.append(
                Doc(
                    inner.vocab, words=w.words[a:b], spaces=[*w.spaces[a : b - 1], False],
                    sent_starts=alone,
                )
            )  # fmt: skip
        # Sentences of like length together: the parser steps through a batch side by side.
        for rows in by_length([len(doc) for doc in docs], _PARSED_WORDS):
            batch = [docs[i] for i in rows]
            for name in ("tok2vec", "tagger", "parser"):
                pipe: Any = inner.get_pipe(name)
                pipe.set_annotations(batch, pipe.predict(batch))
        for doc in docs:
            yield doc.to_array([HEAD, DEP, TAG]).astype(np.uint64)

    def _annotate(
        self, w: _Words, starts: list[int], trees: list[tuple[int, npt.NDArray[np.uint64]]]
    ) -> None:
        """Write the trees of its sentences on a doc, each as one tree, white space hung to its left."""
        n = len(w.doc)
        tokens = np.array(w.tokens, dtype=np.int64)
        head = np.zeros(len(tokens), dtype=np.int64)  # each its own root
        label = np.full(len(tokens), self._root, dtype=np.uint64)
        tag = np.zeros(len(tokens), dtype=np.uint64)
        unparsed = set(starts)
        for a, tree in trees:
            b = a + len(tree)
            unparsed.discard(a)
            head[a:b], label[a:b], tag[a:b] = tree[:, 0].astype(np.int64), tree[:, 1], tree[:, 2]
            self._one_root(head[a:b], label[a:b])
        bounds = [*starts, len(tokens)]
        for a in unparsed:
            b = bounds[bisect_left(bounds, a) + 1]
            head[a + 1 : b] = -np.arange(1, b - a)
            label[a + 1 : b] = self._dep
        table = np.zeros((n, 4), dtype=np.int64)
        table[:, 0] = -1
        table[: w.tokens[0], 0] = w.tokens[0] - np.arange(w.tokens[0])
        table[:, 1] = np.int64(np.uint64(self._dep).astype(np.int64))
        target = np.arange(len(tokens)) + head
        table[tokens, 0] = tokens[target] - tokens
        table[tokens, 1] = label.astype(np.int64)
        table[tokens, 2] = tag.astype(np.int64)
        coarse = np.array([self._coarse.get(int(t), 0) for t in tag], dtype=np.int64)
        verbal = np.isin(label, self._auxiliary) & (coarse == IDS["VERB"])
        coarse[verbal] = IDS["AUX"]
        table[tokens, 3] = coarse
        w.doc.from_array([HEAD, DEP, TAG, POS], table.astype(np.uint64))  # type: ignore[arg-type]

    def _one_root(self, head: Ints, label: npt.NDArray[np.uint64]) -> None:
        """Hang what the parser left without a head on the root of the sentence, in place."""
        roots = np.flatnonzero(head == 0)
        if len(roots) > 1:
            labelled = [r for r in roots if label[r] == self._root]
            main = labelled[0] if labelled else roots[0]
            others = roots[roots != main]
            head[others] = main - others
            label[others] = self._dep

    def score(self, examples: Any, **kwargs: Any) -> dict[str, Any]:
        """F1 of sentences, accuracy of tags, attachment of heads, as spaCy reports them."""
        scores: dict[str, Any] = Scorer.score_spans(
            examples, "sents", has_annotation=lambda doc: doc.has_annotation("SENT_START"), **kwargs
        )
        scores.pop("sents_per_type", None)
        scores |= Scorer.score_token_attr(examples, "tag", **kwargs)
        scores |= Scorer.score_deps(
            examples, "dep", head_attr="head", ignore_labels=("punct",), **kwargs
        )
        return scores


_SCORES: Mapping[str, float] = {"sents_f": 0.4, "tag_acc": 0.2, "dep_uas": 0.2, "dep_las": 0.2}


@Language.factory(
    "polymath_syntax",
    assigns=[
        "token.is_sent_start", "doc.sents", "token.tag", "token.pos", "token.dep", "token.head",
    ],
    default_config={"parse": True},
    default_score_weights=dict(_SCORES),
)  # fmt: skip
def make(nlp: Language, name: str, parse: bool) -> Syntax:
    """A splitter, tagger and parser of English; with ``parse`` off, a splitter only."""
    return Syntax(nlp, parse=parse)
