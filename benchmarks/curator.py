"""How long a Curator's page waits for its kernel: at the first look, for the next, for each decision.

    python -m benchmarks.curator [--statements 82000] [--decisions 200]

A graph of real records, as in ``benchmarks.decisions``. The page's messages are answered as in a
notebook, with all that they carry, but without a browser; what the page adds is told by
``tests/browser/test_curator.py``. Beside each decision stands the baseline: the same decision by a call of
``graph.curation``.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import kg
from benchmarks.decisions import SEED, fill
from benchmarks.measure import timed
from widgets import Curator
from widgets.protocol import PROTOCOL


class Page:
    """The page's side of the talk, without a browser."""

    def __init__(self, curator: Curator) -> None:
        self.curator = curator
        self.sent: list[dict[str, Any]] = []
        curator.send = lambda content, buffers=None: self.sent.append(content)
        self.asked = 0

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Ask, and return the answer."""
        self.asked += 1
        message = {"kind": kind, "protocol": PROTOCOL, "view": "one", "seq": self.asked, **fields}
        self.curator._desk.receive(message)
        answer = self.sent[-1]
        if answer["kind"] == "error":
            raise SystemExit(f"benchmarks.curator: {kind} was answered with {answer['message']}")
        return answer


def measure(graph: kg.Graph, decisions: int) -> dict[str, float]:
    """Milliseconds for what a page asks."""
    page = Page(Curator(graph, by="Ada"))
    took: dict[str, list[float]] = {}

    def told(name: str, kind: str, **fields: Any) -> dict[str, Any]:
        answer, seconds = timed(lambda: page.ask(kind, **fields))
        took.setdefault(name, []).append(seconds * 1000)
        return answer

    told("the first look", "hello")
    told("the first item", "deal", sort="statement")
    chance = random.Random(SEED)
    for n in range(decisions):
        item = told("the next item", "deal", sort="statement")["item"]
        told("an item anew", "look", sort="statement", id=item["id"])
        action = chance.choice(("accept", "reject", "flip"))
        said = {"action": action, "statement": item["id"], "seen": item["last"]}
        told("a decision", "decide", said=said)
        if n % 10 == 9:
            told("taking it back", "undo")
    told("counting choices", "facets")
    told("a preview of 50", "preview", action="reject", first=50)
    told("progress", "progress")
    told("pairs, the first time", "left", sort="pair")
    ids = graph.curation.queue(limit=decisions, fresh=True)["statement"]
    bare = [timed(lambda s=s: graph.curation.accept(s, by="Bob", seen=""))[1] * 1000 for s in ids]
    result = {f"{name}, median": float(np.median(ms)) for name, ms in took.items()}
    result |= {
        f"{name}, 99th percentile": float(np.percentile(ms, 99))
        for name, ms in took.items()
        if len(ms) > 50
    }
    result["baseline: a bare decision, median"] = float(np.median(bare))
    return {name: round(ms, 1) for name, ms in result.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line of JSON."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--statements", type=int, default=82_000)
    options.add_argument("--decisions", type=int, default=200)
    args = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        graph = kg.connect(Path(folder) / "graph.kg")
        fill(graph, args.statements, random.Random(SEED))
        counts = graph.counts()
        result = measure(graph, args.decisions)
        graph.close()
    print(f"{counts['Statement']:,} statements, {counts['Concept']:,} concepts; milliseconds")
    for name, ms in result.items():
        print(f"  {name:40} {ms:10,.1f}")
    print(json.dumps({"statements": counts["Statement"], "milliseconds": result}))


if __name__ == "__main__":
    main()
