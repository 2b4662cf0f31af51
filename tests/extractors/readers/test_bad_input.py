"""What cannot be read is refused with one sentence that names the file, and never with a traceback."""

from __future__ import annotations

import gzip
import os
import time
import zipfile
from pathlib import Path

import pytest

from extractors.readers import MAX_BYTES, MAX_TABLE_BYTES, read, source_bytes
from kg.errors import UnreadableSource

ARTICLE = (
    "<article><front><article-meta><title-group><article-title>{title}</article-title></title-group>"
    "</article-meta></front><body><p>{text}</p></body></article>"
)


def refused(path: Path, content: bytes | str | None = None) -> str:
    """The sentence with which *path* (written first, if content is given) is refused."""
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UnreadableSource) as caught:
        read(path)
    said = str(caught.value)
    assert path.name in said
    assert said.endswith(".") and "\n" not in said
    assert caught.value.__cause__ is None
    return said


@pytest.mark.parametrize(
    "name", ["a.xml", "a.md", "a.txt", "a.bib", "a.ris", "a.json", "a.csv", "a.parquet"]
)
@pytest.mark.parametrize("content", [b"", b" \n\t\n"])
def test_empty_file(tmp_path: Path, name: str, content: bytes) -> None:
    assert "empty" in refused(tmp_path / name, content)


def test_missing_file(tmp_path: Path) -> None:
    assert "cannot be opened" in refused(tmp_path / "gone.md")


def test_folder(tmp_path: Path) -> None:
    folder = tmp_path / "notes.md"
    folder.mkdir()
    assert "is a folder" in refused(folder)


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    assert "device or pipe" in refused(pipe)


def test_device(tmp_path: Path) -> None:
    link = tmp_path / "zero.txt"
    link.symlink_to("/dev/zero")
    assert "device or pipe" in refused(link)


@pytest.mark.parametrize(("name", "limit"), [("big.xml", MAX_BYTES), ("big.csv", MAX_TABLE_BYTES)])
def test_too_large_is_refused_unread(tmp_path: Path, name: str, limit: int) -> None:
    path = tmp_path / name
    with path.open("wb") as stream:
        stream.truncate(limit + 1)  # a hole: nothing that could be read in reasonable time
    said = refused(path)
    assert f"{limit // 2**20} MB" in said and "split" in said
    with pytest.raises(UnreadableSource, match="MB"):
        source_bytes(path)


def test_unknown_suffix(tmp_path: Path) -> None:
    assert "(.docx)" in refused(tmp_path / "a.docx", b"hello") and "expected" in refused(
        tmp_path / "b", b"x"
    )


@pytest.mark.parametrize("name", ["a.zip", "a.xml", "a.csv", "a.txt"])
def test_archive_is_not_unpacked(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", b"0" * 10_000_000)
    assert "unpack" in refused(path)


def test_gzip_and_pdf(tmp_path: Path) -> None:
    assert "gzip" in refused(tmp_path / "a.xml", gzip.compress(b"<article/>"))
    assert "GROBID" in refused(tmp_path / "a.txt", b"%PDF-1.7\n...")


def test_binary_text(tmp_path: Path) -> None:
    assert "binary" in refused(tmp_path / "a.txt", b"some\x00bytes")
    assert "binary" in refused(tmp_path / "b.md", b"bell \x07 and \x1f")
    assert "binary" in refused(tmp_path / "c.csv", b"a,b\n1,\x00\n")


def test_text_in_another_encoding_names_the_byte(tmp_path: Path) -> None:
    latin = "température".encode("latin-1")
    for name in ("a.txt", "a.bib", "a.csv"):
        assert "0xe9 at offset 4" in refused(tmp_path / name, latin + b",x\n1,2\n")


def test_utf16_table(tmp_path: Path) -> None:
    assert "UTF-16" in refused(tmp_path / "a.csv", "a,b\n1,2\n".encode("utf-16"))


# --------------------------------------------------------------------------- XML


def test_truncated_xml(tmp_path: Path) -> None:
    whole = ARTICLE.format(title="Ice", text="Ice floats.")
    assert "not well-formed" in refused(tmp_path / "a.xml", whole[:-30])


def test_unknown_root(tmp_path: Path) -> None:
    assert "<svg>" in refused(tmp_path / "a.xml", "<svg xmlns='http://www.w3.org/2000/svg'/>")


def test_xml_bytes_that_are_not_what_they_declare(tmp_path: Path) -> None:
    latin = ARTICLE.format(title="Température", text="x").encode("latin-1")
    assert "UTF-8" in refused(tmp_path / "a.xml", latin)
    declared = b"<?xml version='1.0' encoding='x-klingon'?>" + latin
    assert "x-klingon" in refused(tmp_path / "b.xml", declared)


BOMB = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY l0 "lol">' + BOMB,
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY x SYSTEM "http://localhost:9/x">',
        '<!ENTITY x PUBLIC "-//x" "http://localhost:9/x">',
        '<!ENTITY % p SYSTEM "http://localhost:9/p.dtd"> %p;',
        '<!ENTITY harmless "word">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declared_entities_are_refused(tmp_path: Path, subset: str, encoding: str) -> None:
    text = f"<!DOCTYPE article [{subset}]>" + ARTICLE.format(title="T", text="&l9;&x;")
    assert "entities" in refused(tmp_path / "a.xml", text.encode(encoding))


def test_entity_bomb_in_an_attribute(tmp_path: Path) -> None:
    text = f'<!DOCTYPE article [<!ENTITY l0 "lol">{BOMB}]><article id="&l9;"/>'
    assert "entities" in refused(tmp_path / "a.xml", text)


@pytest.mark.parametrize("depth", [300, 100_000])
def test_bottomless_nesting(tmp_path: Path, depth: int) -> None:
    text = ARTICLE.format(title="T", text="<b>" * depth + "x" + "</b>" * depth)
    said = refused(tmp_path / "a.xml", text)
    assert "deep" in said.lower() or "depth" in said.lower()


def test_too_many_elements(tmp_path: Path) -> None:
    assert "2,000,000" in refused(
        tmp_path / "a.xml", ARTICLE.format(title="T", text="<b/>" * 4_100_000)
    )


def test_jats_without_metadata_and_tei_without_header(tmp_path: Path) -> None:
    assert "article-meta" in refused(
        tmp_path / "a.nxml", "<article><body><p>x</p></body></article>"
    )
    assert "teiHeader" in refused(tmp_path / "a.xml", "<TEI xmlns='http://www.tei-c.org/ns/1.0'/>")


def test_article_without_any_text(tmp_path: Path) -> None:
    assert "no text" in refused(tmp_path / "a.nxml", ARTICLE.format(title="", text=""))


# --------------------------------------------------------------------------- other formats


def test_json_that_is_no_bibliography(tmp_path: Path) -> None:
    assert "CSL" in refused(tmp_path / "a.json", '{"title": "x"}')
    assert "CSL" in refused(tmp_path / "b.json", "[1, 2, 3]")
    assert "line 1" in refused(tmp_path / "c.json", '[{"title": "x", "type": "book"')
    assert "nested" in refused(tmp_path / "d.json", "[" * 200_000)


def test_bibliographies_without_an_entry(tmp_path: Path) -> None:
    assert "BibTeX" in refused(tmp_path / "a.bib", "just words")
    assert "RIS" in refused(tmp_path / "a.ris", "just words")
    assert "RIS" in refused(tmp_path / "b.ris", "TY  - JOUR\nTI  - Not closed\n")
    assert "BibTeX" in refused(tmp_path / "b.bib", "@article{a, title = {never closed")


def test_front_matter_that_is_not_yaml(tmp_path: Path) -> None:
    said = refused(tmp_path / "a.md", "---\ntitle: a: b: c\n---\ntext")
    assert "YAML" in said and "line 2" in said
    assert "key: value" in refused(tmp_path / "b.md", "---\n- a\n- b\n---\ntext")
    assert "YAML" in refused(
        tmp_path / "c.md", "---\ntitle: !!python/object/apply:os.system [ls]\n---\nx"
    )


def test_front_matter_bomb_is_no_title(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    path = tmp_path / "a.md"
    path.write_text("---\n" + "\n".join(lines) + "\ntitle: *a11\nauthors: *a11\n---\nIce floats.\n")
    batch = read(path)
    assert batch.works[0].title == "a" and batch.works[0].authors == ()


def test_damaged_parquet(tmp_path: Path) -> None:
    assert "Parquet" in refused(tmp_path / "a.parquet", b"PAR1 nothing of the kind PAR1")


MARKS = ("[", "<!--", "`", "``a`", "*a", "_a", "~~", "<a", "[a](", "\\*", "a\n> ")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *[("a.md", "# Ice\n\nIt floats. " + mark * 150_000) for mark in MARKS],
        ("a.nxml", ARTICLE.format(title="Ice", text="&lt;![CDATA[" * 150_000)),
        ("a.nxml", ARTICLE.format(title="Ice", text="<![CDATA[" * 150_000 + "]]>")),
        ("a.nxml", ARTICLE.format(title="Ice", text="<sup>1</sup>" * 50_000)),
        ("a.ris", "TY  - JOUR\nTI  - Ice\nER  - \n" * 3_000),
        ("a.csv", "a,b\n" + '"x' * 150_000),
    ],
)  # fmt: skip
def test_hostile_text_costs_no_more_than_its_length(
    tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    started = time.process_time()
    try:
        assert read(path).passages
    except UnreadableSource as refusal:
        assert path.name in str(refusal)
    assert time.process_time() - started < 5
