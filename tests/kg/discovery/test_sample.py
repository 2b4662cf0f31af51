"""The page about discovery runs on all of sample_data."""

from __future__ import annotations

import doctest
from pathlib import Path

import kg
from extractors import ingest
from tests.conftest import ROOT


def test_the_page_about_discovery_runs(tmp_path: Path) -> None:
    page = ROOT / "docs" / "discovering.md"
    with kg.connect(tmp_path / "sample.kg") as graph:
        ingest(graph, ROOT / "sample_data", progress=False)
        asked = doctest.DocTestParser().get_doctest(
            page.read_text("utf-8"), {"graph": graph}, page.name, str(page), 0
        )
        assert len(asked.examples) > 25
        told: list[str] = []
        doctest.DocTestRunner().run(asked, out=told.append)
        assert not told, "".join(told)
