"""The page about discovery runs on the sample's graph."""

from __future__ import annotations

import doctest
from pathlib import Path

import kg
from tests.conftest import ROOT


def test_the_page_about_discovery_runs(sample_file: Path, tmp_path: Path) -> None:
    page = ROOT / "docs" / "discovering.md"
    with kg.connect(sample_file) as graph:
        names = {"graph": graph, "folder": str(tmp_path)}
        asked = doctest.DocTestParser().get_doctest(
            page.read_text("utf-8"), names, page.name, str(page), 0
        )
        assert len(asked.examples) > 10
        told: list[str] = []
        doctest.DocTestRunner(verbose=False).run(asked, out=told.append)
        assert not told, "".join(told)
