"""What a column is: its unit, its quantity kind and its statistic, with the reasons for each.

>>> from kg.model import Variable
>>> def column(name, **more):
...     return Variable(id="d#t/" + name, dataset="d", name=name, title=name, **more)
>>> p = profile(column("temp_C_mean", dtype="number", minimum="-12.5", maximum="31"))
>>> p.unit, p.quantity_kind, p.statistic, p.title
('Cel', 'Temperature', 'mean', 'temp mean')
>>> for reason in p.reasons:
...     print(reason)
the unit Cel stands at the end of the header ('C')
Cel is a unit of Temperature, which 'temperature' names
'mean' is the statistic
>>> profile(column("lat", dtype="number", minimum="-33.9", maximum="61")).quantity_kind
'latitude'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.columns.declared_units import annotation, declared_unit
from extractors.columns.descriptions import unit_in_text
from extractors.columns.headers import HeaderUnit, unit_in_header
from extractors.columns.kind_choice import Findings, choose_kind, words_of
from extractors.columns.names import Name, Word, read_name, senses
from extractors.columns.quantity_kinds import allowed, kinds, named
from extractors.columns.values import unit_of_values
from kg.model import Variable
from kg.ucum import compatible, same, unit


@dataclass(frozen=True, slots=True)
class Profile:
    """What a column is.

    Attributes:
        title: The header without its unit.
        unit: UCUM code, "" if none is known.
        unit_from: "metadata", "header", "description" or "values".
        quantity_kind: A QUDT quantity kind, or a kind of ours; "" if nothing tells.
        score: How sure the kind is, from 0 to 1.
        statistic: "mean", "standard deviation", … or "".
        name: The header as words.
        reasons: One sentence a finding, in order.
        conflicts: One sentence a contradiction; the first-named side was kept.
    """

    title: str
    unit: str = ""
    unit_from: str = ""
    quantity_kind: str = ""
    score: float = 0.0
    statistic: str = ""
    name: Name = Name(())
    reasons: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether the column holds quantities."""
        kind = kinds().get(self.quantity_kind)
        return bool(self.unit) or (
            kind.is_quantity if kind else bool(self.quantity_kind[:1].isupper())
        )

    @property
    def canonical(self) -> str:
        """The unit as pint writes it."""
        known = unit(self.unit) if self.unit else None
        return known.canonical if known else ""

    @property
    def dimension(self) -> str:
        """The unit's dimension as pint writes it: "[mass]/[length]**3"."""
        known = unit(self.unit) if self.unit else None
        return known.dimension if known else ""


def profile(
    variable: Variable, *, distinct: int | None = None, values: Sequence[str] = ()
) -> Profile:
    """What *variable* is, from its name, title, description, metadata and values.

    Args:
        variable: The column; its unit and quantity kind, if any, are what its metadata declares.
        distinct: How many distinct values it has, if known.
        values: More values than its examples.
    """
    notes = Findings()
    header = variable.title or variable.name
    in_name = unit_in_header(variable.name)
    in_title = unit_in_header(variable.title) if variable.title != variable.name else in_name
    title = _without(header, in_title)
    name = _name(variable, title, in_name)
    code, source = _unit(variable, in_name, in_title, values, notes)
    code = _sensible(code, name, notes)
    name = _in_other_sense(name, title, code)
    kind, score = choose_kind(variable, name, code, distinct, values, notes)
    if name.statistic:
        notes.reasons.append(f"{name.statistic!r} is the statistic")
    return Profile(
        title, code, source, kind, score, name.statistic, name,
        tuple(notes.reasons), tuple(notes.conflicts),
    )  # fmt: skip


def _without(header: str, found: HeaderUnit) -> str:
    """The header without its unit; an underscore is a blank."""
    text = header
    if found.code:
        text = f"{header[: found.start].rstrip(' _-,:：，/')} {header[found.end :].lstrip(' _-')}"
    return " ".join(text.replace("_", " ").split()) or " ".join(header.split())


def _name(variable: Variable, title: str, in_name: HeaderUnit) -> Name:
    """The words of the title, or of the name where the title adds nothing and hides a statistic."""
    name = read_name(title)
    if (long := _spelt_in_description(name, title, variable.description)) is not None:
        return Name((long,), name.statistic)
    if not name.statistic and variable.name and variable.title != variable.name:
        own = read_name(_without(variable.name, in_name))
        if own.statistic or not name.words:
            return Name(name.words or own.words, own.statistic)
    return name


def _spelt_in_description(name: Name, title: str, description: str) -> Word | None:
    """The word of "NUE" where the description begins with what that stands for."""
    if len(name.words) != 1 or not 2 <= len(name.words[0].text) <= 7 or not description:
        return None
    word = name.words[0]
    short = title[word.start : word.end]
    head = re.split(r"[.;,:(]", description[:120])[0].strip()
    if word.text.lower() != short.lower() or len(short) < 2 or named((word.text,)):
        return None
    initials = "".join(w[0] for w in re.split(r"[\s-]+", head) if w).lower()
    if initials == short.lower() and len(short) > 2:
        return Word(head.lower(), word.start, word.end)
    return None


def _in_other_sense(name: Name, title: str, code: str) -> Name:
    """The name with an abbreviation read in the sense that goes with the unit: "alt" in U/L."""
    of_unit = allowed(code) if code else ()
    if not of_unit or any(m.kind in of_unit for m in named(words_of(name))):
        return name
    for i, word in enumerate(name.words):
        for sense in senses(title[word.start : word.end]):
            words = (*name.words[:i], Word(sense, word.start, word.end), *name.words[i + 1 :])
            other = Name(words, name.statistic)
            if any(m.kind in of_unit for m in named(words_of(other))):
                return other
    return name


# --------------------------------------------------------------------------- units


def _unit(
    variable: Variable,
    in_name: HeaderUnit,
    in_title: HeaderUnit,
    values: Sequence[str],
    notes: Findings,
) -> tuple[str, str]:
    found: list[tuple[str, str, str]] = []
    if variable.unit:
        code = declared_unit(variable.unit)
        if not code:
            notes.conflicts.append(
                f"the metadata gives the unit {variable.unit[:40]!r}, which is neither UCUM nor a unit "
                "we know; it is kept as an annotation"
            )
            code = annotation(variable.unit)
        found.append((code, "metadata", f"the metadata declares the unit {variable.unit[:40]}"))
    for header, at in ((variable.title, in_title), (variable.name, in_name)):
        if at.code:
            place = "stands in brackets in the header" if at.how == "bracket" else (
                "stands at the end of the header" if at.how == "suffix" else f"follows a {at.how} in the header"
            )  # fmt: skip
            written = header[at.start : at.end].strip(" _([{（【)]}）】/,")
            found.append((at.code, "header", f"the unit {at.code} {place} ({written!r})"))
    rest = _without(variable.name, in_name)
    if said := unit_in_text(variable.description, f"{rest} {variable.title}"):
        found.append((said, "description", f"the description gives the unit {said}"))
    if variable.dtype in ("string", "") and (
        carried := unit_of_values(values or variable.examples)
    ):
        found.append((carried, "values", f"the values carry the unit {carried}"))
    if not found:
        return "", ""
    kept, source, reason = found[0]
    notes.reasons.append(reason)
    for other, where, _ in found[1:]:
        if same(kept, other):
            continue
        if where == "description" and source != "metadata" and compatible(kept, other) is False:
            kind = "another dimension"
        else:
            kind = "another size" if compatible(kept, other) else "another dimension"
        message = f"the {source} says {kept} and the {where} says {other}, a unit of {kind}; {kept} was kept"
        if message not in notes.conflicts:
            notes.conflicts.append(message)
    return kept, source


def _sensible(code: str, name: Name, notes: Findings) -> str:
    """The unit, unless the name is of a kind for which it is surely another: a temperature in C."""
    if code not in ("C", "F"):
        return code
    meant = "Cel" if code == "C" else "[degF]"
    if any(m.kind.name == "Temperature" for m in named(words_of(name))):
        notes.reasons.append(f"{code} of a temperature is read as {meant}")
        return meant
    return code
