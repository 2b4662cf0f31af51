"""How strongly B links A with C, and what chance would do: sums over sparse rows.

- linking terms: how many B there are; average minimum weight: of each B the weaker of its two links, in
  documents, and the mean of these (Yetisgen-Yildiz & Pratt 2009, doi:10.1016/j.jbi.2008.12.001)
- Adamic–Adar: the sum over B of 1 / log of how many terms it is linked with (Adamic & Adar 2003,
  doi:10.1016/S0378-8733(03)00009-1); resource allocation: of 1 / how many (Zhou, Lü & Zhang 2009,
  doi:10.1140/epjb/e2009-00335-8)
- mutual information: of each B the lower of its two pointwise mutual informations, in bits, and the
  mean of these (after Wren 2004, doi:10.1186/1471-2105-5-145)
- cohesion: how closely the literature of B hangs together (after Swanson, Smalheiser & Torvik 2006,
  doi:10.1002/asi.20438)
- expected and surprise: what the hypergeometric distribution says of so much in common, as in
  Fisher's exact test, one-sided
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse, stats

from kg.discovery.links import Links, Matrix
from kg.network import Bools, Floats, Ints

CHUNK = 512
"""Candidates whose links are counted at a time, so that memory stays small."""


def of_candidates(
    links: Links, a: int, middle: Ints, weight: Floats, rows: Matrix, wanted: Ints, allowed: Bools
) -> pd.DataFrame:
    """Scores of the C of an open discovery.

    Args:
        links: Of all terms.
        a: Number of A.
        middle: Numbers of the B, shape (b,).
        weight: Documents that link A with each B, shape (b,).
        rows: Documents that link each B with each term, shape (b, terms).
        wanted: Numbers of the terms that may be a C.
        allowed: Which terms may be a B, shape (terms,).

    Returns:
        One row a term of *wanted* that some B links, with its ``number`` and scores.
    """
    m = sparse.csr_array(rows[:, wanted], dtype=float)
    m.eliminate_zeros()
    at = np.repeat(np.arange(len(middle)), np.diff(m.indptr))
    degree = np.maximum(np.diff(rows.indptr), 2).astype(float)
    lower = np.minimum(m.data, weight[at])
    works = links.works.astype(float)
    information = np.minimum(
        mutual_information(weight, works[a], works[middle], links.documents)[at],
        mutual_information(m.data, works[middle][at], works[wanted[m.indices]], links.documents),
    )

    def add(values: Floats) -> Floats:
        return np.bincount(m.indices, values, minlength=len(wanted)).astype(float)

    linking = add(np.ones(len(m.data)))
    some = np.flatnonzero(linking)
    n = linking[some]
    possible = _linked_with(links, wanted[some], allowed)
    pool = int(allowed.sum())
    return pd.DataFrame(
        {
            "number": wanted[some],
            "linking_terms": n.astype(int),
            "average_minimum_weight": add(lower)[some] / n,
            "adamic_adar": add(1 / np.log(degree[at]))[some],
            "resource_allocation": add(1 / degree[at])[some],
            "mutual_information": add(information)[some] / n,
            "expected": possible * len(middle) / max(pool, 1),
            "surprise": surprise(n, pool, np.full(len(n), float(len(middle))), possible),
            "works": links.works[wanted[some]],
        }
    )


def of_bridges(links: Links, ends: Ints, middle: Ints, weight: Floats) -> pd.DataFrame:
    """Scores of the B of a closed discovery.

    Args:
        links: Of all terms.
        ends: Numbers of A and C, shape (2,).
        middle: Numbers of the B, shape (b,).
        weight: Documents that link A, and C, with each B, shape (2, b).
    """
    works = links.works.astype(float)
    own, n = works[middle], links.documents
    expected = [own * works[end] / max(n, 1) for end in ends]
    surprising = [
        # Statements may outnumber the works of an end; then chance is asked about all of these.
        surprise(np.minimum(w, np.minimum(own, works[end])), n, np.full(len(own), works[end]), own)
        for w, end in zip(weight, ends, strict=True)
    ]
    information = [
        mutual_information(w, works[end], own, n) for w, end in zip(weight, ends, strict=True)
    ]
    return pd.DataFrame(
        {
            "works_a": weight[0],
            "works_c": weight[1],
            "expected_a": expected[0],
            "expected_c": expected[1],
            "minimum_weight": np.minimum(*weight),
            "mutual_information": np.minimum(*information),
            "specificity": np.log10(np.maximum(n, 1) / np.maximum(own, 1)),
            "cohesion": links.cohesion(middle),
            "surprise": np.minimum(*surprising),
            "works": links.works[middle],
        }
    )


def mutual_information(
    together: Floats, one: Floats | float, other: Floats | float, documents: int
) -> Floats:
    """Pointwise mutual information in bits: how much oftener two stand together than by chance.

    >>> mutual_information(np.array([4.0]), 8.0, 8.0, 64).tolist()
    [2.0]
    """
    chance = np.asarray(one, float) * np.asarray(other, float) / max(documents, 1)
    return np.asarray(np.log2(np.maximum(together, 1e-9) / np.maximum(chance, 1e-9)), float)


def surprise(found: Floats, pool: int, one: Floats, other: Floats) -> Floats:
    """−log10 of the probability that *one* and *other* drawn from *pool* share so many or more.

    >>> surprise(np.array([0.0, 2.0]), 4, np.array([2.0, 2.0]), np.array([2.0, 2.0])).round(3).tolist()
    [0.0, 0.778]
    """
    drawn = np.minimum(one, pool), np.minimum(other, pool)
    log = stats.hypergeom.logsf(found - 1, pool, *drawn)
    return np.asarray(np.maximum(-log / np.log(10), 0.0), float)


def _linked_with(links: Links, terms: Ints, allowed: Bools) -> Floats:
    """With how many terms that may be a B each term is linked."""
    parts = [
        np.diff(
            sparse.csr_array(links.rows(terms[i : i + CHUNK])[:, np.flatnonzero(allowed)]).indptr
        )
        for i in range(0, len(terms), CHUNK)
    ]
    return np.concatenate(parts).astype(float) if parts else np.zeros(0)
