"""On all of sample_data: the page about discovery runs."""

from __future__ import annotations

import doctest
from pathlib import Path

import kg
from extractors import ingest
from kg.verify import verify
from tests.conftest import ROOT


def test_the_page_about_discovery_runs(tmp_path: Path) -> None:
    page = ROOT / "docs" / "discovering.md"
    with kg.connect(tmp_path / "sample.kg") as graph:
        ingest(graph, ROOT / "sample_data", progress=False)
        digest = graph.digest()
        asked = doctest.DocTestParser().get_doctest(
            page.read_text("utf-8"), {"graph": graph}, page.name, str(page), 0
        )
        assert len(asked.examples) > 20
        told: list[str] = []
        doctest.DocTestRunner().run(asked, out=told.append)
        assert not told, "".join(told)
        assert graph.digest() == digest  # nothing was written
        assert verify(graph.store).ok
