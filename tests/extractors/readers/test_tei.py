"""GROBID's TEI, written here in miniature."""

from __future__ import annotations

from pathlib import Path

from extractors.readers import read

TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader xml:lang="en"><fileDesc><titleStmt><title level="a" type="main">Ice
models</title></titleStmt><publicationStmt><availability>
<licence target="https://creativecommons.org/licenses/by/4.0/"/>
</availability></publicationStmt><sourceDesc><biblStruct><analytic><author><persName>
<forename type="first">Jack</forename>
<forename type="middle">B</forename><surname>Frost</surname></persName></author><author><affiliation/></author>
</analytic>
<monogr><title level="m">Proceedings on Computational Linguistics</title><imprint>
<date type="published" when="2020-07-01"/>
</imprint></monogr><idno type="DOI">10.5555/TEI.1</idno></biblStruct></sourceDesc></fileDesc>
<profileDesc><abstract><p>We model ice.</p></abstract></profileDesc></teiHeader>
<text><body>
<div><head n="1">Introduction</head><p>Ice melts<ref type="bibr" target="#b0">12</ref> and so on
(<ref type="bibr" target="#b0">Snow, 1999</ref>).</p></div>
<div><head n="2">Methods</head><p>We froze H<hi rend="subscript">2</hi>O.</p></div>
<div><head n="2.1">Freezers</head><p>Three of them.</p></div>
<div><head>Their doors</head><p>Shut.</p></div>
<div><head n="3">Ice hockey</head><p>Fun.<note place="foot" n="1">A note.</note></p><formula>x = y</formula></div>
<figure><head>Figure 1</head><label>1</label><figDesc>A floe.</figDesc></figure>
</body><back><div type="acknowledgement"><div><p>Thanks.</p></div></div><div type="annex"><div><head>A</head>
<p>More.</p>
</div></div><div type="references"><listBibl><biblStruct><analytic><title level="a">On sleet</title><author><persName>
<forename>John</forename><surname>Snow</surname></persName></author></analytic><monogr>
<title level="j">Ice Letters</title>
<imprint><date type="published" when="1999"/></imprint></monogr></biblStruct>
<biblStruct><analytic><title>Preprint</title><idno type="arXiv">arXiv:1901.00001[cs.CL]</idno></analytic><monogr>
<imprint/>
</monogr></biblStruct><biblStruct><monogr><title/><imprint/></monogr></biblStruct></listBibl></div></back></text>
</TEI>"""


def test_tei(tmp_path: Path) -> None:
    path = tmp_path / "a.tei.xml"
    path.write_text(TEI, encoding="utf-8")
    batch = read(path)
    work = batch.works[0]
    assert (work.id, work.title, work.year) == ("doi:10.5555/tei.1", "Ice models", 2020)
    assert (work.authors, work.licence) == (("Frost Jack B",), "CC-BY-4.0")
    assert work.venue == "Proceedings on Computational Linguistics"
    assert [(p.kind, p.section, p.text) for p in batch.passages] == [
        ("title", "title", "Ice models"),
        ("abstract", "abstract", "We model ice."),
        ("paragraph", "introduction", "Ice melts [12] and so on (Snow, 1999)."),
        ("paragraph", "methods", "We froze H2O."),
        ("paragraph", "methods", "Three of them."),
        ("paragraph", "methods", "Shut."),
        ("paragraph", "other", "Fun."),
        ("paragraph", "other", "A note."),
        ("caption", "caption", "A floe."),
        ("paragraph", "appendix", "More."),
    ]
    assert [(w.id[:6], w.title, w.year, w.authors) for w in batch.works[1:]] == [
        ("work:" + batch.works[1].id[5], "On sleet", 1999, ("Snow John",)),
        ("arxiv:", "Preprint", None, ()),
    ]
    assert batch.works[2].id == "arxiv:1901.00001"
