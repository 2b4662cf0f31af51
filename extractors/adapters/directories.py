"""A model directory's digest: the same model has the same one, wherever it lies."""

from __future__ import annotations

from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path

from kg.errors import PolymathError

_PASSED_OVER = frozenset({"__pycache__", ".git", ".cache"})


def directory_digest(path: Path) -> str:
    """SHA-256 over names and contents of the files below *path*, in hex, 16 characters.

    Raises:
        PolymathError: If a file in it cannot be read.
    """
    files = sorted(
        p
        for p in path.rglob("*")
        if p.is_file() and not _PASSED_OVER.intersection(p.relative_to(path).parts)
    )
    try:
        state = tuple((str(p), (s := p.stat()).st_size, s.st_mtime_ns) for p in files)
        return _digest(path, state)
    except OSError as error:
        raise PolymathError(
            f"The model directory {path} cannot be read: {error.strerror or error}."
        ) from error


@lru_cache(maxsize=16)
def _digest(path: Path, state: tuple[tuple[str, int, int], ...]) -> str:
    h = sha256()
    for name, _, _ in state:
        with Path(name).open("rb") as file:
            content = file_digest(file, "sha256").hexdigest()
        h.update(f"{Path(name).relative_to(path).as_posix()}\0{content}\0".encode())
    return h.hexdigest()[:16]
