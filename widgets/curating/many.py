"""Deciding about many statements at once: what would follow, for a person to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.curation.deciding import Wish
from kg.curation.decisions import Action
from kg.graph import Graph
from widgets.answers import predicate_label

BULK: tuple[Action, ...] = ("accept", "reject", "skip", "flip", "predicate", "assertion")
"""What can be decided about many statements at once."""
MOST = 500
"""At most so many statements are decided at once."""
SHOWN = 60
"""So many rows of a preview are sent."""


def previewed(graph: Graph, wishes: Sequence[Wish], by: str) -> dict[str, Any]:
    """What wishes of one action would change, in words and numbers, with nothing kept.

    Returns:
        The fields of :attr:`widgets.curating.desk_messages.Tell.PREVIEW`.
    """
    ids = [w.statement for w in wishes]
    shown = graph.curation.preview(wishes[0].action, ids, by=by, **wishes[0].after)
    chosen = shown[shown["id"].isin(ids)]
    found = graph.concepts([*shown["subject"], *shown["object"]])
    names = dict(zip(found["id"].tolist(), found["name"].tolist(), strict=True))
    rows = [
        [
            f"{names.get(r['subject'], r['subject'])} {predicate_label(r['predicate'])} "
            f"{names.get(r['object'], r['object'])}",
            _share(r["belief"]), _share(r["belief_after"]), r["status_after"] or "gone",
            int(r["decisions"]), r["id"] in ids,
        ]
        for r in shown.to_dict("records")
    ]  # fmt: skip
    rows.sort(key=lambda r: (not r[5], str(r[0])))
    return {
        "statements": ids,
        "rows": rows[:SHOWN],
        "touched": len(shown),
        "concepts": int(shown.attrs["concepts"]),
        "works": int(shown.attrs["works"]),
        "decided": int((chosen["decisions"] > 0).sum()),
        "before": _share(chosen["belief"].astype(float).mean()),
        "after": _share(chosen["belief_after"].astype(float).mean()),
    }


def _share(value: Any) -> float | None:
    return None if value is None or value != value else round(float(value), 4)
