"""The curator's notebook, run as it is, beside the sample data and in a folder of its own."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import ROOT

NOTEBOOK = ROOT / "notebooks" / "09_extract.ipynb"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook after its cells were run."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "sample_data", home / "sample_data")
    (home / "notebooks").mkdir()
    book = nbformat.read(NOTEBOOK, as_version=4)
    place = {"metadata": {"path": str(home / "notebooks")}}
    NotebookClient(book, timeout=240, kernel_name="python3", resources=place).execute()
    return book


def _code(book: Any) -> list[dict[str, Any]]:
    return [cell for cell in book["cells"] if cell["cell_type"] == "code"]


def _shown(cell: dict[str, Any]) -> str:
    texts = []
    for output in cell["outputs"]:
        data = output.get("data", {"text/plain": output.get("text", "")})
        texts += ["".join(v) for v in data.values()]
    return "\n".join(texts)


@pytest.mark.timeout(300)
def test_every_cell_runs_and_each_addition_changes_something(run: Any) -> None:
    cells = _code(run)
    by_source = {"".join(c["source"]): _shown(c) for c in cells}
    compared = [shown for source, shown in by_source.items() if ".compare(" in source]
    assert len(compared) == 3
    for shown, told in zip(
        compared, ("lab:oxygen-plasma", "detects pore", "membrane_defects"), strict=True
    ):
        assert "new" in shown and told in shown
    views = [shown for shown in by_source.values() if "polymath-read" in shown]
    assert len(views) == 2 and all("left out, and why" in view for view in views)
    assert any("wrong.tsv, line 2: 'images' is no predicate" in s for s in by_source.values())
    last = _shown(cells[-2])
    assert "desalination membrane" in last and "belief" in last


def test_it_is_kept_with_its_outputs_and_names_no_place_of_the_machine_it_ran_on() -> None:
    text = NOTEBOOK.read_text("utf-8")
    book = json.loads(text)
    # All but the first cell, which only imports, show what they did.
    assert all(c["outputs"] and c["execution_count"] for c in _code(book)[1:])
    assert not re.search(r"/(?:tmp|home|root|work|Users|var)/", text)
    assert str(Path.home()) not in text
    assert "image/png" in text or "polymath-read" in text
