"""How likely each data set is to serve a work: by works that are like it, and by what is said of the data.

One row of numbers a work and data set, in groups by which a recommendation is explained (:data:`GROUPS`).
Nearly all are of one form: works that are like this one in some way, summed over those that use the
data set. Titles are compared by words and by runs of letters (TF-IDF, Salton & Buckley 1988,
doi:10.1016/0306-4573(88)90021-0).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import MultiLabelBinarizer

from kg.discovery.library import Library, Query, texts_of
from kg.discovery.links import Matrix
from kg.network import Bools, Floats, Ints

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "text": "works on the like of it use it",
        "authors": "its authors, or those who write with them, have used it",
        "venue": "works that appear in the same place use it",
        "together": "works that are like it in all of that use it",
        "provider": "works like it use data of the same provider, or data that are alike",
        "wording": "its words are those of the data set",
        "usage": "many works use it",
    }
)
NEAR = (20, 5)
"""So many of the most similar works are looked at by themselves."""
RIDGE = (0.3, 3.0)
MOST = 3000
"""Of more works that use data, so many are drawn for the ridge, which takes the cube of it."""
_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """How much some works are like those of the library in each way, shape (works, library) each."""

    words: Floats
    letters: Floats
    authors: Floats
    coauthors: Floats
    venue: Floats
    venue_name: Floats
    publisher: Floats

    @property
    def together(self) -> Floats:
        """All of it, in one kernel."""
        return (
            self.words
            + self.letters
            + 0.5 * self.authors
            + 0.3 * (self.venue + self.venue_name + self.publisher)
            + 0.3
        )

    def rows(self, rows: Ints, columns: Ints) -> Alike:
        """Of some works to some others."""
        at = np.ix_(rows, columns)
        return Alike(*(getattr(self, name)[at] for name in self.__slots__))


def _rows_of(vectorizer: Any, texts: Sequence[str]) -> Any:
    """One row a text; scikit-learn takes no empty list."""
    return vectorizer.transform([*texts, ""])[: len(texts)]


class Comparison:
    """Compares works with those of a library and with its data sets. Knows nothing of who uses what."""

    def __init__(self, library: Library) -> None:
        works, data = library.works, list(texts_of(library.datasets))
        texts = works["text"].astype(str).tolist()
        venues = works["venue"].astype(str).tolist()
        self._words = _words().fit([*texts, *data, "a work"])
        self._letters = _letters().fit([*texts, *data, "a work"])
        self._places = _letters().fit([*venues, *data, "a venue"])
        self.word_rows = _rows_of(self._words, texts)
        self._letter_rows = _rows_of(self._letters, texts)
        self._venue_rows = _rows_of(self._places, venues)
        self._data_words = self._words.transform(data)
        self._data_letters = self._letters.transform(data)
        providers = library.datasets["provider"].astype(str).tolist()
        self._provider_letters = self._places.transform(providers)
        self._authors = MultiLabelBinarizer(sparse_output=True).fit(works["authors"])
        self._author_rows = sparse.csr_array(self._authors.transform(works["authors"]), dtype=float)
        pairs = (self._author_rows.T @ self._author_rows).tocsr()
        pairs.setdiag(0)
        pairs.eliminate_zeros()
        pairs.data = np.ones_like(pairs.data)
        self._writes_with = pairs
        self._venues = np.array(venues, dtype=object)
        self._publishers = works["publisher"].astype(str).to_numpy(object)
        self._spelt = [
            [_spelt(name) for name in (title, *aliases)]
            for title, aliases in library.datasets[["title", "aliases"]].itertuples(index=False)
        ]
        self.datasets_alike = _dense(self._data_letters, self._data_letters)
        _others_to_one(self.datasets_alike)
        kinds = sorted(set(providers) - {""})
        self.providers = np.array([[p == k for k in kinds] for p in providers], float).reshape(
            len(providers), len(kinds)
        )

    def alike(self, queries: Sequence[Query]) -> Alike:
        """How much each query is like each work of the library."""
        texts = [q.text for q in queries]
        known = set(self._authors.classes_)
        authors = sparse.csr_array(
            self._authors.transform([[a for a in q.authors if a in known] for q in queries]),
            dtype=float,
        )
        many = np.sqrt(np.maximum(np.outer(authors.sum(axis=1), self._author_rows.sum(axis=1)), 1))
        named = np.array([q.venue != "" for q in queries])[:, None]
        venue = np.array([q.venue for q in queries], dtype=object)[:, None] == self._venues[None]
        publishers = np.array([q.publisher for q in queries], dtype=object)[:, None]
        with_publisher = publishers != ""
        return Alike(
            words=_dense(self._words.transform(texts), self.word_rows),
            letters=_dense(self._letters.transform(texts), self._letter_rows),
            authors=(authors @ self._author_rows.T).toarray() / many,
            coauthors=np.log1p(((authors @ self._writes_with) @ self._author_rows.T).toarray()),
            venue=(venue & named).astype(float),
            venue_name=_dense(self._places.transform([q.venue for q in queries]), self._venue_rows),
            publisher=((publishers == self._publishers[None]) & with_publisher).astype(float),
        )

    def wording(self, queries: Sequence[Query]) -> dict[tuple[str, str], Floats]:
        """How much the words of each query are those of each data set, shape (queries, data sets)."""
        texts = [q.text for q in queries]
        both = [f"{q.text} ; {q.venue}" for q in queries]
        places = self._places.transform([q.venue for q in queries])
        said = [f" {_spelt(t)} " for t in texts]
        named = [
            [
                max((len(n) for n in names if n and f" {n} " in t), default=0)
                for names in self._spelt
            ]
            for t in said
        ]
        return {
            ("wording", "cosine of words"): _dense(self._words.transform(texts), self._data_words),
            ("wording", "cosine of letters"): _dense(
                self._letters.transform(both), self._data_letters
            ),
            ("wording", "provider and venue"): _dense(places, self._provider_letters),
            ("wording", "provider and text"): _dense(
                self._places.transform(texts), self._provider_letters
            ),
            ("wording", "its name in the text"): np.log1p(np.array(named, float)),
        }

    def common_words(self, query: Query, text: str, most: int = 4) -> list[str]:
        """Words of a query that a text has too, the rarest first."""
        both = self._words.transform([query.text]).multiply(self._words.transform([text])).tocsr()
        names = self._words.get_feature_names_out()
        order = np.argsort(-both.data, kind="stable")
        return [str(names[i]) for i in both.indices[order] if " " not in names[i]][:most]


def features(
    comparison: Comparison,
    library: Library,
    queries: Sequence[Query],
    alike: Alike,
    among: Alike,
    kept: Ints,
    own: Ints | None = None,
    seed: int = 0,
) -> tuple[Floats, list[tuple[str, str]]]:
    """Numbers of each query and data set, by works of the library that may be looked at.

    Args:
        comparison: Of this library.
        library: The library.
        queries: Works or questions.
        alike: How they are like the works in *kept*, shape (queries, kept).
        among: How the works in *kept* are like each other, shape (kept, kept).
        kept: Numbers of the works that may be looked at.
        own: Place in *kept* of each query that is one of these works, which then knows nothing of
            its own uses; None if no query is.
        seed: Of the works that are drawn for the ridge where there are very many.

    Returns:
        Shape (queries, data sets, features), and group and name of each feature.
    """
    uses = library.uses[kept].toarray()
    rows, n = len(queries), max(len(kept) - (own is not None), 1)
    mine = uses[own] if own is not None else np.zeros((rows, uses.shape[1]))
    popularity = uses.sum(axis=0)[None] - mine
    ways = alike if own is None else _blind(alike, own)
    out: dict[tuple[str, str], Floats] = {
        ("usage", "log uses"): np.log1p(popularity),
        ("usage", "not used yet"): (popularity == 0).astype(float),
    }
    prior = 0.5 * (popularity + 0.1) / n

    def share(near: Floats) -> Floats:
        return np.asarray((near @ uses + prior) / (near.sum(axis=1, keepdims=True) + 0.5))

    words, letters = ways.words**1.5, ways.letters**2
    named = {
        ("text", "by words"): words,
        ("text", "by letters"): letters,
        ("authors", "who share authors"): ways.authors,
        ("authors", "whose authors write with them"): ways.coauthors,
        ("venue", "in the same venue"): ways.venue,
        ("venue", "in venues of like names"): ways.venue_name**4,
        ("venue", "of the same publisher"): ways.publisher,
    }
    for (group, name), near in named.items():
        of = share(near)
        out[group, f"share of works {name}"] = of
        if group != "text" or name == "by words":
            out["provider", f"share of works {name} that use data alike"] = (
                of @ comparison.datasets_alike.T
            )
    for k in NEAR:
        out["text", f"share of the nearest {k} by words"] = share(_nearest(words, k))
        out["text", f"share of the nearest {k} by letters"] = share(_nearest(letters, k))
    out["text", "log sum of the nearest 5"] = np.log1p(_nearest(words, NEAR[-1]) @ uses)
    out["text", "nearest work by words"] = _greatest(ways.words, uses)
    out["text", "nearest work by letters"] = _greatest(ways.letters, uses)
    out["text", "log sum by words"] = np.log1p(words @ uses)
    out["text", "log sum by letters"] = np.log1p(letters @ uses)
    out["authors", "nearest work by authors"] = _greatest(ways.authors, uses)
    out["authors", "log sum by authors"] = np.log1p(ways.authors @ uses)
    out["venue", "log sum by venue"] = np.log1p(ways.venue @ uses)
    out["text", "words of works that use it"] = _bayes(
        comparison, queries, kept, uses, mine, n, own
    )
    if comparison.providers.shape[1]:
        for name, near in (("words", words), ("authors", ways.authors), ("venue", ways.venue)):
            of = (near @ (uses @ comparison.providers)) / (near.sum(axis=1, keepdims=True) + 0.5)
            out["provider", f"share of works by {name} that use the provider"] = (
                of @ comparison.providers.T
            )
    out |= _ridges(alike, among, uses, own, seed)
    out |= comparison.wording(queries)
    return np.stack(list(out.values()), axis=2), list(out)


def _ridges(
    alike: Alike, among: Alike, uses: Floats, own: Ints | None, seed: int
) -> dict[tuple[str, str], Floats]:
    """Kernel ridge regression of uses on likeness (Saunders et al. 1998), for each kernel and penalty.

    A work that is among those learnt from is left out in closed form.
    """
    drawn = np.arange(len(uses))
    if len(drawn) > MOST:
        drawn = np.sort(np.random.default_rng(seed).permutation(drawn)[:MOST])
    kernels = [
        ("in all", alike.together, among.together, RIDGE),
        ("by words", alike.words, among.words, (1.0,)),
    ]
    out = {}
    for name, near, kernel, penalties in kernels:
        for penalty in penalties:
            size = len(drawn)
            inverse = np.linalg.inv(kernel[np.ix_(drawn, drawn)] + penalty * np.eye(size))
            dual = inverse @ uses[drawn]
            found = near[:, drawn] @ dual
            if own is not None:
                place = np.full(len(uses), -1)
                place[drawn] = np.arange(size)
                at = place[own]
                inside = at >= 0
                left = uses[own[inside]] - dual[at[inside]] / np.diag(inverse)[at[inside], None]
                found[inside] = left
            out["together", f"ridge of works {name}, penalty {penalty:g}"] = found
    return out


def _bayes(
    comparison: Comparison,
    queries: Sequence[Query],
    kept: Ints,
    uses: Floats,
    mine: Floats,
    n: int,
    own: Ints | None,
) -> Floats:
    """Log-likelihood of a query's words among works that use each data set, over that among all."""
    held = _binary(comparison.word_rows[kept])
    by_data = sparse.csr_array(held.T @ sparse.csr_array(uses))
    by_word = np.asarray(held.sum(axis=0)).ravel()
    asked = _binary(comparison._words.transform([q.text for q in queries]))
    size = uses.sum(axis=0)
    out = np.zeros((len(queries), uses.shape[1]))
    for row in range(len(queries)):
        words = asked.indices[asked.indptr[row] : asked.indptr[row + 1]]
        itself = 0 if own is None else 1
        there = by_word[words] - itself
        words, there = words[there > 0], there[there > 0]
        usual = (there + 0.5) / (n + 1)
        found = by_data[words].toarray() - mine[row]
        chance = (found + 2 * usual[:, None]) / (size - mine[row] + 2)
        out[row] = np.log(chance / usual[:, None]).sum(axis=0)
    return out


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2))


def _letters() -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5))


def _dense(one: Matrix, other: Matrix) -> Floats:
    return np.asarray((one @ other.T).toarray(), float)


def _binary(matrix: Matrix) -> Matrix:
    out = sparse.csr_array(matrix, copy=True)
    out.data[:] = 1.0
    return out


def _others_to_one(square: Floats) -> None:
    """Cubes, those of each row over their sum, and nothing for itself; in place, for it may be very large."""
    np.fill_diagonal(square, 0.0)
    np.power(square, 3, out=square)
    square /= np.maximum(square.sum(axis=1, keepdims=True), 1e-9)


def _blind(alike: Alike, own: Ints) -> Alike:
    """The same, but that a work is not like itself."""
    seen = []
    for name in alike.__slots__:
        values = getattr(alike, name).copy()
        values[np.arange(len(own)), own] = 0.0
        seen.append(values)
    return Alike(*seen)


def _nearest(near: Floats, k: int) -> Floats:
    if k >= near.shape[1]:
        return near
    least = np.partition(near, -k, axis=1)[:, [-k]]
    return np.where(near >= least, near, 0.0)


def _greatest(near: Floats, uses: Floats) -> Floats:
    """The likeness of the nearest work that uses each data set."""
    out = np.zeros((near.shape[0], uses.shape[1]))
    for column in range(uses.shape[1]):
        who: Bools = uses[:, column] > 0
        if who.any():
            out[:, column] = near[:, who].max(axis=1)
    return out


def _spelt(name: str) -> str:
    return _WORD.sub(" ", name.lower()).strip()
