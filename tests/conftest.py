"""What every test may use: the shared corpora, and one way to say that a part is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("POLYMATH_SHARED", ROOT.parent / "shared"))


def need(condition: bool, reason: str) -> None:
    """Skip the test for *reason* unless *condition*; where nothing may be skipped, fail it."""
    if condition:
        return
    if os.environ.get("POLYMATH_REQUIRE_ALL") == "1":
        pytest.fail(f"missing here, and nothing may be skipped: {reason}")
    pytest.skip(reason)
