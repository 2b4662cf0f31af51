"""That names stand together in sentences, as a network of its own: RELATED, which is walked, holds none of it."""

from __future__ import annotations

from kg.identity import stands_for
from kg.network import RELATED, Network, network_of
from kg.ontology import CO_MENTION
from kg.schema import NODES
from kg.stores.base import Store


def co_mentions(store: Store) -> Network:
    """All co-mentions of a graph that nobody has rejected, between what their ends are now."""
    table = NODES["Statement"]
    with store.reading() as reader:
        said = [
            d
            for d in table.dicts(reader.select(table))
            if d["family"] == CO_MENTION and d["status"] != "rejected" and d["n_evidence"]
        ]
        ends = ("subject", "object")
        now = stands_for(reader, {d[end] for d in said for end in ends})
        for d in said:
            d |= {"statement": d["id"], **{end: now.get(d[end], d[end]) for end in ends}}
        rows = [tuple(d[c] for c in RELATED.columns) for d in said if d["subject"] != d["object"]]
        return network_of(reader, rows)
