"""``polymath_dependency_relations``: statements that the tree of a sentence makes.

The triggers are those of ``lexicons/relations.tsv``; how they may stand to two names is in
``lexicons/dependency_patterns.tsv``, matched with spaCy's ``DependencyMatcher``. Where
``polymath_relations`` needs names beside a trigger, this needs them where the tree has its
subject and object: relative clauses, shared subjects, "was found to". What the other has
stated already is not stated again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token

from extractors.annotations import MentionSpan, StatementSpan, forbidden, refused, unsure
from extractors.components.arguments import Arguments, overlaps, same, sentence_bounds
from extractors.components.dependency_patterns import (
    LIGHT,
    NOUN,
    WORDS,
    PatternGroup,
    TreePattern,
    TreeTrigger,
    TriggerLexicon,
    group_patterns,
    read_patterns,
)
from extractors.components.lexicon import word_list
from extractors.components.restating import restated
from extractors.components.soundness import only_shows, unsound
from extractors.components.word_classes import WordClasses
from kg.ontology import allows

VERSION = "1"
METHOD = "dependency"
FAMILY = "dependency"
_LONGEST = 120
"""Tokens; a longer sentence is a list, and its tree not to be trusted."""
_TO = 12
_MOST = 40
"""Tokens near a trigger; more are no sentence."""
_SUBJECTS = frozenset(("nsubj", "nsubjpass"))
_FIRST = _SUBJECTS | {"aux", "auxpass", "advcl"}
"""Labels that patterns read on what hangs on their root alone."""
_PARTS = frozenset(("dobj", "prep", "agent", "pobj"))
_DOING = frozenset(("causes", "enables", "increases", "depends_on", "prevents"))
_QUALITIES = ("property", "metric", "phenomenon")
_NOWHERE = frozenset(
    ("method", "task", "metric", "property", "theory", "field", "process", "software")
)
_BASED = frozenset(("method", "software", "theory", "task", "device", "instrument", "data", "term"))
_AFTER = frozenset(("acl", "amod", "relcl", "appos"))  # follow their noun
_CHANGING = frozenset(("causes", "increases", "decreases", "prevents", "affects"))
_JUDGING = word_list("judging")
_COMPARING = frozenset(("similar_to", "outperforms"))
_MEMBERS = frozenset(("member", "members"))
_BODIES = frozenset(("group", "place", "field", "data"))  # one may be part of
_ACTIVITIES = frozenset(("method", "task", "process", "software"))
_NO_ROLE = frozenset(("organism", "method", "group", "place"))
_NO_PLACE = word_list("no_place")


class DependencyRelations:
    """Appends the statements that trees make to ``doc._.statements``."""

    def __init__(
        self, nlp: Language, *, min_score: float = 0.5, own: Iterable[Sequence[str]] = ()
    ) -> None:
        self.version = VERSION
        self.min_score = min_score
        self._lexicon = TriggerLexicon(own)
        self._groups: dict[str, list[PatternGroup]] = {kind: [] for kind in WORDS}
        for group in group_patterns(nlp.vocab, read_patterns(), self._lexicon):
            self._groups[group.words].append(group)
        self._classes = WordClasses()

    def __call__(self, doc: Doc) -> Doc:
        """Note the statements of *doc*, which comes back; one that is not parsed has none."""
        if not doc.has_annotation("DEP"):
            return doc
        found: dict[tuple[Any, ...], StatementSpan] = {}
        for s in self._found(doc):
            if same(s.subject, s.object) or overlaps(s.subject, s.object):
                continue
            if s.score < self.min_score:
                if doc._.explain:
                    doc._.refused.append(unsure(s, self.min_score))
                continue
            names = (s.subject.start, s.subject.end, s.object.start, s.object.end)
            key = (s.start_char, *names, s.predicate)
            if key not in found or found[key].score < s.score:
                found[key] = s
        told = list(doc._.statements)
        for s in found.values():
            if _told(s, told):
                continue
            s.predicate = restated(s, doc)
            if not allows(s.predicate, s.subject.kind, s.object.kind):
                refusal = forbidden(s)
                if not any(r.text == refusal.text for r in doc._.refused):
                    doc._.refused.append(refusal)
                continue
            why = unsound(s, doc, self._classes)
            if why:
                if doc._.explain:
                    doc._.refused.append(refused(s, why))
                continue
            doc._.statements.append(s)
        return doc

    def _found(self, doc: Doc) -> Iterator[StatementSpan]:
        arguments: Arguments | None = None
        text = doc.text
        lowers = [t.lower_ for t in doc]
        for sent in doc.sents:
            if sent.end - sent.start > _LONGEST:
                continue
            places = self._lexicon.classes_in(lowers[sent.start : sent.end])
            if not places:
                continue
            arguments = arguments or Arguments(doc, self._classes, VERSION)
            bounds = sentence_bounds(text, sent.start_char, sent.end_char)
            for pattern, at, tokens in self._matches(doc, sent.start, places):
                yield from self._statements(doc, pattern, at, tokens, bounds, arguments)

    def _matches(
        self, doc: Doc, start: int, places: Mapping[str, list[int]]
    ) -> Iterator[tuple[TreePattern, dict[str, int], list[int]]]:
        """Each pattern that fits, with where its parts are among the tokens of the doc.

        The matcher tries every combination of tokens that might be parts, so it is shown no
        more than what is near a trigger in the tree; else it would take hours for a long list.
        """
        for kind, offsets in places.items():
            for i in offsets:
                root = doc[start + i]
                groups = [g for g in self._groups[kind] if not g.tags or root.tag_ in g.tags]
                near = _near(root) if groups else ()
                if not 3 <= len(near) <= _MOST:
                    continue
                small = _part(doc, near)
                for group in groups:
                    for key, tokens in group.matcher(small):
                        if near[tokens[0]] == root.i:
                            pattern, at = group.parts[key]
                            yield pattern, at, [near[t] for t in tokens]

    def _statements(
        self, doc: Doc, pattern: TreePattern, at: Mapping[str, int], tokens: list[int],
        bounds: tuple[int, int], arguments: Arguments,
    ) -> Iterator[StatementSpan]:  # fmt: skip
        root = doc[tokens[0]]
        trigger = self._trigger(doc, pattern, at, tokens)
        if trigger is None or any(c.dep_ in pattern.without for c in root.children):
            return
        one, two = doc[tokens[at["subject"]]], doc[tokens[at["object"]]]
        if pattern.subject[0].labels[0] in _AFTER and one.i > root.i:
            return  # "a critical A": nothing is said after it
        if "PREP" in at and _second(doc[tokens[at["PREP"]]]):
            return
        said = [tokens[i] for part, i in at.items() if part in ("trigger", "PREP", "NOUN", "B")]
        through = trigger.predicate not in _COMPARING  # a level of A may be like B, and A not
        left = arguments.of(one, subject=True, through=through, within=said)
        if not left or not _sound(trigger, root):
            return
        right = arguments.of(two, subject=False, through=through, within=said)
        subjects, objects = (right, left) if trigger.reverse else (left, right)
        start, end = min(said), max(said)
        first, last = doc[start].idx, doc[end].idx + len(doc[end])
        score = round(trigger.score * pattern.score, 3)
        for subject in subjects:
            for object_ in objects:
                predicate = trigger.predicate
                if root.lower_ in _MEMBERS and object_.kind not in _BODIES:
                    predicate = "is_a"
                if _fits(predicate, root.lower_, subject, object_, doc) and not _in(
                    said, subject, object_
                ):
                    yield StatementSpan(
                        subject, predicate, object_, *bounds, first, last,
                        METHOD, VERSION, FAMILY, score,
                    )  # fmt: skip

    def _trigger(
        self, doc: Doc, pattern: TreePattern, at: Mapping[str, int], tokens: list[int]
    ) -> TreeTrigger | None:
        """What the words of a match state, if anything."""

        def word(part: str) -> str:
            return doc[tokens[at[part]]].lower_ if part in at else ""

        one = word("trigger")
        if pattern.words == NOUN:
            return self._lexicon.of(NOUN, one, word("A"), word("B"))
        if pattern.words == LIGHT:
            return self._lexicon.of(LIGHT, one, word("PREP"), word("NOUN"))
        return self._lexicon.of(pattern.words, one, word("PREP"), "")


def _near(root: Token) -> list[int]:
    """The tokens that a pattern with this root may be made of, ascending."""
    found = {root.i}
    above = root.head
    if above.i != root.i:
        found.add(above.i)
        found.update(t.i for t in above.lefts if t.dep_ in _SUBJECTS)
    waiting = [(root, 0)]
    while waiting and len(found) <= _MOST:
        token, depth = waiting.pop()
        for child in token.children:
            if child.dep_ in _PARTS or (depth == 0 and child.dep_ in _FIRST):
                found.add(child.i)
                if depth < 3 and child.dep_ not in _FIRST - {"advcl"}:
                    waiting.append((child, depth + 1))
    return sorted(found)


def _part(doc: Doc, near: list[int]) -> Doc:
    """These tokens alone, as a doc, with the edges between them."""
    place = {i: k for k, i in enumerate(near)}
    tokens = [doc[i] for i in near]
    return Doc(
        doc.vocab,
        words=[t.text for t in tokens],
        tags=[t.tag_ for t in tokens],
        heads=[place.get(t.head.i, k) for k, t in enumerate(tokens)],
        deps=[t.dep_ for t in tokens],
    )


def _sound(trigger: TreeTrigger, root: Token) -> bool:
    """Whether nothing hangs on the verb that changes what it says: "enables A to …"."""
    clause = any(c.dep_ in ("xcomp", "ccomp") and c.i > root.i for c in root.children)
    if clause and trigger.predicate in _DOING:
        return False
    if root.lower_ == "showing":
        return False  # "a table showing A"
    if trigger.predicate == "prevents" and any(c.lower_ == "from" for c in root.children):
        return False  # what A does is prevented, not A
    if trigger.predicate in ("causes", "enables") and root.tag_ != "VBN":
        ahead = root.doc[root.i + 1 : min(root.i + 1 + _TO, root.sent.end)]
        return not any(t.tag_ == "TO" or t.lower_ == "to" for t in ahead) or trigger.reverse
    return True


def _second(preposition: Token) -> bool:
    """Whether the same preposition hangs nearer to the verb: "results in A in B"."""
    return any(
        other.lower_ == preposition.lower_ and preposition.head.i < other.i < preposition.i
        for other in preposition.head.children
    )


def _fits(
    predicate: str, trigger: str, subject: MentionSpan, object_: MentionSpan, doc: Doc
) -> bool:
    """Whether the kinds go with the wording, beyond the predicate's domain and range."""
    if predicate == "has_property":
        return object_.kind in _QUALITIES and not only_shows(trigger, subject.kind)
    if predicate == "located_in":
        return object_.kind not in _NOWHERE and doc[object_.end - 1].lower_ not in _NO_PLACE
    if predicate == "based_on":
        return subject.kind in _BASED
    if predicate == "derived_from":
        named = all(w[:1].isupper() for w in doc[object_.start : object_.end].text.split())
        firm = trigger == "obtained" and named and object_.end - object_.start > 1
        return object_.kind not in ("field", "group", "method", "task") and not firm
    if predicate in _CHANGING and doc[subject.end - 1].lower_ in _JUDGING:
        return False  # "elevated by immunoblot analysis": so it was found
    if trigger in ("role", "roles"):
        return object_.kind not in _NO_ROLE
    if trigger == "using":
        return subject.kind in _ACTIVITIES
    if trigger == "dominated":
        return False  # by what is most of it, or by what decides it: the words do not tell
    if trigger == "treated":
        return object_.kind in ("disease", "group", "organism")  # not cells with an enzyme
    if predicate == "used_for":
        return doc[object_.end - 1].lower_ not in _NO_PLACE
    if trigger == "determined":
        means = object_.kind in ("method", "instrument", "software")  # that measures it
        return not means and doc[object_.end - 1].lower_ not in _JUDGING
    return True


def _in(said: list[int], subject: MentionSpan, object_: MentionSpan) -> bool:
    return any(m.start <= t < m.end for t in said for m in (subject, object_))


def _told(s: StatementSpan, told: list[StatementSpan]) -> bool:
    """Whether the same, or its reverse, is stated of overlapping names in the same sentence."""
    for other in told:
        if other.start_char != s.start_char or other.predicate != s.predicate:
            continue
        if overlaps(s.subject, other.subject) and overlaps(s.object, other.object):
            return True
        if overlaps(s.subject, other.object) and overlaps(s.object, other.subject):
            return True
    return False


@Language.factory(
    "polymath_dependency_relations",
    requires=["token.dep", "token.head", "doc._.mentions"],
    assigns=["doc._.statements"],
    default_config={"min_score": 0.5, "own": []},
)
def make(nlp: Language, name: str, min_score: float, own: list[list[str]]) -> DependencyRelations:
    """A finder of statements in trees; patterns whose score is below ``min_score`` are not used."""
    return DependencyRelations(nlp, min_score=min_score, own=own)
