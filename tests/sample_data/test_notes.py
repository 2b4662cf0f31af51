"""The sample notes and tables are whole: true-looking DOIs, disciplines, years, licences, units."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

NOTES = sorted((ROOT / "sample_data" / "notes").rglob("*.md"))
TABLES = sorted((ROOT / "sample_data" / "tables").rglob("datapackage.json"))
DOI = re.compile(r"10\.\d{4,9}/\S+")


def front_matter(path: Path) -> dict[str, object]:
    _, matter, _ = path.read_text("utf-8").split("---\n", 2)
    loaded = yaml.safe_load(matter)
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize("path", NOTES, ids=lambda p: p.stem)
def test_note_says_what_it_is_about(path: Path) -> None:
    matter = front_matter(path)
    assert DOI.fullmatch(str(matter["doi"]))
    assert 1600 < int(str(matter["year"])) <= 2026
    assert matter["title"]
    assert matter["authors"]
    assert matter["disciplines"]
    assert matter["licence"] == "CC0-1.0"
    assert matter["language"] in ("en", "zh")


def test_notes_cross_disciplines() -> None:
    matters = [front_matter(p) for p in NOTES]
    main = Counter(m["disciplines"][0] for m in matters)  # type: ignore[index]
    assert len(NOTES) >= 60
    assert len(main) >= 10
    assert sum(m["language"] == "zh" for m in matters) >= 5
    assert len({str(m["doi"]).lower() for m in matters}) == len(matters)


@pytest.mark.parametrize("path", TABLES, ids=lambda p: p.parent.name)
def test_table_has_units_and_licence(path: Path) -> None:
    package = json.loads(path.read_text("utf-8"))
    assert package["licenses"][0]["name"] == "CC0-1.0"
    (resource,) = package["resources"]
    fields = resource["schema"]["fields"]
    assert all(
        f["unit"] for f in fields if f["type"] in ("number", "integer") and f["name"] != "year"
    )
    delimiter = "\t" if resource["path"].endswith(".tsv") else ","
    with (path.parent / resource["path"]).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=delimiter)
    assert header == [f["name"] for f in fields]
    assert len(rows) >= 12


def test_there_are_six_tables() -> None:
    assert len(TABLES) == 6
