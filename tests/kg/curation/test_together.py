"""Two processes decide on one graph at once: every decision is kept, every conflict told."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest

from kg.graph import Graph
from kg.stores.base import Store
from kg.stores.neo4j import Neo4jStore
from kg.verify import verify
from tests.conftest import ROOT
from tests.kg.build import batch

CURATOR = """
import os, random, sys
import kg
url, name, password, n, seed = sys.argv[1:]
graph = kg.connect(url, auth=("neo4j", password)) if password else kg.connect(url)
statements = sorted(graph.table("Statement")["id"])
chance = random.Random(int(seed))
print("ready", flush=True)
sys.stdin.readline()
for i in range(int(n)):
    decide = chance.choice([graph.curation.accept, graph.curation.reject])
    decide(statements[i % len(statements)], by=name, why=f"{name} {i}")
print("done", flush=True)
"""


def decide_together(store: Store, n: int, password: str) -> None:
    """Two processes take *n* decisions each about the same statements in the same order."""
    url = store.url
    people = [
        subprocess.Popen(
            [sys.executable, "-c", CURATOR, url, name, password, str(n), str(seed)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for seed, name in enumerate(("Ada", "Bob"))
    ]  # fmt: skip
    for person in people:
        assert person.stdout is not None
        assert person.stdout.readline() == "ready\n"
    for person in people:
        assert person.stdin is not None
        person.stdin.write("\n")
        person.stdin.flush()
    for person in people:
        said, _ = person.communicate(timeout=300)
        assert (person.returncode, said) == (0, "done\n")


@pytest.mark.parametrize("n", [500])
def test_two_processes_decide_at_once(store: Store, neo4j_server, tmp_path: Path, n: int) -> None:
    graph = Graph(store)
    names = [f"thing{i:02}" for i in range(16)]
    graph.write(
        batch("A", [(f"{a} causes {b}.", a, "causes", b) for a, b in permutations(names, 2)][:200])
    )
    password = neo4j_server.password if isinstance(store, Neo4jStore) else ""
    decide_together(store, n, password)
    log = graph.curation.log()
    assert Counter(log["by"]) == {"Ada": n, "Bob": n}
    assert set(log["reason"]) == {f"{name} {i}" for name in ("Ada", "Bob") for i in range(n)}
    # What must have been told, worked out from the log alone: neither ever looked, so each knows
    # only what that person decided before.
    expected = set()
    for _, history in log.groupby("statement", sort=False):
        rows = list(history.itertuples())
        for i, row in enumerate(rows):
            mine = max((k for k in range(i) if rows[k].by == row.by), default=-1)
            expected |= {
                (row.id, other.id)
                for other in rows[mine + 1 : i]
                if other.by != row.by and other.action != row.action
            }
    told = graph.curation.conflicts()
    assert set(zip(told["decision"], told["against"], strict=True)) == expected
    assert len(expected) > n / 4
    last = log.groupby("statement")["action"].last()
    status = graph.table("Statement").set_index("id")["status"]
    assert (status[last.index] == last.map({"accept": "accepted", "reject": "rejected"})).all()
    assert verify(store).ok
