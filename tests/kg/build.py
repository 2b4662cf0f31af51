"""Small real batches for tests: a work with passages, mentions and statements at true offsets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kg.batch import SourceBatch
from kg.ids import (
    canonical_name,
    concept_id,
    evidence_id,
    passage_id,
    run_id,
    source_id,
    statement_id,
    work_id,
)
from kg.model import Concept, Evidence, Mention, Passage, Run, Source, Statement, Work
from kg.ontology import PREDICATES

Fact = tuple[str, str, str, str]  # sentence, subject surface, predicate, object surface


def concept(surface: str, kind: str = "term") -> Concept:
    """A local concept of that name."""
    return Concept(id=concept_id(kind, surface), name=canonical_name(surface), kind=kind)


def batch(
    name: str,
    facts: Sequence[Fact],
    *,
    year: int | None = 2004,
    disciplines: tuple[str, ...] = ("Physics",),
    doi: str = "",
    path: str = "",
    pipeline: str = "p1",
    version: str = "1",
    kinds: dict[str, str] | None = None,
    assertion: str = "affirmed",
) -> SourceBatch:
    """A source called *name* whose passages are the facts' sentences, one each."""
    kinds = kinds or {}
    text = "\n\n".join(s for s, *_ in facts)
    source = source_id(f"{name}{version}{text}".encode())
    work = Work(
        id=work_id(doi=doi, title=name, year=year),
        title=name,
        year=year,
        authors=("Curie Marie",),
        disciplines=disciplines,
        licence="CC0-1.0",
    )
    run = Run(id=run_id("test", pipeline, "{}"), software="test", version=pipeline)
    out = SourceBatch(
        source=Source(id=source, path=path, parser="test", pipeline=pipeline, run=run.id),
        run=run,
        works=[work],
    )
    at = 0
    concepts: dict[str, Concept] = {}
    statements: dict[str, Statement] = {}
    for sentence, subject, predicate, object_ in facts:
        here = passage_id(source, at, at + len(sentence))
        out.passages.append(
            Passage(id=here, source=source, work=work.id, start=at, end=at + len(sentence), text=sentence)
        )  # fmt: skip
        at += len(sentence) + 2
        ends = []
        for surface in (subject, object_):
            c = concept(surface, kinds.get(surface, "term"))
            concepts[c.id] = c
            start = sentence.index(surface)
            ends.append((c.id, start, start + len(surface)))
            out.mentions.append(
                Mention(
                    passage=here,
                    concept=c.id,
                    start=start,
                    end=start + len(surface),
                    surface=surface,
                    method="test",
                )
            )
        (s, s0, s1), (o, o0, o1) = ends
        st = Statement(
            id=statement_id(s, predicate, o),
            subject=s,
            predicate=predicate,
            object=o,
            family=PREDICATES[predicate].family,
        )
        statements[st.id] = st
        out.evidence.append(
            Evidence(
                id=evidence_id(st.id, here, 0, len(sentence), "test"),
                statement=st.id,
                passage=here,
                start=0,
                end=len(sentence),
                quote=sentence,
                subject_start=s0,
                subject_end=s1,
                object_start=o0,
                object_end=o1,
                method="test",
                version="1",
                method_family="pattern",
                score=0.6,
                assertion=assertion,
            )
        )
    out.passages = [
        Passage(**{**_fields(p), "next": n.id}) for p, n in pairwise(out.passages)
    ] + out.passages[-1:]
    out.concepts = list(concepts.values())
    out.statements = list(statements.values())
    return out


def _fields(passage: Passage) -> dict[str, object]:
    return {f: getattr(passage, f) for f in Passage.__dataclass_fields__}
