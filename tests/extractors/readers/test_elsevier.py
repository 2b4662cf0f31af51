"""Elsevier's full-text XML, written here in miniature."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.readers import read
from kg.batch import SourceBatch

NAMESPACES = (
    'xmlns:xocs="http://www.elsevier.com/xml/xocs/dtd" xmlns="http://www.elsevier.com/xml/ja/dtd" '
    'xmlns:ce="http://www.elsevier.com/xml/common/dtd" xmlns:sb="http://www.elsevier.com/xml/common/struct-bib/dtd" '
    'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
)
HEAD = """<item-info><ce:doi>10.5555/els.1</ce:doi><ce:copyright year="2013"/></item-info>
<ce:floats><ce:figure><ce:label>Fig. 1</ce:label><ce:caption><ce:simple-para>A floe of 5<ce:hsp sp="0.2"/>km.
</ce:simple-para></ce:caption></ce:figure></ce:floats>
<head><ce:title>Ice in <ce:italic>vivo</ce:italic></ce:title><ce:author-group><ce:author><ce:given-name>Jack B.
</ce:given-name><ce:surname>Frost</ce:surname><ce:cross-ref refid="aff1"><ce:sup>a</ce:sup></ce:cross-ref></ce:author>
</ce:author-group><ce:abstract class="author" xml:lang="en"><ce:section-title>Abstract</ce:section-title>
<ce:abstract-sec><ce:simple-para>Ice floats.</ce:simple-para></ce:abstract-sec></ce:abstract>
<ce:abstract class="graphical"><ce:abstract-sec><ce:simple-para>picture</ce:simple-para></ce:abstract-sec></ce:abstract>
<ce:abstract class="author-highlights"><ce:abstract-sec><ce:simple-para><ce:list><ce:list-item><ce:label>•</ce:label>
<ce:para>It is light.</ce:para></ce:list-item></ce:list></ce:simple-para></ce:abstract-sec></ce:abstract></head>"""
TAIL = """<tail><ce:bibliography><ce:section-title>References</ce:section-title><ce:bibliography-sec>
<ce:bib-reference id="b0005"><ce:label>[1]</ce:label><sb:reference><sb:contribution><sb:authors><sb:author>
<ce:given-name>J.</ce:given-name><ce:surname>Snow</ce:surname></sb:author></sb:authors><sb:title><sb:maintitle>On sleet
</sb:maintitle></sb:title></sb:contribution><sb:host><sb:issue><sb:series><sb:title><sb:maintitle>Ice Lett.
</sb:maintitle></sb:title></sb:series><sb:date>1999</sb:date></sb:issue></sb:host></sb:reference></ce:bib-reference>
<ce:bib-reference id="b0010"><sb:reference><sb:host><sb:book><sb:title><sb:maintitle>The book of ice</sb:maintitle>
</sb:title><sb:date>2003</sb:date></sb:book></sb:host></sb:reference></ce:bib-reference>
<ce:bib-reference id="b0015"><ce:other-ref><ce:textref>By letter.</ce:textref></ce:other-ref></ce:bib-reference>
</ce:bibliography-sec></ce:bibliography></tail>"""


def parsed(tmp_path: Path, sections: str, *, bare: bool = False) -> SourceBatch:
    article = f"<body><ce:sections>{sections}</ce:sections></body>"
    meta = (
        "<xocs:meta><xocs:srctitle>Icarus</xocs:srctitle><xocs:cover-date-year>2014</xocs:cover-date-year>"
        "<xocs:oa-user-license>http://creativecommons.org/licenses/by/3.0/</xocs:oa-user-license></xocs:meta>"
    )
    inner = f'<article {NAMESPACES} xml:lang="en">{HEAD}{article}{TAIL}</article>'
    whole = (
        inner
        if bare
        else f"<xocs:doc {NAMESPACES}>{meta}<xocs:serial-item>{inner}</xocs:serial-item></xocs:doc>"
    )
    path = tmp_path / "a.xml"
    path.write_text(whole, encoding="utf-8")
    return read(path)


def line(tmp_path: Path, inline: str) -> str:
    batch = parsed(tmp_path, f"<ce:section><ce:para>{inline}</ce:para></ce:section>")
    (passage,) = (p for p in batch.passages if p.kind == "paragraph")
    return passage.text


def test_work_and_order(tmp_path: Path) -> None:
    batch = parsed(
        tmp_path,
        '<ce:section role="introduction"><ce:label>1</ce:label><ce:section-title>Why</ce:section-title><ce:para>Look.'
        "</ce:para></ce:section><ce:acknowledgment><ce:para>Thanks.</ce:para></ce:acknowledgment>",
    )
    work = batch.works[0]
    assert (work.id, work.title, work.year) == ("doi:10.5555/els.1", "Ice in vivo", 2014)
    assert (work.authors, work.venue) == (("Frost Jack B.",), "Icarus")
    assert (work.licence, work.disciplines) == ("CC-BY-3.0", ("Astronomy",))
    assert [(p.kind, p.section, p.text) for p in batch.passages] == [
        ("title", "title", "Ice in vivo"),
        ("abstract", "abstract", "Ice floats."),
        ("abstract", "abstract", "It is light."),
        ("paragraph", "introduction", "Look."),
        ("caption", "caption", "A floe of 5 km."),
    ]
    assert batch.source.parser == "elsevier"


def test_bare_article(tmp_path: Path) -> None:
    batch = parsed(tmp_path, "<ce:section><ce:para>Look.</ce:para></ce:section>", bare=True)
    assert (batch.works[0].year, batch.source.parser) == (2013, "elsevier")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("25<ce:hsp sp='0.25'/>kW<ce:inf>th</ce:inf> CO<ce:inf loc='post'>2</ce:inf>", "25 kWth CO2"),
        ("s<ce:sup loc='post'>-<ce:hsp sp='0.1'/>1</ce:sup>", "s^-1"),
        ("<ce:sup loc='pre'>13</ce:sup>C and δ<ce:sup loc='pre'>18</ce:sup>O", "13C and δ18O"),
        ("ice<ce:cross-ref refid='b0005'><ce:sup>1</ce:sup></ce:cross-ref>.", "ice [1]."),
        ("ice<ce:cross-refs refid='b0005 b0010'><ce:sup>1,2</ce:sup></ce:cross-refs>", "ice [1,2]"),
        ("ice <ce:cross-ref refid='b0005'>[1]</ce:cross-ref>, snow", "ice [1], snow"),
        ("see <ce:cross-ref refid='f0005'>Fig. 1</ce:cross-ref><ce:float-anchor refid='f0005'/>a", "see Fig. 1a"),
        ("C<ce:glyph name='sbnd'/>H and C<ce:glyph name='dbnd'/>C", "C-H and C=C"),
        ("so<ce:display><ce:formula><ce:label>(1)</ce:label><mml:math><mml:mi>a</mml:mi><mml:mo>=</mml:mo>"
         "<mml:mi>b</mml:mi></mml:math></ce:formula></ce:display>where", "so a = b where"),
    ],
)  # fmt: skip
def test_typography(tmp_path: Path, markup: str, expected: str) -> None:
    assert line(tmp_path, markup) == expected


def test_theorems_and_notes(tmp_path: Path) -> None:
    batch = parsed(
        tmp_path,
        "<ce:section><ce:section-title>Main results</ce:section-title><ce:para>We show."
        "<ce:enunciation><ce:label>Theorem 1</ce:label>"
        "<ce:para>All ice floats.</ce:para></ce:enunciation><ce:cross-ref refid='fn1'><ce:sup>1</ce:sup>"
        "</ce:cross-ref><ce:footnote><ce:label>1</ce:label><ce:note-para>Nearly.</ce:note-para></ce:footnote></ce:para>"
        "</ce:section>",
    )
    texts = [p.text for p in batch.passages if p.section == "results"]
    assert texts == ["We show.", "Theorem 1. All ice floats.", "Nearly."]


def test_references(tmp_path: Path) -> None:
    batch = parsed(tmp_path, "<ce:section><ce:para>Look.</ce:para></ce:section>")
    assert [(w.title, w.year, w.authors, w.venue) for w in batch.works[1:]] == [
        ("On sleet", 1999, ("Snow J.",), "Ice Lett."),
        ("The book of ice", 2003, (), ""),
    ]
    assert len(batch.citations) == 2
