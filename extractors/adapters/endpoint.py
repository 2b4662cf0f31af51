"""A server that speaks OpenAI's chat completions (``POST <base_url>/chat/completions``).

The key is read from an environment variable for each call and held nowhere. Redirects are not
followed: they would take the text to where nobody allowed it to go. A server that is busy or
broken (408, 429, 5xx) is asked again, after as long as it says (RFC 9110, section 10.2.3) or
twice as long each time.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from kg._optional import require
from kg.errors import PolymathError

MAX_REPLY = 4_000_000
"""Bytes of a reply that are read."""
MAX_WAIT = 60.0
"""Seconds that we let a server keep us waiting between two tries."""
_AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
_SHAPES = 3
_LATE = "did not answer within"


class EndpointDown(PolymathError):
    """The server cannot be reached, or stays busy or broken. Run again when it is back.

    ``unanswered`` counts the tries that ran out of time, which may be billed all the same.
    """

    unanswered: int = 0


class EndpointRefused(PolymathError):
    """The server does not take us: a wrong key, model or address. Asking again does not help."""


class PassageRefused(PolymathError):
    """The server does not take this one passage."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote; tokens are 0 where the server does not say.

    ``unanswered`` counts earlier tries that ran out of time, which may be billed all the same.
    """

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    unanswered: int = 0


class Endpoint:
    """One model behind one address.

    Args:
        base_url: Up to and without ``/chat/completions``: "http://localhost:11434/v1".
        model: As the server calls it.
        key_env: Name of the environment variable with the key; without one, none is sent.
        timeout: Seconds for an answer.
        tries: How often one passage is tried.
        backoff: Seconds before the second try, if the server does not say.

    Raises:
        PolymathError: If the address is not one, or holds a password.
    """

    def __init__(
        self, base_url: str, model: str, *, key_env: str = "", timeout: float = 60.0,
        tries: int = 4, backoff: float = 1.0,
    ) -> None:  # fmt: skip
        check_url(base_url)
        self.base_url = base_url.rstrip("/")
        self.model = model
        self.key_env = key_env
        self.timeout = timeout
        self.tries = max(1, tries)
        self.backoff = backoff
        self._shape = 0  # how much the server is asked to keep to
        self._answered = False

    @property
    def is_loopback(self) -> bool:
        """Whether what is sent stays on this machine."""
        return is_loopback(self.base_url)

    def check_key(self) -> None:
        """Say so if a key would travel unencrypted.

        Raises:
            PolymathError: If it would.
        """
        if self._key() and not self.is_loopback and not self.base_url.lower().startswith("https:"):
            raise PolymathError(
                f"The key in ${self.key_env} is not sent to {self.base_url} unencrypted; "
                f"use https, or unset ${self.key_env} if the server wants none."
            )

    @contextmanager
    def client(self) -> Iterator[Any]:
        """An HTTP client for several calls, from any thread."""
        httpx = require("httpx", "llm", "ask a language model")
        headers = {"user-agent": "polymath-kg"}
        with httpx.Client(
            timeout=httpx.Timeout(self.timeout, connect=min(self.timeout, 10.0)),
            follow_redirects=False,
            trust_env=not self.is_loopback,  # no proxy between us and ourselves
            headers=headers,
        ) as client:
            yield client

    def complete(
        self, client: Any, messages: list[dict[str, str]], schema: dict[str, Any], max_tokens: int
    ) -> Reply:
        """The model's answer to *messages*.

        Raises:
            EndpointDown: After the last try.
            EndpointRefused: At once.
            PassageRefused: At once.
        """
        why = ""
        tried = unanswered = 0
        while tried < self.tries:
            wait = self.backoff * 2**tried * (0.75 + random.random() / 2)  # noqa: S311
            shape = self._shape
            status, body, after = self._post(
                client, self._payload(shape, messages, schema, max_tokens)
            )
            if status == 200:
                reply = _reply(body, self._key())
                if reply is not None:
                    self._answered = True
                    return replace(reply, unanswered=unanswered)
                why = "answered with something that is no chat completion"
            elif status in (400, 422) and not self._answered and shape < _SHAPES - 1:
                # Not every server knows response_format, or max_tokens: ask for less.
                self._shape = max(self._shape, shape + 1)
                continue
            elif status in (400, 413, 422):
                raise PassageRefused(f"{self._who} refused the passage (status {status}).")
            elif status in _AGAIN:
                why = f"answered with status {status}"
                if after > MAX_WAIT:
                    why += f" and wants {after:,.0f} s of rest"
                    break
                wait = after if after >= 0 else min(wait, MAX_WAIT)
            elif status:
                raise EndpointRefused(self._refusal(status))
            else:
                why = body.decode()
                unanswered += why.startswith(_LATE)
            tried += 1
            if tried < self.tries:
                time.sleep(wait)
        down = EndpointDown(
            f"{self._who} {why} (tries: {max(tried, 1)}); what it answered before is kept: "
            "run again when it is back, or read without it."
        )
        down.unanswered = unanswered
        raise down

    @property
    def _who(self) -> str:
        return f"The LLM endpoint {self.base_url}"

    def _refusal(self, status: int) -> str:
        if status in (401, 403):
            have = f"the key in ${self.key_env}" if self._key() else "us without a key"
            return (
                f"{self._who} does not take {have} (status {status}); "
                f"set the environment variable {self.key_env or '(key_env)'} to a key that it takes."
            )
        if status == 404:
            return (
                f"{self._who} knows no model {self.model!r}, or no chat completions there "
                "(status 404); check the address, which mostly ends in /v1, and the model's name."
            )
        if 300 <= status < 400:
            return f"{self._who} sends us elsewhere (status {status}); give the address it means."
        return f"{self._who} refuses with status {status}; check its account and its log."

    def _key(self) -> str:
        return os.environ.get(self.key_env, "") if self.key_env else ""

    def _payload(
        self, shape: int, messages: list[dict[str, str]], schema: dict[str, Any], max_tokens: int
    ) -> dict[str, Any]:
        payload: dict[str, Any] = {"model": self.model, "messages": messages}
        if shape == 0:
            payload["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "reading", "strict": True, "schema": schema},
            }
        if shape < 2:
            return payload | {"temperature": 0, "max_tokens": max_tokens}
        return payload | {"max_completion_tokens": max_tokens}

    def _post(self, client: Any, payload: dict[str, Any]) -> tuple[int, bytes, float]:
        """Status (0 if there was no answer), body or what went wrong, and seconds to wait (-1: unsaid)."""
        httpx = require("httpx", "llm", "ask a language model")
        key = self._key()
        headers = {"content-type": "application/json"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        deadline = time.monotonic() + 2 * self.timeout
        try:
            with client.stream(
                "POST",
                f"{self.base_url}/chat/completions",
                content=json.dumps(payload).encode("ascii"),
                headers=headers,
            ) as response:
                body = bytearray()
                for part in response.iter_bytes():
                    body += part
                    if len(body) > MAX_REPLY:
                        return 0, b"answered with more than 4 MB", -1.0
                    if time.monotonic() > deadline:  # a server that drips never times out
                        return 0, f"{_LATE} {self.timeout:g} s".encode(), -1.0
                return response.status_code, bytes(body), _retry_after(response.headers)
        except httpx.TimeoutException:
            return 0, f"{_LATE} {self.timeout:g} s".encode(), -1.0
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            return 0, f"cannot be reached: {type(error).__name__}".encode(), -1.0


def check_url(base_url: str) -> None:
    """Refuse what is no address of a server, or one with a password or a query in it.

    Raises:
        PolymathError: If it is none.
    """
    try:
        parts = urlsplit(base_url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        good, parts = False, urlsplit("")
    if not good:
        raise PolymathError(
            f"{base_url!r} is no address of an LLM endpoint; expected one such as "
            "http://localhost:11434/v1 or https://host/v1."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise PolymathError(
            "The address of the LLM endpoint holds a user name, a password or a query; put the key "
            "into an environment variable and name that with key_env."
        )


def is_loopback(base_url: str) -> bool:
    """Whether an address is this machine's own.

    >>> is_loopback("http://127.0.0.1:8000/v1"), is_loopback("https://example.org/v1")
    (True, False)
    """
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _retry_after(headers: Any) -> float:
    said = str(headers.get("retry-after", "")).strip()
    if not said:
        return -1.0
    if said.isdigit():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return -1.0
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def _reply(body: bytes, key: str) -> Reply | None:
    try:
        value = json.loads(body)
        text = value["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    if text is None:
        text = ""  # a refusal of the model, in the server's own field
    if not isinstance(text, str):
        return None
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair is valid JSON
    if key:
        text = text.replace(key, "…")
    usage = value.get("usage") if isinstance(value, dict) else None
    usage = usage if isinstance(usage, dict) else {}
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    tokens = [n if isinstance(n, int) and 0 < n < 10**9 else 0 for n in counts]
    return Reply(text, *tokens)
