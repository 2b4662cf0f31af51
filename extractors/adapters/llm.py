"""``polymath_llm``: what a language model reads in a passage, kept only where it quotes it.

The model sits behind an endpoint that speaks OpenAI's chat completions, on this machine or,
if the user says so, on another. It is asked for names with their kinds and for statements with
the sentence that makes them. Names and sentences must stand in the passage letter by letter,
else they are refused and counted; the offsets are found by us. Everything else in a reply is
dropped, so a text that gives the model orders gets nothing but its own words into the graph.

    PipelineConfig(options={"polymath_llm": {"base_url": "http://localhost:11434/v1", "model": "m"}})
"""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from itertools import product
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from extractors.access import OPEN
from extractors.adapters import prompt
from extractors.adapters.endpoint import (
    Endpoint,
    EndpointDown,
    EndpointRefused,
    PassageRefused,
    Reply,
    check_url,
)
from extractors.adapters.ledger import Ledger, Prices, reply_key
from extractors.adapters.noting import Noting
from extractors.adapters.passages import batches, pieces
from extractors.adapters.quotes import occurrences
from extractors.annotations import MentionSpan, StatementSpan, register
from kg._optional import require
from kg.errors import PolymathError

FACTORY = "polymath_llm"
FAMILY = "llm"
MAX_SENTENCES = 3
"""Of one piece of evidence."""
PIECE_TOKENS, PIECE_CHARS = 600, 6000
"""What is sent at once."""
DOCS = 64
REST = 60.0
"""Seconds for which a server that is down is not asked again: every file would wait for it."""

NOT_QUOTED = "an entity does not stand in the passage"
NO_EVIDENCE = "the evidence does not stand in the passage"
LONG_EVIDENCE = f"the evidence is more than {MAX_SENTENCES} sentences"
NO_END = "subject or object does not stand in the evidence"
OVERLAP = "subject and object are not apart"
NO_NAME = "the quotation is no name"


def default_cache() -> Path:
    """Where replies are kept if the user names no file: the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "polymath" / "llm.sqlite"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a language model is asked.

    Args:
        base_url: Up to and without ``/chat/completions``: "http://localhost:11434/v1".
        model: As the server calls it.
        key_env: Name of the environment variable that holds the key, if the server wants one.
        send_text: Whether text may leave this machine: needed unless the server is on it.
        send_restricted: Whether passages whose access tier or licence is not known to be open
            may leave it too.
        cache: The file of replies and calls; :func:`default_cache` if "".
        max_tokens: Most tokens that the cache's file may ever have used; 0: no cap.
        max_cost: The same for what they cost; 0: no cap.
        price_in: Of a million tokens sent.
        price_out: Of a million tokens written.
        score: How sure one of its statements is, in [0, 1]. No model says so itself.
        min_words: Shorter passages (headings, labels) are not sent.
        max_reply: Tokens of the longest reply.
        concurrency: Calls at once, in each worker process.
        timeout: Seconds for an answer.
        tries: How often one passage is tried.
        backoff: Seconds before the second try, if the server does not say.
    """

    base_url: str = ""
    model: str = ""
    key_env: str = "POLYMATH_LLM_KEY"
    send_text: bool = False
    send_restricted: bool = False
    cache: str = ""
    max_tokens: int = 1_000_000
    max_cost: float = 0.0
    price_in: float = 0.0
    price_out: float = 0.0
    score: float = 0.5
    min_words: int = 6
    max_reply: int = 1500
    concurrency: int = 2
    timeout: float = 60.0
    tries: int = 4
    backoff: float = 1.0

    def check(self) -> None:
        """Say what is wrong with them.

        Raises:
            PolymathError: If they cannot work, or would send text away unasked.
            MissingExtra: If ``httpx`` is not installed.
        """
        check_url(self.base_url)
        if not self.model:
            raise PolymathError(f"{FACTORY} needs the name of a model: model=… (--llm-model).")
        if self.max_cost and not (self.price_in or self.price_out):
            raise PolymathError(
                f"A cap of {self.max_cost:g} on the cost of {self.model} needs its prices for a "
                "million tokens: price_in and price_out (--llm-price IN OUT)."
            )
        if not 0.0 < self.score <= 1.0:
            raise PolymathError(
                f"{FACTORY}: score is {self.score:g}; expected more than 0, at most 1."
            )
        endpoint = self.endpoint()
        if not endpoint.is_loopback and not self.send_text:
            raise PolymathError(
                f"The text of your papers would leave this machine for {self.base_url}; "
                "if it may, say so with send_text=True (--llm-send)."
            )
        endpoint.check_key()
        require("httpx", "llm", "ask a language model")

    def endpoint(self) -> Endpoint:
        """The server they name."""
        return Endpoint(
            self.base_url, self.model, key_env=self.key_env, timeout=self.timeout,
            tries=self.tries, backoff=self.backoff,
        )  # fmt: skip

    def ledger(self) -> Ledger:
        """The file of replies and calls they name."""
        return Ledger(self.cache or default_cache())

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Settings:
        """The settings in *given*, the others as they are by default.

        Raises:
            PolymathError: If there is no setting of a name.
        """
        known = [f.name for f in fields(cls)]
        if strange := sorted(set(given) - set(known)):
            raise PolymathError(
                f"{FACTORY} has no setting {', '.join(strange)}; it has {', '.join(known)}."
            )
        return cls(**given)


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
    """Characters ``start:end`` of a doc, as they are asked about."""

    doc: int
    start: int
    end: int
    text: str
    key: str


class LanguageModel:
    """Appends a model's mentions and statements to docs. See :class:`Settings`."""

    def __init__(self, settings: Settings) -> None:
        settings.check()
        self.settings = settings
        self.method = f"llm:{settings.model}"
        self.version = prompt.VERSION
        self.prices = Prices(settings.price_in, settings.price_out)
        self.ledger = settings.ledger()
        self._endpoint = settings.endpoint()
        self._stopped = False  # a cap is reached
        self._said: set[str] = set()
        self._down = ("", 0.0)

    def __call__(self, doc: Doc) -> Doc:
        """Note what the model reads in *doc*, which comes back.

        Raises:
            EndpointDown: If the server cannot be reached, or stays busy or broken.
            EndpointRefused: If it does not take the key, the model's name or the address.
        """
        self._read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = DOCS) -> Iterator[Doc]:
        """The docs of *stream*; of each batch several are asked about at once."""
        for docs in batches(stream, min(batch_size, DOCS)):
            self._read(docs)
            yield from docs

    def _read(self, docs: Sequence[Doc]) -> None:
        asked = [
            _Piece(i, start, end, text, reply_key(self.settings.model, self.version, text))
            for i, doc in enumerate(docs)
            for start, end in pieces(doc, PIECE_TOKENS, PIECE_CHARS)
            if _worth_it(text := doc.text[start:end], self.settings.min_words)
        ]
        if not asked:
            return
        replies = self.ledger.replies([piece.key for piece in asked], self.settings.model)
        missing = {p.key: p for p in asked if p.key not in replies and self._may_send(docs[p.doc])}
        if missing and not self._stopped:
            replies |= self._ask(list(missing.values()), docs)
        refused: dict[str, Counter[str]] = {}
        for piece in asked:
            if piece.key in replies:
                answer = prompt.parse(replies[piece.key])
                self._note(docs[piece.doc], piece, answer)
                if answer.refused:
                    refused[piece.key] = answer.refused
        self.ledger.refuse(refused)

    # ------------------------------------------------------------------ asking

    def _may_send(self, doc: Doc) -> bool:
        if self._endpoint.is_loopback or self.settings.send_restricted or doc._.access == OPEN:
            return True
        self._warn(
            doc,
            f"Passages whose licence or access tier is not known to be open were not sent to "
            f"{self.settings.base_url}; send_restricted=True (--llm-send-restricted) sends them.",
        )
        return False

    def _warn(self, doc: Doc, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            doc._.warnings.append(sentence)

    def _ask(self, missing: Sequence[_Piece], docs: Sequence[Doc]) -> dict[str, str]:
        """New replies by key, a few calls at a time, until a cap is reached."""
        why, until = self._down
        if time.monotonic() < until:
            raise EndpointDown(why)
        replies: dict[str, str] = {}
        rest = deque(missing)
        running: deque[tuple[_Piece, int, Future[Reply]]] = deque()
        with (
            self._endpoint.client() as client,
            ThreadPoolExecutor(max(1, self.settings.concurrency)) as pool,
        ):
            try:
                while rest or running:
                    while rest and len(running) < max(1, self.settings.concurrency):
                        call = self._book(rest[0].text)
                        if call is None:
                            self._stop(docs[rest[0].doc])
                            rest.clear()
                            break
                        piece = rest.popleft()
                        running.append(
                            (piece, call, pool.submit(self._complete, client, piece.text))
                        )
                    if running:
                        piece, call, future = running.popleft()
                        reply = self._settled(call, piece, future, docs[piece.doc])
                        if reply is not None:
                            self.ledger.keep(piece.key, self.settings.model, reply.text)
                            replies[piece.key] = reply.text
            except EndpointDown as error:
                self._down = (str(error), time.monotonic() + REST)
                raise
            finally:
                for piece, call, future in running:  # what was sent is paid for: keep it
                    if future.cancel():
                        self.ledger.settle(call, "failed", 0, 0, self.prices)
                        continue
                    try:
                        reply = self._settled(call, piece, future, docs[piece.doc])
                    except PolymathError:
                        continue
                    if reply is not None:
                        self.ledger.keep(piece.key, self.settings.model, reply.text)
        return replies

    def _complete(self, client: Any, text: str) -> Reply:
        return self._endpoint.complete(
            client, prompt.messages(text), prompt.SCHEMA, self.settings.max_reply
        )

    def _book(self, text: str) -> int | None:
        return self.ledger.book(
            self.settings.model, estimated_tokens(text), self.settings.max_reply, self.prices,
            max_tokens=self.settings.max_tokens, max_cost=self.settings.max_cost,
        )  # fmt: skip

    def _settled(self, call: int, piece: _Piece, future: Future[Reply], doc: Doc) -> Reply | None:
        """What came of a call, its cost noted; None if the server refused the passage."""
        guess = estimated_tokens(piece.text)
        lost = 0
        try:
            reply = future.result()
        except PassageRefused as error:
            self.ledger.settle(call, "failed", 0, 0, self.prices)
            self._warn(doc, f"{error} Such passages are read without {self.method}.")
            return None
        except (EndpointDown, EndpointRefused) as error:
            lost = error.unanswered if isinstance(error, EndpointDown) else 0
            self.ledger.settle(
                call, "failed", lost * guess, lost * self.settings.max_reply, self.prices
            )
            raise
        lost = reply.unanswered
        tokens_in = (reply.tokens_in or guess) + lost * guess
        tokens_out = reply.tokens_out or len(reply.text.encode()) // 3 + 1
        self.ledger.settle(
            call, "done", tokens_in, tokens_out + lost * self.settings.max_reply, self.prices
        )
        return reply

    def _stop(self, doc: Doc) -> None:
        self._stopped = True
        spent = self.ledger.summary()
        caps = [f"{self.settings.max_tokens:,} tokens"] if self.settings.max_tokens else []
        caps += [f"a cost of {self.settings.max_cost:g}"] if self.settings.max_cost else []
        self._warn(
            doc,
            f"{self.method} was asked no more: the next passage could pass the cap of "
            f"{' or '.join(caps)} ({spent.tokens_in + spent.tokens_out:,} tokens, cost "
            f"{spent.cost:.4f}, booked in {self.ledger.path}); the rest was read without it. "
            "Raise the cap and run again to go on.",
        )

    # ------------------------------------------------------------------ noting

    def _note(self, doc: Doc, piece: _Piece, answer: prompt.Answer) -> None:
        text = doc.text
        noting = Noting(doc, method=self.method, version=self.version)
        kinds: dict[str, str] = {}
        for entity in answer.entities:
            kinds.setdefault(" ".join(entity.quote.split()), entity.kind)
            found = list(occurrences(text, entity.quote, piece.start, piece.end))
            if not found:
                answer.refused[NOT_QUOTED] += 1
            elif not [m for at in found if (m := self._mention(noting, at, entity.kind))]:
                answer.refused[NO_NAME] += 1
        sentences = _sentences(doc)
        seen: set[tuple[int, int, str, int, int]] = set()
        for claim in answer.claims:
            s = self._statement(noting, piece, claim, kinds, sentences, answer.refused)
            if s is None:
                continue
            key = (s.subject.start_char, s.subject.end_char, s.predicate, s.object.start_char,
                   s.object.end_char)  # fmt: skip
            if key not in seen:
                seen.add(key)
                doc._.statements.append(s)

    def _mention(self, noting: Noting, at: tuple[int, int], kind: str) -> MentionSpan | None:
        return noting.note(*at, kind="" if kind == "term" else kind, score=self.settings.score)

    def _statement(
        self, noting: Noting, piece: _Piece, claim: prompt.Claim, kinds: Mapping[str, str],
        sentences: Sequence[tuple[int, int]], refused: Counter[str],
    ) -> StatementSpan | None:  # fmt: skip
        text = noting.spans.text
        quoted = next(occurrences(text, claim.evidence, piece.start, piece.end), None)
        if quoted is None:
            refused[NO_EVIDENCE] += 1
            return None
        around = [(a, b) for a, b in sentences if a < quoted[1] and quoted[0] < b] or [quoted]
        if len(around) > MAX_SENTENCES:
            refused[LONG_EVIDENCE] += 1
            return None
        start, end = around[0][0], around[-1][1]
        ends = [
            list(occurrences(text, quote, start, end)) for quote in (claim.subject, claim.object)
        ]
        if not all(ends):
            refused[NO_END] += 1
            return None
        apart = [
            (a, b) for a, b in product(*(e[:50] for e in ends)) if a[1] <= b[0] or b[1] <= a[0]
        ]
        if not apart:
            refused[OVERLAP] += 1
            return None
        a, b = min(
            apart, key=lambda pair: max(pair[0][0], pair[1][0]) - min(pair[0][1], pair[1][1])
        )
        subject = self._mention(noting, a, kinds.get(" ".join(claim.subject.split()), ""))
        object_ = self._mention(noting, b, kinds.get(" ".join(claim.object.split()), ""))
        if subject is None or object_ is None:
            refused[NO_NAME] += 1
            return None
        if (subject.concept, subject.name) == (object_.concept, object_.name):
            refused[OVERLAP] += 1
            return None
        return StatementSpan(
            subject, claim.predicate, object_, start, end,
            min(subject.end_char, object_.end_char), max(subject.start_char, object_.start_char),
            self.method, self.version, FAMILY, self.settings.score,
        )  # fmt: skip


def estimated_tokens(text: str) -> int:
    """Tokens of a call that asks about *text*, rather too many: one for three bytes of UTF-8.

    English has about four letters to a token, Chinese about one, of three bytes.
    """
    return (len(prompt.SYSTEM.encode()) + len(text.encode("utf-8", "replace"))) // 3 + 30


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
    price_out: float, score: float, min_words: int, max_reply: int, concurrency: int,
    timeout: float, tries: int, backoff: float,
) -> LanguageModel:  # fmt: skip
    """A reader by language model. The arguments are those of :class:`Settings`."""
    return LanguageModel(
        Settings(
            base_url=base_url, model=model, key_env=key_env, send_text=send_text,
            send_restricted=send_restricted, cache=cache, max_tokens=max_tokens,
            max_cost=max_cost, price_in=price_in, price_out=price_out, score=score,
            min_words=min_words, max_reply=max_reply, concurrency=concurrency, timeout=timeout,
            tries=tries, backoff=backoff,
        )
    )  # fmt: skip
