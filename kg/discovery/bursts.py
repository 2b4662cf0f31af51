"""Years in which something is spoken of much more than before and after.

The two-state automaton of Kleinberg (2002, doi:10.1145/775047.775061) for things counted in batches: in its
quiet state a work speaks of the concept as often as is usual, in its burst state *ratio* times as often; to
leave the quiet state costs *toll* times the logarithm of the number of years. The cheapest sequence
of states explains the counts best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log

RATIO = 2.0
TOLL = 1.0
CERTAIN = 0.99
"""No more of the works of a year are expected to speak of a thing, in a burst either."""
_NEVER = 1e-12


@dataclass(frozen=True, slots=True)
class Burst:
    """Years of much talk.

    Attributes:
        first: The first of them.
        last: The last.
        weight: How much better they are explained by a burst than without, in nats.
    """

    first: int
    last: int
    weight: float


def bursts(
    years: Sequence[int],
    said: Sequence[int],
    works: Sequence[int],
    usual: Sequence[float] | None = None,
    *,
    ratio: float = RATIO,
    toll: float = TOLL,
) -> list[Burst]:
    """The bursts of one concept, in the order of time.

    Args:
        years: In their order; those in which no work was read may be left out.
        said: Works of each year that speak of it.
        works: Works of each year.
        usual: In what part of the works of each year it is usually spoken of; the same part in all,
            if left out.
        ratio: How many times as often it is spoken of in a burst.
        toll: What it costs to begin one.

    >>> bursts([2001, 2002, 2003, 2004, 2005], [0, 1, 8, 9, 0], [20, 20, 20, 20, 20])
    [Burst(first=2003, last=2004, weight=6.08)]
    """
    total = sum(works)
    if not total or not sum(said):
        return []
    quiet = [sum(said) / total] * len(years) if usual is None else usual
    begin = toll * log(max(len(years), 2))
    costs = [
        (_cost(r, d, p), _cost(r, d, min(p * ratio, max(p, CERTAIN))))
        for r, d, p in zip(said, works, quiet, strict=True)
    ]
    # Cheapest way to each state at each year, and the state it came from.
    best, came = (0.0, begin), []
    for calm, wild in costs:
        to_calm = min((best[0], 0), (best[1], 1))
        to_wild = min((best[1], 1), (best[0] + begin, 0))
        came.append((to_calm[1], to_wild[1]))
        best = (to_calm[0] + calm, to_wild[0] + wild)
    state = 0 if best[0] <= best[1] else 1
    states = []
    for from_calm, from_wild in reversed(came):
        states.append(state)
        state = from_wild if state else from_calm
    return _runs(years, states[::-1], [calm - wild for calm, wild in costs])


def _cost(r: int, d: int, p: float) -> float:
    """Negative logarithm of the chance that r of d works speak of what each does with chance p."""
    p = min(max(p, _NEVER), 1 - _NEVER)
    ways = lgamma(d + 1) - lgamma(r + 1) - lgamma(d - r + 1)
    return -(ways + r * log(p) + (d - r) * log(1 - p))


def _runs(years: Sequence[int], states: Sequence[int], gains: Sequence[float]) -> list[Burst]:
    found: list[Burst] = []
    first: int | None = None
    for n, state in enumerate([*states, 0]):
        if state and first is None:
            first = n
        elif not state and first is not None:
            found.append(Burst(years[first], years[n - 1], round(sum(gains[first:n]), 2)))
            first = None
    return found
