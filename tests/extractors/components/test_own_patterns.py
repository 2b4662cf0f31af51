from __future__ import annotations

from pathlib import Path

import pytest

import kg
from extractors.components.own_patterns import read_patterns_of
from extractors.components.triggers import Triggers
from extractors.pipeline import PipelineConfig, ReadingPipeline
from kg.cli import main
from kg.errors import UnreadableSource

HEADER = "predicate\tform\tphrase\tdirection\tlanguage\tscore\n"
CORRODE = "decreases\tverb\tcorrode\tforward\ten\t0.8\n"


def table(tmp_path: Path, rows: str, name: str = "mine.tsv") -> Path:
    path = tmp_path / name
    path.write_text(HEADER + rows, "utf-8")
    return path


def triples(path: Path | None, text: str) -> set[tuple[str, str, str]]:
    # By rules alone, so that no trained weights have a say in it.
    rules = ("polymath_model", "polymath_syntax")
    config = PipelineConfig(patterns=(str(path),) if path else (), without=rules)
    doc = ReadingPipeline(config).nlp("en")(text)
    return {(s.subject.name, s.predicate, s.object.name) for s in doc._.statements}


def test_a_phrase_of_ones_own_states_a_relation_in_every_inflection(tmp_path: Path) -> None:
    rows = CORRODE + "used_for\tnoun\tfitness of A for B\tforward\ten\t0.7\n"
    path = table(tmp_path, rows)
    text = "Seawater corrodes copper. Copper is corroded by seawater."
    assert triples(None, text) == set()
    assert triples(path, text) == {("seawater", "decreases", "copper")}
    assert triples(path, "We judged the fitness of graphene for desalination.") == {
        ("graphene", "used_for", "desalination")
    }


def test_ones_own_phrase_wins_over_the_shipped_one() -> None:
    words = ["inhibits"]
    assert Triggers().find(words)[0].trigger.predicate == "decreases"
    own = [("affects", "verb", "inhibit", "forward", "en", "0.6")]
    assert Triggers(own).find(words)[0].trigger.predicate == "affects"


def test_the_fingerprint_follows_what_the_table_says_and_not_where_it_lies(tmp_path: Path) -> None:
    one = table(tmp_path, CORRODE, "one.tsv")
    two = table(tmp_path, "# a comment\n\n" + CORRODE, "two.tsv")
    three = table(tmp_path, CORRODE.replace("0.8", "0.7"), "three.tsv")
    prints = [PipelineConfig(patterns=(str(p),)).fingerprint for p in (one, two, three)]
    assert prints[0] == prints[1] != prints[2]
    assert PipelineConfig().fingerprint not in prints


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("decreases\tverb\tcorrode\tforward\ten\n", "line 2: found 5 tab-separated columns"),
        (CORRODE + CORRODE.replace("decreases", "decrease"), "line 3: 'decrease' is no predicate"),
        (CORRODE.replace("verb", "adverb"), "found the form 'adverb'"),
        (CORRODE.replace("forward", "back"), "found the direction 'back'"),
        (CORRODE.replace("\ten\t", "\tzh\t"), "only English"),
        (CORRODE.replace("0.8", "1.8"), "found the score '1.8'"),
        (CORRODE.replace("0.8", "nan"), "found the score 'nan'"),
        (CORRODE.replace("corrode", "(.*"), "expected one to eight words"),
        (CORRODE.replace("\tverb\tcorrode", "\tnoun\teffect of"), "ends in B"),
        ("", "holds no relation phrase"),
    ],
)
def test_a_bad_row_is_one_sentence_with_file_and_line(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read_patterns_of(table(tmp_path, rows))
    assert said in str(caught.value) and "mine.tsv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_table_at_all_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="cannot be opened"):
        read_patterns_of(tmp_path / "gone.tsv")
    (tmp_path / "latin.tsv").write_bytes(HEADER.encode() + b"caf\xe9")
    with pytest.raises(UnreadableSource, match="not UTF-8"):
        read_patterns_of(tmp_path / "latin.tsv")
    (tmp_path / "headless.tsv").write_text(CORRODE, "utf-8")
    with pytest.raises(UnreadableSource, match="expected the header"):
        read_patterns_of(tmp_path / "headless.tsv")


def test_the_command_takes_such_tables_and_reads_again_what_it_read_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Corrosion\n\nCopper is corroded by seawater.\n", "utf-8")
    home = str(tmp_path / "a.kg")
    asked = ["ingest", str(note), "--graph", home, "--quiet"]
    assert main(asked) == 0 and main(asked) == 0
    assert "1 unchanged" in capsys.readouterr().out
    assert main([*asked, "--patterns", str(table(tmp_path, CORRODE))]) == 0
    with kg.connect(home) as graph:
        assert set(graph.table("Statement").predicate) == {"decreases"}
