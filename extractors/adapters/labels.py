"""Which of our kinds another tool's entity label stands for: ``labels.tsv``.

Labels are looked up without regard to capitals; the names of our own kinds mean themselves.

>>> kinds_of(["CHEMICAL", "CELL_LINE", "GPE", "DATE", "Material"])
{'CHEMICAL': 'chemical', 'CELL_LINE': 'anatomy', 'GPE': 'place', 'DATE': '', 'Material': 'material'}
>>> kinds_of(["WIDGET", "DATE"], {"WIDGET": "device"})
{'WIDGET': 'device', 'DATE': ''}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from kg.errors import PolymathError
from kg.ontology import KINDS

TABLE = Path(__file__).resolve().parent / "labels.tsv"
GLINER = "gliner"
"""The scheme in the table whose labels are phrases that a GLiNER model is asked for."""


@cache
def _rows() -> tuple[tuple[str, str, str], ...]:
    rows = []
    for number, line in enumerate(TABLE.read_text("utf-8").splitlines(), 1):
        if number == 1 or not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3 or (cells[2] and cells[2] not in KINDS):
            raise PolymathError(
                f"{TABLE.name}, line {number}: expected scheme, label and a kind that "
                "kg/ontology.py declares, separated by tabs; mend the line"
            )
        rows.append((cells[0], cells[1], cells[2]))
    return tuple(rows)


def kinds_of(labels: Iterable[str], own: Mapping[str, str] | None = None) -> dict[str, str]:
    """The kind of each label that is known; "" for one that is known and left out.

    Args:
        labels: As a model gives them.
        own: Kinds of labels, before those of the table; "" leaves a label out.

    Raises:
        PolymathError: If *own* names a kind that is not declared.
    """
    table = {kind: kind for kind in KINDS}
    table |= {label.lower(): kind for scheme, label, kind in _rows() if scheme != GLINER}
    table |= {label.lower(): kind for label, kind in checked(own or {}).items()}
    return {label: table[label.lower()] for label in labels if label.lower() in table}


def gliner_labels() -> dict[str, str]:
    """The phrases that a GLiNER model is asked for if the user names none, and their kinds."""
    return {label: kind for scheme, label, kind in _rows() if scheme == GLINER}


def checked(kinds: Mapping[str, str]) -> Mapping[str, str]:
    """*kinds* as given, if each is one that is declared or "".

    Raises:
        PolymathError: If one is not.
    """
    wrong = sorted({kind for kind in kinds.values() if kind and kind not in KINDS})
    if wrong:
        raise PolymathError(
            f"{', '.join(wrong)} is no kind of concept; use one of {', '.join(KINDS)}, "
            'or "" to leave a label out.'
        )
    return kinds
