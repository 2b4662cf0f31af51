"""The k best simple paths between two concepts, by belief or by length.

Yen's algorithm (Yen 1971, doi:10.1287/mnsc.17.11.712): each next path leaves one found before
at some concept, and from there on is the best that goes on differently. What is still to go
to the end, within the statements that are left, is known exactly from one sweep over all
statements, so that each search from there (A*: Hart, Nilsson & Raphael 1968,
doi:10.1109/TSSC.1968.300136) looks at little more than the path that it finds.

The cost of a statement is ``-log(belief)``: the least costly path is the one whose beliefs
have the greatest product. By length, each statement costs so much more besides that no
belief makes up for it.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kg.errors import RecordError
from kg.filtering import Filter
from kg.network import Bools, Floats, Ints, Network
from kg.ontology import PREDICATES

Best = Literal["length", "belief"]
ORDERS: tuple[Best, ...] = ("length", "belief")
LONGEST = 12
"""No longer paths are looked for: what is further away is related to everything."""
_LEAST = 1e-6  # no statement costs more than one believed so little
_STEP = 1000.0  # more than LONGEST statements at _LEAST, and exact beside them
_SYMMETRIC = frozenset(p.name for p in PREDICATES.values() if p.symmetric)


@dataclass(frozen=True, slots=True)
class Path:
    """Concepts passed, by number, the statement taken between each two, and their beliefs' product."""

    concepts: tuple[int, ...]
    statements: tuple[int, ...]
    belief: float


_Onward = tuple[float, int, int]
Trail = tuple[int, "Trail"] | None
"""The last arc of a way, and the way before it."""


@dataclass(frozen=True, slots=True, order=True)
class _Way:
    """A path or the end of one; the cheaper, then the shorter, then by the concepts passed."""

    cost: float  # rounded: of sums in another order the last digits differ
    steps: int
    concepts: tuple[int, ...]
    arcs: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    network: Network
    cost: Floats  # of each arc; infinite where it must not be taken
    left: Floats  # left[h, c]: least cost from c to the end in at most h statements
    end: int

    def best(
        self, start: int, steps: int, passed: Collection[int] = (), taken: Collection[int] = ()
    ) -> _Way | None:
        """The best way on from *start*, None if there is none.

        Args:
            start: Where to go on from.
            steps: At most so many statements.
            passed: Concepts that the path has been at before.
            taken: Concepts that must not come next.
        """
        heap: list[tuple[float, int, int, int, int, float, Trail, Iterator[_Onward]]] = []
        turn = itertools.count()

        def push(onward: Iterator[_Onward], used: int, so_far: float, trail: Trail) -> None:
            # The best of these; the others follow one by one, or a hub would fill the heap.
            for bound, there, arc in onward:
                heapq.heappush(heap, (bound, used, there, next(turn), arc, so_far, trail, onward))
                break

        push(self._onward(start, 0.0, steps), 1, 0.0, None)
        seen: set[tuple[int, int]] = set()
        while heap:
            # Of equal ones that of fewer steps comes first: no circles where they cost nothing.
            _, used, here, _, arc, so_far, trail, onward = heapq.heappop(heap)
            push(onward, used, so_far, trail)
            if here == start or here in passed or (used == 1 and here in taken):
                continue
            if (here, used) in seen:
                continue
            seen.add((here, used))
            cost, trail = so_far + float(self.cost[arc]), (arc, trail)
            if here == self.end:
                arcs = _walked(trail)
                concepts = (start, *self.network.heads[list(arcs)].tolist())
                return _Way(round(cost, 9), len(arcs), concepts, arcs)
            push(self._onward(here, cost, steps - used), used + 1, cost, trail)
        return None

    def _onward(self, here: int, so_far: float, steps: int) -> Iterator[_Onward]:
        """Least cost of a way that goes on by each arc of *here*, its head and number; best first."""
        if steps < 1:
            return
        arcs = np.arange(self.network.starts[here], self.network.starts[here + 1])
        heads = self.network.heads[arcs]
        # Rounded, so that ways that cost the same by two sums are told apart by their steps.
        bounds = np.round(so_far + self.cost[arcs] + self.left[steps - 1, heads], 9)
        for i in np.lexsort((arcs, heads, bounds)):
            if not np.isfinite(bounds[i]):
                return
            yield float(bounds[i]), int(heads[i]), int(arcs[i])


def _walked(trail: Trail) -> tuple[int, ...]:
    arcs = []
    while trail is not None:
        arc, trail = trail
        arcs.append(arc)
    return tuple(reversed(arcs))


def paths(
    network: Network,
    start: str,
    end: str,
    filter: Filter,
    *,
    by: Best = "length",
    max_length: int = 4,
    limit: int = 10,
    directed: bool = False,
) -> list[Path]:
    """The best paths from one concept to another that pass no concept twice.

    Args:
        network: What to walk in.
        start: Concept id.
        end: Concept id.
        filter: Statements to take, and kinds and disciplines of the concepts to pass through;
            the two ends may be of any.
        by: ``length``: fewest statements first, then by belief; ``belief``: greatest product
            of beliefs first, however long.
        max_length: At most so many statements, up to :data:`LONGEST`.
        limit: At most so many paths.
        directed: Walk from subject to object only, but symmetric predicates either way.

    Returns:
        Paths, best first. Where several statements join the same two concepts, a path takes
        the most believed; a statement of belief 0, which is only ever denied, joins nothing.

    Raises:
        RecordError: If *by* or *max_length* is out of bounds.
    """
    if by not in ORDERS:
        raise RecordError(f"Paths are ranked by one of {ORDERS}, not by {by!r}.")
    if not 1 <= max_length <= LONGEST:
        raise RecordError(
            f"Paths of up to {max_length} statements were asked for; give 1 to {LONGEST}."
        )
    numbers = network.numbers([start, end])
    if len(numbers) < 2 or start == end or limit < 1:
        return []
    first, last = (int(n) for n in numbers)
    cost = _costs(network, first, last, filter, by, directed)
    search = _Search(network, cost, _left(network, cost, last, max_length), last)
    return [_path(network, way) for way in _ways(search, first, max_length, limit)]


def _ways(search: _Search, start: int, max_length: int, limit: int) -> list[_Way]:
    """Yen's algorithm."""
    best = search.best(start, max_length)
    ways = [best] if best else []
    candidates: list[_Way] = []
    known = {way.concepts for way in ways}
    while ways and len(ways) < limit:
        last = ways[-1]
        for at in range(len(last.arcs)):
            root = last.concepts[: at + 1]
            taken = {w.concepts[at + 1] for w in ways if w.concepts[: at + 1] == root}
            rest = search.best(root[-1], max_length - at, frozenset(root[:-1]), taken)
            if rest is None or root[:-1] + rest.concepts in known:
                continue
            arcs = last.arcs[:at] + rest.arcs
            cost = round(float(search.cost[list(arcs)].sum()), 9)
            way = _Way(cost, len(arcs), root[:-1] + rest.concepts, arcs)
            known.add(way.concepts)
            heapq.heappush(candidates, way)
        if not candidates:
            break
        ways.append(heapq.heappop(candidates))
    return sorted(ways)


def _costs(
    network: Network, start: int, end: int, filter: Filter, by: Best, directed: bool
) -> Floats:
    """What each arc costs, infinite for those that are not to be taken, shape (arcs,)."""
    step = _STEP if by == "length" else 0.0
    of_statement = step - np.log(np.clip(network.belief, _LEAST, 1.0))
    # What is only ever denied joins nothing.
    taken = filter.statements(network) & (network.belief > 0)
    cost = np.where(taken, of_statement, np.inf)[network.arcs]
    passable: Bools = filter.concepts(network)
    passable[[start, end]] = True
    cost[~passable[network.heads]] = np.inf
    if directed:
        both = network.predicate.among(_SYMMETRIC)[network.arcs]
        cost[~both & (network.object[network.arcs] != network.heads)] = np.inf
    return np.asarray(cost)


def _left(network: Network, cost: Floats, end: int, max_length: int) -> Floats:
    """Least cost to the end in at most 0, 1, … *max_length* statements, shape (max_length + 1, n)."""
    left = np.full((max_length + 1, len(network.ids)), np.inf)
    left[:, end] = 0.0
    for h in range(1, max_length + 1):
        # Each concept of a network has an arc, so no run of arcs is empty.
        onward = np.minimum.reduceat(cost + left[h - 1, network.heads], network.starts[:-1])
        left[h] = np.minimum(left[h - 1], onward)
    return left


def _path(network: Network, way: _Way) -> Path:
    rows: Ints = network.arcs[list(way.arcs)]
    return Path(way.concepts, tuple(rows.tolist()), float(network.belief[rows].prod()))
