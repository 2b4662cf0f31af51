"""The reading pipeline: spaCy components in order, and batches read with them.

>>> nlp = build_pipeline("en")
>>> doc = nlp("Aspirin inhibits platelet aggregation.")
>>> [(s.subject.name, s.predicate) for s in doc._.statements]
[('aspirin', 'decreases')]
"""

from __future__ import annotations

import importlib
import inspect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extractors.adapters import described, load_adapter
from extractors.building import BatchBuilder
from extractors.columns.table_reading import TableReading
from extractors.components import (
    abbreviations,
    assertion,
    chinese_terms,
    chinese_words,
    comentions,
    dependency_relations,
    entities,
    linker,
    quantities,
    rare_names,
    reader_model,
    relations,
    sentences,
    syntax,
    terms,
    vocabulary_matcher,
)  # fmt: skip
from extractors.components.lexicon import lexicon_digest
from extractors.components.own_patterns import Row, read_patterns_of
from extractors.components.vocabulary_matcher import VocabularyMatcher
from extractors.encoder.reading import shipped_weights
from extractors.language import passage_language
from extractors.vocabulary import Vocabulary, load_vocabulary, shipped_vocabularies
from kg.batch import SourceBatch
from kg.errors import PolymathError
from kg.ids import canonical_json
from kg.licences import access_of
from kg.model import Passage, Scheme

VERSION = "1"
WINDOW = 100_000
"""Characters of a passage that are read at once."""
COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "polymath_syntax", "polymath_abbreviations", "polymath_vocabulary",
        "polymath_quantities", "polymath_model", "polymath_terms", "polymath_linker",
        "polymath_relations", "polymath_dependency_relations", "polymath_assertion",
        "polymath_comentions", "polymath_rare_names",
    ),
    "zh": (
        "polymath_sentences", "polymath_abbreviations", "polymath_vocabulary",
        "polymath_quantities", "polymath_chinese_terms", "polymath_relations",
        "polymath_assertion", "polymath_comentions",
    ),
    "xx": ("polymath_sentences", "polymath_vocabulary", "polymath_quantities"),
}  # fmt: skip
"""Factories by language, in order. Any language but English and Chinese is read as "xx"."""
_MODULES = (
    sentences, abbreviations, vocabulary_matcher, quantities, terms, relations, assertion, entities,
    chinese_terms, chinese_words, comentions, linker, syntax, dependency_relations,
    reader_model, rare_names,
)  # fmt: skip
_TAKE_PATTERNS = ("polymath_terms", "polymath_relations", "polymath_dependency_relations")


def build_pipeline(
    language: str = "en",
    vocabularies: Sequence[Vocabulary] | None = None,
    without: Iterable[str] = (),
    patterns: Sequence[Row] = (),
    **options: Mapping[str, Any],
) -> Language:
    """A spaCy pipeline that notes mentions and statements on docs.

    Args:
        language: "en", "zh", or any other, for which there are no terms and no relations.
        vocabularies: What to match, the first winning; those shipped if left out.
        without: Factories of ours to leave out.
        patterns: Phrases that state a relation, besides those shipped.
        options: For a factory's name, its settings. A factory that is not one of ours is put
            in before ``polymath_relations``, so that statements are made of its mentions.

    Raises:
        PolymathError: If a factory of that name is not registered, or refuses its settings.
    """
    code = language if language in COMPONENTS else "xx"
    config = {"nlp": {"tokenizer": chinese_words.tokenizer_config()}} if code == "zh" else {}
    nlp = spacy.blank(code, config=config)
    nlp.max_length = 10 * WINDOW
    for name in COMPONENTS[code]:
        if name in without and name == "polymath_syntax":
            name = "polymath_sentences"  # by rule, then
        if name in without:
            continue
        settings = dict(options.get(name, {}))
        if name == "polymath_sentences":
            settings.setdefault("language", "zh" if code == "zh" else "en")
        if patterns and name in _TAKE_PATTERNS:
            settings.setdefault("own", [list(row) for row in patterns])
        nlp.add_pipe(name, config=settings)
    for name, given in options.items():
        if name in nlp.pipe_names or any(name in ours for ours in COMPONENTS.values()):
            continue
        load_adapter(name)
        places = ("polymath_linker", "polymath_relations")
        before = next((p for p in places if p in nlp.pipe_names), None)
        try:
            nlp.add_pipe(name, config=dict(given), before=before)
        except ValueError as error:
            first = str(error).strip().splitlines()[0]
            raise PolymathError(
                f"The component {name!r} cannot join the pipeline: {first} "
                "Import the module that registers it, and check its settings."
            ) from error
    if "polymath_vocabulary" in nlp.pipe_names:
        matcher: Any = nlp.get_pipe("polymath_vocabulary")
        if vocabularies is not None:
            matcher.load(vocabularies)
        chinese_words.learn_names(nlp.tokenizer, matcher.vocabularies)
    return nlp


@dataclass(frozen=True)
class PipelineConfig:
    """How to read: small enough to send to another process, and with a fingerprint.

    Args:
        vocabularies: Files (CSV, OBO, SKOS) or folders to match, before the shipped ones.
        shipped: Whether to match the vocabularies that come with Polymath.
        options: For a factory's name, its settings; a name of one's own adds that component.
        modules: Modules to import first, which register such components.
        without: Factories of ours to leave out.
        patterns: Tables of English phrases that state a relation, matched before the shipped
            ones; see :mod:`extractors.components.own_patterns`.
    """

    vocabularies: tuple[str, ...] = ()
    shipped: bool = True
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @classmethod
    def with_vocabularies(cls, paths: Iterable[str | Path]) -> PipelineConfig:
        """The default, but matching the vocabularies at *paths* as well."""
        return cls(vocabularies=tuple(str(Path(p)) for p in paths))

    @cached_property
    def loaded(self) -> tuple[Vocabulary, ...]:
        """The vocabularies, the user's own first.

        Raises:
            UnreadableSource: If one of the files is wrong.
        """
        own = tuple(load_vocabulary(path) for path in self.vocabularies)
        return own + (shipped_vocabularies() if self.shipped else ())

    @cached_property
    def phrases(self) -> tuple[Row, ...]:
        """The rows of :attr:`patterns`.

        Raises:
            UnreadableSource: If one of the files is wrong.
        """
        return tuple(row for path in self.patterns for row in read_patterns_of(path))

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """The schemes of the vocabularies."""
        return tuple(v.scheme for v in self.loaded)

    def describe(self) -> dict[str, Any]:
        """All that decides what is read, as JSON: what an ingest's Run records."""
        return dict(self._described)

    @cached_property
    def _described(self) -> dict[str, Any]:
        # Once: it reads the source of every rule, and each source that is read is signed with it.
        return {
            "pipeline": VERSION,
            "spacy": ".".join(spacy.about.__version__.split(".")[:2]),
            "components": {m.__name__.rsplit(".", 1)[1]: m.VERSION for m in _MODULES},
            "code": _code_digest(self.modules),
            "lexicons": lexicon_digest()[:16],
            "vocabularies": {v.scheme.id: v.digest for v in self.loaded},
            "options": described(self.options),
            "modules": list(self.modules),
            "without": sorted(self.without),
            "languages": self._languages,
        }

    @cached_property
    def _languages(self) -> dict[str, dict[str, str]]:
        """What only texts in one language are read with."""
        english = {}
        if "polymath_model" not in self.without:
            english["reader"] = shipped_weights().digest
        if "polymath_syntax" not in self.without:
            english["syntax"] = syntax.weights_digest()
        if self.phrases:
            english["patterns"] = _digest({"rows": [list(row) for row in self.phrases]})
        return {"en": english, "zh": {"words": chinese_words.version()}}

    @cached_property
    def fingerprint(self) -> str:
        """Changes when any rule, lexicon, vocabulary, weight or setting changes."""
        return _digest(self.describe())

    def signature(self, languages: Iterable[str]) -> str:
        """What a source with passages in these languages was read with.

        Newly trained weights for English leave the signature of a Chinese paper, and of a table,
        as it was: only what they could read otherwise is read again.

        >>> PipelineConfig().signature(["en", "fr"]).split(":")[0]
        'en'
        """
        codes = sorted({c for c in languages if c in self._languages})
        told = self.describe() | {"languages": {c: self._languages[c] for c in codes}}
        return f"{'+'.join(codes) or 'any'}:{_digest(told)}"

    def signed(self, signature: str) -> bool:
        """Whether a source with this signature was read as this pipeline would read it."""
        codes = signature.partition(":")[0]
        return signature == self.signature(codes.split("+"))

    def __getstate__(self) -> dict[str, Any]:
        """Without the vocabularies: another process loads them anew."""
        return {k: v for k, v in self.__dict__.items() if k != "loaded"}


def _digest(told: Mapping[str, Any]) -> str:
    return sha256(canonical_json(told).encode()).hexdigest()[:16]


def _code_digest(modules: Iterable[str]) -> str:
    """Hash of the source of all rules: nobody has to remember to count a version up."""
    here = Path(__file__).resolve().parent
    paths = [
        p
        for d in ("components", "columns", "encoder", "linking")
        for p in sorted((here / d).glob("*.py"))
    ]
    paths += [here / "building.py", Path(__file__)]
    paths += [
        here / n for n in ("annotations.py", "language.py", "vocabulary.py", "ontology_files.py")
    ]
    for name in modules:
        source = inspect.getsourcefile(importlib.import_module(name))
        paths += [Path(source)] if source else []
    h = sha256()
    for path in paths:
        h.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return h.hexdigest()[:16]


Watch = Callable[[Doc, Passage, int, list[str], BatchBuilder], None]


class ReadingPipeline:
    """Reads batches. Make one a process and keep it: it takes a second to build.

    ``refused`` counts, by predicate, statements that :func:`kg.ontology.allows` forbade.
    """

    def __init__(self, config: PipelineConfig | None = None) -> None:
        self.config = config or PipelineConfig()
        for name in self.config.modules:
            importlib.import_module(name)
        self.refused: Counter[str] = Counter()
        self._nlp: dict[str, Language] = {}
        self._matcher = VocabularyMatcher(self.config.loaded)

    @property
    def fingerprint(self) -> str:
        """See :attr:`PipelineConfig.fingerprint`."""
        return self.config.fingerprint

    def nlp(self, language: str) -> Language:
        """The spaCy pipeline for a language code; made when first asked for."""
        code = language if language in COMPONENTS else "xx"
        if code not in self._nlp:
            self._nlp[code] = build_pipeline(
                code,
                self.config.loaded,
                self.config.without,
                self.config.phrases,
                **self.config.options,
            )
        return self._nlp[code]

    def annotate(
        self,
        batch: SourceBatch,
        watch: Watch | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> SourceBatch:
        """The batch with what its passages say: concepts, mentions, statements, evidence, measures.

        Args:
            batch: As a reader made it.
            watch: Called with each doc, its passage, the character of the passage at which it
                begins, the ids of its statements' evidence ("" for one left out) and the builder.
                Then the components say of all that they leave out why.
            progress: Called with the number of characters, each time that some have been read.
        """
        builder = BatchBuilder(_copy(batch), self._matcher)
        disciplines = {w.id: w.disciplines for w in batch.works}
        disciplines |= {d.id: d.disciplines for d in batch.datasets}
        licences = {w.id: w.licence for w in batch.works} | {
            d.id: d.licence for d in batch.datasets
        }
        tables = TableReading(batch.variables, self._matcher, disciplines)
        groups: dict[tuple[str, str], list[Passage]] = defaultdict(list)
        rows: list[Passage] = []
        for passage in batch.passages:
            if passage.dataset and passage.kind == "table":
                rows.append(passage)
            else:
                language = passage_language(passage.text, passage.language)
                groups[(language, passage.work or passage.dataset)].append(passage)
        builder.batch.source = replace(
            batch.source, pipeline=self.config.signature(language for language, _ in groups)
        )
        for (language, about), passages in groups.items():
            access = access_of(batch.source.access, (batch.source.licence, licences.get(about, "")))
            for doc, passage, offset in self._docs(
                passages, language, about, disciplines.get(about, ()), access, watch is not None
            ):
                added = builder.add_doc(doc, passage, offset)
                if watch is not None:
                    watch(doc, passage, offset, added, builder)
                if progress is not None:
                    progress(len(doc.text))
                if passage.dataset:
                    tables.learn(doc, passage, builder)
        tables.read_rows(rows, builder)
        self.refused += builder.refused
        return builder.finish()

    def _docs(
        self, passages: Sequence[Passage], language: str, about: str, disciplines: Sequence[str],
        access: str, explain: bool = False,
    ) -> Iterator[tuple[Doc, Passage, int]]:  # fmt: skip
        """The passages of one work, in windows, with what the components note on them."""
        nlp = self.nlp(language)

        def made() -> Iterator[tuple[Doc, tuple[Passage, int]]]:
            for passage in passages:
                for offset, text in windows(passage.text):
                    doc = nlp.make_doc(text)
                    doc._.work = about
                    doc._.language = language
                    doc._.access = access
                    doc._.disciplines = tuple(disciplines)
                    if explain:
                        doc._.explain = True
                    yield doc, (passage, offset)

        for doc, (passage, offset) in nlp.pipe(made(), as_tuples=True):
            yield doc, passage, offset


def windows(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most :data:`WINDOW` characters, cut between sentences if possible.

    >>> [len(piece) for _, piece in windows("a. " * 50_000)]
    [99999, 50001]
    """
    start = 0
    while len(text) - start > WINDOW:
        stop = start + WINDOW
        floor = stop - 5000
        for mark in ("\n", ". ", "。", " "):
            at = text.rfind(mark, floor, stop)
            if at > start:
                stop = at + len(mark)
                break
        yield start, text[start:stop]
        start = stop
    yield start, text[start:]


def _copy(batch: SourceBatch) -> SourceBatch:
    return replace(
        batch,
        warnings=list(batch.warnings), schemes=list(batch.schemes), concepts=list(batch.concepts),
        statements=list(batch.statements), evidence=list(batch.evidence),
        mentions=list(batch.mentions), measures=list(batch.measures),
        broader=list(batch.broader),
    )  # fmt: skip
