"""Concepts and statements as people name them: by id or name, as a triple, in a list or in a result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from kg.discovery.results import concepts_in, statements_in, tables_of
from kg.errors import PolymathError
from kg.graph import Graph
from kg.ontology import PREDICATES
from widgets import answers

Named = str | tuple[str, str, str]
"""A concept by id or name, a statement by id, or as subject, predicate and object."""
Things = Named | Sequence[Named] | pd.DataFrame | object
"""One, several, or a result that names them by id."""
_STATEMENT = "st:"


def named(graph: Graph, things: str | Iterable[Named]) -> tuple[list[str], list[str]]:
    """Ids of concepts and of statements.

    Raises:
        PolymathError: If one of them is not in the graph; the message says what is.
    """
    concepts: list[str] = []
    statements: list[str] = []
    for thing in [things] if isinstance(things, str) else things:
        if isinstance(thing, str) and not thing.startswith(_STATEMENT):
            concepts.append(answers.called(graph, thing))
        elif isinstance(thing, str):
            if not len(answers.stated(graph, [thing])):
                raise PolymathError(f"The graph has no statement {thing!r}, or it was rejected.")
            statements.append(thing)
        else:
            statements.append(_said(graph, thing))
    return concepts, statements


def meant(graph: Graph, things: Things) -> tuple[list[str], list[str]]:
    """Ids of concepts and of statements that are asked for in one way or another.

    Args:
        graph: Where they are looked up.
        things: One, a list of them, or a result of :mod:`kg.discovery`, or a DataFrame.

    Raises:
        PolymathError: If one of them is not in the graph, or none is.
    """
    if isinstance(things, str) or _is_triple(things):
        return named(graph, [things])  # type: ignore[list-item]
    if isinstance(things, (list, tuple)):
        return named(graph, things)
    # What a result tells that it left out is not what it found.
    tables = [table for name, table in tables_of(things).items() if name != "left_out"]
    found = concepts_in(graph, tables), statements_in(tables)
    if not any(found):
        raise PolymathError(
            f"This {type(things).__name__} names no concept or statement of the graph by its id; "
            "give names, ids, or a result of kg.discovery."
        )
    return found


def _is_triple(things: object) -> bool:
    return (
        isinstance(things, tuple)
        and len(things) == 3
        and things[1] in {n for p in PREDICATES.values() for n in (p.name, p.label)}
    )


def _said(graph: Graph, triple: tuple[str, str, str]) -> str:
    """Id of the statement of these three."""
    if len(triple) != 3:
        raise PolymathError(
            f"{triple!r} is no statement: give (subject, predicate, object), such as "
            '("graphene", "increases", "thermal conductivity").'
        )
    subject, object_ = answers.called(graph, triple[0]), answers.called(graph, triple[2])
    known = {p.label: p.name for p in PREDICATES.values()}
    predicate = known.get(triple[1], triple[1])
    between = graph.between([subject, object_])
    ends = between[(between["subject"] == subject) & (between["object"] == object_)]
    found = ends[ends["predicate"] == predicate]
    if not len(found):
        there = ", ".join(f"{triple[0]} {p} {triple[2]}" for p in dict.fromkeys(ends["predicate"]))
        raise PolymathError(
            f"The graph does not say “{' '.join(triple)}”; "
            + (f"it says: {there}." if there else "it says nothing of the one about the other.")
        )
    return str(found["statement"].iloc[0])


# ---------------------------------------------------------------- what is remembered
