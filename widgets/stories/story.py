"""The records of a story over a graph: steps of narrative, each with what is shown and who says so.

A story keeps no sentence of a source and nothing of the graph but ids, names and what was believed,
so that it can be kept, handed on and compared with the graph as it is another day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import PolymathError
from widgets.view_file import View

Frame = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of the canvas."""


class StoryError(PolymathError):
    """A story cannot be composed, kept, read or found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement that a step shows, as it was when the step was made.

    Attributes:
        id: Of the statement.
        subject: Id of a concept.
        predicate: Name of a predicate.
        object: Id of a concept.
        polarity: ``positive``, ``negative``, ``mixed`` or ``unknown``.
        belief: From 0 to 1.
    """

    id: str
    subject: str
    predicate: str
    object: str
    polarity: str = "unknown"
    belief: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Where a sentence that a step shows is to be found; not the sentence.

    Attributes:
        id: Of the evidence.
        statement: What it says.
        passage: Id of the passage that it stands in; names the source and its offsets there.
        start: Where it begins in that passage, in characters.
        end: Where it ends.
        sha256: Of its text in UTF-8, 32 hexadecimal digits.
        work: Id of the work or data set.
    """

    id: str
    statement: str
    passage: str = ""
    start: int = 0
    end: int = 0
    sha256: str = ""
    work: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a story.

    Attributes:
        title: In a few words.
        text: The narrative, in Markdown with maths between dollar signs.
        query: What the step asks the graph; "" if it was put together by hand.
        found: Ids of what answered then.
        view: What is seen and where, by ids; its statements are those of the claims.
        claims: The statements seen, as they were.
        against: Ids of statements that said the contrary of one of them then, and are not shown.
        camera: What part of the canvas is looked at; None for all of it.
        highlight: Ids of the concepts and statements that stand out.
        sentences: Who says so.
        question: For pupils, in Markdown.
        answer: To it, hidden until it is asked for.
        notes: For who tells the story.
    """

    title: str
    text: str = ""
    query: str = ""
    found: tuple[str, ...] = ()
    view: View = View()
    claims: tuple[Claim, ...] = ()
    against: tuple[str, ...] = ()
    camera: Frame | None = None
    highlight: tuple[str, ...] = ()
    sentences: tuple[Quotation, ...] = ()
    question: str = ""
    answer: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Steps in order, and what is told of them as a whole.

    Attributes:
        title: Of the story.
        about: What it teaches, and whom; in Markdown.
        language: Of its texts, as a language tag (BCP 47), such as ``en`` or ``zh``.
        authors: Who tells it.
        licence: Of its own texts, an SPDX expression.
        graph: Public address of the graph that it was composed on.
        steps: In order.
        works: The works and data sets behind its sentences, as CSL-JSON.
    """

    title: str
    about: str = ""
    language: str = "en"
    authors: tuple[str, ...] = ()
    licence: str = "CC-BY-4.0"
    graph: str = ""
    steps: tuple[Step, ...] = ()
    works: tuple[Mapping[str, Any], ...] = ()
