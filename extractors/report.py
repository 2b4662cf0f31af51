"""What an ingest did: read, unchanged, not read and why."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, repr=False)
class IngestReport:
    """Result of :func:`extractors.ingesting.ingest`; shows itself in a notebook.

    ``failed`` holds one sentence for each file that was not read; ``warnings`` one for
    each thing that was left out of a file that was.
    """

    graph: str
    read: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    words: int = 0
    rows: int = 0
    seconds: float = 0.0

    @property
    def words_per_second(self) -> float:
        """Words read, by the clock from first file to last row."""
        return self.words / self.seconds if self.seconds else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {
            "graph": self.graph,
            "read": self.read,
            "unchanged": self.unchanged,
            "withdrawn": self.withdrawn,
            "failed": self.failed,
            "warnings": self.warnings,
            "words": self.words,
            "rows_written": self.rows,
            "seconds": round(self.seconds, 3),
            "words_per_second": round(self.words_per_second),
        }

    def _summary(self) -> str:
        parts = [f"{len(self.read):,} read", f"{len(self.unchanged):,} unchanged"]
        if self.withdrawn:
            parts.append(f"{len(self.withdrawn):,} withdrawn")
        parts.append(f"{len(self.failed):,} not read")
        text = f"{', '.join(parts)}; {self.rows:,} rows written in {self.seconds:.1f} s"
        if self.words:
            text += f" ({self.words:,} words, {self.words_per_second:,.0f} words/s)"
        return text

    def __repr__(self) -> str:
        return f"<IngestReport {self._summary()}>"

    def __str__(self) -> str:
        lines = [self._summary(), *(f"  not read: {s}" for s in self.failed.values())]
        lines += [f"  note: {s}" for s in self.warnings[:20]]
        if len(self.warnings) > 20:
            lines.append(f"  … and {len(self.warnings) - 20:,} more notes")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        items = [*self.failed.values(), *self.warnings[:20]]
        listed = "".join(f"<li>{html.escape(s)}</li>" for s in items)
        return f"<p>{html.escape(self._summary())}</p>" + (f"<ul>{listed}</ul>" if listed else "")
