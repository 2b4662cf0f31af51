import json
import shutil

import pytest

from extractors.encoder.reading import ReaderModel
from extractors.encoder.weights import FORMATS, MANIFEST, SHIPPED, Weights, write_manifest
from kg.errors import PolymathError


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(SHIPPED / "reader", tmp_path / "reader")
    return tmp_path / "reader"


def test_what_ships_is_whole_and_small():
    weights = Weights(SHIPPED / "reader", "reader")
    size = sum(p.stat().st_size for p in (SHIPPED / "reader").iterdir())
    assert size <= 36e6
    assert len(weights.digest) == 16


def test_a_missing_folder(tmp_path):
    with pytest.raises(PolymathError, match="No weights in"):
        Weights(tmp_path / "none", "reader")


def test_a_damaged_file(folder):
    with (folder / "reader.onnx").open("r+b") as file:
        file.seek(5000)
        file.write(b"\0damage\0")
    with pytest.raises(PolymathError, match=r"reader\.onnx is damaged"):
        Weights(folder, "reader")


def test_a_missing_file(folder):
    (folder / "words.npz").unlink()
    with pytest.raises(PolymathError, match=r"words\.npz is missing"):
        Weights(folder, "reader")


def test_another_version(folder):
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["format"] += 1
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(
        PolymathError, match=f"of format {FORMATS['reader'] + 1}; this Polymath reads"
    ):
        Weights(folder, "reader")


def test_no_manifest_but_something_else(folder):
    (folder / MANIFEST).write_text("[1, 2")
    with pytest.raises(PolymathError, match="is not a list of weights"):
        Weights(folder, "reader")


def test_a_network_that_onnxruntime_cannot_run(folder):
    (folder / "reader.onnx").write_bytes(b"not a network")
    write_manifest(folder, "reader", "x", [p.name for p in folder.iterdir() if p.name != MANIFEST])
    with pytest.raises(PolymathError, match="cannot be run by onnxruntime"):
        ReaderModel(Weights(folder, "reader"))
