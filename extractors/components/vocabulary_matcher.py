"""``polymath_vocabulary``: names of vocabulary concepts, longest match first.

Names are compared by :mod:`extractors.components.atoms` rather than by spaCy's PhraseMatcher,
because token boundaries differ between an alias and its use ("X-ray", "X ray", "IL-6"), and
one key a name needs a tenth of the memory of one pattern a spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import srsly  # type: ignore[import-untyped]
from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import MentionSpan
from extractors.components.alignment import TokenSpans
from extractors.components.atoms import Key, atoms, key
from extractors.linking.index import choose, lower, name_index, same_form
from extractors.vocabulary import Entry, Vocabulary, shipped_vocabularies
from kg.model import Scheme

VERSION = "1"
METHOD = "vocabulary"
_PRIVATIVE = ("free", "less", "like", "lean", "poor", "deficient", "null", "naive")
_OPPOSED = ("non", "anti", "un", "pseudo", "quasi", "pre", "post", "sub")


class VocabularyMatcher:
    """Appends a mention for every name of a vocabulary that a doc holds.

    Vocabularies that come first win over later ones. Within one, an alias of two concepts goes
    to the one whose disciplines overlap most with the work's, else to the one it is the name
    of, else to none. An abbreviation that the work defines goes where its long form goes.
    """

    def __init__(self, vocabularies: Sequence[Vocabulary] = ()) -> None:
        self.version = VERSION
        self.load(vocabularies)

    def load(self, vocabularies: Sequence[Vocabulary]) -> None:
        """Forget all names and learn those of *vocabularies*."""
        self.index = name_index(tuple(vocabularies))

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """What is matched, the first winning."""
        return self.index.vocabularies

    def look_up(self, name: str, disciplines: Iterable[str] = ()) -> tuple[Entry, float] | None:
        """See :meth:`extractors.linking.index.NameIndex.look_up`."""
        return self.index.look_up(name, disciplines)

    def __call__(self, doc: Doc) -> Doc:
        """Append the mentions of *doc*, which comes back."""
        text = doc.text
        keys, starts, ends = atoms(text)
        disciplines = lower(doc._.disciplines)
        short: dict[Key, tuple[str, tuple[Entry, float] | None]] = {}
        for form, long in doc._.abbreviations.items():
            short[key(form)] = (form, self.look_up(long, disciplines))
        short_firsts = {k[0]: len(k) for k in short if k}
        spans = TokenSpans(doc)
        lengths, names = self.index.lengths, self.index.spelled
        mentions: list[MentionSpan] = doc._.mentions
        i, n = 0, len(keys)
        while i < n:
            first = keys[i]
            own = lengths.get(first)
            if own is None and first not in short_firsts:
                i += 1
                continue
            step = 1
            for length in _tries(own, short_firsts.get(first)):
                if i + length > n:
                    continue
                k = tuple(keys[i : i + length])
                defined = short.get(k)
                hits = names.get(k)
                if hits is None and defined is None:
                    continue
                start, end = starts[i], ends[i + length - 1]
                if not _bounded(text, start, end):
                    continue
                surface = text[start:end]
                chosen: tuple[Entry, float] | None = None
                if defined is not None and same_form(surface, defined[0]):
                    chosen = defined[1]
                    if chosen is None:  # the work means something that no vocabulary knows
                        step = length
                        break
                elif hits is not None:
                    chosen = choose(hits, surface, disciplines)
                if chosen is None:
                    continue
                entry, score = chosen
                token_start, token_end = spans.covering(start, end)
                mentions.append(
                    MentionSpan(
                        token_start, token_end, start, end, entry.kind, entry.id, entry.name,
                        METHOD, VERSION, score,
                    )
                )  # fmt: skip
                step = length
                break
            i += step
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the vocabularies as one JSON file."""
        srsly.write_json(Path(path).with_suffix(".json"), self._as_json())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> VocabularyMatcher:
        """Read what :meth:`to_disk` wrote."""
        self._from_json(srsly.read_json(Path(path).with_suffix(".json")))
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The vocabularies as bytes."""
        data: bytes = srsly.msgpack_dumps(self._as_json())
        return data

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> VocabularyMatcher:
        """Read what :meth:`to_bytes` made."""
        self._from_json(srsly.msgpack_loads(data))
        return self

    def _as_json(self) -> list[Any]:
        return [
            {
                "scheme": {n: getattr(v.scheme, n) for n in Scheme.__slots__},
                "entries": [{n: getattr(e, n) for n in Entry.__slots__} for e in v.entries],
            }
            for v in self.vocabularies
        ]

    def _from_json(self, data: Any) -> None:
        self.load(
            [
                Vocabulary(
                    Scheme(**v["scheme"]),
                    tuple(_entry(e) for e in v["entries"]),
                )
                for v in data
            ]
        )


def _entry(data: dict[str, Any]) -> Entry:
    fields: dict[str, Any] = {n: tuple(x) if isinstance(x, list) else x for n, x in data.items()}
    fields["loose"] = tuple((scope, name) for scope, name in fields["loose"])
    return Entry(**fields)


def _tries(own: tuple[int, ...] | None, short: int | None) -> tuple[int, ...]:
    if own is None:
        return (short,) if short else ()
    return own if short is None or short in own else tuple(sorted((*own, short), reverse=True))


def _bounded(text: str, start: int, end: int) -> bool:
    """Whether nothing at either side makes another word of ``text[start:end]``."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if (
        before.isalnum()
        and text[start].isalnum()
        and not _chinese(before)
        and not _chinese(text[start])
    ):
        return False
    if (
        after.isalnum()
        and text[end - 1].isalnum()
        and not _chinese(after)
        and not _chinese(text[end - 1])
    ):
        return False
    if after == "-" and text.startswith(_PRIVATIVE, end + 1):
        return False
    return not (before == "-" and text[max(0, start - 8) : start - 1].lower().endswith(_OPPOSED))


def _chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"


@Language.factory("polymath_vocabulary", assigns=["doc._.mentions"])
def make(nlp: Language, name: str) -> VocabularyMatcher:
    """A matcher of the shipped vocabularies; give it others by its ``load``."""
    return VocabularyMatcher(shipped_vocabularies())
