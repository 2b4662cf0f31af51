"""Readers and a spaCy pipeline that turn papers and data sets into records of :mod:`kg`."""

from __future__ import annotations

from typing import Any

__all__ = ["IngestReport", "Inspection", "PipelineConfig", "ingest", "inspect"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: spaCy takes seconds, and `import extractors` should not.
    if name == "ingest":
        from extractors.ingesting import ingest

        return ingest
    if name in ("inspect", "Inspection"):
        from extractors import inspection

        return getattr(inspection, name)
    if name == "PipelineConfig":
        from extractors.pipeline import PipelineConfig

        return PipelineConfig
    if name == "IngestReport":
        from extractors.report import IngestReport

        return IngestReport
    raise AttributeError(f"module 'extractors' has no attribute {name!r}")
