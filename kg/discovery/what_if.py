"""What a ranking loses if something were not there. Nothing is written: it is asked of a network without it.

To take away a class of licence is to ask what compliance costs: which hypotheses are not made any more, and, for
one of them, which paths and which sentences it no longer rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import chain, islice

import numpy as np
import pandas as pd

from kg.discovery.explaining import Path, paths_between
from kg.discovery.hetnet import Hetnet, resting_on
from kg.discovery.metapaths import DAMPING, Metapath, metapaths
from kg.discovery.support import ORIGINS
from kg.errors import RecordError
from kg.licences import known_classes
from kg.model import Names

Ranking = Callable[[Hetnet], pd.DataFrame]
"""From a network to a table with columns that name what is ranked and one of scores, best first."""
PAIR = ("subject", "object")
MOST_PATHS = 1000
"""So many paths of a metapath are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What to take away. Of several, everything that any of them names.

    Args:
        concepts: Ids of nodes, which go with their edges.
        statements: Ids of edges.
        predicates: All edges of these.
        works: Ids of works and data sets: the evidence in them.
        sources: Ids of files, or names of databases: the evidence read from them.
        licences: Classes of licence (:data:`kg.licences.LICENCE_CLASSES`): the evidence under them.

    Raises:
        RecordError: If nothing is named, or a class of licence is not known.

    >>> print(Removal(licences=("non-commercial", "unstated")))
    licences non-commercial, unstated
    """

    concepts: Names = ()
    statements: Names = ()
    predicates: Names = ()
    works: Names = ()
    sources: Names = ()
    licences: Names = ()

    def __post_init__(self) -> None:
        known_classes(self.licences)
        if not any(getattr(self, f.name) for f in fields(self)):
            named = ", ".join(f.name for f in fields(self))
            raise RecordError(f"Nothing is taken away; name some {named}.")

    def __str__(self) -> str:
        named = [(f.name, getattr(self, f.name)) for f in fields(self)]
        return "; ".join(f"{name} {', '.join(what)}" for name, what in named if what)


def without(net: Hetnet, removal: Removal) -> Hetnet:
    """The network as it would be without it.

    Raises:
        RecordError: If the network does not have what is to be taken away.
    """
    _there(removal.concepts, net.ids, "concept")
    _there(removal.statements, net.statements, "statement")
    _there(removal.predicates, net.predicate.values, "predicate")
    pieces = np.ones(len(net.support), bool)
    for origin in ORIGINS:
        wanted = getattr(removal, f"{origin}s")
        if origin != "licence":
            _there(wanted, getattr(net.support, origin).values, origin)
        pieces &= ~net.support.among(origin, wanted)
    left = net if pieces.all() else resting_on(net, pieces)
    still = ~np.isin(left.statements, list(removal.statements))
    still &= ~left.predicate.among(removal.predicates)
    nodes = ~np.isin(left.ids, list(removal.concepts))
    return left.kept(still, nodes if removal.concepts else None)


def _there(wanted: Collection[str], known: Iterable[str], what: str) -> None:
    missing = sorted(set(wanted).difference(known)) if wanted else []
    if missing:
        raise RecordError(f"The network has no {what} {missing[0]!r} that could be taken away.")


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Two rankings side by side.

    Attributes:
        removal: What was taken away between them.
        table: What is ranked (and its names, if the ranking has them), with ``rank_before`` and
            ``rank_after`` (from 1), ``score_before`` and ``score_after``, none where a ranking lacks
            it; in the order of the ranks before.
        k: How many count as the top.
        edges: How many edges were lost.
        pieces: How many pieces of evidence were lost.
    """

    removal: Removal
    table: pd.DataFrame
    k: int
    edges: int
    pieces: int

    @property
    def left(self) -> pd.DataFrame:
        """What was in the top before, and is not after."""
        return self.table[self._top("before") & ~self._top("after")].reset_index(drop=True)

    @property
    def entered(self) -> pd.DataFrame:
        """What is in the top after, and was not before."""
        found = self.table[self._top("after") & ~self._top("before")]
        return found.sort_values("rank_after").reset_index(drop=True)

    @property
    def overlap(self) -> float:
        """The share of the top before that is in the top after."""
        before = self._top("before")
        return float((before & self._top("after")).sum() / max(int(before.sum()), 1))

    @property
    def spearman(self) -> float:
        """Rank correlation over what both rankings have; NaN if that is less than two."""
        both = self.table.dropna(subset=["rank_before", "rank_after"])
        return float(both["rank_before"].rank().corr(both["rank_after"].rank()))

    def _top(self, when: str) -> pd.Series[bool]:
        return (self.table[f"rank_{when}"] <= self.k).fillna(False).astype(bool)

    def __str__(self) -> str:
        kept = int((self._top("before") & self._top("after")).sum())
        return (
            f"Without {self.removal}: {self.edges} edges and {self.pieces} pieces of evidence fewer; "
            f"{kept} of the first {int(self._top('before').sum())} are still among the first {self.k}."
        )


def what_if(
    net: Hetnet,
    removal: Removal,
    ranking: Ranking,
    *,
    key: Sequence[str] = PAIR,
    score: str = "probability",
    k: int = 20,
) -> Difference:
    """Rank with and without something.

    Args:
        net: The network.
        removal: What to take away.
        ranking: Such as ``lambda net: hypotheses(net, "chemical", "treats", "disease").table``.
        key: Columns that say what is ranked.
        score: Column of scores; the more the better.
        k: How many count as the top.

    Raises:
        RecordError: If a ranking cannot be made, or lacks a column.
    """
    fewer = without(net, removal)
    before = _ranked(ranking(net), key, score)
    try:
        after = _ranked(ranking(fewer), key, score)
    except RecordError as error:
        raise RecordError(f"Without {removal} nothing can be ranked: {error}") from error
    named = [c for c in before.columns if c not in ("rank", "score")]
    table = before.merge(after, on=named, how="outer", suffixes=("_before", "_after"))
    ranks = ["rank_before", "rank_after"]
    table = table.astype(dict.fromkeys(ranks, "Int64")).sort_values(ranks).reset_index(drop=True)
    return Difference(
        removal,
        table[[*named, *ranks, "score_before", "score_after"]],
        k,
        len(net.subject) - len(fewer.subject),
        len(net.support) - len(fewer.support),
    )


def _ranked(table: pd.DataFrame, key: Sequence[str], score: str) -> pd.DataFrame:
    missing = [c for c in (*key, score) if c not in table.columns]
    if missing:
        raise RecordError(
            f"A ranking needs a column {missing[0]!r}; it has {', '.join(map(str, table.columns))}."
        )
    best = table.sort_values(score, ascending=False, kind="stable").drop_duplicates(list(key))
    named = [c for k in key for c in (k, f"{k}_name") if c in table.columns]
    return best[named].assign(rank=np.arange(1, len(best) + 1), score=best[score])


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """What the case for one pair loses.

    Attributes:
        removal: What was taken away.
        paths: One row a path: ``path`` in words, ``metapath``, ``weight_before``, ``weight_after``
            (0 where it is gone), ``pieces_before`` and ``pieces_after`` (of evidence for its
            statements), ``statements``, and ``lost``, those of its statements that nothing says any more.
    """

    removal: Removal
    paths: pd.DataFrame

    @property
    def paths_left(self) -> int:
        """How many paths are still there."""
        return int((self.paths["weight_after"] > 0).sum())

    def __str__(self) -> str:
        before, after = (int(self.paths[f"pieces_{w}"].sum()) for w in ("before", "after"))
        return (
            f"Without {self.removal}: {self.paths_left} of {len(self.paths)} paths are left, and {after} of "
            f"{before} pieces of evidence along them."
        )


def cost_of(
    net: Hetnet,
    removal: Removal,
    subject: str,
    object: str,
    *,
    paths: Sequence[Metapath] | None = None,
    max_length: int = 3,
    damping: float = DAMPING,
) -> Cost:
    """Which paths between two nodes go, and what is left of the evidence of those that stay.

    Args:
        net: The network.
        removal: What to take away.
        subject: Id of the first node.
        object: Id of the last.
        paths: Metapaths to follow, else all of up to *max_length* steps.
        max_length: Most steps.
        damping: The power of the degrees.

    Raises:
        RecordError: If the network lacks one of the nodes, or what is to be taken away.
    """
    kinds = net.kind_of(subject), net.kind_of(object)
    ways = metapaths(net, *kinds, max_length) if paths is None else list(paths)
    fewer = without(net, removal)
    pieces = {n: _pieces(n) for n in (net, fewer)}
    rows = []
    for way in ways:
        before = _followed(net, way, subject, object, damping)
        after = {p.nodes: p for p in _followed(fewer, way, subject, object, damping)}
        for path in before:
            said = list(chain(*path.statements))
            lost = [s for s in said if s not in pieces[fewer]]
            still = after.get(path.nodes)
            rows.append(
                (
                    str(path),
                    str(way),
                    path.weight,
                    still.weight if still else 0.0,
                    sum(pieces[net].get(s, 0) for s in said),
                    sum(pieces[fewer].get(s, 0) for s in said),
                    said,
                    lost,
                )
            )
    columns = [
        "path", "metapath", "weight_before", "weight_after", "pieces_before", "pieces_after", "statements", "lost",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table = table.sort_values("weight_before", ascending=False, kind="stable")
    return Cost(removal, table.reset_index(drop=True))


def _pieces(net: Hetnet) -> dict[str, int]:
    """How many pieces of evidence each statement has."""
    counts = np.bincount(net.support.edge, minlength=len(net.statements))
    return dict(zip(net.statements.tolist(), counts.tolist(), strict=True))


def _followed(net: Hetnet, way: Metapath, subject: str, object: str, damping: float) -> list[Path]:
    here = {step.metaedge for step in way.steps} <= set(net.metaedges)
    if not here or not {subject, object} <= set(net.ids.tolist()):
        return []
    return list(islice(paths_between(net, way, subject, object, damping=damping), MOST_PATHS))
