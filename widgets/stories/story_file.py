"""The file of a story: JSON (RFC 8259) that a person can read, compare line by line, and edit.

One concept, statement or sentence a line, in the order of the story; no clock, no path, no
sentence of a source. Nothing in it is ever run, and what is not as it should be is refused before
anything is done with it: a file may come from a stranger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

from kg.errors import PolymathError
from kg.whole_file import write_whole
from widgets.checked import (
    Reader,
    identifier,
    identifiers,
    items,
    parsed,
    place,
    record,
    share,
    text,
    whole,
)
from widgets.stories.story import Claim, Frame, Quotation, Step, Story, StoryError
from widgets.view_file import in_lines, short, told, view_from

SCHEMA = 1
"""Of the file; one with a greater number was written by a later version."""
LARGEST = 16 * 2**20
"""No larger file is read, in bytes."""
STEPS = 200
"""No story has more steps."""
LONGEST = 40_000
"""No narrative is longer, in characters."""
_PROSE = ("text", "question", "answer", "notes", "about")
_SEEN = ("concepts", "layout", "guides", "look")
"""What of a view a step keeps: the rest is what is not seen, or is kept once for the story."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def dumps(story: Story) -> str:
    """A story as JSON.

    Raises:
        StoryError: If it holds what is no JSON.
    """
    whole_: dict[str, Any] = {"polymath": "walkthrough", "schema": SCHEMA}
    for f in fields(Story):
        value = getattr(story, f.name)
        if f.name in _PROSE:
            value = value.split("\n") if value else value
        elif f.name == "steps":
            value = [_step_told(step) for step in value]
        if f.name in ("title", "language", "steps") or value not in ("", ()):
            whole_[f.name] = value
    try:
        return in_lines(whole_) + "\n"
    except (TypeError, ValueError) as error:
        raise StoryError(f"The story holds what cannot be written as JSON: {error}.") from error


def _step_told(step: Step) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for f in fields(Step):
        value: Any = getattr(step, f.name)
        if f.name in _PROSE:
            value = value.split("\n") if value else ""
        elif f.name == "view":
            seen = told(step.view)
            value = {key: seen[key] for key in _SEEN if seen[key] not in ((), {}, "free")}
        elif f.name == "claims":
            value = [asdict(c) | {"belief": round(c.belief, 3)} for c in value]
        elif f.name == "sentences":
            value = [short(s) for s in value]
        elif f.name == "camera" and value is not None:
            value = [round(v, 1) for v in value]
        if f.name == "title" or value not in ("", (), [], {}, None):
            out[f.name] = value
    return out


def save(story: Story, path: Path) -> Path:
    """Write a story, whole or not at all; an existing file is replaced.

    Raises:
        StoryError: If the name does not end in ``.json``, or it cannot be written there.
    """
    if path.suffix != ".json":
        raise StoryError(f'A story is saved in a file that ends in .json; "{path.name}" does not.')
    return write_whole(path, dumps(story), "The story", StoryError)


def load(path: Path) -> Story:
    """Read a story.

    Raises:
        StoryError: If there is no such file, or it is no story.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise StoryError(
                f"{path} is larger than {LARGEST // 2**20} MB, and no story is; choose another file."
            )
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        near = (
            sorted(p.name for p in path.parent.glob("*.json"))[:6] if path.parent.is_dir() else []
        )
        there = f"; beside it there are {', '.join(near)}" if near else ""
        raise StoryError(
            f'There is no story "{path}" to read ({error.strerror}){there}.'
        ) from error
    except UnicodeDecodeError as error:
        raise StoryError(f"{path} is no story: it is not text in UTF-8.") from error
    return loads(content, str(path))


def loads(content: str, where: str = "This") -> Story:
    """A story from JSON.

    Args:
        content: Of the file.
        where: What to call it in an error.

    Raises:
        StoryError: If it is no story, or one of a later version, or holds what no story holds.
    """

    def refuse(what: str) -> StoryError:
        return StoryError(
            f"{where} is no story that can be read: {what}. Mend it there, "
            "or save it again with story.save."
        )

    try:
        raw = parsed(content)
    except ValueError as error:
        raise refuse(f"it is not JSON ({error})"[:300]) from error
    if not isinstance(raw, dict) or raw.pop("polymath", None) != "walkthrough":
        raise refuse('it does not say {"polymath": "walkthrough", …}')
    schema = raw.pop("schema", None)
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise refuse("it names no version of its schema")
    if schema > SCHEMA:
        raise StoryError(
            f"{where} was saved by a later version of Polymath (schema {schema}, this one reads {SCHEMA}); "
            "install that version."
        )
    try:
        return Story(**record(raw, _STORY, "a story", ["title"]))
    except (TypeError, ValueError, PolymathError) as error:
        raise refuse(str(error)) from error


def _prose(key: str, value: Any) -> str:
    """A text, or its lines."""
    if isinstance(value, list):
        value = "\n".join(text(key, line, LONGEST) for line in items(key, value))
    return text(key, value, LONGEST)


def _title(key: str, value: Any) -> str:
    if not (said := text(key, value, 200).strip()):
        raise ValueError(f"{key} is empty")
    return said


def _language(key: str, value: Any) -> str:
    if not _LANGUAGE.fullmatch(text(key, value, 35)):
        raise ValueError(f"{key} is no language tag such as en or zh")
    return str(value)


def _steps(key: str, value: Any) -> tuple[Step, ...]:
    if len(items(key, value)) > STEPS:
        raise ValueError(f"it has {len(value)} steps, and no more than {STEPS} are played")
    return tuple(_step(number, one) for number, one in enumerate(value, 1))


def _step(number: int, raw: Any) -> Step:
    try:
        given = record(raw, _STEP, "it", ["title"])
    except (TypeError, ValueError) as error:
        raise ValueError(f"in step {number}, {error}") from error
    claims = given.get("claims", ())
    seen = given.pop("view", {})
    query = given.get("query", "")
    view = view_from({**seen, "statements": [c.id for c in claims], "query": query})
    return Step(**given, view=view)


def _seen(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not set(value) <= set(_SEEN):
        raise ValueError(f"{key} holds something else than {', '.join(_SEEN)}")
    view_from(value)
    return value


def _claims(key: str, value: Any) -> tuple[Claim, ...]:
    needed = _needed(Claim)
    found = tuple(Claim(**record(one, _CLAIM, "a statement", needed)) for one in items(key, value))
    if len({c.id for c in found}) != len(found):
        raise ValueError(f"{key} names a statement twice")
    return found


def _quotations(key: str, value: Any) -> tuple[Quotation, ...]:
    needed = _needed(Quotation)
    return tuple(
        Quotation(**record(one, _QUOTATION, "a sentence", needed)) for one in items(key, value)
    )


def _needed(kind: type) -> list[str]:
    return [f.name for f in fields(kind) if f.default is MISSING]


def _camera(key: str, value: Any) -> Frame | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4:
        raise TypeError(f"{key} is no list of four sides")
    left, top, right, bottom = (place(key, v) for v in value)
    if left >= right or top >= bottom:
        raise ValueError(
            f"{key} looks at nothing: left must be less than right, and top than bottom"
        )
    return left, top, right, bottom


def _works(key: str, value: Any) -> tuple[Mapping[str, Any], ...]:
    """CSL-JSON, of which nothing is used but texts: it is written by other programs, too."""
    works = items(key, value)
    for one in works:
        if not isinstance(one, dict):
            raise TypeError(f"a work of {key} is no object")
        if not isinstance(one.get("id"), str) or not isinstance(one.get("type"), str):
            raise ValueError(f"a work of {key} has no id and type")
    return tuple(works)


_CLAIM: Mapping[str, Reader] = {
    **dict.fromkeys(("id", "subject", "predicate", "object"), identifier),
    "polarity": text,
    "belief": share,
}
_QUOTATION: Mapping[str, Reader] = {
    **dict.fromkeys(("id", "statement"), identifier),
    **dict.fromkeys(("passage", "sha256", "work"), text),
    **dict.fromkeys(("start", "end"), whole),
}
_STEP: Mapping[str, Reader] = {
    "title": _title,
    "query": text,
    "found": identifiers,
    "against": identifiers,
    "view": _seen,
    "claims": _claims,
    "camera": _camera,
    "highlight": identifiers,
    "sentences": _quotations,
    **dict.fromkeys(("text", "question", "answer", "notes"), _prose),
}
_STORY: Mapping[str, Reader] = {
    "title": _title,
    "about": _prose,
    "language": _language,
    "authors": identifiers,
    "steps": _steps,
    "works": _works,
    **dict.fromkeys(("licence", "graph"), text),
}
