"""What one source brings: the unit that is written whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from kg.model import (
    Agent,
    Broader,
    Citation,
    Concept,
    Dataset,
    DatasetUse,
    Evidence,
    Measure,
    Mention,
    Passage,
    Qualifier,
    Run,
    Scheme,
    SchemeUse,
    Source,
    Statement,
    Variable,
    Work,
)


@dataclass(slots=True, kw_only=True)
class SourceBatch:
    """All records read from one source.

    A reader fills in the source, its works, data sets and passages; the pipeline adds
    what the passages say. ``warnings`` are sentences for the ingest report, not records.
    """

    source: Source
    run: Run | None = None
    agents: list[Agent] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    datasets: list[Dataset] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    schemes: list[Scheme] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    qualifiers: list[Qualifier] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dataset_uses: list[DatasetUse] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    broader: list[Broader] = field(default_factory=list)
    scheme_uses: list[SchemeUse] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def records(self) -> list[Any]:
        """Every record in the batch, nodes before the edges that need them."""
        out: list[Any] = [self.source]
        if self.run is not None:
            out.append(self.run)
        for f in fields(self)[2:]:
            if f.name != "warnings":
                out.extend(getattr(self, f.name))
        return out
