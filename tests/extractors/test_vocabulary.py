from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import pytest

from extractors.vocabulary import load_vocabulary, shipped_vocabularies
from kg.errors import MissingExtra, UnreadableSource
from kg.ontology import KINDS
from tests.conftest import SHARED, need

HEADER = "id,name,kind,aliases,aliases_zh,definition,broader,disciplines\n"
SKOS = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:skos="http://www.w3.org/2004/02/skos/core#">
  <skos:ConceptScheme rdf:about="http://example.org/s"/>
  <skos:Concept rdf:about="http://www.wikidata.org/entity/Q1">
    <skos:prefLabel xml:lang="en">metal</skos:prefLabel>
    <skos:narrower rdf:resource="http://www.wikidata.org/entity/Q2"/>
  </skos:Concept>
  <rdf:Description rdf:about="http://www.wikidata.org/entity/Q2">
    <rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>
    <skos:prefLabel xml:lang="de">Kupfer</skos:prefLabel>
    <skos:prefLabel xml:lang="en">copper</skos:prefLabel>
    <skos:prefLabel xml:lang="zh">铜</skos:prefLabel>
    <skos:altLabel xml:lang="en">Cu</skos:altLabel>
    <skos:definition xml:lang="en">A metal.</skos:definition>
    <skos:broader rdf:resource="http://example.org/elsewhere"/>
  </rdf:Description>
</rdf:RDF>
"""
TURTLE = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://www.wikidata.org/entity/Q1> a skos:Concept ; skos:prefLabel "metal"@en .
<http://www.wikidata.org/entity/Q2> a skos:Concept ; skos:prefLabel "copper"@en , "铜"@zh ;
    skos:altLabel "Cu"@en ; skos:broader <http://www.wikidata.org/entity/Q1> .
"""
OBO = """format-version: 1.2
ontology: test
data-version: releases/2020

[Term]
id: T:1
name: cell
def: "The \\"basic\\" unit." [ref]
synonym: "cellula" EXACT []
synonym: "living thing" BROAD []

[Term]
id: T:2
name: neuron
is_a: T:1 ! cell
is_a: X:9 ! in another module

[Term]
id: T:3
name: old thing
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_csv(tmp_path: Path) -> None:
    path = write(
        tmp_path / "mine.csv",
        "# licence: CC0-1.0\n# version: 3\n" + HEADER
        + 'm:1,metal,material,,金属,,,Chemistry\nm:2,copper,chemical,Cu|cuprum,铜,"Red, soft.",m:1,Chemistry|Physics\n',
    )  # fmt: skip
    vocabulary = load_vocabulary(path)
    assert vocabulary.scheme.id == "scheme:mine"
    assert (vocabulary.scheme.licence, vocabulary.scheme.version) == ("CC0-1.0", "3")
    copper = vocabulary.by_id["m:2"]
    assert copper.aliases == ("Cu", "cuprum")
    assert copper.aliases_zh == ("铜",)
    assert copper.definition == "Red, soft."
    assert copper.broader == ("m:1",)
    assert copper.disciplines == ("Chemistry", "Physics")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER + "m:1,metal\n", r"bad\.csv, line 2: found 2 cells, expected 8"),
        (
            HEADER + "\nm:1,metal,stuff,,,,,\n",
            r"bad\.csv, line 3: found the kind 'stuff'; expected one of",
        ),
        (
            HEADER + "m:1,a,,,,,,\nm:1,b,,,,,,\n",
            r"bad\.csv, line 3: found the id m:1 a second time",
        ),
        (HEADER + "m:1,a,,,,,m:7,\n", r"bad\.csv, line 2: found the broader concept m:7"),
        (HEADER + ",a,,,,,,\n", r"bad\.csv, line 2: found no id or no name"),
        (
            "key,label\n1,2\n",
            r"bad\.csv, line 1: found the columns key, label; expected id and name",
        ),
        (HEADER + 'm:1,"a"b,,,,,,\n', r"bad\.csv, line 2: .*; mend the quotes"),
        (HEADER, r"bad\.csv holds no concept"),
        ("", r"bad\.csv, line 1: found the columns none"),
    ],
)
def test_a_bad_csv_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UnreadableSource, match=said):
        load_vocabulary(write(tmp_path / "bad.csv", text))


def test_bytes_that_are_not_utf8_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(HEADER.encode() + b"m:1,caf\xe9,,,,,,\n")
    with pytest.raises(UnreadableSource, match=r"bad\.csv, line 2: found a byte that is not UTF-8"):
        load_vocabulary(path)


def test_a_missing_file_and_a_strange_one(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="cannot be opened"):
        load_vocabulary(tmp_path / "none.csv")
    with pytest.raises(UnreadableSource, match=r"ends in '\.doc', which is no vocabulary format"):
        load_vocabulary(write(tmp_path / "a.doc", "x"))


def test_files_of_a_folder_may_name_each_others_concepts(tmp_path: Path) -> None:
    write(tmp_path / "b.csv", HEADER + "m:2,copper,,,,,m:1,\n")
    write(tmp_path / "a.csv", HEADER + "m:1,metal,,,,,,\n")
    assert list(load_vocabulary(tmp_path).by_id) == ["m:1", "m:2"]
    write(tmp_path / "c.csv", HEADER + "m:2,tin,,,,,,\n")
    with pytest.raises(UnreadableSource, match=r"c\.csv, line 2: found the id m:2 a second time"):
        load_vocabulary(tmp_path)


def test_obo(tmp_path: Path) -> None:
    vocabulary = load_vocabulary(write(tmp_path / "t.obo", OBO), kind="anatomy")
    assert (vocabulary.scheme.id, vocabulary.scheme.version) == ("scheme:test", "releases/2020")
    assert list(vocabulary.by_id) == ["T:1", "T:2"]
    cell, neuron = vocabulary.entries
    assert (cell.aliases, cell.definition, cell.kind) == (
        ("cellula",),
        'The "basic" unit.',
        "anatomy",
    )
    assert neuron.broader == ("T:1",)


def test_a_bad_obo_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableSource, match=r"t\.obo, line 2: found 'nonsense', expected 'tag: value'"
    ):
        load_vocabulary(write(tmp_path / "t.obo", "[Term]\nnonsense\n"))
    with pytest.raises(UnreadableSource, match=r"found a \[Term\] without an id"):
        load_vocabulary(write(tmp_path / "t.obo", "[Term]\nname: x\n"))


def test_skos_xml(tmp_path: Path) -> None:
    vocabulary = load_vocabulary(write(tmp_path / "s.rdf", SKOS), kind="chemical")
    copper = vocabulary.by_id["wikidata:Q2"]
    assert (copper.name, copper.aliases, copper.aliases_zh) == ("copper", ("Cu",), ("铜",))
    assert copper.broader == ("wikidata:Q1",)
    assert copper.definition == "A metal."


def test_skos_xml_opens_no_other_file(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", "hush")
    text = SKOS.replace(
        '<?xml version="1.0"?>',
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
    ).replace("A metal.", "&x;")
    vocabulary = load_vocabulary(write(tmp_path / "s.rdf", text))
    assert "hush" not in repr(vocabulary.entries)


def test_bad_xml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"s\.rdf: .*line 1.*; mend the XML"):
        load_vocabulary(write(tmp_path / "s.rdf", "<rdf"))


def test_turtle_needs_rdflib_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "s.ttl", TURTLE)
    if importlib.util.find_spec("rdflib") is None:
        with pytest.raises(MissingExtra, match=r"polymath-kg\[skos\]"):
            load_vocabulary(path)
    else:
        copper = load_vocabulary(path).by_id["wikidata:Q2"]
        assert (copper.name, copper.aliases_zh, copper.broader) == (
            "copper",
            ("铜",),
            ("wikidata:Q1",),
        )


def test_the_shipped_vocabulary_is_sound() -> None:
    (vocabulary,) = shipped_vocabularies()
    assert len(vocabulary.entries) > 2000
    assert {e.kind for e in vocabulary.entries} <= set(KINDS)
    assert sum(bool(e.aliases_zh) for e in vocabulary.entries) > 1000


def test_a_whole_ontology(tmp_path: Path) -> None:
    archives = sorted((SHARED / "benchmarks" / "linking").rglob("*.obo.zip"))
    need(bool(archives), "no ontology is here")
    smallest = min(archives, key=lambda p: p.stat().st_size)
    with zipfile.ZipFile(smallest) as archive:
        name = archive.namelist()[0]
        path = tmp_path / "one.obo"
        path.write_bytes(archive.read(name))
    vocabulary = load_vocabulary(path)
    assert len(vocabulary.entries) > 500
    assert sum(bool(e.broader) for e in vocabulary.entries) > 400
