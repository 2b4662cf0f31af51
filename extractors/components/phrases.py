"""Which names a verb joins: a walk over the words beside a trigger, for want of a parser.

Only what surely is the head of the noun phrase beside a trigger counts. "The role of A in B
increases C" says nothing of B, and "A increases B content" nothing of B either; where
the walk meets a word that it cannot explain, it gives up. Precision first.
"""

from __future__ import annotations

from dataclasses import dataclass

from extractors.annotations import MentionSpan
from extractors.components.alignment import TokenSpans
from extractors.components.inflection import concept_name
from extractors.components.kinds import kind_of
from extractors.components.lexicon import word_list
from extractors.components.word_classes import (  # fmt: skip
    ADJECTIVE,
    ADVERB,
    AUXILIARY,
    CLOSED,
    CONJUNCTION,
    CONTENT,
    DETERMINER,
    EMPTY,
    HEAD,
    NEGATION,
    NUMBER,
    PARTICIPLE,
    PREPOSITION,
    STOP,
    VERB,
)

BE = frozenset(("is", "are", "was", "were", "be", "been", "being", "'s", "'re"))
MODAL = frozenset(
    (
        "can",
        "could",
        "may",
        "might",
        "must",
        "shall",
        "should",
        "will",
        "would",
        "do",
        "did",
        "does",
    )
)
RAISING = word_list("raising")
# "the X of A": what is said of X is said of A, near enough.
FLIPPING = word_list("flipping")
_OF = ("of", "in", "from", "with", "by")
TRANSPARENT = word_list("transparent")
TRANSPARENT_OBJECT = TRANSPARENT | word_list("transparent_object")
_GERUNDS = frozenset(
    ["using", "adding", "increasing", "introducing", "applying", "incorporating", "employing"]
)
_NOUNS = frozenset((CONTENT, HEAD, EMPTY, STOP))
_FILLERS = frozenset((DETERMINER, ADJECTIVE, ADVERB, NUMBER))
_MAX_STEPS = 8
_MAX_LIST = 6
_MAX_WORDS = 4


@dataclass(slots=True)
class Sentence:
    """The words ``start:end`` of a doc with their classes, and the mentions that begin and end there."""

    start: int
    end: int
    words: list[str]
    classes: list[int]
    starting: dict[int, MentionSpan]
    ending: dict[int, MentionSpan]
    joined: set[int]  # hyphens within compounds
    text: str
    spans: TokenSpans


@dataclass(slots=True)
class Left:
    """What stands before a trigger: the mentions, the words between, and whether it is a clause's subject."""

    mentions: list[MentionSpan]
    be: bool = False
    auxiliary: bool = False
    modal: bool = False
    relative: bool = False
    shared: bool = False


def before(s: Sentence, at: int, *, finite: bool = True) -> Left:
    """The names that end right before token *at*, coordinated ones included.

    Without a finite verb ("A in B induced by") what stands nearest is meant, here B; else the
    head of the whole noun phrase.
    """
    left = Left([])
    raised = False
    i = at - 1
    for _ in range(_MAX_STEPS):
        if i < s.start:
            return left
        word, kind = s.words[i], s.classes[i]
        if kind == AUXILIARY and raised:
            pass  # "was found to increase": the auxiliary belongs to "found"
        elif kind == AUXILIARY:
            left.be |= word in BE
            left.modal |= word in MODAL
            left.auxiliary |= word not in BE and word not in MODAL
        elif kind in (NEGATION, ADVERB):
            left.modal |= word == "cannot"
        elif word == "to" and i - 1 >= s.start and s.words[i - 1] in RAISING:
            raised = True
            i -= 1
        elif word in ("which", "that") and not left.relative and i > at - 5:
            left.relative = True
            if i - 1 >= s.start and s.words[i - 1] == ",":
                i -= 1
        elif word in (")", "]"):
            opened = _opening(s, i)
            if opened is None:
                return left
            i = opened
        elif word == "," and s.classes[i - 1] == ADVERB and s.words[i - 2] == ",":
            i -= 2
        else:
            break
        i -= 1
    left.modal |= raised
    m = s.ending.get(i + 1)
    if m is None:
        left.shared = s.words[i] in ("and", "but", "or", "then") if i >= s.start else False
        return left
    head = _head(s, m) if finite or left.be else m
    if s.words[m.start - 1] in FLIPPING and m.start > s.start:
        return left
    if head is None or (left.relative and head is not m):
        return left
    names = [head]
    if head is m and not left.relative:
        names += _listed_before(s, m)
    left.mentions = [_whole(s, name, s.start) for name in names]
    return left


def _whole(s: Sentence, m: MentionSpan, floor: int) -> MentionSpan:
    """*m* with the nouns that modify it: of "fat mass", "fat mass" is spoken of and not "mass"."""
    start, words = m.start, m.end - m.start
    j = start - 1
    while j >= floor and words < _MAX_WORDS:
        if j in s.joined and j - 1 >= floor:
            j -= 1
            continue
        word = s.words[j]
        plain = word.isalpha() and len(word) > 1 and not word.endswith(("ing", "s"))
        if not (plain and s.classes[j] in (CONTENT, HEAD)) or (
            j + 1 in s.ending and j + 1 != start
        ):
            break
        if j > floor and s.classes[j - 1] == NUMBER:
            break  # a unit
        start = j
        words += 1
        j -= 1
    if start == m.start:
        return m
    first = s.spans.starts[start]
    name = concept_name(s.text[first : m.end_char])
    return MentionSpan(
        start, m.end, first, m.end_char, kind_of(name), "", name, "terms", m.version, 0.6
    )


def _head(s: Sentence, m: MentionSpan) -> MentionSpan | None:
    """The head of the noun phrase that ends with *m*: *m*, or what "of", "in" … hang it on; or None."""
    for _ in range(3):
        j = _skip_modifiers(s, m.start - 1)
        if j < s.start:
            return m
        word, kind = s.words[j], s.classes[j]
        if kind == PREPOSITION:
            if word in _GERUNDS:
                return m
            k = j - 1
            while k >= s.start and s.words[k] in (")", "]"):
                opened = _opening(s, k)
                if opened is None:
                    return None
                k = opened - 1
            if k < s.start:
                return None
            noun = s.words[k]
            above = s.ending.get(k + 1)
            if word in _OF and noun in TRANSPARENT and (above is None or above.kind in ("term",)):
                return m if _free(s, k) else None
            if above is None:
                return None
            m = above
            continue
        if kind == VERB:
            return m if word in _GERUNDS else None
        if kind == CONJUNCTION and (other := s.ending.get(j)) is not None:
            k = _skip_modifiers(s, other.start - 1)
            if k >= s.start and s.classes[k] == PREPOSITION:
                return _head(s, other)  # "mutations in A or B": the mutations, not B
            return m
        if kind in (CLOSED, CONJUNCTION) or (kind == AUXILIARY and j == s.start):
            return m
        if word in (",", ";", ":", "(", "[", "—", "–", '"', "“", ".", "?"):
            return m
        return None
    return None


def _free(s: Sentence, k: int) -> bool:
    """Whether the noun at *k* begins its clause, save for its modifiers."""
    j = _skip_modifiers(s, k - 1)
    return (
        j < s.start or s.classes[j] in (CLOSED, CONJUNCTION) or s.words[j] in (",", ";", ":", "(")
    )


def _skip_modifiers(s: Sentence, j: int) -> int:
    """The last word at or before *j* that is no article, adjective or noun modifier."""
    nouns = 0
    while j >= s.start:
        kind = s.classes[j]
        if kind in _FILLERS or j in s.joined or kind == PARTICIPLE:
            j -= 1
        elif kind in (CONTENT, HEAD) and nouns < 2 and not s.words[j].endswith("ing"):
            nouns += 1
            j -= 1
        else:
            break
    return j


def _listed_before(s: Sentence, m: MentionSpan) -> list[MentionSpan]:
    """Names that "and", "or" and commas join to *m* from the left."""
    found: list[MentionSpan] = []
    joined = False
    while len(found) < _MAX_LIST:
        j = m.start - 1
        while j >= s.start and s.classes[j] in (DETERMINER, ADJECTIVE):
            j -= 1
        if j < s.start:
            break
        if s.words[j] in ("and", "or"):
            joined = True
            j -= 1
            if j >= s.start and s.words[j] == ",":
                j -= 1
        elif s.words[j] == "," and joined:
            j -= 1
        else:
            break
        if j >= s.start and s.words[j] == ")":
            opened = _opening(s, j)
            if opened is None:
                break
            j = opened - 1
        other = s.ending.get(j + 1)
        if other is None:
            break
        found.append(other)
        m = other
    # "A of B and C": the list began inside a prepositional phrase. Say nothing of it.
    if found and _head(s, found[-1]) is not found[-1]:
        return []
    return found


def after(
    s: Sentence, at: int, triggers: set[int], *, single: bool = False, subject: bool = False
) -> tuple[list[MentionSpan], int]:
    """The names that begin right after token *at*, and the token after the last of them.

    Only the first if *single*. A verb may follow only if they may be the *subject* of it.
    """
    i = at
    for _ in range(_MAX_STEPS):
        if i >= s.end:
            return [], i
        if i in s.starting:
            break
        word, kind = s.words[i], s.classes[i]
        if word in FLIPPING:
            return [], i  # what is said of "reduced A" is not said of A
        if word in TRANSPARENT_OBJECT and i + 1 < s.end and s.words[i + 1] in ("of", "in"):
            i += 2
        elif (
            kind in _FILLERS
            or kind == PARTICIPLE
            or (word == "both" and i == at)
            or (kind in (CONTENT, HEAD) and _modifies(s, i))
            or i in s.joined
        ):
            i += 1
        else:
            return [], i
    m = s.starting.get(i)
    if m is None:
        return [], i
    end = _closed(s, m, triggers, subject)
    if end is None:
        return [], m.end
    found = [_whole(s, m, at)]
    while not single and len(found) < _MAX_LIST:
        following = _next_listed(s, end, triggers, subject)
        if following is None:
            break
        m, end = following
        found.append(_whole(s, m, at))
    return found, end


def _modifies(s: Sentence, i: int) -> bool:
    """Whether the noun at *i* stands at most two words before a name, and so modifies it."""
    for j in (i + 1, i + 2):
        if j in s.starting:
            return True
        if j >= s.end or (s.classes[j] not in (CONTENT, HEAD, ADJECTIVE) and j not in s.joined):
            return False
    return False


def _closed(s: Sentence, m: MentionSpan, triggers: set[int], subject: bool = False) -> int | None:
    """The token after *m* and its brackets, if *m* is the head of its noun phrase and no subject."""
    i = m.end
    while i < s.end and s.words[i] in ("(", "["):
        closing = _closing(s, i)
        if closing is None:
            return i
        i = closing + 1
    if i >= s.end:
        return i
    word, kind = s.words[i], s.classes[i]
    if i in s.joined or word in ("-", "/", "'s", "’s", "–"):
        return None
    if (
        word in TRANSPARENT_OBJECT
        and (i + 1 >= s.end or s.classes[i + 1] not in _NOUNS)
        and word not in ("growth", "effect", "effects")
    ):
        return i + 1 if word in TRANSPARENT else None
    if kind in _NOUNS:
        return None
    if kind == NUMBER and i + 1 < s.end and s.classes[i + 1] in _NOUNS:
        return None  # "exon 3 duplication"
    if not subject and (kind == AUXILIARY or (i in triggers and kind in (VERB, PARTICIPLE))):
        return None
    return i


def _next_listed(
    s: Sentence, end: int, triggers: set[int], subject: bool
) -> tuple[MentionSpan, int] | None:
    i = end
    if i < s.end and s.words[i] == ",":
        i += 1
    if i < s.end and s.words[i] in ("and", "or"):
        i += 1
    if i == end:
        return None
    while i < s.end and s.classes[i] in (DETERMINER, ADJECTIVE) and i not in s.starting:
        i += 1
    m = s.starting.get(i)
    if m is None:
        return None
    closed = _closed(s, m, triggers, subject)
    if closed is None or (
        not subject and closed < s.end and s.classes[closed] in (AUXILIARY, VERB)
    ):
        return None
    comma_only = s.words[end] == "," and s.words[min(end + 1, s.end - 1)] not in ("and", "or")
    if comma_only and not (closed < s.end and s.words[closed] in (",", "and", "or")):
        return None
    return m, closed


def _opening(s: Sentence, i: int) -> int | None:
    """The bracket that the one at *i* closes, at most 30 words back."""
    depth = 0
    for j in range(i, max(s.start, i - 30) - 1, -1):
        if s.words[j] in (")", "]"):
            depth += 1
        elif s.words[j] in ("(", "["):
            depth -= 1
            if depth == 0:
                return j
    return None


def _closing(s: Sentence, i: int) -> int | None:
    depth = 0
    for j in range(i, min(s.end, i + 30)):
        if s.words[j] in ("(", "["):
            depth += 1
        elif s.words[j] in (")", "]"):
            depth -= 1
            if depth == 0:
                return j
    return None
