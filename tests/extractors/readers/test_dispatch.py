"""Which files are sources, and which reader reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.readers import READERS, can_read, read
from kg.ids import source_id


def test_registry() -> None:
    assert set(READERS) == {
        "jats",
        "elsevier",
        "tei",
        "markdown",
        "bibtex",
        "ris",
        "csl_json",
        "tables",
    }
    for name, reader in READERS.items():
        assert reader.name == name and reader.version and "/" in reader.media_type
        assert all(suffix.startswith(".") for suffix in reader.suffixes)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.xml", True), ("a.NXML", True), ("a.tei.xml", True), ("a.md", True), ("a.txt", True), ("a.bib", True),
        ("a.ris", True), ("a.csv", True), ("a.tsv", True), ("a.parquet", True), ("a.json", True),
        ("datapackage.json", False), ("croissant.json", False), ("metadata.json", False),
        ("disciplines.tsv", False), (".hidden.md", False), ("a.zip", False), ("a.pdf", False), ("a", False),
    ],
)  # fmt: skip
def test_can_read_by_name(tmp_path: Path, name: str, expected: bool) -> None:
    assert can_read(tmp_path / name) is expected


def test_can_read_looks_into_json(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('\ufeff [{"type": "book", "title": "Ice"}]')
    assert can_read(path)
    path.write_text('{"@context": {"cr": "http://mlcommons.org/croissant/"}}')
    assert not can_read(path)
    path.write_text("[1, 2]")
    assert not can_read(path)


def test_content_stands_for_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    batch = read(path, content=b"# Ice\n\nIt floats.")
    assert batch.source.id == source_id(b"# Ice\n\nIt floats.")
    assert [p.text for p in batch.passages] == ["Ice", "It floats."]


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Ice\n\nIt floats.")
    assert read(path) == read(path)
