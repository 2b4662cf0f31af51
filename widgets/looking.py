"""The steps of looking at a graph, each of which changes what a scene shows; for the page and for Python alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from kg.asking import Answer
from kg.errors import PolymathError
from kg.expanding import DIRECTIONS, Direction, Expansion, Rank
from kg.filtering import Filter
from kg.graph import Graph
from kg.paths import Best
from widgets import answers, columns, keeping, overview
from widgets.answers import Piece
from widgets.canvas import Change
from widgets.columns import Given
from widgets.protocol import Reply, Tell
from widgets.scene import Scene

LARGEST = 20_000
"""No step brings more."""
EMPTY = (
    "The graph holds no statements yet. Read papers and data into it with "
    'extractors.ingest(graph, "papers/"), then run this cell again.'
)

TOLD = 3
"""So many of the concepts that were asked for by id are named above a picture."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which neighbours of a concept to show, and in what order; see :meth:`kg.Graph.expand`."""

    predicates: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    disciplines: tuple[str, ...] = ()
    direction: Direction = "both"
    by: Rank = "belief"
    limit: int | None = None
    offset: int = 0

    def __post_init__(self) -> None:
        if self.direction not in DIRECTIONS:
            raise PolymathError(
                f"There is no direction {self.direction!r}; choose one of {', '.join(DIRECTIONS)}."
            )

    def filter(self, min_belief: float) -> Filter:
        """What is left out."""
        return Filter(
            predicates=self.predicates,
            kinds=self.kinds,
            disciplines=self.disciplines,
            min_belief=min_belief,
        )


@dataclass(frozen=True, slots=True)
class Looking:
    """A graph, and how much of it is shown at a time.

    Attributes:
        graph: What is looked at.
        query: What the Explorer was asked for; "" for the whole graph.
        limit: At most so many statements around one concept.
        min_belief: Only statements that are believed at least so much.
        concepts: What the Explorer was asked to show in place of that, by id …
        statements: … and what of it; without any, what is said between these concepts.
        given: Columns that were given from Python, by name.
    """

    graph: Graph
    query: str
    limit: int
    min_belief: float
    concepts: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    given: dict[str, Given] = field(default_factory=dict)

    # ------------------------------------------------------------------ beginning

    def begin(self) -> Scene:
        """What the cell asked for."""
        scene = Scene(self.graph.version(), query=self.query)
        if self.concepts or self.statements:
            piece = self.named(self.concepts, self.statements)
            scene.add(piece)
            if not self.query:
                names = piece.concepts["name"].tolist()
                scene.query = ", ".join(names[:TOLD]) + (", …" if len(names) > TOLD else "")
        elif self.query:
            found = answers.hits(self.graph, self.query, 5)
            if len(found) and found["score"].iloc[0] >= answers.SURE:
                concept = str(found["id"].iloc[0])
                scene.add(answers.opening(self.graph, concept, self.limit, self.min_belief))
                scene.focus = scene.canvas.number.get(concept)
            else:
                scene.note = answers.not_found(self.graph, self.query, list(found["name"]))[0]
        if not len(scene.canvas.nodes) and overview.is_large(self.graph):
            said = scene.note
            self._enter(scene, "")
            scene.note = " ".join(filter(None, [said, scene.note]))
        if not len(scene.canvas.nodes):
            scene.add(answers.overview(self.graph, self.limit, self.min_belief))
        if not len(scene.canvas.nodes):
            scene.note = EMPTY
            if self.graph.counts()["Statement"]:
                scene.note = (
                    f"No statement of the graph is believed at least {self.min_belief:g}; "
                    "run the cell again with a smaller min_belief."
                )
        return scene

    def open(self, scene: Scene, community: str) -> Reply:
        """Show the parts of a community, or what it holds; "" is the whole graph."""
        self._enter(scene, community)
        return self.whole(scene)

    def _enter(self, scene: Scene, inside: str) -> None:
        above, note = overview.seen_from_above(self.graph, inside), ""
        if above is None and not inside:
            return
        if above is None:
            above, total = overview.held_by(self.graph, inside)
            if total > len(above.concepts):
                note = f"The {len(above.concepts):,} most central of {total:,} concepts."
        scene.clear(inside)
        scene.add(above)
        scene.note = note

    # ------------------------------------------------------------------ going on

    def whole(self, scene: Scene, **fields: Any) -> Reply:
        """All that a scene shows."""
        return scene.whole(self.graph, {"given": self._given(), **fields})

    def _given(self) -> list[list[Any]]:
        return [[name, column.numeric] for name, column in self.given.items()]

    def put(self, scene: Scene, piece: Piece, about: str | None = None, **fields: Any) -> Reply:
        """Put a piece of the graph on the canvas.

        Args:
            scene: Where to.
            piece: What comes.
            about: Id of the concept that it is about.
            fields: What else to tell.
        """
        note = str(fields.pop("note", ""))
        if scene.canvas.members().any():
            # A concept does not stand among communities: from here on the canvas is about it.
            scene.clear()
            scene.add(piece)
            scene.focus, scene.note = scene.canvas.number.get(about or ""), note
            return self.whole(scene, **fields)
        change = scene.add(piece)
        focus = scene.canvas.number.get(about or "")
        changed = self.graph.version() != scene.version
        return scene.news(change, {"focus": focus, "note": note, "changed": changed, **fields})

    def named(self, concepts: Sequence[str], statements: Sequence[str]) -> Piece:
        """These concepts and statements; without any statement, what is said between the concepts."""
        related = (
            answers.stated(self.graph, statements)
            if statements
            else self.graph.between(concepts, min_belief=self.min_belief)
        )
        return answers.with_concepts(self.graph, related, concepts)

    def around(self, scene: Scene, concept: str, note: str = "") -> Reply:
        """Show a concept and its neighbours."""
        piece = answers.around(self.graph, concept, self.limit, self.min_belief)
        self._there(piece, [concept])
        scene.query = str(piece.concepts["name"].iloc[0])
        return self.put(scene, piece, concept, note=note)

    def focus(self, scene: Scene, concept: str) -> Reply:
        """Select a concept; one that is not on the canvas comes with its neighbours."""
        node = scene.canvas.number.get(concept)
        if node is None:
            reply = self.around(scene, concept)
            node = scene.canvas.number[concept]
        else:
            scene.wanted = scene.wanted.showing([node])
            nothing = Change(len(scene.canvas.nodes), len(scene.canvas.edges), (node,))
            changed = self.graph.version() != scene.version
            reply = scene.news(nothing, {"focus": node, "note": "", "changed": changed})
        scene.focus, scene.selected, scene.selected_edges = node, (node,), ()
        return reply.with_(select=[node])

    def show(self, scene: Scene, text: str) -> Reply:
        """Show the concept that answers best to a text; tell the nearest names if none does."""
        found = answers.hits(self.graph, text, 5)
        if not len(found) or found["score"].iloc[0] < answers.SURE:
            message, near = answers.not_found(self.graph, text, list(found["name"]))
            return Reply(Tell.NOTICE, {"message": message, "suggestions": near})
        best, sure = str(found["name"].iloc[0]), found["score"].iloc[0] >= 0.9
        note = "" if sure else f"Nearest to “{text}”: {best}."
        return self.around(scene, str(found["id"].iloc[0]), note)

    def expand(self, scene: Scene, concept: str, choice: Choice) -> tuple[Reply, Expansion]:
        """Show some neighbours of a concept, the best first, with what is said between them.

        Raises:
            PolymathError: If the graph has no such concept, or the choice makes no sense.
        """
        limit = _bounded("limit", self.limit if choice.limit is None else choice.limit, LARGEST)
        offset = _bounded("offset", choice.offset, 10**9, least=0)
        found = self.graph.expand(
            concept,
            choice.filter(self.min_belief),
            direction=choice.direction,
            by=choice.by,
            limit=limit,
            offset=offset,
        )
        piece = answers.expanded(self.graph, concept, found, self.min_belief, limit)
        self._there(piece, [concept])
        n = len(found.neighbours)
        note = "" if n == found.total else f"{found}."
        if not found.total:
            note = "No neighbour is of that choice."
        elif not n:
            note = f"There are no more than these {found.total:,}."
        told = {"shown": n, "total": found.total, "offset": offset, "by": found.by}
        return self.put(scene, piece, concept, note=note, **told), found

    def paths(
        self,
        scene: Scene,
        start: str,
        end: str,
        *,
        by: Best = "length",
        limit: int = 5,
        max_length: int = 4,
    ) -> tuple[Reply, list[pd.DataFrame]]:
        """Show the best chains of statements from one concept to another.

        Raises:
            PolymathError: If the graph has no such concept, or a bound makes no sense.
        """
        limit = _bounded("limit", limit, 50)
        found = self.graph.paths(
            start,
            end,
            Filter(min_belief=self.min_belief),
            by=by,
            limit=limit,
            max_length=max_length,
        )
        related = pd.concat(found, ignore_index=True) if found else answers.related_rows([])
        piece = answers.with_concepts(self.graph, related, [start, end])
        self._there(piece, [start, end])
        names = piece.concepts.set_index("id")["name"]
        note = f"No chain of up to {max_length} statements links {names[start]} and {names[end]}."
        if found:
            many = "chain links" if len(found) == 1 else "chains link"
            note = f"{len(found)} {many} {names[start]} and {names[end]}, the best by {by}."
        reply = self.put(scene, piece, start, note=note)
        number, edge = scene.canvas.number, scene.canvas.edge
        told = [
            {
                "nodes": [number[c] for c in path.attrs["concepts"]],
                "edges": [edge[s] for s in path["statement"]],
                "belief": path.attrs["belief"],
            }
            for path in found
        ]
        return reply.with_(paths=told, ends=[number[start], number[end]]), found

    def ask(self, scene: Scene, text: str, values: Mapping[str, object]) -> tuple[Reply, Answer]:
        """Answer a question in words, and show the concepts and statements of the answer.

        A name is answered with its neighbours; a text that is not understood with the nearest names.
        """
        answer = self.graph.ask(text, **values)
        question = answer.question
        if question is None:
            reply = self.show(scene, text)
            if reply.kind is Tell.NOTICE and answer.note:
                also = [s.text for s in answer.also]
                near = list(dict.fromkeys([*also, *reply.fields["suggestions"]]))
                reply = reply.with_(message=answer.note, suggestions=near)
            return reply, answer
        if question.asks == "concepts" and question.first.concept and not question.count:
            return self.around(scene, question.first.concept, answer.note), answer
        piece = answers.answered(self.graph, answer, self.min_belief)
        told = {
            "text": answer.text,
            "read": answer.interpretation,
            "cypher": answer.cypher,
            "parameters": dict(answer.parameters),
            "unread": list(answer.unread),
            "also": [{"text": s.text, "why": s.why} for s in answer.also],
            "limit": answer.limit,
            "cut": answer.cut,
            "total": len(answer.rows),
        }
        graph: Reply | None = None
        if len(piece.concepts):
            ends = (question.first.concept, question.second.concept)
            about = next((c for c in [*ends, *answer.concepts] if c), None)
            graph = self.put(scene, piece, about, note=answer.note)
            scene.query = answer.text
        table, columns = answers.answer_rows(answer, scene.canvas)
        told |= {"columns": columns}
        nothing = {"graph": None, "focus": None, "note": answer.note}
        fields = nothing if graph is None else {**graph.fields, "graph": graph.kind.value}
        shown = {} if graph is None else graph.tables
        return Reply(Tell.ANSWER, {**fields, **told}, {**shown, "rows": table}), answer

    # ------------------------------------------------------------------ how it looks

    def opened(self, where: str | Path) -> Scene:
        """What a saved view shows in the graph as it is now; its note says what is different.

        Raises:
            ViewError: If there is no such view, or the file is none.
        """
        scene = keeping.load(self.graph, where)
        look = scene.look.known(self.given)
        for what in ("colour", "size"):
            if (told := getattr(scene.look, what)) != getattr(look, what):
                scene.note += f" Its {what} told {told!r}, which was not given here."
        scene.look, scene.note = look, scene.note.strip()
        return scene

    def look(self, scene: Scene, renewed: str = "", **choice: Any) -> Reply:
        """Let colour or size tell something else.

        Args:
            scene: What is looked at.
            renewed: A column of which other values were given.
            choice: Fields of :class:`widgets.look.Look`.
        """
        scene.look = replace(scene.look, **choice)
        if renewed:
            columns.forget(scene.canvas, renewed)
        told = {"look": scene.look.told(), "given": self._given(), "renewed": renewed}
        return Reply(Tell.LOOK, told)

    def column(self, scene: Scene, name: str, first: int) -> Reply:
        """What a column holds of each node, from one on.

        Raises:
            PolymathError: If there is no such column.
        """
        columns.fill(self.graph, scene.canvas, name, self.given)
        numeric = name in self.given and self.given[name].numeric
        rows = columns.table(scene.canvas, name, max(first, 0), numeric)
        return Reply(
            Tell.COLUMN, {"name": name, "first": first, "numeric": numeric}, {"column": rows}
        )

    def bridges(self, scene: Scene) -> Reply:
        """What joins disciplines on the canvas, and between which."""
        found = columns.between(self.graph, scene.canvas)
        told = {"between": columns.strongest(found)}
        return Reply(Tell.BRIDGES, told, columns.bridge_tables(scene.canvas, found))

    def arrange(
        self, scene: Scene, layout: str, by: str, start: int | None, end: int | None
    ) -> Reply:
        """Lay the canvas out in another way; only positions are told."""
        if layout == "groups":
            columns.fill(self.graph, scene.canvas, by, self.given)
        scene.canvas.arrange(layout, by=by, start=start, end=end)
        return scene.places()

    def _there(self, piece: Piece, concepts: Iterable[str]) -> None:
        known = set(piece.concepts["id"])
        for concept in concepts:
            if concept not in known:
                raise PolymathError(
                    f"The graph has no concept {concept!r} any more; start over to see it as it is now."
                )


def _bounded(name: str, value: int, most: int, least: int = 1) -> int:
    if not least <= value <= most:
        raise PolymathError(
            f"{name}={value:,} is out of bounds: give a number from {least:,} to {most:,}."
        )
    return value
