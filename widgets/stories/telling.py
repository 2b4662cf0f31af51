"""A step as it is told: its narrative, question and sentences as HTML, the same in notebook, file and handout.

Sentences are looked up in the graph. Where a story leaves this computer, one whose source is not
open is replaced by its citation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from kg.graph import Graph
from kg.licences import OPEN
from widgets.stories import bibliography, narrative
from widgets.stories.composing import fingerprint
from widgets.stories.story import Quotation, Step, Story
from widgets.stories.wording import words


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as it is shown, or what stands in its place.

    Attributes:
        statement: What it says.
        pieces: Texts with "subject", "object" or "" for what each of them names; empty where the
            sentence may not be shown.
        assertion: ``affirmed``, ``negated``, ``question``, ``hypothetical`` …; "" if it is not found.
        reference: Who says so, in short.
        full: Who says so, in full.
        link: Where that can be read.
        licence: Of the source.
        language: Of the sentence.
    """

    statement: str
    pieces: tuple[tuple[str, str], ...]
    assertion: str
    reference: str
    full: str
    link: str
    licence: str
    language: str = ""

    @property
    def text(self) -> str:
        """The sentence, "" if it may not be shown."""
        return "".join(piece for piece, _ in self.pieces)


def located(graph: Graph, quotations: Sequence[Quotation]) -> list[pd.Series | None]:
    """The evidence of each sentence on today's graph: by its id, else by its words; None if it is not found."""
    evidence = graph.evidence(list(dict.fromkeys(q.statement for q in quotations)))
    by_id = {row["id"]: row for _, row in evidence.iterrows()}
    by_words = {
        (row["statement"], fingerprint(row["quote"])): row for _, row in evidence.iterrows()
    }
    return [by_id.get(q.id, by_words.get((q.statement, q.sha256))) for q in quotations]


def said(graph: Graph, story: Story, step: Step, *, leaving: bool) -> list[Said]:
    """The sentences of a step.

    Args:
        graph: Where they are looked up.
        story: Knows the works of sentences that the graph no longer has.
        step: Whose sentences.
        leaving: Whether they leave this computer: then only those of open sources are told.
    """
    works = {str(w["id"]): w for w in story.works}
    works |= {str(w["id"]): w for w in bibliography.csl(graph, [q.work for q in step.sentences])}
    out = []
    for quotation, row in zip(step.sentences, located(graph, step.sentences), strict=True):
        work = works.get(quotation.work, {"id": quotation.work or "?"})
        may = row is not None and (not leaving or row["access"] == OPEN)
        told = {
            "statement": quotation.statement,
            "reference": bibliography.short_reference(work),
            "full": bibliography.reference(work),
            "link": bibliography.link(work),
        }
        if row is None:
            out.append(Said(**told, pieces=(), assertion="", licence=""))
        else:
            out.append(
                Said(
                    **told,
                    pieces=_pieces(row) if may else (),
                    assertion=str(row["assertion"]),
                    licence=str(row["licence"] or row["source_licence"] or ""),
                    language=str(row["language"] or ""),
                )
            )
    return out


def _pieces(row: pd.Series) -> tuple[tuple[str, str], ...]:
    """The quote, cut where subject and object begin and end."""
    quote, start = str(row["quote"]), int(row["start"])
    spans = []
    for end in ("subject", "object"):
        low, high = int(row[f"{end}_start"]) - start, int(row[f"{end}_end"]) - start
        if 0 <= low < high <= len(quote):
            spans.append((low, high, end))
    out, at = [], 0
    for low, high, end in sorted(spans):
        if low >= at:
            out += [(quote[at:low], ""), (quote[low:high], end)]
            at = high
    return tuple((piece, end) for piece, end in [*out, (quote[at:], "")] if piece)


def sentences_html(told: Sequence[Said], word: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Sentences as HTML, each with who says so.

    Args:
        told: What to write.
        word: :func:`widgets.stories.wording.words`.
        names: How each statement reads, by id.
    """
    return "".join(_sentence(one, word, names.get(one.statement, "")) for one in told)


def _sentence(one: Said, word: Mapping[str, str], reads: str) -> str:
    marked = "".join(
        f'<mark class="{end}">{escape(piece)}</mark>' if end else escape(piece)
        for piece, end in one.pieces
    )
    language = f' lang="{escape(one.language)}"' if one.language else ""
    quote = (
        f"<p{language}>{marked}</p>"
        if marked
        else f'<p class="closed">{escape(word["closed" if one.assertion else "lost"])}</p>'
    )
    how = word.get(f"said {one.assertion}", "")
    kind = "denies" if one.assertion == "negated" else "supposes"
    told = f'<span class="{kind}">{escape(how)}</span> ' if how else ""
    who = escape(one.full if not marked else one.reference)
    if one.link:
        who = f'<a href="{escape(one.link)}" title="{escape(one.full)}">{who}</a>'
    licence = f' <span class="licence">{escape(one.licence)}</span>' if one.licence else ""
    return (
        f'<blockquote data-statement="{escape(one.statement)}"><p class="reads">{escape(reads)}</p>'
        f'{quote}<p class="who">{told}{who}{licence}</p></blockquote>'
    )


def bibliography_html(works: Sequence[Mapping[str, Any]], word: Mapping[str, str]) -> str:
    """The list of works, each with its licence."""
    rows = []
    for item in works:
        known, link = bibliography.identifier(item), bibliography.link(item)
        text = escape(bibliography.reference(item).removesuffix(known))
        text += f'<a href="{escape(link)}">{escape(known or link)}</a>' if link else escape(known)
        licence = item.get("license")
        told = (
            f' <span class="licence">{escape(licence)}</span>' if isinstance(licence, str) else ""
        )
        rows.append(f"<li>{text}{told}</li>")
    return f'<ol class="works">{"".join(rows)}</ol>' if rows else ""


def prose(markdown: str) -> str:
    """A narrative as HTML; see :mod:`widgets.stories.narrative`."""
    return narrative.html(markdown) if markdown.strip() else ""


def told(
    story: Story, step: Step, sentences: Sequence[Said], names: Mapping[str, str]
) -> dict[str, str]:
    """A step as a page is told it: title, query, and HTML of the rest."""
    return {
        "title": step.title,
        "query": step.query,
        "text": prose(step.text),
        "question": prose(step.question),
        "answer": prose(step.answer),
        "notes": prose(step.notes),
        "sentences": sentences_html(sentences, words(story.language), names),
    }
