"""The statements of a graph as they would be had nobody accepted or rejected any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kg.derived import STATEMENT_COLUMNS, read_statements, related_rows
from kg.identity import stands_for
from kg.model import Statement
from kg.network import Floats, Network, network, read_network
from kg.schema import NODES
from kg.stores.base import Store

_STATEMENT = NODES["Statement"]
_BELIEF = STATEMENT_COLUMNS.index("belief")


def as_if_undecided(store: Store, verdict: Mapping[str, str]) -> tuple[Network, Floats]:
    """All statements in columns, those that were rejected too, and belief as without verdicts.

    Args:
        store: Home of the graph.
        verdict: ``accept`` or ``reject``, by statement.
    """
    rejected = [s for s, v in verdict.items() if v == "reject"]
    with store.reading() as reader:
        if rejected:
            rows = _STATEMENT.dicts(reader.select(_STATEMENT, "id", rejected))
            statements = [replace(Statement(**row), status="machine") for row in rows]
            ends = {end for s in statements for end in (s.subject, s.object)}
            walked = read_network(reader, related_rows(statements, stands_for(reader, ends)))
        else:
            walked = network(store)
        known = read_statements(reader, verdict, judged=False)
    belief = walked.belief.copy()
    number = {s: i for i, s in enumerate(walked.statements)}
    for s, row in known.items():
        if s in number:
            belief[number[s]] = row[_BELIEF]
    return walked, belief
