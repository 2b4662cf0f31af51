"""What every test may use: the shared corpora, and one way to say that a part is missing."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from _pytest.terminal import TerminalReporter

import kg
from extractors import ingest
from tests.neo4j_server.server import Neo4jServer, why_not

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("POLYMATH_SHARED", ROOT.parent / "shared"))
APART: Mapping[str, str] = MappingProxyType(
    {
        "gliner": "the extra brings torch, several gigabytes, which CI does not install",
        "torch": "only training needs it, several gigabytes, which CI does not install",
    }
)
"""Packages without which tests are skipped even where nothing may be skipped, and why."""


def need(condition: bool, reason: str) -> None:
    """Skip the test for *reason* unless *condition*; where nothing may be skipped, fail it."""
    if not condition:
        pytest.skip(reason)  # which pytest_runtest_makereport turns into a failure


def need_apart(package: str) -> None:
    """Skip the test or module, even where nothing may be skipped, without one of :data:`APART`."""
    if importlib.util.find_spec(package) is None:
        pytest.skip(_apart(package), allow_module_level=True)


def _apart(package: str) -> str:
    return f"without {package}: {APART[package]}"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test was skipped; "" if it was not, or was expected to fail."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return ""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ")


def _strict(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = _reason(report)
    if (
        reason
        and os.environ.get("POLYMATH_REQUIRE_ALL") == "1"
        and reason not in map(_apart, APART)
    ):
        report.outcome = "failed"
        report.longrepr = f"missing here, and nothing may be skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """However a test was skipped: where nothing may be, it failed."""
    report = yield
    _strict(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole module, too."""
    report = yield
    _strict(report)
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Name the tests that were left out, and why, whatever else pytest is asked to print."""
    for reason in map(_apart, APART):
        skipped = terminalreporter.stats.get("skipped", [])
        left_out = [r.nodeid for r in skipped if _reason(r) == reason]
        if left_out:
            terminalreporter.section(f"left out {reason}")
            for name in left_out:
                terminalreporter.line(name)


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of sample_data in an embedded graph, read once a session: a test that writes copies it first."""
    path = tmp_path_factory.mktemp("sample") / "sample.kg"
    with kg.connect(path) as graph:
        ingest(graph, ROOT / "sample_data", progress=False)
    return path


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """The session's server, shared: a test that takes it wipes it first."""
    reason = why_not()
    need(not reason, reason)
    with Neo4jServer() as server:
        yield server
