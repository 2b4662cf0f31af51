"""Names in a question → concepts of the graph, by the graph's own search and its score."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

from kg.finding import CANDIDATES, find_named
from kg.schema import NODES
from kg.search import fold, names_of, score, tokens, whole_name
from kg.stores.base import Store

KNOWN = 0.6
"""A name that scores less is not known; what comes closest is offered."""
OFFERED = 6
_LIKE = 0.78
"""A name of which so much is the same, letter by letter, is the same but for typing: "grafene"."""
_LIKE_FROM = 5
"""Letters; of a shorter name a part that is the same says little."""
ARTICLES = ("the", "a", "an")
_REMEMBERED = 512
_COLUMNS = ("id", "name", "kind", "aliases", "surfaces", "n_works")


@dataclass(frozen=True, slots=True)
class Named:
    """A concept that a name may stand for, with the score of :func:`kg.search.score`.

    ``called`` is that of its names which answers best: "石墨烯" where Chinese was asked.
    """

    id: str
    name: str
    kind: str
    score: float
    n_works: int = 0
    called: str = ""


class Names:
    """Concepts of one state of a graph by name; asks the store once for each name."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[str, list[Named]] = OrderedDict()
        self._exact: OrderedDict[str, Named | None] = OrderedDict()

    def find(self, text: str) -> list[Named]:
        """Concepts that are called so, best first; an id stands for its concept."""
        key = " ".join(text.split())
        if key not in self._known:
            self._known[key] = self._ask(key)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]

    def exact(self, text: str) -> Named | None:
        """The concept that is called exactly so and is spoken of most, or has this id; None if none is.

        Cheaper than :meth:`find`, for it looks for no typing errors.
        """
        key = " ".join(text.split())
        if key not in self._exact:
            self._exact[key] = self._called(key)
            while len(self._exact) > _REMEMBERED:
                self._exact.popitem(last=False)
        self._exact.move_to_end(key)
        return self._exact[key]

    def _called(self, text: str) -> Named | None:
        table, asked = NODES["Concept"], tokens(text)
        with self._store.reading() as reader:
            rows = table.dicts(reader.select(table, "id", [text], _COLUMNS), _COLUMNS)
        if rows:
            return _named(rows[0], 1.0, str(rows[0]["name"]))
        whole = [t for t in (whole_name(text),) if t]
        hits = [i for i, _ in self._store.find(table, whole, CANDIDATES)]
        with self._store.reading() as reader:
            rows = table.dicts(reader.select(table, "id", hits, _COLUMNS), _COLUMNS)
        found = [r for r in rows if any(tokens(n) == asked for n in names_of("Concept", r))]
        best = min(found, key=lambda r: (-r["n_works"], r["id"]), default=None)
        return None if best is None else _named(best, 1.0, text)

    def _ask(self, text: str) -> list[Named]:
        found: dict[str, Named] = {}
        for form in _forms(text):
            exact = self.exact(form)
            if exact is not None:
                found[exact.id] = exact
                if exact.id == form:
                    break
            for row, scored in find_named(self._store, "Concept", form, OFFERED, _COLUMNS, ()):
                if _like(form, row):
                    scored = max(scored, KNOWN)
                # A name in another number is as good as the name.
                if row["id"] not in found or found[row["id"]].score < scored:
                    found[row["id"]] = _named(row, scored, form)
            if any(n.score >= 1.0 for n in found.values()):
                break
        return sorted(found.values(), key=lambda n: (-n.score, -n.n_works, n.id))[:OFFERED]

    def known(self, text: str) -> Named | None:
        """The concept that is called exactly so, or so without an article or in the other number."""
        return next((n for form in _forms(text) if (n := self.exact(form)) is not None), None)


def _named(row: dict[str, object], scored: float, asked: str) -> Named:
    works = row["n_works"]
    return Named(
        str(row["id"]),
        str(row["name"]),
        str(row["kind"]),
        scored,
        works if isinstance(works, int) else 0,
        max(names_of("Concept", row), key=lambda n: score(asked, [n])),
    )


def _like(text: str, row: dict[str, object]) -> bool:
    asked = fold(text)
    return len(asked) >= _LIKE_FROM and any(
        ratio(asked, fold(name)) >= 100 * _LIKE for name in names_of("Concept", row)
    )


def _forms(text: str) -> Sequence[str]:
    """A name as it stands, without its article, and in the other number.

    >>> _forms("the batteries")
    ['the batteries', 'batteries', 'battery']
    """
    forms = [text]
    head, _, rest = text.partition(" ")
    if fold(head) in ARTICLES and rest:
        forms.append(rest)
    last = forms[-1]
    if last.isascii() and len(last) > 4 and last[-1].isalpha():
        if last.endswith("ies"):
            forms.append(f"{last[:-3]}y")
        elif last.endswith("s") and not last.endswith(("ss", "us", "is")):
            forms.append(last[:-1])
        elif last.endswith("y"):
            forms.append(f"{last[:-1]}ies")
        elif not last.endswith("s"):
            forms.append(f"{last}s")
    return forms
