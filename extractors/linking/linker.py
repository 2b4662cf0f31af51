"""Which vocabulary concept a mention names, how sure that is, and why.

The way of gilda (Gyori et al. 2022, doi:10.1093/bioadv/vbac034): generate variants generously,
score them explainably, and where two homonyms are as good as each other, refuse.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from extractors.linking.context import NO_CONTEXT, DocumentContext
from extractors.linking.index import NameIndex, Roots, root_key
from extractors.linking.scoring import IN_PART, NONE, WEIGHTS, Hit, compare, in_context
from extractors.linking.words import words
from extractors.vocabulary_entry import Entry

Similarity = Callable[[Sequence[str], Sequence[str]], Sequence[float]]
"""Of each pair of texts, one from each list, how alike they are in meaning, between -1 and 1."""
LEAST = 0.5
MARGIN = 0.2
_SURE = 0.8
_HOPELESS = 6.0
"""Names that far behind the best are dropped: no context makes up for it."""
_CACHED = 100_000
_Weighed = tuple[float, Hit, dict[str, float]]
"""A sum of weights, and the reasons with and without context that it is the sum of."""


def _descending(one: _Weighed) -> tuple[float, str]:
    return -one[0], one[1].name.entry.id


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was weighed; ``weight`` is what it adds to the log-odds."""

    what: str
    weight: float


@dataclass(frozen=True, slots=True)
class Link:
    """A concept that a mention may name: by which of its names, how sure, and why.

    ``score`` is its probability among all candidates and none of them, ``rival`` that of the
    next best concept.
    """

    entry: Entry
    name: str
    score: float
    rival: float
    reasons: tuple[Reason, ...]

    def why(self) -> str:
        """The reasons in one line, the weightiest first."""
        told = sorted(self.reasons, key=lambda r: (-abs(r.weight), r.what))
        return "; ".join(f"{r.what} {r.weight:+.1f}" for r in told) or "the name itself"


@dataclass(frozen=True, slots=True)
class _Recalled:
    """What a surface may name, before its document is asked; ``own`` files the surface."""

    own: Roots
    hits: tuple[Hit, ...]


class ConceptLinker:
    """Links mentions to the concepts of an index.

    >>> from extractors.vocabulary import Vocabulary
    >>> from kg.model import Scheme
    >>> entries = Entry(id="a:1", name="lung"), Entry(id="a:2", name="epithelium of lung")
    >>> linker = ConceptLinker(NameIndex([Vocabulary(Scheme(id="scheme:a"), entries)]))
    >>> link = linker.link("lung epithelia")
    >>> link.entry.id, sorted(reason.what for reason in link.reasons)
    ('a:2', ['plural', 'small words', 'word order'])

    Args:
        index: The names to choose from.
        least: The probability below which a mention is left unlinked.
        margin: By how much the best concept must be more probable than the second.
        without: Reasons (keys of *weights*) for which a name is no candidate at all.
        similarity: Says how alike two names are in meaning; asked where the rest leaves doubt.
        weights, none: Log-odds by reason, and of there being no such concept.
    """

    def __init__(
        self,
        index: NameIndex,
        *,
        least: float = LEAST,
        margin: float = MARGIN,
        without: Set[str] = frozenset(),
        similarity: Similarity | None = None,
        weights: Mapping[str, float] = WEIGHTS,
        none: float = NONE,
    ) -> None:
        self.index = index
        self.least = least
        self.margin = margin
        self.without = without
        self.similarity = similarity
        self.weights = weights
        self.none = none
        self._recalls: dict[tuple[str, bool], _Recalled] = {}

    def link(
        self,
        text: str,
        kind: str = "term",
        context: DocumentContext = NO_CONTEXT,
        *,
        sentence: str = "",
        best_guess: bool = False,
    ) -> Link | None:
        """The concept that *text* names, or None where that is in doubt.

        Args:
            text: The mention's words, a gap between them being a space.
            kind: A key of :data:`kg.ontology.KINDS`.
            context: What its document says.
            sentence: Where it stands, for ``similarity``; the mention itself if left out.
            best_guess: Whether to name the most probable concept, however little that is.
        """
        _, ranked = self._ranked(text, kind, context)
        if not ranked:
            return None
        score, rival = self._odds(ranked)
        if self.similarity and not self._settled(score, rival):
            ranked = self._by_meaning(ranked, sentence or text)
            score, rival = self._odds(ranked)
        if best_guess or self._settled(score, rival):
            return self._told(ranked[0], score, rival)
        return None

    def doubts(self, text: str, kind: str, context: DocumentContext, *, least: float) -> list[Link]:
        """The concepts between which :meth:`link` would not choose, none less probable than *least*."""
        _, ranked = self._ranked(text, kind, context)
        if not ranked or self._odds(ranked)[0] < least:
            return []
        return [x for x in self.candidates(text, kind, context, limit=3) if x.score >= least]

    def _settled(self, score: float, rival: float) -> bool:
        return score >= self.least and score - rival >= self.margin

    def _by_meaning(self, ranked: list[_Weighed], sentence: str) -> list[_Weighed]:
        """*ranked* anew, by what their definitions have in common with the sentence as well."""
        assert self.similarity is not None
        texts = [
            ". ".join(filter(None, (h.name.text, h.name.entry.definition))) for _, h, _ in ranked
        ]
        alike = self.similarity([sentence] * len(texts), texts)
        weight = self.weights["similar meaning"]
        return sorted(
            (
                (total + weight * a, hit, {**amounts, "similar meaning": a})
                for (total, hit, amounts), a in zip(ranked, alike, strict=True)
            ),
            key=_descending,
        )

    def link_all(
        self,
        mentions: Iterable[tuple[str, str]],
        context: DocumentContext = NO_CONTEXT,
        *,
        best_guess: bool = False,
    ) -> dict[tuple[str, str], Link]:
        """Link all mentions, (text, kind), of one document; those left unlinked are not in the answer.

        Mentions that are beyond doubt are linked first; what they name speaks for the others.
        """
        context, found, doubtful = self.with_sure(mentions, context)
        for mention in doubtful:
            link = self.link(*mention, context, best_guess=best_guess)
            if link:
                found[mention] = link
        return found

    def with_sure(
        self, mentions: Iterable[tuple[str, str]], context: DocumentContext
    ) -> tuple[DocumentContext, dict[tuple[str, str], Link], list[tuple[str, str]]]:
        """*context* with the mentions that are beyond doubt, their links, and the other mentions."""
        sure: dict[tuple[str, str], Link] = {}
        doubtful = []
        branches = {parent: set(names) for parent, names in context.branches.items()}
        for mention in dict.fromkeys(mentions):
            own, ranked = self._ranked(*mention, context)
            if not ranked:
                continue
            score, rival = self._odds(ranked)
            if score < _SURE:
                doubtful.append(mention)
                continue
            sure[mention] = link = self._told(ranked[0], score, rival)
            for parent in link.entry.broader:
                branches.setdefault(parent, set()).add(own)
        return replace(context, branches=branches), sure, doubtful

    def forget(self) -> None:
        """Forget the surfaces met so far."""
        self._recalls.clear()

    def candidates(
        self,
        text: str,
        kind: str = "term",
        context: DocumentContext = NO_CONTEXT,
        *,
        limit: int = 10,
    ) -> list[Link]:
        """The concepts that *text* may name, the most probable first."""
        _, ranked = self._ranked(text, kind, context)
        found = []
        for i, one in enumerate(ranked[:limit]):
            found.append(self._told(one, *self._odds([one, *ranked[:i], *ranked[i + 1 :]])))
        return found

    def _ranked(
        self, text: str, kind: str, context: DocumentContext
    ) -> tuple[Roots, list[_Weighed]]:
        """What files *text*, and the best name of each concept it may name, the best first."""
        best: dict[str, _Weighed] = {}
        weights = self.weights
        own: Roots = ()
        for filed, hit, amounts in self._weighed(text, kind, context):
            own = own or filed
            total = hit.total
            for what, amount in amounts.items():
                total += weights[what] * amount
            ident = hit.name.entry.id
            if ident not in best or best[ident][0] < total:
                best[ident] = (total, hit, amounts)
        if len(best) < 2:
            return own, list(best.values())
        return own, sorted(best.values(), key=_descending)

    def _odds(self, ranked: Sequence[_Weighed]) -> tuple[float, float]:
        """The probabilities of the first and of the second."""
        parts = [math.exp(total - self.none) for total, _, _ in ranked]
        whole = sum(parts) + 1.0
        return parts[0] / whole, parts[1] / whole if len(parts) > 1 else 0.0

    def _told(self, one: _Weighed, score: float, rival: float) -> Link:
        _, hit, amounts = one
        reasons = (*hit.amounts.items(), *amounts.items())
        return Link(
            hit.name.entry, hit.name.text, score, rival,
            tuple(Reason(what, self.weights[what] * amount) for what, amount in reasons),
        )  # fmt: skip

    def weighed(
        self, text: str, kind: str = "term", context: DocumentContext = NO_CONTEXT
    ) -> Iterator[tuple[Hit, dict[str, float]]]:
        """Every name that *text* may stand for, with what its context says of it."""
        for _, hit, amounts in self._weighed(text, kind, context):
            yield hit, amounts

    def _weighed(
        self, text: str, kind: str, context: DocumentContext
    ) -> Iterator[tuple[Roots, Hit, dict[str, float]]]:
        plain = self._recall(text, False)
        for hit in plain.hits:
            yield plain.own, hit, in_context(hit, kind, plain.own, context)
        if context.abbreviations and (long := written_out(text, context.abbreviations)):
            written = self._recall(long, True)
            for hit in written.hits:
                yield written.own, hit, in_context(hit, kind, written.own, context)

    def _recall(self, text: str, expanded: bool) -> _Recalled:
        known = self._recalls.get((text, expanded))
        if known is None:
            if len(self._recalls) >= _CACHED:
                self._recalls.clear()
            known = self._recalls[text, expanded] = self._recall_anew(text, expanded)
        return known

    def _recall_anew(self, text: str, expanded: bool) -> _Recalled:
        asked = tuple(words(text))
        if not asked:
            return _Recalled((), ())
        index = self.index
        names = index.recall(asked)
        lemmas = sorted(w.lemma for w in asked if not w.bare)
        if not self.without >= IN_PART and not any(
            name.scope in ("name", "exact")
            and sorted(w.lemma for w in named if not w.bare) == lemmas
            for name, named in names
        ):
            seen = {id(name) for name, _ in names}
            more = index.recall_nearest(asked)
            if letters := initials(text):
                more += index.recall_initials(letters)
            for pair in more:
                if id(pair[0]) not in seen:
                    seen.add(id(pair[0]))
                    names.append(pair)
        hits = [
            compare(text, asked, name, named, index, self.weights, expanded=expanded)
            for name, named in names
        ]
        if self.without:
            hits = [hit for hit in hits if self.without.isdisjoint(hit.amounts)]
        least = max((hit.total for hit in hits), default=0.0) - _HOPELESS
        return _Recalled(root_key(asked), tuple(h for h in hits if h.total >= least))


def written_out(text: str, abbreviations: Mapping[str, str]) -> str:
    """*text* with the document's abbreviations replaced by what they stand for, or "" if it has none.

    >>> written_out("ES cells", {"ES": "embryonic stem"})
    'embryonic stem cells'
    """
    whole = abbreviations.get(text) or abbreviations.get(text.removesuffix("s"))
    if whole:
        return whole
    parts = text.replace("-", " ").split()
    if len(parts) == 1 and parts[0] == text:
        return ""
    longs = [abbreviations.get(p) or abbreviations.get(p.removesuffix("s")) for p in parts]
    if not any(longs):
        return ""
    said: list[str] = []
    for part, long in zip(parts, longs, strict=True):
        # "ES cells" where ES is short for "embryonic stem cells"
        if not long and said and part.lower().rstrip("s") == said[-1].lower().rstrip("s"):
            continue
        said += (long or part).split()
    return " ".join(said)


def initials(text: str) -> str:
    """The initials of the name that *text* abbreviates, or "" if it abbreviates none.

    Words in capitals stand for one word a letter, others for themselves.

    >>> initials("ES cells"), initials("bp"), initials("stem cell")
    ('esc', 'bp', '')
    """
    found, short = "", False
    for part in text.replace("-", " ").split():
        bare = part.removesuffix("s") if part[:-1].isupper() else part
        if 2 <= len(bare) <= 6 and bare.isalpha() and (bare.isupper() or len(text) <= 3):
            found += bare.lower()
            short = True
        else:
            found += part[0].lower()
    return found if short else ""
