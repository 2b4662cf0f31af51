"""One palette for the page, the picture and the snapshot; the page is built with the same file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

_PALETTE = json.loads(Path(__file__).with_name("palette.json").read_text(encoding="utf-8"))

EDGE: str = _PALETTE["edge"]
NEGATIVE: str = _PALETTE["negative"]
INK = "#1f2933"
FAINT = "#6b7785"
PAPER = "#ffffff"


def kind_colour(kind: str) -> str:
    """Colour of a kind of concept as ``#rrggbb``; one colour for all kinds that have none.

    >>> kind_colour("material") != kind_colour("disease")
    True
    """
    return str(_PALETTE["kinds"].get(kind, _PALETTE["other"]))


def class_colours(values: Sequence[str]) -> dict[str, str]:
    """Colours of texts that are no kinds: the most frequent have one each, as in the page, the others share one.

    >>> class_colours(["Physics", "Medicine", "Physics", ""])
    {'Physics': '#0072b2', '': '#a3acb6', 'Medicine': '#e69f00'}
    """
    counts = sorted(Counter(values).items(), key=lambda c: (-c[1], c[0].casefold()))
    own = iter(_PALETTE["classes"])
    return {v: str(next(own, _PALETTE["other"]) if v else _PALETTE["other"]) for v, _ in counts}


def mix(colour: str, opacity: float, ground: str = PAPER) -> str:
    """The opaque colour that *colour* at *opacity* over *ground* looks like.

    >>> mix("#000000", 0.5)
    '#808080'
    """
    parts = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(c * opacity + g * (1 - opacity)):02x}" for c, g in parts)
