"""What a page of an Explorer asks of a story: to keep what is seen as a step of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kg.errors import PolymathError
from widgets.protocol import Reply, Tell
from widgets.scene import Scene
from widgets.stories.composing import checked_frame
from widgets.stories.story import Step
from widgets.wanted import numbers_in

if TYPE_CHECKING:
    from widgets.walkthrough import Walkthrough

_TEXTS = ("title", "text", "question", "answer", "notes")


def kept(story: Walkthrough, scene: Scene, content: Mapping[str, Any]) -> Reply:
    """Keep what a scene shows as a step, if a title is given; and tell which steps there are.

    Raises:
        PolymathError: If the page sends what is no step.
    """
    texts: dict[str, str] = {name: content.get(name) or "" for name in _TEXTS}
    if not all(isinstance(text, str) for text in texts.values()):
        raise PolymathError("The page sends a step whose texts are none; reload the page.")
    number = None
    if texts["title"].strip():
        canvas, seen = scene.canvas, scene.seen()
        nodes = numbers_in(content.get("nodes") or [], len(canvas.nodes))
        edges = numbers_in(content.get("edges") or [], len(canvas.edges))
        lit = [*(canvas.concept(n) for n in nodes), *(canvas.statement(e) for e in edges)]
        at = content.get("at")
        number = story.put(
            scene,
            Step(
                query=scene.query,
                camera=checked_frame(content.get("camera")),
                title=texts["title"].strip(),
                text=texts["text"].strip(),
                question=texts["question"].strip(),
                answer=texts["answer"].strip(),
                notes=texts["notes"].strip(),
            ),
            [one for one in lit if one in seen.number or one in seen.edge],
            at=at if isinstance(at, int) and not isinstance(at, bool) else None,
            instead=content.get("instead") is True,
        )
    titles = [step.title for step in story.steps]
    return Reply(Tell.STEP, {"story": story.story.title, "titles": titles, "number": number})
