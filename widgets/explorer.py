"""`Explorer`: a knowledge graph to look at, walk through and check, in one cell of a notebook.

The page asks and the kernel answers (:mod:`widgets.protocol`). The synced state is a few
words; graph and evidence only ever travel as binary messages, and only what is new.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import anywidget
import numpy as np
import traitlets

from kg.errors import PolymathError
from kg.graph import Graph
from kg.ontology import KINDS, PREDICATES
from widgets import answers, overview, picture, snapshot
from widgets.canvas import Canvas
from widgets.protocol import PROTOCOL, Ask, Header, Tell, pack

_log = logging.getLogger(__name__)
_STATIC = Path(__file__).with_name("static")
_VIEWS = 8
"""The kernel remembers the canvases of so many views; a page that is loaded again makes a new one."""

EMPTY = (
    "The graph holds no statements yet. Read papers and data into it with "
    'extractors.ingest(graph, "papers/"), then run this cell again.'
)


@dataclass(slots=True)
class _View:
    """What one view in one page shows."""

    canvas: Canvas
    version: str
    inside: str | None = None
    """Community that is seen from above or opened, "" for the whole graph; None below that."""
    seq: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class _Answer:
    kind: Tell
    fields: Mapping[str, Any] = field(default_factory=dict)
    header: Header = field(default_factory=dict)
    buffers: list[bytes] = field(default_factory=list)


def _bundle(name: str) -> str:
    path = _STATIC / name
    if not path.is_file():
        raise PolymathError(
            f"The Explorer's page is not built ({path} is missing): run `make`, "
            "or `python -m widgets.build` in the project's folder, and import widgets again."
        )
    return path.read_text(encoding="utf-8")


class Explorer(anywidget.AnyWidget):
    """An interactive view of a graph; make it the last line of a cell.

    Args:
        graph: The graph to look at, from :func:`kg.connect`.
        query: Shows the concept that answers best to this and its neighbours; without
            it, the strongest statements of the whole graph.
        limit: At most so many statements around one concept, from 1 to 20,000.
        height: Height in pixels, from 240 to 2,000.
        min_belief: Only statements that are believed at least so much, from 0 to 1.

    Raises:
        PolymathError: If an argument is out of bounds or the page has not been built.
    """

    query = traitlets.Unicode("").tag(sync=True)
    height = traitlets.Int(520).tag(sync=True)
    protocol = traitlets.Int(PROTOCOL, read_only=True).tag(sync=True)
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        graph: Graph,
        query: str = "",
        *,
        limit: int = 60,
        height: int = 520,
        min_belief: float = 0.0,
    ) -> None:
        for name, value, low, high in (
            ("limit", limit, 1, 20_000),
            ("height", height, 240, 2000),
            ("min_belief", min_belief, 0, 1),
        ):
            if not low <= value <= high:
                raise PolymathError(
                    f"Explorer({name}={value!r}) is out of bounds: give a number from {low} to {high}."
                )
        self._graph = graph
        self._limit = limit
        self._min_belief = min_belief
        self._views: OrderedDict[str, _View] = OrderedDict()
        self._first: _View | None = None
        self._focus: int | None = None
        self._note = ""
        super().__init__(
            query=query.strip(),
            height=height,
            _esm=_bundle("explorer.js"),
            _css=_bundle("explorer.css"),
        )
        self._asked = self.query
        self.on_msg(self._receive)

    # ------------------------------------------------------------------ pictures

    def picture(self, format: Literal["png", "svg"] = "png") -> bytes:
        """What the canvas shows, as a still picture.

        Args:
            format: ``png`` or ``svg``.
        """
        if format not in ("png", "svg"):
            raise PolymathError(f'A picture is made as "png" or "svg", not as {format!r}.')
        drawing = picture.draw(self._latest().canvas, self.query)
        return picture.to_png(drawing) if format == "png" else picture.to_svg(drawing)

    def to_html(self, path: str | Path) -> Path:
        """Write what the canvas shows, with its evidence, as one HTML file that needs no kernel and no network.

        Sentences of sources that are not open are left out of it.

        Args:
            path: Where to write; an existing file is replaced.
        """
        view = self._latest()
        page = snapshot.render(self._graph, view.canvas, self.query, view.version)
        target = Path(path)
        try:
            target.write_text(page, encoding="utf-8")
        except OSError as error:
            raise PolymathError(
                f"The snapshot cannot be written to {target} ({error.strerror}); choose another place."
            ) from error
        return target

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        try:
            view = self._latest()
            drawing = picture.draw(view.canvas, self.query)
            data["text/plain"] = f"{drawing.alt} (graph {self._graph.url}, version {view.version})"
            data["image/png"] = picture.to_png(drawing)
            size = {"width": drawing.width, "height": drawing.height}
            metadata = {**metadata, "image/png": {**size, "alt": drawing.alt}}
        except Exception as error:  # A cell must show its widget, which says what is wrong.
            data["text/plain"] = _sentence(error)
        return data, metadata

    # ------------------------------------------------------------------ canvases

    def _latest(self) -> _View:
        if self._views:
            return next(reversed(self._views.values()))
        if self._first is None:
            self._first = self._begin()
        return self._first

    def _begin(self) -> _View:
        """The canvas that the cell asked for."""
        canvas, focus, note = Canvas(), None, ""
        view = _View(canvas, self._graph.version())
        if self._asked:
            found = answers.hits(self._graph, self._asked, 5)
            if len(found) and found["score"].iloc[0] >= answers.SURE:
                concept = str(found["id"].iloc[0])
                self._add(
                    canvas, answers.opening(self._graph, concept, self._limit, self._min_belief)
                )
                focus = canvas.number.get(concept)
            else:
                note = self._not_found(self._asked, list(found["name"]))[0]
        if not len(canvas.nodes) and overview.is_large(self._graph):
            note = " ".join(filter(None, [note, self._enter(view, "")]))
        if not len(canvas.nodes):
            self._add(canvas, answers.overview(self._graph, self._limit, self._min_belief))
        if not len(canvas.nodes):
            note = EMPTY
            if self._graph.counts()["Statement"]:
                note = (
                    f"No statement of the graph is believed at least {self._min_belief:g}; "
                    "run the cell again with a smaller min_belief."
                )
        self._focus, self._note = focus, note
        return view

    def _enter(self, view: _View, inside: str) -> str:
        """Show a community from above, or what it holds. Returns what to tell about it."""
        above, note = overview.seen_from_above(self._graph, inside), ""
        if above is None and not inside:
            return ""
        if above is None:
            above, total = overview.held_by(self._graph, inside)
            if total > len(above.concepts):
                note = f"The {len(above.concepts):,} most central of {total:,} concepts."
        view.canvas, view.inside = Canvas(), inside
        self._add(view.canvas, above)
        return note

    @staticmethod
    def _add(canvas: Canvas, piece: answers.Piece) -> tuple[int, int, tuple[int, ...]]:
        change = canvas.add(piece.concepts, piece.related)
        return change.nodes, change.edges, change.around

    def _not_found(self, query: str, names: list[str]) -> tuple[str, list[str]]:
        near = names or answers.nearest(self._graph, query)
        hint = (
            "Nearest: " + ", ".join(near) + "." if near else "Try a shorter or more general word."
        )
        return f"No concept is called “{query}”. {hint}", near

    # ------------------------------------------------------------------ messages

    def _receive(self, _widget: Any, content: Any, buffers: Any) -> None:
        """Answer one message of a page; whatever goes wrong is answered with a sentence."""
        if not isinstance(content, dict):
            return
        name = str(content.get("view", ""))[:64]
        try:
            answer = self._answer(name, content, buffers or ())
        except Exception as error:
            if not isinstance(error, PolymathError):
                _log.exception("Explorer could not answer %r", content.get("kind"))
            answer = _Answer(Tell.ERROR, {"message": _sentence(error)})
        view = self._views.get(name)
        seq = 0
        if view is not None:
            view.seq += 1
            seq = view.seq
        message = {
            "kind": answer.kind.value,
            "protocol": PROTOCOL,
            "view": name,
            "seq": seq,
            "re": content.get("seq"),
            **answer.fields,
            "tables": answer.header,
        }
        self.send(message, buffers=answer.buffers)

    def _answer(
        self, name: str, content: Mapping[str, Any], buffers: Sequence[bytes | memoryview]
    ) -> _Answer:
        spoken = content.get("protocol")
        if spoken != PROTOCOL:
            raise PolymathError(
                f"This page speaks version {spoken} of the Explorer's protocol and the kernel version "
                f"{PROTOCOL}: save the notebook, restart the kernel, reload the page and run the cell again."
            )
        handlers: dict[str, Callable[[str, Mapping[str, Any]], _Answer]] = {
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
        kind = str(content.get("kind"))
        if kind not in handlers:
            raise PolymathError(
                f"The page asks for {kind!r}, and this kernel answers {', '.join(handlers)}."
            )
        view = self._views.get(name)
        if view is not None:
            self._views.move_to_end(name)
            view.canvas.move(_moved(content.get("moved")))
            if len(buffers) == 2:
                view.canvas.put(*(np.frombuffer(bytes(b), "<f4") for b in buffers))
        return handlers[kind](name, content)

    def _view(self, name: str) -> _View:
        view = self._views.get(name)
        if view is None:
            raise PolymathError("The kernel has forgotten this view; run the cell again.")
        return view

    def _hello(self, name: str, _content: Mapping[str, Any]) -> _Answer:
        """A page opens a view, or has lost a message and wants the whole canvas again."""
        view = self._views.get(name)
        if view is None:
            latest = self._latest()
            view = _View(latest.canvas.copy(), latest.version, latest.inside)
            self._views[name] = view
            while len(self._views) > _VIEWS:
                self._views.popitem(last=False)
        return self._full(view, note=self._note, focus=self._focus)

    def _reset(self, name: str, _content: Mapping[str, Any]) -> _Answer:
        """Back to the canvas that the cell asked for, as the graph is now."""
        view, fresh = self._view(name), self._begin()
        view.canvas, view.version, view.inside = fresh.canvas, fresh.version, fresh.inside
        self._first = None
        return self._full(view, note=self._note, focus=self._focus)

    def _open(self, name: str, content: Mapping[str, Any]) -> _Answer:
        """Open a community, named by its number on the canvas or by its id; "" is the whole graph."""
        view, node = self._view(name), _number(content, "node")
        inside = str(content.get("id") or "")
        if node is not None:
            concept = view.canvas.concept(node)
            if not concept.startswith(overview.COMMUNITY):
                raise PolymathError(
                    "This is a concept and no community; expand it to see more of it."
                )
            inside = concept.removeprefix(overview.COMMUNITY)
        note = self._enter(view, inside)
        return self._full(view, note=note, focus=None)

    def _full(self, view: _View, *, note: str, focus: int | None) -> _Answer:
        view.revision += 1
        fields = {
            "revision": view.revision,
            "url": self._graph.url,
            "version": view.version,
            "query": self.query,
            "focus": focus,
            "note": note,
            "way": [] if view.inside is None else overview.way_to(self._graph, view.inside),
            "arranged": view.canvas.arranged,
            "guides": _guides(view.canvas),
            "settled": view.canvas.settled,
            "kinds": dict(KINDS),
            "predicates": {
                **{p.name: [p.label, p.symmetric] for p in PREDICATES.values()},
                overview.LINKED: [overview.LINKED, True],
            },
        }
        return _Answer(Tell.FULL, fields, *pack(view.canvas.tables()))

    def _search(self, _name: str, content: Mapping[str, Any]) -> _Answer:
        query = _text(content)
        found = answers.hits(self._graph, query) if query else answers.hits(self._graph, "", 0)
        return _Answer(Tell.HITS, {"text": query}, *answers.hits_packed(found))

    def _show(self, name: str, content: Mapping[str, Any]) -> _Answer:
        """Put a concept and its neighbours on the canvas, given its id or words to find it by."""
        concept, query, said = str(content.get("id") or ""), _text(content), ""
        if not concept:
            found = answers.hits(self._graph, query, 5)
            if not len(found) or found["score"].iloc[0] < answers.SURE:
                message, near = self._not_found(query, list(found["name"]))
                return _Answer(Tell.NOTICE, {"message": message, "suggestions": near})
            concept, best = str(found["id"].iloc[0]), str(found["name"].iloc[0])
            said = "" if found["score"].iloc[0] >= 0.9 else f"Nearest to “{query}”: {best}."
        return self._delta(name, concept, said)

    def _expand(self, name: str, content: Mapping[str, Any]) -> _Answer:
        """Add the neighbours of a concept, named by its number on the canvas or by its id."""
        return self._delta(name, self._concept_id(name, content), "")

    def _delta(self, name: str, concept: str, note: str) -> _Answer:
        view = self._view(name)
        piece = answers.around(self._graph, concept, self._limit, self._min_belief)
        if concept not in set(piece.concepts["id"]):
            raise PolymathError(
                f"The graph has no concept {concept!r} any more; start over to see it as it is now."
            )
        if view.canvas.members().any():
            # A concept does not stand among communities: from here on the canvas is about it.
            view.canvas, view.inside = Canvas(), None
            self._add(view.canvas, piece)
            return self._full(view, note=note, focus=view.canvas.number[concept])
        nodes, edges, around = self._add(view.canvas, piece)
        base = view.revision
        view.revision += 1
        tables = view.canvas.tables(nodes, edges)
        fields = {
            "base": base,
            "revision": view.revision,
            "first_node": nodes,
            "first_edge": edges,
            "focus": view.canvas.number[concept],
            "around": list(around),
            "note": note,
            "changed": self._graph.version() != view.version,
        }
        return _Answer(Tell.DELTA, fields, *pack(tables))

    def _arrange(self, name: str, content: Mapping[str, Any]) -> _Answer:
        """Lay the canvas out in another way; only positions are sent."""
        view = self._view(name)
        canvas = view.canvas
        start, end = (_number(content, key) for key in ("start", "end"))
        by = str(content.get("by") or "disciplines")
        canvas.arrange(str(content.get("layout")), by=by, start=start, end=end)
        base = view.revision
        view.revision += 1
        fields = {
            "base": base,
            "revision": view.revision,
            "arranged": canvas.arranged,
            "guides": _guides(canvas),
        }
        return _Answer(Tell.PLACES, fields, *pack(canvas.places()))

    def _concept(self, name: str, content: Mapping[str, Any]) -> _Answer:
        concept = self._concept_id(name, content)
        packed = answers.card_packed(self._graph, concept, self._min_belief)
        view = self._views.get(name)
        node = view.canvas.number.get(concept) if view else None
        return _Answer(Tell.CONCEPT, {"id": concept, "node": node}, *packed)

    def _evidence(self, name: str, content: Mapping[str, Any]) -> _Answer:
        edge = _number(content, "edge")
        statement = str(content.get("id") or "")
        if edge is not None:
            statement = self._view(name).canvas.statement(edge)
        packed = answers.evidence_packed(self._graph, statement)
        view = self._views.get(name)
        edge = view.canvas.edge.get(statement) if view else None
        return _Answer(Tell.EVIDENCE, {"id": statement, "edge": edge}, *packed)

    def _concept_id(self, name: str, content: Mapping[str, Any]) -> str:
        node = _number(content, "node")
        if node is None:
            return str(content.get("id") or "")
        return self._view(name).canvas.concept(node)


def _number(content: Mapping[str, Any], key: str) -> int | None:
    value = content.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _guides(canvas: Canvas) -> list[list[Any]]:
    return [
        [g.label, *(round(v, 1) for v in (g.left, g.top, g.right, g.bottom))] for g in canvas.guides
    ]


def _text(content: Mapping[str, Any]) -> str:
    return str(content.get("text") or "").strip()[:400]


def _moved(raw: Any) -> dict[int, tuple[float, float]]:
    """Positions of dragged nodes as the page sends them; what is no such list is no movement."""
    try:
        return {int(n): (float(x), float(y)) for n, x, y in raw or ()}
    except (TypeError, ValueError):
        return {}


def _sentence(error: Exception) -> str:
    """What to tell a person: our errors are sentences already, others are wrapped into one."""
    if isinstance(error, PolymathError):
        return str(error)
    return (
        f"The graph could not answer ({type(error).__name__}: {error}). "
        "If it happens again, connect to the graph anew and run the cell again."
    )
