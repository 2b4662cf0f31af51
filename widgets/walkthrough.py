"""`Walkthrough`: a story over a graph, composed by an educator, played by whoever it is given to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import pandas as pd

from kg.address import public_address
from kg.graph import Graph
from kg.whole_file import write_whole
from widgets import naming
from widgets.look import COLOURS
from widgets.naming import Named
from widgets.scene import Scene
from widgets.stories import (
    bibliography,
    composing,
    handout,
    ordering,
    performing,
    still_true,
    story_file,
)  # fmt: skip
from widgets.stories.performing import Performance
from widgets.stories.player import Player
from widgets.stories.still_true import MOVED
from widgets.stories.story import Step, Story, StoryError

if TYPE_CHECKING:
    from widgets.explorer import Explorer

_CHOICE = ("table", "csl", "text")


class Walkthrough:
    """A story over a graph; make it the last line of a cell to play it.

    Steps are numbered from 1, and may be named by number or by title.

    Args:
        graph: What the story is about, from :func:`kg.connect`.
        title: Of the story.
        about: What it teaches, and whom; Markdown.
        language: Of its texts, a language tag such as ``en`` or ``zh``.
        authors: Who tells it.
        licence: Of its own texts, such as ``CC-BY-4.0``.
        height: In pixels, from 320 to 2,000.

    Raises:
        StoryError: If the title is empty, or an argument is out of bounds.
    """

    def __init__(
        self,
        graph: Graph,
        title: str,
        *,
        about: str = "",
        language: str = "en",
        authors: Sequence[str] = (),
        licence: str = "CC-BY-4.0",
        height: int = 560,
    ) -> None:
        if isinstance(authors, str):
            authors = (authors,)
        story = Story(
            title=title, about=about, language=language, authors=tuple(authors), licence=licence,
            graph=public_address(graph.url),
        )  # fmt: skip
        # What could not be read again is not begun.
        self._begin(graph, story_file.loads(story_file.dumps(story), "This story"), height)

    def _begin(self, graph: Graph, story: Story, height: int) -> None:
        if not 320 <= height <= 2000:
            raise StoryError(
                f"Walkthrough(height={height!r}) is out of bounds: give a number from 320 to 2000."
            )
        self._graph, self._story, self._height = graph, story, height
        self._player: Player | None = None

    @classmethod
    def open(cls, graph: Graph, path: str | Path, *, height: int = 560) -> Self:
        """A story from its file, on a graph.

        Args:
            graph: What it is played on; :meth:`check` tells what of it differs there.
            path: Of the JSON file.
            height: In pixels.

        Raises:
            StoryError: If there is no such file, or it is no story.
        """
        new = cls.__new__(cls)
        new._begin(graph, story_file.load(Path(path)), height)
        return new

    def save(self, path: str | Path) -> Path:
        """Write the story as one readable JSON file; an existing one is replaced, whole or not at all.

        No sentence of a source is in it, and neither a time nor a path: saved twice, it is the same.

        Raises:
            StoryError: If the name does not end in ``.json``, or it cannot be written there.
        """
        return story_file.save(self._story, Path(path))

    # ------------------------------------------------------------------ what it holds

    @property
    def story(self) -> Story:
        """All of it, as records."""
        return self._story

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in order, as records."""
        return self._story.steps

    @property
    def contents(self) -> pd.DataFrame:
        """The steps in order: step, title, query, concepts, statements, sentences, question."""
        rows = [
            (n, s.title, s.query, len(s.view.concepts), len(s.claims), len(s.sentences), s.question)
            for n, s in enumerate(self.steps, 1)
        ]
        columns = ["step", "title", "query", "concepts", "statements", "sentences", "question"]
        return pd.DataFrame(rows, columns=columns)

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        return f"<Walkthrough “{self._story.title}”, {len(self)} steps>"

    # ------------------------------------------------------------------ composing

    def add(
        self,
        explorer: Explorer,
        title: str,
        text: str = "",
        *,
        highlight: str | Sequence[Named] | None = None,
        sentences: Sequence[str] | None = None,
        question: str = "",
        answer: str = "",
        notes: str = "",
        query: str | None = None,
        camera: str | Sequence[str] = (),
        at: int | None = None,
    ) -> int:
        """Add what an Explorer shows as a step.

        Args:
            explorer: Whose canvas to keep: what can be seen, where, in its colours.
            title: Of the step, in a few words.
            text: The narrative: Markdown, with maths between dollar signs.
            highlight: Concepts and statements that stand out; without it, what is picked out there.
            sentences: Ids of evidence to show; without them, the best of each highlighted statement.
            question: For pupils.
            answer: To it; hidden until it is asked for.
            notes: For who tells the story.
            query: What the step asks the graph; without it, what the Explorer was asked for.
            camera: Concepts to look at more closely.
            at: Number that the step is to have; without it, it comes last.

        Returns:
            The number of the step.

        Raises:
            PolymathError: If something named is not shown there, or the Explorer is of another graph.
        """
        scene = self._scene_of(explorer)
        step = Step(
            title=title, text=text, question=question, answer=answer, notes=notes,
            query=scene.query if query is None else query,
        )  # fmt: skip
        lit = self._picked(scene) if highlight is None else self._ids(highlight)
        return self.put(scene, step, lit, sentences, self._ids(camera), at)

    def step(
        self,
        title: str,
        text: str = "",
        *,
        query: str = "",
        show: str | Sequence[Named] = (),
        highlight: str | Sequence[Named] = (),
        sentences: Sequence[str] | None = None,
        question: str = "",
        answer: str = "",
        notes: str = "",
        camera: str | Sequence[str] = (),
        layout: str = "free",
        colour: str = "kind",
        limit: int = 30,
        min_belief: float = 0.0,
        at: int | None = None,
    ) -> int:
        """Add a step from Python.

        Args:
            title: Of the step, in a few words.
            text: The narrative: Markdown, with maths between dollar signs.
            query: What the step asks the graph: a name, or a question in words.
            show: What is seen: concepts by id or name, then with all that is said between them;
                statements by id or as ``("graphene", "increases", "thermal conductivity")``, then
                only these. Without it, what answers the query.
            highlight: Concepts and statements that stand out; they are shown, too.
            sentences: Ids of evidence to show; without them, the best of each highlighted statement.
            question: For pupils.
            answer: To it; hidden until it is asked for.
            notes: For who tells the story.
            camera: Concepts to look at more closely.
            layout: One of :data:`widgets.arrangements.LAYOUTS`.
            colour: One of :data:`widgets.look.COLOURS`.
            limit: At most so many statements of a query.
            min_belief: Only statements that are believed at least so much.
            at: Number that the step is to have; without it, it comes last.

        Returns:
            The number of the step.

        Raises:
            PolymathError: If something named is not in the graph; the message says what comes nearest.
        """
        scene = composing.scene_of(self._graph, show, query, limit=limit, min_belief=min_belief)
        concepts, said = naming.named(self._graph, highlight)
        missing = [s for s in said if s not in scene.canvas.edge]
        absent = [c for c in concepts if c not in scene.canvas.number]
        composing.bring(self._graph, scene, absent, missing)
        if colour not in COLOURS:
            raise StoryError(
                f"Concepts are not coloured by {colour!r}; choose one of {', '.join(COLOURS)}."
            )
        if layout != "free":
            scene.canvas.arrange(layout)
        scene.look = replace(scene.look, colour=colour)
        step = Step(
            title=title, text=text, query=query, question=question, answer=answer, notes=notes
        )
        return self.put(scene, step, [*concepts, *said], sentences, self._ids(camera), at)

    def put(
        self,
        scene: Scene,
        step: Step,
        highlight: Sequence[str],
        sentences: Sequence[str] | None = None,
        camera: str | Sequence[str] = (),
        at: int | None = None,
        *,
        instead: bool = False,
    ) -> int:
        """Add a step that shows what can be seen in a scene; what pages and the other methods call.

        Args:
            scene: What is shown.
            step: What is told of it.
            highlight: Ids of concepts and statements that stand out.
            sentences: Ids of evidence to show.
            camera: Ids of concepts to look at more closely.
            at: Number that the step is to have; without it, it comes last.
            instead: Whether it comes in place of the step of that number.
        """
        if not step.title.strip():
            raise StoryError('A step needs a title: story.step("In a few words", …).')
        if camera:
            step = replace(step, camera=composing.frame_around(scene, camera))
        made = composing.keep(self._graph, scene, step, highlight=highlight, sentences=sentences)
        if instead and at is not None:
            self._change(ordering.replaced(self.steps, at, made))
        else:
            self._change(ordering.inserted(self.steps, made, at))
        return len(self) if at is None else at

    def edit(
        self,
        step: int | str,
        *,
        title: str | None = None,
        text: str | None = None,
        query: str | None = None,
        question: str | None = None,
        answer: str | None = None,
        notes: str | None = None,
        highlight: str | Sequence[Named] | None = None,
        sentences: Sequence[str] | None = None,
        explorer: Explorer | None = None,
    ) -> None:
        """Change what is given of a step; the rest stays.

        Args:
            step: Its number or title.
            title: Of the step.
            text: Its narrative.
            query: What it asks the graph.
            question: For pupils.
            answer: To it.
            notes: For who tells the story.
            highlight: What stands out; its sentences come with it.
            sentences: Ids of evidence to show.
            explorer: Whose canvas is shown from now on.
        """
        at = ordering.place(self.steps, step)
        old = self.steps[at]
        given: dict[str, Any] = {
            "title": title, "text": text, "query": query, "question": question, "answer": answer,
            "notes": notes,
        }  # fmt: skip
        new = replace(old, **{k: v for k, v in given.items() if v is not None})
        if not new.title.strip():
            raise StoryError("A step needs a title.")
        if explorer is None and highlight is None and sentences is None:
            if query is not None:
                new = replace(new, found=composing.found(self._graph, new.query))
            self._change(ordering.replaced(self.steps, step, new))
            return
        if explorer is None:
            scene = performing.perform(
                self._graph, replace(self._story, steps=(old,)), leaving=False
            ).steps[0].scene  # fmt: skip
            kept = tuple(
                h for h in old.highlight if h in scene.canvas.number or h in scene.canvas.edge
            )
        else:
            scene, new = self._scene_of(explorer), replace(new, camera=None)
            kept = tuple(self._picked(scene))
        lit = kept if highlight is None else self._ids(highlight)
        self.put(scene, new, lit, sentences, at=at + 1, instead=True)

    def describe(
        self,
        *,
        title: str | None = None,
        about: str | None = None,
        language: str | None = None,
        authors: Sequence[str] | None = None,
        licence: str | None = None,
    ) -> None:
        """Change what is given of the story as a whole; the rest stays."""
        given: dict[str, Any] = {
            "title": title, "about": about, "language": language, "licence": licence,
            "authors": (authors,) if isinstance(authors, str) else authors,
        }  # fmt: skip
        self._change(self.steps, {k: v for k, v in given.items() if v is not None})

    def move(self, step: int | str, to: int) -> None:
        """Let a step have another number."""
        self._change(ordering.moved(self.steps, step, to))

    def remove(self, step: int | str) -> None:
        """Take a step out."""
        self._change(ordering.removed(self.steps, step))

    def _change(self, steps: Sequence[Step], about: Mapping[str, Any] | None = None) -> None:
        """Have these steps from now on, everywhere."""
        graph = public_address(self._graph.url)
        story = replace(self._story, steps=tuple(steps), graph=graph, **(about or {}))
        cited = list(dict.fromkeys(work for work, _ in performing.works_of(story.steps)))
        known: dict[str, Mapping[str, Any]] = {str(w["id"]): w for w in self._story.works}
        known |= {str(w["id"]): w for w in bibliography.csl(self._graph, cited)}
        story = replace(story, works=tuple(known[w] for w in cited if w in known))
        # As it will be read again, to the last digit; what could not be is not taken over.
        self._story = story_file.loads(story_file.dumps(story), "With that it")
        if self._player is not None:
            self._player.renew()

    def _scene_of(self, explorer: Explorer) -> Scene:
        scene = getattr(explorer, "scene", None)
        if not isinstance(scene, Scene):
            raise StoryError(
                f"A step is kept from an Explorer, not from {type(explorer).__name__}: "
                'story.add(Explorer(graph, "a name"), "Title").'
            )
        if explorer.graph.url != self._graph.url:
            raise StoryError(
                f"The Explorer shows {public_address(explorer.graph.url)} and the story is about "
                f"{public_address(self._graph.url)}; take an Explorer of the same graph."
            )
        return scene

    def _picked(self, scene: Scene) -> list[str]:
        """Ids of what is picked out in a scene and to be seen."""
        seen = scene.seen()
        nodes = [scene.canvas.concept(n) for n in scene.selected]
        edges = [scene.canvas.statement(e) for e in scene.selected_edges]
        return [*(n for n in nodes if n in seen.number), *(e for e in edges if e in seen.edge)]

    def _ids(self, things: str | Sequence[Named]) -> list[str]:
        concepts, said = naming.named(self._graph, things)
        return [*concepts, *said]

    # ------------------------------------------------------------------ still true?

    def check(self, *, moved: float = MOVED) -> pd.DataFrame:
        """What differs on today's graph; no rows if every step is still true.

        Args:
            moved: From which change on a belief is told to have moved.

        Returns:
            step, title, what, about, was, now, said: a sentence.
        """
        return still_true.report(
            [
                (n, step, still_true.differences(self._graph, step, moved=moved))
                for n, step in enumerate(self.steps, 1)
            ]
        )

    def refresh(self, step: int | str | None = None) -> pd.DataFrame:
        """Take over what the graph says today: in one step, or in all.

        Returns:
            What differed, as :meth:`check` tells it.
        """
        before = self.check()
        chosen = range(len(self)) if step is None else [ordering.place(self.steps, step)]
        steps = list(self.steps)
        for at in chosen:
            steps[at] = still_true.taken_over(self._graph, steps[at])
        self._change(steps)
        return before[before["step"].isin([at + 1 for at in chosen])].reset_index(drop=True)

    def bibliography(self, form: Literal["table", "csl", "text"] = "table") -> Any:
        """The works behind the sentences.

        Args:
            form: ``table`` for a DataFrame (id, reference, year, licence, link, steps); ``csl`` for
                CSL-JSON, which Zotero, pandoc and citeproc read; ``text`` for lines to read.
        """
        works = self._story.works
        if form == "csl":
            return [dict(w) for w in works]
        if form == "text":
            return "\n".join(bibliography.reference(w) for w in works)
        if form != "table":
            raise StoryError(f"A bibliography is a {', '.join(_CHOICE)}, not {form!r}.")
        cited: dict[str, list[int]] = {}
        for work, number in performing.works_of(self.steps):
            cited.setdefault(work, []).append(number)
        return bibliography.table(works, {w: sorted(set(n)) for w, n in cited.items()})

    # ------------------------------------------------------------------ handing it on

    def export(self, path: str | Path, *, answers: bool = True, notes: bool = True) -> Path:
        """Write the story as one HTML file that plays with no kernel and no network, and prints as a handout.

        Of sources that are not open no sentence goes with it, but who says so.

        Args:
            path: Ends in ``.html``; an existing file is replaced.
            answers: Whether the answers go with it, hidden until they are asked for.
            notes: Whether the presenter's notes go with it.
        """
        return self._write(
            path, handout.played(self._graph, self._story, answers=answers, notes=notes)
        )

    def handout(self, path: str | Path, *, answers: bool = False) -> Path:
        """Write all steps with their pictures as one HTML file to be printed.

        Args:
            path: Ends in ``.html``; an existing file is replaced.
            answers: Whether the answers stand at its end.
        """
        return self._write(path, handout.printed(self._graph, self._story, answers=answers))

    def _write(self, path: str | Path, page: str) -> Path:
        to = Path(path)
        if to.suffix.lower() not in (".html", ".htm"):
            raise StoryError(
                f'The file is a page of HTML; let its name end in .html, not "{to.name}".'
            )
        return write_whole(to, page, "The story", StoryError)

    # ------------------------------------------------------------------ playing it

    @property
    def player(self) -> Player:
        """The widget that plays it, to be put among other widgets. All views of it show the same story."""
        if self._player is None:
            self._player = Player(self._graph, self._perform, self._height)
        return self._player

    def _perform(self, leaving: bool) -> Performance:
        return performing.perform(self._graph, self._story, leaving=leaving)

    def _repr_mimebundle_(self, /, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        return self.player._repr_mimebundle_(**kwargs)
