"""What a language model answered and what it cost: one SQLite file for all processes.

A reply is kept under the hash of model, prompt and passage, so that the same question is never
paid for twice and a second run needs no network. Every call is booked before it is sent, with
what it may cost at most, and settled afterwards; calls that were never settled stay booked, so
that a cap is kept even when a process is killed. The file holds replies, never passages or keys.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.errors import PolymathError

_APPLICATION, _VERSION = 0x504D4C4C, 1
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, model TEXT NOT NULL, "
    "reply TEXT NOT NULL, refused TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, model TEXT NOT NULL, "
    "state TEXT NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, "
    "cost REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS hits (model TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID",
)


def _stamp(db: sqlite3.Connection) -> tuple[int, int]:
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return application, version


def reply_key(model: str, prompt: str, text: str) -> str:
    """SHA-256 of model, version of the prompt, and passage."""
    return sha256(json.dumps([model, prompt, text]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in any currency: those sent and those written."""

    per_million_in: float = 0.0
    per_million_out: float = 0.0

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """The price of a call.

        >>> Prices(1.0, 4.0).of(1_000_000, 500_000)
        3.0
        """
        return (tokens_in * self.per_million_in + tokens_out * self.per_million_out) / 1e6


@dataclass(frozen=True, slots=True)
class Summary:
    """All that the ledger knows: totals since the file was made, over all models or for one.

    ``calls`` counts those answered, ``failed`` those not, ``unsettled`` those of which no end is
    known; ``cached`` counts answers that were there already. Tokens and cost include all of them.
    ``refused`` counts, by reason, what was left out of the replies that are kept.
    """

    calls: int = 0
    failed: int = 0
    unsettled: int = 0
    cached: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    refused: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return asdict(self) | {"refused": dict(self.refused)}

    def __str__(self) -> str:
        lines = [
            f"LLM: {self.calls:,} calls, {self.cached:,} from the cache, {self.failed:,} failed; "
            f"{self.tokens_in:,} tokens in, {self.tokens_out:,} out, cost {self.cost:.4f}"
        ]
        if self.unsettled:
            lines.append(f"  {self.unsettled:,} calls have no known end and count as estimated")
        lines += [f"  refused {n:,}: {why}" for why, n in sorted(self.refused.items())]
        return "\n".join(lines)


class Ledger:
    """The file at *path*, made when first written to; a connection is held only while used."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            if not self.path.exists():
                self.path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as db:
                db.execute("PRAGMA busy_timeout = 30000")
                self._prepare(db)
                yield db
        except (sqlite3.Error, OSError) as error:
            raise PolymathError(
                f"The cache of LLM replies at {self.path} cannot be used: {error}; "
                "name another file with cache=, or move this one away."
            ) from error

    def _prepare(self, db: sqlite3.Connection) -> None:
        if _stamp(db) == (_APPLICATION, _VERSION):
            return
        db.execute("BEGIN IMMEDIATE")  # other processes may be making it just now
        application, version = _stamp(db)
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != _APPLICATION:
            raise sqlite3.DatabaseError("it is a database of something else")
        if version > _VERSION:
            raise sqlite3.DatabaseError("a newer Polymath made it")
        for statement in _SCHEMA:
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {_APPLICATION}")
        db.execute(f"PRAGMA user_version = {_VERSION}")
        db.execute("COMMIT")

    # ------------------------------------------------------------------ replies

    def replies(self, keys: list[str], model: str) -> dict[str, str]:
        """The replies that are kept for *keys*; each one found is counted as a call saved."""
        found: dict[str, str] = {}
        with self._open() as db:
            for at in range(0, len(keys), 500):
                some = keys[at : at + 500]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, reply FROM replies WHERE key IN ({marks})"
                found |= dict(db.execute(query, some).fetchall())
            if found:
                saved = sum(key in found for key in keys)
                db.execute(
                    "INSERT INTO hits VALUES (?, ?) "
                    "ON CONFLICT (model) DO UPDATE SET n = n + excluded.n",
                    (model, saved),
                )
        return found

    def keep(self, key: str, model: str, reply: str) -> None:
        """Keep *reply*; what it is refused for comes by :meth:`refuse`."""
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, '{}')", (key, model, reply))

    def refuse(self, refused: Mapping[str, Mapping[str, int]]) -> None:
        """Note by key and reason how many claims of a reply were left out."""
        if not refused:
            return
        rows = [(json.dumps(dict(why)), key) for key, why in refused.items()]
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("UPDATE replies SET refused = ?1 WHERE key = ?2 AND refused <> ?1", rows)
            db.execute("COMMIT")

    # ------------------------------------------------------------------ calls

    def book(
        self, model: str, tokens_in: int, tokens_out: int, prices: Prices, *,
        max_tokens: int, max_cost: float,
    ) -> int | None:  # fmt: skip
        """Book a call that may use so many tokens; None if that could pass a cap (0: no cap).

        Returns:
            What to settle it by.
        """
        cost = prices.of(tokens_in, tokens_out)
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")  # one process at a time looks and books
            tokens, spent = db.execute(
                "SELECT coalesce(sum(tokens_in + tokens_out), 0), coalesce(sum(cost), 0.0) FROM calls"
            ).fetchone()
            over = max_tokens and tokens + tokens_in + tokens_out > max_tokens
            if over or (max_cost and spent + cost > max_cost + 1e-12):
                db.execute("ROLLBACK")
                return None
            row = db.execute(
                "INSERT INTO calls (model, state, tokens_in, tokens_out, cost) "
                "VALUES (?, 'booked', ?, ?, ?)",
                (model, tokens_in, tokens_out, cost),
            ).lastrowid
            db.execute("COMMIT")
        return row

    def settle(
        self, call: int, state: str, tokens_in: int, tokens_out: int, prices: Prices
    ) -> None:
        """Say how a call ended ("done" or "failed") and what it used."""
        cost = prices.of(tokens_in, tokens_out)
        with self._open() as db:
            db.execute(
                "UPDATE calls SET state = ?, tokens_in = ?, tokens_out = ?, cost = ? WHERE id = ?",
                (state, tokens_in, tokens_out, cost, call),
            )

    def summary(self, model: str = "") -> Summary:
        """What was called, saved, spent and refused; for one model, or for all if "" is given."""
        if not self.path.exists():
            return Summary()
        where, values = ("WHERE model = ?", (model,)) if model else ("", ())
        with self._open() as db:
            calls = db.execute(
                "SELECT state, count(*), sum(tokens_in), sum(tokens_out), sum(cost) "
                f"FROM calls {where} GROUP BY state",
                values,
            ).fetchall()
            (hits,) = db.execute(f"SELECT coalesce(sum(n), 0) FROM hits {where}", values).fetchone()
            refused: Counter[str] = Counter()
            for (counts,) in db.execute(f"SELECT refused FROM replies {where}", values):
                refused.update(json.loads(counts))
        states = {state: n for state, n, *_ in calls}
        return Summary(
            calls=states.get("done", 0),
            failed=states.get("failed", 0),
            unsettled=states.get("booked", 0),
            cached=hits,
            tokens_in=sum(row[2] for row in calls),
            tokens_out=sum(row[3] for row in calls),
            cost=round(sum(row[4] for row in calls), 10),
            refused=dict(refused),
        )
