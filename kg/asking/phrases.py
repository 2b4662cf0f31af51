"""Phrases that a person keeps under a name, with places for values: "what causes {disease}?".

They are kept beside an embedded graph, as its views are; those for a server in the user's own
folder. They are JSON that can be read, changed and shared; the graph's digest knows nothing of them.

>>> import tempfile
>>> phrases = Phrases(Path(tempfile.mkdtemp()) / "phrases.json")
>>> phrases["causes of a disease"] = "what causes {disease}?"
>>> dict(phrases), places(phrases["causes of a disease"])
({'causes of a disease': 'what causes {disease}?'}, ('disease',))
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path

from rapidfuzz.process import extract

from kg.asking.reading import LONGEST
from kg.errors import PolymathError

LONGEST_NAME = 80
_PLACE = re.compile(r"\{(\w+)\}")


class UnknownPhrase(PolymathError, KeyError):
    """No phrase is kept under this name; the message names the nearest."""

    def __str__(self) -> str:
        return str(self.args[0])


def places(text: str) -> tuple[str, ...]:
    """Names of the values that a phrase leaves open, each once."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def user_file() -> Path:
    """Where a user's phrases are kept (XDG Base Directory Specification 0.8)."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "polymath" / "phrases.json"


class Phrases(MutableMapping[str, str]):
    """Phrases by name, read from a file at each look and written to it at each change.

    Args:
        path: The file; without it :func:`user_file`. It is made when a phrase is first kept.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = user_file() if path is None else Path(path)

    def __getitem__(self, name: str) -> str:
        kept = self._read()
        if name not in kept:
            near = [n for n, _, _ in extract(name, list(kept), limit=3, score_cutoff=50)]
            hint = f"nearest: {', '.join(near)}" if near else f"{self.path} holds {len(kept)}"
            raise UnknownPhrase(f"No phrase is kept as {name!r}; {hint}.")
        return kept[name]

    def __setitem__(self, name: str, text: str) -> None:
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise PolymathError(
                f"A phrase is kept under a name of 1 to {LONGEST_NAME} printable characters, not {name[:100]!r}."
            )
        if not text.strip() or len(text) > LONGEST or not text.isprintable():
            raise PolymathError(
                f"The phrase for {name!r} must be one line of 1 to {LONGEST} printable characters."
            )
        self._write({**self._read(), name: text})

    def __delitem__(self, name: str) -> None:
        self[name]
        self._write({n: text for n, text in self._read().items() if n != name})

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._read()))

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return f"Phrases({str(self.path)!r})"

    def _read(self) -> dict[str, str]:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise PolymathError(
                f"The phrases in {self.path} cannot be read ({error}); mend the file or move it away."
            ) from error
        if not isinstance(kept, dict) or not all(isinstance(t, str) for t in kept.values()):
            raise PolymathError(
                f"{self.path} is not a JSON object of names and phrases; mend the file or move it away."
            )
        return kept

    def _write(self, kept: dict[str, str]) -> None:
        text = json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        partial = ""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Whole or not at all: another notebook may be reading.
            handle, partial = tempfile.mkstemp(dir=self.path.parent, prefix=f"{self.path.name}.")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(partial).replace(self.path)
        except OSError as error:
            if partial:
                with suppress(OSError):
                    Path(partial).unlink()
            raise PolymathError(
                f"The phrases cannot be written to {self.path} ({error.strerror}); choose another file."
            ) from error
