"""How fast the pipeline reads on two cores, part by part, beside spaCy's blank CNN NER.

Called by ``python -m benchmarks.extraction --part speed``. Articles are parsed beforehand;
what is timed is text to records. Two worker processes; the median of five runs. Each way of
reading has processes of its own, which end with it, so that none pays for another's memory.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import spacy
from loky import ProcessPoolExecutor
from spacy.language import Language
from spacy.training import Example

from benchmarks.measure import SHARED, PeakMemory, timed
from extractors.ingesting import WORKER_ENVIRONMENT
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
SPACY = "spaCy NER, 1 head"


@cache
def _pipeline(without: tuple[str, ...]) -> ReadingPipeline:
    return ReadingPipeline(PipelineConfig(without=without))


@cache
def _blank_ner() -> Language:
    """The default CNN NER of spaCy, one head, as it comes: what it finds does not matter for its speed."""
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    ner.add_label("CHEMICAL")  # type: ignore[attr-defined]
    doc = nlp.make_doc("Aspirin inhibits platelets.")
    nlp.initialize(lambda: [Example.from_dict(doc, {"entities": [(0, 7, "CHEMICAL")]})])
    return nlp


def _read(way: str, batch: SourceBatch) -> tuple[int, int]:
    """The number of this process, and the most memory that it ever held, in bytes."""
    if way == SPACY:
        for _ in _blank_ner().pipe([p.text for p in batch.passages], batch_size=64):
            pass
    else:
        _pipeline(WAYS[way]).annotate(batch)
    unit = 1 if sys.platform == "darwin" else 1024
    return os.getpid(), unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def articles() -> list[SourceBatch]:
    """Articles of all disciplines, evenly drawn."""
    paths = sorted((SHARED / "papers" / "oa-stm").glob("*.xml"))
    step = max(1, len(paths) // ARTICLES)
    return [read(p) for p in paths[::step][:ARTICLES]]


def _median(run: Callable[[], object]) -> float:
    run()  # processes start, models load
    return statistics.median(timed(run)[1] for _ in range(RUNS))


def measured(way: str, batches: Sequence[SourceBatch]) -> dict[str, float]:
    """Words a second of one way, and its memory in GB: all processes at once, and the largest worker."""
    words = sum(len(p.text.split()) for b in batches for p in b.passages)
    held: dict[int, int] = {}
    pool = ProcessPoolExecutor(WORKERS, env=WORKER_ENVIRONMENT)
    with pool, PeakMemory() as memory:
        seconds = _median(lambda: held.update(pool.map(_read, [way] * len(batches), batches)))
    return {
        "words_per_second": round(words / seconds),
        "peak_memory_gb": round(memory.peak / 1e9, 2),
        "largest_worker_gb": round(max(held.values()) / 1e9, 2),
    }


def reading_speed() -> dict[str, Any]:
    """Words a second of each way, and its memory."""
    batches = articles()
    words = sum(len(p.text.split()) for b in batches for p in b.passages)
    out: dict[str, Any] = {"articles": len(batches), "words": words}
    print(f"\n{words:,} words of {len(batches)} articles, {WORKERS} processes, median of {RUNS}")
    for way in (*WAYS, SPACY):
        out[way] = found = measured(way, batches)
        print(
            f"{way:18} {found['words_per_second']:9,} words/s, peak memory "
            f"{found['peak_memory_gb']:.2f} GB in all, {found['largest_worker_gb']:.2f} GB a worker"
        )
    return out
