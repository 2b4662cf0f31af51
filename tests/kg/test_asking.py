"""Asking in words: how phrases are read, and what the sample's graph answers in both homes."""

from __future__ import annotations

import doctest
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg
from kg.asking.completing import HANDFUL
from kg.asking.grammar import forms
from kg.asking.lexicon import lexicon
from kg.asking.phrases import Phrases
from kg.asking.question import End, Filters, Question
from kg.copying import load
from kg.errors import PolymathError
from kg.graph import Graph
from kg.ontology import ASSERTED, KINDS
from kg.schema import REFERENCES, TABLES
from kg.stores.neo4j import Neo4jStore
from tests.conftest import ROOT
from tests.neo4j_server.server import Neo4jServer


@pytest.fixture(scope="module")
def sample(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """All of sample_data in an embedded graph."""
    home = shutil.copy(sample_file, tmp_path_factory.mktemp("asking"))
    with kg.connect(home) as graph:
        yield graph


@pytest.fixture(scope="module")
def on_server(neo4j_server: Neo4jServer, sample: Graph) -> Iterator[Graph]:
    """The same in the session's server."""
    neo4j_server.wipe()
    store = Neo4jStore(neo4j_server.url, auth=neo4j_server.auth)
    load(sample.store, store, lambda *_: None)
    yield Graph(store)
    store.close()


@pytest.fixture(params=["sample", "on_server"])
def graph(request: pytest.FixtureRequest) -> Graph:
    """The sample in each home in turn."""
    home: Graph = request.getfixturevalue(request.param)
    return home


READ = [
    # names and kinds
    ("graphene", "concepts called graphene"),
    ("石墨烯", "concepts called graphene"),
    ("disease", "concepts called disease"),
    ("diseases", "concepts of kind disease"),
    ("all materials", "concepts of kind material"),
    ("show me all the proteins", "concepts of kind gene"),
    ("所有材料", "concepts of kind material"),
    ("列出所有疾病", "concepts of kind disease"),
    ("diseases in medicine", "concepts of kind disease, in Medicine"),
    ("医学领域的疾病", "concepts of kind disease, in Medicine"),
    ("materials by at least 2 works", "concepts of kind material, by at least 2 works"),
    ("2010年之前的材料", "concepts of kind material, until 2009"),
    # kind – predicate – concept, both ways round
    ("materials used for energy storage", "any material is used for energy storage"),
    ("Which MATERIALS can be used for energy storage?", "any material is used for energy storage"),
    ("which material is used for energy storage", "any material is used for energy storage"),
    ("what causes the disease", "anything causes disease"),
    ("\u202ewhat causes\u202c migraine", "anything causes migraine"),
    ("materials for batteries", "any material is used for battery"),
    ("what causes migraine?", "anything causes migraine"),
    ("what is migraine caused by", "anything causes migraine"),
    ("diseases caused by smoking", "smoking causes any disease"),
    ("which diseases does smoking cause", "smoking causes any disease"),
    ("diseases smoking causes", "smoking causes any disease"),
    ("what does graphene improve", "graphene increases anything"),
    ("what is graphene used for", "graphene is used for anything"),
    ("does smoking cause cancer", "smoking causes cancer"),
    (
        "methods compared with neural network",
        "any method outperforms or is similar to neural network (or the other way round)",
    ),
    ("anything related to malaria", "anything is related to malaria"),
    ("causes of migraine", "anything causes migraine"),
    ("properties of graphene", "graphene has anything"),
    ("chemicals that prevent diseases", "any chemical prevents any disease"),
    ("用于储能的材料", "any material is used for energy storage"),
    ("哪些材料用于储能?", "any material is used for energy storage"),
    ("什么导致偏头痛", "anything causes migraine"),
    ("石墨烯改善什么", "graphene increases anything"),
    ("由吸烟引起的疾病", "smoking causes any disease"),
    ("什么疾病由吸烟引起", "smoking causes any disease"),
    ("偏头痛的病因", "anything causes migraine"),
    ("与石墨烯有关的材料", "graphene is related to any material"),
    # chains
    (
        "what links graphene and cancer",
        "shortest chains of up to 4 statements from graphene to cancer",
    ),
    (
        "links between fish oil and Raynaud's disease in at most 3 steps",
        "shortest chains of up to 3 statements from fish oil to Raynaud's disease",
    ),
    (
        "石墨烯和癌症有什么联系",
        "shortest chains of up to 4 statements from graphene to cancer",
    ),
    # data sets, variables, works
    ("datasets", "all data sets"),
    ("datasets that measure density", "data sets that measure density"),
    ("variables that measure thermal conductivity", "variables that measure thermal conductivity"),
    ("datasets about malaria", "data sets that mention malaria"),
    ("papers about graphene since 2000", "works that mention graphene, since 2000"),
    ("测量密度的数据集", "data sets that measure density"),
    ("关于石墨烯的论文", "works that mention graphene"),
    # statements, evidence, numbers
    ("what is known about graphene", "statements about graphene"),
    (
        "contradicted statements about cancer since 2015",
        "statements about cancer, since 2015, on which works contradict each other",
    ),
    ("statements accepted by a curator", "all statements, accepted by a curator"),
    ("关于石墨烯的陈述", "statements about graphene"),
    (
        "2000年以来关于石墨烯的有争议的陈述",
        "statements about graphene, since 2000, on which works contradict each other",
    ),
    (
        "evidence for graphene is used for energy storage",
        "sentences that say: graphene is used for energy storage",
    ),
    ("石墨烯用于储能的证据", "sentences that say: graphene is used for energy storage"),
    ("how many diseases", "how many: concepts of kind disease"),
    ("有多少种材料用于储能", "how many: any material is used for energy storage"),
    # filters with each other
    (
        "chemicals that prevent diseases between 1980 and 2000 believed at least 80%",
        "any chemical prevents any disease, from 1980 to 2000, believed at least 0.8",
    ),
    ("what causes cancer before 2000 by at least 2 works",
     "anything causes cancer, until 1999, by at least 2 works"),
    ("hypothetical statements about graphene in Physics",
     "statements about graphene, in Physics, with a sentence in which it is hypothetical"),
    ("drugs that do not treat migraine",
     "any chemical treats migraine, with a sentence in which it is negated"),
    ("可信度至少0.8的关于石墨烯的陈述", "statements about graphene, believed at least 0.8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), READ, ids=[t for t, _ in READ])
def test_a_phrase_is_read_as(sample: Graph, text: str, words: str) -> None:
    answer = sample.ask(text)
    assert answer.interpretation == words
    assert answer.unread == ()
    # What is shown can be copied and run again.
    again = sample.cypher(answer.cypher, **answer.parameters)
    assert list(again.columns) == list(answer.rows.columns)
    assert len(again) == len(answer.rows)


def test_a_question_is_a_value(sample: Graph) -> None:
    assert sample.ask(
        "which materials are used for energy storage since 2000, limit 7"
    ).question == (
        Question(
            "statements",
            End(kinds=("material",)),
            End("pm:energy-storage", "energy storage"),
            ("used_for",),
            filters=Filters(since=2000),
            limit=7,
        )
    )


def test_every_kind_and_predicate_can_be_asked_for() -> None:
    words = lexicon()
    assert {k for w in words.kinds.values() for k in w.meanings} == set(KINDS)
    for language in ("en", "zh"):
        kinds = {k for w in words.kinds.values() if w.language == language for k in w.meanings}
        said = {p for w in words.predicates.values() if w.language == language for p in w.meanings}
        assert kinds == set(KINDS)
        assert said == set(ASSERTED)
    for predicate in ASSERTED.values():
        assert predicate.name in words.predicates[predicate.label].meanings


# --------------------------------------------------------------------------- what is found


def _triples(rows: pd.DataFrame) -> set[tuple[str, str, str]]:
    return set(zip(rows["subject_name"], rows["predicate"], rows["object_name"], strict=True))


def test_statements_come_with_their_ids(graph: Graph) -> None:
    answer = graph.ask("materials used for energy storage")
    assert _triples(answer.rows) == {("graphene", "used_for", "energy storage")}
    assert set(answer.concepts) == {"pm:graphene", "pm:energy-storage"}
    (statement,) = answer.statements
    assert graph.statement(statement).predicate == "used_for"
    assert len(graph.evidence(statement)) > 0


def test_statements_about_a_concept_are_its_neighbours(graph: Graph) -> None:
    answer = graph.ask("statements about graphene")
    assert list(answer.rows["belief"]) == sorted(answer.rows["belief"], reverse=True)
    assert set(answer.statements) == set(graph.neighbours("pm:graphene")["statement"])
    believed = graph.ask("statements about graphene believed at least 0.5")
    assert 0 < len(believed.rows) < len(answer.rows)
    assert believed.rows["belief"].min() >= 0.5


def test_a_kind_is_counted_as_it_is_listed(graph: Graph) -> None:
    wanted = graph.table("Concept").query("kind == 'disease'")
    assert graph.ask("how many diseases").rows.iloc[0, 0] == len(wanted)
    listed = graph.ask("all diseases limit 1000")
    assert set(listed.concepts) == set(wanted["id"])
    assert not listed.cut
    assert graph.ask("all diseases limit 5").cut
    medical = graph.ask("diseases in medicine limit 1000")
    assert set(medical.concepts) == {
        i for i, d in zip(wanted["id"], wanted["disciplines"], strict=True) if "Medicine" in d
    }


def test_years_and_assertions_are_those_of_one_sentence(graph: Graph) -> None:
    negated = graph.ask("negated statements from 1990 to 2000 limit 1000")
    assert len(negated.rows)
    wanted = set()
    for statement in set(graph.table("Evidence").query("assertion == 'negated'")["statement"]):
        evidence = graph.evidence(statement)
        if ((evidence["assertion"] == "negated") & evidence["year"].between(1990, 2000)).any():
            wanted.add(statement)
    assert set(negated.statements) == wanted


def test_contradicted_are_the_mixed(graph: Graph) -> None:
    mixed = graph.table("Statement").query("polarity == 'mixed'")
    assert set(graph.ask("contradicted statements").statements) == set(mixed["id"])
    since = graph.ask("contradicted statements since 2000")
    assert set(since.statements) == set(mixed.query("last_year >= 2000")["id"])


def test_chains_are_the_shortest_and_the_best_believed(graph: Graph) -> None:
    related = graph.table("RELATED")
    ends: dict[str, set[str]] = {}
    for a, b in zip(related["subject"], related["object"], strict=True):
        ends.setdefault(a, set()).add(b)
        ends.setdefault(b, set()).add(a)
    start, goal = next(
        (a, c)
        for a in sorted(ends)
        for b in sorted(ends[a])
        for c in sorted(ends[b] - ends[a] - {a})
    )
    answer = graph.ask(f"what links {start} and {goal}")
    assert answer.question is not None
    assert (answer.question.first.concept, answer.question.second.concept) == (start, goal)
    assert set(map(len, answer.rows["statements"])) == {2}
    assert list(answer.rows["belief"]) == sorted(answer.rows["belief"], reverse=True)
    best = answer.rows.iloc[0]
    rows = related.set_index("statement").loc[list(best["statements"])]
    assert best["belief"] == pytest.approx(rows["belief"].prod())
    assert set(best["concepts"]) == {*rows["subject"], *rows["object"]}
    assert set(answer.statements) >= set(best["statements"])
    none = graph.ask(f"what links {start} and {goal} in at most 1 step")
    assert len(none.rows) == 0
    assert "No chain of up to 1" in none.note


def test_data_sets_and_variables_say_what_they_measure(graph: Graph) -> None:
    measured = graph.table("MEASURES").query("concept == 'pm:density'")
    variables = graph.ask("variables that measure density")
    assert set(variables.rows["variable"]) == set(measured["variable"])
    assert graph.ask("how many datasets measure density").rows.iloc[0, 0] == len(measured)
    assert set(graph.ask("datasets").rows["dataset"]) == set(graph.table("Dataset")["id"])


def test_evidence_is_what_the_graph_shows(graph: Graph) -> None:
    answer = graph.ask("evidence for graphene is used for energy storage")
    (statement,) = answer.statements
    shown = graph.evidence(statement)
    assert set(answer.rows["quote"]) == set(shown["quote"])
    assert set(answer.rows["year"]) == set(shown["year"])


@pytest.mark.parametrize("text", [t for t, _ in READ])
def test_both_homes_answer_alike(on_server: Graph, sample: Graph, text: str) -> None:
    ours, theirs = on_server.ask(text), sample.ask(text)
    assert (ours.cypher, ours.parameters) == (theirs.cypher, theirs.parameters)
    assert (ours.concepts, ours.statements) == (theirs.concepts, theirs.statements)
    assert len(ours.rows) == len(theirs.rows)


# --------------------------------------------------------------------------- what is not understood


def test_misspelt_names_and_words_are_mended_and_said(sample: Graph) -> None:
    answer = sample.ask("materails used for enrgy storage")
    assert answer.interpretation == "any material is used for energy storage"
    assert "Read “materails” as “materials”." in answer.note
    assert "Read “enrgy storage” as “energy storage”." in answer.note
    assert sample.ask("what causes migrane").interpretation == "anything causes migraine"
    assert sample.ask("grafene").concepts[0] == "pm:graphene"
    assert sample.ask("diseases in medicin").interpretation.endswith("in Medicine")


def test_what_is_not_understood_is_named_and_left_out(sample: Graph) -> None:
    answer = sample.ask("what causes migraine in left-handed zebras")
    assert answer.interpretation == "anything causes migraine"
    assert answer.unread == ("in left-handed zebras",)
    assert "“in left-handed zebras”" in answer.note
    nothing = sample.ask("what causes flurbity")
    assert not nothing.understood
    assert nothing.unread == ("flurbity",)
    assert nothing.cypher == ""
    near = sample.ask("what causes graphitisation quux")
    assert near.also
    for suggestion in near.also:
        assert sample.ask(suggestion.text).understood


def test_the_longest_known_name_wins(sample: Graph) -> None:
    names = set(sample.table("Concept")["name"])
    assert {"thermal conductivity", "lithium-ion battery"} <= names
    assert sample.ask("what affects thermal conductivity").question == Question(
        "statements",
        second=End("pm:thermal-conductivity", "thermal conductivity"),
        predicates=("affects",),
    )
    answer = sample.ask("what links soil and water and carbon")
    assert answer.question is not None
    if "soil and water" in names:
        assert answer.question.first.name == "soil and water"


def test_other_concepts_of_that_name_are_offered(sample: Graph) -> None:
    answer = sample.ask("materials used for energy storage")
    assert ("pm:material used for energy storage", "pm:material") in {
        (s.text, s.concept) for s in answer.also
    }
    again = sample.ask("pm:material used for energy storage")
    assert again.question is not None
    assert again.question.first == End("pm:material", "material")


HOSTILE = [
    "",
    "   ",
    "?",
    '"',
    "'; MATCH (n) DETACH DELETE n //",
    "graphene'}) DETACH DELETE c RETURN 1 //",
    "what causes migraine' OR '1'='1",
    "what causes `migraine`}) SET s.belief = 1",
    "statements about $limit",
    "{disease}",
    "what causes {disease}?",
    "${7*7} {{7*7}} <script>alert(1)</script>",
    "limit 99999999999999999999999999999999",
    "since 9999999999999999999999",
    "believed at least 1e309",
    "😀🔥🧪",
    "what causes 😀?",
    "ما الذي يسبب الصداع النصفي",
    "\u202egraphene\u202c causes cancer",
    "a\x00b\x01c",
    "\ud800 lone surrogate",
    "and and and and and and and and",
    "what " * 50,
    "graphene " * 1111,
    "材料" * 190,
    "的" * 59,
    "{predicate} {a} {b}",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_answered_with_a_sentence(graph: Graph, text: str) -> None:
    version = graph.version()
    answer = graph.ask(text)
    assert answer.understood or answer.note
    assert _foreign(answer.cypher) == set()
    assert len(graph.complete(text)) <= HANDFUL
    assert graph.version() == version


def test_an_answer_escapes_what_it_shows(sample: Graph) -> None:
    page = sample.ask("what causes <script>alert(1)</script>")._repr_html_()
    assert "<script>" not in page


_OURS = frozenset(
    re.findall(
        r"\w+",
        """
        MATCH WHERE AND OR EXISTS RETURN DISTINCT ORDER BY DESC LIMIT AS IN CASE WHEN THEN ELSE END
        count a b c d e m s t v w co mention rejected 0
        subject object subject_kinds object_kinds kinds other_kinds concept concepts other
        predicates belief works polarity since until discipline assertion status limit start goal
        subject_name object_name statement statements evidence work dataset datasets variable
        variables variable_title concept_name names paths sentences n_rows
        """,
    )
    + [w for table in TABLES.values() for w in (table.name, *table.columns)]
    + [r.name for r in REFERENCES]
)


def _foreign(cypher: str) -> set[str]:
    """Words of a query that are neither Cypher's nor the schema's nor names of ours."""
    words = set(re.findall(r"\w+", cypher))
    return {w for w in words - _OURS if not re.fullmatch(r"(?:r|x|step)\d", w)}


_PIECES = st.sampled_from(
    [
        *(
            form
            for table in (lexicon().kinds, lexicon().predicates, lexicon().nouns)
            for form in table
        ),
        *("graphene", "energy storage", "migraine", "石墨烯", "zzyzx", "since 2015", "in physics"),
        *("'}) DETACH DELETE n //", "$limit", "` OR 1=1", "not", "limit 3", "what", "how many"),
        *("evidence for", "what links", "and", "datasets that measure", "的", "有争议的"),
    ]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.lists(_PIECES, max_size=7).map(" ".join), st.text(max_size=60)))
def test_no_word_that_was_typed_is_in_the_cypher(sample: Graph, text: str) -> None:
    answer = sample.ask(text)
    assert _foreign(answer.cypher) == set()
    assert answer.cypher.count("'") in (0, 2, 4, 6)
    assert answer.understood or answer.note


def test_every_line_of_the_grammar_is_read() -> None:
    lines = (ROOT / "kg" / "asking" / "grammar.tsv").read_text("utf-8").splitlines()
    wanted = [x for x in lines[1:] if not x.startswith("#")]
    assert len(forms().filters) + len(forms().questions) == len(wanted)


# --------------------------------------------------------------------------- values, completions


def test_values_stand_for_names_and_numbers_only(sample: Graph) -> None:
    text = "what causes {disease} since {year}?"
    answer = sample.ask(text, disease="migraine", year=1990)
    assert answer.interpretation == "anything causes migraine, since 1990"
    # A value is one name, whatever words of the grammar are in it.
    sly = sample.ask("statements about {name}", name="graphene since 2000")
    assert sly.interpretation != "statements about graphene, since 2000"
    assert sample.ask("what {links} graphene and cancer", links="links").note
    missing = sample.ask(text, disease="migraine")
    assert not missing.understood
    assert missing.unread == ("year",)
    with pytest.raises(PolymathError, match="no place for drug"):
        sample.ask(text, disease="migraine", year=1990, drug="aspirin")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", "what causes"),
        ("mater", "materials"),
        ("materials us", "materials used for"),
        ("materials used for energy st", "materials used for energy storage"),
        ("what ", "what causes"),
        ("what causes mig", "what causes migraine"),
        ("what links graph", "what links graphene"),
        ("what causes migraine ", "what causes migraine since"),
        ("diseases in medi", "diseases in medicine"),
        ("how many ", "how many materials"),
        ("石墨", "石墨烯"),
        ("什么导", "什么导致"),
        ("用于储能的", "用于储能的材料"),
    ],
)
def test_completions(graph: Graph, typed: str, offered: str) -> None:
    found = graph.complete(typed)
    assert offered in found
    assert len(found) <= HANDFUL


def test_the_page_of_the_docs_runs(
    sample: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "phrases", Phrases(tmp_path / "phrases.json"))
    page = ROOT / "docs" / "asking.md"
    # What is typed in its table is understood, in both languages.
    rows = [x for x in page.read_text("utf-8").splitlines() if x.startswith("| ") and "`" in x]
    typed = [t for row in rows if row.count("|") == 4 for t in re.findall("`([^`]+)`", row)]
    assert len(typed) > 25
    for text in typed:
        assert sample.ask(text).understood, text
    asked = doctest.DocTestParser().get_doctest(
        page.read_text("utf-8"), {"graph": sample, "kg": kg}, page.name, str(page), 0
    )
    assert len(asked.examples) > 15
    told: list[str] = []
    doctest.DocTestRunner(verbose=False).run(asked, out=told.append)
    assert not told, "".join(told)


def test_asking_leaves_the_graph_as_it_is(graph: Graph, tmp_path: Path) -> None:
    digest = graph.digest()
    graph.ask("what causes migraine")
    graph.complete("what cau")
    assert graph.digest() == digest
