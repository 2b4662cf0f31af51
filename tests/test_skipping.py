"""Where nothing may be skipped nothing is, however a test goes about it, but for what is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import APART, ROOT

SKIPS = """
import pytest
from tests.conftest import need, need_apart

def test_need():
    need(False, "no corpus")

def test_import():
    pytest.importorskip("no_such_package")

@pytest.mark.skipif(True, reason="not on Mondays")
def test_mark():
    pass

@pytest.mark.xfail(strict=True)
def test_expected():
    assert False

def test_apart(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    need_apart("gliner")
"""
MODULE = "import pytest; pytest.skip('all of it', allow_module_level=True)"


def outcome(folder: Path, strict: str) -> str:
    (folder / "test_some.py").write_text(SKIPS)
    (folder / "test_whole.py").write_text(MODULE)
    (folder / "pytest.ini").write_text("[pytest]")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", str(folder),
         "--continue-on-collection-errors"],
        cwd=ROOT, env={**os.environ, "POLYMATH_REQUIRE_ALL": strict},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.stdout


@pytest.mark.parametrize(
    ("strict", "counted"),
    [("", "5 skipped, 1 xfailed"), ("1", "2 failed, 1 skipped, 1 xfailed, 2 errors")],
)
def test_skips_fail_where_nothing_may_be_skipped(tmp_path: Path, strict: str, counted: str) -> None:
    out = outcome(tmp_path, strict)
    assert counted in out
    assert f"left out without gliner: {APART['gliner']}" in out
    reasons = ("no corpus", "could not import 'no_such_package'", "not on Mondays", "all of it")
    for reason in reasons:
        assert (f"nothing may be skipped: {reason}" in out) == bool(strict)
