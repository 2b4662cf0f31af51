"""Statements in Chinese: a verb between two names, a frame around one, or one of a few shapes.

Chinese has neither inflection nor spaces, so the text itself is searched: the verbs and frames
of ``lexicons/relations_zh.tsv``, between which and a name only the adverbs and particles of
``lexicons/chinese_frames.tsv`` may stand. The shapes that no table holds (the passive, "使 … 提高",
"比 … 更高", "是 … 的 …", values) are in :mod:`extractors.components.chinese_shapes`.

>>> sorted(w for w in ("导致", "优于", "的") if verbs()[0].fullmatch(w))
['优于', '导致']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby, pairwise

from spacy.tokens import Doc

from extractors.annotations import MentionSpan, StatementSpan
from extractors.components.alignment import TokenSpans
from extractors.components.chinese_phrases import Found, Phrases, leading, trailing, words_of
from extractors.components.chinese_runs import BREAK, MODIFIER, VERB, classes_of, lists
from extractors.components.chinese_shapes import changes, shapes
from extractors.components.chinese_values import values
from extractors.components.chinese_words import installed
from extractors.components.lexicon import read_lexicon
from extractors.components.sentences import boundaries

METHOD = "pattern"
Row = tuple[str, bool, float]  # predicate, reversed, score

_SAME = re.compile("(?P<chain>x)?")
FLIPPED = {"increases": "decreases", "decreases": "increases", "causes": "affects"}
"""What a predicate becomes if the sentence says it of the subject's fall."""


@cache
def _table() -> dict[str, dict[str, Row]]:
    table: dict[str, dict[str, Row]] = {"verb": {}, "around": {}, "passive": {}}
    for predicate, form, phrase, direction, score in read_lexicon("relations_zh", 5):
        table[form][phrase] = (predicate, direction == "reverse", float(score))
    return table


def any_of(words: object) -> str:
    """A regular expression for any of *words*, longest first, sorted by first letter for speed."""
    ordered = sorted(words, key=lambda w: (w[0], -len(w), w))  # type: ignore[call-overload]
    parts = []
    for first, same in groupby(ordered, key=lambda w: w[0]):
        rests = [re.escape(w[1:]) for w in same]
        parts.append(re.escape(first) + (f"(?:{'|'.join(rests)})" if rests != [""] else ""))
    return "|".join(parts)


@cache
def verbs() -> tuple[re.Pattern[str], dict[str, Row]]:
    """The verbs that stand between two names, and what each says."""
    table = _table()["verb"]
    return re.compile(any_of(table)), table


@cache
def passives() -> tuple[re.Pattern[str], dict[str, Row]]:
    """The verbs that follow a name after 由, 被 or 受; reversed if that name is the object."""
    table = {w: (p, not r, s) for w, (p, r, s) in verbs()[1].items()}
    table |= {w: (p, r, s) for w, (p, r, s) in _table()["passive"].items()}
    return re.compile(any_of(table)), table


@cache
def _frames() -> tuple[re.Pattern[str], dict[str, list[tuple[re.Pattern[str], Row]]]]:
    """What begins a frame, and for each beginning the ways in which it may end."""
    table: dict[str, list[tuple[re.Pattern[str], Row]]] = {}
    for phrase, row in _table()["around"].items():
        prefix, suffix = phrase.split("A")
        head, tail = ("的", suffix[1:]) if suffix.startswith("的") else ("", suffix)
        gap = rf"{head}(?:{'|'.join(words_of('framing'))})*"
        table.setdefault(prefix, []).append((re.compile(gap + re.escape(tail)), row))
    return re.compile(any_of(table)), table


@cache
def _shared() -> re.Pattern[str]:
    adverbs = "|".join(words_of("adverb"))
    return re.compile(
        rf"(?:[^，。；的]{{0,6}}[，,])?(?:{adverbs})*(?:(?P<chain>进而|继而|最终|因此|因而|于是)|并且|并|而且|且|从而|同时|还|也|以便|以|来|和|、|但|却|而)"
        rf"(?:{adverbs})*$"
    )


@cache
def _deeds() -> re.Pattern[str]:
    """Verbs that may follow 用于, other than those that say a relation themselves."""
    known = lists()
    return re.compile(any_of((known["verb"] | known["compound_verb"]) - verbs()[1].keys()))


def _distinct(names: Iterable[MentionSpan]) -> list[MentionSpan]:
    return list({id(m): m for m in names}.values())


def trigger_edges(text: str) -> tuple[set[int], set[int]]:
    """Where a name would end or begin that stands before or after a verb of the table."""
    begins: set[int] = set()
    ends: set[int] = set()
    for m in verbs()[0].finditer(text):
        begins.update((m.start(), trailing(text, max(0, m.start() - 20), m.start())))
        ends.update((m.end(), leading(text, m.end(), min(len(text), m.end() + 12))))
    return begins, ends


def chinese_statements(doc: Doc, version: str) -> Iterator[StatementSpan]:
    """The statements of a Chinese doc, sentence by sentence."""
    text = doc.text
    phrases = Phrases(text, doc._.mentions, _ends(doc))
    quantities = sorted(doc._.quantities, key=lambda q: q.start_char)
    for start, end in pairwise([0, *boundaries(text, "zh"), len(text)]):
        if not phrases.begin(start, end):
            continue
        sentence = text[start:end]
        first = start + len(sentence) - len(sentence.lstrip())
        last = start + len(sentence.rstrip())
        near = [q for q in quantities if start <= q.start_char < end] if quantities else []
        for x in (*_between(phrases), *_framed(phrases), *shapes(phrases, verbs(), passives())):
            yield StatementSpan(
                x.subject, x.predicate, x.object, first, last, x.start, x.end,
                METHOD, version, METHOD, x.score,
            )  # fmt: skip
        for thing, quality, q, score, qualifiers in values(phrases, near):
            yield StatementSpan(
                thing, "has_property", quality, first, last, q.start_char, q.end_char,
                METHOD, version, METHOD, score, qualifiers,
            )  # fmt: skip


def _ends(doc: Doc) -> set[int]:
    """Where words begin that are in no name, if the doc is cut into words."""
    if not (len(doc) and installed()):
        return set()
    spans = TokenSpans(doc)
    if max(map(len, spans.words)) == 1:
        return set()  # characters
    kinds = classes_of(spans.words)
    table = verbs()[1]
    return {
        start
        for start, word, kind in zip(spans.starts, spans.words, kinds, strict=True)
        if kind in (BREAK, MODIFIER) or (kind == VERB and word in table)
    }


def _between(p: Phrases) -> Iterator[Found]:
    """A verb with a name at either side; the subject may be that of the verb before."""
    pattern, table = verbs()
    previous: tuple[list[Found], int] | None = None
    for m in pattern.finditer(p.text, p.start, p.end):
        if p.taken(*m.span()) or p.text[m.end() : m.end() + 1] in (
            "性",
            "率",
            "剂",
            "器",
            "素",
            "酶",
        ):
            continue
        predicate, reverse, score = table[m.group()]
        if predicate == "is_a":
            continue
        objects, sure = p.right(m.end())
        if not objects and predicate == "used_for":
            deed = _deeds().match(p.text, m.end(), p.end)
            if deed is not None:  # "用于求解方程"
                objects, sure = p.right(deed.end())
        if not objects or (predicate == "causes" and changes(p, objects[-1].end_char)):
            continue  # "导致 B 下降" is a shape
        shared = _shared().match(p.text, previous[1], m.start()) if previous is not None else None
        if previous is not None and shared is None and previous[1] == m.start():
            before = previous[0][0].start
            if p.text.endswith(("通过", "经由", "借助"), p.start, before):
                shared = _SAME.match("")  # "A 通过抑制 B 促进 C"
        if previous is not None and shared is not None:
            chained = shared["chain"] is not None
            subjects = _distinct(f.object if chained else f.subject for f in previous[0])
            score -= 0.1
        else:
            subjects = p.left(m.start())
            if subjects and p.is_agent(subjects[-1]):
                continue  # a passive
        if predicate in ("outperforms", "evaluated_on"):
            subjects, objects = p.owners(subjects), p.owners(objects)
        if predicate == "has_property":
            objects = [o for o in objects if o.kind in ("property", "metric", "phenomenon")]
        if m.group() in ("高于", "强于", "快于", "超过"):
            objects = [o for o in objects if any(o.kind == s.kind for s in subjects)]
        if predicate in FLIPPED and any(p.lessened(a, m.start()) for a in subjects):
            predicate = FLIPPED[predicate]
        found = [
            Found(b, predicate, a, m.start(), m.end(), score - (0 if sure else 0.1))
            if reverse
            else Found(a, predicate, b, m.start(), m.end(), score - (0 if sure else 0.1))
            for a in subjects
            for b in objects
        ]
        yield from found
        if found:
            previous = found, objects[-1].end_char


def _framed(p: Phrases) -> Iterator[Found]:
    """A frame around one name, after another: "与 A 相关", "是 A 的原因"."""
    begin, table = _frames()
    for m in begin.finditer(p.text, p.start, p.end):
        if p.inside(m.start()):
            continue
        framed, _ = p.right(m.end(), ended=False)
        if not framed:
            continue
        for finish, (predicate, _, score) in table[m.group()]:
            stop = finish.match(p.text, framed[-1].end_char)
            if stop is None or p.inside(stop.end() - 1):
                continue
            for a in p.left(m.start()):
                for b in framed:
                    yield Found(a, predicate, b, m.start(), stop.end(), score)
            break
