"""Which concepts are one, because somebody said so: what each stands for, and who stands for it.

A merge is one row of MATCHES with the relation ``exact``, from the concept that is merged to the one
that stands for both. Nothing else is changed, so taking the row away takes the merge back.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.schema import EDGES
from kg.stores.base import Reader

MATCHES = EDGES["MATCHES"]
EXACT = "exact"
MERGED = "merged"
"""Status of a concept that another one stands for."""


def stands_for(reader: Reader, concepts: Iterable[str] | None = None) -> dict[str, str]:
    """What each of *concepts* (of all, if left out) that was merged is now, through all later merges.

    Returns:
        Only those that another concept stands for.
    """
    into: dict[str, str] = {}
    asked = wanted = None if concepts is None else set(concepts)
    while asked is None or asked:
        key = None if asked is None else "concept"
        rows = reader.select(MATCHES, key, asked or (), ("concept", "matched", "relation"))
        found = {c: other for c, other, relation in sorted(rows) if relation == EXACT}
        into |= found
        asked = set(found.values()) - into.keys()
    out = {}
    for concept in into.keys() if wanted is None else wanted & into.keys():
        now, passed = concept, {concept}
        while (there := into.get(now)) is not None and there not in passed:
            now = there
            passed.add(now)
        out[concept] = now
    return out


def standing_under(reader: Reader, concepts: Iterable[str]) -> dict[str, str]:
    """All that *concepts* stand for, through all earlier merges, each with what was asked of."""
    found: dict[str, str] = {}
    asked = {c: c for c in concepts}
    while asked:
        rows = reader.select(MATCHES, "matched", asked, ("concept", "matched", "relation"))
        asked = {c: asked[m] for c, m, relation in rows if relation == EXACT and c not in found}
        found |= asked
    return found
