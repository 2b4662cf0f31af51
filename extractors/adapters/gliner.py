"""``polymath_gliner``: entities of a GLiNER model that the user has in a directory.

GLiNER (Zaratiana et al. 2024, doi:10.18653/v1/2024.naacl-long.300) finds spans for labels that
are given in words. Needs the extra ``gliner``, which brings torch; the model is loaded from its
directory and nothing is downloaded.

    PipelineConfig(options={"polymath_gliner": {"model": "models/gliner_small"}})
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from spacy.language import Language
from spacy.tokens import Doc

from extractors.adapters.directories import directory_digest
from extractors.adapters.labels import checked, gliner_labels
from extractors.adapters.noting import Noting
from extractors.adapters.passages import BatchReader, pieces
from extractors.annotations import register
from kg._optional import require
from kg.errors import PolymathError

FACTORY = "polymath_gliner"
MAX_CHARS = 4000
_WEIGHTS = ("model.safetensors", "pytorch_model.bin", "model.safetensors.index.json")


class Predictor(Protocol):
    """What we ask of a ``gliner.GLiNER``."""

    def inference(
        self, texts: list[str], labels: list[str], *, threshold: float, batch_size: int
    ) -> list[list[dict[str, Any]]]:
        """For each text its entities: ``start`` and ``end`` (characters), ``label``, ``score``."""


def locate(model: str) -> Path:
    """The directory of a GLiNER model.

    Raises:
        PolymathError: If there is none of that name.
    """
    path = Path(model).expanduser()
    if not model or not (path / "gliner_config.json").is_file():
        raise PolymathError(
            f"There is no GLiNER model in {model!r}: expected a directory with gliner_config.json, "
            "the weights and the tokenizer, as save_pretrained writes it; nothing is downloaded."
        )
    if not any((path / name).is_file() for name in _WEIGHTS):
        raise PolymathError(
            f"The GLiNER model in {path} has no weights: expected {_WEIGHTS[0]}; "
            "save or copy the model again, whole."
        )
    return path.resolve()


def describe(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with name and digest of the model in place of where it lies.

    Raises:
        PolymathError: If the model is not there.
        MissingExtra: If ``gliner`` is not installed.
    """
    checked(settings.get("labels", {}))
    path = locate(str(settings.get("model", "")))
    _library()
    hidden = ("batch_size", "device")
    kept = {name: value for name, value in settings.items() if name not in hidden}
    return {**kept, "model": [path.name, directory_digest(path)]}


def _library() -> Any:
    # The hub's client asks the network unless it is told not to before it is imported.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return require("gliner", "gliner", "read with a GLiNER model")


@lru_cache(maxsize=2)
def _load(path: Path, digest: str, device: str) -> Predictor:
    """The model at *path*: once a process, however many of our pipelines use it."""
    library = _library()
    try:
        model: Predictor = library.GLiNER.from_pretrained(
            str(path), local_files_only=True, map_location=device
        )
    except Exception as error:  # a damaged file may raise anything
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise PolymathError(
            f"The GLiNER model in {path} cannot be loaded by gliner "
            f"{getattr(library, '__version__', '')}: {first[:200]} Save or copy the model again, "
            "with its tokenizer, by a version of gliner no newer than this."
        ) from error
    return model


class Gliner(BatchReader):
    """Appends the entities that a GLiNER model finds to ``doc._.mentions``."""

    at_once = 32

    def __init__(
        self, *, labels: Mapping[str, str], threshold: float = 0.5, batch_size: int = 8,
        max_tokens: int = 200, method: str = "gliner", version: str = "",
        load: Any,
    ) -> None:  # fmt: skip
        """Args as :func:`make`; *load* is called for the :class:`Predictor` when first needed."""
        self.labels = {k: v for k, v in checked(labels or gliner_labels()).items() if v}
        self.threshold = threshold
        self.batch_size = batch_size
        self.max_tokens = max_tokens
        self.method = method
        self.version = version
        self._load = load

    def _read(self, docs: list[Doc]) -> None:
        texts = [doc.text for doc in docs]
        todo = [
            (i, start, end)
            for i, doc in enumerate(docs)
            for start, end in pieces(doc, self.max_tokens, MAX_CHARS)
            if any(c.isalpha() for c in texts[i][start:end])
        ]
        if not todo:
            return
        model: Predictor = self._load()
        found = model.inference(
            [texts[i][start:end] for i, start, end in todo],
            list(self.labels),
            threshold=self.threshold,
            batch_size=self.batch_size,
        )
        notings = {i: Noting(docs[i], method=self.method, version=self.version) for i, _, _ in todo}
        for (i, start, end), entities in zip(todo, found, strict=True):
            for entity in entities:
                kind = self.labels.get(str(entity["label"]))
                first, last = start + int(entity["start"]), start + int(entity["end"])
                if kind is None or not start <= first < last <= end:
                    continue
                score = round(min(1.0, max(0.0, float(entity["score"]))), 3)
                notings[i].note(first, last, kind="" if kind == "term" else kind, score=score)


def _limit(path: Path) -> int:
    """Our tokens that surely fit: the library splits words finer, and cuts off what is too long."""
    try:
        config = json.loads((path / "gliner_config.json").read_text("utf-8"))
        return max(1, int(config.get("max_len", 384)) // 2)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise PolymathError(
            f"{path / 'gliner_config.json'} is no GLiNER configuration; "
            "save or copy the model again, whole."
        ) from error


class _Loader:
    """Loads when called; holds no model, so that a component can be sent to another process."""

    def __init__(self, path: Path, digest: str, device: str) -> None:
        self._what = (path, digest, device)

    def __call__(self) -> Predictor:
        return _load(*self._what)


register()


@Language.factory(
    FACTORY,
    assigns=["doc._.mentions"],
    default_config={
        "model": "", "labels": {}, "threshold": 0.5, "batch_size": 8, "max_tokens": 200,
        "device": "cpu",
    },
)  # fmt: skip
def make(
    nlp: Language, name: str, model: str, labels: dict[str, str], threshold: float,
    batch_size: int, max_tokens: int, device: str,
) -> Gliner:  # fmt: skip
    """An adapter for a GLiNER model.

    Args:
        nlp: Ours.
        name: Of the component.
        model: A directory.
        labels: What to ask the model for, in words, and the kind that each stands for; those
            in ``labels.tsv`` if empty.
        threshold: Least score of an entity.
        batch_size: Texts at once.
        max_tokens: Of a piece; the library cuts off what is longer than its model can take.
        device: Where torch runs: "cpu", "cuda".
    """
    path = locate(model)
    _library()
    digest = directory_digest(path)
    return Gliner(
        labels=labels, threshold=threshold, batch_size=batch_size,
        max_tokens=min(max_tokens, _limit(path)),
        method=f"gliner:{path.name}", version=digest[:8], load=_Loader(path, digest, device),
    )  # fmt: skip
