"""JATS: the work, the passages, and the small typography that decides whether a sentence can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.readers import read
from kg.batch import SourceBatch
from kg.ids import work_id
from kg.model import Passage

DOCTYPE = (
    '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) v1.2//EN" "JATS-archivearticle1.dtd">'
)
FRONT = """
<front><journal-meta><journal-title-group><journal-title>Journal of Agricultural Ice</journal-title>
</journal-title-group></journal-meta><article-meta>
<article-id pub-id-type="doi">10.5555/ICE.1</article-id>
<title-group><article-title>How <italic>ice</italic> floats on H<sub>2</sub>O<xref ref-type="fn"
rid="f1"><sup>a</sup></xref></article-title></title-group>
<contrib-group>
<contrib contrib-type="author"><name><surname>Frost</surname><given-names>Jack B</given-names></name></contrib>
<contrib contrib-type="author"><collab>The Ice Group</collab></contrib>
<contrib contrib-type="editor"><name><surname>Ed</surname><given-names>Itor</given-names></name></contrib>
</contrib-group>
<pub-date pub-type="ppub"><year>2012</year></pub-date><pub-date pub-type="epub"><year>2011</year></pub-date>
<permissions><license xlink:href="https://creativecommons.org/licenses/by/4.0/"><license-p>CC</license-p>
</license></permissions>
<abstract><sec><title>Background</title><p>Ice is light.</p></sec><sec><title>Results</title><p>It floats.</p>
</sec></abstract></article-meta></front>"""


def article(
    body: str, back: str = "", *, front: str = FRONT, attributes: str = "", head: str = DOCTYPE
) -> str:
    return (
        f'{head}<article xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xmlns:mml="http://www.w3.org/1998/Math/MathML" {attributes}>{front}'
        f"<body>{body}</body><back>{back}</back></article>"
    )


def parsed(tmp_path: Path, text: str) -> SourceBatch:
    path = tmp_path / "a.nxml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def body_of(tmp_path: Path, body: str, back: str = "") -> list[Passage]:
    return [
        p
        for p in parsed(tmp_path, article(body, back)).passages
        if p.kind not in ("title", "abstract")
    ]


def line(tmp_path: Path, inline: str) -> str:
    (passage,) = body_of(tmp_path, f"<p>{inline}</p>")
    return passage.text


def test_work(tmp_path: Path) -> None:
    batch = parsed(tmp_path, article("<p>It floats.</p>"))
    (work,) = batch.works
    assert work.id == "doi:10.5555/ice.1"
    assert (work.title, work.year, work.venue) == (
        "How ice floats on H2O",
        2011,
        "Journal of Agricultural Ice",
    )
    assert work.authors == ("Frost Jack B", "The Ice Group")
    assert (work.licence, work.language, work.disciplines) == ("CC-BY-4.0", "en", ("Agriculture",))
    assert not work.retracted
    source = batch.source
    assert (source.parser, source.licence, source.access) == ("jats", "CC-BY-4.0", "open")
    assert source.path == str((tmp_path / "a.nxml").resolve())
    assert source.words == sum(len(p.text.split()) for p in batch.passages)


def test_title_and_abstract_come_first(tmp_path: Path) -> None:
    passages = parsed(tmp_path, article("<p>It floats.</p>")).passages
    assert [(p.kind, p.section, p.text) for p in passages] == [
        ("title", "title", "How ice floats on H2O"),
        ("abstract", "abstract", "Ice is light."),
        ("abstract", "abstract", "It floats."),
        ("paragraph", "other", "It floats."),
    ]


def test_sections_give_roles_and_pass_them_on(tmp_path: Path) -> None:
    passages = body_of(
        tmp_path,
        '<sec sec-type="materials|methods"><title>What we did</title><p>m1</p>'
        "<sec><title>Ice makers</title><p>m2</p></sec></sec>"
        "<sec><title>3. Results and Discussion</title><p>r1</p>"
        "<sec><title>Conclusions</title><p>c1</p></sec></sec>"
        "<sec><title>Glaciers</title><p>o1</p></sec>"
        "<sec><title>Funding</title><p>gone</p></sec>",
        "<ack><p>gone</p></ack><sec><title>Authors' contributions</title><p>gone</p></sec>"
        "<fn-group><fn><p>gone</p></fn></fn-group><app-group><app><title>A</title><p>a1</p></app></app-group>",
    )
    assert [(p.text, p.section) for p in passages] == [
        ("m1", "methods"),
        ("m2", "methods"),
        ("r1", "results"),
        ("c1", "conclusion"),
        ("o1", "other"),
        ("a1", "other"),
    ]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("CO<sub>2</sub> and 10<sup>-3</sup> m", "CO2 and 10^-3 m"),
        ("10<sup>−3</sup>", "10^-3"),
        ("5 km<sup>2</sup> at 3 W m<sup>-2</sup>", "5 km^2 at 3 W m^-2"),
        ("Ca<sup>2+</sup> and the 1<sup>st</sup> of <sup>13</sup>C", "Ca2+ and the 1st of 13C"),
        ("at 37<sup>o</sup>C", "at 37°C"),
        ("x<sup>n</sup> in neo<sup>r</sup> and Pax<sup>V12</sup>", "x^n in neor and PaxV12"),
        ('graphene<sup><xref ref-type="bibr" rid="b">12</xref></sup> conducts', "graphene [12] conducts"),
        ('graphene<xref ref-type="bibr" rid="b"><sup>12</sup></xref> conducts', "graphene [12] conducts"),
        ('graphene<xref ref-type="bibr" rid="b">12</xref> conducts', "graphene [12] conducts"),
        ('graphene[<xref ref-type="bibr" rid="b">12</xref>] conducts', "graphene[12] conducts"),
        ('graphene<sup><xref ref-type="bibr" rid="b">1</xref>,<xref ref-type="bibr" rid="c">2</xref></sup>',
         "graphene [1,2]"),
        ('graphene.<sup><xref ref-type="bibr" rid="b">12</xref></sup> It', "graphene [12]. It"),
        ('Smith et al.<sup><xref ref-type="bibr" rid="b">12</xref></sup> say', "Smith et al. [12] say"),
        ("graphene<sup>12</sup> conducts", "graphene [12] conducts"),
        ('as <xref ref-type="bibr" rid="b">Smith 2003</xref> said', "as Smith 2003 said"),
        ('p &lt; 0.05<xref ref-type="table-fn" rid="t"><sup>*</sup></xref>', "p < 0.05"),
        ("one<break/>two", "one two"),
        ("a <bold>b</bold><italic>c</italic> d", "a bc d"),
        ('see <ext-link xlink:href="http://x.org">the site</ext-link>.', "see the site."),
    ],
)  # fmt: skip
def test_typography(tmp_path: Path, markup: str, expected: str) -> None:
    assert line(tmp_path, markup) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("<mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup>", "x^2"),
        ("<mml:msub><mml:mi>CO</mml:mi><mml:mn>2</mml:mn></mml:msub>", "CO2"),
        ("<mml:msub><mml:mi>T</mml:mi><mml:mi>c</mml:mi></mml:msub><mml:mo>=</mml:mo><mml:mn>9</mml:mn>", "T_c = 9"),
        ("<mml:mfrac><mml:mi>a</mml:mi><mml:mi>b</mml:mi></mml:mfrac>", "a/b"),
        ("<mml:mi>sin</mml:mi><mml:mi>x</mml:mi>", "sin x"),
        ("<mml:mtable><mml:mtr><mml:mtd><mml:mn>1</mml:mn></mml:mtd></mml:mtr></mml:mtable>", "[formula]"),
        ("<mml:mi>x</mml:mi><mml:mo>+</mml:mo>" * 30, "[formula]"),
    ],
)  # fmt: skip
def test_formulas(tmp_path: Path, formula: str, expected: str) -> None:
    inline = f"<inline-formula><mml:math>{formula}</mml:math></inline-formula>"
    assert line(tmp_path, f"Let {inline} hold") == f"Let {expected} hold"


def test_tex_formulas(tmp_path: Path) -> None:
    tex = r"<tex-math>\documentclass{{a}}\begin{{document}}${}$\end{{document}}</tex-math>"
    assert (
        line(tmp_path, f"Let <inline-formula>{tex.format('x = 1')}</inline-formula> hold")
        == "Let x = 1 hold"
    )
    long = tex.format(r"\frac{a}{b}")
    assert line(tmp_path, f"Let <disp-formula>{long}</disp-formula> hold") == "Let [formula] hold"
    assert (
        body_of(tmp_path, f"<sec><disp-formula>{long}</disp-formula><p>x</p></sec>")[0].text == "x"
    )


def test_captions_are_kept_and_cells_are_not(tmp_path: Path) -> None:
    passages = body_of(
        tmp_path,
        "<p>Before <fig><label>1</label><caption><title>A floe</title><p>It drifts.</p></caption></fig>after.</p>"
        "<table-wrap><label>T</label><caption><p>Densities.</p></caption><table><tr><td>917</td></tr></table>"
        "<table-wrap-foot><p>foot</p></table-wrap-foot></table-wrap>",
    )
    assert [(p.kind, p.text) for p in passages] == [
        ("paragraph", "Before"),
        ("caption", "A floe. It drifts."),
        ("paragraph", "after."),
        ("caption", "Densities."),
    ]


def test_blocks_in_a_paragraph_glue_nothing(tmp_path: Path) -> None:
    passages = body_of(
        tmp_path,
        "<p>We saw:<list><list-item><p>ice</p></list-item><list-item><p>snow</p></list-item></list>and more."
        "<fn><p>A note.</p></fn></p>",
    )
    assert [p.text for p in passages] == ["We saw:", "ice", "snow", "and more.", "A note."]


def test_abbreviations_become_one_passage(tmp_path: Path) -> None:
    back = (
        "<glossary><title>Abbreviations</title><def-list><def-item><term>SIE</term><def><p>sea ice extent.</p>"
        "</def></def-item><def-item><term>MP</term><def><p>melt pond</p></def></def-item></def-list></glossary>"
    )
    assert [p.text for p in body_of(tmp_path, "", back)] == ["SIE = sea ice extent; MP = melt pond"]


REFERENCES = """<ref-list>
<ref><element-citation publication-type="journal"><person-group person-group-type="author"><name>
<surname>Snow</surname><given-names>J</given-names></name></person-group><article-title>On <italic>sleet</italic>
</article-title><source>Ice Letters</source><year>1999</year><pub-id pub-id-type="doi">10.5555/SLEET</pub-id>
</element-citation></ref>
<ref><mixed-citation publication-type="journal"><name><surname>Hail</surname><given-names>A</given-names></name>
<article-title>Hailstones</article-title><source>Ice Letters</source><year>2001</year></mixed-citation></ref>
<ref><mixed-citation publication-type="book"><source>The book of ice</source><year>2003</year></mixed-citation></ref>
<ref><mixed-citation>Somebody, personal communication.</mixed-citation></ref>
<ref><element-citation publication-type="data"><data-title>Sea ice index</data-title><year>2017</year>
<pub-id pub-id-type="doi">10.5555/DATA.7</pub-id></element-citation></ref>
<ref><element-citation publication-type="journal"><article-title>On sleet</article-title><year>1999</year>
<pub-id pub-id-type="doi">10.5555/sleet</pub-id></element-citation></ref></ref-list>"""


def test_references_become_thin_works_and_citations(tmp_path: Path) -> None:
    batch = parsed(tmp_path, article("<p>It floats.</p>", REFERENCES))
    me, *cited = batch.works
    assert [(w.id, w.title, w.year, w.venue) for w in cited] == [
        ("doi:10.5555/sleet", "On sleet", 1999, "Ice Letters"),
        (
            work_id(title="Hailstones", year=2001, first_author="Hail"),
            "Hailstones",
            2001,
            "Ice Letters",
        ),
        (work_id(title="The book of ice", year=2003), "The book of ice", 2003, ""),
    ]
    assert [(c.work, c.cited, c.source) for c in batch.citations] == [
        (me.id, w.id, batch.source.id) for w in cited
    ]
    assert all("Snow" not in p.text for p in batch.passages)
    (dataset,) = batch.datasets
    assert (dataset.id, dataset.title) == ("doi:10.5555/data.7", "Sea ice index")
    assert [(u.work, u.dataset) for u in batch.dataset_uses] == [(me.id, dataset.id)]


def test_retractions(tmp_path: Path) -> None:
    related = (
        '<related-article related-article-type="{}" xlink:href="10.5555/other"/></article-meta>'
    )

    def with_related(kind: str, attributes: str = "") -> SourceBatch:
        front = FRONT.replace("</article-meta>", related.format(kind))
        return parsed(tmp_path, article("<p>x</p>", front=front, attributes=attributes))

    assert with_related("retraction-forward").works[0].retracted
    assert not with_related("companion").works[0].retracted
    notice = with_related("retracted-article", 'article-type="retraction"')
    assert notice.works[0].retracted
    assert [(w.id, w.retracted) for w in notice.works[1:]] == [("doi:10.5555/other", True)]


def test_namespaced_article(tmp_path: Path) -> None:
    text = article(
        "<p>It floats.</p>",
        attributes='xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/" xml:lang="en-GB"',
    )
    batch = parsed(tmp_path, text)
    assert batch.works[0].title == "How ice floats on H2O" and batch.works[0].language == "en"


def test_entities_of_an_unread_dtd_keep_their_text(tmp_path: Path) -> None:
    for head in (DOCTYPE, ""):
        batch = parsed(
            tmp_path,
            article(
                "<p>5&nbsp;&micro;m &alpha;&ndash;&beta; &floe; &amp; <![CDATA[&alpha;]]></p>",
                head=head,
            ),
        )
        assert batch.passages[-1].text == "5 µm α–β &floe; & &alpha;"
        assert any("&floe;" in w for w in batch.warnings)


def test_comments_and_instructions_are_not_text(tmp_path: Path) -> None:
    assert line(tmp_path, "a<!-- hidden -->b<?pi data?>c") == "abc"


def test_sub_articles_are_others(tmp_path: Path) -> None:
    text = article("<p>It floats.</p>").replace(
        "</article>", "<sub-article><body><p>A letter.</p></body></sub-article></article>"
    )
    assert all(p.text != "A letter." for p in parsed(tmp_path, text).passages)


def test_own_labels_override(tmp_path: Path) -> None:
    (tmp_path / "disciplines.tsv").write_text(
        "file\tdiscipline\na.nxml\tEarth_Science\nb.nxml\tPhysics\n"
    )
    assert parsed(tmp_path, article("<p>x</p>")).works[0].disciplines == ("Earth science",)


def test_declared_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "a.nxml"
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + article("<p>Température</p>")
    path.write_bytes(text.encode("latin-1"))
    assert read(path).passages[-1].text == "Température"
