"""The talk with the pages: each message of one is answered, whatever it holds, with a reply or a sentence."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kg.errors import PolymathError
from kg.graph import Graph
from widgets import answers, overview
from widgets.protocol import PROTOCOL, Ask, Reply, Tell
from widgets.scene import Scene

_log = logging.getLogger(__name__)
_VIEWS = 8
"""The kernel remembers the canvases of so many views; a page that is loaded again makes a new one."""

EMPTY = (
    "The graph holds no statements yet. Read papers and data into it with "
    'extractors.ingest(graph, "papers/"), then run this cell again.'
)

Content = Mapping[str, Any]
Send = Callable[[dict[str, Any], list[bytes]], None]


class Conversation:
    """What the views of one Explorer show, and the answers to what they ask.

    Args:
        graph: What they are about.
        query: What the Explorer was asked for; "" for the whole graph.
        limit: At most so many statements around one concept.
        min_belief: Only statements that are believed at least so much.
        send: Sends a message with its buffers to all pages.
    """

    def __init__(
        self, graph: Graph, query: str, *, limit: int, min_belief: float, send: Send
    ) -> None:
        self.graph = graph
        self.query = query
        self.scenes: OrderedDict[str, Scene] = OrderedDict()
        self._limit = limit
        self._min_belief = min_belief
        self._send = send
        self._said: dict[str, int] = {}
        self._first: Scene | None = None
        self._handlers: dict[str, Callable[[str, Content], Reply]] = {
            Ask.HELLO: self._hello,
            Ask.RESET: self._reset,
            Ask.SEARCH: self._search,
            Ask.SHOW: self._show,
            Ask.EXPAND: self._expand,
            Ask.CONCEPT: self._concept,
            Ask.EVIDENCE: self._evidence,
            Ask.ARRANGE: self._arrange,
            Ask.OPEN: self._open,
        }

    # ------------------------------------------------------------------ scenes

    def latest(self) -> Scene:
        """What the view shows that spoke last; before there is one, what it will show."""
        if self.scenes:
            return next(reversed(self.scenes.values()))
        if self._first is None:
            self._first = self.begin()
        return self._first

    def begin(self) -> Scene:
        """What the cell asked for."""
        scene = Scene(self.graph.version())
        if self.query:
            found = answers.hits(self.graph, self.query, 5)
            if len(found) and found["score"].iloc[0] >= answers.SURE:
                concept = str(found["id"].iloc[0])
                scene.add(answers.opening(self.graph, concept, self._limit, self._min_belief))
                scene.focus = scene.canvas.number.get(concept)
            else:
                scene.note = self._not_found(self.query, list(found["name"]))[0]
        if not len(scene.canvas.nodes) and overview.is_large(self.graph):
            said = scene.note
            self._enter(scene, "")
            scene.note = " ".join(filter(None, [said, scene.note]))
        if not len(scene.canvas.nodes):
            scene.add(answers.overview(self.graph, self._limit, self._min_belief))
        if not len(scene.canvas.nodes):
            scene.note = EMPTY
            if self.graph.counts()["Statement"]:
                scene.note = (
                    f"No statement of the graph is believed at least {self._min_belief:g}; "
                    "run the cell again with a smaller min_belief."
                )
        return scene

    def _enter(self, scene: Scene, inside: str) -> None:
        """Show a community from above, or what it holds; the whole graph only if it has communities."""
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

    def _not_found(self, query: str, names: list[str]) -> tuple[str, list[str]]:
        near = names or answers.nearest(self.graph, query)
        hint = (
            "Nearest: " + ", ".join(near) + "." if near else "Try a shorter or more general word."
        )
        return f"No concept is called “{query}”. {hint}", near

    # ------------------------------------------------------------------ messages

    def receive(self, content: Any, buffers: Sequence[bytes | memoryview] = ()) -> None:
        """Answer one message of a page; whatever goes wrong is answered with a sentence."""
        if not isinstance(content, dict):
            return
        view = str(content.get("view", ""))[:64]
        try:
            reply = self._answer(view, content, buffers)
        except Exception as error:
            if not isinstance(error, PolymathError):
                _log.exception("Explorer could not answer %r", content.get("kind"))
            reply = Reply(Tell.ERROR, {"message": sentence(error)})
        self._tell(view, reply, content.get("seq"))

    def _tell(self, view: str, reply: Reply, re: Any) -> None:
        seq = 0
        if view in self.scenes:
            seq = self._said[view] = self._said.get(view, 0) + 1
        message = {
            "kind": reply.kind.value,
            "protocol": PROTOCOL,
            "view": view,
            "seq": seq,
            "re": re,
            **reply.fields,
            "tables": reply.header,
        }
        self._send(message, reply.buffers)

    def _answer(self, view: str, content: Content, buffers: Sequence[bytes | memoryview]) -> Reply:
        spoken = content.get("protocol")
        if spoken != PROTOCOL:
            raise PolymathError(
                f"This page speaks version {spoken} of the Explorer's protocol and the kernel version "
                f"{PROTOCOL}: save the notebook, restart the kernel, reload the page and run the cell again."
            )
        kind = str(content.get("kind"))
        if kind not in self._handlers:
            raise PolymathError(
                f"The page asks for {kind!r}, and this kernel answers {', '.join(self._handlers)}."
            )
        scene = self.scenes.get(view)
        if scene is not None:
            self.scenes.move_to_end(view)
            scene.canvas.move(_moved(content.get("moved")))
            if len(buffers) == 2:
                scene.canvas.put(*(np.frombuffer(bytes(b), "<f4") for b in buffers))
        return self._handlers[kind](view, content)

    def _scene(self, view: str) -> Scene:
        scene = self.scenes.get(view)
        if scene is None:
            raise PolymathError("The kernel has forgotten this view; run the cell again.")
        return scene

    def _hello(self, view: str, _content: Content) -> Reply:
        """A page opens a view, or has lost a message and wants the whole canvas again."""
        if view not in self.scenes:
            self.scenes[view] = self.latest().copy()
            while len(self.scenes) > _VIEWS:
                self._said.pop(self.scenes.popitem(last=False)[0], None)
        return self.scenes[view].whole(self.graph, self.query)

    def _reset(self, view: str, _content: Content) -> Reply:
        """Back to what the cell asked for, as the graph is now."""
        revision = self._scene(view).revision
        scene = self.scenes[view] = self.begin()
        scene.revision = revision
        self._first = None
        return scene.whole(self.graph, self.query)

    def _open(self, view: str, content: Content) -> Reply:
        """Open a community, named by its number on the canvas or by its id; "" is the whole graph."""
        scene, node = self._scene(view), _number(content, "node")
        inside = str(content.get("id") or "")
        if node is not None:
            concept = scene.canvas.concept(node)
            if not concept.startswith(overview.COMMUNITY):
                raise PolymathError(
                    "This is a concept and no community; expand it to see more of it."
                )
            inside = concept.removeprefix(overview.COMMUNITY)
        self._enter(scene, inside)
        return scene.whole(self.graph, self.query)

    def _search(self, _view: str, content: Content) -> Reply:
        query = _text(content)
        found = answers.hits(self.graph, query) if query else answers.hits(self.graph, "", 0)
        return Reply(Tell.HITS, {"text": query}, *answers.hits_packed(found))

    def _show(self, view: str, content: Content) -> Reply:
        """Put a concept and its neighbours on the canvas, given its id or words to find it by."""
        concept, query, said = str(content.get("id") or ""), _text(content), ""
        if not concept:
            found = answers.hits(self.graph, query, 5)
            if not len(found) or found["score"].iloc[0] < answers.SURE:
                message, near = self._not_found(query, list(found["name"]))
                return Reply(Tell.NOTICE, {"message": message, "suggestions": near})
            concept, best = str(found["id"].iloc[0]), str(found["name"].iloc[0])
            said = "" if found["score"].iloc[0] >= 0.9 else f"Nearest to “{query}”: {best}."
        return self._around(view, concept, said)

    def _expand(self, view: str, content: Content) -> Reply:
        """Add the neighbours of a concept, named by its number on the canvas or by its id."""
        return self._around(view, self._concept_id(view, content), "")

    def _around(self, view: str, concept: str, note: str) -> Reply:
        scene = self._scene(view)
        piece = answers.around(self.graph, concept, self._limit, self._min_belief)
        if concept not in set(piece.concepts["id"]):
            raise PolymathError(
                f"The graph has no concept {concept!r} any more; start over to see it as it is now."
            )
        if scene.canvas.members().any():
            # A concept does not stand among communities: from here on the canvas is about it.
            scene.clear()
            scene.add(piece)
            scene.focus, scene.note = scene.canvas.number[concept], note
            return scene.whole(self.graph, self.query)
        change = scene.add(piece)
        fields = {
            "focus": scene.canvas.number[concept],
            "note": note,
            "changed": self.graph.version() != scene.version,
        }
        return scene.news(change, fields)

    def _arrange(self, view: str, content: Content) -> Reply:
        """Lay the canvas out in another way; only positions are sent."""
        scene = self._scene(view)
        start, end = (_number(content, key) for key in ("start", "end"))
        by = str(content.get("by") or "disciplines")
        scene.canvas.arrange(str(content.get("layout")), by=by, start=start, end=end)
        return scene.places()

    def _concept(self, view: str, content: Content) -> Reply:
        concept = self._concept_id(view, content)
        packed = answers.card_packed(self.graph, concept, self._min_belief)
        scene = self.scenes.get(view)
        node = scene.canvas.number.get(concept) if scene else None
        return Reply(Tell.CONCEPT, {"id": concept, "node": node}, *packed)

    def _evidence(self, view: str, content: Content) -> Reply:
        edge = _number(content, "edge")
        statement = str(content.get("id") or "")
        if edge is not None:
            statement = self._scene(view).canvas.statement(edge)
        packed = answers.evidence_packed(self.graph, statement)
        scene = self.scenes.get(view)
        edge = scene.canvas.edge.get(statement) if scene else None
        return Reply(Tell.EVIDENCE, {"id": statement, "edge": edge}, *packed)

    def _concept_id(self, view: str, content: Content) -> str:
        node = _number(content, "node")
        if node is None:
            return str(content.get("id") or "")
        return self._scene(view).canvas.concept(node)


def _number(content: Content, key: str) -> int | None:
    value = content.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(content: Content) -> str:
    return str(content.get("text") or "").strip()[:400]


def _moved(raw: Any) -> dict[int, tuple[float, float]]:
    """Positions of dragged nodes as the page sends them; what is no such list is no movement."""
    try:
        return {int(n): (float(x), float(y)) for n, x, y in raw or ()}
    except (TypeError, ValueError):
        return {}


def sentence(error: Exception) -> str:
    """What to tell a person: our errors are sentences already, others are wrapped into one."""
    if isinstance(error, PolymathError):
        return str(error)
    return (
        f"The graph could not answer ({type(error).__name__}: {error}). "
        "If it happens again, connect to the graph anew and run the cell again."
    )
