"""A story as one still picture, step under step, for where no script runs: GitHub, nbviewer, PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from widgets import picture
from widgets.canvas import label_width
from widgets.drawing import Drawing, Words
from widgets.palette import FAINT, INK
from widgets.stories import narrative, performing
from widgets.stories.performing import Performance, Shown

_WIDTH = picture.WIDTH
_MARGIN, _GAP = 24, 28
_LINES = 60
"""No more lines of a step are written: what it is about must be seen, and the rest is in the story."""


def drawn(performance: Performance) -> Drawing:
    """All steps, each with its title, picture, narrative, sentences and question; the answers are left out."""
    story = performance.story
    out = Drawing(_WIDTH, 0, alt_text(performance))
    y = 40.0
    out.words.append(Words((_MARGIN, y), story.title, 22))
    if story.authors:
        y += 22
        out.words.append(Words((_MARGIN, y), ", ".join(story.authors), 12, FAINT))
    for number, shown in enumerate(performance.steps, 1):
        y = _step(out, y + _GAP, number, shown)
    out.height = round(y + _MARGIN)
    return out


def alt_text(performance: Performance) -> str:
    """What the picture shows, in a sentence."""
    titles = "; ".join(f"{n}. {s.step.title}" for n, s in enumerate(performance.steps, 1))
    return f"{performance.story.title}, a story in {len(performance.steps)} steps: {titles}."


def text(performance: Performance) -> str:
    """The whole story as a text, without answers and notes."""
    parts = [performance.story.title]
    for number, shown in enumerate(performance.steps, 1):
        parts.append(f"{number}. {shown.step.title}\n" + "\n".join(t for t, _ in _told(shown)))
    return "\n\n".join(parts)


def _told(shown: Shown) -> Iterator[tuple[str, bool]]:
    """The paragraphs of a step, and whether each is said by the story itself rather than by a source."""
    if shown.step.text:
        yield narrative.plain(shown.step.text), True
    for said in shown.sentences:
        yield (f"“{said.text}” — {said.reference}" if said.text else f"— {said.full}"), False
    if shown.step.question:
        yield f"? {narrative.plain(shown.step.question)}", True


def _step(out: Drawing, y: float, number: int, shown: Shown) -> float:
    """Draw one step below *y*. Returns where it ends."""
    y += 20
    out.words.append(Words((_MARGIN, y), f"{number}. {shown.step.title}", 17))
    y += 10
    still = performing.drawn(shown)
    _lower(out, still, y)
    y += still.height + 6
    lines = [
        (line, INK if own else FAINT)
        for paragraph, own in _told(shown)
        for line in [*_wrapped(paragraph, _WIDTH - 2 * _MARGIN), ""]
    ]
    for line, colour in lines[:_LINES]:
        y += 17 if line else 7
        if line:
            out.words.append(Words((_MARGIN, y), line, 12.5, colour))
    return y


def _lower(out: Drawing, still: Drawing, y: float) -> None:
    """Put a picture so many pixels down on another."""

    def down(at: tuple[float, float]) -> tuple[float, float]:
        return at[0], at[1] + y

    out.lines += [replace(line, start=down(line.start), end=down(line.end)) for line in still.lines]
    out.discs += [replace(disc, centre=down(disc.centre)) for disc in still.discs]
    out.words += [replace(one, at=down(one.at)) for one in still.words]


def _wrapped(paragraph: str, width: float) -> Iterator[str]:
    """Lines that are not wider; Chinese may be broken between any two characters."""
    for line in paragraph.split("\n"):
        now = ""
        for piece in _pieces(line):
            if now and label_width(now + piece.rstrip(), 12.5) > width:
                yield now.rstrip()
                now = piece.lstrip()
            else:
                now += piece
        yield now.rstrip()


def _pieces(line: str) -> Iterator[str]:
    word = ""
    for char in line:
        if ord(char) >= 0x2E80:
            if word:
                yield word
                word = ""
            yield char
        else:
            word += char
            if char == " ":
                yield word
                word = ""
    if word:
        yield word
