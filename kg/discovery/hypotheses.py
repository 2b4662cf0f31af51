"""Which pairs of two kinds may be joined though no edge says so: ranked, with reasons and a baseline.

The known pairs of a metaedge ("chemical treats disease") teach which metapaths join such pairs; the
others are ranked by how like them they are. Each hypothesis has a probability, the probability that degrees
alone would give it, the neighbours that its ends share, and the paths that speak for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import pandas as pd
from scipy import sparse

from kg.discovery.candidate_pairs import CandidatePairs, Pair, places
from kg.discovery.explaining import Path, paths_between
from kg.discovery.hetnet import Hetnet, Metaedge
from kg.discovery.metapaths import DAMPING, Metapath, dwpc, metapaths
from kg.discovery.pair_features import PairFeatures
from kg.discovery.path_model import STRENGTHS, PathModel, Penalty, Sample, fit, probability
from kg.errors import RecordError
from kg.network import Floats, Ints

NEGATIVES = 20_000
"""So many pairs without an edge are learnt from, at most."""
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
        candidates: How many pairs were ranked; ``table`` has the first of them.
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
        return np.concatenate([probability(x) for _, x in _logits(self.model, self.features)])

    def baselines(self) -> Floats:
        """The same by degrees alone."""
        f = self.features
        return probability(self.model.baseline_logits(f.subject_degree, f.object_degree))

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
        paths: Metapaths to learn from, instead of all of up to so many steps.
        subjects: Ids of the subjects to rank pairs of, all of the kind if None.
        objects: Ids of the objects.
        leave_out: Pairs of which it is known how they stand: neither learnt from nor ranked.
        damping: As in :func:`kg.discovery.metapaths.dwpc`.
        penalty: ``l2``, or ``l1`` for fewer metapaths.
        strengths: Inverse strengths of regularisation to choose from.
        negatives: So many pairs without an edge are learnt from, drawn at random.
        limit: Rows of the table.
        reasons: So many of them have a reason; any pair can be explained.
        seed: Of the draw and of the folds.

    Raises:
        RecordError: If no edge is of the metaedge, a node is not known, or too few pairs are known.
    """
    target = net.metaedge_of(subject, predicate, object)
    features = PairFeatures(
        net,
        target,
        tuple(
            metapaths(net, subject, object, max_length, min_length=2) if paths is None else paths
        ),
        places(net, subject, subjects),
        places(net, object, objects),
        damping,
    )
    if any(len(m) < 2 for m in features.metapaths):
        raise RecordError(
            f"A metapath of one step says of a pair what is to be found out; leave {target} out of the paths."
        )
    pairs = CandidatePairs.of(features, leave_out)
    drawn, share = pairs.drawn(negatives, np.random.default_rng(seed))
    known = pairs.known()
    rows, columns = np.concatenate([known, drawn]).T
    features, counts = _useful(features, rows, columns, len(known))
    sample = Sample(
        counts=counts,
        degrees=features.degrees(rows, columns),
        known=np.arange(len(rows)) < len(known),
        subject=rows,
        share=share,
    )
    model = fit(sample, strengths=strengths, penalty=penalty, seed=seed)
    best, candidates = _best(model, features, pairs, limit)
    table = _told(model, features, best, reasons)
    return Hypotheses(table, target, model, features, candidates)


def _useful(
    features: PairFeatures, rows: Ints, columns: Ints, known: int
) -> tuple[PairFeatures, Floats]:
    """The features of which some of the first *known* pairs have paths, and the counts of all."""
    counts = features.of(rows, columns)
    kept = np.flatnonzero((counts[:known] > 0).sum(axis=0) >= LEAST_PAIRS)
    return features.with_metapaths(kept.tolist()), counts[:, kept]


def _logits(model: PathModel, features: PairFeatures) -> Iterator[tuple[slice, Floats]]:
    for rows, counts in features.blocks():
        yield rows, model.logits(counts, features.subject_degree[rows], features.object_degree)


def _best(
    model: PathModel, features: PairFeatures, candidates: CandidatePairs, limit: int
) -> tuple[pd.DataFrame, int]:
    """The likeliest pairs by place, and how many there are in all."""
    best, many = [], 0
    for rows, logits in _logits(model, features):
        pairs = np.argwhere(candidates.open(rows))
        values = logits[pairs[:, 0], pairs[:, 1]]
        many += len(pairs)
        kept = np.argsort(-values, kind="stable")[:limit]
        best.append(
            pd.DataFrame(
                {
                    "row": pairs[kept, 0] + rows.start,
                    "column": pairs[kept, 1],
                    "logit": values[kept],
                }
            )
        )
    frame = pd.concat(best, ignore_index=True)
    frame = frame.sort_values(["logit", "row", "column"], ascending=[False, True, True])
    return frame.head(limit).reset_index(drop=True), many


def _told(
    model: PathModel, features: PairFeatures, best: pd.DataFrame, reasons: int
) -> pd.DataFrame:
    net, target = features.net, features.target
    rows, columns = best["row"].to_numpy(np.int64), best["column"].to_numpy(np.int64)
    a = net.nodes(target.subject).start + features.subjects[rows]
    b = net.nodes(target.object).start + features.objects[columns]
    alone = model.baseline
    degrees = np.log1p(
        np.column_stack([features.subject_degree[rows], features.object_degree[columns]])
    )
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
            "baseline": probability(alone[0] + degrees @ alone[1:]),
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
    degrees = np.log1p(features.degrees(np.array([row]), np.array([column])))[0]
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
    frame.attrs["logit"] = model.intercept + float(added.sum() + degrees @ model.degree_weight)
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
