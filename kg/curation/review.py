"""What a page says that somebody decided, made into wishes; and the file that a page without a graph writes.

A page speaks of a decision in one mapping, live in a notebook and in a file alike:

- ``action``, one of :data:`kg.curation.decisions.Action` but ``undo``;
- ``statement``, or ``concept`` and ``other``;
- ``evidence``, ids of what a correction is about; all, if left out;
- ``predicate``, ``assertion``; ``end`` (``subject`` or ``object``) with ``to``, the id of a concept,
  or with ``name`` and ``concept_kind`` of one to make; ``spans``, first character in the passage and the one
  after the last, of the ``subject`` or the ``object``;
- ``why``, and ``seen``, the last decision about this that was shown ("" for none).

In a file each line has ``format``, ``by``, ``at`` and ``key`` besides, a name of its own, so that a
file can be taken in twice; ``{"action": "undo", "undoes": key}`` takes back what an earlier line says.
What the person who wrote it had been shown is known, so conflicts are those that there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.curation.deciding import Wish, add, read_time, relink_wish, span_wish
from kg.curation.decisions import read_json
from kg.curation.examples import Taken, read_lines
from kg.errors import RecordError
from kg.ids import concept_id
from kg.model import Concept, Decision
from kg.ontology import ASSERTED, KINDS
from kg.schema import NODES
from kg.stores.base import Reader, Store

FORMAT = "polymath-review/1"
NAME = "review"
"""What :meth:`kg.curation.Curation.take_in` knows such files by."""
_DECISION = NODES["Decision"]
_LONG = 2_000
"""A reason is cut after so many characters."""

Said = Mapping[str, Any]


def wish(reader: Reader, said: Said) -> Wish:
    """What somebody wants to decide, as a page says it.

    Args:
        reader: The graph that it is about.
        said: See :mod:`kg.curation.review`.

    Raises:
        RecordError: If it makes no sense, or what it is about is not in the graph.
    """
    action = said.get("action")
    made = _MADE.get(str(action))
    if made is None:
        raise RecordError(
            f"There is nothing called {action!r} to decide; it is one of {', '.join(_MADE)}."
        )
    why = " ".join(_text(said, "why").split())[:_LONG]
    return replace(made(reader, said), reason=why, seen=_text(said, "seen"))


def _judged(_: Reader, said: Said) -> Wish:
    return Wish(action=said["action"], statement=_id(said, "statement"))


def _flipped(_: Reader, said: Said) -> Wish:
    return Wish(action="flip", statement=_id(said, "statement"), evidence=_evidence(said))


def _renamed(_: Reader, said: Said) -> Wish:
    predicate = _text(said, "predicate")
    if predicate not in ASSERTED:
        raise RecordError(f"There is no predicate {predicate!r} in kg.ontology.")
    return Wish(
        action="predicate",
        statement=_id(said, "statement"),
        evidence=_evidence(said),
        after={"predicate": predicate},
    )


def _asserted(_: Reader, said: Said) -> Wish:
    return Wish(
        action="assertion",
        statement=_id(said, "statement"),
        evidence=_evidence(said),
        after={"assertion": _text(said, "assertion")},
    )


def _relinked(reader: Reader, said: Said) -> Wish:
    end, to = _text(said, "end"), _text(said, "to")
    if end not in ("subject", "object"):
        raise RecordError(f"A sentence is linked anew at its subject or object, not at {end!r}.")
    meant: str | Concept = to
    if not to:
        name, kind = " ".join(_text(said, "name").split()), _text(said, "concept_kind")
        if not name or kind not in KINDS:
            raise RecordError(f"A concept that is made has a name and a kind, not {kind!r}.")
        meant = Concept(id=concept_id(kind, name), name=name, kind=kind)
    return relink_wish(reader, _id(said, "statement"), _evidence(said), {end: meant})


def _moved(reader: Reader, said: Said) -> Wish:
    evidence = _evidence(said)
    if len(evidence) != 1:
        raise RecordError("Words are moved in one sentence at a time; say which.")
    spans: dict[str, tuple[int, int]] = {}
    for end, span in dict(said.get("spans") or {}).items():
        if end not in ("subject", "object") or not _is_span(span):
            raise RecordError(f"{end!r} with {span!r} are no words of a sentence.")
        spans[end] = (span[0], span[1])
    return span_wish(reader, evidence[0], spans)


def _is_span(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value)


def _identified(_: Reader, said: Said) -> Wish:
    return Wish(action=said["action"], concept=_id(said, "concept"), other=_id(said, "other"))


_MADE: Mapping[str, Callable[[Reader, Said], Wish]] = {
    "accept": _judged,
    "reject": _judged,
    "skip": _judged,
    "flip": _flipped,
    "predicate": _renamed,
    "assertion": _asserted,
    "relink": _relinked,
    "span": _moved,
    "merge": _identified,
    "split": _identified,
}


def _text(said: Said, key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""


def _id(said: Said, key: str) -> str:
    value = _text(said, key)
    if not value:
        raise RecordError(f"A decision to {said['action']} does not say which {key} it is about.")
    return value


def _evidence(said: Said) -> tuple[str, ...]:
    value = said.get("evidence")
    return tuple(str(e) for e in value) if isinstance(value, list) else ()


# --------------------------------------------------------------------------- files


def take(store: Store, path: Path, *, by: str = "") -> Taken:
    """Take the decisions that a page without a graph wrote into a file.

    What was taken from the file before is not taken again, and what the file takes back is
    taken back. A line that cannot be decided here is refused with a sentence, and the others are taken.

    Args:
        store: Home of the graph.
        path: The file.
        by: Whose decisions these are, where the file does not say.

    Raises:
        RecordError: If it is no such file.
    """
    lines = read_lines(path)
    for n, line in enumerate(lines, 1):
        if line.get("format") != FORMAT or not _text(line, "key"):
            raise RecordError(
                f"{path.name}, line {n} is no decision of a page that Curator.export wrote: "
                f"its format is not {FORMAT}."
            )
    taken, by_key, holding = Taken(), {line["key"]: line for line in lines}, _holding(lines)
    for line in lines:
        try:
            with store.writing() as writer:
                wished = _wished(writer, line, by_key) if line["key"] in holding else None
                if wished is None:
                    taken.held += 1
                else:
                    taken.made += add(writer, [wished], _text(line, "by") or by)
        except RecordError as error:
            taken.refused.append(f"{line.get('action')} of {_about(line)}: {error}")
    return taken


def _holding(lines: Sequence[Said]) -> set[str]:
    """Keys of the lines that no later line takes back which holds itself."""
    gone: set[str] = set()
    kept: set[str] = set()
    for line in reversed(lines):
        if line["key"] not in gone:
            kept.add(line["key"])
            if line.get("action") == "undo":
                gone.add(_text(line, "undoes"))
    return kept


def _wished(reader: Reader, line: Said, by_key: Mapping[str, Said]) -> Wish | None:
    """What a line wants, or None if it was taken before, or takes back what never was."""
    if _made_of(reader, line):
        return None
    came = {"key": _text(line, "key"), "at": _text(line, "at")}
    read_time(came["at"])
    if line.get("action") != "undo":
        return replace(wish(reader, line), at=came["at"], came=came)
    old = by_key.get(_text(line, "undoes"))
    made = _made_of(reader, old) if old else None
    if made is None:
        return None
    return Wish(action="undo", undoes=made.id, reason=_text(line, "why"), at=came["at"], came=came)


def _made_of(reader: Reader, line: Said) -> Decision | None:
    """The decision that was made of a line before."""
    statement, concept = _text(line, "statement"), _text(line, "concept")
    column, about = ("statement", statement) if statement else ("concept", concept)
    rows = _DECISION.dicts(reader.select(_DECISION, column, [about])) if about else []
    if not statement and _text(line, "other"):
        # What is merged already is merged by what stands for it, and so is the other.
        rows += _DECISION.dicts(reader.select(_DECISION, "other", [_text(line, "other")]))
    for row in rows:
        if read_json(row["detail"]).get("came", {}).get("key") == line["key"]:
            return Decision(**row)
    return None


def _about(line: Said) -> str:
    return _text(line, "statement") or f"{_text(line, 'concept')} and {_text(line, 'other')}"
