"""Copies of annotated windows in which names stand for other names of the same label.

A small corpus that is read often is learnt as a list of names. With other names in its sentences
(mention replacement: Dai and Adel 2020, doi:10.18653/v1/2020.coling-main.343) what is left to
learn is how sentences speak of them.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from extractors.training.corpora import Window

Kind = tuple[str, str, bool, str]
"""Head, label, whether it is an abbreviation, and how it begins: names are swapped within one kind."""
STAY = frozenset({"Generic"})
"""Labels of words such as "this approach", which stand for what was named before."""


def kind(head: str, label: str, name: str) -> Kind:
    """What another name must have in common with this one to stand in its place.

    >>> kind("bc5cdr", "Disease", "AIDS"), kind("quantity", "Quantity", "5 mm")
    (('bc5cdr', 'Disease', True, 'A'), ('quantity', 'Quantity', False, '0'))
    """
    short = " " not in name and len(name) <= 6 and sum(c.isupper() for c in name) >= 2
    c = name[:1]
    begins = "A" if c.isupper() else "a" if c.islower() else "0" if c.isdigit() else "."
    return head, label, short, begins


def swappable(window: Window) -> list[tuple[int, int, str, str]]:
    """Spans that overlap no other, with their one head and label, in order."""
    said = [
        (s, e, head, label)
        for head, spans in window.entities.items()
        if head != "_given"
        for s, e, label in spans
    ]
    heads = Counter((s, e) for s, e, _, _ in said)
    extents = sorted(heads)
    reach = [0, *accumulate((e for _, e in extents), max)]  # how far those before it go
    begins = [s for s, _ in extents[1:]] + [len(window.text)]
    alone = {
        x
        for x, before, after in zip(extents, reach, begins, strict=False)
        if heads[x] == 1 and before <= x[0] and x[1] <= after
    }
    return sorted(x for x in said if (x[0], x[1]) in alone and x[3] not in STAY)


def swapped(
    windows: Sequence[Window], chosen: Iterable[int], share: float, seed: int
) -> list[Window]:
    """A copy of each chosen window that names something, with some of its names swapped.

    Args:
        windows: All windows.
        chosen: Indices of those to copy; names come from these only.
        share: Chance of each distinct name of a window to be swapped, everywhere in it.
        seed: Of the choice.
    """
    draw = random.Random(seed)
    chosen = sorted(chosen)
    named = {
        i: [
            (s, e, windows[i].text[s:e], kind(head, label, windows[i].text[s:e]))
            for s, e, head, label in swappable(windows[i])
        ]
        for i in chosen
    }
    pool: dict[Kind, dict[str, None]] = defaultdict(dict)
    for spans in named.values():
        for _, _, name, k in spans:
            pool[k][name] = None
    names = {k: list(found) for k, found in pool.items()}
    out = []
    for i, spans in named.items():
        if not spans:
            continue
        w = windows[i]
        instead: dict[tuple[Kind, str], str] = {}
        changes = []
        for s, e, name, k in spans:
            if (k, name) not in instead:
                instead[k, name] = draw.choice(names[k]) if draw.random() < share else name
            if instead[k, name] != name:
                changes.append((s, e, instead[k, name]))
        out.append(replace(rewritten(w, changes), doc=f"swapped {w.doc}"))
    return out


def rewritten(window: Window, changes: Sequence[tuple[int, int, str]]) -> Window:
    """The window with stretches of its text replaced; every offset follows.

    >>> w = Window("c", "train", "d", "in mice", [(0, 7)], {"h": [(3, 7, "Animal")]}, {})
    >>> new = rewritten(w, [(3, 7, "rats and")])
    >>> new.text, new.entities["h"]
    ('in rats and', [(3, 11, 'Animal')])
    """
    parts, moved, at, shift = [], [0], 0, 0
    ends = [-1]
    for s, e, name in changes:
        parts += [window.text[at:s], name]
        at = e
        shift += len(name) - (e - s)
        ends.append(e)
        moved.append(shift)
    parts.append(window.text[at:])

    def to(offset: int) -> int:
        return offset + moved[bisect_right(ends, offset) - 1]

    return replace(
        window,
        text="".join(parts),
        sentences=[(to(a), to(b)) for a, b in window.sentences],
        entities={
            h: [(to(s), to(e), label) for s, e, label in spans]
            for h, spans in window.entities.items()
        },
        relations={
            r: [((to(a), to(b)), (to(c), to(d)), label) for (a, b), (c, d), label in found]
            for r, found in window.relations.items()
        },
    )
