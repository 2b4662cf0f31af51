"""From what is shown, or from ids and names, to a step of a story."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kg.errors import PolymathError
from kg.graph import Graph
from kg.schema import NODES
from widgets import answers, keeping
from widgets.looking import Looking
from widgets.naming import Named, named
from widgets.scene import Scene
from widgets.stories.story import Claim, Frame, Quotation, Step, StoryError
from widgets.view_file import View
from widgets.wanted import Wanted

FOUND = 100
"""So many of what answers a query are kept, to be compared with another day's."""
_OPPOSITE = {"increases": "decreases", "causes": "prevents"}
OPPOSITE: Mapping[str, str] = _OPPOSITE | {b: a for a, b in _OPPOSITE.items()}
"""Predicates of which one says the contrary of the other."""
_LEAST = (420.0, 270.0)
"""No part of the canvas that is looked at is smaller, in pixels: what stands around tells where it is."""
_ASSERTED = ("positive", "mixed")


def keep(
    graph: Graph,
    scene: Scene,
    step: Step,
    *,
    highlight: Iterable[str] = (),
    sentences: Sequence[str] | None = None,
) -> Step:
    """A step that shows what can be seen in a scene.

    Args:
        graph: What the scene shows.
        scene: What is shown, where, in what colours.
        step: What is told of it: the texts, query and camera of the step.
        highlight: Ids of concepts and statements of the scene that stand out.
        sentences: Ids of evidence that says so; without them, of each statement that stands out
            the sentence that was read most surely, and one that denies it, if one does.

    Raises:
        StoryError: If something stands out that is not shown, or there is no such sentence.
        PolymathError: If the scene shows communities, which have no ids that last.
    """
    canvas = scene.seen()
    if not len(canvas.nodes):
        raise StoryError(
            f'Step "{step.title}" would show nothing: give show=["a name", …], a query that '
            "finds something, or an Explorer with something on its canvas."
        )
    pinned = {scene.canvas.concept(n) for n in scene.wanted.pinned}
    seen = replace(
        scene, canvas=canvas, selected=(), selected_edges=(),
        wanted=Wanted(pinned=tuple(n for c, n in canvas.number.items() if c in pinned)),
    )  # fmt: skip
    view = keeping.taken(seen)
    view = replace(view, query=step.query, graph_version="", look=_plain(view))
    lit = tuple(dict.fromkeys(highlight))
    for one in lit:
        if one not in canvas.number and one not in canvas.edge:
            raise StoryError(
                f'Step "{step.title}" highlights “{in_words(graph, one)}”, which it does not show; '
                "add it to what is shown, or leave it out."
            )
    told = [s for s in lit if s in canvas.edge]
    said = claims(graph, view.statements)
    return replace(
        step,
        view=view,
        claims=said,
        against=tuple(c.id for c, _ in contrary(graph, said)),
        found=found(graph, step.query),
        highlight=lit,
        sentences=quotations(graph, told)
        if sentences is None
        else named_sentences(graph, sentences, view.statements),
    )


def _plain(view: View) -> dict[str, str | float | bool | None]:
    """What of the look is not as it always is."""
    usual = {"colour": "kind", "size": "works"}
    return {k: v for k, v in view.look.items() if v and usual.get(k) != v}


def scene_of(
    graph: Graph,
    show: str | Sequence[Named] = (),
    query: str = "",
    *,
    limit: int = 30,
    min_belief: float = 0.0,
) -> Scene:
    """A scene of these concepts and statements, with what is said between them; or of a query.

    Args:
        graph: Where they are looked up.
        show: Concepts and statements. If statements are among them, only those are shown.
        query: What to show in their place: a name or a question, as for an Explorer.
        limit: At most so many statements of a query.
        min_belief: Only statements that are believed at least so much.

    Raises:
        PolymathError: If one of them is not in the graph, or nothing answers the query.
    """
    looking = Looking(graph, "", limit, min_belief)
    scene = Scene(graph.version(), query=query)
    if not show:
        if not query:
            return scene
        reply, answer = looking.ask(scene, query, {})
        if not len(scene.canvas.nodes):
            raise StoryError(
                f"Nothing answers “{query}”. {reply.fields.get('message', '') or answer.note}".strip()
            )
        return scene
    concepts, said = named(graph, show)
    related = (
        answers.stated(graph, said) if said else graph.between(concepts, min_belief=min_belief)
    )
    scene.add(answers.with_concepts(graph, related, concepts))
    return scene


def bring(graph: Graph, scene: Scene, concepts: Sequence[str], statements: Sequence[str]) -> None:
    """Put more concepts and statements on the canvas of a scene, by id."""
    if concepts or statements:
        related = answers.stated(graph, statements)
        scene.add(answers.with_concepts(graph, related, concepts))


def in_words(graph: Graph, thing: str) -> str:
    """A concept or statement by id, as a person calls it; the id, if the graph does not have it."""
    said = claims(graph, [thing])
    ids = [said[0].subject, said[0].object] if said else [thing]
    names = dict(graph.concepts(ids)[["id", "name"]].itertuples(index=False, name=None))
    if not said:
        return str(names.get(thing, thing))
    predicate = answers.predicate_label(said[0].predicate)
    return f"{names.get(ids[0], ids[0])} {predicate} {names.get(ids[1], ids[1])}"


def rows(graph: Graph, statements: Iterable[str]) -> dict[str, dict[str, object]]:
    """The rows of the table Statement, by id; those that the graph does not have are missing."""
    table = NODES["Statement"]
    with graph.store.reading() as reader:
        return {
            r["id"]: r for r in table.dicts(reader.select(table, "id", dict.fromkeys(statements)))
        }


def claims(graph: Graph, statements: Iterable[str]) -> tuple[Claim, ...]:
    """What the graph says today, in the order asked."""
    ids = list(statements)
    known = rows(graph, ids)
    out = []
    for s in ids:
        if s in known:
            row = known[s]
            out.append(
                Claim(
                    id=s, subject=str(row["subject"]), predicate=str(row["predicate"]),
                    object=str(row["object"]), polarity=str(row["polarity"]),
                    belief=round(float(str(row["belief"])), 3),
                )
            )  # fmt: skip
    return tuple(out)


def contrary(graph: Graph, said: Sequence[Claim]) -> list[tuple[Claim, float]]:
    """Statements that are asserted, are not among these, and say the contrary of one; with their belief."""
    told = {(c.subject, c.predicate, c.object) for c in said}
    shown = {c.id for c in said}
    if not told:
        return []
    between = graph.between(list(dict.fromkeys(e for c in told for e in (c[0], c[2]))))
    out = []
    for row in between.to_dict("records"):
        triple = (row["subject"], OPPOSITE.get(row["predicate"], ""), row["object"])
        if triple in told and row["statement"] not in shown and row["polarity"] in _ASSERTED:
            new = Claim(
                id=row["statement"], subject=row["subject"], predicate=row["predicate"],
                object=row["object"],
            )  # fmt: skip
            out.append((new, float(row["belief"])))
    return out


def found(graph: Graph, query: str) -> tuple[str, ...]:
    """What answers a query: the statements, else the concepts of the answer; of a name, its concept."""
    if not query:
        return ()
    answer = graph.ask(query)
    if answer.question is None:
        hits = answers.hits(graph, query, 1)
        sure = len(hits) and hits["score"].iloc[0] >= answers.SURE
        return (str(hits["id"].iloc[0]),) if sure else ()
    return tuple(sorted(answer.statements or answer.concepts)[:FOUND])


def fingerprint(quote: str) -> str:
    """What a sentence is known again by: 128 bits of SHA-256, in hexadecimal."""
    return hashlib.sha256(quote.encode("utf-8", "replace")).hexdigest()[:32]


def quotations(graph: Graph, statements: Sequence[str]) -> tuple[Quotation, ...]:
    """For each statement the sentence that was read most surely, and the best that denies it, if any does."""
    evidence = graph.evidence(list(dict.fromkeys(statements)))
    evidence = evidence.sort_values(["score", "year", "id"], ascending=[False, True, True])
    out = []
    for statement in dict.fromkeys(statements):
        said = evidence[evidence["statement"] == statement]
        denied = (said["assertion"] == "negated").to_numpy(bool)
        # What is asserted comes before what is asked or supposed.
        sure = said[(said["assertion"] == "affirmed").to_numpy(bool)]
        best = (sure if len(sure) else said[~denied]).head(1)
        out += [_quotation(row) for _, row in pd.concat([best, said[denied].head(1)]).iterrows()]
    return tuple(out)


def named_sentences(
    graph: Graph, evidence: Sequence[str], statements: Sequence[str]
) -> tuple[Quotation, ...]:
    """Sentences by id, in the order asked.

    Raises:
        StoryError: If one of them says none of these statements.
    """
    evidence = [evidence] if isinstance(evidence, str) else evidence
    said = {row["id"]: row for _, row in graph.evidence(list(statements)).iterrows()}
    for one in evidence:
        if one not in said:
            raise StoryError(
                f"No statement that the step shows is said by a sentence {one!r}; "
                "take ids from graph.evidence(statement)."
            )
    return tuple(_quotation(said[one]) for one in dict.fromkeys(evidence))


def _quotation(row: pd.Series) -> Quotation:
    return Quotation(
        id=str(row["id"]), statement=str(row["statement"]), passage=str(row["passage"]),
        start=int(row["start"]), end=int(row["end"]), sha256=fingerprint(str(row["quote"])),
        work=str(row["work"]),
    )  # fmt: skip


def frame_around(scene: Scene, concepts: Sequence[str]) -> Frame | None:
    """The part of the canvas that these concepts take up, with their names; None for no concepts."""
    numbers = [scene.canvas.number[c] for c in concepts if c in scene.canvas.number]
    if not numbers:
        return None
    half = scene.canvas.boxes()[numbers] / 2 + 20
    places = scene.canvas.positions[numbers]
    low, high = (places - half).min(axis=0), (places + half).max(axis=0)
    middle = (low + high) / 2
    low = np.minimum(low, middle - np.array(_LEAST) / 2)
    high = np.maximum(high, middle + np.array(_LEAST) / 2)
    left, top, right, bottom = np.concatenate([low, high]).tolist()
    return left, top, right, bottom


def checked_frame(raw: object) -> Frame | None:
    """A part of the canvas as a page tells it; None if it tells none.

    Raises:
        PolymathError: If it is no four numbers.
    """
    if raw is None:
        return None
    if (
        not isinstance(raw, list)
        or len(raw) != 4
        or not all(isinstance(v, int | float) and np.isfinite(v) for v in raw)
    ):
        raise PolymathError("The page sends a camera that is no four numbers; reload the page.")
    left, top, right, bottom = (round(float(v), 1) for v in raw)
    return left, top, right, bottom
