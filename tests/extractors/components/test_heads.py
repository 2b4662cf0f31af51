import pytest

from extractors.components.heads import (
    fields_of,
    head_fields,
    kind_for,
    relation_table,
    speakers,
)
from extractors.components.lexicon import read_lexicon
from extractors.encoder.reading import OVER, shipped_reader
from kg.ontology import KINDS, PREDICATES


def test_every_head_and_label_of_the_shipped_reader_is_in_the_tables():
    model = shipped_reader()
    assert set(model.tags) == set(head_fields())
    told = {(head, label) for head, label, _, _ in read_lexicon("reader_labels", 4)}
    for head, tags in model.tags.items():
        for tag in tags[1::2]:
            assert (head, tag[2:]) in told or (head, "*") in told, (head, tag)


def test_every_relation_that_says_something_is_one_of_the_readers():
    model = shipped_reader()
    for (scheme, label), says in relation_table().items():
        assert scheme in OVER
        assert label in model.relations[scheme]
        assert says.predicate in PREDICATES
        assert 0 < says.least <= 1


@pytest.mark.parametrize("head", sorted(head_fields()))
def test_kinds_are_declared(head: str):
    for label in ("Material", "Method", "Chemical", "GENE", "LEXICON", "RP"):
        assert kind_for(head, label, "x") in {"", *KINDS}


def test_a_name_that_tells_its_kind_is_believed_where_the_label_admits_it():
    assert kind_for("stm", "Material", "graphene oxide") == "chemical"
    assert kind_for("bc2gm", "GENE", "graphene oxide") == "gene"


def test_who_speaks_in_a_work():
    assert "bc5cdr" not in speakers({"computing": 0.8})
    assert "scierc" in speakers({"computing": 0.8})
    assert {"stm", "quantity", "measured"} <= set(speakers({}))
    assert "scierc" not in speakers({})


def test_the_disciplines_of_a_work_are_believed():
    assert fields_of(["Earth_Science", "materials science"]) == {"earth", "materials"}
    assert "geo" in speakers({"computing": 0.9}, ["Earth science"])
