"""How fast the pipeline reads on two cores, part by part, beside spaCy's blank CNN NER.

Called by ``python -m benchmarks.extraction --part speed``. Articles are parsed beforehand;
what is timed is text to records. Two worker processes; the median of five runs.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import spacy
from loky import get_reusable_executor
from spacy.training import Example

from benchmarks.measure import SHARED, PeakMemory, timed
from extractors.pipeline import PipelineConfig, ReadingPipeline
from extractors.readers import read
from kg.batch import SourceBatch

ARTICLES = 24
RUNS = 5
WORKERS = 2
WAYS = {
    "rules": ("polymath_syntax", "polymath_dependency_relations", "polymath_model"),
    "rules and syntax": ("polymath_model",),
    "everything": (),
}
"""Components left out of each way of reading."""

_pipelines: dict[tuple[str, ...], Any] = {}


def _annotate(batch: SourceBatch, without: tuple[str, ...]) -> int:
    if without not in _pipelines:
        _pipelines[without] = ReadingPipeline(PipelineConfig(without=without))
    return len(_pipelines[without].annotate(batch).mentions)


def _blank_ner(texts: list[str]) -> int:
    """The default CNN NER of spaCy, one head, as it comes: what it finds does not matter for its speed."""
    if () not in _pipelines.setdefault("spacy", {}):  # type: ignore[call-overload]
        nlp = spacy.blank("en")
        ner = nlp.add_pipe("ner")
        ner.add_label("CHEMICAL")  # type: ignore[attr-defined]
        doc = nlp.make_doc("Aspirin inhibits platelets.")
        nlp.initialize(lambda: [Example.from_dict(doc, {"entities": [(0, 7, "CHEMICAL")]})])
        _pipelines["spacy"] = {(): nlp}  # type: ignore[index]
    nlp = _pipelines["spacy"][()]  # type: ignore[index]
    return sum(len(d) for d in nlp.pipe(texts, batch_size=64))


def articles() -> list[SourceBatch]:
    """Articles of all disciplines, evenly drawn."""
    paths = sorted((SHARED / "papers" / "oa-stm").glob("*.xml"))
    step = max(1, len(paths) // ARTICLES)
    return [read(p) for p in paths[::step][:ARTICLES]]


def _median(run: Any) -> float:
    run()  # processes start, models load
    return statistics.median(timed(run)[1] for _ in range(RUNS))


def reading_speed() -> dict[str, Any]:
    """Words a second of each way, and the memory of the whole."""
    batches = articles()
    words = sum(len(p.text.split()) for b in batches for p in b.passages)
    texts = [[p.text for p in b.passages] for b in batches]
    executor = get_reusable_executor(max_workers=WORKERS)
    out: dict[str, Any] = {"articles": len(batches), "words": words}
    print(f"\n{words:,} words of {len(batches)} articles, {WORKERS} processes, median of {RUNS}")

    def spread(function: Any, items: Sequence[Any], *rest: Any) -> None:
        list(executor.map(function, items, *([r] * len(items) for r in rest)))

    for name, without in WAYS.items():
        with PeakMemory() as memory:
            seconds = _median(lambda w=without: spread(_annotate, batches, w))
        rate = words / seconds
        out[name] = {"words_per_second": round(rate), "peak_memory_gb": round(memory.peak / 1e9, 2)}
        print(f"{name:18} {rate:9,.0f} words/s, peak {memory.peak / 1e9:.2f} GB")
    seconds = _median(lambda: spread(_blank_ner, texts))
    out["spacy blank CNN NER, one head"] = {"words_per_second": round(words / seconds)}
    print(f"{'spaCy NER, 1 head':18} {words / seconds:9,.0f} words/s")
    return out
