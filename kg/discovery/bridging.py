"""What joins fields: concepts that two of them speak of, works that speak of two, and where nothing joins.

A concept is a bridge between two fields if works of the one say something of it and other works
of the other do. It is as strong as the weaker side, the stronger the fewer works mention it
at all ("patients" joins everything and tells nothing), and the stronger the less the two fields
speak of the same things. Three other measures stand beside it: how
often it lies on the shortest chains between concepts of the two fields (betweenness between
subsets, Brandes 2008, doi:10.1016/j.socnet.2007.11.001), how evenly its statements lead into fields
(participation, Guimerà & Amaral 2005, doi:10.1038/nature03288), and, the plainest, how many statements
it has. What chance gives is the same score with disciplines dealt out to works anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import scipy.sparse as sp

from kg.derived import told_of
from kg.discovery.chains import between
from kg.discovery.fields import Fields, fields, touching
from kg.errors import RecordError
from kg.graph import Graph
from kg.network import Bools, Floats, Ints, Network

SHUFFLES = 200
SEED = 7
SIDES = 3
"""At most so many statements are named on each side of a bridge."""
FEW = 3.0
"""So many concepts that are at home nowhere are added to those that a work speaks of."""
LEAST_WORKS = 5
"""A gap is told between fields that so many works belong to …"""
LEAST_EXPECTED = 3
"""… where so many statements are expected."""

CONCEPT_COLUMNS = (
    "id", "name", "kind", "field_a", "field_b", "score", "chance", "above_chance", "betweenness",
    "participation", "degree", "works_a", "works_b", "statements_a", "statements_b", "reason",
)  # fmt: skip
WORK_COLUMNS = (
    "id", "title", "year", "field_a", "field_b", "score", "chance", "above_chance", "concepts",
    "statements", "reason",
)  # fmt: skip
GAP_COLUMNS = (
    "field_a",
    "field_b",
    "shared",
    "likeness",
    "statements",
    "expected",
    "gap",
    "reason",
)


@dataclass(frozen=True, slots=True, eq=False)
class Bridging:
    """What joins the fields of a graph.

    Attributes:
        concepts: One row a concept and its best pair of fields, the strongest first: ``score`` in
            [0, 1]; ``chance``, the mean of the best score of the same concept over shuffles, and
            ``above_chance``, in what part of the shuffles it was lower; ``betweenness``,
            ``participation`` and ``degree`` beside it; works and strongest statements on each side.
        works: One row a work that speaks of what is at home in another field: ``score`` is the
            part of what it speaks of that is at home there, specific concepts counting more, times how
            far the two fields are apart;
            ``statements`` are those of its own that join the two.
        gaps: One row a pair of fields that speak of the same concepts and of which few statements
            join what is at home in the one to what is in the other: ``gap`` is expected less found,
            as part of expected.
        said: What was left out, and how chance was taken, in words.
    """

    concepts: pd.DataFrame
    works: pd.DataFrame
    gaps: pd.DataFrame
    said: str


def bridging(
    graph: Graph,
    *,
    limit: int = 20,
    kinds: Sequence[str] = (),
    between_fields: tuple[str, str] | None = None,
    shuffles: int = SHUFFLES,
    seed: int = SEED,
) -> Bridging:
    """Concepts and works that join fields, and gaps between fields.

    Args:
        graph: The graph; ``graph.as_of(year)`` for what was so then, ``graph.part(licences=…)`` for
            what some licences leave.
        limit: At most so many rows a table.
        kinds: Only concepts of these kinds; all but ``term``, whose kind is not known, if left out.
        between_fields: Only this pair of disciplines.
        shuffles: How often chance is tried.
        seed: Of the shuffles.

    Raises:
        RecordError: If no works of that discipline speak.
    """
    known = fields(graph.store)
    for name in between_fields or ():
        if name not in known.names:
            there = ", ".join(known.names) or "none"
            raise RecordError(f"No work of {name!r} is in the graph; its disciplines are {there}.")
    pairs = [
        (a, b)
        for a, b in combinations(range(len(known.names)), 2)
        if not between_fields or {known.names[a], known.names[b]} == set(between_fields)
    ]
    wanted = known.network.kind.among(kinds) if kinds else ~known.network.kind.among(["term"])
    return Bridging(
        _concepts(known, pairs, wanted, limit, shuffles, seed),
        _works(graph, known, pairs, limit, shuffles, seed),
        _gaps(known, pairs, limit),
        f"{len(known.works):,} works of {len(known.names)} disciplines, "
        f"{len(known.network.statements):,} statements of {int(wanted.sum()):,} concepts"
        + (f" of kind {', '.join(kinds)}" if kinds else ", without those whose kind is not known")
        + f"; chance is the mean of {shuffles} shuffles of the disciplines among the works, seed {seed}.",
    )


# --------------------------------------------------------------------------- concepts


def _strengths(known: Fields, ends: sp.csr_array) -> Floats:
    """How surely each field says anything of some concepts, shape (concepts, names).

    Each field counts a statement in the part of its works among all that say it.
    """
    total = known.said.sum(axis=1, keepdims=True)
    share = np.divide(known.said, total, out=np.zeros_like(known.said), where=total > 0)
    doubt = -np.log1p(-np.minimum(known.network.belief, 0.99))
    return np.asarray(1 - np.exp(-(ends @ (share * doubt[:, None]))))


def _scores(known: Fields, rows: Ints, pairs: Sequence[tuple[int, int]]) -> Floats:
    """Strength of concepts, given by number, between each two fields, shape (concepts, pairs)."""
    ends = touching(known.network)[rows]
    sure = _strengths(known, ends)
    speaks = sp.csr_array((ends @ known.says) > 0, dtype=float)
    of = np.asarray((known.of_work > 0).todense(), float)
    in_field = speaks @ of
    out = np.zeros((len(rows), len(pairs)))
    for n, (a, b) in enumerate(pairs):
        both = speaks @ (of[:, a] * of[:, b])
        # Each side needs a work that is not of the other field, too.
        apart = (in_field[:, a] > both) & (in_field[:, b] > both)
        far = 1 - known.likeness[a, b]
        out[:, n] = np.minimum(sure[:, a], sure[:, b]) * apart * far
    return out * known.specificity[rows, None]


def _concepts(
    known: Fields,
    pairs: Sequence[tuple[int, int]],
    wanted: Bools,
    limit: int,
    shuffles: int,
    seed: int,
) -> pd.DataFrame:
    walked = known.network
    candidates = np.flatnonzero(wanted)
    if not pairs or not len(candidates):
        return pd.DataFrame(columns=list(CONCEPT_COLUMNS))
    scores = _scores(known, candidates, pairs)
    order = _best(scores, limit)
    chosen, scores = candidates[order], scores[order]
    chance = _chance(known, len(chosen), shuffles, seed, lambda one: _scores(one, chosen, pairs))
    joined = _adjacency(walked)
    part, degree = _participation(known), walked.degree()
    lying = {
        n: between(joined, known.homes[:, a] > 0, known.homes[:, b] > 0, seed=seed)
        for n, (a, b) in enumerate(pairs)
        if n in set(scores.argmax(axis=1))
    }
    rows = []
    for c, score, by_chance in zip(chosen.tolist(), scores, chance.T, strict=True):
        at = int(score.argmax())
        a, b = pairs[at]
        sides = [_side(known, c, f) for f in (a, b)]
        rows.append(
            {
                "id": walked.ids[c],
                "name": walked.names[c],
                "kind": walked.kind.values[walked.kind.codes[c]],
                "field_a": known.names[a],
                "field_b": known.names[b],
                **_beside(float(score.max()), by_chance),
                "betweenness": round(float(lying[at][c]), 6),
                "participation": round(float(part[c]), 4),
                "degree": int(degree[c]),
                "works_a": sides[0].works,
                "works_b": sides[1].works,
                "statements_a": sides[0].strongest,
                "statements_b": sides[1].strongest,
                "reason": " and ".join(
                    f"{known.names[f]} says {_count(side.statements, 'statement')} of it "
                    f"in {_count(side.works, 'work')}"
                    for f, side in zip((a, b), sides, strict=True)
                ),
            }
        )
    return pd.DataFrame(rows, columns=list(CONCEPT_COLUMNS))


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _best(scores: Floats, limit: int) -> Ints:
    """Rows whose greatest score is greatest, those of none left out."""
    best = scores.max(axis=1)
    order = np.lexsort((np.arange(len(best)), -best))[:limit]
    return np.asarray(order[best[order] > 0], np.int64)


def _chance(
    known: Fields, rows: int, shuffles: int, seed: int, scores: Callable[[Fields], Floats]
) -> Floats:
    """The greatest score of each row in each shuffle, shape (shuffles, rows)."""
    rng = np.random.default_rng(seed)
    found = [scores(known.shuffled(rng)).max(axis=1) for _ in range(shuffles)]
    return np.array(found).reshape(shuffles, rows)


def _beside(score: float, chance: Floats) -> dict[str, float]:
    """A score with what chance gives beside it; missing where it was not tried."""
    return {
        "score": round(score, 4),
        "chance": round(float(chance.mean()), 4) if len(chance) else float("nan"),
        "above_chance": round(float((chance < score).mean()), 3) if len(chance) else float("nan"),
    }


@dataclass(frozen=True, slots=True)
class _Side:
    """What one field says of a concept."""

    strongest: tuple[str, ...]
    works: int
    statements: int


def _side(known: Fields, concept: int, field: int) -> _Side:
    walked = known.network
    arcs = walked.arcs[walked.starts[concept] : walked.starts[concept + 1]]
    arcs = arcs[known.said[arcs, field] > 0]
    order = np.lexsort((arcs, -walked.belief[arcs] * np.minimum(known.said[arcs, field], 1)))
    members = np.flatnonzero(np.asarray(known.of_work[:, [field]].todense())[:, 0])
    return _Side(
        tuple(str(s) for s in walked.statements[arcs[order[:SIDES]]]),
        len(set(known.says[arcs].indices.tolist()) & set(members.tolist())),
        len(arcs),
    )


def _participation(known: Fields) -> Floats:
    """Of the homes of the neighbours of each concept, shape (concepts,)."""
    into = _adjacency(known.network, count=True) @ known.homes
    total = into.sum(axis=1)
    share = np.divide(into, total[:, None], out=np.zeros_like(into), where=total[:, None] > 0)
    return np.where(total > 0, 1 - np.square(share).sum(axis=1), 0.0)


def _adjacency(walked: Network, *, count: bool = False) -> sp.csr_array:
    """Which concepts a statement joins (or how many do), both ways, shape (concepts, concepts)."""
    n = len(walked.ids)
    tails: Ints = np.repeat(np.arange(n), walked.degree())
    whole = sp.csr_array((np.ones(len(tails)), (tails, walked.heads)), shape=(n, n))
    whole.sum_duplicates()
    if not count:
        whole.data[:] = 1.0
    return whole


# --------------------------------------------------------------------------- works


def _works(
    graph: Graph, known: Fields, pairs: Sequence[tuple[int, int]], limit: int, shuffles: int,
    seed: int,
) -> pd.DataFrame:  # fmt: skip
    if not pairs:
        return pd.DataFrame(columns=list(WORK_COLUMNS))
    scores = _abroad(known, np.arange(len(known.works)), pairs)
    order = _best(scores, limit)
    scores = scores[order]
    chance = _chance(known, len(order), shuffles, seed, lambda one: _abroad(one, order, pairs))
    ids = [known.works[w] for w in order]
    with graph.store.reading() as reader:
        titles = told_of(reader, ids, "title", "year")
    rows = []
    for w, score, by_chance in zip(order.tolist(), scores, chance.T, strict=True):
        a, b = pairs[int(score.argmax())]
        own, other = (a, b) if known.of_work[w, a] >= known.of_work[w, b] else (b, a)
        said = _joining(known, w, own, other)
        mentioned = known.mentions[:, [w]].nonzero()[0]
        there = int((known.homes[mentioned, other] > 0).sum())
        rows.append(
            {
                "id": known.works[w],
                "title": titles.get(known.works[w], ("", None))[0],
                "year": titles.get(known.works[w], ("", None))[1],
                "field_a": known.names[own],
                "field_b": known.names[other],
                **_beside(float(score.max()), by_chance),
                "concepts": there,
                "statements": said,
                "reason": f"of {known.names[own]}; {there} of the {len(mentioned)} concepts that it "
                f"speaks of are at home in {known.names[other]}",
            }
        )
    frame = pd.DataFrame(rows, columns=list(WORK_COLUMNS))
    return frame.astype({"year": "Int64"})


def _abroad(known: Fields, rows: Ints, pairs: Sequence[tuple[int, int]]) -> Floats:
    """What part of what works speak of is at home in the other field of a pair, shape (rows, pairs).

    Where a concept is at home follows from the other works: one that only this work mentions
    is at home nowhere else. A work that speaks of few such concepts is not judged by them alone:
    :data:`FEW` more are counted that are not.
    """
    of = np.asarray(known.of_work.todense())[rows]
    concept, work = known.mentions[:, rows].tocoo().coords
    others = known.spoken[concept] - of[work]
    most = others.max(axis=1, keepdims=True, initial=0)
    at_home = (others >= most - 1e-9) & (others > 1e-9)
    weight = known.specificity[concept]
    parts = at_home / np.maximum(at_home.sum(axis=1, keepdims=True), 1) * weight[:, None]
    total = np.bincount(work, weight * at_home.any(axis=1), len(rows)) + FEW
    abroad = np.zeros(of.shape)
    for f in range(len(known.names)):
        abroad[:, f] = np.bincount(work, parts[:, f], len(rows)) / total
    out = np.zeros((len(rows), len(pairs)))
    for n, (a, b) in enumerate(pairs):
        mine = (of[:, a] > 0) != (of[:, b] > 0)
        there = np.where(of[:, a] > 0, abroad[:, b], abroad[:, a])
        out[:, n] = there * mine * (1 - known.likeness[a, b])
    return out


def _joining(known: Fields, work: int, own: int, other: int) -> tuple[str, ...]:
    """Statements of a work between what is at home in its field and what is in the other."""
    walked = known.network
    said = known.says[:, [work]].nonzero()[0]
    a, b = known.homes[walked.subject[said]], known.homes[walked.object[said]]
    crossing = ((a[:, own] > 0) & (b[:, other] > 0)) | ((a[:, other] > 0) & (b[:, own] > 0))
    crossing &= ~((a[:, own] > 0) & (a[:, other] > 0)) & ~((b[:, own] > 0) & (b[:, other] > 0))
    rows = said[crossing]
    order = np.lexsort((rows, -walked.belief[rows]))[:SIDES]
    return tuple(str(s) for s in walked.statements[rows[order]])


# --------------------------------------------------------------------------- gaps


def _gaps(known: Fields, pairs: Sequence[tuple[int, int]], limit: int) -> pd.DataFrame:
    walked = known.network
    speaks = np.asarray((known.of_work > 0).sum(axis=0)).ravel()
    ends_a, ends_b = known.homes[walked.subject], known.homes[walked.object]
    found = ends_a.T @ ends_b
    found = found + found.T
    # Each end of a statement lands in a field as often as all ends do (configuration model).
    weight = ends_a.sum(axis=0) + ends_b.sum(axis=0)
    total = max(weight.sum(), 1.0)
    rows = []
    for a, b in pairs:
        if min(speaks[a], speaks[b]) < LEAST_WORKS:
            continue
        expected = float(weight[a] * weight[b] / total)
        joined = float(found[a, b])
        shared = int(((known.spoken[:, a] > 0) & (known.spoken[:, b] > 0)).sum())
        if expected < max(joined, LEAST_EXPECTED) or not shared:
            continue
        alike = float(known.likeness[a, b])
        rows.append(
            {
                "field_a": known.names[a],
                "field_b": known.names[b],
                "shared": shared,
                "likeness": round(alike, 4),
                "statements": round(joined, 1),
                "expected": round(expected, 1),
                "gap": round((expected - joined) / expected, 4),
                "reason": f"both speak of {shared:,} concepts, and {joined:.0f} statements join what is "
                f"at home in them, where {expected:.0f} would if fields did not matter",
            }
        )
    frame = pd.DataFrame(rows, columns=list(GAP_COLUMNS))
    frame = frame.assign(rank=frame["gap"] * frame["likeness"])
    frame = frame.sort_values(["rank", "field_a", "field_b"], ascending=[False, True, True])
    return frame.drop(columns="rank").head(limit).reset_index(drop=True)
