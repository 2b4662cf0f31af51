"""Swanson's ABC: A is linked with B, B with C, and nobody has linked A with C yet.

Open discovery starts at A and ranks the C; closed discovery is given A and C and ranks the B between them
(Swanson 1986, doi:10.1353/pbm.1986.0087; 1988, doi:10.1353/pbm.1988.0009; Smalheiser & Swanson 1998,
doi:10.1016/S0169-2607(98)00033-9). Both stand on :class:`kg.discovery.links.Links`, so they work on
statements, on co-mention and on the terms of documents alike. Both rank by several scores
(:mod:`kg.discovery.abc_scores`), tell what they left out and by what rule, and set beside each rank that
of a baseline which knows only how much is said of a term at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from kg.discovery import abc_scores
from kg.discovery.generality import Noise
from kg.discovery.links import Links, Matrix, number
from kg.errors import RecordError
from kg.network import Floats, Ints
from kg.ontology import PREDICATES

Open = Literal[
    "adamic_adar", "resource_allocation", "linking_terms", "average_minimum_weight",
    "mutual_information", "surprise",
]  # fmt: skip
Closed = Literal["surprise", "minimum_weight", "mutual_information", "specificity"]
NOISE = Noise()
HEDGED = {"negative": " (denied)", "mixed": " (said and denied)", "unknown": " (supposed)"}
SHOWN = 3
"""So many linking terms are named in a reason."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """What an ABC discovery found, best first, and what it did not look at.

    Attributes:
        found: One row a candidate, with ``id``, ``name``, ``kind``, its scores, ``rank``,
            ``baseline_rank`` (how it ranks by how much is said of it at all), and ``reason`` in words.
            See :func:`open_discovery` and :func:`closed_discovery`.
        evidence: What links each candidate shown, on both sides; sentences open by ``statement``
            (:meth:`kg.Graph.evidence`), or it is the ``title`` of a ``document``.
        left_out: Terms that were no links: ``id``, ``name``, ``rule``, ``value``, ``limit``.
        filter: The rules in words, and how many terms each has left out.
        by: The score that ranks.
        told: What was walked: statements or documents, up to which year, under which licence.
        total: Candidates at all, of which ``found`` shows the first.
        direct: In how many documents A and C are linked already (closed discovery); 0 is a
            hypothesis that nobody has written down here.
    """

    found: pd.DataFrame
    evidence: pd.DataFrame
    left_out: pd.DataFrame
    filter: str
    by: str
    told: str
    total: int
    direct: float = 0.0

    def __str__(self) -> str:
        """What this is, in a sentence."""
        shown = f"{len(self.found):,} of {self.total:,}" if self.total else "None"
        return f"{shown} found in {self.told}, by {self.by.replace('_', ' ')}; {self.filter}."


def open_discovery(
    links: Links,
    a: str,
    *,
    noise: Noise = NOISE,
    kinds: Sequence[str] = (),
    by: Open = "adamic_adar",
    known: bool = False,
    limit: int = 20,
) -> Ranking:
    """What may be linked with A, by way of what.

    Args:
        links: Of a graph or of documents.
        a: Id of the term to start at.
        noise: When a term is no link.
        kinds: Only candidates of these kinds.
        by: What ranks; ties are broken by ``average_minimum_weight``, then by name.
        known: Keep candidates that are linked with A already.
        limit: At most so many candidates.

    Returns:
        ``found`` has ``linking_terms``, ``average_minimum_weight``, ``adamic_adar``,
        ``resource_allocation``, ``mutual_information``, ``expected`` (linking terms if A and the
        candidate were linked with others by chance), ``surprise`` (−log10 of the probability of so
        many or more by chance), ``works``, ``known``, and ``linking``, ids of all linking terms, the
        strongest first.

    Raises:
        RecordError: If A is linked with nothing, or *by* is no score.
    """
    _known(by, get_args(Open))
    at = number(links, a)
    allowed, left_out = noise.judge(links)
    allowed[at] = False
    of_a = links.rows(np.array([at]))
    middle = of_a.indices[allowed[of_a.indices]].astype(np.int64)
    order = np.argsort(middle)
    middle = middle[order]
    rows = links.rows(middle)
    not_hub, hubs = noise.judge_degree(links, middle, np.diff(rows.indptr))
    left_out = pd.concat([left_out, hubs], ignore_index=True) if len(hubs) else left_out
    middle, rows = middle[not_hub], rows[np.flatnonzero(not_hub)]
    weight = np.asarray(of_a.toarray(), float).ravel()
    wanted = np.ones(len(links.ids), bool)
    wanted[at] = False
    if not known:
        wanted[of_a.indices] = False
    if kinds:
        wanted &= links.kinds.among(tuple(kinds))
    scores = abc_scores.of_candidates(
        links, at, middle, weight[middle], rows, np.flatnonzero(wanted), allowed
    )
    scores["known"] = weight[scores["number"].to_numpy(np.int64)] > 0
    ranked = _ranked(links, scores, by, "average_minimum_weight")
    found = ranked.head(limit).copy()
    linking = [
        _strongest(middle, np.minimum(weight[middle], _column(rows, n))) for n in found["number"]
    ]
    found["linking"] = [[str(links.ids[b]) for b in bs] for bs in linking]
    pairs = [
        (str(links.ids[n]), b, side, one, other)
        for n, bs in zip(found["number"], linking, strict=True)
        for b in bs[:SHOWN]
        for side, one, other in (("A–B", at, b), ("B–C", b, int(n)))
    ]
    evidence = _evidence(links, pairs)
    found["reason"] = [
        _reason_open(links, links.names[at], expected, bs) + _said(evidence, id, links.ids[bs[0]])
        for id, expected, bs in zip(found["id"], found["expected"], linking, strict=True)
    ]
    return Ranking(
        found=found.drop(columns="number"),
        evidence=evidence,
        left_out=left_out,
        filter=_filter(noise, left_out),
        by=by,
        told=links.told,
        total=len(ranked),
    )


def closed_discovery(
    links: Links,
    a: str,
    c: str,
    *,
    noise: Noise = NOISE,
    by: Closed = "surprise",
    limit: int = 20,
) -> Ranking:
    """What stands between A and C.

    Args:
        links: Of a graph or of documents.
        a: Id of the one term.
        c: Id of the other.
        noise: When a term is no link.
        by: What ranks; ties are broken by ``minimum_weight``, then by name.
        limit: At most so many.

    Returns:
        ``found`` has ``works_a`` and ``works_c`` (in how many documents it is linked with each),
        ``expected_a`` and ``expected_c`` (by chance), ``minimum_weight``, ``mutual_information``,
        ``specificity``, ``cohesion``, ``surprise`` (−log10 of the probability of so many or more
        by chance, on the side where it is less surprising), and ``works``.

    Raises:
        RecordError: If A or C is linked with nothing, or *by* is no score.
    """
    _known(by, get_args(Closed))
    ends = np.array([number(links, a), number(links, c)])
    if ends[0] == ends[1]:
        raise RecordError(f"A and C are both {a!r}; closed discovery is between two.")
    allowed, left_out = noise.judge(links)
    allowed[ends] = False
    weights = links.rows(ends).toarray().astype(float)
    middle = np.flatnonzero((weights > 0).all(axis=0) & allowed)
    degree = np.diff(links.rows(middle).indptr)
    not_hub, hubs = noise.judge_degree(links, middle, degree)
    left_out = pd.concat([left_out, hubs], ignore_index=True) if len(hubs) else left_out
    middle = middle[not_hub]
    scores = abc_scores.of_bridges(links, ends, middle, weights[:, middle])
    scores["number"] = middle
    ranked = _ranked(links, scores, by, "minimum_weight")
    found = ranked.head(limit).copy()
    pairs = [
        (str(links.ids[b]), int(b), side, one, other)
        for b in found["number"]
        for side, one, other in (("A–B", int(ends[0]), int(b)), ("B–C", int(b), int(ends[1])))
    ]
    evidence = _evidence(links, pairs)
    by_chance = found[["id", "works_a", "works_c", "expected_a", "expected_c", "works"]]
    found["reason"] = [
        f"with {links.names[ends[0]]} in {_works(in_a)} ({chance_a:.2g} by chance), with "
        f"{links.names[ends[1]]} in {_works(in_c)} ({chance_c:.2g} by chance); in {_works(all_)} at all"
        + _said(evidence, id, id)
        for id, in_a, in_c, chance_a, chance_c, all_ in by_chance.itertuples(index=False)
    ]
    return Ranking(
        found=found.drop(columns="number"),
        evidence=evidence,
        left_out=left_out,
        filter=_filter(noise, left_out),
        by=by,
        told=links.told,
        total=len(ranked),
        direct=float(weights[0, ends[1]]),
    )


def _known(by: str, scores: Sequence[str]) -> None:
    if by not in scores:
        raise RecordError(f"Cannot rank by {by!r}; choose one of {', '.join(scores)}.")


def _ranked(links: Links, scores: pd.DataFrame, by: str, then: str) -> pd.DataFrame:
    """The candidates in their order, with what they are called and their rank by mere frequency."""
    terms = scores["number"].to_numpy(np.int64)
    scores.insert(0, "id", links.ids[terms])
    scores.insert(1, "name", links.names[terms])
    scores.insert(2, "kind", links.kinds.at(terms))
    scores["baseline_rank"] = scores["works"].rank(method="min", ascending=False).astype(int)
    ranked = scores.sort_values([by, then, "name"], ascending=[False, False, True], kind="stable")
    ranked = ranked.reset_index(drop=True)
    ranked.insert(0, "rank", np.arange(1, len(ranked) + 1))
    return ranked


def _column(rows: Matrix, n: int) -> Floats:
    return np.asarray(rows[:, [int(n)]].toarray(), float).ravel()


def _strongest(middle: Ints, weight: Floats) -> list[int]:
    """Linking terms, that of the strongest weaker link first."""
    here = np.flatnonzero(weight)
    return [int(b) for b in middle[here[np.lexsort((here, -weight[here]))]]]


def _reason_open(links: Links, a: str, expected: float, linking: list[int]) -> str:
    named = ", ".join(str(links.names[b]) for b in linking[:SHOWN])
    more = len(linking) - SHOWN
    rest = f" and {more} more" if more > 0 else ""
    terms = "term" if len(linking) == 1 else "terms"
    return f"{len(linking)} {terms} in common with {a} ({expected:.2g} by chance): {named}{rest}"


def _works(n: float) -> str:
    return f"{n:g} work" if n == 1 else f"{n:g} works"


def _said(evidence: pd.DataFrame, candidate: str, linking: str) -> str:
    """What the first statement on either side says, "" where links are no statements."""
    if "predicate" not in evidence:
        return ""
    here = evidence[(evidence["candidate"] == candidate) & (evidence["linking"] == linking)]
    told = [
        f"{subject} {PREDICATES[predicate].label} {object_}" + HEDGED.get(polarity, "")
        for subject, predicate, object_, polarity in here.drop_duplicates("side")[
            ["subject_name", "predicate", "object_name", "polarity"]
        ].itertuples(index=False)
    ]
    return "".join(f"; {t}" for t in told)


def _evidence(links: Links, pairs: Sequence[tuple[str, int, str, int, int]]) -> pd.DataFrame:
    """What links each pair, under the candidate that it speaks for."""
    held: dict[tuple[int, int], pd.DataFrame] = {}
    frames = []
    for candidate, b, side, one, other in pairs:
        key = (min(one, other), max(one, other))
        if key not in held:
            held[key] = links.evidence(*key)
        frame = held[key].copy()
        frame.insert(0, "candidate", candidate)
        frame.insert(1, "linking", str(links.ids[b]))
        frame.insert(2, "side", side)
        frames.append(frame)
    if not frames:
        return pd.DataFrame(columns=["candidate", "linking", "side"])
    return pd.concat(frames, ignore_index=True)


def _filter(noise: Noise, left_out: pd.DataFrame) -> str:
    counts = left_out["rule"].value_counts()
    told = ", ".join(f"{n:,} {rule}" for rule, n in counts.items())
    return f"{noise} ({told or 'none were'})"
