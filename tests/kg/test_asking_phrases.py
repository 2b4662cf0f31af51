"""Saved phrases: kept whole, by any readable name, never lost to another program's mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kg
from kg.asking.phrases import Phrases, UnknownPhrase, places, user_file
from kg.errors import PolymathError
from tests.kg.build import batch

CAUSES = ("Graphene causes cancer in mice.", "Graphene", "causes", "cancer")


@pytest.fixture
def phrases(tmp_path: Path) -> Phrases:
    return Phrases(tmp_path / "some" / "phrases.json")


def test_a_phrase_is_kept_listed_asked_and_forgotten(phrases: Phrases, tmp_path: Path) -> None:
    assert dict(phrases) == {}
    phrases["causes of a disease"] = "what causes {disease}?"
    phrases["病因"] = "{disease}的病因"
    assert list(Phrases(phrases.path)) == ["causes of a disease", "病因"]
    assert places(phrases["病因"]) == ("disease",)
    with kg.connect(tmp_path / "small.kg") as graph:
        graph.write(batch("A", [CAUSES]))
        digest = graph.digest()
        graph.phrases = phrases
        for name in phrases:
            answer = graph.ask(graph.phrases[name], disease="cancer")
            assert list(answer.rows["subject_name"]) == ["graphene"]
        assert graph.digest() == digest
    del phrases["病因"]
    assert json.loads(phrases.path.read_text("utf-8")) == {
        "causes of a disease": "what causes {disease}?"
    }


def test_they_are_beside_an_embedded_graph_or_in_the_users_own_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert user_file() == tmp_path / "polymath" / "phrases.json"
    with kg.connect(tmp_path / "empty.kg") as graph:
        graph.phrases["all"] = "all materials"
    assert Phrases(tmp_path / "empty.kg-phrases.json")["all"] == "all materials"
    assert Phrases().path == user_file()


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "two\nlines", "\x00"])
def test_names_that_nobody_could_read_are_refused(phrases: Phrases, name: str) -> None:
    with pytest.raises(PolymathError, match="printable"):
        phrases[name] = "all materials"
    assert not phrases.path.exists()


@pytest.mark.parametrize("text", ["", "x" * 401, "two\nlines"])
def test_texts_that_are_no_phrase_are_refused(phrases: Phrases, text: str) -> None:
    with pytest.raises(PolymathError, match="one line"):
        phrases["name"] = text


def test_a_name_is_no_path(phrases: Phrases) -> None:
    phrases["../../etc/passwd"] = "all materials"
    assert [p.name for p in phrases.path.parent.iterdir()] == ["phrases.json"]
    assert phrases["../../etc/passwd"] == "all materials"


def test_an_unknown_name_is_answered_with_the_nearest(phrases: Phrases) -> None:
    phrases["causes of a disease"] = "what causes {disease}?"
    with pytest.raises(UnknownPhrase, match="nearest: causes of a disease"):
        phrases["cause of disease"]
    assert phrases.get("nothing like it") is None
    with pytest.raises(UnknownPhrase):
        del phrases["zzz"]


@pytest.mark.parametrize("content", [b"{", b"[1, 2]", b'{"a": 1}', b"\xff\xfe"])
def test_a_damaged_file_is_said_and_left_alone(phrases: Phrases, content: bytes) -> None:
    phrases.path.parent.mkdir()
    phrases.path.write_bytes(content)
    with pytest.raises(PolymathError, match="mend the file"):
        phrases["a"] = "all materials"
    assert phrases.path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PolymathError, match=r"cannot be (read|written)"):
        Phrases(tmp_path / "file" / "phrases.json")["a"] = "all materials"
