"""Files in, graph out: with progress, in any number of runs, and never half a source.

Files are read by worker processes and written by this one, in a fixed order, one
transaction a source. A file that the graph already holds as this pipeline reads it is
only hashed. Stopped at any point, the same call goes on where it stopped.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loky import ProcessPoolExecutor
from tqdm.auto import tqdm

import kg
from extractors.components.works import LONGEST
from extractors.finding import Found, find_files
from extractors.pipeline import PipelineConfig, ReadingPipeline
from extractors.readers import read, source_bytes
from extractors.report import IngestReport
from kg.errors import GraphUnavailable, PolymathError
from kg.ids import canonical_json, run_id, source_id
from kg.model import Agent, Run, SchemeUse
from kg.schema import NODES

SOFTWARE = "polymath-kg"
ALONE = 4
"""So few files are read in this process: starting others would take longer."""
WAITS = (1.0, 3.0, 9.0)
"""Seconds between tries while a server is away."""

WORKER_ENVIRONMENT = {"LOKY_MAX_MEMORY_LEAK_SIZE": str(2**30)}
"""loky ends workers that grow, by 300 MB if it is not told otherwise: the models of a language, which
a worker loads with the first paper in it, are no leak."""

_pipeline: ReadingPipeline | None = None  # one a process, made when first needed


def ingest(
    graph: kg.Graph,
    *paths: str | Path,
    config: PipelineConfig | None = None,
    workers: int | None = None,
    prune: bool = False,
    progress: bool = True,
) -> IngestReport:
    """Read files and folders into a graph.

    Args:
        graph: Where to.
        paths: Files and folders (walked whole).
        config: How to read: vocabularies and options. The default reads English and Chinese
            with the vocabularies that come with Polymath.
        workers: Processes that read; as many as there are processors, at most 8, if left out.
        prune: Also take out sources below *paths* whose file is gone.
        progress: Show a progress bar.

    Returns:
        What was read, unchanged, not read and why.

    Raises:
        UnreadableSource: If one of *paths* does not exist. A file that cannot be read
            raises nothing: it is in the report.
    """
    start = time.perf_counter()
    config = config or PipelineConfig()
    report = IngestReport(graph.url)
    found = find_files(paths)
    todo = _to_read(graph, found, config, report)
    if prune:
        _prune(graph, paths, report)
    workers = min(workers or os.cpu_count() or 1, 8, len(todo))
    results = _read_all(todo, config, workers, progress) if todo else iter(())
    run = _Run(config)
    gone = ""
    with tqdm(
        results, total=len(todo), unit="file", disable=not (progress and todo), desc="reading"
    ) as bar:
        for path, result in bar:
            if isinstance(result, str):
                report.failed[str(path)] = result
                continue
            try:
                report.rows += _write(graph, run.sign(result, path))
            except GraphUnavailable as error:
                gone = str(error)
                report.failed[str(path)] = f"{path} was not written: {error}"
                break
            except PolymathError as error:
                report.failed[str(path)] = f"{path} was not written: {error}"
                continue
            report.read.append(str(path))
            report.words += result.source.words
            report.warnings += result.warnings
            bar.set_postfix_str(f"{report.words:,} words", refresh=False)
    if gone:
        missed = {str(p) for p, _ in todo} - set(report.read) - set(report.failed)
        report.failed.update({p: f"{p} was not read: the graph went away." for p in sorted(missed)})
    elif report.read and graph.store.count(NODES["Decision"]):
        # A vocabulary may know names now by which decisions know their statements.
        report.warnings += graph.curation.find_again().waiting
    report.seconds = time.perf_counter() - start
    return report


def _to_read(
    graph: kg.Graph, found: Sequence[Found], config: PipelineConfig, report: IngestReport
) -> list[tuple[Path, str]]:
    """The files whose bytes the graph does not hold as this pipeline reads them."""
    with graph.store.reading() as reader:
        columns = ("id", "status", "pipeline")
        rows = reader.select(NODES["Source"], columns=columns)
    signed = {p: config.signed(p) for p in {pipeline for _, _, pipeline in rows}}
    current = {i for i, status, pipeline in rows if status == "read" and signed[pipeline]}
    todo: dict[str, Path] = {}
    for one in found:
        if one.refused:
            report.failed[str(one.path)] = one.refused
            continue
        try:
            content = source_id(source_bytes(one.path))
        except (PolymathError, OSError) as error:
            report.failed[str(one.path)] = _sentence(one.path, error)
            continue
        if content in current or content in todo:
            report.unchanged.append(str(one.path))
        else:
            todo[content] = one.path
    return [(path, content) for content, path in todo.items()]


def _prune(graph: kg.Graph, paths: Iterable[str | Path], report: IngestReport) -> None:
    tops = [Path(p).expanduser().resolve() for p in paths]
    with graph.store.reading() as reader:
        rows = reader.select(NODES["Source"], columns=("id", "path"))
    for source, path in rows:
        if path and not Path(path).exists() and any(Path(path).is_relative_to(t) for t in tops):
            graph.delete_source(source)
            report.withdrawn.append(path)


def _write(graph: kg.Graph, batch: kg.SourceBatch) -> int:
    for wait in WAITS:
        try:
            return graph.write(batch)
        except GraphUnavailable:
            if "://" not in graph.url:
                raise
            time.sleep(wait)
    return graph.write(batch)


class _Run:
    """The PROV activity that every source of this ingest was generated by."""

    def __init__(self, config: PipelineConfig) -> None:
        described = canonical_json(config.describe())
        self.schemes = config.schemes
        self.agent = Agent(id=f"software:{SOFTWARE}", name=SOFTWARE, kind="software")
        self.run = Run(
            id=run_id(SOFTWARE, kg.__version__, described),
            software=SOFTWARE,
            version=kg.__version__,
            config=described,
            agent=self.agent.id,
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def sign(self, batch: kg.SourceBatch, path: Path) -> kg.SourceBatch:
        """Say in the batch who read it, how and when."""
        batch.source = replace(
            batch.source,
            path=str(path.resolve()),
            run=self.run.id,
            read_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        batch.run = self.run
        batch.agents = [self.agent]
        known = {s.id for s in batch.schemes}
        batch.schemes += [s for s in self.schemes if s.id not in known]
        batch.scheme_uses = [SchemeUse(run=self.run.id, scheme=s.id) for s in self.schemes]
        return batch


# --------------------------------------------------------------------------- reading


def _sentence(path: Path, error: Exception) -> str:
    if isinstance(error, PolymathError):
        return str(error)
    if isinstance(error, OSError):
        return f"{path} cannot be opened: {error.strerror or error}."
    return (
        f"{path} was not read: {type(error).__name__}: {error}. "
        "This is a fault of Polymath, please report it with the file."
    )


def _start(config: PipelineConfig) -> None:
    global _pipeline
    if _pipeline is None or _pipeline.config.fingerprint != config.fingerprint:
        _pipeline = ReadingPipeline(config)


def _start_worker(config: PipelineConfig) -> None:
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _start(config)


def _end_with(parent: int) -> None:
    """End this worker when the process that started it is gone: killed, it cannot tell us."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def _read_one(path: Path, progress: bool = False) -> kg.SourceBatch | str:
    """Everything one file says, or one sentence on why nothing was read; *progress* shows a bar for a long one."""
    assert _pipeline is not None
    try:
        batch = read(path)
        length = sum(len(p.text) for p in batch.passages)
        if not progress or length <= LONGEST:
            return _pipeline.annotate(batch)
        with tqdm(
            total=length, unit=" characters", unit_scale=True, desc=path.name, leave=False
        ) as bar:
            return _pipeline.annotate(batch, progress=bar.update)
    except Exception as error:  # one file must not stop the others
        return _sentence(path, error)


Result = tuple[Path, kg.SourceBatch | str]


def _read_all(
    todo: Sequence[tuple[Path, str]], config: PipelineConfig, workers: int, progress: bool
) -> Iterator[Result]:
    """Read in the order given, a few files ahead of the writer."""
    paths = [path for path, _ in todo]
    if workers <= 1 or len(paths) <= ALONE:
        _start(config)
        for path in paths:
            yield path, _read_one(path, progress)
        return
    rest, pool = deque(paths), _pool(config, workers)
    waiting: deque[tuple[Path, Future[Any]]] = deque()
    try:
        while rest or waiting:
            try:
                while rest and len(waiting) < 3 * workers:
                    waiting.append((rest[0], pool.submit(_read_one, rest[0])))
                    rest.popleft()
                path, future = waiting[0]
                result = future.result()
            except BrokenProcessPool:
                # One of the files ended a worker, and we cannot know which: try each by itself.
                doubtful = [path for path, _ in waiting] or [rest.popleft()]
                waiting.clear()
                for path in doubtful:
                    yield path, _read_by_itself(path, config)
                pool = _pool(config, workers)
            else:
                waiting.popleft()
                yield path, result
    finally:
        pool.shutdown(wait=False, kill_workers=True)


def _pool(config: PipelineConfig, workers: int) -> ProcessPoolExecutor:
    # loky: a notebook's process has threads, so it must not be forked; and the standard pool,
    # when it does not fork, runs a user's script again in each worker.
    return ProcessPoolExecutor(
        workers, initializer=_start_worker, initargs=(config,), env=WORKER_ENVIRONMENT
    )


def _read_by_itself(path: Path, config: PipelineConfig) -> kg.SourceBatch | str:
    with _pool(config, 1) as pool:
        try:
            result: kg.SourceBatch | str = pool.submit(_read_one, path).result()
            return result
        except BrokenProcessPool:
            return f"{path} was not read: it ended the process that read it (out of memory?)."
