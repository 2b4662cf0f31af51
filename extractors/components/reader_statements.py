"""What the reader's relations state of two names, and why one of them is not stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from spacy.tokens import Doc

from extractors.annotations import (
    MentionSpan,
    QuantitySpan,
    Refusal,
    StatementSpan,
    below,
    forbidden,
)
from extractors.annotations import label as predicate_label
from extractors.annotations import refused as not_made
from extractors.components.alignment import characters
from extractors.components.heads import Relation, relation_table
from extractors.components.measured import fits, value_of
from extractors.components.reader_names import METHOD, QUALITY_OF, trimmed
from extractors.components.restating import restated
from extractors.components.soundness import said_otherwise, unsound
from extractors.components.word_classes import WordClasses
from extractors.encoder.reading import Page, Related
from kg.ontology import allows


def statements_of(
    doc: Doc,
    page: Page,
    made: Mapping[tuple[int, int], MentionSpan],
    classes: WordClasses,
    version: str,
    refused: list[Refusal] | None = None,
) -> Iterator[StatementSpan]:
    """The statements of a doc.

    Args:
        doc: With what other components found.
        page: What the reader said of it.
        made: The mentions of its spans, by their characters.
        classes: Of words.
        version: Of the method.
        refused: What is not stated goes there, with the reason, if it is given.
    """
    table = relation_table()
    bounds = sentences_of(doc)
    for scheme, related in page.related.items():
        values = _values(related)
        for x, y, label, p in related:
            says = table.get((scheme, label))
            if says is None or p < says.least:
                if says is not None and refused is not None:
                    why = f"{below(p, says.least)} ({label}, says {scheme})"
                    refused.append(_not_stated(page, x, y, says, p, why))
                continue
            a = made.get(trimmed(page.text, *x))
            b = made.get(trimmed(page.text, *y))
            if a is None or b is None or a.name == b.name:
                if refused is not None:
                    why = "one of the two names was left out" if not (a and b) else "both are one"
                    refused.append(_not_stated(page, x, y, says, p, why))
                continue
            subject, object_ = (b, a) if says.reverse else (a, b)
            low, high = min(a.start_char, b.start_char), max(a.end_char, b.end_char)
            sentence = next(((s, e) for s, e in bounds if s <= low and high <= e), None)
            if sentence is None:
                continue
            text = page.text[sentence[0] : sentence[1]]
            begin = sentence[0] + len(text) - len(text.lstrip())
            end = sentence[0] + len(text.rstrip())
            qualifiers: dict[str, str] = {}
            if scheme == "measeval":
                told = [
                    q
                    for at in values.get(y) or values.get(x) or ()
                    for q in doc._.quantities
                    if q.start_char < at[1] and at[0] < q.end_char
                ]
                fitting = [q for q in told if fits(object_.name, q)]
                if told and not fitting:
                    if refused is not None:
                        why = f"{object_.name!r} cannot have the value {_text(doc, told[0])!r}"
                        refused.append(_not_stated(page, x, y, says, p, why))
                    continue
                if fitting:
                    qualifiers = value_of(fitting[0])
            between = (min(a.end_char, b.end_char), max(a.start_char, b.start_char))
            s = StatementSpan(
                subject, says.predicate, object_, begin, end, *between,
                METHOD, version, "model", round(p, 3), qualifiers,
            )  # fmt: skip
            s.predicate = restated(s, doc)
            why = unsound(s, doc, classes) or said_otherwise(s, doc) or _of_another(s, doc)
            if why:
                if refused is not None:
                    refused.append(not_made(s, why))
                continue
            if not allows(s.predicate, subject.kind, object_.kind):
                doc._.refused.append(forbidden(s))
                continue
            yield s


def nearest(found: Iterable[StatementSpan]) -> list[StatementSpan]:
    """Of statements that give one thing two values of one quality, that with the nearest names.

    "Steel has a strength of 500 MPa, and iron a strength of 300 MPa": the second is not steel's.
    """
    kept: dict[tuple[str, ...], StatementSpan] = {}
    for i, s in enumerate(found):
        key: tuple[str, ...] = (s.subject.name, s.predicate, s.object.name, str(s.start_char))
        if not s.qualifiers:
            key = (*key, str(i))
        other = kept.get(key)
        if other is None or _apart(s) < _apart(other):
            kept[key] = s
    return list(kept.values())


def _of_another(s: StatementSpan, doc: Doc) -> str:
    """Why a quality is not the subject's: "80 nm thick electrodes" says it of the electrodes."""
    at = s.object.end
    if doc[s.object.start].lower_ not in QUALITY_OF or at - s.object.start > 1 or at >= len(doc):
        return ""
    if not doc[at].tag_.startswith(("NN", "JJ")) or s.subject.start in (at, at + 1):
        return ""
    return f"{s.object.name!r} is of {doc[at].text!r}, which follows it"


def _apart(s: StatementSpan) -> int:
    one, other = s.subject, s.object
    return max(one.start_char, other.start_char) - min(one.end_char, other.end_char)


def _values(related: Sequence[Related]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """The places of the values that each quality or thing has, the likeliest first."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for x, y, label, _ in sorted(related, key=lambda r: -r[3]):
        if label == "HasQuantity":
            found.setdefault(x, []).append(y)
    return found


def _text(doc: Doc, q: QuantitySpan) -> str:
    return characters(doc, q.start_char, q.end_char)


def _not_stated(
    page: Page, x: tuple[int, int], y: tuple[int, int], says: Relation, score: float, why: str
) -> Refusal:
    one, two = (y, x) if says.reverse else (x, y)
    text = f"{page.text[slice(*one)]} {predicate_label(says.predicate)} {page.text[slice(*two)]}"
    start, end = min(x[0], y[0]), max(x[1], y[1])
    return Refusal("statement", text, start, end, METHOD, round(score, 3), why)


def sentences_of(doc: Doc) -> list[tuple[int, int]]:
    """The characters of a doc's sentences."""
    if doc.has_annotation("SENT_START"):
        return [(s.start_char, s.end_char) for s in doc.sents]
    return [(0, len(doc.text))]
