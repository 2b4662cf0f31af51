"""Timing and memory, for all benchmarks."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self, TypeVar

import psutil

SHARED = Path(os.environ.get("POLYMATH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
T = TypeVar("T")


def timed(run: Callable[[], T]) -> tuple[T, float]:
    """What *run* returns, and the seconds it took."""
    start = time.perf_counter()
    value = run()
    return value, time.perf_counter() - start


def median_ms(run: Callable[[Any], object], inputs: Iterable[Any]) -> float:
    """Median milliseconds of one call over *inputs*."""
    return statistics.median(timed(lambda i=i: run(i))[1] * 1000 for i in inputs)


class PeakMemory:
    """Largest memory of this process and its children together, in bytes, while the block runs.

    Counts proportional set size where the system tells it, so that pages which processes
    share are counted once.
    """

    def __init__(self, every: float = 0.2) -> None:
        self.peak = 0
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._stop.is_set():
            total = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    memory = process.memory_full_info()
                    total += getattr(memory, "pss", 0) or memory.rss
                except psutil.Error:
                    continue
            self.peak = max(self.peak, total)
            self._stop.wait(self._every)
