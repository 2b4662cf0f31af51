"""Who speaks here: which heads of the reader are heard in a text, and what their labels mean.

Three readable tables say it: ``lexicons/reader_heads.tsv`` (heads and their fields of
science), ``reader_labels.tsv`` (labels and kinds), ``reader_relations.tsv`` (relations and
predicates). Nineteen schemes would otherwise shout at once: each knows one kind of text.

>>> "bc5cdr" in speakers({"biomedicine": 0.9}), "bc5cdr" in speakers({"computing": 0.9})
(True, False)
>>> kind_for("scierc", "Metric", "accuracy"), kind_for("scierc", "Generic", "approach")
('metric', '')
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

from extractors.components.kinds import is_formula, kind_of, kind_of_head, last_word
from extractors.components.lexicon import read_lexicon, word_list
from kg.ontology import KINDS, PREDICATES

FIELDS: Mapping[str, str] = {
    "agriculture": "agriculture", "astronomy": "astronomy", "biology": "biomedicine",
    "chemistry": "materials", "computer science": "computing", "earth science": "earth",
    "materials science": "materials", "medicine": "biomedicine", "ecology": "biodiversity",
    "engineering": "other", "mathematics": "other", "physics": "other",
}  # fmt: skip
"""Fields that the reader's heads know, for the disciplines of works."""
_WIDE = frozenset(("stm", "scienceie"))
LOUD = _WIDE | {"scierc", "tdmsci", "measured", "mulms", "biodiv", "agri"}
"""Heads of few labels for all that there is: of what sort a name is, its last word tells better."""
_MATERIAL_WHERE_SAID = word_list("material_where_said")
LIKELY = 0.5
"""A field is heard from this probability on."""


class Relation(NamedTuple):
    """What a relation label says."""

    predicate: str
    reverse: bool
    least: float


@cache
def head_fields() -> dict[str, frozenset[str]]:
    """Head -> the fields in which it is heard."""
    return {
        head: frozenset(fields.split(",")) for head, fields, _ in read_lexicon("reader_heads", 3)
    }


@cache
def _labels() -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    table = {}
    for head, label, kind, also in read_lexicon("reader_labels", 4):
        others = frozenset(k for k in also.split(",") if k)
        for k in {kind, *others} - {"-"}:
            if k not in KINDS:
                raise ValueError(
                    f"reader_labels.tsv gives {head} {label} the kind {k}, which is not declared"
                )
        table[head, label] = ("" if kind == "-" else kind, others)
    return table


@cache
def relation_table() -> dict[tuple[str, str], Relation]:
    """Scheme and label -> what is said, without those that say nothing here."""
    table = {}
    for scheme, label, predicate, direction, least in read_lexicon("reader_relations", 5):
        if predicate == "-":
            continue
        if predicate not in PREDICATES:
            raise ValueError(
                f"reader_relations.tsv names the predicate {predicate}, which is not declared"
            )
        table[scheme, label] = Relation(predicate, direction == "reverse", float(least))
    return table


def fields_of(disciplines: Collection[str]) -> frozenset[str]:
    """The fields that the disciplines of a work stand for."""
    told = (FIELDS.get(d.replace("_", " ").lower()) for d in disciplines)
    return frozenset(f for f in told if f is not None)


def speakers(fields: Mapping[str, float], disciplines: Collection[str] = ()) -> tuple[str, ...]:
    """The heads heard in a text, in the order of the table.

    Args:
        fields: How likely the text is to come from each field.
        disciplines: Those of the work, which are believed as they stand.
    """
    known = set(fields_of(disciplines)) | {f for f, p in fields.items() if p >= LIKELY}
    if not known:
        known = {"other"}
    return tuple(h for h, own in head_fields().items() if "any" in own or own & known)


def kind_for(head: str, label: str, name: str) -> str:
    """The kind of concept that a span of a label stands for; "" if it is none.

    What the name itself tells counts first where the label admits it, so that one name has one
    kind in every work.
    """
    table = _labels()
    kind, also = table.get((head, label)) or table.get((head, "*")) or ("", frozenset())
    if not kind:
        return ""
    told = kind_of(name)
    if told in also or told == kind:
        return told
    if head in LOUD and kind != "metric" and (sort := kind_of_head(name)) != "term":
        return sort
    if kind == "material" and head in _WIDE:
        return _stuff(name)
    return kind


def _stuff(name: str) -> str:
    """The kind of what the widest schemes call a material: any thing that a work handles is one."""
    if is_formula(name):
        return "chemical"
    return "material" if last_word(name) in _MATERIAL_WHERE_SAID else "term"
