"""How the line of a statement is drawn, in the picture, the page to hand on and pyvis as in the Explorer.

====================  =====================================================
dashed                read by a machine only
solid                 accepted by a person
split, grey and red   some evidence says it, some denies it
red                   denied
wider and darker      more believed
====================  =====================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kg.ontology import PREDICATES
from widgets.palette import EDGE, NEGATIVE, mix

SPLIT = "mixed"
DENIED = "negative"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of a statement.

    Attributes:
        colour: As ``#rrggbb``.
        width: In pixels.
        dashed: Whether only a machine has read it.
        head: Whether it has an arrow's head; what goes both ways has none.
        aside: So far to the left of the straight line, in pixels; lines that are split are two.
    """

    colour: str
    width: float
    dashed: bool
    head: bool
    aside: float = 0.0


@lru_cache(maxsize=4096)
def strokes(predicate: str, polarity: str, belief: float, accepted: bool) -> tuple[Stroke, ...]:
    """What is drawn for one statement: a line, or two where works contradict one another.

    Args:
        predicate: Its name.
        polarity: ``positive``, ``negative``, ``mixed`` or ``unknown``.
        belief: From 0 to 1.
        accepted: Whether a person has accepted it.

    >>> [(s.dashed, s.head, s.aside) for s in strokes("causes", "mixed", 0.5, False)]
    [(False, False, -1.4), (False, True, 1.4)]
    >>> strokes("causes", "positive", 0.5, True)[0].dashed
    False
    """
    head = not (predicate in PREDICATES and PREDICATES[predicate].symmetric)
    plain, denied = mix(EDGE, 0.35 + 0.55 * belief), mix(NEGATIVE, 0.75)
    if polarity == SPLIT:
        return Stroke(plain, 1.2, False, False, -1.4), Stroke(denied, 1.2, False, head, 1.4)
    colour = denied if polarity == DENIED else plain
    return (Stroke(colour, 0.8 + 1.8 * belief, not accepted, head),)


def meanings(polarity: Iterable[str], accepted: Iterable[bool]) -> list[str]:
    """What the lines of some statements mean, each way of drawing that there is among them.

    >>> meanings(["positive", "mixed"], [False, True])
    ['dashed: read by a machine only', 'split: contradicted']
    """
    said = set(zip(polarity, accepted, strict=True))
    plain = {bool(yes) for which, yes in said if which != SPLIT}
    told = {
        "dashed: read by a machine only": False in plain,
        "solid: accepted by a person": True in plain,
        "split: contradicted": any(which == SPLIT for which, _ in said),
        "red: denied": any(which == DENIED for which, _ in said),
    }
    return [text for text, there in told.items() if there]


def for_vis(predicate: str, polarity: str, belief: float, accepted: bool) -> dict[str, object]:
    """The same as options of an edge of vis-network, which draws one line: a split one has long dashes of red.

    >>> for_vis("causes", "positive", 1.0, False)["dashes"]
    True
    """
    last = strokes(predicate, polarity, belief, accepted)[-1]
    split = polarity == SPLIT
    return {
        "color": last.colour,
        "width": 3.0 if split else 1.3 * last.width,
        "dashes": [14, 3] if split else last.dashed,
        "arrows": "to" if last.head else "",
    }
