"""A story as one HTML file: played by its own script, read as a page where none runs, printed as a handout.

The page of all steps stands in the file as it is: pictures, narrative, sentences, questions. The
script lays the player over it; on paper the page comes back.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

from kg.graph import Graph
from widgets import one_file
from widgets.bundles import bundle
from widgets.drawing import to_svg
from widgets.recording import recording
from widgets.shown import about
from widgets.stories import performing, telling
from widgets.stories.performing import Performance
from widgets.stories.story import Story
from widgets.stories.wording import words

CSL = "application/vnd.citationstyles.csl+json"
_STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def played(graph: Graph, story: Story, *, answers: bool = True, notes: bool = True) -> str:
    """The file that plays.

    Args:
        graph: Where concepts, statements and sentences are looked up.
        story: What to hand on. Of sources that are not open no sentence goes with it.
        answers: Whether the answers go with it, hidden until they are asked for.
        notes: Whether what is meant for the presenter goes with it.

    Raises:
        PolymathError: If the page has not been built.
    """
    performance = performing.perform(graph, _bare(story, answers, notes), leaving=True)
    origin = about(graph, story.title, performance.scene.version)
    data = recording(graph, performance.scene, origin)
    data["message"]["story"] = performance.told()
    return one_file.page(
        story.title,
        f'<div id="walkthrough"></div>\n{_body(performance)}',
        styles=[_STYLE, bundle("walkthrough.css")],
        script=bundle("story.js"),
        data=data,
        language=story.language,
        enclosed=(CSL, [dict(work) for work in story.works]),
    )


def printed(graph: Graph, story: Story, *, answers: bool = False) -> str:
    """The handout: all steps with their pictures, no script.

    Args:
        graph: Where concepts, statements and sentences are looked up.
        story: What to print. Of sources that are not open no sentence goes with it.
        answers: Whether the answers stand at its end.
    """
    performance = performing.perform(graph, _bare(story, answers, False), leaving=True)
    body = _body(performance, unfolding=False)
    return one_file.page(
        story.title, body, styles=[_STYLE], language=story.language,
        body_class="answers" if answers else "",
    )  # fmt: skip


def _bare(story: Story, answers: bool, notes: bool) -> Story:
    """The story without what is not to go with it."""
    return replace(
        story,
        steps=tuple(
            replace(
                step,
                answer=step.answer if answers else "",
                notes=step.notes if notes else "",
            )
            for step in story.steps
        ),
    )


def _body(performance: Performance, *, unfolding: bool = True) -> str:
    story, word = performance.story, words(performance.story.language)
    by = f'<p class="faint">{escape(", ".join(story.authors))}</p>' if story.authors else ""
    steps = "\n".join(
        _step(number, shown, performance, unfolding)
        for number, shown in enumerate(performance.steps, 1)
    )
    works = telling.bibliography_html(story.works, word)
    sources = (
        f'<section class="step"><h2>{escape(word["sources"])}</h2>{works}</section>'
        if works
        else ""
    )
    licence = escape(f"{word['text licence']}: {story.licence}") if story.licence else ""
    return (
        f'<main class="handout">\n<header><h1>{escape(story.title)}</h1>{by}{telling.prose(story.about)}</header>\n'
        f'{steps}\n{_answers(performance)}\n{sources}\n<p class="faint">{licence}</p>\n</main>'
    )


def _step(number: int, shown: performing.Shown, performance: Performance, unfolding: bool) -> str:
    story, step, word = performance.story, shown.step, words(performance.story.language)
    told = telling.told(story, step, shown.sentences, shown.names)
    svg = to_svg(performing.drawn(shown)).decode()
    parts = [
        f'<h2><span class="number">{number}</span> {escape(step.title)}</h2>',
        f'<div class="picture">{svg}</div>',
        told["text"],
        told["sentences"],
    ]
    if told["question"]:
        answer = (
            f"<details><summary>{escape(word['show answer'])}</summary>{told['answer']}</details>"
            if told["answer"] and unfolding
            else ""
        )
        parts.append(
            f'<div class="question"><h3>{escape(word["question"])}</h3>{told["question"]}{answer}</div>'
        )
    if step.query:
        parts.append(f'<p class="asked">{escape(word["asked"])}: “{escape(step.query)}”</p>')
    return f'<section class="step">{"".join(parts)}</section>'


def _answers(performance: Performance) -> str:
    """All answers, at the end: shown where they are asked for."""
    rows = [
        f"<h3>{number}. {escape(shown.step.title)}</h3>{telling.prose(shown.step.answer)}"
        for number, shown in enumerate(performance.steps, 1)
        if shown.step.answer
    ]
    if not rows:
        return ""
    title = escape(words(performance.story.language)["answers"])
    return f'<section class="step answers"><h2>{title}</h2>{"".join(rows)}</section>'
