"""What sentences say when only some may speak: those up to a year, those under some licences.

A statement is counted anew from the evidence that may speak, so that neither its belief nor its
number of works knows of the rest. Without a cut it is the network that everything else walks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kg.belief import Voice, breaks
from kg.derived import STATEMENT_COLUMNS, Says, related_rows
from kg.identity import stands_for
from kg.model import Names, Statement
from kg.network import RELATED, Network, network, network_of
from kg.ontology import CO_MENTION
from kg.schema import EDGES, NODES
from kg.stores.base import Reader, Row, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Who may speak. What is empty cuts nothing.

    Args:
        as_of: Only works and data sets of that year or an earlier one; one without a year is silent.
        licences: Only what is under one of these licences, by the short names that the graph has:
            all that are stated of a work and of the file it was read from have to be among them,
            and one has to be stated.

    >>> str(Cut(as_of=1985)), str(Cut())
    ('only works up to 1985', '')
    """

    as_of: int | None = None
    licences: Names = ()

    def __bool__(self) -> bool:
        return self.as_of is not None or bool(self.licences)

    def __str__(self) -> str:
        """In words; "" for no cut."""
        told = []
        if self.as_of is not None:
            told.append(f"only works up to {self.as_of}")
        if self.licences:
            told.append(f"only what is under {' or '.join(self.licences)}")
        return ", ".join(told)

    def allows(self, year: int | None, stated: set[str]) -> bool:
        """Whether a work of that year may speak, given all licences that are stated of it."""
        if self.as_of is not None and (year is None or year > self.as_of):
            return False
        return not self.licences or (bool(stated) and stated <= set(self.licences))


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What is said, and in how many works and data sets at all.

    Attributes:
        network: Concepts and statements; ``concept_works`` counts the works that may speak.
        documents: Works and data sets that may speak.
        passages: The work or data set of each passage that may speak; empty where there is no cut,
            when all may.
    """

    network: Network
    documents: int
    passages: Mapping[str, str]


def said(store: Store, cut: Cut = Cut(), *, co_mention: bool = False) -> Said:
    """Statements between concepts, or co-mentions of them, on the evidence that may speak.

    Args:
        store: A graph's home.
        cut: Who may speak.
        co_mention: That names stand together, rather than what sentences say of them.
    """
    if not cut and not co_mention:
        documents = sum(store.count(NODES[label]) for label in ("Work", "Dataset"))
        return Said(network(store), documents, {})
    with store.reading() as reader:
        where, years = _speaking(reader, cut)
        statements = _counted(reader, where, years, co_mention)
        ends = {end for s in statements for end in (s.subject, s.object)}
        merged = stands_for(reader, ends)
        rows = _co_mentions(statements, merged) if co_mention else related_rows(statements, merged)
        walked = network_of(reader, rows)
        works = _works_of_concepts(reader, where, merged)
    counts = np.fromiter((works.get(c, 0) for c in walked.ids), np.int64, len(walked.ids))
    spoken = replace(walked, concept_works=counts)
    return Said(spoken, len(set(where.values())), where if cut else {})


def _speaking(reader: Reader, cut: Cut) -> tuple[dict[str, str], dict[str, int]]:
    """The work or data set of each passage that may speak, and the years of works and data sets."""
    about: dict[str, tuple[int | None, str]] = {}
    for label in ("Work", "Dataset"):
        rows = reader.select(NODES[label], None, (), ("id", "year", "licence"))
        about.update({i: (year, licence) for i, year, licence in rows})
    sources: dict[str, str] = dict(reader.select(NODES["Source"], None, (), ("id", "licence")))
    where: dict[str, str] = {}
    columns = ("id", "work", "dataset", "source")
    for passage, work, dataset, source in reader.select(NODES["Passage"], None, (), columns):
        home = work or dataset
        year, licence = about.get(home, (None, ""))
        if cut.allows(year, {licence, sources.get(source, "")} - {""}):
            where[passage] = home or source
    return where, {i: year for i, (year, _) in about.items() if year is not None}


def _counted(
    reader: Reader, where: Mapping[str, str], years: Mapping[str, int], co_mention: bool
) -> list[Statement]:
    """Statements of the one sort or the other with what follows from the evidence that may speak."""
    table = NODES["Statement"]
    rows = [
        d for d in table.dicts(reader.select(table)) if (d["family"] == CO_MENTION) == co_mention
    ]
    kinds: dict[str, str] = dict(reader.select(NODES["Concept"], None, (), ("id", "kind")))
    says: dict[str, Says] = {
        d["id"]: Says(
            breach=breaks(
                d["predicate"], kinds.get(d["subject"], "term"), kinds.get(d["object"], "term")
            ),
            status=d["status"],
            family=d["family"],
        )
        for d in rows
    }
    columns = (
        "statement", "passage", "method_family", "method", "score", "assertion", "replaced_by",
    )  # fmt: skip
    for statement, passage, family, method, score, assertion, gone in reader.select(
        NODES["Evidence"], None, (), columns
    ):
        one, work = says.get(statement), where.get(passage)
        if one is None or work is None or gone:
            continue
        one.voices.append(Voice(work, family, score, assertion))
        one.methods.add(method)
        if work in years:
            one.years.append(years[work])
    counted: list[Statement] = []
    for d in rows:
        values: dict[str, Any] = dict(zip(STATEMENT_COLUMNS, says[d["id"]].columns(), strict=True))
        if values["n_evidence"]:
            counted.append(Statement(**(d | values)))
    return counted


def _co_mentions(statements: list[Statement], merged: Mapping[str, str]) -> list[Row]:
    """Rows as those of RELATED, which leaves co-mentions out."""
    rows = []
    for s in statements:
        ends = {e: merged.get(getattr(s, e), getattr(s, e)) for e in ("subject", "object")}
        if s.status != "rejected" and ends["subject"] != ends["object"]:
            values = {c: getattr(s, c) for c in RELATED.columns if c != "statement"}
            one = values | ends | {"statement": s.id}
            rows.append(tuple(one[c] for c in RELATED.columns))
    return rows


def _works_of_concepts(
    reader: Reader, where: Mapping[str, str], merged: Mapping[str, str]
) -> dict[str, int]:
    """How many works that may speak mention each concept, or one that it stands for."""
    works: dict[str, set[str]] = defaultdict(set)
    for passage, concept in reader.select(EDGES["MENTIONS"], None, (), ("passage", "concept")):
        if passage in where:
            works[merged.get(concept, concept)].add(where[passage])
    return {concept: len(found) for concept, found in works.items()}
