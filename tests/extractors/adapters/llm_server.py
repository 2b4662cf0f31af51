"""A server that speaks OpenAI's chat completions over a real socket, its replies scripted."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Turn:
    """One answer of the server."""

    status: int = 200
    content: Any = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    usage: dict[str, int] | None = field(
        default_factory=lambda: {"prompt_tokens": 900, "completion_tokens": 100}
    )


Script = Callable[[str, int], Turn]
"""From the passage that is asked about, and how many requests came before, to the answer."""


@dataclass
class LlmServer:
    url: str
    script: Script
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def passages(self) -> list[str]:
        return [passage_of(r) for r in self.requests]


def passage_of(request: dict[str, Any]) -> str:
    text: str = request["messages"][-1]["content"]
    return text.removeprefix("<passage>\n").removesuffix("\n</passage>")


@contextmanager
def serving(script: Script, host: str = "127.0.0.1") -> Iterator[LlmServer]:
    """Serve *script* on a free port of this machine until the block ends."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            assert self.path == "/v1/chat/completions"
            with lock:
                before = len(server.requests)
                server.requests.append(request)
                server.keys.append(self.headers.get("authorization", ""))
            turn = server.script(passage_of(request), before)
            time.sleep(turn.delay)
            body = turn.body if turn.body is not None else completion(turn)
            try:
                self.send_response(turn.status)
                for name, value in turn.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # the client waited no longer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer((host, 0), Handler)
    http.daemon_threads = True
    server = LlmServer(f"http://{host}:{http.server_address[1]}/v1", script)
    thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


def outward_address() -> str:
    """This machine's own address on a network, "" if it is on none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: documentation only
        except OSError:
            return ""
        address: str = probe.getsockname()[0]
    return "" if address.startswith("127.") else address


def completion(turn: Turn) -> bytes:
    content = turn.content
    if not isinstance(content, str):
        content = json.dumps(content if content is not None else said())
    message = {"role": "assistant", "content": content}
    value: dict[str, Any] = {"choices": [{"index": 0, "message": message}]}
    if turn.usage is not None:
        value["usage"] = turn.usage
    return json.dumps(value).encode()


def said(
    entities: list[tuple[str, str]] | None = None,
    statements: list[tuple[str, str, str, str]] | None = None,
) -> dict[str, Any]:
    """A reply of the form that is asked for."""
    names = ("subject", "predicate", "object", "evidence")
    return {
        "entities": [{"quote": q, "kind": k} for q, k in entities or ()],
        "statements": [dict(zip(names, s, strict=True)) for s in statements or ()],
    }
