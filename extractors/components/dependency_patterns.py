"""Patterns over parse trees, from ``lexicons/dependency_patterns.tsv`` and ``relations.tsv``.

The first says how a trigger may stand to two names, the second which triggers there are and
what they state: there is one list of triggers for patterns over words and over trees.

>>> lexicon = TriggerLexicon()
>>> lexicon.of("verb", "inhibits", "", "").predicate, lexicon.of("verb", "inhibits", "", "").reverse
('decreases', False)
>>> lexicon.of("phrase", "associated", "with", "").predicate
'correlates_with'
>>> len(read_patterns()) > 20
True
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.matcher import DependencyMatcher
from spacy.vocab import Vocab

from extractors.components.inflection import verb_forms
from extractors.components.lexicon import read_lexicon, word_list
from extractors.components.word_classes import PREPOSITION, WordClasses
from kg.errors import UnreadableSource

VERB, VERB_PREP, LIGHT, PHRASE, NOUN = "verb", "verb+prep", "light", "phrase", "noun"
WORDS = (VERB, VERB_PREP, LIGHT, PHRASE, NOUN)
_STEP = re.compile(r"^([<>])([a-z|]+)(?::(\S+))?$")
_WITH = frozenset(("using", "than"))  # besides what is classed as a preposition


@dataclass(frozen=True, slots=True)
class TreeTrigger:
    """What words state. If ``reverse``, the pattern's subject is the statement's object."""

    predicate: str
    reverse: bool
    score: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step through a tree: to a child (">") or the head ("<"), its labels and words."""

    way: str
    labels: tuple[str, ...]
    word: str  # "", PREP, A, B, NOUN, "@list" or words with | between


@dataclass(frozen=True, slots=True)
class TreePattern:
    """One row of the table."""

    name: str
    words: str
    tags: tuple[str, ...]
    subject: tuple[Step, ...]
    object: tuple[Step, ...]
    besides: tuple[Step, ...]
    without: frozenset[str]
    score: float
    example: str


class TriggerLexicon:
    """The triggers by class: ``of(class, word, word, word)`` for words in lower case."""

    def __init__(self, own: Iterable[Sequence[str]] = ()) -> None:
        self._known: dict[tuple[str, str, str, str], TreeTrigger] = {}
        classes = WordClasses()

        def preposition(word: str) -> bool:
            return classes[word] == PREPOSITION or word in _WITH

        for predicate, form, phrase, direction, language, score in (
            *own,
            *read_lexicon("relations", 6),
        ):
            if language != "en" or form not in ("verb", "phrase", "noun"):
                continue
            trigger = TreeTrigger(predicate, direction == "reverse", float(score))
            words = [w for w in phrase.split() if w not in ("a", "an", "the")]
            if form == "verb":
                verb, *rest = words
                kind = VERB if not rest else VERB_PREP if len(rest) == 1 else LIGHT
                if rest and not preposition(rest[-1]):
                    continue
                noun = rest[-2] if kind == LIGHT else ""
                for inflected in verb_forms(verb):
                    self._add(kind, inflected, rest[-1] if rest else "", noun, trigger)
            elif form == "phrase":
                words = words[1:] if words[0] == "is" and len(words) == 3 else words
                if len(words) == 2 and preposition(words[1]) and words[0].isalpha():
                    self._add(PHRASE, words[0], words[1], "", trigger)
            elif (m := re.fullmatch(r"(\w+) (\w+) A (\w+) B", phrase)) and preposition(m[2]):
                self._add(NOUN, m[1], m[2], m[3], trigger)
        self.first: Mapping[str, frozenset[str]] = {
            kind: frozenset(k[1] for k in self._known if k[0] == kind) for kind in WORDS
        }
        self.second = {kind: self._column(kind, 2) for kind in WORDS}
        self.third = {kind: self._column(kind, 3) for kind in WORDS}
        self._by_first: dict[str, list[tuple[str, str, str]]] = {}
        for kind, one, two, three in self._known:
            self._by_first.setdefault(one, []).append((kind, two, three))

    def _add(self, kind: str, one: str, two: str, three: str, trigger: TreeTrigger) -> None:
        self._known.setdefault((kind, one, two, three), trigger)

    def _column(self, kind: str, at: int) -> list[str]:
        return sorted({k[at] for k in self._known if k[0] == kind})

    def classes_in(self, words: Sequence[str]) -> dict[str, list[int]]:
        """Where, by class, a trigger may begin in *words*: those of which all words are there."""
        found: dict[str, list[int]] = {}
        there: set[str] = set()
        for i, word in enumerate(words):
            ways = self._by_first.get(word)
            if ways is None:
                continue
            there = there or {"", *words}
            for kind, two, three in ways:
                if two in there and three in there:
                    places = found.setdefault(kind, [])
                    if not places or places[-1] != i:
                        places.append(i)
        return found

    def of(self, kind: str, one: str, two: str, three: str) -> TreeTrigger | None:
        """The trigger of class *kind* with these words; "" where it has fewer."""
        return self._known.get((kind, one, two, three))


def read_patterns() -> list[TreePattern]:
    """The rows of ``dependency_patterns.tsv``.

    Raises:
        UnreadableSource: If a row is not as the table's head says.
    """
    found = []
    for name, words, tag, subject, object_, besides, without, score, example in read_lexicon(
        "dependency_patterns", 9
    ):
        if words not in WORDS:
            raise UnreadableSource(
                f"dependency_patterns.tsv: the pattern {name!r} is of {words!r}; "
                f"expected one of {', '.join(WORDS)}"
            )
        found.append(
            TreePattern(
                name, words, () if tag == "-" else tuple(tag.split("|")),
                _steps(name, subject), _steps(name, object_), _steps(name, besides),
                frozenset(() if without == "-" else without.split("|")), float(score), example,
            )
        )  # fmt: skip
    return found


def _steps(name: str, path: str) -> tuple[Step, ...]:
    steps = []
    for step in path.split() if path != "-" else ():
        m = _STEP.match(step)
        if m is None:
            raise UnreadableSource(
                f"dependency_patterns.tsv: the pattern {name!r} has the step {step!r}; "
                "expected > or <, labels with | between, and perhaps : and words"
            )
        steps.append(Step(m[1], tuple(m[2].split("|")), m[3] or ""))
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class PatternGroup:
    """Patterns whose triggers are of one class and have the same tags, in one matcher.

    ``parts`` has, by the matcher's keys, each pattern with where its parts stand in a match:
    "trigger", "subject", "object" and, where it has them, "PREP", "A", "B" and "NOUN".
    """

    words: str
    tags: frozenset[str]
    matcher: DependencyMatcher
    parts: dict[int, tuple[TreePattern, dict[str, int]]]


def group_patterns(
    vocab: Vocab, patterns: Sequence[TreePattern], lexicon: TriggerLexicon
) -> list[PatternGroup]:
    """The patterns in groups, so that a sentence is searched for what its words allow only."""
    groups: dict[tuple[str, frozenset[str]], PatternGroup] = {}
    for pattern in patterns:
        tags = frozenset(pattern.tags)
        group = groups.setdefault(
            (pattern.words, tags), PatternGroup(pattern.words, tags, DependencyMatcher(vocab), {})
        )
        nodes, at = _nodes(pattern, lexicon)
        group.matcher.add(pattern.name, [nodes])
        group.parts[vocab.strings[pattern.name]] = (pattern, at)
    return list(groups.values())


def _nodes(
    pattern: TreePattern, lexicon: TriggerLexicon
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    root: dict[str, Any] = {"LOWER": {"IN": sorted(lexicon.first[pattern.words])}}
    if pattern.tags:
        root["TAG"] = {"IN": list(pattern.tags)}
    nodes: list[dict[str, Any]] = [{"RIGHT_ID": "trigger", "RIGHT_ATTRS": root}]
    at = {"trigger": 0}
    known: dict[tuple[Step, ...], int] = {(): 0}
    for part, steps in (
        ("subject", pattern.subject),
        ("object", pattern.object),
        ("", pattern.besides),
    ):
        for length in range(1, len(steps) + 1):
            way = steps[:length]
            # Two ways may share their beginning, but not their end.
            if way in known and (length < len(steps) or not part):
                continue
            step, before = way[-1], known[way[:-1]]
            attributes: dict[str, Any] = {}
            labels = attributes if step.way == ">" else nodes[before]["RIGHT_ATTRS"]
            labels["DEP"] = _one_of(step.labels)
            words = _words(pattern, step.word, lexicon)
            if words:
                attributes["LOWER"] = _one_of(words)
            known[way] = len(nodes)
            if step.word in ("PREP", "A", "B", "NOUN"):
                at[step.word] = len(nodes)
            nodes.append(
                {
                    "LEFT_ID": nodes[before]["RIGHT_ID"], "REL_OP": step.way,
                    "RIGHT_ID": f"n{len(nodes)}", "RIGHT_ATTRS": attributes,
                }
            )  # fmt: skip
        if part:
            at[part] = known[steps]
    return nodes, at


def _one_of(values: Sequence[str]) -> str | dict[str, list[str]]:
    return values[0] if len(values) == 1 else {"IN": list(values)}


def _words(pattern: TreePattern, word: str, lexicon: TriggerLexicon) -> list[str]:
    if word in ("PREP", "A"):
        return lexicon.second[pattern.words]
    if word in ("B", "NOUN"):
        return lexicon.third[pattern.words]
    if word.startswith("@"):
        return sorted(word_list(word[1:]))
    return word.split("|") if word else []
