"""Pairs of concepts that may be one, each with the reasons for and against, and their weight.

Reasons *for* are independent ways to be right, so together they are ``1 − ∏(1 − w)``: names that are
variants of each other, an abbreviation and its words, the same neighbours by the same predicates,
vectors that a caller has. Reasons *against* keep homonyms apart; each multiplies what is left:
kinds that nothing is both of, disciplines that never meet, one vocabulary that lists both, a
sentence that says something of one about the other. The weights are set by judgement, and every
decision on a pair can be told from its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.curation.decisions import IDENTITY, active, in_order
from kg.curation.variants import (
    CLOSENESS,
    initials,
    is_abbreviation,
    misspellings,
    slipped,
    variants,
)
from kg.identity import EXACT, MATCHES
from kg.model import Decision
from kg.network import Network, network
from kg.ontology import ALIKE
from kg.schema import NODES
from kg.stores.base import Reader, Store

COLUMNS = (
    "concept", "concept_name", "concept_kind", "into", "into_name", "into_kind", "score", "for_it",
    "against", "rank", "doubt", "reach", "novelty",
)  # fmt: skip
ABBREVIATION, SURFACE, NEIGHBOURS, VECTOR = 0.45, 0.6, 0.6, 0.8
"""Greatest weight of the reasons other than the name."""
KINDS, VOCABULARY, RELATED, APART = 0.15, 0.15, 0.4, 0.6
"""What each reason against leaves of the score."""
NEAR = 0.85
"""Cosine from which on vectors say anything."""
CROWD = 40
"""A key that more concepts share, and a neighbour of more, tells nobody apart and is passed over."""
_CONCEPT, _DECISION = NODES["Concept"], NODES["Decision"]
Vectors = Mapping[str, npt.NDArray[np.floating]]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Concept:
    id: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    surfaces: tuple[str, ...]
    scheme: str
    disciplines: tuple[str, ...]
    n_works: int


@dataclass(slots=True)
class _Case:
    """What speaks for a pair, and what against it: weights with their words."""

    for_it: dict[str, tuple[float, str]] = field(default_factory=dict)
    against: list[tuple[float, str]] = field(default_factory=list)

    def say(self, what: str, weight: float, words: str) -> None:
        if weight > self.for_it.get(what, (0.0, ""))[0]:
            self.for_it[what] = (weight, words)

    @property
    def score(self) -> float:
        wrong = 1.0
        for weight, _ in self.for_it.values():
            wrong *= 1.0 - weight
        left = 1.0 - wrong
        for weight, _ in self.against:
            left *= weight
        return left


def candidates(
    store: Store,
    *,
    kinds: Sequence[str] = (),
    least: float = 0.3,
    limit: int = 50,
    offset: int = 0,
    vectors: Vectors | None = None,
) -> pd.DataFrame:
    """Pairs of concepts that may be one, the most worthwhile to decide first.

    Args:
        store: Home of the graph.
        kinds: Only pairs of which one is of these kinds.
        least: Pairs of at least this score.
        limit: At most so many.
        offset: So many before them are passed over.
        vectors: A vector for each concept, by id, of any encoder; none, if left out.

    Returns:
        One row a pair, in :data:`COLUMNS`: ``concept`` would be merged ``into`` the other, which
        is in a vocabulary or better known. ``for_it`` and ``against`` are sentences with their
        weights. ``rank`` is doubt (the score: how likely the graph is wrong to keep them two)
        × reach × novelty. ``attrs["total"]``: how many there are.
    """
    walked = network(store)
    with store.reading() as reader:
        rows = reader.select(
            _CONCEPT,
            None,
            (),
            ("id", "name", "kind", "aliases", "surfaces", "scheme", "disciplines", "n_works"),
        )
        merged = {
            c for c, relation in reader.select(MATCHES, None, (), ("concept", "relation"))
            if relation == EXACT
        }  # fmt: skip
        apart, known = told_apart(reader)
    concepts = {row[0]: _Concept(*row) for row in sorted(rows) if row[0] not in merged}
    cases: dict[Pair, _Case] = defaultdict(_Case)
    around = _neighbourhoods(walked)
    _by_name(concepts.values(), cases)
    _by_abbreviation(concepts.values(), cases)
    _by_neighbours(around, concepts, cases)
    if vectors:
        _by_vector(vectors, concepts, cases)
    degree = dict(zip(walked.ids, walked.degree().tolist(), strict=True))
    greatest = max((float(np.log1p(d)) for d in degree.values()), default=0.0) or 1.0
    joined = _joined(walked)
    found = []
    for pair, case in cases.items():
        a, b = (concepts[c] for c in pair)
        if pair in apart or (kinds and not {a.kind, b.kind} & set(kinds)):
            continue
        _weigh_against(a, b, case, around, joined)
        if case.score < least:
            continue
        lesser, greater = sorted(
            (a, b), key=lambda c: (bool(c.scheme), c.kind != "term", c.n_works, c.id)
        )
        reach = float(np.log1p(min(degree.get(a.id, 0), degree.get(b.id, 0)) + 1)) / greatest
        novelty = 1.0 / (1.0 + float(np.log1p(known.get(a.id, 0) + known.get(b.id, 0))))
        reach = min(reach, 1.0)
        found.append(
            (
                lesser.id, lesser.name, lesser.kind, greater.id, greater.name, greater.kind,
                round(case.score, 4), _told_in_words(case.for_it.values()),
                _told_in_words(case.against), round(case.score * reach * novelty, 4),
                round(case.score, 4), round(reach, 4), round(novelty, 4),
            )
        )  # fmt: skip
    found.sort(key=lambda r: (-r[9], -r[6], r[0], r[3]))
    page = found[max(offset, 0) : max(offset, 0) + max(limit, 0)]
    frame = pd.DataFrame(page, columns=list(COLUMNS))
    frame.attrs["total"] = len(found)
    return frame


def _told_in_words(reasons: Iterable[tuple[float, str]]) -> str:
    ordered = sorted(reasons, key=lambda r: (-r[0], r[1]))
    return "; ".join(f"{words} ({weight:.2f})" for weight, words in ordered)


def told_apart(reader: Reader) -> tuple[set[Pair], dict[str, int]]:
    """Pairs that were told apart, and how many decisions there are on each concept."""
    columns = ("id", "action", "concept", "other", "undoes", "at")
    rows = _DECISION.dicts(reader.select(_DECISION, None, (), columns), columns)
    apart: set[Pair] = set()
    known: dict[str, int] = defaultdict(int)
    for d in active(in_order(Decision(**row) for row in rows)):
        if d.action in IDENTITY:
            known[d.concept] += 1
            known[d.other] += 1
        if d.action == "split":
            apart.add(_pair(d.concept, d.other))
    return apart, known


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


# --------------------------------------------------------------------------- for


def _meeting(keys: Mapping[str, list[str]]) -> Iterable[tuple[str, str, str]]:
    """Pairs that share a key that is not everybody's, with the key."""
    for key, ids in keys.items():
        if 1 < len(ids) <= CROWD:
            for a, b in combinations(sorted(ids), 2):
                yield key, a, b


_HOW = {
    "same": "the same name, {0!r}",
    "spelling": "{0!r} and {1!r} are spellings of one name",
    "number": "{0!r} and {1!r} differ in number",
    "order": "{0!r} and {1!r} have the same words",
}


def _by_name(concepts: Iterable[_Concept], cases: dict[Pair, _Case]) -> None:
    keys: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    cut: dict[str, list[str]] = defaultdict(list)
    names = {}
    order = list(CLOSENESS)
    for c in concepts:
        names[c.id] = c.name
        for name in (c.name, *c.aliases):
            for key, how in variants(name).items():
                held = keys[key].get(c.id)
                if held is None or order.index(how) < order.index(held[0]):
                    keys[key][c.id] = (how, name)
        for key in misspellings(c.name):
            cut[key].append(c.id)
    for key, a, b in _meeting({k: list(v) for k, v in keys.items()}):
        (how, one), (other_how, other) = keys[key][a], keys[key][b]
        furthest = max(how, other_how, key=order.index)
        if one.casefold() == other.casefold():
            furthest = "same"
        cases[a, b].say("name", CLOSENESS[furthest], _HOW[furthest].format(one, other))
    for _, a, b in _meeting(cut):
        if slipped(names[a], names[b]):
            words = f"{names[a]!r} and {names[b]!r} differ by a letter"
            cases[a, b].say("name", CLOSENESS["misspelt"], words)


def _by_abbreviation(concepts: Iterable[_Concept], cases: dict[Pair, _Case]) -> None:
    concepts = list(concepts)
    short: dict[str, list[_Concept]] = defaultdict(list)
    for c in concepts:
        if is_abbreviation(c.name):
            short[c.name.casefold()].append(c)
    for c in concepts:
        for other in short.get(initials(c.name), ()):
            if other.id != c.id:
                words = f"{other.name!r} are the first letters of {c.name!r}"
                cases[_pair(c.id, other.id)].say("abbreviation", ABBREVIATION, words)
        for surface in c.surfaces:
            for other in short.get(surface.casefold(), ()):
                if other.id != c.id and surface.casefold() != c.name.casefold():
                    words = f"texts call {c.name!r} {surface!r} too"
                    cases[_pair(c.id, other.id)].say("surface", SURFACE, words)


Around = dict[str, set[tuple[str, bool, str]]]


def _neighbourhoods(walked: Network) -> Around:
    """For each concept, by which predicates, in which direction, it is joined to which others."""
    around: Around = defaultdict(set)
    predicates = walked.predicate.at(np.arange(len(walked.statements)))
    for a, p, b in zip(
        walked.ids[walked.subject], predicates, walked.ids[walked.object], strict=True
    ):
        around[a].add((p, True, b))
        around[b].add((p, False, a))
    return around


def _by_neighbours(
    around: Around, concepts: Mapping[str, _Concept], cases: dict[Pair, _Case]
) -> None:
    shared: dict[Pair, int] = defaultdict(int)
    at: dict[tuple[str, bool, str], list[str]] = defaultdict(list)
    for c, joined in around.items():
        for one in joined:
            at[one].append(c)
    for ids in at.values():
        if 1 < len(ids) <= CROWD:
            for a, b in combinations(sorted(ids), 2):
                shared[a, b] += 1
    for (a, b), n in shared.items():
        if a not in concepts or b not in concepts:
            continue
        alike = n / len(around[a] | around[b])
        # One or two shared by chance say little, however few there are.
        weight = NEIGHBOURS * alike * n / (n + 2)
        if (a, b) in cases or weight >= 0.3:
            words = f"{n} of {len(around[a] | around[b])} neighbours are shared"
            cases[a, b].say("neighbours", weight, words)


def _by_vector(
    vectors: Vectors, concepts: Mapping[str, _Concept], cases: dict[Pair, _Case]
) -> None:
    ids = sorted(c for c in vectors if c in concepts)
    if not ids:
        return
    matrix = np.stack([np.asarray(vectors[c], np.float64) for c in ids])
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    for start in range(0, len(ids), 1_000):
        near = matrix[start : start + 1_000] @ matrix.T
        for i, j in zip(*np.nonzero(near >= NEAR), strict=True):
            if start + i < j:
                cosine = float(near[i, j])
                weight = VECTOR * (cosine - NEAR) / (1 - NEAR)
                words = f"their vectors have a cosine of {cosine:.2f}"
                cases[_pair(ids[start + i], ids[j])].say("vector", min(weight, VECTOR), words)


# --------------------------------------------------------------------------- against


def _joined(walked: Network) -> dict[Pair, str]:
    """A predicate by which each two concepts are joined."""
    predicates = walked.predicate.at(np.arange(len(walked.statements)))
    return {
        _pair(a, b): p
        for a, p, b in zip(
            walked.ids[walked.subject], predicates, walked.ids[walked.object], strict=True
        )
        if p != "similar_to"
    }


def _weigh_against(
    a: _Concept, b: _Concept, case: _Case, around: Around, joined: Mapping[Pair, str]
) -> None:
    kinds = frozenset((a.kind, b.kind))
    if len(kinds) > 1 and "term" not in kinds and kinds not in ALIKE:
        case.against.append((KINDS, f"nothing is both {a.kind} and {b.kind}"))
    if a.scheme and a.scheme == b.scheme:
        case.against.append((VOCABULARY, f"{a.scheme} lists both"))
    if (predicate := joined.get(_pair(a.id, b.id))) is not None:
        case.against.append((RELATED, f"a sentence says {predicate} of one about the other"))
    strangers = a.disciplines and b.disciplines and not set(a.disciplines) & set(b.disciplines)
    if strangers and not {n for _, _, n in around.get(a.id, ())} & {
        n for _, _, n in around.get(b.id, ())
    }:
        case.against.append((APART, "no discipline and no neighbour speaks of both"))
