"""Invented graphs of any size, with the shape of graphs read from papers: themes, hubs, leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kg.ontology import KINDS, PREDICATES

_FIRST = (
    "thermal", "soil", "lithium", "graphene", "protein", "carbon", "neural", "quantum", "plant",
    "cell", "crop", "solar", "drug", "gene", "ocean", "polymer", "surface", "climate", "insulin",
    "enzyme", "silicon", "viral", "optical", "magnetic", "water",
)  # fmt: skip
_SECOND = (
    "conductivity", "moisture", "ion battery", "oxide", "expression", "dioxide", "network", "dot",
    "growth", "membrane", "yield", "storage", "delivery", "regulation", "acidity", "composite",
    "roughness", "resilience", "resistance", "activity", "wafer", "load", "fibre", "field", "uptake",
)  # fmt: skip


def invented(nodes: int, edges: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Concepts in the columns of Concept that a canvas reads, and statements in those of RELATED.

    Each concept belongs to a theme. It hangs on one that came before it, the rather the more
    hang on that already, nine times of ten within its theme; what remains of the edges is
    drawn the same way.

    >>> concepts, related = invented(50, 100)
    >>> len(concepts), len(related), bool(concepts["id"].is_unique)
    (50, 100, True)
    """
    rng = np.random.default_rng(seed)
    theme = rng.integers(0, max(2, round(nodes**0.5 / 3)), size=nodes)
    ends: list[tuple[int, int]] = []
    urn: dict[int, list[int]] = {}
    everyone: list[int] = []
    for n in range(nodes + max(0, edges - nodes + 1)):
        node = n if n < nodes else int(rng.integers(0, nodes))
        mine = urn.setdefault(int(theme[node]), [])
        known = mine if mine and rng.random() < 0.9 else everyone
        if known:
            other = known[int(rng.integers(0, len(known)))]
            if other != node:
                ends.append((node, other) if rng.random() < 0.5 else (other, node))
                mine.append(node)
                urn.setdefault(int(theme[other]), []).append(other)
                everyone += [node, other]
        elif not mine:
            mine.append(node)
            everyone.append(node)
    while len(ends) < edges:
        a, b = rng.integers(0, nodes, size=2)
        if a != b:
            ends.append((int(a), int(b)))
    pairs = np.array(ends[:edges])
    degree = np.bincount(pairs.ravel(), minlength=nodes)
    kinds = np.array(list(KINDS))
    fields = np.array(
        ["materials science", "biology", "medicine", "agronomy", "physics", "computing"]
    )
    names = [f"{rng.choice(_FIRST)} {rng.choice(_SECOND)} {n}" for n in range(nodes)]
    chosen = kinds[(theme * 3 + rng.integers(0, 4, size=nodes)) % len(kinds)]
    concepts = pd.DataFrame(
        {
            "id": [
                f"local:{k}/{name.replace(' ', '-')}" for k, name in zip(chosen, names, strict=True)
            ],
            "name": names,
            "kind": chosen,
            "n_works": np.maximum(1, degree // 2),
            "disciplines": [(f,) for f in fields[theme % len(fields)]],
        }
    )
    first = rng.integers(1975, 2024, size=edges)
    related = pd.DataFrame(
        {
            "subject": concepts["id"].to_numpy()[pairs[:, 0]],
            "object": concepts["id"].to_numpy()[pairs[:, 1]],
            "statement": [f"st:{n:024x}" for n in range(edges)],
            "predicate": rng.choice(list(PREDICATES), size=edges),
            "family": "causal",
            "belief": np.round(rng.beta(4, 2, size=edges), 4),
            "polarity": rng.choice(
                ["positive", "negative", "mixed"], size=edges, p=[0.88, 0.07, 0.05]
            ),
            "n_evidence": rng.geometric(0.4, size=edges),
            "n_works": rng.geometric(0.6, size=edges),
            "first_year": pd.array(first, dtype="Int64"),
            "last_year": pd.array(first + rng.integers(0, 12, size=edges), dtype="Int64"),
            "accepted": rng.random(edges) < 0.2,
        }
    )
    return concepts, related
