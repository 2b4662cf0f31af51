"""Notes with front matter, and plain text."""

from __future__ import annotations

from pathlib import Path

from extractors.readers import read
from kg.batch import SourceBatch
from kg.ids import work_id

NOTE = """---
title: "Ice: a note"
doi: https://doi.org/10.5555/NOTE.1
year: 2016
authors: [Frost Jack, "Snow, John"]
venue: Ice Letters
disciplines: [Physics, earth science, Glaciology]
licence: CC0-1.0
language: en
mood: cold
---
# What it showed

Ice **floats** on [water](https://example.org "w"), as `density` tells;
it is *light* and ~~heavy~~ slippery[^1], snake_case_name kept, H<sub>2</sub>O.

- First point
  goes on
- Second \\*point\\*

```python
secret = 1
```

    indented code

| a | b |
|---|---|

## Details

> A quotation.

Where it leads
--------------

Onwards.

[ref]: https://example.org
![floe](floe.png)

# References

1. Snow J. On sleet. doi:10.5555/sleet.
2. Nothing to go by.
"""


def parsed(tmp_path: Path, text: str, name: str = "note.md") -> SourceBatch:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_note(tmp_path: Path) -> None:
    batch = parsed(tmp_path, NOTE)
    work = batch.works[0]
    assert (work.id, work.title, work.year) == ("doi:10.5555/note.1", "Ice: a note", 2016)
    assert (work.authors, work.venue) == (("Frost Jack", "Snow John"), "Ice Letters")
    assert work.disciplines == ("Physics", "Earth science", "Glaciology")
    assert (work.licence, work.language, batch.source.licence) == ("CC0-1.0", "en", "CC0-1.0")
    assert [(p.kind, p.section, p.text) for p in batch.passages] == [
        ("title", "title", "Ice: a note"),
        ("paragraph", "results", "Ice floats on water, as density tells; it is light and heavy slippery, "
         "snake_case_name kept, H2O."),
        ("paragraph", "results", "First point goes on"),
        ("paragraph", "results", "Second *point*"),
        ("paragraph", "results", "A quotation."),
        ("paragraph", "conclusion", "Onwards."),
        ("paragraph", "conclusion", "floe"),
    ]  # fmt: skip
    assert [c.cited for c in batch.citations] == ["doi:10.5555/sleet"]
    assert batch.warnings == []


def test_title_without_front_matter(tmp_path: Path) -> None:
    assert parsed(tmp_path, "# Ice\n\nIt floats.").works[0].title == "Ice"
    assert parsed(tmp_path, "It floats.", "sea_ice.md").works[0].title == "sea ice"
    assert (
        parsed(tmp_path, "Ice\n\nIt floats.\n\nMethods\n\nWe looked.", "b.txt").passages[2].section
        == "methods"
    )
    plain = parsed(tmp_path, "It floats, and it does so well.\nYes.", "sea_ice.txt")
    assert plain.works[0].title == "sea ice" and plain.source.media_type == "text/plain"
    assert plain.passages[1].text == "It floats, and it does so well. Yes."


def test_identity_without_doi(tmp_path: Path) -> None:
    batch = parsed(
        tmp_path, "---\ntitle: Ice\nyear: 1999\nauthors: Frost, Jack; Snow, John\n---\nIt floats."
    )
    assert batch.works[0].id == work_id(title="Ice", year=1999, first_author="Frost")
    assert batch.works[0].authors == ("Frost Jack", "Snow John")


def test_doubtful_front_matter_is_a_warning(tmp_path: Path) -> None:
    batch = parsed(tmp_path, "---\ntitle: Ice\ndoi: unknown\nyear: soon\n---\nIt floats.")
    assert batch.works[0].year is None and len(batch.warnings) == 2
    assert all(w.endswith(".") and "note.md" in w for w in batch.warnings)


def test_front_matter_with_dates_numbers_and_nothing(tmp_path: Path) -> None:
    batch = parsed(
        tmp_path,
        "---\ntitle: 1984\nyear: 2004-10-22\nauthors:\nlicense: CC BY 4.0\n---\nIt floats.",
    )
    work = batch.works[0]
    assert (work.title, work.year, work.authors, work.licence) == ("1984", 2004, (), "CC-BY-4.0")
    assert parsed(tmp_path, "---\n---\nIt floats.").works[0].title == "note"


def test_chinese_note(tmp_path: Path) -> None:
    batch = parsed(
        tmp_path,
        "---\ntitle: Deep learning\nlanguage: zh\n---\n# 方法\n\n反向传播（BP）计算误差。\n\n# 结论\n\n很好。",
    )
    assert [(p.language, p.section) for p in batch.passages] == [
        ("en", "title"),
        ("zh", "methods"),
        ("zh", "conclusion"),
    ]


def test_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("\ufeff---\r\ntitle: Ice\r\n---\r\nIt\r\nfloats.\r\n".encode())
    assert [p.text for p in read(path).passages] == ["Ice", "It floats."]
    path.write_bytes("# Ice\n\nIt floats.".encode("utf-16"))
    assert [p.text for p in read(path).passages] == ["Ice", "It floats."]


def test_abstract_heading(tmp_path: Path) -> None:
    batch = parsed(tmp_path, "# Ice\n\n## Abstract\n\nIt floats.\n\n## Acknowledgements\n\nThanks.")
    assert [(p.kind, p.text) for p in batch.passages] == [
        ("title", "Ice"),
        ("abstract", "It floats."),
    ]
