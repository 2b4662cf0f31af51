"""The records of the graph. Their content ids are made in :mod:`kg.ids`.

A node is one frozen dataclass with a string ``id``; an edge with properties of
its own is one frozen dataclass without one. Columns, tables and constraints of
every store derive from these classes (see :mod:`kg.schema`), so a field is
declared here and nowhere else.

Field metadata:
    ref: the field holds the id of a node of that table ("" means none).
    derived: computed from other rows and rebuilt from them at will.
    volatile: says when or where, not what; left out of :meth:`kg.Graph.digest`.
    owner: (edges) the edge is written if and only if this node is new.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Names = tuple[str, ...]


def _ref(table: str) -> Any:
    return field(default="", metadata={"ref": table})


def _derived(default: Any) -> Any:
    return field(default=default, metadata={"derived": True})


def _volatile(default: Any = "") -> Any:
    return field(default=default, metadata={"volatile": True})


# --------------------------------------------------------------------------- nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A scholarly work: an article, a book, a preprint."""

    id: str
    title: str = ""
    year: int | None = None
    authors: Names = ()
    venue: str = ""
    language: str = ""
    disciplines: Names = ()
    licence: str = ""
    retracted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A published set of data."""

    id: str
    name: str = ""
    title: str = ""
    description: str = ""
    licence: str = ""
    version: str = ""
    year: int | None = None
    rows: int | None = None
    format: str = ""
    disciplines: Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One column of a data set; ``unit`` is a UCUM code (https://ucum.org)."""

    id: str
    dataset: str = _ref("Dataset")
    name: str = ""
    title: str = ""
    description: str = ""
    dtype: str = ""
    unit: str = ""
    quantity_kind: str = ""
    n: int | None = None
    missing: int | None = None
    minimum: str = ""
    maximum: str = ""
    examples: Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was read. ``id`` is the SHA-256 of its bytes; ``pipeline`` says what read it."""

    id: str
    path: str = _volatile()
    media_type: str = ""
    parser: str = ""
    parser_version: str = ""
    pipeline: str = ""
    licence: str = ""
    access: str = "open"
    status: str = "read"
    bytes: int = 0
    words: int = 0
    run: str = _ref("Run")
    supersedes: str = _ref("Source")
    read_at: str = _volatile()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A title, abstract, paragraph, caption or table row, with offsets into the source's kept text."""

    id: str
    source: str = _ref("Source")
    work: str = _ref("Work")
    dataset: str = _ref("Dataset")
    next: str = _ref("Passage")
    start: int = 0
    end: int = 0
    text: str = ""
    kind: str = "paragraph"
    section: str = ""
    page: int | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What is talked about. ``aliases`` come from its scheme, ``surfaces`` from the texts read."""

    id: str
    name: str
    kind: str = "term"
    aliases: Names = ()
    definition: str = ""
    scheme: str = _ref("Scheme")
    status: str = "machine"
    disciplines: Names = _derived(())
    surfaces: Names = _derived(())
    n_mentions: int = _derived(0)
    n_works: int = _derived(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Subject, predicate, object and qualifiers; all it is believed on hangs on it as Evidence."""

    id: str
    subject: str = _ref("Concept")
    predicate: str = ""
    object: str = _ref("Concept")
    qualifiers: str = "{}"
    family: str = ""
    status: str = "machine"
    polarity: str = _derived("unknown")
    belief: float = _derived(0.0)
    n_evidence: int = _derived(0)
    n_works: int = _derived(0)
    n_methods: int = _derived(0)
    first_year: int | None = _derived(None)
    last_year: int | None = _derived(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence that says a statement. Offsets are characters into the passage's text.

    What a curator corrected stays, names the evidence it was ``replaced_by``, and counts no more.
    """

    id: str
    statement: str = _ref("Statement")
    passage: str = _ref("Passage")
    start: int = 0
    end: int = 0
    quote: str = ""
    subject_start: int = 0
    subject_end: int = 0
    object_start: int = 0
    object_end: int = 0
    method: str = ""
    version: str = ""
    method_family: str = ""
    score: float = 0.5
    assertion: str = "affirmed"
    attribution: str = "own"
    replaced_by: str = _derived("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A PROV activity: one configuration of one program. Its id is the hash of that, not of the hour."""

    id: str
    activity: str = "ingest"
    software: str = ""
    version: str = ""
    config: str = "{}"
    agent: str = _ref("Agent")
    started_at: str = _volatile()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person or program that acts."""

    id: str
    name: str = ""
    kind: str = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One curation event. Decisions are only ever added, and may wait for what they are about.

    ``before``, ``after`` and ``detail`` are JSON; see :mod:`kg.curation.decisions`.
    """

    id: str
    action: str = ""
    statement: str = _ref("Statement")
    concept: str = _ref("Concept")
    other: str = _ref("Concept")
    undoes: str = _ref("Decision")
    agent: str = _ref("Agent")
    reason: str = ""
    before: str = "{}"
    after: str = "{}"
    detail: str = "{}"
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A vocabulary that concepts come from."""

    id: str
    name: str = ""
    version: str = ""
    licence: str = ""
    url: str = ""


# --------------------------------------------------------------------------- edges


def _end(table: str, *, owner: bool = False) -> Any:
    return field(metadata={"ref": table, "owner": owner})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A passage names a concept at ``text[start:end] == surface``."""

    passage: str = _end("Passage", owner=True)
    concept: str = _end("Concept")
    start: int
    end: int
    surface: str
    score: float = 1.0
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualifier:
    """A statement holds under a condition that is itself a concept."""

    statement: str = _end("Statement", owner=True)
    concept: str = _end("Concept")
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A work cites a work, as the reference list of ``source`` says."""

    work: str = _end("Work")
    cited: str = _end("Work")
    source: str = field(metadata={"owner": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetUse:
    """A work uses a data set, as ``source`` says."""

    work: str = _end("Work")
    dataset: str = _end("Dataset")
    source: str = field(metadata={"owner": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A variable measures a concept; the metadata passage says so at ``text[start:end] == surface``."""

    variable: str = _end("Variable", owner=True)
    concept: str = _end("Concept")
    passage: str
    start: int
    end: int
    surface: str
    score: float = 1.0
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broader:
    """A concept is narrower than another in its scheme."""

    concept: str = _end("Concept", owner=True)
    broader: str = _end("Concept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two concepts are the same (``exact``) or near (``close``), because a decision says so."""

    concept: str = _end("Concept")
    matched: str = _end("Concept")
    relation: str
    decision: str = field(metadata={"owner": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeUse:
    """A run read with a vocabulary."""

    run: str = _end("Run", owner=True)
    scheme: str = _end("Scheme")


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """The rebuilt view that widgets and algorithms walk: one row for what a sentence says."""

    subject: str = _end("Concept")
    object: str = _end("Concept")
    statement: str = field(metadata={"owner": True})
    predicate: str = ""
    family: str = ""
    belief: float = 0.0
    polarity: str = "unknown"
    n_evidence: int = 0
    n_works: int = 0
    first_year: int | None = None
    last_year: int | None = None


Node = (
    Work | Dataset | Variable | Source | Passage | Concept | Statement | Evidence | Run | Agent
    | Decision | Scheme
)  # fmt: skip
Edge = Mention | Qualifier | Citation | DatasetUse | Measure | Broader | Match | SchemeUse | Related
