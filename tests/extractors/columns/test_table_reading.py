"""Tables read through the pipeline: concepts of columns, kinds of cells, conditions in statements."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractors.columns.concepts import measured_concept
from extractors.columns.profiles import profile
from extractors.pipeline import PipelineConfig, ReadingPipeline
from extractors.readers import read
from kg.batch import SourceBatch
from kg.errors import UnreadableSource
from kg.model import Variable


@pytest.fixture(scope="module")
def pipeline() -> ReadingPipeline:
    return ReadingPipeline(PipelineConfig())


def annotated(pipeline: ReadingPipeline, tmp_path: Path, text: str) -> SourceBatch:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return pipeline.annotate(read(path))


def measures(out: SourceBatch) -> dict[str, tuple[str, str]]:
    names = {c.id: c.name for c in out.concepts}
    columns = {v.id: v.name for v in out.variables}
    return {columns[m.variable]: (names[m.concept], m.surface) for m in out.measures}


def said(out: SourceBatch) -> set[tuple[str, str, str]]:
    names = {c.id: c.name for c in out.concepts}
    return {(names[s.subject], names[s.object], s.qualifiers) for s in out.statements}


def test_columns_are_linked_where_the_text_says_so(
    pipeline: ReadingPipeline, tmp_path: Path
) -> None:
    out = annotated(
        pipeline,
        tmp_path,
        "material,SOC_g_kg,temp_air_C,wobbliness (N/m),id,note\nsoil,12,20,3,1,x\n",
    )
    found = measures(out)
    assert found["SOC_g_kg"] == ("soil organic carbon", "SOC")
    assert found["temp_air_C"] == ("air temperature", "temp air")
    assert found["wobbliness (N/m)"] == ("wobbliness", "wobbliness")
    assert "id" not in found and "note" not in found
    passages = {p.id: p.text for p in out.passages}
    assert all(passages[m.passage][m.start : m.end] == m.surface for m in out.measures)
    assert all(0 < m.score <= 1 and m.method for m in out.measures)


def test_rows_carry_statistic_spread_and_condition(
    pipeline: ReadingPipeline, tmp_path: Path
) -> None:
    out = annotated(
        pipeline,
        tmp_path,
        "material,electrical conductivity mean (S/m),electrical conductivity sd,test temperature (K)\n"
        "graphene,5000,200,300\ngraphene,4000,150,400\n",
    )
    assert said(out) == {
        (
            "graphene",
            "electrical conductivity",
            json.dumps(
                {
                    "condition": f"test temperature: {t} K",
                    "standard deviation": sd,
                    "statistic": "mean",
                    "unit": "S/m",
                    "value": value,
                },
                separators=(",", ":"),
            ),
        )
        for value, sd, t in (("5000", "200", "300"), ("4000", "150", "400"))
    }


def test_a_column_of_known_materials_lends_its_kind_to_an_unknown_one(
    pipeline: ReadingPipeline, tmp_path: Path
) -> None:
    rows = "".join(f"{m},1\n" for m in ("silicon", "germanium", "diamond", "zorbium"))
    out = annotated(pipeline, tmp_path, "sample,band gap (eV)\n" + rows)
    kinds = {c.name: c.kind for c in out.concepts}
    assert kinds["zorbium"] == kinds["germanium"]
    assert ("zorbium", "band gap", '{"unit":"eV","value":"1"}') in said(out)
    (mention,) = [m for m in out.mentions if m.surface == "zorbium"]
    assert mention.score == 0.6


def test_cells_that_are_no_names_stay_text(pipeline: ReadingPipeline, tmp_path: Path) -> None:
    out = annotated(
        pipeline,
        tmp_path,
        "species,note\nZea mays,good\nQuux fooi,bad\nunknown,x or y\n",
    )
    surfaces = {m.surface for m in out.mentions}
    assert "Quux fooi" in surfaces
    assert not surfaces & {"unknown", "x or y", "good", "bad"}


def test_contradictions_are_in_the_report(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(
        json.dumps(
            {"resources": [{"path": "t.csv", "schema": {"fields": [
                {"name": "dose (mg)", "type": "number", "unit": "g"}]}}]}
        )
    )  # fmt: skip
    path = tmp_path / "t.csv"
    path.write_text("dose (mg)\n1\n")
    batch = read(path)
    assert batch.variables[0].unit == "g"
    assert batch.warnings == [
        "t.csv has a column 'dose (mg)' (number 1): the metadata says g and the header says mg, "
        "a unit of another size; g was kept."
    ]


def test_described_by_csvw(tmp_path: Path) -> None:
    (tmp_path / "t.csv-metadata.json").write_text(
        json.dumps(
            {
                "@context": "http://www.w3.org/ns/csvw",
                "url": "t.csv",
                "dc:title": {"@value": "Lakes", "@language": "en"},
                "dc:license": {"@id": "http://creativecommons.org/licenses/by/4.0/"},
                "tableSchema": {
                    "columns": [
                        {"name": "lake", "titles": "Lake", "datatype": "string"},
                        {"name": "d", "titles": ["depth"], "datatype": {"base": "decimal", "minimum": 0},
                         "dc:description": "Greatest depth", "schema:unitCode": "MTR"},
                    ],
                    "primaryKey": "lake",
                },
            }
        )
    )  # fmt: skip
    path = tmp_path / "t.csv"
    path.write_text("Lake,depth\nBaikal,1642\n")
    batch = read(path)
    (dataset,) = batch.datasets
    assert (dataset.title, dataset.licence) == ("Lakes", "CC-BY-4.0")
    depth = batch.variables[1]
    assert (depth.unit, depth.quantity_kind, depth.dtype) == ("m", "Depth", "number")
    path.write_text("Lake,depth\nBaikal,-3\n")
    with pytest.raises(UnreadableSource, match="declares at least 0"):
        read(path)


def test_two_columns_that_differ_in_their_unit_only(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("temp (C),temp (K),a,a_\n1,274,x,y\n")
    titles = [v.title for v in read(path).variables]
    assert len(set(titles)) == 4 and titles[:2] == ["temp", "temp (K)"]


def test_a_table_of_many_columns(pipeline: ReadingPipeline, tmp_path: Path) -> None:
    header = ",".join(f"measure{i} (m/s)" for i in range(1500))
    out = annotated(pipeline, tmp_path, header + "\n" + ",".join(["1"] * 1500) + "\n")
    assert len(out.variables) == 1500


def test_no_concept_for_what_measures_nothing() -> None:
    for name in ("id", "url", "date", "", "🙂"):
        v = Variable(id=name, dataset="d", name=name, title=name, dtype="string", examples=("a1",))
        assert measured_concept(name, profile(v), (), lambda _: None) is None
