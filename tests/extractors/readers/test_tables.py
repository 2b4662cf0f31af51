"""Tables: types, units, rows, metadata, and metadata that lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.readers import companions, read, row_fields, source_bytes
from extractors.readers.tables import MAX_ROWS_READ, row_text
from kg.batch import SourceBatch
from kg.errors import UnreadableSource
from kg.ids import source_id

CSV = """material,mass (kg),found,code,pure,year,note
copper,8.96,2020-01-31,007,true,1999,"red; shiny: yes"
gold,,2021-02-28,010,false,2001,NA
silver,1.5e-3,,042,TRUE,2003,
"""
PACKAGE: dict[str, Any] = {
    "name": "metals", "title": "Metals", "description": "Some metals.", "version": "1.0",
    "homepage": "https://example.org/metals", "created": "2024-05-01T00:00:00Z", "keywords": ["materials"],
    "licenses": [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}],
    "resources": [{
        "name": "densities", "path": "metals.csv",
        "schema": {
            "fields": [
                {"name": "metal", "title": "Metal", "type": "string", "description": "Its name",
                 "constraints": {"required": True, "unique": True}},
                {"name": "density", "type": "number", "unit": "g/cm3",
                 "constraints": {"minimum": 0, "maximum": 23}},
                {"name": "group", "type": "integer"},
                {"name": "kind", "type": "string", "constraints": {"enum": ["noble", "base"]}},
                {"name": "seen", "type": "date"},
                {"name": "code", "type": "string", "constraints": {"pattern": "[A-Z]{2}", "maxLength": 2}},
                {"name": "liquid", "type": "boolean"},
            ],
            "primaryKey": "metal",
            "missingValues": ["", "-"],
        },
    }],
}  # fmt: skip
ROWS = [
    "metal,density,group,kind,seen,code,liquid",
    "copper,8.96,11,base,2020-01-31,CU,false",
    "mercury,13.53,12,base,-,HG,true",
]


def parsed(tmp_path: Path, text: str, name: str = "a.csv") -> SourceBatch:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read(path)


def packaged(tmp_path: Path, rows: list[str], package: dict[str, Any] | None = None) -> SourceBatch:
    (tmp_path / "datapackage.json").write_text(json.dumps(package or PACKAGE))
    return parsed(tmp_path, "\n".join(rows) + "\n", "metals.csv")


def test_inferred(tmp_path: Path) -> None:
    batch = parsed(tmp_path, CSV, "some_metals.csv")
    (dataset,) = batch.datasets
    assert (dataset.name, dataset.title, dataset.rows, dataset.format) == (
        "some_metals",
        "some metals",
        3,
        "csv",
    )
    seen = {
        v.name: (v.title, v.dtype, v.unit, v.n, v.missing, v.minimum, v.maximum)
        for v in batch.variables
    }
    assert seen == {
        "material": ("material", "string", "", 3, 0, "", ""),
        "mass (kg)": ("mass", "number", "kg", 2, 1, "1.5e-3", "8.96"),
        "found": ("found", "date", "", 2, 1, "2020-01-31", "2021-02-28"),
        "code": ("code", "string", "", 3, 0, "", ""),
        "pure": ("pure", "boolean", "", 3, 0, "", ""),
        "year": ("year", "year", "", 3, 0, "1999", "2003"),
        "note": ("note", "string", "", 1, 2, "", ""),
    }
    assert batch.variables[1].id == f"{dataset.id}#some_metals/mass (kg)"
    assert batch.variables[0].examples == ("copper", "gold", "silver")
    assert all(p.dataset == dataset.id and p.work == "" for p in batch.passages)


def test_row_passages_can_be_taken_apart(tmp_path: Path) -> None:
    rows = [p for p in parsed(tmp_path, CSV).passages if p.kind == "table"]
    assert rows[0].text == (
        "material: copper; mass: 8.96 kg; found: 2020-01-31; code: 007; pure: true; year: 1999; "
        "note: red, shiny: yes"
    )
    assert rows[1].text == "material: gold; found: 2021-02-28; code: 010; pure: false; year: 2001"
    assert [(t, rows[0].text[s:e]) for t, s, e in row_fields(rows[0].text)][1] == (
        "mass",
        "8.96 kg",
    )
    assert rows[0].next == rows[1].id and rows[-1].next == "" and rows[0].section == "data"


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8"), min_size=1), st.text(min_size=1)),
        min_size=1,
    )
)
def test_row_fields_undo_row_text(fields: list[tuple[str, str]]) -> None:
    text = row_text((f"t{i} {title}", f"v {value}", "") for i, (title, value) in enumerate(fields))
    found = row_fields(text)
    assert [t.split()[0] for t, _, _ in found] == [f"t{i}" for i in range(len(fields))]
    assert all(text[start:end].startswith("v") for _, start, end in found)


def test_described_by_a_data_package(tmp_path: Path) -> None:
    batch = packaged(tmp_path, ROWS)
    (dataset,) = batch.datasets
    assert (dataset.id, dataset.title, dataset.version) == (
        "url:https://example.org/metals",
        "Metals",
        "1.0",
    )
    assert (dataset.licence, dataset.year, dataset.rows) == ("CC0-1.0", 2024, 2)
    assert dataset.disciplines == ("Materials science",) and batch.source.licence == "CC0-1.0"
    density = batch.variables[1]
    assert density.id == "url:https://example.org/metals#densities/density"
    assert (density.dtype, density.unit, density.minimum, density.maximum) == (
        "number",
        "g/cm3",
        "8.96",
        "13.53",
    )
    assert [(p.kind, p.section, p.text) for p in batch.passages][:4] == [
        ("title", "title", "Metals"),
        ("abstract", "abstract", "Some metals."),
        ("paragraph", "data", "Metal: Its name"),
        ("paragraph", "data", "density"),
    ]
    assert batch.passages[-1].text == (
        "Metal: mercury; density: 13.53 g/cm3; group: 12; kind: base; code: HG; liquid: true"
    )
    assert batch.warnings == []


@pytest.mark.parametrize(
    ("row", "where", "found", "declared"),
    [
        ("zinc,heavy,12,base,,ZN,false", "row 4, column 2 ('density')", "'heavy'", "number"),
        ("zinc,7.1,12.5,base,,ZN,false", "row 4, column 3 ('group')", "'12.5'", "integer"),
        ("zinc,-1,12,base,,ZN,false", "row 4, column 2", "'-1'", "at least 0"),
        ("zinc,24,12,base,,ZN,false", "row 4, column 2", "'24'", "at most 23"),
        ("zinc,7.1,12,odd,,ZN,false", "row 4, column 4", "'odd'", "one of noble, base"),
        ("zinc,7.1,12,base,2023-02-30,ZN,false", "row 4, column 5", "'2023-02-30'", "date"),
        ("zinc,7.1,12,base,,Zn,false", "row 4, column 6", "'Zn'", "pattern"),
        ("zinc,7.1,12,base,,ZN,maybe", "row 4, column 7", "'maybe'", "boolean"),
        (",7.1,12,base,,ZN,false", "row 4, column 1", "no value", "required"),
        (
            "copper,7.1,12,base,,ZN,false",
            "row 4, column 1",
            "'copper'",
            "once (it stands in row 2)",
        ),
    ],
)
def test_metadata_that_lies(
    tmp_path: Path, row: str, where: str, found: str, declared: str
) -> None:
    with pytest.raises(UnreadableSource) as caught:
        packaged(tmp_path, [*ROWS, row])
    said = str(caught.value)
    assert said.startswith("metals.csv") and said.endswith(".") and "\n" not in said
    assert where in said and found in said and declared in said and "datapackage.json" in said


def test_duplicated_primary_key_of_two_columns(tmp_path: Path) -> None:
    package = json.loads(json.dumps(PACKAGE))
    schema = package["resources"][0]["schema"]
    schema["primaryKey"] = ["kind", "group"]
    with pytest.raises(UnreadableSource, match=r"row 4, column 4 .*primary key"):
        packaged(tmp_path, [*ROWS, "zinc,7.1,12,base,,ZN,false"], package)


def test_missing_column_is_refused_and_an_extra_one_warned_of(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="no column 'liquid'"):
        packaged(tmp_path, [row.rpartition(",")[0] for row in ROWS])
    batch = packaged(tmp_path, [ROWS[0] + ",extra", *(row + ",1" for row in ROWS[1:])])
    assert "extra" in batch.warnings[0] and len(batch.variables) == 8


def test_broken_metadata_beside_a_table(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{not json")
    with pytest.raises(UnreadableSource, match=r"datapackage\.json beside a\.csv"):
        parsed(tmp_path, CSV)


def test_metadata_is_part_of_the_source(tmp_path: Path) -> None:
    first = packaged(tmp_path, ROWS)
    path = tmp_path / "metals.csv"
    package = tmp_path / "datapackage.json"
    assert companions(path) == [package]
    assert source_bytes(path) == path.read_bytes() + b"\0" + package.read_bytes()
    assert first.source.id == source_id(source_bytes(path))
    assert first.source.bytes == path.stat().st_size
    assert read(path, content=source_bytes(path)) == first
    changed = {**PACKAGE, "title": "Heavy metals"}
    assert packaged(tmp_path, ROWS, changed).source.id != first.source.id
    other = tmp_path / "other.csv"
    other.write_text(CSV)
    assert companions(other) == [] and read(other).datasets[0].name == "other"


def test_package_one_folder_up_with_two_tables(tmp_path: Path) -> None:
    package = json.loads(json.dumps(PACKAGE))
    package["resources"][0]["path"] = "data/metals.csv"
    package["resources"].append({"name": "gases", "path": "data/gases.csv", "title": "Gases",
                                 "schema": {"fields": [{"name": "gas", "type": "string"}]}})  # fmt: skip
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "metals.csv").write_text("\n".join(ROWS))
    (tmp_path / "data" / "gases.csv").write_text("gas\nneon\n")
    metals, gases = (read(tmp_path / "data" / f"{n}.csv") for n in ("metals", "gases"))
    assert metals.datasets == gases.datasets, "one data set, whichever of its tables is read first"
    assert gases.variables[0].id == "url:https://example.org/metals#gases/gas"
    assert gases.passages[0].text == "Metals: Gases"


CROISSANT = {
    "@context": {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"},
    "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0", "name": "Ships",
    "description": "Passengers.", "license": "cc-by-4.0", "url": "https://doi.org/10.5555/SHIPS", "version": "2.0",
    "distribution": [{"@type": "cr:FileObject", "@id": "f", "contentUrl": "ships.csv"}],
    "recordSet": [
        {"@id": "ports", "field": [{"@id": "ports/x", "dataType": "sc:Text"}]},
        {"@id": "people", "name": "people", "key": {"@id": "people/id"}, "field": [
            {"@id": "people/id", "dataType": "sc:Integer",
             "source": {"fileObject": {"@id": "f"}, "extract": {"column": "id"}}},
            {"@id": "people/fare", "dataType": ["sc:Float", "sc:Integer"], "description": "Price paid",
             "source": {"fileObject": {"@id": "f"}, "extract": {"column": "fare"}}},
            {"@id": "people/deck", "dataType": "sc:Integer", "description": "First letter",
             "source": {"fileObject": {"@id": "f"}, "extract": {"column": "cabin"}, "transform": {"regex": "."}}},
        ]},
    ],
}  # fmt: skip


def test_described_by_croissant(tmp_path: Path) -> None:
    (tmp_path / "metadata.json").write_text(json.dumps(CROISSANT))
    batch = parsed(tmp_path, "id,fare,cabin\n1,7.25,C85\n2,NA,\n", "ships.csv")
    (dataset,) = batch.datasets
    assert (dataset.id, dataset.title, dataset.licence) == (
        "doi:10.5555/ships",
        "Ships",
        "CC-BY-4.0",
    )
    assert [(v.name, v.dtype, v.description) for v in batch.variables] == [
        ("id", "integer", ""),
        ("fare", "number", "Price paid"),
        ("cabin", "string", "First letter"),
    ]
    assert batch.variables[0].id == "doi:10.5555/ships#people/id"
    with pytest.raises(
        UnreadableSource, match=r"'x' in row 2, column 1 .*metadata\.json declares integer"
    ):
        parsed(tmp_path, "id,fare,cabin\nx,7.25,C85\n", "ships.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = "\ufeff" + "\n".join(
        delimiter.join(row) for row in (("a b", "c"), ("1", "x"), ("2", "y"))
    )
    batch = parsed(tmp_path, text)
    assert [(v.name, v.dtype) for v in batch.variables] == [("a b", "integer"), ("c", "string")]


def test_tsv_and_one_column(tmp_path: Path) -> None:
    assert [v.name for v in parsed(tmp_path, "a,b\tc\n1\t2\n", "a.tsv").variables] == ["a,b", "c"]
    assert [v.name for v in parsed(tmp_path, "city\nParis\nOslo\n").variables] == ["city"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n3\n", r"has 1 cells in row 3 but 2 columns"),
        ("a,b\n1,2,3\n", r"has 3 cells in row 2 but 2 columns"),
        ("a,a\n1,2\n", r"names two columns 'a' \(columns 1 and 2\)"),
        ("1,2\n3,4\n", r"numbers where column names"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UnreadableSource, match=said):
        parsed(tmp_path, text)


def test_unnamed_column_quotes_and_header_alone(tmp_path: Path) -> None:
    batch = parsed(tmp_path, ',b\n1,"two\nlines, quoted"\n')
    assert [v.name for v in batch.variables] == ["column_1", "b"]
    assert batch.passages[-1].text == "column 1: 1; b: two lines, quoted"
    empty = parsed(tmp_path, "a,b\n")
    assert empty.datasets[0].rows == 0 and "no rows" in empty.warnings[0]


def test_large_tables_keep_no_rows_and_sum_up_over_chunks(tmp_path: Path) -> None:
    n = 900_000  # more than one block
    text = "i,x\n" + "".join(f"{i},{i / 4}\n" for i in range(n)) + f"{n},late\n"
    batch = parsed(tmp_path, text)
    i, x = batch.variables
    assert (i.dtype, i.n, i.minimum, i.maximum) == ("integer", n + 1, "0", str(n))
    assert (x.dtype, x.minimum) == ("string", ""), "the last cell decides"
    assert n > MAX_ROWS_READ and not [p for p in batch.passages if p.kind == "table"]


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "name": pa.array(["x", None, "z"]),
            "mass (g)": pa.array([1.5, 2.0, None]),
            "n": pa.array([1, 2, 3], pa.int32()),
            "ok": pa.array([True, False, True]),
            "day": pa.array([0, 1, 2], pa.date32()),
            "tags": pa.array([["a"], [], None]),
        }
    )
    pyarrow.parquet.write_table(table, path)
    batch = read(path)
    assert [(v.title, v.dtype, v.unit, v.n) for v in batch.variables] == [
        ("name", "string", "", 2),
        ("mass", "number", "g", 2),
        ("n", "integer", "", 3),
        ("ok", "boolean", "", 3),
        ("day", "date", "", 3),
        ("tags", "string", "", 2),
    ]
    assert batch.variables[4].maximum == "1970-01-03"
    assert (
        batch.source.media_type == "application/vnd.apache.parquet" and batch.datasets[0].rows == 3
    )


def test_decimal_comma_as_declared(tmp_path: Path) -> None:
    package = json.loads(json.dumps(PACKAGE))
    package["resources"][0] |= {
        "dialect": {"delimiter": ";"},
        "schema": {
            "fields": [{"name": "x", "type": "number", "decimalChar": ",", "groupChar": "."}]
        },
    }
    batch = packaged(tmp_path, ["x", "1.234,5", "7"], package)
    assert (batch.variables[0].minimum, batch.variables[0].maximum) == ("7", "1.234,5")


def test_parquet_text_that_is_not_utf8(tmp_path: Path) -> None:
    raw = pa.array([b"\xff\xfe"]).cast(pa.binary())
    text = pa.StringArray.from_buffers(1, raw.buffers()[1], raw.buffers()[2])
    pyarrow.parquet.write_table(pa.table({"a": text}), tmp_path / "a.parquet")
    with pytest.raises(UnreadableSource, match="damaged Parquet"):
        read(tmp_path / "a.parquet")
