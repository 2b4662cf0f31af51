"""``polymath_llm``: what a language model reads in a passage, kept only where it quotes it.

The model sits behind an endpoint that speaks OpenAI's chat completions, on this machine or,
if the user says so, on another. It is asked for names with their kinds and for statements with
the sentence that makes them. Names and sentences must stand in the passage letter by letter,
else they are refused and counted; the offsets are found by us. Everything else in a reply is
dropped, so a text that gives the model orders gets nothing but its own words into the graph.

    PipelineConfig(options={"polymath_llm": {"base_url": "http://localhost:11434/v1", "model": "m"}})
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from extractors.adapters import prompt
from extractors.adapters.asking import FACTORY, Asker, Question, Settings
from extractors.adapters.noting import Noting
from extractors.adapters.passages import BatchReader, pieces
from extractors.adapters.quotes import occurrences
from extractors.annotations import MentionSpan, Refusal, StatementSpan, label, register

FAMILY = "llm"
MAX_SENTENCES = 3
"""Of one piece of evidence."""

NOT_QUOTED = "an entity does not stand in the passage"
NO_EVIDENCE = "the evidence does not stand in the passage"
LONG_EVIDENCE = f"the evidence is more than {MAX_SENTENCES} sentences"
NO_END = "subject or object does not stand in the evidence"
OVERLAP = "subject and object are not apart"
NO_NAME = "the quotation is no name"


_MEANS = ("key_env", "cache", "concurrency", "timeout", "tries", "backoff")
"""Settings that say how the model is reached, not what is read."""


def describe(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that decide what is read, with the version of the prompt.

    Raises:
        PolymathError: As :meth:`Settings.check`.
    """
    given = Settings.of(settings)
    given.check()
    kept = {name: value for name, value in asdict(given).items() if name not in _MEANS}
    return kept | {"prompt": prompt.VERSION}


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters ``start:end`` of a doc."""

    doc: int
    start: int
    end: int


class LanguageModel(BatchReader):
    """Appends a model's mentions and statements to docs. See :class:`Settings`.

    Raises:
        EndpointDown: While reading, if the server cannot be reached, or stays busy or broken.
        EndpointRefused: If it does not take the key, the model's name or the address.
    """

    at_once = 64

    def __init__(self, settings: Settings) -> None:
        self.asker = Asker(settings)
        self.settings = settings
        self.method = f"llm:{settings.model}"
        self.version = prompt.VERSION

    def _read(self, docs: list[Doc]) -> None:
        together = list(self._together(docs))
        questions = [self._question(docs, pieces_) for pieces_ in together]
        if not questions:
            return
        replies = self.asker.replies(questions)
        docs[0]._.warnings.extend(self.asker.sentences)
        self.asker.sentences.clear()
        refused: dict[str, Counter[str]] = {}
        for question, pieces_ in zip(questions, together, strict=True):
            key = self.asker.key(question)
            if key in replies:
                answer = prompt.parse(replies[key])
                self._note(docs, pieces_, answer)
                if answer.refused:
                    refused[key] = answer.refused
        self.asker.ledger.refuse(refused)

    def _together(self, docs: Sequence[Doc]) -> Iterator[list[_Piece]]:
        """The docs in pieces, neighbours of one work together; a doc of no work alone."""
        limit = self.settings.chars_per_call
        held: list[_Piece] = []
        for i, doc in enumerate(docs):
            text = doc.text
            for start, end in pieces(doc, limit, limit):
                if not _worth_it(text[start:end], self.settings.min_words):
                    continue
                if held and (
                    sum(p.end - p.start for p in held) + end - start > limit
                    or not _goes_with(docs[held[-1].doc], doc)
                ):
                    yield held
                    held = []
                held.append(_Piece(i, start, end))
        if held:
            yield held

    def _question(self, docs: Sequence[Doc], held: Sequence[_Piece]) -> Question:
        text = "\n\n".join(docs[p.doc].text[p.start : p.end] for p in held)
        return Question(text, docs[held[0].doc]._.access)

    # ------------------------------------------------------------------ noting

    def _note(self, docs: Sequence[Doc], held: Sequence[_Piece], answer: prompt.Answer) -> None:
        """Note what *answer* claims wherever its quotations stand in the pieces asked about."""
        places = [
            _Place(Noting(docs[p.doc], method=self.method, version=self.version), p) for p in held
        ]
        kinds: dict[str, str] = {}
        for entity in answer.entities:
            kinds.setdefault(" ".join(entity.quote.split()), entity.kind)
            found = [(place, at) for place in places for at in place.occurrences(entity.quote)]
            if not found:
                answer.refused[NOT_QUOTED] += 1
                self._left_out(places[0], "quote", entity.quote, NOT_QUOTED)
            elif not [m for p, at in found if (m := self._mention(p.noting, at, entity.kind))]:
                answer.refused[NO_NAME] += 1
                self._left_out(found[0][0], "mention", entity.quote, NO_NAME)
        seen: set[tuple[int, int, int, str, int, int]] = set()
        for claim in answer.claims:
            for place in places:
                quoted = next(iter(place.occurrences(claim.evidence)), None)
                if quoted is not None:
                    break
            else:
                answer.refused[NO_EVIDENCE] += 1
                self._left_out(places[0], "quote", claim.evidence, NO_EVIDENCE)
                continue
            s = self._statement(place, quoted, claim, kinds)
            if isinstance(s, str):
                answer.refused[s] += 1
                says = f"{claim.subject} {label(claim.predicate)} {claim.object}"
                self._left_out(place, "statement", says, s)
                continue
            key = (place.piece.doc, s.subject.start_char, s.subject.end_char, s.predicate,
                   s.object.start_char, s.object.end_char)  # fmt: skip
            if key not in seen:
                seen.add(key)
                docs[place.piece.doc]._.statements.append(s)

    def _mention(self, noting: Noting, at: tuple[int, int], kind: str) -> MentionSpan | None:
        return noting.note(*at, kind="" if kind == "term" else kind, score=self.settings.score)

    def _left_out(self, place: _Place, what: str, text: str, reason: str) -> None:
        doc, piece = place.noting.doc, place.piece
        if doc._.explain:
            doc._.refused.append(
                Refusal(
                    what, text, piece.start, piece.end, self.method, self.settings.score, reason
                )
            )

    def _statement(
        self, place: _Place, quoted: tuple[int, int], claim: prompt.Claim,
        kinds: Mapping[str, str],
    ) -> StatementSpan | str:  # fmt: skip
        """What *claim* states, or why it cannot be taken."""
        noting, text = place.noting, place.noting.spans.text
        around = [(a, b) for a, b in place.sentences if a < quoted[1] and quoted[0] < b] or [quoted]
        if len(around) > MAX_SENTENCES:
            return LONG_EVIDENCE
        start, end = around[0][0], around[-1][1]
        ends = [
            list(occurrences(text, quote, start, end)) for quote in (claim.subject, claim.object)
        ]
        if not all(ends):
            return NO_END
        apart = [
            (a, b) for a, b in product(*(e[:50] for e in ends)) if a[1] <= b[0] or b[1] <= a[0]
        ]
        if not apart:
            return OVERLAP
        a, b = min(
            apart, key=lambda pair: max(pair[0][0], pair[1][0]) - min(pair[0][1], pair[1][1])
        )
        subject = self._mention(noting, a, kinds.get(" ".join(claim.subject.split()), ""))
        object_ = self._mention(noting, b, kinds.get(" ".join(claim.object.split()), ""))
        if subject is None or object_ is None:
            return NO_NAME
        if (subject.concept, subject.name) == (object_.concept, object_.name):
            return OVERLAP
        return StatementSpan(
            subject, claim.predicate, object_, start, end,
            min(subject.end_char, object_.end_char), max(subject.start_char, object_.start_char),
            self.method, self.version, FAMILY, self.settings.score,
        )  # fmt: skip


class _Place:
    """One piece of a doc, in which quotations are looked for."""

    def __init__(self, noting: Noting, piece: _Piece) -> None:
        self.noting = noting
        self.piece = piece
        self.sentences = _sentences(noting.doc)

    def occurrences(self, quote: str) -> Iterator[tuple[int, int]]:
        """Characters of the doc at which *quote* stands in the piece."""
        return occurrences(self.noting.spans.text, quote, self.piece.start, self.piece.end)


def _goes_with(one: Doc, other: Doc) -> bool:
    return one is other or (
        bool(one._.work) and (one._.work, one._.access) == (other._.work, other._.access)
    )


def _worth_it(text: str, min_words: int) -> bool:
    words = len(text.split())
    return words >= min_words or sum("\u2e80" <= c <= "\u9fff" for c in text) >= 2 * min_words


def _sentences(doc: Doc) -> list[tuple[int, int]]:
    """Characters of the sentences, without white space at their ends."""
    if not doc.has_annotation("SENT_START"):
        return []
    found = []
    for sent in doc.sents:
        raw = sent.text
        bare = raw.strip()
        if bare:
            start = sent.start_char + raw.index(bare[0])
            found.append((start, start + len(bare)))
    return found


register()
_DEFAULT = Settings()


@Language.factory(
    FACTORY,
    assigns=["doc._.mentions", "doc._.statements"],
    default_config=asdict(_DEFAULT),
)
def make(
    nlp: Language, name: str, base_url: str, model: str, key_env: str, send_text: bool,
    send_restricted: bool, cache: str, max_tokens: int, max_cost: float, price_in: float,
    price_out: float, score: float, min_words: int, max_reply: int, chars_per_call: int,
    concurrency: int, timeout: float, tries: int, backoff: float,
) -> LanguageModel:  # fmt: skip
    """A reader by language model. The arguments are those of :class:`Settings`."""
    return LanguageModel(
        Settings(
            base_url=base_url, model=model, key_env=key_env, send_text=send_text,
            send_restricted=send_restricted, cache=cache, max_tokens=max_tokens,
            max_cost=max_cost, price_in=price_in, price_out=price_out, score=score,
            min_words=min_words, max_reply=max_reply, chars_per_call=chars_per_call,
            concurrency=concurrency, timeout=timeout,
            tries=tries, backoff=backoff,
        )
    )  # fmt: skip
