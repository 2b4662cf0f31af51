"""Asking a graph in words: an :class:`Answer` carries how the words were understood, and what was found."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from kg.asking.completing import HANDFUL, complete
from kg.asking.cypher import Query, cypher, left_out
from kg.asking.lexicon import Forms, Word, lexicon
from kg.asking.names import Names
from kg.asking.question import Question, in_words
from kg.asking.reading import Reading, Suggestion, read
from kg.asking.tokens import normal
from kg.errors import PolymathError
from kg.identity import stands_for
from kg.schema import NODES
from kg.stores.base import Store

_JOINERS = "\u200c\u200d"
"""They are seen, in Persian and in emoji."""
_CONCEPTS = ("subject", "object", "concept")
_YEARS = ("year", "first_year", "last_year", "n_rows")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, how it was understood, and what was found.

    Args:
        text: What was asked.
        question: How it was understood; None if it was not.
        interpretation: The same in words.
        cypher: The query that was run; :meth:`kg.Graph.cypher` runs it again with *parameters*.
        parameters: Its named parameters.
        rows: What the query gave; its columns are those that it returns.
        concepts: Ids of the concepts in *rows*, each once, in their order.
        statements: Ids of the statements in *rows*, each once, in their order.
        note: One sentence or two on what was read otherwise or not at all; "" if all is clear.
        unread: The parts of the text that were not understood.
        also: What else might have been meant.
        limit: At most so many rows were asked for; 0 if the answer is a number.
    """

    text: str
    question: Question | None = None
    interpretation: str = ""
    cypher: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    concepts: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    note: str = ""
    unread: tuple[str, ...] = ()
    also: tuple[Suggestion, ...] = ()
    limit: int = 0

    @property
    def understood(self) -> bool:
        """Whether a question was found in the text."""
        return self.question is not None

    @property
    def cut(self) -> bool:
        """Whether there may be more than the rows that are shown."""
        return bool(self.limit) and len(self.rows) >= self.limit

    def _repr_html_(self) -> str:
        said = f"<p><b>{html.escape(self.interpretation or 'not understood')}</b></p>"
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        query = f"<details><summary>Cypher</summary><pre>{html.escape(self.cypher)}</pre></details>"
        return said + note + str(self.rows.to_html()) + (query if self.cypher else "")


class Asker:
    """Answers questions about one graph; remembers names while the graph stays as it is."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version = ""
        self._names = Names(store)
        self._disciplines: Forms = {}

    def ask(self, text: str, values: Mapping[str, object] | None = None) -> Answer:
        """Answer one text.

        Args:
            text: A name or a question.
            values: What stands for each ``{name}`` in the text.

        Raises:
            PolymathError: If a value is given that the text has no place for.
        """
        text = _whole(text)
        given = {name: _whole(str(value)) for name, value in (values or {}).items()}
        for name in given:
            if f"{{{name}}}" not in text:
                raise PolymathError(
                    f"The text has no place for {name}; write {{{name}}} where its value belongs."
                )
        names, disciplines = self.known()
        reading = read(text, names, disciplines, given)
        if reading.question is None:
            return Answer(text, note=reading.note, unread=reading.unread, also=reading.also)
        return self._answer(text, reading.question, reading)

    def complete(self, text: str, limit: int = HANDFUL) -> list[str]:
        """A handful of ways in which a text may go on, while it is typed."""
        return complete(_whole(text), *self.known(), limit)

    def known(self) -> tuple[Names, Forms]:
        """Names and disciplines of the graph as it is now."""
        version = self._store.version()
        if version != self._version:
            self._names = Names(self._store)
            self._disciplines = _disciplines(self._store)
            self._version = version
        return self._names, self._disciplines

    def _answer(self, text: str, question: Question, reading: Reading) -> Answer:
        question, ids = self._standing(question, [n.id for n in reading.hits])
        query, rows = self._run(question, ids)
        concepts, statements = _ids(rows)
        notes = [reading.note] if reading.note else []
        if dropped := left_out(question):
            notes.append(f"Left out, for it is about statements: {', '.join(dropped)}.")
        if not len(rows):
            notes.append(
                f"No chain of up to {question.steps} statements links the two."
                if question.asks == "paths"
                else "The graph holds nothing that answers this."
            )
        return Answer(
            text,
            question,
            in_words(question),
            query[0],
            query[1],
            rows,
            concepts,
            statements,
            " ".join(notes),
            reading.unread,
            reading.also,
            0 if question.count else question.limit,
        )

    def _standing(self, question: Question, ids: list[str]) -> tuple[Question, list[str]]:
        """The question about what its concepts stand for, now that some were merged."""
        first, second = question.first, question.second
        with self._store.reading() as reader:
            now = stands_for(reader, {*ids, first.concept, second.concept} - {""})
        if now:
            first, second = (
                replace(e, concept=now.get(e.concept, e.concept)) for e in (first, second)
            )
            question = replace(question, first=first, second=second)
        return question, list(dict.fromkeys(now.get(i, i) for i in ids))

    def _run(self, question: Question, ids: list[str]) -> tuple[Query, pd.DataFrame]:
        if question.asks != "paths":
            query = cypher(question, ids=ids)
            return query, _ordered(self._rows(query), ids)
        for length in range(1, question.steps + 1):
            query = cypher(question, length=length)
            rows = self._rows(query)
            if len(rows) and not (question.count and rows["paths"].iloc[0] == 0):
                break
        return query, rows

    def _rows(self, query: Query) -> pd.DataFrame:
        rows = self._store.cypher(*query)
        for column in _YEARS:
            if column in rows:
                rows[column] = pd.array(
                    [None if pd.isna(v) else int(v) for v in rows[column]], dtype="Int64"
                )
        return rows


def _whole(text: str) -> str:
    """The text without what cannot be seen, such as marks of direction, and without halves of characters."""
    kinds = ((c, unicodedata.category(c)) for c in text)
    seen = (
        " " if kind == "Cc" else c for c, kind in kinds if kind not in ("Cf", "Cs") or c in _JOINERS
    )
    return "".join(seen)


def _ordered(rows: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    """Concepts of one name in the order in which they answer to it."""
    if not ids or "concept" not in rows:
        return rows
    place = {concept: i for i, concept in enumerate(ids)}
    return rows.sort_values("concept", key=lambda c: c.map(place)).reset_index(drop=True)


def _ids(rows: pd.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    concepts: dict[str, None] = {}
    statements: dict[str, None] = {}
    for row in rows.to_dict("records"):
        concepts.update(dict.fromkeys(row[c] for c in _CONCEPTS if c in row))
        concepts.update(dict.fromkeys(_listed(row.get("concepts"))))
        statements.update(dict.fromkeys(_listed(row.get("statements"))))
        if "statement" in row:
            statements[row["statement"]] = None
    return tuple(concepts), tuple(statements)


def _listed(value: object) -> Iterable[str]:
    """A list of ids in a cell; a number, where they are only counted, is none."""
    return map(str, value) if isinstance(value, list | tuple) else ()


def _disciplines(store: Store) -> Forms:
    """What the disciplines of a graph are called: their names, and what words.tsv calls them besides."""
    found = {
        name
        for label in ("Work", "Dataset")
        for rows in store.scan(NODES[label], ("disciplines",))
        for (names,) in rows
        for name in names
    }
    own = {normal(name): Word(name, (name,)) for name in sorted(found)}
    others = {
        form: Word(word.form, own[key].meanings)
        for form, word in lexicon().disciplines.items()
        if (key := normal(word.meanings[0])) in own
    }
    return {**others, **own}
