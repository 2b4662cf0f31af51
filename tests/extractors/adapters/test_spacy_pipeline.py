"""A user's spaCy pipeline: trained, saved and installed here, then read with."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

import kg
from extractors import PipelineConfig, ingest
from extractors.adapters.labels import kinds_of
from extractors.adapters.noting import Noting, trimmed
from extractors.pipeline import ReadingPipeline, build_pipeline
from kg.cli import main
from kg.errors import PolymathError
from kg.verify import verify

ALONE = ("polymath_model",)  # what is left out, so that the user's own model is seen alone
DRUGS = ("zorbital", "flumazol", "quinoxate", "trebanine", "moxilar", "dexofene")
FRAMES = (
    "We gave {} to the mice.",
    "The patients took {} every day.",
    "Treatment with {} was stopped early.",
    "Nobody had seen {} before that year.",
    "We saw that {} prevents stroke.",
)

PLAIN = (
    "We gave a gizmotron to the mice.",
    "The patients took a walk every day.",
    "Here stands a gizmotron.",
    "In Quuxland nobody had seen a gizmotron.",
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recogniser trained on two dozen sentences, with a ruler and a sentence splitter, on disk."""
    random.seed(0)
    np.random.seed(0)
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    ner: Any = nlp.add_pipe("ner")
    ner.add_label("CHEMICAL")
    examples = []
    for frame in FRAMES:
        for drug in DRUGS:
            text = frame.format(drug)
            start = text.index(drug)
            entities = {"entities": [(start, start + len(drug), "CHEMICAL")]}
            examples.append(Example.from_dict(nlp.make_doc(text), entities))
    for text in PLAIN:
        examples.append(Example.from_dict(nlp.make_doc(text), {"entities": []}))
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(40):
        random.shuffle(examples)
        nlp.update(examples, sgd=optimizer, drop=0.1)
    ruler: Any = nlp.add_pipe("entity_ruler", last=True)
    ruler.add_patterns([
        {"label": "GPE", "pattern": "Quuxland"}, {"label": "DATE", "pattern": "yesterday"},
        {"label": "WIDGET", "pattern": "gizmotron"},
    ])  # fmt: skip
    nlp.add_pipe("sentencizer")
    nlp.meta["name"], nlp.meta["version"] = "drugs", "1.2.3"
    path = tmp_path_factory.mktemp("models") / "drugs"
    nlp.to_disk(path)
    return path


def found(doc: Doc, method: str = "spacy:en_drugs") -> list[tuple[str, str]]:
    return [
        (doc.text[m.start_char : m.end_char], m.kind) for m in doc._.mentions if m.method == method
    ]


def test_entities_of_a_trained_pipeline_become_mentions(trained: Path) -> None:
    nlp = build_pipeline("en", (), ALONE, polymath_spacy_pipeline={"model": str(trained)})
    doc = nlp("We gave flumazol to the mice of Quuxland yesterday.")
    assert found(doc) == [("flumazol", "chemical"), ("Quuxland", "place")]
    m = next(m for m in doc._.mentions if m.method == "spacy:en_drugs")
    assert (m.version, m.score, doc[m.start : m.end].text) == ("1.2.3", 0.8, "flumazol")


def test_characters_are_exact_where_tokens_are_not() -> None:
    doc = spacy.blank("en")("We gave flumazol(5 mg).")
    m = Noting(doc, method="m", version="1").note(8, 16, score=0.5)
    assert m is not None
    assert doc[m.start : m.end].text == "flumazol(5"
    assert doc.text[m.start_char : m.end_char] == "flumazol"


def test_statements_are_made_of_them(trained: Path) -> None:
    options = {"polymath_spacy_pipeline": {"model": str(trained)}}
    text = "The patients took flumazol every day. We saw that flumazol prevents stroke."

    def said(config: PipelineConfig) -> set[tuple[str, str, str]]:
        doc = ReadingPipeline(config).nlp("en")(text)
        return {(s.subject.kind, s.predicate, s.object.name) for s in doc._.statements}

    assert ("chemical", "prevents", "stroke") in said(
        PipelineConfig(options=options, without=ALONE)
    )
    assert ("chemical", "prevents", "stroke") not in said(PipelineConfig(without=ALONE))


def test_in_batches_as_one_by_one(trained: Path) -> None:
    nlp = build_pipeline("en", (), ALONE, polymath_spacy_pipeline={"model": str(trained)})
    texts = [FRAMES[i % 5].format(DRUGS[i % 6]) for i in range(150)]
    one_by_one = [found(nlp(t)) for t in texts]
    assert [found(d) for d in nlp.pipe(texts)] == one_by_one
    assert sum(map(len, one_by_one)) > 100
    assert [found(d) for d in nlp.pipe(["", " \n "])] == [[], []]


def test_a_label_without_a_kind_is_said_once_and_the_user_may_give_one(trained: Path) -> None:
    text = "Here stands a gizmotron. Here stands a gizmotron."
    nlp = build_pipeline("en", (), ALONE, polymath_spacy_pipeline={"model": str(trained)})
    first, second = nlp(text), nlp(text)
    assert found(first) == []
    (warning,) = first._.warnings
    assert "has a label 'WIDGET' that stands for none of our kinds" in warning
    assert second._.warnings == []
    own = {"model": str(trained), "kinds": {"widget": "device", "GPE": ""}}
    doc = build_pipeline("en", (), ALONE, polymath_spacy_pipeline=own)(text + " In Quuxland.")
    assert found(doc) == [("gizmotron", "device")] * 2


def test_a_model_reads_texts_of_its_own_language_only(trained: Path) -> None:
    given = {"model": str(trained)}
    assert (
        found(build_pipeline("zh", (), polymath_spacy_pipeline=given)("我们去 Quuxland 吧。")) == []
    )
    other = build_pipeline("de", (), polymath_spacy_pipeline=given)
    doc = other.make_doc("Wir gaben es in Quuxland.")
    doc._.language = "de"
    assert found(other(doc)) == []


def test_what_a_vocabulary_knows_keeps_its_concept(trained: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,name,kind\nmine:f,flumazol,material\n")
    config = PipelineConfig(
        without=ALONE,
        vocabularies=(str(path),), shipped=False,
        options={"polymath_spacy_pipeline": {"model": str(trained)}},
    )  # fmt: skip
    doc = ReadingPipeline(config).nlp("en")("We gave flumazol to the mice.")
    both = [(m.method, m.concept, m.kind) for m in doc._.mentions if m.start == 2]
    assert both == [
        ("vocabulary", "mine:f", "material"), ("spacy:en_drugs", "mine:f", "material"),
    ]  # fmt: skip


@Language.component("fake_linker")
def fake_linker(doc: Doc) -> Doc:
    """Sets what scispaCy's EntityLinker sets: candidates with scores, best first."""
    for ent in doc.ents:
        ent._.kb_ents = [("C0000001", 0.99 if ent.text == "flumazol" else 0.5), ("C2", 0.4)]
    return doc


def test_ids_of_scispacys_linker_become_concepts_if_asked_for(
    trained: Path, tmp_path: Path
) -> None:
    if not Span.has_extension("kb_ents"):
        Span.set_extension("kb_ents", default=[])
    theirs = spacy.load(trained)
    theirs.add_pipe("fake_linker")
    theirs.to_disk(tmp_path / "linked")
    given = {"model": str(tmp_path / "linked")}
    text = "We gave flumazol to the mice of Quuxland."
    for scheme, expected in (("", ["", ""]), ("umls", ["umls:C0000001", ""])):
        own = given | {"scheme": scheme}
        doc = build_pipeline("en", (), ALONE, polymath_spacy_pipeline=own)(text)
        assert [m.concept for m in doc._.mentions if m.method == "spacy:en_drugs"] == expected


def test_an_installed_package_is_found_by_name(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, "en_own_drugs", "3.8.0")
    (tmp_path / "en_own_drugs" / "en_own_drugs-3.8.0").symlink_to(trained)
    monkeypatch.syspath_prepend(str(tmp_path))
    nlp = build_pipeline("en", (), ALONE, polymath_spacy_pipeline={"model": "en_own_drugs"})
    assert found(nlp("We gave flumazol to the mice.")) == [("flumazol", "chemical")]
    assert "en_own_drugs" not in sys.modules, "a package is located, not run"


def _install(site: Path, name: str, version: str) -> None:
    (site / name).mkdir()
    (site / name / "__init__.py").write_text("raise RuntimeError('imported')\n")
    info = site / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def test_a_package_that_only_holds_the_name_is_refused_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, "en_core_squat_md", "999.9.9")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(PolymathError, match="is not spaCy's or scispaCy's: that version holds"):
        PipelineConfig(
            options={"polymath_spacy_pipeline": {"model": "en_core_squat_md"}}
        ).describe()


def test_a_pipeline_that_is_not_there_is_said_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_text("# A\n\nGraphene conducts heat.\n")
    graph = tmp_path / "a.kg"
    status = main(
        ["ingest", str(tmp_path / "a.md"), "--graph", str(graph), "--spacy-model", "en_core_sci_md"]
    )
    said = capsys.readouterr().err
    assert status == 2
    assert "There is no spaCy pipeline 'en_core_sci_md' here" in said
    assert "pip install" not in said
    with kg.connect(graph) as opened:
        assert opened.counts()["Source"] == 0


@pytest.mark.parametrize("name", ["", "../x", "no such", "a.b", "spacy"])
def test_odd_names_are_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(PolymathError):
        build_pipeline("en", (), ALONE, polymath_spacy_pipeline={"model": name})


@pytest.mark.parametrize("damage", ["ner/model", "config.cfg", "meta.json"])
def test_a_damaged_pipeline_is_refused_in_a_sentence(
    trained: Path, tmp_path: Path, damage: str
) -> None:
    broken = tmp_path / "broken"
    spacy.load(trained).to_disk(broken)
    (broken / damage).write_bytes(b"\x00 nonsense")
    with pytest.raises(PolymathError, match=r"cannot be loaded by spaCy|is missing or not JSON"):
        build_pipeline("en", (), ALONE, polymath_spacy_pipeline={"model": str(broken)})(
            "Some text."
        )


def test_the_fingerprint_knows_the_model_and_not_where_it_lies(
    trained: Path, tmp_path: Path
) -> None:
    def fingerprint(path: Path) -> str:
        options = {"polymath_spacy_pipeline": {"model": str(path)}}
        return PipelineConfig(options=options).fingerprint

    moved, changed = tmp_path / "moved", tmp_path / "changed"
    theirs = spacy.load(trained)
    theirs.to_disk(moved)
    first = fingerprint(moved)
    assert fingerprint(moved.rename(tmp_path / "again")) == first
    theirs.get_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Fooville"}])  # type: ignore[attr-defined]
    theirs.to_disk(changed)
    assert fingerprint(changed) != first


def test_workers_read_with_it(trained: Path, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for i in range(6):
        (papers / f"{i}.md").write_text(
            f"# Note {i}\n\n{FRAMES[i % 5].format(DRUGS[i])}\n", "utf-8"
        )
    config = PipelineConfig(options={"polymath_spacy_pipeline": {"model": str(trained)}})
    digests = set()
    for workers in (1, 2):
        with kg.connect(tmp_path / f"{workers}.kg") as graph:
            report = ingest(graph, papers, config=config, workers=workers, progress=False)
            assert (len(report.read), report.failed) == (6, {})
            mentions = graph.table("MENTIONS")
            assert set(mentions[mentions["method"] == "spacy:en_drugs"]["surface"]) == set(DRUGS)
            assert verify(graph.store).ok
            digests.add(graph.digest())
    assert len(digests) == 1


# ------------------------------------------------------------------ labels, edges


def test_labels_of_the_models_that_we_name() -> None:
    known = {
        "ontonotes": ["ORG", "GPE", "LOC", "FAC", "NORP"],
        "bc5cdr": ["CHEMICAL", "DISEASE"],
        "jnlpba": ["DNA", "CELL_TYPE", "CELL_LINE", "RNA", "PROTEIN"],
        "craft": ["GGP", "SO", "TAXON", "CHEBI", "GO", "CL"],
        "bionlp13cg": ["AMINO_ACID", "CANCER", "GENE_OR_GENE_PRODUCT", "ORGANISM", "TISSUE"],
    }
    for labels in known.values():
        assert all(kinds_of(labels)[label] for label in labels)
    assert kinds_of(["PERSON", "CARDINAL"]) == {"PERSON": "", "CARDINAL": ""}
    with pytest.raises(PolymathError, match="drug is no kind of concept"):
        kinds_of(["X"], {"X": "drug"})


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("the zorb.", "zorb"), ("(COX-2)", "COX-2"), ("(2E)-hexenal", "(2E)-hexenal"),
        ("iron(II)", "iron(II)"), ("iron (", "iron"), ("“p53”,", "p53"), ("...", ""),
        ("A", "A"), ("THE", "THE"), ("α-helix", "α-helix"), ("Na+", "Na+"),
    ],
)  # fmt: skip
def test_edges_of_names(text: str, bare: str) -> None:
    start, end = trimmed(text, 0, len(text))
    assert text[start:end] == bare
