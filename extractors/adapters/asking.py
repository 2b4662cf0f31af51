"""Asking a language model: what may be sent, what is known already, what may be spent."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

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
from kg._optional import require
from kg.errors import PolymathError
from kg.licences import OPEN

FACTORY = "polymath_llm"
REST = 60.0
"""Seconds for which a server that is down is not asked again: every file would wait for it."""


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
        chars_per_call: Of the passages of one work that are sent together. More cost less, for
            the instructions are sent each time; models overlook more in long texts.
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
    max_reply: int = 2500
    chars_per_call: int = 3000
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
        if self.chars_per_call < 200 or self.max_reply < 1:
            raise PolymathError(
                f"{FACTORY}: chars_per_call is {self.chars_per_call} and max_reply "
                f"{self.max_reply}; expected at least 200 and 1."
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


@dataclass(frozen=True, slots=True)
class Question:
    """A text to ask about, and the access tier of where it comes from."""

    text: str
    access: str = ""


class Asker:
    """Asks one model, from one process.

    ``sentences`` holds what the user should be told and was not yet; take them out when told.
    """

    def __init__(self, settings: Settings) -> None:
        settings.check()
        self.settings = settings
        self.prices = Prices(settings.price_in, settings.price_out)
        self.ledger = settings.ledger()
        self.sentences: list[str] = []
        self._endpoint = settings.endpoint()
        self._stopped = False  # a cap is reached
        self._said: set[str] = set()
        self._down = ("", 0.0)

    def key(self, question: Question) -> str:
        """Under which the reply is kept."""
        return reply_key(self.settings.model, prompt.VERSION, question.text)

    def replies(self, questions: Sequence[Question]) -> dict[str, str]:
        """Replies by key: those that are kept, and new ones to what may be sent and paid for.

        Raises:
            EndpointDown: If the server cannot be reached, or stays busy or broken.
            EndpointRefused: If it does not take the key, the model's name or the address.
        """
        by_key = {self.key(q): q for q in questions}
        found = self.ledger.replies(list(by_key), self.settings.model)
        missing = {k: q for k, q in by_key.items() if k not in found and self._may_send(q)}
        if missing and not self._stopped:
            found |= self._ask(missing)
        return found

    def _may_send(self, question: Question) -> bool:
        if self._endpoint.is_loopback or self.settings.send_restricted or question.access == OPEN:
            return True
        self._say(
            "Passages whose licence or access tier is not known to be open were not sent to "
            f"{self.settings.base_url}; send_restricted=True (--llm-send-restricted) sends them."
        )
        return False

    def _say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self.sentences.append(sentence)

    def _ask(self, missing: Mapping[str, Question]) -> dict[str, str]:
        """New replies by key, a few calls at a time, until a cap is reached."""
        why, until = self._down
        if time.monotonic() < until:
            raise EndpointDown(why)
        at_once = max(1, self.settings.concurrency)
        rest = deque((key, question.text) for key, question in missing.items())
        running: deque[tuple[str, str, int, Future[Reply]]] = deque()
        replies: dict[str, str] = {}
        with self._endpoint.client() as client, ThreadPoolExecutor(at_once) as pool:
            try:
                while rest or running:
                    while rest and len(running) < at_once:
                        key, text = rest[0]
                        call = self._book(text)
                        if call is None:
                            self._stop()
                            rest.clear()
                            break
                        rest.popleft()
                        running.append((key, text, call, pool.submit(self._send, client, text)))
                    if running:
                        self._take(*running.popleft(), replies)
            except EndpointDown as error:
                self._down = (str(error), time.monotonic() + REST)
                raise
            finally:
                for key, text, call, future in running:  # what was sent is paid for: keep it
                    if future.cancel():
                        self.ledger.settle(call, "failed", 0, 0, self.prices)
                        continue
                    try:
                        self._take(key, text, call, future, replies)
                    except PolymathError:
                        continue
        return replies

    def _send(self, client: Any, text: str) -> Reply:
        messages = prompt.messages(text)
        return self._endpoint.complete(client, messages, prompt.SCHEMA, self.settings.max_reply)

    def _book(self, text: str) -> int | None:
        return self.ledger.book(
            self.settings.model, estimated_tokens(text), self.settings.max_reply, self.prices,
            max_tokens=self.settings.max_tokens, max_cost=self.settings.max_cost,
        )  # fmt: skip

    def _take(
        self, key: str, text: str, call: int, future: Future[Reply], replies: dict[str, str]
    ) -> None:
        """Wait for a call, note what it cost, and keep the reply."""
        guess, most = estimated_tokens(text), self.settings.max_reply
        try:
            reply = future.result()
        except PassageRefused as error:
            self.ledger.settle(call, "failed", 0, 0, self.prices)
            self._say(f"{error} Such passages are read without it.")
            return
        except (EndpointDown, EndpointRefused) as error:
            lost = error.unanswered if isinstance(error, EndpointDown) else 0
            self.ledger.settle(call, "failed", lost * guess, lost * most, self.prices)
            raise
        tokens_in = (reply.tokens_in or guess) + reply.unanswered * guess
        tokens_out = reply.tokens_out or len(reply.text.encode()) // 3 + 1
        tokens_out += reply.unanswered * most
        self.ledger.settle(call, "done", tokens_in, tokens_out, self.prices)
        self.ledger.keep(key, self.settings.model, reply.text)
        replies[key] = reply.text

    def _stop(self) -> None:
        self._stopped = True
        spent = self.ledger.summary()
        caps = [f"{self.settings.max_tokens:,} tokens"] if self.settings.max_tokens else []
        caps += [f"a cost of {self.settings.max_cost:g}"] if self.settings.max_cost else []
        self._say(
            f"{self.settings.model} was asked no more: the next passage could pass the cap of "
            f"{' or '.join(caps)} ({spent.tokens_in + spent.tokens_out:,} tokens, cost "
            f"{spent.cost:.4f}, booked in {self.ledger.path}); the rest was read without it. "
            "Raise the cap and run again to go on."
        )


def estimated_tokens(text: str) -> int:
    """Tokens of a call that asks about *text*, rather too many: one for three bytes of UTF-8.

    English has about four letters to a token, Chinese about one, of three bytes.
    """
    return (len(prompt.SYSTEM.encode()) + len(text.encode("utf-8", "replace"))) // 3 + 30
