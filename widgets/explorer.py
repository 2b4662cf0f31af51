"""`Explorer`: a knowledge graph to look at, walk through and check, in one cell of a notebook.

The page asks and the kernel answers (:mod:`widgets.protocol`). The synced state is a few
words; graph and evidence only ever travel as binary messages, and only what is new.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import anywidget
import traitlets

from kg.errors import PolymathError
from kg.graph import Graph
from widgets import picture, snapshot
from widgets.conversation import Conversation, sentence
from widgets.protocol import PROTOCOL

_STATIC = Path(__file__).with_name("static")


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
        super().__init__(
            query=query.strip(),
            height=height,
            _esm=_bundle("explorer.js"),
            _css=_bundle("explorer.css"),
        )
        self._conversation = Conversation(
            graph, self.query, limit=limit, min_belief=min_belief, send=self._say
        )
        self.on_msg(lambda _widget, content, buffers: self._conversation.receive(content, buffers))

    def _say(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(message, buffers=buffers)

    # ------------------------------------------------------------------ pictures

    def picture(self, format: Literal["png", "svg"] = "png") -> bytes:
        """What the canvas shows, as a still picture.

        Args:
            format: ``png`` or ``svg``.
        """
        if format not in ("png", "svg"):
            raise PolymathError(f'A picture is made as "png" or "svg", not as {format!r}.')
        drawing = picture.draw(self._conversation.latest().canvas, self.query)
        return picture.to_png(drawing) if format == "png" else picture.to_svg(drawing)

    def to_html(self, path: str | Path) -> Path:
        """Write what the canvas shows, with its evidence, as one HTML file that needs no kernel and no network.

        Sentences of sources that are not open are left out of it.

        Args:
            path: Where to write; an existing file is replaced.
        """
        scene = self._conversation.latest()
        page = snapshot.render(self._graph, scene.canvas, self.query, scene.version)
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
            scene = self._conversation.latest()
            drawing = picture.draw(scene.canvas, self.query)
            data["text/plain"] = f"{drawing.alt} (graph {self._graph.url}, version {scene.version})"
            data["image/png"] = picture.to_png(drawing)
            size = {"width": drawing.width, "height": drawing.height}
            metadata = {**metadata, "image/png": {**size, "alt": drawing.alt}}
        except Exception as error:  # A cell must show its widget, which says what is wrong.
            data["text/plain"] = sentence(error)
        return data, metadata
