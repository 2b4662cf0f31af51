"""Shapes of Chinese statements that are more than one word: passives, changes, comparisons, classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractors.components.chinese_phrases import Found, Phrases, leading, words_of

Table = tuple[re.Pattern[str], dict[str, tuple[str, bool, float]]]
_CAUSING = re.compile(r"使得?|令|致使|导致|引起|造成|引发")
_ALONG = re.compile(r"随着?")
_WITH = re.compile(r"相较于|相比于|相对于|与|和|同|跟|较")
_WITH_END = re.compile(r"\s*(?:相比|相较|比较|比|而言)?[，,]\s*(?:该|本文的?|我们的?|所提出?的?)?")
_THAN = re.compile(r"比")
_KIND = re.compile(
    r"(?:也|又|都|均|就|仍)?(?P<be>是(?P<one>一[种类个项款组株颗座门])?|属于(?P<sort>一[种类])?"
    r"|(?:被认为|被视|被看作)[是为作]?(?:一[种类])?|作为一[种类])"
)
_CLAUSE_END = re.compile(r"[，。；：！？,;!?（(]|——|$")
_AGENT = re.compile(r"受到|受|被|经?由|为(?=[^，。]{1,20}所)")
_TOWARDS = re.compile(r"对")
_DONE = re.compile(r"(?:的)?(?:进行|加以|予以|作|做)(?:了|过)?")
_REASON = re.compile(
    r"的(?:最?主要|首要|常见|重要|根本|最常见的?)?(?:原因|病因|诱因|成因|危险因素|驱动因素)(?:之一)?(?:是|为|包括|在于)"
)
_ADDING = re.compile(
    r"加入|添加|掺杂|掺入|引入|施用|注射|给予|服用|敷设|采用|使用|经过|经|接种|补充|摄入"
)
_AFTER = re.compile(r"(?:处理|治疗|干预|退火|改性)?(?:之?后|时|的情况下)[，,]?")
_BASED = re.compile(r"基于")
_ON = re.compile(r"在")
_ON_END = re.compile(r"(?:数据集|语料库?|基准|任务|测试集|验证集|这一|一|等|公开)*(?:上|中)")


@cache
def _ups() -> re.Pattern[str]:
    ups, downs = "|".join(words_of("up")), "|".join(words_of("down"))
    changing = "|".join(words_of("changing"))
    return re.compile(rf"(?:{changing}|\s)*(?:(?P<up>{ups})|(?P<down>{downs}))")


@cache
def _between_agent_and_verb() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(words_of('passive'))}|\s)*")


@cache
def _better() -> re.Pattern[str]:
    return re.compile(
        rf"[^，。；]{{0,6}}?(?:更|明显|显著|要)(?:为|加)?(?:{'|'.join(words_of('better'))})"
    )


def changes(p: Phrases, at: int) -> bool:
    """Whether what ends at *at* is said to rise or fall."""
    return _ups().match(p.text, at, p.end) is not None


def shapes(p: Phrases, verbs: Table, passives: Table) -> Iterator[Found]:
    """What the sentence at which *p* looks says by a shape."""
    yield from _passive(p, passives)
    yield from _worked_on(p, verbs)
    yield from _changed(p)
    yield from _added(p)
    yield from _along(p)
    yield from _compared(p)
    yield from _classed(p)
    yield from _evaluated(p)
    yield from _modified(p)
    yield from _reasons(p)


def _places(p: Phrases, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    return (m for m in pattern.finditer(p.text, p.start, p.end) if not p.inside(m.start()))


def _passive(p: Phrases, passives: Table) -> Iterator[Found]:
    """Shape: "B 由 A 组成", "B 被 A 抑制", "由 A 引起的 B"."""
    pattern, table = passives
    for m in _places(p, _AGENT):
        agents, _ = p.right(m.end(), ended=False)
        if not agents:
            continue
        at = agents[-1].end_char
        i = _between_agent_and_verb().match(p.text, at, p.end)
        verb = pattern.match(p.text, i.end() if i else at, p.end)
        if verb is None:
            continue
        predicate, reverse, score = table[verb.group()]
        begin = m.start() - p.text.endswith("是", p.start, m.start())
        subjects = p.left(begin)
        if not subjects and p.text.startswith("的", verb.end()):
            subjects, _ = p.right(verb.end() + 1)
        for a in agents:
            for b in subjects:
                if reverse:
                    yield Found(a, predicate, b, m.start(), verb.end(), score)
                else:
                    yield Found(b, predicate, a, m.start(), verb.end(), score)


def _worked_on(p: Phrases, verbs: Table) -> Iterator[Found]:
    """Shape: "采用 A 对 B 进行检测"."""
    pattern, table = verbs
    for m in _places(p, _TOWARDS):
        objects, _ = p.right(m.end(), ended=False)
        if not objects:
            continue
        done = _DONE.match(p.text, objects[-1].end_char, p.end)
        verb = pattern.match(p.text, done.end(), p.end) if done else None
        if verb is None:
            continue
        predicate, reverse, score = table[verb.group()]
        if reverse:
            continue
        for a in p.left(m.start()):
            for b in objects:
                yield Found(a, predicate, b, m.start(), verb.end(), score - 0.05)


def _changed(p: Phrases) -> Iterator[Found]:
    """Shape: "A 使 B 提高"."""
    for m in _places(p, _CAUSING):
        objects, _ = p.right(m.end(), ended=False)
        if not objects:
            continue
        change = _ups().match(p.text, objects[-1].end_char, p.end)
        if change is None:
            continue
        for a in p.left(m.start()):
            more = (change["up"] is not None) != p.lessened(a, m.start())
            for b in objects:
                yield Found(
                    a, "increases" if more else "decreases", b, m.start(), change.end(), 0.75
                )


def _added(p: Phrases) -> Iterator[Found]:
    """Shape: "加入 A 后，B 的 C 提高了"."""
    for m in _places(p, _ADDING):
        causes, _ = p.right(m.end(), ended=False)
        after = _AFTER.match(p.text, causes[-1].end_char, p.end) if causes else None
        if after is None:
            continue
        effects, _ = p.right(after.end(), ended=False)
        change = _ups().match(p.text, effects[-1].end_char, p.end) if effects else None
        if change is None:
            continue
        for a in causes:
            for b in effects:
                yield Found(
                    a,
                    "increases" if change["up"] else "decreases",
                    b,
                    m.start(),
                    change.end(),
                    0.65,
                )


def _along(p: Phrases) -> Iterator[Found]:
    """Shape: "B 随 A 的升高而降低", "随着 A 升高，B 降低"."""
    for m in _places(p, _ALONG):
        causes, _ = p.right(m.end(), ended=False)
        first = _ups().match(p.text, causes[-1].end_char, p.end) if causes else None
        if first is None:
            continue
        effects = p.left(m.start())
        at = first.end()
        if not effects:
            comma = re.compile(r"\s*[，,]\s*").match(p.text, at, p.end)
            if comma is None:
                continue
            effects, _ = p.right(comma.end(), ended=False)
            if not effects:
                continue
            at = effects[-1].end_char
        second = _ups().match(p.text, at, p.end)
        if second is None:
            continue
        same = (first["up"] is None) == (second["up"] is None)
        for a in causes:
            for b in effects:
                yield Found(
                    a, "increases" if same else "decreases", b, m.start(), second.end(), 0.7
                )


def _compared(p: Phrases) -> Iterator[Found]:
    """Shape: "与 B 相比，A 的 … 更高", "A 比 B 更快"."""
    for m in _places(p, _WITH):
        others, _ = p.right(m.end(), ended=False)
        if not others:
            continue
        gap = _WITH_END.match(p.text, others[-1].end_char, p.end)
        if gap is None or (
            m.group() in "与和同跟较" and "相比" not in gap.group() and "相较" not in gap.group()
        ):
            continue
        firsts = [
            x for i in (gap.end(), leading(p.text, gap.end(), p.end)) if (x := p.starting.get(i))
        ]
        if not firsts:
            continue
        last = p.owned(firsts[0])
        better = _better().match(p.text, last.end_char, p.end)
        if better is None:
            continue
        for b in p.owners(others):
            yield Found(firsts[0], "outperforms", b, m.start(), better.end(), 0.75)
    for m in _places(p, _THAN):
        others, _ = p.right(m.end(), ended=False)
        if not others:
            continue
        better = _better().match(p.text, others[-1].end_char, p.end)
        if better is not None:
            for a in p.owners(p.left(m.start())):
                for b in p.owners(others):
                    yield Found(a, "outperforms", b, m.start(), better.end(), 0.7)


def _classed(p: Phrases) -> Iterator[Found]:
    """Shape: "A 是一种 … B": the class is the name at the end of the clause."""
    for m in _places(p, _KIND):
        said = m.group("one") or m.group("sort") or m.group("be")[:1] in "被作"
        subjects = p.left(m.start())
        stop = _CLAUSE_END.search(p.text, m.end(), p.end)
        if not subjects or stop is None:
            continue
        kind = p.ending.get(stop.start())
        if kind is None or kind.start_char < m.end():
            continue
        between = p.text[m.end() : kind.start_char]
        if not said:
            # "A 是 B": only of one kind, and no "是 X 的原因"
            if between and not between.endswith("的"):
                continue
            if kind.kind in ("property", "term") or any(s.kind != kind.kind for s in subjects):
                continue
            plain = len(between) < 8 and not any(map(p.inside, range(m.end(), kind.start_char)))
            if between and not plain and not re.match(r"由|以|基于|用于", between):
                continue
        for a in subjects[:1] if said else subjects:
            yield Found(a, "is_a", kind, m.start(), m.end(), 0.8 if said else 0.6)


def _reasons(p: Phrases) -> Iterator[Found]:
    """Shape: "B 的主要原因是 A"."""
    for m in _places(p, _REASON):
        causes, _ = p.right(m.end())
        for a in causes:
            for b in p.left(m.start()):
                yield Found(a, "causes", b, m.start(), m.end(), 0.75)


def _evaluated(p: Phrases) -> Iterator[Found]:
    """Shape: "A 在数据集 D 上 …"."""
    for m in _places(p, _ON):
        data, _ = p.right(m.end(), ended=False)
        data = [d for d in data if d.kind in ("data", "task")]
        if not data:
            continue
        end = _ON_END.match(p.text, data[-1].end_char, p.end)
        if end is None:
            continue
        for a in p.owners(p.left(m.start())):
            if a.kind in ("method", "software", "device", "term", "field"):
                for d in data:
                    yield Found(a, "evaluated_on", d, m.start(), end.end(), 0.75)


def _modified(p: Phrases) -> Iterator[Found]:
    """Shape: "基于 A 的 B", "采用 A 的 B"."""
    for m in _places(p, _BASED):
        bases, _ = p.right(m.end(), ended=False)
        if not bases or not p.text.startswith("的", bases[-1].end_char):
            base = p.starting.get(m.end())
            if base is None or not p.text.startswith("的", base.end_char):
                continue
            whole = p.owned(base)
            bases = [base]
        else:
            whole = bases[-1]
        things = [whole] if whole is not bases[0] else p.right(bases[-1].end_char + 1)[0]
        for b in things:
            if b.kind in ("method", "software", "device", "task", "instrument", "data", "term"):
                for a in bases:
                    yield Found(b, "based_on", a, m.start(), m.end(), 0.75)
