"""A story as one HTML file: played by its own script, read as a page where none runs, printed as a handout.

The page of all steps stands in the file as it is: pictures, narrative, sentences, questions. The
script lays the player over it; on paper the page comes back.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

from kg.graph import Graph
from widgets import one_file, performing, picture, telling
from widgets.bundles import bundle
from widgets.performing import Performance
from widgets.recording import recording
from widgets.shown import about
from widgets.story import Story
from widgets.wording import words

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2933; --faint: #5f6b78; --paper: #ffffff; --line: #dde2e7;
  --soft: #f3f5f7; --accent: #1f6fb2; --subject: #c8dcf2; --object: #cfe9d3; --bad: #b3372f; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6eaee; --faint: #a3afbb; --paper: #15191e; --line: #37414b; --soft: #232a31;
    --accent: #7dbdf2; --subject: #274a6e; --object: #2a5636; --bad: #ff9d95; }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); overflow-wrap: break-word;
  font: 16px/1.6 Georgia, "Noto Serif", "Songti SC", "Noto Serif CJK SC", serif; }
main.handout { max-width: 46rem; margin: 0 auto; padding: 32px 24px 64px; }
body.playing main.handout { display: none; }
.handout h1 { margin: 0 0 4px; font: 600 2rem/1.25 system-ui, sans-serif; }
.handout h2 { margin: 0 0 12px; font: 600 1.35rem/1.3 system-ui, sans-serif; }
.handout h2 .number { color: var(--faint); font-weight: 400; }
.handout :is(h3, h4, h5, h6) { margin: 20px 0 4px; font: 600 1rem/1.4 system-ui, sans-serif; }
.handout p { margin: 0 0 12px; } .handout a { color: inherit; text-decoration-color: var(--faint); }
.handout .faint, .handout .asked { color: var(--faint); font: 13px/1.5 system-ui, sans-serif; }
.handout .step { padding: 28px 0 4px; }
.handout .step + .step { border-top: 1px solid var(--line); }
.handout .picture { margin: 0 0 16px; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; background: #fff; }
.handout .picture svg { display: block; width: 100%; height: auto; }
.handout blockquote { margin: 12px 0; padding: 2px 0 2px 14px; border-left: 3px solid var(--line); font-size: 15px; }
.handout blockquote p { margin: 0 0 4px; } .handout mark { color: inherit; border-radius: 3px; padding: 0 2px; }
.handout mark.subject { background: var(--subject); } .handout mark.object { background: var(--object); }
.handout .reads { color: var(--faint); font: 600 12.5px/1.5 system-ui, sans-serif; }
.handout .who { color: var(--faint); font: 13px/1.5 system-ui, sans-serif; }
.handout .denies { color: var(--bad); font-weight: 600; } .handout .closed { font-style: italic; }
.handout .licence { padding: 0 6px; border: 1px solid var(--line); border-radius: 8px; font-size: 11.5px; }
.handout .question { margin: 18px 0; padding: 14px 18px; background: var(--soft); border-radius: 8px; }
.handout .question > p:last-child { margin: 0; } .handout summary { cursor: pointer; color: var(--accent); }
.handout table { border-collapse: collapse; } .handout :is(th, td) { padding: 4px 12px; border: 1px solid var(--line); }
.handout pre { padding: 10px; overflow: auto; background: var(--soft); } .handout math { font-size: 1.08em; }
.handout .works { padding-left: 24px; font-size: 14.5px; } .handout .works li { margin: 0 0 8px; }
.handout .answers { display: none; } body.answers .handout .answers { display: block; }
@media print {
  @page { margin: 17mm 18mm; }
  html, body { background: #fff; } body { font-size: 11pt; }
  #walkthrough { display: none !important; }
  body.playing main.handout { display: block; } main.handout { max-width: none; padding: 0; }
  .handout :is(h1, h2, h3) { break-after: avoid; }
  .handout :is(.picture, blockquote, .question, li, tr) { break-inside: avoid; }
  .handout .picture { width: 86%; margin-inline: auto; } .handout details { display: none; }
  .handout .answers { break-before: page; }
  .handout mark, .handout .question { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


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
    by = f"<p class=\"faint\">{escape(', '.join(story.authors))}</p>" if story.authors else ""
    steps = "\n".join(
        _step(number, shown, performance, unfolding) for number, shown in enumerate(performance.steps, 1)
    )
    works = telling.bibliography_html(story.works, word)
    sources = f'<section class="step"><h2>{escape(word["sources"])}</h2>{works}</section>' if works else ""
    licence = escape(f"{word['text licence']}: {story.licence}") if story.licence else ""
    return (
        f'<main class="handout">\n<header><h1>{escape(story.title)}</h1>{by}{telling.prose(story.about)}</header>\n'
        f'{steps}\n{_answers(performance)}\n{sources}\n<p class="faint">{licence}</p>\n</main>'
    )


def _step(number: int, shown: performing.Shown, performance: Performance, unfolding: bool) -> str:
    story, step, word = performance.story, shown.step, words(performance.story.language)
    told = telling.told(story, step, shown.sentences, shown.names)
    svg = picture.to_svg(performing.drawn(shown)).decode()
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
