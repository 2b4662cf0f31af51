"""How a view looks, beside what it shows: what colour and size tell, and whether bridges stand out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

COLOURS = ("kind", "discipline", "community", "belief", "year", "accepted", "works", "degree")
SIZES = ("works", "degree", "belief", "same")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Look:
    """What the page draws concepts by.

    Attributes:
        colour: ``kind``, ``discipline``, ``community``, ``belief``, ``year``, ``accepted``,
            ``works``, ``degree``, or a column that was given from Python.
        size: ``works``, ``degree``, ``belief``, ``same``, or a column of numbers.
        bridges: Whether statements between disciplines stand out.
    """

    colour: str = "kind"
    size: str = "works"
    bridges: bool = False

    def told(self) -> dict[str, Any]:
        """As a page tells it, and as a saved view keeps it."""
        return asdict(self)

    def known(self, given: Collection[str] = ()) -> Look:
        """This, with what is told by columns that are not there told as it always is.

        >>> Look("votes", "degree").known()
        Look(colour='kind', size='degree', bridges=False)
        """
        colour = self.colour if self.colour in (*COLOURS, *given) else _PLAIN.colour
        size = self.size if self.size in (*SIZES, *given) else _PLAIN.size
        return replace(self, colour=colour, size=size)

    def heard(self, raw: Any) -> Look:
        """This, with what a page or a file says of it; what makes no sense stays as it is.

        >>> Look().heard({"colour": "year", "size": 7, "camera": [1, 2]})
        Look(colour='year', size='works', bridges=False)
        """
        if not isinstance(raw, Mapping):
            return self
        new = {f.name: raw.get(f.name) for f in fields(self)}
        kept = {
            name: value
            for name, value in new.items()
            if type(value) is type(getattr(self, name)) and len(str(value)) <= _LONGEST
        }
        return Look(**{**asdict(self), **kept})


_PLAIN = Look()
