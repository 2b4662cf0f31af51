"""What every home of the graph must do, run on each of them: SQLite and a real Neo4j server."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import PolymathError, QueryError
from kg.schema import EDGES, NODES, REFERENCES, TABLES, Column, Reference, Table
from kg.search import name_terms, terms_of_query, whole_name
from kg.stores.base import Row, Store
from kg.stores.sqlite import SqliteStore

CONCEPT, PASSAGE, SOURCE = NODES["Concept"], NODES["Passage"], NODES["Source"]
MENTIONS, RELATED = EDGES["MENTIONS"], EDGES["RELATED"]
SEARCHED = [NODES[name] for name in ("Concept", "Work", "Dataset", "Variable", "Passage")]
LUCENE = [
    "+",
    "-",
    "&&",
    "||",
    "!",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "^",
    '"',
    "~",
    "*",
    "?",
    ":",
    "\\",
    "/",
    "AND",
    "OR",
    "NOT",
]


class Interrupted(Exception):
    """Raised inside a block, to see that nothing of it is kept."""


def every(tables: Iterable[Table]) -> pytest.MarkDecorator:
    """Run the test for each of *tables*."""
    return pytest.mark.parametrize("table", tables, ids=lambda t: t.name)


def make_value(column: Column, i: int) -> Any:
    """A value that tells columns and rows apart; every other nullable one is None."""
    if column.nullable and i % 2:
        return None
    values = {
        "text": f"{column.name} {i}",
        "int": 1000 + i,
        "float": i / 8,
        "bool": bool(i % 2),
        "names": tuple(f"{column.name} {i}.{k}" for k in range(i % 3)),
    }
    return values[column.type]


def make_row(table: Table, i: int) -> Row:
    """Row *i*: ids are ``<table>:<i>``; references and second ends point at the next number."""
    row = []
    for at, column in enumerate(table.fields):
        if column.name == "id":
            row.append(f"{table.name}:{i}")
        elif column.ref:
            row.append(f"{column.ref}:{i if table.ends and at == 0 else i + 1}")
        else:
            row.append(make_value(column, i))
    return tuple(row)


def make_concept(id: str, **values: Any) -> Row:
    """A row of Concept."""
    values = {
        "name": id,
        "kind": "term",
        "status": "machine",
        "n_mentions": 0,
        "n_works": 0,
    } | values
    empty = {"text": "", "names": ()}
    return tuple(
        id if c.name == "id" else values.get(c.name, empty.get(c.type)) for c in CONCEPT.fields
    )


def make_related(subject: str, object: str, statement: str, **values: Any) -> Row:
    """A row of RELATED."""
    row = dict(zip(RELATED.columns, make_row(RELATED, 0), strict=True))
    return tuple(
        (row | {"subject": subject, "object": object, "statement": statement} | values).values()
    )


def write(store: Store, table: Table, rows: Sequence[Row]) -> int:
    """Insert rows in a block of their own."""
    with store.writing() as writer:
        return writer.insert(table, rows)


def read(store: Store, table: Table, *args: Any) -> list[Row]:
    """Select in a block of its own."""
    with store.reading() as reader:
        return reader.select(table, *args)


def fill(store: Store, table: Table, n: int = 4) -> list[Row]:
    """Write *n* rows of a table, and the nodes at both ends if they are edges. Returns the rows."""
    rows = [make_row(table, i) for i in range(n)]
    with store.writing() as writer:
        for label in dict.fromkeys(table.ends):
            writer.insert(NODES[label], [make_row(NODES[label], i) for i in range(n + 1)])
        assert writer.insert(table, rows) == n
    return rows


def by_text(rows: Iterable[Row]) -> list[Row]:
    """Rows in an order of their own, because the store's is not defined."""
    return sorted(rows, key=repr)


# --------------------------------------------------------------------------- reading back


@every(TABLES.values())
def test_rows_come_back_as_they_were_given(store: Store, table: Table) -> None:
    rows = fill(store, table)
    assert by_text(read(store, table)) == by_text(rows)
    assert by_text(row for batch in store.scan(table) for row in batch) == by_text(rows)
    assert store.count(table) == len(rows)


@every(TABLES.values())
def test_rows_are_selected_by_any_column(store: Store, table: Table) -> None:
    rows = fill(store, table)
    for at, column in enumerate(table.fields):
        if column.type == "names":
            continue
        value = rows[2][at]
        expected = [row for row in rows if row[at] == value]
        assert by_text(read(store, table, column.name, [value, value])) == by_text(expected)


@every(TABLES.values())
def test_columns_come_in_the_order_asked_for(store: Store, table: Table) -> None:
    rows = fill(store, table)
    columns = table.columns[::-1]
    expected = by_text(row[::-1] for row in rows)
    assert by_text(read(store, table, None, (), columns)) == expected
    scanned = [row for batch in store.scan(table, columns) for row in batch]
    assert by_text(scanned) == expected


@every(TABLES.values())
def test_an_empty_table_answers(store: Store, table: Table) -> None:
    assert store.count(table) == 0
    assert read(store, table) == []
    assert read(store, table, table.columns[0], ["nobody"]) == []
    assert list(store.scan(table)) == []


def test_no_values_select_nothing(store: Store) -> None:
    fill(store, CONCEPT)
    assert read(store, CONCEPT, "id", []) == []


def test_a_column_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(KeyError, match="Concept has no column 'colour'"):
        read(store, CONCEPT, "colour", ["red"])


@every(NODES.values())
def test_existing_ids(store: Store, table: Table) -> None:
    rows = fill(store, table, 2)
    with store.reading() as reader:
        assert reader.existing(table, [rows[0][0], rows[1][0], "nobody"]) == {r[0] for r in rows}
        assert reader.existing(table, []) == set()


TEXTS = {
    "empty": "",
    "chinese": "石墨烯的热导率",
    "emoji": "🧪👩🏽‍🔬 H₂O",
    "right_to_left": "الموصلية الحرارية \u200fabc\u200e עברית",
    "control": "".join(map(chr, range(1, 32))) + "\x7f\x85\u2028",
    "combining": "e\u0301 \u00e9 ﬁ \ufeff",
    "beyond_16_bits": "𝛼𝛽 𠀀 \U0010ffff",
    "quotes": """'"`\\ {$values} %s -- ; DROP""",
    "looks_like_null": "null",
    "spaces": "  a\n\tb  ",
    "long": "word 詞 " * 14_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_text_is_kept_to_the_letter(store: Store, text: str) -> None:
    row = make_concept("c", definition=text, aliases=(text, "", text))
    write(store, CONCEPT, [row])
    assert read(store, CONCEPT) == [row]


@pytest.mark.parametrize("text", [t for t in TEXTS.values() if 0 < len(t) < 1000])
def test_ids_may_be_any_text(store: Store, text: str) -> None:
    write(store, CONCEPT, [make_concept(text), make_concept("other")])
    assert read(store, CONCEPT, "id", [text], ("id",)) == [(text,)]


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**53, 2**53 + 1, -(2**63), 2**63 - 1])
def test_whole_numbers_are_kept(store: Store, number: int) -> None:
    row = list(make_row(SOURCE, 0))
    row[SOURCE.columns.index("bytes")] = number
    write(store, SOURCE, [tuple(row)])
    assert read(store, SOURCE, "bytes", [number]) == [tuple(row)]


@pytest.mark.parametrize("number", [0.0, 1, 0.1, 1 / 3, 1e-300, -1e300, 5e-324, float("inf")])
def test_fractions_are_kept_and_stay_floats(store: Store, number: float) -> None:
    write(store, NODES["Statement"], [make_row(NODES["Statement"], 0)])
    with store.writing() as writer:
        writer.update(NODES["Statement"], ("belief",), [("Statement:0", number)])
    [(kept,)] = read(store, NODES["Statement"], None, (), ("belief",))
    assert kept == number
    assert isinstance(kept, float)


def test_none_stays_none_and_is_not_zero(store: Store) -> None:
    table = NODES["Work"]
    fill(store, table, 2)
    assert by_text(read(store, table, None, (), ("id", "year"))) == [
        ("Work:0", 1000),
        ("Work:1", None),
    ]
    with store.writing() as writer:
        writer.update(table, ("year",), [("Work:0", None), ("Work:1", 0)])
    assert by_text(read(store, table, None, (), ("id", "year"))) == [
        ("Work:0", None),
        ("Work:1", 0),
    ]


_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_values = {
    "text": _text,
    "int": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False),
    "bool": st.booleans(),
    "names": st.lists(_text, max_size=4).map(tuple),
}


@st.composite
def nodes(draw: st.DrawFn) -> tuple[Table, list[Row]]:
    """A node table and rows that fit it, with ids of their own."""
    table = draw(st.sampled_from(list(NODES.values())))
    columns = [st.none() | _values[c.type] if c.nullable else _values[c.type] for c in table.fields]
    rows = draw(st.lists(st.tuples(*columns), max_size=6, unique_by=lambda row: row[0]))
    return table, rows


@settings(
    max_examples=25,
    deadline=None,
    # The store is emptied in the test itself.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=nodes())
def test_any_record_comes_back(store: Store, made: tuple[Table, list[Row]]) -> None:
    table, rows = made
    assert write(store, table, rows) == len(rows)
    assert by_text(read(store, table)) == by_text(rows)
    with store.writing() as writer:
        assert writer.delete(table, "id", [row[0] for row in rows]) == len(rows)
    assert store.count(table) == 0


# --------------------------------------------------------------------------- changing


@every(NODES.values())
def test_update_sets_all_columns_of_named_nodes_only(store: Store, table: Table) -> None:
    rows = fill(store, table)
    other = make_row(table, 7)[1:]
    with store.writing() as writer:
        given = [(rows[0][0], *other), (rows[1][0], *other), ("nobody", *other)]
        assert writer.update(table, table.columns[1:], given) == 2
    expected = [(rows[0][0], *other), (rows[1][0], *other), *rows[2:]]
    assert by_text(read(store, table)) == by_text(expected)


@every(TABLES.values())
def test_delete_by_each_column(store: Store, table: Table) -> None:
    rows = fill(store, table)
    for at, column in enumerate(table.fields[:3]):
        if column.type != "text":
            continue
        with pytest.raises(Interrupted), store.writing() as writer:
            assert writer.delete(table, column.name, ["nobody"]) == 0
            assert writer.delete(table, column.name, [rows[1][at]]) == 1
            assert by_text(writer.select(table)) == by_text([rows[0], *rows[2:]])
            raise Interrupted
    assert store.count(table) == len(rows)


@every(EDGES.values())
@pytest.mark.parametrize("end", [0, 1])
def test_edges_go_with_either_end(store: Store, table: Table, end: int) -> None:
    rows = fill(store, table)
    with store.writing() as writer:
        gone = (table.ends[end], rows[1][end])
        assert writer.delete(NODES[gone[0]], "id", [gone[1]]) == 1
        kept = [row for row in rows if gone not in zip(table.ends, row, strict=False)]
        assert by_text(writer.select(table)) == by_text(kept)
    assert store.count(table) == len(kept)


def test_two_edges_between_the_same_nodes_are_two(store: Store) -> None:
    write(store, CONCEPT, [make_concept("a"), make_concept("b")])
    rows = [
        make_related("a", "b", "st:1"),
        make_related("a", "b", "st:2"),
        make_related("b", "b", "st:3"),
    ]
    assert write(store, RELATED, rows) == 3
    assert by_text(read(store, RELATED, "subject", ["a"])) == by_text(rows[:2])
    assert by_text(read(store, RELATED, "object", ["b"])) == by_text(rows)


def test_twenty_five_thousand_rows_at_once(store: Store) -> None:
    n = 25_000
    concepts = [make_concept(f"c{i}") for i in range(n)]
    passages = [make_row(PASSAGE, 0)]
    mention = dict(zip(MENTIONS.columns, make_row(MENTIONS, 0), strict=True))
    mentions = [tuple((mention | {"concept": f"c{i}", "start": i}).values()) for i in range(n)]
    with store.writing() as writer:
        assert writer.insert(CONCEPT, concepts) == n
        assert writer.insert(PASSAGE, passages) == 1
        assert writer.insert(MENTIONS, mentions) == n
        assert len(writer.existing(CONCEPT, [f"c{i}" for i in range(n + 5)])) == n
    assert store.count(MENTIONS) == n
    batches = list(store.scan(MENTIONS))
    assert len(batches) > 1
    assert sorted(row for batch in batches for row in batch) == sorted(mentions)
    with store.writing() as writer:
        assert writer.update(CONCEPT, ("n_works",), [(row[0], 3) for row in concepts]) == n
        half = [row[0] for row in concepts[: n // 2]]
        assert writer.delete(CONCEPT, "id", half) == n // 2
    assert store.count(MENTIONS) == n - n // 2
    assert {row[0] for row in read(store, CONCEPT, None, (), ("n_works",))} == {3}


# --------------------------------------------------------------------------- transactions


def test_a_block_that_raises_leaves_nothing(store: Store) -> None:
    rows = fill(store, MENTIONS)
    concepts = by_text(read(store, CONCEPT))
    before = store.version()
    with pytest.raises(Interrupted), store.writing() as writer:
        writer.insert(CONCEPT, [make_concept("new")])
        writer.update(CONCEPT, ("name",), [("Concept:1", "changed")])
        writer.index(CONCEPT, [("Concept:1", "changed")])
        writer.delete(PASSAGE, "id", ["Passage:0"])
        raise Interrupted
    assert by_text(read(store, CONCEPT)) == concepts
    assert by_text(read(store, MENTIONS)) == by_text(rows)
    assert store.find(CONCEPT, ["changed"], 5) == []
    assert store.version() == before


def test_an_id_that_is_there_already_is_refused_with_all_of_its_block(store: Store) -> None:
    write(store, CONCEPT, [make_concept("a")])
    before = store.version()
    with pytest.raises(PolymathError), store.writing() as writer:
        writer.insert(CONCEPT, [make_concept("b")])
        writer.insert(CONCEPT, [make_concept("a", name="another")])
    assert read(store, CONCEPT) == [make_concept("a")]
    assert store.version() == before


def test_a_writer_sees_what_it_wrote_and_others_do_not_yet(store: Store) -> None:
    with store.writing() as writer:
        writer.insert(CONCEPT, [make_concept("a")])
        assert writer.existing(CONCEPT, ["a"]) == {"a"}
        assert read(store, CONCEPT) == []
    assert read(store, CONCEPT) == [make_concept("a")]


def test_the_version_stands_still_when_nothing_was_written(store: Store) -> None:
    fill(store, CONCEPT)
    before = store.version()
    with store.writing():
        pass
    with store.writing() as writer:
        assert writer.insert(CONCEPT, []) == 0
        assert writer.update(CONCEPT, ("name",), [("nobody", "x")]) == 0
        assert writer.update(CONCEPT, ("name",), []) == 0
        assert writer.delete(CONCEPT, "id", ["nobody"]) == 0
        assert writer.delete(CONCEPT, "id", []) == 0
        writer.index(CONCEPT, [])
        writer.select(CONCEPT)
    read(store, CONCEPT)
    assert store.version() == before


def test_the_version_moves_on_with_every_write(store: Store) -> None:
    fill(store, CONCEPT)
    versions = [store.version()]
    with store.writing() as writer:
        writer.insert(CONCEPT, [make_concept("a")])
        writer.insert(CONCEPT, [make_concept("b")])
    versions.append(store.version())
    with store.writing() as writer:
        writer.update(CONCEPT, ("name",), [("a", "x")])
    versions.append(store.version())
    with store.writing() as writer:
        writer.index(CONCEPT, [("a", "x")])
    versions.append(store.version())
    with store.writing() as writer:
        writer.delete(CONCEPT, "id", ["a"])
    versions.append(store.version())
    assert len(set(versions)) == 5


def test_threads_write_and_read_at_the_same_time(store: Store) -> None:
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for i in range(5):
                write(store, CONCEPT, [make_concept(f"{name}{i}")])
                assert len(read(store, CONCEPT)) > i
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert store.count(CONCEPT) == 20


def test_threads_ask_in_cypher_while_the_graph_moves_on(store: Store) -> None:
    """As a cell and the page of a widget do in one kernel."""
    write(store, CONCEPT, [make_concept("a")])
    failed: list[BaseException] = []

    def ask(name: str) -> None:
        try:
            for i in range(4):
                write(store, CONCEPT, [make_concept(f"{name}{i}")])
                asked = store.cypher("MATCH (c:Concept) RETURN count(*) AS n", {})
                assert asked["n"][0] > i
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(name,)) for name in "bcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []
    assert store.cypher("MATCH (c:Concept) RETURN count(*) AS n", {})["n"][0] == 13


def test_closing_twice_is_harmless(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(PolymathError):
        store.count(CONCEPT)


# --------------------------------------------------------------------------- finding


def found(store: Store, table: Table, *terms: str, limit: int = 10) -> list[str]:
    """Ids of what is found, best first."""
    return [id for id, _ in store.find(table, terms, limit)]


@every(SEARCHED)
def test_nodes_are_found_by_any_term_best_first(store: Store, table: Table) -> None:
    fill(store, table)
    ids = [f"{table.name}:{i}" for i in range(4)]
    with store.writing() as writer:
        texts = ["alpha beta", "alpha gamma delta epsilon", "石墨 墨烯", "zeta"]
        writer.index(table, list(zip(ids, texts, strict=True)))
    assert found(store, table, "beta", "alpha") == ids[:2]
    assert found(store, table, "墨烯") == [ids[2]]
    assert found(store, table, "alpha", "zeta", limit=1) == [ids[3]]
    assert found(store, table, "alp") == found(store, table, "nothing") == found(store, table) == []
    scores = [score for _, score in store.find(table, ["beta", "alpha"], 5)]
    assert scores == sorted(scores, reverse=True)
    assert all(isinstance(score, float) and score > 0 for score in scores)


@pytest.mark.parametrize(
    "term", [*LUCENE, *(f"a{c}b" for c in LUCENE), "µ", "10⁻³", "c++", "'", "$x"]
)
def test_signs_are_terms_like_others(store: Store, term: str) -> None:
    fill(store, CONCEPT)
    with store.writing() as writer:
        writer.index(CONCEPT, [("Concept:0", f"first {term} last"), ("Concept:1", "first last")])
    assert found(store, CONCEPT, term) == ["Concept:0"]
    assert found(store, CONCEPT, term, "first")[0] == "Concept:0"


def test_names_are_found_by_the_terms_that_search_cuts(store: Store) -> None:
    names = {"Concept:0": "Thermal conductivity", "Concept:1": "石墨烯", "Concept:2": "naïve Bayes"}
    fill(store, CONCEPT)
    with store.writing() as writer:
        writer.index(CONCEPT, [(id, name_terms(name)) for id, name in names.items()])
    for id, query in (
        ("Concept:0", "termal conductivty"),
        ("Concept:1", "石墨"),
        ("Concept:2", "naive"),
    ):
        assert found(store, CONCEPT, *terms_of_query(query, misspelt=True))[0] == id


def test_a_name_is_found_among_many_that_hold_its_word(store: Store) -> None:
    fill(store, CONCEPT, 300)
    names = {f"Concept:{i}": f"gene gene {i} gene" for i in range(300)} | {"Concept:7": "Gene"}
    with store.writing() as writer:
        writer.index(CONCEPT, [(id, name_terms(name)) for id, name in names.items()])
    assert found(store, CONCEPT, whole_name("gene")) == ["Concept:7"]
    assert found(store, CONCEPT, whole_name("gene"), "gene")[0] == "Concept:7"


def test_indexing_again_replaces_and_deleting_removes(store: Store) -> None:
    fill(store, CONCEPT)
    with store.writing() as writer:
        writer.index(CONCEPT, [("Concept:0", "old"), ("Concept:1", "old")])
    with store.writing() as writer:
        writer.index(CONCEPT, [("Concept:0", "new"), ("nobody", "new")])
    assert found(store, CONCEPT, "old") == ["Concept:1"]
    assert found(store, CONCEPT, "new") == ["Concept:0"]
    with store.writing() as writer:
        writer.delete(CONCEPT, "id", ["Concept:0"])
    assert found(store, CONCEPT, "new") == []


def test_a_thousand_terms_can_be_asked(store: Store) -> None:
    fill(store, CONCEPT)
    with store.writing() as writer:
        writer.index(CONCEPT, [("Concept:0", "t7")])
    assert found(store, CONCEPT, *(f"t{i}" for i in range(1000))) == ["Concept:0"]


# --------------------------------------------------------------------------- walking


def test_neighbours_by_belief_then_evidence_then_statement(store: Store) -> None:
    write(store, CONCEPT, [make_concept(c) for c in "abcd"])
    best = make_related("a", "b", "st:9", belief=0.9, n_evidence=1)
    more = make_related("c", "a", "st:8", belief=0.5, n_evidence=7, predicate="treats")
    tie_1 = make_related("b", "a", "st:1", belief=0.5, n_evidence=2, first_year=None)
    tie_2 = make_related("a", "a", "st:2", belief=0.5, n_evidence=2)
    apart = make_related("c", "d", "st:0", belief=1.0, n_evidence=9)
    write(store, RELATED, [tie_2, apart, best, tie_1, more])
    assert store.neighbours(["a"]) == [best, more, tie_1, tie_2]
    assert store.neighbours(["a", "b"]) == [best, more, tie_1, tie_2]
    assert store.neighbours(["a"], limit=2) == [best, more]
    assert store.neighbours(["a"], min_belief=0.6) == [best]
    assert store.neighbours(["a"], predicates=["treats", "cures"]) == [more]
    assert store.neighbours(["nobody"]) == store.neighbours([]) == []


def relationships(store: Store, name: str, start: str, end: str) -> list[tuple[str, str]]:
    """Pairs of ids joined by a relationship, as Cypher sees them."""
    frame = store.cypher(
        f"MATCH (a:{start})-[:{name}]->(b:{end}) RETURN a.id AS x, b.id AS y ORDER BY x, y", {}
    )
    return list(frame.itertuples(index=False, name=None))


def expected_pairs(ref: Reference, rows: Iterable[Row], others: int) -> list[tuple[str, str]]:
    """The relationships that a reference column stands for, where the other end exists."""
    there = {f"{ref.other}:{i}" for i in range(others)}
    at = NODES[ref.table].columns.index(ref.column)
    pairs = [(row[0], row[at]) for row in rows if row[at] in there]
    return sorted(pairs if ref.outward else [(b, a) for a, b in pairs])


def fill_nodes(store: Store, order: Iterable[Table]) -> None:
    """Three nodes of each table, each table in a block of its own."""
    for table in order:
        write(store, table, [make_row(table, i) for i in range(3)])


@pytest.mark.parametrize("order", [1, -1], ids=["forward", "backward"])
def test_columns_that_refer_are_relationships_in_cypher(store: Store, order: int) -> None:
    fill_nodes(store, list(NODES.values())[::order])
    for ref in REFERENCES:
        rows = read(store, NODES[ref.table])
        expected = expected_pairs(ref, rows, 3)
        assert len(expected) == 2
        assert relationships(store, ref.name, ref.start, ref.end) == expected, ref


def test_edges_are_relationships_in_cypher(store: Store) -> None:
    fill_nodes(store, NODES.values())
    for table in EDGES.values():
        rows = [make_row(table, i) for i in range(2)]
        write(store, table, rows)
    for table in EDGES.values():
        expected = [make_row(table, i)[:2] for i in range(2)]
        assert relationships(store, table.name, *table.ends) == expected


def test_a_changed_reference_is_a_changed_relationship(store: Store) -> None:
    fill_nodes(store, [CONCEPT, NODES["Statement"]])
    with store.writing() as writer:
        writer.update(
            NODES["Statement"],
            ("status", "subject"),
            [("Statement:0", "ok", "Concept:0"), ("Statement:1", "ok", "")],
        )
    assert relationships(store, "SUBJECT", "Statement", "Concept") == [("Statement:0", "Concept:0")]
    assert len(relationships(store, "OBJECT", "Statement", "Concept")) == 2


def test_a_node_that_comes_back_is_referred_to_again(store: Store) -> None:
    fill_nodes(store, [CONCEPT, NODES["Statement"]])
    with store.writing() as writer:
        writer.delete(CONCEPT, "id", ["Concept:1"])
    assert relationships(store, "SUBJECT", "Statement", "Concept") == [("Statement:1", "Concept:2")]
    write(store, CONCEPT, [make_row(CONCEPT, 1)])
    assert len(relationships(store, "SUBJECT", "Statement", "Concept")) == 2


def test_cypher_answers_in_columns_with_parameters(store: Store) -> None:
    fill(store, CONCEPT)
    query = "MATCH (c:Concept) WHERE c.id IN $ids RETURN c.id AS id, c.name AS name ORDER BY id"
    frame = store.cypher(query, {"ids": ["Concept:2", "Concept:0"]})
    assert list(frame.columns) == ["id", "name"]
    assert frame.values.tolist() == [["Concept:0", "name 0"], ["Concept:2", "name 2"]]
    assert list(store.cypher(query, {"ids": ["nobody"]}).columns) == ["id", "name"]
    [node] = store.cypher("MATCH (c:Concept {id: 'Concept:2'}) RETURN c", {})["c"]
    assert node["_LABEL"] == "Concept"
    assert {k: node[k] for k in ("id", "name", "aliases")} == {
        "id": "Concept:2", "name": "name 2", "aliases": ["aliases 2.0", "aliases 2.1"]
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (c:Concept {id: 'x', name: 'x'})",
        "MATCH (c:Concept) DETACH DELETE c",
        "MATCH (c:Concept) SET c.name = 'x'",
        "MERGE (c:Concept {id: 'x'})",
        "SELECT * FROM Concept",
        "MATCH (c:Concept) RETURN d",
        "",
    ],
)
def test_cypher_refuses_to_write_and_says_what_it_does_not_understand(
    store: Store, query: str
) -> None:
    rows = fill(store, CONCEPT)
    before = store.version()
    with pytest.raises(QueryError, match=r"\w+ \w+"):
        store.cypher(query, {})
    assert by_text(read(store, CONCEPT)) == by_text(rows)
    assert store.version() == before


def test_cypher_misses_a_parameter_that_is_not_given(
    store: Store, request: pytest.FixtureRequest
) -> None:
    if isinstance(store, SqliteStore):
        request.applymarker(
            pytest.mark.xfail(
                raises=pytest.fail.Exception,
                strict=True,
                reason="Ladybug takes a parameter that is not given for null and finds nothing",
            )
        )
    fill(store, CONCEPT)
    with pytest.raises(QueryError, match="missing"):
        store.cypher("MATCH (c:Concept) WHERE c.id = $missing RETURN c.id", {})
