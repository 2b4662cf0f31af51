"""How well a name fits a mention: a sum of weighted reasons that can be read.

Every reason that a candidate is liked or disliked for has one weight in :data:`WEIGHTS`. The sum
over a candidate's reasons is its log-odds; :mod:`extractors.linking.linker` turns those of all
candidates, and of there being no such concept, into probabilities (a softmax).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.linking.context import NO_CONTEXT, DocumentContext
from extractors.linking.index import Name, NameIndex, Roots
from extractors.linking.spelling import american
from extractors.linking.words import Word, is_adjective_of, same_number
from extractors.vocabulary_entry import Entry

WEIGHTS: Mapping[str, float] = {
    "synonym (exact)": -1.77,
    "synonym (related)": -4.28,
    "synonym (narrow)": -1.57,
    "synonym (broad)": -2.75,
    "capitals": -1.16,
    "spelling": -0.05,
    "plural": -0.05,
    "plural in the vocabulary": -1.11,
    "adjective": -1.53,
    "derived word": -2.12,
    "derived far": -0.65,
    "word order": -0.05,
    "small words": -0.74,
    "one word or two": -0.05,
    "abbreviation of the document": -0.05,
    "initials": -6.33,
    "words the name adds": -5.71,
    "number of words added": -2.8,
    "words the name lacks": -8.43,
    "context: its words are said": 1.14,
    "context: same branch": 0.33,
    "context: discipline": 1.0,
    "kind is near": -1.0,
    "kind differs": -6.0,
    "later vocabulary": -1.0,
    "similar meaning": 2.0,
}
"""Log-odds of one unit of each reason. Fitted by ``python -m benchmarks.linking --fit`` to articles
that no figure is reported on, but for the last five, which that corpus cannot tell and which are
set by hand. They speak of kinds of evidence only, never of a word or a concept.
"""
IN_PART = frozenset(
    (
        "words the name adds", "words the name lacks", "number of words added", "initials",
        "derived word", "capitals",
    )
)  # fmt: skip
"""Reasons against a name that leave it a guess; without them a mention is one in full."""
NONE = -5.14
"""The log-odds that a mention names none of the candidates; fitted with the weights."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A name that a mention may stand for, and what can be said of the two without context.

    ``amounts`` is 1 for a reason that is so or not, a count, or for words that one side lacks the
    share of that side's weight that they carry (:attr:`NameIndex.weights`). ``total`` is their
    sum, weighted; ``added`` holds (root, share of weight) of the words that only the name has.
    """

    name: Name
    amounts: Mapping[str, float]
    total: float
    added: tuple[tuple[str, float], ...] = ()


def compare(
    text: str,
    mention: Sequence[Word],
    name: Name,
    named: Sequence[Word],
    index: NameIndex,
    weights: Mapping[str, float] = WEIGHTS,
    *,
    expanded: bool = False,
) -> Hit:
    """How the mention *text*, of the words *mention*, differs from *name*, of the words *named*."""
    amounts: dict[str, float] = {}
    added: tuple[tuple[str, float], ...] = ()
    if name.scope != "name":
        amounts[f"synonym ({name.scope})"] = 1.0
    if expanded:
        amounts["abbreviation of the document"] = 1.0
    if name.rank:
        amounts["later vocabulary"] = float(name.rank)
    if text != name.text:
        short = _acronym(name.text)
        if _acronym(text) != short or (
            short and text.lower() == name.text.lower() and len(text) <= 5
        ):
            amounts["capitals"] = 1.0  # PBS is not PbS
        added = _compare_words(mention, named, index, amounts)
    total = 0.0
    for what, amount in amounts.items():
        total += weights[what] * amount
    return Hit(name, amounts, total, added)


def _compare_words(
    mention: Sequence[Word], named: Sequence[Word], index: NameIndex, amounts: dict[str, float]
) -> tuple[tuple[str, float], ...]:
    """Note in *amounts* how two sequences of words differ; the words added come back."""
    rest = [w for w in named if not w.bare] or list(named)
    asked = [w for w in mention if not w.bare] or list(mention)
    bare = len(asked) != len(mention) or len(rest) != len(named)
    if bare and [w.form for w in mention if w.bare] != [w.form for w in named if w.bare]:
        amounts["small words"] = 1.0
    missing: list[Word] = []
    at, ordered = -1, True
    for w in asked:
        best, nearest = None, _FAR
        for i, other in enumerate(rest):
            if w.root == other.root and (level := _level(w, other)) < nearest:
                best, nearest = i, level
        if best is None:
            missing.append(w)
            continue
        other = rest.pop(best)
        if nearest:
            what = _LEVELS[nearest]
            amounts[what] = amounts.get(what, 0.0) + 1.0
            if what in ("adjective", "derived word"):
                amounts["derived far"] = max(
                    amounts.get("derived far", 0.0), _distance(w.lemma, other.lemma)
                )
        position = named.index(other)
        ordered = ordered and position > at
        at = position
    if missing and rest:
        if mention[0].form[0] == named[0].form[0] and "".join(w.lemma for w in mention) == "".join(
            w.lemma for w in named
        ):
            for what in ("small words", "adjective", "derived word", "derived far", "word order"):
                amounts.pop(what, None)
            amounts["one word or two"] = 1.0
            return ()
        letters = "".join([w.form[0] for w in rest])
        short = next((w for w in missing if letters.startswith(w.root) and len(w.root) > 1), None)
        if short:
            amounts["initials"] = 1.0
            missing.remove(short)
            if len(letters) > len(short.root):
                amounts["number of words added"] = float(len(letters) - len(short.root))
            if not missing:
                return _shares(rest, index)
            rest = []
    if not ordered:
        amounts["word order"] = 1.0
    if not missing and not rest:
        return ()
    of_asked = _weight(asked, index)
    if missing:
        amounts["words the name lacks"] = _weight(missing, index) / of_asked
    if not rest:
        return ()
    extra = _weight(rest, index)
    amounts["words the name adds"] = extra / (extra + of_asked)
    amounts["number of words added"] = float(len(rest))
    return _shares(rest, index)


def _weight(ws: Sequence[Word], index: NameIndex) -> float:
    whole = 0.0
    for w in ws:
        whole += index.weights.get(w.root, 1.0)
    return whole


def _shares(ws: Sequence[Word], index: NameIndex) -> tuple[tuple[str, float], ...]:
    whole = _weight(ws, index)
    return tuple((w.root, index.weights.get(w.root, 1.0) / whole) for w in ws)


_NEAR = (
    {"material", "chemical"}, {"gene", "chemical"}, {"phenomenon", "process"},
    {"device", "instrument"}, {"property", "metric"}, {"method", "process"}, {"place", "object"},
)  # fmt: skip
"""Kinds that one concept is often given by one reader and another."""


def in_context(hit: Hit, kind: str, own: Roots, context: DocumentContext) -> dict[str, float]:
    """What the kind of a mention and its document say for and against a hit: an amount by reason.

    What was linked by the mention's own name (*own*) is no evidence for it.
    """
    found: dict[str, float] = {}
    entry = hit.name.entry
    if kind != entry.kind and kind != "term" and entry.kind != "term":
        near = any(kind in group and entry.kind in group for group in _NEAR)
        found["kind is near" if near else "kind differs"] = 1.0
    if context is NO_CONTEXT:
        return found
    if hit.added and context.roots:
        said = sum(share for root, share in hit.added if root in context.roots)
        if said:
            found["context: its words are said"] = said
    for b in entry.broader:
        if (names := context.branches.get(b)) and (len(names) > 1 or own not in names):
            found["context: same branch"] = 1.0
            break
    if entry.disciplines and _shared_discipline(entry, context):
        found["context: discipline"] = 1.0
    return found


def _shared_discipline(entry: Entry, context: DocumentContext) -> bool:
    return not context.disciplines.isdisjoint(d.lower() for d in entry.disciplines)


_FAR = 6
_LEVELS = ("", "spelling", "plural", "plural in the vocabulary", "adjective", "derived word")


def _level(one: Word, other: Word) -> int:
    """How a word of the mention differs from one of the name: an index of :data:`_LEVELS`."""
    if one.form == other.form:
        return 0
    if one.lemma == other.lemma:
        if american(one.form) == american(other.form):
            return 1
        return 2 if one.form != one.lemma or other.form == other.lemma else 3
    if same_number(one.form, other.form):
        return 2
    if is_adjective_of(one.lemma, other.lemma) or is_adjective_of(other.lemma, one.lemma):
        return 4
    return 5


def _distance(one: str, other: str) -> float:
    """The share of the longer word that the two do not begin with alike."""
    n = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        n += 1
    return 1 - n / max(len(one), len(other))


def _acronym(text: str) -> bool:
    """Whether a word of a name holds more than one capital."""
    return not text.islower() and any(sum(map(str.isupper, word)) > 1 for word in text.split())
