"""What a model of one's own costs, beside reading without one: time, tokens, memory.

    python -m benchmarks.own_models [--articles 4] [--gliner DIR]

One process reads the first articles of ../shared/papers (or POLYMATH_SHARED), else our sample
notes: with our own pipeline, with a spaCy CNN recogniser (its weights hardly trained: speed does
not depend on them), with GLiNER if the extra is installed (the model in DIR, or one of the size
of a small DeBERTa with random weights and a word tokenizer, which is kind to it), and with a
language model whose server answers at once, so that what remains is our own work; then again
from its cache. Time is that of the processor (user and system, all threads), so that a busy
machine does not change it. Tokens are estimated as for the cap, rather too many.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import spacy
from spacy.training import Example

from benchmarks.measure import SHARED, PeakMemory
from extractors.adapters.asking import estimated_tokens
from extractors.pipeline import PipelineConfig, ReadingPipeline
from extractors.readers import read
from kg.batch import SourceBatch
from tests.conftest import ROOT
from tests.extractors.adapters.llm_server import Turn, said, serving


def texts(articles: int) -> list[SourceBatch]:
    """What is read."""
    papers = SHARED / "papers"
    files = sorted([*papers.glob("*/*.xml"), *papers.glob("*/*.nxml")])
    step = max(1, len(files) // articles)
    chosen = files[::step][:articles] or sorted((ROOT / "sample_data" / "notes").glob("*/*.md"))
    return [read(path) for path in chosen]


def reading(
    batches: list[SourceBatch], options: Mapping[str, Mapping[str, Any]], times: int = 3
) -> dict[str, Any]:
    """Words a second of processor time with *options*, median of so many times."""
    pipeline = ReadingPipeline(PipelineConfig(options=options))
    pipeline.nlp("en")("Load whatever there is to be loaded with this sentence of ten words.")
    with PeakMemory() as memory:
        taken = []
        for _ in range(times):
            start = time.process_time()
            read_ = [pipeline.annotate(b) for b in batches]
            taken.append(time.process_time() - start)
    seconds = statistics.median(taken)
    words = sum(b.source.words for b in batches)
    theirs = ("spacy:", "gliner:", "llm:")
    return {
        "words_per_core_second": round(words / seconds),
        "mentions_of_theirs": sum(m.method.startswith(theirs) for b in read_ for m in b.mentions),
        "peak_memory_gb": round(memory.peak / 1e9, 2),
    }


def spacy_model(path: Path) -> Path:
    """A CNN recogniser of spaCy's default size."""
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    examples = [
        Example.from_dict(nlp.make_doc("We gave aspirin."), {"entities": [(8, 15, "CHEMICAL")]})
    ]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(5):
        nlp.update(examples, sgd=optimizer)
    nlp.to_disk(path)
    return path


def gliner_model(path: Path) -> Path:
    """A GLiNER with the layers of DeBERTa-v3-small, its weights random."""
    import gliner
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: i for i, word in enumerate(special)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    names = {f"{n}_token": f"[{n.upper()}]" for n in ("pad", "unk", "cls", "sep", "mask")}
    source = path / "tokenizer"
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(source)
    encoder = {
        "model_type": "deberta-v2", "hidden_size": 768, "num_hidden_layers": 6,
        "num_attention_heads": 12, "intermediate_size": 3072, "vocab_size": len(special),
        "relative_attention": True, "position_buckets": 256, "norm_rel_ebd": "layer_norm",
        "share_att_key": True, "pos_att_type": "p2c|c2p", "position_biased_input": False,
        "max_position_embeddings": 512, "max_relative_positions": -1, "type_vocab_size": 0,
    }  # fmt: skip
    (source / "config.json").write_text(json.dumps(encoder))
    config = {
        "model_name": str(source), "encoder_config": encoder, "hidden_size": 512, "max_len": 384,
        "max_width": 12, "vocab_size": len(special), "span_mode": "markerV0",
    }  # fmt: skip
    model = gliner.GLiNER.from_config(config, backbone_from_pretrained=False, local_files_only=True)
    model.save_pretrained(path / "random-small")
    return path / "random-small"


def language_model(batches: list[SourceBatch], folder: Path) -> dict[str, Any]:
    """With a server that answers at once, then from the cache; and what a real one would read."""
    with serving(lambda _, __: Turn(content=said())) as server:
        given = {
            "base_url": server.url, "model": "none", "cache": str(folder / "llm.sqlite"),
            "max_tokens": 0,
        }  # fmt: skip
        first = reading(batches, {"polymath_llm": given}, times=1)
        sent = server.passages
    second = reading(batches, {"polymath_llm": given})
    words = sum(b.source.words for b in batches) / 1000
    return {
        "answered_at_once": first,
        "from_cache": second,
        "calls_per_1000_words": round(len(sent) / words, 1),
        "tokens_in_per_1000_words": round(sum(map(estimated_tokens, sent)) / words),
    }


def main() -> None:
    """Print one line a way, then all as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=4)
    parser.add_argument("--gliner", type=Path)
    args = parser.parse_args()
    batches = texts(args.articles)
    found: dict[str, Any] = {
        "articles": len(batches), "words": sum(b.source.words for b in batches),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reading(batches, {}, times=1)  # the first reading fills caches that the others find full
        found["ours"] = reading(batches, {})
        path = str(spacy_model(folder / "spacy"))
        found["spacy_cnn"] = reading(batches, {"polymath_spacy_pipeline": {"model": path}})
        found["llm"] = language_model(batches, folder)
        if importlib.util.find_spec("gliner"):
            path = str(args.gliner or gliner_model(folder))
            found["gliner"] = reading(batches, {"polymath_gliner": {"model": path}}, times=1)
        else:
            found["gliner"] = "left out: the extra gliner is not installed"
    for what, value in found.items():
        print(f"{what:10} {value}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
