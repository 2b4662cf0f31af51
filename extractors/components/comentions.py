"""``polymath_comentions``: two names that one work says together more often than chance would.

A weak hint and a family of its own, ``co-mention``: it says nothing of how the two are
related, and its statements are kept apart from those that a sentence makes. Counted are
sentences of one work; a pair is kept if at least ``least`` sentences name both and if that
many would meet by chance with a probability of at most ``chance`` (one-sided exact test of
Fisher 1922, doi:10.2307/2340521), the surest ``at_most`` of a work. Left out are lists
(sentences with more than ``names`` names), names of which one is in the other, a name and
what stands in brackets right after it, and pairs that a statement of the work joins already.
Evidence are the ``sentences`` sentences in which the two stand closest.

>>> import spacy, extractors.pipeline
>>> nlp = spacy.blank("en")
>>> for name in ("polymath_sentences", "polymath_vocabulary", "polymath_comentions"):
...     _ = nlp.add_pipe(name)
>>> both = "Lithium sat on graphene. Graphene held lithium. Near graphene, lithium moved. "
>>> other = "Copper is red. Aspirin is white. Yeast grew. Malaria fell. Gold shone. Zinc rusted. "
>>> doc = nlp(both + other + "Silver was cold.")
>>> [(s.subject.name, s.predicate, s.object.name) for s in doc._.statements][:1]
[('graphene', 'mentioned_with', 'lithium')]
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import exp, lgamma

from spacy.attrs import IDX, SENT_START  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import MentionSpan, StatementSpan
from extractors.components.works import WorkReader
from extractors.linking.local_names import local_name
from kg.errors import PolymathError
from kg.ontology import CO_MENTION

VERSION = "1"
METHOD = "co-mention"
PREDICATE = "mentioned_with"
Key = tuple[str, str]
"""What a mention names: ("", the id of a concept), or (kind, the name it is filed under)."""
Pair = tuple[Key, Key]


@dataclass(slots=True)
class _Sentence:
    """One sentence that names something; ``start:end`` are its characters in the doc."""

    doc: Doc
    text: str  # the doc's: spaCy joins the tokens each time it is asked
    start: int
    end: int
    named: dict[Key, list[MentionSpan]] = field(default_factory=lambda: defaultdict(list))


def chance_of(together: int, one: int, other: int, total: int) -> float:
    """Probability that *together* or more of *total* sentences name both, if they meet by chance.

    Args:
        together: Sentences that name both.
        one: Sentences that name the one.
        other: Sentences that name the other.
        total: All sentences that name anything.

    >>> round(chance_of(3, 3, 3, 10), 5), chance_of(0, 3, 3, 10)
    (0.00833, 1.0)
    """

    def log_choose(n: int, k: int) -> float:
        return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)

    ways = log_choose(total, other)
    first = max(together, one + other - total)
    probability = sum(
        exp(log_choose(one, k) + log_choose(total - one, other - k) - ways)
        for k in range(first, min(one, other) + 1)
    )
    return min(1.0, round(probability, 12))


class CoMentions(WorkReader):
    """Appends statements of the family ``co-mention`` to ``doc._.statements``."""

    def __init__(
        self, *, least: int = 3, chance: float = 0.01, at_most: int = 40, names: int = 10,
        sentences: int = 2,
    ) -> None:  # fmt: skip
        if least < 1 or at_most < 0 or names < 2 or sentences < 1 or not 0 < chance <= 1:
            raise PolymathError(
                f"polymath_comentions: found least={least}, chance={chance}, at_most={at_most}, "
                f"names={names}, sentences={sentences}; give least and sentences of 1 or more, "
                "names of 2 or more, at_most of 0 or more, and a chance above 0 and up to 1."
            )
        self.version = VERSION
        self.least = least
        self.chance = chance
        self.at_most = at_most
        self.names = names
        self.sentences = sentences

    def _read(self, docs: list[Doc]) -> None:
        said = [s for doc in docs for s in _sentences(doc)]
        if len(said) < self.least:
            return
        named: Counter[Key] = Counter()
        names: dict[Key, str] = {}
        together: Counter[Pair] = Counter()
        for sentence in said:
            keys = sorted(sentence.named)
            named.update(keys)
            for key in keys:
                names.setdefault(key, sentence.named[key][0].name)
            if len(keys) <= self.names:
                together.update(combinations(keys, 2))
        stated = {_pair(s.subject, s.object) for doc in docs for s in doc._.statements}
        kept: list[tuple[float, int, Pair]] = []
        for pair, n in together.items():
            one, other = pair
            if n < self.least or pair in stated or _within(names[one], names[other]):
                continue
            chance = chance_of(n, named[one], named[other], len(said))
            if chance <= self.chance:
                kept.append((chance, -n, pair))
        wanted = {pair: -n for _, n, pair in sorted(kept)[: self.at_most]}
        self._tell(wanted, said, named)

    def _tell(
        self, wanted: dict[Pair, int], said: Sequence[_Sentence], named: Counter[Key]
    ) -> None:
        """Append a statement for each of the sentences in which a pair stands closest."""
        ends = {end for pair in wanted for end in pair}
        places: dict[Pair, list[tuple[int, int, MentionSpan, MentionSpan]]] = defaultdict(list)
        for i, sentence in enumerate(said):
            keys = sorted(ends & sentence.named.keys())
            if len(sentence.named) > self.names:
                continue
            for pair in combinations(keys, 2):
                if pair in wanted and (found := _closest(sentence, pair)):
                    places[pair].append((found[0], i, *found[1:]))
        for pair, found_in in places.items():
            share = wanted[pair] / min(named[end] for end in pair)
            for _, i, one, other in sorted(found_in, key=lambda p: p[:2])[: self.sentences]:
                s = said[i]
                s.doc._.statements.append(
                    StatementSpan(
                        one, PREDICATE, other, s.start, s.end, s.start, s.start,
                        METHOD, VERSION, CO_MENTION, round(share, 4),
                    )
                )  # fmt: skip


def _sentences(doc: Doc) -> list[_Sentence]:
    """The sentences of *doc* that name something, each place by its longest name only."""
    mentions: list[MentionSpan] = sorted(
        doc._.mentions, key=lambda m: (m.start_char, -m.end_char, -m.score, m.method)
    )
    if not mentions:
        return []
    text = doc.text
    starts: list[int] = doc.to_array(IDX)[doc.to_array(SENT_START) == 1].tolist()
    if not starts or starts[0] != 0:
        starts.insert(0, 0)
    found: dict[int, _Sentence] = {}
    last = 0
    for m in mentions:
        if m.start_char < last:
            continue
        last = m.end_char
        i = bisect_right(starts, m.start_char) - 1
        if i not in found:
            end = starts[i + 1] if i + 1 < len(starts) else len(text)
            whole = text[starts[i] : end]
            start = starts[i] + len(whole) - len(whole.lstrip())
            found[i] = _Sentence(doc, text, start, start + len(whole.strip()))
        if m.end_char <= found[i].end:
            found[i].named[key_of(m)].append(m)
    return list(found.values())


def _closest(sentence: _Sentence, pair: Pair) -> tuple[int, MentionSpan, MentionSpan] | None:
    """Characters between the two names where they stand closest, and the two mentions.

    None if the one explains the other in brackets: then they are two names of one thing.
    """
    distance, one, other = min(
        (
            (max(a.start_char, b.start_char) - min(a.end_char, b.end_char), a, b)
            for a in sentence.named[pair[0]]
            for b in sentence.named[pair[1]]
        ),
        key=lambda found: (found[0], found[1].start_char),
    )
    first, second = sorted((one, other), key=lambda m: m.start_char)
    between = sentence.text[first.end_char : second.start_char]
    return None if between.strip() in ("(", "[", "（") else (distance, one, other)


def key_of(m: MentionSpan) -> Key:
    """What a mention names; two that name one concept have one key."""
    return ("", m.concept) if m.concept else (m.kind, local_name(m.name))


def _pair(one: MentionSpan, other: MentionSpan) -> Pair:
    a, b = key_of(one), key_of(other)
    return (a, b) if a < b else (b, a)


def _within(one: str, other: str) -> bool:
    """Whether the words of the one name are among those of the other, in order."""
    a, b = f" {one} ".lower(), f" {other} ".lower()
    return a in b or b in a


@Language.factory(
    "polymath_comentions",
    requires=["doc.sents", "doc._.mentions", "doc._.statements"],
    assigns=["doc._.statements"],
    default_config={"least": 3, "chance": 0.01, "at_most": 40, "names": 10, "sentences": 2},
)
def make(
    nlp: Language, name: str, least: int, chance: float, at_most: int, names: int, sentences: int
) -> CoMentions:
    """A counter of names that stand together. It belongs behind all that makes statements."""
    return CoMentions(least=least, chance=chance, at_most=at_most, names=names, sentences=sentences)
