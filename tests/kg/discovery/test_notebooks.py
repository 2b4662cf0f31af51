"""The notebooks on discovery, run as they are in a folder of their own, on the shared corpora and without them."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import ROOT, SHARED, need

NOTEBOOKS = sorted((ROOT / "notebooks").glob("0[5-8]_*.ipynb"))
CORPORA = {"06": "arxiv_links", "07": "rephetio", "08": "swanson"}
"""What a notebook reads of the shared benchmarks, by its number."""


def run(name: str, home: Path, shared: Path) -> list[str]:
    """All that the cells of a notebook show, cell by cell; a cell that fails, fails the test."""
    shutil.copytree(ROOT / "sample_data", home / "sample_data")
    (home / "notebooks").mkdir()
    (notebook,) = (path for path in NOTEBOOKS if path.name.startswith(name))
    book = nbformat.read(notebook, as_version=4)
    place = {"metadata": {"path": str(home / "notebooks")}}
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "POLYMATH_QUICK": "1",
        "POLYMATH_SHARED": str(shared),
    }
    env.pop("POLYMATH_PAPERS", None)
    client = NotebookClient(book, timeout=200, kernel_name="python3", resources=place)
    client.execute(env=env)
    return [shown(cell) for cell in book.cells if cell.cell_type == "code"]


def shown(cell: Any) -> str:
    """What a cell shows, as text."""
    outputs = cell["outputs"]
    assert not [o for o in outputs if o["output_type"] == "error"]
    texts = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs]
    return "\n".join("".join(text) for text in texts)


def fact(cells: list[str], pattern: str) -> re.Match[str]:
    """Where the cells first show a pattern."""
    found = re.search(pattern, "\n".join(cells), re.DOTALL)
    assert found, f"no cell shows {pattern!r}"
    return found


def real(name: str, home: Path) -> list[str]:
    """What a notebook shows on its corpus; skipped where that is not there."""
    corpus = SHARED / "benchmarks" / CORPORA[name]
    need(corpus.is_dir(), f"{CORPORA[name]} is not among the shared benchmarks")
    return run(name, home, SHARED)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_runs_where_no_corpus_is_and_says_where_it_comes_from(
    notebook: Path, tmp_path: Path
) -> None:
    name = notebook.name[:2]
    cells = run(name, tmp_path, tmp_path / "nothing")
    assert all(cells[2:]), "a cell shows nothing"
    if name in CORPORA:
        told = fact(cells, r"https://github\.com/\S+.*?set\s+POLYMATH_SHARED to the folder[^.]*\.")
        assert CORPORA[name] in told.group()


@pytest.mark.timeout(240)
def test_what_came_is_set_beside_what_was_foreseen(tmp_path: Path) -> None:
    cells = real("06", tmp_path)
    ours, baseline = (
        float(fact(cells, rf"\n{name}\s+(0\.\d+) \(").group(1))
        for name in ("ours", "preferential attachment")
    )
    assert ours > baseline > 0.5
    of_all = float(fact(cells, r"unlinked pairs: \S+%; linked: (\S+)%").group(1))
    came = int(fact(cells, r"Of the first 100: \d+% foreseen, (\d+)% came").group(1))
    assert came > 10 * of_all
    crate = tmp_path / "notebooks" / "exports" / "forecast"
    query = json.loads((crate / "query.json").read_text("utf-8"))
    assert "by='gain'" in query["call"]
    assert (crate / "tables" / "found.csv").is_file()


@pytest.mark.timeout(240)
def test_paths_find_drugs_in_trials_sooner_than_degrees_and_compliance_has_its_price(
    tmp_path: Path,
) -> None:
    cells = real("07", tmp_path)
    ours, degrees = (
        float(fact(cells, rf"the first 100, by {by}\s+\S+%\s+(\S+)%").group(1))
        for by in ("paths", "degrees")
    )
    assert ours > degrees
    left, before = map(int, fact(cells, r"(\d+) of (\d+) paths are left").groups())
    assert 0 < left < before
    fact(cells, r"Without licences non-commercial: \d+ edges")
    fact(cells, r"magnesium –decreases→ platelet aggregation ←decreases– fish oil")
    assert (tmp_path / "notebooks" / "exports" / "hypothesis" / "evidence.csv").is_file()


@pytest.mark.timeout(240)
def test_swansons_terms_are_found_again(tmp_path: Path) -> None:
    cells = real("08", tmp_path)
    ranks = fact(cells, r"surprise +(\d+) +(\d+) +(\d+)").groups()
    assert int(ranks[0]) == 1 and all(1 <= int(rank) <= 22 for rank in ranks)
    assert "0 of them in both literatures" in fact(cells, r"titles; .* phrases between").group()
    assert int(fact(cells, r"adamic_adar +(\d+)").group(1)) <= 5
    fact(cells, r"as of 1987 0 +shared intermediate concept.*magnesium")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_small_with_its_outputs_and_names_no_place_of_a_machine(notebook: Path) -> None:
    text = notebook.read_text("utf-8")
    code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    assert sum(bool(cell["outputs"]) for cell in code) >= len(code) - 1
    assert not re.search(r"/(?:tmp|home|root|work|Users|var)/", text)
    assert len(text.encode()) < 300_000
