"""Folders of weights: what is in them is checked before it is used.

``manifest.json`` names the format, the version and the SHA-256 of each file. A file that is
missing, damaged or from another version is one sentence, not a crash half-way through a corpus.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import PolymathError

SHIPPED = Path(__file__).resolve().parent.parent / "models"
"""Where the weights that come with Polymath are."""
FORMATS = {"reader": 2, "syntax": 1}
"""The format of each kind of weights; one is raised when what is in its files changes."""
MANIFEST = "manifest.json"
READER_FILES = (
    "tokenizer.json", "words.npz", "reader.npz", "labels.json", "reader.onnx", "embedder.onnx",
)  # fmt: skip
"""What the folder of the reader holds."""


class Weights:
    """One folder of weights.

    Args:
        folder: Where the files are.
        kind: What the folder must hold, as its manifest says.

    Raises:
        PolymathError: If the folder is not there, is of another kind or format, or a file is
            missing or damaged.
    """

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        path = folder / MANIFEST
        try:
            manifest = json.loads(path.read_text("utf8"))
            self.version: str = manifest["version"]
            self._digests: dict[str, str] = manifest["files"]
            found = (manifest["kind"], manifest["format"])
        except FileNotFoundError as error:
            raise PolymathError(
                f"No weights in {folder}: there is no {MANIFEST}. Reinstall Polymath, or train "
                "them with python -m extractors.training"
            ) from error
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise PolymathError(f"{path} is not a list of weights ({error}). {_AGAIN}") from error
        if found != (kind, FORMATS[kind]):
            raise PolymathError(
                f"{path} describes {found[0]!r} of format {found[1]}; this Polymath reads "
                f"{kind!r} of format {FORMATS[kind]}. {_AGAIN}"
            )
        for name in self._digests:
            self._check(name)

    def _check(self, name: str) -> None:
        path = self.folder / name
        try:
            with path.open("rb") as file:
                digest = _digest(file)
        except OSError as error:
            raise PolymathError(f"{path} is missing from the weights. {_AGAIN}") from error
        if digest != self._digests[name]:
            raise PolymathError(f"{path} is damaged: it is not the file that was trained. {_AGAIN}")

    @cached_property
    def digest(self) -> str:
        """Changes when any file does: part of the pipeline's fingerprint."""
        listed = json.dumps(self._digests, sort_keys=True)
        return sha256(listed.encode()).hexdigest()[:16]

    def path(self, name: str) -> Path:
        """Where a file is that the manifest lists."""
        assert name in self._digests, name
        return self.folder / name

    def json(self, name: str) -> Any:
        """What a JSON file holds."""
        return json.loads(self.path(name).read_text("utf8"))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The arrays of an ``.npz`` file."""
        with np.load(self.path(name), allow_pickle=False) as file:
            return {key: file[key] for key in file.files}


_AGAIN = "Reinstall Polymath, or train the weights again with python -m extractors.training"


def _digest(file: Any) -> str:
    h = sha256()
    for block in iter(lambda: file.read(1 << 20), b""):
        h.update(block)
    return h.hexdigest()


def write_manifest(folder: Path, kind: str, version: str, names: Iterable[str]) -> None:
    """List the files of a folder of weights, so that :class:`Weights` can read it."""
    files = {}
    for name in sorted(names):
        with (folder / name).open("rb") as file:
            files[name] = _digest(file)
    text = json.dumps(
        {"kind": kind, "format": FORMATS[kind], "version": version, "files": files}, indent=1
    )
    (folder / MANIFEST).write_text(text + "\n", "utf8")


def save_arrays(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays by name, compressed."""
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
