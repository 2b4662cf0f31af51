"""What is spoken of more and more: concepts that rise, that burst, and a map of the fields.

A concept rises if the share of works that speak of it is larger in the last years than before. How sure that
is, with few works, is told by the z-score of the log-odds ratio with an informative Dirichlet prior
(Monroe, Colaresi & Quinn 2008, doi:10.1093/pan/mpn018), whose prior is how often works speak of the concept at
all. But if more works of physics were read of late, all that physics speaks of seems to rise. So the
years are dealt out anew to the works of each field, which leaves what fields explain, and what a concept
rises beyond that is what ranks it. The plain ratio of shares (the baseline, which the rarest win)
stands beside it. Bursts, too, are told against what is usual in the fields of the works of a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import networkx as nx
import numpy as np
import pandas as pd
import scipy.sparse as sp

from kg.derived import disciplines_of, years_of
from kg.discovery.bursts import bursts
from kg.discovery.fields import Fields, fields, incidence, mentioning
from kg.errors import RecordError
from kg.graph import Graph
from kg.identity import MERGED
from kg.model import Names
from kg.network import Bools, Floats, Ints
from kg.schema import NODES

LEAST_WORKS = 3
"""A concept that fewer works speak of has no trend."""
SHUFFLES = 200
SEED = 7
TRIED = 500
"""Chance is tried for so many concepts, those of the greatest z-score."""
PRIOR = 10.0
"""Weight of what is known of a concept before looking at the years, in works."""
RISING_COLUMNS = (
    "id", "name", "kind", "beyond", "z", "chance", "above_chance", "ratio", "works_before", "works_lately",
    "share_before", "share_lately", "years", "reason",
)  # fmt: skip
BURST_COLUMNS = ("id", "name", "kind", "first", "last", "weight", "works", "of", "reason")
FIELD_COLUMNS = ("field", "works", "concepts", "statements", "x", "y")
TIE_COLUMNS = ("field_a", "field_b", "likeness", "statements", "shared")


@dataclass(frozen=True, slots=True, eq=False)
class Trends:
    """What was more and more spoken of.

    Attributes:
        rising: One row a concept, the surest rise first: ``beyond``, by how much ``z`` is more than
            ``chance``, the mean z of the same concept over shuffles within fields; ``above_chance``, in
            what part of them it was lower; ``ratio`` of the shares; works before and lately;
            ``years``, works that speak of it by year.
        bursts: One row a burst (:mod:`kg.discovery.bursts`), the heaviest first: how many of ``of``
            works of these years spoke of the concept.
        fields: One row a discipline: works, concepts at home there, statements, and a place where
            fields that speak of the same things lie close together.
        ties: One row a pair of disciplines: how far they speak of the same concepts, statements that join
            what is at home in the one to what is in the other, concepts that both speak of.
        works: Works by year.
        lately: The first year that counts as lately.
        said: What was left out, and how chance was taken, in words.
    """

    rising: pd.DataFrame
    bursts: pd.DataFrame
    fields: pd.DataFrame
    ties: pd.DataFrame
    works: pd.Series
    lately: int
    said: str


def trends(
    graph: Graph,
    *,
    lately: int | None = None,
    kinds: Sequence[str] = (),
    disciplines: Sequence[str] = (),
    limit: int = 20,
    shuffles: int = SHUFFLES,
    seed: int = SEED,
) -> Trends:
    """Concepts that rise and burst, and a map of the fields.

    Args:
        graph: The graph; ``graph.as_of(year)`` for the trends of then.
        lately: The first of the last years; if left out, the year from which on about a third of the
            works are.
        kinds: Only concepts of these kinds; all but ``term``, whose kind is not known, if left out.
        disciplines: Only works of these; all, if left out.
        limit: At most so many rows a table.
        shuffles: How often chance is tried.
        seed: Of the shuffles.

    Raises:
        RecordError: If no work has a year, or none before *lately*.
    """
    told = _told(graph, kinds, disciplines)
    if not len(told.year):
        raise RecordError(
            "No work of these disciplines has a year, so nothing can rise; "
            "give works a year, in their front matter or a bibliography."
        )
    since = _third(told.year) if lately is None else lately
    late = told.year >= since
    if late.all() or not late.any():
        raise RecordError(
            f"All works that were read are {'from ' if late.all() else 'from before '}{since}"
            f"{' on' if late.all() else ''} ({told.year.min()} to {told.year.max()}); choose a year between."
        )
    return Trends(
        _rising(told, late, limit, shuffles, seed),
        _bursting(told, limit),
        *_map(fields(graph.store)),
        pd.Series(told.year).value_counts().sort_index().rename_axis("year").rename("works"),
        since,
        f"{len(told.year):,} works from {told.year.min()} to {told.year.max()}, "
        f"{int(late.sum()):,} of them from {since} on; {len(told.ids):,} concepts that {LEAST_WORKS} "
        f"works or more speak of; chance is the mean of {shuffles} shuffles of the years among the "
        f"works of each field, seed {seed}.",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """Which works of a known year speak of which concepts."""

    ids: list[str]
    names: list[str]
    kinds: list[str]
    mentions: sp.csr_array  # 1 where a work speaks of a concept, shape (concepts, works)
    year: Ints
    parts: Floats  # what part of each work belongs to each field, shape (works, fields)

    @property
    def usual(self) -> Floats:
        """In what part of the works of each field each concept is spoken of, shape (concepts, fields)."""
        return np.asarray((self.mentions @ self.parts) / self.parts.sum(axis=0))

    def dealt(self, late: Bools, rng: np.random.Generator) -> Bools:
        """*late* dealt out anew among the works of each field."""
        out = late.copy()
        field = self.parts.argmax(axis=1)
        for f in np.unique(field):
            at = np.flatnonzero(field == f)
            out[at] = late[rng.permutation(at)]
        return out


def _told(graph: Graph, kinds: Sequence[str], disciplines: Sequence[str]) -> _Told:
    with graph.store.reading() as reader:
        columns = ("id", "name", "kind", "status")
        rows = [
            (i, name, kind)
            for i, name, kind, status in sorted(reader.select(NODES["Concept"], None, (), columns))
            if status != MERGED and (kind in kinds if kinds else kind != "term")
        ]
        pairs = mentioning(reader, {i: n for n, (i, _, _) in enumerate(rows)})
        read = reader.select(NODES["Passage"], None, (), ("work", "dataset"))
        years = years_of(reader, {work or dataset for work, dataset in read})
        of = disciplines_of(reader, years)
    if disciplines:
        years = {w: y for w, y in years.items() if set(disciplines) & set(of.get(w, ()))}
    works = sorted(years)
    number = {w: n for n, w in enumerate(works)}
    mentions = incidence({(c, w) for c, w in pairs if w in number}, number, len(rows))
    spoken = np.diff(mentions.indptr)
    kept = np.flatnonzero(spoken >= LEAST_WORKS)
    return _Told(
        [rows[n][0] for n in kept],
        [rows[n][1] for n in kept],
        [rows[n][2] for n in kept],
        mentions[kept],
        np.array([years[w] for w in works], np.int64),
        _parts([of.get(w, ()) for w in works]),
    )


def _parts(disciplines: Sequence[Names]) -> Floats:
    """What part of each work belongs to each field; those of none are a field of their own."""
    named = [tuple(sorted(set(d))) or ("",) for d in disciplines]
    column = {f: n for n, f in enumerate(sorted({f for fields in named for f in fields}))}
    out = np.zeros((len(named), len(column)))
    for n, of in enumerate(named):
        out[n, [column[f] for f in of]] = 1 / len(of)
    return out


def _third(year: Ints) -> int:
    """The year from which on the number of works is nearest to a third of all."""
    choices = np.unique(year)[1:]
    if not len(choices):
        return int(year.max())
    parts = np.array([(year >= y).mean() for y in choices])
    return int(choices[np.abs(parts - 1 / 3).argmin()])


def _rise(mentions: sp.csr_array, late: Bools) -> Floats:
    """The z-score of each concept, shape (concepts,) (or (concepts, shuffles) for several *late*)."""
    all_works = mentions.shape[1]
    n_late = late.sum(axis=0)
    lately = mentions @ late.astype(float)
    spoken = np.asarray(mentions.sum(axis=1)).reshape(-1, *[1] * (late.ndim - 1))
    before = spoken - lately
    prior = PRIOR * (spoken + 0.5) / (all_works + 1)
    rest = PRIOR - prior
    odds = [
        np.log((said + prior) / (n - said + rest))
        for said, n in ((lately, n_late), (before, all_works - n_late))
    ]
    spread = 1 / (lately + prior) + 1 / (before + prior)
    return np.asarray((odds[0] - odds[1]) / np.sqrt(spread))


def _rising(told: _Told, late: Bools, limit: int, shuffles: int, seed: int) -> pd.DataFrame:
    z = _rise(told.mentions, late)
    tried = np.lexsort((np.arange(len(z)), -z))[: max(TRIED, limit)]
    tried = tried[z[tried] > 0]
    rng = np.random.default_rng(seed)
    dealt = [told.dealt(late, rng) for _ in range(shuffles)]
    chance = (
        _rise(told.mentions[tried], np.stack(dealt, axis=1)) if dealt else np.zeros((len(tried), 1))
    )
    beyond = z[tried] - chance.mean(axis=1)
    best = np.lexsort((tried, -beyond))[:limit]
    n_late = int(late.sum())
    n_before = len(late) - n_late
    rows = []
    for place in best[beyond[best] > 0].tolist():
        c = int(tried[place])
        speaks = told.mentions[[c]].indices
        lately = int(late[speaks].sum())
        before = len(speaks) - lately
        share = before / n_before, lately / n_late
        rows.append(
            {
                "id": told.ids[c],
                "name": told.names[c],
                "kind": told.kinds[c],
                "beyond": round(float(beyond[place]), 3),
                "z": round(float(z[c]), 3),
                "chance": round(float(chance[place].mean()), 3),
                "above_chance": round(float((chance[place] < z[c]).mean()), 3),
                "ratio": round(share[1] / share[0], 2) if before else float("inf"),
                "works_before": before,
                "works_lately": lately,
                "share_before": round(share[0], 4),
                "share_lately": round(share[1], 4),
                "years": pd.Series(told.year[speaks]).value_counts().sort_index().to_dict(),
                "reason": f"{lately} of {n_late} works lately speak of it, {before} of {n_before} before",
            }
        )
    return pd.DataFrame(rows, columns=list(RISING_COLUMNS))


def _bursting(told: _Told, limit: int) -> pd.DataFrame:
    years, at = np.unique(told.year, return_inverse=True)
    works = np.bincount(at)
    by_year = sp.csr_array(
        (np.ones(len(at)), (np.arange(len(at)), at)), shape=(len(at), len(years))
    )
    said = np.asarray((told.mentions @ by_year).todense()).astype(int)
    # Were each field to speak of a concept as it does on the whole, so would the works of a year.
    usual = told.usual @ (by_year.T @ told.parts).T / works
    rows = []
    for c, row in enumerate(said):
        for burst in bursts(years.tolist(), row.tolist(), works.tolist(), usual[c].tolist()):
            within = (years >= burst.first) & (years <= burst.last)
            rows.append(
                {
                    "id": told.ids[c],
                    "name": told.names[c],
                    "kind": told.kinds[c],
                    "first": burst.first,
                    "last": burst.last,
                    "weight": burst.weight,
                    "works": int(row[within].sum()),
                    "of": int(works[within].sum()),
                    "reason": f"{int(row[within].sum())} of {int(works[within].sum())} works of these years "
                    f"speak of it, {int(row[~within].sum())} of {int(works[~within].sum())} of the others",
                }
            )
    frame = pd.DataFrame(rows, columns=list(BURST_COLUMNS))
    frame = frame.sort_values(["weight", "id"], ascending=[False, True])
    return frame.head(limit).reset_index(drop=True)


def _map(known: Fields) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The disciplines, and how each two hang together."""
    walked, names = known.network, known.names
    likeness = known.likeness
    at_home = known.homes > 0
    joined = at_home[walked.subject].T.astype(float) @ at_home[walked.object].astype(float)
    joined = joined + joined.T
    ties = [
        {
            "field_a": names[a],
            "field_b": names[b],
            "likeness": round(float(likeness[a, b]), 4),
            "statements": int(joined[a, b]),
            "shared": int(((known.spoken[:, a] > 0) & (known.spoken[:, b] > 0)).sum()),
        }
        for a in range(len(names))
        for b in range(a + 1, len(names))
        if likeness[a, b] > 0
    ]
    drawn = nx.Graph()
    drawn.add_nodes_from(names)
    drawn.add_weighted_edges_from((t["field_a"], t["field_b"], t["likeness"]) for t in ties)
    # Laid out by the paths between them, so that what is alike lies close.
    for _, _, tie in drawn.edges(data=True):
        tie["distance"] = 0.2 - log(tie["weight"])
    places = (
        nx.kamada_kawai_layout(drawn, weight="distance")
        if len(names) > 1
        else nx.circular_layout(drawn)
    )
    n_works = np.asarray((known.of_work > 0).sum(axis=0)).ravel()
    said = (known.said > 0).sum(axis=0)
    rows = [
        {
            "field": name,
            "works": int(n_works[n]),
            "concepts": int(at_home[:, n].sum()),
            "statements": int(said[n]),
            "x": round(float(places[name][0]), 4),
            "y": round(float(places[name][1]), 4),
        }
        for n, name in enumerate(names)
    ]
    frame = pd.DataFrame(ties, columns=list(TIE_COLUMNS))
    frame = frame.sort_values(["likeness", "field_a", "field_b"], ascending=[False, True, True])
    return pd.DataFrame(rows, columns=list(FIELD_COLUMNS)), frame.reset_index(drop=True)
