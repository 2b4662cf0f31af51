"""All real articles at hand: each is read whole, fast enough, and without markup or glue in its text."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path, PurePosixPath

import pytest

from extractors.readers import croissant, kept_text, read
from kg.batch import SourceBatch
from tests.conftest import SHARED, need

PAPERS = SHARED / "papers"
_MARKUP = re.compile(r"</?[a-z]+[:>]|&[a-z]+;|\\(?:frac|begin|alpha|mathrm)|xmlns")


@pytest.fixture(scope="module")
def articles() -> list[SourceBatch]:
    """The 159 articles of the open-access corpora."""
    paths = [*sorted(PAPERS.glob("oa-stm/*.xml")), *sorted(PAPERS.glob("jats/*.nxml"))]
    need(len(paths) == 159, "the shared open-access articles (papers/oa-stm, papers/jats)")
    started = time.process_time()
    batches = [read(path) for path in paths]
    took = time.process_time() - started
    words = sum(b.source.words for b in batches)
    print(f"{words:,} words in {took:.1f} s: {words / took:,.0f} words/s on one core")
    assert words / took > 60_000
    return batches


def test_every_article_has_its_parts(articles: list[SourceBatch]) -> None:
    for batch in articles:
        work = batch.works[0]
        name = Path(batch.source.path).name
        kinds = [p.kind for p in batch.passages]
        assert kinds[0] == "title" and work.title, name
        assert "abstract" in kinds, name
        assert work.id.startswith("doi:") or name == "Genome_Biol-4-11-329117.nxml", name
        assert work.year is not None and 1998 <= work.year <= 2021, name
        assert work.authors and work.venue and work.disciplines, name
        assert work.licence or name == "S0165587612003680.xml", name
        if name != "S0024379513003716.xml":  # published without a body
            assert kinds.count("paragraph") >= 8, name
            assert len(batch.citations) >= 5, name


def test_offsets_ids_and_owners_hold(articles: list[SourceBatch]) -> None:
    for batch in articles:
        kept = kept_text(batch.passages)
        works = {w.id for w in batch.works}
        assert len(works) == len(batch.works)
        assert len({p.id for p in batch.passages}) == len(batch.passages)
        for p in batch.passages:
            assert kept[p.start : p.end] == p.text and p.work == batch.works[0].id
        assert {c.cited for c in batch.citations} <= works


def test_no_markup_is_left(articles: list[SourceBatch]) -> None:
    for batch in articles:
        for p in batch.passages:
            assert not _MARKUP.search(p.text), p.text
            assert "  " not in p.text and "Click here for" not in p.text[:20]


def test_few_words_are_glued(articles: list[SourceBatch]) -> None:
    glued = re.compile(r"\b[a-z]{3,}[.;][A-Z][a-z]{3,}\b|\b[a-z]{5,}\d{1,3}\s")
    texts = [p.text for b in articles for p in b.passages]
    found = [m.group() for t in texts for m in glued.finditer(t)]
    found = [f for f in found if not f.startswith("mont")]  # the allele mon(tg234)
    assert len(found) < 12, found  # what remains stands so in the source


def test_own_labels_are_used(articles: list[SourceBatch]) -> None:
    labelled = [b.works[0].disciplines for b in articles if b.source.parser == "elsevier"]
    assert len(labelled) == 90 and len(set(labelled)) == 10
    assert ("Computer science",) in labelled


def test_tei_of_grobid() -> None:
    paths = sorted(PAPERS.glob("tei/*.xml"))
    need(bool(paths), "GROBID's TEI of papers (papers/tei)")
    for path in paths:
        batch = read(path)
        assert batch.source.parser == "tei" and batch.works[0].authors
        assert {"title", "abstract", "paragraph"} <= {p.kind for p in batch.passages}
        assert len(batch.passages) > 40 and len(batch.citations) > 20


def test_real_croissant_cards() -> None:
    cards = sorted((SHARED / "benchmarks/governance/croissant_examples").glob("*/metadata.json"))
    need(bool(cards), "the Croissant examples (benchmarks/governance/croissant_examples)")
    found = {}
    for card in cards:
        document = json.loads(card.read_text("utf-8"))
        for file in ("data/titanic.csv", "2015.csv", "credit-g.arff", "u.csv"):
            table = croissant.describe(document, card.name, PurePosixPath(file))
            if table is not None:
                found[card.parent.name] = table
    titanic, happiness = found["titanic"], found["world-happiness"]
    assert (titanic.table, len(titanic.columns), titanic.licence) == ("passengers", 14, "AFL-3.0")
    assert {c.name: c.dtype for c in titanic.columns}["survived"] == "integer"
    assert happiness.licence == "CC0-1.0"
    assert {c.name: c.dtype for c in happiness.columns}["Happiness Score"] == "number"
    assert len(found["credit-g"].columns) == 21
