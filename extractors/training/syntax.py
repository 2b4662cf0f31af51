r"""Trains the tagger, parser and sentence splitter that ``polymath_syntax`` loads.

    python -m extractors.training.syntax --data ../shared/annotations/syntax \
        --out extractors/models/syntax [--licences permissive] [--tune]

One command, one core, seeded; stopped in the second of its two stages, it goes on from there.
Tags and sentences are learnt from CRAFT and from the English Web Treebank; heads and labels
from CRAFT alone, whose labels are those that spaCy's ``noun_chunks`` reads. ``--tune`` trains
on nine documents of ten and reports on the tenth, and never looks at the dev files.
``--licences permissive`` leaves the Web Treebank out.

The network is spaCy's: hashed word shapes under a small convolution (Honnibal 2017), an
arc-eager parser (Honnibal & Johnson 2015, doi:10.18653/v1/D15-1162) and, for sentences, a
convolution of its own over whole paragraphs.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Adam, fix_random_seed
from tqdm.auto import tqdm

from extractors.components.syntax import save_weights
from extractors.training.conllu import Paragraph, Sentence, gold_doc, gold_starts, read_paragraphs
from extractors.training.syntax_card import write_card
from extractors.training.syntax_scores import scores

SEED = 20261122
WIDTH, DEPTH, ROWS = 96, 4, 4000
SPLITTER_WIDTH, SPLITTER_DEPTH, SPLITTER_ROWS = 48, 2, 2000
EPOCHS, SPLITTER_EPOCHS = 9, 4
MIXED = 2
"""Ways in which the paragraphs are cut and joined for the splitter to learn from."""
BATCH_WORDS = 1200
LEARN_RATE = 0.0015
WEB_PARAGRAPH = 12
"""The Web Treebank's paragraphs are cut after so many sentences."""
LICENCES = ("all", "permissive")
Batch = tuple[list[Example], list[str]]


def corpora(data: Path, part: str, licences: str = "all") -> dict[str, list[Paragraph]]:
    """The paragraphs of each treebank's *part* ("train" or "dev") that the licences allow.

    Raises:
        UnreadableSource: If a file is missing or is not CoNLL-U.
    """
    found = {"craft": read_paragraphs(data / f"craft-{part}.conllu.gz")}
    if licences == "all":
        web = data / f"ewt-{part}.conllu.gz"
        found["ewt"] = read_paragraphs(web, longest=WEB_PARAGRAPH)
    return found


def blank_network() -> Language:
    """The untrained pipeline: tok2vec, parser and tagger on it, and the splitter beside them.

    The tagger comes last because batches of the Web Treebank leave the parser out, and the
    last listener is the one that passes its gradient on to the shared layers.
    """
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec", config={"model": _embedding(WIDTH, DEPTH, ROWS)})
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": WIDTH}
    parser = {
        "@architectures": "spacy.TransitionBasedParser.v2", "tok2vec": listener, "nO": None,
        "state_type": "parser", "extra_state_tokens": False, "hidden_width": 64,
        "maxout_pieces": 2, "use_upper": False,
    }  # fmt: skip
    nlp.add_pipe("parser", config={"model": parser, "min_action_freq": 30})
    tagger = {"@architectures": "spacy.Tagger.v2", "tok2vec": listener, "nO": None}
    nlp.add_pipe("tagger", config={"model": tagger})
    own = _embedding(SPLITTER_WIDTH, SPLITTER_DEPTH, SPLITTER_ROWS)
    splitter = {"@architectures": "spacy.Tagger.v2", "tok2vec": own, "nO": None}
    nlp.add_pipe("senter", config={"model": splitter})
    return nlp


def _embedding(width: int, depth: int, rows: int) -> dict[str, Any]:
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2", "width": width,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY"],
            "rows": [rows, rows // 2, rows // 2, rows // 2, 50],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": width, "depth": depth,
            "window_size": 1, "maxout_pieces": 2,
        },
    }  # fmt: skip


def split_documents(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """Nine documents of ten to train on, the tenth to tune on."""
    documents = sorted({p.document for p in paragraphs})
    held = set(documents[5::10])
    return (
        [p for p in paragraphs if p.document not in held],
        [p for p in paragraphs if p.document in held],
    )


def train(
    train_on: dict[str, list[Paragraph]], seed: int = SEED, checkpoint: Path | None = None
) -> Language:
    """A trained pipeline.

    Args:
        train_on: Paragraphs by treebank; those of "craft" teach the parser besides.
        seed: Of all that is drawn.
        checkpoint: A folder for what tags and parses, once that is trained; if it is there
            already, and was trained with the same settings on the same text, it is taken.
    """
    fix_random_seed(seed)
    nlp = _resumed(checkpoint, train_on, seed)
    if nlp is None:
        nlp = blank_network()
        parsed = [_parse_example(nlp, s, parsed=True) for s in _sentences(train_on["craft"])]
        tagged = [_parse_example(nlp, s, parsed=False) for s in _sentences(train_on.get("ewt", []))]
        nlp.initialize(lambda: [*parsed, *tagged])
        batches = [(b, ["senter"]) for b in _batched(parsed)]
        batches += [(b, ["senter", "parser"]) for b in _batched(tagged)]
        _update(nlp, batches, EPOCHS, random.Random(seed), "tags, heads")
        if checkpoint is not None:
            checkpoint.mkdir(parents=True, exist_ok=True)
            nlp.to_disk(checkpoint)
            (checkpoint / "settings.json").write_text(_settings(train_on, seed), encoding="utf-8")
    draw = random.Random(seed + 1)
    split = [e for _ in range(MIXED) for e in _split_examples(nlp, train_on, draw)]
    others = ["tok2vec", "parser", "tagger"]
    splits = [(b, others) for b in _batched(split)]
    _update(nlp, splits, SPLITTER_EPOCHS, draw, "sentences")
    return nlp


def _settings(train_on: dict[str, list[Paragraph]], seed: int) -> str:
    """What decides the outcome of the first stage, as JSON."""
    words = {n: sum(len(s.words) for p in ps for s in p.sentences) for n, ps in train_on.items()}
    sizes = [WIDTH, DEPTH, ROWS, EPOCHS, BATCH_WORDS, LEARN_RATE]
    return json.dumps({"words": words, "sizes": sizes, "seed": seed}, sort_keys=True)


def _resumed(
    checkpoint: Path | None, train_on: dict[str, list[Paragraph]], seed: int
) -> Language | None:
    settings = checkpoint / "settings.json" if checkpoint else None
    if settings is None or not settings.exists():
        return None
    if settings.read_text(encoding="utf-8") != _settings(train_on, seed):
        return None
    return spacy.load(settings.parent)


def _sentences(paragraphs: Sequence[Paragraph]) -> list[Sentence]:
    return [s for p in paragraphs for s in p.sentences if len(s.words) < 250]


def _parse_example(nlp: Language, sentence: Sentence, *, parsed: bool) -> Example:
    return Example(_plain(nlp, sentence.text), gold_doc(nlp.vocab, sentence, parsed=parsed))


def _plain(nlp: Language, text: str) -> Doc:
    """The words of *text* and nothing else, as they are given to the network when papers are read."""
    doc = nlp.make_doc(text)
    return Doc(nlp.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc])


def _split_examples(
    nlp: Language, train_on: dict[str, list[Paragraph]], draw: random.Random
) -> list[Example]:
    """Stretches of one to twelve sentences of one document, here and there over a paragraph's end.

    A heading that stands before its paragraph without a mark is met that way.
    """
    found = []
    for name, paragraphs in train_on.items():
        opened: list[Sentence] = []
        document, limit = "", 0
        for p in paragraphs:
            runs_on = name == "craft" and p.document == document and draw.random() < 0.5
            if opened and not runs_on:
                found.append(Paragraph(document, opened))
                opened = []
            document = p.document
            for sentence in p.sentences:
                if not opened:
                    limit = draw.randint(1, 12)
                opened.append(sentence)
                if len(opened) >= limit:
                    found.append(Paragraph(document, opened))
                    opened = []
        if opened:
            found.append(Paragraph(document, opened))
    return [_split_example(nlp, p) for p in found]


def _split_example(nlp: Language, paragraph: Paragraph) -> Example:
    doc = _plain(nlp, paragraph.text)
    words, spaces = [t.text for t in doc], [bool(t.whitespace_) for t in doc]
    return Example(doc, gold_starts(nlp.vocab, words, spaces, paragraph.starts))


def _batched(examples: list[Example]) -> list[list[Example]]:
    """Batches of about :data:`BATCH_WORDS` words, of examples of like length."""
    found: list[list[Example]] = []
    words = BATCH_WORDS
    for example in sorted(examples, key=lambda e: len(e.x)):
        if words >= BATCH_WORDS:
            found.append([])
            words = 0
        found[-1].append(example)
        words += len(example.x)
    return found


def _update(
    nlp: Language, batches: list[Batch], epochs: int, draw: random.Random, what: str
) -> None:
    """Train for *epochs* on the batches, each with the pipes that are to be left alone."""
    optimizer = Adam(LEARN_RATE, beta1=0.9, beta2=0.999, L2=0.01, grad_clip=1.0, use_averages=True)
    with tqdm(total=epochs * len(batches), desc=what, unit="batch", mininterval=5) as bar:
        for epoch in range(epochs):
            losses: dict[str, float] = {}
            draw.shuffle(batches)
            for i, (examples, left_alone) in enumerate(batches):
                done = (epoch + i / len(batches)) / epochs
                optimizer.learn_rate = LEARN_RATE * min(1.0, 20 * done + 0.05) * (1.02 - done)
                nlp.update(examples, sgd=optimizer, drop=0.1, losses=losses, exclude=left_alone)
                bar.update()
            bar.set_postfix_str(" ".join(f"{k} {v:,.0f}" for k, v in losses.items() if v))
    for _, pipe in nlp.pipeline:
        _take_averages(pipe, optimizer.averages or {})


def _take_averages(pipe: Any, averages: dict[tuple[int, str], Any]) -> None:
    """Let the weights of a pipe be their running average, which errs less than the last step."""
    for layer in pipe.model.walk():
        for name in layer.param_names:
            if (layer.id, name) in averages:
                layer.set_param(name, averages[(layer.id, name)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, score, and write weights and model card."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m extractors.training.syntax"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the treebanks")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--licences", choices=LICENCES, default="all")
    parser.add_argument("--tune", action="store_true", help="hold a tenth of train out; no dev")
    given = parser.parse_args(arguments)
    begun = time.perf_counter()
    given.out.mkdir(parents=True, exist_ok=True)  # fails now if it must
    paragraphs = corpora(given.data, "train", given.licences)
    if given.tune:
        halves = {name: split_documents(p) for name, p in paragraphs.items()}
        taught = {name: h[0] for name, h in halves.items()}
        judged = {f"{name} held out": h[1] for name, h in halves.items()}
    else:
        taught = paragraphs
        judged = {f"{name} dev": p for name, p in corpora(given.data, "dev").items()}
    checkpoint = given.out.with_name(given.out.name + ".checkpoint")
    nlp = train(taught, checkpoint=checkpoint)
    minutes = (time.perf_counter() - begun) / 60
    save_weights(nlp, given.out)
    found = scores(given.out, judged)
    command = f"{parser.prog} --data <treebanks> --out <folder> --licences {given.licences}"
    write_card(given.out, found, licences=given.licences, command=command, minutes=minutes)
    shutil.rmtree(checkpoint)
    for what, value in found.items():
        print(f"{what:60s} {value}")


if __name__ == "__main__":
    main()
