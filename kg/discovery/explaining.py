"""The paths of a metapath between two nodes, the heaviest first, each with the statements it is made of."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kg.discovery.hetnet import Hetnet, Matrix
from kg.discovery.metapaths import DAMPING, Metapath, damped
from kg.model import Names
from kg.network import Floats


@dataclass(frozen=True, slots=True)
class Path:
    """One path: what it counts, what it passes and who says so.

    Attributes:
        metapath: What it is a path of.
        weight: Its part of the degree-weighted path count.
        nodes: Ids of the nodes, with both ends.
        names: Their names.
        predicates: Of each step, of the statement that is believed most.
        statements: For each step the ids of the statements that say it, the most believed first.
        belief: The product over its steps of how far each is believed.
    """

    metapath: Metapath
    weight: float
    nodes: Names
    names: Names
    predicates: Names
    statements: tuple[Names, ...]
    belief: float

    def __str__(self) -> str:
        out = self.names[0]
        told = zip(self.metapath.steps, self.predicates, self.names[1:], strict=True)
        for step, said, name in told:
            arrow = f"–{said}–" if step.metaedge.symmetric else f"–{said}→"
            out += f" {f'←{said}–' if step.backward else arrow} {name}"
        return out


def paths_between(
    net: Hetnet, metapath: Metapath, subject: str, object: str, *, damping: float = DAMPING
) -> Iterator[Path]:
    """Paths of a metapath from one node to another, in the order of their weights.

    They are looked for best first, led by the heaviest walk that is left from each node to the end,
    so the first few cost little however many there are. Their weights add up to the pair's
    :func:`~kg.discovery.metapaths.dwpc`.

    Args:
        net: The network.
        metapath: A chain of steps.
        subject: Id of the first node.
        object: Id of the last.
        damping: The power of the degrees.

    Raises:
        RecordError: If the network lacks one of the nodes.
    """
    kinds = metapath.kinds
    start, end = net.number(kinds[0], subject), net.number(kinds[-1], object)
    matrices = [damped(net, step, damping) for step in metapath.steps]
    ahead = _heaviest([damped(net, s.turned(), damping) for s in metapath.steps], end)
    frontier: list[tuple[float, tuple[int, ...], float]] = []
    if ahead[0][start]:
        frontier.append((-float(ahead[0][start]), (start,), 1.0))
    while frontier:
        _, places, weight = heapq.heappop(frontier)
        at = len(places) - 1
        if at == len(matrices):
            yield _told(net, metapath, places, weight)
            continue
        matrix, left = matrices[at], ahead[at + 1]
        here = slice(matrix.indptr[places[-1]], matrix.indptr[places[-1] + 1])
        nodes, weights = matrix.indices[here], weight * matrix.data[here]
        leads = np.flatnonzero(left[nodes])
        passed = {p for k, p in zip(kinds, places, strict=False) if k == kinds[at + 1]}
        for n in leads.tolist():
            there = int(nodes[n])
            if there not in passed:
                bound = float(weights[n] * left[there])
                heapq.heappush(frontier, (-bound, (*places, there), float(weights[n])))


def _heaviest(turned: list[Matrix], end: int) -> list[Floats]:
    """For each place of a path, the weight of the heaviest walk from each node to the end, 0 where none.

    Args:
        turned: The matrix of each step the other way.
        end: The last node.
    """
    last = np.zeros(turned[-1].shape[0])
    last[end] = 1.0
    ahead = [last]
    for matrix in reversed(turned):
        nodes = np.flatnonzero(ahead[0])
        rows = matrix[nodes]
        best = np.zeros(matrix.shape[1])
        by = rows.data * np.repeat(ahead[0][nodes], np.diff(rows.indptr))
        np.maximum.at(best, rows.indices, by)
        ahead.insert(0, best)
    return ahead


def _told(net: Hetnet, metapath: Metapath, places: tuple[int, ...], weight: float) -> Path:
    nodes = [net.nodes(k).start + p for k, p in zip(metapath.kinds, places, strict=True)]
    said, predicates, belief = [], [], 1.0
    for step, a, b in zip(metapath.steps, nodes, nodes[1:], strict=False):
        a, b = (b, a) if step.backward else (a, b)
        rows = net.edges_between(step.metaedge, a, b)
        said.append(tuple(net.statements[rows].tolist()))
        predicates += net.predicate.at(rows[:1])
        belief *= float(net.belief[rows[0]])
    return Path(
        metapath=metapath,
        weight=weight,
        nodes=tuple(net.ids[nodes].tolist()),
        names=tuple(net.names[nodes].tolist()),
        predicates=tuple(predicates),
        statements=tuple(said),
        belief=round(belief, 6),
    )
