"""Which pairs of two kinds may be joined though no edge says so: ranked, with reasons and a baseline.

The known pairs of a metaedge ("chemical treats disease") teach which metapaths join such pairs; the
others are ranked by how like them they are. Each hypothesis has a probability, the probability that degrees
alone would give it, the neighbours that its ends share, and the paths that speak for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import pandas as pd
from scipy import sparse

from kg.discovery.candidate_pairs import CandidatePairs, Pair, places
from kg.discovery.explaining import Path, paths_between
from kg.discovery.hetnet import Hetnet, Metaedge
from kg.discovery.metapaths import DAMPING, Metapath, dwpc, metapaths_of
from kg.discovery.pair_features import PairFeatures, entries
from kg.discovery.path_model import STRENGTHS, PathModel, Penalty, Sample, fit, probability
from kg.errors import RecordError
from kg.network import Floats, Ints

NEGATIVES = 100_000
"""So many pairs without an edge are learnt from, at most."""
MOST_METAPATHS = 500
ASKED = 500
"""So many known pairs, at most, are asked which metapaths join them."""
LEAST_PAIRS = 3
"""A metapath is learnt from if so many known pairs have a path of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Hypotheses:
    """Pairs that no edge of the target joins, the likeliest first.

    Attributes:
        table: ``subject``, ``object`` and their names, ``probability``, ``baseline`` (the probability by
            degrees alone), ``common_neighbours`` and ``reason``.
        target: What is supposed to join them.
        model: What was learnt, and how well it did in cross-validation (``model.trials``).
        features: What it was learnt from.
        candidates: How many pairs no edge joins. ``table`` has the first of those that a path joins.
    """

    table: pd.DataFrame
    target: Metaedge
    model: PathModel
    features: PairFeatures
    candidates: int

    def weights(self) -> pd.DataFrame:
        """What was learnt: one row a metapath, those of most weight first, in logits."""
        frame = pd.DataFrame(
            {
                "metapath": [str(m) for m in self.features.metapaths],
                "weight": self.model.weight,
                "scale": self.model.scale,
            }
        )
        order = np.argsort(-np.abs(self.model.weight), kind="stable")
        return frame.iloc[order].reset_index(drop=True)

    def probabilities(self) -> Floats:
        """Of all pairs of the subjects and objects, those that an edge joins among them, shape (n, m)."""
        f, model = self.features, self.model
        logits = model.by_degrees(f.subject_degree[:, None], f.object_degree[None, :])
        for rows, counts in f.blocks():
            if counts:
                logits[rows] += model.by_paths(counts).toarray()
        return probability(logits)

    def baselines(self) -> Floats:
        """The same by degrees alone."""
        f = self.features
        degrees = f.subject_degree[:, None], f.object_degree[None, :]
        return probability(self.model.by_degrees_alone(*degrees))

    def explain(self, subject: str, object: str, *, limit: int = 10) -> pd.DataFrame:
        """The paths that speak for a pair, or against it, those of most weight first.

        Args:
            subject: Id of the first node.
            object: Id of the last.
            limit: At most so many paths.

        Returns:
            One row a path: ``path`` in words, ``metapath``, ``share`` (its part of the logit: that
            of its metapath, divided as the paths' weights are), ``belief`` (the product over its steps) and
            ``statements``, to be opened with ``graph.evidence``. ``attrs["logit"]`` has the whole, and
            ``attrs["contributions"]`` what each metapath adds and how much its paths weigh.

        Raises:
            RecordError: If the pair was not among the subjects and objects.
        """
        f = self.features
        row = _place(f, subject, self.target.subject, f.subjects)
        column = _place(f, object, self.target.object, f.objects)
        told = _contributions(self.model, f, row, column)
        rows: list[tuple[float, Path]] = []
        for n, logit in zip(told["n"], told["logit"], strict=True):
            rows += _heaviest(f, f.metapaths[n], row, column, float(logit), limit)
        rows.sort(key=lambda one: (-abs(one[0]), one[1].nodes))
        frame = pd.DataFrame(
            [
                (str(p), str(p.metapath), share, p.belief, list(chain(*p.statements)))
                for share, p in rows[:limit]
            ],
            columns=["path", "metapath", "share", "belief", "statements"],
        )
        frame.attrs["logit"] = float(told.attrs["logit"])
        frame.attrs["contributions"] = told.drop(columns="n")
        return frame


def hypotheses(
    net: Hetnet,
    subject: str,
    predicate: str,
    object: str,
    *,
    max_length: int = 3,
    most: int = MOST_METAPATHS,
    paths: Sequence[Metapath] | None = None,
    subjects: Collection[str] | None = None,
    objects: Collection[str] | None = None,
    leave_out: Iterable[Pair] = (),
    damping: float = DAMPING,
    penalty: Penalty = "l2",
    strengths: Sequence[float] = STRENGTHS,
    negatives: int = NEGATIVES,
    limit: int = 100,
    reasons: int = 20,
    seed: int = 0,
) -> Hypotheses:
    """Rank the pairs of two kinds that no edge of a metaedge joins.

    Args:
        net: The network.
        subject: Kind of the subjects.
        predicate: What is supposed to join them.
        object: Kind of the objects.
        max_length: Steps of the longest metapaths.
        most: At most so many metapaths, those that join the most known pairs.
        paths: Metapaths to learn from, instead of those.
        subjects: Ids of the subjects to rank pairs of, all of the kind if None.
        objects: Ids of the objects.
        leave_out: Pairs of which it is known how they stand: neither learnt from nor ranked.
        damping: As in :func:`kg.discovery.metapaths.dwpc`.
        penalty: ``l2``, or ``l1`` for fewer metapaths.
        strengths: Inverse strengths of regularisation to choose from.
        negatives: So many pairs without an edge are learnt from, drawn at random, half of them of
            those that a path joins; each counts for all that it was drawn from.
        limit: Rows of the table.
        reasons: So many of them have a reason; any pair can be explained.
        seed: Of the draw and of the folds.

    Raises:
        RecordError: If no edge is of the metaedge, a node is not known, or too few pairs are known.
    """
    target = net.metaedge_of(subject, predicate, object)
    ends = places(net, subject, subjects), places(net, object, objects)
    pairs = CandidatePairs.of(PairFeatures(net, target, (), *ends, damping), leave_out)
    numbers = np.random.default_rng(seed)
    known = pairs.known()
    if paths is None:
        some = known[np.sort(numbers.permutation(len(known))[:ASKED])]
        there = np.column_stack([ends[0][some[:, 0]], ends[1][some[:, 1]]])
        least = max(1, LEAST_PAIRS * len(some) // max(len(known), 1))
        paths = metapaths_of(net, target, there, max_length, least=least, most=most)
    if any(len(m) < 2 for m in paths):
        raise RecordError(
            f"A metapath of one step says of a pair what is to be found out; leave {target} out of the paths."
        )
    features = _useful(PairFeatures(net, target, tuple(paths), *ends, damping), known)
    pairs = CandidatePairs(features, pairs.closed)
    drawn, weight = pairs.drawn(negatives, numbers)
    rows, columns = np.concatenate([known, drawn]).T
    sample = Sample(
        counts=features.of(rows, columns),
        degrees=features.degrees(rows, columns),
        known=np.arange(len(rows)) < len(known),
        subject=rows,
        weight=np.concatenate([np.ones(len(known)), weight]),
    )
    model = fit(sample, strengths=strengths, penalty=penalty, seed=seed)
    table = _told(model, features, _best(model, pairs, limit), reasons)
    return Hypotheses(table, target, model, features, len(pairs))


def _useful(features: PairFeatures, known: Ints) -> PairFeatures:
    """Those of the features that some known pairs have."""
    there = (features.of(*known.T) > 0).sum(axis=0)
    return features.with_metapaths(np.flatnonzero(there >= LEAST_PAIRS).tolist())


def _best(model: PathModel, pairs: CandidatePairs, limit: int) -> pd.DataFrame:
    """The likeliest of the pairs that some path joins, by place."""
    f = pairs.features
    reached = pairs.reached()
    best = [pd.DataFrame({"row": [], "column": [], "logit": []})]
    for block, counts in f.blocks():
        here = reached[(reached[:, 0] >= block.start) & (reached[:, 0] < block.stop)]
        rows, columns = here.T
        logits = model.by_degrees(f.subject_degree[rows], f.object_degree[columns])
        if len(here):
            logits += entries(model.by_paths(counts), rows - block.start, columns)
        kept = np.argsort(-logits, kind="stable")[:limit]
        best.append(
            pd.DataFrame({"row": rows[kept], "column": columns[kept], "logit": logits[kept]})
        )
    frame = pd.concat(best, ignore_index=True)
    frame = frame.sort_values(["logit", "row", "column"], ascending=[False, True, True])
    return frame.head(limit).reset_index(drop=True)


def _told(
    model: PathModel, features: PairFeatures, best: pd.DataFrame, reasons: int
) -> pd.DataFrame:
    net, target = features.net, features.target
    rows, columns = best["row"].to_numpy(np.int64), best["column"].to_numpy(np.int64)
    a = net.nodes(target.subject).start + features.subjects[rows]
    b = net.nodes(target.object).start + features.objects[columns]
    alone = model.by_degrees_alone(features.subject_degree[rows], features.object_degree[columns])
    reason = [
        _reason(model, features, int(r), int(c)) if n < reasons else ""
        for n, (r, c) in enumerate(zip(rows, columns, strict=True))
    ]
    return pd.DataFrame(
        {
            "subject": net.ids[a],
            "subject_name": net.names[a],
            "object": net.ids[b],
            "object_name": net.names[b],
            "probability": probability(best["logit"].to_numpy(float)),
            "baseline": probability(alone),
            "common_neighbours": common_neighbours(net, a, b),
            "reason": reason,
        }
    )


def common_neighbours(net: Hetnet, a: Ints, b: Ints) -> Ints:
    """How many nodes are joined, by any edge, to both nodes of each pair of numbers, shape (pairs,)."""
    n = len(net.ids)
    ends = np.concatenate([net.subject, net.object]), np.concatenate([net.object, net.subject])
    joined = sparse.csr_array((np.ones(len(ends[0]), np.int64), ends), shape=(n, n))
    joined.data[:] = 1
    joined.setdiag(0)
    return np.asarray((joined[a] * joined[b]).sum(axis=1)).astype(np.int64)


def _contributions(model: PathModel, features: PairFeatures, row: int, column: int) -> pd.DataFrame:
    """What each metapath adds to the logit of a pair: ``n`` (its number), its name, ``weight``, ``logit``."""
    counts = features.of(np.array([row]), np.array([column]))
    degrees = features.degrees(np.array([row]), np.array([column]))[0]
    added = model.contributions(counts)[0]
    there = np.flatnonzero(counts[0])
    order = there[np.argsort(-np.abs(added[there]), kind="stable")]
    frame = pd.DataFrame(
        {
            "n": order,
            "metapath": [str(features.metapaths[n]) for n in order],
            "weight": counts[0][order],
            "logit": added[order],
        }
    )
    frame.attrs["logit"] = float(added.sum() + model.by_degrees(*degrees))
    return frame


def _heaviest(
    features: PairFeatures, path: Metapath, row: int, column: int, logit: float, limit: int
) -> list[tuple[float, Path]]:
    """The heaviest paths of a metapath between two nodes, each with its part of a logit."""
    net, damping = features.net, features.damping
    ends = features.subjects[[row]], features.objects[[column]]
    total = float(dwpc(net, path, damping=damping, rows=ends[0], columns=ends[1]).sum())
    found = paths_between(net, path, *_ids(features, row, column), damping=damping)
    return [(logit * p.weight / total, p) for p in islice(found, limit)]


def _ids(features: PairFeatures, row: int, column: int) -> Pair:
    net, target = features.net, features.target
    a, b = features.subjects[row], features.objects[column]
    return str(net.ids[net.nodes(target.subject)][a]), str(net.ids[net.nodes(target.object)][b])


def _place(features: PairFeatures, id: str, kind: str, among: Ints) -> int:
    number = features.net.number(kind, id)
    at = int(np.searchsorted(among, number))
    if at == len(among) or among[at] != number:
        raise RecordError(f"{id!r} is not among the nodes whose pairs were ranked.")
    return at


def _reason(model: PathModel, features: PairFeatures, row: int, column: int) -> str:
    """The two metapaths that add most, each with its heaviest path."""
    told = _contributions(model, features, row, column)
    told = told[told["logit"] > 0].head(2)
    if told.empty:
        return "no path speaks for it; the degrees of its ends do"
    parts = []
    for n, logit in zip(told["n"], told["logit"], strict=True):
        ((_, path),) = _heaviest(features, features.metapaths[n], row, column, logit, 1)
        parts.append(f"{path} (+{logit:.2f})")
    return "; ".join(parts)
