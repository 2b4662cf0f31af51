"""Text as a sequence of comparable atoms: how names are looked up whatever their spelling.

An atom is a run of letters, a run of digits, one Chinese character or one symbol. Its key
is lower case, singular, with Greek letters spelt out; hyphens within a compound vanish.
So "β-Catenins", "beta catenin" and "β-catenin" have one key, and "CO₂" has that of "CO2".

>>> key("β-Catenins") == key("beta catenin"), key("CO₂") == key("CO2"), key("X-ray") == key("x ray")
(True, True, True)
"""

from __future__ import annotations

import re
import unicodedata

from extractors.components.inflection import singular

Key = tuple[str, ...]
_ATOM = re.compile(
    r"(?<=\S)-(?=\S)"  # a hyphen that joins: no atom
    r"|([\u3400-\u9fff\uf900-\ufaff]|[^\W\d_\u3400-\u9fff\uf900-\ufaff]+|\d+|[^\w\s]|_)"
)
_SAME_LENGTH = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹‐‑‒–−’ʼµ", "01234567890123456789-----''μ")
GREEK = {
    chr(code): unicodedata.name(chr(code)).rsplit(" ", 1)[1].lower()
    for code in range(0x3B1, 0x3CA)
    if code != 0x3C2
}
GREEK["λ"] = "lambda"  # Unicode spells it "lamda"


class _Keys(dict[str, str]):
    def __missing__(self, atom: str) -> str:
        folded = unicodedata.normalize("NFKC", atom).lower()
        if folded.isascii():
            made = singular(folded) if len(folded) > 3 else folded
            if atom[-1] == "s" and len(atom) > 2 and atom[:-1].isupper():
                made = folded[:-1]  # PCRs
        else:
            made = GREEK.get(folded, folded)
        if len(self) < 200_000:
            self[atom] = made
        return made


_keys = _Keys()


def atoms(text: str) -> tuple[list[str], list[int], list[int]]:
    """Keys of the atoms of *text*, with the characters each starts and ends at."""
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for m in _ATOM.finditer(text.translate(_SAME_LENGTH)):
        atom = m[1]
        if atom is not None:
            keys.append(_keys[atom])
            starts.append(m.start())
            ends.append(m.end())
    return keys, starts, ends


def key(name: str) -> Key:
    """The keys of all atoms of a name."""
    return tuple(atoms(name)[0])
