"""Decisions in numbers: how long one takes, whether each is undone exactly, whether all outlive the graph.

    python -m benchmarks.decisions [--decisions 10000] [--statements 20000] [--sample sample_data]
    python -m benchmarks.decisions --queue --statements 82000

A graph of real records (works, passages, sentences at true offsets) is decided on at random, seeds
fixed: verdicts, corrections, merges. Each decision is one transaction. At moments spread over the
run the digest of the graph is kept; then decisions are taken back, last first, and at each such
moment the digest must be the one that was. Single decisions from anywhere in the log are taken back
and decided again besides. With ``--sample`` those files are read, decided on, the graph is removed, read again
and given its log back. Baseline: the same rows appended to a bare SQLite table, a commit each.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import kg
from benchmarks.measure import timed
from kg.batch import SourceBatch
from kg.errors import RecordError
from kg.ids import concept_id, evidence_id, passage_id, source_id, statement_id, work_id
from kg.model import Concept, Decision, Evidence, Mention, Passage, Source, Statement, Work
from kg.ontology import ASSERTED, CO_MENTION
from kg.verify import verify

SEED = 20261123
MOMENTS = 20
"""Digests kept in the course of the decisions, to be met again on the way back."""
PREDICATES = ("causes", "increases", "affects", "contains", "enables", "part_of")
ACTIONS = ("accept", "reject", "skip", "flip", "predicate", "assertion", "merge", "undo")
WEIGHTS = (40, 30, 5, 6, 6, 6, 4, 3)


def source(number: int, facts: list[tuple[int, str, int]]) -> SourceBatch:
    """One work whose sentences say *facts*: subject, predicate, object."""
    sentences = [f"Thing {a} {p} thing {b}." for a, p, b in facts]
    id_ = source_id(f"{number}".encode())
    work = Work(id=work_id(title=f"Work {number}"), title=f"Work {number}", year=2000 + number % 25)
    out = SourceBatch(source=Source(id=id_, path=f"{number}.md"), works=[work])
    concepts, statements, at = {}, {}, 0
    for (a, predicate, b), sentence in zip(facts, sentences, strict=True):
        here = passage_id(id_, at, at + len(sentence))
        out.passages.append(
            Passage(
                id=here, source=id_, work=work.id, start=at, end=at + len(sentence), text=sentence
            )
        )
        at += len(sentence) + 2
        ends = []
        for n, start in ((a, 0), (b, sentence.index(f"thing {b}"))):
            name = f"thing {n}"
            one = Concept(id=concept_id("term", name), name=name)
            concepts[one.id] = one
            stop = start + len(name)
            out.mentions.append(
                Mention(
                    passage=here,
                    concept=one.id,
                    start=start,
                    end=stop,
                    surface=sentence[start:stop],
                )
            )
            ends.append((one.id, start, stop))
        said = Statement(
            id=statement_id(ends[0][0], predicate, ends[1][0]),
            subject=ends[0][0],
            predicate=predicate,
            object=ends[1][0],
            family=ASSERTED[predicate].family,
        )
        statements[said.id] = said
        out.evidence.append(
            Evidence(
                id=evidence_id(said.id, here, 0, len(sentence), "test"),
                statement=said.id,
                passage=here,
                end=len(sentence),
                quote=sentence,
                subject_start=ends[0][1],
                subject_end=ends[0][2],
                object_start=ends[1][1],
                object_end=ends[1][2],
                method="test",
                method_family="pattern",
                score=0.7,
            )
        )
    out.concepts, out.statements = list(concepts.values()), list(statements.values())
    return out


def fill(graph: kg.Graph, statements: int, chance: random.Random) -> None:
    """About so many statements among a fifth as many concepts, a few of them hubs, 50 a work."""
    n = statements // 5
    for number in range(statements // 40):
        facts = []
        for _ in range(50):
            a = int(n * chance.random() ** 2)
            b = (a + 1 + int((n - 1) * chance.random() ** 2)) % n
            facts.append((a, chance.choice(PREDICATES), b))
        graph.write(source(number, list(dict.fromkeys(facts))))


def decide(graph: kg.Graph, chance: random.Random, ids: list[str], concepts: list[str]) -> Decision:
    """One decision at random, by one of two people."""
    c, by, one = graph.curation, chance.choice(("Ada", "Bob")), chance.choice(ids)
    match chance.choices(ACTIONS, WEIGHTS)[0]:
        case "accept":
            return c.accept(one, by=by)
        case "reject":
            return c.reject(one, by=by)
        case "skip":
            return c.skip(one, by=by)
        case "flip":
            return c.flip(one, by=by)
        case "predicate":
            return c.change_predicate(one, chance.choice(PREDICATES), by=by)
        case "assertion":
            return c.mark(one, chance.choice(("negated", "hypothetical")), by=by)
        case "merge":
            return c.merge(*chance.sample(concepts, 2), by=by)
        case _:
            log = c.history(one)
            log = log[~log["undone"]]
            if log.empty:
                raise RecordError("nothing to take back")
            return c.undo(log["id"].iloc[-1], by=by)


def append(graph: kg.Graph, n: int, chance: random.Random) -> tuple[list[str], dict[int, str], Any]:
    """Take *n* decisions. Returns their ids, the digests at moments, and milliseconds each."""
    said = graph.table("Statement")
    ids = said[said["family"] != CO_MENTION]["id"].tolist()
    concepts = graph.table("Concept")["id"].tolist()
    made: list[str] = []
    digests: dict[int, str] = {}
    took = []
    while len(made) < n:
        if len(made) % max(n // MOMENTS, 1) == 0 and len(made) not in digests:
            digests[len(made)] = graph.digest(log=False)
        start = time.perf_counter()
        try:
            decision = decide(graph, chance, ids, concepts)
        except RecordError:
            continue  # what was drawn makes no sense here, such as a flip of what was flipped
        took.append((time.perf_counter() - start) * 1000)
        made.append(decision.id)
    return made, digests, np.array(took)


def take_back(graph: kg.Graph, made: list[str], digests: dict[int, str]) -> tuple[int, Any]:
    """Undo all, last first. Returns at how many moments the digest was the one that was, and times."""
    same, took = 0, []
    for i in range(len(made) - 1, -1, -1):
        start = time.perf_counter()
        graph.curation.undo(made[i], by="Ada")
        took.append((time.perf_counter() - start) * 1000)
        same += i in digests and digests[i] == graph.digest(log=False)
    return same, np.array(took)


def take_back_any(graph: kg.Graph, made: list[str], n: int, chance: random.Random) -> int:
    """Undo decisions from anywhere and undo the undo: how many left the graph as it was."""
    before, same = graph.digest(log=False), 0
    for id_ in chance.sample(made, n):
        try:
            graph.curation.undo(graph.curation.undo(id_, by="Ada"), by="Ada")
        except RecordError:  # it was taken back in the course of the run
            same += 1
            continue
        same += graph.digest(log=False) == before
    return same


def bare(n: int, folder: Path) -> Any:
    """Milliseconds of one row appended to one table of SQLite, a commit each: the least it can take."""
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("CREATE TABLE decision (id TEXT UNIQUE, said TEXT)")
    took = []
    for i in range(n):
        start = time.perf_counter()
        db.execute("INSERT INTO decision VALUES (?, ?)", (f"de:{i}", "x" * 600))
        took.append((time.perf_counter() - start) * 1000)
    db.close()
    return np.array(took)


def rebuild(paths: list[Path], folder: Path, n: int) -> dict[str, Any]:
    """Read files, decide, remove the graph, read them again, give the log back."""
    from extractors import ingest

    home, log = folder / "sample.kg", folder / "decisions.jsonl"
    with kg.connect(home) as graph:
        ingest(graph, *paths, progress=False)
        append(graph, n, random.Random(SEED))
        graph.curation.export(log)
        digest = graph.digest()
    for left in folder.glob("sample.kg*"):
        left.unlink()
    with kg.connect(home) as graph:
        ingest(graph, *paths, progress=False)
        applied = graph.curation.apply(log)
        sound = verify(graph.store).ok
        return {
            "decisions": applied.lines,
            "kept": applied.new,
            "waiting": len(applied.found.waiting),
            "same_graph": graph.digest() == digest,
            "verified": sound,
        }


def ranking(statements: int, folder: Path) -> dict[str, Any]:
    """Seconds that a queue takes: ranked for the first time, a page of it, ranked anew and taught."""
    with kg.connect(folder / "ranked.kg") as graph:
        fill(graph, statements, random.Random(SEED))
        first, ranked = timed(graph.curation.queue)
        ids = first["statement"].tolist()
        graph.curation.decide("accept", ids[:25], by="Ada")
        graph.curation.decide("reject", ids[25:], by="Ada")
        _, page = timed(lambda: graph.curation.queue(offset=5_000))
        _, taught = timed(lambda: graph.curation.queue(fresh=True))
        _, pairs = timed(graph.curation.candidates)
        return {
            "statements": first.attrs["total"],
            "first_s": round(ranked, 2),
            "page_s": round(page, 3),
            "taught_anew_s": round(taught, 2),
            "candidates_s": round(pairs, 2),
        }


def told(name: str, took: Any) -> dict[str, float]:
    """Median, 99th percentile and largest, printed and given back."""
    values = {
        "median_ms": round(float(np.median(took)), 2),
        "p99_ms": round(float(np.percentile(took, 99)), 2),
        "max_ms": round(float(took.max()), 1),
    }
    print(f"{name}: " + ", ".join(f"{k} {v}" for k, v in values.items()))
    return values


def main() -> None:
    """Measure, and print a line of JSON."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--decisions", type=int, default=10_000)
    options.add_argument("--statements", type=int, default=20_000)
    options.add_argument(
        "--sample", type=Path, nargs="*", default=[], help="files to read and keep"
    )
    options.add_argument("--queue", action="store_true", help="measure the queue, and no more")
    args = options.parse_args()
    if args.queue:
        with tempfile.TemporaryDirectory() as name:
            print(json.dumps(ranking(args.statements, Path(name))))
        return
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with kg.connect(folder / "curated.kg") as graph:
            fill(graph, args.statements, chance)
            n = len(graph.table("Statement"))
            made, digests, took = append(graph, args.decisions, chance)
            print(f"{len(made):,} decisions on {n:,} statements")
            result: dict[str, Any] = {
                "statements": n,
                "decisions": len(made),
                "append": told("append", took),
                "append_last_tenth": told("  last tenth", took[-len(took) // 10 :]),
                "bare_append": told("a bare row (baseline)", bare(len(made), folder)),
            }
            any_, seconds = timed(lambda: take_back_any(graph, made, 50, chance))
            print(f"taken back and again, from anywhere: {any_} of 50 exact ({seconds:.0f} s)")
            same, undone = take_back(graph, made, digests)
            print(f"taken back to {len(digests)} moments: {same} exact")
            result |= {
                "undo": told("undo", undone),
                "any_exact": any_,
                "moments": len(digests),
                "moments_exact": same,
            }
        if args.sample:
            result["rebuilt"] = rebuild(args.sample, folder, 300)
            print(f"rebuilt: {result['rebuilt']}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
