"""`Explorer`: a knowledge graph to look at, walk through and check, in one cell of a notebook.

The page asks and the kernel answers (:mod:`widgets.protocol`). The synced state is a few
words; graph and evidence only ever travel as binary messages, and only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

import anywidget
import pandas as pd
import traitlets

from kg.asking import Answer
from kg.errors import PolymathError
from kg.expanding import Direction, Expansion, Rank
from kg.graph import Graph
from kg.paths import Best
from widgets import answers, columns, exporting, handing_on, keeping, naming, pyvis_network
from widgets.answering import sentence
from widgets.bundles import bundle
from widgets.conversation import Conversation
from widgets.drawing import to_png
from widgets.listeners import Listeners
from widgets.look import COLOURS, SIZES
from widgets.looking import Choice, Looking
from widgets.naming import Things
from widgets.protocol import PROTOCOL, Ask
from widgets.scene import Scene
from widgets.shown import Shown
from widgets.stories import keeping_steps

if TYPE_CHECKING:
    import networkx as nx

    from widgets.walkthrough import Walkthrough

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, eq=False)
class Visible:
    """What can be seen.

    Attributes:
        concepts: ``id``, ``name``, ``kind``, ``n_works``, ``disciplines``.
        statements: The columns of RELATED, ``subject_name``, ``object_name`` and ``accepted``.
    """

    concepts: pd.DataFrame
    statements: pd.DataFrame


def _in_turn(
    method: Callable[Concatenate[Explorer, _P], _T],
) -> Callable[Concatenate[Explorer, _P], _T]:
    """A method that waits until a page has been answered, and lets none be answered until it is done."""

    @wraps(method)
    def waiting(self: Explorer, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        with self._conversation.turn:
            return method(self, *args, **kwargs)

    return waiting


class Explorer(anywidget.AnyWidget):
    """An interactive view of a graph; make it the last line of a cell.

    Args:
        graph: The graph to look at, from :func:`kg.connect`.
        query: Shows the concept that answers best to this and its neighbours; without
            it, the strongest statements of the whole graph.
        limit: At most so many statements around one concept, from 1 to 20,000.
        height: Height in pixels, from 240 to 2,000.
        min_belief: Only statements that are believed at least so much, from 0 to 1.
        show: What to show in place of that: concepts and statements as for :meth:`show`.
        walkthrough: A story; the page then has a button that keeps what is seen as a step of it.

    Raises:
        PolymathError: If an argument is out of bounds or the page has not been built.
    """

    walkthrough = traitlets.Unicode("").tag(sync=True)
    """Title of the story that steps are kept in, "" for none."""
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
        show: Things | None = None,
        walkthrough: Walkthrough | None = None,
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
        if walkthrough is not None and not hasattr(walkthrough, "story"):
            raise PolymathError(
                f"Explorer(walkthrough={walkthrough!r}) is no story; give one that was made with "
                'Walkthrough(graph, "Title"), or opened with Walkthrough.open.'
            )
        self._graph = graph
        super().__init__(
            query=query.strip(),
            height=height,
            walkthrough="" if walkthrough is None else walkthrough.story.title,
            _esm=bundle("explorer.js"),
            _css=bundle("explorer.css"),
        )
        self._listeners: Listeners[pd.DataFrame] = Listeners("Explorer.on_select")
        meant = ([], []) if show is None else naming.meant(graph, show)
        concepts, statements = map(tuple, meant)
        self._looking = Looking(graph, self.query, limit, min_belief, concepts, statements)
        self._conversation = Conversation(self._looking, self._say, self._selected)
        if walkthrough is not None:
            self._conversation.also(Ask.STEP, partial(keeping_steps.kept, walkthrough))
        self.on_msg(lambda _widget, content, buffers: self._conversation.receive(content, buffers))

    def _say(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(message, buffers=buffers)

    def _selected(self) -> None:
        self._listeners.tell(lambda: self.selection)

    # ------------------------------------------------------------------ what is shown

    @property
    @_in_turn
    def selection(self) -> pd.DataFrame:
        """The concepts that are selected in the page, in the order in which they were picked."""
        scene = self._conversation.latest()
        return scene.canvas.concepts(scene.selected)

    @property
    @_in_turn
    def selected_statements(self) -> pd.DataFrame:
        """The statements that are selected in the page."""
        scene = self._conversation.latest()
        return scene.canvas.statements(scene.selected_edges)

    @property
    @_in_turn
    def visible(self) -> Visible:
        """The concepts and statements that can be seen, without what is hidden or filtered out."""
        canvas = self._conversation.latest().seen()
        nodes, edges = range(len(canvas.nodes)), range(len(canvas.edges))
        return Visible(canvas.concepts(nodes), canvas.statements(edges))

    @property
    def graph(self) -> Graph:
        """The graph that is looked at."""
        return self._graph

    @property
    @_in_turn
    def scene(self) -> Scene:
        """All that the view shows that spoke last, for what is made of it; not to be changed."""
        return self._conversation.latest()

    def on_select(self, callback: Callable[[pd.DataFrame], object]) -> Callable[[], None]:
        """Call a function with :attr:`selection` whenever it changes.

        Args:
            callback: Takes the DataFrame; what it raises goes to the log.

        Returns:
            What to call to end that.
        """
        return self._listeners.add(callback)

    # ------------------------------------------------------------------ looking

    @_in_turn
    def focus(self, concept: str) -> None:
        """Go to a concept and select it; what is not on the canvas comes with its neighbours.

        Args:
            concept: Its id, or a name.

        Raises:
            PolymathError: If nothing answers to it; the message names what comes nearest.
        """
        scene = self._conversation.latest()
        self._conversation.tell(self._looking.focus(scene, self._id(concept)))

    @_in_turn
    def show(self, things: Things) -> None:
        """Put concepts and statements on the canvas.

        Args:
            things: A concept by id or name; a statement by id, or as (subject, predicate, object); a list
                of such; or a result of :mod:`kg.discovery` or a DataFrame, of which all that it names by id
                is shown. Without any statement among them, what is said between the concepts comes along.

        Raises:
            PolymathError: If one of them is not in the graph, or none is.
        """
        piece = self._looking.named(*naming.meant(self._graph, things))
        scene = self._conversation.latest()
        self._conversation.tell(self._looking.put(scene, piece))

    @_in_turn
    def expand(
        self,
        concept: str,
        *,
        predicates: Sequence[str] = (),
        kinds: Sequence[str] = (),
        disciplines: Sequence[str] = (),
        direction: Direction = "both",
        by: Rank = "belief",
        limit: int | None = None,
        offset: int = 0,
    ) -> Expansion:
        """Put neighbours of a concept on the canvas, the best first; see :meth:`kg.Graph.expand`.

        Args:
            concept: Its id, or a name.
            predicates: Only along these.
            kinds: Only to concepts of these kinds …
            disciplines: … and of these disciplines.
            direction: ``out`` where the concept is the subject, ``in`` where it is the object.
            by: ``belief``, ``works``, ``year`` or ``degree``.
            limit: At most so many; without it, as many as the Explorer was made with.
            offset: So many before them are passed over.

        Returns:
            The neighbours and the statements that lead to them; as text, "100 of 3,412, by belief".
        """
        choice = Choice(
            tuple(predicates), tuple(kinds), tuple(disciplines), direction, by, limit, offset
        )
        scene = self._conversation.latest()
        reply, found = self._looking.expand(scene, self._id(concept), choice)
        self._conversation.tell(reply)
        return found

    @_in_turn
    def paths(
        self,
        start: str,
        end: str,
        *,
        by: Best = "length",
        limit: int = 5,
        max_length: int = 4,
    ) -> list[pd.DataFrame]:
        """Put the best chains of statements between two concepts on the canvas; see :meth:`kg.Graph.paths`.

        Args:
            start: Id or name of a concept.
            end: Id or name of another.
            by: ``length`` or ``belief``.
            limit: At most so many chains.
            max_length: Longest chain, in statements.
        """
        reply, found = self._looking.paths(
            self._conversation.latest(),
            self._id(start),
            self._id(end),
            by=by,
            limit=limit,
            max_length=max_length,
        )
        self._conversation.tell(reply)
        return found

    @_in_turn
    def ask(self, /, text: str, **values: object) -> Answer:
        """Answer a question in words, and put concepts and statements of the answer on the canvas.

        Args:
            text: As for :meth:`kg.Graph.ask`.
            values: What stands for each ``{name}`` in the text.
        """
        reply, answer = self._looking.ask(self._conversation.latest(), text, values)
        self._conversation.tell(reply)
        return answer

    def _id(self, concept: str) -> str:
        scene = self._conversation.latest()
        return concept if concept in scene.canvas.number else answers.called(self._graph, concept)

    # ------------------------------------------------------------------ how it looks

    def colour_by(self, values: str | Mapping[str, Any] | pd.Series, *, name: str = "") -> None:
        """Let the colour of a concept tell something.

        Args:
            values: ``kind``, ``discipline``, ``community``, ``belief``, ``year``, ``accepted``,
                ``works``, ``degree`` or a column that was given before; or a text or a number by
                id or name of a concept. Numbers are shown on a scale, texts as categories.
            name: What a new column is called; without it, the name of the Series, or "given".

        Raises:
            PolymathError: If there is no such column, or the values are neither texts nor numbers.
        """
        self._tell_by("colour", values, name)

    def size_by(self, values: str | Mapping[str, Any] | pd.Series, *, name: str = "") -> None:
        """Let the size of a concept tell something.

        Args:
            values: ``works``, ``degree``, ``belief``, ``same`` or a column of numbers that was
                given before; or a number by id or name of a concept.
            name: What a new column is called; without it, the name of the Series, or "given".

        Raises:
            PolymathError: If there is no such column, or the values are no numbers.
        """
        self._tell_by("size", values, name)

    @_in_turn
    def _tell_by(self, what: str, values: str | Mapping[str, Any] | pd.Series, name: str) -> None:
        given, renewed = self._looking.given, ""
        if not isinstance(values, str):
            renewed = name or str(getattr(values, "name", None) or "given")
            column = columns.given(renewed, values)
            if what == "size" and not column.numeric:
                raise PolymathError(f"Column {renewed!r} holds texts; a size needs numbers.")
            given[renewed] = column
        told = renewed or str(values)
        known = COLOURS if what == "colour" else SIZES
        if told not in known and (
            told not in given or (what == "size" and not given[told].numeric)
        ):
            raise PolymathError(
                f"There is no column {told!r} for {what}; choose one of "
                f"{', '.join([*known, *given])}, or give a value for each concept."
            )
        scene = self._conversation.latest()
        self._conversation.tell(self._looking.look(scene, renewed, **{what: told}))

    # ------------------------------------------------------------------ views

    @_in_turn
    def save_view(self, where: str | Path) -> Path:
        """Save what is shown, where, what is hidden, pinned, selected and filtered, by ids that last.

        Args:
            where: A name, for a view beside an embedded graph, or a path that ends in ``.json``.

        Raises:
            ViewError: If it cannot be written there.
        """
        return keeping.save(self._graph, self._conversation.latest(), where)

    @_in_turn
    def load_view(self, where: str | Path) -> str:
        """Show what was saved, as the graph is now.

        Returns:
            What has become of it since, in one sentence; "" if nothing has.

        Raises:
            ViewError: If there is no such view, or the file is none.
        """
        scene = self._conversation.replace(self._looking.opened(where))
        self._conversation.tell(self._looking.whole(scene))
        return scene.note

    # ------------------------------------------------------------------ taking it elsewhere

    @_in_turn
    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """What is visible as a networkx graph; see :func:`widgets.exporting.to_networkx`."""
        return exporting.to_networkx(self._seen())

    @_in_turn
    def to_pyvis(self, /, **options: Any) -> Any:
        """What is visible as a pyvis network; see :func:`widgets.pyvis_network.to_pyvis`."""
        return pyvis_network.to_pyvis(self._seen(), **options)

    @_in_turn
    def export(self, to: str | Path) -> bytes | Path:
        """What is visible, in a format that others read, with query, graph version and package version in it.

        Args:
            to: One of ``png``, ``svg``, ``html``, ``graphml``, ``gexf`` and ``csv`` (a ZIP of
                tables); or a path that ends in one of these, or in ``.zip``, to write a file.

        Returns:
            The bytes, or the path.

        Raises:
            PolymathError: If there is no such format, or the file cannot be written.
        """
        scene = self._conversation.latest()
        if to in handing_on.FORMATS:
            return handing_on.made(self._graph, scene, str(to))
        return handing_on.written(self._graph, scene, Path(to))

    @_in_turn
    def picture(self, format: Literal["png", "svg"] = "png") -> bytes:
        """What is visible, as a still picture.

        Args:
            format: ``png`` or ``svg``.
        """
        if format not in handing_on.PICTURES:
            raise PolymathError(f'A picture is made as "png" or "svg", not as {format!r}.')
        return handing_on.made(self._graph, self._conversation.latest(), format)

    @_in_turn
    def to_html(self, path: str | Path) -> Path:
        """Write what is visible, with its evidence, as one HTML file that needs no kernel and no network.

        Sentences of sources that are not open are left out of it.

        Args:
            path: Where to write; an existing file is replaced.
        """
        scene = self._conversation.latest()
        return handing_on.written(self._graph, scene, Path(path), "html")

    def _seen(self) -> Shown:
        return handing_on.seen(self._graph, self._conversation.latest())

    @_in_turn
    def _repr_mimebundle_(self, /, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        try:
            scene = self._conversation.latest()
            drawing = handing_on.drawing(self._graph, scene)
            data["text/plain"] = f"{drawing.alt} (graph {self._graph.url}, version {scene.version})"
            data["image/png"] = to_png(drawing)
            size = {"width": drawing.width, "height": drawing.height}
            metadata = {**metadata, "image/png": {**size, "alt": drawing.alt}}
        except Exception as error:  # A cell must show its widget, which says what is wrong.
            data["text/plain"] = sentence(error)
        return data, metadata
