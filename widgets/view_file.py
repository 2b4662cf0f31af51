"""The file of a saved view: JSON (RFC 8259) that a person can read, compare and edit.

Nothing in it is ever run. What is not as it should be is refused before anything is done
with it, whatever it is: a file may come from a stranger.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any

from kg import __version__
from kg.errors import PolymathError
from kg.filtering import Filter

SCHEMA = 1
"""Of the file; one with a greater number was written by a later version."""
MOST = 200_000
"""No view holds more concepts, or more statements."""
LONGEST = 4_000
"""No text in a view is longer, in characters."""
FAR = 1e7
"""No concept lies further from the centre, in pixels."""

Setting = str | float | bool | None


class ViewError(PolymathError):
    """A saved view cannot be written, found or read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A concept of a view: its place on the canvas, and whether it is hidden or held there.

    The name is what it was called when the view was saved, so that one that is gone can be named.
    """

    id: str
    name: str = ""
    x: float = 0.0
    y: float = 0.0
    hidden: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What an Explorer shows.

    Attributes:
        concepts: In the order in which they came.
        statements: Ids of the statements shown.
        hidden: Ids of statements that are on the canvas and hidden.
        selected: Ids of the concepts that are selected.
        query: What the Explorer was asked for.
        filter: What is left out.
        off: Values that are switched off in the legend, by column, such as ``kind``.
        layout: How it was laid out, such as ``years`` or ``groups:discipline``.
        guides: What helps to read that: label, left, top, right and bottom of rectangles.
        look: Settings of the page by name, such as ``colour`` or ``size``; texts, numbers and
            truth values.
        graph: Public address of the graph (:func:`kg.address.public_address`).
        graph_version: Its version.
        package_version: Of Polymath.
    """

    concepts: tuple[Pin, ...] = ()
    statements: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    query: str = ""
    filter: Filter = field(default_factory=Filter)
    off: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    layout: str = "free"
    guides: tuple[tuple[str, float, float, float, float], ...] = ()
    look: Mapping[str, Setting] = field(default_factory=dict)
    graph: str = ""
    graph_version: str = ""
    package_version: str = __version__


def dumps(view: View) -> str:
    """A view as JSON, one concept or statement a line, so that two can be compared by line."""
    whole: dict[str, Any] = {"polymath": "view", "schema": SCHEMA}
    for f in fields(View):
        value = getattr(view, f.name)
        if f.name == "concepts":
            value = [_short(pin) for pin in value]
        elif f.name == "filter":
            value = _short(value)
        whole[f.name] = value

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    def block(value: object) -> str:
        if isinstance(value, list | tuple) and value:
            return "[\n  " + ",\n  ".join(map(line, value)) + "\n ]"
        return line(value)

    try:
        body = ",\n ".join(f"{line(key)}: {block(value)}" for key, value in whole.items())
    except (TypeError, ValueError) as error:
        raise ViewError(f"The view holds what cannot be written as JSON: {error}.") from error
    return "{\n " + body + "\n}\n"


def _short(record: Pin | Filter) -> dict[str, Any]:
    """Fields of a record that are not what they are when nothing is said."""
    default = {f.name: f.default for f in fields(record)}
    values = asdict(record).items()
    return {
        k: round(v, 2) if k in ("x", "y") else v
        for k, v in values
        if default[k] is MISSING or v != default[k]
    }


def loads(text: str, where: str = "This") -> View:
    """A view from JSON.

    Args:
        text: Of the file.
        where: What to call it in an error.

    Raises:
        ViewError: If it is no view, or one of a later version, or holds what no view holds.
    """

    def refuse(what: str) -> ViewError:
        return ViewError(f"{where} is no saved view: {what}.")

    try:
        raw = json.loads(text, parse_constant=lambda name: _no_number(name))
    except (ValueError, RecursionError) as error:
        raise refuse(f"it is not JSON ({error})"[:300]) from error
    if not isinstance(raw, dict) or raw.pop("polymath", None) != "view":
        raise refuse('it does not say {"polymath": "view", …}')
    schema = raw.pop("schema", None)
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise refuse("it names no version of its schema")
    if schema > SCHEMA:
        raise ViewError(
            f"{where} was saved by a later version of Polymath (schema {schema}, this one reads {SCHEMA}); "
            "install that version."
        )
    try:
        return _view(raw)
    except (TypeError, ValueError, PolymathError) as error:
        raise refuse(str(error)) from error


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _view(raw: dict[str, Any]) -> View:
    readers: dict[str, Callable[[str, Any], Any]] = {
        "concepts": lambda key, v: _distinct(key, [_pin(one) for one in _items(key, v)]),
        "filter": lambda _, v: _filter(v),
        "look": _settings,
        "off": _off,
        "guides": lambda key, v: tuple(_guide(key, one) for one in _items(key, v)),
        **dict.fromkeys(("statements", "hidden", "selected"), _texts),
        **dict.fromkeys(("query", "layout", "graph", "graph_version", "package_version"), _text),
    }
    _known(raw, readers, "a view")
    return View(**{key: readers[key](key, value) for key, value in raw.items()})


def _pin(raw: Any) -> Pin:
    if not isinstance(raw, dict):
        raise TypeError("a concept of it is no object")
    readers: dict[str, Callable[[str, Any], Any]] = {
        "id": _id, "name": _text, "x": _place, "y": _place, "hidden": _truth, "pinned": _truth,
    }  # fmt: skip
    _known(raw, readers, "a concept")
    if "id" not in raw:
        raise ValueError("a concept of it has no id")
    return Pin(**{key: readers[key](key, value) for key, value in raw.items()})


def _filter(raw: Any) -> Filter:
    if not isinstance(raw, dict):
        raise TypeError("its filter is no object")
    readers: dict[str, Callable[[str, Any], Any]] = {
        **dict.fromkeys(("predicates", "families", "kinds", "disciplines"), _texts),
        **dict.fromkeys(("since", "until"), _year),
        "min_belief": _number,
        "accepted": _truth,
    }
    _known(raw, readers, "a filter")
    return Filter(**{key: readers[key](key, value) for key, value in raw.items()})


def _known(raw: Mapping[str, Any], known: Mapping[str, object], what: str) -> None:
    if strange := sorted(set(raw) - set(known)):
        raise ValueError(f"{what} has no {strange[0][:40]!r}")


def _items(key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{key} is no list")
    if len(value) > MOST:
        raise ValueError(f"{key} holds {len(value):,}, and no view holds more than {MOST:,}")
    return value


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    if len(value) > LONGEST:
        raise ValueError(f"{key} is longer than {LONGEST:,} characters")
    return value.encode("utf-8", "replace").decode()  # half a surrogate pair is no character


def _id(key: str, value: Any) -> str:
    if not _text(key, value):
        raise ValueError(f"{key} is empty")
    return _text(key, value)


def _texts(key: str, value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_id(key, one) for one in _items(key, value)))


def _truth(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{key} is neither true nor false")
    return value


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{key} is no number")
    if not -1e300 < value < 1e300:  # an integer may be too large for a float
        raise ValueError(f"{key} is out of bounds")
    return float(value)


def _place(key: str, value: Any) -> float:
    if abs(_number(key, value)) > FAR:
        raise ValueError(f"{key} is further from the centre than {FAR:,.0f} pixels")
    return float(value)


def _year(key: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not -10_000 <= value <= 10_000:
        raise ValueError(f"{key} is no year")
    return value


def _settings(key: str, value: Any) -> dict[str, Setting]:
    if not isinstance(value, dict):
        raise TypeError(f"{key} is no object")
    if len(value) > 200:
        raise ValueError(f"{key} holds more than 200 settings")
    out: dict[str, Setting] = {}
    for name, one in value.items():
        if isinstance(one, str):
            out[_text(key, name)] = _text(name, one)
        elif one is None or isinstance(one, bool):
            out[_text(key, name)] = one
        else:
            out[_text(key, name)] = _number(name[:40], one)
    return out


def _off(key: str, value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict) or len(value) > 200:
        raise TypeError(f"{key} is no object of up to 200 columns")
    return {_id(key, name): _texts(key, values) for name, values in value.items()}


def _guide(key: str, value: Any) -> tuple[str, float, float, float, float]:
    if not isinstance(value, list) or len(value) != 5:
        raise TypeError(f"{key} are no lists of a label and four sides")
    left, top, right, bottom = (_place(key, v) for v in value[1:])
    return _text(key, value[0]), left, top, right, bottom


def _distinct(key: str, pins: Sequence[Pin]) -> tuple[Pin, ...]:
    if len({p.id for p in pins}) != len(pins):
        raise ValueError(f"{key} names a concept twice")
    return tuple(pins)
