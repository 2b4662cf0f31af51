"""GLiNER: what we ask it and what we make of its answers; the library itself where it is installed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

from extractors.adapters.gliner import Gliner, locate
from extractors.adapters.labels import gliner_labels
from extractors.pipeline import PipelineConfig, ReadingPipeline, build_pipeline
from kg.errors import MissingExtra, PolymathError
from kg.ontology import KINDS
from tests.conftest import need_apart


class ByWord:
    """Answers as ``gliner.GLiNER.inference`` does, from a list of words.

    No model is needed to show that offsets, labels, scores and batches arrive where they belong.
    """

    def __init__(self, words: dict[str, tuple[str, float]]) -> None:
        self.words = words
        self.asked: list[list[str]] = []

    def inference(
        self, texts: list[str], labels: list[str], *, threshold: float, batch_size: int
    ) -> list[list[dict[str, Any]]]:
        self.asked.append(texts)
        return [
            [
                {"start": at, "end": at + len(word), "text": word, "label": label, "score": score}
                for word, (label, score) in self.words.items()
                for at in [text.find(word)]
                if at >= 0 and score >= threshold and label in labels
            ]
            for text in texts
        ]


def reader(words: dict[str, tuple[str, float]], **more: Any) -> tuple[Language, ByWord]:
    nlp = spacy.blank("en")
    nlp.add_pipe("polymath_sentences")
    model = ByWord(words)
    adapter = Gliner(labels={}, method="gliner:test", version="1", load=lambda: model, **more)
    Language.component("gliner_under_test", func=adapter)
    nlp.add_pipe("gliner_under_test")
    return nlp, model


def test_answers_become_mentions_with_our_kinds() -> None:
    labels = {k: v for v, k in gliner_labels().items()}
    nlp, _ = reader({
        "zorbital": (labels["chemical"], 0.9321), "mice": (labels["organism"], 0.7),
        "quuxation": (labels["process"], 0.3),
    })  # fmt: skip
    doc = nlp("The zorbital, given to mice, stops quuxation.")
    assert [(m.name, m.kind, m.score, m.method) for m in doc._.mentions] == [
        ("zorbital", "chemical", 0.932, "gliner:test"), ("mouse", "organism", 0.7, "gliner:test"),
    ]  # fmt: skip


def test_long_texts_go_in_pieces_and_offsets_come_back() -> None:
    (label,) = [name for name, kind in gliner_labels().items() if kind == "chemical"]
    sentence = "Here number {} of them is zorbital again. "
    text = "".join(sentence.format(i) for i in range(60)).strip()
    nlp, model = reader({"zorbital": (label, 0.8)}, max_tokens=9)
    doc = nlp(text)
    assert len(doc._.mentions) == 60
    assert {text[m.start_char : m.end_char] for m in doc._.mentions} == {"zorbital"}
    assert len(model.asked) == 1, "all pieces in one call"
    assert {len(nlp.tokenizer(piece)) for piece in model.asked[0]} == {9}


def test_every_kind_but_the_unknown_has_a_label() -> None:
    assert set(gliner_labels().values()) == set(KINDS) - {"term"}


def test_answers_out_of_bounds_or_of_other_labels_are_dropped() -> None:
    class Odd:
        def inference(
            self, texts: list[str], labels: list[str], *, threshold: float, batch_size: int
        ) -> list[list[dict[str, Any]]]:
            spans = [(-1, 3), (0, 999), (3, 3), (5, 2), (0, 4)]
            return [
                [{"start": a, "end": b, "label": labels[0], "score": 2.0} for a, b in spans]
                + [{"start": 0, "end": 4, "label": "nobody asked", "score": 1.0}]
                for _ in texts
            ]

    adapter = Gliner(labels={"thing": "object"}, load=Odd)
    doc = adapter(spacy.blank("en")("Mars is red."))
    assert [(m.name, m.kind, m.score) for m in doc._.mentions] == [("mars", "object", 1.0)]


@pytest.mark.parametrize("files", [[], ["gliner_config.json"]])
def test_a_directory_without_a_model_is_said_in_a_sentence(
    tmp_path: Path, files: list[str]
) -> None:
    for name in files:
        (tmp_path / name).write_text("{}")
    with pytest.raises(PolymathError, match=r"There is no GLiNER model in|has no weights"):
        locate(str(tmp_path))
    with pytest.raises(PolymathError, match=r"There is no GLiNER model in|has no weights"):
        PipelineConfig(options={"polymath_gliner": {"model": str(tmp_path)}}).describe()


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gliner", None)  # so that it is missing where it is not
    for name in ("gliner_config.json", "model.safetensors"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(
        MissingExtra, match=r'install the extra: pip install "polymath-kg\[gliner\]"'
    ):
        PipelineConfig(options={"polymath_gliner": {"model": str(tmp_path)}}).describe()


# ------------------------------------------------------------------ the library itself


def tiny_model(path: Path) -> Path:
    """A GLiNER of random weights with a word tokenizer, saved as a directory: 0.3 MB."""
    need_apart("gliner")
    import gliner  # type: ignore[import-not-found]
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "zorbital", "mice", "the", "stops"]
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    source = path / "tokenizer"
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", mask_token="[MASK]",
    ).save_pretrained(source)  # fmt: skip
    encoder = {
        "model_type": "bert", "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": 64, "vocab_size": len(words), "max_position_embeddings": 512,
    }  # fmt: skip
    (source / "config.json").write_text(json.dumps(encoder))
    config = {
        "model_name": str(source), "encoder_config": encoder, "hidden_size": 32, "max_len": 128,
        "max_width": 4, "dropout": 0.0, "vocab_size": len(words), "span_mode": "markerV0",
    }  # fmt: skip
    model = gliner.GLiNER.from_config(config, backbone_from_pretrained=False, local_files_only=True)
    model.save_pretrained(path / "tiny")
    return path / "tiny"


def test_a_real_gliner_is_loaded_from_its_directory_and_read_with(tmp_path: Path) -> None:
    path = tiny_model(tmp_path)
    given = {
        "model": str(path),
        "threshold": 0.01,
        "labels": {"drug": "chemical", "animal": "organism"},
    }
    nlp = build_pipeline("en", (), polymath_gliner=given)
    text = "The zorbital stops quuxation in mice. " * 40
    doc = nlp(text)
    theirs = [m for m in doc._.mentions if m.method == "gliner:tiny"]
    assert theirs, "random weights are sure of nothing, and so say something everywhere"
    assert {m.kind for m in theirs} <= {"chemical", "organism"}
    assert all(0 <= m.score <= 1 and doc.text[m.start_char : m.end_char].strip() for m in theirs)
    again = build_pipeline("en", (), polymath_gliner=given)(text)
    assert [m for m in again._.mentions if m.method == "gliner:tiny"] == theirs
    config = PipelineConfig(options={"polymath_gliner": given})
    assert config.describe()["options"]["polymath_gliner"]["model"][0] == "tiny"
    assert "polymath_gliner" in ReadingPipeline(config).nlp("zh").pipe_names


def test_a_damaged_gliner_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tiny_model(tmp_path)
    (path / "model.safetensors").write_bytes(b"\x00 nonsense")
    (path / "pytorch_model.bin").unlink(missing_ok=True)
    with pytest.raises(PolymathError, match="cannot be loaded by gliner"):
        build_pipeline("en", (), polymath_gliner={"model": str(path)})("Some text.")
