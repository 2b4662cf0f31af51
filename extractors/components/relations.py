"""``polymath_relations``: statements that a phrase between two names makes.

The phrases are in ``lexicons/relations.tsv``; which names they join is decided by
:mod:`extractors.components.phrases`. A statement that breaks the domain/range table
(:func:`kg.ontology.allows`) is not made, but counted in ``doc._.refused``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import MentionSpan, StatementSpan, forbidden, refused, unsure
from extractors.components.alignment import TokenSpans
from extractors.components.chinese_relations import chinese_statements
from extractors.components.inflection import singular
from extractors.components.lexicon import word_list
from extractors.components.measured import measured, value_of
from extractors.components.phrases import BE, MODAL, Left, Sentence, after, before
from extractors.components.restating import restated
from extractors.components.soundness import only_shows, other_subject, unsound
from extractors.components.triggers import (
    BASE,
    PAST,
    THIRD,
    Hit,
    Trigger,
    Triggers,
)  # fmt: skip
from extractors.components.word_classes import ADVERB, WordClasses
from kg.ontology import allows

VERSION = "1"
METHOD = "pattern"
_FINITE = frozenset((BASE, THIRD, PAST))
# Kinds that the wording rules out although the predicate's domain and range do not.
_NOWHERE = frozenset(
    ("method", "task", "metric", "property", "theory", "field", "process", "software")
)
_NO_ROLE = frozenset(("organism", "method", "group", "place"))
_ACTIVITIES = frozenset(("method", "task", "process", "software"))
_TREATED = frozenset(("disease", "group", "organism"))  # not cells with an enzyme
_BEARERS = frozenset(("group", "organism", "anatomy"))
_IN_ORDER = ("used", "to")
_MEASURING = frozenset(("method", "instrument", "software"))
_TO = 12
_BASED = frozenset(("method", "software", "theory", "task", "device", "instrument", "data"))
_NO_PLACE = word_list("no_place")
Joined = tuple[list[MentionSpan], list[MentionSpan], Trigger, int, int]


class Relations:
    """Appends the statements of a doc to ``doc._.statements``.

    ``own`` are phrases besides the shipped ones (:mod:`extractors.components.own_patterns`).
    """

    def __init__(self, *, min_score: float = 0.5, own: Iterable[Sequence[str]] = ()) -> None:
        self.version = VERSION
        self.min_score = min_score
        self._triggers = Triggers(own)
        self._classes = WordClasses()

    def __call__(self, doc: Doc) -> Doc:
        """Note the statements of *doc*, which comes back."""
        if len(doc._.mentions) < 2:
            return doc
        if doc.lang_ == "zh":
            found: Iterable[StatementSpan] = chinese_statements(doc, VERSION)
        else:
            found = self._english(doc)
        seen: set[tuple[Any, ...]] = set()
        for s in found:
            if s.score < self.min_score or _same(s.subject, s.object):
                if s.score < self.min_score and doc._.explain:
                    doc._.refused.append(unsure(s, self.min_score))
                continue
            if doc.lang_ == "en":
                s.predicate = restated(s, doc)
            if not allows(s.predicate, s.subject.kind, s.object.kind):
                doc._.refused.append(forbidden(s))
                continue
            why = unsound(s, doc, self._classes) if doc.lang_ == "en" else ""
            if why:
                if doc._.explain:
                    doc._.refused.append(refused(s, why))
                continue
            key = (
                s.subject.start_char, s.subject.end_char, s.predicate, s.object.start_char,
                s.object.end_char, tuple(s.qualifiers.items()),
            )  # fmt: skip
            if key not in seen:
                seen.add(key)
                doc._.statements.append(s)
        # The same with its value says more.
        valued = {
            _pair(s) for s in doc._.statements if s.predicate == "has_property" and s.qualifiers
        }
        doc._.statements = [
            s for s in doc._.statements
            if s.qualifiers or s.predicate != "has_property" or _pair(s) not in valued
        ]  # fmt: skip
        return doc

    def _english(self, doc: Doc) -> Iterator[StatementSpan]:
        spans = TokenSpans(doc)
        words = [w.lower() for w in spans.words]
        classes = [self._classes[w] for w in spans.words]
        starting, ending = _edges(doc._.mentions)
        inside = {t for m in starting.values() for t in range(m.start, m.end)}
        joined = {
            i
            for i in range(1, len(words) - 1)
            if words[i] in "-‐" and spans.ends[i - 1] == spans.starts[i]
            and spans.ends[i] == spans.starts[i + 1]
        }  # fmt: skip
        for sent in doc.sents if doc.has_annotation("SENT_START") else (doc[:],):
            if not any(i in starting for i in range(sent.start, sent.end)):
                continue
            s = Sentence(
                sent.start, sent.end, words, classes, starting, ending, joined, spans.text, spans
            )
            bounds = _trimmed(spans.text, spans, sent.start, sent.end)
            for subjects, objects, trigger, start, end in self._joined(doc, s, inside):
                for subject in subjects:
                    for object_ in objects:
                        yield StatementSpan(
                            subject, trigger.predicate, object_, *bounds,
                            spans.starts[start], spans.ends[end - 1],
                            METHOD, VERSION, "pattern", trigger.score,
                        )  # fmt: skip
            quantities = [q for q in doc._.quantities if sent.start <= q.start < sent.end]
            for q in quantities:
                for thing, quality, score in measured(s, q):
                    yield StatementSpan(
                        thing, "has_property", quality, *bounds, q.start_char, q.end_char,
                        METHOD, VERSION, "pattern", score, value_of(q),
                    )  # fmt: skip

    def _joined(self, doc: Doc, s: Sentence, inside: set[int]) -> Iterator[Joined]:
        base = s.start
        lowers = s.words[s.start : s.end]
        hits = [
            Hit(h.start + base, h.end + base, h.trigger)
            for h in self._triggers.find(lowers)
            if not any(t in inside for t in range(h.start + base, h.end + base))
        ]
        verbs = {h.start for h in hits}
        previous: tuple[Hit, list[MentionSpan]] | None = None
        for hit in hits:
            joined = self._between(s, hit, verbs, previous)
            if joined is None:
                continue
            left, right = joined
            if hit.trigger.form in _FINITE and other_subject(doc, hit.start, left):
                continue
            if hit.trigger.form in _FINITE:
                previous = (hit, left)
            subjects, objects = (right, left) if hit.trigger.reverse else (left, right)
            yield subjects, objects, hit.trigger, hit.start, hit.end
        for found, options in self._triggers.find_around(lowers):
            hit = Hit(found.start + base, found.end + base, found.trigger)
            yield from _around(s, hit, options, verbs)

    def _between(
        self, s: Sentence, hit: Hit, verbs: set[int], previous: tuple[Hit, list[MentionSpan]] | None
    ) -> tuple[list[MentionSpan], list[MentionSpan]] | None:
        trigger = hit.trigger
        finite = trigger.form in _FINITE or trigger.words[0] in BE
        left = before(s, hit.start, finite=finite)
        subjects = left.mentions
        if not subjects:
            if not (left.shared and previous and trigger.form in _FINITE):
                return None
            if hit.start - previous[0].end > 15 or not _same_tense(previous[0], hit):
                return None
            subjects = previous[1]
        elif not _agrees(s, left, trigger):
            return None
        subjects = left.mentions or subjects
        if trigger.form == PAST and _having(s, hit.start) and subjects[0].kind in _BEARERS:
            return None  # "patients have elevated levels": what they have, not what they do
        # The name in "A induced by B" may go on to be the subject of another verb.
        inner = not finite and not left.be
        objects, end = after(s, hit.end, verbs, subject=inner)
        if trigger.predicate == "causes" and tuple(s.words[hit.start - 2 : hit.start]) == _IN_ORDER:
            return None  # "used to initiate": what someone does with A
        if (
            trigger.predicate in ("causes", "enables")
            and "to" in s.words[end : min(end + _TO, s.end)]
        ):
            return None  # "enables A to …": what A does, not A
        if trigger.predicate == "has_property":
            objects = [o for o in objects if o.kind in ("property", "metric", "phenomenon")]
            subjects = [m for m in subjects if not only_shows(trigger.words[0], m.kind)]
        elif trigger.predicate == "located_in":
            objects = [
                o for o in objects if o.kind not in _NOWHERE and s.words[o.end - 1] not in _NO_PLACE
            ]
        elif trigger.predicate == "depends_on" and trigger.words[0] == "determined":
            objects = [o for o in objects if o.kind not in _MEASURING]  # so it was measured
        elif trigger.predicate == "treats" and trigger.words[0] == "treated":
            objects = [o for o in objects if o.kind in _TREATED] if not trigger.reverse else objects
            subjects = [m for m in subjects if m.kind in _TREATED] if trigger.reverse else subjects
        elif trigger.words == ("using",):
            subjects = [m for m in subjects if m.kind in _ACTIVITIES]
        elif trigger.predicate == "based_on":
            subjects = [m for m in subjects if m.kind in _BASED]
        elif trigger.predicate == "is_a" and trigger.reverse:
            if singular(s.words[subjects[0].end - 1]) == s.words[subjects[0].end - 1]:
                return None  # the class is named in the plural: "metals such as A"
            subjects = subjects[:1]
        elif trigger.predicate == "is_a" and not trigger.reverse:
            objects = objects[:1]
        return (subjects, objects) if subjects and objects else None


def _having(s: Sentence, at: int) -> bool:
    """Whether "have" stands before the word *at*, or before the adverbs before it."""
    i = at - 1
    while i > s.start and s.classes[i] == ADVERB:
        i -= 1
    return i >= s.start and s.words[i] in ("has", "have", "had")


def _same_tense(one: Hit, other: Hit) -> bool:
    return (one.trigger.form == PAST) == (other.trigger.form == PAST)


def _agrees(s: Sentence, left: Left, trigger: Trigger) -> bool:
    """Whether the verb's form goes with what stands before it."""
    form = trigger.form
    if form in _FINITE and left.be:
        return False  # "was increased": by what is not said
    if form == THIRD:
        del left.mentions[1:]  # "A and B increases C" is no coordination of subjects
        return not (left.auxiliary or left.modal)
    if form == BASE:
        surface = s.words[left.mentions[0].end - 1]
        many = len(left.mentions) > 1 or surface.endswith(("s", "a", "i")) or left.relative
        asked = s.words[s.start] in MODAL  # "Does A inhibit B?"
        return left.modal or asked or (many and not left.auxiliary)
    if form == PAST:
        return not left.modal
    return not left.modal or left.be


def _around(s: Sentence, hit: Hit, options: list[Trigger], verbs: set[int]) -> Iterator[Joined]:
    first, end = after(s, hit.end, verbs | {hit.start}, single=options[0].words[-1] == "between")
    if not first:
        return
    for trigger in options:
        n = len(trigger.middle)
        if tuple(s.words[end : end + n]) != trigger.middle:
            continue
        second, last = after(s, end + n, verbs, subject=True)
        if len(second) > 1 and tuple(s.words[last : last + n]) == trigger.middle:
            second = second[:-1]  # "effects of A on B and C on D"
        if trigger.words[0] in ("role", "roles"):
            second = [m for m in second if m.kind not in _NO_ROLE]
        if second:
            subjects, objects = (second, first) if trigger.reverse else (first, second)
            yield subjects, objects, trigger, hit.start, end + n
        return


def _edges(
    mentions: list[MentionSpan],
) -> tuple[dict[int, MentionSpan], dict[int, MentionSpan]]:
    """The longest (then surest) mention that starts, and that ends, at each token."""
    ordered = sorted(mentions, key=lambda m: (m.start - m.end, -m.score, m.start))
    starting: dict[int, MentionSpan] = {}
    ending: dict[int, MentionSpan] = {}
    cover: dict[int, MentionSpan] = {}
    for m in ordered:
        if any(t in cover for t in range(m.start, m.end)):
            continue  # inside or across a longer one
        starting[m.start] = ending[m.end] = m
        cover.update(dict.fromkeys(range(m.start, m.end), m))
    return starting, ending


def _pair(s: StatementSpan) -> tuple[int, int, int, int]:
    a, b = s.subject, s.object
    return a.start_char, a.end_char, b.start_char, b.end_char


def _same(a: MentionSpan, b: MentionSpan) -> bool:
    return a is b or (a.concept == b.concept and a.name == b.name)


def _trimmed(text: str, spans: TokenSpans, start: int, end: int) -> tuple[int, int]:
    """Characters of the sentence without white space at its ends."""
    first, last = spans.starts[start], spans.ends[end - 1]
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last


@Language.factory(
    "polymath_relations",
    requires=["doc._.mentions"],
    assigns=["doc._.statements"],
    default_config={"min_score": 0.5, "own": []},
)
def make(nlp: Language, name: str, min_score: float, own: list[list[str]]) -> Relations:
    """A finder of statements; patterns whose score is below ``min_score`` are not used."""
    return Relations(min_score=min_score, own=own)
