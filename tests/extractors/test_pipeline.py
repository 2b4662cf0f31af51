from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.measure import PeakMemory
from extractors.annotations import StatementSpan, mention
from extractors.components import lexicon
from extractors.components.works import works
from extractors.pipeline import WINDOW, PipelineConfig, ReadingPipeline, build_pipeline, windows
from extractors.readers import read
from kg.batch import SourceBatch
from kg.errors import PolymathError
from kg.ids import passage_id
from kg.model import Dataset, Passage, Source, Variable, Work
from kg.writing import check
from tests.conftest import SHARED, need


@pytest.fixture(scope="module")
def pipeline() -> ReadingPipeline:
    return ReadingPipeline()


def batch(*texts: str, language: str = "en", **fields: Any) -> SourceBatch:
    passages = []
    start = 0
    for text in texts:
        end = start + len(text)
        passages.append(
            Passage(
                id=passage_id("s", start, end), source="s", start=start, end=end, text=text,
                language=language, **({"work": "w"} | fields),
            )
        )  # fmt: skip
        start = end + 2
    return SourceBatch(source=Source(id="s"), works=[Work(id="w")], passages=passages)


def said(b: SourceBatch) -> set[tuple[str, str, str]]:
    names = {c.id: c.name for c in b.concepts}
    return {(names[s.subject], s.predicate, names[s.object]) for s in b.statements}


def test_records_of_an_article(pipeline: ReadingPipeline) -> None:
    given = batch(
        "Aspirin and stroke",
        "Acetylsalicylic acid (ASA) is old. ASA inhibits inflammation [3].",
        "It may be that aspirin does not prevent stroke.",
    )
    out = pipeline.annotate(given)
    check(out)
    assert said(out) == {
        ("aspirin", "decreases", "inflammation"),
        ("aspirin", "prevents", "stroke"),
    }
    by_quote = {e.quote: (e.assertion, e.attribution, e.method_family) for e in out.evidence}
    assert by_quote == {
        "ASA inhibits inflammation [3].": ("affirmed", "cited", "pattern"),
        "It may be that aspirin does not prevent stroke.": ("negated", "own", "pattern"),
    }
    assert {m.surface for m in out.mentions} >= {"Aspirin", "Acetylsalicylic acid", "ASA", "stroke"}
    assert given.mentions == [], "the batch that was given is left as it was"


def test_twice_the_same(pipeline: ReadingPipeline) -> None:
    given = batch(
        "Graphene and copper conduct heat. Lunar regolith rises.", "Lunar regolith is grey."
    )
    assert pipeline.annotate(given) == pipeline.annotate(given)


def test_broader_concepts_come_with_the_narrower(pipeline: ReadingPipeline) -> None:
    out = pipeline.annotate(batch("We studied graphene."))
    ids = {c.id for c in out.concepts}
    assert out.broader
    assert all(b.concept in ids and b.broader in ids for b in out.broader)


def test_chinese(pipeline: ReadingPipeline) -> None:
    out = pipeline.annotate(batch("阿司匹林抑制血小板聚集。石墨烯很薄。", language="zh"))
    check(out)
    assert said(out) == {("aspirin", "decreases", "platelet aggregation")}
    assert out.evidence[0].quote == "阿司匹林抑制血小板聚集。"


def test_other_languages_give_mentions_and_nothing_else(pipeline: ReadingPipeline) -> None:
    out = pipeline.annotate(batch("Insulin inhibits Graphene.", language="de"))
    assert {m.surface for m in out.mentions} == {"Insulin", "Graphene"}
    assert out.statements == []


# ------------------------------------------------------------------ tables


def table() -> SourceBatch:
    columns = ("material", "thermal conductivity", "band gap", "colour", "note")
    texts = [
        *columns,
        "material: graphene; thermal conductivity: 5,000 W/(m K); band gap: 0 eV; colour: 3; note: x",
        "material: zorbium; thermal conductivity: 10 W/(m K)",
        "material: silicon; thermal conductivity: 5-7 W/(m K); band gap: n/a",
    ]
    b = batch(*texts, work="", dataset="d", section="data")
    b.passages = [
        p
        if ";" not in p.text
        else Passage(**{n: getattr(p, n) for n in p.__slots__} | {"kind": "table"})
        for p in b.passages
    ]
    b.datasets = [Dataset(id="d", name="d")]
    units = ("", "W.m-1.K-1", "eV", "", "")
    b.variables = [
        Variable(id=f"d#t/{c}", dataset="d", name=c, title=c, unit=u)
        for c, u in zip(columns, units, strict=True)
    ]
    return b


def test_rows_give_the_thing_its_properties(pipeline: ReadingPipeline) -> None:
    out = pipeline.annotate(table())
    check(out)
    names = {c.id: c.name for c in out.concepts}
    assert {
        (names[s.subject], s.predicate, names[s.object], s.qualifiers) for s in out.statements
    } == {
        ("graphene", "has_property", "thermal conductivity", '{"unit":"W.m-1.K-1","value":"5000"}'),
        ("graphene", "has_property", "band gap", '{"unit":"eV","value":"0"}'),
    }
    passages = {p.id: p for p in out.passages}
    for e in out.evidence:
        text = passages[e.passage].text
        assert (e.quote, e.method, e.method_family, e.score) == (text, "table-row", "table", 0.9)
        assert text[e.subject_start : e.subject_end] == "graphene"
        assert text[e.object_start : e.object_end] in ("thermal conductivity", "band gap")


def test_columns_measure_concepts(pipeline: ReadingPipeline) -> None:
    out = pipeline.annotate(table())
    names = {c.id: (c.name, c.kind) for c in out.concepts}
    measured = {m.variable.split("/")[1]: names[m.concept] for m in out.measures}
    assert measured["thermal conductivity"] == ("thermal conductivity", "property")
    assert measured["band gap"] == ("band gap", "property")
    assert "note" not in measured


# ------------------------------------------------------------------ a user's own


@Language.component("zorb_finder")
def zorb_finder(doc: Doc) -> Doc:
    """What a user writes: any component may append mentions and statements."""
    found = [
        mention(doc, t.i, t.i + 1, kind="chemical", method="zorbs", version="7", score=0.6)
        for t in doc
        if t.text.startswith("Zorb")
    ]
    doc._.mentions.extend(found)
    for a, b in pairwise(found):
        doc._.statements.append(
            StatementSpan(a, "affects", b, 0, len(doc.text), 0, 1, "zorbs", "7", "mine", 0.6)
        )
    return doc


def test_a_users_factory_adds_mentions_and_they_become_records() -> None:
    own = ReadingPipeline(PipelineConfig(options={"zorb_finder": {}}))
    out = own.annotate(batch("Zorba inhibits inflammation by Zorbon."))
    check(out)
    mentions = [(m.surface, m.concept, m.score) for m in out.mentions if m.method == "zorbs"]
    assert mentions == [
        ("Zorba", "local:chemical/zorba", 0.6), ("Zorbon", "local:chemical/zorbon", 0.6),
    ]  # fmt: skip
    assert said(out) == {("zorba", "decreases", "inflammation"), ("zorba", "affects", "zorbon")}
    families = {(e.method, e.version, e.method_family) for e in out.evidence}
    assert ("zorbs", "7", "mine") in families


def test_the_entities_of_a_users_component_become_records() -> None:
    config = PipelineConfig(
        options={
            "entity_ruler": {},
            "polymath_entities": {"kinds": {"DRUG": "chemical"}, "method": "my-ner"},
        }
    )
    own = ReadingPipeline(config)
    ruler: Any = own.nlp("en").get_pipe("entity_ruler")
    ruler.add_patterns([{"label": "DRUG", "pattern": "flumazol"}])
    out = own.annotate(batch("Then flumazol prevents stroke."))
    assert said(out) == {("flumazol", "prevents", "stroke")}
    assert {m.method for m in out.mentions} >= {"my-ner", "vocabulary"}


def test_a_factory_that_nobody_registered_is_named_in_a_sentence() -> None:
    with pytest.raises(
        PolymathError, match="The component 'no_such_thing' cannot join the pipeline"
    ):
        build_pipeline("en", (), no_such_thing={})


def test_requirements_of_the_components_are_met() -> None:
    for language in ("en", "zh"):
        nlp = build_pipeline(language, ())
        analysis = nlp.analyze_pipes()
        assert analysis is not None
        assert analysis["problems"] == {name: [] for name in nlp.pipe_names}


# ------------------------------------------------------------------ the fingerprint


def test_the_fingerprint_changes_with_every_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = PipelineConfig().fingerprint
    assert PipelineConfig().fingerprint == first
    vocabulary = tmp_path / "v.csv"
    vocabulary.write_text("id,name\nm:1,zorb\n")
    with_own = PipelineConfig.with_vocabularies([vocabulary]).fingerprint
    vocabulary.write_text("id,name\nm:1,zorbs\n")
    prints = [
        first,
        with_own,
        PipelineConfig.with_vocabularies([vocabulary]).fingerprint,
        PipelineConfig(shipped=False).fingerprint,
        PipelineConfig(options={"polymath_terms": {"min_count": 3}}).fingerprint,
    ]
    for path in lexicon.LEXICONS.glob("*.tsv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "relations.tsv").open("a", encoding="utf-8") as lines:
        lines.write("causes\tverb\tzorb\tforward\ten\t0.9\n")
    monkeypatch.setattr(lexicon, "LEXICONS", tmp_path)
    lexicon.lexicon_digest.cache_clear()
    prints.append(PipelineConfig().fingerprint)
    lexicon.lexicon_digest.cache_clear()
    assert len(set(prints)) == len(prints)


def test_a_config_can_be_sent_to_another_process() -> None:
    config = PipelineConfig(options={"polymath_terms": {"min_count": 3}})
    fingerprint = config.fingerprint
    again = pickle.loads(pickle.dumps(config))
    assert again == config
    assert len(pickle.dumps(config)) < 5000
    assert again.fingerprint == fingerprint
    assert ReadingPipeline(again).nlp("en").get_pipe("polymath_terms").min_count == 3  # type: ignore[attr-defined]


def test_a_users_vocabulary_comes_before_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,name,kind\nmine:g,graphene,chemical\n")
    config = PipelineConfig.with_vocabularies([path])
    assert [s.id for s in config.schemes] == ["scheme:mine", "scheme:polymath"]
    out = ReadingPipeline(config).annotate(batch("We studied graphene."))
    assert {m.concept for m in out.mentions} == {"mine:g"}


# ------------------------------------------------------------------ what the world holds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\\begin{equation} \\frac{a}{b} = 10^{-3} \\label{x} \\end{equation} $\\alpha$ inhibits $\\beta$",
        "tl1e qu1ck br0wn f0x i5 ¬ ~ | l|ke th|s ﬁlm ﬂow",
        "🧬🔬 aspirin 👩‍🔬 inhibits inflammation 🎉",
        "האספירין מעכב דלקת والأسبرين aspirin inhibits inflammation",
        "a\u0301e\u0308 \u200b\u200f\ufeff ½ ² ③ Ⅳ 10⁻³ µm",
        "((((((((((" * 50 + "]]]]" + "))))))" * 50,
        "p" * 20_000,
        "1" * 5_000,
        "—" * 3_000,
        "aspirin(aspirin(aspirin) inhibits )inflammation( [",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh", "ar"])
def test_odd_text_breaks_nothing(pipeline: ReadingPipeline, text: str, language: str) -> None:
    check(pipeline.annotate(batch(text, language=language)))


def test_scrambled_text_breaks_nothing(pipeline: ReadingPipeline) -> None:
    rng = random.Random(0)
    pieces = [
        "aspirin",
        "inhibits",
        "the",
        "of",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "and",
        "which",
        "to",
        "-",
        "5_mm",
        "not",
        "μ",
        "such_as",
        "on",
        "石墨烯",
        "_",
    ]
    pieces = [piece.replace("_", " ") for piece in pieces]
    for _ in range(100):
        text = rng.choice(["", " "]).join(rng.choices(pieces, k=60))
        check(pipeline.annotate(batch(text)))


def test_windows_lose_no_character() -> None:
    text = "".join(random.Random(1).choices("ab. \n", k=350_000))
    pieces = list(windows(text))
    assert "".join(piece for _, piece in pieces) == text
    assert all(text.startswith(piece, at) for at, piece in pieces)
    assert max(len(piece) for _, piece in pieces) <= WINDOW


def long_text(characters: int) -> str:
    said = (
        f"Lunar regolith of kind {k % 97} was heated. Aspirin inhibits inflammation in {k % 89} "
        f"patients with arthritis, and graphene raises the conductivity of copper by {k % 83} %. "
        for k in range(characters // 150)
    )
    return "".join(said)[:characters]


def test_a_long_passage_takes_the_reader_no_more_memory() -> None:
    # Kept, the vectors and scores of 50,000 words would take 120 MB, and the trees of all as much.
    pipeline = ReadingPipeline()
    with PeakMemory() as short:
        pipeline.annotate(batch(long_text(100_000)))
    done: list[int] = []
    with PeakMemory() as long:
        out = pipeline.annotate(batch(long_text(300_000)), progress=done.append)
    check(out)
    assert {m.method for m in out.mentions} >= {"model", "vocabulary"}
    assert sum(done) == 300_000
    assert len(done) > 2, "a window at a time"
    assert long.peak - short.peak < 100e6


def test_works_are_read_whole_and_long_ones_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractors.components.works.LONGEST", 10)
    asked: list[str] = []

    def stream() -> Iterator[Doc]:
        for work, text in [
            ("a", "word"),
            ("a", "word"),
            ("b", "long words"),
            ("b", "end"),
            ("", "x"),
            ("", "y"),
        ]:
            doc = nlp.make_doc(text)
            doc._.work = work
            asked.append(text)
            yield doc

    nlp = spacy.blank("en")
    parts = works(stream())
    first = [d.text for d in next(parts)]
    assert first == ["word", "word"]
    assert [d.text for d in next(parts)] == ["long words"]
    assert asked[-1] == "long words", "a full part does not wait for the next doc"
    assert [[d.text for d in part] for part in parts] == [["end"], ["x"], ["y"]]


def test_a_passage_of_five_megabytes() -> None:
    # Cut into windows like any other; the trained reader would take minutes over 800,000 words.
    pipeline = ReadingPipeline(PipelineConfig(without=("polymath_model",)))
    text = ("lorem ipsum dolor " * 30 + ". Aspirin inhibits inflammation. ") * 9000
    assert len(text) > 5_000_000
    sparse = pipeline.annotate(batch(text[:300_000], text))
    check(sparse)
    assert len(sparse.statements) == 1
    last = max((e for e in sparse.evidence if e.end > 4_900_000), key=lambda e: e.end)
    assert last.quote == "Aspirin inhibits inflammation."


def test_real_articles(pipeline: ReadingPipeline) -> None:
    files = (
        sorted((SHARED / "papers").glob("*/*.xml"))[:3]
        + sorted((SHARED / "papers").glob("*/*.nxml"))[:3]
    )
    need(bool(files), "the articles are not here")
    for path in files:
        out = pipeline.annotate(read(path))
        check(out)
        assert len(out.mentions) > 50
        assert {m.method for m in out.mentions} >= {"vocabulary", "terms"}


def test_a_vocabularys_concept_says_enough_whatever_it_is_of(pipeline: ReadingPipeline) -> None:
    text = "Ultraviolet radiation causes skin cancer and inhibits photosynthesis of plankton and crops."
    assert ("ultraviolet radiation", "decreases", "photosynthesis") in said(
        pipeline.annotate(batch(text))
    )
