"""The tables of one batch: what their columns measure, and the statements that their rows make."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from spacy.tokens import Doc

from extractors.annotations import MentionSpan
from extractors.building import BatchBuilder
from extractors.columns.concepts import measured_concept
from extractors.columns.layout import Layout, arrange
from extractors.columns.profiles import profile
from extractors.components.inflection import concept_name
from extractors.components.table_rows import METHOD, VERSION, MeasuredColumn, row_statements
from extractors.components.vocabulary_matcher import VocabularyMatcher
from extractors.readers.tables import field_title, row_fields
from extractors.vocabulary_entry import Entry
from kg.model import Passage, Variable

ENOUGH = 3
"""Distinct values of a column that a vocabulary must know before they speak for the others."""
MAJORITY = 0.5
"""Share of a column's distinct values that must be known, and of those the share of one kind."""
_LONGEST_NAME = 60
_MOST_WORDS = 6
_MADE_OF_NAMES = {
    "taxon": "organism", "gene": "gene", "chemical formula": "chemical", "country": "place",
    "place": "place", "cas number": "chemical",
}  # fmt: skip
"""Kinds of concept that values of a kind of column name."""
_NO_NAMES = frozenset(
    ("identifier", "text", "url", "doi", "email", "date", "datetime", "time of day", "year", "boolean",
     "sequence", "coordinates", "unit", "language", "smiles", "inchi")
)  # fmt: skip


class TableReading:
    """Learns what columns measure from the passages that describe them, then reads the rows.

    Args:
        variables: The columns of the batch.
        matcher: Finds names in the vocabularies.
        disciplines: By data set, its disciplines; they settle ambiguous names.
    """

    def __init__(
        self,
        variables: Sequence[Variable],
        matcher: VocabularyMatcher,
        disciplines: Mapping[str, Sequence[str]],
    ) -> None:
        self._matcher = matcher
        self._disciplines = disciplines
        self._columns: dict[str, dict[str, Variable]] = defaultdict(dict)
        for v in variables:
            self._columns[v.dataset].setdefault(field_title(v.title or v.name), v)
        self._concepts: dict[str, MentionSpan] = {}
        self._profiles = {v.id: profile(v) for v in variables}

    def learn(self, doc: Doc, passage: Passage, builder: BatchBuilder) -> None:
        """Note what *passage* says if it describes a column."""
        if passage.section != "data":
            return
        variable = self._described(passage)
        if variable is None or variable.id in self._concepts:
            return
        title = variable.title or variable.name
        found = measured_concept(
            title,
            self._profiles[variable.id],
            doc._.mentions,
            partial(self._look_up, passage.dataset),
        )
        if found is not None:
            builder.add_measure(variable, found, passage)
            self._concepts[variable.id] = found

    def _described(self, passage: Passage) -> Variable | None:
        """The column whose title, and a colon if more follows, begins the passage."""
        columns = self._columns[passage.dataset]
        at = len(passage.text)
        while at > 0:
            variable = columns.get(field_title(passage.text[:at]))
            if variable is not None:
                return variable
            at = passage.text.rfind(": ", 0, at)
        return None

    def _look_up(self, dataset: str, name: str) -> tuple[Entry, float] | None:
        return self._matcher.look_up(name, self._disciplines.get(dataset, ()))

    # ------------------------------------------------------------------ rows

    def read_rows(self, rows: Iterable[Passage], builder: BatchBuilder) -> None:
        """Add the mentions and statements of all row passages."""
        tables: dict[str, list[Passage]] = defaultdict(list)
        for passage in rows:
            tables[passage.dataset].append(passage)
        for dataset, passages in tables.items():
            fields = [row_fields(p.text) for p in passages]
            firsts = [p.text[f[0][1] : f[0][2]] for p, f in zip(passages, fields, strict=True) if f]
            layout = arrange(
                [(v, self._profiles[v.id]) for v in self._columns[dataset].values()],
                repeated=len(set(firsts)) < 0.8 * len(firsts),
            )
            kinds = self._kinds(dataset, passages, fields)
            measured = self._measured(dataset, layout)
            for passage, cells in zip(passages, fields, strict=True):
                self._row(passage, cells, measured, kinds, builder)

    def _measured(self, dataset: str, layout: Layout) -> dict[str, MeasuredColumn]:
        titles = {v.id: title for title, v in self._columns[dataset].items()}
        conditions = tuple(titles[v.id] for v in layout.conditions if v.id in titles)
        found = {}
        for variable in layout.measured:
            concept = self._concepts.get(variable.id)
            if concept is None or concept.start_char >= len(variable.title or variable.name):
                continue
            found[titles[variable.id]] = MeasuredColumn(
                concept,
                variable.unit,
                layout.profiles[variable.id].statistic,
                {s: titles[v.id] for s, v in layout.spreads.get(variable.id, ())},
                conditions,
            )
        return found

    def _kinds(
        self,
        dataset: str,
        passages: Sequence[Passage],
        fields: Sequence[Sequence[tuple[str, int, int]]],
    ) -> dict[str, str]:
        """By column title, the kind of concept that its cells name, known or not.

        Judged by the majority of the values that a vocabulary knows, or by what the column is.
        """
        values: dict[str, set[str]] = defaultdict(set)
        for passage, cells in zip(passages, fields, strict=True):
            for title, start, end in cells:
                values[title].add(passage.text[start:end])
        kinds = {}
        for title, distinct in values.items():
            variable = self._columns[dataset].get(title)
            kind = self._profiles[variable.id].quantity_kind if variable else ""
            if kind in _NO_NAMES or (variable and self._profiles[variable.id].is_measured):
                continue
            if kind in _MADE_OF_NAMES:
                kinds[title] = _MADE_OF_NAMES[kind]
                continue
            known: Counter[str] = Counter()
            for value in distinct:
                if _is_name(value) and (found := self._look_up(dataset, value)) is not None:
                    known[found[0].kind] += 1
            total = sum(known.values())
            if total >= ENOUGH and total >= MAJORITY * len(distinct):
                best, count = known.most_common(1)[0]
                if count > MAJORITY * total:
                    kinds[title] = best
        return kinds

    def _row(
        self,
        passage: Passage,
        fields: Sequence[tuple[str, int, int]],
        measured: Mapping[str, MeasuredColumn],
        kinds: Mapping[str, str],
        builder: BatchBuilder,
    ) -> None:
        disciplines = self._disciplines.get(passage.dataset, ())
        named: MentionSpan | None = None
        for i, (title, start, end) in enumerate(fields):
            found = self._named(
                passage, start, end, kinds.get(title, ""), builder if i == 0 else None
            )
            if found is not None:
                builder.add_mention(found, passage, 0, disciplines)
                named = found if i == 0 else named
        if named is not None:
            for statement in row_statements(passage.text, fields, named, measured):
                builder.add_statement(statement, passage, 0, disciplines)

    def _named(
        self, passage: Passage, start: int, end: int, kind: str, builder: BatchBuilder | None
    ) -> MentionSpan | None:
        """The concept that a cell as a whole names: a vocabulary's, a term's, or one of its column's kind."""
        value = passage.text[start:end]
        if not value or value[0].isdigit():
            return None
        found = self._look_up(passage.dataset, value)
        if found is not None:
            entry, score = found
            return MentionSpan(
                0, 0, start, end, entry.kind, entry.id, entry.name, METHOD, VERSION, score
            )
        known = builder.local(concept_name(value)) if builder else None
        if known is not None:
            return MentionSpan(0, 0, start, end, known.kind, "", known.name, METHOD, VERSION, 0.8)
        if kind and _is_name(value):
            return MentionSpan(
                0, 0, start, end, kind, "", concept_name(value), METHOD, VERSION, 0.6
            )
        return None


def _is_name(value: str) -> bool:
    """Whether a cell may be a name: short, with letters, and no list of several."""
    return (
        len(value) <= _LONGEST_NAME
        and value.count(" ") < _MOST_WORDS
        and sum(map(str.isalpha, value)) >= 2
        and not any(mark in value for mark in (" or ", " and ", "/", ",", "?", "|"))
        and value.lower()
        not in ("unknown", "other", "others", "none", "mixed", "various", "missing")
    )
