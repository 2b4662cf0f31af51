"""The widget that plays a story; made by :class:`widgets.walkthrough.Walkthrough`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from kg.graph import Graph
from widgets.answering import sentence
from widgets.bundles import bundle
from widgets.conversation import Conversation
from widgets.drawing import to_png
from widgets.protocol import PROTOCOL
from widgets.stories import storyboard
from widgets.stories.performing import Performance, Playing


class Player(anywidget.AnyWidget):
    """A story, played: narrative beside a canvas that can be wandered on.

    Args:
        graph: What the story is about.
        perform: Puts it on a canvas; told whether it leaves this computer.
        height: In pixels.
    """

    height = traitlets.Int(560).tag(sync=True)
    step = traitlets.Int(1).tag(sync=True)
    """Number of the step that is shown, from 1."""
    protocol = traitlets.Int(PROTOCOL, read_only=True).tag(sync=True)
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(self, graph: Graph, perform: Callable[[bool], Performance], height: int) -> None:
        super().__init__(
            height=height, _esm=bundle("walkthrough.js"), _css=bundle("walkthrough.css")
        )
        self._perform = perform
        self._looking = Playing(graph, "", 60, 0.0, stories={"now": perform(False)})
        self._conversation = Conversation(self._looking, self._say, lambda: None)
        self.on_msg(lambda _widget, content, buffers: self._conversation.receive(content, buffers))

    def _say(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(message, buffers=buffers)

    def renew(self) -> None:
        """Show the story as it is now, in all pages."""
        with self._conversation.turn:
            self._looking.stories["now"] = self._perform(False)
            scene = self._conversation.replace(self._looking.begin())
            self._conversation.tell(self._looking.whole(scene))

    def _repr_mimebundle_(self, /, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundled = super()._repr_mimebundle_(**kwargs)
        if bundled is None:
            return None
        data, metadata = bundled
        try:
            if self._looking.graph.version() != self._looking.stories["now"].scene.version:
                self.renew()
            # A notebook is handed on: no sentence of a source that is not open is in its picture.
            performance = self._perform(True)
            drawing = storyboard.drawn(performance)
            data["text/plain"] = storyboard.text(performance)
            data["image/png"] = to_png(drawing)
            size = {"width": drawing.width, "height": drawing.height}
            metadata = {**metadata, "image/png": {**size, "alt": drawing.alt}}
        except Exception as error:  # A cell must show its widget, which says what is wrong.
            data["text/plain"] = sentence(error)
        return data, metadata
