"""Graphs of any size, written as rows: what sentences say matters less here than how much is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kg.ids import statement_id
from kg.model import Concept, Related, Statement
from kg.ontology import ASSERTED, KINDS
from kg.schema import EDGES, TABLE_OF
from kg.stores.base import Store

DISCIPLINES = ("Biology", "Chemistry", "Materials science", "Medicine", "Physics")
Said = tuple[str, str, str, float]  # subject, predicate, object, belief


def concept(name: str, **values: Any) -> Concept:
    """A concept of that name."""
    return Concept(id=f"t:{name}", name=name, **values)


def write(
    store: Store, said: Sequence[Said], about: Mapping[str, Concept] | None = None, **values: Any
) -> None:
    """Write statements between concepts, all named by the words before a colon-free id.

    Args:
        store: An empty home.
        said: Subject, predicate, object and belief of each statement.
        about: Concepts that are more than a name, by name.
        values: Other columns of all statements.
    """
    about = about or {}
    names = dict.fromkeys(end for a, _, b, _ in said for end in (a, b))
    concepts = [about.get(n) or concept(n) for n in names]
    write_rows(store, concepts, [statement(*one, **values) for one in said])


def statement(
    subject: str, predicate: str, object_: str, belief: float, **values: Any
) -> Statement:
    """A statement between two concepts of :func:`concept`, by name."""
    a, b = f"t:{subject}", f"t:{object_}"
    given = {"polarity": "positive", "n_evidence": 1, "n_works": 1} | values
    return Statement(
        id=statement_id(a, predicate, b),
        subject=a,
        predicate=predicate,
        object=b,
        family=ASSERTED[predicate].family,
        belief=belief,
        **given,
    )


def write_rows(store: Store, concepts: Sequence[Concept], statements: Sequence[Statement]) -> None:
    """Write concepts and statements, and the rows of RELATED that follow."""
    related = [
        Related(
            statement=s.id,
            **{c: getattr(s, c) for c in EDGES["RELATED"].columns if c != "statement"},
        )
        for s in statements
        if s.status != "rejected"
    ]
    write_records(store, concepts, statements, related)


def write_records(store: Store, *kinds: Sequence[Any]) -> None:
    """Write records, those of one class after those of another, in one block."""
    with store.writing() as writer:
        for records in kinds:
            if records:
                table = TABLE_OF[type(records[0])]
                writer.insert(table, table.rows(records))


def planted(
    concepts: int,
    statements: int,
    groups: int,
    *,
    inside: float = 0.85,
    hub: int = 0,
    seed: int = 0,
) -> tuple[list[Concept], list[Statement]]:
    """A graph with communities, degrees that fall off like a power, and one hub if asked for.

    Args:
        concepts: How many.
        statements: About how many; repeated ones are left out.
        groups: Communities; concept ``n`` is in community ``n % groups``.
        inside: Share of statements inside a community.
        hub: So many statements touch concept 0 besides.
        seed: Equal arguments and seed give equal graphs.
    """
    rng = np.random.default_rng(seed)
    size = concepts // groups
    # The k-th of a community is as likely as 1/sqrt(k): few are spoken of often.
    rank = (size * rng.random((2, statements)) ** 2).astype(int)
    group = rng.integers(groups, size=statements)
    other = np.where(rng.random(statements) < inside, group, rng.integers(groups, size=statements))
    subject, object_ = rank[0] * groups + group, rank[1] * groups + other
    if hub:
        leaves = rng.choice(np.arange(1, concepts), size=hub, replace=False)
        subject = np.concatenate([subject, np.zeros(hub, int)])
        object_ = np.concatenate([object_, leaves])
    predicates, kinds = list(ASSERTED), list(KINDS)
    chosen = rng.integers(len(predicates), size=len(subject))
    belief = rng.beta(4, 3, size=len(subject)).round(4)
    years = rng.integers(1990, 2026, size=len(subject))
    works = rng.geometric(0.5, size=len(subject))
    accepted = rng.random(len(subject)) < 0.05
    made = {
        one.id: one
        for one in (
            statement(
                str(a), predicates[p], str(b), float(w),
                status="accepted" if yes else "machine", n_works=int(k), n_evidence=int(k),
                first_year=int(y), last_year=int(y),
            )
            for a, b, p, w, y, k, yes in zip(
                subject, object_, chosen, belief, years, works, accepted, strict=True
            )
            if a != b
        )
    }  # fmt: skip
    about = [
        concept(
            str(n),
            kind=kinds[n % groups % len(kinds)],
            disciplines=(DISCIPLINES[n % groups % len(DISCIPLINES)],),
            n_works=int(1 + 20 / (1 + n // groups)),
        )
        for n in range(concepts)
    ]
    return about, list(made.values())
