"""What kinds of concept there are and which predicates may join them: one readable table each.

Extractors map their own labels to these kinds; the statement builder checks a
predicate's domain and range here; belief counts a breach against a statement.
An empty domain or range means "any kind". The kind ``term`` (not yet known)
always passes, because ignorance is no contradiction.

>>> allows("treats", "chemical", "disease")
True
>>> allows("treats", "disease", "software")
False
>>> allows("is_a", "chemical", "material"), allows("is_a", "task", "method")
(True, False)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "material": "a substance named for what it does in bulk: graphene, concrete, soil",
        "chemical": "an element, compound, ion or drug: lithium, aspirin, CO2",
        "organism": "a species, strain or taxon: Arabidopsis thaliana, yeast",
        "gene": "a gene or gene product: TP53, insulin receptor, Cas9",
        "disease": "a disease, disorder or symptom: malaria, migraine",
        "anatomy": "an organ, tissue, cell type or cell part: kidney, T cell, mitochondrion",
        "method": "a procedure, algorithm or model: PCR, finite element method, transformer",
        "instrument": "what observes or measures: mass spectrometer, Hubble Space Telescope",
        "device": "what does a job: battery, solar cell, transistor, catheter",
        "software": "a program, library or language: TensorFlow, R",
        "data": "a named data set, corpus or database: ImageNet, Protein Data Bank",
        "task": "a problem to be solved or a use: energy storage, machine translation",
        "metric": "what a result is judged by: F1, mean absolute error",
        "property": "what can be measured of a thing: thermal conductivity, mass, yield",
        "phenomenon": "what is observed to happen or be: superconductivity, El Nino, warming",
        "process": "what runs over time: photosynthesis, annealing, erosion",
        "place": "a region, site or habitat: Amazon, Sahel, lake",
        "object": "a body in the sky or the earth: black hole, Mars, asteroid, glacier",
        "theory": "a law, theorem, principle or hypothesis: general relativity, Bayes' theorem",
        "field": "a discipline or topic of study: ecology, topology",
        "group": "people or organisations: patients, farmers, CERN",
        "term": "a name whose kind is not known yet",
    }
)


def _but(*left_out: str) -> tuple[str, ...]:
    """All kinds without these."""
    return tuple(k for k in KINDS if k not in left_out and k != "term")


_THING = ("material", "chemical", "organism", "gene", "anatomy", "device", "object", "place")
_SUBSTANCE = ("material", "chemical", "gene")
_HAPPENING = ("phenomenon", "process", "disease", "property")
_MEANS = ("method", "instrument", "device", "software", "data", "theory", *_SUBSTANCE)
_ACTING = _but("data", "metric", "field")
"""What can act on something: a data set and a score do nothing by themselves."""
_USING = _but("data", "metric", "property", "phenomenon", "disease", "place", "chemical")
"""What can use something, or has something used on it: someone, something built, what is done."""
_CHANGING = _but("field", "group")
"""What can be more or less, or come about, because of something else."""
_NO_PART = frozenset(
    (whole, part) for whole in ("data", "metric", "property") for part in ("task", "method")
)
"""What holds images or numbers holds no activities."""

ALIKE: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("material", "chemical"),
        ("material", "anatomy"),  # bone is a composite
        ("chemical", "gene"),  # a protein is a polymer
        ("organism", "group"),
        ("disease", "phenomenon"),
        ("process", "phenomenon"),
        ("property", "phenomenon"),
        ("property", "metric"),
        ("method", "process"),  # annealing
        ("method", "software"),
        ("method", "theory"),
        ("task", "process"),
        ("task", "field"),
        ("theory", "field"),
        ("device", "instrument"),
        ("data", "software"),
        ("place", "object"),
    )
)
"""Different kinds of which something may be both, so that the one can be a sort of the other."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """One predicate: its family, how to read it aloud, and which kinds it joins.

    What is ``alike`` joins a kind with itself and with those that :data:`ALIKE` pairs it with.
    ``never`` are pairs that it does not join although it joins either with others.
    """

    name: str
    family: str
    label: str
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    symmetric: bool = False
    alike: bool = False
    never: frozenset[tuple[str, str]] = frozenset()


CO_MENTION = "co-mention"
"""The family of what no sentence says: two names that stand together. Never mixed with the others."""

PREDICATES: Mapping[str, Predicate] = MappingProxyType(
    {
        p.name: p
        for p in (
            Predicate("causes", "causal", "causes", _ACTING, _CHANGING),
            Predicate("increases", "causal", "increases", _ACTING, _CHANGING),
            Predicate("decreases", "causal", "decreases", _ACTING, _CHANGING),
            Predicate("prevents", "causal", "prevents", _ACTING, (*_HAPPENING, "organism")),
            Predicate("enables", "causal", "enables"),
            Predicate("affects", "causal", "affects", _ACTING),
            Predicate("depends_on", "causal", "depends on"),
            Predicate("contains", "composition", "contains", never=_NO_PART),
            Predicate("made_of", "composition", "is made of", (), (*_SUBSTANCE, "anatomy")),
            Predicate("part_of", "composition", "is part of"),
            Predicate("is_a", "taxonomy", "is a", alike=True),
            Predicate(
                "used_for",
                "use",
                "is used for",
                (
                    *_MEANS,
                    "organism",
                    "anatomy",
                    "process",
                    "phenomenon",
                    "property",
                    "metric",
                    "task",
                ),
            ),
            Predicate("uses", "use", "uses", _USING),
            Predicate("solves", "use", "solves", _but("data", "metric"), ("task", "phenomenon")),
            Predicate(
                "treats",
                "use",
                "treats",
                ("chemical", "method", "gene", "material", "device", "process", "organism"),
                ("disease", "phenomenon", "group", "anatomy", "organism"),
            ),
            Predicate("produces", "transformation", "produces", _ACTING),
            Predicate("converts_to", "transformation", "is converted to", (*_THING,), (*_THING,)),
            Predicate("derived_from", "transformation", "is derived from"),
            Predicate(
                "measures",
                "measurement",
                "measures",
                tuple(k for k in (*_MEANS, "metric", "property", "group", "task") if k != "data"),
            ),
            Predicate("detects", "measurement", "detects", _but("data", "metric", "property"), ()),
            Predicate("has_property", "measurement", "has", (), ("property", "metric")),
            Predicate("predicts", "measurement", "predicts"),
            Predicate(
                "evaluated_on", "evaluation", "is evaluated on", (), ("data", "task", "organism")
            ),
            Predicate("outperforms", "comparative", "outperforms", alike=True),
            Predicate("similar_to", "comparative", "is similar to", symmetric=True, alike=True),
            Predicate("correlates_with", "association", "correlates with", symmetric=True),
            Predicate("interacts_with", "association", "interacts with", symmetric=True),
            Predicate("located_in", "location", "is found in"),
            Predicate("based_on", "basis", "is based on"),
            Predicate("explains", "basis", "explains"),
            Predicate("mentioned_with", CO_MENTION, "is mentioned with", symmetric=True),
        )
    }
)

ASSERTED: Mapping[str, Predicate] = MappingProxyType(
    {name: p for name, p in PREDICATES.items() if p.family != CO_MENTION}
)
"""The predicates that a sentence can say."""

FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(p.family for p in PREDICATES.values()))


def allows(predicate: str, subject_kind: str, object_kind: str) -> bool:
    """Whether *predicate* may join a subject and an object of these kinds.

    Args:
        predicate: A key of :data:`PREDICATES`.
        subject_kind: A key of :data:`KINDS`.
        object_kind: A key of :data:`KINDS`.

    Raises:
        KeyError: If the predicate is not declared.
    """
    p = PREDICATES[predicate]
    if (subject_kind, object_kind) in p.never:
        return False
    if p.alike and "term" not in (subject_kind, object_kind):
        return subject_kind == object_kind or frozenset((subject_kind, object_kind)) in ALIKE
    fits_domain = subject_kind == "term" or not p.domain or subject_kind in p.domain
    fits_range = object_kind == "term" or not p.range or object_kind in p.range
    return fits_domain and fits_range
