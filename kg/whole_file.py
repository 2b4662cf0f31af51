"""A file written whole or not at all, whatever stood there before."""

from __future__ import annotations

import os
from pathlib import Path

from kg.errors import PolymathError


def write_whole(
    path: Path, content: str | bytes, what: str, error: type[PolymathError] = PolymathError
) -> Path:
    """Write a file; one that is there is replaced when all of it is written.

    Args:
        path: Where to.
        content: A text, written in UTF-8, or bytes.
        what: What it is, for the sentence if it cannot be written: "The view".
        error: Which error says so.

    Raises:
        PolymathError: If it cannot be written there.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> write_whole(path, "one", "The note").read_text("utf-8")
    'one'
    """
    building = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        building.write_bytes(content.encode() if isinstance(content, str) else content)
        building.replace(path)
    except OSError as reason:
        building.unlink(missing_ok=True)
        raise error(
            f"{what} cannot be written to {path} ({reason.strerror}); choose another place."
        ) from reason
    return path
