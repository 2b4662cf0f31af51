"""Which drug may treat which disease: our ranking beside Project Rephetio's, on pairs neither was shown.

    python -m benchmarks.rephetio [--hidden]

Project Rephetio (Himmelstein et al. 2017, doi:10.7554/eLife.26726) learnt from 755 indications of
PharmacotherapyDB and was judged by two other sets: indications that only DrugCentral lists (208), and
pairs in clinical trials (5594), each among the 207,780 pairs of 1538 compounds and 136 diseases that
PharmacotherapyDB says nothing of. We learn from the same indications and are judged by the same pairs. Of
Hetionet we have less: nine metaedges whole (treats, palliates, binds, associates, presents, localizes, includes,
and diseases that resemble each other) and of each of the other fifteen 5000 edges.

What is chosen by data is chosen in cross-validation on the training indications (``kg.discovery.path_model``).
``--hidden`` shows how choices of design do on training indications, a fifth of them hidden, by pair and by
compound, and asked for among all others; the sets to be judged by are not touched by it. No edge tells of its
own pair: each training pair is described as if its edge were not there (``kg.discovery.pair_features``).

Beside it: the degrees of a compound and a disease in the training indications (their product, each plus one; the
closed-form prior of Zietz et al. 2024; a logistic model on both), neighbours in common, and gradient boosting
on our columns. Intervals are 95 %, of 200 bootstrap samples of the pairs. Without non-commercial edges
means without the bindings that are under CC BY-NC in Hetionet's own table and without side effects (SIDER 4,
CC BY-NC-SA), and with DrugCentral's targets (CC BY) instead.

Needs ../shared/benchmarks/rephetio (or POLYMATH_SHARED).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, roc_auc_score

from benchmarks.measure import SHARED, timed
from kg.discovery.hetnet import Hetnet
from kg.discovery.hetnet_making import hetnet_of_edges
from kg.discovery.hypotheses import NEGATIVES, Hypotheses, common_neighbours, hypotheses
from kg.discovery.null_model import prior
from kg.discovery.what_if import Removal, without
from kg.network import Bools, Floats, Ints

DATA = SHARED / "benchmarks" / "rephetio"
TREATS = ("Compound", "treats", "Disease")
PREDICATES = {
    "t": "treats", "p": "palliates", "b": "binds", "a": "associates", "r": "resembles",
    "l": "localizes", "i": "includes", "u": "upregulates", "d": "downregulates", "e": "expresses",
    "c": "covaries", "r>": "regulates", "cSE": "causes",
}  # fmt: skip
SYMMETRIC = ("resembles", "covaries", "interacts")
INSTEAD = "drugcentral_targets.tsv"
SAMPLES = 200
SEED = 0


# --------------------------------------------------------------------------- reading


def predicate(metaedge: str) -> str:
    """The name of a Hetionet metaedge, by its abbreviation.

    >>> predicate("CtD"), predicate("GiG"), predicate("DpS"), predicate("Gr>G"), predicate("PCiC")
    ('treats', 'interacts', 'presents', 'regulates', 'includes')
    """
    verb = "".join(c for c in metaedge if c.islower() or c == ">")
    if verb == "i":
        return "interacts" if metaedge == "GiG" else "includes"
    if verb == "p":
        ends = metaedge.split("p")
        return {"C": "palliates", "D": "presents"}.get(ends[0], "participates")
    return PREDICATES["cSE" if metaedge == "CcSE" else verb]


def read_edges() -> pd.DataFrame:
    """Hetionet's edges as far as they are here, with their licences."""
    sif = pd.read_csv(DATA / "edges-5k.sif.gz", sep="\t")
    sif = sif[~sif["metaedge"].isin(["CbG", "DaG"])]  # whole in tables of their own
    parts = {end: sif[end].str.split("::", n=1, expand=True) for end in ("source", "target")}
    frame = pd.DataFrame(
        {
            "subject": sif["source"],
            "subject_kind": parts["source"][0],
            "predicate": sif["metaedge"].map(predicate),
            "object": sif["target"],
            "object_kind": parts["target"][0],
            "source": "",
            "licence": np.where(sif["metaedge"] == "CcSE", "CC BY-NC-SA 4.0", ""),
        }
    )
    return pd.concat([frame, _bindings("CbG-binding.tsv"), _associations()], ignore_index=True)


def _to_genes(
    subjects: pd.Series[str], kind: str, predicate: str, genes: pd.Series[int], **columns: Any
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subject": f"{kind}::" + subjects,
            "subject_kind": kind,
            "predicate": predicate,
            "object": "Gene::" + genes.astype(str),
            "object_kind": "Gene",
            **columns,
        }
    )


def _bindings(name: str) -> pd.DataFrame:
    table = pd.read_csv(DATA / name, sep="\t").rename(columns={"GeneID": "entrez_gene_id"})
    # DrugCentral is under CC BY 4.0 as a whole.
    licence = table["license"].fillna("") if "license" in table else "CC BY 4.0"
    return _to_genes(
        table["drugbank_id"],
        "Compound",
        "binds",
        table["entrez_gene_id"],
        source=table["sources"],
        licence=licence,
    )


def _associations() -> pd.DataFrame:
    table = pd.read_csv(DATA / "DaG-association.tsv", sep="\t")
    return _to_genes(
        table["doid_id"],
        "Disease",
        "associates",
        table["entrez_gene_id"],
        source=table["sources"],
        licence=table["license"].fillna(""),
    )


def networks() -> tuple[Hetnet, Hetnet]:
    """Hetionet's edges, and those that are not under a non-commercial licence with DrugCentral's targets."""
    nodes = pd.read_csv(DATA / "nodes.tsv", sep="\t")
    known = set(nodes["id"])
    edges = pd.concat(
        [read_edges(), _bindings("drugcentral_targets.tsv").assign(source=INSTEAD)],
        ignore_index=True,
    )
    edges = edges[edges["subject"].isin(known) & edges["object"].isin(known)]
    both = hetnet_of_edges(edges, nodes, symmetric=SYMMETRIC)
    return (
        without(both, Removal(sources=(INSTEAD,))),
        without(both, Removal(licences=("non-commercial",))),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """Pairs of compounds and diseases, each array of shape (compounds, diseases)."""

    compounds: list[str]
    diseases: list[str]
    curated: Bools
    drugcentral: Bools
    trials: Bools

    def pairs(self) -> list[tuple[str, str]]:
        """The curated pairs."""
        rows, columns = np.nonzero(self.curated)
        return [(self.compounds[r], self.diseases[c]) for r, c in zip(rows, columns, strict=True)]


def judges() -> Judges:
    """What the ranking is judged by, and the pairs that are left out of it."""
    compounds = sorted("Compound::" + pd.read_csv(DATA / "compounds.tsv", sep="\t")["compound_id"])
    diseases = sorted("Disease::" + pd.read_csv(DATA / "diseases.tsv", sep="\t")["disease_id"])

    def among(name: str, compound: str, disease: str) -> Bools:
        table = pd.read_csv(DATA / name, sep="\t")
        pairs = set(zip("Compound::" + table[compound], "Disease::" + table[disease], strict=True))
        return np.array([[(c, d) in pairs for d in diseases] for c in compounds])

    curated = among("pharmacotherapydb_indications.tsv", "drugbank_id", "doid_id")
    return Judges(
        compounds,
        diseases,
        curated,
        among("drugcentral_indications.tsv", "drugbank_id", "doid_id") & ~curated,
        among("clintrials_DrugBank-DO-slim.tsv", "compound_id", "disease_id") & ~curated,
    )


# --------------------------------------------------------------------------- ranking


def ranked(net: Hetnet, judge: Judges, *, limit: int = 100) -> Hypotheses:
    """Our ranking, as a user gets it."""
    return hypotheses(
        net,
        *TREATS,
        subjects=judge.compounds,
        objects=judge.diseases,
        leave_out=judge.pairs(),
        limit=limit,
        reasons=5,
        seed=SEED,
    )


def baselines(found: Hypotheses) -> dict[str, Floats]:
    """Scores of all pairs by degrees, and by neighbours in common."""
    f = found.features
    u, v = f.subject_degree[:, None], f.object_degree[None, :]
    a = f.net.nodes("Compound").start + f.subjects
    b = f.net.nodes("Disease").start + f.objects
    n, m = len(a), len(b)
    shared = common_neighbours(f.net, np.repeat(a, m), np.tile(b, n)).reshape(n, m)
    return {
        "degrees: logistic model": found.baselines(),
        "degrees: (u + 1)(v + 1)": (u + 1) * (v + 1),
        "degrees: prior": prior(u, v, float(u.sum())),
        "neighbours in common": shared.astype(float),
    }


def boosted(found: Hypotheses, judge: Judges) -> Floats:
    """Scores by gradient boosting on the same columns, with the same training pairs in as many draws."""
    f = found.features
    numbers = np.random.default_rng(SEED)
    known = np.argwhere(f.known().toarray())
    other = np.argwhere(~judge.curated)
    drawn = other[numbers.permutation(len(other))[:NEGATIVES]]
    train = np.concatenate([known, drawn])
    rows, columns = np.indices(judge.curated.shape).reshape(2, -1)
    ((_, counts),) = f.blocks()
    described = np.column_stack([*(m.toarray().ravel() for m in counts), f.degrees(rows, columns)])
    at = train @ [judge.curated.shape[1], 1]
    model = HistGradientBoostingClassifier(
        max_iter=100, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=40, random_state=SEED
    )
    model.fit(described[at], np.arange(len(train)) < len(known))
    said = model.decision_function(described)
    return np.asarray(said).reshape(judge.curated.shape)


# --------------------------------------------------------------------------- judging


def auroc_of(right: Bools, rank: Ints, times: Floats) -> float:
    """AUROC where each pair comes so many times; *rank* numbers the scores from the least."""
    size = int(rank.max()) + 1
    yes = np.bincount(rank[right], times[right], size)
    no = np.bincount(rank[~right], times[~right], size)
    below = np.cumsum(no) - no / 2
    return float((yes * below).sum() / (yes.sum() * no.sum()))


def intervals(right: Bools, scores: Sequence[Floats]) -> list[list[float]]:
    """95 % of the AUROCs of bootstrap samples of the pairs, the same samples for all scores.

    A sample takes each pair a Poisson number of times.
    """
    numbers = np.random.default_rng(SEED)
    ranks = [np.unique(score, return_inverse=True)[1] for score in scores]
    out = []
    for _ in range(SAMPLES):
        times = numbers.poisson(1.0, len(right)).astype(float)
        out.append([auroc_of(right, rank, times) for rank in ranks])
    low, high = np.percentile(out, [2.5, 97.5], axis=0).round(4)
    return [[float(a), float(b)] for a, b in zip(low, high, strict=True)]


def judged(judge: Judges, scores: dict[str, Floats], bounded: int) -> dict[str, dict[str, Any]]:
    """AUROC and average precision by either judge, and intervals of the first so many scores."""
    asked = ~judge.curated
    results: dict[str, dict[str, Any]] = {name: {} for name in scores}
    for by, right in (("drugcentral", judge.drugcentral[asked]), ("trials", judge.trials[asked])):
        said = {name: score[asked] for name, score in scores.items()}
        for name, s in said.items():
            results[name][by] = {
                "auroc": round(float(roc_auc_score(right, s)), 4),
                "auprc": round(float(average_precision_score(right, s)), 4),
            }
        first = list(said)[:bounded]
        for name, bounds in zip(first, intervals(right, [said[n] for n in first]), strict=True):
            results[name][by]["interval"] = bounds
    return results


def published() -> dict[str, dict[str, Any]]:
    """What Project Rephetio reports of itself and of its prior."""
    table = pd.read_csv(DATA / "rephetio_performance.tsv", sep="\t")
    out: dict[str, dict[str, Any]] = {}
    for theirs, name in (("prediction", "Rephetio"), ("prior_prob", "Rephetio: prior by degrees")):
        out[name] = {
            judge: {
                "auroc": round(float(row["auroc"].iloc[0]), 4),
                "auprc": round(float(row["auprc"].iloc[0]), 4),
            }
            for judge in ("drugcentral", "trials")
            for row in [
                table[(table["y_true_var"] == f"status_{judge}") & (table["y_pred_var"] == theirs)]
            ]
        }
    return out


def told(name: str, result: dict[str, Any]) -> str:
    """A row of the table."""
    cells = [name]
    for judge in ("drugcentral", "trials"):
        one = result[judge]
        low, high = one.get("interval", ("", ""))
        cells += [
            f"{one['auroc']:.3f}" + (f" ({low:.3f}–{high:.3f})" if low else ""),
            f"{one['auprc']:.3f}",
        ]
    return "| " + " | ".join(cells) + " |"


# --------------------------------------------------------------------------- on training indications


def hidden(net: Hetnet, judge: Judges, folds: int = 5) -> dict[str, dict[str, float]]:
    """How well hidden training indications are found among all other pairs, by pair and by compound."""
    numbers = np.random.default_rng(SEED)
    target = net.metaedge_of(*TREATS)
    edges = net.edges_of(target)
    subjects, group = np.unique(net.subject[edges], return_inverse=True)
    parts = {
        "by pair": numbers.permutation(len(edges)) % folds,
        "by compound": (numbers.permutation(len(subjects)) % folds)[group],
    }
    row = {c: n for n, c in enumerate(judge.compounds)}
    column = {d: n for n, d in enumerate(judge.diseases)}
    out: dict[str, dict[str, float]] = {}
    for name, fold in parts.items():
        sums: dict[str, list[float]] = {}
        for n in range(folds):
            gone = edges[fold == n]
            kept = np.ones(len(net.subject), bool)
            kept[gone] = False
            right = np.zeros_like(judge.curated)
            for a, b in zip(net.ids[net.subject[gone]], net.ids[net.object[gone]], strict=True):
                right[row[a], column[b]] = True
            part = Judges(judge.compounds, judge.diseases, judge.curated & ~right, right, right)
            found = ranked(net.kept(kept), part)
            scores = {"ours": found.probabilities(), "boosting": boosted(found, part)}
            scores["degrees"] = found.baselines()
            for who, score in scores.items():
                asked = ~part.curated
                sums.setdefault(who, []).append(float(roc_auc_score(right[asked], score[asked])))
        out[name] = {who: round(float(np.mean(v)), 4) for who, v in sums.items()}
        print(f"hidden {name}: {out[name]}")
    return out


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line of JSON."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--hidden", action="store_true", help="judge by training indications")
    args = options.parse_args(arguments)
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not there; set POLYMATH_SHARED to the folder of shared corpora")
    judge = judges()
    (net, free), reading = timed(networks)
    if args.hidden:
        print(json.dumps({"hidden": hidden(net, judge)}))
        return
    found, seconds = timed(lambda: ranked(net, judge))
    open_found, open_seconds = timed(lambda: ranked(free, judge))
    scores = {
        "ours": found.probabilities(),
        "ours, without non-commercial edges": open_found.probabilities(),
        "ours: gradient boosting": boosted(found, judge),
        **baselines(found),
    }
    results = {**judged(judge, scores, 2), **published()}
    sizes = {
        "candidates": found.candidates,
        "drugcentral": int(judge.drugcentral.sum()),
        "trials": int(judge.trials.sum()),
        "edges": len(net.subject),
        "edges_without_non_commercial": len(free.subject),
        "metapaths": len(found.features.metapaths),
    }
    print(f"{found.candidates} candidates; {sizes}")
    print("| | DrugCentral AUROC | AUPRC | trials AUROC | AUPRC |\n|---|---:|---:|---:|---:|")
    for name, result in results.items():
        print(told(name, result))
    print(f"\nread in {reading:.1f} s, ranked in {seconds:.1f} s and {open_seconds:.1f} s")
    print(found.table.head(5)[["subject_name", "object_name", "probability", "reason"]].to_string())
    print(
        json.dumps(
            {
                "sizes": sizes,
                "results": results,
                "strength": found.model.strength,
                "training_auroc": round(float(found.model.trials["auroc"].max()), 4),
                "seconds": round(reading + seconds + open_seconds, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
