"""A real Neo4j server for tests: jars by Maven, one Java process, no Docker.

The server is Neo4j Community (GPL-3.0): it is run beside the tests, never imported or shipped.

To fetch the jars (about 128 MB, once) and try it:
    python -m tests.neo4j_server.server
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import neo4j

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("POLYMATH_CACHE", HERE.parents[1] / ".cache"))
JARS = CACHE / "neo4j-lib"
_OPENED = ("java.nio", "java.lang", "sun.nio.ch")


def why_not() -> str:
    """Why no server can run here, or "" if one can. Fetches the jars when they are missing."""
    java = shutil.which("java")
    if java is None:
        return "Neo4j needs Java 17 or later; no java is on the PATH"
    told = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found.group(1)) < 17:
        return f"Neo4j needs Java 17 or later; found {told.splitlines()[0] if told else 'none'}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "neo4j.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes, and one fetches for all
        return "" if any(JARS.glob("neo4j-kernel-5*.jar")) else _not_fetched()


def _not_fetched() -> str:
    """Fetch the jars; why they cannot be had, or ""."""
    maven = shutil.which("mvn")
    if maven is None:
        return (
            f"Neo4j's jars are not in {JARS.name} of the cache, and no mvn is there to fetch them"
        )
    # Into a folder of its own first, so that a fetch cut short is never taken for a whole one.
    with tempfile.TemporaryDirectory(dir=CACHE) as partial:
        fetched = subprocess.run(
            [maven, "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
             f"-DoutputDirectory={partial}/lib"],
            capture_output=True,
            text=True,
        )  # fmt: skip
        if fetched.returncode:
            lines = [line for line in fetched.stdout.splitlines() if "ERROR" in line]
            return f"Maven could not fetch Neo4j's jars: {lines[0] if lines else 'no reason given'}"
        shutil.rmtree(JARS, ignore_errors=True)
        Path(partial, "lib").rename(JARS)
    return ""


class Neo4jServer:
    """One server with its own data, user ``neo4j`` and a random password; use it in a ``with``."""

    user = "neo4j"

    def __init__(self) -> None:
        self.password = secrets.token_urlsafe(24)
        self._home = Path(tempfile.mkdtemp(prefix="neo4j-"))
        self._process: subprocess.Popen[str] | None = None
        self._has_password = False
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    @property
    def url(self) -> str:
        """Bolt address, without user and password."""
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def auth(self) -> tuple[str, str]:
        """User and password."""
        return self.user, self.password

    def start(self) -> None:
        """Start on the same port and data as before; returns when Bolt answers.

        Raises:
            RuntimeError: If the server ends before it is ready, with its last lines.
        """
        with (self._home / "server.log").open("a") as log:
            self._process = subprocess.Popen(
                [
                    "java", "-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                    *(f"--add-opens=java.base/{p}=ALL-UNNAMED" for p in _OPENED),
                    "-cp", f"{JARS}/*", str(HERE / "Serve.java"), str(self._home), str(self.port),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )  # fmt: skip
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            self.kill()
            said = (self._home / "server.log").read_text().splitlines()[-5:]
            raise RuntimeError("Neo4j did not start: " + " | ".join(said))
        if not self._has_password:
            self._set_password()

    def kill(self) -> None:
        """End the process at once, as a power cut would (SIGKILL); its data stays."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def restart(self) -> None:
        """Kill, then start on the same port and data."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Kill the server and delete its data."""
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def wipe(self) -> None:
        """Delete all nodes and relationships, the graph's version among them; indexes stay."""
        with neo4j.GraphDatabase.driver(self.url, auth=self.auth) as driver, driver.session() as s:
            s.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()

    def _set_password(self) -> None:
        """Neo4j starts with the password ``neo4j`` and lets nobody in before it is changed."""
        with (
            neo4j.GraphDatabase.driver(self.url, auth=(self.user, "neo4j")) as driver,
            driver.session(database="system") as session,
        ):
            session.run(
                "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password", password=self.password
            ).consume()
        self._has_password = True

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


if __name__ == "__main__":
    if reason := why_not():
        raise SystemExit(reason)
    with Neo4jServer() as _server, neo4j.GraphDatabase.driver(_server.url, auth=_server.auth) as _d:
        print(_d.get_server_info().agent, "answers at", _server.url)
