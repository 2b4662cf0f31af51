"""Which concept a column measures, or what kind of thing it names: from its title, spelt out.

The concept is named where the title or the description names it, so that the edge can be shown
in the text: "SOC" of "SOC_sd" stands for soil organic carbon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from extractors.annotations import MentionSpan
from extractors.columns.names import Word, read_name, senses
from extractors.columns.profiles import Profile
from extractors.columns.quantity_kinds import named
from extractors.columns.values import shape
from extractors.components.inflection import concept_name
from extractors.components.lexicon import word_list
from extractors.vocabulary_entry import Entry

VERSION = "1"
METHOD = "column-name"
LookUp = Callable[[str], tuple[Entry, float] | None]

_PROPERTIES = ("property", "metric", "phenomenon", "process")
_SUBSTANCES = ("chemical", "material", "gene", "organism")
_AMOUNTS = frozenset(
    ("MassConcentration", "AmountOfSubstanceConcentration", "MassRatio", "MassFraction",
     "AmountOfSubstanceFraction", "VolumeFraction", "DimensionlessRatio", "MassPerArea",
     "AmountOfSubstancePerMass", "MassFlowRate", "Mass", "MolarFluxDensity", "MassPerAreaTime",
     "CatalyticActivityConcentration", "Count", "NumberDensity")
)  # fmt: skip
_EMPTY = word_list("empty_in_header")
_NOTHING = frozenset(
    ("identifier", "text", "url", "doi", "email", "date", "datetime", "time of day", "year", "month",
     "day", "coordinates", "boolean", "language", "unit", "name", "rank", "latitude", "longitude")
)  # fmt: skip
_LONGEST = 6


def measured_concept(
    title: str, profile: Profile, mentions: Sequence[MentionSpan], look_up: LookUp
) -> MentionSpan | None:
    """The mention, in the passage that begins with *title*, of what the column is about.

    Args:
        title: The column's title as the passage begins with it.
        profile: What the column is.
        mentions: What the pipeline noticed in the passage.
        look_up: Finds a name in the vocabularies.

    Returns:
        A mention with the characters that name the concept, or None for a column that
        measures nothing: an identifier, a date, a text.
    """
    words = _elements(title, _words(title, profile), profile)
    best = max(_from_title(words, profile, look_up), key=lambda m: m.score, default=None)
    if best is not None and best.score >= 0.85:
        return best
    noticed = _noticed(mentions, len(title), profile)
    cryptic = len(words) == 1 and not named((words[0].text,)) and not senses(title.strip())
    if (
        noticed is not None
        and noticed.start_char >= len(title)
        and not (cryptic and best is None)
        and (best or _local(words, profile))
    ):
        # What the title says counts more than what else the description mentions, unless
        # that is the same more exactly: "capacity: Specific discharge capacity".
        said = {w.text for w in words}
        exact = noticed.concept and said and said <= set(noticed.name.split())
        noticed = noticed if exact else None
    if noticed is not None and (best is None or noticed.score > best.score):
        return noticed
    return best or _local(words, profile)


def _words(title: str, profile: Profile) -> Sequence[Word]:
    """The words of the title, in the sense that the profile found for them."""
    own = read_name(title).words
    known = profile.name.words
    same = len(own) == len(known) and all(
        (a.start, a.end) == (b.start, b.end) for a, b in zip(own, known, strict=True)
    )
    return known if same else own


_ELEMENTS = {
    "Cu": "copper", "Zn": "zinc", "Pb": "lead", "Cd": "cadmium", "As": "arsenic", "Hg": "mercury",
    "Fe": "iron", "Mn": "manganese", "Ni": "nickel", "Cr": "chromium", "Co": "cobalt", "Al": "aluminium",
    "Ca": "calcium", "Mg": "magnesium", "Na": "sodium", "Si": "silicon", "Ti": "titanium", "V": "vanadium",
    "Mo": "molybdenum", "Se": "selenium", "Zr": "zirconium", "Sr": "strontium", "Ba": "barium",
    "B": "boron", "Li": "lithium", "U": "uranium", "Th": "thorium", "Sn": "tin", "Sb": "antimony",
    "Ag": "silver", "Au": "gold", "Cl": "chlorine", "F": "fluorine", "N": "nitrogen",
    "P": "phosphorus", "K": "potassium", "C": "carbon", "S": "sulfur",
}  # fmt: skip
_BEFORE_ELEMENT = frozenset(
    [
        "total",
        "soil",
        "organic",
        "inorganic",
        "plant",
        "leaf",
        "root",
        "grain",
        "available",
        "dissolved",
        "particulate",
    ]
)


def _elements(title: str, words: Sequence[Word], profile: Profile) -> Sequence[Word]:
    """The words, with "N" of an amount in kg/ha or % spelt out."""
    if profile.quantity_kind not in _AMOUNTS or not profile.unit:
        return words
    made = []
    for i, w in enumerate(words):
        element = _ELEMENTS.get(title[w.start : w.end], "")
        alone = i == 0 or words[i - 1].text in _BEFORE_ELEMENT
        made.append(Word(element, w.start, w.end) if element and alone else w)
    return made


def _from_title(words: Sequence[Word], profile: Profile, look_up: LookUp) -> Iterator[MentionSpan]:
    if not words or len(words) > 12:
        return
    head = _head(words)
    content = [i for i, w in enumerate(words) if w.text not in _EMPTY]
    for start in range(len(words)):
        for end in range(min(len(words), start + _LONGEST), start, -1):
            part = words[start:end]
            for text, order in _orders(part):
                found = look_up(text)
                if found is None:
                    continue
                entry, sure = found
                whole = all(start <= i < end for i in content)
                score = _worth(entry, whole, start <= head < end, profile)
                if score:
                    yield MentionSpan(
                        0, 0, part[0].start, part[-1].end, entry.kind, entry.id, entry.name, METHOD,
                        VERSION, round(score * sure * order, 3),
                    )  # fmt: skip
                break


def _orders(part: Sequence[Word]) -> Iterator[tuple[str, float]]:
    """The words as they stand and, as in "temp_air", with the first put last."""
    text = " ".join(w.text for w in part)
    yield text, 1.0
    if text.lower() != text:
        yield text.lower(), 0.99
    if 2 <= len(part) <= 3:
        yield " ".join(w.text for w in (*part[1:], part[0])), 0.95


def _head(words: Sequence[Word]) -> int:
    """The word that says what the column is; of "depth of soil" the first, of "soil depth" the last."""
    kinds = [k for k in named(tuple(w.text for w in words)) if k.kind.is_quantity]
    if kinds:
        return kinds[0].end - 1
    for i, word in enumerate(words):
        if i and word.text in ("of", "per", "in", "at", "for", "by"):
            return i - 1
    return len(words) - 1


def _worth(entry: Entry, whole: bool, has_head: bool, profile: Profile) -> float:
    """How well a concept fits what the column is; 0 if it does not."""
    if profile.quantity_kind in _NOTHING and profile.quantity_kind not in ("name", "boolean"):
        return 0.0
    if whole:
        return 0.97
    if not profile.is_measured:
        return 0.75 if has_head else 0.0
    if entry.kind in _PROPERTIES and has_head:
        return 0.88
    if entry.kind in _SUBSTANCES and profile.quantity_kind in _AMOUNTS:
        return 0.8 if has_head else 0.6
    return 0.0


def _noticed(
    mentions: Sequence[MentionSpan], title_end: int, profile: Profile
) -> MentionSpan | None:
    """The best of what the pipeline noticed: a property in the description, or a thing in the title."""
    if profile.quantity_kind in _NOTHING and not profile.is_measured:
        return None
    best: MentionSpan | None = None
    for m in mentions:
        inside = m.start_char < title_end
        if inside and m.end_char >= title_end and not profile.is_measured:
            score = 0.8
        elif m.kind in ("property", "metric"):
            score = 0.8 if inside else 0.65
        else:
            continue
        score *= m.score
        better = best is None or (score, m.end_char - m.start_char) > (
            best.score, best.end_char - best.start_char
        )  # fmt: skip
        if better:
            best = MentionSpan(
                m.start, m.end, m.start_char, m.end_char, m.kind, m.concept, m.name, m.method,
                m.version, round(score, 3),
            )  # fmt: skip
    return best


def _local(words: Sequence[Word], profile: Profile) -> MentionSpan | None:
    """A concept of its own for a quantity that no vocabulary names."""
    kept = list(words)
    while kept and kept[-1].text in ("value", "measurement", "data", "result", "reading"):
        kept.pop()
    if not profile.is_measured or not kept or len(kept) > _LONGEST:
        return None
    if not (profile.unit or profile.score >= 0.7) or profile.quantity_kind in _NOTHING:
        return None
    if any(
        len(w.text) < 3 and w.text.isascii() and w.text not in ("pH", "of", "at", "in", "a")
        for w in kept
    ):
        return None
    text = " ".join(w.text for w in kept)
    if len(kept) == 1 and shape((text,)).kind == "chemical formula":
        return MentionSpan(
            0, 0, kept[0].start, kept[-1].end, "chemical", "", text, METHOD, VERSION, 0.5
        )  # fmt: skip
    if not re.search(r"[^\W\d_]{3}|[\u3400-\u9fff]{2}|pH", text):
        return None
    return MentionSpan(
        0, 0, kept[0].start, kept[-1].end, "property", "", concept_name(text), METHOD, VERSION, 0.5
    )  # fmt: skip
