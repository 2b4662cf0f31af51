"""BibTeX, RIS and CSL-JSON: the same works from each, and a bad entry does not spoil the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractors.readers import read
from kg.batch import SourceBatch

BIBTEX = r"""@string{il = "Ice Letters"}
@article{frost2011, title = {How {Ice} floats on \alpha-H$_2$O}, author = {Frost, Jack B. and {von der Alm}, Ueli},
  journal = il, year = 2011, doi = {10.5555/ICE.1}, abstract = {Ice floats.}, keywords = {ice, physics}}
@misc{snow, title = {Preprint on sleet}, author = {John Snow}, year = {2019}, eprint = {1901.00001},
  archivePrefix = {arXiv}}
@dataset{ext, title = {Sea ice extent}, year = {2020}, doi = {10.5555/DATA.1}, abstract = {Daily values.}}
"""
RIS = """TY  - JOUR
TI  - How Ice floats
AU  - Frost, Jack B.
AU  - Alm, Ueli
JO  - Ice Letters
PY  - 2011
DO  - 10.5555/ICE.1
AB  - Ice floats.
KW  - Physics
ER  - 

TY  - DATA
TI  - Sea ice extent
PY  - 2020
DO  - 10.5555/DATA.1
AB  - Daily values.
ER  - 
"""
CSL = [
    {
        "id": "a", "type": "article-journal", "title": "How <i>Ice</i> floats", "DOI": "10.5555/ICE.1",
        "author": [{"family": "Frost", "given": "Jack B."}, {"literal": "The Ice Group"}],
        "issued": {"date-parts": [[2011, 3]]}, "container-title": "Ice Letters",
        "abstract": "<jats:p>Ice &amp; water.</jats:p><jats:p>It floats.</jats:p>",
    },
    {"id": "b", "type": "dataset", "title": "Sea ice extent", "DOI": "10.5555/DATA.1", "issued": {"raw": "2020"}},
]  # fmt: skip


def parsed(tmp_path: Path, name: str, text: str) -> SourceBatch:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_bibtex(tmp_path: Path) -> None:
    batch = parsed(tmp_path, "a.bib", BIBTEX)
    ice, sleet = batch.works
    assert (ice.id, ice.year, ice.venue) == ("doi:10.5555/ice.1", 2011, "Ice Letters")
    assert ice.title == "How Ice floats on α-H2O"
    assert ice.authors == ("Frost Jack B.", "von der Alm Ueli")
    assert ice.disciplines == ("Physics",)
    assert (sleet.id, sleet.authors) == ("arxiv:1901.00001", ("Snow John",))
    (data,) = batch.datasets
    assert (data.id, data.title, data.description) == (
        "doi:10.5555/data.1",
        "Sea ice extent",
        "Daily values.",
    )
    assert [(p.kind, p.work or p.dataset) for p in batch.passages] == [
        ("title", ice.id),
        ("abstract", ice.id),
        ("title", sleet.id),
        ("title", data.id),
        ("abstract", data.id),
    ]
    assert batch.passages[0].next == batch.passages[1].id and batch.passages[1].next == ""
    assert batch.warnings == []


@pytest.mark.parametrize(("name", "text"), [("a.ris", RIS), ("a.json", json.dumps(CSL))])
def test_ris_and_csl(tmp_path: Path, name: str, text: str) -> None:
    batch = parsed(tmp_path, name, text)
    (ice,) = batch.works
    assert (ice.id, ice.title, ice.year, ice.venue) == (
        "doi:10.5555/ice.1",
        "How Ice floats",
        2011,
        "Ice Letters",
    )
    assert ice.authors[0] == "Frost Jack B." and len(ice.authors) == 2
    assert [d.id for d in batch.datasets] == ["doi:10.5555/data.1"]
    assert [p.kind for p in batch.passages if p.work] == ["title", "abstract"]
    assert batch.warnings == []


def test_markup_in_csl_abstracts(tmp_path: Path) -> None:
    batch = parsed(tmp_path, "a.json", json.dumps(CSL))
    assert batch.passages[1].text == "Ice & water. It floats."


def test_bad_bibtex_entries_are_warnings(tmp_path: Path) -> None:
    batch = parsed(
        tmp_path,
        "a.bib",
        "@article{good, title = {Ice}, year = 2001}\n@article{bad, title = {Unclosed, year = 2002\n\n"
        "@article{untitled, year = 2003}\n@article{good, title = {Again}, year = 2001}\n"
        "@article{last, title = {Snow}, year = 2004}\n",
    )
    assert [w.title for w in batch.works] == ["Ice", "Snow"]
    assert any("line 2" in w for w in batch.warnings)
    assert any("untitled" in w for w in batch.warnings)
    assert any("'good'" in w for w in batch.warnings)


def test_bad_ris_and_csl_entries_are_warnings(tmp_path: Path) -> None:
    ris = parsed(
        tmp_path, "a.ris", "TY  - JOUR\nTI  - Lost\nTY  - JOUR\nTI  - Ice\nPY  - 2001\nER  - \n"
    )
    assert [w.title for w in ris.works] == ["Ice"] and "line 1" in ris.warnings[0]
    csl = parsed(tmp_path, "a.json", json.dumps([7, {"type": "book"}, *CSL, CSL[0]]))
    assert len(csl.works) == 1 and len(csl.warnings) == 3
    assert all(w.endswith(".") for w in csl.warnings)


def test_works_without_identifier_are_told_apart_by_title_year_and_surname(tmp_path: Path) -> None:
    bib = parsed(tmp_path, "a.bib", "@book{a, title={Ice}, year={1999}, author={Frost, Jack}}")
    csl = parsed(tmp_path, "a.json", json.dumps(
        [{"type": "book", "title": "Ice", "issued": {"date-parts": [["1999"]]},
          "author": [{"family": "Frost", "given": "J."}]}]))  # fmt: skip
    ris = parsed(
        tmp_path, "a.ris", "TY  - BOOK\nTI  - Ice\nPY  - 1999/01/01\nAU  - Frost, J. B.\nER  - \n"
    )
    assert bib.works[0].id == csl.works[0].id == ris.works[0].id
