"""Small typed networks at random, and what is true of them by looking at every walk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kg.discovery.hetnet import Hetnet
from kg.discovery.hetnet_making import EDGE_COLUMNS, hetnet_of_edges
from kg.discovery.metapaths import DAMPING, Metapath, damped
from kg.network import Floats

LIKE = "like"
"""A predicate that says of its object what it says of its subject."""


def small(seed: int, nodes: int = 5) -> Hetnet:
    """Three kinds of node, edges between and within them, in both directions and in none."""
    rng = np.random.default_rng(seed)
    made = (
        ("A", "x", "B", 14),
        ("A", LIKE, "A", 8),
        ("B", "d", "B", 10),
        ("B", "y", "C", 8),
        ("A", "z", "A", 9),
    )
    rows = [
        (f"{a}{rng.integers(nodes)}", a, p, f"{b}{rng.integers(nodes)}", b)
        for a, p, b, n in made
        for _ in range(n)
    ]  # fmt: skip
    return hetnet_of_edges(pd.DataFrame(rows, columns=list(EDGE_COLUMNS)), symmetric=[LIKE])


def counted_one_by_one(net: Hetnet, path: Metapath, damping: float = DAMPING) -> Floats:
    """Degree-weighted path counts by following every walk that meets no node twice."""
    matrices = [damped(net, step, damping).toarray() for step in path.steps]
    kinds = path.kinds
    out = np.zeros((len(matrices[0]), matrices[-1].shape[1]))

    def follow(places: list[int], weight: float) -> None:
        at = len(places) - 1
        if at == len(matrices):
            out[places[0], places[-1]] += weight
            return
        for there in np.flatnonzero(matrices[at][places[-1]]):
            met = [k == kinds[at + 1] and p == there for k, p in zip(kinds, places, strict=False)]
            if not any(met):
                follow([*places, int(there)], weight * matrices[at][places[-1], there])

    for start in range(len(out)):
        follow([start], 1.0)
    return out


def drugs(seed: int = 0, compounds: int = 60, diseases: int = 12, genes: int = 25) -> pd.DataFrame:
    """Compounds that treat diseases because they bind the genes of these: something to learn."""
    rng = np.random.default_rng(seed)
    cause = {d: rng.choice(genes, 4, replace=False) for d in range(diseases)}
    binds = {c: rng.choice(genes, 3, replace=False) for c in range(compounds)}
    rows = [(f"c{c}", "chemical", "binds", f"g{g}", "gene") for c in binds for g in binds[c]]
    rows += [(f"g{g}", "gene", "causes", f"d{d}", "disease") for d in cause for g in cause[d]]
    rows += [
        (f"c{c}", "chemical", "treats", f"d{d}", "disease")
        for c in binds
        for d in cause
        if len(set(binds[c]) & set(cause[d])) > 1 or rng.random() < 0.02
    ]
    frame = pd.DataFrame(rows, columns=list(EDGE_COLUMNS))
    licences = np.array(["CC0-1.0", "CC BY 4.0", "CC BY-NC 4.0", ""])
    frame["licence"] = licences[rng.integers(4, size=len(frame))]
    frame["source"] = np.array(["one", "other"])[rng.integers(2, size=len(frame))]
    return frame
