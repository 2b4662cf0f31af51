"""The file of a saved view: JSON (RFC 8259) that a person can read, compare and edit.

Nothing in it is ever run. What is not as it should be is refused before anything is done
with it, whatever it is: a file may come from a stranger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any

from kg import __version__
from kg.errors import PolymathError
from kg.filtering import Filter
from widgets.checked import (
    Reader,
    Setting,
    identifier,
    identifiers,
    items,
    number,
    parsed,
    place,
    record,
    settings,
    text,
    truth,
    year,
)

SCHEMA = 1
"""Of the file; one with a greater number was written by a later version."""


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
    try:
        return in_lines({"polymath": "view", "schema": SCHEMA, **told(view)}) + "\n"
    except (TypeError, ValueError) as error:
        raise ViewError(f"The view holds what cannot be written as JSON: {error}.") from error


def told(view: View) -> dict[str, Any]:
    """A view as the object of a JSON file."""
    whole = {f.name: getattr(view, f.name) for f in fields(View)}
    return {**whole, "concepts": [short(p) for p in view.concepts], "filter": short(view.filter)}


def in_lines(value: Any, depth: int = 0) -> str:
    """JSON of which each list has one item a line; what holds no list, and a list of numbers, is one line.

    >>> print(in_lines({"a": [{"id": 1, "x": 2}, {"id": 2}], "b": [1, 2]}))
    {
     "a": [
      {"id": 1, "x": 2},
      {"id": 2}
     ],
     "b": [1, 2]
    }
    """
    if depth and not _holds_lists(value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    inner, outer = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(k, ensure_ascii=False)}: {in_lines(v, depth + 1)}"
            for k, v in value.items()
        ]
        return "{" + inner + f",{inner}".join(parts) + outer + "}"
    objects = [isinstance(v, dict) for v in value]
    parts = [
        in_lines(v, depth + 1) if of else json.dumps(v, ensure_ascii=False, allow_nan=False)
        for v, of in zip(value, objects, strict=True)
    ]
    return "[" + inner + f",{inner}".join(parts) + outer + "]"


def _holds_lists(value: Any) -> bool:
    """Whether it is a list of more than numbers, or an object with one in it."""
    if isinstance(value, dict):
        return any(map(_holds_lists, value.values()))
    return isinstance(value, list | tuple) and not all(isinstance(v, int | float) for v in value)


def short(record: Any) -> dict[str, Any]:
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
        raw = parsed(text)
    except ValueError as error:
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
        return view_from(raw)
    except (TypeError, ValueError, PolymathError) as error:
        raise refuse(str(error)) from error


def view_from(raw: Mapping[str, Any]) -> View:
    """A view from the object of a JSON file.

    Raises:
        TypeError: If something in it is of another type,
        ValueError: or out of bounds, or not known.
    """
    return View(**record(raw, _VIEW, "a view"))


def _pin(raw: Any) -> Pin:
    return Pin(**record(raw, _PIN, "a concept", ["id"]))


def _filter(_: str, raw: Any) -> Filter:
    return Filter(**record(raw, _FILTER, "a filter"))


def _off(key: str, value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict) or len(value) > 200:
        raise TypeError(f"{key} is no object of up to 200 columns")
    return {identifier(key, name): identifiers(key, values) for name, values in value.items()}


def _guides(key: str, value: Any) -> tuple[tuple[str, float, float, float, float], ...]:
    return tuple(_guide(key, one) for one in items(key, value))


def _guide(key: str, value: Any) -> tuple[str, float, float, float, float]:
    if not isinstance(value, list) or len(value) != 5:
        raise TypeError(f"{key} are no lists of a label and four sides")
    left, top, right, bottom = (place(key, v) for v in value[1:])
    return text(key, value[0]), left, top, right, bottom


def _pins(key: str, value: Any) -> tuple[Pin, ...]:
    pins = tuple(_pin(one) for one in items(key, value))
    if len({p.id for p in pins}) != len(pins):
        raise ValueError(f"{key} names a concept twice")
    return pins


_PIN: Mapping[str, Reader] = {
    "id": identifier, "name": text, "x": place, "y": place, "hidden": truth, "pinned": truth,
}  # fmt: skip
_FILTER: Mapping[str, Reader] = {
    **dict.fromkeys(("predicates", "families", "kinds", "disciplines"), identifiers),
    **dict.fromkeys(("since", "until"), year),
    "min_belief": number,
    "accepted": truth,
}
_VIEW: Mapping[str, Reader] = {
    "concepts": _pins,
    "filter": _filter,
    "look": settings,
    "off": _off,
    "guides": _guides,
    **dict.fromkeys(("statements", "hidden", "selected"), identifiers),
    **dict.fromkeys(("query", "layout", "graph", "graph_version", "package_version"), text),
}
