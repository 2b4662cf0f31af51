"""Metapaths and the degree-weighted count of their paths.

A metapath is a chain of metaedges from one kind of node to another. Between two nodes it has paths,
none of which meets a node twice. The degree-weighted path count (DWPC) sums over them the product of
the degrees passed, each to the power of −w, so that a path through a hub counts little (Himmelstein &
Baranzini 2015, doi:10.1371/journal.pcbi.1004259; Himmelstein et al. 2017, doi:10.7554/eLife.26726).

Products of matrices count walks, which may meet a node twice. Which of their places hold one node is
a partition of the places; the paths are the walks of no coincidence, and follow by Möbius inversion
over the lattice of partitions (Rota 1964, doi:10.1007/BF00531932): the sum, over all ways of letting places of one
kind coincide, of the walks that do so, each with the sign and weight ∏(−1)^(k−1)(k−1)! over its blocks
of k places. A walk with coincidences is a small graph of matrices, and is summed by eliminating its
inner places: one with a single neighbour becomes a weight of it, one with two a product of matrices,
and parallel matrices are multiplied entry by entry. That is enough up to :data:`LONGEST` steps: what
cannot be summed so contains K4, and the shortest closed trail in which K4 is a minor has 8 edges.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from math import factorial, prod
from operator import mul

import numpy as np

from kg.discovery.hetnet import Hetnet, Matrix, Metaedge
from kg.errors import RecordError
from kg.network import Floats, Ints

DAMPING = 0.4
"""The w of Himmelstein & Baranzini 2015, who chose it by how well it told pairs apart."""
ROUNDING = 1e-10
"""A sum of paths that is a smaller part than this of the sum of walks is none."""
LONGEST = 6
"""Steps of the longest metapath whose paths can be counted."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A metaedge that is walked from its subject to its object, or ``backward``."""

    metaedge: Metaedge
    backward: bool = False

    @property
    def start(self) -> str:
        """Kind that it starts from."""
        return self.metaedge.object if self.backward else self.metaedge.subject

    @property
    def end(self) -> str:
        """Kind that it leads to."""
        return self.metaedge.subject if self.backward else self.metaedge.object

    def turned(self) -> Step:
        """The same step the other way."""
        return Step(self.metaedge, not self.backward and not self.metaedge.symmetric)


@dataclass(frozen=True, slots=True, order=True)
class Metapath:
    """A chain of steps.

    >>> treats = Metaedge("chemical", "treats", "disease")
    >>> like = Metaedge("disease", "similar_to", "disease", symmetric=True)
    >>> print(Metapath((Step(treats), Step(like))))
    chemical –treats→ disease –similar_to– disease
    >>> print(Metapath((Step(treats), Step(treats, backward=True))))
    chemical –treats→ disease ←treats– chemical
    """

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        out = self.steps[0].start
        for step in self.steps:
            name = step.metaedge.predicate
            arrow = f"–{name}–" if step.metaedge.symmetric else f"–{name}→"
            out += f" {f'←{name}–' if step.backward else arrow} {step.end}"
        return out

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of the nodes that a path passes, with both ends."""
        return (self.steps[0].start, *(step.end for step in self.steps))


def metapaths(
    net: Hetnet,
    start: str,
    end: str,
    max_length: int = 3,
    *,
    min_length: int = 1,
    without: Collection[Metaedge] = (),
) -> list[Metapath]:
    """All metapaths from one kind to another that have an edge for each step, the shortest first.

    Args:
        net: The network.
        start: Kind of the first node.
        end: Kind of the last.
        max_length: Most steps, at most :data:`LONGEST`.
        min_length: Fewest steps.
        without: Metaedges that are not to be walked.

    Raises:
        RecordError: If there are no nodes of a kind, or *max_length* cannot be counted.
    """
    _countable(max_length)
    net.nodes(start), net.nodes(end)  # raises where there are none
    steps = _steps(net, without)
    found, ways = [], [Metapath((s,)) for s in steps if s.start == start]
    for length in range(1, max_length + 1):
        if length >= min_length:
            found += sorted(way for way in ways if way.kinds[-1] == end)
        ways = [
            Metapath((*way.steps, s)) for way in ways for s in steps if s.start == way.kinds[-1]
        ]
    return found


def metapaths_of(
    net: Hetnet,
    metaedge: Metaedge,
    pairs: Ints,
    max_length: int = 3,
    *,
    least: int = 1,
    most: int = 500,
) -> list[Metapath]:
    """The metapaths of two steps or more that lead from one node to the other of many given pairs.

    Where a network has many kinds and predicates, most chains of them lead nowhere, and there are too
    many to try. Each is followed from the first nodes of the pairs, and given up as soon as
    too few of the last nodes can be reached in the steps that are left.

    Args:
        net: The network.
        metaedge: Whose two kinds the pairs are of.
        pairs: Places of their nodes among those of their kinds, shape (pairs, 2).
        max_length: Most steps, at most :data:`LONGEST`.
        least: A metapath must lead from one node to the other of so many pairs …
        most: … and be among so many that do for the most.

    Returns:
        The shortest first. That a metapath leads there counts walks, some of which may be no paths.

    Raises:
        RecordError: If *max_length* cannot be counted.
    """
    _countable(max_length)
    steps = _steps(net, ())
    first, last = net.nodes(metaedge.subject), net.nodes(metaedge.object)
    ends, at = np.unique(pairs[:, 1] + last.start, return_inverse=True)
    within = _within(net, ends, max_length)
    found: list[tuple[int, Metapath]] = []

    def follow(way: tuple[Step, ...], reached: Matrix, left: int) -> None:
        kind = way[-1].end if way else metaedge.subject
        here = net.nodes(kind)
        if len(way) > 1 and kind == metaedge.object:
            there = int((reached[np.arange(len(pairs)), pairs[:, 1]] > 0).sum())
            if there >= least:
                found.append((there, Metapath(way)))
        # Of how many pairs can the last node still be reached?
        if left and (reached * within[left][at][:, here]).sum(axis=1).astype(bool).sum() >= least:
            for step in steps:
                if step.start == kind:
                    matrix = net.matrix(step.metaedge)
                    further = (reached @ (matrix.T if step.backward else matrix)).tocsr()
                    further.data[:] = 1.0
                    if further.nnz >= least:
                        follow((*way, step), further, left - 1)

    rows = np.arange(len(pairs))
    size = (len(pairs), first.stop - first.start)
    follow((), Matrix((np.ones(len(pairs)), (rows, pairs[:, 0])), shape=size), max_length)
    best = sorted(found, key=lambda one: (-one[0], len(one[1]), one[1]))[:most]
    return sorted((m for _, m in best), key=lambda m: (len(m), m))


def _within(net: Hetnet, ends: Ints, steps: int) -> list[Matrix]:
    """Which nodes reach each of *ends* in at most 0, 1, 2 … steps, shape (ends, nodes)."""
    n = len(net.ids)
    both = np.concatenate([net.subject, net.object]), np.concatenate([net.object, net.subject])
    joined = Matrix((np.ones(len(both[0])), both), shape=(n, n))
    out = [Matrix((np.ones(len(ends)), (np.arange(len(ends)), ends)), shape=(len(ends), n))]
    for _ in range(steps):
        wider = (out[-1] + out[-1] @ joined).tocsr()
        wider.data[:] = 1.0
        out.append(wider)
    return out


def _steps(net: Hetnet, without: Collection[Metaedge]) -> list[Step]:
    return [
        Step(m, backward)
        for m in net.metaedges
        if m not in without
        for backward in ((False,) if m.symmetric else (False, True))
    ]


def _countable(max_length: int) -> None:
    if not 1 <= max_length <= LONGEST:
        raise RecordError(
            f"Metapaths of up to {max_length} steps are asked for; give 1 to {LONGEST}."
        )


def damped(net: Hetnet, step: Step, damping: float = DAMPING) -> Matrix:
    """The matrix of a step, each entry the product of both its degrees to the power of −w."""

    def made(metaedge: Metaedge) -> Matrix:
        matrix = net.matrix(metaedge)
        out, into = (np.asarray(matrix.sum(axis=axis)).ravel() for axis in (1, 0))
        scaled = matrix.copy()
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        scaled.data *= (out[rows] * into[matrix.indices]) ** -damping
        return scaled.T.tocsr() if step.backward else scaled

    return net.held(step.metaedge, f"damped by {damping} {step.backward}", made)


def dwpc(
    net: Hetnet,
    metapath: Metapath,
    *,
    damping: float = DAMPING,
    rows: Ints | None = None,
    columns: Ints | None = None,
) -> Matrix:
    """Degree-weighted path counts of a metapath between all nodes of its two kinds.

    Args:
        net: The network.
        metapath: At most :data:`LONGEST` steps.
        damping: The power of the degrees; 0 counts paths.
        rows: Places of the first nodes that are wanted, all if None.
        columns: Places of the last nodes.

    Returns:
        Shape (first nodes, last nodes). Degrees are those of the whole network.

    Raises:
        RecordError: If the metapath is longer than can be counted.
    """
    if len(metapath) > LONGEST:
        raise RecordError(
            f"{metapath} has {len(metapath)} steps; paths of up to {LONGEST} can be counted."
        )
    matrices = [damped(net, step, damping) for step in metapath.steps]
    last = len(matrices)
    first_nodes = np.arange(matrices[0].shape[0]) if rows is None else rows
    last_nodes = np.arange(matrices[-1].shape[1]) if columns is None else columns
    total = walks = Matrix((len(first_nodes), len(last_nodes)))
    for blocks in _coincidences(metapath.kinds):
        of = {place: n for n, block in enumerate(blocks) for place in block}
        links = []
        for place, matrix in enumerate(matrices):
            a, b = of[place], of[place + 1]
            here = {of[0]: rows, of[last]: columns}
            if here.get(a) is not None:
                matrix = matrix[here[a]]
            if here.get(b) is not None:
                matrix = matrix[:, here[b]]
            links.append((a, b, matrix))
        weight = prod((-1) ** (len(b) - 1) * factorial(len(b) - 1) for b in blocks)
        summed = _summed(links, of[0], of[last])
        if len(blocks) == last + 1:
            walks = summed
        total = total + weight * summed
    if metapath.kinds[0] == metapath.kinds[-1]:
        # No path leads from a node to itself.
        total = total.tocoo()
        apart = first_nodes[total.row] != last_nodes[total.col]
        total = Matrix((total.data[apart], (total.row[apart], total.col[apart])), shape=total.shape)
    total = total.tocsr()
    # Where walks and coincidences cancel out they leave rounding behind.
    return (total * (total > ROUNDING * walks)).tocsr()


def _coincidences(kinds: Sequence[str]) -> Iterator[list[list[int]]]:
    """All ways in which places of one kind may hold one node: neither neighbours nor both ends."""

    def grown(place: int, blocks: list[list[int]]) -> Iterator[list[list[int]]]:
        if place == len(kinds):
            yield [list(b) for b in blocks]
            return
        for block in blocks:
            same = kinds[block[0]] == kinds[place] and block[-1] != place - 1
            if same and not (block[0] == 0 and place == len(kinds) - 1):
                block.append(place)
                yield from grown(place + 1, blocks)
                block.pop()
        blocks.append([place])
        yield from grown(place + 1, blocks)
        blocks.pop()

    return grown(0, [])


Link = tuple[int, int, Matrix]


def _summed(links: Sequence[Link], start: int, end: int) -> Matrix:
    """The sum of the products of all links over all nodes at the places that are not *start* or *end*."""
    joined: dict[tuple[int, int], Matrix] = {}
    weight: dict[int, Floats] = {}

    def join(a: int, b: int, matrix: Matrix) -> None:
        if a > b:
            a, b, matrix = b, a, matrix.T.tocsr()
        held = joined.get((a, b))
        joined[a, b] = matrix if held is None else (held * matrix).tocsr()

    def weigh(place: int, by: Floats) -> None:
        weight[place] = weight[place] * by if place in weight else by

    for link in links:
        join(*link)
    inner = {place for pair in joined for place in pair} - {start, end}
    while inner:
        place = min(inner, key=lambda p: _cost(p, joined))
        touching = [pair for pair in joined if place in pair]
        sides = []
        for a, b in touching:
            matrix = joined.pop((a, b))
            sides.append((a, matrix) if b == place else (b, matrix.T.tocsr()))
        if len(sides) > 2:
            raise AssertionError("a place with three neighbours: the metapath is too long")
        by = weight.pop(place, None)
        if by is not None:
            sides[0] = (sides[0][0], (sides[0][1] * by[None, :]).tocsr())
        if len(sides) == 1:
            weigh(sides[0][0], np.asarray(sides[0][1].sum(axis=1)).ravel())
        else:
            (a, left), (b, right) = sides
            join(a, b, (left @ right.T).tocsr())
        inner.remove(place)
    ((pair, matrix),) = joined.items()
    if pair != (start, end):
        matrix = matrix.T.tocsr()
    if start in weight:
        matrix = matrix * weight[start][:, None]
    if end in weight:
        matrix = matrix * weight[end][None, :]
    return matrix.tocsr()


def _cost(place: int, joined: dict[tuple[int, int], Matrix]) -> tuple[bool, float]:
    """What eliminating a place takes: what cannot be eliminated yet comes last."""
    touching = [(pair, m) for pair, m in joined.items() if place in pair]
    if len(touching) > 2:
        return True, 0.0
    if len(touching) == 1:
        return False, float(touching[0][1].nnz)
    counts = [
        np.diff((m if pair[0] == place else m.T.tocsr()).indptr).astype(float)
        for pair, m in touching
    ]
    return False, float(reduce(mul, counts).sum())
