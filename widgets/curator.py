"""`Curator`: a queue of what is doubtful in a graph, decided by keyboard, in one cell of a notebook.

The page asks and the kernel answers (:mod:`widgets.curating.desk`). The synced state is a few numbers;
sentences only ever travel as binary messages and are not saved with the notebook.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets

from kg.curation.queue import EVERYTHING, Wanted
from kg.errors import PolymathError
from kg.graph import Graph
from kg.model import Decision
from kg.whole_file import write_whole
from widgets.answering import sentence
from widgets.bundles import bundle
from widgets.curating.dealing import Hand, Thing
from widgets.curating.desk import Desk
from widgets.curating.desk_messages import Tell
from widgets.curating.items import headline, item
from widgets.curating.review_file import render
from widgets.listeners import Listeners
from widgets.protocol import PROTOCOL, Reply

_MOST = 1_000
_NEXT = 6
"""So many of what comes first are shown where no kernel runs."""


class Curator(anywidget.AnyWidget):
    """A queue of statements and of pairs of concepts to decide about; make it the last line of a cell.

    Args:
        graph: The graph to decide about, from :func:`kg.connect`.
        by: Your name: every decision says who took it.
        wanted: What to show; see :class:`kg.curation.queue.Wanted`.
        height: Height in pixels, from 360 to 2,000.

    Raises:
        PolymathError: If nobody is named, the height is out of bounds, or the page has not been
            built.
    """

    height = traitlets.Int(640).tag(sync=True)
    protocol = traitlets.Int(PROTOCOL, read_only=True).tag(sync=True)
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, graph: Graph, by: str = "", *, wanted: Wanted = EVERYTHING, height: int = 640
    ) -> None:
        name = " ".join(str(by or "").split())
        if not name:
            raise PolymathError(
                'A decision says who took it: give your name, as in Curator(graph, by="Ada").'
            )
        if not 360 <= height <= 2000:
            raise PolymathError(
                f"Curator(height={height!r}) is out of bounds: give a number from 360 to 2000."
            )
        self._graph = graph
        _check(wanted)
        super().__init__(height=height, _esm=bundle("curator.js"), _css=bundle("curator.css"))
        self._listeners: Listeners[list[Decision]] = Listeners("Curator.on_decide")
        self._made: list[str] = []
        self._desk = Desk(graph, name, wanted, self._say, self._decided)
        self.on_msg(lambda _widget, content, buffers: self._desk.receive(content, buffers))

    def _say(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(message, buffers=buffers)

    def _decided(self, made: list[Decision]) -> None:
        self._made += [d.id for d in made]
        self._listeners.tell(lambda: made)

    # ------------------------------------------------------------------ both ways

    @property
    def by(self) -> str:
        """Who decides."""
        return self._desk.by

    @property
    def wanted(self) -> Wanted:
        """What is asked for, as the page has it; give another and the page shows that."""
        return self._desk.wanted

    @wanted.setter
    def wanted(self, wanted: Wanted) -> None:
        _check(wanted)
        with self._desk.turn:
            self._desk.want(wanted)

    @property
    def current(self) -> Thing | None:
        """What the page shows: ``sort`` (``statement`` or ``pair``), ``id``, and ``other`` of a pair."""
        with self._desk.turn:
            hand = self._desk.latest()
            return hand.current if hand else None

    def go_to(self, statement: str, other: str = "") -> None:
        """Show a statement in the page, or two concepts, whatever the filter says.

        Args:
            statement: Id of a statement, or of the concept that would be merged.
            other: Id of the concept that would stand for both.

        Raises:
            RecordError: If the graph has it not.
        """
        thing = Thing("pair" if other else "statement", statement, other)
        with self._desk.turn:
            item(self._graph, thing)
            where = {"sort": thing.sort, "id": thing.id, "other": thing.other}
            self._desk.tell(Reply(Tell.OPEN, {"thing": where}))

    @property
    def decided(self) -> pd.DataFrame:
        """What was decided with this widget, oldest first, in the columns of ``graph.curation.log()``."""
        log = self._graph.curation.log()
        return log[log["id"].isin(self._made)].reset_index(drop=True)

    def on_decide(self, callback: Callable[[list[Decision]], object]) -> Callable[[], None]:
        """Call a function whenever something is decided in the page.

        Args:
            callback: Takes the decisions, undos among them; what it raises goes to the log.

        Returns:
            What to call to end that.
        """
        return self._listeners.add(callback)

    def refresh(self) -> None:
        """Let the page look again, after decisions were taken from Python."""
        with self._desk.turn:
            self._desk.tell(Reply(Tell.STALE))

    # ------------------------------------------------------------------ without a kernel

    def export(self, path: str | Path, n: int = 50, *, by: str = "") -> Path:
        """Write the next statements and pairs as one HTML file, in which others decide without a kernel.

        It holds sentences of open sources only, needs no network, and gives a file back for
        ``graph.curation.take_in(file, "review")``.

        Args:
            path: Where to write; an existing file is replaced.
            n: At most so many, from 1 to 1,000; one in five is a pair, if there are as many.
            by: Who will decide; asked for in the page if left out.

        Raises:
            PolymathError: If there is nothing that may be handed on, or the file cannot be written.
        """
        if not 1 <= n <= _MOST:
            raise PolymathError(
                f"A review of {n!r} is out of bounds: give a number from 1 to {_MOST:,}."
            )
        with self._desk.turn:
            text = render(self._graph, self._desk, n, " ".join(by.split()))
        return write_whole(Path(path), text, "The review")

    def _repr_mimebundle_(self, /, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        found = super()._repr_mimebundle_(**kwargs)
        if found is None:
            return None
        data, metadata = found
        try:
            with self._desk.turn:
                data["text/plain"], data["text/html"] = self._still()
        except Exception as error:  # A cell must show its widget, which says what is wrong.
            data["text/plain"] = sentence(error)
        return data, metadata

    def _still(self) -> tuple[str, str]:
        """What comes first and how far it is, as text and as a table, without any sentence."""
        hand = Hand()
        rows: list[tuple[str, str, str]] = []
        desk = self._desk
        while len(rows) < _NEXT:
            dealt, left = desk.dealer.next(hand, "statement", desk.wanted)
            if dealt is None:
                break
            fields, _ = item(self._graph, dealt.thing)
            rows.append((headline(fields), f"{fields['belief']:.2f}", str(dealt.rank["reason"])))
        left = desk.dealer.left("statement", desk.wanted)
        counts = self._graph.curation.progress()
        told = (
            f"{left:,} statements to decide; {counts['decided']:,} of {counts['statements']:,} "
            f"accepted or rejected, {counts['decisions']:,} decisions in all."
        )
        plain = "\n".join(
            [f"Curator for {self.by}: {told}", *(f"{b}  {line}  ({why})" for line, b, why in rows)]
        )
        cells = "".join(
            f"<tr><td>{escape(line)}</td><td>{b}</td><td>{escape(why)}</td></tr>"
            for line, b, why in rows
        )
        head = "<tr><th>to decide next</th><th>belief</th><th>why it comes first</th></tr>"
        return plain, (
            f"<p><b>Curator for {escape(self.by)}.</b> {escape(told)}</p>"
            f"<table><thead>{head}</thead><tbody>{cells}</tbody></table>"
        )


def _check(wanted: object) -> None:
    if not isinstance(wanted, Wanted):
        raise PolymathError(
            "A filter is a kg.curation.queue.Wanted, such as Wanted(kinds=('material',)), not "
            f"{type(wanted).__name__}."
        )
