"""The talk with the pages of an Explorer: what each of its messages asks of the graph and its canvas."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from kg.asking.phrases import places
from kg.errors import PolymathError
from widgets import answers, keeping, overview, views
from widgets.answering import Answering, Buffers, Content, Send, listed
from widgets.answering import number as _number
from widgets.answering import word as _word
from widgets.looking import Choice, Looking
from widgets.protocol import Ask, Reply, Tell
from widgets.scene import Scene
from widgets.wanted import numbers_in

_VIEWS = 8
"""The kernel remembers the canvases of so many views; a page that is loaded again makes a new one."""


class Conversation(Answering):
    """What the views of one Explorer show, and the answers to what they ask.

    Args:
        looking: The graph, and how much of it is shown at a time.
        send: Sends a message with its buffers to all pages.
        selected: Called when something else is selected.
    """

    def __init__(self, looking: Looking, send: Send, selected: Callable[[], None]) -> None:
        super().__init__("Explorer", send, lambda told: Reply(Tell.ERROR, {"message": told}))
        self.looking = looking
        self.graph = looking.graph
        self.scenes: OrderedDict[str, Scene] = OrderedDict()
        self._selected = selected
        self._reselected = False
        self._first: Scene | None = None
        self._handlers = {
            Ask.HELLO: self._hello,
            Ask.RESET: self._reset,
            Ask.SEARCH: self._search,
            Ask.COMPLETE: self._complete,
            Ask.SHOW: self._show,
            Ask.ASK: self._ask,
            Ask.EXPAND: self._expand,
            Ask.MENU: self._menu,
            Ask.PATHS: self._paths,
            Ask.CONCEPT: self._concept,
            Ask.EVIDENCE: self._evidence,
            Ask.ARRANGE: self._arrange,
            Ask.OPEN: self._open,
            Ask.SAVE: self._save,
            Ask.LOAD: self._load,
            Ask.RENAME: self._rename,
            Ask.DELETE: self._delete,
            Ask.VIEWS: self._views,
            Ask.KEEP: self._keep,
            Ask.FORGET: self._forget,
            Ask.PHRASES: self._phrases,
            Ask.COLUMN: self._column,
            Ask.BRIDGES: lambda view, _content: self.looking.bridges(self._scene(view)),
            Ask.SELECTION: self._selection,
            Ask.VISIBLE: self._visible,
            Ask.PLACES: lambda _view, _content: None,
        }

    # ------------------------------------------------------------------ scenes

    def latest(self) -> Scene:
        """What the view shows that spoke last; before there is one, what it will show."""
        if self.scenes:
            return next(reversed(self.scenes.values()))
        if self._first is None:
            self._first = self.looking.begin()
        return self._first

    def replace(self, scene: Scene) -> Scene:
        """Show another scene in the view that spoke last."""
        scene.revision = self.latest().revision
        if self.scenes:
            self.scenes[next(reversed(self.scenes))] = scene
        else:
            self._first = scene
        return scene

    def tell(self, reply: Reply) -> None:
        """Tell the view that spoke last what Python has changed on its canvas.

        One that opens later asks by itself; an answer in words stands below the cell.
        """
        kind = reply.fields.get("graph", reply.kind)
        if self.scenes and kind in (Tell.FULL, Tell.DELTA, Tell.PLACES, Tell.LOOK):
            self.say(next(reversed(self.scenes)), replace(reply, kind=Tell(kind)))

    # ------------------------------------------------------------------ messages

    def knows(self, view: str) -> bool:
        """Whether there is a scene of this view."""
        return view in self.scenes

    def before(self, view: str, content: Content, buffers: Buffers) -> None:
        """Put nodes where the page has them."""
        scene = self.scenes.get(view)
        if scene is not None:
            self.scenes.move_to_end(view)
            scene.canvas.move(_moved(content.get("moved")))
            if len(buffers) == 2:
                scene.canvas.put(*(np.frombuffer(bytes(b), "<f4") for b in buffers))

    def after(self) -> None:
        """Tell who listens that something else is selected."""
        with self.turn:
            reselected, self._reselected = self._reselected, False
        if reselected:
            self._selected()

    def _scene(self, view: str) -> Scene:
        scene = self.scenes.get(view)
        if scene is None:
            raise PolymathError("The kernel has forgotten this view; run the cell again.")
        return scene

    def also(self, kind: str, answer: Callable[[Scene, Content], Reply]) -> None:
        """Answer another kind of message, from the scene of the view that asks and what it says."""
        self._handlers[kind] = lambda view, content: answer(self._scene(view), content)

    # ------------------------------------------------------------------ the whole canvas

    def _hello(self, view: str, _content: Content) -> Reply:
        """A page opens a view, or has lost a message and wants the whole canvas again."""
        if view not in self.scenes:
            self.scenes[view] = self.latest().copy()
            while len(self.scenes) > _VIEWS:
                self.forget(self.scenes.popitem(last=False)[0])
        return self.looking.whole(self.scenes[view])

    def _reset(self, view: str, _content: Content) -> Reply:
        """Back to what the cell asked for, as the graph is now."""
        return self._anew(view, self.looking.begin())

    def _load(self, view: str, content: Content) -> Reply:
        """A view that was saved beside the graph."""
        self._scene(view)
        return self._anew(view, self.looking.opened(_name(content)))

    def _anew(self, view: str, scene: Scene) -> Reply:
        scene.revision = self._scene(view).revision
        self.scenes[view], self._first = scene, None
        return self.looking.whole(scene)

    def _open(self, view: str, content: Content) -> Reply:
        """Open a community, named by its number on the canvas or by its id; "" is the whole graph."""
        scene, node = self._scene(view), _number(content, "node")
        inside = _word(content, "id")
        if node is not None:
            concept = scene.canvas.concept(node)
            if not concept.startswith(overview.COMMUNITY):
                raise PolymathError(
                    "This is a concept and no community; expand it to see more of it."
                )
            inside = concept.removeprefix(overview.COMMUNITY)
        return self.looking.open(scene, inside)

    def _arrange(self, view: str, content: Content) -> Reply:
        """Lay the canvas out in another way; only positions are sent."""
        start, end = (_number(content, key) for key in ("start", "end"))
        by = _word(content, "by") or "discipline"
        return self.looking.arrange(self._scene(view), _word(content, "layout"), by, start, end)

    # ------------------------------------------------------------------ what is new

    def _show(self, view: str, content: Content) -> Reply:
        """Put a concept and its neighbours on the canvas, given its id or words to find it by."""
        scene, concept = self._scene(view), _word(content, "id")
        if concept:
            return self.looking.around(scene, concept)
        return self.looking.show(scene, _text(content))

    def _ask(self, view: str, content: Content) -> Reply:
        values = content.get("values") or {}
        if not isinstance(values, dict):
            raise PolymathError("The page sends values that have no names; reload the page.")
        named = {str(k): str(v)[:400] for k, v in values.items()}
        return self.looking.ask(self._scene(view), _text(content), named)[0]

    def _expand(self, view: str, content: Content) -> Reply:
        """Add neighbours of a concept, named by its number on the canvas or by its id."""
        scene, concept = self._scene(view), self._concept_id(view, content)
        return self.looking.expand(scene, concept, _choice(content))[0]

    def _paths(self, view: str, content: Content) -> Reply:
        scene = self._scene(view)
        ends = []
        for key in ("a", "b"):
            node = _number(content, key)
            ends.append(_word(content, key) if node is None else scene.canvas.concept(node))
        bounds = {
            key: value
            for key in ("limit", "max_length")
            if (value := _number(content, key)) is not None
        }
        by = _word(content, "by") or "length"
        return self.looking.paths(scene, ends[0], ends[1], by=by, **bounds)[0]  # type: ignore[arg-type]

    # ------------------------------------------------------------------ what is asked besides

    def _search(self, _view: str, content: Content) -> Reply:
        query = _text(content)
        found = answers.hits(self.graph, query) if query else answers.hits(self.graph, "", 0)
        return Reply(Tell.HITS, {"text": query}, answers.hits_table(found))

    def _complete(self, _view: str, content: Content) -> Reply:
        # As it was typed: what follows a space is another word.
        text = _word(content, "text")[:400]
        texts = self.graph.complete(text) if text.strip() else []
        return Reply(Tell.COMPLETIONS, {"text": text, "texts": texts})

    def _menu(self, view: str, content: Content) -> Reply:
        concept, choice = self._concept_id(view, content), _choice(content)
        filter = choice.filter(self.looking.min_belief)
        totals, tables = answers.menu(self.graph, concept, filter, choice.direction)
        node = _number(content, "node")
        return Reply(Tell.MENU, {"id": concept, "node": node, **totals}, tables)

    def _concept(self, view: str, content: Content) -> Reply:
        concept = self._concept_id(view, content)
        tables = answers.card_tables(self.graph, concept, self.looking.min_belief)
        scene = self.scenes.get(view)
        node = scene.canvas.number.get(concept) if scene else None
        return Reply(Tell.CONCEPT, {"id": concept, "node": node}, tables)

    def _evidence(self, view: str, content: Content) -> Reply:
        edge = _number(content, "edge")
        statement = _word(content, "id")
        if edge is not None:
            statement = self._scene(view).canvas.statement(edge)
        tables = answers.evidence_tables(self.graph, statement)
        scene = self.scenes.get(view)
        edge = scene.canvas.edge.get(statement) if scene else None
        return Reply(Tell.EVIDENCE, {"id": statement, "edge": edge}, tables)

    def _column(self, view: str, content: Content) -> Reply:
        first = _number(content, "first") or 0
        return self.looking.column(self._scene(view), _word(content, "name"), first)

    # ------------------------------------------------------------------ what is kept beside the graph

    def _views(self, _view: str, _content: Content, saved: str | None = None) -> Reply:
        return Reply(Tell.VIEWS, {"names": views.names(self.graph), "saved": saved})

    def _save(self, view: str, content: Content) -> Reply:
        scene, name = self._scene(view), _name(content)
        self._visible(view, content)
        if "selected" in content:
            scene.selected = numbers_in(content["selected"], len(scene.canvas.nodes))
        keeping.save(self.graph, scene, name)
        return self._views(view, content, name)

    def _rename(self, view: str, content: Content) -> Reply:
        to = _name(content, "to")
        views.rename(self.graph, _name(content), to)
        return self._views(view, content, to)

    def _delete(self, view: str, content: Content) -> Reply:
        views.delete(self.graph, _name(content))
        return self._views(view, content)

    def _phrases(self, _view: str, _content: Content) -> Reply:
        kept = self.graph.phrases.items()
        return Reply(Tell.PHRASES, {"phrases": [[n, text, list(places(text))] for n, text in kept]})

    def _keep(self, view: str, content: Content) -> Reply:
        self.graph.phrases[_word(content, "name").strip()] = _text(content)
        return self._phrases(view, content)

    def _forget(self, view: str, content: Content) -> Reply:
        del self.graph.phrases[_word(content, "name")]
        return self._phrases(view, content)

    # ------------------------------------------------------------------ what a person decides

    def _selection(self, view: str, content: Content) -> None:
        scene = self._scene(view)
        before = scene.selected, scene.selected_edges
        scene.selected = numbers_in(content.get("nodes"), len(scene.canvas.nodes))
        scene.selected_edges = numbers_in(content.get("edges"), len(scene.canvas.edges))
        self._reselected = before != (scene.selected, scene.selected_edges)

    def _visible(self, view: str, content: Content) -> None:
        scene = self._scene(view)
        scene.wanted = scene.wanted.heard(content, scene.canvas)
        scene.look = scene.look.heard(content.get("look"))

    def _concept_id(self, view: str, content: Content) -> str:
        node = _number(content, "node")
        if node is None:
            return _word(content, "id")
        return self._scene(view).canvas.concept(node)


def _text(content: Content) -> str:
    return _word(content, "text").strip()[:400]


def _name(content: Content, key: str = "name") -> str:
    """Name of a view that is kept beside the graph; a page names no other file."""
    name = _word(content, key).strip()
    if name.endswith(".json"):
        raise PolymathError(
            f"{name[:100]!r} is no name for a view: leave out .json, or save it from Python as a file."
        )
    return name


def _choice(content: Content) -> Choice:
    return Choice(
        listed(content, "predicates"),
        listed(content, "kinds"),
        listed(content, "disciplines"),
        _word(content, "direction") or "both",  # type: ignore[arg-type]  # checked by what takes it
        _word(content, "by") or "belief",  # type: ignore[arg-type]
        _number(content, "limit"),
        _number(content, "offset") or 0,
    )


def _moved(raw: Any) -> dict[int, tuple[float, float]]:
    """Positions of dragged nodes as the page sends them; what is no such list is no movement."""
    try:
        return {int(n): (float(x), float(y)) for n, x, y in raw or ()}
    except (TypeError, ValueError):
        return {}
