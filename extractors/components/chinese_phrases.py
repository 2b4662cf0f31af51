"""Where the names of a Chinese sentence stand around a place in it: what a verb there may join."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cache

from extractors.annotations import MentionSpan
from extractors.components.lexicon import read_lexicon

_LIST = re.compile(r"\s*[、和与及或]\s*|\s*(?:以及|联合)\s*")
_LIST_BEFORE = re.compile(r"(?:[、和与及或]|以及|联合)\s*$")
_TOWARDS = ("对", "对于")
_CONNECTED = re.compile(r"[，,](?:并且|并|而且|且|从而|进而|还|也|又|同时|可|能|，)*$")
_ENDED = re.compile(
    r"$|[\s。，、；：！？,.;:!?)）（(\[【”」》和与及或并而且从用在对时等所共相有呈导造制影调结反中内上里下处"
    r"能可会不未将已较更进升降提增减的后前使达为是被由也约仅最还同以受变发超高低来即之]|以及|期间|作用|方面|显著|明显"
)
_PLACE = re.compile(
    r"在[^，。；：在]{1,24}?(?:上|中|下|里|内|方面|期间|时|后|前)[，,]?$"
)  # fmt: skip
_BRACKET = re.compile(r"(?:（[^（）]{1,80}）|\([^()]{1,80}\)|\[[\d,，、\s–-]{1,20}\])\s*$")
_ASIDE = re.compile(r"（[^（）]{1,80}）|\([^()]{1,80}\)|\[[\d,，、\s–-]{1,20}\]")
_SKIP = re.compile(r"[^，。；：、（(的]{1,12}?的")
_QUALITY = ("property", "metric")
REACH = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A relation said at characters ``start:end``."""

    subject: MentionSpan
    predicate: str
    object: MentionSpan
    start: int
    end: int
    score: float


@cache
def words_of(name: str) -> tuple[str, ...]:
    """A list of ``lexicons/chinese_frames.tsv``, longest first.

    Raises:
        KeyError: If there is no list of that name.
    """
    table = {n: words for n, words in read_lexicon("chinese_frames", 2)}  # noqa: C416 - typed
    return tuple(sorted(table[name].split(), key=lambda w: (-len(w), w)))


@cache
def _fillers() -> tuple[re.Pattern[str], re.Pattern[str]]:
    changes = [f"(?:的|水平|浓度|水平的|浓度的)?{w}" for w in (*words_of("up"), *words_of("down"))]
    before = "|".join((*words_of("adverb"), *words_of("transparent"), *changes))
    after = "|".join(words_of("particle"))
    return re.compile(rf"(?:{before}|\s)*$"), re.compile(rf"(?:{after}|\s)*")


def trailing(text: str, start: int, at: int) -> int:
    """Where the adverbs that stand right before *at* begin, not before *start*."""
    found = _fillers()[0].search(text, max(start, at - REACH), at)
    return found.start() if found else at


def leading(text: str, at: int, end: int) -> int:
    """Where the particles that stand right after *at* end, not after *end*."""
    found = _fillers()[1].match(text, at, min(end, at + REACH))
    return found.end() if found else at


@cache
def _agent() -> re.Pattern[str]:
    return re.compile(rf"(?:由|被|受到?|经由)(?:{'|'.join(words_of('particle'))})*$")


@cache
def _fall() -> re.Pattern[str]:
    return re.compile(
        rf"(?:的|水平|浓度|水平的|浓度的)?(?:{'|'.join(words_of('down'))}|缺乏|不足|缺失)(?![、，和与并])"
    )


class Phrases:
    """The names of a text; :meth:`begin` says in which sentence the other methods look.

    At the characters ``ends`` no name goes on, as the words there tell.
    """

    def __init__(
        self, text: str, mentions: Iterable[MentionSpan], ends: Container[int] = ()
    ) -> None:
        self.text = text
        self._ends = ends
        self.start, self.end = 0, len(text)
        self.mentions: list[MentionSpan] = []
        covered = bytearray(len(text) + 1)
        # The longest first; of one span the surest. Those inside or across a longer one are left out.
        for m in sorted(
            mentions, key=lambda m: (m.start_char - m.end_char, -m.score, m.start_char)
        ):
            if not (covered[m.start_char] or covered[m.end_char - 1]):
                covered[m.start_char : m.end_char] = b"\1" * (m.end_char - m.start_char)
                self.mentions.append(m)
        self.mentions.sort(key=lambda m: m.start_char)
        self._covered = covered
        self._starts = [m.start_char for m in self.mentions]
        self.starting = {m.start_char: m for m in self.mentions}
        self.ending = {m.end_char: m for m in self.mentions}

    def begin(self, start: int, end: int) -> bool:
        """Look at characters ``start:end`` from now on; whether they hold two names."""
        self.start, self.end = start, end
        i = bisect_left(self._starts, start)
        return i + 1 < len(self._starts) and self._starts[i + 1] < end

    def within(self, start: int, end: int) -> list[MentionSpan]:
        """The names that begin at characters ``start:end``."""
        return self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def inside(self, at: int) -> bool:
        """Whether a name covers the character at *at*."""
        return bool(self._covered[at])

    def taken(self, start: int, end: int) -> bool:
        """Whether a verb at characters ``start:end`` is part of a name, and not as a whole one ("治疗")."""
        m = self.starting.get(start)
        return self.inside(start) and (m is None or m.end_char != end)

    def before(self, at: int) -> MentionSpan | None:
        """The name that ends at *at*, or before adverbs, brackets and one phrase of place."""
        if (m := self.ending.get(at)) is not None and m.start_char >= self.start:
            return m
        for _ in range(3):
            i = at
            while True:  # a name may end in what else would be an adverb
                m = self.ending.get(i)
                if m is not None:
                    return m if m.start_char >= self.start else None
                j = trailing(self.text, self.start, i)
                if j == i:
                    break
                k = next((k for k in range(i, j - 1, -1) if k in self.ending), None)
                if k is not None:
                    m = self.ending[k]
                    return m if m.start_char >= self.start else None
                i = j
            aside = _BRACKET.search(self.text, max(self.start, i - 84), i)
            if aside is None:
                aside = _PLACE.search(self.text, max(self.start, i - 30), i)
            if aside is None:
                return None
            at = aside.start()
            while at > self.start and self.text[at - 1] in " ，":
                at -= 1
        return None

    def left(self, at: int) -> list[MentionSpan]:
        """The names, joined by 和 or 、, that are the subject of what stands at *at*."""
        found: list[MentionSpan] = []
        m = self.before(at)
        if m is not None and self.text[: m.start_char].endswith(_TOWARDS, self.start):
            m = self.before(m.start_char - 1) or m  # "A 对 B 表现出 …"
        if m is None:
            m = self._topic(at)
        while m is not None and m.start_char >= self.start:
            found.append(m)
            link = _LIST_BEFORE.search(self.text, max(self.start, m.start_char - 4), m.start_char)
            if link is None:
                break
            m = self.before(link.start()) if link.start() > self.start else None
            if m is not None and not self._near(m.end_char, link.start()):
                break
        return found

    def _topic(self, at: int) -> MentionSpan | None:
        """What the sentence began with, if *at* is right after a comma and adverbs."""
        i = trailing(self.text, self.start, at)
        if not any(_CONNECTED.search(self.text, self.start, k) for k in (i, at)):
            return None
        first = self.within(self.start, i)[:1]
        if not first or first[0].kind in _QUALITY or not self.opens(first[0]):
            return None
        return (
            first[0]
            if self.text[first[0].end_char : first[0].end_char + 1] not in ("的", "，")
            else None
        )

    def opens(self, m: MentionSpan) -> bool:
        """Whether the sentence begins with this name."""
        return not self.text[self.start : m.start_char].strip("该这此本种所提 ")

    def _near(self, end: int, at: int) -> bool:
        return end == at or self.text[end:at].strip()[:1] in ("（", "(")

    def right(self, at: int, *, ended: bool = True) -> tuple[list[MentionSpan], bool]:
        """The names that are the object of what ends at *at*, and whether the first is right there.

        With ``ended``, a name that only modifies what follows it is none.
        """
        end = self.end
        stop = leading(self.text, at, end)
        m = next((self.starting[i] for i in range(at, stop + 1) if i in self.starting), None)
        sure = m is not None
        if m is None:
            skip = _SKIP.match(self.text, stop, min(end, stop + 14))
            if skip is not None and not any(map(self.inside, range(stop, skip.end()))):
                m = self.starting.get(leading(self.text, skip.end(), end)) or self.starting.get(
                    skip.end()
                )
        found: list[MentionSpan] = []
        while m is not None and m.end_char <= end:
            m = self.owned(m)
            if (
                ended
                and m.end_char not in self._ends
                and not _ENDED.match(self.text, m.end_char, end)
            ):
                break
            found.append(m)
            i = m.end_char
            if (aside := _ASIDE.match(self.text, i, end)) is not None:
                i = aside.end()
            link = _LIST.match(self.text, i, end)
            if link is None:
                break
            m = self.starting.get(link.end()) or self.starting.get(
                leading(self.text, link.end(), end)
            )
        return found, sure

    def is_agent(self, m: MentionSpan) -> bool:
        """Whether 由, 被 or 受 stands before *m*, as in "由多个 A 组成"."""
        return (
            _agent().search(self.text, max(self.start, m.start_char - 12), m.start_char) is not None
        )

    def lessened(self, m: MentionSpan, at: int) -> bool:
        """Whether of *m* it is its fall that is the subject of what stands at *at*: "降水减少使 …"."""
        return _fall().match(self.text, m.end_char, at) is not None

    def owned(self, m: MentionSpan) -> MentionSpan:
        """The B of "A 的 B", which is what is meant."""
        while self.text.startswith("的", m.end_char) and m.end_char + 1 < self.end:
            at = m.end_char + 1
            owned = self.starting.get(at) or self.starting.get(leading(self.text, at, self.end))
            if owned is None:
                break
            m = owned
        return m

    def owners(self, found: list[MentionSpan]) -> list[MentionSpan]:
        """For each property of *found* the thing whose it is, if that is said."""
        return [self.owner(m) or m if m.kind in _QUALITY else m for m in found]

    def owner(self, m: MentionSpan) -> MentionSpan | None:
        """The A of "A 的 B", or of "AB" if a property follows a thing."""
        i = m.start_char
        if i > self.start and self.text[i - 1] == "的":
            i -= 1
        thing = self.ending.get(i)
        if thing is None and self.text[i : i + 1] == "的":  # "A 在 B 上的 C"
            place = _PLACE.search(self.text, max(self.start, i - 30), i)
            thing = self.ending.get(place.start()) if place else None
        if thing is None and (aside := _BRACKET.search(self.text, max(self.start, i - 84), i)):
            thing = self.ending.get(aside.start())
        if thing is None or thing.start_char < self.start or thing.kind in _QUALITY:
            return None
        return thing
