"""What the past says of two concepts: one row of numbers a pair, for a forecast to learn from.

A :class:`Past` is made of the events up to a year and is asked about pairs. Each number belongs to a
group (:data:`GROUPS`), by which forecasts are explained:

- how much is said of each: works and links, of late too, PageRank; how that grows
- common neighbours, Adamic–Adar, resource allocation, Jaccard, cosine (Liben-Nowell & Kleinberg 2007,
  doi:10.1002/asi.20591), of late too; the likelihood of walking from one to the other in two steps
- preferential attachment (Barabási & Albert 1999, doi:10.1126/science.286.5439.509): the baseline
- nearness in truncated singular value decompositions of the links and of the events; powers of the
  normalised adjacency count longer walks (Katz 1953, doi:10.1007/BF02289026, with degrees taken out)
- whether works of the same fields speak of both, and how these fields grow
- the words of their names: how common they are among the names seen so far, and which both share

The choice follows the entries that did best in Science4Cast (Krenn et al. 2023,
doi:10.1038/s42256-023-00735-0): many plain numbers of the network beat networks that learn end to end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from kg.discovery.history import History
from kg.discovery.links import Matrix
from kg.network import Floats, Ints

Pairs = npt.NDArray[np.int64]
Single = npt.NDArray[np.float32]
RANK = 64
"""Dimensions of each decomposition."""
POWERS = (1, 2, 3, 5)
WINDOWS = (1, 2, 3, 5)
"""Years that count as of late."""
CHUNK = 100_000
"""Pairs whose neighbours are compared at a time, so that memory stays small."""

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "size": "how much is said of each",
        "growth": "how that has grown of late",
        "common": "what both are linked with",
        "near": "how near they lie in the whole network",
        "field": "the fields that speak of them",
        "name": "the words of their names",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """All that is worked out once of the events up to a year.

    Attributes:
        history: These events and no later ones.
        year: The year.
        links: In how many events each two concepts stand, shape (concepts, concepts).
        works: In how many events each concept stands.
        degree: With how many others it stands.
        nodes: Numbers of each concept by group and name, shape (concepts,) each.
        late: Links of the last five years.
        share: Share of each field in what is said of a concept, shape (concepts, fields).
        lift: The same, over the square root of the field's share in everything.
        spectrum: Left vectors and values of the normalised adjacency.
        spaces: Unit vectors of concepts by the name of the space.
        words: Which words each name holds, weighed by how rare these are, shape (concepts, words).
    """

    history: History
    year: int
    links: Matrix
    works: Floats
    degree: Floats
    nodes: Mapping[tuple[str, str], Floats]
    late: Matrix
    share: Floats
    lift: Floats
    spectrum: tuple[Single, Single]
    spaces: Mapping[str, Single]
    words: Matrix

    @staticmethod
    def of(history: History, year: int, *, seed: int = 0) -> Past:
        """The past up to *year*, of a history that may go on after it.

        Args:
            history: All events; those later than *year* are not looked at.
            year: The last year that is known.
            seed: Of the decompositions.
        """
        past = history.until(year)
        links = past.links()
        works = past.appearances().astype(float)
        degree = np.diff(links.indptr).astype(float)
        share, lift = _shares(past)
        words, of_names = _names(past, year, works)
        nodes = {
            **_sizes(past, year, links, works, degree),
            **_fields_of_nodes(past, year, share),
            **of_names,
        }
        spectrum, spaces = _spaces(past, links, works, degree, seed)
        nodes["near", "coherence"] = _coherence(spaces)
        late = past.until(year, after=year - WINDOWS[-1]).links()
        return Past(
            past, year, links, works, degree, nodes, late, share, lift, spectrum, spaces, words
        )

    def seen(self) -> Ints:
        """Numbers of the concepts that some event holds."""
        return np.flatnonzero(self.works)

    def linked(self, pairs: Pairs) -> npt.NDArray[np.bool_]:
        """Whether each pair stands in one event already, shape (pairs,)."""
        return _holds(self.links, pairs)

    def attachment(self, pairs: Pairs) -> Floats:
        """Preferential attachment, as the sum of the logarithms of both degrees, shape (pairs,)."""
        return np.asarray(np.log1p(self.degree)[pairs].sum(axis=1))

    def home(self) -> Ints:
        """Number of the field that most events of each concept are of, −1 if of none."""
        if not self.share.shape[1]:
            return np.full(len(self.works), -1)
        return np.where(self.share.sum(axis=1) > 0, self.share.argmax(axis=1), -1)

    def features(self, pairs: Pairs) -> tuple[Single, list[tuple[str, str]]]:
        """Numbers of each pair, which do not depend on which of the two comes first.

        Args:
            pairs: Numbers of concepts, shape (pairs, 2).

        Returns:
            Shape (pairs, features), and group and name of each.
        """
        # The concept of which less is said comes first.
        turned = self.degree[pairs[:, 0]] > self.degree[pairs[:, 1]]
        less, more = np.where(turned, pairs.T[::-1], pairs.T)
        columns: dict[tuple[str, str], npt.NDArray[np.generic]] = {}
        for (group, name), values in self.nodes.items():
            columns[group, f"{name}, of the one with fewer links"] = values[less]
            columns[group, f"{name}, of the one with more links"] = values[more]
        columns["size", "preferential attachment"] = self.attachment(pairs)
        parts = [
            self._common(less[i : i + CHUNK], more[i : i + CHUNK])
            for i in range(0, max(len(pairs), 1), CHUNK)
        ]
        for name in parts[0]:
            columns["common", name] = np.concatenate([p[name] for p in parts])
        columns |= self._near(less, more)
        if self.share.shape[1]:
            columns["field", "cosine of fields"] = _cosine(self.share, less, more)
            columns["field", "cosine of fields, rare ones more"] = _cosine(self.lift, less, more)
            together = np.einsum("ij,ij->i", self.lift[less], self.lift[more])
            columns["field", "lift of fields"] = np.log(together + 1e-3)
        shared = self.words[less].multiply(self.words[more]).tocsr()
        columns["name", "words in common"] = np.diff(shared.indptr)
        columns["name", "words in common, rare ones more"] = np.asarray(shared.sum(axis=1)).ravel()
        return np.column_stack([c.astype(np.float32) for c in columns.values()]), list(columns)

    def columns(self) -> list[tuple[str, str]]:
        """Group and name of each number of a pair."""
        return self.features(np.zeros((0, 2), np.int64))[1]

    def _common(self, less: Ints, more: Ints) -> dict[str, Floats]:
        degree = np.maximum(self.degree, 1)
        weights = np.column_stack(
            [np.ones(len(degree)), 1 / np.log(np.maximum(degree, 2)), 1 / degree]
        )
        between = self.links[less].multiply(self.links[more]).tocsr()
        # Of a walk over a neighbour, works of the one with it over its own, times those of the other.
        between.data = between.data / self.works[between.indices]
        walks = np.asarray(between.sum(axis=1)).ravel()
        best = np.asarray(between.max(axis=1).todense()).ravel()
        scarce = np.minimum(self.works[less], self.works[more])
        usual = np.maximum(self.works[less], self.works[more])
        between.data = np.ones_like(between.data)
        count, adamic, resource = (between @ weights).T
        one, other = self.degree[less], self.degree[more]
        lately = self.late[less].multiply(self.late[more]).tocsr()
        lately.data = np.ones_like(lately.data)
        recent = np.maximum(np.diff(self.late.indptr), 1)
        return {
            "common neighbours": count,
            "Adamic–Adar": adamic,
            "resource allocation": resource,
            "Jaccard": count / np.maximum(one + other - count, 1),
            "cosine of neighbours": count / np.sqrt(np.maximum(one * other, 1)),
            "common neighbours of late": np.diff(lately.indptr).astype(float),
            "resource allocation of late": lately @ (1 / recent),
            "walks of two steps, less likely way": walks / np.maximum(usual, 1),
            "walks of two steps, likelier way": walks / np.maximum(scarce, 1),
            "best walk of two steps, less likely way": best / np.maximum(usual, 1),
            "best walk of two steps, likelier way": best / np.maximum(scarce, 1),
        }

    def _near(self, less: Ints, more: Ints) -> dict[tuple[str, str], Floats]:
        vectors, values = self.spectrum
        root = np.sqrt(self.degree[less] * self.degree[more])
        product = vectors[less] * vectors[more]
        out: dict[tuple[str, str], Floats] = {
            ("near", f"walks of {p} steps in the spectrum"): product @ values**p * root
            for p in POWERS
        }
        for name, space in self.spaces.items():
            out["near", f"cosine in {name}"] = np.einsum("ij,ij->i", space[less], space[more])
        return out


def _sizes(
    past: History, year: int, links: Matrix, works: Floats, degree: Floats
) -> dict[tuple[str, str], Floats]:
    out = {("size", "log works"): np.log1p(works), ("size", "log links"): np.log1p(degree)}
    n = len(works)
    recent: dict[int, Floats] = {}
    for window in WINDOWS:
        late = past.until(year, after=year - window)
        recent[window] = late.appearances().astype(float)
        linked = np.diff(late.links().indptr)
        out["growth", f"log works, {window} years"] = np.log1p(recent[window])
        out["growth", f"log links, {window} years"] = np.log1p(linked)
    rows = np.repeat(np.arange(past.held.shape[0]), np.diff(past.held.indptr))
    years = past.years[rows]
    first, last = np.full(n, year + 1), np.full(n, year - 100)
    np.minimum.at(first, past.held.indices, years)
    np.maximum.at(last, past.held.indices, years)
    out["growth", "years since it was first named"] = (year - first).astype(float)
    out["growth", "years since it was last named"] = (year - last).astype(float)
    sizes = np.diff(past.held.indptr)[rows].astype(float)
    total = np.bincount(past.held.indices, sizes, minlength=n)
    out["size", "concepts in a work of it"] = total / np.maximum(works, 1)
    pattern = links.copy()
    pattern.data = np.ones_like(pattern.data)
    neighbours = np.maximum(degree, 1)
    rising = np.log((recent[2] + 1) / (works - recent[2] + 1))
    out["size", "log works of its neighbours"] = (pattern @ np.log1p(works)) / neighbours
    out["growth", "rise of its neighbours"] = (pattern @ rising) / neighbours
    strength = np.asarray(links.sum(axis=1)).ravel()
    out["size", "works a link"] = np.log1p(strength) - np.log1p(degree)
    out["size", "PageRank"] = np.log(_pagerank(links, strength))
    return out


def _pagerank(links: Matrix, strength: Floats, damping: float = 0.85, steps: int = 20) -> Floats:
    """Brin & Page 1998, doi:10.1016/S0169-7552(98)00110-X, on links weighed by events."""
    n = len(strength)
    step = links @ sparse.diags_array(1 / np.maximum(strength, 1e-9))
    rank = np.full(n, 1 / max(n, 1))
    for _ in range(steps):
        rank = (1 - damping) / max(n, 1) + damping * (step @ rank)
    return np.asarray(rank)


def _shares(past: History) -> tuple[Floats, Floats]:
    counts = np.asarray((past.held.T @ past.in_field).toarray(), float)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    everything = np.asarray(past.in_field.sum(axis=0)).ravel() + 1
    return share, share / np.sqrt(everything / everything.sum())


def _fields_of_nodes(past: History, year: int, share: Floats) -> dict[tuple[str, str], Floats]:
    if not past.fields:
        return {}
    late, before = (
        np.asarray(past.until(until, after=after).in_field.sum(axis=0)).ravel()
        for until, after in ((year, year - 2), (year - 2, year - 5))
    )
    return {
        ("field", "spread over fields"): -(share * np.log(share + 1e-12)).sum(axis=1),
        ("growth", "growth of its fields"): share @ np.log((late + 10) / (before + 10)),
    }


def _spaces(
    past: History, links: Matrix, works: Floats, degree: Floats, seed: int
) -> tuple[tuple[Single, Single], dict[str, Single]]:
    """The spectrum of the normalised adjacency, and unit vectors of concepts in three spaces."""
    n = len(works)
    rank = min(RANK, max(n - 1, 1))
    rows = np.repeat(np.arange(n), np.diff(links.indptr))
    normal = links.astype(np.float32)
    normal.data = (1 / np.sqrt(degree[rows] * degree[links.indices])).astype(np.float32)
    vectors, values, _ = randomized_svd(normal, rank, n_iter=3, random_state=seed)
    strength = np.asarray(links.sum(axis=1)).ravel()
    chance = strength[rows] * strength[links.indices] / max(strength.sum(), 1)
    information = links.astype(np.float32)
    information.data = np.maximum(np.log(links.data / np.maximum(chance, 1e-9)), 0).astype(
        np.float32
    )
    information.eliminate_zeros()
    left, scale, _ = randomized_svd(information, rank, n_iter=3, random_state=seed)
    by_links = _unit(left * np.sqrt(scale))
    weights = links.astype(np.float32)
    weights.data = np.log1p(weights.data)
    around = _unit(weights @ _unit(vectors * values))
    rare = np.log(max(len(past.years), 1) / np.maximum(works, 1)).astype(np.float32)
    weighed = past.held @ sparse.diags_array(rare)
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed = (sparse.diags_array(1 / np.maximum(lengths, 1e-6)) @ weighed).astype(np.float32)
    rank = min(rank, max(min(weighed.shape) - 1, 1))
    events, scale, _ = randomized_svd(weighed.tocsr(), rank, n_iter=3, random_state=seed)
    mean = (past.held.T @ _unit(events * scale)) / np.maximum(works, 1)[:, None]
    spaces = {
        "the space of links": by_links,
        "the space of neighbours": around,
        "the space of works": mean.astype(np.float32),
    }
    return (vectors.astype(np.float32), values.astype(np.float32)), spaces


def _coherence(spaces: dict[str, Single]) -> Floats:
    """How alike the works of each concept are; its mean vector is made a unit one on the way."""
    mean = spaces["the space of works"]
    length = np.linalg.norm(mean, axis=1)
    spaces["the space of works"] = _unit(mean)
    return np.asarray(length, float)


def _names(past: History, year: int, works: Floats) -> tuple[Matrix, dict[tuple[str, str], Floats]]:
    """Words of names, and how common those are among names that were seen by then."""
    split = [str(name).lower().split() or [""] for name in past.names]
    number: dict[str, int] = {}
    rows = np.repeat(np.arange(len(split)), [len(words) for words in split])
    columns = np.array(
        [number.setdefault(w, len(number)) for words in split for w in words], np.int64
    )
    holds = sparse.coo_array(
        (np.ones(len(rows)), (rows, columns)), (len(split), len(number))
    ).tocsr()
    holds.data[:] = 1.0
    length = np.maximum(np.asarray(holds.sum(axis=1)).ravel(), 1)
    late = past.until(year, after=year - 2).appearances().astype(float)
    names = holds.T @ (works > 0).astype(float)
    uses, uses_late = holds.T @ works, holds.T @ late
    of_words = {
        "names with its words": np.log1p(names),
        "works with its words": np.log1p(uses),
        "works a name with its words": np.log1p(uses / np.maximum(names, 1)),
        "rise of its words": np.log((uses_late + 1) / (uses - uses_late + 1)),
    }
    ends = {
        "first": np.array([number[w[0]] for w in split], np.int64),
        "last": np.array([number[w[-1]] for w in split], np.int64),
    }
    out: dict[tuple[str, str], Floats] = {("name", "words"): length}
    for name, values in of_words.items():
        out["name", name] = np.asarray(holds @ values) / length
        for end, words in ends.items():
            out["name", f"{name}, the {end}"] = np.asarray(values[words])
    weighed = holds @ sparse.diags_array(1 / np.sqrt(np.maximum(np.log1p(names), 0.5)))
    return weighed.tocsr(), out


def _holds(matrix: Matrix, pairs: Pairs) -> npt.NDArray[np.bool_]:
    if not len(pairs):
        return np.zeros(0, bool)
    return np.asarray(matrix[pairs[:, 0], pairs[:, 1]]).ravel() > 0


def _cosine(vectors: Floats, one: Ints, other: Ints) -> Floats:
    unit = _unit(vectors)
    return np.asarray(np.einsum("ij,ij->i", unit[one], unit[other]), float)


def _unit(vectors: npt.NDArray[np.floating]) -> Single:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)
