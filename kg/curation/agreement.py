"""How far curators agree, beyond what chance would bring: Cohen's kappa.

Cohen 1960, doi:10.1177/001316446002000104. Its standard error is the large-sample one of Fleiss,
Cohen & Everitt 1969, doi:10.1037/h0028106.

>>> kappa([("accept", "accept")] * 20 + [("accept", "reject")] * 5 + [("reject", "accept")] * 10
...       + [("reject", "reject")] * 15).round(4).item()
0.4
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from kg.curation.decisions import VERDICTS, in_order
from kg.curation.log import people, whole
from kg.model import Decision
from kg.stores.base import Store

COLUMNS = ("one", "other", "statements", "agreed", "expected", "kappa", "low", "high")


def kappa(pairs: Sequence[tuple[str, str]]) -> np.float64:
    """Agreement of two judges beyond chance: 1 is full, 0 is what chance brings.

    Args:
        pairs: What each of the two said of the same thing.

    Returns:
        Not a number if there are no pairs; 1 if both always say one and the same.
    """
    if not pairs:
        return np.float64("nan")
    agreed, expected = _shares(pairs)
    return np.float64(1.0 if expected == 1.0 else (agreed - expected) / (1.0 - expected))


def _shares(pairs: Sequence[tuple[str, str]]) -> tuple[float, float]:
    n = len(pairs)
    ones, others = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    agreed = sum(a == b for a, b in pairs) / n
    return agreed, sum(ones[v] * others[v] for v in ones) / n**2


def _error(pairs: Sequence[tuple[str, str]]) -> float:
    """Standard error of kappa by the delta method (Fleiss, Cohen & Everitt 1969)."""
    n = len(pairs)
    agreed, expected = _shares(pairs)
    if expected == 1.0:
        return 0.0
    cells = Counter(pairs)
    ones, others = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    k = (agreed - expected) / (1 - expected)
    on = sum(
        cells[v, v] / n * (1 - (ones[v] + others[v]) / n * (1 - k)) ** 2 for v in ones | others
    )
    off = (1 - k) ** 2 * sum(
        c / n * ((others[a] + ones[b]) / n) ** 2 for (a, b), c in cells.items() if a != b
    )
    last = (k - expected * (1 - k)) ** 2
    return float(np.sqrt(max(on + off - last, 0.0) / n) / (1 - expected))


def agreement(store: Store) -> pd.DataFrame:
    """How far each two curators agree on the statements that both judged.

    What counts is the last verdict of each person on each statement that this person did not take
    back, whichever of them holds.

    Returns:
        One row a pair of people: ``statements`` that both accepted or rejected, the share
        ``agreed`` on, the share ``expected`` by chance, ``kappa`` and its 95 % interval.
    """
    history = in_order(whole(store))
    said: dict[str, dict[str, str]] = defaultdict(dict)
    with store.reading() as reader:
        names = people(reader, history)
    for d in _own(history):
        said[names.get(d.agent, d.agent)][d.statement] = d.action
    rows = []
    for one, other in combinations(sorted(said), 2):
        both = sorted(said[one].keys() & said[other].keys())
        if not both:
            continue
        pairs = [(said[one][s], said[other][s]) for s in both]
        agreed, expected = _shares(pairs)
        k, error = float(kappa(pairs)), _error(pairs)
        rows.append(
            (
                one, other, len(both), agreed, expected, k,
                max(k - 1.96 * error, -1.0), min(k + 1.96 * error, 1.0),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _own(history: Sequence[Decision]) -> list[Decision]:
    """Verdicts that their own author did not take back, oldest first."""
    by_id = {d.id: d for d in history}
    gone: set[str] = set()
    kept = []
    for d in reversed(history):
        if d.action == "undo" and d.id not in gone:
            taken = by_id.get(d.undoes)
            if taken is not None and taken.agent == d.agent:
                gone.add(d.undoes)
        elif d.action in VERDICTS and d.id not in gone:
            kept.append(d)
    return kept[::-1]
