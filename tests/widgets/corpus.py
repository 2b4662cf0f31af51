"""The invented library of ``library.yaml``: statements at true offsets, some after emoji or in Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kg.batch import SourceBatch
from kg.graph import Graph
from kg.ids import concept_id, evidence_id, passage_id, run_id, source_id, statement_id, work_id
from kg.model import Concept, Evidence, Mention, Passage, Run, Source, Statement, Work
from kg.ontology import PREDICATES

LIBRARY: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("library.yaml").read_text(encoding="utf-8")
)
METHOD = "test-rules"


def batch(paper: dict[str, Any]) -> SourceBatch:
    """One work of the library as a source."""
    title, sections = paper["title"], paper["sections"]
    texts = [" ".join(s["text"] for s in section["sentences"]) for section in sections]
    source = source_id((title + "\n\n".join(texts)).encode())
    work = Work(
        id=work_id(doi=paper["doi"], title=title, year=paper.get("year")),
        title=title,
        year=paper.get("year"),
        authors=tuple(paper["authors"]),
        venue=paper["venue"],
        language=paper["language"],
        disciplines=tuple(paper["disciplines"]),
        licence=paper["licence"],
    )
    run = Run(id=run_id("tests", "1", "{}"), software="tests", version="1")
    out = SourceBatch(
        source=Source(
            id=source,
            path=f"/library/{title}.txt",
            parser="tests",
            parser_version="1",
            pipeline="tests-1",
            access=paper["access"],
            licence=paper["licence"],
            run=run.id,
        ),
        run=run,
        works=[work],
    )
    at = 0
    for section, text in zip(sections, texts, strict=True):
        name = section["section"]
        passage = Passage(
            id=passage_id(source, at, at + len(text)),
            source=source,
            work=work.id,
            start=at,
            end=at + len(text),
            text=text,
            kind="abstract" if name == "abstract" else "paragraph",
            section=name,
            language=paper["language"],
        )
        out.passages.append(passage)
        at += len(text) + 2
        start = 0
        for said in section["sentences"]:
            for fact in said.get("facts", ()):
                _state(out, passage, start, said, fact)
            start += len(said["text"]) + 1
    return out


def _state(
    out: SourceBatch, passage: Passage, start: int, said: dict[str, Any], fact: list[str]
) -> None:
    text, end = passage.text, start + len(said["text"])
    ends = []
    for name in (fact[0], fact[2]):
        about = LIBRARY["concepts"][name]
        concept = Concept(
            id=concept_id(about["kind"], name),
            name=name,
            kind=about["kind"],
            aliases=tuple(about.get("aliases", ())),
            definition=about.get("definition", ""),
        )
        first = text.lower().index(name.lower(), start)
        last = first + len(name)
        mention = Mention(
            passage=passage.id,
            concept=concept.id,
            start=first,
            end=last,
            surface=text[first:last],
            method=METHOD,
        )
        if concept not in out.concepts:
            out.concepts.append(concept)
        if mention not in out.mentions:
            out.mentions.append(mention)
        ends.append((concept.id, first, last))
    (subject, s0, s1), (object_, o0, o1) = ends
    statement = Statement(
        id=statement_id(subject, fact[1], object_),
        subject=subject,
        predicate=fact[1],
        object=object_,
        family=PREDICATES[fact[1]].family,
    )
    if statement not in out.statements:
        out.statements.append(statement)
    out.evidence.append(
        Evidence(
            id=evidence_id(statement.id, passage.id, start, end, METHOD),
            statement=statement.id,
            passage=passage.id,
            start=start,
            end=end,
            quote=text[start:end],
            subject_start=s0,
            subject_end=s1,
            object_start=o0,
            object_end=o1,
            method=METHOD,
            version="1.0",
            method_family="pattern",
            score=0.7,
            assertion=said.get("assertion", "affirmed"),
            attribution=said.get("attribution", "own"),
        )
    )


def fill(graph: Graph) -> None:
    """Write the whole library into a graph."""
    for paper in LIBRARY["works"]:
        graph.write(batch(paper))
