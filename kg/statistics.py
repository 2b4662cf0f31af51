"""What the graph holds, counted by the groupings that a reader asks for first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from kg.identity import MERGED
from kg.ontology import CO_MENTION
from kg.schema import NODES
from kg.stores.base import Store

_CORRECTED: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {"Statement": {"n_evidence": 0}, "Concept": {"status": MERGED}}
)
"""What curators left nothing of: statements that no sentence says any more, concepts that are others."""
_CO_MENTIONED: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "polarity": {"family": CO_MENTION},
        "belief": {"family": CO_MENTION},
        "assertion": {"method_family": CO_MENTION},
    }
)


def statistics(store: Store) -> dict[str, dict[str, int]]:
    """Counts by the groupings that a reader asks for first, largest first.

    Co-mentions assert nothing, so they are counted by family and predicate and nowhere else.
    """
    groupings = (
        ("statements_by_family", "Statement", "family"),
        ("statements_by_predicate", "Statement", "predicate"),
        ("statements_by_polarity", "Statement", "polarity"),
        ("statements_by_belief", "Statement", "belief"),
        ("evidence_by_assertion", "Evidence", "assertion"),
        ("concepts_by_kind", "Concept", "kind"),
        ("passages_by_kind", "Passage", "kind"),
        ("works_read_by_discipline", "Work", "disciplines"),
    )
    out: dict[str, dict[str, int]] = {}
    read = {w for rows in store.scan(NODES["Passage"], ("work",)) for (w,) in rows}
    for name, label, column in groupings:
        counts: Counter[str] = Counter()
        left_out = {**_CORRECTED.get(label, {}), **_CO_MENTIONED.get(column, {})}
        for rows in store.scan(NODES[label], ("id", column, *left_out)):
            for id_, value, *rest in rows:
                if any(v == out for v, out in zip(rest, left_out.values(), strict=True)):
                    continue
                if column == "belief":
                    low = min(int(value * 10), 9) / 10
                    counts[f"{low:.1f}–{low + 0.1:.1f}"] += 1
                elif column == "disciplines":
                    counts.update(value if id_ in read else ())
                else:
                    counts[value] += 1
        in_order = (
            sorted(counts) if column == "belief" else sorted(counts, key=lambda c: (-counts[c], c))
        )
        out[name] = {c: counts[c] for c in in_order}
    out["works"] = {"read": len(read - {""}), "known": store.count(NODES["Work"])}
    return out
