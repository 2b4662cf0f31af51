"""What a text or a file is read as: by which method, how sure, what was left out and why.

Nothing is written anywhere. What is shown is what :func:`extractors.ingest` would write, read
by the same pipeline, and besides it what the components considered and refused.

>>> seen = inspect("Aspirin inhibits platelet aggregation.")
>>> seen.statements[["subject", "predicate", "object", "method"]].values.tolist()
[['aspirin', 'decreases', 'platelet aggregation', 'pattern']]
>>> seen.passages.text.tolist()
['Aspirin inhibits platelet aggregation.']
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from spacy.tokens import Doc

from extractors.annotations import MentionSpan, Refusal, StatementSpan, forbidden, refused
from extractors.building import BatchBuilder
from extractors.inspection_changes import differences
from extractors.inspection_page import many, page
from extractors.pipeline import PipelineConfig, ReadingPipeline
from extractors.readers import PassageBuilder, read
from kg.batch import SourceBatch
from kg.errors import PolymathError
from kg.ids import source_id, work_id
from kg.model import Concept, Passage, Source, Work

PIPELINES = 4
"""So many pipelines are kept for the next call."""
_PARAGRAPH = re.compile(r"\n\s*\n")
_PASSAGES = ("passage", "kind", "section", "language", "text")
_MENTIONS = (
    "passage", "start", "end", "text", "kind", "name", "concept", "vocabulary", "method",
    "version", "score",
)  # fmt: skip
_STATEMENTS = (
    "passage", "sentence", "subject", "predicate", "object", "qualifiers", "words", "family",
    "method", "version", "method_family", "score", "assertion", "attribution", "subject_id",
    "object_id", "start", "end", "subject_start", "subject_end", "object_start", "object_end",
)  # fmt: skip
_QUANTITIES = (
    "passage", "start", "end", "text", "value", "low", "high", "is_range", "unit", "canonical",
    "dimension",
)  # fmt: skip
_REFUSED = ("passage", "start", "end", "what", "text", "method", "score", "reason")


@dataclass(frozen=True, eq=False, repr=False)
class Inspection:
    """What was read, as tables; shows itself in a notebook.

    Offsets are characters of the passage: ``text == passages.text[passage][start:end]``.

    Attributes:
        title: Of the work, the data set, or what the caller called it.
        passages: One row a passage, numbered from 0.
        mentions: One row for each method that found a name at a place.
        statements: One row for each method that found a statement in a sentence; ``words`` are
            those that say so, where the method tells.
        quantities: Numbers with their units.
        abbreviations: Short forms with their long forms.
        refused: What was considered and left out, with the reason.
        warnings: Sentences for the ingest report.
    """

    title: str
    passages: pd.DataFrame
    mentions: pd.DataFrame
    statements: pd.DataFrame
    quantities: pd.DataFrame
    abbreviations: pd.DataFrame
    refused: pd.DataFrame
    warnings: tuple[str, ...] = ()

    def compare(self, other: Inspection) -> pd.DataFrame:
        """What is new in *other*, gone from it, or changed.

        Args:
            other: Another reading of the same text.

        Returns:
            One row a difference: change ("new", "gone", "changed"), what ("mention",
            "statement", "quantity", "abbreviation", "refused mention" …), and what of it
            differs before and after.

        Raises:
            PolymathError: If the two are not of the same text.
        """
        if self.passages.text.tolist() != other.passages.text.tolist():
            raise PolymathError(
                f"These are readings of two texts ({self.title!r} and {other.title!r}); "
                "compare two readings of one."
            )
        return differences(self.tables, other.tables)

    @property
    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of the tables by their names."""
        names = ("passages", "mentions", "statements", "quantities", "abbreviations", "refused")
        return {name: _rows(getattr(self, name)) for name in names}

    def __repr__(self) -> str:
        return f"<Inspection {self.title!r}: {self._counts()}>"

    def _counts(self) -> str:
        places = len(self.mentions[["passage", "start", "end"]].drop_duplicates())
        said = self.statements[["passage", "subject_id", "predicate", "object_id", "qualifiers"]]
        return (
            f"{many(places, 'name')} by {many(self.mentions.method.nunique(), 'method')}, "
            f"{many(len(said.drop_duplicates()), 'statement')}, "
            f"{many(len(self.quantities), 'number')}, {len(self.refused):,} left out"
        )

    def _repr_html_(self) -> str:
        return page(self.title, self._counts(), self.tables, self.warnings)


def inspect(
    source: str | Path,
    *,
    config: PipelineConfig | None = None,
    title: str = "",
    disciplines: Iterable[str] = (),
) -> Inspection:
    """Read one text or file, and say what was found in it, how, and what was left out.

    Args:
        source: A text, whose paragraphs stand between empty lines; or a file: a ``Path``, or
            one line that names an existing file.
        config: How to read, as for :func:`extractors.ingest`.
        title: What to call it; a text's title is read as well.
        disciplines: Of the work; what its file says, if left out.

    Raises:
        PolymathError: If the text is empty, or the file cannot be read.
    """
    config = config or PipelineConfig()
    path = _path(source)
    batch = _batch(str(source), title, tuple(disciplines)) if path is None else read(path)
    if path is not None and disciplines:
        given = tuple(disciplines)
        batch.works = [replace(w, disciplines=given) for w in batch.works]
        batch.datasets = [replace(d, disciplines=given) for d in batch.datasets]
    watched = _Watched(batch.passages)
    found = _pipeline(_Key(config)).annotate(batch, watched)
    return watched.inspection(found, title or _title(found, path))


def _path(source: str | Path) -> Path | None:
    if isinstance(source, Path):
        return source
    if not isinstance(source, str):
        raise PolymathError(
            f"inspect() reads a text or a file, and was given {type(source).__name__}; "
            "hand over a str or a pathlib.Path."
        )
    if 0 < len(source) < 1000 and "\n" not in source and "\0" not in source:
        try:
            path = Path(source).expanduser()
            return path if path.is_file() else None
        except (OSError, RuntimeError):  # a name that no file can have
            return None
    return None


def _batch(text: str, title: str, disciplines: tuple[str, ...]) -> SourceBatch:
    ident = source_id(f"{title}\0{text}".encode("utf-8", "replace"))
    work = Work(id=work_id(title=title or ident), title=title, disciplines=disciplines)
    builder = PassageBuilder(ident)
    if title:
        builder.add(title, kind="title", section="title", work=work.id)
    for paragraph in _PARAGRAPH.split(text):
        builder.add(paragraph, work=work.id)
    passages = builder.build()
    if len(passages) <= bool(title):
        raise PolymathError("There is no text to inspect: found neither a letter nor a digit.")
    return SourceBatch(source=Source(id=ident), works=[work], passages=passages)


def _title(batch: SourceBatch, path: Path | None) -> str:
    about = {p.work or p.dataset for p in batch.passages}
    known: dict[str, str] = {w.id: w.title for w in batch.works}
    known |= {d.id: d.title for d in batch.datasets}
    titles = [title for ident, title in known.items() if ident in about and title]
    return titles[0] if titles else path.name if path else "text"


class _Key:
    """A config by its fingerprint, so that equal ones share a pipeline."""

    def __init__(self, config: PipelineConfig) -> None:
        self.config = config

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.config.fingerprint == other.config.fingerprint

    def __hash__(self) -> int:
        return hash(self.config.fingerprint)


@lru_cache(maxsize=PIPELINES)
def _pipeline(key: _Key) -> ReadingPipeline:
    return ReadingPipeline(key.config)


class _Watched:
    """Gathers, while a batch is read, what its records do not keep."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._number = {p.id: i for i, p in enumerate(passages)}
        self._versions: dict[tuple[str, int, int, str], str] = {}
        self._words: dict[str, str] = {}
        self._quantities: list[dict[str, Any]] = []
        self._abbreviations: dict[str, str] = {}
        self._refused: dict[tuple[Any, ...], None] = {}

    def __call__(
        self, doc: Doc, passage: Passage, offset: int, added: list[str], builder: BatchBuilder
    ) -> None:
        """Note what *doc* holds; as :data:`extractors.pipeline.Watch`."""
        number, text = self._number[passage.id], doc.text

        def version(m: MentionSpan) -> None:
            key = (passage.id, m.start_char + offset, m.end_char + offset, m.method)
            self._versions.setdefault(key, m.version)

        for m in doc._.mentions:
            version(m)
        left_out = list(doc._.refused)
        for s, evidence in zip(doc._.statements, added, strict=True):
            version(s.subject)
            version(s.object)
            if evidence:
                self._words.setdefault(evidence, text[s.trigger_start : s.trigger_end].strip())
            else:
                left_out.append(_why(s, builder, doc._.disciplines))
        for q in doc._.quantities:
            told = {f.name: getattr(q, f.name) for f in fields(q)}
            surface = text[q.start_char : q.end_char]
            place = {"start": q.start_char + offset, "end": q.end_char + offset}
            self._quantities.append({**told, **place, "passage": number, "text": surface})
        self._abbreviations |= doc._.abbreviations
        for r in left_out:
            row = (
                number, r.start_char + offset, r.end_char + offset, r.what, r.text, r.method,
                r.score, r.reason,
            )  # fmt: skip
            self._refused[row] = None

    def inspection(self, batch: SourceBatch, title: str) -> Inspection:
        """All that was noted, with the records of *batch*."""
        concepts = {c.id: c for c in batch.concepts}
        schemes = {s.id: s.name or s.id for s in batch.schemes}
        texts = [p.text for p in batch.passages]

        def vocabulary(c: Concept) -> str:
            return schemes.get(c.scheme, c.scheme)

        mentions = []
        read = {(self._number[m.passage], m.start, m.end) for m in batch.mentions}
        for m in batch.mentions:
            c = concepts[m.concept]
            version = self._versions.get((m.passage, m.start, m.end, m.method), "")
            mentions.append(
                (
                    self._number[m.passage],
                    m.start,
                    m.end,
                    m.surface,
                    c.kind,
                    c.name,
                    c.id,
                    vocabulary(c),
                    m.method,
                    version,
                    m.score,
                )
            )
        said = {s.id: s for s in batch.statements}
        statements = []
        for e in batch.evidence:
            s = said[e.statement]
            statements.append(
                (
                    self._number[e.passage],
                    e.quote,
                    concepts[s.subject].name,
                    s.predicate,
                    concepts[s.object].name,
                    _readable(json.loads(s.qualifiers or "{}")),
                    self._words.get(e.id, ""),
                    s.family,
                    e.method,
                    e.version,
                    e.method_family,
                    e.score,
                    e.assertion,
                    e.attribution,
                    s.subject,
                    s.object,
                    e.start,
                    e.end,
                    e.subject_start,
                    e.subject_end,
                    e.object_start,
                    e.object_end,
                )
            )
        passages = [
            (i, p.kind, p.section, p.language, texts[i]) for i, p in enumerate(batch.passages)
        ]
        return Inspection(
            title,
            pd.DataFrame(passages, columns=list(_PASSAGES)),
            _frame(mentions, _MENTIONS, ["passage", "start", "end", "method"]),
            _frame(statements, _STATEMENTS, ["passage", "start", "subject_start", "object_start"]),
            _frame(
                [tuple(q[name] for name in _QUANTITIES) for q in self._quantities],
                _QUANTITIES,
                ["passage", "start"],
            ),
            _frame(list(self._abbreviations.items()), ("short", "long"), ["short"]),
            _frame(self._left_out(read), _REFUSED, ["passage", "start", "end"]),
            tuple(batch.warnings),
        )

    def _left_out(self, read: set[tuple[int, int, int]]) -> list[tuple[Any, ...]]:
        """The refusals, of each the surest; without names that another head or method did read."""
        best: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for row in self._refused:
            if row[3] == "mention" and row[:3] in read:
                continue
            key = row[:6]
            if key not in best or best[key][6] < row[6]:
                best[key] = row
        return list(best.values())


def _why(s: StatementSpan, builder: BatchBuilder, disciplines: Iterable[str]) -> Refusal:
    """Why the builder did not add *s*: it judges the concepts, and components the names."""
    a, b = (builder.concept(m, disciplines) for m in (s.subject, s.object))
    if a == b:
        return refused(s, f"both names are of one concept, {a}")
    return forbidden(s, builder.kind(a), builder.kind(b))


def _readable(qualifiers: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} {value}" for name, value in qualifiers.items())


def _frame(rows: list[tuple[Any, ...]], columns: tuple[str, ...], by: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.sort_values(by, kind="stable").reset_index(drop=True)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(c) for c in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]
