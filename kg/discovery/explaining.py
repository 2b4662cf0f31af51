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
        statements: For each step the ids of the statements that say it, the most believed first.
        belief: The product over its steps of how far each is believed.
    """

    metapath: Metapath
    weight: float
    nodes: Names
    names: Names
    statements: tuple[Names, ...]
    belief: float

    def __str__(self) -> str:
        out = self.names[0]
        for step, name in zip(self.metapath.steps, self.names[1:], strict=True):
            said = step.metaedge.predicate
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
    ahead = _heaviest(matrices, end)
    frontier: list[tuple[float, tuple[int, ...], float]] = [
        (-float(ahead[0][start]), (start,), 1.0)
    ]
    while frontier:
        bound, places, weight = heapq.heappop(frontier)
        if not bound:
            return
        at = len(places) - 1
        if at == len(matrices):
            yield _told(net, metapath, places, weight)
            continue
        matrix = matrices[at]
        here = slice(matrix.indptr[places[-1]], matrix.indptr[places[-1] + 1])
        for there, by in zip(matrix.indices[here].tolist(), matrix.data[here], strict=True):
            left = float(ahead[at + 1][there])
            met = any(
                k == kinds[at + 1] and p == there
                for k, p in zip(kinds[: at + 1], places, strict=True)
            )
            if left and not met:
                so_far = weight * float(by)
                heapq.heappush(frontier, (-so_far * left, (*places, there), so_far))


def _heaviest(matrices: list[Matrix], end: int) -> list[Floats]:
    """For each place of a path, the weight of the heaviest walk from each node to the end."""
    last = np.zeros(matrices[-1].shape[1])
    last[end] = 1.0
    ahead = [last]
    for matrix in reversed(matrices):
        best = np.zeros(matrix.shape[0])
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        np.maximum.at(best, rows, matrix.data * ahead[0][matrix.indices])
        ahead.insert(0, best)
    return ahead


def _told(net: Hetnet, metapath: Metapath, places: tuple[int, ...], weight: float) -> Path:
    nodes = [net.nodes(k).start + p for k, p in zip(metapath.kinds, places, strict=True)]
    said, belief = [], 1.0
    for step, a, b in zip(metapath.steps, nodes, nodes[1:], strict=False):
        a, b = (b, a) if step.backward else (a, b)
        rows = net.edges_of(step.metaedge)
        joins = (net.subject[rows] == a) & (net.object[rows] == b)
        if step.metaedge.symmetric:
            joins |= (net.subject[rows] == b) & (net.object[rows] == a)
        rows = rows[joins]
        rows = rows[np.argsort(-net.belief[rows], kind="stable")]
        said.append(tuple(net.statements[rows].tolist()))
        belief *= float(net.belief[rows[0]])
    return Path(
        metapath=metapath,
        weight=weight,
        nodes=tuple(net.ids[nodes].tolist()),
        names=tuple(net.names[nodes].tolist()),
        statements=tuple(said),
        belief=round(belief, 6),
    )
