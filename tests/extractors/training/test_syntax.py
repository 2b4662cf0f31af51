from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import spacy

from extractors.components.syntax import Syntax, load_weights, weights_digest
from extractors.encoder.weights import MANIFEST
from extractors.training import syntax
from extractors.training.conllu import read_paragraphs
from kg.errors import PolymathError

NAMES = ("Aspirin", "Insulin", "Graphene", "Water", "Heat", "Light", "Copper", "Glass")
VERBS = ("inhibits", "lowers", "conducts", "absorbs")


def treebank(documents: int) -> str:
    """Short sentences of one shape, five a paragraph, one paragraph a document."""
    lines = []
    for d in range(documents):
        lines += [f"# newdoc id = {d}", f"# newpar id = {d}"]
        for k in range(5):
            name, verb = NAMES[(d + k) % len(NAMES)], VERBS[(d + 3 * k) % len(VERBS)]
            thing = NAMES[(d + k + 3) % len(NAMES)].lower()
            lines.append(f"# text = {name} {verb} {thing}.")
            lines += [
                f"1\t{name}\t_\tNOUN\tNN\t_\t2\tnsubj\t_\t_",
                f"2\t{verb}\t_\tVERB\tVBZ\t_\t0\troot\t_\t_",
                f"3\t{thing}\t_\tNOUN\tNN\t_\t2\tdobj\t_\tSpaceAfter=No",
                "4\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_",
                "",
            ]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("syntax")
    for name, documents in (
        ("craft-train", 40),
        ("craft-dev", 4),
        ("ewt-train", 10),
        ("ewt-dev", 2),
    ):
        (folder / f"{name}.conllu.gz").write_bytes(gzip.compress(treebank(documents).encode()))
    patch = pytest.MonkeyPatch()
    patch.setattr(syntax, "EPOCHS", 10)
    patch.setattr(syntax, "SPLITTER_EPOCHS", 15)
    patch.setattr(syntax, "BATCH_WORDS", 100)
    with patch.context():
        syntax.main(["--data", str(folder), "--out", str(folder / "weights")])
    patch.undo()
    return folder / "weights"


def test_one_command_trains_scores_and_writes_the_card(trained: Path) -> None:
    nlp = spacy.blank("en")
    doc = Syntax(nlp, folder=trained)(nlp("Copper absorbs light. Glass conducts heat."))
    assert [s.text for s in doc.sents] == ["Copper absorbs light.", "Glass conducts heat."]
    assert [t.dep_ for t in doc[:4]] == ["nsubj", "ROOT", "dobj", "punct"]
    card = (trained / "MODEL.md").read_text("utf-8")
    assert "CC BY 3.0" in card
    assert "CC BY-SA 4.0" in card
    assert "craft dev: heads (UAS)" in card
    assert len(weights_digest(trained)) == 16


def test_the_web_treebank_can_be_left_out(trained: Path) -> None:
    assert set(syntax.corpora(trained.parent, "train", "permissive")) == {"craft"}
    assert set(syntax.corpora(trained.parent, "train")) == {"craft", "ewt"}


def test_tuning_holds_whole_documents_out(trained: Path) -> None:
    paragraphs = read_paragraphs(trained.parent / "craft-train.conllu.gz")
    taught, held = syntax.split_documents(paragraphs)
    assert not {p.document for p in taught} & {p.document for p in held}
    assert len(held) == 4


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda folder: (folder / MANIFEST).unlink(), "No weights in"),
        (lambda folder: (folder / MANIFEST).write_text("{"), "is not a list of weights"),
        (lambda folder: (folder / "parser" / "model").unlink(), "is missing from the weights"),
        (lambda folder: (folder / "senter" / "model").write_bytes(b"\0" * 99), "is damaged"),
        (lambda folder: _of_format(folder, 99), "of format 99"),
    ],
)
def test_damaged_weights_are_told_in_one_sentence(
    trained: Path, tmp_path: Path, harm: object, said: str
) -> None:
    folder = tmp_path / "weights"
    for file in trained.rglob("*"):
        if file.is_file():
            copy = folder / file.relative_to(trained)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    assert callable(harm)
    harm(folder)
    with pytest.raises(PolymathError, match=said) as told:
        load_weights(folder)
    assert "\n" not in str(told.value)


def _of_format(folder: Path, number: int) -> None:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**manifest, "format": number}))
