"""Whether a step of a story is still true on today's graph, and what differs if it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from kg.graph import Graph
from kg.identity import stands_for
from widgets import views
from widgets.answers import REJECTED, predicate_label
from widgets.stories import composing
from widgets.stories.story import Claim, Quotation, Step
from widgets.stories.telling import located

What = Literal[
    "concept gone", "concept merged", "statement gone", "statement rejected", "belief moved",
    "polarity changed", "contradicted by", "sentence not found", "query answered otherwise",
]  # fmt: skip
MOVED = 0.1
"""A belief that moved less than so is the same."""
_FEW = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was when a step was made.

    Attributes:
        what: Of what sort.
        about: Id of the concept, statement or evidence; the query.
        was: How it was.
        now: How it is.
        said: All of it in one sentence.
    """

    what: What
    about: str
    was: str
    now: str
    said: str


def differences(graph: Graph, step: Step, *, moved: float = MOVED) -> list[Difference]:
    """What is not as it was, in the order of concepts, statements, sentences, query.

    Args:
        graph: As it is today.
        step: As it was made.
        moved: From which change on a belief is told to have moved.
    """
    names = {p.id: p.name or p.id for p in step.view.concepts}
    return [
        *_concepts(graph, step),
        *_statements(graph, step, names, moved),
        *_contradictions(graph, step, names),
        *_sentences(graph, step, names),
        *_query(graph, step),
    ]


def _concepts(graph: Graph, step: Step) -> Iterator[Difference]:
    ids = [p.id for p in step.view.concepts]
    with graph.store.reading() as reader:
        merged = stands_for(reader, ids)
    known = graph.concepts(dict.fromkeys([*ids, *merged.values()])).set_index("id")["name"]
    for pin in step.view.concepts:
        name, now = pin.name or pin.id, merged.get(pin.id, pin.id)
        if now not in known.index:
            yield Difference("concept gone", pin.id, name, "", f"The graph no longer knows {name}.")
        elif now != pin.id:
            into = str(known[now])
            yield Difference(
                "concept merged", pin.id, name, into, f"{name} has been merged into {into}."
            )


def reads(claim: Claim, names: Mapping[str, str]) -> str:
    """A statement in words.

    >>> reads(Claim(id="st:1", subject="a", predicate="used_for", object="b"), {"a": "graphene"})
    'graphene is used for b'
    """
    ends = (names.get(claim.subject, claim.subject), names.get(claim.object, claim.object))
    return f"{ends[0]} {predicate_label(claim.predicate)} {ends[1]}"


def _statements(
    graph: Graph, step: Step, names: Mapping[str, str], moved: float
) -> Iterator[Difference]:
    today = composing.rows(graph, [c.id for c in step.claims])
    for claim in step.claims:
        row, said = today.get(claim.id), reads(claim, names)
        was = f"{claim.belief:.2f}"
        if row is None or not row["n_evidence"]:
            yield Difference(
                "statement gone", claim.id, said, "", f"No source says any more that {said}."
            )
            continue
        if row["status"] == REJECTED:
            yield Difference(
                "statement rejected", claim.id, said, "", f"A person has rejected that {said}."
            )
            continue
        now = float(str(row["belief"]))
        if abs(now - claim.belief) >= moved:
            way = "up" if now > claim.belief else "down"
            yield Difference(
                "belief moved", claim.id, was, f"{now:.2f}",
                f"The belief that {said} went {way} from {was} to {now:.2f}.",
            )  # fmt: skip
        if str(row["polarity"]) != claim.polarity:
            yield Difference(
                "polarity changed", claim.id, claim.polarity, str(row["polarity"]),
                f"That {said} was {_POLARITY.get(claim.polarity, claim.polarity)} and is "
                f"{_POLARITY.get(str(row['polarity']), row['polarity'])} now.",
            )  # fmt: skip


_POLARITY = {
    "positive": "affirmed", "negative": "denied", "mixed": "disputed", "unknown": "not asserted",
}  # fmt: skip


def _contradictions(graph: Graph, step: Step, names: Mapping[str, str]) -> Iterator[Difference]:
    claims = {(c.subject, c.predicate, c.object): c for c in step.claims}
    for new, belief in composing.contrary(graph, step.claims):
        if new.id in step.against:
            continue
        about = claims[new.subject, composing.OPPOSITE[new.predicate], new.object]
        said, other = reads(about, names), reads(new, names)
        yield Difference(
            "contradicted by", new.id, said, other,
            f"Beside “{said}” the graph now says “{other}” (belief {belief:.2f}).",
        )  # fmt: skip


def _sentences(graph: Graph, step: Step, names: Mapping[str, str]) -> Iterator[Difference]:
    claims = {c.id: c for c in step.claims}
    for quotation, row in zip(step.sentences, located(graph, step.sentences), strict=True):
        about = claims.get(quotation.statement)
        said = f" for “{reads(about, names)}”" if about else ""
        where = quotation.work or quotation.passage
        if row is None:
            yield Difference(
                "sentence not found", quotation.id, where, "",
                f"The sentence of {where}{said} is not found any more.",
            )  # fmt: skip
        elif quotation.sha256 and composing.fingerprint(str(row["quote"])) != quotation.sha256:
            yield Difference(
                "sentence not found", quotation.id, where, "",
                f"Where the sentence of {where}{said} stood, another one stands.",
            )  # fmt: skip


def _query(graph: Graph, step: Step) -> Iterator[Difference]:
    if not step.query or not step.found:
        return
    now, was = set(composing.found(graph, step.query)), set(step.found)
    if now == was:
        return
    more, less = len(now - was), len(was - now)
    told = " and ".join(
        part for part in (f"{more} more" if more else "", f"{less} fewer" if less else "") if part
    )
    yield Difference(
        "query answered otherwise", step.query, str(len(was)), str(len(now)),
        f"“{step.query}” is answered by {told} than when this was told.",
    )  # fmt: skip


COLUMNS = ("step", "title", "what", "about", "was", "now", "said")


def report(steps: Sequence[tuple[int, Step, Sequence[Difference]]]) -> pd.DataFrame:
    """Differences as a DataFrame: step (from 1), title, what, about, was, now, said."""
    rows = [
        (number, step.title, d.what, d.about, d.was, d.now, d.said)
        for number, step, found in steps
        for d in found
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def taken_over(graph: Graph, step: Step) -> Step:
    """The step as it is true today: what is gone left out, what was merged replaced, beliefs as they are."""
    view = views.reopen(graph, replace(step.view, graph_version="")).view
    ids = {p.id for p in view.concepts}
    with graph.store.reading() as reader:
        merged = stands_for(reader, [p.id for p in step.view.concepts])
    said = tuple(
        replace(c, subject=merged.get(c.subject, c.subject), object=merged.get(c.object, c.object))
        for c in composing.claims(graph, view.statements)
    )
    there = ids | set(view.statements)
    lit = tuple(dict.fromkeys(merged.get(h, h) for h in step.highlight))
    kept: list[Quotation] = []
    for quotation, row in zip(step.sentences, located(graph, step.sentences), strict=True):
        if row is not None and quotation.statement in view.statements:
            kept += composing.named_sentences(graph, [str(row["id"])], [quotation.statement])
    # What lost its sentence is told by another one.
    told = {q.statement for q in kept}
    lost = dict.fromkeys(q.statement for q in step.sentences if q.statement not in told)
    kept += composing.quotations(graph, [s for s in lost if s in view.statements])
    return replace(
        step, view=view, claims=said, against=tuple(c.id for c, _ in composing.contrary(graph, said)),
        highlight=tuple(h for h in lit if h in there),
        sentences=tuple(kept), found=composing.found(graph, step.query),
    )  # fmt: skip


def in_words(found: Sequence[Difference]) -> str:
    """Differences in a few sentences, the first of them in full."""
    more = len(found) - _FEW
    return " ".join([*(d.said for d in found[:_FEW]), *([f"And {more} more."] if more > 0 else [])])
