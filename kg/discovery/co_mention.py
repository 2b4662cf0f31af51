"""That names stand together in sentences, as a network of its own: RELATED, which is walked, holds none of it."""

from __future__ import annotations

from kg.network import RELATED, Network, network_of
from kg.schema import NODES
from kg.stores.base import Store
from kg.walking import co_mentions_among

_EVIDENCE = RELATED.columns.index("n_evidence")


def co_mentions(store: Store) -> Network:
    """All co-mentions of a graph that nobody has rejected, between what their ends are now."""
    with store.reading() as reader:
        rows = co_mentions_among(reader, reader.select(NODES["Statement"]))
        return network_of(reader, [row for row in rows if row[_EVIDENCE]])
