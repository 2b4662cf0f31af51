"""``polymath_spacy_pipeline``: the entities of spaCy pipelines that the user has, scispaCy's too.

``model`` is the name of an installed pipeline package, a directory that ``nlp.to_disk`` wrote,
or a list of these. Each reads the text with its own tokenizer, in batches, and is a method of
its own. Its labels stand for kinds as ``labels.tsv`` or ``kinds`` says.

    PipelineConfig(options={"polymath_spacy_pipeline": {"model": "en_core_sci_md"}})
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from extractors.adapters.directories import directory_digest
from extractors.adapters.labels import checked, kinds_of
from extractors.adapters.noting import Noting
from extractors.adapters.passages import BatchReader
from extractors.annotations import register
from kg.errors import PolymathError

FACTORY = "polymath_spacy_pipeline"
BATCH = 64
_NOT_NEEDED = ("tagger", "morphologizer", "parser", "attribute_ruler", "lemmatizer")
"""Components that no entity recogniser reads from; leaving them out saves most of the time."""
_SQUATTED = "999."
"""Versions under which strangers hold the names of spaCy's models on the package index."""


def locate(model: str) -> Path:
    """The directory of a pipeline: of an installed package of that name, or itself one.

    Nothing of it is imported.

    Raises:
        PolymathError: If there is neither, or a stranger's package of that name.
    """
    path = Path(model).expanduser()
    if (path / "config.cfg").is_file():
        return path.resolve()
    try:
        version = metadata.version(model)
    except (metadata.PackageNotFoundError, ValueError):
        version = ""
    if version.startswith(_SQUATTED):
        raise PolymathError(
            f"The package {model} {version} that is installed is not spaCy's or scispaCy's: that "
            "version holds the name only; uninstall it, and get the pipeline from its publisher."
        )
    spec = find_spec(model) if version and "." not in model else None
    if spec is not None and spec.origin:
        inside = Path(spec.origin).parent
        found = sorted(inside.glob("*/config.cfg")) or sorted(inside.glob("config.cfg"))
        if found:
            return found[0].parent
    raise PolymathError(
        f"There is no spaCy pipeline {model!r} here: no installed pipeline package has that name, "
        "and it is no directory with a config.cfg. Get it from its publisher's own releases "
        "(names of models on the package index are held by strangers) and give its directory."
    )


@lru_cache(maxsize=8)
def _load(path: Path, digest: str, exclude: tuple[str, ...]) -> Language:
    """The pipeline at *path*: once a process, however many of ours use it."""
    try:
        return spacy.load(path, exclude=list(exclude))
    except Exception as error:  # a damaged file may raise anything
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise PolymathError(
            f"The spaCy pipeline in {path} cannot be loaded by spaCy {spacy.about.__version__}: {first} "
            "If a component of it is not registered, import its package (modules=…); "
            "if it was made for another version of spaCy, get the one for this."
        ) from error


def _meta(path: Path) -> dict[str, Any]:
    try:
        found = json.loads((path / "meta.json").read_text("utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise PolymathError(
            f"{path / 'meta.json'} is missing or not JSON, so {path} is no spaCy pipeline; "
            "save it again with nlp.to_disk."
        )
    return found


def _name(path: Path, meta: Mapping[str, Any]) -> str:
    name = str(meta.get("name", "")) or path.name
    return name if name.startswith(f"{meta.get('lang', '')}_") else f"{meta.get('lang')}_{name}"


def _models(model: str | Sequence[str]) -> list[str]:
    return [model] if isinstance(model, str) else list(model)


def describe(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with name, version and digest for each model in place of where it lies.

    Raises:
        PolymathError: As :func:`locate`.
    """
    checked(settings.get("kinds", {}))
    models = []
    for model in _models(settings.get("model", "")):
        path = locate(model)
        meta = _meta(path)
        models.append([_name(path, meta), str(meta.get("version", "")), directory_digest(path)])
    return {**settings, "model": models}


class _Pipeline:
    """One of the user's pipelines."""

    def __init__(self, model: str, kinds: Mapping[str, str], exclude: Sequence[str]) -> None:
        self.path = locate(model)
        meta = _meta(self.path)
        self.method = f"spacy:{_name(self.path, meta)}"
        self.version = str(meta.get("version", ""))
        self.lang = str(meta.get("lang", "xx"))
        self._exclude = tuple(exclude)
        self._own = kinds
        self._kinds: dict[str, str] | None = None

    @property
    def nlp(self) -> Language:
        return _load(self.path, directory_digest(self.path), self._exclude)

    def reads(self, doc: Doc) -> bool:
        return self.lang in ("xx", doc._.language or doc.lang_)

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each label; asked for when the first doc is read, for that loads the model."""
        if self._kinds is None:
            given = {label for labels in self.nlp.pipe_labels.values() for label in labels}
            self._kinds = kinds_of(given | set(self._own), self._own)
        return self._kinds


class SpacyPipeline(BatchReader):
    """Appends the entities of the user's pipelines to ``doc._.mentions``.

    ``unmapped`` holds labels that were met and that neither the table nor the user gives a kind.
    """

    at_once = BATCH

    def __init__(
        self, *, model: str | Sequence[str], kinds: Mapping[str, str], scheme: str,
        min_link_score: float, score: float, exclude: Sequence[str],
    ) -> None:  # fmt: skip
        checked(kinds)
        if not _models(model) or not all(_models(model)):
            raise PolymathError(
                f"{FACTORY} needs the name or the directory of a spaCy pipeline: "
                f'PipelineConfig(options={{"{FACTORY}": {{"model": "…"}}}}).'
            )
        self._pipelines = [_Pipeline(one, kinds, exclude) for one in _models(model)]
        self.scheme = scheme
        self.min_link_score = min_link_score
        self.score = score
        self.unmapped: set[str] = set()

    def _read(self, docs: list[Doc]) -> None:
        for pipeline in self._pipelines:
            ours = [doc for doc in docs if pipeline.reads(doc) and len(doc)]
            if not ours:
                continue
            texts = [doc.text for doc in ours]
            nlp = pipeline.nlp
            nlp.max_length = max(nlp.max_length, *(len(t) + 1 for t in texts))
            for doc, theirs in zip(ours, nlp.pipe(texts, batch_size=BATCH), strict=True):
                self._note(doc, theirs, pipeline)

    def _note(self, doc: Doc, theirs: Doc, pipeline: _Pipeline) -> None:
        noting = Noting(doc, method=pipeline.method, version=pipeline.version)
        for ent in theirs.ents:
            label = ent.label_
            if label not in pipeline.kinds:  # an entity ruler's labels are known only when met
                found = kinds_of([label])
                if label not in found and label not in self.unmapped:
                    self.unmapped.add(label)
                    doc._.warnings.append(
                        f"{pipeline.method} has a label {label!r} that stands for none of our kinds "
                        f'and is left out; say which with kinds={{"{label}": "…"}}.'
                    )
                pipeline.kinds[label] = found.get(label, "")
            kind = pipeline.kinds[label]
            if kind:
                noting.note(
                    ent.start_char, ent.end_char, kind="" if kind == "term" else kind,
                    score=self.score, concept=self._linked(ent),
                )  # fmt: skip

    def _linked(self, ent: Span) -> str:
        """The concept that the pipeline's own linker gives: ``ent.kb_id_``, or scispaCy's best."""
        if not self.scheme:
            return ""
        ident = ent.kb_id_ if ent.kb_id_ not in ("", "NIL") else ""
        if not ident and Span.has_extension("kb_ents"):
            ranked = [(float(score), str(i)) for i, score in ent._.kb_ents]
            score, best = max(ranked, default=(0.0, ""))
            ident = best if score >= self.min_link_score else ""
        return f"{self.scheme}:{ident}" if ident else ""


register()


@Language.factory(
    FACTORY,
    assigns=["doc._.mentions"],
    default_config={
        "model": "", "kinds": {}, "scheme": "", "min_link_score": 0.85, "score": 0.8,
        "exclude": list(_NOT_NEEDED),
    },
)  # fmt: skip
def make(
    nlp: Language, name: str, model: str | list[str], kinds: dict[str, str], scheme: str,
    min_link_score: float, score: float, exclude: list[str],
) -> SpacyPipeline:  # fmt: skip
    """An adapter for spaCy pipelines.

    Args:
        nlp: Ours.
        name: Of the component.
        model: Package name or directory, or several.
        kinds: Kinds of labels, before those in ``labels.tsv``; "" leaves a label out.
        scheme: Prefix of the ids that the pipeline's linker gives ("umls"); "" ignores them.
        min_link_score: Least score of scispaCy's best candidate.
        score: How sure a mention is, in [0, 1]; spaCy's recognisers do not say.
        exclude: Components of the pipeline that are not run.
    """
    return SpacyPipeline(
        model=model, kinds=kinds, scheme=scheme, min_link_score=min_link_score, score=score,
        exclude=exclude,
    )  # fmt: skip
