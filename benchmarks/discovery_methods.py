"""The methods of discovery, each with a made-up world of any size to work on.

A world of so many edges has ten edges a node, with degrees that fall off like a power, as those of real
ones do. What counts as an edge is told with each world.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import kg
from kg.discovery.abc import closed_discovery, open_discovery
from kg.discovery.bridging import bridging
from kg.discovery.datasets import Recommender
from kg.discovery.explaining import paths_between
from kg.discovery.forecast import Forecaster, forecast
from kg.discovery.hetnet import Hetnet
from kg.discovery.hetnet_making import EDGE_COLUMNS, hetnet_of_edges
from kg.discovery.history import history_of_documents
from kg.discovery.hypotheses import hypotheses
from kg.discovery.joining import joinable
from kg.discovery.library import Library, library_of_tables
from kg.discovery.links import document_links, statement_links
from kg.discovery.metapaths import Metapath, Step, dwpc
from kg.discovery.null_model import permuted
from kg.discovery.trends import trends
from kg.discovery.what_if import Removal, without
from kg.model import Dataset, Evidence, Measure, Mention, Passage, Variable, Work
from kg.network import network
from tests.kg.networks import DISCIPLINES, planted, write_records, write_rows

SEED = 0
SOME = 100
"""So many subjects are ranked for, where a method ranks for some."""
YEARS = (2001, 2020)
WORDS = 2000
"""So many words do titles choose from."""

# --------------------------------------------------------------------------- worlds


@dataclass(frozen=True, slots=True)
class World:
    """Where methods work.

    Args:
        edges: What counts as one, in words.
        make: Write a world of so many edges to a file, if it is kept in one.
        open: The world of so many edges, kept in that file.
    """

    edges: str
    open: Callable[[int, Path], Any]
    make: Callable[[int, Path], None] = lambda edges, path: None


def often(rng: np.random.Generator, many: int, size: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Numbers below *many*; the k-th is as likely as 1/√k: few are drawn often."""
    return (many * rng.random(size) ** 2).astype(np.int64)


SHARES = {
    ("chemical", "treats", "disease"): 0.02,
    ("chemical", "binds", "gene"): 0.28,
    ("disease", "associates", "gene"): 0.2,
    ("gene", "interacts", "gene"): 0.3,
    ("chemical", "resembles", "chemical"): 0.1,
    ("disease", "presents", "symptom"): 0.1,
}
KINDS = {"chemical": 0.3, "disease": 0.1, "gene": 0.5, "symptom": 0.1}


def made(edges: int, seed: int = SEED) -> pd.DataFrame:
    """About so many edges of four kinds of node and six metaedges, in the columns of a table of edges."""
    rng = np.random.default_rng(seed)
    count = {kind: max(int(share * edges / 10), 5) for kind, share in KINDS.items()}
    parts = []
    for (a, predicate, b), share in SHARES.items():
        n = int(edges * share)
        ends = [often(rng, count[k], n) for k in (a, b)]
        part = pd.DataFrame({"subject": ends[0], "object": ends[1]}).drop_duplicates()
        part = part.assign(subject_kind=a, predicate=predicate, object_kind=b)
        for end, kind in (("subject", a), ("object", b)):
            part[end] = kind + part[end].astype(str)
        part["licence"] = np.array(["CC0-1.0", "CC BY-NC 4.0"])[rng.integers(2, size=len(part))]
        parts.append(part[[*EDGE_COLUMNS, "licence"]])
    return pd.concat(parts, ignore_index=True)


def hetnet(edges: int, _: Path = Path()) -> Hetnet:
    """A network of that size."""
    return hetnet_of_edges(made(edges), symmetric=["resembles", "interacts"])


def _works(number: int, rng: np.random.Generator) -> list[Work]:
    years = rng.integers(YEARS[0], YEARS[1] + 1, size=number).tolist()
    field = rng.integers(len(DISCIPLINES), size=number).tolist()
    return [
        Work(id=f"w{n}", title=f"Work {n}", year=y, disciplines=(DISCIPLINES[f],))
        for n, (y, f) in enumerate(zip(years, field, strict=True))
    ]


def make_graph(edges: int, path: Path) -> None:
    """Half of the edges are statements, half are mentions; a work of one passage makes ten of each."""
    rng = np.random.default_rng(SEED)
    half, concepts = edges // 2, edges // 10
    about, said = planted(concepts, half, 50, seed=SEED)
    works = _works(max(edges // 20, 2), rng)
    passages = [Passage(id=f"p{n}", work=w.id, text=w.title) for n, w in enumerate(works)]
    mentions = {
        (int(p), int(c))
        for p, c in zip(
            rng.integers(len(works), size=half), often(rng, concepts, half), strict=True
        )
    }
    where = rng.integers(len(works), size=len(said)).tolist()
    evidence = [
        Evidence(id=f"e{n}", statement=s.id, passage=f"p{p}")
        for n, (s, p) in enumerate(zip(said, where, strict=True))
    ]
    mentioned = [
        Mention(passage=f"p{p}", concept=about[c].id, start=0, end=1, surface="x")
        for p, c in sorted(mentions)
    ]
    with kg.connect(path) as graph:
        write_rows(graph.store, about, said)
        write_records(graph.store, works, passages, evidence, mentioned)


def make_tables(edges: int, path: Path) -> None:
    """Variables that measure a concept; ten variables a data set."""
    rng = np.random.default_rng(SEED)
    about, _ = planted(max(edges // 10, 50), 1, 50, seed=SEED)
    which = often(rng, len(about), edges).tolist()
    units = rng.choice(["m", "kg", "s", "K", ""], size=edges).tolist()
    datasets = [Dataset(id=f"d{n}", name=f"data {n}") for n in range(max(edges // 10, 2))]
    variables = [
        Variable(
            id=f"v{n}",
            dataset=datasets[n % len(datasets)].id,
            name=f"column {n}",
            dtype="number",
            unit=unit,
        )
        for n, unit in enumerate(units)
    ]
    measured = [
        Measure(variable=f"v{n}", concept=about[c].id, passage="", start=0, end=1, surface="x")
        for n, c in enumerate(which)
    ]
    with kg.connect(path) as graph:
        write_records(graph.store, about, datasets, variables, measured)


def opened(_: int, path: Path) -> kg.Graph:
    """The graph of that file, with its network at hand, as it is once it was looked at."""
    graph = kg.connect(path)
    network(graph.store)
    return graph


@dataclass(frozen=True, slots=True, eq=False)
class Documents:
    """Which terms stand in which documents, and of which year and field each document is."""

    terms: pd.DataFrame
    texts: pd.DataFrame
    fields: pd.DataFrame


def documents(edges: int, _: Path = Path()) -> Documents:
    """So many terms in documents, ten in each."""
    rng = np.random.default_rng(SEED)
    many = max(edges // 10, 2)
    names = np.array([f"d{n}" for n in range(many)], object)
    terms = pd.DataFrame(
        {"document": names[np.arange(edges) % many], "term": often(rng, many, edges)}
    )
    terms["term"] = "t" + terms["term"].astype(str)
    years = rng.integers(YEARS[0], YEARS[1] + 1, size=many)
    field = np.array(DISCIPLINES)[rng.integers(len(DISCIPLINES), size=many)]
    return Documents(
        terms.drop_duplicates(ignore_index=True),
        pd.DataFrame({"document": names, "title": names, "year": years}),
        pd.DataFrame({"document": names, "field": field}),
    )


def library(edges: int, _: Path = Path()) -> Library:
    """So many uses of data sets, two by each work, among a hundredth as many data sets."""
    rng = np.random.default_rng(SEED)
    works, data = max(edges // 2, 2), max(edges // 100, 2)
    words = np.array([f"word{n}" for n in range(WORDS)], object)

    def titles(many: int) -> list[str]:
        return [" ".join(row) for row in words[often(rng, WORDS, many * 8)].reshape(-1, 8)]

    uses = pd.DataFrame(
        {"work": np.arange(edges) % works, "dataset": often(rng, data, edges)}
    ).drop_duplicates()
    return library_of_tables(
        pd.DataFrame({"work": [f"w{n}" for n in range(works)], "title": titles(works)}),
        pd.DataFrame({"dataset": [f"d{n}" for n in range(data)], "title": titles(data)}),
        pd.DataFrame(
            {
                "work": "w" + uses["work"].astype(str),
                "dataset": "d" + uses["dataset"].astype(str),
            }
        ),
    )


HETNET = World("typed edges", hetnet)
GRAPH = World("statements and mentions", opened, make_graph)
TABLES = World("variables that measure a concept", opened, make_tables)
DOCUMENTS = World("terms in documents", documents)
LIBRARY = World("uses of data sets", library)

# --------------------------------------------------------------------------- methods


def _subjects(net: Hetnet) -> list[str]:
    ids = net.ids[net.nodes("chemical")]
    return [str(i) for i in ids[:: max(1, len(ids) // SOME)][:SOME]]


def _way(net: Hetnet) -> Metapath:
    """A chemical binds a gene that interacts with one that a disease associates with."""
    binds = net.metaedge_of("chemical", "binds", "gene")
    like = net.metaedge_of("gene", "interacts", "gene")
    of = net.metaedge_of("disease", "associates", "gene")
    return Metapath((Step(binds), Step(like), Step(of, backward=True)))


def count_all_paths(net: Hetnet) -> object:
    """Degree-weighted path counts of two steps from all chemicals to all diseases."""
    binds, _, of = _way(net).steps
    return dwpc(net, Metapath((binds, of)))


def count_paths(net: Hetnet) -> object:
    """Degree-weighted path counts of three steps from a hundred chemicals to all diseases."""
    rows = np.array([net.number("chemical", i) for i in _subjects(net)])
    return dwpc(net, _way(net), rows=rows)


def explain(net: Hetnet) -> object:
    """The ten heaviest paths of three steps for a hundred pairs."""
    disease = str(net.ids[net.nodes("disease")][0])
    found = []
    for subject in _subjects(net):
        paths = paths_between(net, _way(net), subject, disease)
        found.append([p for p, _ in zip(paths, range(10), strict=False)])
    return found


def permute(net: Hetnet) -> object:
    """One permutation that keeps every degree."""
    return permuted(net, seed=SEED)


def rank(net: Hetnet) -> object:
    """Learn from the known pairs of a hundred chemicals and rank their others, by metapaths of two steps."""
    return hypotheses(
        net, "chemical", "treats", "disease", max_length=2, subjects=_busiest(net), reasons=5
    )


def _busiest(net: Hetnet) -> list[str]:
    """The hundred chemicals that treat the most, so that there is something to learn from."""
    degree = net.matrix(net.metaedge_of("chemical", "treats", "disease")).sum(axis=1)
    return [str(i) for i in net.ids[net.nodes("chemical")][np.argsort(-degree)[:SOME]]]


def take_away(net: Hetnet) -> object:
    """The network without all that is under a non-commercial licence."""
    return without(net, Removal(licences=("non-commercial",)))


def _ends(degree: np.ndarray[Any, Any], ids: np.ndarray[Any, Any]) -> tuple[str, str]:
    """Two nodes that have about twenty neighbours in a world of any size."""
    a, c = np.argsort(np.abs(degree - 20), kind="stable")[:2]
    return str(ids[a]), str(ids[c])


def open_in_graph(graph: kg.Graph) -> object:
    """What may be linked with a concept, from statements."""
    known = network(graph.store)
    return open_discovery(statement_links(graph), _ends(known.degree(), known.ids)[0])


def closed_in_documents(given: Documents) -> object:
    """What stands between two terms, from documents."""
    links = document_links(given.terms, given.texts)
    return closed_discovery(links, *_ends(links.works, links.ids))


def bridge(graph: kg.Graph) -> object:
    """The bridges between five fields, with what chance makes of them."""
    return bridging(graph)


def rise(graph: kg.Graph) -> object:
    """What rises and bursts, with what chance makes of it, and a map of the fields."""
    return trends(graph)


def foresee(given: Documents) -> object:
    """Learn from five years which pairs will be linked, and foresee it for a concept."""
    history = history_of_documents(given.terms, given.texts, given.fields)
    forecaster = Forecaster.fit(history, 2010, 2015, seed=SEED)
    return forecast(forecaster, history, 2015, among=SOME)


def recommend(given: Library) -> object:
    """Learn who uses what, and recommend data sets for a question."""
    return Recommender(given).for_question("word1 word20 word300")


def join(graph: kg.Graph) -> object:
    """By which variables data sets can be joined."""
    return joinable(graph)


METHODS: Mapping[str, tuple[World, Callable[[Any], object]]] = {
    "path counts, all pairs": (HETNET, count_all_paths),
    "path counts, 100 subjects": (HETNET, count_paths),
    "explanations, 100 pairs": (HETNET, explain),
    "permutation": (HETNET, permute),
    "hypotheses, 100 subjects": (HETNET, rank),
    "what if, a licence": (HETNET, take_away),
    "open discovery, statements": (GRAPH, open_in_graph),
    "closed discovery, documents": (DOCUMENTS, closed_in_documents),
    "bridges": (GRAPH, bridge),
    "trends": (GRAPH, rise),
    "forecast": (DOCUMENTS, foresee),
    "data sets, recommended": (LIBRARY, recommend),
    "data sets, joined": (TABLES, join),
}
