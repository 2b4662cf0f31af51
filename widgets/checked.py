"""Values from a JSON file of a stranger: each is what it should be, or refused by a few words that name it.

Every reader takes the key that the value stands under and the value, and gives it back as the
program wants it. What is wrong is raised as TypeError or ValueError, for whoever knows the file
to make a sentence of.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

MOST = 200_000
"""No list is longer."""
LONGEST = 4_000
"""No text is longer, in characters."""
FAR = 1e7
"""No place is further from the centre, in pixels."""

Setting = str | float | bool | None
Reader = Callable[[str, Any], Any]


def parsed(text: str) -> Any:
    """What JSON (RFC 8259) says; NaN and infinities, which are no JSON, are refused.

    Raises:
        ValueError: If it is no JSON, or nested too deep.
    """
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def record(raw: Any, readers: Mapping[str, Reader], what: str, needed: Iterable[str] = ()) -> Any:
    """The values of an object, each by its reader.

    Args:
        raw: What should be an object.
        readers: By key; no other key may be there.
        what: What to call it, such as "a concept".
        needed: Keys that must be there.
    """
    if not isinstance(raw, dict):
        raise TypeError(f"{what} of it is no object")
    if strange := sorted(set(map(str, raw)) - set(readers)):
        raise ValueError(f"{what} has no {strange[0][:40]!r}")
    for key in needed:
        if key not in raw:
            raise ValueError(f"{what} of it has no {key}")
    return {key: readers[key](key, value) for key, value in raw.items()}


def items(key: str, value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise TypeError(f"{key} is no list")
    if len(value) > MOST:
        raise ValueError(f"{key} holds {len(value):,}, and no more than {MOST:,} are read")
    return value


def text(key: str, value: Any, longest: int = LONGEST) -> str:
    """A text."""
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    if len(value) > longest:
        raise ValueError(f"{key} is longer than {longest:,} characters")
    return value.encode("utf-8", "replace").decode()  # half a surrogate pair is no character


def identifier(key: str, value: Any) -> str:
    """A text that is not empty."""
    if not text(key, value):
        raise ValueError(f"{key} is empty")
    return text(key, value)


def identifiers(key: str, value: Any) -> tuple[str, ...]:
    """Texts that are not empty, each once."""
    return tuple(dict.fromkeys(identifier(key, one) for one in items(key, value)))


def truth(key: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise TypeError(f"{key} is neither true nor false")
    return value


def number(key: str, value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{key} is no number")
    if not -1e300 < value < 1e300:  # an integer may be too large for a float
        raise ValueError(f"{key} is out of bounds")
    return float(value)


def whole(key: str, value: Any) -> int:
    """A whole number from 0 to 10⁹."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**9:
        raise ValueError(f"{key} is no whole number from 0 on")
    return value


def share(key: str, value: Any) -> float:
    """A number from 0 to 1."""
    if not 0 <= number(key, value) <= 1:
        raise ValueError(f"{key} is not between 0 and 1")
    return float(value)


def place(key: str, value: Any) -> float:
    """A distance from the centre of a canvas, in pixels."""
    if abs(number(key, value)) > FAR:
        raise ValueError(f"{key} is further from the centre than {FAR:,.0f} pixels")
    return float(value)


def year(key: str, value: Any) -> int | None:
    """A year, or none."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not -10_000 <= value <= 10_000:
        raise ValueError(f"{key} is no year")
    return value


def settings(key: str, value: Any) -> dict[str, Setting]:
    """Texts, numbers and truth values by name."""
    if not isinstance(value, dict):
        raise TypeError(f"{key} is no object")
    if len(value) > 200:
        raise ValueError(f"{key} holds more than 200 settings")
    out: dict[str, Setting] = {}
    for name, one in value.items():
        if isinstance(one, str):
            out[text(key, name)] = text(name, one)
        elif one is None or isinstance(one, bool):
            out[text(key, name)] = one
        else:
            out[text(key, name)] = number(name[:40], one)
    return out
